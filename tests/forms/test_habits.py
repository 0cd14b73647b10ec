"""What people do to a form, one habit a test: the same numbers are read, or the cell in doubt is named."""

from __future__ import annotations

import csv

import pytest

from ioc_pipeline.contracts.form_layout import FormRow
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.forms.form_areas import KnownRows
from tests.forms.form_grid import (
    BEDS,
    FACILITIES,
    HEALTH,
    OCCUPANCY,
    PUPILS,
    VISITORS,
    facts,
    notices,
    problems,
    read,
)


def test_every_form_reads_back_what_was_written(expected):
    assert [len(expected[f]) for f in (HEALTH, PUPILS, VISITORS)] == [65 * 7, 65, 21]


def test_moved_columns_and_a_column_inserted(health, take, expected):
    for row in health.cells:
        row[3], row[6] = row[6], row[3]
        row.insert(5, "")
    health.cells[health.find(BEDS)[0]][5] = "Ghi chú của trạm"
    health.merged = []
    reading, rows = take(health)
    assert facts(rows) == expected[HEALTH]
    assert "Ghi chú của trạm" in notices(reading)


def test_a_raised_digit_among_the_numbers_of_columns(health, take, expected):
    row, column = health.find(BEDS)
    health.cells[row + 3][column] = "5²"
    _, rows = take(health)
    assert facts(rows) == expected[HEALTH]


def test_moved_columns_take_their_printed_number_along(health, take, expected):
    row = health.find("(1)")[0]
    for cells in health.cells[row - 4 :]:
        cells[3], cells[6] = cells[6], cells[3]
    health.merged = []
    assert (health.cells[row][3], health.cells[row][6]) == ("(4)", "(1)")
    _reading, rows = take(health)
    assert facts(rows) == expected[HEALTH] and not problems(rows)


def test_extra_heading_rows_and_another_place_on_the_sheet(health, take, expected):
    health.cells = [["", *r] for r in [["UBND TỈNH"], ["SỞ Y TẾ"], [], *health.cells]]
    health.merged = []
    assert facts(take(health)[1]) == expected[HEALTH]


def test_merged_headings_and_labels_do_not_matter_merged_numbers_do(health, take):
    beds, first, second = health.column(BEDS), health.row("Phường Nha Trang"), health.row("Phường Tây Nha Trang")
    assert second == first + 1
    health.merged.append((first, beds, second, beds))
    _reading, rows = take(health)
    found = problems(rows)
    assert {code for _, code, _ in found} == {"cell.merged"} and len(found) == 2
    assert found[0][0] == f"Sheet1!E{first + 1}"


def test_notes_signatures_and_a_second_table_below(health, take, expected):
    health.cells += [
        ["Ghi chú: số liệu tính đến ngày 31/10"], ["", "", "Khánh Hòa, ngày 03 tháng 11 năm 2026"],
        ["", "NGƯỜI LẬP BIỂU", "", "", "GIÁM ĐỐC"], ["", "Nguyễn Văn A", "", "", "Trần Thị B"], [],
        ["", "", "Tuyến", "Số giường", "Năm"], ["", "", "Tỉnh", 1200, 2026], ["", "", "Huyện", 800, 2026],
    ]  # fmt: skip
    reading, rows = take(health)
    assert facts(rows) == expected[HEALTH] and not problems(rows)
    assert "ngoài bảng của biểu" in notices(reading)


@pytest.mark.parametrize("apart", [[], [["Ghi chú: số liệu tính đến ngày 31/10"]], [[]]])
def test_a_second_table_about_the_same_communes(health, take, expected, apart):
    row = health.row("Phường Nha Trang")
    code, label = health.cells[row][1], health.cells[row][2]
    health.cells[row] = [health.cells[row][0], code, label]  # left empty in the form's own table
    health.cells += [*apart, ["", "Mã xã", "Tên xã", "Kế hoạch", "Ước cả năm"], ["", code, label, 77, 88]]
    reading, rows = take(health)
    assert facts(rows) == {fact for fact in expected[HEALTH] if code not in str(fact)} and not problems(rows)
    assert "ngoài bảng của biểu" in notices(reading)


