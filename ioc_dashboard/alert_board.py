"""Which alerts need a decision, who has it, in which order they are read, and how they are counted: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ioc_pipeline.operations.alerts import ACKNOWLEDGED, ACTING, ASSIGNED, CLOSED, OPEN, STEPS, Alert
from ioc_pipeline.operations.causes import GROUP

STATES = (OPEN, ACKNOWLEDGED, ASSIGNED, ACTING, CLOSED)
SEVERITIES = ("critical", "warning")
KINDS = ("indicator", "feed", "tasks")
NEEDS = ("up", "tasks", "overdue", "unacknowledged", "due_today", "recovered")
"""Why somebody must decide today; the first that holds is the one that is said."""
ORDER_OF_STEPS = ("acknowledged", "assigned", "acting", "closed", "escalated")


@dataclass(frozen=True)
class Filter:
    """What the address asks for. `state`: one of STATES, `live` (the default), `need`, or `all`."""

    state: str = "live"
    severity: str = ""
    kind: str = ""
    owner: str = ""
    page: int = 1


def kind_of(alert: Alert) -> str:
    """`indicator`, `feed` (late or rejected deliveries and their incidents) or `tasks`."""
    of = alert.cause.partition(":")[0]
    return "indicator" if of == GROUP else of


def code_of(alert: Alert) -> str:
    """Code of the indicator, or id of the feed, that an alert is about; empty for tasks and for several indicators."""
    of, _, rest = alert.cause.partition(":")
    return {"indicator": rest.partition(":")[0], "feed": rest}.get(of, "")


def need(alert: Alert, today: date) -> str | None:
    """Why it needs a decision today; None when it does not."""
    if not alert.live:
        return None
    holds = {
        "up": alert.level > 0,
        "tasks": kind_of(alert) == "tasks",
        "overdue": today > alert.due_on,
        "unacknowledged": alert.state == OPEN and today > alert.acknowledge_by,
        "due_today": today in (alert.due_on, alert.acknowledge_by if alert.state == OPEN else alert.due_on),
        "recovered": alert.recovered,
    }
    return next((name for name in NEEDS if holds[name]), None)


def next_deadline(alert: Alert, today: date) -> date:
    """The day by which something must be done: seen by somebody, then closed."""
    return alert.acknowledge_by if alert.state == OPEN and today <= alert.acknowledge_by else alert.due_on


def decides(alert: Alert, lang: str) -> str:
    """Who must act: whoever it went up to, else who was given it, else its owner."""
    if alert.escalated_to:
        return alert.escalated_to[lang]
    return alert.assignee or alert.owner[lang]


def in_order(alerts: Iterable[Alert], today: date) -> list[Alert]:
    """What needs a decision first, then by severity and deadline; closed ones last, newest first."""

    def key(alert: Alert) -> tuple[object, ...]:
        why = need(alert, today)
        rank = SEVERITIES.index(alert.severity) if alert.severity in SEVERITIES else len(SEVERITIES)
        closed = "" if alert.live else "".join(chr(0x10FFFF - ord(c)) for c in alert.closed_at or "")
        return (
            not alert.live, closed, NEEDS.index(why) if why else len(NEEDS), rank, next_deadline(alert, today),
            alert.due_on, alert.id,
        )  # fmt: skip

    return sorted(alerts, key=key)


def chosen(alerts: Iterable[Alert], asked: Filter, today: date) -> list[Alert]:
    """Alerts that a filter lets through, in order."""

    def fits(alert: Alert) -> bool:
        by_state = {"all": True, "live": alert.live, "need": need(alert, today) is not None}
        return (
            by_state.get(asked.state, alert.state == asked.state)
            and asked.severity in ("", alert.severity)
            and asked.kind in ("", kind_of(alert))
            and asked.owner in ("", alert.owner["id"])
        )

    return in_order((a for a in alerts if fits(a)), today)


@dataclass(frozen=True)
class OwnerLoad:
    """Open alerts of one owner. `by`: the nearest day on which something is due."""

    owner: dict[str, str]
    open: int
    critical: int
    need: int
    by: date


def loads(alerts: Iterable[Alert], today: date) -> list[OwnerLoad]:
    """Owners of open alerts, the most urgent first."""
    of: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.live:
            of.setdefault(alert.owner["id"], []).append(alert)
    found = [
        OwnerLoad(
            own[0].owner, len(own), sum(a.severity == "critical" for a in own),
            sum(need(a, today) is not None for a in own), min(next_deadline(a, today) for a in own),
        )
        for own in of.values()
    ]  # fmt: skip
    return sorted(found, key=lambda o: (-o.need, -o.critical, o.by, -o.open, o.owner["id"]))


def possible_steps(alert: Alert) -> Sequence[str]:
    """Steps a person may take now, in the order of an alert's life."""
    if not alert.live:
        return ()
    return [s for s in ORDER_OF_STEPS if alert.state in STEPS[s] or (s == "closed" and alert.recovered)]
