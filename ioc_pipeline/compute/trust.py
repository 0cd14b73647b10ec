"""Trust in a value, computed from the validation results of that very value's inputs."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ioc_pipeline.compute.values import Value
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.store.warehouse import quoted

VERIFIED, WARNING, HELD, UNVERIFIED = "verified", "warning", "held", "unverified"


@dataclass(frozen=True)
class Trust:
    """How many rules judged the value's inputs, and what they said. Undetermined rules count as neither."""

    badge: str
    passed: int
    failed: int
    unknown: int


def badge(passed: int, failed: int, *, errors: bool, held: bool) -> str:
    """`held` when a newer delivery was rejected; `unverified` when no rule could decide; `warning` when any failed or
    could not be computed at all (a rule with nothing to judge is no warning)."""
    if held:
        return HELD
    if passed + failed == 0:
        return UNVERIFIED
    return WARNING if failed or errors else VERIFIED


class TrustReader:
    """Reads the results of a feed's deliveries once and answers for its values.

    For a value taken from one row: table-level rules of its delivery as judged, row-level rules by whether this row
    broke them. For a value computed from records: every rule of every delivery whose rows are current; a row-level
    rule counts as failed when any row failed it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
        self._sources: set[str] = set()  # deliveries that current states of records come from
        self._table: dict[str, tuple[int, int, int]] = {}
        self._row: dict[str, tuple[int, int]] = {}
        for delivery, level, passed, failed, unknown in connection.execute(
            "SELECT delivery_id, level, count(*) FILTER (success), count(*) FILTER (NOT success), "
            "count(*) FILTER (success IS NULL) FROM validation_results WHERE feed_id = ? GROUP BY ALL",
            [feed.id],
        ).fetchall():
            if level == "table":
                self._table[delivery] = (passed, failed, unknown)
            else:
                self._row[delivery] = (passed + failed, unknown)
        self._flags: dict[tuple[str, int], int] = {
            (delivery, row_no): count
            for delivery, row_no, count in connection.execute(
                "SELECT delivery_id, row_no, count(*) FROM row_flags WHERE feed_id = ? GROUP BY ALL", [feed.id]
            ).fetchall()
        }
        self._errors = {
            delivery
            for (delivery,) in connection.execute(
                # A rule on which the two engines disagree is as good as one that could not be computed.
                "SELECT delivery_id FROM validation_results WHERE feed_id = $1 AND reason = 'error' "
                "UNION SELECT delivery_id FROM engine_differences WHERE feed_id = $1",
                [feed.id],
            ).fetchall()
        }
        self._records = self._of_records(connection, feed) if feed.shape == "records" else None

    def of(self, value: Value, *, held: bool) -> Trust:
        """Trust in one value of this feed; `held` when it is only kept because a newer delivery was rejected."""
        if self._records is not None and value.row_no is None:
            passed, failed, unknown = self._records
            errors = bool(self._errors & self._sources)
        else:
            delivery = value.delivery_id or ""
            passed, failed, unknown = self._table.get(delivery, (0, 0, 0))
            judged, undecided = self._row.get(delivery, (0, 0))
            broken = self._flags.get((delivery, value.row_no or 0), 0)
            passed, failed, unknown = passed + judged - broken, failed + broken, unknown + undecided
            errors = delivery in self._errors
        return Trust(badge(passed, failed, errors=errors, held=held), passed, failed, unknown)

    def _of_records(self, connection: duckdb.DuckDBPyConnection, feed: Feed) -> tuple[int, int, int]:
        """Rules over all deliveries that current states come from: a rule fails if it failed in any of them."""
        table = f"records_{feed.id}"
        if not connection.execute("SELECT 1 FROM information_schema.tables WHERE table_name = ?", [table]).fetchone():
            return 0, 0, 0
        current = connection.execute(f"SELECT DISTINCT _delivery_id FROM {quoted(feed.id)}").fetchall()
        self._sources = {delivery for (delivery,) in current}
        row = connection.execute(
            "SELECT count(*) FILTER (verdict), count(*) FILTER (NOT verdict), count(*) FILTER (verdict IS NULL) FROM ("
            "SELECT expectation_id, bool_and(success) AS verdict FROM validation_results WHERE feed_id = ? "
            "AND list_contains(?, delivery_id) GROUP BY expectation_id)",
            [feed.id, sorted(self._sources)],
        ).fetchone()
        assert row is not None
        return row[0], row[1], row[2]
