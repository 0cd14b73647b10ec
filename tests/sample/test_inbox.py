"""The sample: deterministic, simulated, clean, and plausible for every province."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.read.exchange.indicator_json import read_indicator_json
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.records.table_file import read_table
from ioc_pipeline.sample import dossier_records
from ioc_pipeline.sample.inbox import SampleFile, SampleSummary, generate_inbox, last_month_end
from ioc_pipeline.sample.indicator_messages import months_until
from tests.read.declared_feeds import declared_feed

FEEDS = ("dossiers", "lris_indicators", "province_published")
"""Feeds with generators of their own; the declared samples of the others: test_declared.py."""

UNTIL = date(2026, 10, 31)
DOSSIER_CODE = r"^(\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(\.\d{1,3}){0,3})-\d{6}-\d{4,5}$"
PROCEDURE_CODE = r"^[1-3]\.\d{6}(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}(\.\d{2,3})?)?$"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(province="56")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleSummary]:
    out = tmp_path_factory.mktemp("inbox")
    return out, generate_inbox(out, province="56", seed=7, dossiers=4000, months=12, until=UNTIL, feeds=FEEDS)


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _read(file: SampleFile, catalogue: Catalogue, folder: Path) -> Reading:
    feed, out = declared_feed(file.feed), folder / file.feed / f"{file.path.name}.parquet"
    if file.feed == "lris_indicators":
        codes, province = catalogue.codes, catalogue.province
        return read_indicator_json(feed, file.path, file.path.name, out, code_lists=codes, province=province)
    return read_table(feed, file.path, file.path.name, out, code_lists=catalogue.codes)


@pytest.mark.parametrize("province", ["12", "15", "79"])  # fewest communes, a code that changed hands, most communes
@pytest.mark.parametrize("seed", [1, 2026])
def test_same_arguments_give_the_same_bytes(tmp_path: Path, province: str, seed: int) -> None:
    for name in ("a", "b"):
        generate_inbox(tmp_path / name, province=province, seed=seed, dossiers=500, months=4, until=UNTIL, feeds=FEEDS)
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")
    generate_inbox(tmp_path / "c", province=province, seed=seed + 1, dossiers=500, months=4, until=UNTIL, feeds=FEEDS)
    first, other = _hashes(tmp_path / "a"), _hashes(tmp_path / "c")
    assert first.keys() == other.keys()
    assert [n for n in first if first[n] == other[n]] == ["province_published/published_2025.csv"]


def test_every_province_has_a_sample(tmp_path: Path) -> None:
    for unit in units.provinces():
        done = generate_inbox(tmp_path / unit.code, province=unit.code, dossiers=60, months=2, until=UNTIL, feeds=FEEDS)
        assert {f.feed for f in done.files} == {"lris_indicators", "dossiers", "province_published"}


def test_every_file_reads_without_a_problem(
    sample: tuple[Path, SampleSummary], catalogue: Catalogue, tmp_path: Path
) -> None:
    for file in sample[1].files:
        reading = _read(file, catalogue, tmp_path)
        assert (reading.received, reading.simulated, reading.notices) == (file.records, file.simulated, ())
        rows = f"read_parquet('{reading.rows_path}')"
        found = duckdb.sql(f"SELECT count(*), count(*) FILTER (simulated) FROM {rows} WHERE len(_problems) = 0")
        assert found.fetchone() == (file.records, file.records if file.simulated else 0)


@pytest.fixture(scope="module")
def dossiers(
    sample: tuple[Path, SampleSummary], catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("rows")
    con = duckdb.connect()
    parts = []
    for number, file in enumerate(f for f in sample[1].files if f.feed == "dossiers"):
        path = _read(file, catalogue, folder).rows_path
        parts.append(f"SELECT {number} AS delivery, '{file.path.suffix}' AS suffix, * FROM read_parquet('{path}')")
    con.execute(f"CREATE TABLE d AS {' UNION ALL BY NAME '.join(parts)}")
    return con


def test_dossiers_come_in_three_formats_and_later_ones_update(dossiers: duckdb.DuckDBPyConnection) -> None:
    found = dossiers.execute("SELECT delivery, any_value(suffix) FROM d GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [(0, ".parquet"), (1, ".csv"), (2, ".json")]
    assert dossiers.execute("SELECT count(DISTINCT ma_ho_so) FROM d").fetchone() == (4000,)
    assert dossiers.execute(
        "SELECT count(*) FROM (SELECT 1 FROM d GROUP BY delivery, ma_ho_so HAVING count(*) > 1)"
    ).fetchone() == (0,)
    again, states = dossiers.execute(
        """SELECT count(*), count(*) FILTER (a.trang_thai <> b.trang_thai) FROM d a JOIN d b USING (ma_ho_so)
           WHERE a.delivery = 0 AND b.delivery > 0"""
    ).fetchone() or (0, 0)
    assert again > 0.04 * 4000 and states > 50
    assert dossiers.execute(
        """SELECT count(*) FROM d a JOIN d b USING (ma_ho_so)
           WHERE a.delivery < b.delivery AND a.cap_nhat_luc >= b.cap_nhat_luc"""
    ).fetchone() == (0,)


def test_dossiers_keep_the_rules(dossiers: duckdb.DuckDBPyConnection) -> None:
    broken = {
        "code": f"NOT regexp_matches(ma_ho_so, '{DOSSIER_CODE}')",
        "four-digit sequence": "NOT regexp_matches(ma_ho_so, '-[0-9]{4}$')",
        "date in the code": "split_part(ma_ho_so, '-', 2) <> strftime(ngay_tiep_nhan, '%y%m%d')",
        "agency in the code": "split_part(ma_ho_so, '-', 1) <> don_vi_xu_ly",
        "procedure": f"NOT regexp_matches(ma_tthc, '{PROCEDURE_CODE}')",
        "field": r"NOT regexp_matches(ma_linh_vuc, '^G\d{2}-[A-Z]{2}\d{2}$')",
        "due after receipt": "ngay_hen_tra < ngay_tiep_nhan",
        "events in order": "ngay_ket_thuc_xu_ly < ngay_tiep_nhan OR ngay_tra < ngay_ket_thuc_xu_ly",
        "state 10 has a return": "(trang_thai = '10') <> (ngay_tra IS NOT NULL)",
        "an end when processed": "(trang_thai IN ('9', '10')) <> (ngay_ket_thuc_xu_ly IS NOT NULL)",
        "result only when processed": "(ket_qua_dien_tu IS NULL) <> (ngay_ket_thuc_xu_ly IS NULL)",
        "online payment needs a fee": "thanh_toan_truc_tuyen AND NOT co_nghia_vu_tai_chinh",
        "future": "greatest(ngay_tiep_nhan, ngay_ket_thuc_xu_ly, ngay_tra, cap_nhat_luc) >= TIMESTAMP '2026-11-01'",
    }
    for name, condition in broken.items():
        assert dossiers.execute(f"SELECT count(*) FROM d WHERE {condition}").fetchone() == (0,), name
    communes = {u.code for u in units.communes("56")}
    assert {
        c for (c,) in dossiers.execute("SELECT DISTINCT ma_xa FROM d WHERE ma_xa IS NOT NULL").fetchall()
    } <= communes
    gaps = dossiers.execute(
        """SELECT count(*) FROM (SELECT max(ma_ho_so[-4:]::INT) AS last, count(DISTINCT ma_ho_so) AS n FROM d
           GROUP BY don_vi_xu_ly, ngay_tiep_nhan::DATE) WHERE last <> n"""
    ).fetchone()
    assert gaps == (0,), "sequences of a day have no gaps"


def test_dossier_ratios_are_near_the_published_ones(dossiers: duckdb.DuckDBPyConnection) -> None:
    row = dossiers.execute(
        """SELECT avg((ngay_ket_thuc_xu_ly <= ngay_hen_tra)::INT), avg((kenh_thuc_hien = '2')::INT),
                  avg(so_hoa::INT), avg(ket_qua_dien_tu::INT), avg(co_nghia_vu_tai_chinh::INT),
                  avg(thanh_toan_truc_tuyen::INT) FILTER (co_nghia_vu_tai_chinh)
           FROM (SELECT * FROM d QUALIFY row_number() OVER (PARTITION BY ma_ho_so ORDER BY delivery DESC) = 1)"""
    ).fetchone()
    assert row is not None
    on_time, online, digitised, electronic, fee, paid = row
    assert 0.955 < on_time < 0.99 and 0.63 < online < 0.70
    assert 0.85 < digitised < 0.97 and 0.8 < electronic < 0.93 and 0.5 < fee < 0.95 and 0.5 < paid < 0.8


@pytest.fixture(scope="module")
def statements(
    sample: tuple[Path, SampleSummary], catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("rows")
    paths = [str(_read(f, catalogue, folder).rows_path) for f in sample[1].files if f.feed == "lris_indicators"]
    con = duckdb.connect()
    con.execute("CREATE TABLE s AS SELECT * FROM read_parquet($paths, filename = true)", {"paths": paths})
    return con


def test_every_declared_indicator_is_sent_in_every_kind(statements: duckdb.DuckDBPyConnection) -> None:
    declared = {d for (d,) in statements.execute("SELECT DISTINCT indicator FROM s").fetchall()}
    text = (declared_feed("lris_indicators").folder / "indicators.yaml").read_text(encoding="utf-8")
    assert declared == set(re.findall(r"code: (\w+)", text))
    kinds = statements.execute("SELECT DISTINCT data_type FROM s ORDER BY 1").fetchall()
    assert kinds == [("actual",), ("estimate",), ("official",), ("plan",)]


def test_vintages_exist_and_one_file_says_a_thing_once(statements: duckdb.DuckDBPyConnection) -> None:
    key = "indicator, area, period, measure, data_type, unit, agency"
    twice = f"SELECT count(*) FROM (SELECT 1 FROM s GROUP BY filename, {key} HAVING count(*) > 1)"
    assert statements.execute(twice).fetchone() == (0,)
    revised = f"SELECT count(*) FROM (SELECT 1 FROM s GROUP BY {key} HAVING count(DISTINCT value) > 1)"
    assert (statements.execute(revised).fetchone() or (0,))[0] >= 3


def test_statements_hold_together(statements: duckdb.DuckDBPyConnection) -> None:
    def none(condition: str) -> None:
        assert statements.execute(f"SELECT count(*) FROM s WHERE {condition}").fetchone() == (0,), condition

    none("denominator > 0 AND abs(value - 100 * numerator / denominator) > 0.006")
    none("denominator = 0 AND (value IS NOT NULL OR value_status <> 'nil')")
    shares = "unit = '%' AND measure IN ('rate', 'share', 'ytd_rate') AND indicator NOT LIKE 'NS_%'"  # over an estimate
    none(f"{shares} AND indicator <> 'KT_GRDP_TT' AND value NOT BETWEEN 0 AND 100")
    none("value < 0 OR period_end < DATE '2025-07-31'")
    none("data_type <> 'plan' AND period_end > DATE '2026-10-31'")
    falls = statements.execute(
        """SELECT count(*) FROM (SELECT value - lag(value) OVER (PARTITION BY indicator, data_type, period[1:4]
             ORDER BY period_end, filename) AS step, measure, period_kind FROM s
             WHERE measure = 'ytd' AND period_kind = 'month' AND data_type <> 'estimate') WHERE step < 0"""
    ).fetchone()
    assert falls == (0,), "year-to-date values do not fall"
    parts, whole = statements.execute(
        """SELECT sum(numerator) FILTER (length(area) = 5), sum(numerator) FILTER (area = '56') FROM s
           WHERE indicator = 'HC_PAKN_DH' AND data_type = 'actual'"""
    ).fetchone() or (0, 1)
    assert parts == whole


def test_values_are_calibrated_on_published_ones(statements: duckdb.DuckDBPyConnection) -> None:
    def one(indicator: str, period: str, measure: str) -> float:
        row = statements.execute(
            """SELECT value FROM s WHERE indicator = ? AND period = ? AND measure = ?
               AND data_type = 'actual' AND area = '56'""",
            [indicator, period, measure],
        ).fetchone()
        assert row is not None
        return float(row[0])

    assert abs(one("KT_GRDP_TT", "2026-09", "ytd_rate") - 11.21) < 0.6  # published nine months 2026
    assert 42 < one("DTC_TL", "2026-09", "ytd_rate") < 56  # Hưng Yên nine months 2025: 47.9 %
    assert 93 < one("YT_BHYT", "2026-09", "rate") < 98.5
    assert 0 < one("LD_THATNGHIEP", "2026-Q3", "rate") < 4
    assert 104 < one("CN_IIP_LK", "2026-09", "ytd_yoy") < 120


def test_no_year_pays_out_more_than_its_plan(statements: duckdb.DuckDBPyConnection) -> None:
    row = statements.execute(
        "SELECT max(value), count(*) FROM s WHERE indicator = 'DTC_TL' AND data_type <> 'plan'"
    ).fetchone()
    assert row is not None and 60 < row[0] < 100 and row[1] > 10


def test_no_history_before_the_provinces_existed(tmp_path: Path) -> None:
    assert months_until(date(2025, 9, 30), 24) == [(2025, 7), (2025, 8), (2025, 9)]
    assert months_until(date(2025, 9, 29), 2) == [(2025, 7), (2025, 8)]
    assert months_until(date(2026, 2, 28), 3) == [(2025, 12), (2026, 1), (2026, 2)]
    assert last_month_end(date(2026, 3, 1)) == date(2026, 2, 28)
    with pytest.raises(ValueError, match="July 2025"):
        generate_inbox(tmp_path, province="56", until=date(2025, 7, 30), feeds=FEEDS)


def test_wrong_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError):
        generate_inbox(tmp_path, province="10", until=UNTIL, feeds=FEEDS)
    with pytest.raises(ValueError, match="months"):
        generate_inbox(tmp_path, province="56", months=0, until=UNTIL, feeds=FEEDS)
    monkeypatch.setattr(dossier_records, "_LARGEST_SEQUENCE", 9)  # 9,999: four million dossiers take long
    with pytest.raises(ValueError, match="too many dossiers"):
        generate_inbox(tmp_path, province="12", dossiers=20_000, months=1, until=UNTIL, feeds={"dossiers"})


def test_no_dossiers_and_nothing_left_behind(tmp_path: Path) -> None:
    done = generate_inbox(tmp_path, province="56", dossiers=0, months=1, until=UNTIL, feeds=FEEDS)
    assert {f.feed for f in done.files} == {"lris_indicators", "province_published"}
    assert sorted(_hashes(tmp_path)) == [
        "lris_indicators/2026-10-25_chi_tieu.json",
        "province_published/published_2025.csv",
    ]
    assert datetime.fromtimestamp(done.files[0].path.stat().st_mtime) and done.records == 170 + done.files[1].records
