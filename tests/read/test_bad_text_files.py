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
    from ioc_pipeline.read.records.table_file import read_table

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
    message = refusal(tmp_path, content, name="x.json").message
    assert message.code == "read.json_malformed"
    if b"\n" not in content:
        assert "nửa ký tự Unicode" in message.vi and "lone surrogate" in message.en and "Invalid" not in message.vi
    if content.startswith(b"["):
        assert "bản ghi 1:" in message.vi and "record 1:" in message.en


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


def _lines(broken: dict[int, str], count: int = 40) -> str:
    return "".join(broken.get(n, json.dumps({"ma": f"{n:02}", "so": n})) + "\n" for n in range(1, count + 1))


_BROKEN = ['{"ma": "7", "so":', '{"ma": "7"} x', "null", '{"ma": "7", "ma": "8"}', '{"ma": "\\ud800"}', "[1]", "{"]


@pytest.mark.parametrize(
    ("broken", "at"),
    # A file that opens otherwise than with a brace is no JSON lines.
    [(broken, at) for broken in _BROKEN for at in (1, 7, 40) if at > 1 or broken.startswith("{")],
)
def test_a_broken_json_line_is_set_aside_with_its_number(tmp_path: Path, broken: str, at: int) -> None:
    found = read(tmp_path, _lines({at: broken}), name="x.json")
    assert found.reading.received == 40
    assert found.column("_location") == [f"dòng {n}" for n in range(1, 41)]
    assert [n for n, codes in enumerate(found.codes(), 1) if codes] == [at]
    assert found.rows[at - 1]["_problems"][0]["raw"] == broken
    assert found.column("so") == [None if n == at else float(n) for n in range(1, 41)]


def test_too_many_broken_lines_refuse_the_file_unless_the_contract_bears_them(tmp_path: Path) -> None:
    text = _lines({n: "{" for n in range(2, 8)})
    error = refusal(tmp_path, text, name="x.json")
    assert error.message.code == "read.json_malformed" and "6" in error.message.vi and "dòng 2" in error.message.vi
    found = read(tmp_path, text, feed=record_feed(broken_share=0.2), name="x.json")
    assert sum(1 for codes in found.codes() if codes) == 6


def test_a_file_cut_in_its_last_line_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, _lines({})[:-12], name="x.json")
    assert [n.clause for n in found.reading.notices] == ["IOC-DU-05"] and found.codes()[-1] == ["row.columns"]


def test_large_envelopes_are_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows and refusals as from the parser of small ones; 200 MB are measured in docs/reading.md."""
    from ioc_pipeline.read.records import json_envelope, json_records

    document = json.dumps({"total": 3, "data": [{"ma": "1", "so": 1.1}, {"ma": "2", "ten": "Hà"}, {"ma": "3"}]})
    small = read(tmp_path, document, name="x.json")
    monkeypatch.setattr(json_records, "STREAMED_FROM", 1)
    large = read(tmp_path, document, name="x.json")
    assert large.rows == small.rows and large.reading.received == 3
    assert json_envelope.STREAMED_FROM > 1
    for bad in (
        document[:-1], document.replace('"2"', '"2", "ma": "2"'), document.replace('"H', '"\\ud800'),
        document.replace('"H', '"\\udc00\\ud83d'), document.replace('"H', '"\\ud83dx\\ude00'),
        document.replace("1.1", "NaN"), document + "x",
    ):  # fmt: skip
        assert refusal(tmp_path, bad, name="x.json").message.code == "read.json_malformed"
    whole = document.replace('"H', '"\\\\ud800 \\ud83d\\ude00')
    assert read(tmp_path, whole, name="x.json").column("ten")[1] == "\\ud800 😀à"
    error = document[:-1] + ', "error": {"code": 106, "userMessage": "AGENCY_ID_INCORRECT"}}'
    assert refusal(tmp_path, error, name="x.json").message.code == "read.source_error"


@pytest.mark.parametrize("written", ["01/01/25", "01/01/0025", "0025-01-01", "31/12/1899", "01/01/2101"])
def test_a_date_in_the_year_25(tmp_path: Path, written: str) -> None:
    found = read(tmp_path, HEADER + f"1,a,{written},,,\n")
    assert found.column("ngay") == [None]
    assert found.codes() in ([["date.two_digit_year"]], [["date.impossible"]], [["date.format"]])


def test_nul_bytes_inside_are_refused_with_their_line_and_behind_the_text_dropped(tmp_path: Path) -> None:
    error = refusal(tmp_path, HEADER.encode() + b"1,a\x00b,,,,\n")
    assert error.message.code == "read.nul_byte" and "2" in error.message.vi
    found = read(tmp_path, HEADER.encode() + b"1,a,,,,\n\x00\x00")
    assert found.reading.received == 1 and found.reading.notices


def test_formulas_are_kept_as_text_and_never_run(tmp_path: Path) -> None:
    formulas = ["=cmd|'/c calc'!A1", "+1+1", "@SUM(A1)", '=HYPERLINK(""http://x.invalid"")']
    found = read(tmp_path, HEADER + "".join(f'{n},"{f}",,,,\n' for n, f in enumerate(formulas)))
    assert found.column("ten") == [f.replace('""', '"') for f in formulas] and not any(found.codes())


def test_a_commune_of_four_provinces_is_never_guessed(tmp_path: Path) -> None:
    columns = (Column("ma", "VARCHAR", required=True), Column("xa", "VARCHAR", places="commune"))
    found = read(tmp_path, "ma,xa\n1,Tân Tiến\n2,Bắc Nha Trang\n", feed=record_feed(columns))
    assert found.column("xa")[0] is None and found.codes()[0] == ["place.ambiguous"] and found.column("xa")[1]
    (noticed,) = [n.text.vi for n in found.reading.notices if "Tân Tiến" in n.text.vi]
    assert noticed.count("(") >= 4
