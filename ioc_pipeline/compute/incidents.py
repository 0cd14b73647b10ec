"""Repair deadlines: incidents with their age and the 5/10/15 days of section 5.4, from append-only events.

Calendar days (the source does not say calendar or working days). Review within 5 days; corrected at source within 10
in all (case 2, the deadline an incident is judged by); a complex contradiction (case 3) within 15. Case 1 is not
described in the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb

from ioc_pipeline.compute.coverage import incidents_in_time
from ioc_pipeline.compute.verdicts import Computed
from ioc_pipeline.contracts.standard import Standard
from ioc_pipeline.store.incidents import OPENED


@dataclass(frozen=True)
class Incident:
    """One incident with the deliveries that opened and closed it; `closed_at` None while open."""

    id: str
    feed_id: str
    clause: str
    opened_at: datetime
    opened_delivery: str
    opened_file: str
    review_due_at: datetime
    repair_due_at: datetime
    complex_due_at: datetime
    closed_at: datetime | None = None
    closed_delivery: str | None = None
    closed_file: str | None = None

    def age_days(self, now: datetime) -> int:
        """Whole days from opening to closing, or to now."""
        return ((self.closed_at or now) - self.opened_at).days

    def overdue(self, now: datetime) -> bool:
        """True when it was closed after the repair deadline, or is open past it."""
        return (self.closed_at or now) > self.repair_due_at

    def stage(self, now: datetime) -> str:
        """`closed`, or of an open one `review`, `repair`, `complex`, `overdue`: the first deadline not yet past."""
        if self.closed_at is not None:
            return "closed"
        for name, due in (
            ("review", self.review_due_at),
            ("repair", self.repair_due_at),
            ("complex", self.complex_due_at),
        ):
            if now <= due:
                return name
        return "overdue"


Event = tuple[str, str, str, str, str, str, datetime]


def incidents_of(events: Iterable[Event], standard: Standard) -> list[Incident]:
    """Incidents from events `(incident, feed, clause, event, delivery, file, at)` in the order they were added."""
    review, repair, complicated = (
        timedelta(days=standard.parameter(f"incident_{name}_days")) for name in ("review", "repair", "complex")
    )
    found: dict[str, Incident] = {}
    for incident, feed, clause, event, delivery, file_name, at in events:
        if event == OPENED:
            found[incident] = Incident(
                incident, feed, clause, at, delivery, file_name, at + review, at + repair, at + complicated
            )
        elif incident in found:
            found[incident] = replace(found[incident], closed_at=at, closed_delivery=delivery, closed_file=file_name)
    return list(found.values())


def read_incidents(connection: duckdb.DuckDBPyConnection, standard: Standard) -> list[Incident]:
    """All incidents of the warehouse, oldest first."""
    rows = connection.execute(
        'SELECT incident_id, feed_id, clause, event, delivery_id, file_name, "at" FROM incidents ORDER BY event_no'
    ).fetchall()
    return incidents_of(rows, standard)


def judged(incidents: Iterable[Incident], now: datetime) -> Computed:
    """Evidence of clause IOC-SONG-06: incidents within their deadline, of all."""
    listed = list(incidents)
    late = [i.id for i in listed if i.overdue(now)]
    return incidents_in_time(len(listed) - len(late), len(listed), late)
