"""Units behind the numbers of a column (`12 tỷ`), in SQL: which words stand there, and what each does to its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from ioc_pipeline.contracts.model import CodeList, Column
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.records.raw_table import RawTable, literal
from ioc_pipeline.read.records.typed_sql import cleaned
from ioc_pipeline.read.values.cell_units import LONGEST, SUFFIX, CellUnit, cell_unit, said_of
from ioc_pipeline.read.values.unit_names import unit_code

_MOST = 200  # different words behind the numbers of one column
CLAUSE = "IOC-SACH-11"


@dataclass(frozen=True)
class UnitWord:
    """A word (as cleaned, lower case) behind `count` numbers; `beside`: SQL test of the unit its rows state, where the
    column has none of its own."""

    word: str
    beside: str | None
    unit: str
    count: int
    meaning: CellUnit


def unit_words(
    con: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[Column], units: CodeList
) -> dict[str, tuple[UnitWord, ...]]:
    """Words that are units, for each column with a declared unit; of an observation's value the row states it."""
    found: dict[str, tuple[UnitWord, ...]] = {}
    for column in columns:
        beside = "NULL::VARCHAR"
        if column.unit is None:
            if column.name != "value" or "unit" not in raw.text:
                continue
            beside = f"lower({cleaned(raw.text['unit'])})"
        word = _word(cleaned(raw.text[column.name]))
        rows = con.execute(
            f"SELECT word, beside, count(*) FROM (SELECT {word} AS word, {beside} AS beside FROM {raw.source}) "
            f"WHERE word <> '' AND length(word) <= {LONGEST} GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT {_MOST}"
        ).fetchall()
        words = []
        for text, other, count in rows:
            unit = column.unit or unit_code(str(other or ""), units)
            meaning = cell_unit(str(text), unit, units) if unit else None
            if unit and meaning is not None:
                test = None if column.unit else f"{beside} = {literal(str(other))}"
                words.append(UnitWord(str(text), test, unit, int(count), meaning))
        if words:
            found[column.name] = tuple(words)
    return found


def unit_notices(columns: Sequence[Column], words: dict[str, tuple[UnitWord, ...]]) -> list[Notice]:
    """What is to be said about the columns whose numbers carry units."""
    notices = []
    for column in columns:
        here = words.get(column.name, ())
        for unit in dict.fromkeys(w.unit for w in here):
            said = said_of(column.title, unit, [(w.word, w.count, w.meaning) for w in here if w.unit == unit])
            if said is not None:
                notices.append(Notice(said, None, CLAUSE))
    return notices


def _word(text: str) -> str:
    return f"lower(regexp_extract({text}, {literal(SUFFIX)}, 1, 's'))"


def word_steps(name: str, words: Sequence[UnitWord]) -> dict[str, str]:
    """Step `u_<name>`: the number of the word behind the value, NULL where none stands there."""
    if not words:
        return {}
    word = _word(f'"t_{name}"')
    whens = " ".join(
        f"WHEN {word} = {literal(w.word)}{'' if w.beside is None else f' AND {w.beside}'} THEN {i}"
        for i, w in enumerate(words)
    )
    return {f"u_{name}": f"CASE {whens} END"}


def without_word(name: str, words: Sequence[UnitWord]) -> str:
    """SQL: the text without the unit behind the number."""
    text = f'"t_{name}"'
    if not words:
        return text
    lengths = " ".join(f"WHEN {i} THEN {len(w.word)}" for i, w in enumerate(words))
    kept = f'length({text}) - CASE "u_{name}" {lengths} END'
    return f'CASE WHEN "u_{name}" IS NULL THEN {text} ELSE rtrim(left({text}, {kept})) END'


def scaled_value(name: str, value: str, words: Sequence[UnitWord]) -> str:
    """SQL: the value times the factor of its unit, in the 15 digits that a DOUBLE keeps."""
    factors = {i: w.meaning.factor for i, w in enumerate(words) if w.meaning.factor != 1}
    if not factors:
        return value
    whens = " ".join(
        f"WHEN {i} THEN TRY_CAST(printf('%.15g', {value} * {f.numerator}::DOUBLE / {f.denominator}::DOUBLE) AS DOUBLE)"
        for i, f in factors.items()
    )
    return f'CASE "u_{name}" {whens} ELSE {value} END'


def other_units(name: str, words: Sequence[UnitWord]) -> list[tuple[str, str]]:
    """(test, problem code) of units that do not convert."""
    return [
        (f'coalesce("u_{name}" = {i}, false)', literal(w.meaning.problem))
        for i, w in enumerate(words)
        if w.meaning.problem is not None
    ]


def scale_doubts(name: str, words: Sequence[UnitWord]) -> list[tuple[str, str]]:
    """(test, doubt code) of bare words of scale."""
    return [(f'"u_{name}" = {i}', literal(w.meaning.doubt)) for i, w in enumerate(words) if w.meaning.doubt is not None]
