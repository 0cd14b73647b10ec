"""Workbooks sent to a feed of records: read like the same CSV, and never more certain than their cells."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlwt
from xlsxwriter import Workbook

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Column
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.records import workbook_records
from tests.read.declared_feeds import declared_feed
from tests.read.record_feeds import COLUMNS, read, record_feed, refusal

HEADER = ("Mã hồ sơ", "Tên", "Ngày nhận", "Số tiền", "Số lượng", "Có phí")
NAME = "tệp.xlsx"
Change = Callable[[Workbook], None]


def book(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with a sheet of rows for each keyword."""
    return changed(lambda _: None, **sheets)


def changed(change: Change, **sheets: Sequence[Sequence[Any]]) -> bytes:
    """The same, changed before it is saved."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as workbook:
        days = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(r, c, value, days)
                    elif isinstance(value, str) and not value.startswith("="):
                        sheet.write_string(r, c, value)
                    elif value is not None:
                        sheet.write(r, c, value)
        change(workbook)
    return stream.getvalue()


def xls(rows: Sequence[Sequence[Any]]) -> bytes:
    """A legacy workbook of one sheet `A`."""
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("A")
    days = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value, *([days] if isinstance(value, date) else []))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_a_workbook_reads_like_the_same_csv(tmp_path: Path) -> None:
    rows = [
        ("007", "Đặng Thị Vỹ", datetime(2026, 1, 31, 23, 59, 59), 1234.5, 7, True),
        ("008", None, "31/02/2026", "mười", 2.5, "chưa"),
        ("009", "b", "05/03/2026", "1.234,5", None, False),
        (None, "không mã", date(2026, 2, 1), 0.1, 12345678, None),
    ]
    lines = [
        "007;Đặng Thị Vỹ;31/01/2026 23:59:59;1234.5;7;true",
        "008;;31/02/2026;mười;2.5;chưa",
        "009;b;05/03/2026;1.234,5;;false",
        ";không mã;01/02/2026;0.1;12345678;",
    ]
    sheet = read(tmp_path, book(Data=[HEADER, *rows]), name=NAME)
    text = read(tmp_path, "\n".join([";".join(HEADER), *lines, ""]))
    names = [*(c.name for c in COLUMNS), "_row", "_doubts"]
    assert [[r[n] for n in names] for r in sheet.rows] == [[r[n] for n in names] for r in text.rows]
    assert sheet.codes() == text.codes() and any(sheet.codes())
    assert sheet.column("_location") == [f"Data!A{n}" for n in (2, 3, 4, 5)]
    assert json.loads(sheet.rows[1]["_cells"])["so"] == "Data!D3"
    assert sheet.reading.notices == ()


def test_dossiers_as_a_workbook_are_the_rows_of_their_csv(tmp_path: Path) -> None:
    feed = declared_feed("dossiers")
    form = "%Y%m%d%H%M%S"
    names = ("MaHoSo", "MaTTHC", "DonViXuLy", "MaXa", "KenhThucHien", "NgayTiepNhan", "NgayHenTra", "CapNhatLuc")
    later = datetime(2026, 1, 9, 17)
    rows = [
        (f"H32.02-260102-{n:04}", "1.010708", "000.00.00.H32", "00001", 2, datetime(2026, 1, 2, 8, 0, n), later, later)
        for n in range(1, 20)
    ]
    rows[3] = ("H32.02-260102-0004", None, "H32", "1", 9, None, later, later)
    lines = [",".join(f"{v:{form}}" if isinstance(v, datetime) else str(v or "") for v in row) for row in rows]
    titles = [*names, *(c.name for c in feed.columns if not {c.name, *c.aliases} & set(names))]
    rest = [""] * (len(titles) - len(names))
    csv = "\n".join([",".join(titles), *(",".join([line, *rest]) for line in lines), ""])
    columns = [*(c.name for c in feed.columns), "_problems", "_doubts"]
    text = read(tmp_path, csv, feed=feed)
    sheet = read(tmp_path, book(A=[titles, *rows]), name=NAME, feed=feed)
    assert [[r[n] for n in columns] for r in sheet.rows] == [[r[n] for n in columns] for r in text.rows]
    assert sheet.codes() == text.codes() and sheet.column("ngay_tiep_nhan")[0] == datetime(2026, 1, 2, 8, 0, 1)


def test_a_legacy_workbook_is_read_too(tmp_path: Path) -> None:
    rows = [HEADER, ("001", "Đặng", date(2026, 1, 2), 0.5, 3, True), (2, "", "x")]
    found = read(tmp_path, xls(rows), name="tệp.xls")
    first = found.rows[0]
    assert (first["ma"], first["ten"], first["ngay"]) == ("001", "Đặng", datetime(2026, 1, 2))
    assert (first["so"], first["dem"], first["co"], first["_location"]) == (0.5, 3, True, "A!A2")
    assert found.codes() == [[], ["code.number", "date.format"]]


def test_a_code_that_became_a_number_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, book(A=[HEADER, ("001", "a"), (1, "b"), (date(2026, 1, 2), "c")]), name=NAME)
    assert found.column("ma") == ["001", None, None]
    assert found.codes() == [[], ["code.number"], ["code.number"]]
    assert found.rows[1]["_problems"][0]["raw"] == "1"


def test_parts_of_the_key_that_excel_changed_are_refused(tmp_path: Path) -> None:
    feed = declared_feed("province_published")
    rows = [("2025", "1.10"), (2025, 1.1), (date(2026, 1, 1), None)]
    header = ("indicator", "area", "measure", "data_type", "unit", "value", "period", "item")
    table = [header, *(("x", "56", "level", "official", "%", 1, *row) for row in rows)]
    found = read(tmp_path, book(A=table), name=NAME, feed=feed)
    problems = [{p["column"]: p["code"] for p in r["_problems"]} for r in found.rows]
    assert [p.get("item") for p in problems] == [None, "code.number", None]
    assert [p.get("period") for p in problems] == [None, None, "period.unknown"]
    assert found.column("period")[:2] == ["2025", "2025"]


def test_a_unit_line_above_the_table_is_held_against_the_contract(tmp_path: Path) -> None:
    codes = load_catalogue().codes
    feed = record_feed((Column("ma", "VARCHAR", identifier=True), Column("so", "DOUBLE", unit="tỷ đồng")))
    rows = [("ma", "so"), ("a", 1)]
    assert read(tmp_path, book(A=[("ĐVT: Tỷ đồng",), *rows]), name=NAME, feed=feed, codes=codes).column("so") == [1.0]
    error = refusal(tmp_path, book(A=[("ĐVT: Triệu đồng",), *rows]), name=NAME, feed=feed, codes=codes)
    assert error.message.code == "read.unit_line" and "A!A1" in error.message.vi


def test_numbers_of_cells_say_nothing_about_the_marks_of_texts(tmp_path: Path) -> None:
    found = read(tmp_path, book(A=[HEADER, ("a", "", None, 12.5), ("b", "", None, "1.234")]), name=NAME)
    assert found.column("so") == [12.5, None] and found.codes()[1] == ["number.ambiguous"]
    found = read(tmp_path, book(A=[HEADER, ("a", "", None, 1.234), ("b", "", None, 12345678901234)]), name=NAME)
    assert found.column("so") == [1.234, 12345678901234.0] and found.codes() == [[], []]


def test_percent_cells_are_what_the_sheet_shows(tmp_path: Path) -> None:
    def percents(workbook: Workbook) -> None:
        form = workbook.add_format({"num_format": "0.0%"})
        for row, value in enumerate((0.985, 1, 0.01234), 1):
            workbook.get_worksheet_by_name("A").write_number(row, 1, value, form)

    feed = record_feed((Column("ma", "VARCHAR", identifier=True), Column("ty_le", "DOUBLE", unit="%")))
    content = changed(percents, A=[("ma", "ty_le"), ("a",), ("b",), ("c",)])
    found = read(tmp_path, content, name=NAME, feed=feed)
    assert found.column("ty_le") == [98.5, 100.0, 1.234] and found.codes() == [[], [], []]


def test_an_error_cell_and_a_formula_without_result_are_problems_of_their_cells(tmp_path: Path) -> None:
    def formulas(workbook: Workbook) -> None:
        sheet = workbook.get_worksheet_by_name("A")
        sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("E3", "=1+1", None, "")
        sheet.write_formula("D4", "=1/0", None, "#DIV/0!")  # a row that holds nothing else

    found = read(tmp_path, changed(formulas, A=[HEADER, ("a",), ("b",)]), name=NAME)
    assert [[(p["column"], p["code"]) for p in r["_problems"]] for r in found.rows] == [
        [("so", "formula.no_value")], [("dem", "formula.no_value")], [("so", "formula.no_value")],
    ]  # fmt: skip


def test_title_rows_blank_rows_and_hidden_rows(tmp_path: Path) -> None:
    def hide(workbook: Workbook) -> None:
        workbook.get_worksheet_by_name("A").set_row(5, None, None, {"hidden": True})

    rows = [("SỞ Y TẾ",), (), (None, *HEADER), (None, "a"), (None, "  "), (None, "b"), ()]
    found = read(tmp_path, changed(hide, A=rows), name=NAME)
    assert found.column("ma") == ["a", "b"] and found.column("_location") == ["A!B4", "A!B6"]
    said = [(n.text.en, n.location) for n in found.reading.notices]
    assert said == [
        ("1 line(s) above the header row were not read.", "A!A3"), ("Row 6 is hidden, still read.", "A!A6"),
    ]  # fmt: skip


def test_a_cell_merged_over_records_is_a_problem_of_each(tmp_path: Path) -> None:
    def merge(workbook: Workbook) -> None:
        workbook.get_worksheet_by_name("A").merge_range("D2:D3", 5)

    found = read(tmp_path, changed(merge, A=[HEADER, ("a",), ("b",), ("c", "", None, 1)]), name=NAME)
    assert found.codes() == [["cell.merged"], ["cell.merged"], []] and found.column("so") == [None, None, 1.0]


def test_sheets_with_the_same_columns_are_all_read(tmp_path: Path) -> None:
    sheets = book(Q1=[HEADER, ("a", "x")], Note=[("Ghi chú",)], Q2=[("Tên", "Ma", *HEADER[2:]), ("y", "b")])
    found = read(tmp_path, sheets, name=NAME)
    assert found.column("ma") == ["a", "b"] and found.column("ten") == ["x", "y"]
    assert found.column("_location") == ["Q1!A2", "Q2!A2"]
    assert [(n.location, "not read" in n.text.en) for n in found.reading.notices] == [("Note", True)]


def test_sheets_with_different_columns_are_refused_by_name(tmp_path: Path) -> None:
    error = refusal(tmp_path, book(Q1=[HEADER, ("a",)], Q2=[HEADER[:3], ("b",)]), name=NAME)
    assert error.message.code == "read.sheets_differ" and "“Q1”, “Q2”" in error.message.vi


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    def hide(workbook: Workbook) -> None:
        workbook.get_worksheet_by_name("Cu").hide()

    found = read(tmp_path, changed(hide, A=[HEADER, ("a",)], Cu=[HEADER, ("cũ",)]), name=NAME)
    assert found.column("ma") == ["a"] and [n.location for n in found.reading.notices] == ["Cu"]


def test_the_label_of_generated_data_holds_for_the_rows(tmp_path: Path) -> None:
    from ioc_pipeline.contracts.form_layout import SIMULATED_LABEL

    found = read(tmp_path, book(A=[(SIMULATED_LABEL,), HEADER, ("a",)]), name=NAME)
    assert found.column("simulated") == [True] and found.reading.simulated


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (book(A=[("x", "y")]), "read.no_header"),
        (book(A=[HEADER]), "read.no_records"),
        (book(A=[HEADER[1:], ("a",)]), "read.column_missing"),
        (book(A=[("Mã hồ sơ", "ma"), ("a", "b")]), "read.column_twice"),
    ],
)
def test_refusals(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(tmp_path, content, name=NAME).message.code == code


def test_other_archives_and_damaged_workbooks_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(tmp_path, stream.getvalue(), name=NAME).message.code == "read.other_format"
    with pytest.raises(ReadRefused) as caught:
        read(tmp_path, book(A=[HEADER, ("a",)])[:-500], name=NAME)
    assert caught.value.message.code == "file.truncated"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO(book(A=[HEADER, ("a",)]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/more.xml", "w") as part:
        for _ in range(65):
            part.write(bytes(1 << 20))
    with pytest.raises(ReadRefused) as caught:
        read(tmp_path, stream.getvalue(), name=NAME)
    assert caught.value.message.code == "file.too_large"


def test_more_rows_than_fit_are_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_records, "MAX_ROWS", 3)
    content = book(A=[HEADER, ("a",), ("b",)], B=[HEADER, ("c",), ("d",)])
    error = refusal(tmp_path, content, name=NAME)
    assert error.message.code == "read.too_large" and "CSV" in error.message.vi


def test_dates_are_taken_whatever_forms_the_contract_has(tmp_path: Path) -> None:
    columns = (
        Column("ma", "VARCHAR", identifier=True, title=Text("Mã", "Code")),
        Column("ngay", "DATE", formats=("%d/%m/%Y",)),
        Column("luc", "TIMESTAMP", formats=("%d/%m/%Y", "%Y%m%d%H%M%S")),
    )
    moment = datetime(2026, 3, 4, 5, 6, 7)
    rows = [("ma", "ngay", "luc"), ("a", moment, moment), ("b", date(2026, 3, 4), date(2026, 3, 4))]
    found = read(tmp_path, book(A=rows), name=NAME, feed=record_feed(columns))
    assert found.column("ngay") == [date(2026, 3, 4)] * 2
    assert found.column("luc") == [moment, datetime(2026, 3, 4)] and found.codes() == [[], []]
