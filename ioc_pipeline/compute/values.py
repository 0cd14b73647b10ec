"""Indicator values from stored facts: chosen from statements, or computed by the card's formula from records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from ioc_pipeline.compute.status import PLAN_BASIS
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed, Indicator, Target
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.periods import Period, parse_period
from ioc_pipeline.store.warehouse import quoted
from ioc_pipeline.validate.sql_guard import check_select


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


def values_of(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, card: Indicator) -> list[Value]:
    """All values of one card, one per area and period, by area and period; empty before its feed has delivered."""
    feed = catalogue.feeds.get(card.feed)
    if feed is None:
        return []
    if card.formula is not None:
        return _computed(connection, catalogue, card, feed)
    return _stated(connection, catalogue, card)


def plans_of(connection: duckdb.DuckDBPyConnection, card: Indicator) -> dict[tuple[str, int], Target]:
    """Yearly plans that the feed states for a card's series, by area and year; empty when the card uses none."""
    if card.plan is None or "indicator" not in card.selection:
        return {}
    rows = connection.execute(
        "SELECT area, year(period_end), value FROM observations_current WHERE feed_id = ? AND indicator = ? "
        "AND data_type = 'plan' AND period_kind = 'year' AND item IS NULL AND value IS NOT NULL",
        [card.feed, card.selection["indicator"]],
    ).fetchall()
    return {(area, year): Target(year, value, PLAN_BASIS, "", card.plan) for area, year, value in rows}


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


def _stated(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, card: Indicator) -> list[Value]:
    """Statements of the card's series. Official before actual before preliminary before estimate; a plan never
    stands in for a result."""
    select = card.selection
    ranks = {c.code: c.extra["rank"] for c in catalogue.codes["data_types"].codes.values() if c.extra["rank"]}
    rank = "CASE o.data_type " + " ".join(f"WHEN '{code}' THEN {n}" for code, n in ranks.items()) + " END"
    rows = connection.execute(
        f"SELECT o.area, o.period, o.measure, o.data_type, o.value, o.value_status, o.numerator, o.denominator, "
        f"o.known_at, o.published_at, o.simulated, o.feed_id, o.delivery_id, d.file_name, "
        f"concat_ws('!', o.sheet, o.cell), o.row_no "
        f"FROM observations_current o JOIN deliveries d USING (feed_id, delivery_id) "
        f"WHERE o.feed_id = $feed AND o.indicator = $indicator AND o.measure = $measure "
        f"AND o.item IS NOT DISTINCT FROM $item AND o.data_type <> 'plan' AND list_contains($areas, o.area) "
        f"AND ($kind IS NULL OR o.period_kind = $kind) "
        f"QUALIFY row_number() OVER (PARTITION BY o.area, o.period ORDER BY {rank}, o.stated_at DESC, o.row_no) = 1 "
        f"ORDER BY o.area, o.period_end",
        {
            "feed": card.feed,
            "indicator": select["indicator"],
            "measure": select["measure"],
            "item": select.get("item"),
            "areas": areas_of(catalogue, card),
            "kind": select.get("period_kind"),
        },
    ).fetchall()
    return [Value(card.code, row[0], parse_period(row[1]), *_scaled(row[2:], card)) for row in rows]


def _scaled(row: tuple[Any, ...], card: Indicator) -> tuple[Any, ...]:
    """Row with its value shown on the card's scale: `minus: 100` turns an index (same period = 100) into a rate."""
    minus = card.selection.get("minus")
    if minus is None or row[2] is None:
        return row
    return (*row[:2], row[2] - float(minus), *row[3:])


def _computed(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, card: Indicator, feed: Feed) -> list[Value]:
    """Run the card's SELECT over the feed's current records. It returns `area, period` and either `value` or
    `numerator, denominator` (then value = 100 · numerator / denominator; 0/0 is null, never 0 %). Periods that have
    not ended when the newest state was known are left out."""
    table = f"records_{feed.id}"
    if not connection.execute("SELECT 1 FROM information_schema.tables WHERE table_name = ?", [table]).fetchone():
        return []
    formula = str(card.formula)
    check_select(formula, [feed.id])
    facts = connection.execute(
        f"SELECT max(_known_at), bool_or(simulated), CAST(max(_version_at) AS DATE), count(*) FROM {quoted(feed.id)}"
    ).fetchone()
    assert facts is not None
    known_at, simulated, as_of, _ = facts
    parameters = {"province": catalogue.province.code} if "$province" in formula else {}
    try:
        relation = connection.execute(formula, parameters)
    except duckdb.Error as error:
        raise IocError(
            Message(
                "indicator.formula",
                f"Công thức của chỉ số {card.code} không chạy được: {error}",
                f"The formula of indicator {card.code} does not run: {error}",
            )
        ) from error
    names = [d[0] for d in relation.description or ()]
    values = []
    for row in relation.fetchall():
        found = dict(zip(names, row, strict=True))
        period = parse_period(found["period"])
        if period.end > as_of:
            continue
        numerator, denominator = found.get("numerator"), found.get("denominator")
        value = found["value"] if "value" in found else _ratio(numerator, denominator)
        values.append(
            Value(
                code=card.code,
                area=found["area"],
                period=period,
                measure="rate" if denominator is not None else "level",
                data_type="actual",
                value=float(value) if value is not None else None,
                value_status="present" if value is not None else "nil",
                numerator=numerator,
                denominator=denominator,
                known_at=known_at,
                published_at=None,
                simulated=bool(simulated),
                feed_id=feed.id,
                delivery_id=None,
                file_name=None,
                location=None,
                row_no=None,
            )
        )
    return sorted(values, key=lambda v: (v.area, v.period.end))


def _ratio(numerator: float | None, denominator: float | None) -> float | None:
    """Per cent; null when either side is unknown or the denominator is zero (IOC-DUNG-04)."""
    if numerator is None or not denominator:
        return None
    return 100.0 * numerator / denominator
