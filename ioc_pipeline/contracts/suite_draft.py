"""First suite of a feed from what its contract declares (`data_contracts/shapes/draft_rules.yaml`).

A draft spares the author of a feed the rules that follow from the declaration: mandatory fields, keys, code lists,
administrative codes, text without broken letters, volume. What only the author knows is added by hand afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.form_layout import COUNTED
from ioc_pipeline.contracts.model import Column, Feed
from ioc_pipeline.contracts.yaml_source import YamlSource

_NUMBERS = ("BIGINT", "DOUBLE")
_COLUMN_RULES: dict[str, Callable[[Feed, Column], bool]] = {
    "required": lambda feed, c: c.required and c.name != "simulated",
    "single_key": lambda feed, c: len(feed.key) == 1 and c.name in feed.key,
    "codes": lambda feed, c: c.codes is not None,
    "commune": lambda feed, c: c.name == "ma_xa" or c.places == "commune",
    "province": lambda feed, c: c.name == "ma_tinh",
    "agency": lambda feed, c: c.name == "ma_co_quan" or c.agency,
    "version_by": lambda feed, c: c.name == feed.version_by,
    "number": lambda feed, c: c.type in _NUMBERS,
    "flag": lambda feed, c: c.type == "BOOLEAN" and c.name != "simulated",
    "text": lambda feed, c: c.type == "VARCHAR" and not c.identifier and c.codes is None,
}
_FEED_RULES: dict[str, Callable[[Feed], bool]] = {
    "table": lambda feed: True,
    "records": lambda feed: feed.shape == "records",
    "observations": lambda feed: feed.shape == "observations",
    "indicators": lambda feed: feed.reader.get("format") == "table" and bool(feed.declared_indicators()),
    "compound_key": lambda feed: len(feed.key) > 1 and feed.shape == "records",
}


def draft_suite(feed: Feed, root: Path, since: date) -> dict[str, Any]:
    """Native suite with the rules that the contract of `feed` implies; `root` is the folder of the declarations."""
    rules = YamlSource(root / "shapes" / "draft_rules.yaml").entries("rules")
    return {"name": feed.id, "expectations": [_expectation(rule, words, since) for rule, words in _chosen(feed, rules)]}


def _chosen(feed: Feed, rules: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    titles = {c.name: c.title.vi for c in feed.columns}
    words: dict[str, Any] = {
        "feed": feed.id,
        "key": list(feed.key),
        "key_names": ", ".join(feed.key),
        "key_titles": ", ".join(titles.get(name, name) for name in feed.key),
        "declared": sorted(feed.declared_indicators()),
        "counted": ", ".join(f"'{unit}'" for unit in sorted(COUNTED)),
    }
    for rule in rules:
        wanted = rule["for"]
        if wanted in _FEED_RULES:
            if _FEED_RULES[wanted](feed):
                yield rule, words
        elif feed.shape == "records":  # the columns of observations are judged by the rules of their shape
            for column in feed.columns:
                if _COLUMN_RULES[wanted](feed, column):
                    yield rule, {**words, "column": column.name, "title": column.title.vi, "codes": column.codes}


def _expectation(rule: Mapping[str, Any], words: Mapping[str, Any], since: date) -> dict[str, Any]:
    return {
        "type": rule["type"],
        "kwargs": _filled(rule["kwargs"], words),
        "severity": rule["severity"],
        "meta": {
            "id": f"{words['feed']}.{_filled(rule['id'], words)}",
            "clause": rule["clause"],
            "level": rule["level"],
            "why": _filled(rule["why"], words),
            "fix": _filled(rule["fix"], words),
            "since": since.isoformat(),
        },
    }


def _filled(value: Any, words: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        whole = value in ("{key}", "{declared}")  # a list stays one
        return words[value[1:-1]] if whole else value.format(**words)
    if isinstance(value, dict):
        return {name: _filled(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, words) for inner in value]
    return value
