"""Confidence: the lowest cap of the declared rules; one value and all values at once say the same."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_pipeline.compute.confidence import NAMES, age_share, confidence, confidence_codes
from ioc_pipeline.contracts.confidence import load_confidence
from ioc_pipeline.periods import parse_period
from ioc_pipeline.settings import contracts_root

RULES, PROBLEMS = load_confidence(contracts_root())


def level(**facts) -> str:
    return confidence(RULES, **({"trust": "verified", "age": 0.5} | facts)).level


def test_the_declared_rules():
    assert not PROBLEMS
    assert level() == "cao"
    assert (
        level(trust="warning") == "trung_binh"
        and level(age=1.2) == "trung_binh"
        and level(coverage=0.9) == "trung_binh"
    )
    assert level(trust="held") == "thap" and level(simulated=True) == "thap" and level(age=2.5) == "thap"
    assert level(trust="unverified", simulated=True) == "khong_ro"
    assert level(age=None, coverage=None) == "cao"


def test_it_says_why():
    found = confidence(RULES, trust="warning", age=1.5, simulated=False)
    assert [r.vi for r in found.reasons] == ["có quy tắc kiểm tra không đạt", "quá hạn cập nhật"]
    assert confidence((), trust="verified", age=0).level == "khong_ro"


def test_a_value_ages_by_its_own_period():
    assert age_share(parse_period("2026-09"), 6, date(2026, 11, 5)) == 1
    assert age_share(parse_period("2025"), 30, date(2026, 11, 5)) < 1


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["verified", "warning", "held", "unverified"]), st.none() | st.floats(0, 3),
    st.none() | st.floats(0, 1), st.booleans(), st.booleans(),
)  # fmt: skip
def test_all_at_once_as_one_by_one(trust, age, coverage, held, simulated):
    facts = {"trust": trust, "age": age, "coverage": coverage, "held": held, "simulated": simulated}
    frame = pl.DataFrame([facts], schema={"trust": pl.String, "age": pl.Float64, "coverage": pl.Float64,
                                          "held": pl.Boolean, "simulated": pl.Boolean})  # fmt: skip
    assert NAMES[confidence_codes(frame, RULES)[0]] == confidence(RULES, **facts).level
