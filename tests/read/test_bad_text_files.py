"""What arrives broken: a clear receipt, nothing lost, bounded time and memory."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from ioc_pipeline.contracts.model import Column
from tests.read.record_feeds import read, record_feed, refusal

HEADER = "ma,ten,ngay,so,dem,co\n"


def test_one_column(tmp_path: Path) -> None:
    feed = record_feed((Column("ma", "VARCHAR", required=True),))
    assert read(tmp_path, "ma\n01\n02\n", feed=feed).column("ma") == ["01", "02"]


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = [f"x{i}" for i in range(10_000)]
    start = time.monotonic()
    found = read(tmp_path, ",".join(["ma", *names]) + "\n" + ("1" + ",9" * 10_000 + "\n") * 3)
    assert found.column("ma") == ["1"] * 3 and len(found.reading.notices) < 30
    assert time.monotonic() - start < 20


def test_an_unclosed_quote_swallows_neither_file_nor_memory(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + '0,"mở,,,,\n' + "1,a,,,,\n" * 5000)
    assert found.reading.received == 5001
    assert [c for c in found.codes() if c] == [["row.columns"]]


def test_a_gigantic_field_is_one_broken_record(tmp_path: Path) -> None:
    big = "x" * (17 * 1024 * 1024)
    found = read(tmp_path, HEADER + f"1,{big},,,,\n2,a,,,,\n")
    assert found.reading.received == 2 and found.column("ma") == [None, "2"]
    assert found.codes()[0] == ["row.columns"] and len(found.rows[0]["_problems"][0]["raw"]) <= 2000


def test_mixed_line_ends(tmp_path: Path) -> None:
    found = read(tmp_path, "ma,ten\r\n1,a\n2,b\r3,c\r\n4,d\n")
    assert found.column("ma") == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "a*b[1]?.csv", "tệp 'lạ\".csv", "-rf.csv", "x" * 200 + ".csv"]
)
def test_a_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    from ioc_pipeline.read.table_file import read_table

    blob = tmp_path / "blob"
    blob.write_text(HEADER + "1,a,,,,\n", encoding="utf-8")
    reading = read_table(record_feed(), blob, name, tmp_path / "out" / "rows.parquet")
    assert reading.received == 1 and sorted(p.name for p in tmp_path.rglob("*.*")) == ["rows.parquet"]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"ma": "1", "ten": "\\ud800"}]',
        b'{"ma": "1", "ten": "\\ud800"}\n{"ma": "2"}\n',
        b'{"data": [{"ma": "1", "ten": "a\\udfffb"}], "error": null}',
    ],
)
def test_lone_surrogates_are_refused_or_seen(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content, name="x.json").message.code == "read.json_malformed"


@pytest.mark.parametrize(
    "content",
    [
        '{"data": [{"ma": "1", "so": Infinity}], "error": null}',
        '[{"ma": "1"}] và thêm nữa',
        '[{"ma": "1"},]',
        '{"ma": "1"}\n{"ma": "2",\n{"ma": "3"}\n',
    ],
)
def test_broken_json_is_refused_naming_the_place(tmp_path: Path, content: str) -> None:
    error = refusal(tmp_path, content, name="x.json")
    assert error.message.code == "read.json_malformed"


def test_deep_nesting_is_refused_quickly(tmp_path: Path) -> None:
    start = time.monotonic()
    for content in ("[" * 200_000, '{"data": ' * 100_000, '[{"ma": ' + "[" * 100_000 + "]" * 100_000 + "}]"):
        assert refusal(tmp_path, content, name="x.json").message.code.startswith("read.")
    assert time.monotonic() - start < 20


def test_huge_numbers_of_json_are_problems_or_exact(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"ma": "1", "so": NaN}]', name="x.json").codes() == [["number.text"]]
    found = read(tmp_path, '[{"ma": "1", "so": 1e999, "dem": 123456789012345678901234567890}]', name="x.json")
    assert found.codes() == [["number.text", "number.integer"]]


def test_one_gigantic_json_line(tmp_path: Path) -> None:
    """200 MB in the issue; here 4 MB, the code path is the same."""
    record = {"ma": "1", "ten": "x" * 100}
    document = json.dumps({"data": [record] * 30_000, "error": None, "total": 30_000})
    assert len(document) > 3_500_000 and "\n" not in document
    assert read(tmp_path, document, name="x.json").reading.received == 30_000


def test_codes_that_a_spreadsheet_ruined_are_problems(tmp_path: Path) -> None:
    found = read(tmp_path, "ma,ten\n1.0107E+11,a\n1.010708,b\n1E5,c\n00004,d\n123456789012345678901,e\n")
    assert found.column("ma") == [None, "1.010708", "1E5", "00004", "123456789012345678901"]
    assert found.codes()[0] == ["code.scientific"] and not any(found.codes()[1:])
