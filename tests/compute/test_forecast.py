"""Forecasts: chosen by back-test, honest about too little history, and what is needed adds up to the target."""

from __future__ import annotations

import math
from dataclasses import replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_pipeline.compute.forecast.cards import forecast_card, form_of, limits_of, main_series, too_little
from ioc_pipeline.compute.forecast.kept import landing_of
from ioc_pipeline.compute.forecast.landing import AVERAGE, MEAN, NO_LIMITS, Landing, TooLittle, land
from ioc_pipeline.compute.forecast.required import required
from ioc_pipeline.compute.target_path import CUMULATIVE, FLOW, STATE
from ioc_pipeline.contracts.model import Bounds
from ioc_pipeline.periods import Period, parse_period
from tests.compute.cards import PERCENT, a_card, a_target

SHAPE = (5, 4, 8, 8, 8, 9, 9, 8, 9, 10, 10, 12)  # per cent of a year


def months(count: int, last: str = "2026-10") -> list[Period]:
    found = [parse_period(last)]
    while len(found) < count:
        found.append(found[-1].previous)
    return found[::-1]


def flows(years: int, growth: float = 1.1) -> list[tuple[Period, float]]:
    """Whole years before 2026 and its ten months, each year the same shape; 2026 will end at 1000."""
    return [
        (p, SHAPE[p.end.month - 1] * 10 * growth ** (p.end.year - 2026)) for p in months(12 * years + 10)
    ]  # fmt: skip


def cumulated(values: list[tuple[Period, float]]) -> list[tuple[Period, float]]:
    found: list[tuple[Period, float]] = []
    for period, value in values:
        found.append((period, value if period.end.month == 1 else found[-1][1] + value))
    return found


@pytest.mark.parametrize(("form", "values"), [(FLOW, flows(4)), (CUMULATIVE, cumulated(flows(4)))])
def test_a_sum_with_the_shape_of_past_years_lands_where_that_shape_leads(form, values):
    found = land(values, form)
    assert isinstance(found, Landing) and found.method == "share_of_year" and found.year == 2026
    assert found.value == pytest.approx(1000) and found.error == pytest.approx(0, abs=1e-9) and found.relative
    assert found.tests == 3  # landings of 2023, 2024, 2025 as seen in October of each, after one complete year
    assert [s.period.text for s in found.path] == ["2026-11", "2026-12"]
    ends = [s.value for s in found.path]
    assert ends == pytest.approx([100, 120] if form == FLOW else [880, 1000])


def test_too_few_past_years_give_no_forecast_and_say_so():
    found = land(flows(2), FLOW)
    assert found == TooLittle("years", 1, 2, 2026)
    assert too_little(found, "month").vi == "Chưa dự báo: mới thử lại được 1 năm trước, cần ít nhất 2"
    short = land([(p, 90.0) for p in months(9)], STATE)
    assert isinstance(short, TooLittle) and too_little(short, "month").en.startswith("No forecast: only 9 months")


@pytest.mark.parametrize("form", [FLOW, CUMULATIVE])
def test_a_past_year_without_anything_leaves_the_method_that_can_say_something(form):
    grew = [(p, 0.0 if p.end.year == 2025 else v) for p, v in flows(5)]
    values = grew if form == FLOW else cumulated(grew)
    found = land(values, form)
    assert isinstance(found, Landing) and found.method != "share_of_year", "nothing can be spread as in 2025"
    assert found.value >= found.low >= sum(v for p, v in grew if p.end.year == 2026)


def test_a_gap_ends_the_history():
    values = flows(4)
    values[-20] = (values[-20][0], None)  # type: ignore[call-overload]
    assert isinstance(land(values, FLOW), TooLittle)


def test_a_state_is_tested_at_any_month_and_stays_within_its_limits():
    values = [(p, 99.0 + (n % 3) * 0.5) for n, p in enumerate(months(16))]
    card = a_card(**PERCENT)
    found = land(values, STATE, limits=limits_of(card, STATE, values))
    assert isinstance(found, Landing) and found.tests >= 6 and not found.relative
    assert found.low <= found.value <= found.high <= 100
    assert all(s.low <= s.value <= s.high <= 100 for s in found.path)


def test_a_closed_year_is_followed_by_the_next_one():
    found = land([(p, v) for p, v in flows(5) if p.end.year < 2026], FLOW)
    assert isinstance(found, Landing) and found.year == 2026 and len(found.path) == 12


def test_quarters_of_growth_are_a_mean():
    card = a_card(measure="growth", **{**PERCENT, "kind": "yoy"})
    quarters = [parse_period(f"{y}-Q{q}") for y in range(2021, 2027) for q in range(1, 5)][:-1]
    found = land([(p, 8.0 + p.end.month / 12) for p in quarters], form_of(card))
    assert form_of(card) == MEAN and isinstance(found, Landing)
    assert found.value == pytest.approx(8.625) and found.method == "seasonal_naive"


def test_the_back_test_is_that_of_the_landing():
    values = flows(5)
    bent = [(p, v * (1.2 if p.end.year == 2024 and p.end.month > 10 else 1)) for p, v in values]
    found = land(bent, FLOW)
    assert isinstance(found, Landing) and 0 < found.error < 0.05
    assert found.low < found.value < found.high


