"""After a release: what changed since the release before becomes alerts, once per release; what is overdue goes up.

A failure here never takes back or blocks a release: it is reported, and the next run tries again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.operation_rules import AlertRules
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.operations.alerts import Alert, alerts_of
from ioc_pipeline.operations.causes import GROUP, TASKS_CAUSE, Finding, findings, recovered, state_of
from ioc_pipeline.operations.events import ALERT, RELEASE, SYSTEM, TASK, NewEvent
from ioc_pipeline.operations.snapshot import Snapshot, read_snapshot
from ioc_pipeline.operations.store import Ledger, OperationsStore
from ioc_pipeline.operations.working_days import add_days
from ioc_pipeline.publish.release import current
from ioc_pipeline.receive.secrets import redact
from ioc_pipeline.settings import Places

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Followed:
    """What following a release did; `problem` when it could not be done (the release stands all the same)."""

    release_id: str | None = None
    opened: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    escalated: tuple[str, ...] = ()
    problem: Message | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        lists = {k: list(v) for k, v in self.__dict__.items() if isinstance(v, tuple)}
        return {"release": self.release_id, **lists, "problem": self.problem.as_dict() if self.problem else None}


def follow_release(places: Places, catalogue: Catalogue, now: datetime) -> Followed:
    """Evaluate alerts for the current release if that was not done yet, and escalate what is overdue. Never raises."""
    try:
        return _follow(places, catalogue, now)
    except Exception as error:
        log.exception("following the release")
        if isinstance(error, IocError):
            return Followed(problem=error.message)
        detail = redact(f"{type(error).__name__}: {error}")
        return Followed(
            problem=Message(
                "alerts.failed",
                f"Chưa xét được cảnh báo ({detail}); bản phát hành không bị ảnh hưởng, lần chạy sau sẽ xét lại.",
                f"Alerts could not be evaluated ({detail}); the release stands, the next run tries again.",
            )
        )


def _follow(places: Places, catalogue: Catalogue, now: datetime) -> Followed:
    rules, release = catalogue.operations.alerts, current(places)
    if rules is None or release is None:
        return Followed()
    areas = tuple({"province": catalogue.province.code, "country": "VN"}[area] for area in rules.areas)
    store = OperationsStore(places)
    try:
        with store.writing(now) as ledger:
            result = Followed(release.release_id)
            if not _evaluated(ledger, release.release_id):
                after = read_snapshot(release.folder, release.release_id, areas)
                before = _previous(places, ledger, areas)
                result = evaluate(ledger, catalogue, rules, before, after)
            escalated = escalate_overdue(ledger, rules, catalogue.province.timezone)
    finally:
        store.close()
    return Followed(result.release_id, result.opened, result.changed, result.recovered, escalated)


def _evaluated(ledger: Ledger, release_id: str) -> bool:
    return any(e.subject == release_id and e.kind == "evaluated" for e in ledger.events(RELEASE))


def _previous(places: Places, ledger: Ledger, areas: tuple[str, ...]) -> Snapshot | None:
    """The release evaluated last of those that are still there; None when there is none."""
    for event in reversed(ledger.events(RELEASE)):
        folder = places.releases / event.subject
        if event.kind == "evaluated" and (folder / "release.duckdb").exists():
            try:
                return read_snapshot(folder, event.subject, areas)
            except duckdb.Error:
                log.exception("release %s", event.subject)
    return None


def evaluate(
    ledger: Ledger, catalogue: Catalogue, rules: AlertRules, before: Snapshot | None, after: Snapshot
) -> Followed:
    """Append what a release changes: alerts opened, changed and recovered; and that it was evaluated."""
    live = {a.cause: a for a in alerts_of(ledger.events()).values() if a.live}
    number = sum(e.kind == "opened" and e.stream == ALERT for e in ledger.events())
    opened, changed = [], []
    fired = findings(before, after, rules, {c.code: c.owner_id for c in catalogue.indicators.values()})
    fired = _of_live(fired, live)
    for finding in fired:
        if finding.cause in live:
            alert = live[finding.cause]
            ledger.append(_changed(alert, finding, rules, before, after, ledger.now, catalogue))
            changed.append(alert.id)
        else:
            number += 1
            alert_id = f"CB-{number:04d}"
            ledger.append(_opened(alert_id, finding, rules, before, after, ledger.now, catalogue))
            opened.append(alert_id)
        if finding.cause == TASKS_CAUSE:
            for task in finding.members:
                once = f"task-up:{task}:{after.release_id}"
                ledger.append(NewEvent(TASK, task, "escalated", SYSTEM, {"release": after.release_id}, once=once))
    moved = {f.cause for f in fired}
    waiting = {c: a.unsettled for c, a in live.items() if not a.recovered and c not in moved}
    better = recovered(waiting, after, rules)
    for cause, state in better.items():
        body = {"release": after.release_id, "state": state}
        ledger.append(NewEvent(ALERT, live[cause].id, "recovered", SYSTEM, body))
    relapsed = [
        a for c, a in live.items() if a.recovered and c not in moved and not recovered({c: a.unsettled}, after, rules)
    ]
    for alert in relapsed:  # for instance back to amber: no trigger, but no reason to close any more
        ledger.append(_relapsed(alert, after))
        changed.append(alert.id)
    said = {
        "previous": before.release_id if before else None, "opened": opened, "changed": changed,
        "recovered": [live[c].id for c in better], "rules": rules.version, "contracts": catalogue.hash,
    }  # fmt: skip
    ledger.append(NewEvent(RELEASE, after.release_id, "evaluated", SYSTEM, said, once=f"evaluated:{after.release_id}"))
    return Followed(
        after.release_id, tuple(opened), tuple(changed), tuple(live[c].id for c in better)
    )  # fmt: skip


def _of_live(fired: Sequence[Finding], live: Mapping[str, Alert]) -> list[Finding]:
    """The findings, where all about indicators that an open alert of several has in its list, not settled yet, are one
    change of that alert: its evidence keeps what it says of the others."""
    found: dict[str, Finding] = {}
    for finding in fired:
        alert = _list_with(finding, live)
        if alert is None:
            found[finding.cause] = finding
            continue
        said, earlier = finding.evidence, found.get(alert.cause)
        new = said["indicators"] if "indicators" in said else [{"now": said["now"], "before": said["before"]}]
        kept = earlier.evidence["indicators"] if earlier else alert.evidence.get("indicators", ())
        kept = [pair for pair in kept if pair["now"]["code"] not in finding.members]
        found[alert.cause] = replace(
            finding,
            cause=alert.cause,
            triggers=(*(earlier.triggers if earlier else ()), *finding.triggers),
            members=(*(earlier.members if earlier else ()), *finding.members),
            evidence={"indicators": [*kept, *new]},
        )
    return list(found.values())


def _list_with(finding: Finding, live: Mapping[str, Alert]) -> Alert | None:
    """The open alert of several indicators that a finding is about; None when it is about no such alert."""
    if finding.cause.startswith(f"{GROUP}:"):
        return live.get(finding.cause)
    if finding.cause in live or not finding.cause.startswith("indicator:"):
        return None
    code = finding.members[0]
    return next((a for c, a in live.items() if c.startswith(f"{GROUP}:") and code in a.unsettled), None)


def escalate_overdue(ledger: Ledger, rules: AlertRules, timezone: str) -> tuple[str, ...]:
    """Append an escalation for every alert past a level's day that did not go up to that level yet."""
    today = ledger.now.astimezone(ZoneInfo(timezone)).date()
    up = []
    for alert in alerts_of(ledger.events()).values():
        for level, (after_days, to) in enumerate(rules.escalation, start=1):
            due = alert.live and level > alert.level and today > add_days(alert.due_on, after_days, rules.days)
            if due:
                body = {"level": level, "to": to.as_dict(), "why": f"> {alert.due_on.isoformat()} + {after_days}"}
                once = f"escalated:{alert.id}:{level}"
                if ledger.append(NewEvent(ALERT, alert.id, "escalated", SYSTEM, body, once=once)):
                    up.append(alert.id)
    return tuple(dict.fromkeys(up))


