"""Headings spread over several rows, with and without merged ranges."""

from __future__ import annotations

from typing import Any

from ioc_pipeline.read.statistics.headers import heading_texts
from ioc_pipeline.read.workbooks.spreadsheet import Sheet


def headings(rows: list[list[Any]], *merged: tuple[int, int, int, int]) -> dict[int, str]:
    width = max(len(row) for row in rows)
    filled = [[("" if value is None else value) for value in row] + [""] * (width - len(row)) for row in rows]
    return heading_texts(Sheet("S", filled, merged=merged), range(len(rows)), 0, width - 1)


def test_parts_below_each_other_are_one_heading() -> None:
    assert headings([["Tháng 12", "11 tháng"], ["năm 2016", "năm 2016"], ["so với", None], ["cùng kỳ", None]]) == {
        0: "Tháng 12 năm 2016 so với cùng kỳ",
        1: "11 tháng năm 2016",
    }


def test_a_parent_spreads_only_over_columns_that_start_lower() -> None:
    assert headings(
        [
            ["Cộng dồn", None, "So với", None],
            ["5 tháng", None, "năm trước", None],
            ["Tổng", "Cơ", "Tháng", "5 tháng"],
            ["mức", "cấu", "5", None],
        ]
    ) == {
        0: "Cộng dồn 5 tháng Tổng mức",
        1: "Cộng dồn 5 tháng Cơ cấu",
        2: "So với năm trước Tháng 5",
        3: "So với năm trước 5 tháng",
    }
    assert headings([["Thực hiện", "Ước tính"], [None, "tháng 5"]]) == {0: "Thực hiện", 1: "Ước tính tháng 5"}


def test_a_merged_range_confines_its_text() -> None:
    rows = [["Thực hiện", None, None, None], ["Lượng", "Trị giá", None, "ghi chú"]]
    assert headings(rows, (0, 0, 0, 1)) == {0: "Thực hiện Lượng", 1: "Thực hiện Trị giá", 3: "ghi chú"}
    assert headings(rows)[3] == "Thực hiện ghi chú"


def test_a_merged_range_names_all_its_columns() -> None:
    assert headings([["Lượng", None, "Trị giá", None]], (0, 0, 0, 1)) == {0: "Lượng", 1: "Lượng", 2: "Trị giá"}


def test_a_row_of_column_numbers_is_no_heading() -> None:
    assert headings([["Thực hiện", "Ước tính"], [1, 2]]) == {0: "Thực hiện", 1: "Ước tính"}


def test_years_kept_as_numbers_belong_to_the_heading() -> None:
    assert headings([["tháng 8 năm", "tháng 9 năm"], [2019, 2019]]) == {0: "tháng 8 năm 2019", 1: "tháng 9 năm 2019"}


def test_a_column_without_text_has_no_heading() -> None:
    assert headings([["Thực hiện", None, "Ước tính"]]) == {0: "Thực hiện", 2: "Ước tính"}


def test_a_raised_digit_is_no_column_number() -> None:
    assert headings([["Thực hiện", "Ước tính"], ["1", "5²"]]) == {0: "Thực hiện 1", 1: "Ước tính 5²"}
