"""Speed of validation: the dossiers' suite compiled to SQL, a hand-written single pass, and stock Great Expectations.

    python benchmarks/validation.py [--rows 1000000] [--faults 0.01] [--skip-gx]

Everything runs in one process over the same table, best of `--repeat` runs; ratios are against the hand-written SQL:
one scan of `count(*) FILTER`, one grouping for the unique dossier code.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.validate.engine import validate_table
from ioc_pipeline.validate.engine_sql import run_sql
from ioc_pipeline.validate.references import names_history
from ioc_pipeline.validate.suite import Suite, bind, parse_suite

SUITE = Path(__file__).parents[1] / "data_contracts" / "feeds" / "dossiers" / "suite.json"
NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def build(con: duckdb.DuckDBPyConnection, rows: int, faults: float, communes: list[str]) -> None:
    """`rows` dossiers; a share `faults` of them carries one of five faults."""
    listed = ", ".join(f"'{code}'" for code in communes)
    con.execute(f"""
        CREATE TABLE batch AS
        WITH drawn AS (
          SELECT i, hash(i) AS h, hash(i, 'fault') % 1000000 < {faults} * 1000000 AS bad, hash(i, 'kind') % 5 AS kind,
          TIMESTAMP '2024-01-02 07:30:00' + to_seconds((hash(i, 't') % 88000000)::BIGINT) AS received
          FROM range(1, {rows + 1}) AS r(i))
        SELECT i AS _row, 'dòng ' || i AS _location,
          []::STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, code VARCHAR)[] AS _problems,
          CASE WHEN bad AND kind = 0 THEN 'H32_' ELSE 'H32.' END || (101 + h % 65) || '-' ||
            strftime(received, '%y%m%d') || '-' || printf('%04d', i % 10000) AS ma_ho_so,
          '1.0' || (10000 + h % 900) AS ma_tthc, 'Thủ tục số ' || (h % 900) AS ten_tthc, 'G03-GD10' AS ma_linh_vuc,
          'H32.' || (101 + h % 65) AS don_vi_xu_ly,
          CASE WHEN bad AND kind = 1 THEN '99999' ELSE [{listed}][1 + (h % {len(communes)})::INT] END AS ma_xa,
          CASE WHEN bad AND kind = 2 THEN '9' ELSE (1 + h % 3)::VARCHAR END AS kenh_thuc_hien,
          (1 + h % 4)::VARCHAR AS loai_doi_tuong, received AS ngay_tiep_nhan,
          received + CASE WHEN bad AND kind = 3 THEN INTERVAL (-9) DAY ELSE INTERVAL 5 DAY END AS ngay_hen_tra,
          received + to_seconds((h % 600000)::BIGINT) AS ngay_ket_thuc_xu_ly,
          received + to_seconds((h % 600000 + 3600)::BIGINT) AS ngay_tra,
          CASE WHEN bad AND kind = 4 THEN '99' ELSE '10' END AS trang_thai, h % 2 = 0 AS co_nghia_vu_tai_chinh,
          h % 4 = 0 AS thanh_toan_truc_tuyen, h % 5 > 0 AS so_hoa, h % 7 > 0 AS ket_qua_dien_tu,
          received + to_seconds((h % 600000 + 3600)::BIGINT) AS cap_nhat_luc, true AS simulated
        FROM drawn""")


def by_hand(con: duckdb.DuckDBPyConnection, communes: list[str], closed: list[str]) -> int:
    """The same rules as one would write them: one scan, one grouping. Returns the number of failures."""
    con.execute("CREATE OR REPLACE TEMP TABLE commune AS SELECT unnest(?::VARCHAR[]) AS code", [communes])
    mandatory = ("ma_ho_so", "ma_tthc", "don_vi_xu_ly", "ngay_tiep_nhan", "kenh_thuc_hien", "trang_thai")
    form = r"(\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(\.\d{1,3}){0,3})"
    old = "regexp_matches(don_vi_xu_ly, '^\\d{3}\\.')"
    agency = f"CASE WHEN {old} THEN right(don_vi_xu_ly, 3) ELSE split_part(don_vi_xu_ly, '.', 1) END"
    now = "TIMESTAMP '2026-11-21 20:00:00'"
    shut = ", ".join(f"'{code}'" for code in closed)
    rules = [
        *(f"{c} IS NULL" for c in mandatory),
        f"NOT regexp_matches(ma_ho_so, '^{form}-\\d{{6}}-\\d{{4,5}}$')",
        "regexp_extract(ma_ho_so, '-(\\d{6})-\\d+$', 1) <> '' AND regexp_extract(ma_ho_so, '-(\\d{6})-\\d+$', 1) "
        "<> strftime(ngay_tiep_nhan, '%y%m%d')",
        "regexp_matches(ma_ho_so, '-\\d{5}$')",
        "NOT regexp_matches(ma_tthc, '^[1-3]\\.\\d{6}(\\.\\d{3}\\.\\d{2}\\.\\d{2}\\.[A-Z]\\d{2}(\\.\\d{2,3})?)?$')",
        "NOT regexp_matches(ma_linh_vuc, '^G\\d{2}-[A-Z]{2}\\d{2}$')",
        f"NOT regexp_matches(don_vi_xu_ly, '^{form}$')",
        f"{agency} IN ({shut}) AND ngay_tiep_nhan >= TIMESTAMP '2025-07-01'",
        f"{agency} <> 'H32'",
        "NOT regexp_matches(ma_xa, '^\\d{5}$')",
        "ma_xa NOT IN (SELECT code FROM commune)",
        "kenh_thuc_hien NOT IN ('1', '2', '3')",
        "loai_doi_tuong NOT IN ('1', '2', '3', '4')",
        "trang_thai NOT IN ('1', '2', '3', '4', '5', '6', '7', '8', '9', '10')",
        f"ngay_tiep_nhan < TIMESTAMP '2000-01-01' OR ngay_tiep_nhan > {now}",
        "ngay_hen_tra < ngay_tiep_nhan", "ngay_ket_thuc_xu_ly < ngay_tiep_nhan", "ngay_tra < ngay_ket_thuc_xu_ly",
        f"ngay_ket_thuc_xu_ly > {now}", f"ngay_tra > {now}", f"cap_nhat_luc > {now}", "cap_nhat_luc IS NULL",
        "trang_thai IN ('9', '10') AND ngay_ket_thuc_xu_ly IS NULL", "trang_thai = '10' AND ngay_tra IS NULL",
        "trang_thai IN ('1', '2', '4', '5', '6') AND ngay_tra IS NOT NULL",
        "ngay_hen_tra IS NULL AND trang_thai NOT IN ('1', '3', '7')",
        "ten_tthc IN ('Dinhkem', 'Chuyên viên', 'Đính kèm', 'test', 'Test', 'TEST', 'abc', 'xxx', '000000001')",
        "regexp_matches(ten_tthc, '(^|\\D)\\d{12}(\\D|$)')", "ten_tthc <> nfc_normalize(ten_tthc)",
        "regexp_matches(ten_tthc, '[\\x{FFFD}®¸¶¨]')", "thanh_toan_truc_tuyen AND NOT co_nghia_vu_tai_chinh",
        f"{old}", f"NOT {old}", "ngay_ket_thuc_xu_ly = ngay_hen_tra",
    ]  # fmt: skip
    counts = ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in rules)
    extremes = ", ".join(
        f"min({c}), max({c})" for c in ("so_hoa", "thanh_toan_truc_tuyen", "ket_qua_dien_tu", "kenh_thuc_hien")
    )
    row = con.execute(f"SELECT {counts}, {extremes}, count(*) FROM batch").fetchone()
    assert row is not None
    con.execute("SELECT count(*) FROM (SELECT ma_ho_so FROM batch GROUP BY ma_ho_so HAVING count(*) > 1)").fetchone()
    return sum(value for value in row[: len(rules) - 3])


def timed(work: Callable[[], object], repeat: int) -> float:
    best = float("inf")
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--faults", type=float, default=0.01)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--skip-gx", action="store_true")
    options = parser.parse_args()
    values = load_catalogue(province="56").bindings(NOW)
    communes, closed = values["areas:communes_of_province"], values["codes:closed_agency_codes"]
    suite: Suite = bind(parse_suite(json.loads(SUITE.read_text(encoding="utf-8"))), values)
    # Rules that need the warehouse's past have none here; the hand-written pass does not know them either.
    suite = replace(suite, expectations=tuple(e for e in suite.expectations if not names_history(json.dumps(e.kwargs))))
    con = duckdb.connect()
    build(con, options.rows, options.faults, communes)

    def judge(engine: str) -> None:
        validate_table(con, "batch", suite, feed="dossiers", delivery_id="d", run_id="r", engine=engine)

    def verdicts() -> None:
        run = run_sql(con, "batch", suite.expectations)
        for label in run.scratch:
            con.execute(f"DROP TABLE {label}")

    ways: list[tuple[str, Callable[[], object], int]] = [
        ("hand-written SQL, counts", lambda: by_hand(con, communes, closed), options.repeat),
        ("suite compiled, verdicts and counts", verdicts, options.repeat),
        ("suite compiled, failing rows and messages too", lambda: judge("sql"), options.repeat),
    ]
    if not options.skip_gx:
        import great_expectations  # noqa: F401  paid once, outside the clock

        ways.append(("stock Great Expectations over SQLAlchemy, all failing rows", lambda: judge("gx"), 1))
    print(f"{options.rows:,} dossiers, {len(suite.expectations)} expectations, {options.faults:.1%} faults planted")
    print(f"{'way':<60}{'seconds':>9}{'ratio':>8}")
    base = None
    for label, work, repeat in ways:
        seconds = timed(work, repeat)
        base = base or seconds
        print(f"{label:<60}{seconds:>9.3f}{seconds / base:>8.2f}", flush=True)
    judge("sql")
    found = con.execute("SELECT count(*), count(DISTINCT _row) FROM batch__broken").fetchone()
    assert found is not None
    print(f"{found[0]:,} broken rules on {found[1]:,} rows; peak memory of the process", end=" ")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024:.2f} GB")


if __name__ == "__main__":
    main()
