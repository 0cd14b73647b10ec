"""Status of all shown values at once: the one place where values meet their targets.

Targets are found per card and period (and area, where the plan stated with the data is the target); colours are set in
one pass; words are only written for the newest value of each indicator and area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from ioc_pipeline.compute.status import judge, target_for
from ioc_pipeline.compute.values import plans_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.periods import Period, parse_period
from ioc_pipeline.store.bulk import insert_rows

COLOURS = "_colours"
"""Temporary table: code, area, period, target, status, grey_cause, status_reason_vi, status_reason_en."""

Plans = Mapping[tuple[str, int], Target]


def judge_shown(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    shown: str,
    basis: Mapping[str, Sequence[str]],
    today: date,
) -> None:
    """Make the table `_colours` for the rows of `shown` (shown cells with `is_latest`).

    Only the newest value of a series can be too old to carry a status: earlier ones are history.
    """
    plans = {card.code: plans_of(connection, card) for card in catalogue.indicators.values()}
    _targets(connection, catalogue, shown, plans)
    oldest = {
        card.code: min((age for feed in basis[card.code] if (age := catalogue.feeds[feed].max_age_days)), default=None)
        for card in catalogue.indicators.values()
    }
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _judged_cards (code VARCHAR, direction VARCHAR, amber DOUBLE, max_age INTEGER)"
    )
    insert_rows(
        connection,
        "_judged_cards",
        [
            {"code": c.code, "direction": c.direction, "amber": c.amber_margin, "max_age": oldest[c.code]}
            for c in catalogue.indicators.values()
        ],
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {COLOURS} AS SELECT code, area, period, target, "
        "CASE WHEN grey_cause IS NOT NULL THEN 'grey' WHEN gap >= 0 THEN 'green' "
        "WHEN -gap <= abs(target) * amber THEN 'amber' ELSE 'red' END AS status, grey_cause, "
        "NULL::VARCHAR AS status_reason_vi, NULL::VARCHAR AS status_reason_en FROM (SELECT s.code, s.area, s.period, "
        "coalesce(own.target, everywhere.target) AS target, amber, "
        "CASE direction WHEN 'down' THEN coalesce(own.target, everywhere.target) - s.value "
        "ELSE s.value - coalesce(own.target, everywhere.target) END AS gap, CASE WHEN s.value IS NULL THEN 'no_data' "
        f"WHEN is_latest AND DATE '{today}' - period_end > max_age THEN 'too_old' "
        "WHEN coalesce(own.target, everywhere.target) IS NULL OR direction = 'neutral' THEN 'no_target' END "
        "AS grey_cause "
        f"FROM {shown} s JOIN _judged_cards c ON c.code = s.code "
        "LEFT JOIN _targets own ON own.code = s.code AND own.area = s.area AND own.period = s.period "
        "LEFT JOIN _targets everywhere ON everywhere.code = s.code AND everywhere.area IS NULL "
        "AND everywhere.period = s.period)"
    )
    _say_why(connection, catalogue, shown, plans, oldest, today)
    for table in ("_targets", "_judged_cards"):
        connection.execute(f"DROP TABLE temp.main.{table}")


def _targets(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, shown: str, plans: Mapping[str, Plans]
) -> None:
    """Table of targets by code, period and, where a plan stated with the data applies, area (else null)."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _targets (code VARCHAR, area VARCHAR, period VARCHAR, target DOUBLE)"
    )
    rows = []
    parsed: dict[str, Period] = {}
    for code, text in connection.execute(f"SELECT DISTINCT code, period FROM {shown}").fetchall():
        period = parsed.setdefault(text, parse_period(text))
        card = catalogue.indicators[code]
        rows += [
            {"code": code, "area": area, "period": text, "target": target}
            for area, plan in _plans_for(plans[code], period)
            if (target := target_for(card, period, plan)[0]) is not None
        ]
    insert_rows(connection, "_targets", rows)


def _plans_for(plans: Plans, period: Period) -> list[tuple[str | None, Target | None]]:
    """Areas with a plan of their own for the period's year, and all others (None)."""
    return [(None, None), *((area, plan) for (area, year), plan in plans.items() if year == period.end.year)]


def _say_why(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    shown: str,
    plans: Mapping[str, Plans],
    oldest: Mapping[str, int | None],
    today: date,
) -> None:
    """Put into words why the newest value of each series has its colour."""
    rows = connection.execute(f"SELECT code, area, period, value FROM {shown} WHERE is_latest").fetchall()
    said = []
    for code, area, text, value in rows:
        card: Indicator = catalogue.indicators[code]
        period = parse_period(text)
        plan = plans[code].get((area, period.end.year))
        found = judge(card, period, value, plan=plan, today=today, max_age_days=oldest[code])
        said.append({"code": code, "area": area, "vi": found.reason.vi, "en": found.reason.en})
    connection.execute("CREATE OR REPLACE TEMP TABLE _said (code VARCHAR, area VARCHAR, vi VARCHAR, en VARCHAR)")
    insert_rows(connection, "_said", said)
    connection.execute(
        f"UPDATE {COLOURS} c SET status_reason_vi = said.vi, status_reason_en = said.en FROM _said said, {shown} s "
        "WHERE (c.code, c.area) = (said.code, said.area) AND (c.code, c.area, c.period) = (s.code, s.area, s.period) "
        "AND s.is_latest"
    )
    connection.execute("DROP TABLE temp.main._said")
