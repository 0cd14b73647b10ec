"""One indicator from the card to the cell, as a mapping: what `ioc indicator --json` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ioc_pipeline.compute.explain.exact import PLACES, exact, rounded
from ioc_pipeline.compute.explain.explainer import Explainer
from ioc_pipeline.compute.explain.then import explainer_then
from ioc_pipeline.compute.formulas import sql_of
from ioc_pipeline.compute.shown import basis_of
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.lookup.lineage import lineage_of
from ioc_pipeline.lookup.sources import Sources, has_table, rows
from ioc_pipeline.lookup.vintages import end_of, said_by, vintages_of
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.periods import parse_period
from ioc_pipeline.publish.explain_tables import contribution_rows, total_row
from ioc_pipeline.settings import Places

RECENT = 6
"""Periods in the table of what was said then and is known now."""


@dataclass(frozen=True)
class Asked:
    """What a reader asks for; None: the own province, the newest period, now."""

    area: str | None = None
    period: str | None = None
    as_of: date | None = None


def indicator_sheet(
    sources: Sources, places: Places, catalogue: Catalogue, card: Indicator, asked: Asked
) -> dict[str, Any]:
    """Card, value, vintages, forecast, decomposition and lineage; parts that do not exist are None or empty.

    IocError for an area or a period without a value; a card without any value has `value` None.
    """
    area = _area(catalogue, card, asked.area)
    series = _series(sources, card.code, area)
    vintages = vintages_of(sources.connection, card, area)
    moment = end_of(asked.as_of, catalogue.province.timezone) if asked.as_of is not None else None
    value = _chosen(card, series, vintages, asked, moment)
    own_newest = value is not None and value["is_latest"] and area == catalogue.province.code
    then: dict[str, Any] | None = None
    why: list[dict[str, Any]] = []
    if value is not None and moment is not None and sources.warehouse:
        then, why = _then(sources, catalogue, card, value, moment)
    elif value is not None:
        why = _why(sources, catalogue, card, value, stored=own_newest)
    return {
        "release": {
            "id": sources.release.release_id,
            "created_at": sources.release.manifest["created_at"],
            "warehouse": sources.warehouse,
        },
        "card": card_of(card, value),
        "value": value and value | {"rules": _broken_rules(sources, catalogue, value)},
        "vintages": _vintages(series, vintages, value, moment),
        "forecast": _forecast(sources, card.code, area),
        "then": then,
        "why": why,
        "lineage": lineage_of(sources, places, catalogue, card, value) if value else None,
    }


def card_of(card: Indicator, value: dict[str, Any] | None) -> dict[str, Any]:
    """The card, with the target of the year that the value is in."""
    year = value["period_end"].year if value else None
    targets = [t for t in card.targets if year is None or t.year == year] or list(card.targets)[-1:]
    return {
        "code": card.code,
        "version": card.version,
        "name": _both(card.name),
        "short": _both(card.short),
        "unit": _both(card.unit_text),
        "decimals": card.decimals,
        "kind": card.kind,
        "group": card.group,
        "field": _both(card.field),
        "direction": card.direction,
        "additivity": card.additivity,
        "definition": _both(card.definition),
        "plain": _both(card.plain),
        "guidance": _both(card.guidance),
        "formula": sql_of(card),
        "selection": card.selection,
        "owner": _both(card.owner),
        "feed": card.feed or None,
        "no_source": _both(card.no_source) if card.no_source else None,
        "period": card.period,
        "lag_days": card.lag_days,
        "confidentiality": card.confidentiality,
        "references": list(card.references),
        "targets": [_target(t) for t in targets],
        "plan": card.plan,
        "percent": card.unit == "%",
        "scale": card.scale,
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "year": target.year, "value": target.value, "high": target.high, "path": target.path,
        "basis": _both(target.basis), "mark": target.mark,
    }  # fmt: skip


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _area(catalogue: Catalogue, card: Indicator, asked: str | None) -> str:
    """Code of the area asked for by code or by name."""
    if asked is None:
        return catalogue.province.code
    named = {"VN": "VN"} | {u.code: u.name for u in units.provinces()}
    named |= {u.code: u.name for u in units.communes(catalogue.province.code)}
    if asked in named:
        return asked
    by_name = [code for code, name in named.items() if units.fold_name(name) == units.fold_name(asked)]
    if len(by_name) == 1:
        return by_name[0]
    raise IocError(
        Message(
            "indicator.area",
            f"Không có địa bàn {asked!r}: ghi VN, mã tỉnh, mã hoặc tên xã, phường, đặc khu của tỉnh.",
            f"There is no area {asked!r}: give VN, a province's code, or the code or name of a commune of it.",
        )
    )


def _series(sources: Sources, code: str, area: str) -> list[dict[str, Any]]:
    """All published values of the card in the area, by period."""
    return rows(
        sources.connection,
        "SELECT * FROM release.indicator_values WHERE code = ? AND area = ? ORDER BY period_end, period",
        [code, area],
    )


def _chosen(
    card: Indicator,
    series: Sequence[dict[str, Any]],
    vintages: Sequence[dict[str, Any]] | None,
    asked: Asked,
    moment: datetime | None,
) -> dict[str, Any] | None:
    """The value asked for: of the period, else of the newest period known (at the moment)."""
    if not series:
        if asked.area is None and asked.period is None:
            return None
        raise _no_value(card, asked.area or asked.period or "")
    period = asked.period
    if period is None and moment is not None and vintages:
        kinds = {v["period_kind"] for v in series if v["is_latest"]}
        then = list(said_by(list(vintages), moment).values())
        same_kind = [v for v in then if parse_period(v["period"]).kind in kinds] or then
        period = max(same_kind, key=lambda v: v["period_end"])["period"] if same_kind else None
    if period is None:
        return next((v for v in series if v["is_latest"]), series[-1])
    found = next((v for v in series if v["period"] == period), None)
    if found is None:
        raise _no_value(card, period, [v["period"] for v in series])
    return found


def _no_value(card: Indicator, what: str, periods: Sequence[str] = ()) -> IocError:
    vi = f" Có từ {periods[0]} đến {periods[-1]}." if periods else ""
    en = f" There are values from {periods[0]} to {periods[-1]}." if periods else ""
    return IocError(
        Message(
            "indicator.no_value",
            f"Chỉ số {card.code} không có giá trị của {what}.{vi}",
            f"Indicator {card.code} has no value of {what}.{en}",
        )
    )


def _broken_rules(sources: Sources, catalogue: Catalogue, value: dict[str, Any]) -> list[dict[str, Any]]:
    """Rules that failed on the value's delivery, or on the deliveries of all feeds that a computed value rests on."""
    feeds = list(basis_of(catalogue).get(value["code"], ()))
    records = [f for f in feeds if catalogue.feeds[f].shape == "records"]
    where = (
        "list_contains(?, feed_id) AND (list_contains(?, feed_id) "
        "OR delivery_id IN (SELECT delivery_id FROM release.observations))"
    )
    parameters: list[Any] = [feeds, records]
    if value["delivery_id"]:
        where, parameters = "feed_id = ? AND delivery_id = ?", [value["feed_id"], value["delivery_id"]]
    table = "validation_results" if sources.warehouse else "release.validation_results"  # the warehouse has them all
    return rows(
        sources.connection,
        "SELECT clause, expectation_id, severity, level, sum(unexpected) AS unexpected, sum(evaluated) AS evaluated, "
        "arg_max(why_vi, delivery_id) AS why_vi, arg_max(why_en, delivery_id) AS why_en, "
        "arg_max(message_vi, delivery_id) AS message_vi, arg_max(message_en, delivery_id) AS message_en "
        f"FROM {table} WHERE {where} AND NOT success GROUP BY ALL ORDER BY severity, clause",
        parameters,
    )


