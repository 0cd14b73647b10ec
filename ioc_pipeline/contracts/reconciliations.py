"""Reconciliations (`data_contracts/reconciliations/*.yaml`): one fact that two feeds state, how far apart the two may
be, and which of them is shown. The other one becomes a cross-check: it is compared, never averaged and never hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.reconciliations import reconciliation_problems
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class Statement:
    """One side: a series of a feed. Its value in the common scale is `(value - minus) * times`."""

    feed: str
    indicator: str
    measure: str
    item: str | None
    minus: float
    times: float

    @property
    def series(self) -> tuple[str, str, str]:
        """Feed, indicator and measure."""
        return self.feed, self.indicator, self.measure


@dataclass(frozen=True)
class Reconciliation:
    """Two statements of one fact; they agree when they differ by at most `absolute` or `percent` of the shown one."""

    id: str
    name: Text
    statements: tuple[Statement, Statement]
    absolute: float | None
    percent: float | None
    shown: str
    why: Text
    since: date

    def agree(self, shown: float, other: float) -> bool:
        """True when two values in the common scale are within the tolerance (either one, when both are declared)."""
        apart = abs(shown - other)
        limits = [self.absolute] if self.absolute is not None else []
        limits += [abs(shown) * self.percent / 100] if self.percent is not None else []
        return apart <= max(limits) + 1e-9 * max(abs(shown), abs(other), 1.0)


def load_reconciliations(known: Known) -> tuple[tuple[Reconciliation, ...], list[Problem]]:
    """Reconciliations that can be computed, and what is wrong with the others."""
    found: dict[str, Reconciliation] = {}
    problems: list[Problem] = []
    for path in sorted((known.root / "reconciliations").glob("*.yaml")):
        try:
            source = YamlSource(path)
        except UnreadableFile as error:
            problems.append(error.problem)
            continue
        wrong = reconciliation_problems(source, known)
        problems += wrong
        unusable = {p.keys[:2] for p in wrong}
        for position, entry in enumerate(source.entries("reconciliations")):
            if ("reconciliations", position) not in unusable:
                found.setdefault(entry["id"], _reconciliation(entry))
    return tuple(found.values()), problems


def _reconciliation(entry: dict[str, Any]) -> Reconciliation:
    first, second = (
        Statement(
            s["feed"], s["indicator"], s["measure"], s.get("item"), float(s.get("minus", 0)), float(s.get("times", 1))
        )
        for s in entry["statements"]
    )
    tolerance = entry["tolerance"]
    return Reconciliation(
        id=entry["id"],
        name=Text(entry["name"]["vi"], entry["name"]["en"]),
        statements=(first, second),
        absolute=float(tolerance["absolute"]) if "absolute" in tolerance else None,
        percent=float(tolerance["percent"]) if "percent" in tolerance else None,
        shown=entry["shown"],
        why=Text(entry["why"]["vi"], entry["why"]["en"]),
        since=date.fromisoformat(str(entry["since"])),
    )
