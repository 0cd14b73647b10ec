"""Bytes of a workbook → sheets of cells, whatever its extension says.

Calamine reads .xlsx, openpyxl what calamine refuses. Legacy .xls is read by its records (`biff`), and by xlrd where
they are unusual: its fonts and indentation are needed anyway, and calamine ends the whole process on a damaged .xls
(found by fuzzing), which no program can catch.
Legacy Vietnamese text is converted here, so that everything after this module sees Unicode.
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
import xlrd

from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.text.tcvn3 import decode_run, is_tcvn3_font, none_looks_tcvn3
from ioc_pipeline.read.workbooks.biff import BiffBook, Unusual, read_biff
from ioc_pipeline.read.workbooks.cell_styles import (
    Indents,
    XlsxStyles,
    biff_indents,
    no_indents,
    runs_of,
    xls_indents,
    xls_runs,
)
from ioc_pipeline.read.workbooks.stated_cells import compared, filled_cells
from ioc_pipeline.read.workbooks.workbook_guard import MAX_GRID, Inspected, inspect_workbook, refused, sheet_is_wide

Row = list[Any]


@dataclass
class Sheet:
    """Cells of one sheet: `rows[r][c]`, both 0-based, without trailing blanks; blank cells are `""`."""

    name: str
    rows: list[Row]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column
    converted: int = 0  # cells whose text was TCVN3
    _load_indents: Callable[[], Indents] = field(default=lambda: no_indents, repr=False)
    _indents: Indents | None = field(default=None, repr=False)

    def value(self, row: int, column: int) -> Any:
        """Value of a cell; `""` for a blank one."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def indent(self, row: int, column: int) -> int:
        """Indentation steps of a label cell, 0 when the file states none."""
        if self._indents is None:
            self._indents = self._load_indents()
        return self._indents(row, column)


@dataclass
class Workbook:
    """Sheets of one file in their order, the names of sheets neither reader could open, of those that only the second
    reader could, and notices about those whose values the two read differently."""

    sheets: list[Sheet]
    unreadable: list[str] = field(default_factory=list)
    second: list[str] = field(default_factory=list)
    differing: list[Notice] = field(default_factory=list)
    errors: list[Notice] = field(default_factory=list)  # formulas without a value; a form names each of them itself
    reader: str = "openpyxl"  # the second one


def read_second(workbook: Workbook) -> list[Notice]:
    """A notice for every sheet the first reader did not take (its cells rest on one reader only), and for every sheet
    on which the readers, or the readers and the file, disagree."""
    first = "calamine" if workbook.reader == "openpyxl" else "biff"
    return [
        Notice(
            Text(
                f"Trang tính “{name}” được đọc bằng bộ đọc thứ hai ({workbook.reader}), vì bộ đọc thứ nhất ({first}) "
                "không đọc được",
                f"Sheet “{name}” was read with the second reader ({workbook.reader}): the first one ({first}) did not "
                "take it",
            ),
            name,
        )
        for name in workbook.second
    ] + workbook.differing


def cell_name(row: int, column: int) -> str:
    """A1 notation of a cell given 0-based."""
    return f"{column_letters(column)}{row + 1}"


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """A1 notation of a column given 0-based."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_pieces(sheet: str, places: Mapping[str, int]) -> list[str]:
    """JSON text of the cells (name → `Sheet!B5`) of a row, cut where the row's number is to be put between."""
    cells = json.dumps({name: f"{sheet}!{column_letters(at)}\0" for name, at in places.items()}, ensure_ascii=False)
    return cells.split("\\u0000")


def open_workbook(path: Path, name: str, known: Inspected | None = None) -> Workbook:
    """All sheets of the workbook stored at `path` and delivered as `name`; `known`: what its inspection gave, where it
    took place already.

    Memory is bounded by the cells that hold something, not by the range a sheet claims. Raises ReadRefused when the
    file is not a workbook that can be read.
    """
    inspected = known or inspect_workbook(path, name)
    try:
        return _open_xls(path, name) if inspected.archive is None else _open_xlsx(inspected, inspected.archive)
    except ReadRefused:
        raise
    except Exception as error:
        raise refused(
            "file.damaged",
            name,
            f"bảng tính hỏng, không đọc được ({type(error).__name__})",
            f"the workbook is damaged and cannot be read ({type(error).__name__})",
            "mở tệp bằng Excel, lưu lại thành .xlsx rồi gửi lại",
            "open it in Excel, save it again as .xlsx and send that",
        ) from error


