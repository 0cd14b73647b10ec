"""Rules of the sources on tasks, reminders, ranking and fields: tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ioc_pipeline.operations import fields, ranking, tasks
from ioc_pipeline.operations.events import UNIT, NewEvent, chained
from ioc_pipeline.operations.reminder_register import reminded_units
from ioc_pipeline.operations.tasks import Task, conduct, task_of
from ioc_pipeline.operations.working_days import add_days

TODAY = date(2026, 11, 20)  # a Friday
TASK = Task(
    "tasks", "N1", None, "nq57", None, None, "H32.07", "bao-cao", date(2026, 9, 1), date(2026, 11, 10), "open", 50.0,
    None, None, True,
)  # fmt: skip


@pytest.fixture(scope="module")
def rules(catalogue):
    return catalogue.operations.tasks


@pytest.mark.parametrize(
    ("change", "followed"),
    [
        ({}, "overdue"),
        ({"due": date(2026, 11, 20)}, "not_due"),
        ({"state": "done", "done": date(2026, 11, 10), "proof": "12/BC"}, "in_time"),
        ({"state": "done", "done": date(2026, 11, 11), "proof": "12/BC"}, "late"),
        ({"state": "done", "done": date(2026, 11, 1)}, "unproven"),
        ({"state": "done", "done": date(2026, 11, 1), "proof_asked": False}, "in_time"),
        ({"state": "done", "proof": "12/BC"}, "undetermined"),
        ({"state": "stopped"}, "stopped"),
        ({"state": None}, "undetermined"),
        ({"due": None}, "undetermined"),
    ],
)
def test_done_counts_only_in_time_and_proven(change, followed):
    assert replace(TASK, **change).followed(TODAY) == followed


def test_a_task_states_time_responsibility_and_result():
    assert TASK.missing == ()
    assert replace(TASK, due=None, unit=None, result=None).missing == ("time", "responsibility", "result")
    assert replace(TASK, unit="").missing == ("responsibility",)


@pytest.mark.parametrize(
    ("change", "kind", "step"),
    [
        ({}, "calendar", "clear"),
        ({"stuck": date(2026, 11, 13)}, "calendar", "stuck"),  # seven days, not more
        ({"stuck": date(2026, 11, 12)}, "calendar", "must_escalate"),
        ({"stuck": date(2026, 11, 12)}, "working", "stuck"),  # six working days
        ({"stuck": date(2026, 11, 10)}, "working", "must_escalate"),
        ({"stuck": date(2026, 9, 1), "escalated": date(2026, 9, 30)}, "calendar", "awaiting_decision"),
        ({"stuck": date(2026, 9, 1), "decided": date(2026, 9, 30)}, "calendar", "decided"),
        ({"stuck": date(2026, 9, 1), "resolved": date(2026, 9, 3)}, "calendar", "clear"),
        ({"stuck": date(2026, 9, 1), "state": "done"}, "calendar", "clear"),
    ],
)
def test_a_difficult_task_goes_up_after_a_week(change, kind, step):
    assert replace(TASK, **change).escalation(TODAY, 7, kind) == step


def test_working_days_know_the_holidays_of_viet_nam():
    assert add_days(date(2026, 2, 13), 1, "working") == date(2026, 2, 23), "the lunar New Year of 2026"
    assert add_days(date(2026, 2, 13), 1, "calendar") == date(2026, 2, 14)
    assert add_days(date(2026, 11, 21), 0, "working") == date(2026, 11, 23)


def test_conduct_counts_each_task_once():
    stuck = replace(TASK, id="N2", stuck=date(2026, 9, 1), result=None)
    late_up = replace(TASK, id="N3", stuck=date(2026, 9, 1), escalated=date(2026, 9, 30))
    old = replace(TASK, id="N4", due=date(2025, 1, 1), state="done", unit=None)
    found = conduct([TASK, stuck, late_up, old], TODAY, 7, "calendar")
    assert (found.counted, found.right, found.awaiting) == (3, 1, 1)
    assert found.incomplete == found.not_sent_up == ("N2",) and found.sent_up_late == ("N3",)


def test_reminders_one_letter_a_month_or_one_per_item(rules):
    late = [
        ranking.Late("H32.07", day, what, "task")
        for day, what in ((date(2026, 3, 2), "a"), (date(2026, 3, 30), "b"), (date(2026, 5, 1), "c"))
    ]
    late.append(ranking.Late("H32.07", date(2025, 5, 1), "last year", "task"))
    by_month = ranking.reminders(late, "month", 2026)
    assert [(r.on, r.what) for r in by_month] == [(date(2026, 3, 2), ("a", "b")), (date(2026, 5, 1), ("c",))]
    assert len(ranking.reminders(late, "item", 2026)) == 3
    assert len(ranking.reminders(late, "month", 2026, {("H32.07", "2026-03")})) == 1


@pytest.mark.parametrize(
    ("count", "leads_to"), [(0, "none"), (2, "none"), (3, "review"), (5, "review"), (6, "discipline")]
)
def test_three_reminders_six_reminders(count, leads_to):
    assert ranking.consequence(count, 3, 6) == leads_to


def test_reminders_by_hand_count_and_a_waived_month_does_not():
    def said(seq, kind, body):
        return chained(NewEvent(UNIT, "so_y_te", kind, "a", body), seq, date_time, "0" * 64)

    from datetime import UTC, datetime

    date_time = datetime(2026, 11, 1, tzinfo=UTC)
    events = [
        said(1, "reminded", {"on": "2026-10-05", "why": "báo cáo"}),
        said(2, "reminded", {"on": "2025-10-05", "why": "năm trước"}),
        said(3, "waived", {"month": "2026-04", "why": "chờ bộ"}),
    ]
    by_rule = [("so_y_te", date(2026, m, 3), "x") for m in (3, 4, 5)]
    (unit,) = reminded_units(by_rule, events, 2026, 3, 6)
    assert (unit.count, len(unit.by_rule), len(unit.by_hand), len(unit.waived)) == (3, 2, 1, 1)
    assert unit.consequence == "review"


def _unit(unit: str, in_time: int, late: int, **change) -> list[Task]:
    done = [replace(TASK, id=f"{unit}-{n}", unit=unit, state="done", proof="x", done=date(2026, 11, 1), **change)
            for n in range(in_time)]  # fmt: skip
    return done + [replace(TASK, id=f"{unit}-l{n}", unit=unit, **change) for n in range(late)]


def test_units_are_ranked_inside_their_class_and_never_on_undetermined_data(rules):
    all_tasks = [
        *_unit("H32.01", 9, 1), *_unit("H32.02", 9, 1), *_unit("H32.03", 5, 5), *_unit("H32.04", 2, 0),
        *_unit("H32.101", 6, 0), *_unit("H32.05", 8, 0), replace(TASK, id="?", unit="H32.05", result=None),
    ]  # fmt: skip
    found = {u.unit: u for u in ranking.standings(all_tasks, rules, TODAY, {"so_y_te": 6}, 3, 6)}
    assert {u: (s.rank, s.of, s.score) for u, s in found.items()} == {
        "H32.01": (1, 3, 90.0), "H32.02": (1, 3, 90.0), "H32.03": (3, 3, 50.0),  # equal scores share a rank
        "H32.04": (None, 3, None),  # too few due
        "H32.05": (None, 3, None),  # one task does not say what result is due
        "H32.101": (1, 1, 100.0),  # communes among communes
        "so_y_te": (None, 3, None),
    }  # fmt: skip
    assert found["so_y_te"].consequence == "discipline" and "H32.05" in found
    assert found["H32.03"].due == 10 and found["H32.03"].counts["overdue"] == 5


def test_a_task_that_went_up_costs_no_points(rules):
    plain = _unit("H32.01", 9, 1)
    asked = [replace(t, stuck=date(2026, 10, 1), escalated=date(2026, 10, 3)) for t in plain]
    scores = [ranking.standings(found, rules, TODAY, {}, 3, 6)[0].score for found in (plain, asked)]
    assert scores == [90.0, 90.0]


def test_late_tasks_of_ranked_registers_only(rules):
    late = ranking.late_tasks([TASK, replace(TASK, id="K", feed_id="st_tasks")], rules, TODAY)
    assert [(entry.unit, entry.on, entry.what) for entry in late] == [("H32.07", date(2026, 11, 11), "N1")]


@pytest.mark.parametrize(
    ("last", "live", "in_hand", "state"),
    [
        (date(2026, 10, 31), True, 0, "covered"),
        (None, False, 3, "covered"),
        (date(2026, 6, 30), False, 0, "vacant"),
        (date(2025, 6, 30), False, 0, "reminder"),
        (None, False, 0, "reminder"),  # never had a value: since 1 July 2025
        (date(2023, 6, 30), False, 0, "warning"),
        (date(2021, 6, 30), False, 0, "limit"),
    ],
)
def test_a_vacant_field_is_reminded_then_warned(rules, last, live, in_hand, state):
    field = next(f for f in rules.fields if f.id == "y_te")
    cards = [fields.CardState("YT_BHYT", "x", "", live, last), fields.CardState("OTHER", "x", "", True, TODAY)]
    found = fields.coverage(field, cards, in_hand, TODAY, date(2025, 7, 1), (1, 3, 5))
    assert found.state == state and found.cards == 1
    assert (found.vacant_since is None) == (state == "covered")


def test_a_row_becomes_a_task_by_the_declared_columns(rules):
    register = next(r for r in rules.registers if r.feed == "st_tasks")
    row = {"id": "NV1", "unit": " ", "result": "Đặt hàng 1", "due": TODAY, "state": "nghiem_thu", "done": TODAY}
    task = task_of(row, register)
    assert (task.group, task.state, task.missing, task.proof_asked) == ("khcn", "done", ("responsibility",), True)
    assert task.followed(TODAY) == "unproven", "accepted, but nobody uses the result"
    assert task_of(row | {"state": "lạ"}, register).followed(TODAY) == tasks.UNDETERMINED
