"""Incidents: opened when a feed's newest delivery breaks a critical clause, closed when a later one satisfies it.

Events are only ever added. Both events name the delivery that is their evidence; the time is when it was received.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from ioc_pipeline.contracts.model import Clause, Feed
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.validate.results import Result

OPENED, CLOSED = "opened", "closed"


def track(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    delivery: Delivery,
    results: Sequence[Result],
    clauses: Mapping[str, Clause],
) -> None:
    """Open and close incidents after a judged delivery. Must run inside the delivery's transaction, after `record`.

    Only critical rules of critical clauses count: any that fails opens, all passing closes, undecided changes nothing.
    A delivery stated before one already judged says nothing about the present and is left out.
    """
    if not _is_newest(connection, feed, delivery):
        return
    critical = {c.id for c in clauses.values() if c.severity == "critical"}
    verdicts: dict[str, list[bool | None]] = {}
    for result in results:
        if result.clause in critical and result.severity == "critical":
            verdicts.setdefault(result.clause, []).append(result.success)
    for (clause,) in connection.execute(
        "SELECT DISTINCT clause FROM quarantine WHERE feed_id = ? AND delivery_id = ? "
        "AND starts_with(expectation_id, 'read.')",
        [feed.id, delivery.delivery_id],
    ).fetchall():
        if clause in critical:
            verdicts.setdefault(clause, []).append(False)
    still_open = open_incidents(connection, feed.id)
    events = []
    for clause, successes in sorted(verdicts.items()):
        incident = still_open.get(clause)
        if incident is None and False in successes:
            events.append((f"{feed.id}:{clause}:{delivery.delivery_id[:8]}", clause, OPENED))
        elif incident is not None and all(successes):
            events.append((incident, clause, CLOSED))
    _add(connection, feed, delivery, events)


def open_incidents(connection: duckdb.DuckDBPyConnection, feed_id: str) -> dict[str, str]:
    """Open incidents of a feed: id by clause."""
    rows = connection.execute(
        "SELECT clause, incident_id FROM incidents WHERE feed_id = ? "
        "QUALIFY row_number() OVER (PARTITION BY clause ORDER BY event_no DESC) = 1 AND event = 'opened'",
        [feed_id],
    ).fetchall()
    return dict(rows)


def _is_newest(connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery) -> bool:
    row = connection.execute(
        "SELECT delivery_id FROM deliveries WHERE feed_id = ? AND outcome IN ('stored', 'blocked') "
        "ORDER BY stated_at DESC, received_at DESC, delivery_id DESC LIMIT 1",
        [feed.id],
    ).fetchone()
    return row is not None and row[0] == delivery.delivery_id


def _add(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, events: Sequence[tuple[str, str, str]]
) -> None:
    last = connection.execute("SELECT coalesce(max(event_no), 0) FROM incidents").fetchone()
    assert last is not None
    insert_rows(
        connection,
        "incidents",
        [
            {
                "event_no": last[0] + number,
                "incident_id": incident,
                "feed_id": feed.id,
                "clause": clause,
                "event": event,
                "delivery_id": delivery.delivery_id,
                "file_name": delivery.file_name,
                "at": delivery.received_at,
            }
            for number, (incident, clause, event) in enumerate(events, start=1)
        ],
    )
