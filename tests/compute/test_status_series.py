"""Colours of series: hysteresis, directions, ranges; the set-wise form says what the plain one says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_pipeline.compute.status_arrays import BAND, DOWN, NEUTRAL, UP, CardRules, SeriesCells, judge_cells
from ioc_pipeline.compute.status_core import (
    CAUSE_NAMES,
    NAMES,
    judge_series,
)

RANK = {"red": 0, "amber": 1, "green": 2}
VALUES = st.lists(st.none() | st.floats(80, 120).map(lambda v: round(v, 2)), min_size=1, max_size=12)


def series(values, target=100.0, high=None, direction="up", **more):
    return judge_series(values, [target] * len(values), [high] * len(values), direction, **more)


def test_a_colour_turns_only_when_the_threshold_is_clearly_passed():
    values = [99, 100, 100.4, 100.6, 100.2, 99.8, 99.4, None, 99.9]
    found = series(values, amber=0.01, hysteresis=0.005)
    assert found == ["amber", "amber", "amber", "green", "green", "green", "amber", "grey", "amber"]


def test_the_first_period_is_judged_plainly():
    assert series([100], hysteresis=0.05) == ["green"]
    assert series([None, 100], hysteresis=0.05) == ["grey", "green"]


def test_another_declared_target_starts_anew():
    kept = judge_series([79, 15.05], [80.5, 15], [81.5, None], "up", amber=0.02, hysteresis=0.005)
    anew = judge_series([79, 15.05], [80.5, 15], [81.5, None], "up", amber=0.02, hysteresis=0.005,
                        restarts=[False, True])  # fmt: skip
    assert kept == ["amber", "amber"] and anew == ["amber", "green"]


def test_a_restart_that_falls_on_a_missing_period_holds_for_the_next_value():
    found = judge_series([99, None, 100.1], [100] * 3, None, "up", amber=0.02, hysteresis=0.01,
                         restarts=[False, True, False])  # fmt: skip
    assert found == ["amber", "grey", "green"]


def test_the_best_value_there_can_be_counts_as_passed():
    assert series([98, 100], hysteresis=0.01) == ["red", "red"]
    assert series([98, 100], hysteresis=0.01, best=100) == ["red", "green"]
    assert series([3, 1], target=1, direction="down", hysteresis=0.01, best=1) == ["red", "green"]


@pytest.mark.parametrize(
    ("value", "target", "high", "direction", "expected"),
    [
        (4.52, 4.5, None, "down", "amber"),  # the cap of the CPI is met below it
        (4.4, 4.5, None, "down", "green"),
        (10.6, 10.5, 11.0, "up", "green"),  # range: the lower bound is enough
        (10.4, 10.5, 11.0, "up", "amber"),
        (1.2, 1.0, 1.5, "up", "green"),  # poverty falls by 1–1.5 points: a reduction, more is better
        (0.8, 1.0, 1.5, "up", "red"),
        (25.8, 25.0, 26.0, "down", "green"),  # agricultural labour 25–26 %: up to 26
        (26.2, 25.0, 26.0, "down", "amber"),
    ],
)
def test_caps_and_ranges(value, target, high, direction, expected):
    assert series([value], target, high, direction, amber=0.02) == [expected]


def test_a_band_has_two_sides():
    found = series([89, 89.5, 90, 100, 110, 110.6, 112], None, None, "band", band=(90, 110), amber=0.01)
    assert found == ["red", "amber", "green", "green", "green", "amber", "red"]


def test_neutral_and_targetless_are_grey():
    assert series([5, 6], direction="neutral") == ["grey", "grey"]
    assert series([5, 6], None) == ["grey", "grey"]


@given(st.lists(st.floats(99.51, 100.49), min_size=2, max_size=20), st.floats(90, 110))
def test_inside_the_dead_band_it_never_flips(inside, before):
    found = series([before, *inside], hysteresis=0.005)
    assert len(set(found)) == 1


@given(VALUES, st.floats(0, 0.05), st.floats(0, 0.05), st.sampled_from(["up", "down"]), st.floats(0, 5))
def test_a_better_series_is_nowhere_worse(values, amber, hysteresis, direction, step):
    better = [None if v is None else v + (step if direction == "up" else -step) for v in values]
    pairs = zip(
        series(values, direction=direction, amber=amber, hysteresis=hysteresis),
        series(better, direction=direction, amber=amber, hysteresis=hysteresis),
        strict=True,
    )
    assert all(a == b == "grey" or RANK[b] >= RANK[a] for a, b in pairs)


@settings(max_examples=40, deadline=None)
@given(
    VALUES, VALUES, st.sampled_from(["up", "down", "band", "neutral"]), st.sampled_from([None, 105.0]),
    st.sampled_from([0.0, 0.02]), st.sampled_from([0.0, 0.01]), st.sampled_from([None, 110.0]), st.integers(0, 11),
)  # fmt: skip
def test_all_cells_at_once_say_what_one_series_says(first, second, direction, high, amber, hysteresis, best, at):
    restarts = [[t == at for t in range(len(values))] for values in (first, second)]
    status, cause = all_at_once(
        [first, second],
        high,
        direction,
        amber=amber,
        hysteresis=hysteresis,
        best=best,
        restart=restarts[0] + restarts[1],
    )
    for values, anew, colours, causes in (
        (first, restarts[0], status[: len(first)], cause[: len(first)]),
        (second, restarts[1], status[len(first) :], cause[len(first) :]),
    ):
        expected = series(values, 100.0, high, direction, band=(95.0, 108.0), amber=amber, hysteresis=hysteresis,
                          best=best, restarts=anew)  # fmt: skip
        assert colours == expected
        assert all((s == "grey") == (c is not None) for s, c in zip(expected, causes, strict=True))
        assert all(c == "no_data" for v, c in zip(values, causes, strict=True) if v is None)


def all_at_once(lists, high, direction, *, amber, hysteresis, best=None, restart=None, too_old=None):
    """Statuses and causes, by name, of several series of one card (target 100, band 95 to 108)."""
    values = [v for one in lists for v in one]
    whole = np.zeros(len(values), np.int64)
    cells = SeriesCells(
        np.repeat(np.arange(len(lists)), [len(one) for one in lists]), whole, numbers(values), whole + 100.0,
        numbers([high] * len(values)), np.array(restart or whole, np.bool_), np.array(too_old or whole, np.bool_),
    )  # fmt: skip
    code = {"up": UP, "down": DOWN, "band": BAND, "neutral": NEUTRAL}[direction]
    rules = CardRules(np.array([code]), *(numbers([n]) for n in (95.0, 108.0, amber, hysteresis, best)))
    status, cause = judge_cells(cells, rules)
    return [NAMES[c] for c in status.tolist()], [CAUSE_NAMES[c] for c in cause.tolist()]


def numbers(values):
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def test_a_value_too_old_has_no_colour_but_keeps_its_place_in_the_series():
    status, cause = all_at_once(
        [[99.0, 101.0, 100.1]], None, "up", amber=0.02, hysteresis=0.005, too_old=[False, True, False]
    )
    assert status == ["amber", "grey", "green"]
    assert cause == [None, "too_old", None]
