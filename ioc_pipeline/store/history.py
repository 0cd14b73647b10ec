"""What the warehouse said before a delivery, beside the delivery's rows: for rules that need the past.

The view made here has the batch's columns and, as ordinary columns, the history columns that the suite names.

Observations: `_previous_value` (the same fact, last said), `_previous_period_value` and `_earlier_period_value` (the
same series one and two periods before, the delivery's own rows included), `_plan_value` (plan of the year),
`_missing_series` (series of the last two periods that are absent now), `_usual_rows` (median rows of a delivery).
Records: `_previous_version_at` and `_previous_<column>` (the record's last known state), `_expected_new` (new records
to be expected since the last delivery). Null wherever nothing is known.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.facts import key_of
from ioc_pipeline.store.warehouse import quoted, records_table

VIEW = "batch_with_history"
_PAST = "_past"
_WINDOW = 8
"""Deliveries that say what is usual (parameter of IOC-DU-05)."""

_OF_OBSERVATIONS = {
    "_previous_value": "DOUBLE",
    "_previous_period_value": "DOUBLE",
    "_earlier_period_value": "DOUBLE",
    "_plan_value": "DOUBLE",
}
_OF_DELIVERY = {"_usual_rows": "DOUBLE", "_missing_series": "VARCHAR", "_expected_new": "DOUBLE"}
_SERIES = ("indicator", "item", "area", "measure", "data_type", "unit", "agency", "period_kind")


def column_types(feed: Feed, wanted: Collection[str]) -> dict[str, str]:
    """DuckDB types of the history columns among `wanted` that this feed can have."""
    types = dict(_OF_DELIVERY)
    if feed.shape == "observations":
        types |= _OF_OBSERVATIONS
    else:
        types |= {"_previous_version_at": "TIMESTAMPTZ"} | {f"_previous_{c.name}": c.type for c in feed.columns}
    return {name: types[name] for name in types if name in wanted}


def with_history(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, batch: str, wanted: Collection[str]
) -> str:
    """Relation with the rows of `batch` and the history columns `wanted` by the suite; `batch` itself when none is.

    Reads what was stated up to the delivery's own date, so that an older delivery that arrives late is compared with
    what was known then. Costs hash joins on the rows of the delivery, nothing when the feed has no past.
    """
    types = column_types(feed, wanted)
    if not types:
        return batch
    constants: dict[str, object] = {name: None for name in types if name in _OF_DELIVERY}
    of_rows = [name for name in types if name not in _OF_DELIVERY]
    if feed.shape == "observations":
        found = _observed(connection, feed, delivery, batch)
        if "_missing_series" in constants:
            constants["_missing_series"] = _missing_series(connection)
    else:
        found = _recorded(connection, feed, delivery, batch, of_rows)
    if "_usual_rows" in constants:
        constants["_usual_rows"] = _usual_rows(connection, feed, delivery)
    if "_expected_new" in constants:
        constants["_expected_new"] = _expected_new(connection, feed, delivery)
    added = [f"CAST({_literal(value)} AS {types[name]}) AS {name}" for name, value in constants.items()]
    added += [f"p.{quoted(name)}" if found else f"CAST(NULL AS {types[name]}) AS {quoted(name)}" for name in of_rows]
    join = f" LEFT JOIN {_PAST} p ON p._row = b._row" if found and of_rows else ""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {VIEW} AS SELECT b.*, {', '.join(added)} FROM {batch} b{join}")
    return VIEW


def _literal(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def _observed(connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, batch: str) -> bool:
    """Make `_past` for observations, and the scratch tables `_series_now` and `_series_known`."""
    ordinal = (
        "CASE period_kind WHEN 'day' THEN datediff('day', DATE '1970-01-01', period_end) "
        "WHEN 'month' THEN 12 * year(period_end) + month(period_end) "
        "WHEN 'quarter' THEN 4 * year(period_end) + quarter(period_end) "
        "WHEN 'half' THEN 2 * year(period_end) + (month(period_end) + 5) // 6 ELSE year(period_end) END"
    )
    series = f"hash({', '.join(_SERIES)})"
    labels = "indicator, area, data_type, period_kind, year(period_end) AS y, unit"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _series_now AS SELECT _row, {series} AS s, {ordinal} AS n, value, {labels} "
        f"FROM {batch}"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _series_said AS SELECT {series} AS s, {ordinal} AS n, "
        "max_by({'v': value}, (stated_at, known_at, delivery_id)).v AS value, any_value(indicator) AS indicator, "
        "any_value(area) AS area, any_value(data_type) AS data_type, any_value(period_kind) AS period_kind, "
        "any_value(year(period_end)) AS y, any_value(unit) AS unit "
        "FROM observations WHERE feed_id = ? AND stated_at <= CAST(? AS TIMESTAMPTZ) GROUP BY ALL",
        [feed.id, delivery.stated_at],
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _series_known AS SELECT * FROM _series_said "
        "ANTI JOIN _series_now USING (s, n) UNION ALL BY NAME "
        "SELECT s, n, max(value) AS value, any_value(indicator) AS indicator, any_value(area) AS area, "
        "any_value(data_type) AS data_type, any_value(period_kind) AS period_kind, any_value(y) AS y, "
        "any_value(unit) AS unit FROM _series_now WHERE n IS NOT NULL GROUP BY s, n"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_PAST} AS "
        "WITH plan AS (SELECT indicator, area, unit, y, max(value) AS value FROM _series_known "
        "WHERE data_type = 'plan' AND period_kind = 'year' GROUP BY ALL) "
        "SELECT b._row, said.value AS _previous_value, one.value AS _previous_period_value, "
        "two.value AS _earlier_period_value, plan.value AS _plan_value "
        "FROM _series_now b LEFT JOIN _series_said said ON said.s = b.s AND said.n = b.n "
        "LEFT JOIN _series_known one ON one.s = b.s AND one.n = b.n - 1 "
        "LEFT JOIN _series_known two ON two.s = b.s AND two.n = b.n - 2 "
        "LEFT JOIN plan ON plan.indicator = b.indicator AND plan.area = b.area AND plan.unit = b.unit "
        "AND plan.y = b.y AND b.data_type <> 'plan'"
    )
    return True


def _missing_series(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Indicator, area and kind of data of series that have the two periods before the delivery's newest, not that one.

    Judged per kind of data and of period, against the newest period the delivery states for it.
    """
    rows = connection.execute(
        "WITH newest AS (SELECT data_type, period_kind, max(n) AS n FROM _series_now WHERE data_type <> 'plan' "
        "GROUP BY ALL), placed AS (SELECT k.*, newest.n - k.n AS back FROM _series_known k "
        "JOIN newest USING (data_type, period_kind)) "
        "SELECT any_value(indicator || ' ' || area || ' ' || data_type) FROM placed WHERE back BETWEEN 0 AND 2 "
        "GROUP BY s HAVING count(*) FILTER (WHERE back = 0) = 0 AND count(*) FILTER (WHERE back = 1) > 0 "
        "AND count(*) FILTER (WHERE back = 2) > 0 ORDER BY 1"
    ).fetchall()
    shown = "; ".join(str(row[0]) for row in rows[:10])
    return f"{shown} … ({len(rows)})" if len(rows) > 10 else shown or None


