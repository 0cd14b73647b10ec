"""Many small rows into a table at once: row-by-row inserts cost DuckDB milliseconds each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert mappings with equal keys into a table by column name; returns how many."""
    if not rows:
        return 0
    # Columns are built one by one: a column that is null throughout has no type to infer, and DuckDB casts null. DuckDB
    # finds the local variable by its name; registering it, or a table instead of a reader, costs as much again.
    _rows_to_insert = pa.table({name: pa.array([row[name] for row in rows]) for name in rows[0]}).to_reader()
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _rows_to_insert")
    return len(rows)
