"""What the weekly briefing says: one release against the one a week before, all of it gathered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ioc_dashboard import queries, queries_overview
from ioc_dashboard.components.overview import ranked
from ioc_dashboard.model import Clause, Feed, Tile
from ioc_dashboard.open_alerts import OpenAlert, mark, open_alerts
from ioc_dashboard.queries_changes import Changes, changes
from ioc_dashboard.queries_overview import About, Task
from ioc_dashboard.release import Published, Release, Unreadable, connection, published
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import clause_verdict

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """The week of a day: Monday, Sunday, its number and year (ISO 8601, as calendars in Viet Nam print it)."""

    first: date
    last: date
    number: int
    year: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """The release to compare with. `full` False: none is a week old yet, so it is the oldest one kept."""

    release: Release
    at: datetime
    full: bool


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything the briefing prints. `alerts`: None when the operations store cannot be read; `store` False: there is
    none yet. `clauses`: those that fail; `verdicts`: how many clauses have each verdict."""

    week: Week
    tiles: tuple[Tile, ...]
    off: tuple[Tile, ...]
    near: tuple[Tile, ...]
    about: dict[str, About]
    earlier: Earlier | None
    changed: Changes | None
    store: bool
    alerts: tuple[OpenAlert, ...] | None
    tasks: tuple[Task, ...]
    feeds: tuple[Feed, ...]
    clauses: tuple[Clause, ...]
    verdicts: dict[str, int]


def week_of(day: date) -> Week:
    """The week that holds a day."""
    year, number, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    return Week(first, first + timedelta(days=6), number, year)


def before(every: Sequence[Published], shown: str, at: datetime) -> list[tuple[Published, bool]]:
    """Releases to compare the shown one (published `at`) with, the best first; True when at least a week older.
    `every`: all complete releases, oldest first."""
    older = [one for one in every if one.created_at < at and one.release_id != shown]
    full = [(one, True) for one in reversed(older) if one.created_at <= at - WEEK]
    return full or [(one, False) for one in older]


def earlier(screen: Screen) -> Earlier | None:
    """The release of a week before, or the oldest one kept; None when there is none that opens."""
    at = screen.info.created_at or screen.now
    for one, full in before(published(), screen.release.release_id, at):
        try:
            opened = connection(str(one.database))
        except Unreadable:
            continue
        return Earlier(Release(one.release_id, one.database, opened, created_at=one.created_at), one.created_at, full)
    return None


def briefing(screen: Screen) -> Briefing:
    """Gathered from the shown release, the one before it and the operations store."""
    release = screen.release
    tiles, about = queries.tiles(release), queries_overview.about(release)
    found, then = ranked(tiles, about), earlier(screen)
    importance = {tile.card.code: place for place, tile in enumerate(found)}
    clauses = queries.clauses(release)
    verdicts: dict[str, int] = {}
    for clause in clauses:
        verdict = clause_verdict(clause)
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
    return Briefing(
        week=week_of((screen.info.created_at or screen.now).astimezone(screen.zone).date()),
        tiles=tiles,
        off=tuple(tile for tile in found if tile.verdict == "red"),
        near=tuple(tile for tile in found if tile.verdict == "amber"),
        about=about,
        earlier=then,
        changed=changes(release, then.release) if then else None,
        store=mark() != "none",
        alerts=open_alerts(screen, importance),
        tasks=queries_overview.pressing_tasks(release),
        feeds=queries.feeds(release),
        clauses=tuple(clause for clause in clauses if clause_verdict(clause) == "failed"),
        verdicts=verdicts,
    )
