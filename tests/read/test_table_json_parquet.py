"""JSON and Parquet record files: same rows, problems and refusals as delimited text."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.read.record_feeds import read, record_feed, refusal

RECORD: dict[str, Any] = {"MaHoSo": "01", "ten": "Hà Nội", "ngay": "20260131235959", "so": 1.234, "dem": 7, "co": 1}


def _layouts(records: list[dict[str, Any]]) -> dict[str, tuple[str, list[str]]]:
    count = range(len(records))
    return {
        "array": (json.dumps(records), [f"$[{i}]" for i in count]),
        "pretty": (json.dumps(records, indent=2, ensure_ascii=False), [f"$[{i}]" for i in count]),
        "lines": ("\n".join(map(json.dumps, records)) + "\n", [f"dòng {i + 1}" for i in count]),
        "envelope": (json.dumps({"error": None, "total": 2, "data": records}), [f"$.data[{i}]" for i in count]),
    }


@pytest.mark.parametrize("layout", ["array", "pretty", "lines", "envelope"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_layouts(tmp_path: Path, layout: str, encoding: str) -> None:
    text, locations = _layouts([RECORD, {"MaHoSo": "02", "simulated": True}])[layout]
    found = read(tmp_path, text.encode(encoding), name="a.csv")
    first = found.rows[0]
    assert (first["ma"], first["ten"], first["so"], first["dem"], first["co"]) == ("01", "Hà Nội", 1.234, 7, True)
    assert first["ngay"] == datetime(2026, 1, 31, 23, 59, 59)
    assert found.column("_location") == locations and found.codes() == [[], []]
    assert found.column("simulated") == [False, True] and found.reading.simulated and not found.reading.notices


@pytest.mark.parametrize("kind", ["plain", "mixed", "array", "parquet"])
def test_a_number_declared_to_mean_nothing_is_no_value(tmp_path: Path, kind: str) -> None:
    """A station that writes -999 where it measured nothing; also where every number is certain as it stands."""
    rows = [{"ma": "a", "so": -999.0, "dem": -999}, {"ma": "b", "so": 2.5, "dem": 3}]
    content: str | bytes = "ma,so,dem\na,-999,-999\nb,2.5,3\n" + ("c,1.234.567,x\n" if kind == "mixed" else "")
    if kind == "array":
        content = json.dumps(rows)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "made.parquet")
        content = (tmp_path / "made.parquet").read_bytes()
    found = read(tmp_path, content, name=kind, feed=record_feed(missing=[-999]))
    assert (found.column("so")[:2], found.column("dem")[:2]) == ([None, 2.5], [None, 3])
    assert not any(found.codes()) and not any(row["_doubts"] for row in found.rows)


def test_one_object_is_one_record(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(RECORD)).column("_location") == ["$"]
    assert read(tmp_path, json.dumps({"data": RECORD, "error": None})).column("_location") == ["$.data"]


def test_values_of_the_wrong_kind_are_problems(tmp_path: Path) -> None:
    records = [
        {"ma": 4, "ten": 7, "ngay": 20260131235959, "so": "1.234", "dem": 1.5, "co": False},
        {"ma": "x", "ten": {"vi": "a"}, "ngay": ["31/01/2026"], "so": [1], "dem": True, "co": "có"},
        {"ma": "y", "so": "1.234,5", "dem": None, "ngay": "31/02/2026"},
    ]
    found = read(tmp_path, json.dumps(records))
    assert found.codes() == [
        ["code.number", "number.ambiguous", "number.integer"],
        ["value.nested", "value.nested", "value.nested", "number.text"],
        ["date.impossible"],
    ]
    assert found.column("ma") == [None, "x", "y"] and found.column("ten") == ["7", None, None]
    assert found.column("ngay")[0] == datetime(2026, 1, 31, 23, 59, 59) and found.column("so")[2] == 1234.5
    assert found.rows[0]["_problems"][0] == {"clause": "IOC-SACH-02", "column": "ma", "raw": "4", "code": "code.number"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[{"ma": "1"}, {"ma": "2"', "read.json_malformed"),
        ('[{"ma": "1"}', "read.json_malformed"),
        ('{"ma": "1"}\n{"ma": "2"\n{"ma": "3"}\n', "read.json_malformed"),
        ('{"data": [{"ma": "1"}', "read.json_malformed"),
        ('[{"ma": "1"}] and more', "read.json_malformed"),
        ('[{"ma": "1", "ma": "2"}]', "read.json_malformed"),
        ('{"data": [{"ma": "1", "ma": "2"}]}', "read.json_malformed"),
        ("[1, 2]", "read.not_objects"),
        ('[{"ma": "1"}, null]', "read.not_objects"),
        ("[]", "read.no_records"),
        ('{"data": [], "error": null}', "read.no_records"),
        ('{"data": null, "error": null}', "read.no_records"),
        ('{"data": null, "error": {"code": 106, "userMessage": "AGENCY_ID_INCORRECT"}}', "read.source_error"),
        ('[{"ten": "a"}]', "read.column_missing"),
        ('[{"ma": "1", "MaHoSo": "2"}]', "read.column_twice"),
        ("[" * 100_000, "read.json_malformed"),
        ('{"data": ' + "[" * 100_000, "read.json_malformed"),
    ],
)
def test_refused(tmp_path: Path, content: str, code: str) -> None:
    assert refusal(tmp_path, content, name="a.json").message.code == code


def test_an_unknown_key_is_noticed(tmp_path: Path) -> None:
    found = read(tmp_path, '[{"ma": "1", "chu_ho_so": "x"}]')
    assert ["“chu_ho_so”" in n.text.vi for n in found.reading.notices] == [True]


def _parquet(folder: Path, **columns: Any) -> bytes:
    pq.write_table(pa.table(columns), folder / "source.parquet")
    return (folder / "source.parquet").read_bytes()


def test_parquet_types(tmp_path: Path) -> None:
    content = _parquet(
        tmp_path,
        ma=["01", "02"],
        ten=pa.array(["Hà Nội", None]).dictionary_encode(),
        ngay=pa.array([datetime(2026, 1, 31, 17, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        so=pa.array([1.234, float("nan")]),
        dem=pa.array([7, None], pa.int32()),
        co=pa.array([True, None]),
    )
    found = read(tmp_path, content, name="a.csv")
    assert found.column("ngay") == [datetime(2026, 2, 1), None], "a time with a zone becomes local time"
    assert found.column("so") == [1.234, None] and found.column("dem") == [7, None]
    assert found.column("co") == [True, None] and found.column("ten") == ["Hà Nội", None]
    assert found.codes() == [[], ["number.text"]] and found.column("_location") == ["hàng 1", "hàng 2"]


def test_parquet_text_and_numbers_in_place_of_codes(tmp_path: Path) -> None:
    content = _parquet(
        tmp_path, ma=[4, 5], ngay=["31/01/2026", "1/7/25"], so=["1.234,5", "1.234"], co=pa.array([1, 2], pa.int8())
    )
    found = read(tmp_path, content)
    assert found.codes() == [
        ["code.number"],
        ["code.number", "date.two_digit_year", "number.ambiguous", "boolean.text"],
    ]
    assert found.column("so") == [1234.5, None] and found.column("ma") == [None, None]


def test_parquet_dates_out_of_range(tmp_path: Path) -> None:
    content = _parquet(tmp_path, ma=["1", "2"], ngay=pa.array([date(25, 1, 1), date(2026, 1, 1)]))
    found = read(tmp_path, content)
    assert found.column("ngay") == [None, datetime(2026, 1, 1)] and found.codes() == [["date.impossible"], []]


def test_parquet_nested(tmp_path: Path) -> None:
    found = read(tmp_path, _parquet(tmp_path, ma=["1"], ten=[["a", "b"]]))
    assert found.codes() == [["value.nested"]]


@pytest.mark.parametrize("keep", [4, 100, 0.5, -1, -9])
def test_truncated_parquet_is_refused(tmp_path: Path, keep: float) -> None:
    content = _parquet(tmp_path, ma=[str(n) for n in range(5000)])
    cut = int(len(content) * keep) if isinstance(keep, float) else keep
    assert refusal(tmp_path, content[:cut], name="a.parquet").message.code == "read.truncated"


def test_damaged_parquet_pages_are_refused(tmp_path: Path) -> None:
    content = bytearray(_parquet(tmp_path, ma=[f"{n:06d}" for n in range(50_000)]))
    content[40:4000] = bytes(3960)
    assert refusal(tmp_path, bytes(content), name="a.parquet").message.code == "read.truncated"


def test_parquet_without_rows_or_columns_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, _parquet(tmp_path, ma=pa.array([], pa.string()))).message.code == "read.no_records"
    assert refusal(tmp_path, _parquet(tmp_path, ten=["a"])).message.code == "read.column_missing"
    feed = record_feed(columns_needed=["ngay"])
    assert refusal(tmp_path, _parquet(tmp_path, ma=["a"]), feed=feed).message.code == "read.column_missing"
