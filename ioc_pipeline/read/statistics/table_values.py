"""Values of one recognised table, in columns: which row and column of it each stands in, its number and its meaning.

Nearly every cell is a plain number: those are taken all at once. Python looks at a single cell only when it is
something else (text, a mark of absence, a date), and at a meaning once for each kind of row and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from ioc_pipeline.read.problem_codes import clause_of
from ioc_pipeline.read.statistics.row_labels import RowLabel, TableLabels
from ioc_pipeline.read.statistics.table_blocks import Block, unit_tokens
from ioc_pipeline.read.statistics.table_columns import OF_ROW, Column
from ioc_pipeline.read.text.text_folding import clean, fold
from ioc_pipeline.read.values.numbers import CellNumber, as_printed, read_number

NATION = "VN"
PRESENT = "present"
_BRACKETS = re.compile(r"\(([^()]*)\)")
ResolveArea = Callable[[str, date], str | None]
Integers = np.ndarray[Any, np.dtype[np.int64]]


class CellProblem(NamedTuple):
    """One value that could not be taken: the clause it breaks, its column, its text, a code of the reason."""

    clause: str
    column: str
    raw: str
    code: str


class Meaning(NamedTuple):
    """What the numbers of one kind of row state in one column; `certain`: the unit is one the indicator may have."""

    indicator: str
    measure: str
    unit: str
    certain: bool


@dataclass
class TableValues:
    """One entry for each value, in the order of rows and columns: `label` and `column` (positions in the lists of what
    the table reads), `meaning` and `area` (positions in `meanings` and `areas`), `number` (NaN: none). `odd` has what
    stands in the cells that are no plain numbers, by the entry's position, `problems` what is wrong with an entry."""

    label: Integers
    column: Integers
    meaning: Integers
    area: Integers
    number: np.ndarray[Any, np.dtype[np.float64]]
    meanings: list[Meaning]
    areas: list[str | None]
    odd: dict[int, tuple[CellNumber, str]]
    problems: dict[int, list[CellProblem]]

    def __len__(self) -> int:
        return len(self.label)


def table_values(
    block: Block, labels: TableLabels, columns: Sequence[Column], units: dict[str, str], resolve_area: ResolveArea
) -> TableValues:
    """Values in the rows that have a label and the columns that are read. `units` maps folded spellings to unit codes,
    `resolve_area(name, day)` gives the code of an area or None."""
    rows = block.sheet.rows
    positions = [column.position for column in columns]
    cells: list[Any] = []
    for label in labels.rows:
        row = rows[label.row]
        cells += [row[at] if at < len(row) else "" for at in positions]
    plain = [type(cell) is float for cell in cells]
    number = np.array([cell if is_plain else np.nan for cell, is_plain in zip(cells, plain, strict=True)], np.float64)
    filled = np.isfinite(number)
    read: dict[int, CellNumber] = {}
    for at in np.flatnonzero(~filled).tolist():
        found = read_number(cells[at])
        if found is not None:
            read[at], filled[at] = found, True
            number[at] = np.nan if found.value is None else found.value
    meanings, of_cell = _meanings(block, labels, columns, units)
    taken = np.flatnonzero(filled & (of_cell >= 0))
    label_of, column_of = np.divmod(taken, max(len(columns), 1))
    areas, area_of = _areas(labels.rows, columns, label_of, column_of, resolve_area)
    values = TableValues(label_of, column_of, of_cell[taken], area_of, number[taken], meanings, areas, {}, {})
    odd = [at for at in read if of_cell[at] >= 0]
    entries = np.searchsorted(taken, odd).tolist()
    values.odd = {entry: (read[at], as_printed(cells[at])) for entry, at in zip(entries, odd, strict=True)}
    _add_problems(values, labels.rows, columns)
    return values


def _meanings(
    block: Block, labels: TableLabels, columns: Sequence[Column], units: dict[str, str]
) -> tuple[list[Meaning], Integers]:
    """The different meanings, and the number of that of each cell (-1: the cell states nothing)."""
    meanings: dict[Meaning, int] = {}
    kinds: dict[tuple[Any, ...], list[int]] = {}
    of_cell: list[int] = []
    for label in labels.rows:
        kind = (id(label.special), id(label.indicators), label.marks, label.unit, label.section)
        known = kinds.get(kind)
        if known is None:
            known = kinds[kind] = []
            for column in columns:
                meaning = _meaning(block, labels.notes, label, column, units)
                known.append(-1 if meaning is None else meanings.setdefault(meaning, len(meanings)))
        of_cell += known
    return list(meanings), np.array(of_cell, np.int64)


