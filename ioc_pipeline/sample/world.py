"""The simulated province as tables: what the sample queries of all feeds share, so that their values agree.

Tables of the connection (all of one province, one seed):

| table | columns |
| --- | --- |
| `province` | code, name, agency, people (persons, 2025), grdp (tỷ đồng, 2025), growth (%), communes |
| `all_provinces` | code, name, people, grdp: the 34 |
| `everywhere`, `nation` | the other provinces and the country, see `nation.py` |
| `communes` | n (1…), code, name, full_name, kind, share (sums to 1), people, urban, wealth (about N(0,1)) |
| `months` | n, period (`2026-09`), year, month, first_day, last_day, cycle (business cycle, about ±0.5) |
| `all_months` | the same with the running month, for events inside it |
| `days` | day, period, working (Monday to Friday) |
| `truth` | code, year, month, value, numerator, denominator: true monthly values of `lris_indicators` |
| `plans` | code, year, value: what was planned for the year |
| `departments` | n (2…), code (agency code), name, en: departments of the province, numbered as in `dossiers` |
| `procedures` | code, name, field, commune, days, fee, weight: procedures that the dossiers are about |

Macros, each with a text key: the same key gives the same draw whatever else is generated.
`u(key)` uniform in [0, 1); `z(key)` standard normal; `un`, `zn`: draws that are the same for every province;
`count_of(key, mean)` a whole number ≥ 0 of about Poisson spread;
`pick(key, list)` one element; `weighted(key, list, weights)` one element by weights; `chance(key, p)` true or false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import duckdb
import numpy as np

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.units import Unit
from ioc_pipeline.sample.indicator_series import YearSeries, year_series
from ioc_pipeline.sample.nation import build_nation
from ioc_pipeline.sample.procedures import DEPARTMENT_NAMES, PROCEDURES
from ioc_pipeline.sample.scale import ProvinceScale, generator

_COMMUNES, _CYCLE = 40_000, 41_000

# MD5, not DuckDB's own hash: its value is promised to no version.
_MACROS = """
CREATE MACRO u(k) AS (md5_number_lower({seed} || ':' || {province} || ':' || CAST(k AS VARCHAR)) >> 11)
  / 9007199254740992.0;
CREATE MACRO z(k) AS
  round(sqrt(-2 * ln(1 - u(CAST(k AS VARCHAR) || '|a'))) * cos(2 * pi() * u(CAST(k AS VARCHAR) || '|b')), 9);
CREATE MACRO un(k) AS (md5_number_lower({seed} || ':VN:' || CAST(k AS VARCHAR)) >> 11) / 9007199254740992.0;
CREATE MACRO zn(k) AS
  round(sqrt(-2 * ln(1 - un(CAST(k AS VARCHAR) || '|a'))) * cos(2 * pi() * un(CAST(k AS VARCHAR) || '|b')), 9);
CREATE MACRO chance(k, p) AS u(k) < p;
CREATE MACRO pick(k, items) AS items[1 + CAST(floor(u(k) * len(items)) AS INTEGER)];
CREATE MACRO weighted(k, items, weights) AS
  items[1 + len(list_filter(range(1, len(weights)), lambda i: list_sum(weights[1:i]) <= u(k) * list_sum(weights)))];
