"""Writing what is exported: CSV that spreadsheets open with Vietnamese letters intact, and XLSX.

Text that a spreadsheet would take for a formula stays text: in CSV behind an apostrophe, in XLSX as a text cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ioc_pipeline.atomic import replacing
from ioc_pipeline.export.rows import Exported, both
from ioc_pipeline.messages import Text

BOM = "\ufeff"
MARK = "# "
"""Begins each line of provenance before the headings of a CSV."""

_FORMULA = re.compile(r"^(?:[\t\r\n]|[\s\ufeff]*[=+\-@＝＋－＠])")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST = 32_767
"""Characters an XLSX cell can hold."""

_CUT = " … [cắt bớt: xem bản CSV · cut: see the CSV]"
_WIDTH_LEAST, _WIDTH_MOST = 10, 46
_NOTE = (
    Text("Ghi chú", "Note"),
    "Ô chữ có thể bị hiểu là công thức được thêm dấu nháy ' ở đầu. Ô trống: không có số, không phải 0. · "
    "A text that could be taken for a formula has ' before it. An empty cell: not known, never 0.",
)


def write_csv(content: Exported, stream: IO[str]) -> None:
    """Comma-separated, decimal point, ISO dates, with a byte order mark; `stream` opened with `newline=""`."""
    stream.write(BOM)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows((MARK + both(name), _safe(value)) for name, value in (*content.head, _NOTE))
    writer.writerow(both(heading) for heading in content.headings)
    writer.writerows([_safe(cell) for cell in row] for row in content.rows)


def csv_file(content: Exported, path: Path) -> None:
    """`write_csv` to a file, which appears whole or not at all."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        write_csv(content, stream)


def xlsx_file(content: Exported, path: Path) -> None:
    """`write_xlsx` to a file, which appears whole or not at all."""
    with replacing(path) as temporary, temporary.open("wb") as stream:
        write_xlsx(content, stream)


def write_xlsx(content: Exported, stream: IO[bytes]) -> None:
    """One sheet: provenance, headings with a filter, rows; numbers and dates as such."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Số liệu · Data")
    first = len(content.head) + 2  # the line of headings, after an empty one
    for position, width in enumerate(_widths(content), start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = f"A{first + 1}"
    last = get_column_letter(len(content.headings))
    sheet.auto_filter.ref = f"A{first}:{last}{first + len(content.rows)}"
    bold, fill = Font(bold=True), PatternFill("solid", fgColor="DBE7F8")
    for name, value in content.head:
        label = _cell(sheet, both(name))
        label.font = bold
        sheet.append([label, _cell(sheet, value)])
    sheet.append([])
    headings = [_cell(sheet, both(heading)) for heading in content.headings]
    for heading in headings:
        heading.font, heading.fill = bold, fill
        heading.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(headings)
    for row in content.rows:
        sheet.append([_cell(sheet, value) if isinstance(value, str) else value for value in row])
    book.save(stream)


def _safe(value: Any) -> Any:
    """A CSV cell: text never begins like a formula; None is empty."""
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def _cell(sheet: Any, value: str) -> Any:
    """A text cell, whatever it begins with. Characters XML cannot hold become U+FFFD; a cut is said."""
    text = _NOT_IN_XML.sub("\ufffd", value)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - len(_CUT)] + _CUT
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _widths(content: Exported) -> Iterable[float]:
    sample = content.rows[:200]
    for position, heading in enumerate(content.headings):
        longest = max((len(str(row[position] or "")) for row in sample), default=0)
        yield min(max(longest, len(both(heading)) // 2, _WIDTH_LEAST), _WIDTH_MOST) + 2
