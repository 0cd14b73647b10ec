"""Raw text → the contract's types, as DuckDB SQL over whole columns.

Each conversion is certain or it is a problem: the value becomes NULL and the reason is kept. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from ioc_pipeline.contracts.model import CodeList, Column
from ioc_pipeline.read.number_marks import EITHER_COMMA, EITHER_DOT, FOOTNOTE, PATTERNS
from ioc_pipeline.read.raw_table import RawTable, literal

ISO_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_DIRECTIVES = {
    "%Y": r"\d{4}", "%m": r"\d{1,2}", "%d": r"\d{1,2}", "%H": r"\d{1,2}", "%M": r"\d{1,2}", "%S": r"\d{1,2}",
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_TRUE = ("1", "1.0", "true", "có", "đúng", "yes")
_FALSE = ("0", "0.0", "false", "không", "sai", "no")
_LARGEST_EXACT = 2**53


@dataclass(frozen=True)
class TypedColumn:
    """SQL for one column: `value` in the contract's type and `problem`, a problem code or NULL."""

    name: str
    value: str
    problem: str


def full(text: str, pattern: str) -> str:
    """SQL: the whole text matches the pattern."""
    return f"regexp_full_match({text}, {literal(pattern)})"


_NEEDS_CLEANING = r"[^ -~\x{A1}-\x{AC}\x{AE}-\x{2FF}\x{1E00}-\x{1EFF}\x{2010}-\x{2027}\x{2030}-\x{205E}]|  |^ | $"
"""Anything but characters that NFC leaves alone and single inner spaces: most values never need the slow functions."""


def cleaned(text: str) -> str:
    """SQL: NFC, no zero-width characters, no-break spaces as spaces, runs of spaces reduced, trimmed; '' → NULL."""
    slow = (
        f"regexp_replace(regexp_replace(nfc_normalize({text}), '[\\x{{200B}}\\x{{200C}}\\x{{200D}}\\x{{2060}}"
        f"\\x{{FEFF}}\\x{{00AD}}]', '', 'g'), '[ \\t\\x{{00A0}}\\x{{2007}}\\x{{202F}}]+', ' ', 'g')"
    )
    needs = f"regexp_matches({text}, {literal(_NEEDS_CLEANING)})"
    return f"nullif(CASE WHEN {needs} THEN trim({slow}, e' \\r\\n') ELSE {text} END, '')"


def typed(
    column: Column, raw: RawTable, reader: Mapping[str, object], decimal: NumberEvidence, codes: CodeList | None
) -> TypedColumn:
    """Conversion of one column whose cleaned text is `t_<name>` and whose kind is `k_<name>`."""
    text, kind = f'"t_{column.name}"', f'"k_{column.name}"' if column.name in raw.kind else "NULL"
    if column.name in raw.native:
        value = raw.native[column.name]
        year = f"year({value}) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}"
        if column.type not in ("DATE", "TIMESTAMP"):
            return TypedColumn(column.name, value, "NULL::VARCHAR")
        problem = f"CASE WHEN {text} IS NOT NULL AND NOT coalesce({year}, false) THEN 'date.impossible' END"
        return TypedColumn(column.name, f"CASE WHEN {year} THEN {value} END", problem)
    if column.type in ("DATE", "TIMESTAMP"):
        found = _date(column, text)
    elif column.type in ("DOUBLE", "BIGINT"):
        found = _number(column, text, kind, reader, decimal)
    elif column.type == "BOOLEAN":
        found = _boolean(column, text)
    else:
        found = _text(column, text, kind, codes)
    if column.name not in raw.kind:
        return found
    return TypedColumn(
        found.name,
        f"CASE WHEN {kind} IS DISTINCT FROM 'nested' THEN {found.value} END",
        f"CASE WHEN {kind} = 'nested' THEN 'value.nested' ELSE {found.problem} END",
    )


