"""Status and confidence of all shown values at once: targets along their path, hysteresis along each series.

Targets are found per card and period (and per area where a plan stated with the data or a season applies); colours are
set by `status_core.status_frame` in one pass; words are only written for the newest value of each indicator and area.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import duckdb
import polars as pl

from ioc_pipeline.compute.confidence import NAMES as CONFIDENCE_NAMES
from ioc_pipeline.compute.confidence import Confidence, age_share, confidence, confidence_codes
from ioc_pipeline.compute.reported import reported_shares
from ioc_pipeline.compute.status import judge
from ioc_pipeline.compute.status_core import CAUSE_NAMES, NAMES
from ioc_pipeline.compute.status_frame import card_rules, series_key, status_frame
from ioc_pipeline.compute.target_path import NO_SEASON, Season, applies_to, counts, season_of, target_at
from ioc_pipeline.compute.values import plans_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.confidence import load_confidence
from ioc_pipeline.contracts.model import Feed, Indicator, Target
from ioc_pipeline.periods import Period, parse_period

COLOURS = "_colours"
"""Temporary table: code, area, period, target, target_high, status, grey_cause, status_reason_vi, status_reason_en."""

CONFIDENCE = "_confidence"
"""Temporary table: code, area, period, confidence, coverage, and confidence_vi, confidence_en of the newest values."""

_DAYS = {"hour": 1, "day": 1, "week": 7, "month": 31, "quarter": 92, "half": 184, "term": 184, "year": 366}
"""Longest length of a period, in days."""

Plans = Mapping[tuple[str, int], Target]
Seasons = Mapping[str, Season]
_TARGETS = {
    "code": pl.String, "period": pl.String, "area": pl.String, "target": pl.Float64, "target_high": pl.Float64,
    "declared": pl.String,
}  # fmt: skip


def judge_shown(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    shown: str,
    basis: Mapping[str, Sequence[str]],
    today: date,
) -> None:
    """Make the table `_colours` for the rows of `shown` (`code, area, period, period_kind, period_end, value,
    is_latest`). `basis`: feeds that a card's values come from, by code.

    Only the newest value of a series can be too old to carry a status: earlier ones are history.
    """
    cells = connection.execute(
        f"SELECT code, area, period, period_kind, period_end, value, is_latest FROM {shown}"
    ).pl()
    plans = plans_of(connection, catalogue.indicators.values())
    seasons = {card.code: _seasons(card, cells) for card in catalogue.indicators.values()}
    oldest = {
        card.code: min(
            (age for feed in basis.get(card.code, ()) if (age := oldest_allowed(card, catalogue.feeds[feed]))),
            default=None,
        )
        for card in catalogue.indicators.values()
    }
    targets = pl.DataFrame(list(_targets(catalogue, cells, plans, seasons)), schema=_TARGETS, orient="row")
    judged = status_frame(
        _with_targets(catalogue, cells, targets, oldest, today), card_rules(list(catalogue.indicators.values()))
    )
    words = _words(catalogue, judged, plans, seasons, oldest, today)
    named = judged.with_columns(
        status=pl.col("status_code").replace_strict(NAMES, return_dtype=pl.String),
        grey_cause=pl.col("cause_code").replace_strict(CAUSE_NAMES, return_dtype=pl.String),
    ).join(words, on=["code", "area", "period"], how="left")
    kept = (
        "code",
        "area",
        "period",
        "target",
        "target_high",
        "status",
        "grey_cause",
        "status_reason_vi",
        "status_reason_en",
    )
    _keep(connection, COLOURS, named.select(kept))


def oldest_allowed(card: Indicator, feed: Feed) -> int | None:
    """Days after the end of its period at which a value becomes too old to carry a colour; None when the feed sets no
    limit. A yearly figure in a monthly feed stays current until the next one is due, with the leeway the feed gives its
    own: `max_age_days` is meant for values of the feed's own period."""
    if feed.max_age_days is None:
        return None
    longer = _DAYS.get(card.period or "", 0) - _DAYS[feed.period]
    return feed.max_age_days if longer <= 0 else feed.max_age_days + longer + (card.lag_days or 0)


def rate_shown(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, shown: str, trust: str, today: date
) -> None:
    """Make the table `_confidence` for the rows of `shown` (with `simulated`) and their trust in the table `trust`
    (`code, area, period, trust, held`). History does not age; coverage: see `reported_shares`."""
    rules, _ = load_confidence(catalogue.root)
    cells = connection.execute(
        f"SELECT s.code, s.area, s.period, s.is_latest, s.simulated, t.trust, t.held FROM {shown} s "
        f"JOIN {trust} t ON (t.code, t.area, t.period) = (s.code, s.area, s.period)"
    ).pl()
    newest = cells.filter(pl.col("is_latest")).select("code", "period").unique()
    ages = pl.DataFrame(
        [(c, p, age_share(parse_period(p), catalogue.indicators[c].lag_days, today)) for c, p in newest.iter_rows()],
        schema={"code": pl.String, "period": pl.String, "_age": pl.Float64},
        orient="row",
    )
    reported = reported_shares(connection, catalogue, shown)
    cells = (
        cells.join(ages, on=["code", "period"], how="left")
        .join(reported, on=["code", "area", "period"], how="left")
        .with_columns(age=pl.when(pl.col("is_latest")).then(pl.col("_age")))
    )
    asked = ["trust", "age", "coverage", "held", "simulated"]
    reasons = pl.DataFrame(
        [
            (*facts.values(), *_reasons(confidence(rules, **facts)))
            for facts in cells.filter(pl.col("is_latest")).select(asked).unique().to_dicts()
        ],
        schema={**cells.select(asked).schema, "confidence_vi": pl.String, "confidence_en": pl.String}, orient="row",
    )  # fmt: skip
    named = cells.with_columns(
        confidence=confidence_codes(cells, rules).replace_strict(CONFIDENCE_NAMES, return_dtype=pl.String)
    )
    named = named.join(
        reasons.with_columns(is_latest=pl.lit(True)), on=[*asked, "is_latest"], how="left", nulls_equal=True
    )
    kept = named.select("code", "area", "period", "confidence", "coverage", "confidence_vi", "confidence_en")
    _keep(connection, CONFIDENCE, kept)


