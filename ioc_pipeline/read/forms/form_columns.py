"""Rows of a form that are records → raw columns: what stands in each, its problem and its doubt, the place of each row.

A form of many rows is taken column by column; a cell is looked at by itself only where it is no plain number or text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from ioc_pipeline.contracts.form_layout import FormColumn, FormLayout
from ioc_pipeline.periods import Period
from ioc_pipeline.read.forms.form_find import FormTable
from ioc_pipeline.read.forms.form_numbers import Cell, Number
from ioc_pipeline.read.forms.form_rows import DataRow, TableRows
from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.workbooks.spreadsheet import cell_pieces, column_letters

Columns = dict[str, list[str | None]]
"""Raw rows in columns: `t_<column>` text, `x_<column>` problem code, `q_<column>` doubt code with `w_<column>` the cell
as it stands, `_place`, `_cells`."""


def record_columns(
    layout: FormLayout,
    rows: TableRows,
    numbers: dict[str, dict[int, Number]],
    period: Period,
    simulated: bool,
) -> Columns:
    """Raw rows of a table each of whose rows is a record (layout `rows`); `numbers` by column and row."""
    table, data = rows.table, rows.data
    found: Columns = {"t_simulated": ["true" if simulated else "false"] * len(data)}
    if layout.period_column:
        found[f"t_{layout.period_column}"] = [period.text] * len(data)
    places: dict[str, int] = {}
    for column in layout.columns:
        if column.name not in table.positions or column.role == "number":
            continue
        places[column.name] = table.positions[column.name]
        if column.name in numbers:
            own = numbers[column.name]
            found |= _of_numbers(column, rows.cells(column.name), [own[row.row] for row in data])
        else:
            found |= _of_texts(column, rows)
    if layout.area_column and any(row.who for row in data):
        area, title = layout.area_column, str(layout.feed.reader.get("area_name_column"))
        found[f"t_{area}"] = [r.who.raw if r.who.problem else r.who.code for r in data if r.who]
        found[f"x_{area}"] = [r.who.problem for r in data if r.who]
        places.setdefault(area, places.get(title, 0))
    return found | _places(table, data, places)


def _of_numbers(column: FormColumn, cells: Sequence[Cell], numbers: Sequence[Number]) -> Columns:
    name, both = column.name, list(zip(numbers, cells, strict=True))
    found: Columns = {
        f"t_{name}": [number.plain if number.problem is None else cell.printed for number, cell in both],
        f"x_{name}": [n.problem if n.problem != "cell.blank" or column.required else None for n in numbers],
    }
    if any(number.doubt for number in numbers):
        found[f"q_{name}"] = [number.doubt for number in numbers]
        found[f"w_{name}"] = [cell.printed if number.doubt else None for number, cell in both]
    return found


def _of_texts(column: FormColumn, rows: TableRows) -> Columns:
    values = rows.values(column.name)
    unsolved = [False] * len(rows.data)
    if values is None:
        cells = rows.cells(column.name)
        values, unsolved = [cell.raw for cell in cells], [cell.unsolved for cell in cells]
    texts: list[str | None] = [_text(value, column) for value in values]
    blank = "cell.blank" if column.role == "value" and column.required else None
    problems = [
        "formula.no_value" if without else None if text else blank
        for without, text in zip(unsolved, texts, strict=True)
    ]
    return {f"t_{column.name}": texts, f"x_{column.name}": problems}


def _text(raw: object, column: FormColumn) -> str:
    """A label, name, code or date as text; dates in the first form the contract accepts."""
    if isinstance(raw, str):
        return clean(raw)
    if column.type in ("DATE", "TIMESTAMP"):
        if isinstance(raw, float) and 36526 <= raw < 73051:  # a serial number of 2000–2099 without a date format
            raw = datetime.fromordinal(date(1899, 12, 30).toordinal() + int(raw))
        if isinstance(raw, datetime | date):
            return _day(raw, (column.formats or ("%Y-%m-%d",))[0])
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return clean(str(raw)) if raw is not None else ""


@lru_cache(maxsize=4096)
def _day(day: date, form: str) -> str:
    return day.strftime(form)


def _places(table: FormTable, rows: Sequence[DataRow], places: dict[str, int]) -> Columns:
    """Where each row and each of its values stands: only the number of the row differs from row to row."""
    sheet = table.sheet.sheet.name
    first, last = (column_letters(f(table.positions.values())) for f in (min, max))
    before = cell_pieces(sheet, places)
    lines = [str(row.row + 1) for row in rows]
    return {
        "_place": [f"{sheet}!{first}{line}:{last}{line}" for line in lines],
        "_cells": [line.join(before) for line in lines],
    }
