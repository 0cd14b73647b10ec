"""Periods of a feed that came after their deadline, or not at all, in the year of a moment: what a unit is reminded of.

Periods due before the centre first received the feed are not counted: nobody had promised them to it yet.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.operations.ranking import Late
from ioc_pipeline.periods import deadline, newest_due
from ioc_pipeline.store.warehouse import quoted, tables_there


def late_deliveries(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, now: datetime) -> list[Late]:
    """Every period late in the calendar year of `now`, under the owner of its feed."""
    timezone = catalogue.province.timezone
    year = now.astimezone(ZoneInfo(timezone)).year
    first_receipts: dict[str, datetime] = dict(
        connection.execute("SELECT feed_id, min(received_at) FROM deliveries GROUP BY feed_id").fetchall()
    )
    found = []
    stated = _stated_arrivals(connection)
    there = tables_there(connection)
    for feed in catalogue.feeds.values():
        since = first_receipts.get(feed.id)
        if since is None:
            continue
        if feed.shape == "observations":
            arrivals = _Arrivals(stated.get(feed.id, []))
        else:
            arrivals = _Arrivals(_record_arrivals(connection, feed) if f"records_{feed.id}" in there else [])
        period = newest_due(feed.period, feed.lag_days, now, timezone)
        while (due := deadline(period, feed.lag_days, timezone)).year == year and due >= since:
            arrived = arrivals.of(period.end if feed.shape == "observations" else period.start)
            if arrived is None or arrived > due:
                on = due.date() + timedelta(days=1)
                found.append(Late(feed.owner_id, on, f"{feed.id}/{period.text}", "delivery"))
            period = period.previous
    return found


_Days = list[tuple[date, datetime]]


def _stated_arrivals(connection: duckdb.DuckDBPyConnection) -> dict[str, _Days]:
    """When statements about periods with an end first came, by feed; plans and early estimates do not count."""
    found: dict[str, _Days] = {}
    for feed_id, day, known in connection.execute(
        "SELECT o.feed_id, period_end, min(CASE WHEN d.backfill AND o.published_at IS NOT NULL "
        "THEN CAST(o.published_at AS TIMESTAMPTZ) ELSE o.known_at END) FROM observations o "
        "JOIN deliveries d USING (feed_id, delivery_id) WHERE data_type <> 'plan' "
        "AND period_end <= CAST(o.known_at AS DATE) GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall():
        found.setdefault(feed_id, []).append((day, known))
    return found


def _record_arrivals(connection: duckdb.DuckDBPyConnection, feed: Feed) -> _Days:
    return connection.execute(
        f"SELECT CAST(_version_at AS DATE), min(_known_at) FROM {quoted(f'records_{feed.id}')} "
        "WHERE _version_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()


class _Arrivals:
    """When data about a day or any later one first became known."""

    def __init__(self, rows: _Days) -> None:
        self._days = [day for day, _ in rows]
        self._first = [known for _, known in rows]
        for position in range(len(rows) - 2, -1, -1):  # a later day's data count for an earlier one too
            self._first[position] = min(self._first[position], self._first[position + 1])

    def of(self, day: date) -> datetime | None:
        """First arrival for a day; None when nothing of it or later has come."""
        position = bisect_left(self._days, day)
        return self._first[position] if position < len(self._days) else None
