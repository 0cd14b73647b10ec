"""Number columns in SQL: the grammar of `number_marks`, with evidence from the whole column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from ioc_pipeline.contracts.model import CodeList, Column
from ioc_pipeline.read.records.raw_table import RawTable, literal
from ioc_pipeline.read.records.typed_sql import TypedColumn, cleaned, full
from ioc_pipeline.read.records.unit_words import (
    UnitWord,
    other_units,
    scale_doubts,
    scaled_value,
    unit_words,
    without_word,
    word_steps,
)
from ioc_pipeline.read.values import number_marks as marks
from ioc_pipeline.read.values.number_marks import NumberEvidence

_LARGEST_EXACT = 2**53
_LONGEST = 80
AT_ONCE = r"-?(?:0|[1-9][0-9]{0,14})(?:\.(?:[0-9]{1,2}|[0-9]{4,15}))?|-?0\.[0-9]{3}|-?[1-9][0-9]{3,14}\.[0-9]{3}"
"""Numbers that every convention reads alike or that only a decimal dot explains: cast without looking further."""
WHOLE_AT_ONCE = r"-?(?:0|[1-9][0-9]{0,14})"
"""Those of them that are whole, as whole columns want them."""


@dataclass(frozen=True)
class ColumnEvidence:
    """What one pass over a column found; `at_once`: every value can be cast as it stands."""

    at_once: bool = False
    marks: NumberEvidence = field(default_factory=NumberEvidence)
    words: tuple[UnitWord, ...] = ()  # units that stand behind numbers, in the cells


def number_evidence(
    con: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[Column], units: CodeList | None = None
) -> dict[str, ColumnEvidence]:
    """Evidence per numeric column: one scan, and a second one over the columns that are not plain throughout.

    `units`: the registry by which a unit behind a number (`12 tỷ`) is understood; None: such cells are no numbers.
    """
    numeric = [c for c in columns if c.type in ("DOUBLE", "BIGINT") and c.name in raw.text and c.name not in raw.native]
    if not numeric:
        return {}
    other = [
        f"count_if({raw.text[c.name]} <> '' AND ({raw.kind.get(c.name, 'NULL')}) IS DISTINCT FROM 'number' "
        f"AND NOT {full(raw.text[c.name], AT_ONCE)})"
        for c in numeric
    ]
    row = con.execute(f"SELECT {', '.join(other)} FROM {raw.source}").fetchone() or ()
    found = {c.name: ColumnEvidence(at_once=not n) for c, n in zip(numeric, row, strict=True)}
    mixed = [c for c in numeric if not found[c.name].at_once]
    if mixed:
        words = unit_words(con, raw, mixed, units) if units is not None else {}
        found |= _mark_evidence(con, raw, mixed, words)
    return found


def _mark_evidence(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    columns: Sequence[Column],
    words: Mapping[str, tuple[UnitWord, ...]],
) -> dict[str, ColumnEvidence]:
    levels: list[dict[str, str]] = [{}, {}, {}, {}]
    counts: list[str] = []
    for column in columns:
        steps = _steps(column, raw.text[column.name], words.get(column.name, ()))
        for level, step in zip(levels, steps, strict=True):
            level.update(step)
        shape, percent = f'"s_{column.name}"', f'"pc_{column.name}"'
        for shapes in (marks.DECIMAL_DOTS, marks.DECIMAL_COMMAS, marks.THOUSAND_DOTS, marks.THOUSAND_COMMAS):
            written = f"({raw.kind.get(column.name, 'NULL')}) IS DISTINCT FROM 'number'"  # not by a format's own rule
            counts.append(f"count_if({written} AND {shape} IN ({', '.join(map(literal, shapes))}))")
        value = f"abs({_value(column, '', '')})"
        counts.append(f"count_if({percent} AND {value} IS NOT NULL)")
        counts.append(f"count_if(NOT {percent} AND {value} > 0 AND {value} <= 1)")
    source = raw.source
    for level in filter(None, levels):
        source = f"(SELECT *, {', '.join(f'{sql} AS {_quoted(alias)}' for alias, sql in level.items())} FROM {source})"
    row = con.execute(f"SELECT {', '.join(counts)} FROM {source}").fetchone() or ()
    values = [int(n or 0) for n in row]
    return {
        c.name: ColumnEvidence(marks=NumberEvidence(*values[6 * i : 6 * i + 6]), words=words.get(c.name, ()))
        for i, c in enumerate(columns)
    }


def number_column(
    column: Column, source: str, kind: str, reader: Mapping[str, object], evidence: object
) -> TypedColumn:
    """Value, problem and doubt of a number column."""
    seen = evidence if isinstance(evidence, ColumnEvidence) else ColumnEvidence()
    if seen.at_once:
        text = f"t_{column.name}"
        steps: tuple[dict[str, str], ...] = (
            {text: f"nullif({source}, '')"},
            {f"n_{column.name}": f'TRY_CAST("{text}" AS DOUBLE)'},
        )
        number = f'CASE WHEN isfinite("n_{column.name}") THEN "n_{column.name}" END'
        unread = f'CASE WHEN "{text}" IS NOT NULL AND ({number}) IS NULL THEN {literal(marks.UNREADABLE)} END'
        value, problem = _whole(column, number, unread)
        return TypedColumn(column.name, value, problem, steps=steps)
    text, shape, percent = (f'"{prefix}_{column.name}"' for prefix in ("t", "s", "pc"))
    body_doubt, number = f'"e_{column.name}"', f'"v0_{column.name}"'
    dot, comma = marks.lone_mark_meaning(str(reader.get("decimal", ".")), seen.marks)
    read = scaled_value(column.name, _value(column, dot, comma), seen.words)
    parsed = f"CASE WHEN {kind} = 'number' THEN TRY_CAST({text} AS DOUBLE) ELSE {read} END"
    steps = (
        *_steps(column, source, seen.words),
        {f"v0_{column.name}": f"CASE WHEN isfinite({parsed}) THEN {parsed} END"},
    )
    declared = [" ".join(str(m).lower().split()) for m in reader.get("missing", ()) or ()]  # type: ignore[attr-defined]
    absent = ", ".join(map(literal, dict.fromkeys([*declared, *marks.missing_marks()])))
    refusals = [
        (f"{text} IS NULL OR lower({text}) IN ({absent})", "NULL"),
        *other_units(column.name, seen.words),
        (f"{shape} = 'range'", literal(marks.RANGE)),
        (
            f"{number} IS NULL AND {kind} IS NULL AND {shape} IN ('either_dot', 'either_comma')",
            literal(marks.AMBIGUOUS),
        ),
        (f"{number} IS NULL", literal(marks.UNREADABLE)),
    ]
    doubts = scale_doubts(column.name, seen.words)
    if column.unit == "%":
        bare = f"NOT {percent} AND {number} <> 0"
        if seen.marks.percent_mixed:
            refusals.append((f"{bare} AND abs({number}) <= 1", literal(marks.PERCENT_MIXED)))
        if seen.marks.signed:
            doubts.append((bare, literal(marks.PERCENT_BARE)))
    else:
        refusals.append((percent, literal(marks.UNREADABLE)))
    refused = _case(refusals, "NULL::VARCHAR")
    steps = (*steps, {f"r_{column.name}": refused})
    value, problem = _whole(column, f'CASE WHEN "r_{column.name}" IS NULL THEN {number} END', f'"r_{column.name}"')
    doubt = f"CASE WHEN {number} IS NOT NULL AND {kind} IS NULL THEN {_case(doubts, body_doubt)} END"
    return TypedColumn(column.name, value, problem, doubt, steps)


def numbers_for_nothing(reader: Mapping[str, object]) -> list[str]:
    """Marks of the option `missing` that are numbers (`-999`): where a column holds one, it holds no value."""
    declared = [" ".join(str(m).split()) for m in reader.get("missing", ()) or ()]  # type: ignore[attr-defined]
    return [mark for mark in declared if re.fullmatch(AT_ONCE, mark)]


def without_numbers_for_nothing(found: TypedColumn, reader: Mapping[str, object]) -> TypedColumn:
    """The conversion of a number column, its value and doubt null where the number is such a mark."""
    marked = numbers_for_nothing(reader)
    if not marked:
        return found
    nothing = f"coalesce(({found.value}) IN ({', '.join(marked)}), false)"
    return replace(
        found,
        value=f"CASE WHEN NOT {nothing} THEN {found.value} END",
        doubt=None if found.doubt is None else f"CASE WHEN NOT {nothing} THEN {found.doubt} END",
    )


def _case(branches: Sequence[tuple[str, str]], otherwise: str) -> str:
    if not branches:
        return otherwise
    return "CASE " + " ".join(f"WHEN {test} THEN {result}" for test, result in branches) + f" ELSE {otherwise} END"


def _whole(column: Column, value: str, problem: str) -> tuple[str, str]:
    """Narrow a value to the column's type: BIGINT takes whole numbers that a DOUBLE holds exactly."""
    if column.type != "BIGINT":
        return value, problem
    whole = f"(({value}) = floor({value}) AND abs({value}) < {_LARGEST_EXACT})"
    return (
        f"CASE WHEN {whole} THEN CAST({value} AS BIGINT) END",
        f"CASE WHEN ({value}) IS NOT NULL AND NOT {whole} THEN 'number.integer' ELSE {problem} END",
    )


