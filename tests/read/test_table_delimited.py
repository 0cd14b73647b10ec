"""Delimited text: what is read, what is a problem of a row, what is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import datetime
from pathlib import Path

import pytest

from ioc_pipeline.contracts.model import Code, CodeList, Column
from ioc_pipeline.messages import Text
from ioc_pipeline.read.connection import SMALL_BYTES
from ioc_pipeline.read.records.column_match import match_columns
from tests.read.record_feeds import COLUMNS, Read, read, realdata, record_feed, refusal

HEADER = "ma,ten,ngay,so,dem,co\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, newline: str) -> None:
    lines = [
        "so,ma,ngay,ten,co,dem".replace(",", delimiter),
        "12.5,01,20260131235959,Hà Nội,1,7".replace(",", delimiter),
    ]
    found = read(tmp_path, newline.join([*lines, ""]))
    row = found.rows[0]
    assert (row["ma"], row["ten"], row["so"], row["dem"], row["co"]) == ("01", "Hà Nội", 12.5, 7, True)
    assert row["ngay"] == datetime(2026, 1, 31, 23, 59, 59)
    assert row["_location"] == "dòng 2" and row["_problems"] == [] and row["simulated"] is False
    assert found.reading.notices == ()


@pytest.mark.parametrize("header", ["MaHoSo", "Mã hồ sơ", "MÃ HỒ SƠ", " ma ", "ma_ho_so", "Mã hồ sơ\u200b", "Ma Ho So"])
def test_a_column_is_found_by_name_alias_or_title(tmp_path: Path, header: str) -> None:
    found = read(tmp_path, f"{header},ten,ngay,so,dem,co\n00004,x,,,,\n")
    assert found.column("ma") == ["00004"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "cp1258"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = HEADER.replace("ma,ten", "Mã hồ sơ,Tên") + "1a,Đặng Thị Tường Vỹ,,,,\n2b,Lường Quỳnh Như,,,,\n"
    if encoding == "utf-16-le-bom":
        content = b"\xff\xfe" + text.encode("utf-16-le")
    elif encoding == "cp1258":
        content = _windows_1258(text)
    else:
        content = text.encode(encoding)
    found = read(tmp_path, content)
    assert found.column("ten") == ["Đặng Thị Tường Vỹ", "Lường Quỳnh Như"]
    assert bool(found.reading.notices) == (encoding == "cp1258")


def _windows_1258(text: str) -> bytes:
    """As a keyboard of that encoding writes: base letter, then the tone mark."""
    import unicodedata

    out = bytearray()
    for character in text:
        try:
            out += character.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", character)
            tones = [c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323"]
            letter = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
            out += letter.encode("cp1258") + "".join(tones).encode("cp1258")
    return bytes(out)


@pytest.mark.parametrize(
    "wrong",
    [
        "Hµ Néi".encode("latin-1"),  # TCVN3: Hà Nội
        "Haø Noäi".encode("latin-1"),  # VNI
        "São Paulo, façade".encode("latin-1"),
        b"H\xc3\xa0 N\xe1\xbb\x99i \xff",  # UTF-8 with one wrong byte
        b"H\xc3\xa0 N\xe1\xbb",  # cut in the middle of a letter
        b"\xff\xfe\x00\x00a\x00\x00\x00",  # UTF-32
    ],
)
def test_other_encodings_are_refused_with_the_line(tmp_path: Path, wrong: bytes) -> None:
    prefix = b"" if wrong.startswith(b"\xff\xfe\x00\x00") else HEADER.encode() + b"1,a,,,,\n2,"
    error = refusal(tmp_path, prefix + wrong)
    assert error.message.code == "read.encoding"
    assert ("dòng 3" in error.message.vi) == bool(prefix)


def test_a_nul_byte_is_refused_with_the_line(tmp_path: Path) -> None:
    assert "dòng 2" in refusal(tmp_path, HEADER + "1,a\x00b,,,,\n").message.vi


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"[:0] + b"\x00" * 64])
def test_empty_files_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content).message.code == "read.empty_file"


def test_a_header_without_records_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, HEADER).message.code == "read.no_records"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<!DOCTYPE html><html><body>Login</body></html>", "read.markup"),
        (b"\xef\xbb\xbf  <html>", "read.markup"),
        (b"%PDF-1.7 ...", "read.other_format"),
        (b"PK\x03\x04rest of a workbook", "read.other_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "read.other_format"),
        (gzip.compress(b"ma\n1\n" * 500, mtime=0)[:-12], "read.truncated"),
        (b"PAR1garbagePAR1", "read.truncated"),
        (b"\x1f\x8b not gzip", "read.truncated"),
    ],
)
def test_files_posing_as_csv_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(tmp_path, content).message.code == code


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress((HEADER + "1,a,,,,\n").encode())).column("ma") == ["1"]


def test_a_missing_column_is_refused_with_the_nearest_header(tmp_path: Path) -> None:
    error = refusal(tmp_path, "ma_hoso_goc,ten,ngay,so,dem,co\n1,a,,,,\n")
    assert error.message.code == "read.column_missing"
    assert "“ma_hoso_goc” có phải là ma?" in error.message.vi.lower() and "“ten”" in error.message.vi


def test_a_needed_column_may_be_empty_but_not_absent(tmp_path: Path) -> None:
    feed = record_feed(columns_needed=["ngay"])
    assert read(tmp_path, "ma,ngay\n1,\n", feed=feed).column("ngay") == [None]
    assert "ngay" in refusal(tmp_path, "ma,ngày gửi\n1,\n", feed=feed).message.vi


def test_extra_and_absent_columns_are_noticed(tmp_path: Path) -> None:
    found = read(tmp_path, "ma,ghi_chu,,ten\n1,x,y,z\n")
    words = " ".join(n.text.vi for n in found.reading.notices)
    assert "“ghi_chu”" in words and "không có tên" in words and "không có cột ngay, so, dem, co" in words


@pytest.mark.parametrize("header", ["ma,ma,ten", "ma,Mã hồ sơ,ten", "MaHoSo,ten,ma_ho_so"])
def test_two_headers_for_one_column_are_refused(tmp_path: Path, header: str) -> None:
    assert refusal(tmp_path, f"{header}\n1,2,x\n").message.code == "read.column_twice"


def test_no_header_is_refused_naming_the_first_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "1,2,3\n4,5,6\n")
    assert error.message.code == "read.no_header" and "“1”" in error.message.vi


def test_title_rows_above_the_header_are_noticed(tmp_path: Path) -> None:
    found = read(tmp_path, f"DANH SÁCH HỒ SƠ\n\nTháng 9,2026\n{HEADER}1,a,,,,\n")
    assert found.rows[0]["_location"] == "dòng 5"
    assert found.reading.notices[0].text.vi.startswith("2 dòng phía trên")


def test_excels_separator_hint_is_no_title(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=;\n" + HEADER.replace(",", ";") + "1;a;;;;\n")
    assert found.column("ma") == ["1"] and found.reading.notices == ()


def test_quotes_line_breaks_and_locations(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + '1,"a, ""b""\nc",,,,\n\n2,"",,,,\n3,5" ống,,,,\n')
    assert found.column("ten") == ['a, "b"\nc', None, '5" ống']
    assert found.column("_location") == ["dòng 2", "dòng 5", "dòng 6"]


def test_malformed_lines_are_kept_with_their_text(tmp_path: Path) -> None:
    lines = ["1,a,,,,", "2,b", "3,c,,,,,,x", '4,"d" e,,,,', "5,f,,,,,,", '6,"g,,,,', "7,h,,,,"]
    found = read(tmp_path, HEADER + "\n".join(lines) + "\n")
    assert found.column("ma") == ["1", None, None, None, "5", None, "7"]
    assert found.codes() == [[], ["row.columns"], ["row.columns"], ["row.columns"], [], ["row.columns"], []]
    broken = found.rows[3]["_problems"][0]
    assert broken == {"clause": "IOC-DU-03", "column": None, "raw": '4,"d" e,,,,', "code": "row.columns"}
    assert found.column("_location") == [f"dòng {n}" for n in range(2, 9)]


def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    lines = [f"{n},x,,,," for n in range(1000)]
    lines[3] = '3,"x,,,,'
    found = read(tmp_path, HEADER + "\n".join(lines))
    assert found.reading.received == 1000
    assert [i for i, c in enumerate(found.codes()) if c] == [3]


DATE_CASES = [
    ("20260131235959", datetime(2026, 1, 31, 23, 59, 59), None),
    ("31/01/2026", datetime(2026, 1, 31), None),
    ("1/2/2026", datetime(2026, 2, 1), None),
    ("31/01/2026 07:05:09", datetime(2026, 1, 31, 7, 5, 9), None),
    ("2026-01-31", datetime(2026, 1, 31), None),
    ("31/02/2026", None, "date.impossible"),
    ("29/02/2025", None, "date.impossible"),
    ("13/13/2026", None, "date.impossible"),
    ("20260231000000", None, "date.impossible"),
    ("01/01/0025", None, "date.impossible"),
    ("1/7/25", None, "date.two_digit_year"),
    ("45838", None, "date.format"),
    ("2026-01-31T07:05", None, "date.format"),
    ("hôm qua", None, "date.format"),
    ("", None, None),
    ("   ", None, None),
]


@pytest.mark.parametrize(("text", "value", "code"), DATE_CASES)
def test_dates(tmp_path: Path, text: str, value: datetime | None, code: str | None) -> None:
    found = read(tmp_path, f"ma,ngay\n1,{text}\n")
    assert found.column("ngay") == [value]
    assert found.codes() == [[code] if code else []]
    if code:
        problem = found.rows[0]["_problems"][0]
        assert (problem["clause"], problem["column"], problem["raw"]) == ("IOC-SACH-12", "ngay", text.strip())


NUMBER_CASES = [
    ("12", 12.0, None),
    ("-3.25", -3.25, None),
    ("−3.25", -3.25, None),
    ("1.234,5", 1234.5, None),
    ("1,234.5", 1234.5, None),
    ("1.778.000,00", 1778000.0, None),
    ("1.588.060", 1588060.0, None),
    ("1 588 060", 1588060.0, None),
    ("1\u00a0588\u202f060,25", 1588060.25, None),
    ("22290,7", 22290.7, None),
    ("0.985", 0.985, None),
    ("0,985", 0.985, None),
    ("1234.567", 1234.567, None),
    ("98,5*", 98.5, None),
    ("98,5 (1)", 98.5, None),
    ("98,5¹", 98.5, None),
    ("98,5 [a]", 98.5, None),
    ("1e-05", 1e-05, None),
    ("1.234", None, "number.ambiguous"),
    ("1,234", None, "number.ambiguous"),
    ("-12.345", None, "number.ambiguous"),
    ("1.23.4", None, "number.text"),
    ("1.2345,6,7", None, "number.text"),
    ("98,5%", None, "number.text"),
    ("-", None, None),
    ("…", None, None),
    ("Chưa có số liệu", None, None),
    ("10,5–11,0", None, "number.range"),
    ("10,5 - 11,0", None, "number.range"),
    ("１２", 12.0, None),
    ("(12,5)", -12.5, None),
    ("(1.234)", None, "number.ambiguous"),
    ("1.234*", None, "number.ambiguous"),
    ("12,3(1)", 12.3, None),
    ("1e5", 100000.0, None),
    ("12 tỷ", None, "number.text"),
    ("1'234'567", 1234567.0, None),
    ("'0,5", 0.5, None),
    ("0.123.456", None, "number.text"),
    ("1e999", None, "number.text"),
    ("mười", None, "number.text"),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "value", "code"), NUMBER_CASES)
@pytest.mark.parametrize("decimal", [",", "."])
def test_numbers(tmp_path: Path, text: str, value: float | None, code: str | None, decimal: str) -> None:
    found = read(tmp_path, f"ma;so\n1;{text}\n", feed=record_feed(decimal=decimal))
    assert found.column("so") == [value]
    assert found.codes() == [[code] if code else []]
    if code:
        assert found.rows[0]["_problems"][0]["clause"] == "IOC-SACH-10"


@pytest.mark.parametrize(
    ("decimal", "others", "text", "value"),
    [
        (".", "2.5", "1.234", 1.234),
        (",", "2,5", "1,234", 1.234),
        (",", "1.234.567", "1.234", 1234.0),
        (".", "1,234.5", "1,234", 1234.0),
        (",", "2.5", "1.234", None),  # the column contradicts the declaration
        (".", "2,5", "1.234", None),
        (".", "1.234.567", "1.234", None),
    ],
)
def test_a_lone_mark_is_read_only_with_evidence(
    tmp_path: Path, decimal: str, others: str, text: str, value: float | None
) -> None:
    found = read(tmp_path, f"ma;so\n1;{others}\n2;{text}\n", feed=record_feed(decimal=decimal))
    assert found.column("so")[1] == value
    assert found.codes()[1] == ([] if value is not None else ["number.ambiguous"])


def test_whole_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "ma;dem\n1;12\n2;12,0\n3;12,5\n4;99999999999999999999\n5;1.588.060\n")
    assert found.column("dem") == [12, 12, None, None, 1588060]
    assert found.codes() == [[], [], ["number.integer"], ["number.integer"], []]


def test_booleans(tmp_path: Path) -> None:
    words = ["1", "0", "true", "FALSE", "có", "Không", "", "2", "x"]
    found = read(tmp_path, "ma,co\n" + "".join(f"{i},{w}\n" for i, w in enumerate(words)))
    assert found.column("co") == [True, False, True, False, True, False, None, None, None]
    assert [c for c in found.codes() if c] == [["boolean.text"], ["boolean.text"]]


def test_declared_missing_marks_are_no_problem(tmp_path: Path) -> None:
    found = read(tmp_path, "ma,so\n1,–\n2,…\n", feed=record_feed(missing=["–"]))
    assert found.codes() == [[], []] and found.column("so") == [None, None]


def test_text_is_composed_and_trimmed(tmp_path: Path) -> None:
    found = read(tmp_path, "ma,ten\n1,\u00a0 Ho\u0300a\u200b   Bi\u0300nh \u00a0\n2,\ufeff\n")
    assert found.column("ten") == ["Hòa Bình", None]


def test_names_of_a_code_list_become_codes(tmp_path: Path) -> None:
    counter = Code("1", Text("Trực tiếp", "Counter"), ("tại quầy",))
    listed = CodeList("kenh", Text("", ""), "P", {"1": counter, "2": Code("2", Text("Mạng", "Online"))})
    columns = (COLUMNS[0], Column("kenh", "VARCHAR", codes="kenh"))
    found = read(
        tmp_path, "ma,kenh\n1,Trực tiếp\n2,TẠI QUẦY\n3,2\n4,fax\n", feed=record_feed(columns), codes={"kenh": listed}
    )
    assert found.column("kenh") == ["1", "1", "2", "fax"]


def test_simulated_rows_show(tmp_path: Path) -> None:
    found = read(tmp_path, "ma,simulated\n1,\n2,true\n")
    assert found.column("simulated") == [False, True] and found.reading.simulated


def test_awkward_paths(tmp_path: Path) -> None:
    folder = tmp_path / "thư mục [1] *'?"
    folder.mkdir()
    assert read(folder, HEADER + "1,a,,,,\n", name="báo cáo [2]'*.csv").column("ma") == ["1"]


def test_ten_thousand_columns(tmp_path: Path) -> None:
    header = ",".join(["ma", *(f"x{n}" for n in range(9_999))])
    found = read(tmp_path, f"{header}\n1{',' * 9_999}\n")
    assert found.column("ma") == ["1"] and len(found.reading.notices) < 30


@pytest.mark.parametrize(
    "name",
    ["simple", "simple_crlf", "comma_in_quotes", "escaped_quotes", "json", "newlines", "newlines_crlf",
     "quotes_and_newlines", "utf8", "empty", "empty_crlf"],
)  # fmt: skip
def test_csv_spectrum(tmp_path: Path, name: str) -> None:
    source = realdata("csv_torture", "csvs", f"{name}.csv")
    expected = json.loads(realdata("csv_torture", "json", f"{name}.json").read_text(encoding="utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    columns = tuple(Column(key, "VARCHAR") for key in expected[0])
    found = read(tmp_path, source.read_bytes(), feed=record_feed(columns))
    assert [{k: row[k] for k in expected[0]} for row in found.rows] == [
        {k: (v.replace("\r\n", "\n") or None) for k, v in record.items()} for record in expected
    ]  # the collected fixtures lost their carriage returns, the answers did not


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("spreadsheet.xls", "read.no_header"),
        ("spreadsheet.xlsx", "read.no_header"),
        ("invalid-byte-sequence.csv", "read.encoding"),
    ],
)
def test_csvlint_refused(tmp_path: Path, name: str, code: str) -> None:
    content = realdata("csv_torture", "csvlint", "features", "fixtures", name).read_bytes()
    assert refusal(tmp_path, content).message.code == code


@pytest.mark.parametrize("name", ["valid.csv", "cr-line-endings.csv", "inconsistent-line-endings.csv", "title-row.csv"])
def test_csvlint_counts(tmp_path: Path, name: str) -> None:
    content = realdata("csv_torture", "csvlint", "features", "fixtures", name).read_bytes()
    rows = [r for r in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if r]
    header = max(rows[:3], key=len)
    columns = tuple(Column(cell, "VARCHAR") for cell in dict.fromkeys(header) if cell)
    assert read(tmp_path, content, feed=record_feed(columns)).reading.received == len(rows) - rows.index(header) - 1


def test_headers_match_whatever_their_order() -> None:
    match = match_columns(record_feed(), ["x", "MaHoSo", "Tên"], "a.csv")
    assert match.positions == {"ma": 1, "ten": 2} and match.extra == ("x",)


def test_reading_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    content = HEADER + "".join(f"{n},tên {n},31/01/2026,1.5,{n},1\n" for n in range(500))
    first = Path(read(tmp_path, content).reading.rows_path).read_bytes()
    again: Read = read(tmp_path, content)
    assert Path(again.reading.rows_path).read_bytes() == first


@pytest.mark.parametrize(("last", "codes"), [("2026-01-02", []), ("25-01-02", ["date.two_digit_year"])])
def test_dates_of_a_large_file_are_parsed_while_reading_unless_one_is_odd(
    tmp_path: Path, last: str, codes: list[str]
) -> None:
    lines = ["ma,ten,ngay", *(f"{i},Xã Ba Vì số {i},2026-01-01" for i in range(18_000)), f"x,cuối,{last}"]
    found = read(tmp_path, "\n".join(lines) + "\n")
    assert sum(map(len, lines)) > SMALL_BYTES and found.reading.received == 18_001
    assert found.rows[0]["ngay"] == datetime(2026, 1, 1) and found.codes()[-1] == codes
    assert found.rows[-1]["ngay"] == (None if codes else datetime(2026, 1, 2))
