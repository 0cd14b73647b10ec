"""Status and confidence of all shown values at once: targets along their path, hysteresis along each series.

Targets are found per card and period (and per area where a plan stated with the data or a season applies); colours are
set by `status_arrays.judge_cells` in one pass; words are only written for the newest value of each indicator and area.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from ioc_pipeline.compute.confidence import NAMES as CONFIDENCE_NAMES
from ioc_pipeline.compute.confidence import Confidence, age_share, confidence, confidence_codes
from ioc_pipeline.compute.reported import reported_shares
from ioc_pipeline.compute.status import judge
from ioc_pipeline.compute.status_arrays import Flags, Numbers, Places, SeriesCells, card_rules, judge_cells
from ioc_pipeline.compute.status_core import CAUSE_NAMES, CODES, GREY, NAMES
from ioc_pipeline.compute.target_path import NO_SEASON, Season, applies_to, counts, season_of, target_at
from ioc_pipeline.compute.values import plans_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.confidence import load_confidence
from ioc_pipeline.contracts.model import Feed, Indicator, Target
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period, parse_period
from ioc_pipeline.store.bulk import insert_rows

COLOURS = "_colours"
"""Temporary table: cell_no, target, target_high, status, grey_cause, status_reason_vi, status_reason_en."""

CONFIDENCE = "_confidence"
"""Temporary table: cell_no, confidence, coverage, and confidence_vi, confidence_en of the newest values."""

_DAYS = {"hour": 1, "day": 1, "week": 7, "month": 31, "quarter": 92, "half": 184, "term": 184, "year": 366}
"""Longest length of a period, in days."""

Plans = Mapping[tuple[str, int], Target]
Seasons = Mapping[str, Season]


@dataclass(frozen=True)
class _Cells:
    """Shown cells as parallel arrays, in order of series and time. `card`, `area`, `period` are places in the lists."""

    cards: list[Indicator]
    areas: list[str]
    periods: list[Period]  # by their ends
    number: Places  # cell_no
    card: Places
    area: Places
    period: Places
    value: Numbers
    is_latest: Flags
    series: Places


def judge_shown(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    shown: str,
    basis: Mapping[str, Sequence[str]],
    today: date,
) -> None:
    """Make the table `_colours` for the rows of `shown` (`cell_no, code, area, period, period_kind, period_end, value,
    is_latest`). `basis`: feeds that a card's values come from, by code.

    Only the newest value of a series can be too old to carry a status: earlier ones are history.
    """
    cells = _cells(connection, catalogue, shown)
    plans = plans_of(connection, cells.cards)
    seasons = _all_seasons(connection, cells.cards, shown)
    oldest = {
        card.code: min(
            (age for feed in basis.get(card.code, ()) if (age := oldest_allowed(card, catalogue.feeds[feed]))),
            default=None,
        )
        for card in cells.cards
    }
    low, high, declared = _asked(cells, catalogue, plans, seasons)
    ages = np.array([(today - period.end).days for period in cells.periods], dtype=float)
    limits = np.array([np.inf if (most := oldest[c.code]) is None else most for c in cells.cards], dtype=float)
    too_old = cells.is_latest & (ages[cells.period] > limits[cells.card]) if len(declared) else cells.is_latest
    status, cause = judge_cells(
        SeriesCells(cells.series, cells.card, cells.value, low, high, _restarts(cells.series, declared), too_old),
        card_rules(cells.cards),
    )
    judged = pa.table(
        {
            "cell_no": cells.number,
            "target": pa.array(low, from_pandas=True),
            "target_high": pa.array(high, from_pandas=True),
            "status": _named(status, NAMES),
            "grey_cause": _named(cause, CAUSE_NAMES),
        }
    )
    words = _words(cells, catalogue, status, cause, low, plans, seasons, oldest, today)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _reasons (cell_no BIGINT, status_reason_vi VARCHAR, status_reason_en VARCHAR)"
    )
    insert_rows(connection, "_reasons", words)
    _keep(connection, COLOURS, judged, "LEFT JOIN _reasons USING (cell_no)")
    connection.execute("DROP TABLE temp.main._reasons")


def _restarts(series: Places, declared: Places) -> Flags:
    """Where another declared target begins (see `_asked`) than the one before it in the series; periods without one
    may lie between."""
    places = np.arange(len(series))
    starts = np.ones(len(series), np.bool_)
    starts[1:] = series[1:] != series[:-1]
    newest = declared[np.maximum.accumulate(np.where(starts | (declared > 0), places, 0))]
    found = np.zeros(len(series), np.bool_)
    found[1:] = ~starts[1:] & (declared[1:] > 0) & (newest[:-1] > 0) & (declared[1:] != newest[:-1])
    return found


def _named(codes: np.ndarray, names: Mapping[int, str | None]) -> pa.Array:
    """Small integers as their names, without one text per cell."""
    return pa.DictionaryArray.from_arrays(
        pa.array(codes), pa.array([names[code] for code in range(len(names))], pa.string())
    )


def _cells(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, shown: str) -> _Cells:
    """The cells of `shown` with numbers for texts: grouping and sorting by texts costs several times as much."""
    found = connection.execute(
        f"SELECT DISTINCT period, period_end FROM {shown} ORDER BY period_end, period"
    ).fetchall()
    periods = [parse_period(text) for text, _ in found]
    areas = [area for (area,) in connection.execute(f"SELECT DISTINCT area FROM {shown} ORDER BY area").fetchall()]
    cards = list(catalogue.indicators.values())
    places = {"card": [c.code for c in cards], "area": areas, "period": [p.text for p in periods]}
    for name, texts in places.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE _place_of_{name} (text VARCHAR, place BIGINT)")
        insert_rows(connection, f"_place_of_{name}", [{"text": text, "place": n} for n, text in enumerate(texts)])
    columns = connection.execute(
        "SELECT cell_no::BIGINT AS number, c.place AS card, a.place AS area, p.place AS period, "
        "coalesce(value, 'nan'::DOUBLE) AS value, is_latest "
        f"FROM {shown} s JOIN _place_of_card c ON c.text = s.code JOIN _place_of_area a ON a.text = s.area "
        "JOIN _place_of_period p ON p.text = s.period"
    ).fetchnumpy()
    for name in places:
        connection.execute(f"DROP TABLE temp.main._place_of_{name}")
    kinds = sorted({period.kind for period in periods})
    kind = np.array([kinds.index(period.kind) for period in periods], dtype=np.int64)
    column = {name: np.ma.getdata(values) for name, values in columns.items()}
    series = (column["card"] * len(areas) + column["area"]) * len(kinds)
    if len(kind):
        series += kind[column["period"]]
    order = np.argsort(series * max(len(periods), 1) + column["period"], kind="stable")
    number, card, area, period = (column[name][order] for name in ("number", "card", "area", "period"))
    return _Cells(
        cards, areas, periods, number, card, area, period, column["value"][order], column["is_latest"][order],
        series[order],
    )  # fmt: skip


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
    (`cell_no, trust, held`). History does not age; coverage: see `reported_shares`."""
    rules, _ = load_confidence(catalogue.root)
    newest = connection.execute(f"SELECT DISTINCT code, period FROM {shown} WHERE is_latest").fetchall()
    connection.execute("CREATE OR REPLACE TEMP TABLE _ages (code VARCHAR, period VARCHAR, age DOUBLE)")
    ages = [(c, p, age_share(parse_period(p), catalogue.indicators[c].lag_days, today)) for c, p in newest]
    insert_rows(connection, "_ages", [dict(zip(("code", "period", "age"), row, strict=True)) for row in ages])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _reported (code VARCHAR, area VARCHAR, period VARCHAR, share DOUBLE)"
    )
    shares = reported_shares(connection, catalogue, shown).rename({"coverage": "share"})
    insert_rows(connection, "_reported", shares.to_dicts())
    cells = connection.execute(
        "SELECT s.cell_no, s.is_latest, s.simulated, t.trust, t.held, CASE WHEN s.is_latest THEN a.age END AS age, "
        f"r.share AS coverage FROM {shown} s JOIN {trust} t ON t.cell_no = s.cell_no "
        "LEFT JOIN _ages a ON a.code = s.code AND a.period = s.period "
        "LEFT JOIN _reported r ON r.code = s.code AND r.area = s.area AND r.period = s.period"
    ).pl()
    asked = ["trust", "age", "coverage", "held", "simulated"]
    reasons = pl.DataFrame(
        [
            (True, *facts.values(), *_reasons(confidence(rules, **facts)))
            for facts in cells.filter(pl.col("is_latest")).select(asked).unique().to_dicts()
        ],
        schema={"is_latest": pl.Boolean, **cells.select(asked).schema, "confidence_vi": pl.String,
                "confidence_en": pl.String}, orient="row",
    )  # fmt: skip
    named = cells.with_columns(
        confidence=confidence_codes(cells, rules).replace_strict(CONFIDENCE_NAMES, return_dtype=pl.String)
    ).join(reasons, on=["is_latest", *asked], how="left", nulls_equal=True)
    kept = named.select("cell_no", "confidence", "coverage", "confidence_vi", "confidence_en")
    _keep(connection, CONFIDENCE, kept.to_arrow())
    for table in ("_ages", "_reported"):
        connection.execute(f"DROP TABLE temp.main.{table}")


