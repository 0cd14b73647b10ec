"""Opening the warehouse: one writer at a time across processes, readers when nobody writes."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.settings import Places

WAIT_SECONDS = 600.0
"""How long a writer waits for another one (a backfill may take minutes)."""

HOLD_SECONDS = 1.0
"""How long `kept_open` holds the warehouse at a stretch, although nobody is seen waiting for it."""

_POLL_SECONDS = 0.02
_FEW_ROWS = 20_000

ANY_NUMBER = sys.maxsize
"""Of rows, for `fit_to`: as DuckDB comes."""

MEMORY_LIMIT = "2GB"

FAST_COMPRESSION = "SET disabled_compression_methods = 'fsst,alp,alprd'"
"""For tables written whole: trying these on every column costs a fifth of the writing of a large table, and most of
that of many small ones, and saves a twentieth of the space."""


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
    """Hold the right to write the state folder; WarehouseBusy after `wait_seconds`.

    Who waits holds a second lock meanwhile: the holder sees that it is asked for, and the next one gets it.
    """
    places.writer_lock.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    lock = FileLock(places.writer_lock, poll_interval=_POLL_SECONDS)
    try:
        with FileLock(_turn(places), timeout=wait_seconds, poll_interval=_POLL_SECONDS):
            lock.acquire(timeout=max(deadline - time.monotonic(), 0.0))
    except Timeout as error:
        raise _busy(places) from error
    try:
        yield
    finally:
        lock.release()


def _turn(places: Places) -> Path:
    """Lock file of the writer that is next."""
    return places.writer_lock.with_suffix(".next")


def _asked_for(places: Places) -> bool:
    """True when another writer waits for the one that holds the warehouse."""
    try:
        with FileLock(_turn(places), timeout=0):
            return False
    except Timeout:
        return True


class _Kept:
    """A connection that outlives the `writing` blocks of one thread, with the writer's lock."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.stack = ExitStack()
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.since = 0.0
        self.depth = 0

    def open(self, wait_seconds: float) -> duckdb.DuckDBPyConnection:
        if self.connection is None:
            self.connection = self.stack.enter_context(_opened(self.places, wait_seconds))
            self.since = time.monotonic()
        return self.connection

    def close(self) -> None:
        self.connection = None
        self.stack.close()

    def due(self) -> bool:
        return time.monotonic() - self.since > HOLD_SECONDS or _asked_for(self.places)


class _Own(threading.local):
    def __init__(self) -> None:
        self.kept: dict[Path, _Kept] = {}


_own = _Own()


@contextmanager
def kept_open(places: Places) -> Iterator[None]:
    """Let the `writing` blocks inside, in this thread, share one connection: opening and closing cost more than a small
    delivery.

    Between two of them others get in: at once when a writer waits, for readers after HOLD_SECONDS.
    """
    if places.warehouse in _own.kept:
        yield
        return
    kept = _own.kept[places.warehouse] = _Kept(places)
    try:
        yield
    finally:
        del _own.kept[places.warehouse]
        kept.close()


def hand_over(places: Places) -> None:
    """Close what `kept_open` holds, before work that may take long and needs no warehouse."""
    kept = _own.kept.get(places.warehouse)
    if kept is not None and kept.depth == 0:
        kept.close()


@contextmanager
def writing(places: Places, wait_seconds: float = WAIT_SECONDS) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for writing, with its tables made; temporary tables may be left from an earlier block."""
    kept = _own.kept.get(places.warehouse)
    if kept is None:
        with _opened(places, wait_seconds) as connection:
            yield connection
        return
    connection = kept.open(wait_seconds)
    kept.depth += 1
    sound = False
    try:
        yield connection
        sound = True
    finally:
        kept.depth -= 1
        if kept.depth == 0 and (not sound or kept.due()):
            kept.close()


@contextmanager
def _opened(places: Places, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    with writer_lock(places, wait_seconds):
        connection = _connect(places, read_only=False, wait_seconds=30.0)
        try:
            connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET TimeZone = 'UTC'")
            _apply_schema(connection)
            yield connection
        finally:
            connection.close()


def fit_to(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Let DuckDB plan for work on so many rows: for a small one, threads and joins made of lists of codes cost
    more than they save. Call it outside a transaction."""
    small = "SET threads = 1; SET disabled_optimizers = 'in_clause'"
    connection.execute(small if rows < _FEW_ROWS else "RESET threads; RESET disabled_optimizers")


@cache
def _schema() -> tuple[str, str]:
    """The SQL that makes tables and views, and its SHA-256."""
    sql = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")
    return sql, hashlib.sha256(sql.encode()).hexdigest()


def _apply_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Make tables and views, unless this very schema was applied before (a catalogue change costs a checkpoint)."""
    sql, digest = _schema()
    try:
        applied = connection.execute("SELECT 1 FROM schema_applied WHERE sha256 = ?", [digest]).fetchone()
    except duckdb.CatalogException:
        connection.execute("CREATE TABLE schema_applied (sha256 VARCHAR)")
        applied = None
    if applied is None:
        connection.execute(sql)
        connection.execute("INSERT INTO schema_applied VALUES (?)", [digest])
        # DuckDB cannot replay columns added to a table with CHECKs: after a kill the file would not open again.
        connection.execute("CHECKPOINT")


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
            time.sleep(_POLL_SECONDS)


def records_table(feed: Feed) -> str:
    """Quoted name of the table that keeps every state of a feed's records."""
    return quoted(f"records_{feed.id}")


def tables_there(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Names of the warehouse's tables: a feed of records has one from its first delivery on."""
    rows = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")
    return frozenset(name for (name,) in rows.fetchall())


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
