"""Whatever the bytes, the reader reads every record or refuses; it never raises anything else."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import unicodedata
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.messages import ReadRefused
from tests.read.record_feeds import Read, read

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
TABLE = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=30)


def _expected(text: str) -> str | None:
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if c not in "\u200b\u200c\u200d\u2060\ufeff\u00ad")
    for gap in "\t\u00a0\u2007\u202f":
        kept = kept.replace(gap, " ")
    while "  " in kept:
        kept = kept.replace("  ", " ")
    return kept.strip(" \r\n") or None


@SLOW
@given(rows=TABLE, delimiter=st.sampled_from(",;\t|"), newline=st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, ...]], delimiter: str, newline: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([("ma", "ten", "ngay"), *rows])
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), out.getvalue())
    assert found.reading.received == len(rows)
    broken = [codes == ["row.columns"] for codes in found.codes()]
    assert not any(broken)
    _assert_read_back(found, rows)


def _assert_read_back(found: Read, rows: list[tuple[str, ...]]) -> None:
    """Every text is what was written, or carries the doubt that says what it was: nothing changes silently."""
    for row, (_, text, _) in zip(found.rows, rows, strict=True):
        if row["ten"] != _expected(text):
            assert [(d["column"], d["raw"], d["code"]) for d in row["_doubts"]] == [("ten", text, "text.repaired")]


@SLOW
@given(rows=TABLE)
def test_json_records_are_all_there(rows: list[tuple[str, ...]]) -> None:
    records = [{"ma": a, "ten": b, "so": c} for a, b, c in rows]
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), json.dumps(records))
    assert found.reading.received == len(rows)
    _assert_read_back(found, rows)


@SLOW
@given(lines=st.lists(st.text('ab,;"\t 1.é', max_size=12), min_size=1, max_size=40))
def test_every_line_of_a_messy_file_is_one_record_at_most(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), "\n".join(["ma,ten,ngay", *lines, "z,z,"]))
    filled = [line for line in lines if line.strip()]
    assert 1 <= found.reading.received <= len(filled) + 1
    numbers = [int(row["_location"].removeprefix("dòng ")) for row in found.rows]
    assert numbers == sorted(set(numbers))
    if not any('"' in line for line in lines):
        assert found.reading.received == len(filled) + 1


@SLOW
@given(content=st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda b: b"ma,ten,ngay,so\n1," + b)))
def test_arbitrary_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(Path(folder), content)
        except ReadRefused as error:
            assert error.message.vi and error.message.en


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["ma", "ten", "so", "dem", "ngay", "co", "data", "error", "x"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@SLOW
@given(document=JSON, cut=st.integers(0, 3))
def test_arbitrary_json_is_read_or_refused(document: object, cut: int) -> None:
    text = json.dumps(document)
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(Path(folder), text[: len(text) - cut])
        except ReadRefused as error:
            assert error.message.vi and error.message.en