def _local(now: datetime, catalogue: Catalogue) -> date:
    return now.astimezone(ZoneInfo(catalogue.province.timezone)).date()


def _evidence(finding: Finding, before: Snapshot | None, after: Snapshot) -> dict[str, Any]:
    return {
        "release": after.release_id,
        "previous_release": before.release_id if before else None,
        "from": finding.before,
        "to": finding.after,
        "triggers": [t.id for t in finding.triggers],
        **finding.evidence,
    }


def _opened(
    alert_id: str, finding: Finding, rules: AlertRules, before: Snapshot | None, after: Snapshot, now: datetime,
    catalogue: Catalogue,
) -> NewEvent:  # fmt: skip
    trigger, day = finding.trigger, _local(now, catalogue)
    severity = rules.severities[trigger.severity]
    owner, subject = _whose(finding, rules, after, catalogue)
    members: Sequence[str] = finding.members
    body = {
        "cause": finding.cause,
        "trigger": trigger.id,
        "severity": trigger.severity,
        "title": _both(trigger.title),
        "subject": _both(subject),
        "owner": owner,
        "acknowledge_by": add_days(day, severity.acknowledge_days, rules.days).isoformat(),
        "due_on": add_days(day, severity.close_days, rules.days).isoformat(),
        "days": rules.days,
        "guidance": _both(_guidance(finding, catalogue)),
        "members": list(members),
        "evidence": _evidence(finding, before, after),
        "simulated": _simulated(finding, after),
        "rules": {"version": rules.version, "mark": rules.mark},
    }
    return NewEvent(ALERT, alert_id, "opened", SYSTEM, body, once=f"opened:{after.release_id}:{finding.cause}")


