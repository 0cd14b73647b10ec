"""The release's tables that say why: contributions to a gap or change, and one sentence about each."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

from ioc_pipeline.compute.bound_facts import bound_facts
from ioc_pipeline.compute.explain.exact import PLACES, allotted, rounded
from ioc_pipeline.compute.explain.explainer import Driver, Explainer
from ioc_pipeline.compute.explain.parts import Comparison, folded
from ioc_pipeline.compute.explain.words import sentence
from ioc_pipeline.compute.formulas import is_stated
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Text
from ioc_pipeline.publish.explain_kept import TABLES, explained_from, keep, publish_kept, stale

KEPT_PARTS = 10
"""Parts of a dimension that a release keeps by name; the others are one row, so that the sum stays."""


def fill_explain(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> dict[str, int]:
    """Explain the own province's newest value of every card, from the release's own tables and the warehouse's records,
    unless nothing has changed that its explanation is a function of; returns rows per table."""
    hashes = explained_from(connection, catalogue)
    codes = [code for code in catalogue.indicators if code in hashes]
    changed = set(stale(connection, hashes))
    explained = [code for code in codes if code in changed]
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    if explained:
        explainer = Explainer(connection, catalogue)
        computed = [card for code in explained if not is_stated(card := catalogue.indicators[code])]
        with bound_facts(connection, catalogue) as facts:  # one look for the newest states, not one per card, dimension
            facts.bind(computed, statements=False, breakdowns=True)
            for code in explained:
                card, now = catalogue.indicators[code], explainer.newest(code)
                assert now is not None  # it has a newest own value: else it has no hash
                drivers = explainer.drivers(card)
                for comparison in explainer.explain(card, now):
                    rows["contribution_totals"].append(total_row(card, explainer.area, comparison, drivers))
                    rows["contributions"] += contribution_rows(card.code, explainer.area, comparison)
    keep(connection, hashes, explained, rows)
    return publish_kept(connection, codes)


def total_row(card: Indicator, area: str, comparison: Comparison, drivers: list[Driver]) -> dict[str, Any]:
    """Row of `contribution_totals`."""
    total, why = comparison.total, sentence(card, comparison)
    refused = [s.why_not for s in comparison.splits if s.why_not is not None]
    reasons = [comparison.why_not] if comparison.why_not is not None else refused
    return {
        "code": card.code,
        "area": area,
        "period": comparison.period,
        "against": comparison.against,
        "against_period": comparison.against_period,
        "total": None if total is None else rounded(total, PLACES),
        "start": _double(comparison.start),
        "end_value": _double(comparison.end),
        "decomposable": comparison.decomposable,
        "why_not_vi": "; ".join(r.vi for r in reasons) or None,
        "why_not_en": "; ".join(r.en for r in reasons) or None,
        "why_vi": why.vi,
        "why_en": why.en,
        "related_json": json.dumps([_driver(d) for d in drivers], ensure_ascii=False) if drivers else None,
    }


def contribution_rows(code: str, area: str, comparison: Comparison, kept: int = KEPT_PARTS) -> list[dict[str, Any]]:
    """Rows of `contributions`: per dimension the largest parts and the others, summing exactly to the total."""
    rows = []
    for split in comparison.splits:
        if not split.contributions:
            continue
        few = folded(split.contributions, kept)
        amounts = allotted([c.amount for c in few], comparison.total or Fraction(0), PLACES)
        for sort, (found, amount) in enumerate(zip(few, amounts, strict=True)):
            rows.append(
                {
                    "code": code,
                    "area": area,
                    "period": comparison.period,
                    "against": comparison.against,
                    "against_period": comparison.against_period,
                    "dimension": split.dimension,
                    **_both("dimension_name", split.name),
                    "part": found.part.key,
                    **_both("part_name", found.part.name),
                    "amount": amount,
                    "n0": _double(found.part.n0),
                    "d0": _double(found.part.d0),
                    "n1": _double(found.part.n1),
                    "d1": _double(found.part.d1),
                    "sort": sort,
                }
            )
    return rows


def _driver(driver: Driver) -> dict[str, Any]:
    now, before = driver.figure, driver.before
    change: Decimal | None = None
    if now is not None and before is not None and now.value is not None and before.value is not None:
        change = rounded(now.value - before.value, PLACES)
    return {
        "code": driver.code,
        "name_vi": driver.name.vi,
        "name_en": driver.name.en,
        "status": now.status if now is not None else "grey",
        "period": now.period if now is not None else None,
        "value": _double(now.value) if now is not None else None,
        "against_period": before.period if before is not None else None,
        "change": None if change is None else float(change),
    }


def _double(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_vi": text.vi, f"{name}_en": text.en}
