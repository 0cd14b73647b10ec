"""Exact arithmetic: decimal readings of floats, and rounding whose printed figures still add up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

PLACES = 12
"""Decimals that a release keeps of a contribution; sums over them are exact (DECIMAL, not floating point)."""

TOLERANCE = Fraction(1, 10**9)
"""Relative difference that floating-point sums of the source may show against the whole."""


def exact(value: Any) -> Fraction | None:
    """Number as written: 7.11 is 711/100, not the nearest binary fraction. None for null, NaN and infinities."""
    if value is None:
        return None
    if isinstance(value, float):
        return Fraction(repr(value)) if math.isfinite(value) else None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return Fraction(value)


def close(left: Fraction, right: Fraction, scale: Fraction = Fraction(0)) -> bool:
    """Equal up to floating-point noise: one part in 10⁹ of the larger one (or of `scale`, if that is larger)."""
    return abs(left - right) <= TOLERANCE * max(abs(left), abs(right), abs(scale))


def rounded(value: Fraction, places: int) -> Decimal:
    """Nearest decimal with `places` decimals, halves away from zero."""
    units = _whole(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(-units if value < 0 else units).scaleb(-places)


def allotted(amounts: Sequence[Fraction], total: Fraction, places: int) -> list[Decimal]:
    """`amounts` rounded to `places` decimals so that they sum exactly to `rounded(total, places)`.

    Largest remainder (Hamilton): every amount is rounded down, and the units still missing go to the amounts with the
    largest remainders, ties to the earlier one. What the amounts lack to `total` is first put on the largest of them:
    it may only be floating-point noise of the source (ValueError otherwise, or when there is nothing to put it on).
    """
    missing = total - sum(amounts, Fraction(0))
    shares = list(amounts)
    if missing:
        largest = max((abs(a) for a in shares), default=Fraction(0))
        if not shares or abs(missing) > TOLERANCE * max(largest, abs(total), Fraction(1)):
            raise ValueError(f"the parts sum to {float(total - missing)}, not to {float(total)}")
        place = next(i for i, a in enumerate(shares) if abs(a) == largest)
        shares[place] += missing
    scaled = [share * 10**places for share in shares]
    units = [_whole(s) for s in scaled]
    aim = int(rounded(total, places).scaleb(places)) - sum(units)
    by_remainder = sorted(range(len(shares)), key=lambda i: (units[i] - scaled[i], i))
    for place in by_remainder[:aim]:  # 0 ≤ aim ≤ number of shares: the remainders sum to it, rounded
        units[place] += 1
    return [Decimal(u).scaleb(-places) for u in units]


def _whole(value: Fraction) -> int:
    return value.numerator // value.denominator
