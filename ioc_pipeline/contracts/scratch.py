"""One empty DuckDB in memory in which declarations are tried out: opening one for every query would cost more than the
queries."""

from __future__ import annotations

from functools import cache

import duckdb


@cache
def scratch() -> duckdb.DuckDBPyConnection:
    """The process's scratch data base; tables in it are made anew by whoever needs them."""
    return duckdb.connect()
