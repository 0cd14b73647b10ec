"""Feeds of economy, society, environment, science and yearly indices: clean samples pass, each planted fault is caught."""

# ruff: noqa: E501  a table of one fault a line
from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import Catalogue
from tests.feeds.planted import judged, newest_deliveries

INDICES = ("dti", "pii", "par_index", "sipas", "papi", "pci")
FEEDS = (
    "public_investment", "budget", "credit", "labour_jobs", *INDICES, "air_quality", "water_quality", "reservoirs",
    "rain_rivers", "traffic_accidents", "digital_society", "st_tasks", "innovation_enterprises",
)  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    out = tmp_path_factory.mktemp("economy")
    con = newest_deliveries(out, catalogue, FEEDS, until=date(2026, 10, 31), months=16)
    yield con
    con.close()


@pytest.mark.parametrize("feed", FEEDS)
def test_the_sample_is_clean(warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: str) -> None:
    validation = judged(warehouse, catalogue, feed)
    assert [(r.expectation_id, r.message.en) for r in validation.failed()] == []
    assert validation.errors() == ()
    assert warehouse.execute("SELECT count_if(len(_problems) > 0), min(simulated) FROM batch").fetchone() == (0, True)


def one(condition: str) -> str:
    return f"WHERE _row = (SELECT min(_row) FROM batch WHERE {condition})"


FIRST = "WHERE _row = 1"
RUNNING, DONE_PROJECT = one("trang_thai = 'dang_thuc_hien'"), one("trang_thai = 'hoan_thanh'")
WORKING = one("trang_thai = 'hoat_dong' AND pm25 > 5")
RIVER = one("muc_nuoc IS NOT NULL")
ACCEPTED = one("trang_thai = 'nghiem_thu'")
TOTAL = one("item IS NULL AND indicator = 'TD_DUNO'")
SHARE = one("indicator = 'TD_NOXAU'")

