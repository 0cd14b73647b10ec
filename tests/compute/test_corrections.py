"""Corrections: applied only while the raw value is the expected one, never silently dropped, always visible."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ioc_pipeline.compute.corrections import apply_corrections
from ioc_pipeline.compute.values import Value
from ioc_pipeline.contracts.corrections import Correction
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period

TODAY = date(2026, 11, 21)
VALUE = Value(
    "NS_THU", "56", parse_period("2026-09"), "ytd", "actual", 17020000.0, "present", 1.0, 2.0,
    datetime(2026, 10, 5, tzinfo=UTC), None, False, "lris_indicators", "d1", "a.json", "$.data[1]", 1,
)  # fmt: skip
SCALE = Correction(
    "DC-1", "NS_THU", "56", "2026-09", "ytd", "scale", None, 0.001, 17020000.0,
    Text("Sai đơn vị", "Wrong unit"), "Trần Thị B", date(2026, 10, 6), "CV 123", date(2026, 12, 31), "56.yaml", 3,
)  # fmt: skip


def applied(correction: Correction, value: Value = VALUE, today: date = TODAY) -> tuple[Value, str, bool]:
    corrected, (state,) = apply_corrections({"NS_THU": [value]}, [correction], today)
    return corrected["NS_THU"][0], state.state, state.failed


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 17020.0),
        ({"action": "replace", "factor": None, "value": 17000.0}, 17000.0),
        ({"action": "drop", "factor": None}, None),
        ({"action": "flag", "factor": None}, 17020000.0),
        ({"measure": None}, 17020.0),
    ],
)
def test_actions(change, expected):
    value, state, failed = applied(replace(SCALE, **change))
    assert (value.value, state, failed, value.raw_value) == (expected, "applied", False, 17020000.0)
    assert value.correction is not None and "Sai đơn vị" in value.correction.vi and "Trần Thị B" in value.correction.vi
    flagged = change.get("action") == "flag"
    assert (value.numerator is None) is not flagged


@pytest.mark.parametrize(
    ("correction", "value", "state"),
    [
        (SCALE, replace(VALUE, value=17020.0), "stale"),
        (SCALE, replace(VALUE, value=None), "stale"),
        (replace(SCALE, expires=date(2026, 11, 20)), VALUE, "expired"),
        (replace(SCALE, period="2026-08"), VALUE, "no_value"),
        (replace(SCALE, measure="period"), VALUE, "no_value"),
    ],
)
def test_what_no_longer_fits_fails_loudly_and_changes_nothing(correction, value, state):
    shown, found, failed = applied(correction, value)
    assert (found, failed) == (state, True)
    assert shown == value


def test_a_correction_of_the_future_waits():
    shown, state, failed = applied(replace(SCALE, when=date(2026, 12, 1)))
    assert (shown, state, failed) == (VALUE, "not_yet", False)


def test_the_given_values_are_not_touched():
    given = {"NS_THU": [VALUE]}
    apply_corrections(given, [SCALE], TODAY)
    assert given == {"NS_THU": [VALUE]}


def test_two_corrections_of_one_value_are_both_guarded_by_the_raw_value():
    flag = replace(SCALE, id="DC-2", action="flag", factor=None)
    corrected, states = apply_corrections({"NS_THU": [VALUE]}, [SCALE, flag], TODAY)
    assert [s.state for s in states] == ["applied", "applied"]
    value = corrected["NS_THU"][0]
    assert value.value == 17020.0 and value.correction is not None
    assert "DC-1" in value.correction.vi and "DC-2" in value.correction.vi
