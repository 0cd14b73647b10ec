"""A copy of the declarations that a test may spoil, whole or with a few feeds only."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

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
    """The declarations as shipped, less every feed but these, the cards on them and what else names one of those."""
    others = {path.name for path in (ROOT / "feeds").iterdir()} - set(feeds)
    root = Path(
        shutil.copytree(
            ROOT,
            folder / "data_contracts",
            ignore=lambda at, names: others & set(names) if Path(at).name == "feeds" else set(),
        )
    )
    gone = _without_cards_on(root, others) | others
    shutil.rmtree(root / "services")  # a page about feeds that are not here
    fields = {yaml.safe_load(path.read_text("utf-8"))["field"]["id"] for path in (root / "indicators").glob("*.yaml")}
    _keep_entries(root / "reconciliations" / "kinh_te.yaml", "id", lambda e: not _names(e) & gone)
    demands = root / "standard" / "demands.yaml"
    demands.write_text(
        re.sub(
            r"answers: (\{.*\})",
            lambda m: "answers: {clauses: [IOC-QTRI-01]}" if _names(m.group(1)) & gone else m.group(0),
            demands.read_text(encoding="utf-8"),
        ),
        encoding="utf-8",
    )
    _keep_entries(root / "standard" / "status_tree.yaml", "id", lambda e: e.get("field") in {None, *fields})
    register = root / "agencies" / "56.yaml"  # owners that are not here own no agency
    register.write_text(re.sub(r", owner: \w+", "", register.read_text("utf-8")), encoding="utf-8")
    _keep_entries(root / "operations" / "tasks.yaml", "feed", lambda e: e["feed"] not in gone)
    for folder in ("indicators", "standard", "operations"):
        for path in (root / folder).glob("*.yaml"):
            path.write_text(_without_names(path.read_text(encoding="utf-8"), gone), encoding="utf-8")
    return root


def _without_cards_on(root: Path, others: Collection[str]) -> set[str]:
    """Remove the cards on these feeds and those computed from them; their codes."""
    files = {
        path: re.split(r"(?m)^(?=  - code:)", path.read_text(encoding="utf-8"))
        for path in (root / "indicators").glob("*.yaml")
    }
    gone: set[str] = set()
    while True:
        before = len(gone)
        for path, (head, *cards) in files.items():
            default = (yaml.safe_load(head).get("defaults") or {}).get("feed")
            kept = []
            for text in cards:
                card = yaml.safe_load(text)[0]
                named = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", str(card.get("formula", ""))))
                away = card.get("feed", default) in others or named & gone
                gone |= {card["code"]} if away else set()
                kept += [] if away else [text]
            files[path] = [head, *kept]
        if len(gone) == before:
            break
    for path, (head, *cards) in files.items():
        path.write_text(head + "".join(cards), encoding="utf-8") if cards else path.unlink()
    return gone


def _names(value: object) -> set[str]:
    """Everything that looks like the name of a card or a feed, somewhere below."""
    return set(re.findall(r"\b\w+\b", json.dumps(value, default=str)))


def _keep_entries(path: Path, key: str, wanted: Callable[[dict[str, Any]], bool]) -> None:
    """Leave out the entries of a list of mappings (each beginning with `key`) that are not wanted; the text of the
    others stays as it is."""
    head, *entries = re.split(rf"(?m)^(?=  - {key}:)", path.read_text(encoding="utf-8"))
    text = head
    for entry in entries:
        own, rest = ([*re.split(r"(?m)^(?=\S)", entry, maxsplit=1), ""])[:2]
        text += (own if wanted(yaml.safe_load(own)[0]) else "") + rest
    path.write_text(re.sub(r"(?m)^registers: .*\n(?=\S)", "registers: []\n", text), encoding="utf-8")


def _without_names(text: str, gone: Collection[str]) -> str:
    """Lists in flow style without the given names; a list that had no other is left out with its key."""

    def shorter(found: re.Match[str]) -> str:
        names = [name.strip() for name in found.group(1).split(",")]
        if not gone & set(names):
            return found.group(0)
        return "[" + ", ".join(name for name in names if name not in gone) + "]"

    text = re.sub(r", high_of: (\w+)", lambda found: "" if found.group(1) in gone else found.group(0), text)
    text = re.sub(r"\[([\w, -]*)\]", shorter, text)
    text = re.sub(r"(?m)^ +\w+: \[\]\n", "", text)
    return re.sub(r", \w+: \[\]", "", text)


def load_with(folder: Path, name: str, text: str) -> Catalogue:
    """Catalogue of a few feeds in which one file holds the given text."""
    root = few(folder)
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_catalogue(root, "56")
