"""Accepted rows of a delivery → vintages. A figure or a state is added when it differs from what was last said;
nothing already stored is changed."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.warehouse import ensure_records_table, quoted, records_table


@dataclass(frozen=True)
class Added:
    """How the accepted rows of a delivery ended: new facts, changed facts, facts already known."""

    added: int
    revised: int
    unchanged: int

    @property
    def accepted(self) -> int:
        """All accepted rows."""
        return self.added + self.revised + self.unchanged


class KeyRepeated(IocError):
    """Accepted rows share a key: the suite does not state the uniqueness of the contract's key."""


def add_facts(connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, accepted: str) -> Added:
    """Store the rows of relation `accepted` (columns of the contract, `_row`, `_location`) as vintages.

    Must run inside the delivery's transaction. Raises KeyRepeated when two rows have the same key.
    """
    if feed.shape == "observations":
        counted = _add_observations(connection, feed, delivery, accepted)
    else:
        counted = _add_records(connection, feed, delivery, accepted)
    return Added(*(int(n) for n in counted))


def _key(feed: Feed, alias: str) -> str:
    """SQL text of the key: stable across DuckDB versions, null-safe."""
    columns = ", ".join(f"{alias}.{quoted(name)}" for name in feed.key)
    if len(feed.key) == 1:
        return f"CAST({columns} AS VARCHAR)"
    return f"md5(CAST(to_json(['{feed.id}', {', '.join(_text(alias, name) for name in feed.key)}]) AS VARCHAR))"


def _text(alias: str, name: str) -> str:
    return f"CAST({alias}.{quoted(name)} AS VARCHAR)"


def _refuse_repeated_keys(connection: duckdb.DuckDBPyConnection, feed: Feed, keyed: str, key: str) -> None:
    repeated = connection.execute(
        f"SELECT {key}, count(*), list(_location)[:3] FROM {keyed} GROUP BY 1 HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if repeated:
        where = ", ".join(str(p) for p in repeated[2])
        names = ", ".join(feed.key)
        raise KeyRepeated(
            Message(
                "store.key_repeated",
                f"Khóa ({names}) trùng trong cùng tệp tại {where}; bộ quy tắc của {feed.id} phải kiểm tính duy nhất.",
                f"The key ({names}) repeats inside the file at {where}; the suite of {feed.id} must state uniqueness.",
            )
        )


def _add_observations(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, accepted: str
) -> tuple[int, int, int]:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _keyed AS SELECT {_key(feed, 'b')} AS fact_key, b.*, "
        "CAST(? AS TIMESTAMPTZ) AS stated_at, CAST(? AS TIMESTAMPTZ) AS known_at "
        f"FROM {accepted} b",
        [delivery.stated_at, delivery.received_at],
    )
    _refuse_repeated_keys(connection, feed, "_keyed", "fact_key")
    said = ("value", "value_status", "numerator", "denominator", "simulated")
    differs = " OR ".join(f"k.{c} IS DISTINCT FROM o.{c}" for c in said)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _news AS SELECT k._row, o.fact_key IS NULL AS is_first, "
        f"o.fact_key IS NULL OR {differs} AS is_news "
        "FROM _keyed k ASOF LEFT JOIN observations o ON k.fact_key = o.fact_key AND k.stated_at >= o.stated_at"
    )
    columns = ", ".join(quoted(c.name) for c in feed.columns if c.name not in ("sheet", "cell", "source_table"))
    connection.execute(
        f"INSERT INTO observations (fact_key, feed_id, delivery_id, row_no, stated_at, known_at, published_at, "
        f"{columns}, source_table, sheet, cell) "
        f"SELECT fact_key, ?, ?, k._row, stated_at, known_at, ?, {columns}, source_table, sheet, cell "
        "FROM _keyed k JOIN _news n USING (_row) WHERE n.is_news ORDER BY k._row",
        [feed.id, delivery.delivery_id, delivery.published_at],
    )
    # A revision is a second vintage of a known key, also when an older publication arrives late.
    return _count(
        connection,
        "SELECT count(*) FILTER (WHERE is_news AND NOT known), count(*) FILTER (WHERE is_news AND known), "
        "count(*) FILTER (WHERE NOT is_news) FROM _news n JOIN (SELECT k._row, EXISTS (SELECT 1 FROM observations o "
        "WHERE o.fact_key = k.fact_key AND o.delivery_id <> ?) AS known FROM _keyed k) USING (_row)",
        delivery.delivery_id,
    )


def _add_records(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, accepted: str
) -> tuple[int, int, int]:
    ensure_records_table(connection, feed)
    table = records_table(feed)
    names = [c.name for c in feed.columns]
    columns = ", ".join(quoted(n) for n in names)
    version = (
        f"coalesce(CAST(b.{quoted(feed.version_by)} AS TIMESTAMPTZ), stated_at)" if feed.version_by else "stated_at"
    )
    state = ", ".join(f"{quoted(n)} := b.{quoted(n)}" for n in names)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _keyed AS SELECT {_key(feed, 'b')} AS _key, "
        f"md5(CAST(to_json(struct_pack({state})) AS VARCHAR)) AS _hash, {version} AS _version_at, "
        f"b._row, b._location, {', '.join('b.' + quoted(n) for n in names)} "
        f"FROM (SELECT *, CAST(? AS TIMESTAMPTZ) AS stated_at FROM {accepted}) b",
        [delivery.stated_at],
    )
    _refuse_repeated_keys(connection, feed, "_keyed", "_key")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _news AS SELECT k._row, r._hash IS DISTINCT FROM k._hash AS is_news, "
        f"EXISTS (SELECT 1 FROM {table} h WHERE h._key = k._key) AS known "
        f"FROM _keyed k ASOF LEFT JOIN {table} r ON k._key = r._key AND k._version_at >= r._version_at"
    )
    connection.execute(
        f"INSERT INTO {table} (_key, _hash, _version_at, _known_at, _delivery_id, _row, _location, {columns}) "
        f"SELECT _key, _hash, _version_at, CAST(? AS TIMESTAMPTZ), ?, k._row, _location, {columns} "
        "FROM _keyed k JOIN _news n USING (_row) WHERE n.is_news",
        [delivery.received_at, delivery.delivery_id],
    )
    return _count(
        connection,
        "SELECT count(*) FILTER (WHERE is_news AND NOT known), count(*) FILTER (WHERE is_news AND known), "
        "count(*) FILTER (WHERE NOT is_news) FROM _news",
    )


def _count(connection: duckdb.DuckDBPyConnection, sql: str, *parameters: str) -> tuple[int, int, int]:
    row = connection.execute(sql, list(parameters)).fetchone()
    assert row is not None
    return row[0], row[1], row[2]
