"""Status: recomputable by hand, three-valued, never green without a value and a target."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.compute.status import judge, shown_number, target_for
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period

TODAY = date(2026, 11, 21)
BASIS = Text("căn cứ", "basis")


def card(direction: str = "up", value: float = 100, margin: float = 0.1, path: str = "constant") -> Indicator:
    return Indicator(
        code="X", name=BASIS, short=BASIS, unit="tỷ đồng", unit_text=Text("tỷ đồng", "billion VND"), decimals=1,
        field=BASIS, direction=direction, owner=BASIS, feed="f", definition=BASIS, selection={}, formula=None,
        targets=(Target(2026, value, BASIS, "P", path),), plan=None, amber_margin=margin, headline=False, sort=1,
    )  # fmt: skip


def status(card: Indicator, value: float | None, period: str = "2026-09", max_age: int | None = None) -> str:
    return judge(card, parse_period(period), value, plan=None, today=TODAY, max_age_days=max_age).status


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("up", 100, "green"), ("up", 101, "green"), ("up", 99.9, "amber"), ("up", 90, "amber"), ("up", 89.9, "red"),
        ("down", 100, "green"), ("down", 99, "green"), ("down", 110, "amber"), ("down", 110.1, "red"),
    ],
)  # fmt: skip
def test_met_near_and_missed(direction, value, expected):
    assert status(card(direction), value) == expected


def test_no_value_is_grey_never_red_or_green():
    assert status(card(), None) == "grey"


def test_no_target_for_the_year_is_grey():
    assert status(card(), 500, "2025-09") == "grey"


def test_a_neutral_indicator_has_no_colour():
    assert status(card("neutral"), 500) == "grey"


def test_a_value_older_than_its_feed_allows_is_grey():
    assert status(card(), 500, "2026-01", max_age=294) == "green"
    judged = judge(card(), parse_period("2026-01"), 500, plan=None, today=TODAY, max_age_days=293)
    assert judged.status == "grey" and "294" in judged.reason.vi and "294" in judged.reason.en


def test_a_target_of_zero_leaves_no_room():
    assert status(card("down", value=0, margin=0.5), 0) == "green"
    assert status(card("down", value=0, margin=0.5), 1) == "red"


def test_an_even_path_asks_for_the_share_of_the_year():
    assert target_for(card(path="even"), parse_period("2026-09"), None)[0] == 75
    assert target_for(card(path="even"), parse_period("2026-Q2"), None)[0] == 50
    assert target_for(card(path="even"), parse_period("2026"), None)[0] == 100
    assert status(card(path="even"), 75) == "green"


def test_the_declared_target_stands_before_the_plan_of_the_data():
    plan = Target(2026, 40, BASIS, "")
    assert target_for(card(), parse_period("2026-09"), plan)[0] == 100
    assert target_for(replace(card(), targets=()), parse_period("2026-09"), plan)[0] == 40


def test_the_reason_says_by_how_much():
    judged = judge(card(), parse_period("2026-09"), 1.25, plan=None, today=TODAY, max_age_days=None)
    assert judged.reason == Text("Thấp hơn chỉ tiêu 98,8 tỷ đồng", "Below target by 98.8 billion VND")
    percent = replace(card(path="even"), unit="%", unit_text=Text("%", "%"))
    judged = judge(percent, parse_period("2026-06"), 40, plan=None, today=TODAY, max_age_days=None)
    assert judged.reason.vi == "Thấp hơn chỉ tiêu 10 điểm % (mức 6/12 của chỉ tiêu năm 100 %)"


@given(st.floats(-1e9, 1e9), st.floats(0.01, 1e6), st.floats(0, 1), st.sampled_from(["up", "down"]), st.floats(0, 1e6))
def test_a_better_value_never_gets_a_worse_colour(value, target, margin, direction, step):
    rank = {"green": 2, "amber": 1, "red": 0}
    it = card(direction, target, margin)
    better = value + step if direction == "up" else value - step
    assert rank[status(it, better)] >= rank[status(it, value)]


def test_numbers_are_written_as_their_readers_write_them():
    assert shown_number(1234.56, 1, "vi") == "1.234,6"
    assert shown_number(1234.56, 1, "en") == "1,234.6"
    assert shown_number(4, 0, "vi") == "4"