FAULTS = [
    ("public_investment", f"UPDATE batch SET giai_ngan = ke_hoach_von * 1.2 {RUNNING}", "giai_ngan.within_plan"),
    ("public_investment", f"UPDATE batch SET tong_muc_dau_tu = ke_hoach_von / 2 {RUNNING}", "ke_hoach_von.within_total"),
    ("public_investment", f"UPDATE batch SET ty_le = ty_le + 0.5 {RUNNING}", "ty_le.recomputed"),
    ("public_investment", f"UPDATE batch SET ke_hoach_von = 0, giai_ngan = 0, ty_le = 100 {RUNNING}", "ty_le.null_without_plan"),
    ("public_investment", f"UPDATE batch SET tong_muc_dau_tu = tong_muc_dau_tu * 1000000 {RUNNING}", "tong_muc_dau_tu.scale"),
    ("public_investment", f"UPDATE batch SET _previous_giai_ngan = giai_ngan / 1000 {RUNNING}", "giai_ngan.scale"),
    ("public_investment", f"UPDATE batch SET ngay_khoi_cong = ngay_hoan_thanh + 3 {RUNNING}", "ngay_hoan_thanh.after_start"),
    ("public_investment", f"UPDATE batch SET ngay_khoi_cong = DATE '2027-01-05', ngay_hoan_thanh = DATE '2028-01-05' {RUNNING}", "ngay_khoi_cong.before_report"),
    ("public_investment", f"UPDATE batch SET trang_thai = 'hoan_thanh' {one('khoi_luong < 90')}", "trang_thai.complete_is_whole"),
    ("public_investment", f"UPDATE batch SET trang_thai = 'tam_dung', vuong_mac = 'khong' {RUNNING}", "trang_thai.suspended_has_reason"),
    ("public_investment", f"UPDATE batch SET _previous_trang_thai = 'quyet_toan' {RUNNING}", "trang_thai.not_reopened"),
    ("public_investment", f"UPDATE batch SET ten_du_an = 'Tổng cộng' {FIRST}", "ten_du_an.no_total_row"),
    ("public_investment", f"UPDATE batch SET ky = '2026-08' {FIRST}", "ky.one_month"),
    ("public_investment", "UPDATE batch SET ky = '2027-02'", "ky.not_future"),
    ("public_investment", f"INSERT INTO batch SELECT * REPLACE (90000 AS _row, '7999999' AS ma_du_an) FROM batch {RUNNING}", "ten_du_an.one_code"),
    ("public_investment", "UPDATE batch SET ty_le = 50, giai_ngan = ke_hoach_von / 2", "giai_ngan.not_all_round"),
    ("public_investment", "UPDATE batch SET khoi_luong = 0, giai_ngan = 0, ty_le = 0", "copy.stale"),
    ("budget", f"UPDATE batch SET value = value + 25 {one('item IS NOT NULL')}", "item.parts_equal_total"),
    ("budget", "DELETE FROM batch WHERE item IS NULL AND indicator = 'NS_CHI'", "item.total_given"),
    ("budget", f"UPDATE batch SET unit = 'triệu đồng' {FIRST}", "unit.billion"),
    ("budget", f"UPDATE batch SET value = -4 {FIRST}", "value.not_negative"),
    ("budget", "UPDATE batch SET _previous_period_value = value * 1.5 WHERE data_type = 'actual'", "value.ytd_does_not_fall"),
    ("budget", f"UPDATE batch SET _plan_value = value / 1000 {one('''item IS NULL AND measure = 'ytd' ''')}", "value.within_plan_scale"),
    ("budget", "UPDATE batch SET value = round(value, -1)", "value.not_all_whole"),
    ("budget", "UPDATE batch SET _missing_series = 'NS_THU_ND_CT · Lệ phí trước bạ'", "item.usual_kinds"),
    ("budget", "UPDATE batch SET data_type = 'official' WHERE data_type = 'estimate'", "data_type.no_actual_for_running_month"),
    ("credit", f"UPDATE batch SET value = value + 1 {SHARE}", "rate.recomputed"),
    ("credit", f"UPDATE batch SET numerator = NULL {SHARE}", "rate.parts_given"),
    ("credit", f"UPDATE batch SET denominator = denominator + 500, value = 100 * numerator / (denominator + 500) {SHARE}", "rate.denominator_is_credit"),
    ("credit", f"UPDATE batch SET value = value + 30 {one('item IS NOT NULL')}", "item.parts_equal_total"),
    ("credit", f"UPDATE batch SET _previous_period_value = value / 2 {TOTAL}", "value.no_jump"),
    ("credit", f"UPDATE batch SET unit = 'triệu đồng' {TOTAL}", "unit.of_indicator"),
    ("credit", f"UPDATE batch SET value = 21 {SHARE}", "rate.plausible"),
    ("labour_jobs", f"UPDATE batch SET lao_dong_nu = viec_lam_moi + 1 {FIRST}", "lao_dong_nu.within_total"),
    ("labour_jobs", f"UPDATE batch SET xuat_khau = viec_lam_moi, vay_von = 1 {FIRST}", "parts.within_total"),
    ("labour_jobs", f"UPDATE batch SET luy_ke = viec_lam_moi - 1 {FIRST}", "luy_ke.at_least_month"),
    ("labour_jobs", f"UPDATE batch SET ky = '2026-01' {FIRST}", "luy_ke.january"),
    ("labour_jobs", "DELETE FROM batch WHERE _row = 3", "ma_xa.every_commune"),
    ("labour_jobs", "UPDATE batch SET viec_lam_moi = 12", "viec_lam_moi.varies"),
    ("labour_jobs", f"UPDATE batch SET viec_lam_moi = 6000 {FIRST}", "viec_lam_moi.plausible"),
    ("labour_jobs", f"UPDATE batch SET _previous_viec_lam_moi = 3 * viec_lam_moi + 100 {FIRST}", "viec_lam_moi.not_halved"),
    *[(f, "UPDATE batch SET denominator = NULL WHERE indicator LIKE '%_HANG'", "rank.number_given") for f in INDICES],
    *[(f, "UPDATE batch SET denominator = 63 WHERE indicator LIKE '%_HANG'", "rank.number_34") for f in INDICES],
    *[(f, f"UPDATE batch SET value = 35 {one('''indicator LIKE '%_HANG' ''')}", "rank.within_ranked") for f in INDICES],
    *[(f, "UPDATE batch SET value = 35 - value WHERE indicator LIKE '%_HANG'", "rank.agrees_with_points") for f in INDICES],
    *[(f, "DELETE FROM batch WHERE area = '46'", "area.all_provinces") for f in INDICES],
    *[(f, "UPDATE batch SET _previous_period_value = value", "points.not_copied") for f in INDICES],
    *[(f, f"UPDATE batch SET value = value * 1.03 {one('''item IS NULL AND indicator NOT LIKE '%_HANG' ''')}", "points.parts_equal_total") for f in ("dti", "pii", "papi", "pci")],
    ("pii", f"UPDATE batch SET value = 49.37 {one('item IS NULL')}", "points.parts_equal_total"),
    ("papi", f"UPDATE batch SET value = 10.4 {one('item IS NOT NULL')}", "item.within_maximum"),
    ("air_quality", f"UPDATE batch SET pm10 = pm25 / 2 {WORKING}", "pm25.within_pm10"),
    ("air_quality", f"UPDATE batch SET pm25 = pm25 * 1000, pm10 = pm10 * 1000 {WORKING}", "pm25.plausible"),
    ("air_quality", f"UPDATE batch SET aqi = 3 {WORKING}", "aqi.not_below_pm25"),
    ("air_quality", f"UPDATE batch SET trang_thai = 'loi' {WORKING}", "values.sleep_with_device"),
    ("air_quality", f"UPDATE batch SET pm25 = NULL, pm10 = NULL {WORKING}", "values.working_has_reading"),
    ("air_quality", "UPDATE batch SET pm25 = 17.3, pm10 = 40", "pm25.not_frozen"),
    ("air_quality", f"UPDATE batch SET pm25 = 300, pm10 = 400, aqi = 400 {one('hour(thoi_diem) = 9 AND pm25 IS NOT NULL')}", "pm25.no_spike"),
    ("air_quality", "DELETE FROM batch WHERE hour(thoi_diem) < 8", "hours.complete"),
    ("air_quality", f"UPDATE batch SET thoi_diem = thoi_diem + INTERVAL 7 MINUTE {FIRST}", "thoi_diem.whole_hour"),
    ("air_quality", f"UPDATE batch SET gui_luc = thoi_diem - INTERVAL 1 HOUR {FIRST}", "gui_luc.after_reading"),
    ("water_quality", f"UPDATE batch SET vuot_nguong = NOT vuot_nguong {FIRST}", "vuot_nguong.recomputed"),
    ("water_quality", f"UPDATE batch SET cod = NULL {FIRST}", "vuot_nguong.unknown_without_reading"),
    ("water_quality", f"UPDATE batch SET ph = 71 {FIRST}", "ph.range"),
    ("water_quality", f"UPDATE batch SET cod = 16000, vuot_nguong = true {FIRST}", "cod.scale"),
    ("water_quality", "INSERT INTO batch SELECT * REPLACE (_row + 9000 AS _row, thoi_diem - INTERVAL 1 DAY AS thoi_diem) FROM batch; UPDATE batch SET cod = 7", "values.not_frozen"),
    ("water_quality", "INSERT INTO batch SELECT * REPLACE (_row + 9000 AS _row, thoi_diem - INTERVAL 1 DAY AS thoi_diem) FROM batch; UPDATE batch SET cod = nguong_cod * (0.99 + 0.0001 * (_row % 40)) WHERE loai_tram = 'xa_thai'", "cod.capped"),
    ("water_quality", f"UPDATE batch SET _previous_cod = nguong_cod + 10 {FIRST}", "cod.not_rewritten"),
    ("water_quality", f"UPDATE batch SET trang_thai = 'hieu_chuan' {FIRST}", "values.sleep_with_device"),
    ("reservoirs", f"UPDATE batch SET dung_tich = dung_tich_thiet_ke * 1.3 {FIRST}", "dung_tich.within_design"),
    ("reservoirs", f"UPDATE batch SET ty_le = ty_le + 3 {FIRST}", "ty_le.recomputed"),
    ("reservoirs", "INSERT INTO batch SELECT * REPLACE (_row + 9000 AS _row, ngay + 1 AS ngay, dung_tich * 0.7 AS dung_tich) FROM batch", "dung_tich.balance"),
    ("reservoirs", "INSERT INTO batch SELECT * REPLACE (_row + 9000 AS _row, ngay + 1 AS ngay, dung_tich * 0.7 AS dung_tich, muc_nuoc + 2 AS muc_nuoc) FROM batch", "muc_nuoc.follows_volume"),
    ("reservoirs", "UPDATE batch SET muc_nuoc = 50, dung_tich = 3", "muc_nuoc.not_frozen"),
    ("reservoirs", f"UPDATE batch SET muc_nuoc = muc_nuoc_lu + 1, luu_luong_xa = 0 {FIRST}", "muc_nuoc.flood_needs_release"),
    ("reservoirs", f"UPDATE batch SET dung_tich_thiet_ke = dung_tich_thiet_ke * 1000000 {FIRST}", "dung_tich.scale"),
    ("reservoirs", f"UPDATE batch SET _previous_dung_tich_thiet_ke = dung_tich_thiet_ke + 1 {FIRST}", "dung_tich_thiet_ke.unchanged"),
    ("rain_rivers", f"UPDATE batch SET mua_24h = 0, mua_1h = 8 {FIRST}", "mua_24h.at_least_hour"),
    ("rain_rivers", f"UPDATE batch SET cap_bao_dong = 3 {RIVER}", "cap_bao_dong.recomputed"),
    ("rain_rivers", f"UPDATE batch SET muc_nuoc = NULL {RIVER}", "cap_bao_dong.unknown_without_level"),
    ("rain_rivers", f"UPDATE batch SET bao_dong_1 = bao_dong_3 + 1 {RIVER}", "bao_dong.in_order"),
    ("rain_rivers", "UPDATE batch SET mua_24h = mua_24h + 5", "mua_24h.recomputed"),
    ("rain_rivers", f"UPDATE batch SET muc_nuoc = muc_nuoc + 6 {one('muc_nuoc IS NOT NULL AND hour(thoi_diem) = 7')}", "muc_nuoc.no_leap"),
    ("rain_rivers", f"UPDATE batch SET mua_1h = 400, mua_24h = 400 {FIRST}", "mua_1h.plausible"),
    ("traffic_accidents", f"UPDATE batch SET so_chet = 1, muc_do = 'va_cham' {FIRST}", "muc_do.fatal_is_serious"),
    ("traffic_accidents", f"UPDATE batch SET so_chet = 0, so_bi_thuong = 0, muc_do = 'rat_nghiem_trong' {FIRST}", "muc_do.grave_has_victims"),
    ("traffic_accidents", f"UPDATE batch SET so_chet = 90, muc_do = 'dac_biet_nghiem_trong' {FIRST}", "so_chet.plausible"),
    ("traffic_accidents", f"UPDATE batch SET _previous_so_chet = so_chet + 1 {FIRST}", "so_chet.not_lowered"),
    ("traffic_accidents", f"UPDATE batch SET _previous_ma_xa = '00001' {FIRST}", "ma_xa.unchanged"),
    ("traffic_accidents", f"INSERT INTO batch SELECT * REPLACE (90000 AS _row, 'TN56999999001' AS ma_vu) FROM batch {FIRST}", "ma_vu.same_event"),
    ("traffic_accidents", "UPDATE batch SET nguyen_nhan = 'khac'", "nguyen_nhan.varies"),
    ("traffic_accidents", f"UPDATE batch SET cap_nhat_luc = thoi_gian - INTERVAL 1 DAY {FIRST}", "cap_nhat_luc.after_event"),
    ("digital_society", f"UPDATE batch SET dan_so_5g = dan_so + 1 {FIRST}", "dan_so_5g.within_dan_so"),
    ("digital_society", f"UPDATE batch SET co_chu_ky_so = nguoi_truong_thanh + 1 {FIRST}", "co_chu_ky_so.within_nguoi_truong_thanh"),
    ("digital_society", "UPDATE batch SET dan_so_5g = CAST(dan_so AS DOUBLE) * 0.7", "rate.varies"),
    ("digital_society", f"UPDATE batch SET ho_gia_dinh = dan_so, ho_internet = 1 {FIRST}", "ho_gia_dinh.size"),
    ("digital_society", f"UPDATE batch SET _previous_dan_so = dan_so * 2 {FIRST}", "dan_so.same_source"),
    ("digital_society", "DELETE FROM batch WHERE _row = 2", "ma_xa.every_commune"),
    ("st_tasks", f"UPDATE batch SET tong_kinh_phi = tong_kinh_phi + 40 {FIRST}", "tong_kinh_phi.parts"),
    ("st_tasks", f"UPDATE batch SET kinh_phi_nsnn = 4e8, tong_kinh_phi = 4e8 + kinh_phi_ngoai {FIRST}", "tong_kinh_phi.scale"),
    ("st_tasks", f"UPDATE batch SET ngay_nghiem_thu = NULL {ACCEPTED}", "trang_thai.accepted_has_date"),
    ("st_tasks", f"UPDATE batch SET thuong_mai_hoa = true, don_vi_ung_dung = NULL {ACCEPTED}", "don_vi_ung_dung.named"),
    ("st_tasks", f"UPDATE batch SET van_de = 'không' {FIRST}", "van_de.not_placeholder"),
    ("st_tasks", f"UPDATE batch SET _previous_trang_thai = 'nghiem_thu' {one('''trang_thai <> 'nghiem_thu' ''')}", "trang_thai.not_reopened"),
    ("st_tasks", f"UPDATE batch SET _previous_han_nghiem_thu = CAST(cap_nhat_luc AS DATE) - 9, han_nghiem_thu = CAST(cap_nhat_luc AS DATE) + 90 {FIRST}", "han_nghiem_thu.moved_after_due"),
    ("innovation_enterprises", f"UPDATE batch SET dn_doi_moi = dn_hoat_dong + 1 {FIRST}", "dn_doi_moi.within_dn_hoat_dong"),
    ("innovation_enterprises", f"UPDATE batch SET dn_trong_diem = dn_khcn + 1 {FIRST}", "dn_trong_diem.within_dn_khcn"),
    ("innovation_enterprises", "UPDATE batch SET dn_trong_diem = 5, dn_khcn = 5", "dn_trong_diem.list"),
    ("innovation_enterprises", f"UPDATE batch SET _previous_dn_hoat_dong = 5 * dn_hoat_dong + 60 {FIRST}", "dn_hoat_dong.no_leap"),
    ("innovation_enterprises", f"UPDATE batch SET ky = '2026-Q2' {FIRST}", "ky.form"),
]  # fmt: skip


@pytest.mark.parametrize(("feed", "fault", "rule"), FAULTS, ids=[f"{feed}.{rule}" for feed, _, rule in FAULTS])
def test_a_planted_fault_is_caught(
    warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: str, fault: str, rule: str
) -> None:
    validation = judged(warehouse, catalogue, feed, fault)
    assert f"{feed}.{rule}" in {r.expectation_id for r in validation.failed()}
    assert validation.errors() == ()
