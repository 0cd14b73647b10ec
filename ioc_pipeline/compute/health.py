"""Health of a feed: is the newest due period there, and was the newest delivery accepted?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period, deadline, newest_due, parse_period, period_of
from ioc_pipeline.store.warehouse import quoted, tables_there

OK, LATE, HELD, BLOCKED, NEVER = "ok", "late", "held", "blocked", "never"


@dataclass(frozen=True)
class FeedHealth:
    """`held`: the newest delivery was rejected and earlier values stay. `blocked`: rejected with nothing before it.
    `late`: the newest due period has not come. `never`: nothing was ever received."""

    feed_id: str
    health: str
    reason: Text
    last_received_at: datetime | None
    last_good_at: datetime | None
    newest: Period | None  # period of the newest stored statement
    due: Period  # newest period whose deadline has passed
    due_at: datetime

    @property
    def rejected(self) -> bool:
        """True when the newest delivery was not accepted."""
        return self.health in (HELD, BLOCKED)


def newest_period(connection: duckdb.DuckDBPyConnection, feed: Feed) -> Period | None:
    """Period of the newest stored fact; None before anything was stored.

    Plans do not count, nor statements about a period that had not ended when they were received: an estimate of the
    whole year must not hide a missing month.
    """
    return newest_periods(connection, [feed])[feed.id]


def newest_periods(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> dict[str, Period | None]:
    """`newest_period` of several feeds, by id."""
    stated: dict[str, str] = {}
    observed = {feed.id: feed.period for feed in feeds if feed.shape == "observations"}
    if observed:
        # Of periods that end on one day the feed's own kind; no order of rows decides.
        rows = connection.execute(
            "SELECT feed_id, max_by(period, (period_end, period_kind = kind, period)) FROM observations "
            "JOIN (SELECT unnest($1::VARCHAR[]) AS feed_id, unnest($2::VARCHAR[]) AS kind) USING (feed_id) "
            "WHERE data_type <> 'plan' AND period_end <= CAST(known_at AS DATE) GROUP BY feed_id",
            [list(observed), list(observed.values())],
        )
        stated = dict(rows.fetchall())
    there = tables_there(connection)
    found: dict[str, Period | None] = {}
    for feed in feeds:
        table = f"records_{feed.id}"
        if feed.shape == "observations":
            found[feed.id] = parse_period(text) if (text := stated.get(feed.id)) else None
        elif table in there:
            names_period = any(c.name == feed.period_by and c.type == "VARCHAR" for c in feed.columns)
            column = quoted(feed.period_by or "_version_at")
            newest = f"max({column})" if names_period else f"CAST(max({column}) AS DATE)"
            row = connection.execute(f"SELECT {newest} FROM {quoted(table)}").fetchone()
            found[feed.id] = _period(feed.period, row[0] if row else None)
        else:
            found[feed.id] = None
    return found


def _period(kind: str, newest: object) -> Period | None:
    """Period of a kind that a column's newest value names or lies in."""
    if isinstance(newest, date):
        return period_of(kind, newest)
    try:
        return parse_period(newest) if isinstance(newest, str) else None
    except ValueError:
        return None


def feed_health(connection: duckdb.DuckDBPyConnection, feed: Feed, now: datetime, timezone: str) -> FeedHealth:
    """Health at a moment; reads the warehouse only."""
    return healths_of(connection, [feed], now, timezone)[feed.id]


def healths_of(
    connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed], now: datetime, timezone: str
) -> dict[str, FeedHealth]:
    """`feed_health` of several feeds, by id."""
    newest = newest_periods(connection, feeds)
    order = "(received_at, stated_at, delivery_id)"
    rows = connection.execute(
        f"SELECT feed_id, max(received_at), max_by(received_at, {order}) FILTER (outcome = 'stored'), "
        f"max_by(outcome, {order}), max_by(coalesce(message_vi, ''), {order}), "
        f"max_by(coalesce(message_en, ''), {order}) FROM deliveries WHERE list_contains(?, feed_id) GROUP BY feed_id",
        [[feed.id for feed in feeds]],
    ).fetchall()
    outcomes = {row[0]: _Outcomes(*row[1:]) for row in rows}
    return {feed.id: _health(feed, outcomes.get(feed.id), newest[feed.id], now, timezone) for feed in feeds}


@dataclass(frozen=True)
class _Outcomes:
    """What became of a feed's deliveries: the newest one, and when the newest stored one came."""

    last_received: datetime
    last_good: datetime | None
    newest: str
    message_vi: str
    message_en: str


def _health(feed: Feed, outcomes: _Outcomes | None, newest: Period | None, now: datetime, timezone: str) -> FeedHealth:
    due = newest_due(feed.period, feed.lag_days, now, timezone)
    due_at = deadline(due, feed.lag_days, timezone)
    last_received = outcomes.last_received if outcomes else None
    last_good = outcomes.last_good if outcomes else None
    if outcomes is None:
        health, reason = NEVER, Text("Chưa nhận được tệp nào", "Nothing received yet")
    elif outcomes.newest != "stored":
        health = HELD if last_good is not None else BLOCKED
        reason = Text(outcomes.message_vi, outcomes.message_en)
    elif newest is None or newest.end < due.end:
        health = LATE
        reason = Text(
            f"Chưa có số liệu {due.words.vi}; hạn nộp là ngày {due_at:%d/%m/%Y}",
            f"Data for {due.words.en} have not come; they were due on {due_at:%d/%m/%Y}",
        )
    else:
        health, reason = OK, Text("Đã có số liệu của kỳ đến hạn", "The data of the period due have come")
    return FeedHealth(feed.id, health, reason, last_received, last_good, newest, due, due_at)
