"""What a release says that alerts look at: states of indicators, feeds, incidents and stuck tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.messages import Text

Owner = tuple[str, Text]
"""Id and name of an owner."""


@dataclass(frozen=True)
class Reading:
    """The newest value of an indicator in an area, with its status."""

    code: str
    area: str
    name: Text
    unit: Text
    status: str
    reason: Text
    period: str
    value: float | None
    target: float | None
    trust: str
    feed_id: str
    file_name: str | None
    simulated: bool
    grey_cause: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """What an alert keeps as evidence."""
        return {
            "code": self.code, "area": self.area, "status": self.status, "grey_cause": self.grey_cause,
            "period": self.period, "value": self.value, "target": self.target, "unit": self.unit.vi,
            "trust": self.trust, "feed": self.feed_id, "file": self.file_name, "simulated": self.simulated,
            "reason_vi": self.reason.vi, "reason_en": self.reason.en,
        }  # fmt: skip


@dataclass(frozen=True)
class FeedState:
    """Health of a feed and why."""

    feed_id: str
    title: Text
    health: str
    reason: Text


@dataclass(frozen=True)
class OpenIncident:
    """An incident that is open in the release."""

    incident_id: str
    feed_id: str
    clause: str
    due_at: datetime


@dataclass(frozen=True)
class Snapshot:
    """A release as alerts see it. `stuck` are tasks by id with their state of escalation (`stuck`, `must_escalate`)."""

    release_id: str
    readings: Mapping[tuple[str, str], Reading] = field(default_factory=dict)
    feeds: Mapping[str, FeedState] = field(default_factory=dict)
    incidents: Mapping[str, OpenIncident] = field(default_factory=dict)
    stuck: Mapping[str, str] = field(default_factory=dict)


_READINGS = """
SELECT code, area, name_vi, name_en, unit_vi, unit_en, v.status, status_reason_vi, status_reason_en, v.period, value,
       target, trust, v.feed_id, file_name, simulated, grey_cause
FROM indicator_values v JOIN indicators i USING (code)
WHERE is_latest AND area IN (SELECT unnest(?))
QUALIFY row_number() OVER (PARTITION BY code, area ORDER BY period_end DESC, known_at DESC NULLS LAST) = 1
"""


def read_snapshot(folder: Path, release_id: str, areas: tuple[str, ...]) -> Snapshot:
    """Read a release (`<folder>/release.duckdb`) for the areas watched; tables that an older release lacks are empty.

    Raises duckdb.Error when the file cannot be read.
    """
    with duckdb.connect(str(folder / "release.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")

        def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
            try:
                return connection.execute(sql, list(parameters)).fetchall()
            except duckdb.CatalogException:
                return []

        readings = [_reading(row) for row in rows(_READINGS, list(areas))]
        feeds = rows("SELECT feed_id, title_vi, title_en, health, health_reason_vi, health_reason_en FROM feeds")
        incidents = rows("SELECT incident_id, feed_id, clause, due_at FROM incidents WHERE state = 'open'")
        stuck = rows("SELECT task_id, escalation FROM task_followup WHERE escalation IN ('stuck', 'must_escalate')")
    return Snapshot(
        release_id,
        {(r.code, r.area): r for r in readings},
        {f[0]: FeedState(f[0], Text(f[1], f[2]), f[3], Text(f[4] or "", f[5] or "")) for f in feeds},
        {i[0]: OpenIncident(*i) for i in incidents},
        dict(stuck),
    )


def _reading(row: tuple[Any, ...]) -> Reading:
    (code, area, name_vi, name_en, unit_vi, unit_en, status, why_vi, why_en, period, value, target, trust, feed,
     file_name, simulated, grey) = row  # fmt: skip
    return Reading(
        code, area, Text(name_vi, name_en), Text(unit_vi, unit_en), status, Text(why_vi or "", why_en or ""), period,
        value, target, trust, feed, file_name, simulated, grey,
    )  # fmt: skip
