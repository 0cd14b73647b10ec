"""Tasks as the registers state them, and the rules of the sources on them: clear time, responsibility and result; done
only with a result that shows; stuck for a week, then up to the leaders. Pure rules over rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ioc_pipeline.contracts.operation_rules import Register
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.working_days import add_days

TIME, RESPONSIBILITY, RESULT = "time", "responsibility", "result"
LACKING = {
    TIME: Text("thời gian", "time"),
    RESPONSIBILITY: Text("trách nhiệm", "responsibility"),
    RESULT: Text("kết quả", "result"),
}
"""The three attributes that every task states clearly; a task that lacks one is not valid."""

IN_TIME, LATE, UNPROVEN, OVERDUE, NOT_DUE, STOPPED, UNDETERMINED = (
    "in_time", "late", "unproven", "overdue", "not_due", "stopped", "undetermined",
)  # fmt: skip
PROGRESS = {
    IN_TIME: Text("hoàn thành đúng hạn", "done in time"),
    LATE: Text("hoàn thành quá hạn", "done late"),
    UNPROVEN: Text("báo hoàn thành, chưa có minh chứng kết quả", "reported done, no proof of the result"),
    OVERDUE: Text("quá hạn, chưa hoàn thành", "overdue"),
    NOT_DUE: Text("chưa đến hạn", "not due yet"),
    STOPPED: Text("dừng, đưa ra khỏi kế hoạch", "stopped, off the plan"),
    UNDETERMINED: Text("chưa đủ cơ sở", "undetermined"),
}

CLEAR, STUCK, MUST_ESCALATE, AWAITING, DECIDED = "clear", "stuck", "must_escalate", "awaiting_decision", "decided"
ESCALATION = {
    CLEAR: Text("không vướng mắc", "not stuck"),
    STUCK: Text("vướng mắc, còn trong hạn một tuần", "stuck, within the week"),
    MUST_ESCALATE: Text("quá một tuần, phải đưa lên lãnh đạo", "stuck over a week, must go up"),
    AWAITING: Text("đã đưa lên, chờ lãnh đạo quyết định", "gone up, awaiting the leaders"),
    DECIDED: Text("lãnh đạo đã quyết định", "decided by the leaders"),
}


@dataclass(frozen=True)
class Task:
    """One row of a register. `state`: open, done, stopped, or None for a state nobody declared; `proof` names the
    result (None: no proof, `proof_asked` False: the register has no such column)."""

    feed_id: str
    id: str
    title: str | None
    group: str
    assigner: str | None
    document: str | None
    unit: str | None
    result: str | None
    assigned: date | None
    due: date | None
    state: str | None
    progress: float | None
    done: date | None
    proof: str | None
    proof_asked: bool
    stuck: date | None = None
    escalated: date | None = None
    decided: date | None = None
    resolved: date | None = None
    simulated: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of time, responsibility and result the task does not state."""
        stated = {TIME: self.due, RESPONSIBILITY: self.unit, RESULT: self.result}
        return tuple(name for name, value in stated.items() if not value)

    def followed(self, today: date) -> str:
        """How it stands against its deadline. Done counts only with its date, and with proof where one is asked."""
        if self.state == "stopped":
            return STOPPED
        if self.due is None or self.state is None or (self.state == "done" and self.done is None):
            return UNDETERMINED
        if self.state == "done":
            if self.proof_asked and not self.proof:
                return UNPROVEN
            return IN_TIME if self.done is not None and self.done <= self.due else LATE
        return OVERDUE if today > self.due else NOT_DUE

    def goes_up_by(self, days: int, kind: str) -> date | None:
        """The last day on which it may be stuck without going up; None when it is not stuck."""
        return add_days(self.stuck, days, kind) if self.stuck is not None else None

    def escalation(self, today: date, days: int, kind: str) -> str:
        """Where a difficult task stands on its way to the leaders; a task not open any more is clear."""
        if self.stuck is None or self.state != "open" or (self.resolved is not None and self.resolved <= today):
            return CLEAR
        if self.decided is not None:
            return DECIDED
        if self.escalated is not None:
            return AWAITING
        limit = self.goes_up_by(days, kind)
        return MUST_ESCALATE if limit is not None and today > limit else STUCK

    def went_up_late(self, days: int, kind: str) -> bool:
        """True when it did go up, but after the week."""
        limit = self.goes_up_by(days, kind)
        return limit is not None and self.escalated is not None and self.escalated > limit


def task_of(row: Mapping[str, Any], register: Register, group: str | None = None) -> Task:
    """A task from a row with the register's column names of `tasks.yaml` as keys (those it has)."""

    def said(name: str) -> str | None:
        value = row.get(name)
        return None if value is None or not str(value).strip() else str(value).strip()

    def day(name: str) -> date | None:
        value = row.get(name)
        return value if isinstance(value, date) else None

    return Task(
        feed_id=register.feed,
        id=str(row["id"]),
        title=said("title"),
        group=said("group") or group or register.group or "",
        assigner=said("assigner"),
        document=said("document"),
        unit=said("unit"),
        result=said("result"),
        assigned=day("assigned"),
        due=day("due"),
        state=register.states.get(str(row.get("state"))),
        progress=row.get("progress"),
        done=day("done"),
        proof=said("proof"),
        proof_asked="proof" in register.columns,
        stuck=day("stuck"),
        escalated=day("escalated"),
        decided=day("decided"),
        resolved=day("resolved"),
        simulated=bool(row.get("simulated")),
    )


@dataclass(frozen=True)
class TaskConduct:
    """Counts behind clause IOC-QTRI-10; `right` of `counted` tasks, and the ids of those that are not."""

    counted: int
    incomplete: tuple[str, ...]
    not_sent_up: tuple[str, ...]
    sent_up_late: tuple[str, ...]
    awaiting: int

    @property
    def wrong(self) -> frozenset[str]:
        """Tasks that break the clause."""
        return frozenset((*self.incomplete, *self.not_sent_up, *self.sent_up_late))

    @property
    def right(self) -> int:
        """Tasks that keep it."""
        return self.counted - len(self.wrong)


def conduct(tasks: Collection[Task], today: date, days: int, kind: str) -> TaskConduct:
    """Tasks in hand (open, or due in the year of `today`) against: three things clear, up after a week."""
    in_hand = [t for t in tasks if t.state == "open" or t.due is None or t.due.year == today.year]
    steps = {t.id: t.escalation(today, days, kind) for t in in_hand}
    return TaskConduct(
        counted=len(in_hand),
        incomplete=tuple(t.id for t in in_hand if t.missing),
        not_sent_up=tuple(t.id for t in in_hand if steps[t.id] == MUST_ESCALATE),
        sent_up_late=tuple(t.id for t in in_hand if t.state == "open" and t.went_up_late(days, kind)),
        awaiting=sum(step == AWAITING for step in steps.values()),
    )
