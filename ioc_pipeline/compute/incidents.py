"""Repair deadlines: incidents with their age, case and deadline (section 5.4 of the standard's notes), from append-only
events and the dated records of `data_contracts/incidents`.

Calendar days from the receipt of the delivery that opened it (the source does not say calendar or working days). Every
incident is reviewed within 5 days. Case 2 (the source was wrong and is corrected there): 10 in all. Case 3 (a complex
contradiction): 15. Case 1 is not described in the source: an incident nobody classified is case 1 and has the review's
5 days, since the review is what gives it another case (mark P).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.compute.coverage import incidents_in_time
from ioc_pipeline.compute.verdicts import Computed
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.incident_cases import IncidentCase
from ioc_pipeline.contracts.standard import Standard
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import TIMEZONE
from ioc_pipeline.store.incidents import OPENED

UNDECLARED = 1
"""The case of an incident that no record classifies."""
CASES = {
    1: Text("1 · chưa phân loại", "1 · not classified"),
    2: Text("2 · sai từ nguồn", "2 · source wrong"),
    3: Text("3 · mâu thuẫn phức tạp", "3 · complex contradiction"),
}
STATES = {
    "review": Text("đang mở, còn hạn rà soát", "open, under review"),
    "repair": Text("đang mở, còn hạn sửa", "open, being repaired"),
    "overdue": Text("đang mở, QUÁ HẠN", "open, OVERDUE"),
    "closed": Text("đã đóng", "closed"),
    "closed_late": Text("đã đóng, quá hạn", "closed late"),
}


@dataclass(frozen=True)
class Incident:
    """One incident with the deliveries that opened and closed it, its case and the deadline that follows from it;
    `closed_at` None while open. The closing delivery and its hash are the evidence of the repair."""

    id: str
    feed_id: str
    clause: str
    opened_at: datetime
    opened_delivery: str
    opened_file: str
    review_due_at: datetime
    repair_due_at: datetime
    complex_due_at: datetime
    case_no: int = UNDECLARED
    case_who: str | None = None
    case_why: Text | None = None
    case_evidence: str | None = None
    case_on: date | None = None
    opened_sha256: str | None = None
    closed_at: datetime | None = None
    closed_delivery: str | None = None
    closed_file: str | None = None
    closed_sha256: str | None = None

    @property
    def due_at(self) -> datetime:
        """The deadline of the incident's case."""
        return {2: self.repair_due_at, 3: self.complex_due_at}.get(self.case_no, self.review_due_at)

    def age_days(self, now: datetime) -> int:
        """Whole days from opening to closing, or to now."""
        return ((self.closed_at or now) - self.opened_at).days

    def overdue(self, now: datetime) -> bool:
        """True when it was closed after its deadline, or is open past it."""
        return (self.closed_at or now) > self.due_at

    def stage(self, now: datetime) -> str:
        """`closed` or `closed_late`; of an open one `review`, `repair` (reviewed, before its deadline) or `overdue`."""
        if self.closed_at is not None:
            return "closed_late" if self.overdue(now) else "closed"
        if self.overdue(now):
            return "overdue"
        return "review" if now <= self.review_due_at else "repair"


Event = tuple[str, str, str, str, str, str, datetime]


def incidents_of(
    events: Iterable[Event],
    standard: Standard,
    cases: Sequence[IncidentCase] = (),
    hashes: Mapping[tuple[str, str], str] | None = None,
    timezone: str = TIMEZONE,
) -> list[Incident]:
    """Incidents from events `(incident, feed, clause, event, delivery, file, at)` in the order they were added.

    `cases` are records in the order of their day, the last one about an incident counts; `hashes` are those of the
    deliveries' files by (feed, delivery); a day is one of `timezone`.
    """
    review, repair, complicated = (
        timedelta(days=standard.parameter(f"incident_{name}_days")) for name in ("review", "repair", "complex")
    )
    known = hashes or {}
    found: dict[str, Incident] = {}
    for incident, feed, clause, event, delivery, file_name, at in events:
        sha256 = known.get((feed, delivery))
        if event == OPENED:
            opened = Incident(
                incident, feed, clause, at, delivery, file_name, at + review, at + repair, at + complicated,
                opened_sha256=sha256,
            )  # fmt: skip
            day = at.astimezone(ZoneInfo(timezone)).date()
            said = [c for c in cases if c.is_of(incident, feed, clause, day)]
            found[incident] = _classified(opened, said[-1]) if said else opened
        elif incident in found:
            found[incident] = replace(
                found[incident], closed_at=at, closed_delivery=delivery, closed_file=file_name, closed_sha256=sha256
            )
    return list(found.values())


def _classified(incident: Incident, record: IncidentCase) -> Incident:
    return replace(
        incident,
        case_no=record.case,
        case_who=record.who,
        case_why=record.why,
        case_evidence=record.evidence,
        case_on=record.when,
    )


def read_incidents(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> list[Incident]:
    """All incidents of the warehouse, oldest first."""
    rows = connection.execute(
        'SELECT incident_id, feed_id, clause, event, delivery_id, file_name, "at" FROM incidents ORDER BY event_no'
    ).fetchall()
    hashes = connection.execute("SELECT feed_id, delivery_id, sha256 FROM deliveries").fetchall()
    return incidents_of(
        rows,
        catalogue.standard,
        catalogue.incident_cases,
        {(feed, delivery): sha256 for feed, delivery, sha256 in hashes},
        catalogue.province.timezone,
    )


def judged(incidents: Iterable[Incident], now: datetime) -> Computed:
    """Evidence of clause IOC-SONG-06: incidents within their deadline, of all."""
    listed = list(incidents)
    late = [i.id for i in listed if i.overdue(now)]
    return incidents_in_time(len(listed) - len(late), len(listed), late)
