"""Two tables of the same make, row by row and column by column: what was stored against what was recomputed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from ioc_pipeline.store.warehouse import quoted

TOLERANCE = 1e-9
"""Relative difference of two computed numbers that counts as none: sums in another order differ in the last digits."""

MOST_NAMED = 500
"""Differing cells of a table that are named one by one; all are counted."""


@dataclass(frozen=True)
class CellDifference:
    """One cell (`column`), or one row that only one side has (`column` None), with the key of its row as text."""

    key: tuple[str | None, ...]
    column: str | None
    stored: str | None
    recomputed: str | None


@dataclass(frozen=True)
class TableDifference:
    """Rows that agree wholly, the first differing cells, and how many there are in all."""

    agreeing: int
    cells: tuple[CellDifference, ...]
    total: int


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Names and types of a relation's columns; empty when it does not exist."""
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.CatalogException:
        return {}
    return {row[0]: row[1] for row in described}


def compare(
    connection: duckdb.DuckDBPyConnection,
    stored: str,
    recomputed: str,
    key: Sequence[str],
    *,
    ignored: Collection[str] = (),
    where: str = "true",
) -> TableDifference:
    """Compare two relations on the columns both have, but `ignored`; rows are matched by `key` (nulls match nulls, and
    the nth row of a repeated key its nth). `where` restricts both sides."""
    types = columns_of(connection, stored)
    other = columns_of(connection, recomputed)
    shared = [c for c in types if c in other and c not in ignored]
    listed = ", ".join(quoted(c) for c in shared)
    sides = [f"SELECT {listed} FROM {relation} WHERE {where}" for relation in (stored, recomputed)]
    counted = connection.execute(
        f"SELECT (SELECT count(*) FROM ({sides[0]})), (SELECT count(*) FROM ({sides[0]} EXCEPT ALL {sides[1]})), "
        f"(SELECT count(*) FROM ({sides[1]} EXCEPT ALL {sides[0]}))"
    ).fetchone()
    assert counted is not None
    if counted[1:] == (0, 0):
        return TableDifference(counted[0], (), 0)
    return _in_detail(connection, sides, key, {c: types[c] for c in shared})


def _in_detail(
    connection: duckdb.DuckDBPyConnection, sides: list[str], named: Sequence[str], types: dict[str, str]
) -> TableDifference:
    key = [c for c in named if c in types]
    keys = ", ".join(quoted(c) for c in key)
    rest = [c for c in types if c not in key]
    order = ", ".join(quoted(c) for c in rest) or "1"
    numbered = [
        f"SELECT *, true AS _there, row_number() OVER (PARTITION BY {keys or 'true'} ORDER BY {order}) AS _n FROM ({s})"
        for s in sides
    ]
    matched = " AND ".join(f"s.{c} IS NOT DISTINCT FROM r.{c}" for c in [*(quoted(k) for k in key), "_n"])
    only = "{'column': NULL, 'stored': %s, 'recomputed': %s}"
    row_as_text = "CAST(to_json({0}) AS VARCHAR)"
    cells = ", ".join(
        f"CASE WHEN {_differs(quoted(c), types[c])} THEN {{'column': '{c}', 'stored': CAST(s.{quoted(c)} AS VARCHAR), "
        f"'recomputed': CAST(r.{quoted(c)} AS VARCHAR)}} END"
        for c in rest
    )
    shown_key = ", ".join(
        f"coalesce(CAST(s.{quoted(c)} AS VARCHAR), CAST(r.{quoted(c)} AS VARCHAR))" if c in types else "NULL"
        for c in named
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _audit_cells AS SELECT [{shown_key}]::VARCHAR[] AS key, CASE "
        f"WHEN r._there IS NULL THEN [{only % (row_as_text.format('s'), 'NULL')}] "
        f"WHEN s._there IS NULL THEN [{only % ('NULL', row_as_text.format('r'))}] "
        f"ELSE list_filter([{cells}], lambda x: x IS NOT NULL) END AS cells "
        f"FROM ({numbered[0]}) s FULL JOIN ({numbered[1]}) r ON {matched}"
    )
    counted = connection.execute(
        "SELECT count(*) FILTER (len(cells) = 0), coalesce(sum(len(cells)), 0) FROM _audit_cells"
    ).fetchone()
    assert counted is not None
    found = connection.execute(
        "SELECT key, cell['column'], cell['stored'], cell['recomputed'] FROM "
        f"(SELECT key, unnest(cells) AS cell FROM _audit_cells) ORDER BY ALL LIMIT {MOST_NAMED}"
    ).fetchall()
    cells_found = tuple(CellDifference(tuple(row[0]), *row[1:]) for row in found)
    return TableDifference(counted[0], cells_found, int(counted[1]))


def _differs(column: str, type_name: str) -> str:
    differs = f"s.{column} IS DISTINCT FROM r.{column}"
    if type_name not in ("DOUBLE", "FLOAT"):
        return differs
    near = f"abs(s.{column} - r.{column}) <= {TOLERANCE} * greatest(abs(s.{column}), abs(r.{column}))"
    return f"{differs} AND NOT coalesce({near}, false)"
