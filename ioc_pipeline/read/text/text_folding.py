"""Vietnamese text as it comes from files: cleaned for storing, folded for comparing.

Cleaning follows rules V1 and V10 of the standard (NFC, no zero-width or no-break spaces, single spaces); folding
follows V2 (lower case and one tone-mark style: `Hoà` and `Hòa` compare equal, tones are never dropped).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
# Older spelling puts the mark on the second vowel where today's puts it on the first.
_TONES = {
    "oa": ("oàoáoảoãoạ", "òaóaỏaõaọa"),
    "oe": ("oèoéoẻoẽoẹ", "òeóeỏeõeọe"),
    "uy": ("uỳuýuỷuỹuỵ", "ùyúyủyũyụy"),
}
_NEW_STYLE = {old[i : i + 2]: new[i : i + 2] for old, new in _TONES.values() for i in range(0, len(old), 2)}
_OLD_PAIR = re.compile("(?:" + "|".join(_NEW_STYLE) + r")(?<!q..)(?![^\W\d_])")  # in this order it is found fastest

_OLD_PAIR_ANY_CASE = re.compile(_OLD_PAIR.pattern, re.IGNORECASE)


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """Text as stored: NFC, line breaks and every kind of space as single spaces, no invisible characters."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def todays_tones(text: str) -> str:
    """Text with tone marks in today's place, letters' case kept (`Thuỷ` → `Thủy`)."""
    return _OLD_PAIR_ANY_CASE.sub(_moved, text)


def _moved(found: re.Match[str]) -> str:
    old = found.group()
    new = _NEW_STYLE[old.casefold()]
    return "".join(n.upper() if o.isupper() else n for o, n in zip(old, new, strict=True))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Key for comparing texts: cleaned, lower case, tone marks in today's place (`thuỷ` → `thủy`)."""
    return _OLD_PAIR.sub(lambda found: _NEW_STYLE[found.group()], clean(text).casefold())