def test_a_unit_in_or_under_a_heading_is_held_against_the_form(health, take):
    row, column = health.find(BEDS)
    health.cells[row][column] = f"{BEDS} (nghìn người)"  # of no use to beds: noticed
    assert "không phải đơn vị của cột nào" in notices(take(health)[0])
    row, column = health.find("Công suất sử dụng giường bệnh")
    health.cells[row][column] += " (‰)"
    with pytest.raises(ReadRefused) as refusal:
        take(health, name="b.xlsx")
    assert refusal.value.message.code == "read.unit_line" and "ghi “‰”" in refusal.value.message.vi


def test_a_retyped_heading_and_missing_rows_are_said(health, take, expected):
    row, column = health.find(BEDS)
    health.cells[row][column] = "Giường bệnh và cáng"
    gone = health.cells.pop(health.row("Phường Nha Trang"))
    health.merged = []
    reading, rows = take(health)
    assert facts(rows) == {fact for fact in expected[HEALTH] if gone[1] not in str(fact)}
    said = notices(reading)
    assert "Tiêu đề “Giường bệnh và cáng” không phải của biểu" in said
    assert f"thiếu dòng in sẵn của biểu: {gone[1]} Phường Nha Trang" in said


def test_totals_are_never_data_and_a_wrong_one_is_said(health, take, expected):
    row, beds = health.row("Tổng số"), health.column(BEDS)
    health.cells[row][beds] += 100
    health.cells.insert(row, ["", "", "Trong đó:", "", "", "", "", "", "", ""])
    reading, rows = take(health)
    assert facts(rows) == expected[HEALTH]
    said = notices(reading)
    assert f"Sheet1!E{row + 2} Dòng tổng" in said and "Số giường bệnh thực kê" in said


def test_total_above_the_rows_and_group_headings_between(health, take, expected):
    total = health.cells.pop(health.row("Tổng số"))
    first = health.row("Phường Bắc Nha Trang")
    health.cells.insert(first, total)
    health.cells.insert(first + 5, ["", "", "II. Khu vực miền núi", "", "", "", "", "", "", ""])
    health.merged = []
    _reading, rows = take(health)
    assert facts(rows) == expected[HEALTH] and not problems(rows)


def test_formulas_give_their_saved_result_and_one_without_is_named(health, take, expected):
    row, beds = health.row("Phường Nha Trang"), health.column(BEDS)
    health.formulas[row, beds] = ("=100+1", health.cells[row][beds])
    assert facts(take(health)[1]) == expected[HEALTH]
    health.formulas[row, beds] = ("=1/0", "#DIV/0!")
    health.formulas[row + 1, beds] = ("=E1+1", "")
    found = problems(take(health, name="b.xlsx")[1])
    assert [(where, code) for where, code, _ in found][:1] == [(f"Sheet1!E{row + 1}", "formula.no_value")]


def test_a_formula_saved_without_result_by_another_program(health, catalogue, tmp_path):
    import openpyxl

    row, beds = health.row("Phường Nha Trang"), health.column(BEDS)
    path = health.save(tmp_path / "c.xlsx")
    book = openpyxl.load_workbook(path)
    book["Sheet1"].cell(row + 1, beds + 1, "=SUM(1,2)")
    book.save(path)
    found = problems(read(catalogue, HEALTH, path)[1])
    assert [(where, code) for where, code, _ in found] == [(f"Sheet1!E{row + 1}", "formula.no_value")]


def test_numbers_typed_as_text(health, take, expected):
    occupancy, beds = health.column(OCCUPANCY), health.column(BEDS)
    for row in range(health.row("Phường Bắc Nha Trang"), health.row("Tổng số")):
        health.cells[row][occupancy] = f"{health.cells[row][occupancy]} ".replace(".", ",")
        health.cells[row][beds] = f"\xa0{health.cells[row][beds]:.0f}"
    assert facts(take(health)[1]) == expected[HEALTH]