def _open_xlsx(file: Inspected, archive: zipfile.ZipFile) -> Workbook:
    styles = XlsxStyles(archive, file.xml)
    parts = file.parts
    wide = {sheet for sheet, part in parts.items() if part in file.far and sheet_is_wide(archive, part)}
    second = _Second(file.content, parts, styles)
    book = None
    with contextlib.suppress(python_calamine.CalamineError, OSError, ValueError):
        book = _calamine(file.content)
    if book is None:
        return second.everything()
    workbook = Workbook([])
    for entry in book.sheets_metadata:
        if entry.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        hidden = entry.visible != python_calamine.SheetVisibleEnum.Visible
        part = parts.get(entry.name)
        sheet = None
        if entry.name not in wide and (part is not None or not parts):
            with contextlib.suppress(python_calamine.CalamineError, OSError, ValueError):
                sheet = _from_calamine(book.get_sheet_by_name(entry.name), hidden)
        if sheet is None:
            second.add(workbook, entry.name)
            continue
        if part is not None and filled_cells(sheet.rows) != file.stated.get(part):
            said = compared(archive, part, entry.name, sheet.rows, second.rows_of)
            workbook.errors += said.errors
            workbook.differing += said.differing
        _decode_without_fonts(sheet)
        if part is not None:
            sheet._load_indents = partial(styles.indents, part, len(sheet.rows))
        workbook.sheets.append(sheet)
    return workbook


def _calamine(content: bytes) -> python_calamine.CalamineWorkbook:
    """Calamine's view of a file, told from its bytes (by path it would believe the extension)."""
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))


def _from_calamine(source: python_calamine.CalamineSheet, hidden: bool) -> Sheet:
    left = source.start[1] if source.start else 0
    before = [""] * left
    rows = [_trimmed(before + row if left else row) for row in source.iter_rows()]
    while rows and not rows[-1]:
        rows.pop()
    merged = tuple((*first, *last) for first, last in source.merged_cell_ranges or ())
    return Sheet(source.name, rows, hidden, merged)


def _trimmed(row: Row) -> Row:
    end = len(row)
    while end and (row[end - 1] == "" or row[end - 1] is None):
        end -= 1
    return row[:end]


class _Second:
    """Second reader of .xlsx, openpyxl, cell by cell. A book is loaded once however many sheets need it, and its sheets
    together may hold `MAX_GRID` cells: a book of many wide sheets would cost minutes each."""

    def __init__(self, content: bytes, parts: dict[str, str], styles: XlsxStyles) -> None:
        self._content, self._parts, self._styles = content, parts, styles
        self._loaded: dict[str, Any] | None = None
        self._filled = 0

    def everything(self) -> Workbook:
        """All sheets."""
        workbook = Workbook([])
        for name in self._sheets():
            self.add(workbook, name)
        return workbook

    def add(self, workbook: Workbook, name: str) -> None:
        """One sheet, or its name to those that cannot be read."""
        try:
            source, rows = self._sheets()[name], self.rows_of(name)
        except Exception:  # openpyxl has no error type of its own for damaged XML
            workbook.unreadable.append(name)
            return
        while rows and not rows[-1]:
            rows.pop()
        found = Sheet(name, rows, source.sheet_state != "visible")
        if name in self._parts:
            found._load_indents = partial(self._styles.indents, self._parts[name], len(rows))
        _decode_without_fonts(found)
        workbook.sheets.append(found)
        workbook.second.append(name)

    def rows_of(self, name: str) -> list[Row]:
        """Cells of one sheet; KeyError or whatever openpyxl raises when it cannot be read."""
        return [_trimmed(row) for row in self._rows(self._sheets()[name])]

    def _sheets(self) -> dict[str, Any]:
        if self._loaded is None:
            self._loaded = {}  # what cannot be loaded is not tried for every sheet again
            book = openpyxl.load_workbook(io.BytesIO(self._content), read_only=True, data_only=True, keep_links=False)
            self._loaded = {sheet.title: sheet for sheet in book.worksheets}
        return self._loaded

    def _rows(self, sheet: Any) -> Iterator[Row]:
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            self._filled += len(row)
            if self._filled > MAX_GRID:
                raise OverflowError(sheet.title)
            yield ["" if value is None else value for value in row]


