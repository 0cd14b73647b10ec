"""A copy of the declarations that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue

ROOT = Path(__file__).parents[2] / "data_contracts"


def copied(folder: Path) -> Path:
    """A copy of all declarations below a test's own folder."""
    return Path(shutil.copytree(ROOT, folder / "data_contracts"))


def load_with(folder: Path, name: str, text: str) -> Catalogue:
    """Catalogue of a copy in which one file holds the given text."""
    root = copied(folder)
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_catalogue(root, "56")
