"""Opening the warehouse: one writer at a time across processes, readers when nobody writes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.settings import Places

WAIT_SECONDS = 600.0
"""How long a writer waits for another one (a backfill may take minutes)."""

MEMORY_LIMIT = "2GB"


class WarehouseBusy(IocError):
    """Another process holds the warehouse."""


def quoted(name: str) -> str:
    """SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _busy(places: Places) -> WarehouseBusy:
    return WarehouseBusy(
        Message(
            "warehouse.busy",
            f"Kho dữ liệu {places.warehouse} đang được một tiến trình khác ghi; thử lại sau khi nó xong.",
            f"The warehouse {places.warehouse} is being written by another process; try again when it is done.",
        )
    )


@contextmanager
def writer_lock(places: Places, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the right to write the state folder; WarehouseBusy after `wait_seconds`."""
    places.writer_lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(places.writer_lock, timeout=wait_seconds):
            yield
    except Timeout as error:
        raise _busy(places) from error


@contextmanager
def writing(places: Places, wait_seconds: float = WAIT_SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for writing, with its tables made."""
    with writer_lock(places, wait_seconds):
        connection = _connect(places, read_only=False, wait_seconds=30.0)
        try:
            connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET TimeZone = 'UTC'")
            _apply_schema(connection)
            yield connection
        finally:
            connection.close()


def _apply_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Make tables and views, unless this very schema was applied before (a catalogue change costs a checkpoint)."""
    sql = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
    digest = hashlib.sha256(sql.encode()).hexdigest()
    connection.execute("CREATE TABLE IF NOT EXISTS schema_applied (sha256 VARCHAR)")
    if connection.execute("SELECT 1 FROM schema_applied WHERE sha256 = ?", [digest]).fetchone() is None:
        connection.execute(sql)
        connection.execute("INSERT INTO schema_applied VALUES (?)", [digest])


@contextmanager
def reading(places: Places) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, read-only; FileNotFoundError before the first run, WarehouseBusy while a run writes."""
    if not places.warehouse.exists():
        raise FileNotFoundError(places.warehouse)
    connection = _connect(places, read_only=True, wait_seconds=5.0)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def _connect(places: Places, *, read_only: bool, wait_seconds: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return duckdb.connect(str(places.warehouse), read_only=read_only)
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() > deadline:
                raise _busy(places) from error
            time.sleep(0.1)


def records_table(feed: Feed) -> str:
    """Quoted name of the table that keeps every state of a feed's records."""
    return quoted(f"records_{feed.id}")


def ensure_records_table(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Make the history table of a records feed and its views `<feed>` (current states) and `<feed>_history`.

    A column added to the contract later is added to the table; earlier states have null there.
    """
    table = records_table(feed)
    columns = ", ".join(f"{quoted(c.name)} {c.type}" for c in feed.columns)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {table} (_key VARCHAR NOT NULL, _hash VARCHAR NOT NULL, "
        f"_version_at TIMESTAMPTZ NOT NULL, _known_at TIMESTAMPTZ NOT NULL, _delivery_id VARCHAR NOT NULL, "
        f"_row BIGINT NOT NULL, _location VARCHAR, {columns})"
    )
    have = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
    missing = [column for column in feed.columns if column.name not in have]
    for column in missing:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column.name)} {column.type}")
    seen = connection.execute("SELECT 1 FROM duckdb_views() WHERE view_name = ?", [f"{feed.id}_history"]).fetchone()
    if seen and not missing:
        return
    order = "_version_at DESC, _known_at DESC, _delivery_id DESC"
    connection.execute(
        f"CREATE OR REPLACE VIEW {quoted(feed.id)} AS SELECT * FROM {table} "
        f"QUALIFY row_number() OVER (PARTITION BY _key ORDER BY {order}) = 1"
    )
    connection.execute(f"CREATE OR REPLACE VIEW {quoted(feed.id + '_history')} AS SELECT * FROM {table}")
