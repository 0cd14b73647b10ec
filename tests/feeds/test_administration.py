"""Administration feeds: the newest simulated delivery passes, each planted fault is caught by the rule meant for it, and
the formulas give the published test vectors."""

# ruff: noqa: E501  a table of one fault a line
from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import duckdb
import pytest

from ioc_pipeline.compute.incremental import refresh
from ioc_pipeline.compute.shown import show, values_at
from ioc_pipeline.compute.values import Value
from ioc_pipeline.contracts.catalogue import Catalogue
from tests.compute.engine_fixture import warehouse as empty_warehouse
from tests.feeds.planted import judged, newest_deliveries

FEEDS = ("board_766", "score_766", "procedures", "feedback", "petitions", "tasks", "e_documents", "land_dossiers")
UNTIL = date(2026, 10, 10)  # the newest board is that of September, the end of a quarter
NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    con = newest_deliveries(tmp_path_factory.mktemp("administration"), catalogue, FEEDS, until=UNTIL, months=4)
    yield con
    con.close()


@pytest.mark.parametrize("feed", FEEDS)
def test_the_sample_is_clean(warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: str) -> None:
    validation = judged(warehouse, catalogue, feed)
    assert [(r.expectation_id, r.message.en) for r in validation.failed()] == []
    assert validation.errors() == ()
    assert warehouse.execute("SELECT count(*), count_if(len(_problems) > 0), min(simulated) FROM batch").fetchone()[
        1:
    ] == (0, True)


ONE = "WHERE _row = (SELECT min(_row) FROM batch WHERE {})"
QUARTER = ONE.format("loai_ky = 'quy' AND tong_tiep_nhan >= 50")
MONTH = ONE.format("loai_ky = 'thang' AND tong_tiep_nhan >= 50 AND co_so_hoa_tphs < tiep_nhan")
ANSWERED = ONE.format("trang_thai = 'da-tra-loi' AND muc_hai_long IS NOT NULL")
DONE = ONE.format("trang_thai = 'hoan-thanh'")
OPEN = ONE.format("trang_thai = 'dang'")
SETTLED = ONE.format("trang_thai = 'da-giai-quyet'")
ACCEPTED = ONE.format("trang_thai = 'dang-giai-quyet'")
FIRST = "WHERE _row = 1"

