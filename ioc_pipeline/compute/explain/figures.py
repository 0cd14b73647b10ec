"""Reading what a decomposition needs: published figures, rows of a regrouped formula, what was said first.

The connection is the warehouse with the release attached as `release`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import duckdb

from ioc_pipeline.compute.exact_sums import total
from ioc_pipeline.compute.explain.exact import exact
from ioc_pipeline.store.warehouse import quoted

_FIGURE = (
    "code, area, period, period_end, value, numerator, denominator, target, status, held, raw_value, correction_vi, "
    "feed_id, is_latest"
)


@dataclass(frozen=True)
class Figure:
    """One published value. `raw` is what the source said, before corrections; `value` what is shown."""

    code: str
    area: str
    period: str
    period_end: date
    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    target: Fraction | None
    status: str
    held: bool
    raw: Fraction | None
    feed_id: str
    latest: bool

    @property
    def corrected(self) -> bool:
        """True when the shown value is not the source's."""
        return self.raw != self.value


@dataclass(frozen=True)
class Numbers:
    """Value, or numerator and denominator, of one part in one period; None is not known."""

    n: Fraction | None
    d: Fraction | None


Rows = Mapping[str, Mapping[str | None, Numbers]]
"""Numbers by period and key of the part; a part without rows is not there."""


PUBLISHED = "release.indicator_values"
"""Relation of the values that a decomposition explains."""


class Figures:
    """All values of one area in a relation, turned into rationals card by card, as they are asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, area: str, values: str = PUBLISHED) -> None:
        self._rows: dict[str, list[tuple]] = {}
        self._made: dict[str, list[Figure]] = {}
        for row in connection.execute(
            f"SELECT {_FIGURE} FROM {values} WHERE area = ? ORDER BY code, period_end, period", [area]
        ).fetchall():
            self._rows.setdefault(row[0], []).append(row)

    def of(self, code: str) -> list[Figure]:
        """Values of a card, in order of the periods."""
        if code not in self._made:
            self._made[code] = [_figure(row) for row in self._rows.get(code, ())]
        return self._made[code]


def commune_figures(
    connection: duckdb.DuckDBPyConnection, codes: Iterable[str], periods: Collection[str], values: str = PUBLISHED
) -> dict[tuple[str, str], dict[str, Figure]]:
    """Values of the communes by card and period; `values`: the relation they are in."""
    rows = connection.execute(
        f"SELECT {_FIGURE} FROM {values} WHERE list_contains(?, code) AND list_contains(?, period) "
        "AND area IN (SELECT code FROM release.areas WHERE level = 'commune') ORDER BY area",
        [sorted(codes), sorted(periods)],
    ).fetchall()
    found: dict[tuple[str, str], dict[str, Figure]] = {}
    for row in rows:
        found.setdefault((row[0], row[2]), {})[row[1]] = _figure(row)
    return found


def _figure(row: tuple) -> Figure:
    code, area, period, end, value, numerator, denominator, target, status, held, raw, correction, feed_id, latest = row
    return Figure(
        code, area, period, end, exact(value), exact(numerator), exact(denominator), exact(target), status, bool(held),
        exact(raw) if correction is not None else exact(value), feed_id, bool(latest),
    )  # fmt: skip


def grouped_rows(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    key: str,
    values: tuple[str, str | None],
    *,
    area: str,
    own: str,
    periods: Collection[str],
    below: bool = False,
) -> Rows:
    """Rows of a formula by period and the column `key`, for one area; empty when it yields none. `values`: its columns
    for the value, or numerator and denominator.

    For the own province these are the rows it returns under its code, or else all rows (of communes and of none);
    `below`: always the latter. Where the number of any row is not known, that of its part is not. Raises duckdb.Error
    when the text does not run.
    """
    n, d = values
    rows = connection.execute(
        f"WITH found AS MATERIALIZED ({sql}) "
        f"SELECT period, CAST({quoted(key)} AS VARCHAR), {_whole(n)}, {_whole(d) if d else 'NULL'} FROM found "
        f"WHERE list_contains($periods, period) AND CASE WHEN $area <> $own THEN area = $area "
        f"WHEN $below THEN area IS DISTINCT FROM $own "
        f"WHEN (SELECT bool_or(area = $own) FROM found) THEN area = $own ELSE true END "
        f"GROUP BY ALL ORDER BY ALL",
        {"periods": sorted(periods), "area": area, "own": own, "below": below} | _parameters(sql, own),
    ).fetchall()
    found: dict[str, dict[str | None, Numbers]] = {}
    for period, part, numerator, denominator in rows:
        found.setdefault(period, {})[part] = Numbers(exact(numerator), exact(denominator) if d else None)
    return found


def _parameters(sql: str, own: str) -> dict[str, str]:
    return {"province": own} if "$province" in sql else {}


def _whole(column: str) -> str:
    return f"CASE WHEN count({column}) = count(*) THEN {total(column)} END"


@dataclass(frozen=True)
class Said:
    """What was said first about a cell (not a plan), and how many statements there are by now."""

    value: Fraction | None
    statements: int


def first_said(
    connection: duckdb.DuckDBPyConnection, area: str, until: datetime | None = None
) -> dict[tuple[str, str], tuple[float | None, int]]:
    """First statement of every cell of an area, and how many there are, by card and period, of those made up to a
    moment; cells without vintages are not there."""
    table = vintage_table(connection)
    if table is None:
        return {}
    rows = connection.execute(
        f"SELECT code, period, arg_min(value, place), count(*) FROM (SELECT code, period, value, row_number() OVER "
        f"(PARTITION BY code, period ORDER BY stated_at, known_at, vintage) AS place FROM {table} WHERE area = ? "
        f"AND data_type <> 'plan' AND (? IS NULL OR stated_at <= ?)) GROUP BY ALL",
        [area, until, until],
    ).fetchall()
    return {(code, period): (value, count) for code, period, value, count in rows}


def vintage_table(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Name of the table with what was said when: the warehouse's (all areas), else the release's; None in neither."""
    rows = connection.execute(
        "SELECT database_name FROM duckdb_tables() WHERE table_name = 'indicator_vintages' "
        "AND database_name IN (current_database(), 'release')"
    ).fetchall()
    found = {row[0] for row in rows}
    if not found:
        return None
    return "indicator_vintages" if found != {"release"} else "release.indicator_vintages"


def late_feeds(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str, str]]:
    """Feeds that are late or whose newest delivery was rejected: health and its reason in two languages."""
    rows = connection.execute(
        "SELECT feed_id, health, health_reason_vi, health_reason_en FROM release.feeds WHERE health IN "
        "('late', 'held', 'blocked')"
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