def test_the_same_series_is_fitted_once():
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE forecast_fits (code VARCHAR, area VARCHAR, inputs_hash VARCHAR, fitted_json VARCHAR)"
    )
    values = flows(4)

    def again(series):
        return landing_of(connection, "X", "56", series, FLOW, limits=NO_LIMITS, decimals=1)

    first, fitted = again(values)
    second, refitted = again(values)
    assert (fitted, refitted) == (True, False) and first == second
    assert isinstance(first, Landing) and first.value == round(first.value, 1)
    assert again([*values[:-1], (values[-1][0], 90.0)])[1]
    assert connection.execute("SELECT count(*) FROM forecast_fits").fetchone() == (1,)
    few = landing_of(connection, "Y", "56", values[-5:], FLOW, limits=NO_LIMITS, decimals=1)[0]
    assert few == landing_of(connection, "Y", "56", values[-5:], FLOW, limits=NO_LIMITS, decimals=1)[0]


def test_what_must_be_true_for_a_sum():
    card = a_card(**PERCENT, measure="ytd_rate", targets=(a_target(95, path="even"),))
    so_far = cumulated([(p, 5.0) for p in months(10)])
    found = required(card, so_far, CUMULATIVE, 95)
    assert (found.so_far, found.remaining, found.elapsed, found.needed, found.now) == (50, 2, 10, 22.5, 5)
    assert found.at_this_pace == 60
    assert found.words.vi == (
        "2 tháng còn lại phải đạt bình quân 22,5 điểm % mỗi tháng, bằng 4,5 lần mức bình quân 10 tháng qua (5 điểm %)."
    )
    assert "4.5 times the average of the past 10 months" in found.words.en
    assert required(card, so_far, CUMULATIVE, 48).words.vi.startswith("Đã đạt chỉ tiêu năm 48 %")


def test_what_must_be_true_for_a_limit():
    card = a_card(direction="down", measure="period", unit="vụ", decimals=0)
    found = required(card, [(p, 10.0) for p in months(10)], FLOW, 110)
    assert found.needed == 5 and "phải bình quân không quá 5" in found.words.vi
    gone = required(card, [(p, 20.0) for p in months(10)], FLOW, 110)
    assert "Đã vượt mức cả năm" in gone.words.vi


def test_what_must_be_true_for_a_state_and_for_growth():
    card = a_card(**PERCENT)
    found = required(card, [(p, 80.0 + n) for n, p in enumerate(months(11))], STATE, 96)
    assert (found.needed, found.now, found.at_this_pace) == (3, 1, 90)
    assert found.words.vi == (
        "Phải tăng 3 điểm % mỗi tháng trong 2 tháng còn lại (từ 90 % lên 96 %); từ đầu năm mỗi tháng tăng 1 điểm %."
    )
    quarters = [(parse_period(f"2026-Q{q}"), g) for q, g in ((1, 8.15), (2, 8.81), (3, 9.95))]
    growth = required(a_card(**PERCENT, measure="growth"), quarters, MEAN, 10)
    assert growth.needed == pytest.approx(13.09) and growth.words.vi.startswith(
        "Quý còn lại phải đạt từ 13,1 % (3 quý qua bình quân 9 %"
    )


def averages(rate: float, years: int) -> list[tuple[Period, float]]:
    """Growth of the months since January, of months that grow by `rate` at first and `rate` + 1 from July on."""
    found, total = [], 0.0
    for period in months(12 * years + 10):
        month = period.end.month
        total = (0.0 if month == 1 else total) + rate + (month > 6)
        found.append((period, total / month))
    return found


CPI = {**PERCENT, "kind": "ytd", "direction": "down", "decimals": 2}


@pytest.mark.parametrize("fields", [{"measure": "ytd_yoy", **CPI}, {"measure": "ytd_rate", **CPI, "kind": "yoy"}])
def test_growth_since_january_is_a_mean_and_never_a_sum(fields):
    card = a_card(targets=(a_target(4.5),), **fields)
    assert form_of(card) == AVERAGE
    values = averages(4.0, 3)
    found = land(values, form_of(card), limits=limits_of(card, AVERAGE, values))
    assert isinstance(found, Landing) and found.value == pytest.approx(4.5) and not found.relative
    assert [s.value for s in found.path] == pytest.approx([4 + 5 / 11, 4.5])
    made = forecast_card(card, "56", values, found, None)
    assert made.required.so_far == pytest.approx(4.4) and made.required.at_this_pace == pytest.approx(4.4)
    assert made.required.needed == pytest.approx(5.0)  # (12 · 4.5 − 10 · 4.4) / 2
    assert made.must_be_true.vi == (
        "2 tháng còn lại phải bình quân không quá 5 % (10 tháng qua bình quân 4,4 %; gần đúng, coi các tháng như nhau)."
    )


def test_a_card_says_how_its_year_is_made():
    assert form_of(a_card(over_year="sum", formula="SELECT 1")) == FLOW
    assert form_of(a_card(over_year="mean", **{**PERCENT, "kind": "yoy"})) == MEAN
    assert form_of(a_card(over_year="last", kind="ytd", measure="ytd_rate")) == STATE


