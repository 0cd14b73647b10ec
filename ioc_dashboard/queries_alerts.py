"""What the operations store says up to the moment shown; read again only when it changed, never written."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path

import streamlit as st

from ioc_dashboard.model import Words
from ioc_dashboard.screen import Screen
from ioc_pipeline.messages import IocError
from ioc_pipeline.operations.alerts import Alert, alerts_of
from ioc_pipeline.operations.events import NOTE, RELEASE, Event, chain_problems
from ioc_pipeline.operations.reading import change_mark, noted_heads, read_events
from ioc_pipeline.settings import Places, places

_SERVER_SECONDS = 10  # how long what a database server said is taken as it is


@dataclass(frozen=True)
class Operations:
    """The store as read once. `made` False: there is none yet; `problem`: it cannot be read; `tampered`: what is wrong
    with its chain of events."""

    mark: str
    made: bool = True
    events: tuple[Event, ...] = ()
    problem: Words | None = None
    tampered: tuple[Words, ...] = ()


def operations() -> Operations:
    """What the store holds now."""
    root = places().root
    mark = change_mark(places()) or f"server {int(time.monotonic() // _SERVER_SECONDS)}"
    return _operations(str(root), mark)


@st.cache_resource(max_entries=3, show_spinner=False)
def _operations(root: str, mark: str) -> Operations:
    spots = Places(Path(root))
    try:
        events = read_events(spots)
    except IocError as error:
        return Operations(mark, problem=Words(error.message.vi, error.message.en))
    if events is None:
        return Operations(mark, made=False)
    heads = noted_heads(spots) if not mark.startswith("server") else []
    tampered = tuple(Words(problem.vi, problem.en) for problem in chain_problems(events, heads))
    return Operations(mark, events=tuple(events), tampered=tampered)


def moment_of(screen: Screen, store: Operations) -> datetime | None:
    """Up to when events count: None is now; the end of the day asked for; of a release asked for by its id, the moment
    its alerts were evaluated, a few seconds after it was published."""
    if screen.as_of is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(screen.as_of), clock_time.max, screen.zone)
    except ValueError:
        release = screen.release.release_id
        evaluated = [e for e in store.events if e.stream == RELEASE and (e.subject, e.kind) == (release, "evaluated")]
        return max((screen.now, *(e.moment for e in evaluated)))


def today_of(screen: Screen, moment: datetime | None) -> date:
    """The day deadlines are judged on."""
    return screen.today if moment is None else moment.astimezone(screen.zone).date()


def events_until(store: Operations, moment: datetime | None) -> tuple[Event, ...]:
    """Events known at the moment."""
    return store.events if moment is None else tuple(e for e in store.events if e.moment <= moment.astimezone(UTC))


def alerts(store: Operations, moment: datetime | None) -> dict[str, Alert]:
    """Alerts by id as they stood at the moment."""
    return _alerts(f"{places().root} {store.mark}", str(moment or ""), store, moment)


@st.cache_resource(max_entries=6, show_spinner=False)
def _alerts(mark: str, until: str, _store: Operations, _moment: datetime | None) -> dict[str, Alert]:
    return alerts_of(events_until(_store, _moment))


def notes_on(store: Operations, moment: datetime | None, code: str) -> list[Event]:
    """Owners' notes on an indicator, newest first."""
    found = [e for e in events_until(store, moment) if e.stream == NOTE and e.subject == code]
    return sorted(found, key=lambda e: (str(e.body.get("on")), e.seq), reverse=True)
