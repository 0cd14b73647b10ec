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


def key_of(feed: Feed, alias: str) -> str:
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
        f"CREATE OR REPLACE TEMP TABLE _keyed AS SELECT {key_of(feed, 'b')} AS fact_key, b.*, "
        "CAST(? AS TIMESTAMPTZ) AS stated_at, CAST(? AS TIMESTAMPTZ) AS known_at "
        f"FROM {accepted} b",
        [delivery.stated_at, delivery.received_at],
    )
    _refuse_repeated_keys(connection, feed, "_keyed", "fact_key")
    said = ("value", "value_status", "numerator", "denominator", "simulated")
    now, before = (", ".join(f"{alias}.{c}" for c in said) for alias in ("k", "o"))
    order = "(o.stated_at, o.known_at, o.delivery_id)"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _news AS SELECT k._row, count(o.fact_key) > 0 AS known, "
        f"max_by(row({before}), {order}) FILTER (o.stated_at <= k.stated_at) IS DISTINCT FROM any_value(row({now})) "
        f"AS is_news FROM _keyed k LEFT JOIN observations o USING (fact_key) GROUP BY k._row"
    )
    columns = ", ".join(quoted(c.name) for c in feed.columns if c.name not in ("sheet", "cell", "source_table"))
    connection.execute(
        f"INSERT INTO observations (fact_key, feed_id, delivery_id, row_no, stated_at, known_at, published_at, "
        f"{columns}, source_table, sheet, cell) "
        f"SELECT fact_key, ?, ?, k._row, stated_at, known_at, ?, {columns}, source_table, sheet, cell "
        "FROM _keyed k JOIN _news n USING (_row) WHERE n.is_news ORDER BY k._row",
        [feed.id, delivery.delivery_id, delivery.published_at],
    )
    return _counts(connection)


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
        f"CREATE OR REPLACE TEMP TABLE _keyed AS SELECT {key_of(feed, 'b')} AS _key, "
        f"md5(CAST(to_json(struct_pack({state})) AS VARCHAR)) AS _hash, {version} AS _version_at, "
        f"b._row, b._location, {', '.join('b.' + quoted(n) for n in names)} "
        f"FROM (SELECT *, CAST(? AS TIMESTAMPTZ) AS stated_at FROM {accepted}) b",
        [delivery.stated_at],
    )
    _refuse_repeated_keys(connection, feed, "_keyed", "_key")
    order = "(r._version_at, r._known_at, r._delivery_id)"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _news AS SELECT k._row, count(r._key) > 0 AS known, "
        f"max_by(r._hash, {order}) FILTER (r._version_at <= k._version_at) IS DISTINCT FROM any_value(k._hash) "
        f"AS is_news FROM _keyed k LEFT JOIN {table} r USING (_key) GROUP BY k._row"
    )
    connection.execute(
        f"INSERT INTO {table} (_key, _hash, _version_at, _known_at, _delivery_id, _row, _location, {columns}) "
        f"SELECT _key, _hash, _version_at, CAST(? AS TIMESTAMPTZ), ?, k._row, _location, {columns} "
        "FROM _keyed k JOIN _news n USING (_row) WHERE n.is_news",
        [delivery.received_at, delivery.delivery_id],
    )
    return _counts(connection)


def _counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Rows that are a first statement, that change a known one (also when an older publication arrives late), and that
    repeat what was said before."""
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE is_news AND NOT known), count(*) FILTER (WHERE is_news AND known), "
        "count(*) FILTER (WHERE NOT is_news) FROM _news"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]
