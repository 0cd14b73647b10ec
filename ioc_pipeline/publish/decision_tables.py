"""The release's tables that decisions are taken from: targets along their path, the status tree, forecasts.

They follow from the values the release already holds and from the declarations; own province and country only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from ioc_pipeline.compute.forecast.cards import CardForecast, forecast_card, form_of, limits_of, main_series
from ioc_pipeline.compute.forecast.kept import Fits, kept_fits, landing_of
from ioc_pipeline.compute.forecast.landing import LEVEL
from ioc_pipeline.compute.forecast.methods import NAMES
from ioc_pipeline.compute.status_tree import NodeStatus, tree_statuses
from ioc_pipeline.compute.target_path import counts, path_of_year, season_of
from ioc_pipeline.compute.values import plans_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.contracts.status_tree import load_status_tree
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period, parse_period
from ioc_pipeline.store.bulk import insert_rows

COUNTRY = "VN"
NOTHING = Text("", "")
Plans = Mapping[tuple[str, int], Target]


@dataclass
class _Series:
    """Published values of one card in one area, oldest first."""

    values: list[tuple[Period, float | None]] = field(default_factory=list)
    status: str = "grey"
    reason: Text = NOTHING
    simulated: bool = False


def fill_decisions(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, now: datetime) -> dict[str, int]:
    """Fill the four tables of the attached release, whose values are there already; returns rows per table."""
    series = _series(connection, catalogue.province.code)
    paths: list[dict[str, Any]] = []
    forecasts: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    fits = kept_fits(connection)
    all_plans = plans_of(connection, catalogue.indicators.values())
    for card in catalogue.indicators.values():
        plans = all_plans[card.code]
        for area in (catalogue.province.code, COUNTRY):
            known = series.get((card.code, area))
            if known is None:
                continue
            paths += _paths(card, area, known, plans)
            made = _forecast(connection, card, area, known, plans, _most(card, area, series), fits)
            if made is not None:
                forecasts.append(_forecast_row(card, made, known, now))
                steps += _steps(made, known)
    rows = {
        "target_path": paths,
        "status_tree": _tree(catalogue, series),
        "forecasts": forecasts,
        "forecast_path": steps,
    }
    return {table: insert_rows(connection, f"release.{table}", found) for table, found in rows.items()}


def _series(connection: duckdb.DuckDBPyConnection, own: str) -> dict[tuple[str, str], _Series]:
    found: dict[tuple[str, str], _Series] = {}
    rows = connection.execute(
        "SELECT code, area, period, value, status, status_reason_vi, status_reason_en, is_latest, simulated "
        "FROM release.indicator_values WHERE area IN (?, ?) ORDER BY code, area, period_end, period_kind",
        [own, COUNTRY],
    ).fetchall()
    for code, area, period, value, status, vi, en, is_latest, simulated in rows:
        known = found.setdefault((code, area), _Series())
        known.values.append((parse_period(period), value))
        known.simulated |= simulated
        if is_latest:
            known.status, known.reason = status, Text(vi, en)
    return found


def _paths(card: Indicator, area: str, known: _Series, plans: Plans) -> Iterator[dict[str, Any]]:
    """Targets of every period of the years that the values fall in, up to the newest one's."""
    newest = known.values[-1][0]
    kind = (main_series(known.values) or known.values)[-1][0].kind
    form, season = counts(card), season_of(known.values, counts(card))
    for year in sorted({period.end.year for period, _ in known.values} | {newest.end.year}):
        plan = plans.get((area, year))
        for period, target in path_of_year(card.targets, year, kind, plan=plan, form=form, season=season):
            assert target.declared is not None
            yield {
                "code": card.code,
                "area": area,
                "period": period.text,
                "period_end": period.end,
                "target": target.low,
                "target_high": target.high,
                "path": target.declared.path,
                "declared": target.declared.value,
                "changed_from": target.changed_from,
            }