def _changed(
    alert: Alert, finding: Finding, rules: AlertRules, before: Snapshot | None, after: Snapshot, now: datetime,
    catalogue: Catalogue,
) -> NewEvent:  # fmt: skip
    order = tuple(rules.severities)
    severity = min(alert.severity, finding.trigger.severity, key=order.index)
    due = add_days(_local(now, catalogue), rules.severities[severity].close_days, rules.days)
    body = {
        "severity": severity,
        "due_on": due.isoformat(),
        "members": list(finding.members),
        "evidence": _evidence(finding, before, after),
    }
    return NewEvent(ALERT, alert.id, "changed", SYSTEM, body, once=f"changed:{after.release_id}:{alert.id}")


def _relapsed(alert: Alert, after: Snapshot) -> NewEvent:
    evidence = alert.evidence | {"release": after.release_id, "to": state_of(alert.cause, after, alert.unsettled)}
    body = {"severity": alert.severity, "due_on": alert.due_on.isoformat(), "members": [], "evidence": evidence}
    return NewEvent(ALERT, alert.id, "changed", SYSTEM, body)


def _whose(finding: Finding, rules: AlertRules, after: Snapshot, catalogue: Catalogue) -> tuple[dict[str, str], Text]:
    """The one owner, and the name of what the alert is about."""
    of, _, rest = finding.cause.partition(":")
    if of == "indicator":
        card = catalogue.indicators.get(rest.partition(":")[0])
        if card is not None:
            return {"id": card.owner_id, **_both(card.owner)}, card.name
    feed = catalogue.feeds.get(rest)
    if of == "feed" and feed is not None:
        return {"id": feed.owner_id, **_both(feed.owner)}, feed.title
    count = len(finding.members)
    if of == GROUP:
        owner = next((c for c in catalogue.indicators.values() if c.code in finding.members), None)
        if owner is not None:
            subject = Text(f"{count} chỉ tiêu của {owner.owner.vi}", f"{count} indicators of {owner.owner.en}")
            return {"id": owner.owner_id, **_both(owner.owner)}, subject
    return rules.leaders.as_dict(), Text(f"{count} nhiệm vụ chờ quyết định", f"{count} tasks await a decision")


def _guidance(finding: Finding, catalogue: Catalogue) -> Text:
    """The card's or clause's own words on what to do; the trigger's where these have none."""
    of, _, rest = finding.cause.partition(":")
    card = catalogue.indicators.get(rest.partition(":")[0]) if of == "indicator" else None
    if card is not None and card.guidance.vi:
        return card.guidance
    clauses = catalogue.standard.clauses
    trigger = finding.trigger
    named = trigger.clause or next((m for m in finding.members if trigger.of == "incident" and m in clauses), None)
    return clauses[named].guidance if named in clauses and clauses[named].guidance.vi else trigger.guidance


def _simulated(finding: Finding, after: Snapshot) -> bool:
    of, _, rest = finding.cause.partition(":")
    if of == "indicator":
        code, _, area = rest.partition(":")
        return after.readings[code, area].simulated
    if of == GROUP:
        return any(r.simulated for r in after.readings.values() if r.code in finding.members)
    return any(r.simulated for r in after.readings.values() if of == "feed" and r.feed_id == rest)


def _both(text: Text) -> Mapping[str, str]:
    return {"vi": text.vi, "en": text.en}
