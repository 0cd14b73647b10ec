"""Cells: all areas and periods at once, rolled up by additivity, three-valued; recomputed only when inputs change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.compute.bound_facts import area_rows
from ioc_pipeline.compute.cells import cells_of
from ioc_pipeline.compute.formulas import sql_of
from ioc_pipeline.compute.incremental import refresh
from ioc_pipeline.contracts import units
from ioc_pipeline.store.bulk import insert_rows
from tests.compute.engine_fixture import COMMUNES, card, deliver, item, statement, warehouse, with_cards

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MONTH = "strftime(han_xu_ly, '%Y-%m') AS period"
COUNT = f"SELECT ma_xa AS area, {MONTH}, count(*) AS value FROM feedback GROUP BY ALL"
ON_TIME = (
    f"SELECT ma_xa AS area, {MONTH}, count_if(tra_loi_luc <= han_xu_ly) AS numerator, count(*) AS denominator "
    "FROM feedback GROUP BY ALL"
)
EVERY = "SELECT code, area, period, data_type, value, value_status, numerator, denominator, known_at, stated_at, " \
    "simulated, feed_id, delivery_id, file_name, location FROM indicator_cells ORDER BY ALL"  # fmt: skip
LATE, EARLY = "2026-09-30 09:00", "2026-08-01 09:00"


def computed(catalogue, cards, facts):
    con = warehouse()
    cards = with_cards(catalogue, cards)
    for feed, day, rows in facts:
        deliver(con, catalogue, feed, day, rows)
    return con, refresh(con, cards, NOW), cards


@pytest.fixture(scope="module")
def items():
    """Two communes and one item that belongs to no commune; a month that has not ended is in it."""
    first, second, _ = COMMUNES
    return [
        item("A", first, "2026-08-10", answered=EARLY), item("B", first, "2026-08-10", answered=LATE),
        item("C", second, "2026-08-12", answered=EARLY), item("D", None, "2026-08-12", answered=LATE),
        item("E", second, "2026-10-30", answered=None),
    ]  # fmt: skip


def test_sum_and_ratio_of_sums_with_what_belongs_to_no_commune(catalogue, items):
    first, second, _ = COMMUNES
    con, done, _ = computed(
        catalogue,
        [card(catalogue, "KC_S", COUNT, additivity="S"), card(catalogue, "KC_R", ON_TIME, additivity="R"),
         card(catalogue, "KC_X", COUNT, additivity="X")],
        [("feedback", 0, items)],
    )  # fmt: skip
    assert done.failed == {}
    own = catalogue.province.code
    assert cells_of(con, "KC_S") == {
        (first, "2026-08", "actual"): 2, (second, "2026-08", "actual"): 1, (own, "2026-08", "actual"): 4,
    }  # fmt: skip
    ratio = cells_of(con, "KC_R")
    # The mean of the communes' ratios would be 75, and of all three groups 50 by another way: 2 of 4.
    assert ratio[own, "2026-08", "actual"] == pytest.approx(50.0) and ratio[first, "2026-08", "actual"] == 50.0
    row = con.execute("SELECT numerator, denominator FROM indicator_cells WHERE code = 'KC_R' AND area = ?", [own])
    assert row.fetchone() == (2, 4)
    assert {area for area, _, _ in cells_of(con, "KC_X")} == {first, second}


def test_an_unknown_part_makes_the_sum_unknown_and_nothing_of_nothing_is_nil(catalogue, items):
    first = COMMUNES[0]
    own = catalogue.province.code
    unknown = (
        f"SELECT ma_xa AS area, {MONTH}, CASE WHEN any_value(ma_xa) = '{first}' THEN NULL ELSE count(*) END AS value "
        "FROM feedback GROUP BY ALL"
    )
    nothing = f"SELECT ma_xa AS area, {MONTH}, 0 AS numerator, 0 AS denominator FROM feedback GROUP BY ALL"
    own_row = f"SELECT $province AS area, {MONTH}, 7 AS value FROM feedback GROUP BY ALL UNION ALL {COUNT}"
    con, done, _ = computed(
        catalogue,
        [card(catalogue, "KC_U", unknown, additivity="S"), card(catalogue, "KC_N", nothing, additivity="R"),
         card(catalogue, "KC_P", own_row, additivity="S")],
        [("feedback", 0, items)],
    )  # fmt: skip
    assert done.failed == {}
    shown = con.execute("SELECT code, value, value_status FROM indicator_cells WHERE area = ? ORDER BY 1", [own])
    assert shown.fetchall() == [("KC_N", None, "nil"), ("KC_P", 7.0, "present"), ("KC_U", None, "missing")]


@pytest.mark.parametrize("chosen", [("KC_HS",), ("KC_CB",), ("KC_TEN",), ("KC_HS", "KC_CB", "KC_TEN")])
def test_a_formula_reads_the_statements_of_its_own_feed_whatever_else_is_computed(catalogue, chosen):
    text = "SELECT area, period, sum(value) AS value FROM {} GROUP BY ALL"
    every = [
        card(catalogue, "KC_HS", text.format("observations_current")),  # a feed of records, which states nothing
        card(catalogue, "KC_CB", text.format("observations_current"), "province_published"),
        card(catalogue, "KC_TEN", text.format("province_published"), "province_published"),
    ]
    cards, con = with_cards(catalogue, [one for one in every if one.code in chosen]), warehouse()
    deliver(con, cards, "feedback", 0, [item("A", None, "2026-08-01")])
    deliver(con, cards, "province_published", 0, [statement("TT", catalogue.province.code, "2026-08", 7.0)])
    assert refresh(con, cards, NOW).failed == {}
    for code in chosen:
        assert list(cells_of(con, code).values()) == ([] if code == "KC_HS" else [7.0])


def test_a_plan_of_the_province_does_not_stand_for_what_its_communes_achieved(catalogue):
    own = catalogue.province.code
    select = {"indicator": "TT", "measure": "level", "areas": ["own", "communes"]}
    one = card(catalogue, "KC_S", None, "province_published", additivity="S", plan="even", selection=select)
    cards, con = with_cards(catalogue, [one]), warehouse()
    communes = [statement("TT", c.code, year, 1.0) for c in units.communes(own) for year in ("2025", "2026")]
    plan = statement("TT", own, "2026", 1000.0, "plan")
    deliver(con, cards, "province_published", 0, [plan, statement("TT", own, "2025", 7.0, "estimate"), *communes])
    assert refresh(con, cards, NOW).failed == {}
    assert {key[1:]: value for key, value in cells_of(con, "KC_S").items() if key[0] == own} == {
        ("2026", "plan"): 1000.0, ("2026", "actual"): float(len(units.communes(own))), ("2025", "estimate"): 7.0,
    }  # fmt: skip


def test_weighted_mean_over_communes_and_a_commune_without_weight(catalogue):
    own = catalogue.province.code
    communes = [u.code for u in units.communes(own)]
    select = {"indicator": "MUC", "measure": "level", "areas": ["own", "communes"]}
    cards = [
        card(catalogue, "KC_DAN", None, "province_published", additivity="S",
             selection=select | {"indicator": "DAN"}, unit="người"),
        card(catalogue, "KC_MUC", None, "province_published", additivity="W", weight="KC_DAN", selection=select),
    ]  # fmt: skip
    people = [statement("DAN", c, "2025", 1000.0 * (n + 1)) for n, c in enumerate(communes)]
    means = [statement("MUC", c, "2026-08", float(n)) for n, c in enumerate(communes)]
    con, done, _ = computed(catalogue, cards, [("province_published", 0, people + means)])
    assert done.failed == {}
    weights = [1000.0 * (n + 1) for n in range(len(communes))]
    expected = sum(w * n for n, w in enumerate(weights)) / sum(weights)
    assert cells_of(con, "KC_MUC")[own, "2026-08", "actual"] == pytest.approx(expected)
    assert cells_of(con, "KC_DAN")[own, "2025", "actual"] == sum(weights)
    con, _, _ = computed(catalogue, cards, [("province_published", 0, people[1:] + means)])
    assert cells_of(con, "KC_MUC")[own, "2026-08", "actual"] is None
    assert cells_of(con, "KC_DAN")[own, "2025", "actual"] is None  # one commune has not stated: unknown, not less


def test_provinces_never_become_the_country(catalogue):
    select = {"indicator": "TT", "measure": "level", "areas": ["own", "provinces"]}
    rows = [statement("TT", u.code, "2025", 8.0) for u in units.provinces()]
    con, _, _ = computed(
        catalogue, [card(catalogue, "KC_TT", None, "province_published", additivity="S", selection=select)],
        [("province_published", 0, rows)],
    )  # fmt: skip
    assert {area for area, _, _ in cells_of(con, "KC_TT")} == {u.code for u in units.provinces()}


def test_plan_estimate_actual_and_official_are_cells_of_their_own(catalogue):
    own = catalogue.province.code
    kinds = ("plan", "estimate", "preliminary", "actual", "official")
    select = {"indicator": "TT", "measure": "level", "areas": ["own"]}
    rows = [statement("TT", own, "2025", float(n), kind) for n, kind in enumerate(kinds)]
    chained = "SELECT area, period, value + 1 AS value FROM KC_TT"
    con, done, _ = computed(
        catalogue,
        [card(catalogue, "KC_TT", None, "province_published", selection=select), card(catalogue, "KC_U", chained, "")],
        [("province_published", 0, rows)],
    )  # fmt: skip
    assert done.failed == {}
    assert {kind: value for (_, _, kind), value in cells_of(con, "KC_TT").items()} == dict(
        zip(kinds, range(5), strict=True)
    )
    assert cells_of(con, "KC_U") == {(own, "2025", "actual"): 5.0}  # the official one, never the plan


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("SELECT ma_xa AS area, 'Tháng 8' AS period, count(*) AS value FROM feedback GROUP BY ALL", "Tháng 8"),
        (f"SELECT ma_xa AS area, {MONTH}, 1 AS value FROM feedback", "hai dòng"),
        (f"SELECT ma_xa AS area, {MONTH}, ten_xa_nao AS value FROM feedback", "ten_xa_nao"),
        (f"SELECT ma_xa AS area, {MONTH}, CAST(ma_phan_anh AS INT) AS value FROM feedback", "KC_SAI"),
    ],
)
def test_a_text_that_fails_is_named_and_stops_no_other(catalogue, items, formula, says):
    con, done, cards = computed(
        catalogue, [card(catalogue, "KC_SAI", formula), card(catalogue, "KC_S", COUNT, additivity="S")],
        [("feedback", 0, items)],
    )  # fmt: skip
    assert list(done.failed) == ["KC_SAI"] and says in done.failed["KC_SAI"].vi
    assert cells_of(con, "KC_SAI") == {} and len(cells_of(con, "KC_S")) == 3
    assert list(refresh(con, cards, NOW).failed) == ["KC_SAI"]  # said again, although nothing is recomputed


def test_nothing_is_left_that_would_hide_the_warehouse(catalogue, items):
    con, _, _ = computed(catalogue, [card(catalogue, "KC_S", COUNT)], [("feedback", 0, items)])
    left = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND NOT starts_with(table_name, '_') UNION ALL "
        "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
    ).fetchall()
    assert left == [("accepted",)]


def five_cards(catalogue):
    select = {"indicator": "TT", "measure": "level", "areas": ["own"]}
    return [
        card(catalogue, "KC_R", ON_TIME, additivity="R"),
        card(catalogue, "KC_S", COUNT, additivity="S"),
        card(catalogue, "KC_TT", None, "province_published", selection=select),
        card(catalogue, "KC_C", "SELECT area, period, value / 2 AS value FROM KC_R", "", additivity="X"),
        card(catalogue, "KC_D", "SELECT area, period, value AS value FROM KC_TT", "", additivity="X"),
    ]


def test_one_feed_changed_recomputes_its_dependants_and_nothing_else(catalogue, items):
    own = catalogue.province.code
    con, first, cards = computed(
        catalogue, five_cards(catalogue),
        [("feedback", 0, items), ("province_published", 0, [statement("TT", own, "2025", 8.0)])],
    )  # fmt: skip
    assert first.recomputed == ("KC_C", "KC_D", "KC_R", "KC_S", "KC_TT")
    assert refresh(con, cards, NOW).recomputed == ()
    deliver(con, catalogue, "province_published", 1, [statement("TT", own, "2025", 8.0)])  # repeats: nothing new
    assert refresh(con, cards, NOW).recomputed == ()
    deliver(con, catalogue, "province_published", 2, [statement("TT", own, "2025", 8.1)])
    again = refresh(con, cards, NOW)
    assert (again.recomputed, again.kept) == (("KC_D", "KC_TT"), ("KC_C", "KC_R", "KC_S"))
    changed = with_cards(catalogue, [
        c if c.code != "KC_R" else card(catalogue, "KC_R", ON_TIME, additivity="X") for c in five_cards(catalogue)
        if c.code != "KC_S"
    ])  # fmt: skip
    third = refresh(con, changed, NOW)
    assert (third.recomputed, third.removed) == (("KC_C", "KC_R"), ("KC_S",))
    assert cells_of(con, "KC_S") == {}


FACT = st.tuples(st.sampled_from("ABCDE"), st.sampled_from((*COMMUNES, None)), st.integers(1, 28), st.booleans())
DELIVERY = st.one_of(
    st.tuples(st.just("feedback"), st.lists(FACT, min_size=1, max_size=4, unique_by=lambda f: f[0])),
    st.tuples(st.just("province_published"), st.integers(0, 3)),
)


def _rows(catalogue, day, feed, said):
    if feed == "province_published":
        return [statement("TT", catalogue.province.code, "2025", 7.0 + said / 3)]
    return [
        item(name, commune, f"2026-0{7 + number % 2}-{number:02d}", answered=EARLY if good else LATE, seen=day)
        for name, commune, number, good in said
    ]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DELIVERY, min_size=1, max_size=3))
def test_incremental_is_the_same_as_full(catalogue, deliveries):
    cards = with_cards(catalogue, five_cards(catalogue))
    step, whole = warehouse(), warehouse()
    for day, (feed, said) in enumerate(deliveries):
        for con in (step, whole):
            deliver(con, catalogue, feed, day, _rows(catalogue, day, feed, said))
        refresh(step, cards, NOW)
    refresh(whole, cards, NOW)
    assert step.execute(EVERY).fetchall() == whole.execute(EVERY).fetchall()
    step.close()
    whole.close()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FACT, min_size=1, max_size=12, unique_by=lambda f: f[0]))
def test_the_province_is_what_all_its_items_give(catalogue, facts):
    """Additivity over areas: rolled up from communes = asked of all items at once."""
    everywhere = ON_TIME.replace("ma_xa AS area", "$province AS area")
    counted = COUNT.replace("ma_xa AS area", "$province AS area")
    con, done, _ = computed(
        catalogue,
        [card(catalogue, "KC_R", ON_TIME, additivity="R"), card(catalogue, "KC_Q", everywhere),
         card(catalogue, "KC_S", COUNT, additivity="S"), card(catalogue, "KC_T", counted)],
        [("feedback", 0, _rows(catalogue, 0, "feedback", facts))],
    )  # fmt: skip
    assert done.failed == {}
    own = catalogue.province.code
    for rolled, asked in (("KC_R", "KC_Q"), ("KC_S", "KC_T")):
        assert {k: v for k, v in cells_of(con, rolled).items() if k[0] == own} == cells_of(con, asked)
    con.close()


def test_all_selections_in_one_join_say_what_each_card_s_text_says(catalogue):
    own, first = catalogue.province.code, COMMUNES[0]
    some = {"indicator": "TT", "measure": "level"}
    selections = [
        (some, {}), (some | {"areas": ["country"]}, {}), (some | {"areas": ["provinces"]}, {}),
        (some | {"areas": ["own", "communes"]}, {}), (some | {"item": "A"}, {}), (some | {"minus": 100.5}, {}),
        (some | {"period_kind": "month"}, {}), (some | {"measure": "ytd"}, {"plan": "even"}),
        ({"indicator": "KHONG", "measure": "level"}, {}),
    ]  # fmt: skip
    cards = with_cards(
        catalogue,
        [card(catalogue, f"KC_{n}", None, "province_published", selection=select, **more)
         for n, (select, more) in enumerate(selections)],
    )  # fmt: skip
    con = warehouse()
    rows = [
        statement("TT", area, period, number + len(area) / 3, kind, measure=measure, **more)
        for area in (own, "VN", "01", first, "99")
        for number, period in enumerate(("2025", "2026-Q3", "2026-08", "2026-09"))
        for kind, measure in (("plan", "level"), ("actual", "level"), ("actual", "ytd"))
        for more in ({}, {"item": "A"})
    ]
    deliver(con, cards, "province_published", 0, rows)
    deliver(con, cards, "province_published", 1, [row | {"value": row["value"] + 1} for row in rows[::3]])
    assert refresh(con, cards, NOW).failed == {}
    con.execute("CREATE TEMP TABLE areas (code VARCHAR, level VARCHAR, parent VARCHAR)")
    insert_rows(con, "areas", area_rows(cards))
    for code, one in cards.indicators.items():
        names = "area, period, measure, data_type, value, value_status, stated_at, delivery_id, row_no"
        asked = str(sql_of(one))
        by_text = con.execute(
            f"SELECT {names} FROM ({asked}) ORDER BY ALL", {"province": own} if "$province" in asked else {}
        ).fetchall()
        cells = con.execute(f"SELECT {names} FROM indicator_cells WHERE code = '{code}' ORDER BY ALL").fetchall()
        assert cells == by_text
        assert bool(by_text) == (one.selection["indicator"] == "TT")


def test_a_feed_that_never_says_simulated_is_counted_as_real(catalogue):
    """Real feeds need no such column; without it no release could be made."""
    feed = catalogue.feeds["feedback"]
    columns = tuple(c for c in feed.columns if c.name != "simulated")
    catalogue = replace(catalogue, feeds=catalogue.feeds | {"feedback": replace(feed, columns=columns)})
    connection = warehouse()
    deliver(connection, catalogue, "feedback", 0, [item("a", COMMUNES[0], "2026-09-05")])
    counted = with_cards(catalogue, [card(catalogue, "A", COUNT, additivity="S")])
    refresh(connection, counted, NOW)
    found = connection.execute("SELECT DISTINCT simulated FROM indicator_cells WHERE value IS NOT NULL").fetchall()
    assert found == [(False,)]
