"""`tables.yaml` of a JSON-stat feed: which tables are known, and what their dimensions and categories mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.read.text.text_folding import fold

ROLES = ("area", "period", "indicator", "item")


@dataclass(frozen=True)
class Category:
    """A category of the indicator dimension: what its values state."""

    label: re.Pattern[str]
    indicator: str
    name: Text
    unit: str
    measure: str


@dataclass(frozen=True)
class ItemCategory:
    """A category of an item dimension; `item` is null for the whole."""

    label: re.Pattern[str]
    item: str | None


@dataclass(frozen=True)
class JsonStatTable:
    """One known table; patterns are matched against folded labels."""

    id: str
    name: Text
    label: re.Pattern[str]
    dimensions: dict[str, tuple[re.Pattern[str], ...]]  # by role
    categories: tuple[Category, ...]
    items: tuple[ItemCategory, ...]
    data_type: str


@dataclass(frozen=True)
class JsonStatSpec:
    """Everything `tables.yaml` declares. `regions`: folded label → item of a group of provinces that has no code."""

    tables: tuple[JsonStatTable, ...]
    country: re.Pattern[str]
    regions: dict[str, str]
    preliminary: re.Pattern[str]
    missing: dict[str, str]


@lru_cache(maxsize=8)
def load_json_stat_spec(path: Path, changed: int) -> JsonStatSpec:
    """Spec of a file, loaded once for each of its versions (`changed` is its modification time in ns).

    Raises IocError naming file and key of the first mistake.
    """
    source = YamlSource(path)
    data: dict[str, Any] = source.data
    here: tuple[str | int, ...] = ()
    try:
        tables = []
        for position, declared in enumerate(data["tables"]):
            here = ("tables", position)
            dimensions = {
                role: tuple(re.compile(p) for p in patterns) for role, patterns in declared["dimensions"].items()
            }
            unknown = set(dimensions) - set(ROLES)
            if unknown or "period" not in dimensions or "indicator" not in dimensions:
                raise ValueError(f"dimensions: roles are {', '.join(ROLES)}; period and indicator are needed")
            tables.append(
                JsonStatTable(
                    str(declared["id"]),
                    Text(declared["name"]["vi"], declared["name"]["en"]),
                    re.compile(declared["label"]),
                    dimensions,
                    tuple(
                        Category(
                            re.compile(c["label"]),
                            str(c["indicator"]),
                            Text(c["vi"], c["en"]),
                            str(c["unit"]),
                            str(c["measure"]),
                        )
                        for c in declared["categories"]
                    ),
                    tuple(ItemCategory(re.compile(c["label"]), c.get("item")) for c in declared.get("items") or ()),
                    str(declared["data_type"]),
                )
            )
        here = ()
        return JsonStatSpec(
            tuple(tables),
            re.compile(data["country"]),
            {fold(label): str(item) for label, item in (data.get("regions") or {}).items()},
            re.compile(data["preliminary"]),
            {str(sign): str(status) for sign, status in (data.get("missing") or {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        where = "/".join(map(str, here)) or "top"
        line = source.line(*here) or 1
        raise IocError(
            Message(
                "contract.json_stat",
                f"{path}, dòng {line} ({where}): khai báo thiếu hoặc sai ({error!r}).",
                f"{path}, line {line} ({where}): missing or wrong declaration ({error!r}).",
            )
        ) from error