@pytest.mark.parametrize(
    ("typed", "value"), [("1.588.060", 1588060.0), ("1.588", 1588.0), ("2 588", 2588.0), ("−5", -5.0), ("12(*)", 12.0)]
)
def test_thousands_of_counts(health, take, typed, value):
    row, beds = health.row("Phường Nha Trang"), health.column(BEDS)
    health.cells[row][beds] = typed
    rows = take(health)[1]
    assert [r["value"] for r in rows if r["_location"] == f"Sheet1!E{row + 1}"] == [value]


def test_a_number_that_reads_two_ways_is_refused_by_its_cell(health, take):
    row, occupancy = health.row("Phường Nha Trang"), health.column(OCCUPANCY)
    health.cells[row][occupancy] = "1.234"
    found = problems(take(health)[1])
    assert found == [(f"Sheet1!G{row + 1}", "number.ambiguous", "1.234")]


def test_percentages_typed_in_two_ways_name_the_cells(health, take, expected):
    first, occupancy = health.row("Phường Bắc Nha Trang"), health.column(OCCUPANCY)
    same = health.cells[first][occupancy]
    health.cells[first][occupancy] = same / 100
    health.percent.add((first, occupancy))  # typed 98,5% in Excel
    health.cells[first + 1][occupancy] = f"{health.cells[first + 1][occupancy]}%".replace(".", ",")
    assert facts(take(health)[1]) == expected[HEALTH]
    health.cells[first + 2][occupancy] = 0.985
    found = problems(take(health, name="b.xlsx")[1])
    assert found == [(f"Sheet1!G{first + 3}", "percent.ambiguous", "0.985")]


@pytest.mark.parametrize(
    ("mark", "status"), [("..", "missing"), ("…", "missing"), ("-", "nil"), ("–", "nil"), ("x", "confidential")]
)
def test_marks_of_absence_are_statuses_never_zero(health, take, mark, status):
    row, beds = health.row("Phường Nha Trang"), health.column(BEDS)
    health.cells[row][beds] = mark
    (found,) = [r for r in take(health)[1] if r["_location"] == f"Sheet1!E{row + 1}"]
    assert (found["value"], found["value_status"], found["_problems"]) == (None, status, [])


def test_a_blank_cell_is_asked_for_a_blank_row_is_said(health, take):
    row, beds = health.row("Phường Nha Trang"), health.column(BEDS)
    health.cells[row][beds] = ""
    for column in range(3, 10):
        health.cells[row + 1][column] = ""
    reading, rows = take(health)
    assert problems(rows) == [(f"Sheet1!E{row + 1}", "cell.blank", None)]
    assert "chưa điền số nào" in notices(reading) and len(rows) == 64 * 7


def test_hidden_rows_and_columns_are_read_and_said_hidden_sheets_are_not_read(health, take, expected):
    row = health.row("Phường Nha Trang")
    health.hidden_rows, health.hidden_columns = {row}, {health.column(BEDS)}
    health.more = [("Cũ", [["a", 1]], True)]
    reading, rows = take(health)
    assert facts(rows) == expected[HEALTH]
    said = notices(reading)
    assert f"Dòng {row + 1} đang ẩn" in said and "Cột E đang ẩn" in said and "“Cũ” đang ẩn" in said


def test_two_sheets_of_which_one_is_the_form(health, take, expected):
    health.more = [("Theo dõi", [["Ngày", "Việc"], ["1/10", 3]], False)]
    assert facts(take(health)[1]) == expected[HEALTH]


def test_two_tables_of_the_form_on_two_sheets_are_both_read(health, take, expected):
    rows = health.row("Tổng số") - 30
    other = [r for n, r in enumerate(health.cells) if not health.row("Phường Bắc Nha Trang") <= n < rows]
    health.cells = [r for n, r in enumerate(health.cells) if n < rows]
    health.merged = []
    health.more = [("Phần 2", other, False)]
    assert facts(take(health)[1]) == expected[HEALTH]


def test_english_and_old_tone_headings_and_lost_marks(health, take, expected):
    row, column = health.find(BEDS)
    health.cells[row][column] = "SO GIUONG BENH THUC KE"
    health.cells[row][health.column(FACILITIES)] = "Health facilities"
    health.cells[row][health.column(OCCUPANCY)] = "Công suất sử dụng giường bệnh (%)"
    assert facts(take(health)[1]) == expected[HEALTH]