def _reasons(found: Confidence) -> tuple[str, str]:
    return "; ".join(r.vi for r in found.reasons), "; ".join(r.en for r in found.reasons)


def _asked(
    cells: _Cells, catalogue: Catalogue, plans: Mapping[str, Plans], seasons: Mapping[str, Seasons]
) -> tuple[Numbers, Numbers, Places]:
    """What each cell's period is asked for: target, upper bound of a range, and a number for the declaration behind
    them (0: none)."""
    shape = (len(cells.cards), len(cells.periods))
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    declared = np.zeros(shape, np.int64)
    own: dict[int, dict[tuple[int, int], tuple[float, float, int]]] = {}
    area_at = {area: place for place, area in enumerate(cells.areas)}
    numbers: dict[str, int] = {}
    there = np.zeros(shape, np.bool_)
    there[cells.card, cells.period] = True
    for card, period, area, found_low, found_high, text in _targets(cells, np.argwhere(there), plans, seasons):
        number = numbers.setdefault(text, len(numbers) + 1)
        lower, upper = (np.nan if bound is None else bound for bound in (found_low, found_high))
        if area is None:
            low[card, period], high[card, period], declared[card, period] = lower, upper, number
        elif area in area_at:
            own.setdefault(card, {})[area_at[area], period] = (lower, upper, number)
    # A declared target of a sum is the province's or the country's: nobody else is asked for it.
    alone = np.array([not applies_to(c, "", catalogue.province.code) for c in cells.cards], dtype=np.bool_)
    whole = np.array([area in (catalogue.province.code, "VN") for area in cells.areas], dtype=np.bool_)
    if not len(cells.number):
        return np.empty(0), np.empty(0), np.empty(0, np.int64)
    asked = ~alone[cells.card] | whole[cells.area]
    result = (
        np.where(asked, low[cells.card, cells.period], np.nan),
        np.where(asked, high[cells.card, cells.period], np.nan),
        np.where(asked, declared[cells.card, cells.period], 0),
    )
    for card, stated in own.items():
        first, last = np.searchsorted(cells.card, [card, card + 1])
        for at in range(first, last):
            found = stated.get((int(cells.area[at]), int(cells.period[at])))
            if found is not None:
                for column, bound in zip(result, found, strict=True):
                    column[at] = bound
    return result


