"""Data validation of the cells to fill in: drop-downs, whole numbers, dates, with bilingual error text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ioc_pipeline.contracts.form_layout import LISTS_SHEET, MARKS, FormColumn, FormLayout
from ioc_pipeline.contracts.model import CodeList
from ioc_pipeline.forms.styles import DATE, DECIMAL, TEXT, WHOLE

_LONGEST = 255
"""Excel's limit for the text of an error or a prompt."""


def number_format(column: FormColumn, *, whole: bool = False) -> str:
    """Number format of a column's cells."""
    if column.type in ("DATE", "TIMESTAMP"):
        return DATE
    if column.type == "BIGINT" or (whole and column.numeric):
        return WHOLE
    return DECIMAL if column.type == "DOUBLE" else TEXT


def add_rules(
    sheet: Worksheet,
    layout: FormLayout,
    column: FormColumn,
    position: int,
    first: int,
    last: int,
    codes: Mapping[str, CodeList],
) -> None:
    """Validation of one column's data cells, rows `first` to `last`; none for locked labels and free text."""
    if last < first or column.role == "number" or (column.role == "label" and layout.fixed_rows != "none"):
        return
    rule = _rule(column, f"{xl_col_to_name(position)}{first + 1}", codes)
    if rule:
        sheet.data_validation(first, position, last, position, {"ignore_blank": True, "error_type": "stop", **rule})


def _rule(column: FormColumn, cell: str, codes: Mapping[str, CodeList]) -> dict[str, Any] | None:
    title = "Giá trị chưa hợp lệ · Not valid"
    if column.codes:
        names = list(codes)
        letter = xl_col_to_name(names.index(column.codes))
        end = len(codes[column.codes].codes) + 1
        return {
            "validate": "list",
            "source": f"='{LISTS_SHEET}'!${letter}$2:${letter}${end}",
            "error_title": title,
            "error_message": "Chọn một giá trị trong danh sách thả xuống. · Choose a value from the drop-down list.",
        }
    if column.type == "BOOLEAN":
        return {
            "validate": "list",
            "source": ["Có", "Không"],
            "error_title": title,
            "error_message": "Chọn Có hoặc Không. · Choose Có (yes) or Không (no).",
        }
    if column.type in ("DATE", "TIMESTAMP"):
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(2000, 1, 1),
            "maximum": date(2100, 12, 31),
            "error_title": title,
            "error_message": "Nhập ngày dạng dd/mm/yyyy. · Enter a date as dd/mm/yyyy.",
        }
    if not column.numeric:
        return None
    marks = ",".join(f'{cell}="{mark}"' for mark in (*MARKS, "..."))
    if column.type == "BIGINT":
        number = f"AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell}))"
        words = (
            "Nhập số nguyên không âm; không phát sinh ghi -, chưa có số liệu ghi .. · "
            "Enter a whole number, zero or more; - for nothing occurred, .. for no data yet."
        )
    else:
        number = f"ISNUMBER({cell})"
        words = (
            "Nhập số; không phát sinh ghi -, chưa có số liệu ghi .. · "
            "Enter a number; - for nothing occurred, .. for no data yet."
        )
    unit = f" Đơn vị tính · unit: {column.unit}." if column.unit else ""
    return {
        "validate": "custom",
        "value": f"=OR({number},{marks})",
        "error_title": title,
        "error_message": (words + unit)[:_LONGEST],
        "input_title": column.title.vi[:32],
        "input_message": (f"{column.title.en}.{unit}")[:_LONGEST],
    }
