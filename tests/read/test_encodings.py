"""Legacy encodings: read when the words leave one way, refused otherwise; garbled cells restored under a doubt."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.read.records.repaired_text import restored
from ioc_pipeline.read.text.legacy_encodings import _VISCII, _VNI_ALONE, _VNI_BASES, _VNI_MARK, ENCODINGS, unmangled
from ioc_pipeline.read.text.syllables import is_syllable
from ioc_pipeline.read.text.tcvn3 import TO_UNICODE
from tests.read.record_feeds import read, refusal
from tests.read.test_table_delimited import _windows_1258

HEADER = b"ma,ten,ngay\n"
NAMES = ["Hà Nội", "Đặng Thị Tường Vỹ", "Lường Quỳnh Như", "Nguyễn Khánh Hòa", "đường Phước Hải", "thủy lợi", "Mỹ Đức"]


def _tcvn3(text: str) -> bytes:
    back = {new: old for old, new in TO_UNICODE.items()}
    return "".join(chr(back.get(c, ord(c))) for c in text).encode("latin-1")


def _vni(text: str) -> bytes:
    import unicodedata

    pairs = {}
    for mark, bases in _VNI_BASES.items():
        for base in bases:
            letter = unicodedata.normalize("NFC", _VNI_ALONE.get(base, base) + _VNI_MARK[mark])
            pairs[letter], pairs[letter.upper()] = base + mark, base.upper() + mark.upper()
    alone = {new: old for old, new in _VNI_ALONE.items()}
    return "".join(alone.get(c) or pairs.get(c, c) for c in text).encode("latin-1")


def _viscii(text: str) -> bytes:
    return bytes(0x80 + _VISCII.index(c) if c in _VISCII else ord(c) for c in text)


ENCODERS = {"TCVN3 (ABC)": _tcvn3, "VNI": _vni, "VISCII": _viscii, "Windows-1258": _windows_1258}


@pytest.mark.parametrize("encoding", ENCODERS)
def test_a_file_in_one_legacy_encoding_is_read_with_its_evidence(tmp_path: Path, encoding: str) -> None:
    body = b"".join(b"%d,%s,\n" % (i, ENCODERS[encoding](n)) for i, n in enumerate(NAMES))
    found = read(tmp_path, HEADER + body)
    assert found.column("ten") == NAMES
    assert any(encoding in n.text.vi and "→" in n.text.vi for n in found.reading.notices)


@pytest.mark.parametrize(("first", "second"), [("TCVN3 (ABC)", "VNI"), ("Windows-1258", "TCVN3 (ABC)")])
def test_encodings_mixed_line_by_line_and_with_utf8(tmp_path: Path, first: str, second: str) -> None:
    encoders = [ENCODERS[first], ENCODERS[second], str.encode]
    body = b"".join(b"%d,%s,\n" % (i, e(n)) for i, (n, e) in enumerate((n, e) for n in NAMES for e in encoders))
    found = read(tmp_path, HEADER + body)
    assert found.column("ten") == [n for n in NAMES for _ in encoders]


def test_encodings_mixed_column_by_column(tmp_path: Path) -> None:
    body = b"".join(n.encode() + b"," + _tcvn3(n) + b",\n" for n in NAMES)
    found = read(tmp_path, HEADER + body)
    assert found.column("ten") == found.column("ma") == NAMES


@pytest.mark.parametrize(
    "wrong",
    [_tcvn3("Hà"), _viscii("Hồ"), "São Paulo, façade, élève, château, Zoë".encode("latin-1"), b"\xff\xfe\xfd" * 9],
)
def test_too_little_evidence_is_refused_with_the_line(tmp_path: Path, wrong: bytes) -> None:
    error = refusal(tmp_path, HEADER + b"1,a,\n2," + wrong + b",\n")
    assert error.message.code == "read.encoding" and "dòng 3" in error.message.vi


def test_one_undecidable_cell_refuses_the_file(tmp_path: Path) -> None:
    body = b"".join(b"%d,%s,\n" % (i, _tcvn3(n)) for i, n in enumerate(NAMES))
    error = refusal(tmp_path, HEADER + body + b"9,\x80\x81\x82,\n")
    assert "dòng 9" in error.message.vi and "TCVN3" in error.message.vi


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    text = "ma,ten,ngay\n" + "".join(f"{i},{n},\n" for i, n in enumerate(NAMES))
    found = read(tmp_path, text.encode(encoding))
    assert found.column("ten") == NAMES and "BOM" in found.reading.notices[0].text.vi


def test_nul_bytes_behind_the_text_are_dropped_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, b'[{"ma": "1"}]\n\x00', name="E02.json")
    assert found.column("ma") == ["1"] and "NUL" in found.reading.notices[0].text.en


@pytest.mark.parametrize("name", NAMES[:6])
def test_garbled_cells_of_a_utf8_file_are_restored_under_a_doubt(tmp_path: Path, name: str) -> None:
    mangled = name.encode().decode("cp1252", "replace")
    lines = [f"1,{_tcvn3(name).decode('latin-1')},", f"2,{name},", f"3,{mangled},", "4,Hµ Néi,"]
    found = read(tmp_path, HEADER.decode() + "\n".join(lines) + "\n")
    first, second, third, _ = found.rows
    assert first["ten"] == second["ten"] == name and second["_doubts"] == []
    (doubt,) = first["_doubts"]
    assert (doubt["code"], doubt["column"], doubt["reading"]) == ("text.repaired", "ten", name)
    assert doubt["raw"] == _tcvn3(name).decode("latin-1")
    if "\ufffd" not in mangled:
        assert third["ten"] == name and third["_doubts"][0]["code"] == "text.repaired"


def test_one_odd_word_of_a_file_is_no_evidence_that_it_is_garbled(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER.decode() + "1,KÎ,\n2,\x80,\n")
    assert found.column("ten") == ["KÎ", "\x80"] and not any(row["_doubts"] for row in found.rows)


@pytest.mark.parametrize("text", ["Trung tâm A°", "5 m²", "© 2026", "Công ty “Ánh Dương” ® ", "café", "½", "Nguyễn"])
def test_text_that_is_not_garbled_stays(text: str) -> None:
    assert restored(text) is None


@given(st.text(max_size=20))
def test_restoring_goes_one_way(text: str) -> None:
    found = restored(text)
    assert found is None or restored(found) is None
    assert unmangled(text) is None or text.isascii() or unmangled(text) != text


@given(st.binary(max_size=40))
def test_every_decoder_takes_any_bytes(raw: bytes) -> None:
    for decode in ENCODINGS.values():
        text = decode(raw)
        assert text is None or isinstance(text, str)


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv is not installed")
def test_viscii_is_that_of_iconv() -> None:
    raw = bytes(range(0x80, 0x100))
    done = subprocess.run(["iconv", "-f", "VISCII", "-t", "UTF-8"], input=raw, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("iconv does not know VISCII")
    assert done.stdout.decode() == ENCODINGS["VISCII"](raw)


@pytest.mark.parametrize(("word", "is_one"), [("Nguyễn", True), ("Krông", True), ("fộ", False), ("élève", False)])
def test_syllables(word: str, is_one: bool) -> None:
    assert is_syllable(word) == is_one
