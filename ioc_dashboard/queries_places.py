"""What the map and the comparison ask of a release: values of communes, provinces and agencies.

Each question reads a small part of one table and is kept per release.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import duckdb
import streamlit as st

from ioc_dashboard.model import Value, Words
from ioc_dashboard.queries import _by_release, _count, _text, _value, _words, info
from ioc_dashboard.ranking import by_verdict
from ioc_dashboard.release import Release

_KEEP = 96
LENGTH = {"commune": 5, "province": 2}
_KIND = re.compile(r"^(Phường|Xã|Đặc khu|Tỉnh|Thành phố)\s+", re.IGNORECASE)
OTHERS = "(others)"


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune or province; `short`: its name without its type."""

    code: str
    name: Words
    short: Words


@dataclass(frozen=True, slots=True)
class Choice:
    """An indicator that has values of communes (or provinces), with its periods and how its newest one stands."""

    code: str
    periods: tuple[str, ...]  # newest first
    kind: str
    red: int
    amber: int
    green: int
    other: int
    additivity: str
    price_basis: str  # empty in older releases

    @property
    def shown(self) -> int:
        """Units in the newest period."""
        return self.red + self.amber + self.green + self.other

    @property
    def urgency(self) -> int:
        """Off target first, then near."""
        return by_verdict({"red": self.red, "amber": self.amber})


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with what it was divided from."""

    value: Value
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True, slots=True)
class AgencyRank:
    """An agency in the ranking by tasks; `rank` None: cannot be ranked, and `reason` says why."""

    unit: str
    name: Words
    group: str
    group_name: Words
    rank: int | None
    of_units: int | None
    score: float | None
    reason: Words
    due: int
    in_time: int
    formula: Words
    simulated: bool
    as_of: date | None
    year: int


@dataclass(frozen=True, slots=True)
class AgencyPart:
    """What an agency adds to an indicator: numerator (or value) and denominator of the newest period."""

    unit: str
    name: Words
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True, slots=True)
class AgencySplit:
    """An indicator split by agency; `folded`: those that the release holds only together, in words."""

    code: str
    period: str
    dimension: Words
    parts: tuple[AgencyPart, ...]
    folded: Words


def _rows(release: Release, sql: str, parameters: list[object] | None = None) -> list[dict[str, object]]:
    """Rows, or none when the release was made before the table existed."""
    try:
        return release.rows(sql, parameters)
    except duckdb.CatalogException:
        return []


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_by_release)
def units(release: Release, level: str) -> tuple[Unit, ...]:
    """Units of a level by their bare Vietnamese name, in the order of the Vietnamese alphabet."""
    rows = _rows(release, "SELECT code, name_vi, name_en FROM areas WHERE level = ?", [level])
    if not rows:
        rows = release.rows(
            "SELECT area AS code, any_value(area_name_vi) AS name_vi, any_value(area_name_en) AS name_en "
            "FROM indicator_values WHERE length(area) = ? AND area <> 'VN' GROUP BY area",
            [LENGTH[level]],
        )
    order = alphabet(release, [_bare(_text(row, "name_vi")) for row in rows])
    found = [
        Unit(
            _text(row, "code"),
            _words(row, "name"),
            Words(_bare(_text(row, "name_vi")), _text(row, "name_en") or _bare(_text(row, "name_vi"))),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda unit: (order[unit.short.vi], unit.code)))


def _bare(name: str) -> str:
    return _KIND.sub("", name)


def alphabet(release: Release, names: list[str]) -> dict[str, int]:
    """Place of each name in the Vietnamese alphabet (a ă â b … d đ e ê …; tones after letters)."""
    sql = "SELECT DISTINCT name FROM (SELECT unnest(?::VARCHAR[]) AS name) ORDER BY name COLLATE vi, name"
    return {str(row["name"]): number for number, row in enumerate(release.rows(sql, [names]))}


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_by_release)
def choices(release: Release, level: str) -> dict[str, Choice]:
    """Indicators with values of a level, those with the most units off target first."""
    rows = release.rows(
        """SELECT v.code, v.period, v.period_kind, max(v.period_end) AS ends,
               count_if(v.status = 'red') AS red, count_if(v.status = 'amber') AS amber,
               count_if(v.status = 'green') AS green, count(*) AS shown, count(v.value) AS present
           FROM indicator_values AS v WHERE length(v.area) = ? AND v.area <> 'VN'
           GROUP BY ALL HAVING count(DISTINCT v.area) > 1 ORDER BY v.code, ends DESC""",
        [LENGTH[level]],
    )
    cards = {_text(row, "code"): row for row in release.rows("SELECT * FROM indicators")}
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        if _text(row, "code") in cards and row["present"]:
            found[_text(row, "code")].append(row)
    listed = []
    for code, of_code in found.items():
        newest = of_code[0]
        red, amber, green = (_count(newest, name) for name in ("red", "amber", "green"))
        listed.append(
            Choice(
                code, tuple(_text(row, "period") for row in of_code), _text(newest, "period_kind"),
                red, amber, green, _count(newest, "shown") - red - amber - green,
                _text(cards[code], "additivity"), _text(cards[code], "price_basis"),
            )
        )  # fmt: skip
    listed.sort(key=lambda one: (-one.urgency, _count(cards[one.code], "sort"), one.code))
    return {one.code: one for one in listed}


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def figures(release: Release, code: str, period: str) -> dict[str, Figure]:
    """Values of one indicator and period by area, the country and the own province among them."""
    rows = release.rows("SELECT * FROM indicator_values WHERE code = ? AND period = ?", [code, period])
    return {_text(row, "area"): _figure(row) for row in rows}


def _figure(row: dict[str, object]) -> Figure:
    return Figure(_value(row), row.get("numerator"), row.get("denominator"))  # type: ignore[arg-type]


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def newest_periods(release: Release, code: str, level: str) -> dict[str, str]:
    """Newest period with a value of each area: what is said of areas that have none in the period compared."""
    rows = release.rows(
        "SELECT area, arg_max(period, period_end) AS period FROM indicator_values "
        "WHERE code = ? AND length(area) = ? AND value IS NOT NULL GROUP BY area",
        [code, LENGTH[level]],
    )
    return {_text(row, "area"): _text(row, "period") for row in rows}


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def history(release: Release, code: str, area: str) -> tuple[Figure, ...]:
    """Values of one area, oldest first."""
    rows = release.rows("SELECT * FROM indicator_values WHERE code = ? AND area = ? ORDER BY period_end", [code, area])
    return tuple(_figure(row) for row in rows)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_by_release)
def agency_names(release: Release) -> dict[str, Words]:
    """Names of agencies by code, where the release says them."""
    rows = _rows(
        release,
        "SELECT part, any_value(part_name_vi) AS name_vi, any_value(part_name_en) AS name_en FROM contributions "
        r"WHERE regexp_full_match(part, '[A-Z]\d{2}(\.\d{1,3})+') GROUP BY part",
    )
    return {_text(row, "part"): _words(row, "name") for row in rows}


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_by_release)
def agency_ranks(release: Release) -> tuple[AgencyRank, ...]:
    """Agencies ranked by their tasks, class by class; those without a rank last, by name."""
    names = agency_names(release)
    found = []
    for row in _rows(release, "SELECT * FROM unit_ranking ORDER BY class, rank NULLS LAST, unit"):
        unit, said = _text(row, "unit"), _words(row, "unit")
        if unit == said.vi or not said.vi:
            said = names.get(unit, Words(unit, unit))
        found.append(
            AgencyRank(
                unit, said, _text(row, "class"), _words(row, "class"),
                row["rank"], row["of_units"], row["score"], _words(row, "reason"),  # type: ignore[arg-type]
                _count(row, "due"), _count(row, "in_time"), _words(row, "formula"), bool(row.get("simulated")),
                row.get("as_of"), _count(row, "year"),  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return tuple(found)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_by_release)
def agency_splits(release: Release) -> dict[str, AgencySplit]:
    """Indicators of the province that the release splits by agency (parts that are agency codes)."""
    rows = _rows(
        release,
        r"""SELECT code, period, dimension, dimension_name_vi AS dim_vi, dimension_name_en AS dim_en, part,
                part_name_vi AS name_vi, part_name_en AS name_en, n1, d1
            FROM contributions AS c WHERE area = ?
              AND EXISTS (FROM contributions AS p WHERE p.code = c.code AND p.dimension = c.dimension
                          AND regexp_full_match(p.part, '[A-Z]\d{2}(\.\d{1,3})+'))
            QUALIFY row_number() OVER (PARTITION BY code, dimension, part ORDER BY against DESC) = 1
            ORDER BY code, dimension, part""",
        [info(release).province_code],
    )
    found: dict[str, AgencySplit] = {}
    for row in rows:
        code = _text(row, "code")
        split = found.get(code) or AgencySplit(code, _text(row, "period"), _words(row, "dim"), (), Words())
        if _text(row, "part") == OTHERS:
            found[code] = AgencySplit(code, split.period, split.dimension, split.parts, _words(row, "name"))
        elif row["n1"] is not None:
            part = AgencyPart(_text(row, "part"), _words(row, "name"), row["n1"], row["d1"])  # type: ignore[arg-type]
            found[code] = AgencySplit(code, split.period, split.dimension, (*split.parts, part), split.folded)
    return {code: split for code, split in found.items() if len(split.parts) > 1}
