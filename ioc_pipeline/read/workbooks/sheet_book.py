"""Bytes of a form that came back (.xlsx, .xls, or a CSV saved from it), or of a workbook of records → its sheets,
metadata and facts about cells."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ioc_pipeline.contracts.form_layout import LISTS_SHEET, METADATA_SHEET
from ioc_pipeline.messages import Text
from ioc_pipeline.read.file_content import kind_of
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.text.text_encoding import as_utf8
from ioc_pipeline.read.workbooks.sheet_facts import Facts, foreign_parts, unpacked_size, xls_facts, xlsx_facts
from ioc_pipeline.read.workbooks.spreadsheet import Sheet, open_workbook, read_second
from ioc_pipeline.read.workbooks.workbook_guard import inspect_workbook, refused

MAX_ROWS = 200_000
"""Rows of one sheet beyond which a workbook is not read, form or export."""
MAX_UNPACKED = 256 << 20
"""Bytes of such a workbook after unpacking (a filled-in form has less than 1 MB): memory stays bounded by it."""
_OURS = (METADATA_SHEET, LISTS_SHEET)


@dataclass
class FormSheet:
    """One sheet and the facts about its cells."""

    sheet: Sheet
    facts: Facts = field(default_factory=Facts)


@dataclass
class FormBook:
    """Visible sheets, what the hidden metadata say, and notices about the file."""

    sheets: list[FormSheet]
    metadata: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def open_form(path: Path, name: str, work: Path) -> FormBook:
    """The form stored at `path` and delivered as `name`; ReadRefused when it cannot be opened safely."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head[:2] not in (b"PK", b"\xd0\xcf", b"\x09\x08", b"\x09\x04") and not head.lstrip().startswith(b"<"):
        return _from_text(path, name, work)
    return open_sheets(path, name, too_long=_too_long, too_large=_too_large)


def open_sheets(
    path: Path, name: str, *, too_long: Callable[[str], Exception], too_large: Callable[[str], Exception]
) -> FormBook:
    """The workbook stored at `path`; ReadRefused when it cannot be opened safely. `too_long` and `too_large` word the
    refusal of one with more than MAX_ROWS rows in a sheet, or more than MAX_UNPACKED bytes."""
    inspected = inspect_workbook(path, name)
    if inspected.archive is not None and unpacked_size(inspected.archive) > MAX_UNPACKED:
        raise too_large(name)
    workbook = open_workbook(path, name, inspected)
    if any(len(sheet.rows) > MAX_ROWS for sheet in workbook.sheets):
        raise too_long(name)
    facts = xls_facts(path, name) if inspected.archive is None else xlsx_facts(inspected.archive)
    book = FormBook([])
    for title in workbook.unreadable:
        book.notices.append(
            Notice(Text(f"Trang tính “{title}” hỏng, không đọc được.", f"Sheet “{title}” is damaged; not read."), title)
        )
    book.notices += read_second(workbook)
    for sheet in workbook.sheets:
        if sheet.name == METADATA_SHEET:
            book.metadata = {str(r[0]): str(r[1]) for r in sheet.rows if len(r) > 1}
        elif sheet.name in _OURS:
            continue
        elif sheet.hidden:
            if sheet.rows:
                book.notices.append(
                    Notice(
                        Text(
                            f"Trang tính “{sheet.name}” đang ẩn, không đọc.",
                            f"Sheet “{sheet.name}” is hidden; not read.",
                        ),
                        sheet.name,
                    )
                )
        else:
            book.sheets.append(FormSheet(sheet, facts.get(sheet.name, Facts())))
    if inspected.archive is not None:
        _foreign(inspected.archive, book)
    return book


def _foreign(archive: zipfile.ZipFile, book: FormBook) -> None:
    linked, macros = foreign_parts(archive)
    if linked:
        book.notices.append(
            Notice(
                Text(
                    "Bảng lấy số từ tệp khác (liên kết ngoài): chỉ đọc kết quả đã lưu, không mở tệp kia.",
                    "The table takes numbers from another file (external links): only saved results are read.",
                )
            )
        )
    if macros:
        book.notices.append(
            Notice(Text("Tệp có macro: không chạy macro nào.", "The file carries macros: none of them was run."))
        )


def _from_text(path: Path, name: str, work: Path) -> FormBook:
    kind = kind_of(path, name)
    if kind != "text":
        raise refused(
            "file.not_workbook",
            name,
            "nội dung không phải biểu Excel (.xls, .xlsx) hay CSV",
            "the content is neither an Excel form (.xls, .xlsx) nor CSV",
            "lưu biểu ở dạng .xlsx rồi gửi lại",
            "save the form as .xlsx and send it again",
        )
    text = as_utf8(path, name, work)
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(64 * 1024)
        delimiter = max(";,\t", key=sample.count)
        file.seek(0)
        rows: list[list[object]] = []
        try:
            for row in csv.reader(file, delimiter=delimiter):
                rows.append([cell if cell.strip() else "" for cell in row])
                if len(rows) > MAX_ROWS:
                    raise _too_long(name)
        except csv.Error as error:
            raise refused(
                "file.damaged",
                name,
                f"tệp CSV hỏng ({error})",
                f"the CSV file is damaged ({error})",
                "gửi biểu ở dạng .xlsx",
                "send the form as .xlsx",
            ) from error
    return FormBook([FormSheet(Sheet(Path(name).stem[:31], rows))], notices=list(text.notices))


def _too_large(name: str) -> Exception:
    return refused(
        "file.too_large",
        name,
        "nội dung khi giải nén lớn bất thường so với một biểu (nghi bom nén)",
        "the content is abnormally large for a form when unpacked (a suspected zip bomb)",
        "chép số liệu sang biểu mới rồi gửi lại",
        "copy the numbers to a new form and send that",
    )


def _too_long(name: str) -> Exception:
    return refused(
        "file.too_large",
        name,
        f"trang tính có trên {MAX_ROWS} dòng, không phải biểu mẫu",
        f"a sheet has more than {MAX_ROWS} rows, it is no form",
        "xóa các dòng trống phía dưới biểu, hoặc chép biểu sang tệp mới rồi gửi lại",
        "delete the empty rows below the table, or copy the form to a new file and send that",
    )
