"""Said then and known now: every change of a cell is a vintage, and no statement is ever lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.compute.incremental import refresh
from ioc_pipeline.compute.vintages import known_now, refresh_vintages, said_then
from tests.compute.engine_fixture import COMMUNES, DAY_ONE, card, deliver, item, statement, warehouse, with_cards
from tests.compute.test_cells import COUNT, EARLY, LATE, NOW, five_cards

ALL = "SELECT * FROM indicator_vintages ORDER BY ALL"
OF_CELL = (
    "SELECT vintage, value, value_status, stated_at FROM indicator_vintages WHERE code = ? AND area = ? AND period = ? "
    "AND data_type = ? ORDER BY vintage"
)


def day(number: float) -> datetime:
    return DAY_ONE + timedelta(days=number)


def said(con, *cell):
    return [(v, value, (at - DAY_ONE).days) for v, value, _, at in con.execute(OF_CELL, cell).fetchall()]


@pytest.fixture(scope="module")
def told(catalogue):
    """A figure revised silently and later made official; two pieces of feedback; one moves to another month."""
    own = catalogue.province.code
    con, cards = warehouse(), with_cards(catalogue, five_cards(catalogue))
    deliver(con, catalogue, "province_published", 0, [statement("TT", own, "2025", 8.0)])
    deliver(con, catalogue, "feedback", 0, [item("A", COMMUNES[0], "2026-08-10", answered=EARLY)])
    deliver(con, catalogue, "province_published", 3, [statement("TT", own, "2025", 8.2)])
    deliver(con, catalogue, "feedback", 5, [item("B", COMMUNES[0], "2026-08-11", answered=LATE, seen=5)])
    deliver(con, catalogue, "province_published", 7, [statement("TT", own, "2025", 8.3, "official")])
    deliver(con, catalogue, "feedback", 8, [item("A", COMMUNES[0], "2026-07-10", answered=EARLY, seen=8)])
    refresh(con, cards, NOW)
    refresh_vintages(con, cards)
    return con, cards


def test_a_silent_revision_shows_as_a_revision(told, catalogue):
    con, _ = told
    own = catalogue.province.code
    assert said(con, "KC_TT", own, "2025", "actual") == [(1, 8.0, 0), (2, 8.2, 3)]
    assert said(con, "KC_TT", own, "2025", "official") == [(1, 8.3, 7)]
    assert said(con, "KC_D", own, "2025", "actual") == [(1, 8.0, 0), (2, 8.2, 3), (3, 8.3, 7)]


def test_a_computed_value_changes_when_its_records_do(told, catalogue):
    con, _ = told
    own = catalogue.province.code
    assert said(con, "KC_R", own, "2026-08", "actual") == [(1, 100.0, 0), (2, 50.0, 5), (3, 0.0, 8)]
    assert said(con, "KC_S", COMMUNES[0], "2026-08", "actual") == [(1, 1, 0), (2, 2, 5), (3, 1, 8)]
    assert said(con, "KC_C", own, "2026-08", "actual") == [(1, 50.0, 0), (2, 25.0, 5), (3, 0.0, 8)]


@pytest.mark.parametrize(
    ("code", "period", "at", "value"),
    [
        ("KC_TT", "2025", -1, None), ("KC_TT", "2025", 2, 8.0), ("KC_TT", "2025", 3, 8.2), ("KC_TT", "2025", 9, 8.3),
        ("KC_R", "2026-08", 4.5, 100.0), ("KC_R", "2026-08", 6, 50.0), ("KC_C", "2026-08", 6, 25.0),
        ("KC_R", "2026-07", 6, None), ("KC_R", "2026-07", 8, 0.0), ("KC_KHONG", "2025", 9, None),
    ],
)  # fmt: skip
def test_said_then(told, catalogue, code, period, at, value):
    con, cards = told
    found = said_then(con, cards, code, catalogue.province.code, period, day(at))
    assert (found["value"] if found else None) == value


def test_known_now_is_what_was_said_last(told, catalogue):
    con, cards = told
    own = catalogue.province.code
    for code, period in (("KC_TT", "2025"), ("KC_R", "2026-08"), ("KC_D", "2025")):
        now, then = known_now(con, cards, code, own, period), said_then(con, cards, code, own, period, NOW)
        assert now is not None and now == then


def test_what_a_feed_no_longer_gives_was_withdrawn(catalogue):
    cards = with_cards(catalogue, [card(catalogue, "KC_S", COUNT, additivity="S")])
    con = warehouse()
    deliver(con, catalogue, "feedback", 0, [item("A", COMMUNES[0], "2026-08-10")])
    deliver(con, catalogue, "feedback", 1, [item("A", COMMUNES[0], "2026-07-10", seen=1)])
    refresh_vintages(con, cards)
    rows = con.execute(OF_CELL, ["KC_S", COMMUNES[0], "2026-08", "actual"]).fetchall()
    assert [(v, value, status) for v, value, status, _ in rows] == [(1, 1.0, "present"), (2, None, "missing")]


def test_only_new_days_are_evaluated_and_a_late_old_statement_is_put_in_its_place(catalogue):
    cards = with_cards(catalogue, [card(catalogue, "KC_S", COUNT, additivity="S")])
    con, whole = warehouse(), warehouse()
    told_on = {0: "A", 31: "B", 40: "C", 62: "D", 63: "E"}  # October to December
    for number, name in told_on.items():
        deliver(con, catalogue, "feedback", number, [item(name, COMMUNES[0], "2026-08-10", seen=number)])
    assert refresh_vintages(con, cards).evaluated == 4  # of November the last day
    assert refresh_vintages(con, cards).evaluated == 0
    deliver(con, catalogue, "feedback", 64, [item("F", COMMUNES[0], "2026-08-10", seen=64)])
    assert refresh_vintages(con, cards).evaluated == 1
    refresh(con, cards, NOW)
    deliver(con, catalogue, "feedback", 95, [item("H", COMMUNES[0], "2026-08-10", seen=95)])  # January
    refresh(con, cards, NOW)
    assert refresh_vintages(con, cards).evaluated == 1  # December keeps its last day; the newest is known already
    deliver(con, catalogue, "feedback", 50, [item("G", COMMUNES[0], "2026-08-10", seen=50)])
    refresh_vintages(con, cards)
    for number, name in sorted({**told_on, 50: "G", 64: "F", 95: "H"}.items()):
        deliver(whole, catalogue, "feedback", number, [item(name, COMMUNES[0], "2026-08-10", seen=number)])
    refresh_vintages(whole, cards)
    assert [r[1:] for r in said(con, "KC_S", COMMUNES[0], "2026-08", "actual")] == [
        (1, 0), (4, 50), (7, 64), (8, 95),
    ]  # fmt: skip
    assert con.execute(ALL).fetchall() == whole.execute(ALL).fetchall()


TOLD = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from("AB"), st.sampled_from(["2026-07-10", "2026-08-10"]), st.booleans()),
    min_size=1, max_size=4, unique_by=lambda t: t[0],
)  # fmt: skip


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TOLD)
def test_what_was_said_changes_only_by_vintages(catalogue, told):
    """Between two days without a statement nothing changes; the table and a new evaluation agree on every day; and no
    vintage is lost or changed when more becomes known."""
    cards = with_cards(catalogue, [card(catalogue, "KC_S", COUNT, additivity="S")])
    con = warehouse()
    own = catalogue.province.code
    kept: set[tuple[object, ...]] = set()
    for number, name, due, good in sorted(told):
        moved = item(name, COMMUNES[0], due, answered=EARLY if good else LATE, seen=number)
        deliver(con, catalogue, "feedback", number, [moved])
        refresh_vintages(con, cards)
        rows = set(con.execute("SELECT * EXCLUDE (known_at) FROM indicator_vintages").fetchall())
        assert kept <= rows
        kept = rows
    by_table = (
        "SELECT value FROM indicator_vintages WHERE code = 'KC_S' AND area = ? AND period = ? AND stated_at <= ? "
        "ORDER BY vintage DESC LIMIT 1"
    )
    for number in range(10):
        for period in ("2026-07", "2026-08"):
            found = said_then(con, cards, "KC_S", own, period, day(number))
            row = con.execute(by_table, [own, period, day(number)]).fetchone()
            assert (found["value"] if found else None) == (row[0] if row else None)
    con.close()


def test_the_clock_is_not_asked(told):
    con, _ = told
    (newest,) = con.execute("SELECT max(stated_at) FROM indicator_vintages").fetchone()
    assert newest == day(8) < datetime.now(UTC)
