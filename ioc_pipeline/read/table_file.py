"""Record files (delimited text, JSON, Parquet) → typed rows of a feed. The content decides the format, not the name."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from ioc_pipeline.contracts.model import CodeList, Column, Feed
from ioc_pipeline.read import observation_columns
from ioc_pipeline.read.delimited import read_delimited
from ioc_pipeline.read.file_content import kind_of, unpack_gzip
from ioc_pipeline.read.json_records import looks_like_json, read_json_records
from ioc_pipeline.read.normalised_text import normalised_notices
from ioc_pipeline.read.parquet_records import damaged, read_parquet_records
from ioc_pipeline.read.problem_codes import PROBLEM_CODES, clause_of
from ioc_pipeline.read.raw_table import RawTable, literal
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.text_encoding import as_utf8
from ioc_pipeline.read.typed_columns import NumberEvidence, TypedColumn, cleaned, number_evidence, typed

MEMORY_LIMIT = "1GB"
"""DuckDB's limit while reading one delivery; beyond it, it spills to disk beside the output."""

_PROBLEMS_TYPE = 'STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, code VARCHAR)[]'


def read_table(
    feed: Feed, blob: Path, original_name: str, out: Path, *, code_lists: Mapping[str, CodeList] | None = None
) -> Reading:
    """Type the records of one delivered file into the Parquet file `out` (written whole or not at all).

    `blob`: the bytes as received. `original_name` only names the file in messages. `code_lists`: lists whose names and
    aliases are turned into codes (`Trực tuyến` → `2`); values that are neither stay as they are for the suite to judge.

    Options of `feed.reader`: `decimal` (`,` or `.`, default `.`), `missing` (marks that mean "no value" in number
    columns), `columns_needed` (optional columns that must at least stand in a CSV or Parquet file).

    Every record of the file is one row, in the order of the file. A value that does not convert is NULL and listed in
    `_problems`; a record that cannot be split into columns is a row of NULLs with its raw text in `_problems`.
    Raises ReadRefused, and nothing else, for files that cannot be read as the contract says.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".reading-", dir=out.parent))
    try:
        with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(work / "spill")}) as con:
            raw = _raw_table(con, feed, blob, original_name, work)
            typed_path = work / "typed.parquet"
            try:
                write_typed(con, feed, raw, typed_path, code_lists or {})
            except (duckdb.InvalidInputException, duckdb.IOException) as error:
                if not raw.native and raw.path != work / "input":
                    raise
                raise damaged(original_name) from error
            normalised = normalised_notices(con, feed, raw)
            simulated = con.execute(
                f"SELECT coalesce(bool_or(simulated), false) FROM read_parquet({literal(str(typed_path))})"
                if any(c.name == "simulated" for c in feed.columns)
                else "SELECT false"
            ).fetchone()
        os.replace(typed_path, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Reading(out, raw.received, (*raw.notices, *normalised), bool(simulated and simulated[0]))


def _raw_table(con: duckdb.DuckDBPyConnection, feed: Feed, blob: Path, name: str, work: Path) -> RawTable:
    # A plain name keeps characters of the path that DuckDB would take for a pattern (`*`, `[`) out of its SQL.
    source = work / "input"
    source.symlink_to(blob.resolve())
    derived = observation_columns.DERIVED if feed.shape == "observations" else frozenset({"simulated"})
    kind = kind_of(source, name)
    if kind == "gzip":
        source = unpack_gzip(source, name, work / "unpacked")
        kind = kind_of(source, name)
    if kind == "parquet":
        return read_parquet_records(con, feed, source, name, derived)
    text = as_utf8(source, name, work)
    if looks_like_json(text.path):
        return read_json_records(con, feed, text, name, work, derived)
    return read_delimited(con, feed, text, name, work, derived)


def write_typed(
    con: duckdb.DuckDBPyConnection, feed: Feed, raw: RawTable, out: Path, code_lists: Mapping[str, CodeList]
) -> None:
    """Type the records of a raw table by the feed's contract and write them to the Parquet file `out`."""
    present = [c for c in feed.columns if c.name in raw.text]
    if feed.shape == "observations":
        present = [_with_date_formats(c) for c in present]
    evidence = number_evidence(con, raw, present)
    conversions: list[TypedColumn] = [
        typed(c, raw, feed.reader, evidence.get(c.name, NumberEvidence()), code_lists.get(c.codes or ""))
        for c in present
    ]
    conversions = [_preset(c, raw) for c in conversions]
    texts = [
        f'{raw.text[c.name] if c.name in raw.native else cleaned(raw.text[c.name])} AS "t_{c.name}"' for c in present
    ]
    kinds = [f'{raw.kind[c.name]} AS "k_{c.name}"' for c in present if c.name in raw.kind]
    values = [f'{c.value} AS "v_{c.name}", {c.problem} AS "p_{c.name}"' for c in conversions]
    derived: dict[str, str] = {}
    checks = ""
    if feed.shape == "observations":
        available = frozenset(raw.text)
        derived = observation_columns.derived_values(available, dict(feed.reader))
        values_of = {**{n: f'"v_{n}"' for n in available}, **derived}
        checks = f", {values_of['period_end']} AS o_period_end"
    selected = ", ".join(_final(column, raw, derived) for column in feed.columns)
    broken = raw.broken or "NULL::VARCHAR"
    cells = f", {raw.cells} AS _cells" if raw.cells else ""
    con.execute(
        f"""COPY (
          WITH texts AS (SELECT *, file_row_number + 1 AS _row, {raw.location} AS _location, {broken} AS _raw_record,
                         {", ".join([*texts, *kinds])} FROM {raw.source}),
               converted AS (SELECT *, {", ".join(values)} FROM texts),
               checked AS (SELECT *{checks} FROM converted)
          SELECT {selected}, _row, _location, {_problems(feed, conversions)} AS _problems{cells} FROM checked
        ) TO {literal(str(out))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"""
    )


