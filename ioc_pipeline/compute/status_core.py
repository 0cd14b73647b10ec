"""Colour of a series. `status_arrays.judge_cells` has the same rule for all cells at once, without Python per cell.

The rule is two switches. The first is on when the target is met, the second when it is met or missed by at most the
amber share. Green: both on; amber: only the second; red: none. A switch turns only when the value has passed its
threshold by the hysteresis share of the target; inside that dead band it stays as it was in the period before. The
first period of a series, and the first one under another declared target, is judged plainly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ioc_pipeline.contracts.model import Band, Indicator

GREEN, AMBER, RED, GREY = "green", "amber", "red", "grey"
CODES = {GREY: 0, RED: 1, AMBER: 2, GREEN: 3}
"""Statuses as small integers, worse to better; grey is none of them."""
NAMES = {code: name for name, code in CODES.items()}

NO_DATA, TOO_OLD, NO_TARGET = "no_data", "too_old", "no_target"
CAUSES = {None: 0, NO_DATA: 1, TOO_OLD: 2, NO_TARGET: 3}
"""Why grey, as small integers; 0 for a colour."""
CAUSE_NAMES = {code: name for name, code in CAUSES.items()}

SLACK = 1e-12
"""Relative: what binary fractions lose in `98 + 98 · 0.005` decides no colour."""


def judge_series(
    values: Sequence[float | None],
    targets: Sequence[float | None],
    highs: Sequence[float | None] | None,
    direction: str,
    band: tuple[float, float] | None = None,
    amber: float = 0.0,
    hysteresis: float = 0.0,
    *,
    restarts: Sequence[bool] | None = None,
    best: float | None = None,
) -> list[str]:
    """Statuses (`green`, `amber`, `red`, `grey`) of one series, its periods in order.

    `targets`, `highs`: what each period is asked for; `highs` are the upper bounds of range targets or None. Direction
    `up`: green from `target` on. `down`: green up to `target`, or up to `high` of a range (the bound that is easier to
    meet). `band`: green between `band` (low, high), or between `target` and `high` where the periods have their own.
    `neutral`: always grey. `amber`, `hysteresis`: shares of the target. `restarts`: True where another declared target
    begins. `best`: the best value there can be (100 of a percentage, 1 of a rank): reaching it always counts as passed.
    """
    statuses: list[str] = []
    met = near = restart = first = True
    for position, value in enumerate(values):
        high = highs[position] if highs is not None else None
        restart = first or restart or (restarts is not None and restarts[position])
        found = _gap(value, targets[position], high, direction, band)
        if found is None or value is None:
            statuses.append(GREY)
            continue
        gap, bound = found
        dead = 0.0 if restart else abs(bound) * hysteresis
        top = best is not None and (value <= best if direction == "down" else value >= best)
        met = _turned(met, gap, dead, top)
        near = _turned(near, gap + abs(bound) * amber, dead, top)
        first = restart = False
        statuses.append(GREEN if met else AMBER if near else RED)
    return statuses


def _gap(
    value: float | None, low: float | None, high: float | None, direction: str, band: tuple[float, float] | None
) -> tuple[float, float] | None:
    """By how much a value is on the good side of its deciding bound, and that bound; None without a judgement."""
    if value is None or direction == "neutral":
        return None
    if direction == "band":
        if low is None or high is None:
            low, high = band if band is not None else (None, None)
        if low is None or high is None:
            return None
        bound = low if value - low <= high - value else high
        gap = min(value - low, high - value)
    else:
        bound_or_none = high if direction == "down" and high is not None else low
        if bound_or_none is None:
            return None
        bound = bound_or_none
        gap = bound - value if direction == "down" else value - bound
    return gap + SLACK * max(abs(bound), abs(value)), bound


def _turned(on: bool, above: float, dead: float, top: bool) -> bool:
    if above >= dead or (top and above >= 0):
        return True
    return False if above < -dead else on


class Banded(Protocol):
    """Anything with an indicator's band."""

    @property
    def band(self) -> Band | None:
        """Range in which the value should lie; None for other directions."""


def band_of(card: Banded) -> tuple[float, float] | None:
    """Lower and upper bound of a card whose direction is `band`; None otherwise."""
    return None if card.band is None else (card.band.low, card.band.high)


def best_of(card: Indicator) -> float | None:
    """The best value there can be, where a hysteresis above it could never be passed: 100 % of a share, rank 1."""
    if card.kind == "rank" and card.direction == "down":
        return 1.0
    return 100.0 if card.unit == "%" and card.kind == "rate" and card.direction == "up" else None
