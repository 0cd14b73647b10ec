"""What was said about an indicator's values, when, and what is known now."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.compute.explain.figures import vintage_table
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.lookup.sources import rows

_COLUMNS = (
    "period", "period_end", "data_type", "value", "numerator", "denominator", "stated_at", "known_at", "published_at",
    "delivery_id", "file_name", "location",
)  # fmt: skip


def vintages_of(connection: duckdb.DuckDBPyConnection, card: Indicator, area: str) -> list[dict[str, Any]] | None:
    """Every statement about the card's values in an area, oldest first; plans are among them (data_type `plan`).

    Read from the warehouse, else from the release (own province and country only); None when neither keeps any.
    """
    table = vintage_table(connection)
    if table is None:
        return None
    return rows(
        connection,
        f"SELECT {', '.join(_COLUMNS)} FROM {table} WHERE code = ? AND area = ? "
        "ORDER BY period_end, period, stated_at, known_at, vintage",
        [card.code, area],
    )


def end_of(day: date, timezone: str) -> datetime:
    """Last moment of a day, local time: what was said on the day counts as said then."""
    return datetime.combine(day, time.max, tzinfo=ZoneInfo(timezone))


def said_by(vintages: list[dict[str, Any]], moment: datetime) -> dict[str, dict[str, Any]]:
    """The last statement about every period up to a moment, plans left out."""
    return {v["period"]: v for v in vintages if v["data_type"] != "plan" and v["stated_at"] <= moment}
