"""Health of a feed: is the newest due period there, and was the newest delivery accepted?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period, deadline, newest_due, parse_period, period_of
from ioc_pipeline.store.warehouse import quoted

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
    if feed.shape == "observations":
        row = connection.execute(
            "SELECT max_by(period, period_end) FROM observations WHERE feed_id = ? AND data_type <> 'plan' "
            "AND period_end <= CAST(known_at AS DATE)",
            [feed.id],
        ).fetchone()
        return parse_period(row[0]) if row and row[0] else None
    table = f"records_{feed.id}"
    if not connection.execute("SELECT 1 FROM information_schema.tables WHERE table_name = ?", [table]).fetchone():
        return None
    names_period = any(c.name == feed.period_by and c.type == "VARCHAR" for c in feed.columns)
    column = quoted(feed.period_by or "_version_at")
    newest = f"max({column})" if names_period else f"CAST(max({column}) AS DATE)"
    row = connection.execute(f"SELECT {newest} FROM {quoted(table)}").fetchone()
    return _period(feed.period, row[0] if row else None)


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
    due = newest_due(feed.period, feed.lag_days, now, timezone)
    due_at = deadline(due, feed.lag_days, timezone)
    outcomes = connection.execute(
        "SELECT outcome, received_at, file_name, message_vi, message_en FROM deliveries WHERE feed_id = ? "
        "ORDER BY received_at, stated_at, delivery_id",
        [feed.id],
    ).fetchall()
    good = [o for o in outcomes if o[0] == "stored"]
    newest = newest_period(connection, feed)
    last_received = outcomes[-1][1] if outcomes else None
    last_good = good[-1][1] if good else None
    if not outcomes:
        health, reason = NEVER, Text("Chưa nhận được tệp nào", "Nothing received yet")
    elif outcomes[-1][0] != "stored":
        health = HELD if good else BLOCKED
        reason = Text(str(outcomes[-1][3]), str(outcomes[-1][4]))
    elif newest is None or newest.end < due.end:
        health = LATE
        reason = Text(
            f"Chưa có số liệu {due.words.vi}; hạn nộp là ngày {due_at:%d/%m/%Y}",
            f"Data for {due.words.en} have not come; they were due on {due_at:%d/%m/%Y}",
        )
    else:
        health, reason = OK, Text("Đúng hạn", "On time")
    return FeedHealth(feed.id, health, reason, last_received, last_good, newest, due, due_at)
