"""Is a word a Vietnamese syllable? Evidence for one encoding against another: wrong letters rarely spell anything."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LETTERS = set("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")  # lower case, NFC
SIGNS = set("\xa0–—‘’“”…•§°²³»«₫±×÷½")  # common signs that stand beside letters, never for one

# Initial consonants, with those of the place names of the Central Highlands (Krông, Plei, Đrắk).
_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|kr|pl|br|đr|dr|bl|kl|hr|sr|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x)?"
_NUCLEUS = (
    "(?:uyê|iêu|yêu|uôi|ươi|ươu|oai|oay|oeo|uây|uya|uyu|uơ|"
    "iê|yê|uô|ươ|oa|oă|oe|uâ|uê|uy|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu|ya|oo|"
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y)"
)
_CODA = "(?:ng|nh|ch|c|k|m|n|p|t)?"
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}{_CODA}")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """True for a word that Vietnamese spelling allows: one tone mark at most, known initial, vowel and final."""
    parts = unicodedata.normalize("NFD", word.lower())
    if sum(ord(c) in _TONES for c in parts) > 1:
        return False
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", parts.translate(_TONES))) is not None


def marked_words(text: str) -> list[str]:
    """Words of a text that carry a letter beyond ASCII."""
    return [word for word in _WORD.findall(text) if not word.isascii()]


def only_vietnamese(text: str) -> bool:
    """True when every character beyond ASCII is a Vietnamese letter or a common sign (text in NFC)."""
    return all(c.isascii() or c.lower() in LETTERS or c in SIGNS for c in text)