def _open_xls(path: Path, name: str) -> Workbook:
    content = path.read_bytes()
    try:
        return _from_biff(read_biff(content))
    except Unusual:
        return _with_xlrd(content, name)


def _from_biff(book: BiffBook) -> Workbook:
    workbook = Workbook([])
    legacy = any(map(is_tcvn3_font, book.fonts))
    decoded: dict[tuple[int, int], str] = {}  # by shared string and font: labels repeat from sheet to sheet
    for source in book.sheets:
        sheet = Sheet(source.name, source.rows, source.hidden, source.merged)
        if legacy:
            for row, column, number, xf in source.texts:
                was, font = source.rows[row][column], book.font_of[xf]
                text = decoded.get((number, font)) if number >= 0 else None
                if text is None:
                    changes = [(at, book.fonts[index]) for at, index in book.runs.get(number, ())]
                    text = "".join(decode_run(*run) for run in runs_of(was, book.fonts[font], changes))
                    if number >= 0:
                        decoded[number, font] = text
                if text != was:
                    source.rows[row][column] = text
                    sheet.converted += 1
        sheet.rows = [_trimmed(row) if row and row[-1] == "" else row for row in sheet.rows]
        while sheet.rows and not sheet.rows[-1]:
            sheet.rows.pop()
        if not legacy:
            _decode_without_fonts(sheet)
        sheet._load_indents = partial(biff_indents, book, source)
        workbook.sheets.append(sheet)
    return workbook


def _with_xlrd(content: bytes, name: str) -> Workbook:
    """Second reader of .xls: other versions, and files that are damaged."""
    try:
        book = xlrd.open_workbook(
            filename=name,
            file_contents=content,
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        )
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise refused(
                "file.encrypted",
                name,
                "bảng tính đặt mật khẩu mở tệp",
                "the workbook is protected by an opening password",
                "bỏ mật khẩu rồi gửi lại",
                "remove the password and send it again",
            ) from error
        raise
    workbook = Workbook([], reader="xlrd")
    fonts = any(is_tcvn3_font(font.name) for font in book.font_list)
    for source in book.sheets():
        rows = [_trimmed(_xlrd_row(source, row)) for row in range(source.nrows)]
        while rows and not rows[-1]:
            rows.pop()
        merged = tuple((r1, c1, r2 - 1, c2 - 1) for r1, r2, c1, c2 in source.merged_cells)
        sheet = Sheet(source.name, rows, source.visibility != 0, merged)
        if fonts:
            for position, row in enumerate(sheet.rows):
                sheet.converted += _decode_row(row, _fonts_of(source, position))
        else:
            _decode_without_fonts(sheet)
        sheet._load_indents = partial(xls_indents, source)
        workbook.sheets.append(sheet)
        workbook.second.append(sheet.name)
    return workbook


def _fonts_of(source: xlrd.sheet.Sheet, row: int) -> Callable[[int, str], list[tuple[str, str]]]:
    return lambda column, text: xls_runs(source, row, column, text)


def _xlrd_row(source: xlrd.sheet.Sheet, row: int) -> Row:
    """Values of a row; numbers and texts, nearly all of a sheet, stand ready in xlrd's own lists."""
    values: Row = list(source.row_values(row))
    for column, kind in enumerate(source.row_types(row)):
        if kind != xlrd.XL_CELL_NUMBER and kind != xlrd.XL_CELL_TEXT:
            values[column] = _xlrd_value(kind, values[column], source.book.datemode)
    return values


def _xlrd_value(kind: int, value: Any, datemode: int) -> Any:
    if kind == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(value, datemode)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    return ""


def _decode_without_fonts(sheet: Sheet) -> None:
    """Convert the legacy text of a sheet that names no fonts; most sheets have none, which one search tells."""
    if not none_looks_tcvn3([value for row in sheet.rows for value in row if type(value) is str and value]):
        for row in sheet.rows:
            sheet.converted += _decode_row(row, None)


def _decode_row(row: Row, runs: Callable[[int, str], list[tuple[str, str]]] | None) -> int:
    """Convert legacy text of a row in place; number of cells that changed."""
    changed = 0
    for column, value in enumerate(row):
        if isinstance(value, str) and value:
            pieces = runs(column, value) if runs is not None else [(value, None)]
            decoded = "".join(decode_run(text, font) for text, font in pieces)
            if decoded != value:
                row[column] = decoded
                changed += 1
    return changed
