"""The shown value of every indicator, area and period as one temporary table, and the few that corrections touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import duckdb

from ioc_pipeline.compute.cells import shown_of
from ioc_pipeline.compute.corrections import CorrectionState, apply_corrections
from ioc_pipeline.compute.followed import followers
from ioc_pipeline.compute.formulas import inputs_of
from ioc_pipeline.compute.values import Value
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import IocError
from ioc_pipeline.periods import parse_period
from ioc_pipeline.store.bulk import insert_rows

RAW, CORRECTED = "_shown_raw", "_shown_corrected"
"""Temporary tables: the shown cells as the sources say, and the same with the corrections that fit and a number
(`cell_no`), by which what is found of a cell is kept."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_VALUE = (
    "code, area, period, measure, data_type, value, value_status, numerator, denominator, known_at, published_at, "
    "simulated, feed_id, delivery_id, file_name, location, row_no"
)


def show(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Make the table `_shown_raw`: of each cell the best figure that is no plan, with `is_latest`."""
    codes = ", ".join(f"'{code}'" for code in catalogue.indicators) or "''"
    cells = f"(FROM indicator_cells WHERE code IN ({codes}))"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _shown_order AS SELECT period, row_number() OVER (ORDER BY period_end, period) "
        "AS place FROM (SELECT DISTINCT period, period_end FROM indicator_cells)"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {RAW} AS WITH shown AS ({shown_of(catalogue, cells)}), "
        "newest AS (SELECT code, area, max(place) AS place FROM shown JOIN _shown_order USING (period) "
        "GROUP BY code, area) "
        "SELECT shown.*, o.place = newest.place AS is_latest FROM shown JOIN _shown_order o USING (period) "
        "JOIN newest USING (code, area)"
    )
    connection.execute("DROP TABLE temp.main._shown_order")


def correct(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, today: date) -> list[CorrectionState]:
    """Make the table `_shown_corrected` from `_shown_raw`, where cards computed from corrected ones follow them.

    Returns what became of every correction. Must run outside a transaction.
    """
    raw: dict[str, list[Value]] = {}
    for correction in catalogue.corrections:
        found = raw.setdefault(correction.indicator, [])
        known = {(v.area, v.period.text) for v in found}
        if (correction.area, correction.period) not in known:
            found += values_at(connection, correction.indicator, correction.area, correction.period)
    corrected, states = apply_corrections(raw, catalogue.corrections, today)
    touched = [_touched(v) for found in corrected.values() for v in found if v.correction is not None]
    causes = {
        code: [s.correction.id for s in states if s.correction.indicator == code and s.changes] for code in corrected
    }
    touched += followers(connection, catalogue, touched, causes, RAW)
    forget(connection, CORRECTED)
    connection.execute(
        f"CREATE OR REPLACE TEMP {'TABLE' if touched else 'VIEW'} {CORRECTED} AS SELECT *, rowid AS cell_no, "
        f"NULL::VARCHAR AS correction_vi, NULL::VARCHAR AS correction_en, NULL::DOUBLE AS raw_value FROM {RAW}"
    )
    if touched:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE _touched (code VARCHAR, area VARCHAR, period VARCHAR, data_type VARCHAR, "
            "value DOUBLE, value_status VARCHAR, numerator DOUBLE, denominator DOUBLE, correction_vi VARCHAR, "
            "correction_en VARCHAR, raw_value DOUBLE)"
        )
        insert_rows(connection, "_touched", touched)
        connection.execute(
            f"UPDATE {CORRECTED} s SET value = t.value, value_status = t.value_status, numerator = t.numerator, "
            "denominator = t.denominator, correction_vi = t.correction_vi, correction_en = t.correction_en, "
            "raw_value = t.raw_value FROM _touched t "
            "WHERE s.code = t.code AND s.area = t.area AND s.period = t.period"
        )
        connection.execute("DROP TABLE temp.main._touched")
    return states


def _touched(value: Value) -> dict[str, object]:
    words = value.correction
    return {
        "code": value.code, "area": value.area, "period": value.period.text,
        "data_type": value.data_type, "value": value.value,
        "value_status": value.value_status, "numerator": value.numerator, "denominator": value.denominator,
        "correction_vi": words.vi if words else None, "correction_en": words.en if words else None,
        "raw_value": value.raw_value,
    }  # fmt: skip


def forget(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Drop the named tables or views made here; all when none is named."""
    for name in names or (CORRECTED, RAW):
        for table, kind in connection.execute(
            "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE temporary AND table_name = $1 UNION ALL "
            "SELECT view_name, 'VIEW' FROM duckdb_views() WHERE temporary AND view_name = $1",
            [name],
        ).fetchall():
            connection.execute(f"DROP {kind} temp.main.{table}")


def values_at(
    connection: duckdb.DuckDBPyConnection,
    code: str,
    area: str | None = None,
    period: str | None = None,
    cells: str = RAW,
) -> list[Value]:
    """Shown values of a card, of one area or period if named, by area and period."""
    rows = connection.execute(
        f"SELECT {_VALUE} FROM {cells} WHERE code = $code AND ($area IS NULL OR area = $area) "
        "AND ($period IS NULL OR period = $period) ORDER BY area, period_end, period",
        {"code": code, "area": area, "period": period},
    ).fetchall()
    return [Value(row[0], row[1], parse_period(row[2]), *row[3:]) for row in rows]


def basis_of(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Feeds that each card rests on, through the cards it reads, by code."""
    found: dict[str, tuple[str, ...]] = {}

    def of(code: str, above: Sequence[str]) -> tuple[str, ...]:
        if code in found or code in above or code not in catalogue.indicators:
            return found.get(code, ())
        card = catalogue.indicators[code]
        feeds = {card.feed} if card.feed in catalogue.feeds else set()
        try:
            read = inputs_of(card, catalogue)
        except IocError:  # its text is refused: it has no values
            return tuple(feeds)
        feeds |= set(read.feeds)
        for other in read.cards:
            feeds |= set(of(other, [*above, code]))
        found[code] = tuple(sorted(feeds))
        return found[code]

    return {code: of(code, []) for code in catalogue.indicators}


def known_from(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str, str], datetime]:
    """When each present cell of the named (code, period) pairs became known, by code, area and period.

    Present: a number, or a statement without one that is still an answer (nil, confidential).
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE _asked (code VARCHAR, period VARCHAR)")
    insert_rows(connection, "_asked", [{"code": code, "period": period} for code, period in dict.fromkeys(pairs)])
    rows = connection.execute(
        f"SELECT code, area, period, epoch_us(known_at) FROM {RAW} SEMI JOIN _asked USING (code, period) "
        "WHERE known_at IS NOT NULL AND (value IS NOT NULL OR value_status IN ('nil', 'confidential'))"
    ).fetchall()
    connection.execute("DROP TABLE temp.main._asked")
    moments = {moment: _EPOCH + timedelta(microseconds=moment) for *_, moment in rows}  # few: one per delivery
    return {(code, area, period): moments[moment] for code, area, period, moment in rows}
