"""What a delivered file really is, whatever its name says."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from ioc_pipeline.messages import Message, ReadRefused

MAX_UNPACKED = 8 * 1024**3
"""Bytes a gzip file may unpack to; more is refused as a likely bomb."""

_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")
"""Parts that an archive by Excel begins with; what it is in the end, the guard of workbooks says."""
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def refused(code: str, vi: str, en: str) -> ReadRefused:
    """The error for a file that cannot be read as its contract says."""
    return ReadRefused(Message(code, vi, en))


def kind_of(path: Path, name: str, *, workbooks: bool = False) -> str:
    """`parquet`, `gzip` or `text` by the first bytes; `workbook` for what may be one, where `workbooks` are read.

    Raises ReadRefused for an empty file and for files that are recognisably something else: a PDF, an HTML page, a zip
    archive, and a workbook where none is read.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b" \t\r\n\x00"):
        raise refused(
            "read.empty_file",
            f"Tệp {name} rỗng. Hãy xuất lại dữ liệu và gửi lại.",
            f"File {name} is empty. Export the data again and send it once more.",
        )
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if workbooks and (head.startswith(_OLE) or (head.startswith(b"PK") and any(part in head for part in _OFFICE))):
        return "workbook"
    for magic, vi, en in (
        (b"PK\x03\x04", "một sổ tính Excel (xlsx) hoặc tệp nén zip", "an Excel workbook (xlsx) or a zip archive"),
        (_OLE, "một sổ tính Excel cũ (xls)", "an old Excel workbook (xls)"),
        (b"%PDF", "một tệp PDF", "a PDF file"),
    ):
        if head.startswith(magic):
            raise other_format(name, vi, en)
    if _starts_with_tag(head):
        raise refused(
            "read.markup",
            f"Tệp {name} là một trang HTML hoặc XML (thường là trang báo lỗi hay trang đăng nhập), không phải dữ liệu. "
            "Hãy mở liên kết nguồn, tải đúng tệp dữ liệu rồi gửi lại.",
            f"File {name} is an HTML or XML page (often an error or login page), not data. "
            "Open the source, download the data file itself and send it again.",
        )
    return "text"


def other_format(name: str, vi: str, en: str) -> ReadRefused:
    """The refusal of a file that is recognisably something else, named in both languages."""
    return refused(
        "read.other_format",
        f"Tệp {name} thực ra là {vi}, không phải CSV, JSON hay Parquet. "
        "Hãy lưu lại thành CSV UTF-8 (Excel: Lưu thành… → CSV UTF-8) rồi gửi lại.",
        f"File {name} is really {en}, not CSV, JSON or Parquet. "
        "Save it as CSV UTF-8 (Excel: Save as… → CSV UTF-8) and send it again.",
    )


def _starts_with_tag(head: bytes) -> bool:
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return head.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n").startswith("<")
    return head.lstrip(b" \t\r\n").startswith(b"<")


def unpack_gzip(path: Path, name: str, target: Path) -> Path:
    """Unpack a gzip file to `target`; ReadRefused when it is truncated, damaged or unpacks beyond MAX_UNPACKED."""
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as plain:
            total = 0
            while chunk := packed.read(_CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise refused(
                        "read.too_large",
                        f"Tệp {name} giải nén quá {MAX_UNPACKED >> 30} GiB. Hãy chia nhỏ rồi gửi lại.",
                        f"File {name} unpacks to more than {MAX_UNPACKED >> 30} GiB. Split it and send it again.",
                    )
                plain.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
        raise refused(
            "read.truncated",
            f"Tệp nén {name} bị cắt cụt hoặc hỏng. Hãy gửi lại toàn bộ tệp.",
            f"The compressed file {name} is truncated or damaged. Send the whole file again.",
        ) from error
    return target