def _targets(
    cells: _Cells, pairs: np.ndarray, plans: Mapping[str, Plans], seasons: Mapping[str, Seasons]
) -> Iterator[tuple[int, int, str | None, float | None, float | None, str]]:
    """Targets by places of card and period: of an area whose plan or season is its own, and of all others (area
    None)."""
    forms = {card.code: counts(card) for card in cells.cards}
    for at, when in pairs.tolist():
        card, period = cells.cards[at], cells.periods[when]
        if not card.targets and not plans[card.code]:
            continue
        year = period.end.year
        by_area: dict[str | None, tuple[Target | None, Season]] = {None: (None, NO_SEASON)}
        for area in {*(a for a, y in plans[card.code] if y == year), *seasons[card.code]}:
            by_area[area] = (plans[card.code].get((area, year)), seasons[card.code].get(area, NO_SEASON))
        for place, (plan, season) in by_area.items():
            found = target_at(card.targets, period, plan=plan, form=forms[card.code], season=season)
            if found.declared is not None:
                declared = f"{found.declared.value} {found.declared.high} {found.declared.path}"
                yield at, when, place, found.low, found.high, declared


def _all_seasons(
    connection: duckdb.DuckDBPyConnection, cards: Sequence[Indicator], shown: str
) -> dict[str, dict[str, Season]]:
    """Shape of the year by code and area, for cards with a seasonal target."""
    seasonal = {c.code: c for c in cards if "seasonal" in {c.plan, *(t.path for t in c.targets)}}
    found: dict[str, dict[str, list[tuple[Period, float | None]]]] = {card.code: {} for card in cards}
    if seasonal:
        for code, area, text, value in connection.execute(
            f"SELECT code, area, period, value FROM {shown} WHERE list_contains(?, code) "
            "AND period_kind IN ('month', 'quarter') ORDER BY code, area, period_end, period",
            [list(seasonal)],
        ).fetchall():
            found[code].setdefault(area, []).append((parse_period(text), value))
    return {
        code: {area: season_of(values, counts(seasonal[code])) for area, values in areas.items()}
        for code, areas in found.items()
    }


