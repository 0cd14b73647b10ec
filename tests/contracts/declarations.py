"""A copy of the declarations that a test may spoil, whole or with a few feeds only."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path

import yaml

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue

ROOT = Path(__file__).parents[2] / "data_contracts"


def copied(folder: Path) -> Path:
    """A copy of all declarations below a test's own folder."""
    return Path(shutil.copytree(ROOT, folder / "data_contracts"))


FEW = ("dossiers", "lris_indicators", "nso_monthly", "province_published")
"""Feeds of the small set of declarations: one of each kind. A test that is not about the others runs several times
faster with them: a release judges every declared feed and card."""


def few(folder: Path, feeds: Collection[str] = FEW) -> Path:
    """The declarations as shipped, less every feed but these, the cards on them and what compares them."""
    others = {path.name for path in (ROOT / "feeds").iterdir()} - set(feeds)
    root = Path(
        shutil.copytree(
            ROOT,
            folder / "data_contracts",
            ignore=lambda at, names: others & set(names) if Path(at).name == "feeds" else set(),
        )
    )
    for path in sorted((root / "indicators").glob("*.yaml")):
        head, *cards = re.split(r"(?m)^(?=  - code:)", path.read_text(encoding="utf-8"))
        default = (yaml.safe_load(head).get("defaults") or {}).get("feed")
        kept = [text for text in cards if yaml.safe_load(text)[0].get("feed", default) in feeds]
        if kept:
            path.write_text(head + "".join(kept), encoding="utf-8")
        else:
            path.unlink()
    for path in sorted((root / "reconciliations").glob("*.yaml")):
        head, *pairs = re.split(r"(?m)^(?=  - id:)", path.read_text(encoding="utf-8"))
        kept = [text for text in pairs if all(s["feed"] in feeds for s in yaml.safe_load(text)[0]["statements"])]
        path.write_text(head + "".join(kept), encoding="utf-8")
    return root


def load_with(folder: Path, name: str, text: str) -> Catalogue:
    """Catalogue of a few feeds in which one file holds the given text."""
    root = few(folder)
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_catalogue(root, "56")
