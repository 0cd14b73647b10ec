"""Raw records → the typed rows of a delivery: one SQL statement over the whole file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from ioc_pipeline.contracts.model import CodeList, Column, Feed
from ioc_pipeline.read.problem_codes import DOUBT_CODES, PROBLEM_CODES, ProblemCode, clause_of
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.records import observation_columns
from ioc_pipeline.read.records.normalised_text import normalised_notices
from ioc_pipeline.read.records.one_pass import DOUBTS_TYPE, PROBLEMS_TYPE, texts_certain
from ioc_pipeline.read.records.period_names import read_period_name
from ioc_pipeline.read.records.place_columns import PlaceColumn, place_columns
from ioc_pipeline.read.records.raw_table import RawTable, literal
from ioc_pipeline.read.records.typed_columns import list_of, plain_columns, typed, usual_format
from ioc_pipeline.read.records.typed_numbers import number_evidence
from ioc_pipeline.read.records.typed_sql import TypedColumn, converted
from ioc_pipeline.read.records.unit_columns import with_units
from ioc_pipeline.read.records.unit_words import unit_notices

_MOST_PERIODS = 100_000  # distinct names of periods in one delivery


def write_typed(
    con: duckdb.DuckDBPyConnection,
    feed: Feed,
    raw: RawTable,
    out: Path,
    code_lists: Mapping[str, CodeList],
    province: str | None,
) -> list[Notice]:
    """Write every column of the contract, `_row`, `_location`, `_problems` and `_doubts` to the Parquet file `out`.

    Returns what is to be said about the columns as a whole (names of places that several units bear …).
    """
    if raw.complete and texts_certain(con, feed, raw, code_lists):
        noticed = normalised_notices(con, feed, raw)
        os.replace(raw.path, out)
        return list(noticed)
    present = [c for c in feed.columns if c.name in raw.text]
    if feed.shape == "observations":
        present = [_with_date_formats(c) for c in present]
    raw = replace(raw, plain=plain_columns(con, raw, present))
    evidence = number_evidence(con, raw, present, code_lists.get("units"))
    usual = usual_format(con, raw, present)
    conversions = [
        typed(c, raw, feed.reader, evidence.get(c.name), code_lists.get(list_of(c)), usual.get(c.name)) for c in present
    ]
    conversions = [_doubted(_preset(c, raw), raw) for c in conversions]
    if raw.repaired:
        conversions = [_with_repair(c, raw.repaired[c.name]) if c.name in raw.repaired else c for c in conversions]
    source = converted(raw, conversions)
    derived: dict[str, str] = {}
    if feed.shape == "observations":
        available = frozenset(raw.text)
        derived = observation_columns.derived_values(available, dict(feed.reader))
        source = _with_period_names(con, source, available)
        scaled = with_units(con, feed, source, available, code_lists.get("units"))
        if scaled is not None:
            source = scaled
            conversions = [replace(c, doubt=c.doubt or "units") if c.name == "value" else c for c in conversions]
        values_of = {**{n: f'"v_{n}"' for n in available}, **derived}
        source = f"(SELECT *, {values_of['period_end']} AS o_period_end FROM {source})"
        if "area_name" in derived:
            derived["area_name"] = '"t_area"'
    places = place_columns(con, feed, raw, source, province)
    everything: list[TypedColumn | PlaceColumn] = [places.columns.get(c.name) or c for c in conversions]
    source = _with_places(source, list(places.columns.values()))
    selected = ", ".join(_final(column, raw, derived) for column in feed.columns)
    cells = f", {raw.cells} AS _cells" if raw.cells else ""
    con.execute(
        f"""COPY (SELECT {selected}, _row, _location, {_problems(feed, everything)} AS _problems,
                         {_doubts(everything)} AS _doubts{cells} FROM {source})
            TO {literal(str(out))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"""
    )
    carried = unit_notices(present, {name: found.words for name, found in evidence.items()})
    return [*places.notices, *carried, *normalised_notices(con, feed, raw)]


def _preset(column: TypedColumn, raw: RawTable) -> TypedColumn:
    """The conversion, unless the reader has already found a problem with the value."""
    if column.name not in raw.preset:
        return column
    code = raw.preset[column.name]
    value, problem = f"CASE WHEN {code} IS NULL THEN {column.value} END", f"coalesce({code}, {column.problem})"
    return replace(column, value=value, problem=problem)


def _doubted(column: TypedColumn, raw: RawTable) -> TypedColumn:
    """The conversion with the doubts that the reader has already about its values."""
    if column.name not in raw.doubted:
        return column
    code, was = raw.doubted[column.name]
    first, *later = column.steps
    doubt = f"coalesce({code}, {column.doubt})" if column.doubt else code
    return replace(column, doubt=doubt, steps=({**first, f"w_{column.name}": was}, *later))


def _with_date_formats(column: Column) -> Column:
    return replace(column, formats=column.formats or ("%Y-%m-%d", "%d/%m/%Y")) if column.type == "DATE" else column


def _with_repair(column: TypedColumn, was: str) -> TypedColumn:
    """A text that was restored is taken under a doubt; what the file had is kept as its raw text."""
    first, *later = column.steps
    doubt = f"CASE WHEN \"w_{column.name}\" IS NOT NULL THEN 'text.repaired' ELSE {column.doubt or 'NULL'} END"
    return replace(column, doubt=doubt, steps=({**first, f"w_{column.name}": was}, *later))


def _with_period_names(con: duckdb.DuckDBPyConnection, source: str, available: frozenset[str]) -> str:
    """Replace periods named in words (`Quý II/2025`) by their codes, where kind of number and data type agree."""
    if "period" not in available:
        return source
    plain = f"(SELECT *, false AS o_period_unfit FROM {source})"
    rows = con.execute(
        f"SELECT DISTINCT t_period FROM {source} WHERE t_period IS NOT NULL "
        f"AND NOT regexp_full_match(t_period, {literal(observation_columns.PERIOD_CODE)}) LIMIT {_MOST_PERIODS}"
    ).fetchall()
    named = [(text, name) for (text,) in rows if (name := read_period_name(text))]
    if not named:
        return plain
    _periods = pa.table(
        {
            "raw": [text for text, _ in named],
            "period": [name.period for _, name in named],
            "cumulative": [name.cumulative for _, name in named],
            "data_type": pa.array([name.data_type for _, name in named], pa.string()),
        }
    )
    con.execute("CREATE OR REPLACE TEMP TABLE period_names AS SELECT * FROM _periods")
    measure = "r.v_measure" if "measure" in available else "NULL"
    data_type = "r.v_data_type" if "data_type" in available else "NULL"
    fits = (
        f"((NOT l.cumulative OR coalesce(starts_with({measure}, 'ytd'), false)) "
        f"AND (l.data_type IS NULL OR coalesce(l.data_type = {data_type}, false)))"
    )
    return (
        f"(SELECT r.* REPLACE (coalesce(CASE WHEN {fits} THEN l.period END, r.v_period) AS v_period), "
        f"l.raw IS NOT NULL AND NOT {fits} AS o_period_unfit "
        f"FROM {source} r LEFT JOIN period_names l ON r.t_period = l.raw)"
    )


def _with_places(source: str, columns: Sequence[PlaceColumn]) -> str:
    """Replace value, problem and doubt of the columns that name places."""
    for column in columns:
        name = column.name
        source = (
            f'(SELECT r.* REPLACE (l.code AS "v_{name}", coalesce(r."p_{name}", l.problem) AS "p_{name}", '
            f'coalesce(l.doubt, r."q_{name}") AS "q_{name}") FROM {source} r LEFT JOIN {column.table} l '
            f'ON r."t_{name}" = l.raw AND {column.era("r.")} = l.era)'
        )
    return source


def _final(column: Column, raw: RawTable, derived: Mapping[str, str]) -> str:
    if column.name in derived:
        expression = derived[column.name]
    elif column.raw_of is not None and column.name not in raw.text and column.raw_of in raw.text:
        expression = f'"t_{column.raw_of}"'
    elif column.name in raw.text:
        expression = f'"v_{column.name}"'
    else:
        expression = "NULL"
    if column.name == "simulated":
        expression = f"coalesce({expression}, false)"
    return f'CAST({expression} AS {column.type}) AS "{column.name}"'


def _problems(feed: Feed, conversions: Sequence[TypedColumn | PlaceColumn]) -> str:
    codes = {c.name: f'"p_{c.name}"' for c in conversions}
    was = {c.name: c.raw or f'"t_{c.name}"' for c in conversions}
    entries = [f"CASE WHEN {p} IS NOT NULL THEN {_entry(p, name, was[name])} END" for name, p in codes.items()]
    tests = [f"{p} IS NOT NULL" for p in codes.values()]
    if feed.shape == "observations" and "period" in codes:
        problem = f"({observation_columns.period_problem()})"
        entries.append(f"CASE WHEN {problem} IS NOT NULL THEN {_entry(problem, 'period', was['period'])} END")
        tests.append(f"{problem} IS NOT NULL")
    whole = (
        f'struct_pack(clause := {literal(clause_of("row.columns"))}, "column" := NULL::VARCHAR, raw := _raw_record, '
        f"code := 'row.columns')"
    )
    packed = (
        f'struct_pack(clause := {_clause("x.code", PROBLEM_CODES)}, "column" := x."column", raw := x.raw, '
        "code := x.code)"
    )
    return (
        f"CASE WHEN _raw_record IS NOT NULL THEN [{whole}] WHEN {' OR '.join(tests)} "
        f"THEN {_filled(entries, packed)} ELSE CAST([] AS {PROBLEMS_TYPE}) END"
    )


def _entry(problem: str, column: str, text: str) -> str:
    return f'struct_pack("column" := {literal(column)}, raw := {text}, code := {problem})'


def _filled(entries: Sequence[str], packed: str) -> str:
    """The entries that are not null, each as `packed` says of `x`: clauses are looked up in one place, because the
    length of the statement is what a small file costs."""
    return f"list_transform(list_filter([{', '.join(entries)}], lambda x: x IS NOT NULL), lambda x: {packed})"


def _clause(code: str, codes: Mapping[str, ProblemCode]) -> str:
    return f"CASE {code} {' '.join(f'WHEN {literal(c)} THEN {literal(p.clause)}' for c, p in codes.items())} END"


def _doubts(conversions: Sequence[TypedColumn | PlaceColumn]) -> str:
    """List of the doubts of a row whose value was taken; most feeds have no column that can raise any."""
    doubtful = [c for c in conversions if c.doubt is not None]
    if not doubtful:
        return f"CAST([] AS {DOUBTS_TYPE})"
    tests, entries = [], []
    for c in doubtful:
        code = f'"q_{c.name}"'
        tests.append(f'({code} IS NOT NULL AND "p_{c.name}" IS NULL)')
        was = f'coalesce("w_{c.name}", "t_{c.name}")' if f"w_{c.name}" in c.steps[0] else (c.raw or f'"t_{c.name}"')
        entries.append(
            f'CASE WHEN {tests[-1]} THEN struct_pack("column" := {literal(c.name)}, raw := {was}, '
            f'reading := CAST("v_{c.name}" AS VARCHAR), code := {code}) END'
        )
    packed = (
        f'struct_pack(clause := {_clause("x.code", DOUBT_CODES)}, "column" := x."column", raw := x.raw, '
        "reading := x.reading, code := x.code)"
    )
    return (
        f"CASE WHEN _raw_record IS NULL AND ({' OR '.join(tests)}) "
        f"THEN {_filled(entries, packed)} ELSE CAST([] AS {DOUBTS_TYPE}) END"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
