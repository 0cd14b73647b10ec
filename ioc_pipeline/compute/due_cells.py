"""Cells that are due: indicator × area × period by the calendar of the card's feed (clauses IOC-DU-01, IOC-SONG-01).

A card's calendar is the kind of period in which its values come (a quarterly indicator inside a monthly feed is due
by quarter, with the feed's lag). A kind finer than the feed's schedule has no calendar: such a card is left out and
named. Periods before the card's first known value were never promised and are not due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ioc_pipeline.contracts.model import Feed, Indicator
from ioc_pipeline.periods import Period, newest_due, period_of

_FINEST_FIRST = ("day", "month", "quarter", "half", "year")


@dataclass(frozen=True)
class Cell:
    """One due cell; `known_at` None when it is empty."""

    code: str
    area: str
    period: Period
    due_at: datetime
    known_at: datetime | None

    @property
    def present(self) -> bool:
        """True when the cell holds a value or a stated nil."""
        return self.known_at is not None

    @property
    def name(self) -> str:
        """Cell as shown in evidence."""
        return f"{self.code}/{self.area}/{self.period.text}"


@dataclass(frozen=True)
class KindOfPeriod:
    """Values of a card in one kind of period: how many, and the first period's last day."""

    count: int
    first_end: date


def kinds_of_periods(connection: duckdb.DuckDBPyConnection, shown: str) -> dict[str, dict[str, KindOfPeriod]]:
    """Kinds of periods in which the values of each card come, by code and kind."""
    found: dict[str, dict[str, KindOfPeriod]] = {}
    for code, kind, count, first in connection.execute(
        f"SELECT code, period_kind, count(*), min(period_end) FROM {shown} GROUP BY ALL"
    ).fetchall():
        found.setdefault(code, {})[kind] = KindOfPeriod(count, first)
    return found


def calendar_kind(card: Indicator, feed: Feed, counted: Mapping[str, KindOfPeriod]) -> str | None:
    """Kind of period in which a card is due; None when it comes oftener than its feed is scheduled."""
    if counted:
        most = max(k.count for k in counted.values())
        kind = next(k for k in _FINEST_FIRST if k in counted and counted[k].count == most)
    else:
        kind = str(card.selection.get("period_kind") or feed.period)
    return kind if _FINEST_FIRST.index(kind) >= _FINEST_FIRST.index(feed.period) else None


def due_periods(
    card: Indicator, feed: Feed, counted: Mapping[str, KindOfPeriod], *, now: datetime, timezone: str, periods: int
) -> list[Period] | None:
    """The newest `periods` due periods, newest first; None when the card has no calendar."""
    kind = calendar_kind(card, feed, counted)
    if kind is None:
        return None
    newest = newest_due(kind, feed.lag_days, now, timezone)
    first = period_of(kind, counted[kind].first_end).start if kind in counted else newest.start
    due = [newest]
    while len(due) < periods and due[-1].previous.start >= first:
        due.append(due[-1].previous)
    return due
