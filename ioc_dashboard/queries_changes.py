"""What differs between two releases: statuses, new periods, revisions of what was said before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import streamlit as st

from ioc_dashboard import queries, visits
from ioc_dashboard.release import Release, Unreadable, as_of, connection, published
from ioc_dashboard.screen import Screen

_by_release: dict[str | type[Any], Any] = {Release: lambda release: release.key}
_JUDGED = {"green": 0, "amber": 1, "red": 2}
Way = Literal["worse", "unjudged", "better"]  # in the order in which they are shown


@dataclass(frozen=True, slots=True)
class Since:
    """The release to compare with. `how`: `asked` (address), `visit` (this browser saw it last), `same` (it saw the
    release shown now), `previous` (the one before on disk), `first` (there is no earlier one)."""

    how: str
    release: Release | None = None
    at: datetime | None = None
    previous: str = ""  # id of the release before the shown one


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator whose status is another one than before. `way`: `unjudged` when it has no status now, so that nobody
    can say whether it is better."""

    code: str
    before: str
    after: str
    way: Way


@dataclass(frozen=True, slots=True)
class Revised:
    """A figure that was said before and is another one now: the newest such period of the indicator."""

    code: str
    period: str
    before: float | None
    after: float | None
    periods: int  # how many periods of the indicator were revised


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed, the worse first."""

    moved: tuple[Moved, ...] = ()
    revised: tuple[Revised, ...] = ()
    newer: tuple[str, ...] = ()  # codes with a newer period
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """True when both releases say the same of every indicator."""
        return not (self.moved or self.revised or self.newer or self.appeared or self.gone)


def since(screen: Screen) -> Since:
    """What to compare the shown release with: the address' `since`, what this browser saw last, the one before."""
    every = published()
    order = [one.release_id for one in every]
    shown = screen.release.release_id
    before = order[: order.index(shown)] if shown in order else []
    previous = before[-1] if before else ""
    asked = screen.query.get("since")
    if asked:
        named = as_of(asked, screen.zone)
        if isinstance(named, Release) and named.created_at and named.release_id != shown:
            return Since("asked", named, named.created_at, previous)
    visit = visits.read(_cookie()) if screen.as_of is None else None
    if visit and visit.before and visit.before_at:
        if visit.before == shown:
            return Since("same", None, visit.before_at, previous)
        found = _opened(visit.before)
        if found is None:  # removed since: the one that was current then
            older = [one.release_id for one in every if one.created_at <= visit.before_at and one.release_id != shown]
            found = _opened(older[-1]) if older else None
        if found is not None:
            return Since("visit", found, visit.before_at, previous)
    for release_id in reversed(before):
        found = _opened(release_id)
        if found is not None:
            return Since("previous", found, found.created_at, previous)
    return Since("first")


def _cookie() -> str | None:
    value = st.context.cookies.get(visits.COOKIE)
    return value if isinstance(value, str) else None  # tests run without a browser


def _opened(release_id: str) -> Release | None:
    one = next((one for one in published() if one.release_id == release_id), None)
    if one is None:
        return None
    try:
        return Release(one.release_id, one.database, connection(str(one.database)), created_at=one.created_at)
    except Unreadable:
        return None


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs=_by_release)
def changes(now: Release, then: Release) -> Changes:
    """What `now` says otherwise than `then` of the indicators shown on the overview."""
    before = {tile.card.code: tile for tile in queries.tiles(then)}
    after = {tile.card.code: tile for tile in queries.tiles(now)}
    moved = []
    newer = []
    for code, tile in after.items():
        old = before.get(code)
        if old is None:
            continue
        if tile.verdict != old.verdict:
            moved.append(Moved(code, old.verdict, tile.verdict, way(old.verdict, tile.verdict)))
        latest, past = tile.latest, old.latest
        if latest and latest.period_end and (past is None or (past.period_end and latest.period_end > past.period_end)):
            newer.append(code)
    places, ways = {code: place for place, code in enumerate(after)}, get_args(Way)
    moved.sort(key=lambda one: (ways.index(one.way), -_JUDGED.get(one.after, 0), places[one.code]))
    return Changes(
        moved=tuple(moved),
        revised=_revised(now, then, set(after) & set(before)),
        newer=tuple(newer),
        appeared=tuple(code for code in after if code not in before),
        gone=tuple(code for code in before if code not in after),
    )


def way(before: str, after: str) -> Way:
    """Where a status went. Losing it is no improvement, whatever it was; getting one off or near target is worse."""
    if after not in _JUDGED:
        return "unjudged"
    return "worse" if _JUDGED[after] > _JUDGED.get(before, 0) else "better"


_SAID = "SELECT code, area, period, measure, data_type, value FROM indicator_values WHERE area IN (?, 'VN')"


def _revised(now: Release, then: Release, codes: set[str]) -> tuple[Revised, ...]:
    province = queries.info(now).province_code
    said: dict[tuple[Any, ...], float | None] = {}
    for row in then.rows(_SAID, [province]):
        said[_fact(row)] = row["value"]
    found: dict[str, list[Revised]] = defaultdict(list)
    for row in now.rows(_SAID + " ORDER BY period_end", [province]):
        fact = _fact(row)
        if row["code"] in codes and fact in said and _differs(said[fact], row["value"]):
            found[row["code"]].append(Revised(row["code"], row["period"], said[fact], row["value"], 1))
    return tuple(
        Revised(code, items[-1].period, items[-1].before, items[-1].after, len({item.period for item in items}))
        for code, items in found.items()
    )


def _fact(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["code"], row["area"], row["period"], row["measure"], row["data_type"])


def _differs(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > 1e-9 * max(1.0, abs(before), abs(after))
