"""What a workbook says about a cell besides its value: its indentation and, in legacy files, its fonts.

The statistics office shows the hierarchy of labels by indentation only, and its old files say by the font's name
that a text is TCVN3. Calamine reads neither.
"""

from __future__ import annotations

import re
import zipfile

import xlrd

from ioc_pipeline.read.biff import BiffBook, BiffSheet
from ioc_pipeline.read.workbook_guard import xml_pieces

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_REF = re.compile(rb"\br=\"([A-Z]{1,3})(\d+)\"")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT_OR_ALIGNMENT = re.compile(rb"<(?:\w+:)?(xf|alignment)\b([^>]*)>")
_INDENT = re.compile(rb"\bindent=[\"'](\d{1,3})[\"']")
_STYLE = re.compile(rb"\bs=\"(\d+)\"")
LABEL_COLUMNS = 6
"""Leading columns whose styles are kept: labels stand there."""

Indents = dict[tuple[int, int], int]


class XlsxStyles:
    """Indentation in an .xlsx file; its style sheet is read once, at the first question."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self._steps: dict[int, int] | None = None
        self._styled: re.Pattern[bytes] | None = None  # the attribute of a cell whose format is indented

    def indents(self, part: str, rows: int) -> Indents:
        """Indentation steps of the label cells in the first `rows` rows of a sheet, by 0-based row and column.

        Cells without indentation are left out.
        """
        if self._steps is None:
            self._steps = _steps_of_formats(self.archive)
        if not self._steps:
            return {}
        if self._styled is None:
            self._styled = re.compile(rb"\bs=\"(?:%s)\"" % b"|".join(b"%d" % number for number in self._steps))
        return _cell_indents(self.archive, part, rows, self._steps, self._styled)


def _steps_of_formats(archive: zipfile.ZipFile) -> dict[int, int]:
    """Indentation steps of the cell formats that have any, by their number."""
    try:
        styles = archive.read("xl/styles.xml")
    except KeyError:
        return {}
    formats = _FORMATS.search(styles)  # the style sheet of an old book is larger than its data: no tree is built
    steps: dict[int, int] = {}
    position = -1
    for found in _FORMAT_OR_ALIGNMENT.finditer(formats.group(1) if formats else b""):
        if found.group(1) == b"xf":
            position += 1
        elif (indent := _INDENT.search(found.group(2))) and int(indent.group(1)):
            steps[position] = int(indent.group(1))
    return steps


def _cell_indents(
    archive: zipfile.ZipFile, part: str, rows: int, steps: dict[int, int], styled: re.Pattern[bytes]
) -> Indents:
    found: Indents = {}
    for piece in xml_pieces(archive, part):
        for attribute in styled.finditer(piece):
            cell = _CELL.match(piece, piece.rfind(b"<", 0, attribute.start()))
            style = _STYLE.search(cell.group(1)) if cell else None
            if cell is None or style is None or int(style.group(1)) not in steps:
                continue
            ref = _REF.search(cell.group(1))
            if ref is None or len(ref.group(1)) > 1:
                continue
            row, column = int(ref.group(2)) - 1, ref.group(1)[0] - 65
            if row >= rows:
                return found
            if column < LABEL_COLUMNS:
                found[row, column] = steps[int(style.group(1))]
    return found


def xls_indents(sheet: xlrd.sheet.Sheet) -> Indents:
    """Indentation steps of the label cells of a legacy sheet opened with its formatting."""
    steps = {n: f.alignment.indent_level for n, f in enumerate(sheet.book.xf_list) if f.alignment.indent_level}
    if not steps:
        return {}
    found: Indents = {}
    for row in range(sheet.nrows):
        for column in range(min(sheet.row_len(row), LABEL_COLUMNS)):
            step = steps.get(sheet.cell_xf_index(row, column))
            if step:
                found[row, column] = step
    return found


def xls_runs(sheet: xlrd.sheet.Sheet, row: int, column: int, text: str) -> list[tuple[str, str]]:
    """The runs of a text cell, each with its font's name."""
    fonts = sheet.book.font_list
    if row >= sheet.nrows or column >= sheet.row_len(row):
        return [(text, "")]
    first = fonts[sheet.book.xf_list[sheet.cell_xf_index(row, column)].font_index].name
    changes = sheet.rich_text_runlist_map.get((row, column)) or []
    return runs_of(text, first, [(offset, fonts[index].name) for offset, index in changes])


def runs_of(text: str, first: str, changes: list[tuple[int, str]]) -> list[tuple[str, str]]:
    """The runs of a text that begins in the font `first`, each with its font's name."""
    runs, start, font = [], 0, first
    for offset, name in changes:
        if offset > start:
            runs.append((text[start:offset], font))
        start, font = offset, name
    runs.append((text[start:], font))
    return runs


def biff_indents(book: BiffBook, sheet: BiffSheet) -> Indents:
    """Indentation steps of the label cells of a legacy sheet read by its records."""
    steps = {xf: step for xf, step in enumerate(book.indent_of) if step}
    return {
        (row, column): steps[xf]
        for row, column, xf in (zip(*sheet.styled, strict=True) if steps else ())
        if xf in steps and column < LABEL_COLUMNS
    }
