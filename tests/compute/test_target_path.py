"""Targets of periods: every path ends at the declared value; a changed target applies from its date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.compute.status import judge
from ioc_pipeline.compute.target_path import (
    CUMULATIVE,
    FLOW,
    STATE,
    applies_to,
    counts,
    path_of_year,
    season_of,
    target_at,
    year_target,
)
from ioc_pipeline.periods import parse_period
from tests.compute.cards import PERCENT, a_card, a_target

TODAY = date(2026, 11, 21)


def low(targets, period, **more):
    return target_at(targets, parse_period(period), **more).low


def test_an_even_path_is_a_twelfth_a_month():
    year = [a_target(1200, path="even")]
    assert low(year, "2026-03", form=CUMULATIVE) == 300
    assert low(year, "2026-Q3", form=CUMULATIVE) == 900
    assert low(year, "2026-03", form=FLOW) == 100 and low(year, "2026-Q3", form=FLOW) == 300
    assert low(year, "2026-12-31", form=CUMULATIVE) == 1200
    assert low(year, "2026-07-01", form=CUMULATIVE) == pytest.approx(1200 * 182 / 365)


def test_a_straight_path_runs_over_years():
    to_2030 = [a_target(99, 2030, path="straight", from_year=2025, from_value=59)]
    assert low(to_2030, "2026") == 67 and low(to_2030, "2027-06") == 71 and low(to_2030, "2030-12") == 99
    assert low(to_2030, "2025-12") is None and low(to_2030, "2031-01") is None
    assert low([*to_2030, a_target(70)], "2026-12") == 70  # the year's own target stands before the way to 2030


def test_a_given_path_is_as_given():
    months = tuple(float(m) for m in range(10, 130, 10))
    given_path = [a_target(120, path="given", months=months)]
    assert low(given_path, "2026-03", form=CUMULATIVE) == 30 and low(given_path, "2026-Q2", form=CUMULATIVE) == 60
    flow = [a_target(780, path="given", months=months)]
    assert low(flow, "2026-Q1", form=FLOW) == 60 and low(flow, "2026", form=FLOW) == 780


def test_a_seasonal_path_follows_the_past_years():
    past = [
        (parse_period(f"{y}-{m:02d}"), 10.0 * m * (1 if y == 2024 else 2)) for y in (2024, 2025) for m in range(1, 13)
    ]
    season = season_of([*past, (parse_period("2026-01"), 999.0)], CUMULATIVE)
    assert season[3] == pytest.approx(0.25) and season[12] == 1
    assert low([a_target(1000, path="seasonal")], "2026-03", form=CUMULATIVE, season=season) == pytest.approx(250)
    flows = season_of([(p, 1.0 if p.end.month > 6 else 3.0) for p, _ in past], FLOW)
    assert low([a_target(2400, path="seasonal")], "2026-01", form=FLOW, season=flows) == pytest.approx(300)
    assert low([a_target(2400, path="seasonal")], "2026-12", form=FLOW, season=flows) == pytest.approx(100)


def test_without_a_complete_past_year_a_seasonal_target_is_unknown_but_its_end():
    seasonal = a_card(targets=(a_target(100, path="seasonal"),), measure="ytd")
    assert season_of([(parse_period("2026-01"), 1.0), (parse_period("2026-02"), 2.0)], CUMULATIVE) == {}
    assert low(seasonal.targets, "2026-03", form=CUMULATIVE) is None
    assert low(seasonal.targets, "2026-12", form=CUMULATIVE) == 100
    judged = judge(seasonal, parse_period("2026-03"), 5.0, plan=None, today=TODAY, max_age_days=None)
    assert judged.status == "grey" and "mùa vụ" in judged.reason.vi


def test_a_changed_target_applies_from_its_date_and_says_so():
    card = a_card(targets=(a_target(95), a_target(90, valid_from=date(2026, 7, 1))), amber_margin=0.0, **PERCENT)
    before = judge(card, parse_period("2026-06"), 92, plan=None, today=TODAY, max_age_days=None)
    after = judge(card, parse_period("2026-07"), 92, plan=None, today=TODAY, max_age_days=None)
    assert (before.status, before.target, before.changed_from) == ("red", 95, None)
    assert (after.status, after.target, after.changed_from) == ("green", 90, 95)
    assert "ngưỡng đã thay đổi, trước đó 95 %" in after.reason.vi and "it was 95 %" in after.reason.en


def test_meeting_the_lower_bound_of_a_range_is_said():
    card = a_card(targets=(a_target(10.5, high=11.0),), amber_margin=0.05, **PERCENT)
    words = [
        judge(card, parse_period("2026-Q3"), value, plan=None, today=TODAY, max_age_days=None) for value in (10.6, 11.2)
    ]
    assert [w.status for w in words] == ["green", "green"]
    assert words[0].reason.vi == "Đạt mức thấp của chỉ tiêu (mức cao 11 %)"
    assert words[1].reason.vi == "Đạt mức cao của chỉ tiêu"
    assert (words[0].target, words[0].target_high) == (10.5, 11.0)


def test_the_cap_of_the_cpi_is_met_below_it():
    card = a_card(targets=(a_target(4.5),), direction="down", kind="yoy", amber_margin=0.02, unit="%", decimals=2)
    assert judge(card, parse_period("2026-09"), 4.4, plan=None, today=TODAY, max_age_days=None).status == "green"
    missed = judge(card, parse_period("2026-09"), 4.52, plan=None, today=TODAY, max_age_days=None)
    assert missed.status == "amber" and missed.reason.vi == "Cao hơn chỉ tiêu 0,02 điểm %"


def test_the_new_rural_standard_of_2026_is_not_that_of_2025():
    card = a_card(targets=(a_target(80.5, 2025, high=81.5), a_target(15, 2026)), amber_margin=0.02, **PERCENT)
    assert judge(card, parse_period("2025"), 79.0, plan=None, today=TODAY, max_age_days=None).status == "amber"
    assert judge(card, parse_period("2026"), 15.05, plan=None, today=TODAY, max_age_days=None).status == "green"


def test_a_sum_s_target_is_nobody_else_s():
    assert not applies_to(a_card(additivity="S"), "22336", "56") and applies_to(a_card(additivity="S"), "56", "56")
    assert applies_to(a_card(additivity="R"), "22336", "56")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"measure": "period"}, FLOW), ({"measure": "ytd"}, CUMULATIVE), ({"measure": "plan_pct"}, CUMULATIVE),
        ({"measure": "ytd_yoy"}, STATE), ({"measure": "rate"}, STATE), ({"measure": "ytd_rate", "kind": "yoy"}, STATE),
        ({"measure": "ytd_rate", "targets": (a_target(95, path="even"),)}, CUMULATIVE),
        ({"measure": "ytd_rate", "kind": "ytd"}, CUMULATIVE), ({"formula": "SELECT 1"}, STATE),
    ],
)  # fmt: skip
def test_what_values_count(fields, expected):
    assert counts(a_card(**fields)) == expected


@given(st.floats(1, 1e6), st.sampled_from(["constant", "even", "straight"]), st.sampled_from(["month", "quarter"]))
def test_every_path_ends_at_the_declared_value_and_never_turns_back(value, path, kind):
    target = a_target(value, path=path, from_year=2025, from_value=0.0)
    steps = [t.low for _, t in path_of_year([target], 2026, kind, form=CUMULATIVE)]
    assert steps[-1] == pytest.approx(value) and steps == sorted(steps)
    assert year_target([target], 2026).low == pytest.approx(value)
    flows = [t.low for _, t in path_of_year([target], 2026, kind, form=FLOW)]
    assert path != "even" or sum(flows) == pytest.approx(value)
