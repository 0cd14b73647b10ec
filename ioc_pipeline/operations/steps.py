"""What people do: steps of an alert, decisions on tasks, reminders, notes. Each appends one event, or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ioc_pipeline.contracts.operation_rules import AlertRules, Named
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.operations.alerts import Alert, alerts_of, check_step
from ioc_pipeline.operations.causes import GROUP
from ioc_pipeline.operations.events import ALERT, NOTE, TASK, UNIT, Event, NewEvent
from ioc_pipeline.operations.store import Ledger


def _alert(ledger: Ledger, alert_id: str) -> Alert:
    alerts = alerts_of(ledger.events())
    if alert_id.upper() not in alerts:
        raise IocError(
            Message(
                "alert.unknown",
                f"Không có cảnh báo {alert_id}; xem mã ở: ioc alerts list --all",
                f"No alert {alert_id}; see the ids with: ioc alerts list --all",
            )
        )
    return alerts[alert_id.upper()]


def acknowledge(ledger: Ledger, alert_id: str, who: str, text: str | None = None) -> Alert:
    """Somebody has seen it."""
    return _step(ledger, alert_id, "acknowledged", who, {"text": text})


def assign(ledger: Ledger, alert_id: str, who: str, to: str, text: str | None = None) -> Alert:
    """Exactly one person answers for it; assigning again replaces them."""
    if not to.strip():
        raise IocError(
            Message("alert.assignee", "Nêu một người chịu trách nhiệm bằng --to.", "Name one person with --to.")
        )
    return _step(ledger, alert_id, "assigned", who, {"to": to.strip(), "text": text})


def act(ledger: Ledger, alert_id: str, who: str, text: str) -> Alert:
    """Work on it has begun; `text` says what is done."""
    return _step(ledger, alert_id, "acting", who, {"text": text})


def close(ledger: Ledger, alert_id: str, who: str, evidence: str | None, text: str | None = None) -> Alert:
    """Close with evidence. Whether the measured state had recovered by then is recorded beside it."""
    alert = _alert(ledger, alert_id)
    check_step(alert, "closed", evidence=evidence)
    body = {"text": text, "recovered": alert.recovered}
    ledger.append(NewEvent(ALERT, alert.id, "closed", who, body, evidence=evidence))
    return _alert(ledger, alert_id)


def settle(
    ledger: Ledger, alert_id: str, member: str, who: str, evidence: str | None, text: str | None = None
) -> Alert:
    """Close one indicator of an alert of several, with evidence; the alert is closed with its last one."""
    alert = _alert(ledger, alert_id)
    check_step(alert, "closed", evidence=evidence)
    wanted = member.strip().upper()
    if wanted not in alert.unsettled or not alert.cause.startswith(f"{GROUP}:"):
        left = ", ".join(alert.unsettled) if alert.cause.startswith(f"{GROUP}:") else "–"
        raise IocError(
            Message(
                "alert.member",
                f"{alert.id}: không có {wanted} trong các chỉ tiêu chưa đóng; còn: {left}.",
                f"{alert.id}: {wanted} is not among the indicators that are open; left: {left}.",
            )
        )
    body = {"member": wanted, "text": text}
    ledger.append(NewEvent(ALERT, alert.id, "settled", who, body, evidence=evidence))
    alert = _alert(ledger, alert_id)
    if not alert.unsettled:
        listed = "; ".join(f"{code}: {proof}" for code, proof in alert.settled.items())
        last = {"text": None, "recovered": alert.recovered}
        ledger.append(NewEvent(ALERT, alert.id, "closed", who, last, evidence=listed))
    return _alert(ledger, alert_id)


def escalate(ledger: Ledger, alert_id: str, who: str, rules: AlertRules, text: str) -> Alert:
    """Send an alert up one level now; raising a hard problem is never counted against anybody."""
    alert = _alert(ledger, alert_id)
    check_step(alert, "escalated")
    if alert.level >= len(rules.escalation):
        raise IocError(
            Message(
                "alert.top",
                f"{alert.id} đã ở cấp cao nhất ({rules.escalation[-1][1].name.vi}).",
                f"{alert.id} is at the highest level already ({rules.escalation[-1][1].name.en}).",
            )
        )
    level = alert.level + 1
    body = {"level": level, "to": rules.escalation[level - 1][1].as_dict(), "why": text}
    ledger.append(NewEvent(ALERT, alert.id, "escalated", who, body, once=f"escalated:{alert.id}:{level}"))
    return _alert(ledger, alert_id)


def _step(ledger: Ledger, alert_id: str, step: str, who: str, body: dict[str, str | None]) -> Alert:
    alert = _alert(ledger, alert_id)
    check_step(alert, step)
    ledger.append(NewEvent(ALERT, alert.id, step, who, body))
    return _alert(ledger, alert_id)


def decide(
    ledger: Ledger, task: str, outcome: str, outcomes: Sequence[Named], *, who: str, signed_by: str, on: date,
    document: str, today: date, stuck_since: date | None = None,
) -> Event:  # fmt: skip
    """The leaders' decision on an escalated task: exactly one of the two outcomes, dated and signed, once.

    `stuck_since`: a decision from before that day was about an earlier obstacle and does not count.
    """
    if outcome not in {o.id for o in outcomes}:
        listed = "; ".join(f"{o.id} ({o.name.vi})" for o in outcomes)
        listed_en = "; ".join(f"{o.id} ({o.name.en})" for o in outcomes)
        raise IocError(
            Message(
                "task.outcome",
                f"Kết luận phải là đúng một trong hai: {listed}.",
                f"The outcome is exactly one of two: {listed_en}.",
            )
        )
    if not signed_by.strip() or not document.strip():
        raise IocError(
            Message(
                "task.signature",
                "Kết luận phải có người ký (--signed-by) và số văn bản (--document).",
                "A decision needs who signed it (--signed-by) and its document (--document).",
            )
        )
    if on > today:
        raise IocError(
            Message(
                "task.future",
                f"Ngày ký {on:%d/%m/%Y} ở tương lai; ghi đúng ngày ký.",
                f"It was signed in the future ({on:%d/%m/%Y}); write the day it was signed.",
            )
        )
    since = stuck_since.isoformat() if stuck_since else ""
    said = [e for e in ledger.events(TASK) if e.subject == task and e.kind == "decided" and str(e.body["on"]) >= since]
    if said:
        raise IocError(
            Message(
                "task.decided",
                f"{task} đã có kết luận “{said[0].body['outcome']}” ngày {said[0].body['on']} ({said[0].evidence}).",
                f"{task} was decided: “{said[0].body['outcome']}” on {said[0].body['on']} ({said[0].evidence}).",
            )
        )
    body = {"outcome": outcome, "signed_by": signed_by.strip(), "on": on.isoformat()}
    once = f"task-decided:{task}:{since}"
    made = ledger.append(NewEvent(TASK, task, "decided", who, body, evidence=document, once=once))
    assert made is not None
    return made


def remind(ledger: Ledger, unit: str, who: str, on: date, why: str, document: str | None) -> Event | None:
    """A reminder sent by hand: it counts for the unit and year of `on`."""
    return ledger.append(NewEvent(UNIT, unit, "reminded", who, {"on": on.isoformat(), "why": why}, evidence=document))


def waive(ledger: Ledger, unit: str, who: str, month: str, why: str, document: str) -> Event | None:
    """A month's reminder that shall not count (the unit waited for a central source), on record."""
    body = {"month": month, "why": why}
    return ledger.append(
        NewEvent(UNIT, unit, "waived", who, body, evidence=document, once=f"waived:{unit}:{month}")
    )  # fmt: skip


def add_note(ledger: Ledger, code: str, who: str, text: str, on: date, document: str | None) -> Event | None:
    """An owner's dated note on an indicator. It stands beside the value; no rule reads it, so it changes no colour."""
    if not text.strip():
        raise IocError(Message("note.empty", "Ghi chú trống; nêu nội dung bằng --text.", "The note is empty: --text."))
    body = {"text": text.strip(), "on": on.isoformat()}
    return ledger.append(NewEvent(NOTE, code, "noted", who, body, evidence=document))
