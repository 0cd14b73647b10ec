"""Incidents: age and the 5/10/15 days, from append-only events."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ioc_pipeline.compute.incidents import incidents_of, judged
from ioc_pipeline.contracts.incident_cases import IncidentCase
from ioc_pipeline.messages import Text

OPENED = datetime(2026, 11, 1, 8, tzinfo=UTC)
OPEN = ("i1", "f", "IOC-SACH-01", "opened", "d1", "a.csv", OPENED)


@pytest.mark.parametrize(
    ("days", "stage", "overdue"),
    [(0, "review", False), (5, "review", False), (6, "overdue", True)],
)
def test_an_incident_nobody_classified_has_the_days_of_the_review(catalogue, days, stage, overdue):
    (incident,) = incidents_of([OPEN], catalogue.standard)
    assert incident.case_no == 1 and incident.due_at == incident.review_due_at
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


def case(number: int, when: int = 3, **named: object) -> IncidentCase:
    named = named or {"incident": "i1"}
    return IncidentCase(number, "A", Text("vì", "because"), "CV 1", date(2026, 11, when), **named)


@pytest.mark.parametrize(
    ("number", "days", "stage"),
    [(2, 5, "review"), (2, 6, "repair"), (2, 10, "repair"), (2, 11, "overdue"), (3, 15, "repair"), (3, 16, "overdue")],
)
def test_the_declared_case_sets_the_deadline(catalogue, number, days, stage):
    (incident,) = incidents_of([OPEN], catalogue.standard, [case(number)])
    assert incident.stage(OPENED + timedelta(days=days)) == stage
    assert (incident.case_no, incident.case_who, incident.case_evidence) == (number, "A", "CV 1")


def test_a_record_names_the_incident_by_feed_clause_and_local_day_and_the_last_record_counts(catalogue):
    late = ("i2", "f", "IOC-SACH-01", "opened", "d3", "c.csv", datetime(2026, 11, 1, 20, tzinfo=UTC))  # 2 November here
    named = {"feed": "f", "clause": "IOC-SACH-01", "opened": date(2026, 11, 2)}
    first, second = incidents_of([OPEN, late], catalogue.standard, [case(2, **named), case(3, 4, **named)])
    assert (first.case_no, second.case_no) == (1, 3)


def test_closing_late_stays_late_and_carries_the_hash_of_its_evidence(catalogue):
    closed = OPENED + timedelta(days=12)
    events = [OPEN, ("i1", "f", "IOC-SACH-01", "closed", "d2", "b.csv", closed)]
    (incident,) = incidents_of(events, catalogue.standard, [case(2)], {("f", "d2"): "abc"})
    assert (incident.stage(closed), incident.closed_sha256, incident.overdue(closed)) == ("closed_late", "abc", True)
    assert judged([incident], closed).verdict == "fail"
