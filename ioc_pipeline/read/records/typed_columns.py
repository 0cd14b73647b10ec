"""Raw text → the contract's types, as DuckDB SQL over whole columns.

Each conversion is certain, or a doubt (the value is taken and the suite sees why it may be wrong), or a problem (the
value becomes NULL and the reason is kept). Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from ioc_pipeline.contracts.model import CodeList, Column
from ioc_pipeline.read.records.agency_codes import agency_sql, older_forms
from ioc_pipeline.read.records.raw_table import RawTable, literal
from ioc_pipeline.read.records.typed_numbers import number_column, without_numbers_for_nothing
from ioc_pipeline.read.records.typed_sql import TypedColumn, cleaned, full, needs_cleaning
from ioc_pipeline.read.values.code_names import code_names

__all__ = [
    "FIRST_YEAR", "LAST_YEAR", "SAMPLED", "TypedColumn", "cleaned", "code_names", "date_pattern", "full",
    "list_of", "plain_columns", "typed", "usual_format",
]  # fmt: skip

ISO_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_CAST_FORMATS = {"%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"}  # what TRY_CAST reads, faster than strptime
_DIRECTIVES = {
    "%Y": r"\d{4}", "%m": r"\d{1,2}", "%d": r"\d{1,2}", "%H": r"\d{1,2}", "%M": r"\d{1,2}", "%S": r"\d{1,2}",
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2100
_TRUE = ("1", "1.0", "true", "có", "đúng", "yes")
_FALSE = ("0", "0.0", "false", "không", "sai", "no")
SAMPLED = 2000
_SCIENTIFIC_CODE = r"[0-9]+[.,]?[0-9]*[eE]\+[0-9]{1,3}"
"""How a spreadsheet prints a long code after taking it for a number: its last digits are gone."""


def list_of(column: Column) -> str:
    """Code list whose names and aliases a column's values may bear; empty for none."""
    return column.codes or ("agencies" if column.agency else "")


def typed(
    column: Column,
    raw: RawTable,
    reader: Mapping[str, object],
    evidence: object,
    codes: CodeList | None,
    usual: str | None = None,
    plain: bool | None = None,
) -> TypedColumn:
    """Conversion of one column. Its raw text is `raw.text[name]`; `evidence` what `typed_numbers.number_evidence`
    found about it (numbers only), `usual` the date format most of its values have (`usual_format`). `plain`: no text of
    it needs cleaning (default: what `raw` says)."""
    source = raw.text[column.name]
    kind = f'"k_{column.name}"' if column.name in raw.kind else "NULL"
    kinds = {f"k_{column.name}": raw.kind[column.name]} if column.name in raw.kind else {}
    if column.name in raw.native:
        native = _native(column, raw, kinds)
        return without_numbers_for_nothing(native, reader) if column.type in ("DOUBLE", "BIGINT") else native
    if column.type in ("DATE", "TIMESTAMP"):
        found = _date(column, source, usual)
    elif column.type in ("DOUBLE", "BIGINT"):
        found = without_numbers_for_nothing(number_column(column, source, kind, reader, evidence), reader)
    elif column.type == "BOOLEAN":
        found = _boolean(column, source)
    else:
        found = _text(column, source, kind, codes, column.name in raw.plain if plain is None else plain)
    if not kinds:
        return found
    return TypedColumn(
        found.name,
        f"CASE WHEN {kind} IS DISTINCT FROM 'nested' THEN {found.value} END",
        f"CASE WHEN {kind} = 'nested' THEN 'value.nested' ELSE {found.problem} END",
        found.doubt,
        ({**kinds, **found.steps[0]}, *found.steps[1:]),
    )


def _native(column: Column, raw: RawTable, kinds: dict[str, str]) -> TypedColumn:
    """A value that is already of the contract's type (Parquet)."""
    text = f"t_{column.name}"
    steps = ({**kinds, text: raw.text[column.name], f"n_{column.name}": raw.native[column.name]},)
    value = f'"n_{column.name}"'
    if column.type in ("DATE", "TIMESTAMP"):
        fit, code = f"coalesce(year({value}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}, false)", "date.impossible"
    elif column.type == "DOUBLE":
        fit, code = f"coalesce(isfinite({value}), false)", "number.text"
    else:
        fit, code = f"{value} IS NOT NULL", "number.integer"
    present = raw.present.get(column.name, f"{value} IS NOT NULL")
    problem = f"CASE WHEN NOT {fit} AND {present} THEN {literal(code)} END"
    return TypedColumn(
        column.name, f"CASE WHEN {fit} THEN {value} END", problem, steps=steps, raw=raw.text[column.name]
    )


def _text(column: Column, source: str, kind: str, codes: CodeList | None, plain: bool) -> TypedColumn:
    text = f'"t_{column.name}"'
    value, problem = text, "NULL::VARCHAR"
    steps: tuple[dict[str, str], ...] = ({f"t_{column.name}": source if plain else cleaned(source)},)
    if column.identifier:
        ruined = f'"z_{column.name}"'
        plus = f"contains({text}, '+')"  # a tenth of the regular expression's cost
        steps = (*steps, {f"z_{column.name}": f"coalesce({plus} AND {full(text, _SCIENTIFIC_CODE)}, false)"})
        value, problem = f"CASE WHEN NOT {ruined} THEN {text} END", f"CASE WHEN {ruined} THEN 'code.scientific' END"
        if kind != "NULL":
            value = f"CASE WHEN {kind} IS NULL THEN {value} END"
            problem = (
                f"CASE WHEN {text} IS NULL THEN NULL WHEN {kind} IS NOT NULL THEN 'code.number' ELSE {problem} END"
            )
    if column.agency:
        value = agency_sql(f"({value})", older_forms(codes))
    names = code_names(codes) if codes and column.codes else {}
    if names:
        assert codes is not None
        known = ", ".join(literal(code) for code in codes.codes)
        mapped = " ".join(f"WHEN {literal(name)} THEN {literal(code)}" for name, code in names.items())
        value = f"CASE WHEN {value} IN ({known}) THEN {value} ELSE CASE lower({value}) {mapped} ELSE {value} END END"
    return TypedColumn(column.name, value, problem, steps=steps)