def _words(
    cells: _Cells,
    catalogue: Catalogue,
    status: np.ndarray,
    cause: np.ndarray,
    low: Numbers,
    plans: Mapping[str, Plans],
    seasons: Mapping[str, Seasons],
    oldest: Mapping[str, int | None],
    today: date,
) -> list[dict[str, object]]:
    """Why the newest value of each series has its colour; why it is grey does not hang on the value."""
    rows: list[dict[str, object]] = []
    alone = {card.code: _without_targets(card) for card in cells.cards}
    said: dict[tuple[object, ...], Text] = {}
    newest = np.flatnonzero(cells.is_latest)
    columns = (cells.number, cells.card, cells.area, cells.period, cells.value, status, cause, low)
    for number, at, place, when, value, colour, why, target in zip(*(c[newest].tolist() for c in columns), strict=True):
        card, area, period = cells.cards[at], cells.areas[place], cells.periods[when]
        plan, season = plans[card.code].get((area, period.end.year)), seasons[card.code].get(area, NO_SEASON)
        asked = target == target or applies_to(card, area, catalogue.province.code)  # nan: no target
        key = (at, when, why, asked, area if plan or season else None) if colour == CODES[GREY] else (number,)
        reason = said.get(key)
        if reason is None:
            found = judge(
                card if asked else alone[card.code], period, None if value != value else value, plan=plan, today=today,
                max_age_days=oldest[card.code], season=season, status=NAMES[colour],
            )  # fmt: skip
            reason = said[key] = found.reason
        rows.append({"cell_no": number, "status_reason_vi": reason.vi, "status_reason_en": reason.en})
    return rows


def _without_targets(card: Indicator) -> Indicator:
    """The card for an area that its targets are not meant for."""
    return replace(card, targets=(), plan=None)


def _keep(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, more: str = "") -> None:
    connection.register("_judged_rows", rows)
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM _judged_rows {more}")
    finally:
        connection.unregister("_judged_rows")
