"""Reminders per unit and year, and units ranked by what they finished in time: pure rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ioc_pipeline.contracts.operation_rules import TaskRules
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.tasks import IN_TIME, LATE, NOT_DUE, OVERDUE, STOPPED, UNDETERMINED, UNPROVEN, Task

FORMULA = Text(
    "điểm = 100 × số nhiệm vụ đến hạn trong năm hoàn thành đúng hạn, có minh chứng ÷ số nhiệm vụ đến hạn trong năm "
    "(không kể nhiệm vụ đưa ra khỏi kế hoạch)",
    "score = 100 × tasks due in the year that were done in time with proof ÷ tasks due in the year (without those "
    "taken off the plan)",
)
NONE, REVIEW, DISCIPLINE = "none", "review", "discipline"
CONSEQUENCES = {
    NONE: Text("chưa đến mức xử lý", "no consequence"),
    REVIEW: Text("kiểm điểm trách nhiệm", "review of responsibility"),
    DISCIPLINE: Text("xem xét kỷ luật người đứng đầu", "disciplining of the head considered"),
}


@dataclass(frozen=True)
class Late:
    """Something that came late or not at all: `on` is the day after its deadline, `what` a task or a delivery."""

    unit: str
    on: date
    what: str
    kind: str  # task | delivery


@dataclass(frozen=True)
class Reminder:
    """One reminder and everything it names."""

    unit: str
    on: date
    what: tuple[str, ...]


def late_tasks(tasks: Iterable[Task], rules: TaskRules, today: date) -> list[Late]:
    """Tasks of ranked registers that passed their deadline; a late one that is done stays a late one."""
    ranked = {r.feed for r in rules.registers if r.ranked}
    return [
        Late(unit_of(t.unit, rules), t.due + timedelta(days=1), t.id, "task")
        for t in tasks
        if t.feed_id in ranked and t.unit and t.due is not None and t.followed(today) in (LATE, OVERDUE)
    ]


def unit_of(unit: str, rules: TaskRules) -> str:
    """The unit under which a code counts: the owner of feeds it is declared to be, or itself."""
    return rules.units.get(unit, unit)


def reminders(
    late: Iterable[Late], one_per: str, year: int, waived: Collection[tuple[str, str]] = ()
) -> list[Reminder]:
    """Reminders of a calendar year. `month`: one letter per unit and month names all that was late; `item`: one each.

    `waived` are (unit, month as 2026-03) that shall not count, by record.
    """
    letters: dict[tuple[str, str], list[Late]] = defaultdict(list)
    for entry in late:
        month = f"{entry.on:%Y-%m}"
        if entry.on.year == year and (entry.unit, month) not in waived:
            letters[entry.unit, month if one_per == "month" else f"{month}:{entry.what}"].append(entry)
    made = [
        Reminder(unit, min(e.on for e in entries), tuple(sorted(e.what for e in entries)))
        for (unit, _), entries in letters.items()
    ]
    return sorted(made, key=lambda r: (r.unit, r.on))


def consequence(count: int, review: float, discipline: float) -> str:
    """What a number of reminders in a year leads to."""
    return DISCIPLINE if count >= discipline else REVIEW if count >= review else NONE


@dataclass(frozen=True)
class UnitStanding:
    """A unit in a year: counts, score (percent; None when undetermined), rank in its class, reminders."""

    unit: str
    year: int
    unit_class: str
    counts: Mapping[str, int]  # by `tasks.PROGRESS`
    incomplete: int
    score: float | None
    rank: int | None
    of: int  # units of the class that have a rank
    reason: Text
    reminders: int
    consequence: str
    simulated: bool

    @property
    def due(self) -> int:
        """The denominator."""
        return sum(self.counts.get(k, 0) for k in (IN_TIME, LATE, UNPROVEN, OVERDUE))


def standings(
    tasks: Collection[Task], rules: TaskRules, today: date, reminded: Mapping[str, int], review: float,
    discipline: float,
) -> list[UnitStanding]:  # fmt: skip
    """Every unit with tasks or reminders in the year of `today`, ranked inside its class; best first.

    No rank where the data of a unit do not decide: too few tasks due, or tasks without time, responsibility, result.
    Equal scores share a rank. Going up to the leaders takes no part: asking for help is never a fault.
    """
    year, ranked = today.year, {r.feed for r in rules.registers if r.ranked}
    of_unit: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        in_year = task.due is None or (task.due.year == year and task.due <= today)
        if task.feed_id in ranked and task.unit and in_year and not (task.due is None and task.state != "open"):
            of_unit[unit_of(task.unit, rules)].append(task)
    found = []
    for unit in sorted({*of_unit, *reminded}):
        own = of_unit.get(unit, [])
        counts = Counter(t.followed(today) for t in own)
        incomplete = sum(bool(t.missing) or t.followed(today) == UNDETERMINED for t in own)
        due = sum(counts[k] for k in (IN_TIME, LATE, UNPROVEN, OVERDUE))
        score, reason = _score(counts[IN_TIME], due, incomplete, len(own), rules)
        unit_class = rules.class_of(unit)
        count = reminded.get(unit, 0)
        found.append(
            UnitStanding(
                unit, year, unit_class.id if unit_class else "", dict(counts), incomplete, score, None, 0, reason,
                count, consequence(count, review, discipline), any(t.simulated for t in own),
            )
        )  # fmt: skip
    return _ranked(found)


def _score(in_time: int, due: int, incomplete: int, total: int, rules: TaskRules) -> tuple[float | None, Text]:
    if due == 0:
        return None, Text("không có nhiệm vụ đến hạn trong năm", "no task was due this year")
    if incomplete > rules.undetermined_share * total:
        return None, Text(
            f"{incomplete} nhiệm vụ thiếu thời gian, trách nhiệm hoặc kết quả: chưa đủ cơ sở xếp hạng",
            f"{incomplete} tasks lack time, responsibility or result: undetermined",
        )
    if due < rules.minimum_due:
        return None, Text(
            f"mới {due} nhiệm vụ đến hạn, cần ít nhất {rules.minimum_due} để xếp hạng",
            f"only {due} tasks due, {rules.minimum_due} are needed for a rank",
        )
    return 100 * in_time / due, Text(f"{in_time}/{due} đúng hạn", f"{in_time} of {due} in time")


def _ranked(found: list[UnitStanding]) -> list[UnitStanding]:
    placed = []
    for unit_class in sorted({s.unit_class for s in found}):
        own = [s for s in found if s.unit_class == unit_class]
        scores = sorted((s.score for s in own if s.score is not None), reverse=True)
        for standing in own:
            rank = None if standing.score is None else scores.index(standing.score) + 1
            placed.append(replace(standing, rank=rank, of=len(scores)))
    return sorted(placed, key=lambda s: (s.unit_class, s.rank is None, s.rank or 0, s.unit))


COUNTED = (IN_TIME, LATE, UNPROVEN, OVERDUE, NOT_DUE, STOPPED, UNDETERMINED)
"""The order in which counts are printed."""
