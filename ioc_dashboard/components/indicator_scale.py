"""Axes of a chart: round numbers for heights, days for widths. Plain arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Frame:
    """The rectangle values are drawn in, in pixels of the image, and what its edges mean."""

    left: float
    right: float
    top: float
    bottom: float
    first: date
    last: date
    low: float
    high: float

    def x(self, day: date) -> float:
        """Distance of a day from the left edge of the image; a single day stands in the middle."""
        days = (self.last - self.first).days
        if not days:
            return (self.left + self.right) / 2
        return self.left + (day - self.first).days / days * (self.right - self.left)

    def y(self, value: float) -> float:
        """Height of a value, counted from the top of the image."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def bounds(numbers: Sequence[float]) -> tuple[float, float]:
    """Lower and upper end of an axis for these numbers: zero is on it when the numbers come near it."""
    low, high = min(numbers), max(numbers)
    if low == high:
        margin = abs(low) * 0.1 or 1.0
        low, high = low - margin, high + margin
    if 0 < low < 0.4 * high:
        low = 0.0
    if 0.4 * low < high < 0:
        high = 0.0
    spread = high - low
    return (low if low == 0 else low - 0.06 * spread), (high if high == 0 else high + 0.06 * spread)


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """About `wanted` round numbers between two ends."""
    raw = (high - low) / max(1, wanted)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * s for s in _STEPS if power * s >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    found = []
    while first * step <= high + 1e-9 * step:
        found.append(round(first * step, 10))
        first += 1
    return found


def tick_places(marks: Sequence[float]) -> int:
    """Decimals needed to tell round numbers apart."""
    return next((p for p in range(6) if all(abs(round(m, p) - m) < 1e-9 for m in marks)), 6)
