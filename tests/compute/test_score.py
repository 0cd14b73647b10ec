"""The score: the worked example, exact sums, bands on the exact value, identifiers never hidden."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.compute.score import LABEL, RuleCount, band, blend, score_dataset, walk

CRITERIA = {"dung": 2.0, "du": 1.0, "sach": 1.0, "song": 1.0, "thong_nhat": 1.0}
FIELDS = {"don_vi": 2.0, "ngay_hen": 1.0}
#: Section 5.3 of the standard's notes.
WORKED = [
    RuleCount("r1", "don_vi", "sach", 1, 9990, 10000, identifier=True),
    RuleCount("r2", "ngay_hen", "du", 1, 9500, 10000),
    RuleCount("r3", "ngay_hen", "dung", 2, 9200, 9500),
    RuleCount("r4", "ngay_hen", "dung", 1, 8000, 9500),
]


def test_the_worked_example_of_section_5_3():
    score = score_dataset("csdl", WORKED, CRITERIA, FIELDS)
    at = {s.id: round(float(s.value), 3) for s, _, _ in walk(score)}
    assert at == {
        "r1": 99.9, "r2": 95.0, "r3": 96.842, "r4": 84.211, "csdl.don_vi.sach": 99.9, "csdl.ngay_hen.du": 95.0,
        "csdl.ngay_hen.dung": 92.632, "csdl.don_vi": 99.9, "csdl.ngay_hen": 93.421, "csdl": 97.74,
    }  # fmt: skip
    assert band(score.value, 90, 75) == "green"
    assert score.severe == ("don_vi: r1 9990/10000",)


def test_the_result_never_claims_conformity():
    assert "chưa xác nhận" in LABEL.vi and "unconfirmed" in LABEL.en


@pytest.mark.parametrize(
    ("value", "expected"),
    [("90", "green"), ("89.999999", "yellow"), ("75", "yellow"), ("74.999999", "red"), (None, "undetermined")],
)
def test_bands_are_decided_on_the_exact_value(value, expected):
    assert band(Fraction(value) if value else None, 90, 75) == expected


def test_a_rule_without_objects_is_left_out_with_its_weight():
    alone = score_dataset("x", WORKED[:1], CRITERIA, FIELDS)
    with_empty = score_dataset("x", [*WORKED[:1], RuleCount("e", "ngay_hen", "du", 9, 0, 0)], CRITERIA, FIELDS)
    assert alone.value == with_empty.value
    assert score_dataset("x", [RuleCount("e", "ngay_hen", "du", 9, 0, 0)], CRITERIA, FIELDS).value is None
    assert blend("owner", "o", []).value is None


def test_an_identifier_failure_reaches_the_top_however_good_the_rest():
    dataset = score_dataset("x", [WORKED[0], *(replace(WORKED[1], passing=10000) for _ in range(50))], CRITERIA, FIELDS)
    assert dataset.value is not None and dataset.value > Fraction("99.9")
    assert blend("centre", "c", [(blend("owner", "o", [(dataset, 1)]), 1)]).severe


COUNTS = st.lists(
    st.builds(
        lambda name, field, criterion, weight, evaluated, share: RuleCount(
            f"r{name}", field, criterion, weight, int(evaluated * share), evaluated
        ),
        st.integers(0, 99), st.sampled_from(sorted(FIELDS)), st.sampled_from(sorted(CRITERIA)),
        st.floats(0.01, 100), st.integers(0, 10**7), st.floats(0, 1),
    ),
    max_size=12,
)  # fmt: skip


@given(COUNTS)
def test_a_score_is_undetermined_or_within_0_and_100(counts):
    value = score_dataset("x", counts, CRITERIA, FIELDS).value
    assert (value is None) == all(c.evaluated == 0 for c in counts)
    assert value is None or 0 <= value <= 100


@given(COUNTS.filter(lambda counts: any(c.evaluated for c in counts)), st.data())
def test_repairing_objects_never_lowers_the_score(counts, data):
    place = data.draw(st.sampled_from([i for i, c in enumerate(counts) if c.evaluated]))
    better = list(counts)
    better[place] = replace(counts[place], passing=counts[place].evaluated)
    before, after = (score_dataset("x", c, CRITERIA, FIELDS).value for c in (counts, better))
    assert before is not None and after is not None and after >= before