def _text(column: Column, text: str, kind: str, codes: CodeList | None) -> TypedColumn:
    value, problem = text, "NULL::VARCHAR"
    if column.identifier and kind != "NULL":
        value = f"CASE WHEN {kind} IS NULL THEN {text} END"
        problem = f"CASE WHEN {text} IS NOT NULL AND {kind} IS NOT NULL THEN 'code.number' END"
    names = code_names(codes) if codes else {}
    if names:
        assert codes is not None
        known = ", ".join(literal(code) for code in codes.codes)
        mapped = " ".join(f"WHEN {literal(name)} THEN {literal(code)}" for name, code in names.items())
        value = f"CASE WHEN {value} IN ({known}) THEN {value} ELSE CASE lower({value}) {mapped} ELSE {value} END END"
    return TypedColumn(column.name, value, problem)


def code_names(codes: CodeList) -> dict[str, str]:
    """Lower-case names and aliases of a code list → code; names that stand for two codes are left out."""
    found: dict[str, str | None] = {}
    for code in codes.codes.values():
        for spelling in {code.code, code.name.vi, code.name.en, *code.aliases}:
            key = " ".join(spelling.lower().split())
            if key:
                found[key] = code.code if found.get(key, code.code) == code.code else None
    return {name: code for name, code in found.items() if code is not None}


def _boolean(column: Column, text: str) -> TypedColumn:
    yes, no = (", ".join(literal(w) for w in words) for words in (_TRUE, _FALSE))
    value = f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END"
    problem = f"CASE WHEN {text} IS NOT NULL AND lower({text}) NOT IN ({yes}, {no}) THEN 'boolean.text' END"
    return TypedColumn(column.name, value, problem)


def date_pattern(date_format: str) -> str:
    """Regular expression for texts of a `strptime` format: four-digit years, no two-digit ones."""
    compact = re.sub(r"%[YmdHMS]", "", date_format) == ""
    pattern = re.escape(date_format).replace(r"\%", "%")
    for directive, digits in _DIRECTIVES.items():
        if compact:
            digits = digits.replace("{1,2}", "{2}")
        pattern = pattern.replace(directive, digits)
    return pattern.replace("\\ ", " ").replace("\\-", "-").replace("\\/", "/")


def _date(column: Column, text: str) -> TypedColumn:
    formats = column.formats or ISO_FORMATS
    branches = " ".join(f"WHEN {full(text, date_pattern(f))} THEN try_strptime({text}, {literal(f)})" for f in formats)
    moment = f"(CASE {branches} END)"
    in_range = f"year({moment}) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}"
    value = f"CAST(CASE WHEN {in_range} THEN {moment} END AS {column.type})"
    known = " OR ".join(full(text, date_pattern(f)) for f in formats)
    two_digits = full(text, r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}( .*)?")
    problem = (
        f"CASE WHEN {text} IS NULL OR {in_range} THEN NULL WHEN {known} THEN 'date.impossible' "
        f"WHEN {two_digits} THEN 'date.two_digit_year' ELSE 'date.format' END"
    )
    return TypedColumn(column.name, value, problem)


@dataclass(frozen=True)
class NumberEvidence:
    """What the certain numbers of a column say about its marks: a lone `1.234` is read only when they agree with the
    convention the contract declares."""

    decimal_dots: int = 0
    decimal_commas: int = 0
    thousand_dots: int = 0
    thousand_commas: int = 0


def number_evidence(
    con: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[Column]
) -> dict[str, NumberEvidence]:
    """Evidence per numeric column, in one scan."""
    numeric = [c for c in columns if c.type in ("DOUBLE", "BIGINT") and c.name in raw.text]
    if not numeric:
        return {}
    counts = []
    for column in numeric:
        text = number_text(cleaned(raw.text[column.name]))
        sure_dot = f"({full(text, PATTERNS['one_dot'])} AND NOT {full(text, EITHER_DOT)})"
        sure_comma = f"({full(text, PATTERNS['one_comma'])} AND NOT {full(text, EITHER_COMMA)})"
        counts += [
            f"count_if({sure_dot} OR {full(text, PATTERNS['commas_dot'])})",
            f"count_if({sure_comma} OR {full(text, PATTERNS['dots_comma'])})",
            f"count_if({full(text, PATTERNS['dots'])} OR {full(text, PATTERNS['dots_comma'])})",
            f"count_if({full(text, PATTERNS['commas'])} OR {full(text, PATTERNS['commas_dot'])})",
        ]
    row = con.execute(f"SELECT {', '.join(counts)} FROM {raw.source}").fetchone() or ()
    values = [int(n or 0) for n in row]
    return {c.name: NumberEvidence(*values[4 * i : 4 * i + 4]) for i, c in enumerate(numeric)}


