"""All shown values judged at once in the warehouse's connection: colours, words of the newest, confidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from ioc_pipeline.compute.judged_cells import judge_shown, rate_shown
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from tests.compute.cards import PERCENT, a_card, a_target

TODAY = date(2026, 5, 20)
CARDS = {
    "RATE": a_card(code="RATE", targets=(a_target(98),), amber_margin=0.02, hysteresis=0.005, **PERCENT),
    "SUM": a_card(code="SUM", additivity="S", measure="ytd", targets=(a_target(1200, path="even"),), kind="ytd"),
    "SOME": a_card(
        code="SOME", targets=(a_target(90, 2024), a_target(98)), amber_margin=0.02, hysteresis=0.005, **PERCENT
    ),
    "BAND": a_card(code="BAND", direction="band", targets=(a_target(90, high=100),), amber_margin=0.0),
}
CELLS = [
    ("RATE", "56", "2026-01", 98.0), ("RATE", "56", "2026-02", 97.8), ("RATE", "56", "2026-03", 97.0),
    ("RATE", "56", "2026-04", 98.1), ("RATE", "22366", "2026-04", None),
    ("SUM", "56", "2026-01", 90.0), ("SUM", "56", "2026-02", 200.0), ("SUM", "22366", "2026-02", 3.0),
    ("SOME", "56", "2024-12", 97.0), ("SOME", "56", "2025-12", 97.5), ("SOME", "56", "2026-01", 97.8),
    ("BAND", "56", "2026-03", 95.0), ("BAND", "56", "2026-04", 101.0), ("BAND", "01", "2026-04", 99.0),
]  # fmt: skip


@pytest.fixture(scope="module")
def judged():
    declared = load_catalogue(province="56")
    feed = replace(next(iter(declared.feeds.values())), id="f", area_coverage="communes")
    catalogue: Catalogue = replace(declared, indicators=CARDS, feeds={"f": feed})
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE shown (code VARCHAR, area VARCHAR, period VARCHAR, value DOUBLE, simulated BOOLEAN, "
        "trust VARCHAR, held BOOLEAN)"
    )
    connection.executemany("INSERT INTO shown VALUES (?, ?, ?, ?, false, 'verified', false)", CELLS)
    connection.execute(
        "CREATE VIEW cells AS SELECT *, rowid AS cell_no, if(value IS NULL, 'missing', 'present') AS value_status, "
        "'month' AS period_kind, last_day(CAST(period || '-01' AS DATE)) AS period_end, "
        "period = max(period) OVER (PARTITION BY code, area) AS is_latest FROM shown"
    )
    judge_shown(connection, catalogue, "cells", {}, TODAY)
    rate_shown(connection, catalogue, "cells", "cells", TODAY)
    found = connection.execute(
        "SELECT * FROM cells JOIN _colours USING (cell_no) JOIN _confidence USING (cell_no)"
    ).fetchall()
    names = [d[0] for d in connection.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return {(r["code"], r["area"], r["period"]): r for r in rows}


def test_every_cell_has_a_status(judged):
    assert sorted(judged) == sorted((c, a, p) for c, a, p, _ in CELLS)
    statuses = [judged[("RATE", "56", f"2026-0{m}")]["status"] for m in (1, 2, 3, 4)]
    assert statuses == ["green", "green", "amber", "amber"]
    missing = judged[("RATE", "22366", "2026-04")]
    assert (missing["status"], missing["grey_cause"]) == ("grey", "no_data")


def test_another_target_is_judged_plainly_after_a_year_without_one(judged):
    statuses = [judged[("SOME", "56", period)]["status"] for period in ("2024-12", "2025-12", "2026-01")]
    assert statuses == ["green", "grey", "amber"], "not kept green by what another target made of 2024"


def test_the_newest_says_why(judged):
    newest = judged[("RATE", "56", "2026-04")]
    assert newest["status_reason_vi"] == "Đạt chỉ tiêu; giữ màu kỳ trước vì chưa vượt hẳn ngưỡng"
    assert judged[("RATE", "56", "2026-03")]["status_reason_vi"] is None


def test_a_sum_s_target_is_the_province_s(judged):
    assert judged[("SUM", "56", "2026-02")]["target"] == 200 and judged[("SUM", "56", "2026-02")]["status"] == "green"
    commune = judged[("SUM", "22366", "2026-02")]
    assert (commune["target"], commune["status"], commune["grey_cause"]) == (None, "grey", "no_target")
    assert commune["status_reason_vi"] == "Chưa giao chỉ tiêu cho kỳ này"


def test_bands_have_both_bounds(judged):
    above = judged[("BAND", "56", "2026-04")]
    assert (above["target"], above["target_high"], above["status"]) == (90, 100, "red")
    assert judged[("BAND", "56", "2026-03")]["status"] == "green"


def test_confidence_stands_beside(judged):
    assert judged[("BAND", "56", "2026-04")]["confidence"] == "cao"
    assert judged[("BAND", "56", "2026-04")]["confidence_vi"] == "mọi kiểm tra đều đạt"
    assert judged[("SUM", "56", "2026-02")]["confidence"] == "thap"  # of February, and it is May 20
    assert judged[("SUM", "56", "2026-01")]["confidence"] == "cao"  # history does not age


def test_few_communes_that_reported_lower_the_confidence(judged):
    communes = len(units.communes("56"))
    one, none = judged[("SUM", "56", "2026-02")], judged[("RATE", "56", "2026-04")]
    assert one["coverage"] == 1 / communes and "dưới 80 % đơn vị có số liệu" in one["confidence_vi"]
    assert none["coverage"] == 0 and none["confidence"] == "thap"  # its only commune has no value
    assert judged[("SUM", "56", "2026-01")]["coverage"] is None  # no values of communes at all: nothing was promised
    assert judged[("SUM", "22366", "2026-02")]["coverage"] is None
    assert judged[("BAND", "56", "2026-04")]["coverage"] is None  # values of another province are none of communes
