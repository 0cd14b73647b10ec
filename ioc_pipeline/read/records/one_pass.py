"""Large delimited files whose every value is certain as it stands → the typed rows in a single pass.

Reading a large file costs little; writing its values twice, once as text and once typed, is what would be dear. Here
DuckDB writes the typed rows while it reads, under two conditions. Numbers and truth values are tested as they are read,
and the first that is not certain at once ends the attempt. Texts are written as they stand and judged afterwards, each
distinct one once, by the very conversions that would otherwise write them: only when none of them would change a text
or find a problem are the rows what they would have written. If not, the copy is read again and goes through them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ioc_pipeline.contracts.model import CodeList, Column, Feed
from ioc_pipeline.read.records.raw_table import RawTable, identifier, literal
from ioc_pipeline.read.records.typed_columns import list_of, plain_columns, typed
from ioc_pipeline.read.records.typed_numbers import AT_ONCE, WHOLE_AT_ONCE, numbers_for_nothing
from ioc_pipeline.read.records.typed_sql import converted, full

PROBLEMS_TYPE = 'STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, code VARCHAR)[]'
DOUBTS_TYPE = 'STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, reading VARCHAR, code VARCHAR)[]'
_TESTED = {"BOOLEAN", "DOUBLE", "BIGINT"}


def fits_one_pass(feed: Feed, positions: Mapping[str, int]) -> bool:
    """False for feeds whose values depend on each other or on names that are looked up, or whose numbers may be no
    values."""
    if feed.shape == "observations" or numbers_for_nothing(feed.reader):
        return False
    return not any(
        (c.places is not None or c.raw_of is not None) and (c.name in positions or c.raw_of in positions)
        for c in feed.columns
    )


def certain_value(column: Column, cell: str) -> str:
    """SQL: the value of a cell's text that is certain by itself; any other text ends the statement with an error."""
    if column.type == "BOOLEAN":
        known = f"WHEN {cell} IN ('true', '1') THEN true WHEN {cell} IN ('false', '0') THEN false"
    elif column.type == "BIGINT":
        known = f"WHEN {full(cell, WHOLE_AT_ONCE)} THEN CAST({cell} AS BIGINT)"
    else:
        known = f"WHEN {full(cell, AT_ONCE)} THEN CAST({cell} AS DOUBLE)"
    return f"CASE {known} WHEN {cell} IS NOT NULL THEN error('not certain') END"


def typed_as_read(feed: Feed, positions: Mapping[str, int], scan: str, first_line: int) -> str:
    """SQL of the typed rows over `scan`, which gives the cells `c<position>` as texts, moments already parsed.
    `first_line` is the line of the first record."""
    values = []
    for column in feed.columns:
        if column.name not in positions:
            value = "NULL"
        else:
            cell = f"c{positions[column.name]}"
            value = certain_value(column, cell) if column.type in _TESTED else cell
        if column.name == "simulated":
            value = f"coalesce({value}, false)"
        values.append(f"CAST({value} AS {column.type}) AS {identifier(column.name)}")
    return (
        f"SELECT {', '.join(values)}, _row, 'dòng ' || (_row + {first_line - 1}) AS _location, "
        f"CAST([] AS {PROBLEMS_TYPE}) AS _problems, CAST([] AS {DOUBTS_TYPE}) AS _doubts "
        f"FROM (SELECT *, row_number() OVER () AS _row FROM ({scan}))"
    )


def sample_certain(
    con: duckdb.DuckDBPyConnection, feed: Feed, sample: RawTable, code_lists: Mapping[str, CodeList]
) -> bool:
    """True when every value of a table of texts is certain as it stands (moments are not looked at)."""
    tested = [
        f"min({certain_value(column, sample.text[column.name])})"
        for column in feed.columns
        if column.type in _TESTED and column.name in sample.text
    ]
    try:
        con.execute(f"SELECT {', '.join(tested) or 'true'} FROM {sample.source}").fetchall()
    except duckdb.Error:
        return False
    return texts_certain(con, feed, sample, code_lists)


def copy_typed(con: duckdb.DuckDBPyConnection, rows: str, out: Path) -> int | None:
    """Write the rows of a statement to the Parquet file `out`, in their order; None when a value is not certain or the
    file is not regular. One thread: numbering rows keeps a second one busy with waiting, at the cost of the first."""
    threads = con.execute("SELECT current_setting('threads')").fetchone()
    con.execute("SET threads = 1")
    try:
        counted = con.execute(
            f"COPY ({rows}) TO {literal(str(out))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        ).fetchone()
    except duckdb.Error:
        return None
    finally:
        con.execute(f"SET threads = {int(threads[0]) if threads else 1}")
    return int(counted[0]) if counted else None


def as_raw_table(feed: Feed, positions: Mapping[str, int], path: Path) -> tuple[str, dict[str, str], dict[str, str]]:
    """Such a copy as raw records: its FROM clause, and the texts and typed values by column."""
    cells = {name: f"c{position}" for name, position in positions.items()}
    source = (
        f"(SELECT {', '.join(f'{identifier(name)} AS {cell}' for name, cell in cells.items())}, file_row_number "
        f"FROM read_parquet({literal(str(path))}, file_row_number = true))"
    )
    native = {name: cell for name, cell in cells.items() if feed.column(name).type != "VARCHAR"}
    return source, cells | {name: f"CAST({cell} AS VARCHAR)" for name, cell in native.items()}, native


def texts_certain(
    con: duckdb.DuckDBPyConnection, feed: Feed, raw: RawTable, code_lists: Mapping[str, CodeList]
) -> bool:
    """True when no conversion would change a text of the records or find a problem with one."""
    texts = [c for c in feed.columns if c.type == "VARCHAR" and c.name in raw.text and c.name not in raw.native]
    if not plain_columns(con, raw, texts).issuperset(c.name for c in texts):
        return False
    judged = [
        typed(c, raw, feed.reader, None, code_lists.get(list_of(c)), plain=True)
        for c in texts
        if c.identifier or c.agency or c.codes
    ]
    if not judged:
        return True
    changed = " OR ".join(
        f'coalesce(bool_or("p_{c.name}" IS NOT NULL OR "v_{c.name}" IS DISTINCT FROM "t_{c.name}"), false)'
        for c in judged
    )
    row = con.execute(f"SELECT {changed} FROM {converted(raw, judged)}").fetchone()
    return row is not None and not row[0]
