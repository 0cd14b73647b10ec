"""An alert and its life: open → acknowledged → assigned → acting → closed, and up when it is late. State is what the
events say; the steps that are allowed are a pure rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.operations.events import ALERT, Event

OPEN, ACKNOWLEDGED, ASSIGNED, ACTING, CLOSED = "open", "acknowledged", "assigned", "acting", "closed"
STATES = {
    OPEN: Text("mới mở", "open"),
    ACKNOWLEDGED: Text("đã tiếp nhận", "acknowledged"),
    ASSIGNED: Text("đã giao", "assigned"),
    ACTING: Text("đang xử lý", "acting"),
    CLOSED: Text("đã đóng", "closed"),
}
STEPS = {
    "acknowledged": (OPEN,),
    "assigned": (ACKNOWLEDGED, ASSIGNED, ACTING),
    "acting": (ASSIGNED,),
    "escalated": (OPEN, ACKNOWLEDGED, ASSIGNED, ACTING),
    "closed": (ACKNOWLEDGED, ASSIGNED, ACTING),
}
"""From which states a person may take a step. Whatever recovered may be closed from any state."""
_BEFORE = {
    "acknowledged": Text("chỉ tiếp nhận được cảnh báo mới mở", "only an open alert can be acknowledged"),
    "assigned": Text("tiếp nhận trước: ioc alerts ack {id}", "acknowledge first: ioc alerts ack {id}"),
    "acting": Text("giao cho một người trước: ioc alerts assign {id}", "assign first: ioc alerts assign {id}"),
    "escalated": Text("cảnh báo đã đóng", "the alert is closed"),
    "closed": Text("tiếp nhận trước: ioc alerts ack {id}", "acknowledge first: ioc alerts ack {id}"),
}


@dataclass(frozen=True)
class Alert:
    """One alert as its events leave it. `level` counts how often it went up; `recovered`: closing is proposed."""

    id: str
    cause: str
    trigger: str
    severity: str
    title: Text
    subject: Text
    owner: dict[str, str]
    opened_at: str
    acknowledge_by: date
    due_on: date
    days: str
    guidance: Text
    members: tuple[str, ...]
    evidence: dict[str, Any]
    simulated: bool
    state: str = OPEN
    assignee: str | None = None
    level: int = 0
    escalated_to: dict[str, str] | None = None
    recovered: bool = False
    closed_at: str | None = None
    closed_by: str | None = None
    closing_evidence: str | None = None
    closed_recovered: bool | None = None  # what the newest release said when it was closed
    settled: dict[str, str] = field(default_factory=dict)  # evidence by member that was closed on its own
    history: tuple[Event, ...] = field(default=(), compare=False)

    @property
    def live(self) -> bool:
        """True until it is closed."""
        return self.state != CLOSED

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Members that nobody closed on their own yet."""
        return tuple(member for member in self.members if member not in self.settled)

    def overdue(self, today: date) -> bool:
        """True when it is open past its deadline, or nobody acknowledged it in time."""
        return self.live and (today > self.due_on or (self.state == OPEN and today > self.acknowledge_by))

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        plain = {k: v for k, v in self.__dict__.items() if k != "history"}
        words = {k: v.__dict__ for k, v in plain.items() if isinstance(v, Text)}
        history = [
            {"seq": e.seq, "kind": e.kind, "at": e.at, "who": e.who, "evidence": e.evidence, "body": e.body}
            for e in self.history
        ]
        return plain | words | {"history": history}


def alerts_of(events: Iterable[Event]) -> dict[str, Alert]:
    """Alerts by id in the order they opened, as their events leave them."""
    found: dict[str, Alert] = {}
    for event in events:
        if event.stream != ALERT:
            continue
        if event.kind == "opened":
            found[event.subject] = _opened(event)
        elif event.subject in found:
            after = _after(found[event.subject], event)
            found[event.subject] = replace(after, history=(*after.history, event))
    return found


def _words(value: dict[str, str]) -> Text:
    return Text(value["vi"], value["en"])


def _opened(event: Event) -> Alert:
    said = event.body
    return Alert(
        id=event.subject,
        cause=said["cause"],
        trigger=said["trigger"],
        severity=said["severity"],
        title=_words(said["title"]),
        subject=_words(said["subject"]),
        owner=said["owner"],
        opened_at=event.at,
        acknowledge_by=date.fromisoformat(said["acknowledge_by"]),
        due_on=date.fromisoformat(said["due_on"]),
        days=said["days"],
        guidance=_words(said["guidance"]),
        members=tuple(said["members"]),
        evidence=said["evidence"],
        simulated=bool(said["simulated"]),
        history=(event,),
    )


def _after(alert: Alert, event: Event) -> Alert:
    said = event.body
    if event.kind == "changed":
        return replace(
            alert,
            severity=said["severity"],
            due_on=min(alert.due_on, date.fromisoformat(said["due_on"])),
            members=tuple(dict.fromkeys((*alert.members, *said["members"]))),
            evidence=said["evidence"],
            settled={m: e for m, e in alert.settled.items() if m not in said["members"]},
            recovered=False,
        )
    if event.kind == "recovered":
        return replace(alert, recovered=True)
    if event.kind == "assigned":
        return replace(alert, state=ASSIGNED, assignee=said["to"])
    if event.kind == "escalated":
        return replace(alert, level=said["level"], escalated_to=said["to"])
    if event.kind == "settled":
        return replace(alert, settled=alert.settled | {said["member"]: event.evidence or ""})
    if event.kind == "closed":
        return replace(
            alert, state=CLOSED, closed_at=event.at, closed_by=event.who, closing_evidence=event.evidence,
            closed_recovered=said["recovered"],
        )  # fmt: skip
    return replace(alert, state=event.kind) if event.kind in STATES else alert


def check_step(alert: Alert, step: str, *, evidence: str | None = None) -> None:
    """Raise IocError, in words, when a person may not take this step now.

    Closing needs evidence always: a document, a figure, a record of the repair; not only words like "done".
    """
    if alert.state == CLOSED:
        _refuse(alert, Text("cảnh báo đã đóng", "the alert is closed"))
    closable = step == "closed" and alert.recovered
    if alert.state not in STEPS[step] and not closable:
        words = _BEFORE[step]
        _refuse(alert, Text(words.vi.format(id=alert.id), words.en.format(id=alert.id)))
    if step == "closed" and not (evidence and evidence.strip()):
        raise IocError(
            Message(
                "alert.evidence",
                f"{alert.id}: chưa đóng được vì thiếu minh chứng. Nêu văn bản, số liệu hoặc biên bản khắc phục bằng "
                "--evidence, ví dụ: --evidence “BC 123/BC-STC ngày 05/12/2026”.",
                f"{alert.id}: not closed, evidence is missing. Name the document, figure or record of the repair with "
                "--evidence, e.g. --evidence “BC 123/BC-STC of 5 December 2026”.",
            )
        )


def _refuse(alert: Alert, why: Text) -> None:
    state = STATES[alert.state]
    raise IocError(
        Message(
            "alert.step",
            f"{alert.id} ({state.vi}): không thực hiện được bước này; {why.vi}.",
            f"{alert.id} ({state.en}): this step is not possible; {why.en}.",
        )
    )
