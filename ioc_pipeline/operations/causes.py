"""From two releases to what changed for the worse, one finding per cause: a pure rule.

A late or rejected feed is the cause of every indicator that it leaves without a status, and of the incidents that its
delivery opened: all of them are one finding. Indicators that are red when they are judged for the first time (a first
release, new cards) are one finding per owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ioc_pipeline.contracts.operation_rules import AlertRules, Trigger
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.snapshot import Snapshot

ABSENT = "none"
STATE_WORDS = {
    ABSENT: Text("chưa có", "not there"),
    "green": Text("xanh", "green"),
    "amber": Text("vàng", "amber"),
    "red": Text("đỏ", "red"),
    "grey": Text("xám", "grey"),
    "ok": Text("bình thường", "fine"),
    "late": Text("trễ hạn", "late"),
    "held": Text("giữ lại số cũ", "held"),
    "blocked": Text("bị chặn", "blocked"),
    "never": Text("chưa từng nhận", "never received"),
    "open": Text("đang mở", "open"),
    "closed": Text("đã đóng", "closed"),
    "clear": Text("không còn vướng mắc", "clear"),
    "stuck": Text("vướng mắc", "stuck"),
    "must_escalate": Text("phải lên lãnh đạo", "must go up"),
    "withdrawn": Text("không còn trong bản phát hành", "no longer in the release"),
}
"""States of indicators, feeds, incidents and tasks as people read them."""
TASKS_CAUSE = "tasks:escalation"
GROUP = "first"
"""Causes of several indicators of one owner, judged for the first time."""
_COLOURS = ("red", "amber", "grey", "green")
_SEVEREST = ("critical", "warning")
_TROUBLED = ("late", "held", "blocked")


@dataclass(frozen=True)
class Finding:
    """One cause with what fired; `members` are the codes of indicators, clauses of incidents or ids of tasks."""

    cause: str
    triggers: tuple[Trigger, ...]
    before: str
    after: str
    members: tuple[str, ...] = ()
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def trigger(self) -> Trigger:
        """The trigger that names the alert: the severest, of those the first that fired."""
        return min(self.triggers, key=lambda t: _SEVEREST.index(t.severity))


def feed_cause(feed_id: str) -> str:
    """Cause of all that a feed's trouble brings."""
    return f"feed:{feed_id}"


def indicator_cause(code: str, area: str) -> str:
    """Cause of an indicator's own change."""
    return f"indicator:{code}:{area}"


def group_cause(trigger_id: str, owner_id: str) -> str:
    """Cause of what a trigger declared `together: owner` fires for several indicators of one owner."""
    return f"{GROUP}:{trigger_id}:{owner_id}"


def findings(
    before: Snapshot | None, after: Snapshot, rules: AlertRules, owners: Mapping[str, str] | None = None
) -> list[Finding]:
    """What fires between two releases; `before` None: there was none, everything was absent. `owners`: id of the owner
    by code of indicator; what several indicators of one owner fire by a trigger `together` is one finding."""
    old = before or Snapshot("")
    found: dict[str, Finding] = {}

    def add(finding: Finding) -> None:
        earlier = found.get(finding.cause)
        found[finding.cause] = _joined(earlier, finding) if earlier else finding

    for feed_id, feed in after.feeds.items():
        was = old.feeds[feed_id].health if feed_id in old.feeds else ABSENT
        trigger = rules.trigger("feed", was, feed.health)
        if trigger:
            add(
                Finding(
                    feed_cause(feed_id), (trigger,), was, feed.health, _indicators_of(after, feed_id),
                    {"health": feed.health, "reason_vi": feed.reason.vi, "reason_en": feed.reason.en},
                )
            )  # fmt: skip
    for incident in after.incidents.values():
        trigger = None if incident.incident_id in old.incidents else rules.trigger("incident", ABSENT, "open")
        if trigger:
            evidence: dict[str, Any] = {"incidents": [{"id": incident.incident_id, "clause": incident.clause}]}
            add(Finding(feed_cause(incident.feed_id), (trigger,), ABSENT, "open", (incident.clause,), evidence))
    for key, now in after.readings.items():
        was = old.readings[key].status if key in old.readings else ABSENT
        trigger = rules.trigger("indicator", was, now.status)
        if not trigger:
            continue
        by_feed = now.status == "grey" and now.feed_id in after.feeds and after.feeds[now.feed_id].health in _TROUBLED
        previous = old.readings[key].as_dict() if key in old.readings else None
        if by_feed:
            evidence = {"indicators": [{"now": now.as_dict(), "before": previous}]}
            add(Finding(feed_cause(now.feed_id), (trigger,), was, now.status, (now.code,), evidence))
        else:
            evidence = {"now": now.as_dict(), "before": previous}
            add(Finding(indicator_cause(*key), (trigger,), was, now.status, (now.code,), evidence))
    newly = [
        (task, trigger)
        for task, state in after.stuck.items()
        if (trigger := rules.trigger("task", old.stuck.get(task, ABSENT), state))
    ]
    for task, trigger in newly:
        add(Finding(TASKS_CAUSE, (trigger,), ABSENT, "must_escalate", (task,), {"tasks": [task]}))
    return _together(list(found.values()), owners or {})


