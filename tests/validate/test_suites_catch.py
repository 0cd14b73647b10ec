"""The feeds' suites against planted faults: the clean delivery passes, each fault is caught by the rule meant for it."""

# ruff: noqa: E501  a table of one fault a line
from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.store.history import column_types
from ioc_pipeline.validate.engine import validate_table
from ioc_pipeline.validate.results import Validation
from ioc_pipeline.validate.suite import Suite, bind, history_columns, parse_suite

FEEDS = Path(__file__).parents[2] / "data_contracts" / "feeds"
NFD = unicodedata.normalize("NFD", "Đăng ký khai sinh")
NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
SYSTEM = "'dòng ' || i AS _location, []::STRUCT(clause VARCHAR, \"column\" VARCHAR, raw VARCHAR, code VARCHAR)[] AS _problems, 0 AS _doubt_count"
OBSERVATION = (
    "NULL::VARCHAR AS item, NULL::VARCHAR AS area_name, NULL::VARCHAR AS value_text, 'present' AS value_status, "
    "NULL::DOUBLE AS numerator, NULL::DOUBLE AS denominator, false AS simulated, NULL::VARCHAR AS source_table, "
    "'1' AS sheet, 'A' || i AS cell"
)


@cache
def catalogue() -> Catalogue:
    return load_catalogue(province="56")


@cache
def suite(feed: str) -> Suite:
    data = json.loads((FEEDS / feed / "suite.json").read_text(encoding="utf-8"))
    return bind(parse_suite(data), catalogue().bindings(NOW))


