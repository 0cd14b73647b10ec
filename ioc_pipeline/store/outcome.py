"""The outcome of a delivery, written with everything that led to it in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Message
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.facts import Added
from ioc_pipeline.validate.results import Result
from ioc_pipeline.validate.second_opinion import JUDGES, SecondOpinion

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
    opinion: SecondOpinion | None = None  # when both engines were asked
    doubted: int = 0  # rows with a value that was taken under a doubt

    @property
    def accepted(self) -> int:
        """Rows that became facts or confirmed known ones."""
        return self.added.accepted


def has_outcome(connection: duckdb.DuckDBPyConnection, feed_id: str) -> set[str]:
    """Ids of the feed's deliveries that already have an outcome."""
    rows = connection.execute("SELECT delivery_id FROM deliveries WHERE feed_id = ?", [feed_id]).fetchall()
    return {row[0] for row in rows}


def record(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    outcome: Outcome,
    *,
    run_id: str,
    code_version: str,
    engine: str,
    declarations_hash: str,
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
    row = {
        "feed_id": feed.id,
        "delivery_id": delivery.delivery_id,
        "file_name": delivery.file_name,
        "sha256": delivery.sha256,
        "size_bytes": delivery.size_bytes,
        "producer": delivery.producer,
        "received_at": delivery.received_at,
        "published_at": delivery.published_at,
        "stated_at": delivery.stated_at,
        "backfill": delivery.backfill,
        "outcome": outcome.outcome,
        "received": outcome.received,
        "accepted": outcome.accepted,
        "quarantined": outcome.quarantined,
        "added": outcome.added.added,
        "revised": outcome.added.revised,
        "unchanged": outcome.added.unchanged,
        "message_vi": message.vi if message else None,
        "message_en": message.en if message else None,
        "notices_json": json.dumps([_notice(n) for n in outcome.notices], ensure_ascii=False),
        "simulated": outcome.simulated,
        "doubted": outcome.doubted,
        "run_id": run_id,
        "contract_version": feed.version,
        "contract_hash": feed.declaration_hash,
        "declarations_hash": declarations_hash,
        "code_version": code_version,
        "engine": engine,
        "stored_at": now,
    }
    insert_rows(connection, "deliveries", [row])
    _add_results(connection, outcome.results)
    if outcome.opinion is not None:
        _add_opinion(connection, delivery, outcome.opinion, run_id, JUDGES[engine])
    connection.execute(
        "INSERT INTO changes SELECT coalesce(max(change), 0) + 1, ?, ?, ? FROM changes",
        [feed.id, delivery.delivery_id, now],
    )


def _notice(notice: Notice) -> dict[str, str | None]:
    return {"vi": notice.text.vi, "en": notice.text.en, "location": notice.location, "clause": notice.clause}


def _add_results(connection: duckdb.DuckDBPyConnection, results: Sequence[Result]) -> None:
    renamed = {"feed": "feed_id", "column": "column_name"}
    rows = [
        {renamed.get(name, name): value for name, value in result.as_dict().items() if name != "examples"}
        for result in results
    ]
    insert_rows(connection, "validation_results", rows)


def _add_opinion(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, opinion: SecondOpinion, run_id: str, judge: str
) -> None:
    of = {"feed_id": delivery.feed_id, "delivery_id": delivery.delivery_id, "run_id": run_id}
    row = {
        "judge": judge,
        "compared": opinion.compared,
        "stock_only": len(opinion.stock_only),
        "differences": len(opinion.differences),
        "seconds_compiled": opinion.seconds_compiled,
        "seconds_stock": opinion.seconds_stock,
    }
    insert_rows(connection, "second_opinions", [of | row])
    insert_rows(connection, "engine_differences", [of | d.as_dict() for d in opinion.differences])


def quarantine_delivery(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, results: Sequence[Result], received: int
) -> None:
    """Say once, for all rows of a blocked delivery, by which clause and why they are held."""
    insert_rows(
        connection,
        "quarantine",
        [
            {
                "feed_id": feed.id,
                "delivery_id": delivery.delivery_id,
                "row_no": WHOLE_DELIVERY,
                "location": f"1–{received}",
                "clause": result.clause,
                "expectation_id": result.expectation_id,
                "column_name": result.column,
                "raw": result.observed,
                "reason_vi": f"{result.message.vi} {result.fix.vi}",
                "reason_en": f"{result.message.en} {result.fix.en}",
                "row_json": None,
            }
            for result in results
        ],
    )
