"""The release's tables of what if: declared assumptions and effects; the numbers they start from are in `forecasts`."""

from __future__ import annotations

from typing import Any

import duckdb

from ioc_pipeline.compute.status_core import band_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.contracts.scenarios import Assumption, Effect, Scenario, load_scenarios
from ioc_pipeline.store.bulk import insert_rows


def fill_scenarios(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> dict[str, int]:
    """Fill both tables of the attached release; returns rows per table. A scenario of which a card is not in force is
    left out."""
    found, _ = load_scenarios(Known(catalogue.root, catalogue.province.code, catalogue.feeds))
    usable = [s for s in found.values() if all(e.code in catalogue.indicators for e in s.effects)]
    rows = {
        "scenario_assumptions": [_assumption(s, a, n) for s in usable for n, a in enumerate(s.assumptions)],
        "scenario_effects": [
            _effect(s, e, catalogue.indicators[e.code], n) for s in usable for n, e in enumerate(s.effects)
        ],
    }
    return {table: insert_rows(connection, f"release.{table}", entries) for table, entries in rows.items()}


def _assumption(scenario: Scenario, found: Assumption, sort: int) -> dict[str, Any]:
    return {
        "scenario": scenario.id, "scenario_vi": scenario.name.vi, "scenario_en": scenario.name.en, "name": found.name,
        "title_vi": found.title.vi, "title_en": found.title.en, "unit_vi": found.unit.vi, "unit_en": found.unit.en,
        "default_expression": found.default, "low": found.low, "high": found.high, "mark": found.mark, "sort": sort,
    }  # fmt: skip


def _effect(scenario: Scenario, found: Effect, card: Indicator, sort: int) -> dict[str, Any]:
    low, high = band_of(card) or (None, None)
    return {
        "scenario": scenario.id, "code": found.code, "landing": found.landing, "why_vi": found.why.vi,
        "why_en": found.why.en, "mark": found.mark, "direction": card.direction, "band_low": low, "band_high": high,
        "amber_margin": card.amber_margin, "sort": sort,
    }  # fmt: skip
