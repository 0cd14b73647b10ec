"""Loads `indicators/*.yaml`: every usable version of every card, and what is wrong with those left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.card_source import with_defaults
from ioc_pipeline.contracts.checks.card_rules import missing_keys, own_problems
from ioc_pipeline.contracts.checks.card_versions import overlapping_versions
from ioc_pipeline.contracts.checks.cards import unknown_unit
from ioc_pipeline.contracts.model import Band, Bounds, CodeList, Indicator, Problem, Target
from ioc_pipeline.contracts.positions import Source, UnreadableFile
from ioc_pipeline.contracts.schema_check import as_date, schema_problems
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text


def load_cards(root: Path, codes: dict[str, CodeList]) -> tuple[dict[str, tuple[Indicator, ...]], list[Problem]]:
    """Versions of each card by code, oldest first, and the problems of those left out: of two versions that hold on
    the same day the second is one of them."""
    sources: list[Source] = []
    problems: list[Problem] = []
    unusable: set[tuple[str, Any]] = set()
    for path in sorted((root / "indicators").glob("*.yaml")):
        try:
            source = with_defaults(YamlSource(path))
        except UnreadableFile as error:
            problems.append(error.problem)
            continue
        wrong = schema_problems(source, "cards")
        if any(p.keys[:1] in ((), ("field",), ("defaults",)) for p in wrong):
            problems += wrong
            continue
        spoiled = {p.keys[:2] for p in wrong}
        sources.append(source)
        for position, entry in enumerate(source.entries("indicators")):
            where = ("indicators", position)
            if where not in spoiled:
                wrong += own_problems(source, where, entry)
                if entry["unit"] not in codes["units"].codes:
                    wrong.append(unknown_unit(source, (*where, "unit"), entry["unit"]))
        problems += wrong
        unusable |= {(str(source.path), p.keys[:2]) for p in wrong}
    overlapping = list(overlapping_versions(sources))
    problems += overlapping
    unusable |= {(p.path, p.keys[:2]) for p in overlapping}
    found: dict[str, list[Indicator]] = {}
    for source in sources:
        for position, entry in enumerate(source.entries("indicators")):
            if (str(source.path), ("indicators", position)) not in unusable:
                found.setdefault(entry["code"], []).append(_card(entry, source.data["field"], codes))
    return {code: tuple(sorted(cards, key=_start)) for code, cards in found.items()}, problems


def in_force(versions: dict[str, tuple[Indicator, ...]], day: date) -> dict[str, Indicator]:
    """The version of each card that holds on a day; a card without one is left out."""
    held = {code: next((c for c in cards if c.in_force(day)), None) for code, cards in versions.items()}
    return {code: card for code, card in held.items() if card is not None}


def _start(card: Indicator) -> date:
    return card.valid_from or date.min


def _text(value: dict[str, str]) -> Text:
    return Text(str(value["vi"]), str(value["en"]))


def _words(entry: dict[str, Any], key: str) -> Text:
    return _text(entry[key]) if key in entry else Text("", "")


def _card(entry: dict[str, Any], field_of_cards: dict[str, str], codes: dict[str, CodeList]) -> Indicator:
    thresholds = entry.get("thresholds") or {}
    band = entry.get("band")
    return Indicator(
        code=entry["code"],
        name=_text(entry["name"]),
        short=_text(entry.get("short") or entry["name"]),
        unit=entry["unit"],
        unit_text=codes["units"].codes[entry["unit"]].name,
        decimals=int(entry["decimals"]),
        field=_text(field_of_cards),
        field_id=str(field_of_cards["id"]),
        direction=entry["direction"],
        owner=_text(entry["owner"]),
        owner_id=str(entry["owner"].get("id", "")),
        feed=entry.get("feed", ""),
        no_source=_text(entry["no_source"]) if "no_source" in entry else None,
        definition=_text(entry["definition"]),
        plain=_words(entry, "plain"),
        guidance=_words(entry, "guidance"),
        selection=dict(entry.get("select") or {}),
        formula=entry.get("formula"),
        targets=tuple(_target(t) for t in entry.get("targets") or ()),
        plan=entry.get("plan"),
        amber_margin=float(thresholds.get("amber", entry.get("amber_margin", 0.0))),
        hysteresis=float(thresholds.get("hysteresis", 0.0)),
        headline=bool(entry.get("headline", False)),
        sort=int(entry["sort"]),
        group=entry.get("group"),
        version=int(entry.get("version", 1)),
        valid_from=as_date(entry.get("valid_from")),
        valid_to=as_date(entry.get("valid_to")),
        kind=entry.get("kind", "level"),
        additivity=entry.get("additivity", "X"),
        weight=entry.get("weight"),
        scale=float(entry.get("scale", 100)),
        over_year=entry.get("over_year"),
        bounds=_bounds(entry.get("bounds") or {}),
        period=entry.get("period", "month"),
        lag_days=int(entry.get("lag_days", 0)),
        band=Band(float(band["low"]), float(band["high"])) if band else None,
        price_basis=entry.get("price_basis", "none"),
        breakdowns={column: _text(words) for column, words in (entry.get("breakdowns") or {}).items()},
        confidentiality=entry.get("confidentiality", "cong_khai"),
        related=tuple(entry.get("related") or ()),
        references=tuple(entry.get("references") or ()),
        solution_group=entry.get("solution_group"),
        task_group=entry.get("task_group"),
        missing=tuple(missing_keys(entry)),
    )


def _bounds(entry: dict[str, Any]) -> Bounds:
    low, high = (None if entry.get(key) is None else float(entry[key]) for key in ("low", "high"))
    return Bounds(low, high, entry.get("high_of"))


def _target(entry: dict[str, Any]) -> Target:
    start = entry.get("from") or {}
    high = entry.get("high")
    return Target(
        year=int(entry["year"]),
        value=float(entry["value"]),
        basis=_text(entry["basis"]),
        mark=entry["mark"],
        path=entry.get("path", "constant"),
        high=None if high is None else float(high),
        from_year=int(start["year"]) if start else None,
        from_value=float(start["value"]) if start else None,
        months=tuple(float(value) for value in entry.get("months") or ()),
        valid_from=as_date(entry.get("valid_from")),
    )