CREATE MACRO count_of(k, mean) AS CAST(greatest(0, round(mean + sqrt(greatest(mean, 0)) * z(k))) AS BIGINT);
"""


def build_world(
    *,
    scale: ProvinceScale,
    province: Unit,
    agency: str,
    communes: Sequence[Unit],
    seed: int,
    first: date,
    until: date,
    everywhere: Mapping[str, ProvinceScale] | None = None,
) -> duckdb.DuckDBPyConnection:
    """In-memory database with the tables and macros above; `first` and `until` bound the simulated time.

    `everywhere`: scales of all provinces; without them there are no tables about the rest of the country.
    Months are those over on `until`; days run up to and including `until`; `truth` covers whole years so that plans
    and seasons are known. Nothing depends on the clock.
    """
    con = duckdb.connect(config={"threads": 1})  # one thread: the order of rows and of sums never varies
    con.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
    con.execute(_MACROS.format(seed=f"'{seed}'", province=f"'{province.code}'"))
    people = round(scale.population * 1000)
    con.execute(
        "CREATE TABLE province AS SELECT ?::VARCHAR AS code, ?::VARCHAR AS name, ?::VARCHAR AS agency, "
        "?::BIGINT AS people, ?::DOUBLE AS grdp, ?::DOUBLE AS growth, ?::INTEGER AS communes",
        [province.code, province.name, agency, people, scale.grdp, scale.growth(until.year), len(communes)],
    )
    con.execute("CREATE TABLE all_provinces (code VARCHAR, name VARCHAR, people BIGINT, grdp DOUBLE)")
    con.executemany(
        "INSERT INTO all_provinces VALUES (?, ?, NULL, NULL)", [(u.code, u.name) for u in units.provinces()]
    )
    _communes(con, communes, people, seed, province.code)
    _offices(con, agency)
    _calendar(con, seed, province.code, first, until)
    _truth(con, [year_series(scale, province.code, seed, year) for year in range(first.year, until.year + 1)])
    if everywhere:
        build_nation(con, everywhere, seed, until)
    return con


def _communes(con: duckdb.DuckDBPyConnection, communes: Sequence[Unit], people: int, seed: int, province: str) -> None:
    con.execute(
        "CREATE TABLE communes (n INTEGER, code VARCHAR, name VARCHAR, full_name VARCHAR, kind VARCHAR, "
        "share DOUBLE, people BIGINT, urban BOOLEAN, wealth DOUBLE)"
    )
    if not communes:
        return
    rng = generator(seed, province, _COMMUNES)
    urban = np.array([unit.kind == "phường" for unit in communes])
    weight = rng.lognormal(0, 0.45, len(communes)) * np.where(urban, 1.9, 1.0)
    weight[[unit.kind == "đặc khu" for unit in communes]] *= 0.15
    share = weight / weight.sum()
    wealth = rng.normal(0, 0.8, len(communes)) + 0.9 * urban
    con.executemany(
        "INSERT INTO communes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (n + 1, c.code, c.name, c.full_name, c.kind, float(share[n]), round(people * share[n]), bool(urban[n]),
             round(float(wealth[n]), 6))
            for n, c in enumerate(communes)
        ],
    )  # fmt: skip


def _offices(con: duckdb.DuckDBPyConnection, agency: str) -> None:
    con.execute("CREATE TABLE departments (n INTEGER, code VARCHAR, name VARCHAR, en VARCHAR)")
    con.executemany(
        "INSERT INTO departments VALUES (?, ?, ?, ?)",
        [(n, f"{agency}.{n:02d}", vi, en) for n, (vi, en) in enumerate(DEPARTMENT_NAMES, start=2)],
    )
    con.execute(
        "CREATE TABLE procedures (code VARCHAR, name VARCHAR, field VARCHAR, commune BOOLEAN, days INTEGER, "
        "fee BOOLEAN, weight DOUBLE)"
    )
    con.executemany(
        "INSERT INTO procedures VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(p.code, p.name, p.field, p.commune, p.days, p.fee, p.weight) for p in PROCEDURES],
    )


def _calendar(con: duckdb.DuckDBPyConnection, seed: int, province: str, first: date, until: date) -> None:
    con.execute(
        "CREATE TABLE days AS SELECT day::DATE AS day, strftime(day, '%Y-%m') AS period, "
        "isodow(day) < 6 AS working FROM generate_series(?::DATE, ?::DATE, INTERVAL 1 DAY) AS days(day)",
        [first, until],
    )
    last = until.year * 12 + until.month - 1  # the running month, over or not
    start = first.year * 12 + first.month - 1
    steps = generator(seed, province, _CYCLE).normal(0, 0.25, max(last - start + 1, 1)) * 0.5
    cycle = np.cumsum(steps) - np.cumsum(steps).mean()
    con.execute(
        "CREATE TABLE all_months (n INTEGER, period VARCHAR, year INTEGER, month INTEGER, first_day DATE, "
        "last_day DATE, cycle DOUBLE)"
    )
    for n, index in enumerate(range(start, last + 1)):
        year, month = index // 12, index % 12 + 1
        last_day = date((index + 1) // 12, (index + 1) % 12 + 1, 1) - timedelta(days=1)
        con.execute(
            "INSERT INTO all_months VALUES (?, ?, ?, ?, ?, ?, ?)",
            [n + 1, f"{year}-{month:02d}", year, month, date(year, month, 1), last_day, round(float(cycle[n]), 6)],
        )
    con.execute("CREATE TABLE months AS FROM all_months WHERE last_day <= ?", [until])


def _truth(con: duckdb.DuckDBPyConnection, years: Sequence[YearSeries]) -> None:
    con.execute(
        "CREATE TABLE truth (code VARCHAR, year INTEGER, month INTEGER, value DOUBLE, numerator DOUBLE, "
        "denominator DOUBLE)"
    )
    con.execute("CREATE TABLE plans (code VARCHAR, year INTEGER, value DOUBLE)")
    values: list[tuple[str, int, int, float, float | None, float | None]] = []
    for series in years:
        for code, monthly in series.monthly.items():
            values += [(code, series.year, m + 1, round(float(v), 4), None, None) for m, v in enumerate(monthly)]
        for code, (numerator, denominator) in series.counts.items():
            pairs = zip(numerator, denominator, strict=True)
            values += [
                (code, series.year, m + 1, round(100 * float(a) / float(b), 4), float(a), float(b))
                for m, (a, b) in enumerate(pairs)
                if b
            ]
        con.executemany(
            "INSERT INTO plans VALUES (?, ?, ?)",
            [(code, series.year, round(float(value), 4)) for code, value in series.plans.items()],
        )
    con.executemany("INSERT INTO truth VALUES (?, ?, ?, ?, ?, ?)", values)
