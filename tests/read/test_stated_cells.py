"""Workbooks on which two readers, or a reader and the file, disagree: said with sheet and cell."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.workbooks.spreadsheet import Workbook, open_workbook, read_second
from tests.read.nso_books import as_strict, exports, write_xls, write_xlsx


def book(path: Path, cells: str, strings: str = "", *, strict: bool = False) -> Workbook:
    """A workbook whose first sheet is the given XML rows; `strict`: saved as Strict Open XML."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(str(plain)) as made:
        made.add_worksheet("XK").write("A1", "a")
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                rows = f"<sheetData>{cells}</sheetData>".encode()
                content = re.sub(rb"<sheetData>.*</sheetData>", rows, content, flags=re.DOTALL)
            if part == "xl/sharedStrings.xml" and strings:
                content = re.sub(rb"<si>.*</si>", strings.encode(), content, flags=re.DOTALL)
            new.writestr(part, content)
    return open_workbook(as_strict(path) if strict else path, path.name)


@pytest.mark.parametrize(
    ("cells", "cell", "says"),
    [
        ('<row r="4"><c r="B4"><v>1</v></c><c r="B4"><v>2</v></c></row>', "B4", "stated more than once"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>7</v></c></row>', "A1",
         "A1 is “7.0” (calamine, taken) and “1” (openpyxl)"),
        ('<row r="1"><c r="A1"><v>1</v></c></row></sheetData><sheetData><row r="2"><c r="C2"><v>9</v></c></row>', "C2",
         "does not see (first C2)"),
    ],
)  # fmt: skip
def test_a_disagreement_is_said_with_sheet_and_cell(tmp_path: Path, cells: str, cell: str, says: str) -> None:
    (notice,) = read_second(book(tmp_path / "a.xlsx", cells))
    assert notice.location == f"XK!{cell}" and says in notice.text.en
    assert "Trang tính “XK”" in notice.text.vi and "Excel" in notice.text.vi


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row>',  # a blank shared string
        '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',  # in another order
        "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",  # without references
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
    ],
)
def test_blank_texts_and_odd_orders_are_no_disagreement(tmp_path: Path, cells: str) -> None:
    opened = book(tmp_path / "a.xlsx", cells, "<si><t></t></si>")
    assert read_second(opened) == [] and opened.sheets[0].rows


@pytest.mark.parametrize("strict", [False, True])
def test_formulas_that_show_an_error_are_named_without_a_second_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    monkeypatch.setattr("ioc_pipeline.read.workbooks.spreadsheet._Second.rows_of", None)
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    opened = book(tmp_path / "a.xlsx", cells, strict=strict)
    assert read_second(opened) == [] and opened.sheets[0].rows == [[1.0]]
    (notice,) = opened.errors
    assert notice.location == "XK!C1" and "#DIV/0!" in notice.text.vi and "#DIV/0!" in notice.text.en


def test_a_sheet_too_large_to_be_compared_whole_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ioc_pipeline.read.workbooks.stated_cells._MOST", 2)
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c><c r="C1"><v>4</v></c></row>'
    (notice,) = read_second(book(tmp_path / "a.xlsx", cells))
    assert notice.location == "XK" and "only the first 2 were compared" in notice.text.en


def test_ordinary_books_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("compared")

    path = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()})
    monkeypatch.setattr("ioc_pipeline.read.workbooks.spreadsheet.compared", never)
    assert open_workbook(path, path.name).sheets


def test_a_legacy_book_that_only_xlrd_reads_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ioc_pipeline.read.workbooks import spreadsheet

    def unusual(content: bytes) -> None:
        raise spreadsheet.Unusual

    path = write_xls(tmp_path / "b.xls", {"XK": exports()}, "Arial")
    assert read_second(open_workbook(path, path.name)) == []
    monkeypatch.setattr(spreadsheet, "read_biff", unusual)
    (notice,) = read_second(open_workbook(path, path.name))
    assert notice.location == "XK" and "(xlrd)" in notice.text.vi and "(biff)" in notice.text.en


def test_a_sheet_with_a_doctype_is_refused_before_it_is_read(tmp_path: Path) -> None:
    plain = write_xlsx(tmp_path / "plain.xlsx", {"XK": exports()})
    path = tmp_path / "cười.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY l "lol">]>', 1)
            new.writestr(part, content)
    with pytest.raises(ReadRefused) as refused:
        open_workbook(path, path.name)
    assert refused.value.message.code == "file.doctype" and "DOCTYPE" in refused.value.message.vi
