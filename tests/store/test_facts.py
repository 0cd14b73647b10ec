"""Vintages: a revised figure never overwrites the earlier one; the same statement again changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.facts import KeyRepeated, add_facts
from ioc_pipeline.store.warehouse import writing

DAY = 86_400


def delivery(feed_id: str, number: int, published: str | None = None) -> Delivery:
    return Delivery(
        delivery_id=f"d{number}", feed_id=feed_id, file_name=f"{number}.csv", sha256=str(number), size_bytes=1,
        producer="p", received_at=datetime(2026, 1, number, tzinfo=UTC),
        published_at=date.fromisoformat(published) if published else None,
    )  # fmt: skip


def stage_figures(warehouse, rows: list[tuple[str, str, float | None]]) -> str:
    """Rows (area, data type, value) of one indicator and period."""
    values = ", ".join(
        f"({n}, 'r{n}', 'KT', NULL, '{area}', NULL, '2025', 'year', DATE '2025-12-31', 'growth', '{kind}', "
        f"{'NULL' if value is None else value}, 'x', '{'missing' if value is None else 'present'}', '%', NULL, NULL, "
        f"NULL, false, NULL, NULL, NULL)"
        for n, (area, kind, value) in enumerate(rows, start=1)
    )
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE accepted AS SELECT _row::BIGINT AS _row, _location, indicator, item::VARCHAR AS "
        "item, NULL::VARCHAR AS item_name, area, area_name::VARCHAR AS area_name, period, period_kind, "
        "period_end, measure, data_type, "
        "value::DOUBLE AS value, value_text, value_status, unit, agency::VARCHAR AS agency, "
        "numerator::DOUBLE AS numerator, denominator::DOUBLE AS denominator, simulated, "
        "source_table::VARCHAR AS source_table, sheet::VARCHAR AS sheet, cell::VARCHAR AS cell "
        f"FROM (VALUES {values}) t(_row, _location, indicator, item, area, area_name, period, period_kind, period_end, "
        "measure, data_type, value, value_text, value_status, unit, agency, numerator, denominator, simulated, "
        "source_table, sheet, cell)"
    )
    return "accepted"


@pytest.fixture
def figures(places, catalogue):
    """Adds one delivery of figures and says (added, revised, unchanged)."""
    feed = catalogue.feeds["province_published"]
    with writing(places) as warehouse:

        def add(number: int, rows, published: str | None = None) -> tuple[int, int, int]:
            counted = add_facts(warehouse, feed, delivery(feed.id, number, published), stage_figures(warehouse, rows))
            return counted.added, counted.revised, counted.unchanged

        yield warehouse, add


def current(warehouse) -> dict[tuple[str, str], float | None]:
    rows = warehouse.execute("SELECT area, data_type, value FROM observations_current").fetchall()
    return {(area, kind): value for area, kind, value in rows}


def test_a_first_statement_is_added_and_repeated_changes_nothing(figures):
    warehouse, add = figures
    assert add(1, [("01", "estimate", 8.1), ("56", "estimate", 7.1)]) == (2, 0, 0)
    assert add(2, [("01", "estimate", 8.1), ("56", "estimate", 7.1)]) == (0, 0, 2)
    assert warehouse.execute("SELECT count(*) FROM observations").fetchone() == (2,)


def test_a_revision_keeps_both_and_shows_the_later(figures):
    warehouse, add = figures
    add(1, [("01", "estimate", 8.1)])
    assert add(2, [("01", "estimate", 8.2)]) == (0, 1, 0)
    assert current(warehouse) == {("01", "estimate"): 8.2}
    said = warehouse.execute("SELECT vintage, value, delivery_id FROM observations_vintages ORDER BY vintage")
    assert said.fetchall() == [(1, 8.1, "d1"), (2, 8.2, "d2")]


def test_going_back_to_an_earlier_figure_is_said_again(figures):
    warehouse, add = figures
    add(1, [("01", "estimate", 8.1)])
    add(2, [("01", "estimate", 8.2)])
    assert add(3, [("01", "estimate", 8.1)]) == (0, 1, 0)
    assert current(warehouse) == {("01", "estimate"): 8.1}


def test_plan_estimate_actual_and_official_are_four_values_of_one_cell(figures):
    warehouse, add = figures
    add(
        1,
        [("01", kind, value) for kind, value in zip(("plan", "estimate", "actual", "official"), range(4), strict=True)],
    )
    assert len(current(warehouse)) == 4


def test_an_older_publication_that_arrives_late_becomes_history_not_the_present(figures):
    warehouse, add = figures
    add(1, [("01", "estimate", 8.2)], published="2026-03-01")
    assert add(2, [("01", "estimate", 7.9)], published="2026-02-01") == (0, 1, 0)
    assert current(warehouse) == {("01", "estimate"): 8.2}
    order = warehouse.execute("SELECT value FROM observations_vintages ORDER BY vintage").fetchall()
    assert order == [(7.9,), (8.2,)]


def test_a_figure_withdrawn_is_a_statement_too(figures):
    warehouse, add = figures
    add(1, [("01", "estimate", 8.1)])
    assert add(2, [("01", "estimate", None)]) == (0, 1, 0)
    assert add(3, [("01", "estimate", None)]) == (0, 0, 1)
    assert current(warehouse) == {("01", "estimate"): None}


def test_a_repeated_key_among_accepted_rows_is_refused(figures):
    _, add = figures
    with pytest.raises(KeyRepeated, match="r1"):
        add(1, [("01", "estimate", 8.1), ("01", "estimate", 8.2)])


@pytest.fixture
def dossiers(places, catalogue):
    """Adds one delivery of dossiers given as (code, state, changed at)."""
    feed = catalogue.feeds["dossiers"]
    with writing(places) as warehouse:

        def add(number: int, rows: list[tuple[str, str, str]]) -> tuple[int, int, int]:
            known = {"ma_ho_so": 0, "trang_thai": 1, "cap_nhat_luc": 2}
            selects = []
            for n, row in enumerate(rows, start=1):
                cells = ", ".join(
                    f"CAST({repr(row[known[c.name]]) if c.name in known else 'NULL'} AS {c.type}) AS {c.name}"
                    for c in feed.columns
                )
                selects.append(f"SELECT {n}::BIGINT AS _row, 'dòng {n}' AS _location, {cells}")
            warehouse.execute(f"CREATE OR REPLACE TEMP TABLE accepted AS {' UNION ALL '.join(selects)}")
            counted = add_facts(warehouse, feed, delivery(feed.id, number), "accepted")
            return counted.added, counted.revised, counted.unchanged

        yield warehouse, add


def test_a_later_file_updates_a_dossier_and_its_history_is_kept(dossiers):
    warehouse, add = dossiers
    assert add(1, [("A", "2", "2026-01-01"), ("B", "2", "2026-01-01")]) == (2, 0, 0)
    assert add(2, [("A", "9", "2026-01-05"), ("B", "2", "2026-01-01")]) == (0, 1, 1)
    states = warehouse.execute("SELECT ma_ho_so, trang_thai FROM dossiers ORDER BY 1").fetchall()
    assert states == [("A", "9"), ("B", "2")]
    history = warehouse.execute(
        "SELECT trang_thai, _delivery_id FROM dossiers_history WHERE ma_ho_so = 'A' ORDER BY _version_at"
    ).fetchall()
    assert history == [("2", "d1"), ("9", "d2")]


def test_an_old_export_that_comes_late_never_turns_the_clock_back(dossiers):
    warehouse, add = dossiers
    add(1, [("A", "9", "2026-01-05")])
    assert add(2, [("A", "2", "2026-01-01")]) == (0, 1, 0)
    assert warehouse.execute("SELECT trang_thai FROM dossiers").fetchall() == [("9",)]
