"""What the warehouse said before a delivery stands beside its rows, and nothing said later does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.receive.delivery import Delivery, deliveries_of
from ioc_pipeline.store.history import column_types, with_history
from ioc_pipeline.store.warehouse import writing

RECORD = {
    "officeCode": "H32.20", "indicatorCode": "TM_BANLE", "dataTypeId": 2, "periodId": 8, "dataYear": 2026,
    "value": 100.5, "unit": "tỷ đồng", "simulated": True,
}  # fmt: skip
DOSSIER = {
    "MaHoSo": "H32.101-260801-0001", "MaTTHC": "1.010708", "DonViXuLy": "H32.101", "KenhThucHien": "1",
    "NgayTiepNhan": "20260801080000", "NgayHenTra": "20260808170000", "TrangThaiHoSo": "4",
    "CapNhatLuc": "20260801090000", "simulated": True,
}  # fmt: skip


def said(value: float | None, **changed: Any) -> dict[str, Any]:
    return RECORD | {"value": value} | changed


@pytest.fixture
def judged(places, catalogue, drop, monkeypatch) -> Callable[..., list[dict[str, Any]]]:
    """Deliver files one after another; the rows with history of the last delivery judged."""
    from ioc_pipeline import flow

    rows: list[dict[str, Any]] = []

    def spy(con, feed, delivery, batch, wanted):
        view = with_history(con, feed, delivery, batch, wanted)
        rows[:] = con.execute(f"SELECT * FROM {view} ORDER BY _row").to_arrow_table().to_pylist()
        return view

    monkeypatch.setattr(flow, "with_history", spy)

    def deliver(feed: str, *files: tuple[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
        for name, records in files:
            drop(feed, name, json.dumps(records).encode())
            run = ingest_feed(places, catalogue, catalogue.feeds[feed], run_id="r", settle_seconds=0)
            assert run.problem is None and not run.rejected
        return list(rows)

    return deliver


def test_nothing_is_known_before_the_first_delivery(judged) -> None:
    (row,) = judged("lris_indicators", ("2026-08-25_a.json", [said(100.5)]))
    assert {row[c] for c in row if c.startswith(("_previous", "_earlier", "_plan", "_usual", "_missing"))} == {None}


def test_observations_know_the_last_vintage_the_periods_before_and_the_plan(judged) -> None:
    plan = said(1500.0, dataTypeId=1, periodId=20)
    (row,) = judged(
        "lris_indicators",
        ("2026-07-25_a.json", [said(90.5, periodId=6), plan]),
        ("2026-08-25_a.json", [said(95.5, periodId=7), said(99.5)]),
        ("2026-09-25_a.json", [said(100.5)]),
    )
    assert (row["_previous_value"], row["_previous_period_value"], row["_earlier_period_value"]) == (99.5, 95.5, 90.5)
    assert row["_plan_value"] == 1500.0
    assert row["_usual_rows"] == 2


def test_a_late_arrival_is_compared_with_what_was_said_before_its_own_date(judged) -> None:
    (row,) = judged(
        "lris_indicators",
        ("2026-07-25_a.json", [said(90.5)]),
        ("2026-10-25_a.json", [said(120.5)]),
        ("2026-08-25_late.json", [said(100.5)]),
    )
    assert row["_previous_value"] == 90.5


def test_periods_of_the_same_delivery_count_as_past(judged) -> None:
    rows = judged("lris_indicators", ("2026-08-25_a.json", [said(90.5, periodId=7), said(100.5)]))
    assert [row["_previous_period_value"] for row in rows] == [None, 90.5]


def test_a_series_that_stops_is_named(judged) -> None:
    other = {"indicatorCode": "DL_THU", "officeCode": "H32.04"}
    months = [
        (f"2026-0{m}-25_a.json", [said(90.5 + m, periodId=m), said(80.5 + m, periodId=m, **other)]) for m in (6, 7)
    ]
    (row,) = judged("lris_indicators", *months, ("2026-08-25_a.json", [said(100.5)]))
    assert row["_missing_series"] == "DL_THU 56 estimate"


def test_records_know_their_last_state_at_their_own_version(judged) -> None:
    later = DOSSIER | {"TrangThaiHoSo": "5", "CapNhatLuc": "20260803090000"}
    between = DOSSIER | {"CapNhatLuc": "20260802090000", "NgayHenTra": "20260809170000"}
    (row,) = judged(
        "dossiers", ("2026-08-01_a.json", [DOSSIER]), ("2026-08-03_a.json", [later]), ("2026-08-04_a.json", [between])
    )
    assert row["_previous_trang_thai"] == "4"  # not the state of 3 August
    assert str(row["_previous_ngay_hen_tra"]) == "2026-08-08 17:00:00"
    assert row["_previous_version_at"].isoformat().startswith("2026-08-01T09:00:00")


def test_the_store_never_sees_history(judged, places, catalogue) -> None:
    judged("lris_indicators", ("2026-08-25_a.json", [said(90.5), said(None, indicatorCode="NOPE")]))
    with writing(places) as warehouse:
        ((kept,),) = warehouse.execute("SELECT DISTINCT row_json FROM quarantine").fetchall()
    assert "_previous_value" not in kept


def test_a_suite_that_names_no_history_costs_nothing(places, catalogue, tmp_path: Path) -> None:
    feed = catalogue.feeds["dossiers"]
    assert column_types(feed, ()) == {}
    delivery = Delivery.__new__(Delivery)
    assert with_history(None, feed, delivery, "batch", ()) == "batch"  # type: ignore[arg-type]
    assert deliveries_of(places, "dossiers") == []
