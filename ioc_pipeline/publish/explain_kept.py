"""Explanations kept in the warehouse: a card of which nothing has changed is not explained again.

What an explanation is a function of is hashed by card: the code and the declarations, the facts and cards the card is
computed from (`indicator_runs`), the published values of it, of the cards it reads and of its related ones, what was
said of it when, the health of its feed, and the names that feeds give to the parts. Equal hash, equal rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import duckdb

from ioc_pipeline.compute.explain.figures import late_feeds, vintage_table
from ioc_pipeline.compute.explain.names import PartNames
from ioc_pipeline.compute.formulas import inputs_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import IocError
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.version import code_version

TABLES = ("contributions", "contribution_totals")
"""Tables of a release; the warehouse keeps their rows in `explained_<table>`."""


def explained_from(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> dict[str, str]:
    """Hash of what the explanation of each card with a newest own value is a function of, by code; the release's values
    are there already."""
    area = catalogue.province.code
    columns = (
        "period, value, numerator, denominator, target, status, held, raw_value, correction_vi, feed_id, is_latest"
    )
    values = _digests(connection, f"area, {columns}", "release.indicator_values", "true")
    newest = dict(
        connection.execute(
            "SELECT code, feed_id FROM release.indicator_values WHERE area = ? AND is_latest ORDER BY code", [area]
        ).fetchall()
    )
    said: Mapping[str, str] = {}
    if vintage_table(connection) is not None:
        columns = "period, data_type, value, stated_at, known_at, vintage"
        said = _digests(connection, columns, "indicator_vintages", f"area = '{area}'")
    runs = dict(connection.execute("SELECT code, inputs_hash FROM indicator_runs").fetchall())
    late = late_feeds(connection)
    names: dict[str, Any] | None = None
    whole = [code_version(), duckdb.__version__, catalogue.hash, area]
    found = {}
    for code, feed in newest.items():
        card = catalogue.indicators[code]
        try:
            read: Sequence[str] = inputs_of(card, catalogue).cards
        except IocError:
            read = ()
        if card.breakdowns and names is None:
            names = {
                thing: {part: name.vi for part, name in parts.items()}
                for thing, parts in PartNames(connection, catalogue).stated().items()
            }
        found[code] = _hash(
            [
                *whole, runs.get(code), said.get(code), late.get(feed), names if card.breakdowns else None,
                [(other, values.get(other)) for other in sorted({code, *read, *card.related})],
            ]
        )  # fmt: skip
    return found


def _digests(connection: duckdb.DuckDBPyConnection, columns: str, table: str, where: str) -> dict[str, str]:
    """Of each code's rows, in whatever order."""
    return dict(
        connection.execute(
            f"SELECT code, concat(count(*), '/', sum(hash({columns}))) FROM {table} WHERE {where} GROUP BY code"
        ).fetchall()
    )


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def stale(connection: duckdb.DuckDBPyConnection, hashes: Mapping[str, str]) -> list[str]:
    """Cards whose kept explanation is of something else, or that have none."""
    kept = dict(connection.execute("SELECT code, inputs_hash FROM explained").fetchall())
    return [code for code, digest in hashes.items() if kept.get(code) != digest]


def keep(
    connection: duckdb.DuckDBPyConnection,
    hashes: Mapping[str, str],
    explained: Collection[str],
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
) -> None:
    """Replace what is kept of the explained cards, and forget those that are gone; one transaction. `rows`: by table of
    TABLES, in order."""
    wanted = set(hashes) - set(explained)
    kept = {code for (code,) in connection.execute("SELECT code FROM explained").fetchall()}
    if not explained and kept <= wanted:
        return
    connection.execute("BEGIN TRANSACTION")
    try:
        if kept - wanted:
            gone = ", ".join(f"'{code}'" for code in sorted(kept - wanted))
            for table in ("explained", *(f"explained_{table}" for table in TABLES)):
                connection.execute(f"DELETE FROM {table} WHERE code IN ({gone})")
        insert_rows(connection, "explained", [{"code": code, "inputs_hash": hashes[code]} for code in explained])
        for table in TABLES:
            numbered = [dict(row) | {"place": place} for place, row in enumerate(rows[table])]
            insert_rows(connection, f"explained_{table}", numbered)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def publish_kept(connection: duckdb.DuckDBPyConnection, codes: Sequence[str]) -> dict[str, int]:
    """Fill the two tables of the attached release with what is kept, in the order of the codes; returns rows per
    table."""
    connection.execute("CREATE OR REPLACE TEMP TABLE _explained_order (code VARCHAR, of_card BIGINT)")
    insert_rows(connection, "_explained_order", [{"code": code, "of_card": n} for n, code in enumerate(codes)])
    counts = {}
    for table in TABLES:
        row = connection.execute(
            f"INSERT INTO release.{table} BY NAME SELECT e.* EXCLUDE (place) FROM explained_{table} e "
            "JOIN _explained_order o ON o.code = e.code ORDER BY o.of_card, e.place"
        ).fetchone()
        counts[table] = int(row[0]) if row else 0
    connection.execute("DROP TABLE temp.main._explained_order")
    return counts
