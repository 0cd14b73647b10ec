"""Official names of periods in a cell (`Quý II/2025`, `9T/2025`, `tháng Chín năm 2025`) → the code of the period.

A name is understood only as a whole, with a year of four digits. `9 tháng năm 2025` is the sum from January: its code
is that of September, and it fits only a row whose kind of number is a sum of the year. School years, weeks and periods
without a year have no code and are refused. Headings of tables are read by `period_words`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from ioc_pipeline.read.text.text_folding import fold

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_OF = r"(?:\s*(?:năm|/|-|\.|,)\s*(?:năm\s*)?|\s+)"
_COUNTS = {
    word: number
    for number, words in enumerate(
        ("một giêng", "hai", "ba", "tư bốn", "năm", "sáu", "bảy bẩy", "tám", "chín", "mười", "mười_một",
         "mười_hai chạp"), 1
    )
    for word in words.split()
}  # fmt: skip
_COUNTS = {word.replace("_", " "): number for word, number in _COUNTS.items()}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "nhất": 1}
_N = r"(?P<n>\d{1,2}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")"
_QUARTER = r"(?P<n>iv|iii|ii|i|0?[1-4]|nhất|một|hai|ba|tư|bốn)"
_DATA_TYPES = {
    "sơ bộ": "preliminary", "prel.": "preliminary", "prel": "preliminary", "ước tính": "estimate", "ước": "estimate",
    "est.": "estimate", "chính thức": "official",
}  # fmt: skip
_TYPE = re.compile(r"^(" + "|".join(map(re.escape, sorted(_DATA_TYPES, key=len, reverse=True))) + r")\s+(?=\S)")
_TWO_LANGUAGES = re.compile(r"^sơ bộ\s+(\d{4})\s*/\s*prel\.?\s+(\d{4})$")
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("year", rf"(?:cả\s+năm|năm)?\s*{_YEAR}"),
        ("half1", rf"nửa\s+đầu(?:\s+năm)?{_OF}{_YEAR}"),
        ("half2", rf"(?:nửa|6\s+tháng|sáu\s+tháng)\s+cuối(?:\s+năm)?{_OF}{_YEAR}"),
        ("quarter", rf"quý\s*{_QUARTER}{_OF}{_YEAR}"),
        ("quarter", rf"q(?P<n>[1-4])\s*[/.-]\s*{_YEAR}"),
        ("month", rf"tháng\s*{_N}{_OF}{_YEAR}"),
        ("month", rf"(?:t\.?\s*)?(?P<n>0?[1-9]|1[0-2])\s*[/-]\s*{_YEAR}"),
        ("sum", rf"{_N}\s*tháng(?:\s+đầu)?{_OF}{_YEAR}"),
        ("sum", rf"(?P<n>\d{{1,2}})\s*t\s*[/.-]?\s*{_YEAR}"),
        ("sum", rf"l(?:ũy|uỹ)\s+kế\s+(?:đến\s+)?(?:hết\s+)?tháng\s*{_N}{_OF}{_YEAR}"),
        (
            "day",
            rf"(?:ngày\s*)?(?P<d>\d{{1,2}})\s*(?:/|-|\.|\s+tháng\s+)\s*(?P<n>\d{{1,2}})\s*(?:/|-|\.|\s+năm\s+)\s*{_YEAR}",
        ),
    )
)


@dataclass(frozen=True)
class PeriodName:
    """Code of a period as stored (`2025`, `2025-H2`, `2025-Q2`, `2025-09`, `2025-09-30`); `cumulative`: a sum from
    January to that month; `data_type`: the kind of data the name itself states (`Sơ bộ 2024`)."""

    period: str
    cumulative: bool = False
    data_type: str | None = None


def read_period_name(text: str) -> PeriodName | None:
    """Period that a cell names; None when it names none with certainty."""
    words = fold(text).replace("quí", "quý")
    twice = _TWO_LANGUAGES.match(words)
    if twice:
        words = f"sơ bộ {twice[1]}" if twice[1] == twice[2] else ""
    stated = _TYPE.match(words)
    data_type = _DATA_TYPES[stated[1]] if stated else None
    if stated:
        words = words[stated.end() :]
    for kind, form in _FORMS:
        found = form.fullmatch(words)
        if found:
            code = _code(kind, found)
            return PeriodName(code, kind == "sum", data_type) if code else None
    return None


def _code(kind: str, found: re.Match[str]) -> str | None:
    year = int(found["year"])
    if kind == "year":
        return str(year)
    if kind.startswith("half"):
        return f"{year}-H{kind[-1]}"
    written = found["n"]
    n = int(written) if written.isdigit() else _ROMAN.get(written) or _COUNTS.get(written, 0)
    if kind == "quarter":
        return f"{year}-Q{n}" if 1 <= n <= 4 else None
    if not 1 <= n <= 12:
        return None
    if kind == "day":
        day = int(found["d"])
        return date(year, n, day).isoformat() if 1 <= day <= calendar.monthrange(year, n)[1] else None
    return f"{year}-{n:02d}"
