"""What a release says of the year's end: forecasts with their evidence, and the declared scenarios."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.model import Words
from ioc_dashboard.optional_tables import rows_if_there
from ioc_dashboard.release import Release
from ioc_pipeline.compute.what_if import CardFacts, facts_of
from ioc_pipeline.contracts.model import Band
from ioc_pipeline.contracts.scenarios import Assumption, Effect, Scenario
from ioc_pipeline.messages import Text


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where one indicator of the province will end its year, or why nobody can say."""

    code: str
    year: int
    form: str  # flow | cumulative | state | mean | average
    newest_period: str
    method: Words
    landing: float | None
    low: float | None
    high: float | None
    level: float
    target: float | None
    target_high: float | None
    status: str
    needed: float | None
    now: float | None
    remaining: int
    error: float | None
    error_relative: bool
    tests: int | None
    reason: Words
    must_be_true: Words
    simulated: bool


@dataclass(frozen=True, slots=True)
class ScenarioCard:
    """What a landing is judged by, as the release says it."""

    code: str
    direction: str
    band: Band | None
    amber_margin: float


@dataclass(frozen=True, slots=True)
class YearEnd:
    """Forecasts in the order of the cards; scenarios with what they are computed from."""

    forecasts: tuple[Forecast, ...]
    scenarios: dict[str, Scenario]
    cards: dict[str, ScenarioCard]
    facts: dict[str, CardFacts]


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Release: lambda release: release.key})
def year_end(release: Release) -> YearEnd:
    """All of it for the release's own province; everything empty in a release made before these tables existed."""
    province = queries.info(release).province_code
    rows = rows_if_there(
        release,
        "SELECT f.* FROM forecasts f LEFT JOIN indicators i USING (code) WHERE f.area = ? "
        "ORDER BY i.sort NULLS LAST, f.code",
        [province],
    )
    effects = rows_if_there(release, "SELECT * FROM scenario_effects ORDER BY scenario, sort")
    assumptions = rows_if_there(release, "SELECT * FROM scenario_assumptions ORDER BY scenario, sort")
    return YearEnd(
        forecasts=tuple(map(_forecast, rows)),
        scenarios=_scenarios(assumptions, effects),
        cards={row["code"]: _card(row) for row in effects},
        facts={row["code"]: facts_of(row) for row in rows},
    )


def _forecast(row: dict[str, Any]) -> Forecast:
    return Forecast(
        code=row["code"], year=row["year"], form=row["form"], newest_period=row["newest_period"],
        method=Words(row["method_vi"] or "", row["method_en"] or ""), landing=row["landing"], low=row["low"],
        high=row["high"], level=row["level"], target=row["target"], target_high=row["target_high"],
        status=row["landing_status"], needed=row["run_rate_needed"], now=row["run_rate_now"],
        remaining=row["remaining"], error=row["backtest_error"], error_relative=bool(row["backtest_relative"]),
        tests=row["backtest_n"], reason=Words(row["reason_vi"] or "", row["reason_en"] or ""),
        must_be_true=Words(row["must_be_true_vi"] or "", row["must_be_true_en"] or ""),
        simulated=bool(row["simulated"]),
    )  # fmt: skip


def _card(row: dict[str, Any]) -> ScenarioCard:
    band = Band(row["band_low"], row["band_high"]) if row["band_low"] is not None else None
    return ScenarioCard(row["code"], row["direction"], band, row["amber_margin"])


def _scenarios(assumptions: list[dict[str, Any]], effects: list[dict[str, Any]]) -> dict[str, Scenario]:
    moved: dict[str, list[Effect]] = defaultdict(list)
    for row in effects:
        moved[row["scenario"]].append(
            Effect(row["code"], row["landing"], Text(row["why_vi"], row["why_en"]), row["mark"])
        )
    asked: dict[str, list[Assumption]] = defaultdict(list)
    names: dict[str, Text] = {}
    for row in assumptions:
        names[row["scenario"]] = Text(row["scenario_vi"], row["scenario_en"])
        asked[row["scenario"]].append(
            Assumption(
                row["name"], Text(row["title_vi"], row["title_en"]), Text(row["unit_vi"], row["unit_en"]),
                row["default_expression"], row["low"], row["high"], row["mark"],
            )
        )  # fmt: skip
    return {
        name: Scenario(name, words, tuple(asked[name]), tuple(moved[name]))
        for name, words in names.items()
        if moved[name]
    }
