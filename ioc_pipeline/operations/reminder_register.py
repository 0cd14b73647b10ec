"""Reminders of a year in full: those that follow from late work (a release) and those sent or waived by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ioc_pipeline.operations.events import UNIT, Event
from ioc_pipeline.operations.ranking import consequence


@dataclass(frozen=True)
class RemindedUnit:
    """A unit's reminders: (day, what) that follow by rule, by hand, and waived ones; `count` is what matters."""

    unit: str
    by_rule: tuple[tuple[date, str], ...]
    by_hand: tuple[tuple[date, str], ...]
    waived: tuple[tuple[date, str], ...]
    consequence: str

    @property
    def count(self) -> int:
        """Reminders that count."""
        return len(self.by_rule) + len(self.by_hand)


def reminded_units(
    by_rule: Iterable[tuple[str, date, str]], events: Iterable[Event], year: int, review: float, discipline: float
) -> list[RemindedUnit]:
    """Units with any reminder in `year`, most first. `by_rule`: (unit, day, what); a waived month's do not count."""
    said = [e for e in events if e.stream == UNIT]
    waived = {(e.subject, str(e.body["month"])) for e in said if e.kind == "waived"}
    automatic = [(unit, on, what) for unit, on, what in by_rule if on.year == year]
    manual = [(e.subject, date.fromisoformat(e.body["on"]), str(e.body["why"])) for e in said if e.kind == "reminded"]
    manual = [m for m in manual if m[1].year == year]
    found = []
    for unit in sorted({m[0] for m in (*automatic, *manual)}):
        own = sorted((on, what) for u, on, what in automatic if u == unit)
        let_off = tuple(r for r in own if (unit, f"{r[0]:%Y-%m}") in waived)
        counted = tuple(r for r in own if r not in let_off)
        by_hand = tuple(sorted((on, what) for u, on, what in manual if u == unit))
        total = len(counted) + len(by_hand)
        found.append(RemindedUnit(unit, counted, by_hand, let_off, consequence(total, review, discipline)))
    return sorted(found, key=lambda r: (-r.count, r.unit))
