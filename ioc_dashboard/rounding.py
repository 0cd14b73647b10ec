"""Rounding that keeps a sum: the printed parts add up to the printed total."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

MORE_PLACES = 3  # places beyond those of the indicator that may be needed to print a split


def largest_remainder(amounts: Sequence[Decimal], total: Decimal, places: int) -> list[Decimal]:
    """Amounts rounded to `places` so that they sum to `total` (a number of that many places).

    Every amount is rounded down; what is missing goes to those with the largest remainders, one unit of the last
    place each (Hare). Ties go to the earlier amount.
    """
    unit = Decimal(1).scaleb(-places)
    floors = [amount.quantize(unit, ROUND_FLOOR) for amount in amounts]
    missing = int((total - sum(floors, Decimal(0))) / unit)
    if not amounts:
        return []
    step = 1 if missing >= 0 else -1
    order = sorted(range(len(amounts)), key=lambda i: (-step * (amounts[i] - floors[i]), i))
    for turn in range(abs(missing)):
        floors[order[turn % len(order)]] += step * unit
    return floors


def fitting_places(start: float | None, end: float | None, total: Decimal, decimals: int) -> int:
    """Places, from `decimals` upwards, at which printed end − printed start is the printed total."""
    if start is None or end is None:
        return decimals
    for places in range(decimals, decimals + MORE_PLACES + 1):
        unit = Decimal(1).scaleb(-places)
        before, after = (Decimal(repr(value)).quantize(unit, ROUND_HALF_EVEN) for value in (start, end))
        if after - before == total.quantize(unit, ROUND_HALF_EVEN):
            return places
    return decimals
