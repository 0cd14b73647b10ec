"""What a file really is, told from its bytes, and whether it is safe to open as a workbook.

The file name's extension is never trusted: a web page named `.xls` is a web page. An archive that would unpack to
more than `MAX_UNPACKED` bytes is refused before anything is unpacked.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from ioc_pipeline.messages import Message, ReadRefused

MAX_UNPACKED = 1 << 30
"""Bytes of one workbook after unpacking (a real monthly workbook has about 2 MB)."""
MAX_RATIO = 300
"""Unpacked bytes for each packed byte, above which a part of `LARGE` bytes or more is no spreadsheet XML: numbers and
texts pack 10 to 30 times, empty cells with a style about 100 times, and the format itself ends at 1032."""
LARGE = 64 << 20
"""Unpacked bytes of a part below which it is read however well it packs."""
MAX_GRID = 4_000_000
"""Cells of the rectangle a sheet spans; wider sheets are read cell by cell instead of as a rectangle."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ROW = re.compile(rb"<(?:\w+:)?row\b(?:[^>]*?\br=[\"'](\d+)[\"'])?")
_WIDE = re.compile(rb"\br=[\"'][A-Z]{3}")
_NOT_NARROW = re.compile(rb"<(?:\w+:)?c\b(?! r=\"[A-Z]\d{1,5}\")")
"""A cell without a reference within `A1:Z99999`, which is less than `MAX_GRID`."""
_DEEP = re.compile(rb"\br=[\"'][A-Z]+(?:[0-9]{5,}|[5-9][0-9]{3})")
_VALUED = re.compile(rb"<(?:\w+:)?c\b([^>]*)(?<!/)>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
_CONTENT = re.compile(rb"<(?:\w+:)?(?:v|is|f)[ >]")
_FAR = re.compile(rb"r=[\"'](?:[A-Z]{3}|[A-Z]{0,2}(?:[0-9]{5,}|[5-9][0-9]{3}))")
_BOOK = re.compile(rb"<((?:\w+:)?)workbook\b[^>]*>")
_SHEETS = re.compile(rb"<(?:\w+:)?sheets\b.*?</(?:\w+:)?sheets\s*>", re.DOTALL)
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_NEAR_ROWS, _NEAR_COLUMNS = 4999, 702
"""Rows and columns of the cells that `_FAR` does not match: fewer than `MAX_GRID` together."""
_UNREAD = ("xl/externalLinks/", "xl/printerSettings/", "xl/media/")
"""Half the bytes of a real book: values kept of other books, settings of printers, pictures. No reader opens them."""
_CHUNK = 1 << 20
_KEPT = 16 << 20
"""Unpacked bytes that are kept: all of an ordinary book, so that its parts are unpacked once."""
# Everything the zip reader raises on an archive that is not whole; RuntimeError is an encrypted entry.
_DAMAGES = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Inspected:
    """What a workbook's bytes are (`xlsx` or `xls`), and the XML parts of an archive whose cells reach so far that they
    must be looked at with `sheet_is_wide`; how many values each sheet's XML states; its unpacked parts as far as there
    is room, the part of each sheet by its name, the opened archive and the file's bytes (`xlsx` only)."""

    kind: str
    far: frozenset[str] = frozenset()
    stated: dict[str, int] = field(default_factory=dict)
    xml: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    archive: zipfile.ZipFile | None = None
    content: bytes = b""


def inspect_workbook(path: Path, name: str) -> Inspected:
    """Kind of a workbook by its content; every part of an archive that a reader opens is unpacked and its checksum held
    against it, once.

    Raises ReadRefused, naming the file `name` and what to do, when it is empty, truncated, encrypted, a web page,
    text, or too large to unpack.
    """
    if path.stat().st_size == 0:
        raise refused("file.empty", name, "tệp rỗng (0 byte)", "the file is empty (0 bytes)", *_RESEND)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        return _check_archive(path, name)
    if head.startswith(_OLE):
        return Inspected(_check_ole(path, name))
    if head[:2] == b"\x09\x08" or head[:2] == b"\x09\x04":
        return Inspected("xls")  # a bare BIFF stream of the nineties
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<table")) or (
        start.startswith(b"<") and b"<html" in head.lower()
    ):
        raise refused(
            "file.html",
            name,
            "đây là một trang web (HTML) mang tên bảng tính",
            "this is a web page (HTML) under a workbook's name",
            "mở trang đó, tải đúng tệp Excel rồi gửi lại",
            "open that page, download the Excel file itself and send it again",
        )
    raise refused(
        "file.not_workbook",
        name,
        "nội dung không phải bảng tính Excel (.xls, .xlsx)",
        "the content is not an Excel workbook (.xls, .xlsx)",
        "lưu dữ liệu ở dạng .xlsx rồi gửi lại",
        "save the data as .xlsx and send it again",
    )


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Archive part of each worksheet by sheet name; empty when the book's own index is damaged."""
    try:
        book = _sheet_list(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {r.get("Id"): str(r.get("Target")) for r in relations.iter(f"{_PACKAGE}Relationship")}
    parts = {}
    for sheet in book.iterfind(".//{*}sheet"):
        target = targets.get(next((value for key, value in sheet.items() if key.endswith("}id")), None), "")
        part = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
        if part in archive.NameToInfo:
            parts[str(sheet.get("name"))] = part
    return parts


def local_name(element: ElementTree.Element) -> str:
    """Name of an element without its namespace: a book saved as Strict Open XML has others."""
    return element.tag.rpartition("}")[2]


def _sheet_list(workbook: bytes) -> ElementTree.Element:
    """The book's index of sheets alone: old books list thousands of names behind it."""
    opening, sheets = _BOOK.search(workbook), _SHEETS.search(workbook)
    if opening and sheets and workbook.count(b"<!") == 0:
        with contextlib.suppress(ElementTree.ParseError):
            return ElementTree.fromstring(opening.group() + sheets.group() + b"</" + opening.group(1) + b"workbook>")
    return ElementTree.fromstring(workbook)


def sheet_is_wide(archive: zipfile.ZipFile, part: str) -> bool:
    """True when the valued cells of a sheet's XML span a rectangle of more than `MAX_GRID` cells.

    Reads the part as a stream; cells that only carry a style do not count.
    """
    rows = last = 0
    wide = deep = False
    narrow = True
    for chunk in xml_pieces(archive, part):
        for found in _ROW.finditer(chunk):
            rows += 1
            if found.group(1):
                last = max(last, int(found.group(1)))
        narrow = narrow and not _NOT_NARROW.search(chunk)
        if not narrow:
            wide, deep = wide or bool(_WIDE.search(chunk)), deep or bool(_DEEP.search(chunk))
    if narrow or (not wide and not deep and max(rows, last) * 702 <= MAX_GRID):
        return False
    bottom = right = 0
    for chunk in xml_pieces(archive, part):
        if not _CONTENT.search(chunk):
            continue
        for found in _VALUED.finditer(chunk):
            reference = _REFERENCE.search(found.group(1))
            bottom = max(bottom, int(reference.group(2)) if reference else last)
            right = max(right, _column_number(reference.group(1)) if reference else 702)
    return bottom * right > MAX_GRID


class _Declares(Exception):
    """A sheet's XML declares a DOCTYPE."""


def _reach(pieces: Iterable[bytes]) -> tuple[bool, int]:
    """Whether a sheet's cells may reach far: false when they stand, told by their references, within `_NEAR_ROWS` and
    `_NEAR_COLUMNS`; and how many values are stated. Reads all pieces of the part."""
    rows = stated = 0
    far = False
    for chunk in pieces:
        if b"<!DOCTYPE" in chunk:
            raise _Declares
        stated += chunk.count(b"</v>") + chunk.count(b"</is>")
        rows += chunk.count(b"row")  # never fewer than there are rows: cells without references count on from them
        far = far or rows > _NEAR_ROWS or _FAR.search(chunk) is not None
    return far, stated


def _unpack(archive: zipfile.ZipFile, part: str) -> None:
    """Read a part to its end, where its checksum is compared."""
    with archive.open(part) as stream:
        while stream.read(_CHUNK):
            pass


def xml_pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part of the archive in pieces of about 1 MB that end between two tags."""
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_CHUNK):
            piece = rest + block
            cut = piece.rfind(b"<")
            rest = piece[cut:] if cut > 0 else b""
            yield piece[:cut] if cut > 0 else piece
    if rest:
        yield rest


def _check_archive(path: Path, name: str) -> Inspected:
    damaged = (
        "tệp .xlsx bị cắt cụt hoặc hỏng, không mở được",
        "the .xlsx file is cut off or damaged and cannot be opened",
    )
    content = path.read_bytes()
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))  # opened once for all that follows: its directory is long
    except _DAMAGES as error:
        raise refused("file.truncated", name, *damaged, *_RESEND) from error
    return Inspected("xlsx", *_check_parts(archive, name, damaged), archive, content)


def _check_parts(
    archive: zipfile.ZipFile, name: str, damaged: tuple[str, str]
) -> tuple[frozenset[str], dict[str, int], dict[str, bytes], dict[str, str]]:
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MAX_UNPACKED or any(
        part.file_size > MAX_RATIO * max(part.compress_size, 1) and part.file_size > LARGE for part in parts
    ):
        raise refused(
            "file.too_large",
            name,
            "nội dung khi giải nén lớn bất thường (nghi bom nén)",
            "the content is abnormally large when unpacked (a suspected zip bomb)",
            "chép các bảng số liệu sang một tệp mới rồi gửi lại",
            "copy the tables to a new file and send that",
        )
    names = {part.filename for part in parts}
    if not any(part.startswith("xl/") for part in names):
        raise refused(
            "file.not_workbook",
            name,
            "đây là tệp nén hoặc tài liệu khác, không phải bảng tính Excel",
            "this is an archive or another document, not an Excel workbook",
            "gửi đúng tệp .xlsx (không nén lại)",
            "send the .xlsx file itself (not zipped again)",
        )
    try:
        named = sheet_parts(archive)
        sheets = set(named.values())
        far, stated = set(), {}
        kept: dict[str, bytes] = {}
        room = _KEPT
        for part in parts:
            inside = part.filename
            if inside.startswith(_UNREAD) and inside not in sheets:
                continue
            if part.file_size <= room:
                kept[inside], room = archive.read(part), room - part.file_size
            if not sheets or inside in sheets:
                reaches, stated[inside] = _reach((kept[inside],) if inside in kept else xml_pieces(archive, inside))
                if reaches:
                    far.add(inside)
            elif inside not in kept:
                _unpack(archive, inside)
        return frozenset(far), stated, kept, named
    except _Declares as error:
        raise refused(
            "file.doctype",
            name,
            "trang tính khai báo DOCTYPE (có thể chứa thực thể độc hại), không đọc gì từ tệp",
            "a sheet declares a DOCTYPE (which may hold malicious entities); nothing of the file is read",
            "mở tệp bằng Excel, lưu lại thành .xlsx rồi gửi lại",
            "open it in Excel, save it again as .xlsx and send that",
        ) from error
    except _DAMAGES as error:
        raise refused("file.truncated", name, *damaged, *_RESEND) from error


def _check_ole(path: Path, name: str) -> str:
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise refused(
            "file.encrypted",
            name,
            "bảng tính đặt mật khẩu mở tệp",
            "the workbook is protected by an opening password",
            "bỏ mật khẩu (Tệp, Thông tin, Bảo vệ sổ làm việc) rồi gửi lại",
            "remove the password (File, Info, Protect Workbook) and send it again",
        )
    if not any(stream in content for stream in _BIFF_STREAMS):
        raise refused(
            "file.not_workbook",
            name,
            "tài liệu Office khác (Word, PowerPoint …), không phải bảng tính Excel",
            "another Office document (Word, PowerPoint …), not an Excel workbook",
            "lưu dữ liệu ở dạng .xlsx rồi gửi lại",
            "save the data as .xlsx and send it again",
        )
    return "xls"


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_RESEND = ("kiểm tra tệp trên máy nguồn rồi gửi lại", "check the file at its source and send it again")


def refused(code: str, name: str, what_vi: str, what_en: str, fix_vi: str, fix_en: str) -> ReadRefused:
    """The error for a file that cannot be read: which file, what is wrong, what its sender can do."""
    return ReadRefused(
        Message(code, f"Tệp “{name}”: {what_vi}; hãy {fix_vi}.", f"File “{name}”: {what_en}; please {fix_en}.")
    )