def _recorded(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, batch: str, columns: Collection[str]
) -> bool:
    """Make `_past` for records: the last state said of each record, not later than the delivery's own statement."""
    table = records_table(feed)
    exists = connection.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_name = ?", [f"records_{feed.id}"]
    ).fetchone()
    if not columns or not exists or connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        return False
    known = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
    sources = {
        name: "_version_at" if name == "_previous_version_at" else name.removeprefix("_previous_") for name in columns
    }
    if not set(sources.values()) <= known:  # a column the contract has only since this delivery
        return False
    fields = ", ".join(f"r.{quoted(source)} AS {quoted(name)}" for name, source in sources.items())
    version = f"coalesce(CAST({quoted(feed.version_by)} AS TIMESTAMPTZ), stated_at)" if feed.version_by else "stated_at"
    # One number orders the states of a record and finds its row again: version, then order of storing. Comparing
    # structures of columns would cost seconds on a million rows.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_PAST} AS WITH last AS ("
        f"SELECT k._row, max((greatest(epoch_us(r._version_at), 0)::HUGEINT << 40) + r.rowid) AS at "
        f"FROM (SELECT _row, {key_of(feed, 'b')} AS _key, {version} AS v "
        f"FROM (SELECT *, CAST(? AS TIMESTAMPTZ) AS stated_at FROM {batch}) b) k "
        f"JOIN {table} r ON r._key = k._key AND r._version_at <= k.v GROUP BY k._row) "
        f"SELECT last._row, {fields} FROM last "
        f"JOIN {table} r ON r.rowid = CAST(last.at & ((1::HUGEINT << 40) - 1) AS BIGINT)",
        [delivery.stated_at],
    )
    return True


def _usual_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery) -> float | None:
    """Median of the rows of the feed's last stored deliveries; None before there are two."""
    row = connection.execute(
        "SELECT median(received), count(*) FROM (SELECT received FROM deliveries WHERE feed_id = ? "
        "AND outcome = 'stored' AND stated_at <= CAST(? AS TIMESTAMPTZ) ORDER BY stated_at DESC LIMIT ?)",
        [feed.id, delivery.stated_at, _WINDOW],
    ).fetchone()
    return float(row[0]) if row and row[1] >= 2 else None


def _expected_new(connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery) -> float | None:
    """New records of a usual working day (median of the last deliveries but the very first) times the working days
    since the last one; None without a past or when no working day lies between."""
    if delivery.published_at is None:
        return None
    told = connection.execute(
        "SELECT published_at, sum(added) FROM deliveries WHERE feed_id = ? AND outcome = 'stored' "
        "AND published_at < ? GROUP BY ALL ORDER BY published_at DESC LIMIT ?",
        [feed.id, delivery.published_at, _WINDOW + 1],
    ).fetchall()
    days = [day for day, _ in told]
    spans = [_working_days(before, day) for day, before in pairwise(days)]
    rates = sorted(added / span for (_, added), span in zip(told, spans, strict=False) if span)
    since = _working_days(days[0], delivery.published_at) if days else 0
    return float(rates[len(rates) // 2]) * since if rates and since else None


def _working_days(after: date, until: date) -> int:
    """Mondays to Fridays after one day and not after another."""
    return sum((after + timedelta(days=i)).weekday() < 5 for i in range(1, (until - after).days + 1))
