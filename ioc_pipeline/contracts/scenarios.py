"""Scenarios (`data_contracts/scenarios/*.yaml`): assumptions a leader may change and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.scenarios import scenario_problems
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class Assumption:
    """A number somebody may change, within `low` and `high`; `default` is an expression over the data."""

    name: str
    title: Text
    unit: Text
    default: str
    low: float
    high: float
    mark: str


@dataclass(frozen=True)
class Effect:
    """The landing of a card as an expression over assumptions and data."""

    code: str
    landing: str
    why: Text
    mark: str


@dataclass(frozen=True)
class Scenario:
    """Assumptions and effects; effects are computed in their order."""

    id: str
    name: Text
    assumptions: tuple[Assumption, ...]
    effects: tuple[Effect, ...]


def load_scenarios(known: Known) -> tuple[dict[str, Scenario], list[Problem]]:
    """Scenarios that can be computed by id, and what is wrong with the others."""
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for path in sorted((known.root / "scenarios").glob("*.yaml")):
        try:
            source = YamlSource(path)
        except UnreadableFile as error:
            problems.append(error.problem)
            continue
        wrong = scenario_problems(source, known)
        problems += wrong
        unusable = {p.keys[:2] for p in wrong}
        for position, entry in enumerate(source.entries("scenarios")):
            if ("scenarios", position) not in unusable and () not in unusable:
                found.setdefault(entry["id"], _scenario(entry))
    return found, problems


def _words(entry: dict[str, str]) -> Text:
    return Text(str(entry["vi"]), str(entry["en"]))


def _scenario(entry: dict[str, Any]) -> Scenario:
    assumptions = tuple(
        Assumption(
            a["name"], _words(a["title"]), _words(a["unit"]), str(a["default"]), float(a["range"][0]),
            float(a["range"][1]), a["mark"],
        )
        for a in entry["assumptions"]
    )  # fmt: skip
    effects = tuple(Effect(e["code"], e["landing"], _words(e["why"]), e["mark"]) for e in entry["effects"])
    return Scenario(entry["id"], _words(entry["name"]), assumptions, effects)
