"""The release and the warehouse, opened together and read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import duckdb

from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.publish.release import Release, current
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import WarehouseBusy, reading


@dataclass(frozen=True)
class Sources:
    """`connection` has the release attached as `release`; it is the warehouse when `warehouse`, else an empty
    database."""

    connection: duckdb.DuckDBPyConnection
    release: Release
    warehouse: bool


@contextmanager
def opened(places: Places) -> Iterator[Sources]:
    """The current release, beside the warehouse unless that is not there or being written. IocError before the first
    release."""
    release = current(places)
    if release is None:
        raise IocError(
            Message(
                "release.none",
                f"Chưa có bản phát hành nào trong {places.root}; chạy: ioc run",
                f"No release in {places.root} yet; run: ioc run",
            )
        )
    with ExitStack() as stack:
        try:
            connection, found = stack.enter_context(reading(places)), True
        except (FileNotFoundError, WarehouseBusy):
            connection, found = stack.enter_context(duckdb.connect()), False
            connection.execute("SET TimeZone = 'UTC'")
        path = str(release.folder / "release.duckdb").replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS release (READ_ONLY)")
        yield Sources(connection, release, found)


def rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[object] | None = None) -> list[dict]:
    """Rows as mappings by column name."""
    cursor = connection.execute(sql, parameters or [])
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def has_table(connection: duckdb.DuckDBPyConnection, table: str, database: str = "release") -> bool:
    """True when a database of the connection has a table."""
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND table_name = ?", [database, table]
    ).fetchone()
    return found is not None
