"""Which cells of which files a value was made of, when it was computed from other cards or added up over communes."""

from __future__ import annotations

from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from ioc_pipeline.compute.formulas import inputs_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.lookup.sources import rows
from ioc_pipeline.messages import IocError

DEEPEST = 5
"""Steps from a composite down to what it is made of."""


def cards_read(catalogue: Catalogue, code: str) -> tuple[str, ...]:
    """Cards that a card's text reads; empty when it reads none or is refused."""
    card = catalogue.indicators[code]
    if card.formula is None:
        return ()
    try:
        return tuple(c for c in inputs_of(card, catalogue).cards if c != card.weight)
    except IocError:
        return ()


def inputs_behind(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, code: str, value: dict[str, Any], depth: int = 1
) -> list[dict[str, Any]]:
    """What a composite's value was computed from, a child before its own children: of each card `depth`, `code`, the
    cell of the same area and period (or of one that ends on the same day), and its file and place when it is a
    statement, or how many `communes` it adds up. A card without such a cell has `period` None. A card that the formula
    reads in another period too is there again, with the one cell that is the value's denominator; of a card that it
    reads once only if no cell of this period is that denominator."""
    found: list[dict[str, Any]] = []
    own: dict[str, list[dict[str, Any]]] = {}
    for child in cards_read(catalogue, code):
        cells = rows(
            connection,
            f"SELECT {_CELL} FROM release.indicator_values WHERE code = ? AND area = ? "
            "AND (period = ? OR period_end = ?) ORDER BY period = ? DESC, period LIMIT 1",
            [child, value["area"], value["period"], value["period_end"], value["period"]],
        )
        if not cells:
            cells = [{"code": child, "area": value["area"], "period": None, "period_end": value["period_end"]}]
        own[child] = cells
    base = value.get("denominator")
    unexplained = all(cells[0].get("value") != base for cells in own.values())
    for child, cells in own.items():
        if base is not None and (unexplained or _reads_twice(catalogue, code, child)):
            earlier = rows(
                connection,
                f"SELECT {_CELL} FROM release.indicator_values WHERE code = ? AND area = ? AND period_end < ? "
                "AND value = ?",
                [child, value["area"], value["period_end"], base],
            )
            cells += earlier if len(earlier) == 1 else []
        for cell in cells:
            found.append(_input(connection, catalogue, depth, cell))
            if cell["period"] is not None and depth < DEEPEST:
                found += inputs_behind(connection, catalogue, child, cell, depth + 1)
    return found


def _reads_twice(catalogue: Catalogue, code: str, child: str) -> bool:
    """True when a card's text names another card twice: the same of another period."""
    tables = sqlglot.parse_one(str(catalogue.indicators[code].formula), read="duckdb").find_all(exp.Table)
    return sum(table.name.lower() == child.lower() for table in tables) > 1


_CELL = "code, period, period_end, value, numerator, denominator, feed_id, delivery_id, file_name, location, area"


def _input(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, depth: int, cell: dict[str, Any]
) -> dict[str, Any]:
    card = catalogue.indicators[cell["code"]]
    added = None
    if cell["period"] is not None and not cell["delivery_id"] and card.formula is None:
        added = communes_behind(connection, cell)
    return {
        "depth": depth, "code": card.code, "name": {"vi": card.short.vi, "en": card.short.en},
        "unit": {"vi": card.unit_text.vi, "en": card.unit_text.en}, "decimals": card.decimals,
        "period": cell["period"], "value": cell.get("value"), "feed": cell.get("feed_id") or card.feed or None,
        "delivery_id": cell.get("delivery_id"), "file_name": cell.get("file_name"), "location": cell.get("location"),
        "communes": added["communes"] if added else None, "files": len(added["files"]) if added else None,
    }  # fmt: skip


def communes_behind(connection: duckdb.DuckDBPyConnection, value: dict[str, Any]) -> dict[str, Any] | None:
    """Statements of communes that a province's value adds up: how many by file, and the query that lists each with its
    place; None when there are none."""
    where = f"code = '{value['code']}' AND period = '{value['period']}' AND area <> '{value['area']}'"
    found = rows(
        connection,
        "SELECT delivery_id, any_value(file_name) AS file_name, any_value(feed_id) AS feed_id, count(*) AS communes "
        f"FROM release.indicator_values WHERE {where} AND delivery_id IS NOT NULL AND area IN "
        "(SELECT code FROM release.areas WHERE level = 'commune') GROUP BY delivery_id "
        "ORDER BY communes DESC, file_name",
    )
    if not found:
        return None
    query = f"SELECT area_name_vi, value, file_name, location FROM indicator_values WHERE {where} ORDER BY area"
    return {"communes": sum(row["communes"] for row in found), "files": found, "query": query}
