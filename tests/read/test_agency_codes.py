"""Both written forms of an agency code become one, where that is certain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Code, Column
from ioc_pipeline.messages import Text
from ioc_pipeline.read.records.agency_codes import agency_code, agency_sql, older_forms
from ioc_pipeline.read.records.table_file import read_table
from tests.read.declared_feeds import declared_feed

AGENCIES = load_catalogue().codes["agencies"]
LISTED = replace(
    AGENCIES,
    codes=AGENCIES.codes | {"H32.242": Code("H32.242", Text("Sở thử", "Test"), ("000.00.05.H32",), {"province": "56"})},
)
CODES = [
    ("000.00.00.H32", "H32"),
    ("000.00.05.H32", "H32.242"),  # the list says so
    ("000.01.23.H32", "000.01.23.H32"),  # no list says which unit of today that is
    ("H32", "H32"),
    ("H32.05", "H32.05"),
    ("000.00.00.h32", "000.00.00.h32"),
    ("00.00.H32", "00.00.H32"),
    ("0", "0"),
]


@pytest.mark.parametrize(("written", "code"), CODES)
def test_one_form(written: str, code: str) -> None:
    listed = older_forms(LISTED)
    assert listed == {"000.00.05.H32": "H32.242"}
    assert agency_code(written, listed) == code
    assert duckdb.execute(f"SELECT {agency_sql('t', listed)} FROM (SELECT ? AS t)", [written]).fetchone() == (code,)


def test_a_column_of_agencies(tmp_path: Path) -> None:
    feed = replace(
        declared_feed("reservoirs"), shape="records", key=("ma",), reader={"format": "table"},
        columns=(Column("ma", "VARCHAR", identifier=True, agency=True), Column("goc", "VARCHAR", raw_of="ma")),
    )  # fmt: skip
    path = tmp_path / "d.csv"
    path.write_text("ma;x\n" + "".join(f"{written};1\n" for written, _ in CODES), encoding="utf-8")
    reading = read_table(feed, path, "d.csv", tmp_path / "r.parquet", code_lists={"agencies": LISTED})
    rows = duckdb.sql(f"SELECT ma, goc FROM read_parquet('{reading.rows_path}') ORDER BY _row").fetchall()
    assert rows == [(code, written) for written, code in CODES]
