"""Text files in the encodings met in practice → UTF-8, or a refusal that names the line: never mojibake."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.file_content import BOMS, refused
from ioc_pipeline.read.reading import Notice

_CHUNK = 1 << 20
_VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")  # lower case, NFC
_SIGNS = set("\xa0–—‘’“”…•§°²³»₫")  # none of them is a letter in TCVN3


@dataclass(frozen=True)
class TextFile:
    """A text file in UTF-8 (`path` may be a converted copy) and facts gathered while checking it."""

    path: Path
    encoding: str
    lines: int  # physical lines, blank lines at the end not counted
    lone_carriage_returns: bool
    notices: tuple[Notice, ...] = ()


def as_utf8(path: Path, name: str, work: Path) -> TextFile:
    """Check the encoding and hand back the text as UTF-8; converted copies go to the folder `work`.

    Certain are UTF-8 (with or without byte-order mark), UTF-16 with a byte-order mark, and Windows-1258 when every
    character of the text is Vietnamese. Anything else raises ReadRefused naming the line of the first wrong byte:
    a wrongly decoded name is worse than none. A NUL byte is refused too.
    """
    with path.open("rb") as file:
        head = file.read(4)
    encoding = next((e for bom, e in BOMS if head.startswith(bom)), "utf-8")
    if encoding == "utf-32":
        raise _undecodable(name, 1)
    if encoding == "utf-16":
        converted = work / "from-utf16.txt"
        _convert(path, converted, encoding, name)
        return replace(_checked(converted, name), encoding="UTF-16")
    try:
        return _checked(path, name)
    except ReadRefused as refusal:
        if refusal.message.code != "read.encoding":
            raise
        converted = work / "from-windows-1258.txt"
        if not _converted_from_windows_1258(path, converted):
            raise
        notice = Text(
            "Tệp dùng bảng mã Windows-1258, đã chuyển sang UTF-8.", "The file is in Windows-1258; converted to UTF-8."
        )
        return replace(_checked(converted, name), encoding="Windows-1258", notices=(Notice(notice),))


def _checked(path: Path, name: str) -> TextFile:
    """Line counts of a UTF-8 file; ReadRefused at the first byte that is not UTF-8 text."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    newlines = returns = pairs = trailing = 0
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
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            tail = chunk.rstrip(b"\r\n")
            trailing = (0 if tail else trailing) + chunk[len(tail) :].count(b"\n")
            last = chunk[-1:]
    return TextFile(path, "UTF-8", newlines - trailing + 1, returns != pairs)


def _undecodable(name: str, line: int, byte: int | None = None) -> ReadRefused:
    what = "" if byte is None else f" (byte 0x{byte:02X})"
    return refused(
        "read.encoding",
        f"Tệp {name}, dòng {line}: có ký tự không đọc được theo UTF-8{what}; "
        "có thể tệp dùng bảng mã cũ (TCVN3, VNI) hoặc đã hỏng. Hãy lưu lại tệp với bảng mã UTF-8 rồi gửi lại.",
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


def _converted_from_windows_1258(source: Path, target: Path) -> bool:
    """Convert when the text is certainly Vietnamese in Windows-1258; False otherwise.

    Certain means: after composing, every character beyond ASCII is a Vietnamese letter or a common sign, and either a
    letter was typed with one of the combining tone marks that only this encoding has, or every byte means the same in
    Windows-1252.
    """
    tone_seen, same_in_1252 = False, True
    with source.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
        for raw in file:
            try:
                text = raw.decode("cp1258")
            except UnicodeDecodeError:
                return False
            if not text.isascii():
                composed = unicodedata.normalize("NFC", text)
                if any(not c.isascii() and c.lower() not in _VIETNAMESE and c not in _SIGNS for c in composed):
                    return False
                tone_seen = tone_seen or any(unicodedata.combining(c) for c in text)
                same_in_1252 = same_in_1252 and text == raw.decode("cp1252", errors="replace")
                text = composed
            out.write(text)
    return tone_seen or same_in_1252