def _vintages(
    series: Sequence[dict[str, Any]],
    vintages: Sequence[dict[str, Any]] | None,
    value: dict[str, Any] | None,
    moment: datetime | None,
) -> dict[str, Any] | None:
    """Statements about the chosen period, and for the newest periods what was said first (or by the moment) and what
    is known now; None when no vintages are kept."""
    if vintages is None or value is None:
        return None
    said = [v for v in vintages if v["data_type"] != "plan"]
    then = said_by(list(vintages), moment) if moment is not None else {}
    recent = []
    same_kind = [v for v in series if v["period_kind"] == value["period_kind"]]
    for known in [v for v in same_kind if v["period_end"] <= value["period_end"]][-RECENT:]:
        statements = [v for v in said if v["period"] == known["period"]]
        before = then.get(known["period"]) if moment is not None else (statements[0] if statements else None)
        recent.append(
            {
                "period": known["period"],
                "said_then": before["value"] if before else None,
                "stated_at": before["stated_at"] if before else None,
                "known_now": known["value"],
                "difference": _difference(known["value"], before["value"] if before else None),
                "statements": len(statements),
            }
        )
    chosen = [v for v in vintages if v["period"] == value["period"] and (moment is None or v["stated_at"] <= moment)]
    return {"as_of": moment, "of_period": chosen, "recent": recent}