def _together(found: Sequence[Finding], owners: Mapping[str, str]) -> list[Finding]:
    """Findings with those of one owner and one trigger `together` joined, where there are at least two."""
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        owner = owners.get(finding.members[0], "") if finding.cause.startswith("indicator:") else ""
        if owner and finding.trigger.together:
            groups.setdefault(group_cause(finding.trigger.id, owner), []).append(finding)
    joined: dict[str, Finding] = {}
    for cause, several in groups.items():
        if len(several) > 1:
            pairs = [{"now": f.evidence["now"], "before": f.evidence["before"]} for f in several]
            members = tuple(f.members[0] for f in several)
            whole = replace(several[0], cause=cause, members=members, evidence={"indicators": pairs})
            joined |= dict.fromkeys((f.cause for f in several), whole)
    return list({joined.get(f.cause, f).cause: joined.get(f.cause, f) for f in found}.values())


def recovered(causes: Mapping[str, Sequence[str]], after: Snapshot, rules: AlertRules) -> dict[str, str]:
    """Of the causes named (with the members that are not settled yet), those whose state is good again in a release,
    with that state."""
    good: dict[str, str] = {}
    for cause, members in causes.items():
        of, _, rest = cause.partition(":")
        if of == "feed":
            state = after.feeds[rest].health if rest in after.feeds else "withdrawn"
            if any(i.feed_id == rest for i in after.incidents.values()):
                continue
        elif of == "indicator":
            code, _, area = rest.partition(":")
            state = after.readings[code, area].status if (code, area) in after.readings else "withdrawn"
        elif of == GROUP:
            of, state = "indicator", _worst(members, after)
        else:
            of, state = "task", "must_escalate" if "must_escalate" in after.stuck.values() else "clear"
        if state == "withdrawn" or state in rules.recovered[of]:
            good[cause] = state
    return good


def _worst(codes: Sequence[str], snapshot: Snapshot) -> str:
    """The worst colour of some indicators; `withdrawn` when the release has none of them."""
    colours = [r.status for r in snapshot.readings.values() if r.code in codes]
    return min(colours, key=_COLOURS.index, default="withdrawn")


def state_of(cause: str, snapshot: Snapshot, members: Sequence[str] = ()) -> str:
    """The state of a cause in a release; `none` when the release does not know it."""
    of, _, rest = cause.partition(":")
    if of == "feed":
        return snapshot.feeds[rest].health if rest in snapshot.feeds else ABSENT
    if of == "indicator":
        code, _, area = rest.partition(":")
        return snapshot.readings[code, area].status if (code, area) in snapshot.readings else ABSENT
    if of == GROUP:
        return _worst(members, snapshot)
    return "must_escalate" if "must_escalate" in snapshot.stuck.values() else "clear"


def _indicators_of(snapshot: Snapshot, feed_id: str) -> tuple[str, ...]:
    return tuple(sorted({r.code for r in snapshot.readings.values() if r.feed_id == feed_id}))


def _joined(one: Finding, other: Finding) -> Finding:
    evidence = dict(one.evidence)
    for key, value in other.evidence.items():
        evidence[key] = [*evidence[key], *value] if isinstance(value, list) and key in evidence else value
    members = tuple(dict.fromkeys((*one.members, *other.members)))
    return replace(one, triggers=(*one.triggers, *other.triggers), members=members, evidence=evidence)
