"""The instruction sheet of a form: per column what it means, and what the checks will look at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import FormColumn, FormLayout
from ioc_pipeline.forms.styles import Styles
from ioc_pipeline.messages import Text
from ioc_pipeline.validate.catalogue import columns_of

_GENERAL = (
    Text(
        "Điền số vào ô trắng; không sửa tên cột, mã và tên dòng in sẵn. Dòng “Ví dụ · Example” không được đọc.",
        "Fill in the white cells; leave headings, codes and printed row names as they are. The row marked "
        "“Ví dụ · Example” is not read.",
    ),
    Text(
        "Không phát sinh: ghi “-”. Chưa có số liệu: ghi “..”. Bảo mật: ghi “x”. Không ghi 0 thay cho chưa có số liệu.",
        "Nothing occurred: “-”. No data yet: “..”. Confidential: “x”. Never write 0 for a number you do not have.",
    ),
    Text(
        "Số thập phân và hàng nghìn để Excel hiển thị; nếu gõ chữ số dạng văn bản thì viết 1.588.060 và 98,5.",
        "Let Excel show decimals and thousands; numbers typed as text are written 1.588.060 and 98,5.",
    ),
    Text(
        "Cột tỷ lệ: gõ 98,5 (đơn vị %), không gõ 0,985; dùng một cách cho cả cột.",
        "Percentage columns: type 98.5 (unit %), not 0.985; one way for the whole column.",
    ),
    Text(
        "Sửa kỳ báo cáo ở ô “Kỳ báo cáo” khi dùng lại biểu của kỳ trước.",
        "Correct the cell “Kỳ báo cáo” (period) when you reuse the form of an earlier period.",
    ),
    Text(
        "Gửi tệp .xlsx vào thư mục nhận của nguồn dữ liệu; phiếu tiếp nhận trả lời từng ô cần sửa.",
        "Put the .xlsx file into the feed's inbox; the receipt answers with every cell to correct.",
    ),
)
_HEADS = (
    ("Cột", "Column"), ("Ý nghĩa", "Meaning"), ("Đơn vị tính", "Unit"), ("Bắt buộc", "Required"),
    ("Ví dụ", "Example"), ("Giá trị được nhận", "Allowed values"), ("Hệ thống kiểm tra gì, sửa thế nào", "Checks"),
)  # fmt: skip
_MOST_VALUES = 20


def write_instructions(sheet: Worksheet, styles: Styles, layout: FormLayout, catalogue: Catalogue) -> None:
    """Fill the sheet `Hướng dẫn · Instructions`."""
    sheet.merge_range(
        0, 0, 0, len(_HEADS) - 1, f"HƯỚNG DẪN ĐIỀN BIỂU · INSTRUCTIONS: {layout.feed.title.vi}", styles.title
    )
    row = 1
    for words in (layout.feed.description, *_GENERAL):
        if words.vi or words.en:
            sheet.merge_range(
                row, 0, row, len(_HEADS) - 1, " · ".join(p for p in (words.vi, words.en) if p), styles.plain
            )
            sheet.set_row(row, 32)
            row += 1
    row += 1
    for position, (vi, en) in enumerate(_HEADS):
        sheet.write_string(row, position, f"{vi}\n{en}", styles.head)
    sheet.set_row(row, 34)
    for column in layout.columns[1:]:
        row += 1
        cells = _cells(column, layout, catalogue)
        for position, text in enumerate(cells):
            sheet.write_string(row, position, text, styles.of(text_wrap=True, valign="top", border=1))
        sheet.set_row(row, min(409, 16 * max(2, *(_lines(t, w) for t, w in zip(cells, _WIDTHS, strict=True)))))
    general = [_words(e) for e in layout.feed.suite["expectations"] if _is_general(e, layout)]
    row += 2
    sheet.merge_range(
        row, 0, row, len(_HEADS) - 1, "Kiểm tra chung cho cả biểu · Checks of the whole form", styles.head
    )
    for text in dict.fromkeys(general):
        row += 1
        sheet.merge_range(row, 0, row, len(_HEADS) - 1, text, styles.plain)
        sheet.set_row(row, 16 * _lines(text, sum(_WIDTHS)))
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})


_WIDTHS = (24, 36, 12, 10, 14, 26, 60)


def _lines(text: str, width: float) -> int:
    return sum(1 + int(len(part) / (width * 1.05)) for part in text.split("\n"))


def _cells(column: FormColumn, layout: FormLayout, catalogue: Catalogue) -> tuple[str, ...]:
    required = column.required and column.role == "value"
    example = column.example
    if column.codes and example is not None:
        example = catalogue.codes[column.codes].codes[str(example)].name.vi
    meaning = "\n".join(t for t in (column.description.vi, column.description.en) if t)
    checks = [_words(e) for e in layout.feed.suite["expectations"] if _speaks_of(e, column)]
    return (
        f"{column.title.vi}\n{column.title.en}",
        meaning or f"{column.title.vi}\n{column.title.en}",
        column.unit or "–",
        "Có · yes" if required else "Không · no",
        "–" if example is None else f"{example}".replace(".", ",") if isinstance(example, float) else str(example),
        _allowed(column, catalogue),
        "\n".join(dict.fromkeys(checks)) or "–",
    )


def _allowed(column: FormColumn, catalogue: Catalogue) -> str:
    if column.codes:
        names = [c.name.vi for c in catalogue.codes[column.codes].codes.values()]
        return "; ".join(names[:_MOST_VALUES]) + (" …" if len(names) > _MOST_VALUES else "")
    kinds = {
        "BIGINT": "số nguyên ≥ 0 hoặc - .. x\nwhole number ≥ 0, or - .. x",
        "DOUBLE": "số hoặc - .. x\nnumber, or - .. x",
        "DATE": "ngày dd/mm/yyyy\ndate dd/mm/yyyy",
        "TIMESTAMP": "ngày giờ dd/mm/yyyy hh:mm\ndate and time",
        "BOOLEAN": "Có / Không\nyes / no",
    }
    if column.role == "label":
        return "in sẵn\nprinted" if column.type == "VARCHAR" else kinds.get(column.type, "–")
    return kinds.get(column.type, "chữ\ntext")


def _speaks_of(expectation: Mapping[str, Any], column: FormColumn) -> bool:
    """True when a rule names the column, or (in SQL or a row condition) its indicator or its name."""
    kwargs = expectation["kwargs"]
    if column.name in columns_of(expectation["type"], kwargs):
        return True
    words = json.dumps(kwargs, ensure_ascii=False)
    return f"'{column.name}'" in words or f'"{column.name}"' in words or _named(words, column)


def _named(sql: str, column: FormColumn) -> bool:
    return column.indicator is None and re.search(rf"\b{re.escape(column.name)}\b", sql) is not None


def _is_general(expectation: Mapping[str, Any], layout: FormLayout) -> bool:
    return not any(_speaks_of(expectation, c) for c in layout.columns[1:])


def _words(expectation: Mapping[str, Any]) -> str:
    meta = expectation["meta"]
    return (
        f"• [{meta['clause']}] {meta['why']['vi']} → {meta['fix']['vi']}\n  {meta['why']['en']} → {meta['fix']['en']}"
    )
