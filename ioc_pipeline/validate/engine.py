"""Judges one delivery by its feed's suite: the entrance to this package."""

from __future__ import annotations

import time
from dataclasses import replace

import duckdb

from ioc_pipeline.validate.engine_sql import run_sql
from ioc_pipeline.validate.quarantine_rows import add_broken, add_examples, broken_table, create_broken, write_broken
from ioc_pipeline.validate.results import Validation
from ioc_pipeline.validate.sql_run import SqlRun
from ioc_pipeline.validate.suite import Suite
from ioc_pipeline.validate.wording import result_of

ENGINES = ("sql", "gx")


def validate_table(
    con: duckdb.DuckDBPyConnection,
    table: str,
    suite: Suite,
    *,
    feed: str,
    delivery_id: str,
    run_id: str,
    engine: str = "sql",
    plain: str | None = None,
) -> Validation:
    """Results of a bound suite over `table`, one per expectation in the suite's order.

    `table` holds the feed's columns and `_row` (unique), `_location` and `_problems`. Writes the temporary table
    `<table>__broken (_row BIGINT, expectation_id, clause, severity)` on `con`. With `engine="sql"` the suite is
    compiled; an expectation type that is not compiled runs under Great Expectations alone and says `engine="gx"`.
    `plain` may name the same rows without history columns (see `store.history`), which rules that need none read.
    With `engine="gx"` all of it runs under stock Great Expectations (the second opinion). Raises ValueError for
    another engine and `duckdb.CatalogException` when the table is absent; an expectation that cannot be computed
    raises nothing, its result is undetermined. Call it outside a transaction: DuckDB refuses further work in a
    transaction in which one statement has failed.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, not {engine!r}")
    started = time.perf_counter()
    if engine == "sql":
        run = run_sql(con, table, suite.expectations, plain)
        write_broken(run)
    else:
        run = SqlRun(con, table)
        run.open()
        run.fallback = list(suite.expectations)
        create_broken(run)
    if run.fallback:
        _run_gx(run)
    add_examples(run)
    run.clean()
    results = tuple(
        replace(result_of(run.findings[e.id]), feed=feed, delivery_id=delivery_id, run_id=run_id)
        for e in suite.expectations
    )
    return Validation(results, broken_table(table), time.perf_counter() - started, engine, run.rows)


def _run_gx(run: SqlRun) -> None:
    from ioc_pipeline.validate.engine_gx import run_gx

    for finding, rows in run_gx(run.con, run.table, run.types, run.fallback):
        run.findings[finding.expectation.id] = finding
        if rows and finding.expectation.level == "row":
            add_broken(run, finding.expectation, rows)
