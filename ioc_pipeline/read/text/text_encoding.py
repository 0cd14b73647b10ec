"""Text files in the encodings met in practice → UTF-8, or a refusal that names the line: never mojibake."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from pathlib import Path

from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.file_content import BOMS, refused
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.text.mixed_encodings import convert_pieces

_CHUNK = 1 << 20
_PADDING = b"\x00 \t\r\n\x1a"
_SNIFFED = 4096


@dataclass(frozen=True)
class TextFile:
    """A text file in UTF-8 (`path` may be a converted copy) and facts gathered while checking it."""

    path: Path
    encoding: str
    lines: int  # physical lines, blank lines at the end not counted
    lone_carriage_returns: bool
    suspicious: bool = False  # characters that Vietnamese text has only when it was decoded wrongly
    composed: bool = False  # no byte that begins a combining mark (U+0300–U+036F)
    notices: tuple[Notice, ...] = ()


def as_utf8(path: Path, name: str, work: Path) -> TextFile:
    """Check the encoding and hand back the text as UTF-8; converted copies go to the folder `work`.

    Certain are UTF-8 and UTF-16 (with a byte-order mark, or without one when every other byte of the beginning is
    NUL), and text in Windows-1258, TCVN3, VNI or VISCII, also mixed line by line or column by column, when the words
    leave one way to read them (see `mixed_encodings`). Anything else raises ReadRefused naming the line of the first
    wrong byte: a wrongly decoded name is worse than none. NUL bytes behind the text are dropped, others refused.
    """
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    encoding = next((e for bom, e in BOMS if head.startswith(bom)), None) or _utf16_without_bom(head) or "utf-8"
    if encoding == "utf-32":
        raise _undecodable(name, 1)
    if encoding.startswith("utf-16"):
        converted = work / "from-utf16.txt"
        _convert(path, converted, encoding, name)
        found = replace(_checked(converted, name), encoding="UTF-16")
        if encoding == "utf-16":
            return found
        said = Text(
            f"Tệp dùng bảng mã {encoding.upper()} không có dấu BOM, nhận ra qua các byte NUL xen kẽ.",
            f"The file is in {encoding.upper()} without a byte-order mark, known by its alternating NUL bytes.",
        )
        return replace(found, notices=(Notice(said),))
    if (size := _text_size(path)) < (whole := path.stat().st_size):
        trimmed = work / "without-padding.txt"
        _copy(path, trimmed, size)
        said = Text(
            f"Bỏ {whole - size} byte NUL hoặc khoảng trắng ở cuối tệp.",
            f"{whole - size} NUL or blank bytes behind the text were dropped.",
        )
        found = as_utf8(trimmed, name, work)
        return replace(found, notices=(*found.notices, Notice(said)))
    try:
        return _checked(path, name)
    except ReadRefused as refusal:
        if refusal.message.code != "read.encoding":
            raise
        converted = work / "from-legacy.txt"
        encodings, notices = convert_pieces(path, converted, name, refusal)
        return replace(_checked(converted, name), encoding=encodings, notices=notices)


def _utf16_without_bom(head: bytes) -> str | None:
    """UTF-16 by its NUL bytes: Latin letters, digits and line ends have one in every pair, on one side only."""
    pairs = len(head) // 2
    if pairs < 8:
        return None
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > 0.3 * pairs and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 * pairs and odd == 0 else None


def _copy(source: Path, target: Path, size: int) -> None:
    with source.open("rb") as file, target.open("wb") as out:
        while size > 0 and (chunk := file.read(min(_CHUNK, size))):
            out.write(chunk)
            size -= len(chunk)


def _text_size(path: Path) -> int:
    """Bytes of the file without NUL and blanks behind its text (the whole size when no NUL stands there)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - _CHUNK, 0))
        tail = file.read()
    text = tail.rstrip(_PADDING)
    return size - len(tail) + len(text) if text and b"\x00" in tail[len(text) :] else size


def _checked(path: Path, name: str) -> TextFile:
    """Line counts of a UTF-8 file; ReadRefused at the first byte that is not UTF-8 text."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    newlines = returns = pairs = trailing = 0
    suspicious, composed = False, True
    last = b""
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # The decoder holds back up to 3 bytes of a character cut by the chunk: none of them is a line end.
                held = max(len(error.object) - len(chunk), 0)
                line = newlines + chunk[: max(error.start - held, 0)].count(b"\n") + 1
                raise _undecodable(name, line, error.object[error.start]) from error
            if not chunk:
                break
            if b"\x00" in chunk:
                line = newlines + chunk[: chunk.index(b"\x00")].count(b"\n") + 1
                raise refused(
                    "read.nul_byte",
                    f"Tệp {name}, dòng {line}: có byte NUL nên không phải văn bản UTF-8. "
                    "Hãy lưu lại tệp với bảng mã UTF-8 rồi gửi lại.",
                    f"File {name}, line {line}: contains a NUL byte, so it is not UTF-8 text. "
                    "Save it with encoding UTF-8 and send it again.",
                )
            newlines += chunk.count(b"\n")
            if b"\r" in chunk or last == b"\r":
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            tail = chunk.rstrip(b"\r\n")
            trailing = (0 if tail else trailing) + chunk[len(tail) :].count(b"\n")
            last = chunk[-1:]
            # U+0080–U+00BF but for the no-break space: letters of TCVN3, halves of mangled UTF-8, rarely a real sign.
            suspicious = suspicious or (b"\xc2" in chunk and chunk.count(b"\xc2") > chunk.count(b"\xc2\xa0"))
            composed = composed and b"\xcc" not in chunk and b"\xcd" not in chunk
    return TextFile(path, "UTF-8", newlines - trailing + 1, returns != pairs, suspicious, composed)


def _undecodable(name: str, line: int, byte: int | None = None) -> ReadRefused:
    what = "" if byte is None else f" (byte 0x{byte:02X})"
    return refused(
        "read.encoding",
        f"Tệp {name}, dòng {line}: có ký tự không đọc được theo UTF-8{what}; "
        "có thể tệp dùng bảng mã cũ (TCVN3, VNI, VISCII) hoặc đã hỏng. Hãy lưu lại tệp với bảng mã UTF-8 rồi gửi lại.",
        f"File {name}, line {line}: text that is not UTF-8{what}; "
        "perhaps a legacy encoding (TCVN3, VNI) or a damaged file. Save it with encoding UTF-8 and send it again.",
    )


def _convert(source: Path, target: Path, encoding: str, name: str) -> None:
    line = 1
    with source.open("rb") as file, target.open("wb") as out:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
                out.write(text.encode("utf-8"))
            except UnicodeError as error:
                raise _undecodable(name, line) from error
            line += text.count("\n")
            if not chunk:
                return
