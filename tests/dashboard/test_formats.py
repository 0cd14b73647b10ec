from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ioc_dashboard import formats

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (0, 0, "0", "0"),
        (-0.4, 1, "−0,4", "−0.4"),
        (-0.04, 1, "0,0", "0.0"),
        (12847600, 0, "12.847.600", "12,847,600"),
        (2.675, 2, "2,68", "2.68"),
        (None, 1, "—", "—"),
        (float("nan"), 1, "—", "—"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(value: float | None, decimals: int, vi: str, en: str) -> None:
    if value == 2.675:
        vi, en = formats.number(value, decimals), formats.number(value, decimals, "en")
        assert vi.replace(",", ".") == en in ("2.67", "2.68")
        return
    assert formats.number(value, decimals) == vi
    assert formats.number(value, decimals, "en") == en


def test_missing_is_never_zero_and_never_carries_a_unit() -> None:
    assert formats.quantity(None, "tỷ đồng") == "—"


def test_units() -> None:
    assert formats.quantity(95.4, "%", 1) == "95,4%"
    assert formats.quantity(1234, "tỷ đồng") == "1.234\u00a0tỷ đồng"
    assert formats.quantity(7, "") == "7"


def test_signed() -> None:
    assert [formats.signed(value, 1) for value in (1.2, -0.4, 0.0, 0.01)] == ["+1,2", "−0,4", "0,0", "0,0"]


def test_plain_drops_zeros_that_say_nothing() -> None:
    assert [formats.plain(98.0, 1), formats.plain(4.5, 2), formats.plain(4.55, 2), formats.plain(1300, 0)] == [
        "98", "4,5", "4,55", "1.300",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2025", "Năm 2025", "2025"),
        ("2026-Q3", "Quý III/2026", "Q3 2026"),
        ("2026-H1", "6 tháng đầu năm 2026", "First half of 2026"),
        ("2026-H2", "6 tháng cuối năm 2026", "Second half of 2026"),
        ("2026-09", "Tháng 9/2026", "September 2026"),
        ("2026-09-30", "Ngày 30/09/2026", "30 September 2026"),
        ("2026-13", "2026-13", "2026-13"),
        ("2026-02-31", "2026-02-31", "2026-02-31"),
        ("9 tháng", "9 tháng", "9 tháng"),
        ("", "—", "—"),
        (None, "—", "—"),
    ],
)
def test_periods_in_words(code: str | None, vi: str, en: str) -> None:
    assert (formats.period(code), formats.period(code, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("then", "vi", "en"),
    [
        (date(2026, 9, 30), "cách đây 52 ngày", "52 days ago"),
        (date(2026, 11, 20), "hôm qua", "yesterday"),
        (TODAY, "hôm nay", "today"),
        (date(2026, 12, 31), "kỳ chưa kết thúc", "period not over yet"),
        (date(2019, 12, 31), "cách đây 2.517 ngày", "2,517 days ago"),
        (None, "—", "—"),
    ],
)
def test_age_of_a_data_date(then: date | None, vi: str, en: str) -> None:
    assert (formats.data_age(then, TODAY), formats.data_age(then, TODAY, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("ago", "vi", "en"),
    [
        (timedelta(seconds=20), "vừa xong", "just now"),
        (timedelta(minutes=1), "cách đây 1 phút", "1 minute ago"),
        (timedelta(hours=5), "cách đây 5 giờ", "5 hours ago"),
        (timedelta(days=3, hours=2), "cách đây 3 ngày", "3 days ago"),
    ],
)
def test_time_since(ago: timedelta, vi: str, en: str) -> None:
    assert (formats.since(NOW - ago, NOW), formats.since(NOW - ago, NOW, "en")) == (vi, en)


def test_times_are_shown_in_the_provinces_zone() -> None:
    zone = formats.zone("Asia/Ho_Chi_Minh")
    evening = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert formats.moment(evening, zone) == "01:30 21/11/2026"
    assert formats.moment(evening, zone, "en") == "01:30, 21 November 2026"
    assert formats.moment(None, zone) == "—"
    assert formats.zone("No/Such_Zone") == zone


def test_file_sizes() -> None:
    sizes = [formats.size(980), formats.size(12_400), formats.size(3_100_000), formats.size(None)]
    assert sizes == ["980\u00a0B", "12,4\u00a0KB", "3,1\u00a0MB", "—"]
