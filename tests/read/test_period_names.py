"""Names of periods in cells: understood as a whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.read.records.period_names import PeriodName, read_period_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quý II/2025", PeriodName("2025-Q2")),
        ("quí 2 năm 2025", PeriodName("2025-Q2")),
        ("Q3/2025", PeriodName("2025-Q3")),
        ("6 tháng đầu năm 2025", PeriodName("2025-06", cumulative=True)),
        ("9T/2025", PeriodName("2025-09", cumulative=True)),
        ("Chín tháng năm 2025", PeriodName("2025-09", cumulative=True)),
        ("Lũy kế đến hết tháng 9/2025", PeriodName("2025-09", cumulative=True)),
        ("tháng Chín năm 2025", PeriodName("2025-09")),
        ("Tháng mười hai/2025", PeriodName("2025-12")),
        ("tháng Giêng 2025", PeriodName("2025-01")),
        ("T9/2025", PeriodName("2025-09")),
        ("09/2025", PeriodName("2025-09")),
        ("6 tháng cuối năm 2025", PeriodName("2025-H2")),
        ("cả năm 2025", PeriodName("2025")),
        ("Năm\u00a02025", PeriodName("2025")),
        ("Sơ bộ 2024", PeriodName("2024", data_type="preliminary")),
        ("Sơ bộ 2024/Prel. 2024", PeriodName("2024", data_type="preliminary")),
        ("Ước tính tháng 9/2025", PeriodName("2025-09", data_type="estimate")),
        ("30/9/2025", PeriodName("2025-09-30")),
        ("ngày 30 tháng 9 năm 2025", PeriodName("2025-09-30")),
    ],
)
def test_official_names(text: str, expected: PeriodName) -> None:
    assert read_period_name(text) == expected


@pytest.mark.parametrize(
    "text",
    ["tuần 36/2025", "năm học 2025-2026", "2025-2026", "cả năm", "Quý II", "tháng 9/25", "9/25", "T13/2025",
     "Quý V/2025",
     "31/9/2025", "Quý II-III/2025", "tháng 9 và 9 tháng 2025", "2025*", "0/2025", "13T/2025", "Sơ bộ 2024/Prel. 2023",
     "6 tháng", "2205", "tháng này", ""],
)  # fmt: skip
def test_what_is_not_certain_is_refused(text: str) -> None:
    assert read_period_name(text) is None


@given(
    year=st.integers(1990, 2099),
    n=st.integers(1, 12),
    form=st.sampled_from(
        ["tháng {n}/{y}", "Tháng {n} năm {y}", "T{n}/{y}", "t.{n}-{y}", "{n:02d}/{y}", "THÁNG {n:02d}/{y}"]
    ),
)
def test_months(year: int, n: int, form: str) -> None:
    assert read_period_name(form.format(n=n, y=year)) == PeriodName(f"{year}-{n:02d}")


@given(
    year=st.integers(1990, 2099),
    n=st.integers(1, 12),
    form=st.sampled_from(["{n} tháng năm {y}", "{n}T/{y}", "{n} tháng đầu năm {y}", "{n}t {y}"]),
)
def test_sums_of_months(year: int, n: int, form: str) -> None:
    assert read_period_name(form.format(n=n, y=year)) == PeriodName(f"{year}-{n:02d}", cumulative=True)


@given(st.text(max_size=25))
def test_any_text_is_a_period_or_none(text: str) -> None:
    found = read_period_name(text)
    assert found is None or found.period[:2] in ("19", "20")