def _preset(column: TypedColumn, raw: RawTable) -> TypedColumn:
    """The conversion, unless the reader has already found a problem with the value."""
    if column.name not in raw.preset:
        return column
    code = raw.preset[column.name]
    return TypedColumn(
        column.name, f"CASE WHEN {code} IS NULL THEN {column.value} END", f"coalesce({code}, {column.problem})"
    )


def _with_date_formats(column: Column) -> Column:
    return replace(column, formats=column.formats or ("%Y-%m-%d", "%d/%m/%Y")) if column.type == "DATE" else column


def _final(column: Column, raw: RawTable, derived: Mapping[str, str]) -> str:
    if column.name in derived:
        expression = derived[column.name]
    elif column.name in raw.text:
        expression = f'"v_{column.name}"'
    else:
        expression = "NULL"
    if column.name == "simulated":
        expression = f"coalesce({expression}, false)"
    return f'CAST({expression} AS {column.type}) AS "{column.name}"'


def _problems(feed: Feed, conversions: list[TypedColumn]) -> str:
    codes = {c.name: f'"p_{c.name}"' for c in conversions}
    entries = [f"CASE WHEN {p} IS NOT NULL THEN {_entry(p, name, f't_{name}')} END" for name, p in codes.items()]
    tests = [f"{p} IS NOT NULL" for p in codes.values()]
    if feed.shape == "observations" and "period" in codes:
        problem = f"({observation_columns.period_problem()})"
        entries.append(f"CASE WHEN {problem} IS NOT NULL THEN {_entry(problem, 'period', 't_period')} END")
        tests.append(f"{problem} IS NOT NULL")
    whole = (
        f'struct_pack(clause := {literal(clause_of("row.columns"))}, "column" := NULL::VARCHAR, raw := _raw_record, '
        f"code := 'row.columns')"
    )
    return (
        f"CASE WHEN _raw_record IS NOT NULL THEN [{whole}] WHEN {' OR '.join(tests)} "
        f"THEN list_filter([{', '.join(entries)}], lambda x: x IS NOT NULL) ELSE CAST([] AS {_PROBLEMS_TYPE}) END"
    )


def _entry(problem: str, column: str, text: str) -> str:
    clauses = " ".join(f"WHEN {literal(code)} THEN {literal(p.clause)}" for code, p in PROBLEM_CODES.items())
    return (
        f'struct_pack(clause := CASE {problem} {clauses} END, "column" := {literal(column)}, raw := "{text}", '
        f"code := {problem})"
    )
