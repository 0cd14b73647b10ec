"""One recognised table → its values, each with indicator, item or area, period, measure, unit and cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ioc_pipeline.read.numbers import as_printed, read_number
from ioc_pipeline.read.observation_rows import CellProblem, Observation
from ioc_pipeline.read.problem_codes import clause_of
from ioc_pipeline.read.row_labels import LabelState, RowLabel, TableLabels, read_labels
from ioc_pipeline.read.spreadsheet import cell_name
from ioc_pipeline.read.table_blocks import Block, unit_tokens
from ioc_pipeline.read.table_columns import OF_ROW, Column, TableColumns, read_columns, without_growth
from ioc_pipeline.read.table_spec import TableSpec
from ioc_pipeline.read.text_folding import clean, fold

NATION = "VN"
_BRACKETS = re.compile(r"\(([^()]*)\)")
ResolveArea = Callable[[str, date], str | None]


@dataclass
class RecognisedTable:
    """One table of a sheet that a declaration matches, with everything read from it."""

    block: Block
    spec: TableSpec
    columns: TableColumns
    labels: TableLabels
    rows: list[Observation] = field(default_factory=list)


def read_table(
    block: Block, spec: TableSpec, units: dict[str, str], state: LabelState, resolve_area: ResolveArea
) -> RecognisedTable:
    """Read a block as the table `spec`. `units` maps folded spellings to unit codes, `state` carries the labels of a
    table continued further down, `resolve_area(name, day)` gives the code of an area or None."""
    rows = block.sheet.rows
    labelled = [row for row in block.data if _has_label(block, row)]
    filled: set[int] = set()
    for row in labelled:
        for position in range(block.first_value, len(rows[row])):
            if position not in filled and read_number(rows[row][position]) is not None:
                filled.add(position)

    def numbers(column: int) -> list[float]:
        read = (read_number(block.sheet.value(row, column)) for row in labelled)
        return [number.value for number in read if number is not None and number.value is not None]

    columns = without_growth(read_columns(block, spec, units, filled), numbers)
    positions = [column.position for column in columns.read]
    valued = {
        row
        for row in block.data
        if any(read_number(block.sheet.value(row, column)) is not None for column in positions)
    }
    labels = read_labels(block, spec, valued, state, frozenset(units))
    table = RecognisedTable(block, spec, columns, labels)
    for label in table.labels.rows:
        for column in table.columns.read:
            observation = _observation(table, label, column, units, resolve_area)
            if observation is not None:
                table.rows.append(observation)
    return table


def _has_label(block: Block, row: int) -> bool:
    return any(isinstance(v, str) and clean(v) for v in block.sheet.rows[row][: block.first_value])


def _observation(
    table: RecognisedTable, label: RowLabel, column: Column, units: dict[str, str], resolve_area: ResolveArea
) -> Observation | None:
    raw = table.block.sheet.value(label.row, column.position)
    number = read_number(raw)
    if number is None:
        return None
    indicator, measure = _own_indicator(label, column)
    if indicator is None:
        return None
    problems = []
    if number.problem is not None:
        problems.append(CellProblem(clause_of(number.problem), "value", as_printed(raw), number.problem))
    if number.percent and column.unit != "%":
        problems.append(CellProblem(clause_of("unit.other"), "value", as_printed(raw), "unit.other"))
    unit, certain = _unit_of_row(table, label, column, units)
    if not certain:
        problems.append(CellProblem(clause_of("unit.unknown"), "unit", label.unit or label.label, "unit.unknown"))
    area: str | None = NATION
    if label.is_area:
        area = resolve_area(label.label, column.period.period_end)
        if area is None:
            problems.append(CellProblem(clause_of("area.unknown"), "area", label.label, "area.unknown"))
    return Observation(
        indicator=indicator,
        item=label.item,
        area=area,
        area_name=label.label if label.is_area else None,
        period=column.period.period,
        period_kind=column.period.period_kind,
        period_end=column.period.period_end,
        measure=measure,
        data_type=column.data_type,
        value=number.value,
        value_text=as_printed(raw),
        value_status=number.status,
        unit=unit,
        source_table=table.block.title,
        sheet=table.block.sheet.name,
        cell=cell_name(label.row, column.position),
        item_name=label.item_name,
        problems=problems,
    )


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


def _unit_of_row(table: RecognisedTable, label: RowLabel, column: Column, units: dict[str, str]) -> tuple[str, bool]:
    """Unit of a value, and whether it is certain: a footnote may give a row another unit than its column's."""
    if column.unit == OF_ROW:
        return _printed_unit(table, label, column, units)
    if column.unit == "%" or not column.spec.note_units or not label.marks:
        return column.unit, True
    for mark in label.marks:
        note = table.labels.notes.get(mark)
        codes = [units[token] for token in unit_tokens(note, frozenset(units))] if note else []
        own = [code for code in codes if code in column.spec.note_units]
        if len(own) == 1:
            return own[0], True
    return column.unit, False


def _printed_unit(table: RecognisedTable, label: RowLabel, column: Column, units: dict[str, str]) -> tuple[str, bool]:
    """Unit that the row, or the heading it stands under, prints; uncertain when it is none the indicator may have."""
    if column.spec.role is None:
        text, allowed = label.unit or "", column.spec.units
    else:
        sheet, row = table.block.sheet, label.section
        labels = [] if row is None else [v for v in sheet.rows[row][: table.block.first_value] if isinstance(v, str)]
        brackets = [found.group(1) for label in labels for found in _BRACKETS.finditer(label)]
        beside = "" if row is None else sheet.value(row, column.position)
        text = beside if isinstance(beside, str) and clean(beside) else next(iter(brackets), "")
        allowed = dict(label.indicators)[column.spec.role].units
    code = units.get(fold(text))
    return (code, True) if code is not None and code in allowed else (code or clean(text), False)
