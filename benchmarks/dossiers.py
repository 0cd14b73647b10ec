"""Data and rules of the validation benchmark: dossiers of 12 columns, and their rules written by hand in SQL."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.validate.sql_text import literal, literals
from ioc_pipeline.validate.suite import Suite, bind, parse_suite

SUITE = Path(__file__).parents[1] / "data_contracts" / "feeds" / "dossiers" / "suite.json"
NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
COLUMNS = (
    "ma_ho_so", "ma_tthc", "ma_linh_vuc", "don_vi_xu_ly", "ma_xa", "kenh_thuc_hien", "loai_doi_tuong",
    "ngay_tiep_nhan", "ngay_hen_tra", "ngay_ket_thuc_xu_ly", "ngay_tra", "trang_thai",
)  # fmt: skip
#: Rules of the feed on these columns that a single pass cannot decide (a join; a grouping of its own).
CROSS_ROW = ("dossiers.don_vi_xu_ly.one_commune", "dossiers.ngay_tiep_nhan.no_burst")
UNIQUE = "dossiers.ma_ho_so.unique"

_FORM = r"(\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(\.\d{1,3}){0,3})"
MANDATORY = ("ma_ho_so", "ma_tthc", "don_vi_xu_ly", "ngay_tiep_nhan", "kenh_thuc_hien", "trang_thai")
#: Patterns that a value must match, by rule.
PATTERNS = {
    "dossiers.ma_ho_so.regex": ("ma_ho_so", rf"^{_FORM}-\d{{6}}-\d{{4,5}}$"),
    "dossiers.ma_tthc.regex": ("ma_tthc", r"^[1-3]\.\d{6}(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}(\.\d{2,3})?)?$"),
    "dossiers.ma_linh_vuc.regex": ("ma_linh_vuc", r"^G\d{2}-[A-Z]{2}\d{2}$"),
    "dossiers.don_vi_xu_ly.regex": ("don_vi_xu_ly", rf"^{_FORM}$"),
    "dossiers.ma_xa.regex": ("ma_xa", r"^\d{5}$"),
}
#: Order of times, later first; a missing one is not judged.
ORDERS = {
    "dossiers.ngay_hen_tra.after_receipt": ("ngay_hen_tra", "ngay_tiep_nhan"),
    "dossiers.ngay_ket_thuc_xu_ly.after_receipt": ("ngay_ket_thuc_xu_ly", "ngay_tiep_nhan"),
    "dossiers.ngay_tra.after_finish": ("ngay_tra", "ngay_ket_thuc_xu_ly"),
}
STATES = tuple(str(n) for n in range(1, 11))


@cache
def bindings() -> dict[str, Any]:
    """Code lists and parameters of the suites, as `ioc run` binds them."""
    return dict(load_catalogue(province="56").bindings(NOW))


def code_sets() -> dict[str, tuple[str, list[str]]]:
    """Code-list rules: the column and its codes."""
    values = bindings()
    return {
        "dossiers.ma_xa.of_province": ("ma_xa", values["areas:communes_of_province"]),
        "dossiers.kenh_thuc_hien.listed": ("kenh_thuc_hien", ["1", "2", "3"]),
        "dossiers.loai_doi_tuong.listed": ("loai_doi_tuong", ["1", "2", "3", "4"]),
        "dossiers.trang_thai.listed": ("trang_thai", list(STATES)),
    }


def suite() -> Suite:
    """The feed's own suite, bound, as far as it speaks of the 12 columns and one pass and one grouping decide it."""
    whole = bind(parse_suite(json.loads(SUITE.read_text(encoding="utf-8"))), bindings())
    described = duckdb.sql(f"SELECT * FROM ({_rows(0, 0)}) LIMIT 0").columns
    known = set(described)
    others = [c["name"] for c in _contract_columns() if c["name"] not in known] + ["_previous", "_expected"]
    absent = re.compile("|".join(rf"(?<![a-z_]){re.escape(c)}" for c in others))
    kept = [e for e in whole.expectations if not absent.search(json.dumps(e.kwargs)) and e.id not in CROSS_ROW]
    return replace(whole, expectations=tuple(kept))


def _contract_columns() -> list[dict[str, Any]]:
    import yaml

    contract = yaml.safe_load((SUITE.parent / "contract.yaml").read_text(encoding="utf-8"))
    return contract["schema"][0]["properties"]


