"""Which code ran: the package version and a hash of its sources, so that a verdict names what computed it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@cache
def code_version() -> str:
    """For example `0.1.0+3f2a9c1d5e60`: version, then the start of the SHA-256 over the pipeline's source files."""
    try:
        released = version("ioc-pipeline")
    except PackageNotFoundError:
        released = "0"
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".sql")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{released}+{digest.hexdigest()[:12]}"
