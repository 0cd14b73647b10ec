"""What the page of one indicator asks of a release: read once per release, indicator and area, and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.model import Tile, Value, Words
from ioc_dashboard.queries import _by_release, _count, _latest, _text, _value, _words
from ioc_dashboard.release import Release

_KEEP = 256  # indicators remembered
_HISTORY = {"day": 62, "month": 26, "quarter": 13, "half": 9, "year": 12}  # periods drawn, by their kind
_PERIODS_OF_VINTAGES = 6


@dataclass(frozen=True, slots=True)
class CardMore:
    """What a card says beyond what a tile needs."""

    plain: Words
    guidance: Words
    no_source: Words
    failed: Words
    group: str
    kind: str
    additivity: str
    period: str
    lag_days: int | None
    confidentiality: str
    band: tuple[float | None, float | None]
    references: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class TargetPoint:
    """What a period is asked for."""

    period: str
    period_end: date
    target: float
    high: float | None
    path: str = "constant"  # constant | even | straight | seasonal | given


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """Forecast of a period that is still to come, with its interval."""

    period: str
    period_end: date
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the year will end, or why that is not said."""

    year: int
    form: str
    method: Words
    landing: float | None
    low: float | None
    high: float | None
    level: float
    target: float | None
    target_high: float | None
    status: str
    so_far: float
    remaining: int
    elapsed: int
    needed: float | None
    now: float | None
    error: float | None
    error_relative: bool
    tests: int | None
    reason: Words
    must: Words
    points: tuple[ForecastPoint, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a gap or change; numerators and denominators then and now where it has them."""

    name: Words
    amount: Decimal
    n0: float | None
    d0: float | None
    n1: float | None
    d1: float | None


@dataclass(frozen=True, slots=True)
class Driver:
    """An indicator that stands beside one that cannot be decomposed."""

    code: str
    name: Words
    status: str
    period: str
    value: float | None
    against_period: str
    change: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest value against its target or an earlier value, with every way it was split."""

    against: str  # target | previous | last_year
    against_period: str
    total: Decimal | None
    start: float | None
    end: float | None
    decomposable: bool
    why_not: Words
    why: Words
    drivers: tuple[Driver, ...]
    dimensions: dict[str, tuple[Words, tuple[Part, ...]]]


@dataclass(frozen=True, slots=True)
class Vintage:
    """One thing said of a period."""

    period: str
    data_type: str
    value: float | None
    value_status: str
    stated_at: datetime | None
    file_name: str
    location: str


@dataclass(frozen=True, slots=True)
class AreaValue:
    """Newest value of a part of the province (or of another province)."""

    area: str
    name: Words
    period: str
    value: float | None
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page shows of one indicator in one area."""

    tile: Tile
    area: str
    own: bool  # the area whose figures are judged, forecast and split
    more: CardMore
    confidence: str
    numerator: float | None
    denominator: float | None
    target_high: float | None
    series: tuple[Value, ...]
    path: tuple[TargetPoint, ...]
    forecast: Forecast | None
    comparisons: dict[str, Comparison]
    vintages: tuple[Vintage, ...]
    areas: tuple[AreaValue, ...]
    parts: tuple[str, ...]  # codes of the cards it is computed from
    waits: Words  # of a card without a value: what is missing behind it


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def sheet(release: Release, code: str, area: str) -> Sheet | None:
    """The sheet of an indicator, of the area its tile shows when `area` is empty; None for a code nobody declared.

    An area without a value gives a sheet without a value. Tables that an older release lacks count as empty.
    """
    tile = next((tile for tile in queries.tiles(release) if tile.card.code == code), None)
    if tile is None:
        return None
    province = queries.info(release).province_code
    usual = tile.latest.area if tile.latest else province
    shown = area or usual
    rows = release.rows(
        "SELECT * FROM indicator_values WHERE code = ? AND area = ? ORDER BY period_end, is_latest", [code, shown]
    )
    values = [_value(row) for row in rows]
    latest = _latest(values)
    newest = next((row for row, value in zip(rows, values, strict=True) if value is latest), {})
    kept = _HISTORY.get(latest.period_kind, 26) if latest else 0
    same = tuple(
        v for v in values if latest and v.period_kind == latest.period_kind and v.measure == latest.measure
    )  # fmt: skip
    national = tile.national if shown == usual else None
    more = _more(release, code)
    return Sheet(
        tile=Tile(tile.card, latest, same, national),
        area=shown,
        own=shown == usual,
        more=more,
        confidence=_text(newest, "confidence"),
        numerator=newest.get("numerator"),
        denominator=newest.get("denominator"),
        target_high=newest.get("target_high"),
        series=_drawn(same, kept),
        path=_path(release, code, shown),
        forecast=_forecast(release, code, shown),
        comparisons=_comparisons(release, code, shown),
        vintages=_vintages(release, code, shown, latest.period_kind) if latest else (),
        areas=_areas(release, code, province),
        parts=_cards_in(more.sql, code, {other.card.code for other in queries.tiles(release)}),
        waits=missing_behind(release).get(code, Words()),
    )


def _drawn(values: tuple[Value, ...], kept: int) -> tuple[Value, ...]:
    """The newest `kept` values; months and quarters from a January on, so that years can be compared."""
    shown = values[-kept:] if kept else ()
    starts = [i for i, v in enumerate(shown) if v.period.endswith(("-01", "-Q1")) and len(v.period) == 7]
    return shown[starts[0] :] if starts and len(shown) == kept and len(shown) - starts[0] > 6 else shown


def _rows(release: Release, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    try:
        return release.rows(sql, parameters)
    except duckdb.CatalogException:  # a release made before the table existed
        return []


def _listed(text: object) -> list[Any]:
    try:
        items = json.loads(str(text)) if text else []
    except ValueError:
        return []
    return items if isinstance(items, list) else []


def _more(release: Release, code: str) -> CardMore:
    row = release.rows("SELECT * FROM indicators WHERE code = ?", [code])[0]
    return CardMore(
        plain=_words(row, "plain"), guidance=_words(row, "guidance"), no_source=_words(row, "no_source"),
        failed=_words(row, "failed"), group=_text(row, "group_id"), kind=_text(row, "kind"),
        additivity=_text(row, "additivity"), period=_text(row, "period"), lag_days=row.get("lag_days"),
        confidentiality=_text(row, "confidentiality"), band=(row.get("band_low"), row.get("band_high")),
        references=tuple(map(str, _listed(row.get("references_json")))),
        sql=_text(row, "sql_text") or _text(row, "formula"),
    )  # fmt: skip


def _path(release: Release, code: str, area: str) -> tuple[TargetPoint, ...]:
    rows = _rows(release, "SELECT * FROM target_path WHERE code = ? AND area = ? ORDER BY period_end", [code, area])
    return tuple(
        TargetPoint(_text(r, "period"), r["period_end"], r["target"], r.get("target_high"), _text(r, "path"))
        for r in rows
    )


def _forecast(release: Release, code: str, area: str) -> Forecast | None:
    found = _rows(
        release, "SELECT * FROM forecasts WHERE code = ? AND area = ? ORDER BY year DESC LIMIT 1", [code, area]
    )
    if not found:
        return None
    row = found[0]
    points = _rows(
        release,
        "SELECT * FROM forecast_path WHERE code = ? AND area = ? AND kind = 'forecast' ORDER BY period_end",
        [code, area],
    )
    return Forecast(
        year=int(row["year"]), form=_text(row, "form"), method=_words(row, "method"), landing=row["landing"],
        low=row["low"], high=row["high"], level=float(row["level"]), target=row["target"],
        target_high=row["target_high"], status=_text(row, "landing_status"), so_far=float(row["so_far"]),
        remaining=_count(row, "remaining"), elapsed=_count(row, "elapsed"), needed=row["run_rate_needed"],
        now=row["run_rate_now"], error=row["backtest_error"], error_relative=bool(row["backtest_relative"]),
        tests=row["backtest_n"], reason=_words(row, "reason"), must=_words(row, "must_be_true"),
        points=tuple(ForecastPoint(_text(p, "period"), p["period_end"], p["value"], p["low"], p["high"])
                     for p in points),
    )  # fmt: skip


def _comparisons(release: Release, code: str, area: str) -> dict[str, Comparison]:
    parts = _rows(
        release, "SELECT * FROM contributions WHERE code = ? AND area = ? ORDER BY dimension, sort, part", [code, area]
    )
    found = {}
    for row in _rows(release, "SELECT * FROM contribution_totals WHERE code = ? AND area = ?", [code, area]):
        against = _text(row, "against")
        mine = [p for p in parts if p["against"] == against and p["period"] == row["period"]]
        names = dict.fromkeys(p["dimension"] for p in mine)
        found[against] = Comparison(
            against=against, against_period=_text(row, "against_period"), total=row["total"], start=row["start"],
            end=row["end_value"], decomposable=bool(row["decomposable"]), why_not=_words(row, "why_not"),
            why=_words(row, "why"), drivers=tuple(map(_driver, _listed(row.get("related_json")))),
            dimensions={name: _dimension([p for p in mine if p["dimension"] == name]) for name in names},
        )  # fmt: skip
    return {name: found[name] for name in ("target", "previous", "last_year") if name in found}


def _dimension(rows: list[dict[str, Any]]) -> tuple[Words, tuple[Part, ...]]:
    parts = tuple(Part(_words(r, "part_name"), r["amount"], r["n0"], r["d0"], r["n1"], r["d1"]) for r in rows)
    return _words(rows[0], "dimension_name"), parts


def _driver(item: dict[str, Any]) -> Driver:
    return Driver(_text(item, "code"), _words(item, "name"), _text(item, "status"), _text(item, "period"),
                  item.get("value"), _text(item, "against_period"), item.get("change"))  # fmt: skip


def _vintages(release: Release, code: str, area: str, kind: str) -> tuple[Vintage, ...]:
    rows = _rows(
        release,
        f"""SELECT * FROM indicator_vintages WHERE code = ? AND area = ? AND data_type <> 'plan' AND period_kind = ?
            QUALIFY dense_rank() OVER (ORDER BY period_end DESC, period DESC) <= {_PERIODS_OF_VINTAGES}
            ORDER BY period_end DESC, period DESC, stated_at, known_at, vintage""",
        [code, area, kind],
    )
    return tuple(
        Vintage(_text(r, "period"), _text(r, "data_type"), r["value"], _text(r, "value_status"), r["stated_at"],
                _text(r, "file_name"), _text(r, "location"))
        for r in rows
    )  # fmt: skip


def _areas(release: Release, code: str, province: str) -> tuple[AreaValue, ...]:
    """Newest value of every other area, those of one kind of period and measure together, highest first."""
    rows = _rows(
        release,
        """SELECT * FROM indicator_values WHERE code = ? AND area NOT IN (?, 'VN') AND is_latest
           ORDER BY value DESC NULLS LAST, area""",
        [code, province],
    )
    return tuple(
        AreaValue(_text(r, "area"), _words(r, "area_name"), _text(r, "period"), r["value"], r["numerator"],
                  r["denominator"])
        for r in rows
    )  # fmt: skip


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_by_release)
def without_source(release: Release) -> dict[str, Words]:
    """Why an indicator has no value at all, by code: nobody sends it yet, or its text does not compute."""
    try:
        rows = release.rows("SELECT * FROM indicators WHERE no_source_vi IS NOT NULL OR failed_vi IS NOT NULL")
    except duckdb.BinderException:
        return {}
    return {_text(r, "code"): _words(r, "failed" if r.get("failed_vi") else "no_source") for r in rows}


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_by_release)
def missing_behind(release: Release) -> dict[str, Words]:
    """Why a card has no value, by code: its own reason, or that of a card it is computed from."""
    own = without_source(release)
    names = {tile.card.code: tile.card.name for tile in queries.tiles(release)}
    silent = {tile.card.code for tile in queries.tiles(release) if tile.latest is None}
    found = dict(own)
    for row in release.rows("SELECT * FROM indicators"):
        code = _text(row, "code")
        behind = next((c for c in _cards_in(_text(row, "sql_text"), code, names.keys()) if c in own), None)
        if code in silent and code not in found and behind:
            name, why = names[behind], own[behind]
            found[code] = Words(f"{name.vi}: {why.vi}", f"{name.en or name.vi}: {why.en or why.vi}")
    return found


def _cards_in(sql: str, code: str, known: Collection[str]) -> tuple[str, ...]:
    """Codes of other cards that a formula names."""
    words = dict.fromkeys(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", sql))
    return tuple(word for word in words if word in known and word != code)
