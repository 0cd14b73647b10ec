"""TCVN3 (ABC) text under `.Vn…` fonts → Unicode.

A TCVN3 book stores one byte per letter; read as Latin-1 it shows `Tæng s¶n phÈm`. Fonts whose name ends in `H`
draw every letter as a capital. Some books mix TCVN3 and Unicode, even inside one cell, so the decision is taken
for each run of text, on evidence: the font's name and the characters themselves.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

_LETTERS = (
    ("µ¸¶·¹", "àáảãạ"), ("¨", "ă"), ("»¾¼½Æ", "ằắẳẵặ"), ("©", "â"), ("ÇÊÈÉË", "ầấẩẫậ"),
    ("®", "đ"), ("ÌÐÎÏÑ", "èéẻẽẹ"), ("ª", "ê"), ("ÒÕÓÔÖ", "ềếểễệ"), ("×ÝØÜÞ", "ìíỉĩị"),
    ("ßãáâä", "òóỏõọ"), ("«", "ô"), ("åèæçé", "ồốổỗộ"), ("¬", "ơ"), ("êíëìî", "ờớởỡợ"),
    ("ïóñòô", "ùúủũụ"), ("\u00ad", "ư"), ("õøö÷ù", "ừứửữự"), ("úýûüþ", "ỳýỷỹỵ"),
    ("¡¢§£¤¥¦", "ĂÂĐÊÔƠƯ"),
)  # fmt: skip
TO_UNICODE = {ord(old): new for olds, news in _LETTERS for old, new in zip(olds, news, strict=True)}
"""The 74 letters of TCVN3 that differ from ASCII, by the Latin-1 character they appear as."""
_TABLE = "".join(TO_UNICODE.get(byte, chr(byte)) for byte in range(256))

# Letters that Vietnamese in Unicode has and the Latin-1 look of TCVN3 never shows …
_UNICODE_ONLY = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9\u0300-\u0323]")
# … and signs that stand inside a Vietnamese word only as TCVN3 letters. Letters that Vietnamese itself writes
# (à, é … and their capitals) prove nothing, except a capital inside a word of small letters (`phÈm`).
_VIETNAMESE_LATIN1 = set("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ")
_SIGN = "[" + "".join(re.escape(chr(c)) for c in TO_UNICODE if chr(c) not in _VIETNAMESE_LATIN1 | set("«»")) + "]"
_CAPITAL = "[ÇÊÈÉËÌÎÏÑÒÕÓÔÖÝØÜÞ]"
_TCVN3_WORD = re.compile(f"[A-Za-z]{_SIGN}|{_SIGN}[A-Za-z]|{_SIGN}{{2}}|[a-z]{_CAPITAL}[a-z]|[a-z]{_CAPITAL}$")
_TCVN3_SOMEWHERE = re.compile(
    f"[A-Za-z]{_SIGN}|{_SIGN}[A-Za-z]|{_SIGN}{{2}}|[a-z]{_CAPITAL}(?:[a-z \n\t]|\\Z)"
)  # `_TCVN3_WORD` over a text of many words
_TELLING = re.compile(f"{_SIGN}|{_CAPITAL}")  # what every match of the other two holds, found ten times as fast
_WORD = re.compile(r"[^ \n\t]+")


def is_tcvn3_font(name: str | None) -> bool:
    """True for the fonts of the TCVN3 family (`.VnTime`, `.VnArialH` …)."""
    return bool(name) and str(name).casefold().startswith(".vn")


@lru_cache(maxsize=1024)
def _font_kind(font: str | None) -> tuple[bool, bool]:
    """Whether a font is of the TCVN3 family, and whether it is one that draws capitals."""
    legacy = is_tcvn3_font(font)
    return legacy, legacy and str(font).casefold().rstrip("0123456789 ").endswith("h")


def convert(text: str, *, capitals: bool = False) -> str:
    """Every TCVN3 letter of `text` as Unicode (NFC); `capitals` for a font that draws capitals."""
    try:
        letters = codecs.charmap_decode(text.encode("latin-1"), "strict", _TABLE)[0]
    except UnicodeEncodeError:
        letters = text.translate(TO_UNICODE)
    converted = unicodedata.normalize("NFC", letters)
    return converted.upper() if capitals else converted


@lru_cache(maxsize=16384)
def decode_run(text: str, font: str | None) -> str:
    """Unicode of a run of text in one font (font None when the file names none).

    A run is converted as a whole when its font is of the TCVN3 family or a word of it can only be TCVN3, and no
    letter of it can only be Unicode. When both kinds stand in one run, each word is decided on its own letters.
    """
    legacy, capitals = _font_kind(font)
    if text.isascii():
        return text.upper() if capitals else text
    if not _UNICODE_ONLY.search(text):
        if legacy or looks_tcvn3(text):
            return convert(text, capitals=capitals)
        return text
    decoded = text
    if _TCVN3_SOMEWHERE.search(text):
        decoded = _WORD.sub(lambda word: _decode_word(word.group()), text)
    return decoded.upper() if capitals else decoded


def looks_tcvn3(text: str) -> bool:
    """True when a word of the text can only be TCVN3."""
    return any(_TCVN3_WORD.search(word) for word in _WORD.findall(text))


def none_looks_tcvn3(texts: list[str]) -> bool:
    """True when no word of any of the texts can only be TCVN3, so that `decode_run` leaves all of them as they are
    where no font is known: one search for the texts of a whole sheet."""
    together = "\n".join(texts)
    return _TELLING.search(together) is None or _TCVN3_SOMEWHERE.search(together) is None


def _decode_word(word: str) -> str:
    if _TCVN3_WORD.search(word) and not _UNICODE_ONLY.search(word):
        return convert(word)
    return word
