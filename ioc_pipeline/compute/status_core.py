"""Colours of series: `judge_series` for one, `status_frame` for all cells at once (polars, no Python per cell).

The rule is two switches. The first is on when the target is met, the second when it is met or missed by at most the
amber share. Green: both on; amber: only the second; red: none. A switch turns only when the value has passed its
threshold by the hysteresis share of the target; inside that dead band it stays as it was in the period before. The
first period of a series, and the first one under another declared target, is judged plainly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from ioc_pipeline.contracts.model import Band, Indicator

GREEN, AMBER, RED, GREY = "green", "amber", "red", "grey"
CODES = {GREY: 0, RED: 1, AMBER: 2, GREEN: 3}
"""Statuses as small integers, worse to better; grey is none of them."""
NAMES = {code: name for name, code in CODES.items()}

NO_DATA, TOO_OLD, NO_TARGET = "no_data", "too_old", "no_target"
CAUSES = {None: 0, NO_DATA: 1, TOO_OLD: 2, NO_TARGET: 3}
"""Why grey, as small integers; 0 for a colour."""
CAUSE_NAMES = {code: name for name, code in CAUSES.items()}

_SLACK = 1e-12
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
    return gap + _SLACK * max(abs(bound), abs(value)), bound


def _turned(on: bool, above: float, dead: float, top: bool) -> bool:
    if above >= dead or (top and above >= 0):
        return True
    return False if above < -dead else on


def status_frame(frame: pl.DataFrame, cards: pl.DataFrame) -> pl.DataFrame:
    """Statuses of all cells at once.

    `frame`: one row per cell, columns `code, area, period_end, value, target, target_high` and optionally `restart`
    (another declared target begins), `period_kind` (series of other kinds of periods are judged apart), `too_old` and
    `series` (see `series_key`).
    `cards`: one row per code as `card_rules` makes it. Returns `frame` in its order with `status_code` (see CODES) and
    `cause_code` (see CAUSES), both Int8.
    """
    names = ["code", "area", *(["period_kind"] if "period_kind" in frame.columns else [])]
    key = pl.col("series") if "series" in frame.columns else series_key(names)
    joined = (
        frame.with_row_index("_order").with_columns(_series=key).sort(["_series", "period_end"], maintain_order=True)
    )
    judged = with_status(joined.join(cards, on="code", how="left", maintain_order="left"), ["_series"]).sort("_order")
    return judged.select([*frame.columns, "status_code", "cause_code"])


def series_key(names: Sequence[str]) -> pl.Expr:
    """One whole number per combination of the columns: grouping and sorting by texts costs several times as much."""
    ids = [pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Int64) for name in names]
    key = ids[0]
    for other in ids[1:]:
        key = key * (other.max() + 1) + other
    return key


def card_rules(cards: Sequence[Indicator]) -> pl.DataFrame:
    """What `status_frame` needs to know of the cards (`contracts.model.Indicator`), one row each."""
    rows = [
        {
            "code": card.code, "direction": card.direction, "band_low": band[0], "band_high": band[1],
            "amber": card.amber_margin, "hysteresis": card.hysteresis,
            "best": best_of(card),
        }
        for card in cards
        for band in [band_of(card) or (None, None)]
    ]  # fmt: skip
    numbers = ("band_low", "band_high", "amber", "hysteresis", "best")
    return pl.DataFrame(rows, schema={"code": pl.String, "direction": pl.String} | dict.fromkeys(numbers, pl.Float64))


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


def with_status(frame: pl.DataFrame, series: list[str]) -> pl.DataFrame:
    """`frame` (sorted by series and time) with `status_code` and `cause_code`. Needs `value, target, target_high,
    direction, band_low, band_high, amber, hysteresis, best`; `restart` and `too_old` if there."""
    missing = [name for name in ("restart", "too_old") if name not in frame.columns]
    frame = frame.with_columns(pl.lit(False).alias(name) for name in missing)
    down, band = pl.col("direction") == "down", pl.col("direction") == "band"
    low, high = pl.col("target"), pl.col("target_high")
    floor = pl.when(band & (low.is_null() | high.is_null())).then(pl.col("band_low")).otherwise(low)
    ceiling = pl.when(band & (low.is_null() | high.is_null())).then(pl.col("band_high")).otherwise(high)
    value = pl.col("value")
    under, over = value - pl.col("_floor"), pl.col("_ceiling") - value
    frame = frame.with_columns(_floor=floor, _ceiling=ceiling)
    # The bound that decides: of a band the nearer one, of a cap's range the upper one.
    bound = (
        pl.when(band)
        .then(pl.when(under <= over).then(pl.col("_floor")).otherwise(pl.col("_ceiling")))
        .when(down)
        .then(pl.coalesce(high, low))
        .otherwise(low)
    )
    frame = frame.with_columns(_bound=bound)
    gap = (
        pl.when(band)
        .then(pl.min_horizontal(under, over))
        .when(down)
        .then(pl.col("_bound") - value)
        .otherwise(value - pl.col("_bound"))
    )
    slack = _SLACK * pl.max_horizontal(pl.col("_bound").abs(), value.abs())
    frame = frame.with_columns(
        _gap=gap + slack,
        _dead=pl.col("_bound").abs() * pl.col("hysteresis"),
        _near=pl.col("_bound").abs() * pl.col("amber"),
        _at_best=pl.when(down).then(value <= pl.col("best")).otherwise(value >= pl.col("best")).fill_null(False),
    )
    cause = (
        pl.when(value.is_null())
        .then(CAUSES[NO_DATA])
        .when(pl.col("too_old"))
        .then(CAUSES[TOO_OLD])
        .when(pl.col("_gap").is_null() | (pl.col("direction") == "neutral"))
        .then(CAUSES[NO_TARGET])
        .otherwise(0)
    )
    frame = frame.with_columns(cause_code=cause.cast(pl.Int8))
    # A value that is only too old to be shown in a colour is still a value of the series.
    seen = pl.col("cause_code").is_in([0, CAUSES[TOO_OLD]]) & pl.col("_gap").is_not_null()
    seen = seen & (pl.col("direction") != "neutral")
    frame = frame.with_columns(_seen=seen)
    # The first seen period after a restart: the restart itself may fall on a period without a value.
    epoch = pl.col("restart").cast(pl.Int32).cum_sum().over(series)
    frame = frame.with_columns(_epoch=epoch)
    first = pl.col("_seen").cast(pl.Int32).cum_sum().over([*series, "_epoch"]) == 1
    frame = frame.with_columns(_plain=first & pl.col("_seen"))
    met, near = _switch(pl.lit(0.0), series), _switch(pl.col("_near"), series)
    colour = pl.when(met).then(CODES[GREEN]).when(near).then(CODES[AMBER]).otherwise(CODES[RED])
    status = pl.when(pl.col("cause_code") == 0).then(colour).otherwise(CODES[GREY])
    frame = frame.with_columns(status_code=status.cast(pl.Int8))
    return frame.select(pl.exclude("^_(floor|ceiling|bound|gap|dead|near|at_best|seen|epoch|plain)$"))


def _switch(allowed: pl.Expr, series: list[str]) -> pl.Expr:
    """On when the gap to the threshold (missed by `allowed`) is not negative, with a dead band on both sides."""
    above = pl.col("_gap") + allowed
    decided = (
        pl.when(~pl.col("_seen"))
        .then(None)
        .when(pl.col("_plain"))
        .then(above >= 0)
        .when((above >= pl.col("_dead")) | (pl.col("_at_best") & (above >= 0)))
        .then(True)
        .when(above < -pl.col("_dead"))
        .then(False)
        .otherwise(None)
    )
    return decided.forward_fill().over(series)