FAULTS = [
    ("board_766", f"UPDATE batch SET tiep_nhan_bcci = tiep_nhan_bcci + 1 {MONTH}", "channels.add_up"),
    ("board_766", f"UPDATE batch SET truc_tuyen_qua_han = truc_tuyen_qua_han + 3 {MONTH}", "in_process.adds_up"),
    ("board_766", f"UPDATE batch SET chua_so_hoa_tphs = chua_so_hoa_tphs + 1 {MONTH}", "components.add_up"),
    ("board_766", f"UPDATE batch SET da_giai_quyet_da_so_hoa = da_giai_quyet_da_so_hoa - 1 {MONTH}", "results.add_up"),
    ("board_766", f"UPDATE batch SET co_tai_su_dung = tiep_nhan + 1 {MONTH}", "co_tai_su_dung.within_received"),
    ("board_766", f"UPDATE batch SET co_tai_su_dung_dvcqg = co_tai_su_dung + 1 {MONTH}", "co_tai_su_dung_dvcqg.within_reuse"),
    ("board_766", f"UPDATE batch SET da_thanh_toan_truc_tuyen = tong_co_nghia_vu + 1 {MONTH}", "da_thanh_toan.within_duty"),
    ("board_766", f"UPDATE batch SET tong_co_nghia_vu = tong_tiep_nhan + 1 {MONTH}", "tong_co_nghia_vu.within_received"),
    ("board_766", f"UPDATE batch SET tong_da_dong_bo = tong_tiep_nhan + 1 {MONTH}", "tong_da_dong_bo.within_received"),
    ("board_766", f"UPDATE batch SET ty_le_qua_mang = ty_le_qua_mang + 0.02 {MONTH}", "ty_le_qua_mang.recomputes"),
    ("board_766", f"UPDATE batch SET ty_le_thanh_toan = 100.0 * da_thanh_toan_truc_tuyen / tong_tiep_nhan {MONTH}", "ty_le_thanh_toan.recomputes"),
    ("board_766", f"UPDATE batch SET tong_tiep_nhan = 0, ty_le_qua_mang = 100 {MONTH}", "ratios.nil_is_empty"),
    ("board_766", f"UPDATE batch SET nhom_don_vi = 'quan-huyen' {MONTH}", "nhom_don_vi.no_district"),
    ("board_766", f"UPDATE batch SET ten_thong_ke = 'UBND huyện Diên Khánh' {MONTH}", "ten_thong_ke.not_abolished"),
    ("board_766", f"UPDATE batch SET den_ngay = den_ngay - 1 {MONTH}", "period.bounds"),
    ("board_766", f"UPDATE batch SET tiep_nhan_truc_tiep = tiep_nhan_truc_tiep + 9, tong_tiep_nhan = tong_tiep_nhan + 9, tiep_nhan = tiep_nhan + 9 {QUARTER}", "quarter.sum_of_months"),
    ("board_766", f"UPDATE batch SET truc_tuyen_trong_han = 3 * truc_tuyen_trong_han, tong_truc_tuyen_dang_xu_ly = 3 * tong_truc_tuyen_dang_xu_ly {QUARTER}", "quarter.stock_not_summed"),
    ("board_766", f"UPDATE batch SET da_giai_quyet = 1 {QUARTER}", "longer.not_smaller"),
    ("board_766", "DELETE FROM batch WHERE ma_co_quan = (SELECT max(ma_co_quan) FROM batch WHERE nhom_don_vi = 'xa-phuong')", "communes.all_present"),
    ("board_766", f"INSERT INTO batch SELECT * REPLACE (90000 AS _row, 'H32.199' AS ma_co_quan) FROM batch {MONTH}", "units.not_copied"),
    ("board_766", f"INSERT INTO batch SELECT * REPLACE (90000 AS _row, DATE '2026-05-01' AS tu_ngay, DATE '2026-05-31' AS den_ngay) FROM batch {MONTH}", "months.not_repeated"),
    ("board_766", "UPDATE batch SET co_so_hoa_tphs = tiep_nhan, chua_so_hoa_tphs = 0", "co_so_hoa_tphs.varies"),
    ("board_766", f"UPDATE batch SET _previous_tong_tiep_nhan = tong_tiep_nhan - 5 {MONTH}", "closed_month.unchanged"),
    ("score_766", f"UPDATE batch SET so_hoa = 22.4, tong_diem = tong_diem - so_hoa + 22.4 {FIRST}", "so_hoa.within_maximum"),
    ("score_766", f"UPDATE batch SET tong_diem = tong_diem + 0.02 {FIRST}", "tong_diem.adds_up"),
    ("score_766", f"UPDATE batch SET xep_hang = 35 {FIRST}", "xep_hang.within_ranked"),
    ("score_766", f"UPDATE batch SET so_don_vi_xep_hang = 63 {FIRST}", "xep_hang.of_34"),
    ("score_766", f"UPDATE batch SET tong_diem = tong_diem - 9, hai_long = hai_long - 9 {FIRST}", "tong_diem.steady"),
    ("score_766", f"UPDATE batch SET _previous_tong_diem = tong_diem - 0.5 {FIRST}", "reading.unchanged"),
    ("score_766", "DELETE FROM batch WHERE _row = 5", "days.no_gap"),
    ("score_766", f"INSERT INTO batch SELECT * REPLACE (900 AS _row, '01' AS ma_tinh, tong_diem - 1 AS tong_diem, 1 AS xep_hang) FROM batch {FIRST}", "xep_hang.agrees_with_scores"),
    ("procedures", f"UPDATE batch SET du_dieu_kien_toan_trinh = false {ONE.format('muc_do = $$toan-trinh$$')}", "toan_trinh.only_eligible"),
    ("procedures", f"UPDATE batch SET thanh_toan_truc_tuyen = false {ONE.format('muc_do = $$toan-trinh$$ AND co_phi')}", "toan_trinh.payable_online"),
    ("procedures", f"UPDATE batch SET ma_tthc = '1.01070' {FIRST}", "ma_tthc.form"),
    ("procedures", f"UPDATE batch SET thuoc_top50 = false {ONE.format('thuoc_top50')}", "top50.at_most_50"),
    ("procedures", f"UPDATE batch SET ho_so_truc_tuyen = ho_so_trong_thang + 1 {FIRST}", "ho_so_truc_tuyen.within_received"),
    ("procedures", f"INSERT INTO batch SELECT * REPLACE (9000 AS _row, '1.999999' AS ma_tthc) FROM batch {ONE.format('tinh_trang = $$hieu-luc$$')}", "ten_tthc.one_code"),
    ("feedback", f"UPDATE batch SET tra_loi_luc = NULL {ANSWERED}", "trang_thai.answered_has_time"),
    ("feedback", f"UPDATE batch SET han_xu_ly = tiep_nhan_luc - INTERVAL 1 HOUR {ANSWERED}", "han_xu_ly.after_receipt"),
    ("feedback", f"UPDATE batch SET _previous_tra_loi_luc = tra_loi_luc + INTERVAL 2 DAY {ANSWERED}", "tra_loi_luc.unchanged"),
    ("feedback", f"UPDATE batch SET _previous_muc_hai_long = 'khong-hai-long', muc_hai_long = 'hai-long' {ANSWERED}", "muc_hai_long.not_improved"),
    ("feedback", f"UPDATE batch SET _previous_han_xu_ly = cap_nhat_luc - INTERVAL 1 DAY, han_xu_ly = cap_nhat_luc + INTERVAL 9 DAY {ANSWERED}", "han_xu_ly.not_extended_when_late"),
    ("feedback", f"UPDATE batch SET ma_phan_anh = 'PA-0905123456' {ANSWERED}", "ma_phan_anh.no_personal_number"),
    ("feedback", f"INSERT INTO batch SELECT * REPLACE (90000 AS _row, 'PA202609999' AS ma_phan_anh) FROM batch {ANSWERED}", "item.not_twice"),
    ("feedback", "UPDATE batch SET tra_loi_luc = han_xu_ly WHERE tra_loi_luc IS NOT NULL", "tra_loi_luc.not_all_at_due"),
    ("petitions", f"UPDATE batch SET ngay_thu_ly = ngay_nhan - 1 {ACCEPTED}", "ngay_thu_ly.after_receipt"),
    ("petitions", f"UPDATE batch SET han_giai_quyet = NULL {ACCEPTED}", "accepted.has_due"),
    ("petitions", f"UPDATE batch SET han_giai_quyet = ngay_thu_ly + 120, loai_don = 'to-cao' {ACCEPTED}", "han_giai_quyet.by_law"),
    ("petitions", f"UPDATE batch SET so_nguoi = 12, dong_nguoi = false {ACCEPTED}", "dong_nguoi.agrees"),
    ("petitions", f"UPDATE batch SET ket_qua = NULL {SETTLED}", "settled.has_result"),
    ("petitions", f"UPDATE batch SET _previous_trang_thai = 'dang-giai-quyet', _previous_cap_nhat_luc = ngay_giai_quyet + INTERVAL 9 DAY {SETTLED}", "ngay_giai_quyet.not_backdated"),
    ("tasks", f"UPDATE batch SET han_hoan_thanh = NULL {DONE}", "han_hoan_thanh.present"),
    ("tasks", f"UPDATE batch SET kho_khan_tu = CAST(cap_nhat_luc AS DATE) - 8, ngay_chuyen_cap = NULL, ngay_thao_go = NULL {OPEN}", "stuck.escalated"),
    ("tasks", f"UPDATE batch SET kho_khan_tu = DATE '2026-01-05', ngay_chuyen_cap = DATE '2026-01-10', ngay_quyet_dinh = NULL, ngay_thao_go = NULL {OPEN}", "escalated.decided"),
    ("tasks", f"UPDATE batch SET so_van_ban_ket_qua = NULL {DONE}", "done.has_evidence"),
    ("tasks", f"UPDATE batch SET tien_do = 80 {DONE}", "tien_do.agrees"),
    ("tasks", f"UPDATE batch SET _previous_trang_thai = 'dang', _previous_cap_nhat_luc = ngay_hoan_thanh + INTERVAL 5 DAY {DONE}", "ngay_hoan_thanh.not_backdated"),
    ("tasks", f"UPDATE batch SET _previous_han_hoan_thanh = CAST(cap_nhat_luc AS DATE) - 3, han_hoan_thanh = CAST(cap_nhat_luc AS DATE) + 20 {OPEN}", "han_hoan_thanh.not_moved_when_late"),
    ("tasks", "UPDATE batch SET ngay_hoan_thanh = han_hoan_thanh WHERE ngay_hoan_thanh IS NOT NULL", "ngay_hoan_thanh.not_all_at_deadline"),
    ("e_documents", f"UPDATE batch SET vb_di_toan_trinh = vb_di_ky_so_ca_nhan + 1 {FIRST}", "vb_di_toan_trinh.both_signatures"),
    ("e_documents", f"UPDATE batch SET ty_le_toan_trinh = 99.99 {FIRST}", "ty_le_toan_trinh.recomputes"),
    ("e_documents", f"INSERT INTO batch SELECT * REPLACE (9000 AS _row, 'H32.199' AS ma_co_quan) FROM batch {FIRST}", "agencies.not_copied"),
    ("e_documents", f"UPDATE batch SET vb_mat = vb_den {FIRST}", "secret.not_electronic"),
    ("land_dossiers", f"UPDATE batch SET tra_lai = tra_lai + 1 {FIRST}", "stock.balances"),
    ("land_dossiers", "UPDATE batch SET ton_dau_ky = ton_dau_ky + 2, ton_cuoi_ky = ton_cuoi_ky + 2 WHERE thang = '2026-09'", "stock.carried_over"),
    ("land_dossiers", f"UPDATE batch SET thua_dung_du_sach_song = thua_da_so_hoa + 1 {FIRST}", "thua_dung_du_sach_song.within_thua_da_so_hoa"),
    ("land_dossiers", "UPDATE batch SET thua_dat = thua_dat * 1000 WHERE thang = '2026-09'", "thua_dat.steady"),
    ("land_dossiers", "DELETE FROM batch WHERE ma_xa = (SELECT max(ma_xa) FROM batch)", "communes.all_present"),
]  # fmt: skip


