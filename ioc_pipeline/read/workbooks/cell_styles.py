"""What a workbook says about a cell besides its value: its indentation and, in legacy files, its fonts.

The statistics office shows the hierarchy of labels by indentation only, and its old files say by the font's name
that a text is TCVN3. Calamine reads neither.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping

import xlrd

from ioc_pipeline.read.workbooks.biff import BiffBook, BiffSheet
from ioc_pipeline.read.workbooks.workbook_guard import xml_pieces

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_REF = re.compile(rb"\br=\"([A-Z]{1,3})(\d+)\"")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT_OR_ALIGNMENT = re.compile(rb"<(?:\w+:)?(xf|alignment)\b([^>]*)>")
_INDENT = re.compile(rb"\bindent=[\"'](\d{1,3})[\"']")
_STYLE = re.compile(rb"\bs=\"(\d+)\"")
_STYLE_SHEET = "xl/styles.xml"
LABEL_COLUMNS = 6
"""Leading columns whose styles are kept: labels stand there."""

Indents = Callable[[int, int], int]
"""Indentation steps of a label cell, by its 0-based row and column; 0 where the file states none."""


def no_indents(row: int, column: int) -> int:
    """Indentation in a file that states none."""
    return 0


class XlsxStyles:
    """Indentation in an .xlsx file; its style sheet is read once, at the first question. `xml` has the parts that are
    unpacked already."""

    def __init__(self, archive: zipfile.ZipFile, xml: Mapping[str, bytes]) -> None:
        self.archive, self.xml = archive, xml
        self._steps: dict[int, int] | None = None

    def indents(self, part: str, rows: int) -> Indents:
        """Indentation of the label cells in the first `rows` rows of a sheet."""
        if self._steps is None:
            self._steps = _steps_of_formats(self.archive, self.xml)
        if not self._steps:
            return no_indents
        if part in self.xml:
            return _Searched(self.xml[part], self._steps, rows)
        return _known(_cell_indents(xml_pieces(self.archive, part), rows, self._steps))


class _Searched:
    """Indentation of the cells that are asked for, each searched for by its reference: a sheet has a hundred styled
    cells for every label. Labels are asked for downwards, so each search begins where the last one ended; once a cell
    is not found by its reference, all of them are looked at instead."""

    def __init__(self, xml: bytes, steps: dict[int, int], rows: int) -> None:
        self._xml, self._steps, self._rows = xml, steps, rows
        self._last, self._position = (-1, -1), 0
        self._all: Indents | None = None

    def __call__(self, row: int, column: int) -> int:
        if self._all is not None:
            return self._all(row, column)
        if column >= LABEL_COLUMNS:
            return 0
        if (row, column) < self._last:
            self._position = 0
        xml, reference = self._xml, b' r="%c%d"' % (65 + column, row + 1)
        found = xml.find(reference, self._position)
        while found >= 0:
            cell = _CELL.match(xml, xml.rfind(b"<", 0, found))
            if cell is not None and cell.end() > found:
                self._last, self._position = (row, column), found
                style = _STYLE.search(cell.group(1))
                return self._steps.get(int(style.group(1)), 0) if style else 0
            found = xml.find(reference, found + 1)
        self._all = _known(_cell_indents((xml,), self._rows, self._steps))
        return self._all(row, column)


def _known(steps: dict[tuple[int, int], int]) -> Indents:
    return lambda row, column: steps.get((row, column), 0)


def _steps_of_formats(archive: zipfile.ZipFile, xml: Mapping[str, bytes]) -> dict[int, int]:
    """Indentation steps of the cell formats that have any, by their number."""
    styles = xml.get(_STYLE_SHEET)
    if styles is None:
        if _STYLE_SHEET not in archive.NameToInfo:
            return {}
        styles = archive.read(_STYLE_SHEET)
    formats = _FORMATS.search(styles)  # the style sheet of an old book is larger than its data: no tree is built
    steps: dict[int, int] = {}
    position = -1
    for found in _FORMAT_OR_ALIGNMENT.finditer(formats.group(1) if formats else b""):
        if found.group(1) == b"xf":
            position += 1
        elif (indent := _INDENT.search(found.group(2))) and int(indent.group(1)):
            steps[position] = int(indent.group(1))
    return steps


def _cell_indents(pieces: Iterable[bytes], rows: int, steps: dict[int, int]) -> dict[tuple[int, int], int]:
    """Steps of the label cells that are indented."""
    styled = re.compile(rb"\bs=\"(?:%s)\"" % b"|".join(b"%d" % number for number in steps))
    found: dict[tuple[int, int], int] = {}
    for piece in pieces:
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
        return no_indents

    def step(row: int, column: int) -> int:
        if row >= sheet.nrows or column >= min(sheet.row_len(row), LABEL_COLUMNS):
            return 0
        return steps.get(sheet.cell_xf_index(row, column), 0)

    return step


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
    row, column, xf = sheet.styled
    steps = book.indent_of[xf]
    label = (steps > 0) & (column < LABEL_COLUMNS)
    if not label.any():
        return no_indents
    places = zip(row[label].tolist(), column[label].tolist(), strict=True)
    return _known(dict(zip(places, steps[label].tolist(), strict=True)))
