"""Record files (delimited text, JSON, Parquet, Excel) → typed rows of a feed. The content decides the format."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from ioc_pipeline.contracts.model import CodeList, Feed
from ioc_pipeline.read.connection import SMALL_BYTES, reader_connection
from ioc_pipeline.read.file_content import kind_of, unpack_gzip
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.records import observation_columns
from ioc_pipeline.read.records.delimited import read_delimited, rows_at_once
from ioc_pipeline.read.records.divided_communes import Spreading, spread
from ioc_pipeline.read.records.json_records import looks_like_json, read_json_records
from ioc_pipeline.read.records.parquet_records import damaged, read_parquet_records
from ioc_pipeline.read.records.place_columns import names_table
from ioc_pipeline.read.records.raw_table import RawTable, literal
from ioc_pipeline.read.records.repaired_text import with_repairs
from ioc_pipeline.read.records.typed_rows import write_typed
from ioc_pipeline.read.text.text_encoding import as_utf8

_OURS = (duckdb.OutOfMemoryException, duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)
"""Errors that say nothing about the file that is scanned."""


def read_table(
    feed: Feed,
    blob: Path,
    original_name: str,
    out: Path,
    *,
    code_lists: Mapping[str, CodeList] | None = None,
    province: str | None = None,
    spreading: Spreading | None = None,
) -> Reading:
    """Type the records of one delivered file into the Parquet file `out` (written whole or not at all).

    `blob`: the bytes as received. `original_name` only names the file in messages. `code_lists`: lists whose names and
    aliases are turned into codes (`Trực tuyến` → `2`); values that are neither stay as they are for the suite to judge.
    `province`: code of the province whose communes the names of a column with `places: commune` belong to.
    `spreading`: how figures of divided communes are spread (`split: weights`); one row of the file is then several.

    Options of `feed.reader`: `decimal` (`,` or `.`, default `.`), `missing` (marks that mean "no value" in number
    columns), `columns_needed` (optional columns that must at least stand in a CSV, Parquet or Excel file).

    Every record of the file is one row, in the order of the file. A value that does not convert is NULL and listed in
    `_problems`; a record that cannot be split into columns is a row of NULLs with its raw text in `_problems`. A value
    that was taken although its sender may have meant another is listed in `_doubts`.
    Raises ReadRefused, and nothing else, for files that cannot be read as the contract says.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".reading-", dir=out.parent))
    try:
        with reader_connection(blob, work / "spill") as con:
            raw = _raw_table(con, feed, blob, original_name, work, code_lists or {})
            typed_path = work / "typed.parquet"
            try:
                noticed = write_typed(con, feed, raw, typed_path, code_lists or {}, province)
            except duckdb.Error as error:
                if not raw.scanned or isinstance(error, _OURS):
                    raise
                raise damaged(original_name) from error
            received = raw.received
            if spreading is not None and "area" in raw.text:
                typed_path, received, more = _spread(con, feed, spreading, typed_path, received)
                noticed += more
            simulated = con.execute(
                f"SELECT coalesce(bool_or(simulated), false) FROM read_parquet({literal(str(typed_path))})"
                if any(c.name == "simulated" for c in feed.columns)
                else "SELECT false"
            ).fetchone()
        os.replace(typed_path, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Reading(out, received, (*raw.notices, *noticed), bool(simulated and simulated[0]))


def _spread(
    con: duckdb.DuckDBPyConnection, feed: Feed, spreading: Spreading, typed: Path, received: int
) -> tuple[Path, int, list[Notice]]:
    """The rows file with divided communes spread, its number of rows and what to say about it."""
    wider = typed.with_name("spread.parquet")
    noticed = spread(con, feed, spreading, names_table(feed, "area"), typed, wider)
    if not wider.exists():
        return typed, received, noticed
    count = con.execute(f"SELECT count(*) FROM read_parquet({literal(str(wider))})").fetchone() or (0,)
    return wider, int(count[0]), noticed


def _raw_table(
    con: duckdb.DuckDBPyConnection,
    feed: Feed,
    blob: Path,
    name: str,
    work: Path,
    code_lists: Mapping[str, CodeList],
) -> RawTable:
    # A plain name keeps characters of the path that DuckDB would take for a pattern (`*`, `[`) out of its SQL.
    source = work / "input"
    source.symlink_to(blob.resolve())
    derived = observation_columns.DERIVED if feed.shape == "observations" else frozenset({"simulated"})
    kind = kind_of(source, name, workbooks=True)
    if kind == "gzip":
        source = unpack_gzip(source, name, work / "unpacked")
        kind = kind_of(source, name, workbooks=True)
    if kind == "parquet":
        return read_parquet_records(con, feed, source, name, derived)
    if kind == "workbook":
        from ioc_pipeline.read.records.workbook_records import (
            read_workbook_records,  # no spreadsheet library without need
        )

        return read_workbook_records(feed, source, name, work, derived, code_lists.get("units"))
    at_once = None
    with ThreadPoolExecutor(1) as pool:
        checked = pool.submit(as_utf8, source, name, work)
        if source.stat().st_size > SMALL_BYTES and not looks_like_json(source):
            at_once = rows_at_once(con, feed, source, name, work, code_lists)
        text = checked.result()
    if looks_like_json(text.path):
        raw = read_json_records(con, feed, text, name, work, derived)
    else:
        as_it_stands = at_once if text.path == source else None  # not when a converted copy is to be read
        raw = read_delimited(con, feed, text, name, work, derived, code_lists.get("units"), as_it_stands)
    return with_repairs(con, feed, raw) if text.suspicious else raw
