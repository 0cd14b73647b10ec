"""One value of an indicator with its origin; plans stated with the data; areas a card is shown for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ioc_pipeline.compute.status import PLAN_BASIS
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period


@dataclass(frozen=True)
class Value:
    """One value of an indicator with its origin. `row_no` is None for a value computed from many rows."""

    code: str
    area: str
    period: Period
    measure: str | None
    data_type: str | None
    value: float | None
    value_status: str
    numerator: float | None
    denominator: float | None
    known_at: datetime | None
    published_at: date | None
    simulated: bool
    feed_id: str
    delivery_id: str | None
    file_name: str | None
    location: str | None
    row_no: int | None
    correction: Text | None = None  # words of the corrections applied (compute.corrections)
    raw_value: float | None = None  # what the source said, when a correction is applied


Plans = dict[tuple[str, int], Target]
"""Yearly plans stated with the data, by area and year."""


def plans_of(connection: duckdb.DuckDBPyConnection, cards: Iterable[Indicator]) -> dict[str, Plans]:
    """Yearly plans that the feeds state for the series of cards, by code; empty for a card that uses none."""
    using = [card for card in cards if card.plan is not None and "indicator" in card.selection]
    stated: dict[tuple[str, str], list[tuple[str, int, float]]] = {}
    for feed, indicator, area, year, value in (
        connection.execute(
            "SELECT feed_id, indicator, area, year(period_end), value FROM observations_current "
            "WHERE data_type = 'plan' AND period_kind = 'year' AND item IS NULL AND value IS NOT NULL ORDER BY ALL"
        ).fetchall()
        if using
        else ()
    ):
        stated.setdefault((feed, indicator), []).append((area, year, value))
    found: dict[str, Plans] = defaultdict(dict)
    for card in using:
        assert card.plan is not None
        for area, year, value in stated.get((card.feed, str(card.selection["indicator"])), ()):
            found[card.code][area, year] = Target(year, value, PLAN_BASIS, "", card.plan)
    return found


def areas_of(catalogue: Catalogue, card: Indicator) -> list[str]:
    """Areas a card is shown for: `own` (the served province), `country`, `provinces`, `communes`."""
    own = catalogue.province.code
    areas: list[str] = []
    for scope in card.selection.get("areas", ["own"]):
        areas += {
            "own": [own],
            "country": ["VN"],
            "provinces": [u.code for u in units.provinces()],
            "communes": [u.code for u in units.communes(own)],
        }[scope]
    return areas
