"""Dates, codes, periods, units and texts in the cells of a form: certain ones are read, others name their cell."""

from __future__ import annotations

from datetime import date

import pytest

from ioc_pipeline.messages import ReadRefused
from tests.forms.form_grid import (
    BEDS,
    HEALTH,
    OCCUPANCY,
    PUPILS,
    VISITORS,
    Grid,
    facts,
    filled,
    grid_of,
    notices,
    problems,
    read,
)


def test_dates_as_text_as_serial_and_impossible(forms, take, expected):
    grid = grid_of(forms[PUPILS])
    day, first = grid.column("Ngày số liệu"), grid.row("Phường Bắc Nha Trang")
    grid.cells[first][day], grid.cells[first + 1][day] = "15/10/2026", 46310  # the serial number of that day
    assert date(1899, 12, 30).toordinal() + 46310 == date(2026, 10, 15).toordinal()
    assert facts(take(grid, PUPILS)[1]) == expected[PUPILS]
    grid.cells[first][day] = "31/02/2026"
    found = problems(take(grid, PUPILS, "b.xlsx")[1])
    assert [(code, raw) for _, code, raw in found] == [("date.impossible", "31/02/2026")]


def test_drop_down_names_and_codes(forms, take, expected):
    grid = grid_of(forms[PUPILS])
    kind, first = grid.column("Loại số liệu"), grid.row("Phường Bắc Nha Trang")
    assert grid.cells[first][kind] == "Thực hiện"
    grid.cells[first][kind], grid.cells[first + 1][kind] = "actual", "thực  hiện"
    assert facts(take(grid, PUPILS)[1]) == expected[PUPILS]


def test_indicators_by_name_and_a_unit_that_was_changed(forms, take, expected):
    grid = grid_of(forms[VISITORS])
    row = grid.row("DL_KHACH_NOIDIA")
    grid.cells[row][1], grid.cells[row][2] = "", "- khách nội địa"
    assert facts(take(grid, VISITORS)[1]) == expected[VISITORS]
    grid.cells[grid.row("DL_THU")][3] = "triệu đồng"
    found = problems(take(grid, VISITORS, "b.xlsx")[1])
    assert {code for _, code, _ in found} == {"unit.other"} and len(found) == 3


@pytest.mark.parametrize("typed", ["Tháng 10 năm 2026", "10/2026", "2026-10", "T10/2026", date(2026, 10, 1)])
def test_the_period_cell_decides(health, take, expected, typed):
    row, column = health.find("Tháng 10/2026")
    health.cells[row][column] = typed
    health.metadata["period"] = "2026-09"
    reading, rows = take(health)
    assert facts(rows) == expected[HEALTH]
    assert "tháng 9/2026" in notices(reading), "a form made for another month is said"


def test_a_period_that_nobody_understands_or_contradicts_is_refused(health, take):
    row, column = health.find("Tháng 10/2026")
    with pytest.raises(ReadRefused, match="tháng 9/2026"):
        take(health, name="bieu_2026-09.xlsx")
    health.cells[row][column] = "kỳ này"
    with pytest.raises(ReadRefused, match="Kỳ báo cáo"):
        take(health, name="b.xlsx")


def test_the_form_of_another_feed_or_province_says_where_it_belongs(forms, catalogue, health, take):
    with pytest.raises(ReadRefused, match="inbox/education_pupils"):
        read(catalogue, HEALTH, forms[PUPILS])
    health.metadata["province"] = "79"
    with pytest.raises(ReadRefused, match="79"):
        take(health)


def test_an_empty_form_is_refused_in_words(catalogue, tmp_path):
    from ioc_pipeline.forms.form_file import write_form

    path = tmp_path / "trong.xlsx"
    write_form(catalogue.feeds[HEALTH], catalogue, path, period="2026-10")
    with pytest.raises(ReadRefused, match="chưa điền số nào"):
        read(catalogue, HEALTH, path)


def test_another_workbook_altogether_is_refused_with_the_headings_it_needs(take):
    with pytest.raises(ReadRefused, match=BEDS):
        take(Grid([["a", "b"], [1, 2]]))


def test_text_that_looks_like_a_formula_stays_text(health, take):
    row, beds = health.row("Phường Nha Trang"), health.column(BEDS)
    health.cells[row][beds] = '=HYPERLINK("http://x","y")'
    found = problems(take(health)[1])
    assert found == [(f"Sheet1!E{row + 1}", "number.text", '=HYPERLINK("http://x","y")')]


def test_a_row_copied_twice_reaches_the_suite_as_two(health, take):
    row = health.row("Phường Nha Trang")
    health.cells.insert(row, list(health.cells[row]))
    rows = take(health)[1]
    assert len([r for r in rows if r["area"] == "22366"]) == 14


def test_numbers_typed_over_the_example_are_pointed_at(health, take, expected):
    example = next(r for r, row in enumerate(health.cells) if str(row[0]).startswith("Ví dụ"))
    health.cells[example][health.column(BEDS)] = 777
    reading, rows = take(health)
    assert facts(rows) == expected[HEALTH] and "Ví dụ" in notices(reading)


def test_simulated_forms_say_so_without_their_metadata(catalogue, tmp_path):
    grid = grid_of(filled(catalogue, HEALTH, tmp_path, simulated=True))
    grid.metadata = {}
    reading, rows = read(catalogue, HEALTH, grid.save(tmp_path / "b.xlsx"))
    assert reading.simulated and all(r["simulated"] for r in rows)


def test_a_unit_in_a_cell_and_a_footnote(health, forms, take):
    row, column = health.find(OCCUPANCY)
    data = max(r for r in range(row + 1, len(health.cells)) if isinstance(health.cells[r][column], float))
    beds = health.find(BEDS)[1]
    kept = health.cells[data][column], health.cells[data][beds]
    health.cells[data][column] = f"{kept[0] * 10:.1f}‰".replace(".", ",")
    health.cells[data][beds] = f"{kept[1]:.0f}*"
    _, rows = take(health)
    assert {r["value"] for r in rows} == {r["value"] for r in take(grid_of(forms[HEALTH]))[1]} and not problems(rows)
    doubts = [(d["column"], d["raw"], d["reading"], d["code"]) for r in rows for d in r["_doubts"]]
    assert doubts == [("value", f"{kept[1]:.0f}*", repr(float(kept[1])), "number.footnote")]


def test_a_line_of_units_above_the_table(forms, take, expected):
    visitors = grid_of(forms[VISITORS])
    top = next(r for r, cells in enumerate(visitors.cells) if not any(cells))
    visitors.cells[top][0] = "Đơn vị tính: tỷ đồng, nghìn lượt"
    _, rows = take(visitors, VISITORS)
    assert facts(rows) == expected[VISITORS]
    visitors.cells[top][0] = "ĐVT: triệu đồng"
    with pytest.raises(ReadRefused) as error:
        take(visitors, VISITORS)
    assert error.value.message.code == "read.unit_line" and f"A{top + 1}" in error.value.message.vi