def _difference(now: float | None, before: float | None) -> float | None:
    a, b = exact(now), exact(before)
    return None if a is None or b is None else float(rounded(a - b, PLACES))


def _forecast(sources: Sources, code: str, area: str) -> dict[str, Any] | None:
    """The newest forecast of the year's end in the release, if it has forecasts."""
    if not has_table(sources.connection, "forecasts"):
        return None
    found = rows(
        sources.connection, "SELECT * FROM release.forecasts WHERE code = ? AND area = ? ORDER BY year DESC LIMIT 1",
        [code, area],
    )  # fmt: skip
    return found[0] if found else None


def _then(
    sources: Sources, catalogue: Catalogue, card: Indicator, value: dict[str, Any], moment: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What was known of the value's period at a moment, and its decomposition from the facts of that moment."""
    area = value["area"]
    with explainer_then(sources.connection, catalogue, card, area, moment) as explainer:
        now = explainer.at(card.code, value["period"])
        known: dict[str, Any] = {"as_of": moment, "value": None, "numerator": None, "denominator": None}
        if now is None or now.value is None:
            return known, []
        for name in ("value", "numerator", "denominator"):
            number = getattr(now, name)
            known[name] = None if number is None else float(number)
        compared = explainer.explain(card, now)
        totals = [total_row(card, area, c, explainer.drivers(card)) for c in compared]
        parts = [row for c in compared for row in contribution_rows(card.code, area, c)]
    return known, [_comparison(catalogue, total, parts) for total in totals]


def _why(
    sources: Sources, catalogue: Catalogue, card: Indicator, value: dict[str, Any], *, stored: bool
) -> list[dict[str, Any]]:
    """Comparisons with their dimensions: as published for the own newest value, computed now for any other."""
    if stored and has_table(sources.connection, "contribution_totals"):
        totals = rows(
            sources.connection, "SELECT * FROM release.contribution_totals WHERE code = ? ORDER BY rowid", [card.code]
        )
        parts = rows(
            sources.connection, "SELECT * FROM release.contributions WHERE code = ? ORDER BY rowid", [card.code]
        )
    elif sources.warehouse:
        explainer = Explainer(sources.connection, catalogue, value["area"])
        now = explainer.at(card.code, value["period"])
        if now is None:
            return []
        compared = explainer.explain(card, now)
        totals = [total_row(card, value["area"], c, explainer.drivers(card)) for c in compared]
        parts = [row for c in compared for row in contribution_rows(card.code, value["area"], c)]
    else:
        return []
    return [_comparison(catalogue, total, parts) for total in totals]


def _comparison(catalogue: Catalogue, total: dict[str, Any], parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    related = total.pop("related_json")
    numbers = {"total": None if total["total"] is None else float(total["total"])}
    drivers = json.loads(related) if related else []
    for driver in drivers:
        card = catalogue.indicators.get(driver["code"])
        driver |= {"decimals": card.decimals if card else 2, "unit": _both(card.unit_text) if card else None}
    related_cards = {"related": drivers}
    return total | numbers | related_cards | {"dimensions": _dimensions(parts, total["against"])}


def _dimensions(parts: Sequence[dict[str, Any]], against: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        if part["against"] != against:
            continue
        name = {"vi": part["dimension_name_vi"], "en": part["dimension_name_en"]}
        dimension = found.setdefault(part["dimension"], {"dimension": part["dimension"], "name": name, "parts": []})
        keys = ("part", "part_name_vi", "part_name_en", "amount", "n0", "d0", "n1", "d1")
        dimension["parts"].append({key: part[key] for key in keys} | {"amount": float(part["amount"])})
    return list(found.values())
