"""Which changes between two releases open an alert, how causes join, and how an alert lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ioc_pipeline.messages import IocError, Text
from ioc_pipeline.operations import steps
from ioc_pipeline.operations.alerts import alerts_of
from ioc_pipeline.operations.causes import findings, recovered
from ioc_pipeline.operations.follow import escalate_overdue, evaluate
from ioc_pipeline.operations.snapshot import FeedState, OpenIncident, Reading, Snapshot
from ioc_pipeline.operations.store import OperationsStore

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
NO = Text("", "")


def reading(code: str, status: str, feed: str = "board_766") -> Reading:
    return Reading(code, "56", NO, NO, status, NO, "2026-10", 1.0, 2.0, "verified", feed, "a.xlsx", False)


def snapshot(name: str, statuses: dict[str, str], health: dict[str, str] | None = None, **more) -> Snapshot:
    feeds = {f: FeedState(f, NO, h, NO) for f, h in (health or {"board_766": "ok"}).items()}
    return Snapshot(name, {(c, "56"): reading(c, s) for c, s in statuses.items()}, feeds, **more)


TWENTY = [f"X{n:02d}" for n in range(20)]


@pytest.fixture(scope="module")
def rules(catalogue):
    return catalogue.operations.alerts


@pytest.fixture
def store(places):
    made = OperationsStore(places)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("before", "after", "fired"),
    [
        ("green", "amber", "indicator_amber"),
        ("green", "red", "indicator_red"),
        ("amber", "red", "indicator_red"),
        ("grey", "red", "indicator_red"),
        (None, "red", "indicator_first_red"),
        ("red", "grey", "indicator_grey"),
        ("red", "red", None),
        ("red", "amber", None),
        ("red", "green", None),
        ("grey", "green", None),
        (None, "amber", None),
        (None, "grey", None),
    ],
)
def test_an_alert_fires_on_a_change_only(rules, before, after, fired):
    old = snapshot("R1", {"A": before} if before else {})
    found = findings(old, snapshot("R2", {"A": after}), rules)
    assert [f.trigger.id for f in found] == ([fired] if fired else [])


def test_a_late_feed_with_twenty_indicators_is_one_alert(rules):
    old = snapshot("R1", dict.fromkeys(TWENTY, "green"))
    late = snapshot("R2", dict.fromkeys(TWENTY, "grey"), {"board_766": "late"})
    (found,) = findings(old, late, rules)
    assert found.cause == "feed:board_766" and found.trigger.id == "feed_late" and set(found.members) == set(TWENTY)
    assert len(found.evidence["indicators"]) == 20


def test_an_incident_joins_its_feed_and_the_severest_names_the_alert(rules):
    incident = OpenIncident("i", "board_766", "IOC-SACH-01", NOW)
    late = snapshot("R2", {"A": "red"}, {"board_766": "late"}, incidents={"i": incident})
    found = {f.cause: f for f in findings(snapshot("R1", {"A": "green"}), late, rules)}
    assert set(found) == {"feed:board_766", "indicator:A:56"}, "red on figures that did come is a matter of its own"
    assert found["feed:board_766"].trigger.id == "incident_opened"
    assert "IOC-SACH-01" in found["feed:board_766"].members
    assert "feed:board_766" not in recovered({"feed:board_766": ()}, replace(late, feeds={}), rules)


def test_stuck_tasks_are_one_matter_for_the_leaders(rules):
    old = snapshot("R1", {}, stuck={"N1": "stuck", "N2": "must_escalate"})
    (found,) = findings(old, snapshot("R2", {}, stuck={"N1": "must_escalate", "N2": "must_escalate"}), rules)
    assert found.members == ("N1",) and found.trigger.id == "task_stuck"


def follow(store, catalogue, rules, before, after, now=NOW):
    with store.writing(now) as ledger:
        return evaluate(ledger, catalogue, rules, before, after)


def test_the_same_state_again_opens_nothing_and_a_relapse_changes_the_open_alert(store, catalogue, rules):
    green, amber, red = (snapshot(f"R{n}", {"HC_TAISD": s}) for n, s in enumerate(("green", "amber", "red"), 1))
    assert follow(store, catalogue, rules, green, amber).opened == ("CB-0001",)
    again = replace(amber, release_id="R2b")
    assert not any((f := follow(store, catalogue, rules, amber, again), f.opened, f.changed)[1:])
    worse = follow(store, catalogue, rules, again, red)
    assert (worse.opened, worse.changed) == ((), ("CB-0001",))
    alert = alerts_of(store.events())["CB-0001"]
    assert (alert.severity, alert.evidence["from"], alert.evidence["to"]) == ("critical", "amber", "red")
    assert alert.owner["id"] == catalogue.indicators["HC_TAISD"].owner_id and alert.guidance.vi
    assert alert.evidence["previous_release"] == "R2b" and alert.evidence["now"]["value"] == 1.0
    better = follow(store, catalogue, rules, red, replace(green, release_id="R4"))
    assert better.recovered == ("CB-0001",) and alerts_of(store.events())["CB-0001"].recovered
    assert alerts_of(store.events())["CB-0001"].live, "a person closes"
    halfway = follow(store, catalogue, rules, red, replace(amber, release_id="R5"))
    assert halfway.changed == ("CB-0001",) and not alerts_of(store.events())["CB-0001"].recovered


def test_first_judgements_are_one_alert_per_owner_and_each_indicator_is_closed_with_evidence(store, catalogue, rules):
    office = [c.code for c in catalogue.indicators.values() if c.owner_id == "vp_ubnd"][:3]
    alone = next(c.code for c in catalogue.indicators.values() if c.owner_id == "so_y_te")
    first = snapshot("R1", dict.fromkeys([*office, alone], "red"))
    assert follow(store, catalogue, rules, None, first).opened == ("CB-0001", "CB-0002")
    whole, single = alerts_of(store.events()).values()
    assert set(whole.members) == set(office) and single.cause == f"indicator:{alone}:56"
    assert whole.owner["id"] == "vp_ubnd" and whole.subject.vi == "3 chỉ tiêu của Văn phòng UBND tỉnh"
    assert [p["now"]["code"] for p in whole.evidence["indicators"]] == list(whole.members) and whole.due_on

    def do(step, *arguments):
        with store.writing(NOW) as ledger:
            return step(ledger, "CB-0001", *arguments)

    do(steps.acknowledge, "an")
    with pytest.raises(IocError, match="evidence is missing"):
        do(steps.settle, office[0], "an", None)
    with pytest.raises(IocError, match="not among the indicators"):
        do(steps.settle, alone, "an", "BC 1")
    assert do(steps.settle, office[0].lower(), "an", "BC 1").unsettled == tuple(office[1:])
    # Green and red again: the open alert changes; the one that was closed on its own is news.
    states = dict.fromkeys([*office, alone], "red")
    green = snapshot("R2", states | {office[0]: "green", office[1]: "green"})
    assert not follow(store, catalogue, rules, first, green).recovered, "one of the list is still red"
    again = follow(store, catalogue, rules, green, snapshot("R3", states))
    assert (again.opened, again.changed) == (("CB-0003",), ("CB-0001",))
    assert alerts_of(store.events())["CB-0003"].cause == f"indicator:{office[0]}:56"
    good = follow(store, catalogue, rules, snapshot("R3", states), snapshot("R4", dict.fromkeys(states, "green")))
    assert "CB-0001" in good.recovered
    do(steps.settle, office[1], "an", "BC 2")
    closed = do(steps.settle, office[2], "an", "BC 3")
    assert closed.state == "closed" and closed.closed_recovered and "BC 2" in str(closed.closing_evidence)


def test_several_of_an_open_list_that_get_worse_are_one_change_and_none_is_lost(store, catalogue, rules):
    office = [c.code for c in catalogue.indicators.values() if c.owner_id == "vp_ubnd"][:5]
    listed, new = dict.fromkeys(office[:3], "red"), dict.fromkeys(office[3:], "red")
    better = snapshot("R2", listed | dict.fromkeys(office[:2], "green"))
    follow(store, catalogue, rules, None, snapshot("R1", listed))
    follow(store, catalogue, rules, snapshot("R1", listed), better)
    worse = follow(store, catalogue, rules, better, snapshot("R3", listed))
    assert (worse.opened, worse.changed) == ((), ("CB-0001",))
    alert = alerts_of(store.events())["CB-0001"]
    said = {pair["now"]["code"]: pair["before"] for pair in alert.evidence["indicators"]}
    assert {code: before and before["status"] for code, before in said.items()} == {
        office[0]: "green", office[1]: "green", office[2]: None,
    }  # fmt: skip
    more = follow(store, catalogue, rules, snapshot("R3", listed), snapshot("R4", listed | new))
    assert more.changed == ("CB-0001",), "red at first sight, of the same owner"
    alert = alerts_of(store.events())["CB-0001"]
    assert [pair["now"]["code"] for pair in alert.evidence["indicators"]] == [office[2], *office[:2], *office[3:]]


def test_the_life_of_an_alert(store, catalogue, rules):
    follow(store, catalogue, rules, None, snapshot("R1", {"HC_TAISD": "red"}))

    def do(step, *arguments, **named):
        with store.writing(NOW) as ledger:
            return step(ledger, "cb-0001", *arguments, **named)

    refused = [
        (steps.act, ("an", "sửa"), "assign first"),
        (steps.assign, ("an", "bình"), "acknowledge first"),
        (steps.close, ("an", "BC 1"), "acknowledge first"),
    ]
    for step, arguments, words in refused:
        with pytest.raises(IocError, match=words):
            do(step, *arguments)
    assert do(steps.acknowledge, "an").state == "acknowledged"
    with pytest.raises(IocError, match="only an open alert"):
        do(steps.acknowledge, "an")
    assert do(steps.assign, "an", "Bình").assignee == "Bình"
    assert do(steps.assign, "an", "Chi").assignee == "Chi", "exactly one"
    assert do(steps.act, "chi", "làm lại").state == "acting"
    assert do(steps.escalate, "chi", rules, "vướng thẩm quyền").level == 1
    for evidence in (None, "", "  "):
        with pytest.raises(IocError, match="evidence is missing"):
            do(steps.close, "chi", evidence)
    closed = do(steps.close, "chi", "BC 12/BC-VP")
    assert (closed.state, closed.closed_recovered, closed.closing_evidence) == ("closed", False, "BC 12/BC-VP")
    with pytest.raises(IocError, match="is closed"):
        do(steps.act, "chi", "thêm")
    assert [e.kind for e in closed.history] == [
        "opened", "acknowledged", "assigned", "assigned", "acting", "escalated", "closed",
    ]  # fmt: skip
    reopened = follow(
        store, catalogue, rules, snapshot("R1", {"HC_TAISD": "green"}), snapshot("R2", {"HC_TAISD": "red"})
    )
    assert reopened.opened == ("CB-0002",), "a new change is a new alert"


def test_what_is_overdue_goes_up_level_by_level_once(store, catalogue, rules):
    follow(store, catalogue, rules, None, snapshot("R1", {"HC_TAISD": "red"}))
    due = alerts_of(store.events())["CB-0001"].due_on

    def up(days: int) -> tuple[str, ...]:
        at = datetime(due.year, due.month, due.day, 5, tzinfo=UTC) + timedelta(days=days)
        with store.writing(at) as ledger:
            return escalate_overdue(ledger, rules, "Asia/Ho_Chi_Minh")

    assert [up(d) for d in (0, 1, 1, 2, 20, 21)] == [(), ("CB-0001",), (), (), ("CB-0001",), ()]
    alert = alerts_of(store.events())["CB-0001"]
    assert alert.level == 2 and alert.escalated_to["id"] == rules.escalation[1][1].id


def test_a_release_is_evaluated_once(store, catalogue, rules):
    after = snapshot("R1", {"HC_TAISD": "red"})
    follow(store, catalogue, rules, None, after)
    with store.writing(NOW) as ledger:  # a second process with the same two releases
        evaluate(ledger, catalogue, rules, None, after)
    assert sum(e.kind == "evaluated" for e in store.events()) == 1
    assert sum(e.kind == "opened" for e in store.events()) == 1


def test_a_decision_is_one_of_two_signed_dated_and_once_per_obstacle(store, catalogue):
    outcomes = catalogue.operations.tasks.outcomes

    def decide(outcome="huong_giai_quyet", signed_by="Chủ tịch", on=date(2026, 11, 19), document="45/TB", since=None):
        with store.writing(NOW) as ledger:
            return steps.decide(
                ledger, "N1", outcome, outcomes, who="an", signed_by=signed_by, on=on, document=document,
                today=date(2026, 11, 20), stuck_since=since,
            )  # fmt: skip

    for wrong, says in (
        ({"outcome": "để sau"}, "exactly one of two"),
        ({"signed_by": " "}, "who signed it"),
        ({"document": ""}, "who signed it"),
        ({"on": date(2026, 11, 21)}, "in the future"),
    ):
        with pytest.raises(IocError, match=says):
            decide(**wrong)
    assert decide(since=date(2026, 11, 1)).evidence == "45/TB"
    with pytest.raises(IocError, match="was decided"):
        decide(outcome="ra_khoi_ke_hoach", since=date(2026, 11, 1))
    assert decide(since=date(2026, 11, 20), on=date(2026, 11, 20)).seq == 2, "a new obstacle, a new decision"