@pytest.mark.parametrize(("feed", "fault", "rule"), FAULTS, ids=[f"{feed}.{rule}" for feed, _, rule in FAULTS])
def test_a_planted_fault_is_caught(
    warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, feed: str, fault: str, rule: str
) -> None:
    validation = judged(warehouse, catalogue, feed, fault)
    assert f"{feed}.{rule}" in {r.expectation_id for r in validation.failed()}
    assert validation.errors() == ()


THAI_NGUYEN = "cong_khai = 15.67, tien_do = 19.31, dich_vu_truc_tuyen = 17.49, so_hoa = 17.86, hai_long = 16.64, tong_diem = 86.97"
"""Published reading of 29/8/2025 (test vector TV-01): rank 1 of 34."""


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("xep_hang = 1", set()),
        ("tong_diem = 86.99", {"score_766.tong_diem.adds_up"}),
        ("tong_diem = 86.56", {"score_766.tong_diem.adds_up"}),  # the total of another province (TV-02)
        ("tien_do = 20.31, tong_diem = 87.97", {"score_766.tien_do.within_maximum"}),
        ("hai_long = 18.01, tong_diem = 88.34", {"score_766.hai_long.within_maximum"}),
    ],
)
def test_the_published_score_passes_and_no_other(
    warehouse: duckdb.DuckDBPyConnection, catalogue: Catalogue, change: str, broken: set[str]
) -> None:
    reading = (
        "DELETE FROM batch WHERE _row > 1",
        f"UPDATE batch SET ma_tinh = '19', ngay = DATE '2025-08-29', cap_nhat_luc = TIMESTAMP '2025-08-29 16:00', xep_hang = 1, {THAI_NGUYEN}",
        f"UPDATE batch SET {change}",
    )
    failed = {r.expectation_id: r.clause for r in judged(warehouse, catalogue, "score_766", *reading).failed()}
    assert set(failed) == broken and set(failed.values()) <= {"IOC-DUNG-06"}


