"""Newest simulated deliveries of feeds as tables, and a suite judged on them after a fault was planted by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.sample.inbox import generate_inbox
from ioc_pipeline.store.doubts import make_batch
from ioc_pipeline.store.history import column_types
from ioc_pipeline.validate.engine import validate_table
from ioc_pipeline.validate.results import Validation
from ioc_pipeline.validate.suite import bind, history_columns, parse_suite

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def newest_deliveries(
    out: Path, catalogue: Catalogue, feeds: Sequence[str], *, until: date, months: int
) -> duckdb.DuckDBPyConnection:
    """The newest delivery of every feed as typed rows, one table a feed, with its suite's history columns (null)."""
    made = generate_inbox(out, province="56", seed=7, dossiers=0, months=months, until=until, feeds=feeds)
    newest = {file.feed: file.path for file in made.files}
    con = duckdb.connect()
    for name in feeds:
        rows = out / f"{name}.parquet"
        read_delivery(catalogue.feeds[name], newest[name], newest[name].name, rows, catalogue)
        make_batch(con, "staged", rows)
        con.execute(f"CREATE TABLE {name} AS FROM staged")
        suite = parse_suite(catalogue.feeds[name].suite)
        for column, type_ in column_types(catalogue.feeds[name], history_columns(suite)).items():
            con.execute(f"ALTER TABLE {name} ADD COLUMN {column} {type_}")
    return con


def judged(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: str, *faults: str) -> Validation:
    """Results of the feed's suite on its table, copied to `batch` and changed by the faults (SQL statements)."""
    con.execute(f"CREATE OR REPLACE TABLE batch AS FROM {feed}")
    for fault in faults:
        con.execute(fault)
    suite = bind(parse_suite(catalogue.feeds[feed].suite), catalogue.bindings(NOW))
    return validate_table(con, "batch", suite, feed=feed, delivery_id="d", run_id="r")
