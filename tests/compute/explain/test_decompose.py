"""What the parts cannot say: corrections, rounding, composites, and figures that are not those of their parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from ioc_pipeline.compute.explain.decompose import Children, Dimension, Facts, compare
from ioc_pipeline.compute.explain.exact import exact
from ioc_pipeline.compute.explain.expressions import card_formula
from ioc_pipeline.compute.explain.figures import Figure, Numbers, Said
from ioc_pipeline.compute.explain.parts import LAST_YEAR, PREVIOUS, TARGET
from ioc_pipeline.compute.explain.words import sentence
from ioc_pipeline.messages import Text


def figure(period: str, value, n=None, d=None, target=None, raw=None) -> Figure:
    shown = exact(value)
    return Figure(
        "X", "56", period, date(2026, int(period[-2:]), 28), shown, exact(n), exact(d), exact(target), "red", False,
        shown if raw is None else exact(raw), "dossiers", True,
    )  # fmt: skip


def by_unit(**periods) -> Dimension:
    """Rows by period from mappings of unit → (n, d)."""
    rows = {
        period.replace("_", "-")[1:]: {unit: Numbers(exact(n), exact(d)) for unit, (n, d) in found.items()}
        for period, found in periods.items()
    }
    return Dimension("don_vi", Text("Theo đơn vị", "By unit"), rows, lambda u: Text(str(u), str(u)), str)


@pytest.fixture
def card(catalogue):
    return catalogue.indicators["HC_DUNGHAN"]


NOW, BEFORE = figure("2026-10", 90.0, 90, 100, target=98.0), figure("2026-09", 95.0, 190, 200, target=98.0)
UNITS = by_unit(p2026_10={"A": (50, 60), "B": (40, 40)}, p2026_09={"A": (95, 100), "B": (95, 100)})


def amounts(comparison, dimension: str) -> dict[str, Fraction]:
    (split,) = [s for s in comparison.splits if s.dimension == dimension]
    assert split.why_not is None, split.why_not
    assert sum((c.amount for c in split.contributions), Fraction(0)) == comparison.total
    return {c.part.key: c.amount for c in split.contributions}


def test_gap_and_change_by_unit_and_in_words(card):
    facts = Facts(card, (UNITS,))
    gap = compare(facts, NOW, BEFORE, TARGET)
    assert amounts(gap, "don_vi") == {"A": Fraction(-88, 10), "B": Fraction(8, 10)}
    assert amounts(gap, "data") == {"measured": -5, "earlier_gap": -3}
    change = compare(facts, NOW, BEFORE, PREVIOUS)
    assert amounts(change, "don_vi") == {"A": -7, "B": 2}
    assert sentence(card, change).vi == "Giảm 5,0 điểm % so với tháng 9/2026, chủ yếu do A (−7,0)."
    assert sentence(card, change).en == "Down 5.0 points against September 2026, mainly due to A (−7.0)."
    nothing = compare(facts, NOW, None, LAST_YEAR)
    assert nothing.total is None and "chưa có số liệu" in sentence(card, nothing).vi


def test_a_correction_is_a_part_of_its_own(card):
    corrected = replace(NOW, value=exact(92.0), raw=exact(90.0), numerator=None, denominator=None)
    facts = Facts(card, (UNITS,), said={"2026-10": Said(exact(89.0), 2)})
    change = compare(facts, corrected, BEFORE, PREVIOUS)
    assert amounts(change, "don_vi") == {"A": -7, "B": 2, "(correction)": 2}
    assert amounts(change, "data") == {"measured": -6, "revision": 1, "correction": 2}
    assert "đính chính của tỉnh cho kỳ này: +2,0" in sentence(card, change).vi


def test_parts_that_are_not_those_of_the_figure_are_refused(card):
    wrong = by_unit(p2026_10={"A": (50, 60)}, p2026_09={"A": (95, 100), "B": (95, 100)})
    change = compare(Facts(card, (wrong,)), NOW, BEFORE, PREVIOUS)
    (split,) = [s for s in change.splits if s.dimension == "don_vi"]
    assert not split.contributions and "do not add up to the whole" in split.why_not.en
    unknown = by_unit(p2026_10={"A": (None, None), "B": (90, 100)}, p2026_09={"A": (95, 100), "B": (95, 100)})
    (split, *_) = compare(Facts(card, (unknown,)), NOW, BEFORE, PREVIOUS).splits
    assert split.why_not.vi == "Theo đơn vị: chưa có số liệu của A"


def test_rounding_by_the_source_of_a_stated_share_is_named(catalogue):
    stated = catalogue.indicators["TD_NOXAU"]
    now, before = figure("2026-10", 2.06, 4933.2, 239741.9), figure("2026-09", 2.19, 4874.3, 222674.7)
    found = amounts(compare(Facts(stated), now, before, PREVIOUS), "numerator_denominator")
    assert set(found) == {"numerator", "denominator", "(rounding)"} and abs(found["(rounding)"]) < Fraction(1, 100)


def test_an_official_figure_says_that_it_cannot_be_decomposed(catalogue):
    official = catalogue.indicators["KT_GRDP_TT"]
    now = figure("2026-10", 7.6, target=8.0)
    gap = compare(Facts(official), now, None, TARGET)
    assert not gap.decomposable and "cannot be decomposed" in gap.why_not.en
    assert amounts(gap, "data") == {"measured": Fraction(-2, 5)}


def test_a_composite_is_split_by_its_children_and_their_targets(card):
    composite = replace(card, formula="SELECT a.area, a.period, a.value + 2 * b.value AS value "
                        "FROM A AS a JOIN B AS b USING (area, period)", decimals=1)  # fmt: skip
    formula = card_formula(composite.formula, ("A", "B"), exact(100))
    cells = {
        "2026-10": {"A": figure("2026-10", 10.0, target=12.0), "B": figure("2026-10", 5.0, target=5.0)},
        "2026-09": {"A": figure("2026-09", 11.0), "B": figure("2026-09", 5.0)},
    }
    facts = Facts(composite, children=Children(formula, cells, {c: Text(c, c) for c in "AB"}))
    now, before = figure("2026-10", 20.0, target=21.0), figure("2026-09", 21.0, target=21.0)
    assert amounts(compare(facts, now, before, PREVIOUS), "child") == {"A": -1, "B": 0}
    assert amounts(compare(facts, now, before, TARGET), "child") == {"A": -2, "B": 0, "(targets)": 1}
    followed = replace(now, raw=exact(500.0))  # computed again from corrected children: they explain all of it
    assert amounts(compare(facts, followed, before, PREVIOUS), "child") == {"A": -1, "B": 0}
    (split, *_) = compare(facts, replace(now, value=exact(25.0), raw=exact(25.0)), before, PREVIOUS).splits
    assert "do not add up" in split.why_not.en
