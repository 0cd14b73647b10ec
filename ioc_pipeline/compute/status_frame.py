"""Status of all series at once, over a polars frame: the same rule as `status_core.judge_series`, for 800,000 cells."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

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
    slack = SLACK * pl.max_horizontal(pl.col("_bound").abs(), value.abs())
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