def test_a_missing_column_is_refused_with_its_title(health, take):
    column = health.column(BEDS)
    for row in health.cells:
        del row[column]
    health.merged = []
    with pytest.raises(ReadRefused) as refusal:
        take(health)
    assert BEDS in refusal.value.message.vi and "Sheet1!" in refusal.value.message.vi


def test_a_heading_that_was_renamed_is_asked_about(health, take):
    row, column = health.find(BEDS)
    health.cells[row][column], health.cells[row + 2][column] = "Giường bệnh thực hiện", "Beds of hospitals"
    health.merged = []
    with pytest.raises(ReadRefused) as refusal:
        take(health)
    assert "“Giường bệnh thực hiện” có phải là" in refusal.value.message.vi


def test_a_column_that_stands_twice_is_refused_with_both_cells(health, take):
    for row in health.cells:
        row.append(row[health.column(BEDS)] if len(row) > 4 else "")
    health.merged = []
    with pytest.raises(ReadRefused) as refusal:
        take(health)
    assert "E" in refusal.value.message.vi and "K" in refusal.value.message.vi


def test_names_instead_of_codes(health, take, expected):
    for row in range(health.row("Phường Bắc Nha Trang"), health.row("Tổng số")):
        health.cells[row][1] = ""
        health.cells[row][2] = health.cells[row][2].replace("Phường ", "P. ").replace("òa", "oà")
    assert facts(take(health)[1]) == expected[HEALTH]


def test_a_name_of_two_communes_names_both():
    ward, commune = FormRow("00001", Text("Phường Hòa Bình", "")), FormRow("00002", Text("Xã Hòa Bình", ""))
    known = KnownRows((ward, commune), communes=True)
    assert known.identify("", "X. Hoà Bình").code == "00002"
    found = known.identify("", "Hòa Bình")
    assert (found.code, found.problem) == (None, "area.ambiguous")
    assert "00001 Phường Hòa Bình" in found.raw and "00002 Xã Hòa Bình" in found.raw
    assert known.identify(2.0, "").code == "00002", "leading zeros that Excel took come back"


def test_a_district_is_not_the_commune_of_its_name():
    known = KnownRows((FormRow("22366", Text("Phường Nha Trang", "")),), communes=True)
    found = known.identify("", "Thành phố Nha Trang")
    assert (found.code, found.problem) == (None, "area.district")
    assert known.identify("", "P.Nha Trang").code == "22366"


def test_a_code_and_a_name_that_disagree(health, take):
    row = health.row("Phường Nha Trang")
    health.cells[row][2] = "Phường Cam Ranh"
    found = problems(take(health)[1])
    assert {code for _, code, _ in found} == {"area.mismatch"} and len(found) == 7
    assert found[0][2] == "22366 / Phường Cam Ranh"


def test_an_unknown_commune_is_asked_about(health, take):
    row = health.row("Phường Nha Trang")
    health.cells[row][1], health.cells[row][2] = "", "Phường Nha Tramg"
    found = problems(take(health)[1])
    assert {code for _, code, _ in found} == {"area.unknown"} and "Phường Nha Trang?" in found[0][2]


def test_codes_that_excel_made_numbers(health, take, expected):
    for row in range(health.row("Phường Bắc Nha Trang"), health.row("Tổng số")):
        health.cells[row][1] = int(health.cells[row][1])
    assert facts(take(health)[1]) == expected[HEALTH]


def test_a_csv_saved_from_the_form(health, catalogue, tmp_path, expected):
    path = tmp_path / "bieu.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [str(v).replace(".", ",") if isinstance(v, float) else v for v in row] for row in health.cells
        )
    _, rows = read(catalogue, HEALTH, path)
    assert facts(rows) == expected[HEALTH]


def test_an_xls_saved_from_the_form(health, catalogue, tmp_path, expected):
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Bieu")
    for r, row in enumerate(health.cells):
        for c, value in enumerate(row):
            if value != "":
                sheet.write(r, c, value)
    path = tmp_path / "bieu.xls"
    book.save(str(path))
    assert facts(read(catalogue, HEALTH, path)[1]) == expected[HEALTH]