def dossiers(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""CREATE TABLE batch AS SELECT i AS _row, {SYSTEM},
        'H32.101-' || strftime(received, '%y%m%d') || '-' || printf('%04d', i::INT) AS ma_ho_so,
        '1.010708' AS ma_tthc, 'Đăng ký khai sinh' AS ten_tthc, 'G03-GD10' AS ma_linh_vuc, 'H32.101' AS don_vi_xu_ly,
        '22336' AS ma_xa, CASE WHEN i % 3 = 0 THEN '1' ELSE '2' END AS kenh_thuc_hien, '1' AS loai_doi_tuong,
        received AS ngay_tiep_nhan, received + INTERVAL 5 DAY AS ngay_hen_tra,
        received + INTERVAL 3 DAY AS ngay_ket_thuc_xu_ly, received + INTERVAL 4 DAY AS ngay_tra, '10' AS trang_thai,
        i % 2 = 0 AS co_nghia_vu_tai_chinh, i % 4 = 0 AS thanh_toan_truc_tuyen, i % 5 > 0 AS so_hoa,
        i % 7 > 0 AS ket_qua_dien_tu, received + INTERVAL 4 DAY AS cap_nhat_luc, true AS simulated
        FROM (SELECT i, TIMESTAMP '2026-10-01 08:00:00' + INTERVAL (i) HOUR AS received FROM range(1, 401) AS r(i))"""
    )
    own = catalogue().bindings(NOW)["areas:communes_of_province"][0]
    con.execute("UPDATE batch SET ma_xa = ?", [own])


def observations(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Rows are `(i, indicator, area, period, period_kind, period_end, measure, data_type, value, unit, agency)`."""
    con.execute(
        f"CREATE TABLE batch AS SELECT i AS _row, {SYSTEM}, indicator, area, period, period_kind, period_end::DATE AS "
        f"period_end, measure, data_type, value::DOUBLE AS value, unit, agency::VARCHAR AS agency, {OBSERVATION} FROM "
        f"({rows}) AS v(i, indicator, area, period, period_kind, period_end, measure, data_type, value, unit, agency)"
    )


def nso_monthly(con: duckdb.DuckDBPyConnection) -> None:
    observations(
        con,
        "SELECT i, 'NSO_XK_TRIGIA', 'VN', printf('2019-%02d', m), 'month', last_day(make_date(2019, m, 1)), "
        "CASE WHEN i % 2 = 0 THEN 'period' ELSE 'yoy' END, 'actual', 100 + i, "
        "CASE WHEN i % 2 = 0 THEN 'triệu USD' ELSE '%' END, NULL "
        "FROM (SELECT i, 1 + (i // 2) % 12 AS m FROM range(0, 24) AS r(i))",
    )
    con.execute(
        "INSERT INTO batch SELECT b.* REPLACE (100 + b._row + 1000 * k AS _row, b.value / 10 AS value, "
        "'Mặt hàng ' || k AS item) FROM batch AS b, range(1, 9) AS s(k) WHERE b.measure = 'period'"
    )
    con.execute(
        "INSERT INTO batch SELECT * REPLACE (_row + 9000 AS _row, 'NSO_IIP' AS indicator) FROM batch WHERE unit = '%'"
    )
    con.execute("UPDATE batch SET value = 101.5 WHERE unit = '%'")


def lris_indicators(con: duckdb.DuckDBPyConnection) -> None:
    observations(
        con,
        "SELECT i, 'YT_BHYT', '56', printf('2026-%02d', i), 'month', last_day(make_date(2026, i::INT, 1)), 'rate', "
        "'actual', 95.0, '%', 'H32.05' FROM range(1, 11) AS r(i)",
    )
    con.execute("UPDATE batch SET numerator = 950, denominator = 1000")


def province_published(con: duckdb.DuckDBPyConnection) -> None:
    source = FEEDS / "province_published" / "published_2025.csv"
    observations(
        con,
        "SELECT row_number() OVER (), indicator, area, period, CASE length(period) WHEN 4 THEN 'year' ELSE 'month' END, "
        "CASE length(period) WHEN 4 THEN (period || '-12-31')::DATE ELSE last_day((period || '-01')::DATE) END, measure, "
        "data_type, TRY_CAST(value AS DOUBLE), unit, NULL "
        f"FROM read_csv('{source}', all_varchar = true, header = true)",
    )
    con.execute("UPDATE batch SET value_status = 'missing' WHERE value IS NULL")


def without_history(con: duckdb.DuckDBPyConnection, feed: str) -> None:
    """Add the history columns that the suite names, as on the first delivery of a feed: nothing is known."""
    for column, type_ in column_types(catalogue().feeds[feed], history_columns(suite(feed))).items():
        con.execute(f"ALTER TABLE batch ADD COLUMN {column} {type_}")


BUILDERS = {
    "dossiers": dossiers,
    "lris_indicators": lris_indicators,
    "nso_monthly": nso_monthly,
    "province_published": province_published,
}


def judged(feed: str, fault: str | None = None) -> Validation:
    con = duckdb.connect()
    BUILDERS[feed](con)
    without_history(con, feed)
    if fault:
        con.execute(fault)
    return validate_table(con, "batch", suite(feed), feed=feed, delivery_id="d", run_id="r")


@pytest.mark.parametrize("feed", BUILDERS)
def test_a_clean_delivery_raises_no_false_alarm(feed: str) -> None:
    validation = judged(feed)
    assert [(r.expectation_id, r.message.en) for r in validation.failed()] == []
    assert validation.errors() == ()


FAULTS = [
    ("dossiers", "UPDATE batch SET ma_ho_so = NULL WHERE _row = 7", "ma_ho_so.present"),
    ("dossiers", "UPDATE batch SET ma_ho_so = replace(ma_ho_so, '-', '_') WHERE _row = 7", "ma_ho_so.regex"),
    ("dossiers", "UPDATE batch SET ma_ho_so = ma_ho_so || ' ' WHERE _row = 7", "ma_ho_so.regex"),
    ("dossiers", "UPDATE batch SET ma_ho_so = replace(ma_ho_so, 'H', 'Н') WHERE _row = 7", "ma_ho_so.regex"),  # Cyrillic
    ("dossiers", "UPDATE batch SET ma_ho_so = (SELECT ma_ho_so FROM batch WHERE _row = 8) WHERE _row = 7", "ma_ho_so.unique"),
    ("dossiers", "UPDATE batch SET ngay_tiep_nhan = ngay_tiep_nhan - INTERVAL 2 DAY WHERE _row = 7", "ma_ho_so.date"),
    ("dossiers", "UPDATE batch SET ma_tthc = '1010708' WHERE _row = 7", "ma_tthc.regex"),
    ("dossiers", "UPDATE batch SET don_vi_xu_ly = 'h32.101' WHERE _row = 7", "don_vi_xu_ly.regex"),
    ("dossiers", "UPDATE batch SET don_vi_xu_ly = 'H43.101' WHERE _row = 7", "don_vi_xu_ly.open"),
    ("dossiers", "UPDATE batch SET don_vi_xu_ly = '000.01.23.H43' WHERE _row = 7", "don_vi_xu_ly.open"),
    ("dossiers", "UPDATE batch SET don_vi_xu_ly = '000.01.23.H32' WHERE _row = 7", "don_vi_xu_ly.one_form"),
    ("dossiers", "UPDATE batch SET ma_xa = '4' WHERE _row = 7", "ma_xa.regex"),
    ("dossiers", "UPDATE batch SET ma_xa = '00004' WHERE _row = 7", "ma_xa.of_province"),
    ("dossiers", "UPDATE batch SET kenh_thuc_hien = '9' WHERE _row = 7", "kenh_thuc_hien.listed"),
    ("dossiers", "UPDATE batch SET trang_thai = '11' WHERE _row = 7", "trang_thai.listed"),
    ("dossiers", "UPDATE batch SET ngay_hen_tra = TIMESTAMP '2026-01-01' WHERE _row = 7", "ngay_hen_tra.after_receipt"),
    ("dossiers", "UPDATE batch SET ngay_tra = ngay_tiep_nhan WHERE _row = 7", "ngay_tra.after_finish"),
    ("dossiers", "UPDATE batch SET ngay_tra = TIMESTAMP '2027-01-01' WHERE _row = 7", "ngay_tra.not_future"),
    ("dossiers", "UPDATE batch SET cap_nhat_luc = TIMESTAMP '2026-11-22 03:00:01' WHERE _row = 7", "cap_nhat_luc.not_future"),
    ("dossiers", "UPDATE batch SET ngay_ket_thuc_xu_ly = NULL WHERE _row = 7", "trang_thai.finished_has_date"),
    ("dossiers", "UPDATE batch SET ngay_hen_tra = NULL WHERE _row = 7", "ngay_hen_tra.present"),
    ("dossiers", "UPDATE batch SET so_hoa = true", "so_hoa.varies"),
    ("dossiers", "UPDATE batch SET thanh_toan_truc_tuyen = false", "thanh_toan_truc_tuyen.varies"),
    ("dossiers", "UPDATE batch SET ngay_ket_thuc_xu_ly = ngay_hen_tra, ngay_tra = ngay_hen_tra", "ngay_ket_thuc_xu_ly.not_all_at_due"),
    ("dossiers", "UPDATE batch SET ten_tthc = 'Dinhkem' WHERE _row = 7", "ten_tthc.not_placeholder"),
    ("dossiers", "UPDATE batch SET ten_tthc = 'Đổi CCCD 056123456789' WHERE _row = 7", "ten_tthc.no_personal_number"),
    ("dossiers", f"UPDATE batch SET ten_tthc = '{NFD}' WHERE _row = 7", "ten_tthc.nfc"),
    ("dossiers", "DELETE FROM batch", "rows.some"),
    ("nso_monthly", "UPDATE batch SET area = NULL WHERE _row = 5", "area.present"),
    ("nso_monthly", "UPDATE batch SET area = '99' WHERE _row = 5", "area.known"),
    ("nso_monthly", "UPDATE batch SET unit = 'bao' WHERE _row = 4", "unit.present_in_list"),
    ("nso_monthly", "UPDATE batch SET unit = 'tỷ đồng' WHERE _row = 5", "unit.percent_for_comparisons"),
    ("nso_monthly", "UPDATE batch SET period_end = DATE '2019-01-30' WHERE _row = 5", "period_end.agrees"),
    ("nso_monthly", "UPDATE batch SET period = '2019-13' WHERE _row = 5", "period.form"),
    ("nso_monthly", "UPDATE batch SET period = '2029-01', period_end = DATE '2029-01-31' WHERE _row = 5", "period_end.not_future"),
    ("nso_monthly", "UPDATE batch SET value = 0, value_status = 'nil' WHERE _row = 5", "value.agrees_with_status"),
    ("nso_monthly", "UPDATE batch SET value = -1 WHERE _row = 4", "money.not_negative"),
    ("nso_monthly", "UPDATE batch SET value = -3.5 WHERE _row = 5", "comparison.not_negative"),
    ("nso_monthly", "UPDATE batch SET value = 10150 WHERE _row = 5", "comparison.plausible"),
    ("nso_monthly", "UPDATE batch SET value = 'NaN'::DOUBLE WHERE _row = 5", "value.finite"),
    ("nso_monthly", "UPDATE batch SET value = value * 1000 WHERE item = 'Mặt hàng 1'", "exports.parts_within_total"),
    ("nso_monthly", "DELETE FROM batch WHERE item IS NULL AND measure = 'period' AND period = '2019-03'", "exports.total"),
    ("nso_monthly", "INSERT INTO batch SELECT * REPLACE (5000 AS _row, value + 1 AS value) FROM batch WHERE _row = 4", "key.conflict"),
    ("nso_monthly", "INSERT INTO batch SELECT * REPLACE (5000 AS _row) FROM batch WHERE _row = 4", "key.repeated"),
    ("nso_monthly", "UPDATE batch SET item = 'Gạo ®iÖn' WHERE item = 'Mặt hàng 2'", "item.no_broken_letters"),
    ("lris_indicators", "UPDATE batch SET agency = 'H32.2421' WHERE _row = 3", "agency.form"),
    ("lris_indicators", "UPDATE batch SET agency = '000.00.00.H43' WHERE _row = 3", "agency.own_province"),
    ("lris_indicators", "UPDATE batch SET numerator = 1001 WHERE _row = 3", "ratio.numerator_within_denominator"),
    ("lris_indicators", "UPDATE batch SET value = 95.02 WHERE _row = 3", "ratio.recomputes"),
    ("lris_indicators", "UPDATE batch SET value = 9500, numerator = NULL WHERE _row = 3", "rate.scale"),
    ("lris_indicators", "UPDATE batch SET numerator = 0, denominator = 0, value = 100 WHERE _row = 3", "ratio.zero_denominator"),
    ("lris_indicators", "UPDATE batch SET period = '2026-12', period_end = DATE '2026-12-31' WHERE _row = 3", "period_end.not_future"),
    ("lris_indicators", "UPDATE batch SET area = '58' WHERE _row = 3", "area.known"),
    ("lris_indicators", "UPDATE batch SET data_type = '5' WHERE _row = 3", "data_type.present_in_list"),
    ("lris_indicators", "INSERT INTO batch SELECT * REPLACE (500 AS _row, 94.0 AS value, 940 AS numerator) FROM batch WHERE _row = 3", "key.conflict"),
    ("province_published", "DELETE FROM batch WHERE area = '96'", "area.all_provinces"),
    ("province_published", "DELETE FROM batch WHERE area = '96' AND indicator = 'DS_TRUNGBINH'", "indicator.all_provinces"),
    ("province_published", "UPDATE batch SET value = 1000 WHERE area = '96' AND indicator = 'DS_TRUNGBINH'", "population.sum"),
    ("province_published", "UPDATE batch SET value = value * 1.02 WHERE area = '96' AND indicator = 'KT_GRDP_BQ_USD'", "per_capita.exchange_rate"),
    ("province_published", "UPDATE batch SET area = '10' WHERE area = '15'", "area.known"),
    ("province_published", "UPDATE batch SET unit = 'nghìn tỷ đồng' WHERE area = '15' AND unit = 'tỷ đồng'", "indicator.unit"),
]  # fmt: skip


@pytest.mark.parametrize(("feed", "fault", "rule"), FAULTS, ids=[f"{feed}.{rule}" for feed, _, rule in FAULTS])
def test_a_planted_fault_is_caught_by_the_rule_meant_for_it(feed: str, fault: str, rule: str) -> None:
    validation = judged(feed, fault)
    failed = {r.expectation_id for r in validation.failed()}
    assert f"{feed}.{rule}" in failed
    assert validation.errors() == ()


def test_a_repeated_row_keeps_its_first_appearance() -> None:
    con = duckdb.connect()
    nso_monthly(con)
    without_history(con, "nso_monthly")
    con.execute("INSERT INTO batch SELECT * REPLACE (5000 AS _row) FROM batch WHERE _row = 4")
    validation = validate_table(con, "batch", suite("nso_monthly"), feed="nso_monthly", delivery_id="d", run_id="r")
    rows = con.execute(f"SELECT DISTINCT _row FROM {validation.broken_table} WHERE severity = 'critical'").fetchall()
    assert rows == [(5000,)]
