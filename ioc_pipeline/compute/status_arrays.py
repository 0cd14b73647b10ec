"""Status of all series at once, over parallel arrays: the rule of `status_core.judge_series` for a million cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ioc_pipeline.compute.status_core import (
    AMBER,
    CAUSES,
    CODES,
    GREEN,
    GREY,
    NO_DATA,
    NO_TARGET,
    RED,
    SLACK,
    TOO_OLD,
    band_of,
    best_of,
)
from ioc_pipeline.contracts.model import Indicator

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

UP, DOWN, BAND, NEUTRAL = range(4)
_DIRECTIONS = {"up": UP, "down": DOWN, "band": BAND, "neutral": NEUTRAL}


@dataclass(frozen=True)
class CardRules:
    """How cards are judged, one element per card; what a card does not have is nan."""

    direction: Places
    band_low: Numbers
    band_high: Numbers
    amber: Numbers
    hysteresis: Numbers
    best: Numbers


def card_rules(cards: Sequence[Indicator]) -> CardRules:
    """Rules of the cards, in their order."""
    bands = [band_of(card) or (np.nan, np.nan) for card in cards]
    best = [best_of(card) for card in cards]
    return CardRules(
        np.array([_DIRECTIONS[card.direction] for card in cards], dtype=np.int64),
        np.array([low for low, _ in bands], dtype=float),
        np.array([high for _, high in bands], dtype=float),
        np.array([card.amber_margin for card in cards], dtype=float),
        np.array([card.hysteresis for card in cards], dtype=float),
        np.array([np.nan if b is None else b for b in best], dtype=float),
    )


@dataclass(frozen=True)
class SeriesCells:
    """Cells in order of series and time, one element per cell; a value or target that there is not is nan.

    `series`: any number, the same for a series' cells, which stand together. `card`: place in the rules. `restart`:
    another declared target begins. `too_old`: too old to carry a colour.
    """

    series: Places
    card: Places
    value: Numbers
    target: Numbers
    target_high: Numbers
    restart: Flags
    too_old: Flags


def judge_cells(cells: SeriesCells, rules: CardRules) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Status (see CODES) and cause of grey (see CAUSES) of every cell."""
    count = len(cells.series)
    if count == 0:
        return np.empty(0, np.int8), np.empty(0, np.int8)
    with np.errstate(invalid="ignore"):  # what is not there compares as false
        direction = rules.direction[cells.card]
        bound, gap = _gap(cells, rules, direction)
        gap += SLACK * np.maximum(np.abs(bound), np.abs(cells.value))
        best = rules.best[cells.card]
        at_best = np.where(direction == DOWN, cells.value <= best, cells.value >= best)
        dead = np.abs(bound) * rules.hysteresis[cells.card]
        near = np.abs(bound) * rules.amber[cells.card]
        known = ~np.isnan(gap) & (direction != NEUTRAL)
        cause = np.zeros(count, np.int8)
        cause[~known] = CAUSES[NO_TARGET]
        cause[cells.too_old] = CAUSES[TOO_OLD]
        cause[np.isnan(cells.value)] = CAUSES[NO_DATA]
        # A value that is only too old to be shown in a colour is still a value of the series.
        seen = known & ~np.isnan(cells.value)
        starts = np.empty(count, np.bool_)
        starts[0] = True
        np.not_equal(cells.series[1:], cells.series[:-1], out=starts[1:])
        plain = _first_seen(seen, starts | cells.restart)
        dead[plain] = 0.0
        met = _switch(gap, dead, at_best, seen, plain, starts)
        within = _switch(gap + near, dead, at_best, seen, plain, starts)
    status = np.where(met, CODES[GREEN], np.where(within, CODES[AMBER], CODES[RED])).astype(np.int8)
    status[cause != 0] = CODES[GREY]
    return status, cause


def _gap(cells: SeriesCells, rules: CardRules, direction: Places) -> tuple[Numbers, Numbers]:
    """The bound that decides (of a band the nearer one, of a cap's range the upper one), and by how much the value is
    on its good side."""
    value, low, high = cells.value, cells.target, cells.target_high
    down = direction == DOWN
    bound = np.where(down & ~np.isnan(high), high, low)
    gap = np.where(down, bound - value, value - bound)
    band = np.flatnonzero(direction == BAND)
    if len(band):
        own = np.isnan(low[band]) | np.isnan(high[band])
        floor = np.where(own, rules.band_low[cells.card[band]], low[band])
        ceiling = np.where(own, rules.band_high[cells.card[band]], high[band])
        under, over = value[band] - floor, ceiling - value[band]
        bound[band] = np.where(under <= over, floor, ceiling)
        gap[band] = np.minimum(under, over)
    return bound, gap


def _first_seen(seen: Flags, begins: Flags) -> Flags:
    """The first seen cell from each beginning on: a beginning may itself fall on a period without a value."""
    so_far = np.cumsum(seen)
    before = np.maximum.accumulate(np.where(begins, so_far - seen, 0))
    first: Flags = seen & (so_far - before == 1)
    return first


def _switch(above: Numbers, dead: Numbers, at_best: Flags, seen: Flags, plain: Flags, starts: Flags) -> Flags:
    """On when the gap to the threshold is not negative, with a dead band on both sides in which it stays as it was.

    `dead` is 0 at cells judged plainly, which turn it either way.
    """
    on = seen & ((above >= dead) | (at_best & (above >= 0)))
    decided = on | (seen & (plain | (above < -dead)))
    places = np.arange(len(above))
    last = np.maximum.accumulate(np.where(decided | starts, places, 0))
    switched: Flags = on[last]
    return switched
