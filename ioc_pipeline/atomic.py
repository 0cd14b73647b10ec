"""Files that are either wholly there or not there at all, even after a power cut."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PARTIAL = ".partial-"
"""Prefix of unfinished files and folders; the number after it is the process that writes them."""


def partial_prefix() -> str:
    """Prefix for something this process is about to write."""
    return f"{PARTIAL}{os.getpid()}-"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; on success it is synced to disk and renamed over `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=partial_prefix(), suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        sync(temporary)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
        sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Force a file's or folder's content to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file atomically (UTF-8, readable by people)."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def sweep(folder: Path) -> int:
    """Remove what killed processes left unfinished directly in a folder; returns how many things."""
    leftovers = [p for p in folder.glob(f"{PARTIAL}*") if not _writer_lives(p.name)]
    for path in leftovers:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(leftovers)


def _writer_lives(name: str) -> bool:
    number = name.removeprefix(PARTIAL).partition("-")[0]
    return number.isdigit() and process_lives(int(number))


def process_lives(pid: int) -> bool:
    """True when a process with this number exists on this machine."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