def _meaning(
    block: Block, notes: dict[str, str], label: RowLabel, column: Column, units: dict[str, str]
) -> Meaning | None:
    indicator, measure = _own_indicator(label, column)
    if indicator is None:
        return None
    return Meaning(indicator, measure, *_unit_of_row(block, notes, label, column, units))


def _own_indicator(label: RowLabel, column: Column) -> tuple[str | None, str]:
    """Indicator and measure of a value; a row of its own may state growth instead of an index.

    No indicator where the column's is the section's to say and the row stands under none.
    """
    special = label.special
    if special is None:
        if column.spec.role is not None:
            named = dict(label.indicators).get(column.spec.role)
            return (named.code if named else None), column.measure
        return column.spec.indicator, column.measure
    if special.growth:
        return special.growth.get(column.measure), "growth"
    return special.indicator, column.measure


def _unit_of_row(
    block: Block, notes: dict[str, str], label: RowLabel, column: Column, units: dict[str, str]
) -> tuple[str, bool]:
    """Unit of a value, and whether it is certain: a footnote may give a row another unit than its column's."""
    if column.unit == OF_ROW:
        return _printed_unit(block, label, column, units)
    if column.unit == "%" or not column.spec.note_units or not label.marks:
        return column.unit, True
    for mark in label.marks:
        note = notes.get(mark)
        codes = [units[token] for token in unit_tokens(note, units)] if note else []
        own = [code for code in codes if code in column.spec.note_units]
        if len(own) == 1:
            return own[0], True
    return column.unit, False


def _printed_unit(block: Block, label: RowLabel, column: Column, units: dict[str, str]) -> tuple[str, bool]:
    """Unit that the row, or the heading it stands under, prints; uncertain when it is none the indicator may have."""
    if column.spec.role is None:
        text, allowed = label.unit or "", column.spec.units
    else:
        sheet, row = block.sheet, label.section
        labels = [] if row is None else [v for v in sheet.rows[row][: block.first_value] if isinstance(v, str)]
        brackets = [found.group(1) for label in labels for found in _BRACKETS.finditer(label)]
        beside = "" if row is None else sheet.value(row, column.position)
        text = beside if isinstance(beside, str) and clean(beside) else next(iter(brackets), "")
        allowed = dict(label.indicators)[column.spec.role].units
    code = units.get(fold(text))
    return (code, True) if code is not None and code in allowed else (code or clean(text), False)


def _areas(
    labels: Sequence[RowLabel],
    columns: Sequence[Column],
    label_of: Integers,
    column_of: Integers,
    resolve_area: ResolveArea,
) -> tuple[list[str | None], Integers]:
    """The different area codes, and the number of that of each entry; an area's name is looked up once for each day."""
    areas: dict[str | None, int] = {NATION: 0}
    if not any(label.is_area for label in labels):
        return [NATION], np.zeros(len(label_of), np.int64)
    days = [column.period.period_end for column in columns]
    different = set(days)
    of_cell: list[int] = []
    for label in labels:
        if not label.is_area:
            of_cell += [0] * len(days)
            continue
        codes = {day: resolve_area(label.label, day) for day in different}
        of_cell += [areas.setdefault(codes[day], len(areas)) for day in days]
    return list(areas), np.array(of_cell, np.int64)[label_of * len(days) + column_of]


def _add_problems(values: TableValues, labels: Sequence[RowLabel], columns: Sequence[Column]) -> None:
    """What is wrong with single entries: their numbers, then their units, then their areas."""

    def add(entry: int, column: str, raw: str, code: str) -> None:
        values.problems.setdefault(entry, []).append(CellProblem(clause_of(code), column, raw, code))

    for entry, (number, raw) in values.odd.items():
        if number.problem is not None:
            add(entry, "value", raw, number.problem)
        if number.percent and columns[values.column[entry]].unit != "%":
            add(entry, "value", raw, "unit.other")
    uncertain = [n for n, meaning in enumerate(values.meanings) if not meaning.certain]
    if uncertain:
        for entry in np.flatnonzero(np.isin(values.meaning, uncertain)).tolist():
            label = labels[values.label[entry]]
            add(entry, "unit", label.unit or label.label, "unit.unknown")
    unknown = [n for n, area in enumerate(values.areas) if area is None]
    if unknown:
        for entry in np.flatnonzero(np.isin(values.area, unknown)).tolist():
            add(entry, "area", labels[values.label[entry]].label, "area.unknown")
