"""The page of public services (`data_contracts/services/*.yaml`): which cards it shows and by what they are split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.services import service_problems
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource


@dataclass(frozen=True)
class Split:
    """Cards split by one column of their feed; `example`: the column whose most frequent value illustrates a part."""

    column: str
    cards: tuple[str, ...]
    example: str | None


@dataclass(frozen=True)
class Scored:
    """A score with its greatest possible value, in points."""

    code: str
    maximum: float


@dataclass(frozen=True)
class Services:
    """One declared page: codes of cards by place, the two splits, the queries for ranked units and top services."""

    summary: tuple[str, ...]
    trend: str
    overdue: tuple[str, ...]
    total: Scored
    groups: tuple[Scored, ...]
    rank: str
    ranked: str
    units: Split
    fields: Split
    top: str
    share_target: float
    top_services: str
    agency: str  # columns of the feed of `top` by which codes of the query get their names
    level: str


def load_services(known: Known) -> tuple[Services | None, list[Problem]]:
    """The first usable declaration, and what is wrong with the files; None when there is none."""
    found: Services | None = None
    problems: list[Problem] = []
    for path in sorted((known.root / "services").glob("*.yaml")):
        try:
            source = YamlSource(path)
        except UnreadableFile as error:
            problems.append(error.problem)
            continue
        wrong = source.repeated_keys() + service_problems(source, known)
        problems += wrong
        if not wrong and found is None:
            found = _services(source.data)
    return found, problems


def _services(data: Mapping[str, Any]) -> Services:
    score, top = data["score"], data["top"]
    return Services(
        summary=tuple(data["summary"]),
        trend=data["trend"],
        overdue=tuple(data["overdue"]),
        total=_scored(score["total"]),
        groups=tuple(map(_scored, score["groups"])),
        rank=score["rank"],
        ranked=score["ranked"],
        units=_split(data["units"]),
        fields=_split(data["fields"]),
        top=top["code"],
        share_target=float(top["share_target"]),
        top_services=top["services"],
        agency=top["named"]["agency"],
        level=top["named"]["level"],
    )


def _scored(entry: Mapping[str, Any]) -> Scored:
    return Scored(entry["code"], float(entry["maximum"]))


def _split(entry: Mapping[str, Any]) -> Split:
    return Split(entry["column"], tuple(entry["cards"]), entry.get("example"))
