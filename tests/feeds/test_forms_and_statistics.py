"""Feeds of forms, of the statistics office and of the business register: the newest simulated delivery passes, each
planted fault is caught by the rule meant for it."""

# ruff: noqa: E501  a table of one fault a line
from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import Catalogue
from tests.feeds.planted import judged, newest_deliveries

FEEDS = (
    "education_pupils", "enterprise_registrations", "health_facilities", "nso_pxweb", "nso_sdmx", "tourism_monthly",
)  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    out = tmp_path_factory.mktemp("forms_and_statistics")
    con = newest_deliveries(out, catalogue, FEEDS, until=date(2026, 10, 31), months=3)
    yield con
    con.close()


@pytest.mark.parametrize("feed", FEEDS)
def test_the_sample_is_clean(warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: str) -> None:
    validation = judged(warehouse, catalogue, feed)
    assert [(r.expectation_id, r.message.en) for r in validation.failed()] == []
    assert validation.errors() == ()


def one(condition: str) -> str:
    return f"WHERE _row = (SELECT min(_row) FROM batch WHERE {condition})"


FIRST = "WHERE _row = 1"
SCHOOLS = one("truong_th >= 1 AND lop_th >= 1 AND hs_th >= 1")
CLOSED = one("tinh_trang <> (SELECT mode(tinh_trang) FROM batch)")
OCCUPANCY = one("indicator = 'YT_CONGSUAT' AND value IS NOT NULL")
VISITORS = one("indicator = 'DL_KHACH' AND value IS NOT NULL")
AGAIN = "INSERT INTO batch SELECT * REPLACE (90000 AS _row, value + 1 AS value) FROM batch " + one("value IS NOT NULL")

FAULTS = [
    ("education_pupils", f"UPDATE batch SET lop_th = truong_th - 1 {SCHOOLS}", "th.classes_at_least_schools"),
    ("education_pupils", f"UPDATE batch SET hs_th = lop_th - 1 {SCHOOLS}", "th.pupils_at_least_classes"),
    ("education_pupils", f"UPDATE batch SET hs_th = lop_th * 100 {SCHOOLS}", "th.class_size"),
    ("education_pupils", f"UPDATE batch SET hs_mn = -1 {FIRST}", "hs_mn.not_negative"),
    ("education_pupils", f"UPDATE batch SET hs_mn = NULL {FIRST}", "hs_mn.present"),
    ("education_pupils", f"DELETE FROM batch {FIRST}", "ma_xa.all_communes"),
    ("education_pupils", f"UPDATE batch SET ma_xa = '00004' {FIRST}", "ma_xa.commune"),
    ("education_pupils", f"UPDATE batch SET ngay_so_lieu = DATE '2029-01-01' {FIRST}", "ngay_so_lieu.not_future"),
    ("enterprise_registrations", f"UPDATE batch SET ma_so_doanh_nghiep = '12345' {FIRST}", "ma_so_doanh_nghiep.regex"),
    ("enterprise_registrations", f"UPDATE batch SET ma_so_doanh_nghiep = left(ma_so_doanh_nghiep, 9) || ((right(ma_so_doanh_nghiep, 1)::INT + 1) % 10) {FIRST}", "ma_so_doanh_nghiep.check_digit"),
    ("enterprise_registrations", "UPDATE batch SET ma_so_doanh_nghiep = (SELECT ma_so_doanh_nghiep FROM batch WHERE _row = 2) WHERE _row = 1", "ma_so_doanh_nghiep.unique"),
    ("enterprise_registrations", f"UPDATE batch SET ngay_tinh_trang = ngay_thanh_lap - 1 {one('ngay_tinh_trang IS NOT NULL')}", "ngay_tinh_trang.after_founding"),
    ("enterprise_registrations", f"UPDATE batch SET ma_xa = '00004' {FIRST}", "ma_xa.of_province"),
    ("enterprise_registrations", f"UPDATE batch SET _previous_ngay_thanh_lap = ngay_thanh_lap - 9 {FIRST}", "ngay_thanh_lap.unchanged"),
    ("enterprise_registrations", f"UPDATE batch SET von_dieu_le = -5 {FIRST}", "von_dieu_le.not_negative"),
    ("health_facilities", f"UPDATE batch SET value = 985 {OCCUPANCY}", "occupancy.range"),
    ("health_facilities", "UPDATE batch SET value = 0 WHERE indicator = 'YT_GIUONG_SO'", "occupancy.needs_beds"),
    ("health_facilities", f"UPDATE batch SET value = 2.5 {one('''indicator = 'YT_COSO' ''')}", "count.whole"),
    ("health_facilities", f"UPDATE batch SET unit = 'người' {OCCUPANCY}", "unit.of_indicator"),
    ("health_facilities", "DELETE FROM batch WHERE area = (SELECT min(area) FROM batch)", "area.all_communes"),
    ("health_facilities", f"UPDATE batch SET area = '00004' {FIRST}", "area.commune"),
    ("health_facilities", f"UPDATE batch SET indicator = 'YT_LA' {FIRST}", "indicator.listed"),
    ("health_facilities", AGAIN, "key.conflict"),
    ("nso_pxweb", f"UPDATE batch SET area = '99' {FIRST}", "area.known"),
    ("nso_pxweb", f"UPDATE batch SET period_end = DATE '2019-01-30' {FIRST}", "period_end.agrees"),
    ("nso_pxweb", f"UPDATE batch SET value = -1 {one('''unit <> '%' AND value > 0''')}", "value.not_negative"),
    ("nso_pxweb", f"UPDATE batch SET value = 'NaN'::DOUBLE {FIRST}", "value.finite"),
    ("nso_pxweb", AGAIN, "key.conflict"),
    ("nso_sdmx", f"UPDATE batch SET area = '56' {FIRST}", "area.country"),
    ("nso_sdmx", f"UPDATE batch SET indicator = 'a b' {FIRST}", "indicator.form"),
    ("nso_sdmx", f"UPDATE batch SET value = 0, value_status = 'nil' {one('value IS NOT NULL')}", "value.agrees_with_status"),
    ("nso_sdmx", AGAIN, "key.conflict"),
    ("tourism_monthly", f"UPDATE batch SET value = value * 3 {VISITORS}", "visitors.sum"),
    ("tourism_monthly", "UPDATE batch SET value = value * 50 WHERE indicator = 'DL_LUUTRU'", "stays.within_visitors"),
    ("tourism_monthly", "UPDATE batch SET value = value / 1000 WHERE measure = 'ytd'", "ytd.covers_month"),
    ("tourism_monthly", f"UPDATE batch SET value = -1 {VISITORS}", "value.not_negative"),
    ("tourism_monthly", f"UPDATE batch SET area = '01' {FIRST}", "area.province"),
    ("tourism_monthly", AGAIN, "key.conflict"),
    *[(feed, f"UPDATE batch SET _doubt_count = 1 {FIRST}", "doubts.none") for feed in FEEDS],
    *[(feed, "DELETE FROM batch", "rows.some") for feed in FEEDS],
]  # fmt: skip


@pytest.mark.parametrize(("feed", "fault", "rule"), FAULTS, ids=[f"{feed}.{rule}" for feed, _, rule in FAULTS])
def test_a_planted_fault_is_caught_by_the_rule_meant_for_it(
    warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: str, fault: str, rule: str
) -> None:
    validation = judged(warehouse, catalogue, feed, fault)
    assert f"{feed}.{rule}" in {r.expectation_id for r in validation.failed()}
    assert validation.errors() == ()