def _boolean(column: Column, source: str) -> TypedColumn:
    text, word = f'"t_{column.name}"', f'"b_{column.name}"'
    yes, no = (", ".join(literal(w) for w in words) for words in (_TRUE, _FALSE))
    at_once = f"{source} IN ('true', 'false', '0', '1')"
    said = (
        f"CASE WHEN {text} IN ('true', '1') THEN 1 WHEN {text} IN ('false', '0') THEN 0 "
        f"WHEN lower({text}) IN ({yes}) THEN 1 WHEN lower({text}) IN ({no}) THEN 0 WHEN {text} IS NOT NULL THEN 2 END"
    )
    steps = (
        {f"t_{column.name}": f"CASE WHEN {at_once} THEN {source} ELSE {cleaned(source)} END"},
        {f"b_{column.name}": said},
    )
    value = f"CASE {word} WHEN 1 THEN true WHEN 0 THEN false END"
    problem = f"CASE WHEN {word} = 2 THEN 'boolean.text' END"
    return TypedColumn(column.name, value, problem, steps=steps)


def date_pattern(date_format: str) -> str:
    """Regular expression for texts of a `strptime` format: four-digit years, no two-digit ones."""
    compact = re.sub(r"%[YmdHMS]", "", date_format) == ""
    pattern = re.escape(date_format).replace(r"\%", "%")
    for directive, digits in _DIRECTIVES.items():
        if compact:
            digits = digits.replace("{1,2}", "{2}")
        pattern = pattern.replace(directive, digits)
    return pattern.replace("\\ ", " ").replace("\\-", "-").replace("\\/", "/")


def plain_columns(con: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[Column]) -> frozenset[str]:
    """Text columns of a large Parquet file that need no cleaning: DuckDB looks at each distinct text of a dictionary
    once, and a column that passes untouched keeps its dictionary."""
    texts = [c.name for c in columns if c.type == "VARCHAR" and c.name not in raw.native]
    if not raw.dictionaries or not texts:
        return frozenset()
    tests = ", ".join(f"coalesce(bool_or({needs_cleaning(raw.text[name])}), false)" for name in texts)
    row = con.execute(f"SELECT {tests} FROM {raw.source}").fetchone() or ()
    return frozenset(name for name, needs in zip(texts, row, strict=True) if not needs)


def usual_format(con: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[Column]) -> dict[str, str]:
    """Date format that most of a column's first values have; decides nothing but what is tried first."""
    dates = [c for c in columns if c.type in ("DATE", "TIMESTAMP") and c.name in raw.text and c.name not in raw.native]
    if not dates:
        return {}
    listed = ", ".join(raw.text[c.name] for c in dates)
    rows = con.execute(f"SELECT {listed} FROM {raw.source} LIMIT {SAMPLED}").fetchall()
    usual = {}
    for position, column in enumerate(dates):
        formats = column.formats or ISO_FORMATS
        patterns = [re.compile(date_pattern(f), re.ASCII) for f in formats]
        values = [str(row[position]) for row in rows if row[position]]
        counts = [sum(1 for v in values if p.fullmatch(v)) for p in patterns]
        best = max(range(len(formats)), key=counts.__getitem__)
        # A format that another one hides (same pattern, declared before) must not be tried first.
        if counts[best] and not any(patterns[i].pattern == patterns[best].pattern for i in range(best)):
            usual[column.name] = formats[best]
    return usual


def _date(column: Column, source: str, usual: str | None) -> TypedColumn:
    text, moment, fast = f'"t_{column.name}"', f'"m_{column.name}"', f'"f_{column.name}"'
    formats = column.formats or ISO_FORMATS

    def parsed(value: str, date_format: str) -> str:
        if date_format in _CAST_FORMATS:
            return f"TRY_CAST({value} AS TIMESTAMP)"
        return f"try_strptime({value}, {literal(date_format)})"

    branches = " ".join(f"WHEN {full(text, date_pattern(f))} THEN {parsed(text, f)}" for f in formats)
    slow = f"(CASE {branches} END)"
    if usual is None:
        steps: tuple[dict[str, str], ...] = ({f"t_{column.name}": cleaned(source)}, {f"m_{column.name}": slow})
    else:
        steps = (
            {f"f_{column.name}": f"coalesce({full(source, date_pattern(usual))}, false)"},
            {f"t_{column.name}": f"CASE WHEN {fast} THEN {source} ELSE {cleaned(source)} END"},
            {f"m_{column.name}": f"CASE WHEN {fast} THEN {parsed(text, usual)} ELSE {slow} END"},
        )
    in_range = f"year({moment}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
    value = f"CAST(CASE WHEN {in_range} THEN {moment} END AS {column.type})"
    known = " OR ".join(full(text, date_pattern(f)) for f in formats)
    two_digits = full(text, r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}( .*)?")
    problem = (
        f"CASE WHEN {text} IS NULL OR {in_range} THEN NULL WHEN {known} THEN 'date.impossible' "
        f"WHEN {two_digits} THEN 'date.two_digit_year' ELSE 'date.format' END"
    )
    return TypedColumn(column.name, value, problem, steps=steps)
