"""Text in the one-byte encodings of Vietnamese → Unicode: Windows-1258, TCVN3 (ABC), VNI-Windows, VISCII.

Python knows Windows-1258 only; charset-normalizer and ftfy know none of the other three, so the tables are here: TCVN3
as in `tcvn3`, VISCII from RFC 1456 (a test holds it against iconv), VNI-Windows as its keyboards write it (base letter,
then a letter that stands for the marks).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from ioc_pipeline.read.text.tcvn3 import TO_UNICODE

_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)  # 80 to FF
_VISCII_TABLE = {0x80 + i: c for i, c in enumerate(_VISCII)} | dict(
    zip((0x02, 0x05, 0x06, 0x14, 0x19, 0x1E), "ẲẴẪỶỸỴ", strict=True)
)

_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
# VNI: what the letter after the base letter stands for.
_VNI_MARK = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": _CIRCUMFLEX, "à": _CIRCUMFLEX + "\u0300", "á": _CIRCUMFLEX + "\u0301", "å": _CIRCUMFLEX + "\u0309",
    "ã": _CIRCUMFLEX + "\u0303", "ä": _CIRCUMFLEX + "\u0323",
    "ê": _BREVE, "è": _BREVE + "\u0300", "é": _BREVE + "\u0301", "ú": _BREVE + "\u0309", "ü": _BREVE + "\u0303",
    "ë": _BREVE + "\u0323",
}  # fmt: skip
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_ALONE |= {k.upper(): v.upper() for k, v in _VNI_ALONE.items()}
_VNI_BASES = (
    {mark: "aeouyôö" for mark in "øùûõï"} | {mark: "aeo" for mark in "âàáåãä"} | {mark: "a" for mark in "êèéúüë"}
)
_VNI = re.compile(
    "|".join(f"[{bases}{bases.upper()}][{mark}{mark.upper()}]" for mark, bases in _VNI_BASES.items()) + "|[\xa0-\xff]"
)
_CAPITAL_WORD = re.compile(r"[^\W\d_]+")


def from_windows_1258(raw: bytes) -> str | None:
    """Text, composed; None when a byte means nothing in this encoding."""
    try:
        return unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def from_tcvn3(raw: bytes) -> str | None:
    """Text; a word whose unmarked letters are capitals throughout is made capital: TCVN3 has no marked capitals."""
    text = unicodedata.normalize("NFC", raw.decode("latin-1").translate(TO_UNICODE))
    return _CAPITAL_WORD.sub(lambda found: _all_capitals(found.group()), text)


def _all_capitals(word: str) -> str:
    plain = [c for c in word if c.isascii()]
    return word.upper() if len(plain) > 1 and all(c.isupper() for c in plain) else word


def from_viscii(raw: bytes) -> str | None:
    """Text."""
    return "".join(_VISCII_TABLE.get(b, chr(b)) for b in raw)


def from_vni(raw: bytes) -> str | None:
    """Text; None when a mark follows a letter that cannot carry it."""
    text = raw.decode("latin-1")
    wrong = False

    def letter(found: re.Match[str]) -> str:
        nonlocal wrong
        pair = found.group()
        if len(pair) == 1:
            if pair not in _VNI_ALONE:
                wrong = wrong or pair.isalpha()
                return pair
            return _VNI_ALONE[pair]
        base = _VNI_ALONE.get(pair[0], pair[0])
        return unicodedata.normalize("NFC", base + _VNI_MARK[pair[1].lower()])

    found = _VNI.sub(letter, text)
    return None if wrong else found


ENCODINGS: dict[str, Callable[[bytes], str | None]] = {
    "Windows-1258": from_windows_1258,
    "TCVN3 (ABC)": from_tcvn3,
    "VNI": from_vni,
    "VISCII": from_viscii,
}
"""Name → decoder of a piece of text that is not UTF-8."""

# UTF-8 read as Windows-1252 (`HÃ  Ná»™i`): the bytes 81, 8D, 8F, 90 and 9D, which mean nothing there, stay as they are.
_WINDOWS_1252 = {chr(b): b for b in range(0x80, 0x100)} | {
    bytes([b]).decode("cp1252", "ignore"): b for b in range(0x80, 0xA0) if bytes([b]).decode("cp1252", "ignore")
}


def unmangled(text: str) -> str | None:
    """What a text was before UTF-8 was read as Windows-1252; None when it was not. ftfy does this for all languages by
    heuristics of its own; here only a strict way back counts."""
    try:
        raw = bytes(_WINDOWS_1252.get(c, 256) if ord(c) > 127 else ord(c) for c in text)
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except (ValueError, UnicodeDecodeError):
        return None
