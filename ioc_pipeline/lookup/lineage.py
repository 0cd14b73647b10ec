"""Where a value comes from: feed, delivery, file, sheet and cell; or the records it was computed from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed, Indicator
from ioc_pipeline.lookup.cells_behind import cards_read, communes_behind, inputs_behind
from ioc_pipeline.lookup.rows_behind import rows_behind
from ioc_pipeline.lookup.sources import Sources, rows
from ioc_pipeline.receive.delivery import blob_path, manifest_path
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import quoted

DELIVERIES_SHOWN = 6
"""Deliveries that a listing of records names; the count of the others follows."""


def lineage_of(
    sources: Sources, places: Places, catalogue: Catalogue, card: Indicator, value: dict[str, Any]
) -> dict[str, Any]:
    """Mapping with `feed`, and either `statement` (one cell of one file), `records` (how many by delivery, and the
    query that lists them), `children` (codes of the cards it is computed from) with `inputs` (their cells down to the
    files), or `communes` (statements it adds up)."""
    feed = catalogue.feeds.get(card.feed)
    found: dict[str, Any] = {
        "feed": _feed(feed),
        "statement": None,
        "records": None,
        "children": list(cards_read(catalogue, card.code)),
        "inputs": inputs_behind(sources.connection, catalogue, card.code, value),
        "communes": None,
    }
    for one in found["inputs"] if sources.warehouse else ():
        if one["delivery_id"] and not one["location"]:
            one["row"] = _row(sources, one | {"area": value["area"]})
    if value.get("delivery_id"):
        found["statement"] = _statement(sources, places, value)
    elif feed is not None and feed.shape == "records" and not found["children"]:
        found["records"] = _records(sources, places, catalogue, card, feed, value["period"])
    elif card.formula is None:
        found["communes"] = communes_behind(sources.connection, value)
    return found


def _feed(feed: Feed | None) -> dict[str, Any] | None:
    if feed is None:
        return None
    return {
        "id": feed.id,
        "title": {"vi": feed.title.vi, "en": feed.title.en},
        "source": {"vi": feed.source.vi, "en": feed.source.en},
        "owner": {"vi": feed.owner.vi, "en": feed.owner.en},
    }


def _statement(sources: Sources, places: Places, value: dict[str, Any]) -> dict[str, Any]:
    delivery = _delivery(sources.connection, places, value["feed_id"], value["delivery_id"])
    return delivery | {
        "location": value.get("location"), "row": _row(sources, value) if sources.warehouse else None,
    }  # fmt: skip


def _row(sources: Sources, cell: dict[str, Any]) -> int | None:
    """Number of the row that states a cell in its delivery."""
    keys = ("code", "area", "period", "delivery_id")
    found = sources.connection.execute(
        f"SELECT row_no FROM indicator_cells WHERE {' AND '.join(f'{k} = ?' for k in keys)} AND value IS NOT DISTINCT "
        "FROM ?",
        [*(cell[k] for k in keys), cell["raw_value"] if cell.get("raw_value") is not None else cell["value"]],
    ).fetchall()
    return found[0][0] if found else None


def _delivery(connection: duckdb.DuckDBPyConnection, places: Places, feed_id: str, delivery_id: str) -> dict[str, Any]:
    found = rows(
        connection,
        "SELECT file_name, sha256, size_bytes, producer, received_at, published_at, outcome FROM release.deliveries "
        "WHERE feed_id = ? AND delivery_id = ?",
        [feed_id, delivery_id],
    )
    facts: dict[str, Any] = {"delivery_id": delivery_id} | (found[0] if found else {})
    if found:
        blob = blob_path(places, facts["sha256"])
        facts |= {
            "blob": _below(places, blob),
            "blob_there": blob.is_file(),
            "manifest": _below(places, manifest_path(places, feed_id, delivery_id)),
        }
    return facts


def _below(places: Places, path: Path) -> str:
    return path.relative_to(places.root).as_posix()


def _records(
    sources: Sources, places: Places, catalogue: Catalogue, card: Indicator, feed: Feed, period: str
) -> dict[str, Any] | None:
    if not sources.warehouse:
        return None
    columns = ["_delivery_id", "_location", *feed.key]
    listing = rows_behind(str(card.formula), feed.id, columns, period=period, province=catalogue.province.code)
    chosen = listing or f"SELECT {', '.join(quoted(c) for c in columns)} FROM {quoted(feed.id)}"
    counted = sources.connection.execute(
        f"SELECT _delivery_id, count(*) FROM ({chosen}) GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    deliveries = [
        _delivery(sources.connection, places, feed.id, delivery) | {"records": count}
        for delivery, count in counted[:DELIVERIES_SHOWN]
    ]
    return {
        "count": sum(count for _, count in counted),
        "of_the_period": listing is not None,
        "deliveries": deliveries,
        "more_deliveries": max(len(counted) - DELIVERIES_SHOWN, 0),
        "more_records": sum(count for _, count in counted[DELIVERIES_SHOWN:]),
        "query": chosen,
    }
