"""What was said about an indicator's values, when, and what is known now."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.lookup.sources import has_table, rows

_COLUMNS = (
    "period", "period_end", "data_type", "value", "numerator", "denominator", "stated_at", "known_at", "published_at",
    "delivery_id", "file_name", "location",
)  # fmt: skip


def vintages_of(connection: duckdb.DuckDBPyConnection, card: Indicator, area: str) -> list[dict[str, Any]] | None:
    """Every statement about the card's values in an area, oldest first; plans are among them (data_type `plan`).

    Read from the release, else from the warehouse's observations; None when neither keeps any (a value computed from
    records by a release without vintages).
    """
    if has_table(connection, "indicator_vintages"):
        return rows(
            connection,
            f"SELECT {', '.join(_COLUMNS)} FROM release.indicator_vintages WHERE code = ? AND area = ? "
            "ORDER BY period_end, period, stated_at, known_at, vintage",
            [card.code, area],
        )
    select = card.selection
    if "indicator" not in select or not has_table(connection, "observations", "ioc"):
        return None
    return rows(
        connection,
        "SELECT o.period, o.period_end, o.data_type, o.value - ? AS value, o.numerator, o.denominator, o.stated_at, "
        "o.known_at, o.published_at, o.delivery_id, d.file_name, concat_ws('!', o.sheet, o.cell) AS location "
        "FROM observations o JOIN deliveries d USING (feed_id, delivery_id) "
        "WHERE o.feed_id = ? AND o.indicator = ? AND o.measure = ? AND o.item IS NOT DISTINCT FROM ? AND o.area = ? "
        "ORDER BY o.period_end, o.period, o.stated_at, o.known_at, o.delivery_id",
        [float(select.get("minus", 0)), card.feed, select["indicator"], select["measure"], select.get("item"), area],
    )


def end_of(day: date, timezone: str) -> datetime:
    """Last moment of a day, local time: what was said on the day counts as said then."""
    return datetime.combine(day, time.max, tzinfo=ZoneInfo(timezone))


def said_by(vintages: list[dict[str, Any]], moment: datetime) -> dict[str, dict[str, Any]]:
    """The last statement about every period up to a moment, plans left out."""
    return {v["period"]: v for v in vintages if v["data_type"] != "plan" and v["stated_at"] <= moment}
