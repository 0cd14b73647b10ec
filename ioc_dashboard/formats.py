"""Numbers, dates, periods and ages as a Vietnamese (or English) reader writes them.

Everything shown goes through here: `1.234,5`, `30/09/2026`, `Quý III/2026`, `cách đây 52 ngày`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date as babel_date
from babel.numbers import format_decimal

MISSING = "—"
MINUS = "\u2212"
NBSP = "\u00a0"
_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
_ENGLISH_MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip


@lru_cache(maxsize=32)
def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def number(value: float | int | None, decimals: int = 0, lang: str = "vi") -> str:
    """`1234.5` as `1.234,5` (vi) or `1,234.5` (en); a missing value is a dash, never zero."""
    if value is None or value != value:  # None or NaN
        return MISSING
    text = format_decimal(abs(value), format=_pattern(decimals), locale=_locale(lang))
    negative = value < 0 and any(digit in "123456789" for digit in text)
    return MINUS + text if negative else text


def signed(value: float | None, decimals: int = 0, lang: str = "vi") -> str:
    """A difference with its sign written out: `+1,2`, `−0,4`, `0,0`."""
    text = number(value, decimals, lang)
    if value is not None and value > 0 and any(digit in "123456789" for digit in text):
        return "+" + text
    return text


def plain(value: float | None, decimals: int = 0, lang: str = "vi") -> str:
    """Number without the zeros that say nothing: a target of 98 is `98`, not `98,0`."""
    if value is None:
        return MISSING
    needed = next((places for places in range(decimals) if round(value, places) == round(value, decimals)), decimals)
    return number(value, needed, lang)


def with_unit(text: str, unit: str | None) -> str:
    """Number and unit kept on one line; the per cent sign stands directly after the number."""
    if not unit or text == MISSING:
        return text
    return f"{text}%" if unit == "%" else f"{text}{NBSP}{unit}"


def quantity(value: float | None, unit: str | None, decimals: int = 0, lang: str = "vi") -> str:
    """Number with its unit: `95,4%`, `1.234 tỷ đồng`."""
    return with_unit(number(value, decimals, lang), unit)


def day(value: date | None, lang: str = "vi") -> str:
    """`30/09/2026` (vi), `30 September 2026` (en)."""
    if value is None:
        return MISSING
    return value.strftime("%d/%m/%Y") if lang != "en" else babel_date(value, "d MMMM y", locale="en")


def moment(value: datetime | None, zone: tzinfo = UTC, lang: str = "vi") -> str:
    """A time in the province's zone: `08:15 21/11/2026` (vi), `08:15, 21 November 2026` (en)."""
    if value is None:
        return MISSING
    local = value.astimezone(zone)
    if lang == "en":
        return f"{local:%H:%M}, {day(local.date(), lang)}"
    return f"{local:%H:%M} {day(local.date())}"


def period(code: str | None, lang: str = "vi") -> str:
    """Period in words: `2026-09` is `Tháng 9/2026`, `2026-Q3` is `Quý III/2026`, `2025` is `Năm 2025`."""
    if not code:
        return MISSING
    english = lang == "en"
    if match := re.fullmatch(r"(\d{4})", code):
        return code if english else f"Năm {code}"
    if match := re.fullmatch(r"(\d{4})-[Qq]([1-4])", code):
        year, quarter = match[1], int(match[2])
        return f"Q{quarter} {year}" if english else f"Quý {_ROMAN[quarter]}/{year}"
    if match := re.fullmatch(r"(\d{4})-[Hh]([12])", code):
        year, half = match[1], int(match[2])
        if english:
            return f"{'First' if half == 1 else 'Second'} half of {year}"
        return f"6 tháng {'đầu' if half == 1 else 'cuối'} năm {year}"
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", code):
        year, month = match[1], int(match[2])
        return f"{_ENGLISH_MONTHS[month - 1]} {year}" if english else f"Tháng {month}/{year}"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", code):
        try:
            when = date.fromisoformat(code)
        except ValueError:
            return code
        return day(when, lang) if english else f"Ngày {day(when)}"
    return code


def age_days(then: date | None, today: date) -> int | None:
    """Whole days from `then` to `today`; negative when the data date lies ahead."""
    return None if then is None else (today - then).days


def data_age(then: date | None, today: date, lang: str = "vi") -> str:
    """Age of a data date in words: `hôm nay`, `hôm qua`, `cách đây 52 ngày`, `kỳ chưa kết thúc`."""
    days = age_days(then, today)
    if days is None:
        return MISSING
    if days < 0:
        return "period not over yet" if lang == "en" else "kỳ chưa kết thúc"
    if days == 0:
        return "today" if lang == "en" else "hôm nay"
    if days == 1:
        return "yesterday" if lang == "en" else "hôm qua"
    if lang == "en":
        return f"{number(days, 0, lang)} days ago"
    return f"cách đây {number(days)} ngày"


def since(then: datetime | None, now: datetime, lang: str = "vi") -> str:
    """Time since an event: `vừa xong`, `cách đây 5 phút`, `cách đây 3 giờ`, `cách đây 2 ngày`."""
    if then is None:
        return MISSING
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return "just now" if lang == "en" else "vừa xong"
    if minutes < 60:
        amount, vi, en = minutes, "phút", "minute"
    elif minutes < 48 * 60:
        amount, vi, en = minutes // 60, "giờ", "hour"
    else:
        amount, vi, en = minutes // (24 * 60), "ngày", "day"
    if lang == "en":
        return f"{number(amount, 0, lang)} {en}{'' if amount == 1 else 's'} ago"
    return f"cách đây {number(amount)} {vi}"


def size(bytes_count: int | None, lang: str = "vi") -> str:
    """File size: `980 B`, `12,4 KB`, `3,1 MB`."""
    if bytes_count is None:
        return MISSING
    if bytes_count < 1000:
        return f"{bytes_count}{NBSP}B"
    if bytes_count < 1_000_000:
        return f"{number(bytes_count / 1000, 1, lang)}{NBSP}KB"
    return f"{number(bytes_count / 1_000_000, 1, lang)}{NBSP}MB"


@lru_cache(maxsize=8)
def zone(name: str | None) -> tzinfo:
    """Time zone by its name; UTC+7 when the name or the machine's zone data is missing."""
    for candidate in (name, "Asia/Ho_Chi_Minh"):
        try:
            if candidate:
                return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC


def _locale(lang: str) -> str:
    return "en" if lang == "en" else "vi"
