"""Cells of cards that take statements as they are: one join of all statements with all selections.

A card's text (`formulas.sql_of`) says the same for one card, and a test holds the two against each other. A hundred
texts would read the statements a hundred times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from ioc_pipeline.compute.bound_facts import BoundFacts, area_rows
from ioc_pipeline.compute.formulas import minus_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.store.bulk import insert_rows

SELECTIONS = "_stated_cards"
"""Temporary table: selections of the cards whose cells were taken last."""

_AREAS = "_stated_areas"
_SCOPES = {
    "own": "o.area = $province",
    "country": "o.area = 'VN'",
    "provinces": "a.level = 'province'",
    "communes": "a.level = 'commune'",
}


def take_stated(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    facts: BoundFacts,
    cards: Sequence[Indicator],
    into: str,
) -> None:
    """Add the cells of the cards, all of which have a selection, to the table `into` (columns of `indicator_cells`).

    Reads the temporary table `_cell_periods`; a cell whose period is not in it has no `period_end`.
    """
    scopes = ", ".join(f"{scope} BOOLEAN" for scope in _SCOPES)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {SELECTIONS} (code VARCHAR, feed_id VARCHAR, indicator VARCHAR, item VARCHAR, "
        f"measure VARCHAR, period_kind VARCHAR, plan BOOLEAN, minus DOUBLE, {scopes})"
    )
    insert_rows(connection, SELECTIONS, [_selection(card) for card in cards])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_AREAS} (code VARCHAR, level VARCHAR, parent VARCHAR)")
    insert_rows(connection, _AREAS, area_rows(catalogue))
    in_scope = " OR ".join(f"(c.{scope} AND {condition})" for scope, condition in _SCOPES.items())
    connection.execute(
        f"INSERT INTO {into} BY NAME SELECT c.code, o.area, o.period, p.period_kind, p.period_end, o.measure, "
        "o.data_type, CASE WHEN c.minus IS NULL THEN o.value ELSE o.value - c.minus END AS value, o.value_status, "
        "o.numerator, o.denominator, o.known_at, o.published_at, o.stated_at, o.simulated, c.feed_id, o.delivery_id, "
        "d.file_name, concat_ws('!', o.sheet, o.cell) AS location, o.row_no "
        f"FROM {facts.statements()} o "
        f"JOIN {SELECTIONS} c ON c.feed_id = o.feed_id AND c.indicator = o.indicator "
        "LEFT JOIN _cell_periods p ON p.period = o.period "
        f"LEFT JOIN {_AREAS} a ON a.code = o.area "
        "LEFT JOIN deliveries d ON d.feed_id = o.feed_id AND d.delivery_id = o.delivery_id "
        "WHERE o.item IS NOT DISTINCT FROM c.item "
        "AND ((o.measure = c.measure AND (c.period_kind IS NULL OR o.period_kind = c.period_kind)) "
        "OR (c.plan AND o.data_type = 'plan' AND o.period_kind = 'year')) "
        f"AND ({in_scope})",
        {"province": catalogue.province.code},
    )
    connection.execute(f"DROP TABLE temp.main.{_AREAS}")


def _selection(card: Indicator) -> dict[str, Any]:
    select = card.selection
    item, kind = select.get("item"), select.get("period_kind")
    return {
        "code": card.code,
        "feed_id": card.feed,
        "indicator": str(select["indicator"]),
        "item": None if item is None else str(item),
        "measure": str(select["measure"]),
        "period_kind": str(kind) if kind else None,
        "plan": bool(card.plan),
        "minus": minus_of(card),
        **{scope: scope in select.get("areas", ["own"]) for scope in _SCOPES},
    }


def keep_one_statement(connection: duckdb.DuckDBPyConnection, cells: str) -> None:
    """Of two statements of one cell (another unit, another agency) leave the one stated last."""
    mine = f"code IN (SELECT code FROM {SELECTIONS})"
    cell = "code, area, period, data_type"
    if connection.execute(f"SELECT 1 FROM {cells} WHERE {mine} GROUP BY {cell} HAVING count(*) > 1 LIMIT 1").fetchone():
        connection.execute(
            f"DELETE FROM {cells} WHERE rowid IN (SELECT rowid FROM {cells} WHERE {mine} "
            f"QUALIFY row_number() OVER (PARTITION BY {cell} ORDER BY stated_at DESC, row_no) > 1)"
        )