def _reasons(found: Confidence) -> tuple[str, str]:
    return "; ".join(r.vi for r in found.reasons), "; ".join(r.en for r in found.reasons)


def _with_targets(
    catalogue: Catalogue, cells: pl.DataFrame, targets: pl.DataFrame, oldest: Mapping[str, int | None], today: date
) -> pl.DataFrame:
    """Cells with what their period is asked for, where another declared target begins, and what is too old."""
    own = targets.filter(pl.col("area").is_not_null())
    every = targets.filter(pl.col("area").is_null()).drop("area")
    alone = [c.code for c in catalogue.indicators.values() if not applies_to(c, "", catalogue.province.code)]
    ages = pl.DataFrame(list(oldest.items()), schema={"code": pl.String, "_max_age": pl.Int64}, orient="row")
    found = (
        cells.join(own, on=["code", "area", "period"], how="left")
        .join(every, on=["code", "period"], how="left", suffix="_every")
        .join(ages, on="code", how="left")
    )
    asked = pl.col("area").is_in([catalogue.province.code, "VN"]) | ~pl.col("code").is_in(alone)
    plain = pl.col("declared").is_null() & asked
    chosen = [
        pl.when(plain).then(pl.col(f"{name}_every")).otherwise(pl.col(name)).alias(name)
        for name in ("target", "target_high", "declared")
    ]
    age = pl.lit(today) - pl.col("period_end")
    same = pl.col("series") == pl.col("series").shift(1)
    return (
        found.with_columns(*chosen, series=series_key(["code", "area", "period_kind"]))
        .sort(["series", "period_end"])
        .with_columns(
            restart=(same & (pl.col("declared") != pl.col("declared").shift(1))).fill_null(False),
            too_old=(pl.col("is_latest") & (age.dt.total_days() > pl.col("_max_age"))).fill_null(False),
        )
        .drop("_max_age", "declared", "target_every", "target_high_every", "declared_every")
    )


def _targets(
    catalogue: Catalogue, cells: pl.DataFrame, plans: Mapping[str, Plans], seasons: Mapping[str, Seasons]
) -> Iterator[tuple[str, str, str | None, float | None, float | None, str]]:
    """Targets by code and period: of an area whose plan or season is its own, and of all others (area None)."""
    parsed = {text: parse_period(text) for text in cells.get_column("period").unique()}
    forms = {card.code: counts(card) for card in catalogue.indicators.values()}
    for code, text in cells.select("code", "period").unique(maintain_order=True).iter_rows():
        card = catalogue.indicators[code]
        period = parsed[text]
        by_area: dict[str | None, tuple[Target | None, Season]] = {None: (None, NO_SEASON)}
        for area in {*(a for a, year in plans[code] if year == period.end.year), *seasons[code]}:
            by_area[area] = (plans[code].get((area, period.end.year)), seasons[code].get(area, NO_SEASON))
        for place, (plan, season) in by_area.items():
            found = target_at(card.targets, period, plan=plan, form=forms[code], season=season)
            if found.declared is not None:
                declared = f"{found.declared.value} {found.declared.high} {found.declared.path}"
                yield code, text, place, found.low, found.high, declared


def _seasons(card: Indicator, cells: pl.DataFrame) -> Seasons:
    """Shape of the year by area, for cards with a seasonal target."""
    if "seasonal" not in {card.plan, *(t.path for t in card.targets)}:
        return {}
    mine = cells.filter((pl.col("code") == card.code) & pl.col("period_kind").is_in(["month", "quarter"]))
    found: dict[str, list[tuple[Period, float | None]]] = {}
    for area, text, value in mine.sort("period_end").select("area", "period", "value").iter_rows():
        found.setdefault(area, []).append((parse_period(text), value))
    return {area: season_of(values, counts(card)) for area, values in found.items()}


def _words(
    catalogue: Catalogue,
    judged: pl.DataFrame,
    plans: Mapping[str, Plans],
    seasons: Mapping[str, Seasons],
    oldest: Mapping[str, int | None],
    today: date,
) -> pl.DataFrame:
    """Why the newest value of each series has its colour."""
    rows = []
    parsed = {text: parse_period(text) for text in judged.get_column("period").unique()}
    alone = {code: _without_targets(card) for code, card in catalogue.indicators.items()}
    newest = judged.filter(pl.col("is_latest")).select("code", "area", "period", "value", "status_code", "target")
    for code, area, text, value, status, target in newest.iter_rows():
        card, period = catalogue.indicators[code], parsed[text]
        if target is None and not applies_to(card, area, catalogue.province.code):
            card = alone[code]
        found = judge(
            card, period, value, plan=plans[code].get((area, period.end.year)), today=today,
            max_age_days=oldest[code], season=seasons[code].get(area, NO_SEASON), status=NAMES[status],
        )  # fmt: skip
        rows.append((code, area, text, found.reason.vi, found.reason.en))
    names = ("code", "area", "period", "status_reason_vi", "status_reason_en")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _without_targets(card: Indicator) -> Indicator:
    """The card for an area that its targets are not meant for."""
    return replace(card, targets=(), plan=None)


def _keep(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    connection.register("_judged_rows", rows.to_arrow())
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM _judged_rows")
    finally:
        connection.unregister("_judged_rows")
