"""The outcome of a delivery, written with everything that led to it in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Message, Text
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.facts import Added
from ioc_pipeline.validate.results import Result

WHOLE_DELIVERY = 0
"""Row number of a quarantine entry that speaks of every row of its delivery."""


@dataclass(frozen=True)
class Outcome:
    """How a delivery ended. received = accepted + quarantined, always; accepted = added + revised + unchanged."""

    delivery: Delivery
    outcome: str  # stored | blocked | refused
    received: int
    added: Added
    quarantined: int
    message: Message | None
    notices: tuple[Notice, ...]
    results: tuple[Result, ...]
    simulated: bool

    @property
    def accepted(self) -> int:
        """Rows that became facts or confirmed known ones."""
        return self.added.accepted


def has_outcome(connection: duckdb.DuckDBPyConnection, feed_id: str) -> set[str]:
    """Ids of the feed's deliveries that already have an outcome."""
    rows = connection.execute("SELECT delivery_id FROM deliveries WHERE feed_id = ?", [feed_id]).fetchall()
    return {row[0] for row in rows}


def record(
    connection: duckdb.DuckDBPyConnection, feed: Feed, outcome: Outcome, *, run_id: str, code_version: str, engine: str
) -> None:
    """Add the delivery's row, its results and a change number. Must run inside the delivery's transaction.

    Raises AssertionError when the counts do not add up (the transaction is then rolled back: nothing is stored).
    """
    delivery, now = outcome.delivery, datetime.now(UTC)
    if outcome.received != outcome.accepted + outcome.quarantined:
        raise AssertionError(
            f"{feed.id}/{delivery.file_name}: received {outcome.received} rows, "
            f"accepted {outcome.accepted} + quarantined {outcome.quarantined}"
        )
    message = outcome.message
    connection.execute(
        f"INSERT INTO deliveries VALUES ({', '.join('?' * 26)})",
        [
            feed.id,
            delivery.delivery_id,
            delivery.file_name,
            delivery.sha256,
            delivery.size_bytes,
            delivery.producer,
            delivery.received_at,
            delivery.published_at,
            delivery.stated_at,
            outcome.outcome,
            outcome.received,
            outcome.accepted,
            outcome.quarantined,
            outcome.added.added,
            outcome.added.revised,
            outcome.added.unchanged,
            message.vi if message else None,
            message.en if message else None,
            json.dumps([_notice(n) for n in outcome.notices], ensure_ascii=False),
            outcome.simulated,
            run_id,
            feed.version,
            feed.declaration_hash,
            code_version,
            engine,
            now,
        ],
    )
    _add_results(connection, outcome.results)
    connection.execute(
        "INSERT INTO changes SELECT coalesce(max(change), 0) + 1, ?, ?, ? FROM changes",
        [feed.id, delivery.delivery_id, now],
    )


def _notice(notice: Notice) -> dict[str, str | None]:
    return {"vi": notice.text.vi, "en": notice.text.en, "location": notice.location}


def _add_results(connection: duckdb.DuckDBPyConnection, results: Sequence[Result]) -> None:
    if not results:
        return
    connection.executemany(
        f"INSERT INTO validation_results VALUES ({', '.join('?' * 21)})",
        [
            [
                r.feed,
                r.delivery_id,
                r.run_id,
                r.clause,
                r.expectation_id,
                r.expectation_type,
                r.column,
                r.level,
                r.severity,
                r.success,
                r.evaluated,
                r.unexpected,
                r.missing,
                r.observed,
                r.message.vi,
                r.message.en,
                r.why.vi,
                r.why.en,
                r.fix.vi,
                r.fix.en,
                r.engine,
            ]
            for r in results
        ],
    )


def quarantine_delivery(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, results: Sequence[Result], received: int
) -> None:
    """Say once, for all rows of a blocked delivery, by which clause and why they are held."""
    for result in results:
        reason = Text(f"{result.message.vi} {result.fix.vi}", f"{result.message.en} {result.fix.en}")
        connection.execute(
            f"INSERT INTO quarantine VALUES ({', '.join('?' * 11)})",
            [
                feed.id,
                delivery.delivery_id,
                WHOLE_DELIVERY,
                f"1–{received}",
                result.clause,
                result.expectation_id,
                result.column,
                result.observed,
                reason.vi,
                reason.en,
                None,
            ],
        )
