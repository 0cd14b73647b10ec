"""A sheet as CSV or XLSX bytes. The same sheet gives the same bytes; no text of the data ever runs as a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from ioc_pipeline.export.sheet import Cell, Sheet
from ioc_pipeline.messages import Text

FORMATS = ("csv", "xlsx")
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""How a text begins that a spreadsheet would calculate, also in the full width some programs fold."""
_XLSX_ROWS, _XLSX_TEXT = 1_048_576, 32_767
_YES, _NO = Text("có", "yes"), Text("không", "no")
_SAFE = Text(
    "Ô bắt đầu bằng dấu nháy đơn ' : chữ của nguồn trông giống công thức nên được chặn lại.",
    "A cell that begins with a single quote ' : text of the source that looks like a formula, disarmed.",
)


class TooLong(ValueError):
    """More rows than a worksheet holds."""


def to_bytes(sheet: Sheet, kind: str, lang: str, *, heading: bool = True) -> bytes:
    """The file. CSV: UTF-8 with BOM, comma, point as decimal sign, ISO dates, for programs and for Excel's import;
    with the heading as lines that begin with `#`, or without. XLSX: numbers and dates as such, the heading above the
    rows. Raises `TooLong`."""
    return _xlsx(sheet, lang) if kind == "xlsx" else _csv(sheet, lang, heading)


def disarmed(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _csv(sheet: Sheet, lang: str, heading: bool) -> bytes:
    said = io.StringIO(newline="")
    writer = csv.writer(said, lineterminator="\r\n")
    if heading:
        writer.writerow([f"# {sheet.title.in_language(lang)}"])
        for label, value in sheet.heading:
            writer.writerow([f"# {label.in_language(lang)}: {_plain(value)}".replace("\n", " ").replace("\r", " ")])
        writer.writerow([f"# {_SAFE.in_language(lang)}"])
    writer.writerow([label.in_language(lang) for label in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_plain(value) for value in row])
    return b"\xef\xbb\xbf" + said.getvalue().encode("utf-8", "replace")


def _plain(value: Cell) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return disarmed(value) if isinstance(value, str) else value


def _xlsx(sheet: Sheet, lang: str) -> bytes:
    import xlsxwriter

    first = len(sheet.heading) + 3
    if first + len(sheet.rows) > _XLSX_ROWS:
        raise TooLong(f"{len(sheet.rows)} > {_XLSX_ROWS - first}")
    made = next((value for _, value in sheet.heading if isinstance(value, datetime)), datetime(2000, 1, 1, tzinfo=UTC))
    said = io.BytesIO()
    book = xlsxwriter.Workbook(said, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                      "strings_to_numbers": False, "remove_timezone": True})  # fmt: skip
    book.set_properties({"title": sheet.title.in_language(lang), "created": made.astimezone(UTC).replace(tzinfo=None)})
    page = book.add_worksheet(sheet.name[:31])
    bold, title = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#0c2a52", "font_color": "#ffffff", "text_wrap": True,
                            "valign": "top"})  # fmt: skip
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})

    def put(row: int, column: int, value: Cell) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            page.write_string(row, column, (_YES if value else _NO).in_language(lang))
        elif isinstance(value, datetime):
            page.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), moment)
        elif isinstance(value, date):
            page.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
        elif isinstance(value, int | float):
            if value == value and abs(value) != float("inf"):
                page.write_number(row, column, value)
        else:
            page.write_string(row, column, value[:_XLSX_TEXT])  # a string cell: never a formula, never a link

    page.write_string(0, 0, sheet.title.in_language(lang), title)
    for number, (label, value) in enumerate(sheet.heading, start=1):
        page.write_string(number, 0, label.in_language(lang), bold)
        put(number, 1, value)
    for column, label in enumerate(sheet.columns):
        page.write_string(first - 1, column, label.in_language(lang), head)
        longest = max((len(str(row[column])) for row in sheet.rows[:200] if row[column] is not None), default=0)
        page.set_column(column, column, min(48, max(11, longest + 2, len(label.in_language(lang)) * 0.7)))
    for number, row in enumerate(sheet.rows, start=first):
        for column, value in enumerate(row):
            put(number, column, value)
    page.freeze_panes(first, 2)
    if sheet.rows:
        page.autofilter(first - 1, 0, first - 1 + len(sheet.rows), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(first - 1)
    page.set_footer("&L&A&RTrang &P/&N" if lang == "vi" else "&L&A&RPage &P/&N")
    book.close()
    return said.getvalue()
