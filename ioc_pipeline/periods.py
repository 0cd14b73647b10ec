"""Reporting periods as text: `2026`, `2026-H1`, `2026-Q3`, `2026-09`, `2026-09-30`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ioc_pipeline.messages import Text

TIMEZONE = "Asia/Ho_Chi_Minh"
"""Of a province whose profile declares none; Viet Nam has one."""

_PATTERNS = {
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "half": re.compile(r"(\d{4})-H([12])"),
    "year": re.compile(r"(\d{4})"),
}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Period:
    """A period with its first and last day."""

    text: str
    kind: str  # day | month | quarter | half | year
    start: date
    end: date

    @property
    def previous(self) -> Period:
        """The period of the same kind just before."""
        return period_of(self.kind, self.start - timedelta(days=1))

    @property
    def words(self) -> Text:
        """The period as people write it: tháng 9/2026, quý III/2026, 6 tháng đầu năm 2026."""
        year = self.end.year
        if self.kind == "day":
            return Text(f"{self.end:%d/%m/%Y}", f"{self.end:%d %b %Y}")
        if self.kind == "month":
            return Text(f"tháng {self.end.month}/{year}", f"{self.end:%B} {year}")
        if self.kind == "quarter":
            number = self.end.month // 3
            return Text(f"quý {('I', 'II', 'III', 'IV')[number - 1]}/{year}", f"Q{number} {year}")
        if self.kind == "half":
            first = self.end.month == 6
            half = ("đầu", "first") if first else ("cuối", "second")
            return Text(f"6 tháng {half[0]} năm {year}", f"{half[1]} half of {year}")
        return Text(f"năm {year}", f"{year}")

    @property
    def month_of_year(self) -> int:
        """Month in which the period ends, 1–12."""
        return self.end.month


@lru_cache(maxsize=8192)
def parse_period(text: str) -> Period:
    """Period named by a text; ValueError when it is none."""
    for kind, pattern in _PATTERNS.items():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        numbers = [int(group) for group in match.groups()]
        if kind == "day":
            day = date(*numbers)
            return Period(text, kind, day, day)
        index = numbers[1] if len(numbers) > 1 else 1
        length = _MONTHS[kind]
        first_month = (index - 1) * length + 1
        last_month = first_month + length - 1
        if last_month > 12:
            break
        year = numbers[0]
        last_day = calendar.monthrange(year, last_month)[1]
        return Period(text, kind, date(year, first_month, 1), date(year, last_month, last_day))
    raise ValueError(f"not a period: {text!r}")


@lru_cache(maxsize=8192)
def period_of(kind: str, day: date) -> Period:
    """The period of a kind that contains a day."""
    if kind == "day":
        return Period(day.isoformat(), kind, day, day)
    index = (day.month - 1) // _MONTHS[kind] + 1
    text = {
        "month": f"{day.year}-{day.month:02d}",
        "quarter": f"{day.year}-Q{index}",
        "half": f"{day.year}-H{index}",
        "year": f"{day.year}",
    }[kind]
    return parse_period(text)


def deadline(period: Period, lag_days: int, timezone: str) -> datetime:
    """When the value of a period is due: end of the day `lag_days` after the period's last day, local time."""
    day = period.end + timedelta(days=lag_days)
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(timezone))


def newest_due(kind: str, lag_days: int, now: datetime, timezone: str) -> Period:
    """The newest period whose deadline has passed (section 4.1 of the standard's notes: freshness, exactly)."""
    period = period_of(kind, now.astimezone(ZoneInfo(timezone)).date())
    while deadline(period, lag_days, timezone) > now:
        period = period.previous
    return period