def _forecast(
    connection: duckdb.DuckDBPyConnection, card: Indicator, area: str, known: _Series, plans: Plans,
    most: float | None, fits: Fits,
) -> CardForecast | None:  # fmt: skip
    """The forecast of a series; None for one without months and quarters, or without any number."""
    values = main_series(known.values)
    if all(value is None for _, value in values):
        return None
    form = form_of(card)
    limits = limits_of(card, form, values, most)
    found, _ = landing_of(connection, card.code, area, values, form, limits=limits, decimals=card.decimals, fits=fits)
    return forecast_card(card, area, values, found, plans.get((area, found.year)))


def _most(card: Indicator, area: str, series: Mapping[tuple[str, str], _Series]) -> float | None:
    """The newest value of the card that is the most this one can be; None when none is declared or known."""
    held = series.get((card.bounds.high_of or "", area))
    return next((value for _, value in reversed(held.values) if value is not None), None) if held else None


def _forecast_row(card: Indicator, made: CardForecast, known: _Series, now: datetime) -> dict[str, Any]:
    landing, needed = made.landing, made.required
    method = NAMES[landing.method] if landing else None
    return {
        "code": made.code,
        "area": made.area,
        "year": made.year,
        "form": form_of(card),
        "newest_period": next(p.text for p, v in reversed(main_series(known.values)) if v is not None),
        "method_vi": method.vi if method else None,
        "method_en": method.en if method else None,
        "landing": landing.value if landing else None,
        "low": landing.low if landing else None,
        "high": landing.high if landing else None,
        "uncapped": landing.uncapped if landing else None,
        "level": LEVEL,
        "target": made.target,
        "target_high": made.target_high,
        "landing_status": made.status,
        "so_far": needed.so_far,
        "remaining": needed.remaining,
        "elapsed": needed.elapsed,
        "at_this_pace": needed.at_this_pace,
        "run_rate_needed": needed.needed,
        "run_rate_now": needed.now,
        "backtest_error": landing.error if landing else None,
        "backtest_relative": landing.relative if landing else None,
        "backtest_n": landing.tests if landing else None,
        "reason_vi": made.reason.vi,
        "reason_en": made.reason.en,
        "must_be_true_vi": made.must_be_true.vi,
        "must_be_true_en": made.must_be_true.en,
        "simulated": known.simulated,
        "made_at": now,
    }


def _steps(made: CardForecast, known: _Series) -> Iterator[dict[str, Any]]:
    same = {"code": made.code, "area": made.area}
    for period, value in main_series(known.values):
        if period.end.year == made.year:
            yield same | _step(period, "actual", value, None, None)
    for step in made.landing.path if made.landing else ():
        yield same | _step(step.period, "forecast", step.value, step.low, step.high)


def _step(period: Period, kind: str, value: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    return {"period": period.text, "period_end": period.end, "kind": kind, "value": value, "low": low, "high": high}


def _tree(catalogue: Catalogue, series: Mapping[tuple[str, str], _Series]) -> list[dict[str, Any]]:
    nodes, _ = load_status_tree(catalogue.root)
    statuses: dict[str, tuple[str, Text]] = {}
    for (code, area), known in series.items():
        if area == catalogue.province.code or code not in statuses:
            statuses[code] = (known.status, known.reason)
    return [_node(found) for found in tree_statuses(nodes, list(catalogue.indicators.values()), statuses)]


def _node(found: NodeStatus) -> dict[str, Any]:
    counted = {colour: found.counts.get(colour, 0) if found.rule else None for colour in _COLOURS}
    return {
        "node": found.node,
        "parent": found.parent,
        "level": found.level,
        "name_vi": found.name.vi,
        "name_en": found.name.en,
        "status": found.status,
        "rule": found.rule,
        **counted,
        "reason_vi": found.reason.vi,
        "reason_en": found.reason.en,
    }


_COLOURS = ("green", "amber", "red", "grey")
