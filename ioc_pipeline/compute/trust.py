"""Trust in values, computed from the validation results of those very values' inputs: all values at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.warehouse import quoted, tables_there

VERIFIED, WARNING, HELD, UNVERIFIED = "verified", "warning", "held", "unverified"

TRUST = "_trust"
"""Temporary table: cell_no, held, trust, rules_passed, rules_failed, rules_unknown."""


_BADGE = (
    f"CASE WHEN held THEN '{HELD}' WHEN passed + failed = 0 THEN '{UNVERIFIED}' "
    f"WHEN failed > 0 OR errors THEN '{WARNING}' ELSE '{VERIFIED}' END"
)
"""SQL text: `held` when a newer delivery was rejected; `unverified` when no rule could decide; `warning` when any
failed or could not be computed at all (a rule with nothing to judge is no warning)."""


def judge_trust(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    shown: str,
    basis: Mapping[str, Sequence[str]],
    rejected: Collection[str],
) -> None:
    """Make the table `_trust` for the rows of `shown` (shown cells with `is_latest` and `cell_no`).

    A value taken from one row: table-level rules of its delivery as judged, row-level rules by whether this row broke
    them. A computed value: every rule of every delivery whose rows are current in the feeds that its card rests on
    (`basis`); a rule failed when it failed in any of them. `rejected`: feeds whose newest delivery was rejected; the
    newest values that rest on one are held. Undetermined rules count as neither passed nor failed.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _of_delivery AS SELECT feed_id, delivery_id, "
        "count(*) FILTER (level = 'table' AND success) AS passed, "
        "count(*) FILTER (level = 'table' AND NOT success) AS failed, "
        "count(*) FILTER (level <> 'table' AND success IS NOT NULL) AS judged, "
        "count(*) FILTER (success IS NULL) AS unknown, "
        # A rule on which the two engines disagree is as good as one that could not be computed.
        "coalesce(bool_or(reason = 'error' OR differs), false) AS errors FROM validation_results "
        "LEFT JOIN (SELECT DISTINCT feed_id, delivery_id, true AS differs FROM engine_differences) "
        "USING (feed_id, delivery_id) GROUP BY feed_id, delivery_id"
    )
    _computed(connection, catalogue, shown, basis)
    held = [code for code, feeds in basis.items() if any(feed in rejected for feed in feeds)]
    connection.execute("SET VARIABLE held_codes = $1::VARCHAR[]", [held])
    flagged = connection.execute("SELECT 1 FROM row_flags LIMIT 1").fetchone() is not None
    broken = "coalesce(f.broken, 0)" if flagged else "0"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {TRUST} AS SELECT cell_no, held, {_BADGE} AS trust, passed AS rules_passed, "
        "failed AS rules_failed, unknown AS rules_unknown FROM (SELECT s.cell_no, "
        "s.is_latest AND list_contains(getvariable('held_codes'), s.code) AS held, "
        "CASE WHEN s.row_no IS NULL THEN coalesce(c.passed, 0) "
        f"ELSE coalesce(d.passed + d.judged, 0) - {broken} END AS passed, "
        "CASE WHEN s.row_no IS NULL THEN coalesce(c.failed, 0) "
        f"ELSE coalesce(d.failed, 0) + {broken} END AS failed, "
        "CASE WHEN s.row_no IS NULL THEN coalesce(c.unknown, 0) ELSE coalesce(d.unknown, 0) END AS unknown, "
        "CASE WHEN s.row_no IS NULL THEN coalesce(c.errors, false) ELSE coalesce(d.errors, false) END AS errors "
        f"FROM {shown} s LEFT JOIN _of_card c ON c.code = s.code "
        "LEFT JOIN _of_delivery d ON d.feed_id = s.feed_id AND d.delivery_id = s.delivery_id "
        + (
            "LEFT JOIN (SELECT feed_id, delivery_id, row_no, count(*) AS broken FROM row_flags GROUP BY ALL) f "
            "ON f.feed_id = s.feed_id AND f.delivery_id = s.delivery_id AND f.row_no = s.row_no"
            if flagged
            else ""
        )
        + ")"
    )
    for table in ("_of_delivery", "_of_card"):
        connection.execute(f"DROP TABLE IF EXISTS temp.main.{table}")


def _computed(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, shown: str, basis: Mapping[str, Sequence[str]]
) -> None:
    """Rules over all deliveries that current facts come from, per card with computed values, as table `_of_card`."""
    codes = [c for (c,) in connection.execute(f"SELECT DISTINCT code FROM {shown} WHERE row_no IS NULL").fetchall()]
    connection.execute("CREATE OR REPLACE TEMP TABLE _basis (code VARCHAR, feed_id VARCHAR)")
    connection.execute("CREATE OR REPLACE TEMP TABLE _sources (feed_id VARCHAR, delivery_id VARCHAR)")
    insert_rows(
        connection, "_basis", [{"code": code, "feed_id": feed} for code in codes for feed in basis.get(code, ())]
    )
    feeds = sorted({feed for code in codes for feed in basis.get(code, ())})
    observed = [feed for feed in feeds if catalogue.feeds[feed].shape == "observations"]
    if observed:
        connection.execute(
            "INSERT INTO _sources SELECT DISTINCT feed_id, delivery_id FROM observations_current "
            "WHERE list_contains(?, feed_id)",
            [observed],
        )
    there = tables_there(connection)
    for feed_id in feeds:
        if feed_id not in observed and f"records_{feed_id}" in there:
            connection.execute(f"INSERT INTO _sources SELECT DISTINCT '{feed_id}', _delivery_id FROM {quoted(feed_id)}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _of_card AS WITH rules AS (SELECT feed_id, expectation_id, "
        "bool_and(success) AS verdict FROM validation_results SEMI JOIN _sources USING (feed_id, delivery_id) "
        "GROUP BY ALL), counted AS (SELECT feed_id, count(*) FILTER (verdict) AS passed, "
        "count(*) FILTER (NOT verdict) AS failed, count(*) FILTER (verdict IS NULL) AS unknown "
        "FROM rules GROUP BY ALL), "
        "broken AS (SELECT DISTINCT feed_id FROM _of_delivery SEMI JOIN _sources USING (feed_id, delivery_id) "
        "WHERE errors) SELECT code, sum(passed) AS passed, sum(failed) AS failed, sum(unknown) AS unknown, "
        "bool_or(feed_id IN (FROM broken)) AS errors FROM _basis JOIN counted USING (feed_id) GROUP BY code"
    )
    for table in ("_basis", "_sources"):
        connection.execute(f"DROP TABLE temp.main.{table}")
