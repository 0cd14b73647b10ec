"""Vietnamese words compared without their marks: `Giải ngân` and `giai ngan` are the same."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Lower case, no marks, words separated by single spaces: Hồ sơ đúng hạn → ho so dung han."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain.replace("đ", "d")).split())
