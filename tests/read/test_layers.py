"""The packages of reading stand on each other in one direction."""

from __future__ import annotations

import ast
from pathlib import Path

import ioc_pipeline.read

ROOT = Path(ioc_pipeline.read.__file__).parent
BELOW = {
    "text": set(),
    "values": {"text"},
    "workbooks": {"text", "values"},
    "records": {"text", "values", "workbooks"},
    "statistics": {"text", "values", "workbooks"},
    "forms": {"text", "values", "records", "workbooks"},
    "exchange": {"text", "values", "records"},
}
"""What the modules of each package may import, besides their own and the shared ones right below `read`."""


def imported(path: Path) -> set[str]:
    """Packages below `read` that a module imports from."""
    names = [n.module for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.ImportFrom)]
    parts = [name.split(".") for name in names if name and name.startswith("ioc_pipeline.read.")]
    return {p[2] for p in parts} & BELOW.keys()


def test_every_package_imports_only_those_below_it() -> None:
    assert {p.parent.name for p in ROOT.glob("*/__init__.py")} == BELOW.keys()
    used = {package: {i for p in (ROOT / package).glob("*.py") for i in imported(p)} for package in BELOW}
    assert {
        package: found - allowed - {package}
        for (package, found), allowed in zip(used.items(), BELOW.values(), strict=True)
    } == {package: set() for package in BELOW}
    assert used["forms"] >= {"records", "workbooks"}, "the search finds imports"


def test_what_the_readers_share_imports_no_reader() -> None:
    shared = {p.stem: imported(p) for p in ROOT.glob("*.py") if p.stem not in ("__init__", "dispatch")}
    assert {name: found - {"text"} for name, found in shared.items() if found - {"text"}} == {}