SPENT = {**PERCENT, "kind": "ytd", "measure": "ytd_rate", "targets": (a_target(95, path="even"),)}


def test_a_landing_stays_within_the_bounds_of_its_card_and_says_so():
    values = cumulated([(p, v / 9) for p, v in flows(4, growth=1.0)])  # every year ends at 111
    card = a_card(**SPENT, bounds=Bounds(0, 100))
    limits = limits_of(card, CUMULATIVE, values)
    found = land(values, CUMULATIVE, limits=limits)
    assert limits == (0, 100) and isinstance(found, Landing)
    assert found.value == found.low == found.high == 100 and found.uncapped == pytest.approx(1000 / 9)
    assert found.path[-1].value == 100 and all(s.low <= s.value <= s.high <= 100 for s in found.path)
    made = forecast_card(card, "56", values, found, None)
    assert "phép tính ra 111,1, đã giới hạn ở 100 % vì giá trị không thể vượt mức đó" in made.reason.vi
    assert limits_of(replace(card, bounds=Bounds()), CUMULATIVE, values) == (0, math.inf)
    assert limits_of(replace(card, bounds=Bounds(0, 50)), CUMULATIVE, values)[1] == math.inf  # passed already
    assert limits_of(replace(card, bounds=Bounds(high_of="KH")), CUMULATIVE, values, most=120.0) == (0, 120)


def test_an_interval_that_is_cut_says_so():
    values = [(p, 98.0 + (n % 3)) for n, p in enumerate(months(16))]
    card = a_card(**PERCENT)
    found = land(values, STATE, limits=limits_of(card, STATE, values))
    assert isinstance(found, Landing) and found.high == 100 and found.uncapped is None and found.cut == (100,)
    assert "; khoảng đã giới hạn ở 100 %" in forecast_card(card, "56", values, found, None).reason.vi


def test_words_of_the_next_year_and_of_what_hardly_moves():
    ended = [(p, 10.0) for p in months(12, "2025-12")]
    assert required(a_card(measure="period"), ended, FLOW, 120).words.vi.startswith("12 tháng của năm 2026 phải đạt")
    still = [(p, 80 + n * 0.001) for n, p in enumerate(months(11))]
    assert required(a_card(**PERCENT), still, STATE, 96).words.vi.endswith("từ đầu năm hầu như không đổi.")


def test_a_year_with_holes_needs_nothing_that_can_be_computed():
    holes = [(p, 10.0) for p in months(10) if p.end.month != 4]
    found = required(a_card(measure="period"), holes, FLOW, 200)
    assert found.needed is None and "9/10 tháng" in found.words.vi


def test_the_pace_of_a_state_is_from_the_end_of_the_year_before_whatever_months_are_missing():
    whole = [(p, 80.0 + n) for n, p in enumerate(months(14))]  # one point a month
    card = a_card(**PERCENT)
    holes = [(p, v) for p, v in whole if p.text not in ("2026-03", "2026-07")]
    assert required(card, holes, STATE, 100) == required(card, whole, STATE, 100)
    unknown = required(card, [(p, v) for p, v in whole if p.text != "2025-12"], STATE, 100)
    assert unknown.now is None and unknown.words.vi.endswith("(từ 93 % lên 100 %).")


def test_the_landing_is_coloured_against_the_year_s_target():
    card = a_card(measure="ytd", targets=(a_target(1050, path="even"),), amber_margin=0.02)
    values = cumulated(flows(4))
    found = land(values, CUMULATIVE)
    made = forecast_card(card, "56", values, found, None)
    assert made.status == "red" and made.target == 1050
    assert made.reason.vi.startswith("Dự báo cả năm 1.000 tỷ đồng (80 %: 1.000 – 1.000), không đạt chỉ tiêu 1.050")
    assert "thử lại 3 lần, sai số bình quân 0 %" in made.reason.vi
    constant = a_card(measure="period", targets=(a_target(80),))
    assert forecast_card(constant, "56", flows(4), land(flows(4), FLOW), None).target == 960  # 80 every month


def test_months_before_quarters_before_nothing():
    mixed = [(parse_period("2026-Q1"), 1.0), (parse_period("2026-01"), 1.0), (parse_period("2026-02"), 1.0)]
    assert [p.text for p, _ in main_series(mixed)] == ["2026-01", "2026-02"]
    assert main_series([(parse_period("2025"), 1.0)]) == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0, 1e6), min_size=10, max_size=10), st.floats(1, 1e7), st.sampled_from([FLOW, CUMULATIVE, MEAN])
)
def test_what_is_needed_adds_up_to_the_target(values, target, form):
    series = list(zip(months(10), values, strict=True))
    stated = cumulated(series) if form == CUMULATIVE else series
    found = required(a_card(), stated, form, target)
    rest = found.needed * found.remaining
    total = (found.so_far * 10 + rest) / 12 if form == MEAN else found.so_far + rest
    assert total == pytest.approx(target, rel=1e-9, abs=1e-6)
