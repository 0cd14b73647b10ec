"""What a release says of tasks and units together with what people recorded in the operations store: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ioc_dashboard.model import Words
from ioc_dashboard.queries_tasks import Task, Unit
from ioc_pipeline.operations.events import TASK, Event
from ioc_pipeline.operations.ranking import DISCIPLINE, NONE, REVIEW, consequence
from ioc_pipeline.operations.reminder_register import reminded_units

SEVEREST = (DISCIPLINE, REVIEW, NONE)
Letters = tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Reminded:
    """Reminders of a unit in the year: by rule, by hand, waived, and what the number that counts leads to."""

    unit: str
    name: Words
    by_rule: Letters
    by_hand: Letters
    waived: Letters
    consequence: str

    @property
    def count(self) -> int:
        """Reminders that count."""
        return len(self.by_rule) + len(self.by_hand)


def thresholds(units: Iterable[Unit]) -> tuple[float, float] | None:
    """Reminders from which responsibility is reviewed and discipline considered; None in releases that do not say."""
    for unit in units:
        if "reminder_review" in unit.inputs and "reminder_discipline" in unit.inputs:
            return float(unit.inputs["reminder_review"]), float(unit.inputs["reminder_discipline"])
    return None


def reminded(units: Sequence[Unit], events: Iterable[Event], year: int) -> list[Reminded]:
    """Units with reminders, the most first. A release that does not say its thresholds keeps its own consequence."""
    limits, by_unit = thresholds(units), {unit.unit: unit for unit in units}
    by_rule = [(unit.unit, on, ", ".join(what)) for unit in units for on, what in unit.reminders]
    found = []
    for one in reminded_units(by_rule, events, year, *(limits or (float("inf"), float("inf")))):
        known = by_unit.get(one.unit)
        count = len(one.by_rule) + len(one.by_hand)
        leads_to = consequence(count, *limits) if limits else known.consequence if known else NONE
        name = known.name if known else Words(one.unit, one.unit)
        found.append(Reminded(one.unit, name, one.by_rule, one.by_hand, one.waived, leads_to))
    return sorted(found, key=lambda r: (SEVEREST.index(r.consequence), -r.count, r.unit))


def decisions(tasks: Iterable[Task], events: Iterable[Event]) -> Mapping[str, Event]:
    """Decisions of the leaders by task; one from before the present obstacle was about an earlier one."""
    said = {event.subject: event for event in events if (event.stream, event.kind) == (TASK, "decided")}
    return {
        task.task_id: said[task.task_id]
        for task in tasks
        if task.task_id in said and str(said[task.task_id].body["on"]) >= str(task.stuck_since or "")
    }