def number_text(text: str, unit: str | None = None) -> str:
    """SQL: a number's text without a footnote mark and with the typographic minus as `-`."""
    stripped = f"regexp_replace(regexp_replace({text}, '^−', '-'), {literal(FOOTNOTE)}, '')"
    return f"regexp_replace({stripped}, '\\s*%$', '')" if unit == "%" else stripped


def _number(
    column: Column, text: str, kind: str, reader: Mapping[str, object], evidence: NumberEvidence
) -> TypedColumn:
    missing = [str(m) for m in reader.get("missing", ()) or ()]  # type: ignore[attr-defined]
    number = number_text(text, column.unit)
    matches = {name: full(number, pattern) for name, pattern in PATTERNS.items()}
    dot_is, comma_is = lone_mark_meaning(str(reader.get("decimal", ".")), evidence)
    as_dot, as_comma = f"({number})", f"replace({number}, ',', '.')"
    without = {mark: f"replace({number}, {literal(mark)}, '')" for mark in ".,"}
    branches = [
        (f"{kind} = 'number' OR {matches['plain']} OR {matches['scientific']}", as_dot),
        (matches["spaced"], f"replace(replace({number}, ' ', ''), ',', '.')"),
        (matches["dots_comma"], f"replace({without['.']}, ',', '.')"),
        (matches["commas_dot"], without[","]),
        (matches["dots"], without["."]),
        (matches["commas"], without[","]),
        (full(number, EITHER_DOT), {"decimal": as_dot, "thousand": without["."]}.get(dot_is, "NULL")),
        (full(number, EITHER_COMMA), {"decimal": as_comma, "thousand": without[","]}.get(comma_is, "NULL")),
        (matches["one_dot"], as_dot),
        (matches["one_comma"], as_comma),
    ]
    cases = " ".join(f"WHEN {condition} THEN {result}" for condition, result in branches)
    parsed = f"TRY_CAST(CASE {cases} END AS DOUBLE)"
    value = f"CASE WHEN isfinite({parsed}) THEN {parsed} END"
    absent = f"{text} IS NULL" + (f" OR {text} IN ({', '.join(map(literal, missing))})" if missing else "")
    either = f"{full(number, EITHER_DOT)} OR {full(number, EITHER_COMMA)}"
    whole, problem_whole = "true", ""
    if column.type == "BIGINT":
        whole = f"({value} = floor({value}) AND abs({value}) < {_LARGEST_EXACT})"
        problem_whole = f"WHEN {value} IS NOT NULL AND NOT {whole} THEN 'number.integer' "
        value = f"CASE WHEN {whole} THEN CAST({value} AS BIGINT) END"
    problem = (
        f"CASE WHEN {absent} THEN NULL {problem_whole}WHEN {value} IS NOT NULL THEN NULL "
        f"WHEN {kind} IS NULL AND ({either}) THEN 'number.ambiguous' ELSE 'number.text' END"
    )
    return TypedColumn(column.name, value, problem)


def lone_mark_meaning(decimal: str, seen: NumberEvidence) -> tuple[str, str]:
    """What a lone dot and a lone comma before exactly three digits mean: `decimal`, `thousand` or `` (unknown).

    The declared convention is not enough, because the same file may come from a person or a program; certain numbers
    of the same column must support it and none may speak against it.
    """
    dot = comma = ""
    if decimal == "." and seen.decimal_dots and not seen.thousand_dots and not seen.decimal_commas:
        dot, comma = "decimal", "thousand" if seen.thousand_commas else ""
    if decimal == "," and seen.decimal_commas and not seen.thousand_commas and not seen.decimal_dots:
        comma, dot = "decimal", "thousand" if seen.thousand_dots else ""
    if decimal == "." and seen.thousand_commas and not seen.decimal_commas and not seen.thousand_dots:
        comma = "thousand"
    if decimal == "," and seen.thousand_dots and not seen.decimal_dots and not seen.thousand_commas:
        dot = "thousand"
    return dot, comma