def create_code_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The code lists as tables, which `row_rules` reads (a long list of literals would be searched one by one)."""
    for column, codes in code_sets().values():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {column}_codes AS SELECT unnest(?::VARCHAR[]) AS code", [codes])


def row_rules() -> dict[str, str]:
    """What an engineer writes by hand: for every row-level rule the predicate that is true on a failing row."""
    agency = (
        "CASE WHEN regexp_matches(don_vi_xu_ly, '^\\d{3}\\.') THEN right(don_vi_xu_ly, 3) "
        "ELSE split_part(don_vi_xu_ly, '.', 1) END"
    )
    now = "TIMESTAMP '2026-11-21 20:00:00'"
    closed = literals(bindings()["codes:closed_agency_codes"])
    rules = {f"dossiers.{c}.present": f"{c} IS NULL" for c in MANDATORY}
    rules |= {rule: f"NOT regexp_matches({c}, {literal(pattern)})" for rule, (c, pattern) in PATTERNS.items()}
    rules |= {rule: f"{c} NOT IN (SELECT code FROM {c}_codes)" for rule, (c, _) in code_sets().items()}
    rules |= {rule: f"{later} < {earlier}" for rule, (later, earlier) in ORDERS.items()}
    return rules | {
        "dossiers.ma_ho_so.date": "split_part(ma_ho_so, '-', -2) <> strftime(ngay_tiep_nhan, '%y%m%d') "
        "AND regexp_matches(ma_ho_so, '-\\d{6}-\\d+$')",
        "dossiers.ma_ho_so.sequence": "regexp_matches(ma_ho_so, '-\\d{5}$')",
        "dossiers.don_vi_xu_ly.open": f"{agency} IN ({closed}) AND ngay_tiep_nhan >= TIMESTAMP '2025-07-01'",
        "dossiers.don_vi_xu_ly.own_province": f"{agency} <> 'H32'",
        "dossiers.ngay_tiep_nhan.not_future": f"ngay_tiep_nhan < TIMESTAMP '2000-01-01' OR ngay_tiep_nhan > {now}",
        "dossiers.ngay_ket_thuc_xu_ly.not_future": f"ngay_ket_thuc_xu_ly > {now}",
        "dossiers.ngay_tra.not_future": f"ngay_tra > {now}",
        "dossiers.trang_thai.finished_has_date": "trang_thai IN ('9', '10') AND ngay_ket_thuc_xu_ly IS NULL",
        "dossiers.trang_thai.returned_has_date": "trang_thai = '10' AND ngay_tra IS NULL",
        "dossiers.trang_thai.open_has_no_return": "trang_thai IN ('1', '2', '4', '5', '6') AND ngay_tra IS NOT NULL",
        "dossiers.ngay_hen_tra.present": "ngay_hen_tra IS NULL AND trang_thai NOT IN ('1', '3', '7')",
    }


#: Table-level rules as aggregates of the same pass.
TABLE_RULES = {
    "dossiers.don_vi_xu_ly.one_form": "count_if(regexp_matches(don_vi_xu_ly, '^\\d{3}\\.')), "
    "count_if(NOT regexp_matches(don_vi_xu_ly, '^\\d{3}\\.'))",
    "dossiers.kenh_thuc_hien.varies": "min(kenh_thuc_hien), max(kenh_thuc_hien)",
    "dossiers.ngay_ket_thuc_xu_ly.not_all_at_due": "count_if(ngay_ket_thuc_xu_ly = ngay_hen_tra), "
    "count_if(ngay_ket_thuc_xu_ly IS NOT NULL AND ngay_hen_tra IS NOT NULL)",
    "dossiers.rows.some": "count(*)",
}


def write_data(path: Path, rows: int, failing: float) -> None:
    """`rows` dossiers as Parquet, as the reader stages them; a share `failing` of the rows breaks a row-level rule."""
    with duckdb.connect() as con:
        con.execute(f"COPY ({_rows(rows, failing)}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")


def _rows(rows: int, failing: float) -> str:
    """Six kinds of faults; a repeated dossier code breaks two rows, hence the 6/7."""
    communes = literals(bindings()["areas:communes_of_province"])
    planted = round(failing * 6 / 7 * 1_000_000)
    return f"""
        WITH drawn AS (
          SELECT i, hash(i) AS h, hash(i, 'fault') % 1000000 < {planted} AND i > 1 AS bad, hash(i, 'kind') % 6 AS kind,
            CASE WHEN bad AND kind = 5 THEN i - 1 ELSE i END AS own,
            TIMESTAMP '2024-01-02 07:30:00' + to_days(((own // 65) % 1000)::INT)
              + to_seconds((hash(own, 't') % 36000)::BIGINT) AS received,
            CASE WHEN h % 20 = 0 THEN '4' WHEN h % 20 = 1 THEN '9' ELSE '10' END AS state
          FROM range(1, {rows + 1}) AS r(i))
        SELECT i AS _row, 'dòng ' || i AS _location,
          []::STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, code VARCHAR)[] AS _problems,
          CASE WHEN bad AND kind = 0 THEN 'H32_' ELSE 'H32.' END || (101 + own % 65) || '-' ||
            strftime(received, '%y%m%d') || '-' || printf('%04d', own // 65000) AS ma_ho_so,
          '1.0' || (10000 + h % 900) AS ma_tthc, 'G' || (10 + h % 20) || '-GD10' AS ma_linh_vuc,
          'H32.' || (101 + own % 65) AS don_vi_xu_ly,
          CASE WHEN bad AND kind = 1 THEN '99999' ELSE list_value({communes})[1 + (h % 65)::INT] END AS ma_xa,
          CASE WHEN bad AND kind = 2 THEN '9' ELSE (1 + h % 3)::VARCHAR END AS kenh_thuc_hien,
          (1 + h % 4)::VARCHAR AS loai_doi_tuong, received AS ngay_tiep_nhan,
          received + CASE WHEN bad AND kind = 3 THEN INTERVAL (-9) DAY ELSE INTERVAL 5 DAY END AS ngay_hen_tra,
          CASE WHEN state <> '4' THEN received + to_seconds((h % 600000)::BIGINT) END AS ngay_ket_thuc_xu_ly,
          CASE WHEN state = '10' THEN received + to_seconds((h % 600000 + 3600)::BIGINT) END AS ngay_tra,
          CASE WHEN bad AND kind = 4 THEN '99' ELSE state END AS trang_thai
        FROM drawn"""
