"""Sums split by part.

* change: n₁ᵢ − n₀ᵢ.
* gap to a target T of the whole: nobody set the parts targets of their own, so each is held against its share of T.
  The shares are those of the base (the same period of last year, else the previous period): n₁ᵢ − T·n₀ᵢ/N₀. A target of
  zero needs no shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ioc_pipeline.compute.explain.parts import CannotSplit, Contribution, Part, refuse_unknown
from ioc_pipeline.messages import Text

_NO_SHARES = Text(
    "chỉ tiêu chung chưa giao cho từng phần, và không có kỳ gốc để chia",
    "the target is not set for the parts, and there is no base period to share it by",
)


def gap_by_parts(parts: Sequence[Part], target: Fraction) -> list[Contribution]:
    """Contributions to Σ n₁ᵢ − target; sums exactly. CannotSplit when a number or the base is not known, or a part of
    the base is negative."""
    refuse_unknown([p for p in parts if p.n1 is None])
    if not target:
        return [Contribution(p, p.n1) for p in parts if p.n1 is not None]
    refuse_unknown([p for p in parts if p.n0 is None])
    base = [p.n0 for p in parts if p.n0 is not None]
    whole = sum(base, Fraction(0))
    if whole <= 0 or min(base) < 0:
        raise CannotSplit(_NO_SHARES)
    return [Contribution(p, p.n1 - target * p.n0 / whole) for p in parts if p.n1 is not None and p.n0 is not None]


def change_by_parts(parts: Sequence[Part]) -> list[Contribution]:
    """Contributions to Σ n₁ᵢ − Σ n₀ᵢ; sums exactly. CannotSplit when a number is not known."""
    refuse_unknown([p for p in parts if p.n0 is None or p.n1 is None])
    return [Contribution(p, p.n1 - p.n0) for p in parts if p.n0 is not None and p.n1 is not None]
