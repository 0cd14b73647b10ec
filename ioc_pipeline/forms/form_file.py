"""The xlsx form of a feed: empty for a department to fill in, or filled with rows; same arguments, same bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import (
    AREA,
    AREA_NAME,
    INDICATOR,
    INDICATOR_NAME,
    LISTS_SHEET,
    MARKS,
    METADATA_SHEET,
    NUMBER_COLUMN,
    SIMULATED_LABEL,
    UNIT,
    FormColumn,
    FormLayout,
    FormRow,
    form_layout,
)  # fmt: skip
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.forms.cell_rules import add_rules, number_format
from ioc_pipeline.forms.instructions import write_instructions
from ioc_pipeline.forms.styles import DATE, TEXT, Styles
from ioc_pipeline.periods import Period, deadline, parse_period

PERIOD_CAPTION = "Kỳ báo cáo · Period:"
EXAMPLE_LABEL = "Ví dụ · Example"
TOTAL_LABEL = "Tổng số"
_CREATED = datetime(2025, 7, 1)
"""Fixed creation date: the same form is the same bytes."""
_STATUS_MARKS = {status: mark for mark, status in MARKS.items()}


def write_form(
    feed: Feed,
    catalogue: Catalogue,
    path: Path,
    *,
    period: str,
    rows: Sequence[Mapping[str, Any]] | None = None,
    simulated: bool = False,
) -> None:
    """Write the form of a feed (`reader.format: form`) for a period (`2026-11`) to `path`, whole or not at all.

    `rows`: None leaves the form empty. Otherwise mappings by column name: for layout `rows` the contract's columns;
    for `wide` `{"area": code, <indicator>: value}`; for `indicators` `{"indicator": code, <value column>: value}`;
    both also take single statements (`{"indicator", "area", "measure", "data_type", "value", "value_status"}`).
    A value None becomes the mark of its status, `..` (no data yet) when none is given.
    `simulated`: the label of generated data stands in the form. ValueError when `period` is no period.
    """
    layout = form_layout(feed)
    filled = None if rows is None else _by_row(layout, rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    book = Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        book.set_properties(
            {"title": feed.title.vi, "subject": feed.id, "author": catalogue.province.name.vi, "created": _CREATED}
        )
        _Form(book, layout, catalogue, parse_period(period), filled, simulated).write()
    finally:
        book.close()
    os.replace(temporary, path)


def _by_row(layout: FormLayout, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as they stand in the form: statements of one row are gathered under its code."""
    if layout.layout == "rows":
        return [dict(row) for row in rows]
    key = AREA if layout.layout == "wide" else INDICATOR
    gathered: dict[str, dict[str, Any]] = {}
    for row in rows:
        code = str(row[key])
        found = gathered.setdefault(code, {key: code})
        if "value" not in row:
            found.update(row)
            continue
        name = _column_of(layout, row)
        value = row["value"]
        found[name] = value if value is not None else _STATUS_MARKS.get(str(row.get("value_status")), "..")
    return list(gathered.values())


def _column_of(layout: FormLayout, row: Mapping[str, Any]) -> str:
    """Name of the column in which a statement stands; ValueError when the form has none for it."""
    for column in layout.values:
        if layout.layout == "wide":
            if column.indicator == row["indicator"]:
                return column.name
        elif column.measure == row["measure"] and column.data_type == row.get("data_type", layout.data_type):
            return column.name
    raise ValueError(f"{layout.feed.id}: the form has no column for {dict(row)}")


