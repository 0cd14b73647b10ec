"""A warehouse in memory with a few facts, and cards made up for one test; no file, no flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.facts import add_facts
from ioc_pipeline.store.warehouse import _schema

COMMUNES = ("22366", "22390", "22411")
DAY_ONE = datetime(2026, 10, 1, tzinfo=UTC)


def warehouse() -> duckdb.DuckDBPyConnection:
    """An empty warehouse."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(_schema()[0])
    return connection


def card(catalogue: Catalogue, code: str, formula: str | None, feed: str = "feedback", **more: Any) -> Indicator:
    """A card with a formula (None: nobody sends it); every other attribute may be set by name."""
    model = catalogue.indicators["HC_PAKN_DH"]
    plain = {"weight": None, "scale": 100.0, "targets": (), "plan": None, "selection": {}, "additivity": "X"}
    return replace(model, **(plain | {"code": code, "feed": feed, "formula": formula, "unit": "%"} | more))


def with_cards(catalogue: Catalogue, cards: Iterable[Indicator]) -> Catalogue:
    """The declarations with these cards instead of their own."""
    return replace(catalogue, indicators={c.code: c for c in cards}, corrections=())


def deliver(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    feed_id: str,
    day: int,
    rows: Iterable[Mapping[str, Any]],
) -> str:
    """Store rows of a feed as stated on the nth day; returns the delivery's id."""
    feed = catalogue.feeds[feed_id]
    moment = DAY_ONE + timedelta(days=day)
    count = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    delivery = Delivery(
        delivery_id=f"{feed_id}-{day}-{count[0] if count else 0}", feed_id=feed_id, file_name=f"{feed_id}-{day}.csv",
        sha256="0", size_bytes=1, producer="p", received_at=moment, published_at=None,
    )  # fmt: skip
    selects = []
    for number, row in enumerate(rows, start=1):
        cells = ", ".join(f"CAST({_sql(row.get(c.name))} AS {c.type}) AS {c.name}" for c in feed.columns)
        selects.append(f"SELECT {number}::BIGINT AS _row, 'r{number}' AS _location, {cells}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE accepted AS {' UNION ALL '.join(selects)}")
    added = add_facts(connection, feed, delivery, "accepted")
    insert_rows(
        connection,
        "deliveries",
        [
            {
                "feed_id": feed_id, "delivery_id": delivery.delivery_id, "file_name": delivery.file_name, "sha256": "0",
                "size_bytes": 1, "received_at": moment, "stated_at": moment, "outcome": "stored",
                "received": added.accepted, "accepted": added.accepted, "quarantined": 0, "added": added.added,
                "revised": added.revised, "unchanged": added.unchanged, "notices_json": "[]", "simulated": True,
                "run_id": "t", "contract_version": "1", "contract_hash": "", "code_version": "", "stored_at": moment,
            }
        ],
    )  # fmt: skip
    return delivery.delivery_id


def item(name: str, commune: str | None, due: str, *, answered: str | None = None, seen: int = 0) -> dict[str, Any]:
    """One piece of feedback; `seen`: the day of its newest state."""
    return {
        "ma_phan_anh": name, "ma_xa": commune, "han_xu_ly": f"{due} 17:00", "tra_loi_luc": answered,
        "tiep_nhan_luc": "2026-01-01 08:00", "trang_thai": "da-tra-loi", "bi_khieu_nai": False, "simulated": True,
        "cap_nhat_luc": str((DAY_ONE + timedelta(days=seen)).replace(tzinfo=None)),
    }  # fmt: skip


def statement(
    indicator: str, area: str, period: str, value: float | None, data_type: str = "actual", **more: Any
) -> dict[str, Any]:
    """One statement of a feed of statements."""
    from ioc_pipeline.periods import parse_period

    found = parse_period(period)
    return {
        "indicator": indicator, "area": area, "period": period, "period_kind": found.kind, "period_end": found.end,
        "measure": "level", "data_type": data_type, "value": value, "unit": "%", "simulated": False,
        "value_status": "missing" if value is None else "present", **more,
    }  # fmt: skip


def _sql(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, float)) else "'" + str(value).replace("'", "''") + "'"
