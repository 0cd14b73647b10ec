"""Cells that are due: indicator × area × period by the calendar of the card's feed (clauses IOC-DU-01, IOC-SONG-01).

A card's calendar is the kind of period in which its values come (a quarterly indicator inside a monthly feed is due
by quarter, with the feed's lag). A kind finer than the feed's schedule has no calendar: such a card is left out and
named. Periods before the card's first known value were never promised and are not due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ioc_pipeline.compute.values import Value, areas_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed, Indicator
from ioc_pipeline.periods import Period, deadline, newest_due

_FINEST_FIRST = ("day", "month", "quarter", "half", "year")
_STATED = ("nil", "confidential")
"""A statement without a number that is still an answer; `missing` is not."""


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


def calendar_kind(card: Indicator, feed: Feed, values: Sequence[Value]) -> str | None:
    """Kind of period in which a card is due; None when it comes oftener than its feed is scheduled."""
    counted = Counter(v.period.kind for v in values)
    if counted:
        most = max(counted.values())
        kind = next(k for k in _FINEST_FIRST if counted[k] == most)
    else:
        kind = str(card.selection.get("period_kind") or feed.period)
    return kind if _FINEST_FIRST.index(kind) >= _FINEST_FIRST.index(feed.period) else None


def due_cells(
    catalogue: Catalogue, card: Indicator, feed: Feed, values: Sequence[Value], *, now: datetime, periods: int
) -> list[Cell] | None:
    """Cells of the newest `periods` due periods, newest first; None when the card has no calendar."""
    kind = calendar_kind(card, feed, values)
    if kind is None:
        return None
    timezone = catalogue.province.timezone
    newest = newest_due(kind, feed.lag_days, now, timezone)
    first = min((v.period.start for v in values if v.period.kind == kind), default=newest.start)
    due = [newest]
    while len(due) < periods and due[-1].previous.start >= first:
        due.append(due[-1].previous)
    known = {
        (v.area, v.period.text): v.known_at
        for v in values
        if (v.value is not None or v.value_status in _STATED) and v.known_at is not None
    }
    areas = list(dict.fromkeys(areas_of(catalogue, card)))
    return [
        Cell(card.code, area, period, deadline(period, feed.lag_days, timezone), known.get((area, period.text)))
        for period in due
        for area in areas
    ]
