"""DuckDB for readers: one in memory for all small files of the process, one of its own for a large file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

MEMORY_LIMIT = "1GB"
"""DuckDB's limit while reading one delivery; beyond it, it spills to disk."""
SMALL_BYTES = 500_000
"""Bytes up to which a delivery counts as small."""
_PLANNING = "in_clause"
"""Not worth its time on a small file: a join is planned for every list of codes, which triples the cost of the file."""


@contextmanager
def reader_connection(blob: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with temporary tables of its own to read one delivered file; `spill`: folder for what does not fit
    into memory (large files)."""
    if blob.stat().st_size > SMALL_BYTES:
        with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(spill)}) as con:
            con.execute("SET enable_progress_bar = false")
            yield con
        return
    con = _shared().cursor()
    try:
        yield con
    except duckdb.Error:
        _shared.cache_clear()  # an error inside DuckDB may leave the data base unusable for those that follow
        raise
    finally:
        con.close()


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    """The process's data base for small files: starting one costs as much as reading one of them."""
    spill = Path(tempfile.gettempdir()) / "ioc-reading"
    con = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(spill), "threads": 1})
    con.execute("SET enable_progress_bar = false; SET enable_external_file_cache = false")
    con.execute(f"SET disabled_optimizers = '{_PLANNING}'")
    return con
