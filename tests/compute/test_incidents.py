"""Incidents: age and the 5/10/15 days, from append-only events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ioc_pipeline.compute.incidents import incidents_of, judged

OPENED = datetime(2026, 11, 1, 8, tzinfo=UTC)
OPEN = ("i1", "f", "IOC-SACH-01", "opened", "d1", "a.csv", OPENED)


@pytest.mark.parametrize(
    ("days", "stage", "overdue"),
    [(0, "review", False), (5, "review", False), (6, "repair", False), (10, "repair", False), (11, "complex", True),
     (15, "complex", True), (16, "overdue", True)],
)  # fmt: skip
def test_the_stage_of_an_open_incident(catalogue, days, stage, overdue):
    (incident,) = incidents_of([OPEN], catalogue.standard)
    now = OPENED + timedelta(days=days)
    assert (incident.stage(now), incident.overdue(now), incident.age_days(now)) == (stage, overdue, days)


def test_closing_names_its_delivery_and_stops_the_clock(catalogue):
    closed = OPENED + timedelta(days=3)
    events = [OPEN, ("i1", "f", "IOC-SACH-01", "closed", "d2", "b.csv", closed)]
    (incident,) = incidents_of(events, catalogue.standard)
    later = OPENED + timedelta(days=300)
    assert (incident.closed_delivery, incident.stage(later), incident.overdue(later)) == ("d2", "closed", False)
    assert incident.age_days(later) == 3
    assert judged([incident], later).verdict == "pass"


def test_no_incident_is_no_pass_and_a_late_one_fails(catalogue):
    assert judged([], OPENED).verdict == "undetermined"
    assert judged(incidents_of([OPEN], catalogue.standard), OPENED + timedelta(days=11)).verdict == "fail"