class _Form:
    """Writes one workbook."""

    def __init__(
        self,
        book: Workbook,
        layout: FormLayout,
        catalogue: Catalogue,
        period: Period,
        filled: list[dict[str, Any]] | None,
        simulated: bool,
    ) -> None:
        self.book, self.layout, self.catalogue, self.period = book, layout, catalogue, period
        self.filled, self.simulated = filled, simulated
        self.styles = Styles(book)
        self.sheet: Worksheet = book.add_worksheet(layout.sheet[:31])
        self.columns = layout.columns
        self.codes = {c.codes: catalogue.codes[c.codes] for c in layout.columns if c.codes}

    def write(self) -> None:
        """All sheets: the form, instructions, hidden lists and metadata."""
        sheet, last = self.sheet, len(self.columns) - 1
        top = self._title_block(last)
        data = self._headings(top)
        end = self._data(data)
        self._signatures(end + 1, last)
        for position, column in enumerate(self.columns):
            longest = max((len(self._label(column, row)) for row in self._known()), default=24)
            sheet.set_column(position, position, _width(column, longest if column.role == "label" else 0))
        labels = sum(1 for c in self.columns if c.role != "value")
        sheet.freeze_panes(data, min(labels, 4))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top, data - 1)
        sheet.protect(
            "", {"format_cells": True, "format_columns": True, "format_rows": True, "sort": True, "autofilter": True}
        )
        guide = self.book.add_worksheet("Hướng dẫn · Instructions")
        write_instructions(guide, self.styles, self.layout, self.catalogue)
        self._lists()
        self._metadata()

    def _title_block(self, last: int) -> int:
        """Number, titles, who reports what by when; the row at which the table begins."""
        sheet, styles, feed = self.sheet, self.styles, self.layout.feed
        if self.layout.number:
            sheet.write_string(0, 0, f"Biểu số: {self.layout.number}", styles.caption)
        sheet.merge_range(1, 0, 1, last, feed.title.vi.upper(), styles.title)
        sheet.merge_range(2, 0, 2, last, feed.title.en, styles.subtitle)
        sheet.set_row(1, 24)
        due = deadline(self.period, feed.lag_days, self.catalogue.province.timezone)
        block = (
            ("Đơn vị báo cáo · Reporting unit:", f"{feed.owner.vi} · {feed.owner.en}"),
            ("Đơn vị hành chính · Area:", f"{self.catalogue.province.name.vi} ({self.catalogue.province.code})"),
            (PERIOD_CAPTION, self.layout.period_words(self.period).vi.capitalize()),
            ("Hạn gửi · Deadline:", f"{due:%d/%m/%Y}"),
        )
        for offset, (caption, value) in enumerate(block):
            sheet.write_string(3 + offset, 0, caption, styles.caption)
            style = styles.input(TEXT) if caption == PERIOD_CAPTION else styles.of()
            sheet.merge_range(3 + offset, 3, 3 + offset, min(5, last), value, style)
        if self.simulated:
            sheet.merge_range(7, 0, 7, last, SIMULATED_LABEL, styles.simulated)
        else:
            text = "Chỉ điền ô trắng. Không phát sinh ghi “-”, chưa có số liệu ghi “..”, bảo mật ghi “x”. · "
            text += "Fill in white cells only: “-” nothing occurred, “..” no data yet, “x” confidential."
            sheet.merge_range(7, 0, 7, last, text, styles.subtitle)
            sheet.set_row(7, 30)
        return 9

    def _headings(self, top: int) -> int:
        """Groups, Vietnamese and English titles, units, column numbers, the example; first row of the data."""
        sheet, styles = self.sheet, self.styles
        grouped = any(c.group for c in self.columns)
        first = top + 1 if grouped else top
        if grouped:
            self._groups(top)
        values = 0
        units = first + 2 if any(c.unit for c in self.columns) else None
        numbers = first + 2 if units is None else units + 1
        for position, column in enumerate(self.columns):
            if not grouped or column.group:
                sheet.write_string(first, position, column.title.vi, styles.head)
            else:
                sheet.merge_range(top, position, first, position, column.title.vi, styles.head)
            sheet.write_string(first + 1, position, column.title.en, styles.small_head)
            if units is not None:
                unit = "" if column.role != "value" else column.unit or ""
                sheet.write_string(units, position, unit, styles.small_head)
            values += column.role == "value"
            number = str(values) if column.role == "value" else chr(ord("A") + position)
            sheet.write_string(numbers, position, f"({number})", styles.small_head)
        sheet.set_row(first, 48)
        sheet.set_row(first + 1, 32)
        self._example(numbers + 1)
        return numbers + 2

    def _groups(self, row: int) -> None:
        position = 0
        while position < len(self.columns):
            group = self.columns[position].group
            end = position
            while end + 1 < len(self.columns) and self.columns[end + 1].group == group and group is not None:
                end += 1
            if group is not None and end > position:
                self.sheet.merge_range(row, position, row, end, f"{group.vi} · {group.en}", self.styles.head)
            elif group is not None:
                self.sheet.write_string(row, position, f"{group.vi} · {group.en}", self.styles.head)
            position = end + 1

    def _example(self, row: int) -> None:
        for position, (column, value) in enumerate(example_row(self.layout, self.catalogue)):
            style = self.styles.example(number_format(column))
            if isinstance(value, int | float):
                self.sheet.write_number(row, position, value, style)
            else:
                self.sheet.write_string(row, position, value, style)

    def _known(self) -> tuple[FormRow, ...]:
        return self.layout.rows(self.catalogue.province.code, self.period.end)

    def _data(self, first: int) -> int:
        """Data rows and the total row; the row after them."""
        known = self._known()
        key = {"wide": AREA, "indicators": INDICATOR}.get(self.layout.layout, self.layout.area_column or "")
        given = list(self.filled or ())
        if known:
            by_code = {str(r.get(key)): r for r in given}
            unknown = set(by_code) - {row.code for row in known}
            if unknown:
                raise ValueError(f"{self.layout.feed.id}: no row of the form for {', '.join(sorted(unknown))}")
            lines: list[tuple[FormRow | None, dict[str, Any]]] = [(row, by_code.get(row.code, {})) for row in known]
        else:
            count = max(len(given), self.layout.blank_rows if self.filled is None else 0)
            lines = [(None, given[i] if i < len(given) else {}) for i in range(count)]
        for offset, (row, values) in enumerate(lines):
            for position, column in enumerate(self.columns):
                self._cell(first + offset, position, column, row, values, offset + 1)
        end = first + len(lines)
        for position, column in enumerate(self.columns):
            add_rules(self.sheet, self.layout, column, position, first, end - 1, self.codes)
        return self._total(first, end) if self.layout.total_row else end

    def _cell(
        self, at: int, position: int, column: FormColumn, row: FormRow | None, values: Mapping[str, Any], number: int
    ) -> None:
        sheet, styles = self.sheet, self.styles
        if column.role == "number":
            sheet.write_number(at, position, number, styles.label())
        elif column.role == "label" and row is not None:
            sheet.write_string(at, position, self._label(column, row), styles.label(row.level if position > 1 else 0))
        elif row is not None and row.measures and column.measure and column.measure not in row.measures:
            sheet.write_blank(at, position, None, styles.closed)
        else:
            whole = row is not None and row.whole
            self._value(at, position, column, values, styles.input(number_format(column, whole=whole)))

    def _label(self, column: FormColumn, row: FormRow) -> str:
        names = (AREA_NAME, INDICATOR_NAME, str(self.layout.feed.reader.get("area_name_column")))
        if column.name in names:
            return row.name.vi
        return row.unit or "" if column.name == UNIT else row.code

    def _value(self, at: int, position: int, column: FormColumn, values: Mapping[str, Any], style: Any) -> None:
        if self.filled is None or column.name not in values:
            self.sheet.write_blank(at, position, None, style)
            return
        value = values[column.name]
        if value is None:
            mark = ".." if column.numeric else ""
            self.sheet.write_string(at, position, mark, style)
        elif isinstance(value, bool):
            self.sheet.write_string(at, position, "Có" if value else "Không", style)
        elif isinstance(value, int | float):
            self.sheet.write_number(at, position, value, style)
        elif isinstance(value, date):  # a datetime is a date too
            self.sheet.write_datetime(at, position, value, self.styles.input(DATE))
        elif column.codes:
            code = self.codes[column.codes].codes.get(str(value))
            self.sheet.write_string(at, position, code.name.vi if code else str(value), style)
        else:
            self.sheet.write_string(at, position, str(value), style)

    def _total(self, first: int, end: int) -> int:
        """A row of sums, with the sums as their cached values; returns the row after it."""
        label = next(i for i, c in enumerate(self.columns) if c.role == "label")
        names = {AREA_NAME, INDICATOR_NAME, self.layout.feed.reader.get("area_name_column")}
        label = next((i for i, c in enumerate(self.columns) if c.name in names), label)
        for position, column in enumerate(self.columns):
            style = self.styles.total(number_format(column))
            if position == label:
                self.sheet.write_string(end, position, TOTAL_LABEL, style)
            elif column.role == "value" and column.type == "BIGINT":
                letter = _letters(position)
                stated = [r.get(column.name) for r in self.filled or ()]
                total = sum(v for v in stated if isinstance(v, int | float))
                self.sheet.write_formula(end, position, f"=SUM({letter}{first + 1}:{letter}{end})", style, total)
            else:
                self.sheet.write_blank(end, position, None, style)
        return end + 1

    def _signatures(self, row: int, last: int) -> None:
        bold = self.styles.of(bold=True, align="center", locked=False)
        middle = max(1, last // 2)
        self.sheet.write_string(row, 0, "Ghi chú · Notes:", self.styles.of(italic=True, locked=False))
        self.sheet.merge_range(row + 2, 0, row + 2, middle, "NGƯỜI LẬP BIỂU", bold)
        if middle + 2 <= last:
            self.sheet.merge_range(row + 2, middle + 1, row + 2, last, "THỦ TRƯỞNG ĐƠN VỊ", bold)

    def _lists(self) -> None:
        """Hidden sheet with the readable names of every code list used by a drop-down."""
        sheet = self.book.add_worksheet(LISTS_SHEET)
        sheet.hide()
        for position, (name, codes) in enumerate(self.codes.items()):
            sheet.write_string(0, position, str(name))
            for offset, code in enumerate(codes.codes.values(), start=1):
                sheet.write_string(offset, position, code.name.vi)

    def _metadata(self) -> None:
        """Very hidden sheet that says which form this is; people copy and rename the rest."""
        sheet = self.book.add_worksheet(METADATA_SHEET)
        sheet.very_hidden()
        facts = {
            "feed": self.layout.feed.id,
            "contract_version": self.layout.feed.version,
            "province": self.catalogue.province.code,
            "period": self.period.text,
            "simulated": "true" if self.simulated else "false",
        }
        for row, (key, value) in enumerate(facts.items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)


def example_row(layout: FormLayout, catalogue: Catalogue) -> list[tuple[FormColumn, str | float]]:
    """Cells of the example row: what the contract gives as examples, and the first fixed row as its label."""
    known = layout.rows(catalogue.province.code, date(2026, 4, 30))
    first = known[0] if known else None
    cells: list[tuple[FormColumn, str | float]] = []
    for column in layout.columns:
        value: str | float = "" if column.example is None else column.example
        if column.name == NUMBER_COLUMN:
            value = EXAMPLE_LABEL
        elif column.role == "label" and first is not None:
            names = (AREA_NAME, INDICATOR_NAME, layout.feed.reader.get("area_name_column"))
            value = first.name.vi if column.name in names else first.unit or "" if column.name == UNIT else first.code
        elif column.codes and value:
            value = catalogue.codes[column.codes].codes[str(value)].name.vi
        cells.append((column, value))
    return cells


def _letters(position: int) -> str:
    return str(xl_col_to_name(position))


def _width(column: FormColumn, longest: int) -> float:
    """Width of a column in characters; `longest`: its longest printed label."""
    if column.role == "number":
        return 15
    if column.role == "label":
        return min(50.0, max(10.0, longest + 2.0))
    return max(12.0, min(18.0, len(column.title.vi) / 2))
