"""Text files that others published, read with a small contract each: what is read, doubted, refused."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.model import Column, Feed
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.records.table_file import read_table
from tests.read.record_feeds import Read, realdata, record_feed

pytestmark = pytest.mark.realdata


def _feed(*columns: Column, **reader: object) -> Feed:
    return record_feed(columns, **reader)


def _read(feed: Feed, path: Path, tmp_path: Path) -> Reading:
    return read_table(feed, path, path.name, tmp_path / "out" / "rows.parquet")


def test_csv_spectrum_reads_as_its_answers(tmp_path: Path) -> None:
    for path in sorted(realdata("csv_torture", "csvs").glob("*.csv")):
        answer = json.loads((realdata("csv_torture", "json") / f"{path.stem}.json").read_text(encoding="utf-8"))
        if not isinstance(answer, list):  # location_coordinates: its answer is a picture of the file, not its rows
            continue
        columns = [Column(name, "VARCHAR") for name in answer[0]]
        rows = Read(_read(_feed(*columns), path, tmp_path)).rows
        kept = [{n: r[n] for n in answer[0]} for r in rows]
        # Cells are trimmed and '' is no value; git has made the line breaks of the files (not of the answers) plain.
        expected = [{n: v.strip().replace("\r\n", "\n") or None for n, v in a.items()} for a in answer]
        assert kept == expected, path.name


def test_csvlint_fixtures_are_read_or_refused_in_words(tmp_path: Path) -> None:
    outcomes = {}
    for path in sorted(realdata("csv_torture", "csvlint", "features", "fixtures").glob("*.*")):
        if path.is_dir():
            continue
        head = path.read_bytes().split(b"\n")[0].split(b"\r")[0].decode("utf-8", "replace").replace('"', "").split(",")
        columns = [Column(n.strip(), "VARCHAR") for n in dict.fromkeys(head) if n.strip()] or [Column("a", "VARCHAR")]
        try:
            outcomes[path.name] = str(_read(_feed(*columns), path, tmp_path).received)
        except ReadRefused as error:
            assert error.message.vi != error.message.en
            outcomes[path.name] = error.message.code
    assert outcomes["spreadsheet.xls"] == outcomes["spreadsheet.xlsx"] == "read.no_header"
    assert outcomes["invalid-byte-sequence.csv"] == "read.encoding"
    assert outcomes["white space in filename.csv"] == outcomes["valid.csv"]
    read = {n: c for n, c in outcomes.items() if c.isdigit()}
    assert len(read) >= 7, outcomes


def test_grdp_of_the_provinces(tmp_path: Path) -> None:
    columns = (
        Column("nam", "BIGINT", title=Text("Năm", "Year")),
        Column("tinh", "VARCHAR", title=Text("Tên tỉnh, thành phố", "Province"), places="province"),
        Column("grdp", "DOUBLE", title=Text("Tổng GRDP (tỷ đồng)", "GRDP")),
    )
    path = realdata("province_indicators", "vietnam_grdp_by_province.csv")
    found = Read(_read(_feed(*columns, decimal=","), path, tmp_path))
    assert found.reading.received > 60 and found.rows[0]["grdp"] == 1_778_000.0
    numbers = [c for c in found.codes() if any(code.startswith("number") for code in c)]
    assert not numbers
    hcm = {r["tinh"] for r in found.rows if r["grdp"] and r["grdp"] > 1_700_000}
    assert hcm == {"79"}


def test_population_keeps_regions_apart(tmp_path: Path) -> None:
    columns = (
        Column("tinh", "VARCHAR", title=Text("Tỉnh, thành phố", "Province"), places="province"),
        Column("tong", "DOUBLE", title=Text("Tổng số 2018", "Total 2018")),
        Column("nong_thon", "DOUBLE", title=Text("Nông thôn Sơ bộ 2024", "Rural 2024")),
    )
    path = realdata("province_indicators", "vietnam_population.csv")
    found = Read(_read(_feed(*columns, decimal=","), path, tmp_path))
    first = found.rows[0]
    assert (first["tong"], first["nong_thon"]) == (22290.7, 14642.17)
    assert first["_problems"][0]["code"] == "place.unknown" and first["_problems"][0]["raw"] == "Đồng bằng sông Hồng"


def test_341299_cases(tmp_path: Path) -> None:
    names = ["account", "complaint_type", "descriptor", "zip", "borough", "city", "council_dist", "community_board"]
    columns = (
        Column("unique_key", "VARCHAR", required=True, identifier=True),
        Column("opendate", "DATE", formats=("%Y-%m-%d",)),
        Column("closedate", "DATE", formats=("%Y-%m-%d",)),
        *(Column(n, "VARCHAR", identifier=n == "zip") for n in names),
    )
    reading = _read(_feed(*columns), realdata("casework", "casework_341299.csv.gz"), tmp_path)
    assert reading.received == 341_299
    rows = f"read_parquet('{reading.rows_path}')"
    keys, open_, problems = duckdb.sql(
        "SELECT count(*) - count(DISTINCT unique_key), count_if(closedate IS NULL), count_if(len(_problems) > 0) "
        f"FROM {rows}"
    ).fetchall()[0]
    assert (keys, open_) == (105, 14_142) and problems == 0