@pytest.fixture(scope="module")
def feedback_items() -> Iterator[duckdb.DuckDBPyConnection]:
    """200 items of one commune due in September: 190 on time, 12 not satisfied, 3 of these also complained (TV-20); one
    item of another commune due in August (TV-21)."""
    con = empty_warehouse()
    con.execute(
        "CREATE TABLE records_feedback AS SELECT '22366' AS ma_xa, TIMESTAMP '2026-09-15 17:00' AS han_xu_ly, "
        "CASE WHEN i > 190 THEN NULL ELSE TIMESTAMP '2026-09-14 09:00' END AS tra_loi_luc, 'da-tra-loi' AS trang_thai, "
        "CASE WHEN i <= 12 THEN 'khong-hai-long' WHEN i <= 150 THEN 'hai-long' END AS muc_hai_long, "
        "i <= 3 AS bi_khieu_nai, true AS simulated, now() AS _known_at, TIMESTAMPTZ '2026-10-01' AS _version_at "
        "FROM range(1, 201) AS r(i)"
    )
    con.execute(
        "INSERT INTO records_feedback SELECT * REPLACE ('22390' AS ma_xa, TIMESTAMP '2026-08-15 17:00' AS han_xu_ly) "
        "FROM records_feedback LIMIT 1"
    )
    con.execute("CREATE VIEW feedback AS FROM records_feedback")
    yield con
    con.close()


def _values(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, code: str) -> dict[tuple[str, str], Value]:
    refresh(con, catalogue, NOW)
    show(con, catalogue)
    return {(v.area, v.period.text): v for v in values_at(con, code)}


def test_feedback_ratios_of_decision_766(feedback_items: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """TV-20: an item both not satisfied and complained about is subtracted once, so 94.00 %, not 92.50 %."""
    on_time = _values(feedback_items, catalogue, "HC_PAKN_DH")
    satisfied = _values(feedback_items, catalogue, "HC_PAKN_HL")
    for area in ("56", "22366"):
        assert on_time[area, "2026-09"].value == pytest.approx(95.0)
        assert satisfied[area, "2026-09"].value == pytest.approx(94.0)


def test_no_feedback_is_nil_not_zero(feedback_items: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """TV-21: a commune without an item in a month has no ratio, neither 0 % nor 100 %."""
    for code in ("HC_PAKN_DH", "HC_PAKN_HL"):
        nothing = _values(feedback_items, catalogue, code)["22390", "2026-09"]
        assert (nothing.value, nothing.value_status, nothing.denominator) == (None, "nil", 0)
