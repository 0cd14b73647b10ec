"""Contributions sum exactly, whatever the parts; who did not change when nothing changed adds nothing."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_pipeline.compute.explain import ratios, sums
from ioc_pipeline.compute.explain.exact import allotted, exact, rounded
from ioc_pipeline.compute.explain.parts import OTHERS, CannotSplit, Contribution, Part, folded
from ioc_pipeline.compute.explain.shapley import shapley
from ioc_pipeline.messages import Text

HUNDRED = Fraction(100)
FEW = settings(max_examples=40)
NUMBERS = st.one_of(st.integers(-50, 5000), st.floats(-1e4, 1e6).map(lambda x: round(x, 3))).map(exact)
COUNTS = st.integers(0, 5000).map(Fraction)
KNOWN = st.tuples(NUMBERS, COUNTS, NUMBERS, COUNTS)
SOME_NULL = st.tuples(*[st.one_of(st.none(), COUNTS)] * 4)


def part(key: int, n0, d0, n1, d1) -> Part:
    return Part(str(key), Text(str(key), str(key)), n0, d0, n1, d1)


def parts_of(rows) -> list[Part]:
    return [part(i, *row) for i, row in enumerate(rows)]


def total(found: list[Contribution]) -> Fraction:
    return sum((c.amount for c in found), Fraction(0))


@FEW
@given(st.lists(KNOWN, min_size=1, max_size=12), NUMBERS)
def test_shares_sum_to_the_gap_and_to_the_change(rows, target):
    parts = parts_of(rows)
    n0, d0, n1, d1 = (sum((row[i] for row in rows), Fraction(0)) for i in range(4))
    if not d1:
        with pytest.raises(CannotSplit):
            ratios.gap_by_parts(parts, target, HUNDRED)
        return
    assert total(ratios.gap_by_parts(parts, target, HUNDRED)) == HUNDRED * n1 / d1 - target
    if d0:
        change = HUNDRED * n1 / d1 - HUNDRED * n0 / d0
        assert total(ratios.change_by_parts(parts, HUNDRED)) == change
        assert sum(ratios.two_factors(part(0, n0, d0, n1, d1), HUNDRED)) == change


@FEW
@given(st.lists(KNOWN, min_size=1, max_size=12), st.integers(0, 5000).map(Fraction))
def test_sums_sum_to_the_gap_and_to_the_change(rows, target):
    parts = parts_of(rows)
    n0, n1 = (sum((row[i] for row in rows), Fraction(0)) for i in (0, 2))
    assert total(sums.change_by_parts(parts)) == n1 - n0
    if target == 0 or (n0 > 0 and min(row[0] for row in rows) >= 0):
        assert total(sums.gap_by_parts(parts, target)) == n1 - target
    else:
        with pytest.raises(CannotSplit):
            sums.gap_by_parts(parts, target)


@FEW
@given(st.lists(SOME_NULL, min_size=1, max_size=6))
def test_an_unknown_part_is_named_never_taken_as_zero(rows):
    parts = parts_of(rows)
    unknown = [p for p in parts if None in (p.n0, p.d0, p.n1, p.d1)]
    try:
        ratios.change_by_parts(parts, HUNDRED)
    except CannotSplit as refusal:
        assert not unknown or unknown[0].name.vi in refusal.reason.vi
    else:
        assert not unknown


@FEW
@given(st.lists(KNOWN, min_size=2, max_size=10), NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_matter(rows, target, rng: random.Random):
    parts = parts_of(rows)
    mixed = list(parts)
    rng.shuffle(mixed)
    for split in (
        lambda p: ratios.gap_by_parts(p, target, HUNDRED),
        lambda p: ratios.change_by_parts(p, HUNDRED),
        sums.change_by_parts,
    ):
        try:
            straight = {c.part.key: c.amount for c in split(parts)}
        except CannotSplit:
            continue
        assert {c.part.key: c.amount for c in split(mixed)} == straight


@FEW
@given(st.lists(st.tuples(COUNTS, st.integers(1, 5000).map(Fraction)), min_size=1, max_size=10))
def test_what_did_not_change_adds_nothing(rows):
    parts = parts_of([(n, d, n, d) for n, d in rows])
    assert {c.amount for c in ratios.change_by_parts(parts, HUNDRED)} == {0}
    assert {c.amount for c in sums.change_by_parts(parts)} == {0}


def test_a_part_at_the_target_adds_nothing_to_the_gap():
    rows = [(None, None, Fraction(98), Fraction(100)), (None, None, Fraction(40), Fraction(50))]
    found = ratios.gap_by_parts(parts_of(rows), Fraction(98), HUNDRED)
    assert [c.amount for c in found] == [0, Fraction(-6)]


@FEW
@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=15), st.integers(0, 12))
def test_printed_figures_add_up_as_printed(amounts, places):
    whole = sum(amounts, Fraction(0))
    printed = allotted(amounts, whole, places)
    assert sum(printed) == rounded(whole, places)
    assert all(abs(Fraction(p) - a) <= Fraction(1, 10**places) for p, a in zip(printed, amounts, strict=True))


def test_noise_of_the_source_is_put_on_the_largest_part_and_a_true_difference_is_refused():
    amounts = [Fraction(10), Fraction(2)]
    assert allotted(amounts, Fraction(12) + Fraction(1, 10**11), 12) == [Decimal("10.000000000010"), Decimal("2")]
    with pytest.raises(ValueError, match="sum to 12"):
        allotted(amounts, Fraction(13), 12)


@FEW
@given(st.lists(st.integers(-100, 100).map(Fraction), min_size=1, max_size=20), st.integers(1, 12))
def test_the_others_keep_the_sum(amounts, kept):
    found = [Contribution(part(i, None, None, a, None), a) for i, a in enumerate(amounts)]
    few = folded(found, kept)
    assert total(few) == sum(amounts, Fraction(0)) and len(few) <= kept + 1
    named = [c for c in few if c.part.key != OTHERS]
    left = {c.part.key for c in found} - {c.part.key for c in named}
    assert all(abs(amounts[int(key)]) <= min(abs(c.amount) for c in named) for key in left)


@FEW
@given(st.lists(st.tuples(*[st.integers(-9, 9).map(Fraction)] * 2), min_size=1, max_size=5))
def test_shapley_of_a_product_sums_exactly_and_knows_no_order(factors):
    def product(changed: frozenset[int]) -> Fraction:
        value = Fraction(1)
        for i, (before, after) in enumerate(factors):
            value *= after if i in changed else before
        return value

    players = list(range(len(factors)))
    found = shapley(players, product)
    assert sum(found.values()) == product(frozenset(players)) - product(frozenset())
    assert found == shapley(players[::-1], product)
    assert all(found[i] == 0 for i in players if factors[i][0] == factors[i][1])
