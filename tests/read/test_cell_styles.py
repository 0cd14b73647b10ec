"""Indentation searched for by a cell's reference is what looking at every cell gives."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from ioc_pipeline.read.workbooks.cell_styles import XlsxStyles
from ioc_pipeline.read.workbooks.sheet_facts import Facts, xlsx_facts
from ioc_pipeline.read.workbooks.spreadsheet import open_workbook
from tests.read.nso_books import as_strict

STYLES = (
    b'<styleSheet><cellXfs><xf/><xf><alignment indent="2"/></xf><xf><alignment indent="1"/></xf></cellXfs></styleSheet>'
)
ROWS = 12
SHEETS = {
    "plain": b'<row r="1"><c r="A1" s="1"/><c r="B1" s="2"><v>1</v></c></row><row r="12"><c r="A12" s="2"/></row>',
    "style first": b'<row r="2"><c s="1" r="A2" t="s"><v>0</v></c><c s="0" r="B2"/></row>',
    "prefix": b'<x:row r="1"><x:c r="A1" s="1"/></x:row>',
    "in a formula": b'<row r="1"><c r="B1" s="2"><f>"a r="A3" s="1"</f></c></row><row r="3"><c r="A3"/></row>',
    "line breaks": b'<row r="1"><c\n r="A1"\n s="1"/><c\tr="B1" s="2"/></row>',
    "no references": b'<row><c s="1"/><c s="2"/></row>',
    "far to the right": b'<row r="1"><c r="A1"/><c r="F1" s="1"/><c r="G1" s="1"/><c r="AA1" s="1"/></row>',
}


@pytest.mark.parametrize("name", SHEETS)
def test_searched_as_looked_at(name: str) -> None:
    part, content = "xl/worksheets/sheet1.xml", b"<sheetData>" + SHEETS[name] + b"</sheetData>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/styles.xml", STYLES)
        archive.writestr(part, content)
    archive = zipfile.ZipFile(packed)
    every = XlsxStyles(archive, {}).indents(part, ROWS)
    cells = [(row, column) for row in range(ROWS) for column in range(8)]
    expected = {cell: every(*cell) for cell in cells}
    for asked in (cells, cells[::-1], cells[::5]):  # downwards, upwards, with cells left out
        searched = XlsxStyles(archive, {part: content, "xl/styles.xml": STYLES}).indents(part, ROWS)
        assert {cell: searched(*cell) for cell in asked} == {cell: expected[cell] for cell in asked}
    if name == "plain":
        assert (expected[0, 0], expected[0, 1], expected[11, 0]) == (2, 1, 1)


def test_a_strict_book_says_as_much_about_its_cells(tmp_path: Path) -> None:
    """Indentation, percent formats, formulas without a result and what is hidden, in both ways Excel saves .xlsx."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("XK")
        sheet.write("A1", "Dầu thô", made.add_format({"indent": 2}))
        sheet.write("B1", 0.985, made.add_format({"num_format": "0.0%"}))
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})
    facts = {"XK": Facts({(0, 1)}, {(1, 2)}, {1}, {3})}
    for book in (path, as_strict(path)):
        with zipfile.ZipFile(book) as archive:
            assert xlsx_facts(archive) == facts
        assert open_workbook(book, book.name).sheets[0].indent(0, 0) == 2
