"""Shares (ratios of sums) split by part, and by numerator and denominator.

With R = s·N/D, N = Σ nᵢ, D = Σ dᵢ (s: the card's scale, 100 for per cent):

* gap to a target T: part i adds (s·nᵢ − T·dᵢ)/D; Σ = R − T. A part that stands exactly at the target adds nothing.
* change from R₀ to R₁: part i adds (s·n₁ᵢ − R₀·d₁ᵢ)/D₁ − (s·n₀ᵢ − R₀·d₀ᵢ)/D₀; the second terms sum to zero, the first
  to R₁ − R₀. A part whose numbers did not change adds nothing when D did not change either.
* numerator and denominator: the mean over both orders of changing one after the other, the Shapley value of two
  factors (Shapley 1953; for decompositions Shorrocks 2013, "Decomposition procedures for distributional analysis",
  and Sun 1998, the complete decomposition without residual):
  numerator (n₁ − n₀)·(1/d₀ + 1/d₁)/2, denominator (n₀ + n₁)·(1/d₁ − 1/d₀)/2.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ioc_pipeline.compute.explain.parts import CannotSplit, Contribution, Part, refuse_unknown
from ioc_pipeline.messages import Text

_NOTHING_TO_DIVIDE = Text("mẫu số bằng 0", "the denominator is zero")


def gap_by_parts(parts: Sequence[Part], target: Fraction, scale: Fraction) -> list[Contribution]:
    """Contributions to s·N/D − target, from `n1` and `d1`; sums exactly. CannotSplit when a number is not known."""
    refuse_unknown([p for p in parts if p.n1 is None or p.d1 is None])
    whole = _divisor(sum((p.d1 for p in parts if p.d1 is not None), Fraction(0)))
    return [Contribution(p, (scale * _known(p.n1) - target * _known(p.d1)) / whole) for p in parts]


def change_by_parts(parts: Sequence[Part], scale: Fraction) -> list[Contribution]:
    """Contributions to s·N₁/D₁ − s·N₀/D₀; sums exactly. CannotSplit when a number is not known."""
    refuse_unknown([p for p in parts if None in (p.n0, p.d0, p.n1, p.d1)])
    before = _divisor(sum((_known(p.d0) for p in parts), Fraction(0)))
    after = _divisor(sum((_known(p.d1) for p in parts), Fraction(0)))
    share = scale * sum((_known(p.n0) for p in parts), Fraction(0)) / before
    return [
        Contribution(
            p,
            (scale * _known(p.n1) - share * _known(p.d1)) / after
            - (scale * _known(p.n0) - share * _known(p.d0)) / before,
        )
        for p in parts
    ]


def two_factors(whole: Part, scale: Fraction) -> tuple[Fraction, Fraction]:
    """Effects of the numerator and of the denominator on s·n/d; they sum exactly to its change."""
    refuse_unknown([whole] if None in (whole.n0, whole.d0, whole.n1, whole.d1) else [])
    n0, n1 = _known(whole.n0), _known(whole.n1)
    d0, d1 = _divisor(_known(whole.d0)), _divisor(_known(whole.d1))
    numerator = scale * (n1 - n0) * (1 / d0 + 1 / d1) / 2
    denominator = scale * (n0 + n1) * (1 / d1 - 1 / d0) / 2
    return numerator, denominator


def _known(value: Fraction | None) -> Fraction:
    assert value is not None  # refused before
    return value


def _divisor(value: Fraction) -> Fraction:
    if not value:
        raise CannotSplit(_NOTHING_TO_DIVIDE)
    return value
