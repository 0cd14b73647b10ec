"""Periods: names, ends, deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.periods import deadline, newest_due, parse_period, period_of

ZONE = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", "half", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-Q3", "quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-09-30", "day", date(2026, 9, 30), date(2026, 9, 30)),
    ],
)
def test_a_period_knows_its_days(text, kind, start, end):
    period = parse_period(text)
    assert (period.kind, period.start, period.end) == (kind, start, end)


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-Q5", "2026-H3", "2026-02-30", "2026-9", "Q3/2026"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        parse_period(text)


@given(st.dates(date(1990, 2, 1), date(2100, 1, 1)), st.sampled_from(["day", "month", "quarter", "half", "year"]))
def test_every_day_lies_in_one_period_after_the_previous_one(day, kind):
    period = period_of(kind, day)
    assert period.start <= day <= period.end
    assert parse_period(period.text) == period
    assert (period.start - period.previous.end).days == 1


def test_the_newest_due_period_is_the_last_whose_deadline_has_passed():
    now = datetime(2026, 11, 21, 5, tzinfo=UTC)
    assert newest_due("month", 25, now, ZONE).text == "2026-09"  # October is due on 25 November
    assert newest_due("month", 6, now, ZONE).text == "2026-10"
    assert newest_due("year", 30, now, ZONE).text == "2025"
    assert newest_due("day", 1, now, ZONE).text == "2026-11-19"


def test_a_deadline_is_the_end_of_the_day_in_viet_nam():
    due = deadline(parse_period("2026-09"), 6, ZONE)
    assert due.isoformat() == "2026-10-06T23:59:59+07:00"
    assert newest_due("month", 6, datetime(2026, 10, 6, 16, 59, 58, tzinfo=UTC), ZONE).text == "2026-08"
    assert newest_due("month", 6, datetime(2026, 10, 6, 17, 0, 0, tzinfo=UTC), ZONE).text == "2026-09"