def _steps(column: Column, source: str, words: Sequence[UnitWord]) -> tuple[dict[str, str], ...]:
    """Cleaned text; the unit behind the number; body, percent sign and doubt; shape."""
    text, body = f'"t_{column.name}"', f'"n_{column.name}"'
    bare_text = without_word(column.name, words)
    plain = f"translate(regexp_replace({bare_text}, '\\s+', ' ', 'g'), {literal(marks.FROM)}, {literal(marks.TO)})"
    noted = f"regexp_replace({plain}, {literal(marks.FOOTNOTE)}, '\\1')"
    bare = f"regexp_replace({noted}, {literal(marks.PERCENT)}, '')"
    signed = f"regexp_replace({bare}, {literal(marks.PARENTHESES)}, '-\\1')"
    found = (
        f"regexp_replace(regexp_replace({signed}, {literal(marks.EXCEL_TEXT)}, ''), {literal(marks.SIGN_GAP)}, '\\1')"
    )
    short = f"length({text}) <= {_LONGEST}"
    doubt = (
        f"CASE WHEN {signed} <> {bare} THEN {literal(marks.IN_PARENTHESES)} "
        f"WHEN {noted} <> {plain} THEN {literal(marks.FOOTNOTED)} END"
    )
    shapes = _case([(full(body, pattern), literal(name)) for name, pattern in marks.SHAPES], "NULL")
    late = (
        f"CASE WHEN {{shape}} = 'zeros' THEN {literal(marks.LEADING_ZERO)} WHEN {{shape}} = 'scientific' AND "
        f"regexp_matches({body}, {literal(marks.ROUNDED_SHAPE)}) THEN {literal(marks.ROUNDED)} "
        f'ELSE "d_{column.name}" END'
    )
    percent = f"regexp_matches({noted}, {literal(marks.PERCENT)})"
    if column.unit == "%" and words:
        percent = f'({percent} OR "u_{column.name}" IS NOT NULL)'  # a value in ‰ says what it is, as one with % does
    return (
        {f"t_{column.name}": cleaned(source)},
        word_steps(column.name, words),
        {
            f"n_{column.name}": f"CASE WHEN {short} THEN {found} END",
            f"pc_{column.name}": f"coalesce({short} AND {percent}, false)",
            f"d_{column.name}": f"CASE WHEN {short} THEN {doubt} END",
        },
        {f"s_{column.name}": shapes, f"e_{column.name}": late.replace("{shape}", f"({shapes})")},
    )


def _value(column: Column, dot: str, comma: str) -> str:
    """DOUBLE of the body by its shape; NULL when the shape says nothing certain."""
    body, shape = f'"n_{column.name}"', f'"s_{column.name}"'
    meanings = dict(marks.MEANING)
    for name, mark, meaning in (("either_dot", ".", dot), ("either_comma", ",", comma)):
        if meaning:
            meanings[name] = (mark, False) if meaning == "thousand" else ("", mark == ",")
    whens = []
    for name, (grouping, comma_divides) in meanings.items():
        digits = f"replace({body}, {literal(grouping)}, '')" if grouping else body
        digits = f"replace({digits}, ',', '.')" if comma_divides else digits
        whens.append(f"WHEN {literal(name)} THEN {digits}")
    return f"TRY_CAST(CASE {shape} {' '.join(whens)} END AS DOUBLE)"


def _quoted(name: str) -> str:
    return '"' + name + '"'
