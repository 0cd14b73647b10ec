"""Days as a rule counts them: calendar days, or Monday to Friday without Viet Nam's public holidays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from ioc_pipeline.messages import Text

WORKING, CALENDAR = "working", "calendar"
WORDS = {WORKING: Text("ngày làm việc", "working days"), CALENDAR: Text("ngày (theo lịch)", "calendar days")}


@lru_cache(maxsize=32)
def holidays_of(year: int) -> frozenset[date]:
    """Public holidays of a year with the compensatory days off known to the library; make-up Saturdays are not."""
    import holidays  # a third of a second, needed only where a rule counts working days

    return frozenset(holidays.country_holidays("VN", years=[year]))


def is_working(day: date) -> bool:
    """True from Monday to Friday outside public holidays."""
    return day.weekday() < 5 and day not in holidays_of(day.year)


def add_days(day: date, count: int, kind: str) -> date:
    """The day `count` days after `day` (0: the day itself, or the next working day)."""
    if kind == CALENDAR:
        return day + timedelta(days=count)
    while not is_working(day):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
    return day
