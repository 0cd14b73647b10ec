"""Open alerts as the operations store has them now, or had them when the shown release was current. Read only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import streamlit as st

from ioc_dashboard.model import Words
from ioc_dashboard.release import published
from ioc_dashboard.screen import Screen
from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.operations.alerts import STATES, Alert, alerts_of
from ioc_pipeline.operations.events import ALERT, Event
from ioc_pipeline.operations.store import URL, OperationsStore
from ioc_pipeline.settings import places

_SEVERE_FIRST = {"critical": 0, "warning": 1}


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that nobody closed yet, with its owner and deadline."""

    id: str
    cause: str  # `indicator:CODE:AREA`, `feed:ID` …
    severity: str
    what: Words
    subject: Words
    owner: Words
    assignee: str
    due_on: date
    overdue: bool
    state: Words
    recovered: bool
    simulated: bool


def mark() -> str:
    """Text that changes whenever the store does; `none` without a store."""
    if os.environ.get(URL):
        return f"server {int(datetime.now(UTC).timestamp()) // 30}"  # a server's store is asked at most twice a minute
    found = []
    for name in ("operations.db", "operations.db-wal", "head.json"):
        try:
            said = (places().operations / name).stat()
            found.append(f"{said.st_mtime_ns}.{said.st_size}")
        except OSError:
            found.append("-")
    return "none" if found[0] == "-" else f"{places().operations}:{':'.join(found)}"


def open_alerts(screen: Screen, importance: Mapping[str, int] | None = None) -> tuple[OpenAlert, ...] | None:
    """Open alerts: the most severe first, then by deadline, then by the importance of their indicator (by code, the
    smallest number first; other causes come before); None when the store cannot be read."""
    events = _events(mark())
    if events is None:
        return None
    until = _until(screen)
    known = [event for event in events if until is None or event.moment < until]
    alerts = [alert for alert in alerts_of(known).values() if alert.live]
    place = importance or {}

    def order(alert: Alert) -> tuple[int, date, int, str]:
        kind, _, code = alert.cause.partition(":")
        first = place.get(code.split(":")[0], len(place)) if kind == "indicator" else -1
        return (_SEVERE_FIRST.get(alert.severity, 2), alert.due_on, first, alert.id)

    alerts.sort(key=order)
    return tuple(_open(alert, screen.today) for alert in alerts)


def _until(screen: Screen) -> datetime | None:
    """For a past day: its end; for a past release: when the next one came."""
    if screen.as_of is None or screen.release.created_at is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(screen.as_of), time.max, screen.zone)
    except ValueError:
        later = [one.created_at for one in published() if one.created_at > screen.release.created_at]
        return min(later) if later else None


def _open(alert: Alert, today: date) -> OpenAlert:
    return OpenAlert(
        id=alert.id,
        cause=alert.cause,
        severity=alert.severity,
        what=_words(alert.title),
        subject=_words(alert.subject),
        owner=Words(alert.owner.get("vi", ""), alert.owner.get("en", "")),
        assignee=alert.assignee or "",
        due_on=alert.due_on,
        overdue=alert.overdue(today),
        state=_words(STATES[alert.state]),
        recovered=alert.recovered,
        simulated=alert.simulated,
    )


def _words(text: Text) -> Words:
    return Words(text.vi, text.en)


@st.cache_resource(max_entries=4, show_spinner=False)
def _events(stamp: str) -> tuple[Event, ...] | None:
    """All events of alerts; none without a store, None when it does not answer."""
    if stamp == "none":
        return ()
    try:
        store = OperationsStore(places())
        try:
            return tuple(store.events(ALERT))
        finally:
            store.close()
    except (IocError, OSError):
        return None
