"""The monthly workbook: tables by title, headings of several rows, hierarchy, what is reported and not guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ioc_pipeline.messages import ReadRefused
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.statistics.nso_workbook import read_workbook
from tests.read.answer_key import nso_feed
from tests.read.nso_books import Rows, budget, exports, read, write_xls, write_xlsx


def find(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


def told(reading: Reading, words: str) -> list[str]:
    return [notice.text.en for notice in reading.notices if words in notice.text.en]


def test_headings_of_several_unmerged_rows(tmp_path: Path) -> None:
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"bất kỳ": exports()}))
    rice = find(rows, indicator="NSO_XK_LUONG", item="Gạo", data_type="estimate")
    assert (rice["value"], rice["unit"], rice["measure"]) == (550.0, "nghìn tấn", "period")
    assert (rice["period"], rice["period_kind"], rice["period_end"]) == ("2017-05", "month", date(2017, 5, 31))
    assert (rice["area"], rice["sheet"], rice["cell"], rice["_location"]) == ("VN", "bất kỳ", "E13", "bất kỳ!E13")
    assert (rice["source_table"], rice["value_text"], rice["simulated"]) == ("Hàng hóa xuất khẩu", "550", False)
    before = find(rows, indicator="NSO_XK_TRIGIA", item="Gạo", data_type="actual")
    assert (before["value"], before["period"], before["unit"]) == (252.25, "2017-04", "triệu USD")
    assert reading.received == len(rows) and [row["_row"] for row in rows] == list(range(1, len(rows) + 1))


def test_columns_of_the_file_are_those_of_the_contract(tmp_path: Path) -> None:
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}))
    assert list(rows[0]) == [*(column.name for column in nso_feed().columns), "_row", "_location", "_problems"]
    assert all(row["_problems"] == [] for row in rows)


def test_a_part_is_named_with_its_parent(tmp_path: Path) -> None:
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}))
    whole = find(rows, indicator="NSO_XK_TRIGIA", item=None, data_type="estimate")
    assert whole["value"] == 17200
    part = find(rows, indicator="NSO_XK_TRIGIA", item="Khu vực có vốn đầu tư NN > Dầu thô", data_type="estimate")
    assert part["cell"] == "F11"
    assert find(rows, indicator="NSO_XK_TRIGIA", item="Dầu thô", data_type="estimate")["cell"] == "F14"


def test_a_footnote_gives_its_rows_another_unit(tmp_path: Path) -> None:
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}))
    cars = find(rows, indicator="NSO_XK_LUONG", item="Ô tô > Nguyên chiếc", data_type="estimate")
    assert (cars["value"], cars["unit"], cars["_problems"]) == (9.0, "nghìn chiếc", [])


def test_a_mark_without_its_footnote_is_no_guess(tmp_path: Path) -> None:
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": exports()[:-1]}))
    cars = find(rows, indicator="NSO_XK_LUONG", item="Ô tô > Nguyên chiếc", data_type="estimate")
    assert [(p["clause"], p["code"]) for p in cars["_problems"]] == [("IOC-SACH-11", "unit.unknown")]


def test_ministries_and_provinces(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Sheet1": budget()}, {("Sheet1", r, 1): 1 for r in (10, 13, 14)})
    reading, rows = read(path)
    assert not told(reading, "group heading")
    health = find(rows, item="Trung ương > Bộ Y tế", measure="ytd")
    assert (health["value"], health["unit"], health["area"]) == (1280.0, "tỷ đồng", "VN")
    khanh_hoa = find(rows, area_name="Khánh Hoà", measure="period")
    assert (khanh_hoa["area"], khanh_hoa["item"], khanh_hoa["value"]) == ("56", "Địa phương", 2843.381)
    index = find(rows, area="79", measure="ytd_yoy")
    assert (index["unit"], index["value"], index["period"]) == ("%", 102.5, "2017-05")


def test_parts_of_a_group_without_any_indentation(tmp_path: Path) -> None:
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"V": budget()}))
    find(rows, item="Trung ương > Bộ Y tế", measure="ytd")
    find(rows, item="Địa phương", area="VN", measure="ytd")


def test_parts_listed_below_the_first(tmp_path: Path) -> None:
    rows_in = exports()
    rows_in[15:16] = [
        [None, "  Trong đó: Nguyên chiếc", 6.75, 169.5, 9, 187.5],
        [None, "               Phụ tùng", None, 1.5, None, 2.5],
        [None, "Xe máy", None, 3.5, None, 4.5],
    ]
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": rows_in}))
    find(rows, item="Ô tô > Nguyên chiếc", indicator="NSO_XK_TRIGIA", data_type="estimate")
    find(rows, item="Ô tô > Phụ tùng", data_type="estimate")
    find(rows, item="Xe máy", data_type="estimate")


def test_an_unknown_province_is_quarantined(tmp_path: Path) -> None:
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"V": budget(province="Hà Tây")}))
    row = find(rows, area_name="Hà Tây", measure="ytd")
    assert row["area"] is None
    assert row["_problems"] == [{"clause": "IOC-SACH-01", "column": "area", "raw": "Hà Tây", "code": "area.unknown"}]


def test_areas_are_resolved_by_the_function_given(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"V": budget()})
    asked: set[tuple[str, date]] = set()

    def resolve(name: str, day: date) -> str | None:
        asked.add((name, day))
        return "99"

    out = tmp_path / "out.parquet"
    read_workbook(nso_feed(), path, path.name, out, resolve)
    assert asked == {("Khánh Hoà", date(2017, 5, 31)), ("TP. Hồ Chí Minh", date(2017, 5, 31))}
    assert pq.read_table(out).to_pylist()[-1]["area"] == "99"


def test_text_numbers_and_signs(tmp_path: Path) -> None:
    rows_in = exports()
    rows_in[12][2:] = ["1.234,5", "1.234", "…", "-"]
    rows_in[13][5] = "chưa rõ"
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": rows_in}))
    quantity = find(rows, indicator="NSO_XK_LUONG", item="Gạo", data_type="actual")
    assert (quantity["value"], quantity["value_text"], quantity["_problems"]) == (1234.5, "1.234,5", [])
    value = find(rows, indicator="NSO_XK_TRIGIA", item="Gạo", data_type="actual")
    assert value["value"] is None
    assert value["_problems"] == [
        {"clause": "IOC-SACH-10", "column": "value", "raw": "1.234", "code": "number.ambiguous"}
    ]
    word = find(rows, indicator="NSO_XK_TRIGIA", item="Dầu thô", data_type="estimate")
    assert [(p["clause"], p["code"], p["raw"]) for p in word["_problems"]] == [
        ("IOC-SACH-10", "number.text", "chưa rõ")
    ]
    assert find(rows, indicator="NSO_XK_LUONG", item="Gạo", data_type="estimate")["value_status"] == "missing"
    assert find(rows, indicator="NSO_XK_TRIGIA", item="Gạo", data_type="estimate")["value_status"] == "nil"


def test_scratch_columns_are_reported_and_not_read(tmp_path: Path) -> None:
    rows_in = exports()
    rows_in[6] += [None, "utt4"]
    for row in rows_in[8:16]:
        row += [None] * (6 - len(row)) + [None, 1.5, 2.5]
    plain, scratched = (
        write_xlsx(tmp_path / "a.xlsx", {"XK": exports()}),
        write_xlsx(tmp_path / "b.xlsx", {"XK": rows_in}),
    )
    reading, rows = read(scratched)
    keep = ("indicator", "item", "period", "measure", "data_type", "value", "cell")
    assert [[r[k] for k in keep] for r in rows] == [[r[k] for k in keep] for r in read(plain)[1]]
    assert told(reading, "“Ước tính tháng 5 năm 2017 utt4”") or told(reading, "utt4")
    assert told(reading, "without a column heading")


def test_a_column_that_is_not_understood_is_named(tmp_path: Path) -> None:
    rows_in = exports()
    rows_in[3][4], rows_in[4][4] = "Ước tính", "tháng năm"
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": rows_in}))
    assert {row["data_type"] for row in rows} == {"actual"}
    assert [n.location for n in reading.notices if "not understood" in n.text.en] == ["XK!E4", "XK!F4"]


def test_an_unknown_unit_is_no_guess(tmp_path: Path) -> None:
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": exports(unit="Đơn vị tính: tấn, USD")}))
    assert rows == [] and len(told(reading, "not understood")) == 4


def test_a_table_that_is_not_known_is_reported(tmp_path: Path) -> None:
    other = [["14. Sản lượng muối"], [], [None, "Thực hiện"], ["Muối", 12.5]]
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": exports(), "TS": other}))
    assert told(reading, "Table “Sản lượng muối” on sheet “TS” is not recognised")
    assert {row["sheet"] for row in rows} == {"XK"}


def test_quarterly_tables_are_not_the_monthly_ones(tmp_path: Path) -> None:
    quarterly = exports(title="12. Hàng hóa xuất khẩu các quý năm 2017")
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK quy": quarterly, "XK": exports()}))
    assert {row["sheet"] for row in rows} == {"XK"}
    assert told(reading, "các quý")


def test_two_tables_on_one_sheet(tmp_path: Path) -> None:
    both: Rows = [*exports(), [], [], *budget()]
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"S": both}))
    assert {row["source_table"] for row in rows} == {
        "Hàng hóa xuất khẩu",
        "Vốn đầu tư thực hiện từ nguồn ngân sách Nhà nước",
    }


def test_a_table_continued_further_down_keeps_its_section(tmp_path: Path) -> None:
    rows_in: Rows = [
        ["6. Đầu tư trực tiếp của nước ngoài được cấp phép từ 01/01- 22/5/2018"],
        [],
        [None, None, "Số dự án", "Số vốn đăng ký"],
        [None, None, "(Dự án)", "(Triệu USD)"],
        ["TỔNG SỐ", None, 3, 30.5],
        ["Phân theo một số địa phương"],
        [None, "Hà Nội", 2, 20],
        ["6. (Tiếp theo) Đầu tư trực tiếp của nước ngoài"],
        ["     được cấp phép từ 01/01- 22/5/2018"],
        [None, None, "Số dự án", "Số vốn đăng ký"],
        [None, None, "(Dự án)", "(Triệu USD)"],
        [None, "Cần Thơ", 1, 10.5],
        ["Phân theo một số nước và vùng lãnh thổ"],
        [None, "Nhật Bản", 3, 30.5],
    ]
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"FDI": rows_in}))
    can_tho = find(rows, indicator="NSO_FDI_CAPMOI", area="92")
    assert (can_tho["value"], can_tho["measure"], can_tho["period"], can_tho["data_type"]) == (
        10.5,
        "ytd",
        "2018-05",
        "actual",
    )
    assert find(rows, indicator="NSO_FDI_DUAN", item="Nhật Bản")["area"] == "VN"
    assert find(rows, indicator="NSO_FDI_DUAN", item=None, area="VN")["value"] == 3


def test_a_label_over_two_rows_is_one(tmp_path: Path) -> None:
    rows_in = exports()
    rows_in[12:13] = [[None, "Máy móc, thiết bị (trừ điện thoại,"], [None, "máy ảnh) và phụ tùng", None, 1, None, 2]]
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": rows_in}))
    find(rows, item="Máy móc, thiết bị (trừ điện thoại, máy ảnh) và phụ tùng", data_type="estimate")


def test_the_same_fact_twice_with_two_values_is_quarantined(tmp_path: Path) -> None:
    rows_in = exports()
    rows_in.insert(13, [None, "Gạo", 539.5, 252.25, 550, 999])
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": rows_in}))
    twice = [
        r for r in rows if r["item"] == "Gạo" and r["indicator"] == "NSO_XK_TRIGIA" and r["data_type"] == "estimate"
    ]
    assert [r["value"] for r in twice] == [250.5, 999.0]
    assert all(r["_problems"][0]["clause"] == "IOC-SACH-03" for r in twice)
    assert told(reading, "are taken once")  # the three cells that agree


@pytest.mark.parametrize(("first", "second"), [("x1", "y2"), ("250,5%", 250.5)])
def test_a_value_is_no_repetition_of_one_that_cannot_be_taken(tmp_path: Path, first: str, second: str | float) -> None:
    rows_in = exports()
    rows_in[12][5] = first
    rows_in.insert(13, [None, "Gạo", 539.5, 252.25, 550, second])
    _, rows = read(write_xlsx(tmp_path / "a.xlsx", {"XK": rows_in}))
    twice = {r["cell"]: r["value_text"] for r in rows if r["_problems"]}
    assert twice == {"F13": first, "F14": str(second)}


def test_a_table_left_from_another_month_is_not_read(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", {"V": budget(), "XK": exports(5), "cũ": exports(4, title="9. Hàng hóa nhập khẩu")}
    )
    reading, rows = read(path)
    assert {row["sheet"] for row in rows} == {"V", "XK"}
    assert told(reading, "is about 2017-04, the other tables of the file about 2017-05; not read")


def test_growth_under_the_heading_of_an_index_is_not_read(tmp_path: Path) -> None:
    rows_in = budget()
    for row in rows_in[7:]:
        if len(row) == 5:
            row[4] = row[4] - 100
    reading, rows = read(write_xlsx(tmp_path / "a.xlsx", {"V": rows_in}))
    assert {row["measure"] for row in rows} == {"period", "ytd"}
    assert told(reading, "as a growth rate would be")


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    import openpyxl

    path = write_xlsx(tmp_path / "a.xlsx", {"XK": exports(), "ẩn": budget()})
    book = openpyxl.load_workbook(path)
    book["ẩn"].sheet_state = "hidden"
    book.save(path)
    reading, rows = read(path)
    assert {row["sheet"] for row in rows} == {"XK"} and told(reading, "is on a hidden sheet")


def test_the_file_name_only_cross_checks_the_month(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"XK": exports()})
    on_time, _ = read(path, "2017-05-29-Bieu-5.xlsx")
    late, rows = read(path, "2018-01-29-Bieu-1.xlsx")
    assert not told(on_time, "publication date")
    assert told(late, "publication date 2018-01-29 but the data inside are of 2017-05")
    assert {row["period"] for row in rows} == {"2017-04", "2017-05"}


def test_a_workbook_without_any_known_table_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "khác.xlsx", {"S": [["1. Danh sách cán bộ"], [], ["Họ tên", "Năm"], ["An", 1.5]]})
    with pytest.raises(ReadRefused) as refused:
        read(path)
    message = refused.value.message
    assert message.code == "workbook.no_table"
    assert "khác.xlsx" in message.vi and "Danh sách cán bộ" in message.vi and "tables.yaml" in message.en


TCVN3_CPI: Rows = [
    ["7. ChØ sè gi¸ tiªu dïng, gi¸ vµng"],
    ["vµ gi¸ ®« la mü th¸ng 4 n¨m 2001"],
    [],
    [None, "Th¸ng 4 n¨m 2001 so víi(%):"],
    [None, "Kú gèc", "Th¸ng 4", "Th¸ng 12", "Th¸ng 3"],
    [None, "(1995)", "n¨m 2000", "n¨m 2000", "n¨m 2001"],
    [],
    ["ChØ sè gi¸ tiªu dïng", 118.9, 98.8, 99.5, "99,5"],
    ["§å uèng vµ thuèc l¸", 122.4, 102.1, 101.5, 99.5],
    ["Vµng", 91.7, 96.2, 98.4, 99.1],
]  # fmt: skip


@pytest.mark.parametrize("font", [".VnTime", ".VnArial", "Arial"])
def test_tcvn3_books_are_converted(tmp_path: Path, font: str) -> None:
    _, rows = read(write_xls(tmp_path / "a.xls", {"07GIA": TCVN3_CPI}, font))
    drinks = find(rows, item="Đồ uống và thuốc lá", measure="yoy")
    assert (drinks["indicator"], drinks["value"], drinks["period"]) == ("NSO_CPI", 102.1, "2001-04")
    assert find(rows, indicator="NSO_GIA_VANG", measure="dec")["value"] == 98.4
    assert find(rows, indicator="NSO_CPI", item=None, measure="mom")["value"] == 99.5
    assert drinks["source_table"].startswith("Chỉ số giá tiêu dùng")
    # `Kú gèc` under a font that is not of TCVN3 proves nothing: the column is left out, not guessed.
    assert any(row["measure"] == "index" for row in rows) == font.startswith(".Vn")


def test_a_font_of_capitals_gives_capitals(tmp_path: Path) -> None:
    _, rows = read(write_xls(tmp_path / "a.xls", {"07GIA": TCVN3_CPI}, ".VnTimeH"))
    assert "ĐỒ UỐNG VÀ THUỐC LÁ" in {row["item"] for row in rows}
