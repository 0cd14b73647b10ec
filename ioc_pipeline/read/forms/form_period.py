"""The period of a form: what its title block says decides; hidden metadata and the file name only help out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from ioc_pipeline.contracts.form_layout import FormLayout
from ioc_pipeline.messages import Message, ReadRefused, Text
from ioc_pipeline.periods import Period, parse_period, period_of
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.text.text_folding import fold
from ioc_pipeline.read.values.period_words import title_span
from ioc_pipeline.read.workbooks.sheet_book import FormBook, FormSheet
from ioc_pipeline.read.workbooks.spreadsheet import cell_name

_CAPTION = re.compile(r"^(?:kỳ(?:\s+(?:báo cáo|số liệu))?|tháng báo cáo|năm học|period)(?:\s*·\s*period)?\s*[::]")
_SCHOOL_YEAR = re.compile(r"năm học\s*:?\s*(20\d{2})\s*[-–—/]\s*(20\d{2})|school year\s*(20\d{2})\s*[-–—/]\s*(20\d{2})")
_MONTH = re.compile(r"(?:tháng|t)?\s*(0?[1-9]|1[0-2])\s*[/.-]\s*(20\d{2})")
_QUARTER = re.compile(r"(?:quý|q)\s*(iv|i{1,3}|[1-4])\s*(?:năm|[/.-])?\s*(20\d{2})")
_YEAR = re.compile(r"(?:năm\s*)?(20\d{2})")
_IN_NAME = {
    "month": re.compile(r"(20\d{2})[-_.](0[1-9]|1[0-2])(?!\d)"),
    "quarter": re.compile(r"(20\d{2})[-_.]q([1-4])"),
    "year": re.compile(r"(?<!\d)(20\d{2})(?!\d)"),
}
_SENT_ON = re.compile(r"^20\d{2}[-_.]\d{2}[-_.]\d{2}(?!\d)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def period_in(value: object, kind: str) -> Period | None:
    """The period of a kind that a cell names (`Tháng 11/2026`, `Quý III/2026`, `Năm học 2026–2027`, a date that Excel
    made of `11/2026`); None when it names none with certainty."""
    if isinstance(value, float) and kind != "year" and 36526 <= value < 73051 and value.is_integer():
        value = date.fromordinal(date(1899, 12, 30).toordinal() + int(value))  # a date that lost its format
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return period_of(kind, value) if kind == "day" or value.day == 1 else None
    if isinstance(value, float) and value.is_integer() and kind == "year" and 2000 <= value <= 2100:
        return period_of("year", date(int(value), 1, 1))
    if not isinstance(value, str):
        return None
    text = fold(value).strip(" .;")
    try:
        found = parse_period(text.upper())
        return found if found.kind == kind else None
    except ValueError:
        pass
    school = _SCHOOL_YEAR.search(text)
    if school:
        first, second = (int(y) for y in (school[1] or school[3], school[2] or school[4]))
        return period_of("year", date(first, 1, 1)) if kind == "year" and second == first + 1 else None
    if kind == "month" and (found_month := _MONTH.fullmatch(text)):
        return period_of("month", date(int(found_month[2]), int(found_month[1]), 1))
    if kind == "quarter" and (quarter := _QUARTER.fullmatch(text)):
        index = _ROMAN.get(quarter[1], 0) or int(quarter[1])
        return period_of("quarter", date(int(quarter[2]), 3 * index, 1))
    if kind == "year" and (year := _YEAR.fullmatch(text)):
        return period_of("year", date(int(year[1]), 1, 1))
    span = title_span(value)
    if span is not None and span.kind == kind and span.end is not None:
        return period_of(kind, span.end.last_day)
    return None


def form_period(
    layout: FormLayout, book: FormBook, sheet: FormSheet, above: int, name: str
) -> tuple[Period, list[Notice]]:
    """Period of the table whose heading begins at row `above`, and notices; ReadRefused when nothing names it, or the
    file name contradicts the form."""
    kind = layout.feed.period
    stated = _stated(sheet, above, kind)
    original = _parsed(book.metadata.get("period"), kind)
    named = _in_name(name, kind)
    notices: list[Notice] = []
    if stated is not None:
        period, place = stated
        if named is not None and named != period and named != original:
            raise _refuse(
                name,
                f"ô {place} ghi kỳ {period.words.vi} nhưng tên tệp ghi {named.words.vi}",
                f"cell {place} says {period.words.en} but the file name says {named.words.en}",
            )
        if original is not None and original != period:
            vi = f"Biểu được tạo cho {original.words.vi}, ô {place} đã sửa thành {period.words.vi}: nhận theo ô này."
            en = f"The form was made for {original.words.en}, cell {place} now says {period.words.en}: that is taken."
            notices.append(Notice(Text(vi, en), place))
        return period, notices
    typed = _caption(sheet, above)
    if typed is not None and str(typed[0]).strip():
        raise _refuse(
            name,
            f"ô {typed[1]} ghi kỳ báo cáo “{typed[0]}”, không hiểu được",
            f"cell {typed[1]} gives the period as “{typed[0]}”, which is not understood",
        )
    found = original or named
    if found is None:
        raise _refuse(name, "không thấy ô “Kỳ báo cáo” ở đầu biểu", "no cell “Kỳ báo cáo” (period) above the table")
    vi = f"Đầu biểu không ghi kỳ báo cáo: lấy {found.words.vi} theo {'biểu gốc' if original else 'tên tệp'}."
    en = f"No period above the table: {found.words.en} is taken from {'the original form' if original else 'its name'}."
    return found, [*notices, Notice(Text(vi, en), sheet.sheet.name)]


def _refuse(name: str, vi: str, en: str) -> ReadRefused:
    return ReadRefused(
        Message(
            "form.period",
            f"Tệp “{name}”: {vi}; hãy ghi kỳ ở ô “Kỳ báo cáo” (ví dụ: Tháng 11/2026) rồi gửi lại.",
            f"File “{name}”: {en}; write it in the cell “Kỳ báo cáo” (such as Tháng 11/2026) and send it again.",
        )
    )


def _parsed(text: str | None, kind: str) -> Period | None:
    try:
        found = parse_period(text or "")
    except ValueError:
        return None
    return found if found.kind == kind else None


def _in_name(name: str, kind: str) -> Period | None:
    pattern = _IN_NAME.get(kind)
    # A whole date in front is the day of sending (`2026-10-05_bieu.xlsx`), not the period.
    found = {m.group() for m in pattern.finditer(_SENT_ON.sub("", fold(name)))} if pattern else set()
    if len(found) != 1:
        return None
    return _parsed(re.sub(r"[_.]", "-", found.pop()).upper(), kind)


def _title_cells(sheet: FormSheet, above: int) -> Iterator[tuple[int, int, object]]:
    for row in range(min(above, len(sheet.sheet.rows))):
        for column, value in enumerate(sheet.sheet.rows[row]):
            if value not in ("", None):
                yield row, column, value


def _caption(sheet: FormSheet, above: int) -> tuple[object, str] | None:
    """What stands behind the caption `Kỳ báo cáo:` (in its cell or the next filled one), and in which cell."""
    for row, column, value in _title_cells(sheet, above):
        if not isinstance(value, str) or not (found := _CAPTION.match(fold(value))):
            continue
        behind = fold(value)[found.end() :].strip(" .:")
        if behind:
            return behind, _place(sheet, row, column)
        cells = [(c, v) for c, v in enumerate(sheet.sheet.rows[row]) if c > column and v not in ("", None)]
        if cells:
            return cells[0][1], _place(sheet, row, cells[0][0])
        return "", _place(sheet, row, column)
    return None


def _stated(sheet: FormSheet, above: int, kind: str) -> tuple[Period, str] | None:
    caption = _caption(sheet, above)
    if caption is not None:
        period = period_in(caption[0], kind)
        if period is not None:
            return period, caption[1]
        if str(caption[0]).strip():
            return None
    found: dict[Period, str] = {}
    for row, column, value in _title_cells(sheet, above):
        if isinstance(value, str) and (period := period_in(value, kind)) is not None:
            found.setdefault(period, _place(sheet, row, column))
    return next(iter(found.items())) if len(found) == 1 else None


def _place(sheet: FormSheet, row: int, column: int) -> str:
    return f"{sheet.sheet.name}!{cell_name(row, column)}"
