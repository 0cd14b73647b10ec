"""Large CSV files are typed in one pass where every value is certain: always with the rows that two passes give."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.contracts.model import Code, CodeList, Column
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read import connection
from ioc_pipeline.read.records import delimited, table_file, typed_rows
from tests.read.record_feeds import COLUMNS, Read, read, record_feed

CHANNELS = CodeList("kenh", Text("", ""), "P", {
    "1": Code("1", Text("Trực tiếp", "Counter")), "2": Code("2", Text("Mạng", "Online"), aliases=("online",)),
})  # fmt: skip
FEED = record_feed(
    (*COLUMNS, Column("kenh", "VARCHAR", codes="kenh"), Column("don_vi", "VARCHAR", identifier=True, agency=True))
)
SAMPLED = 5  # records looked at before the attempt
HEADER = [column.name for column in FEED.columns]
SURE = ["H32-260101-0001", "Xã Ba Vì", "31/01/2026", "12.5", "3", "true", "false", "2", "H32.05"]
ODD = {
    "ma": ["1.07E+11", " a", "a\u0301", "x\u200by"],
    "ten": ["", "  hai  khoảng ", "Ho\u00e0 Bi\u0300nh", "Hµ Néi", "tæng s¶n"],
    "ngay": ["", "31/01/26", "32/01/2026", "2026-01-31", "31/01/1026", "1/1/2026", " 01/01/2026"],
    "so": ["", "1.234", "1,5", "-0", "0.985", "12%", "..", "1e5", "007", "1e999", "12 tỷ"],
    "dem": ["", "3.0", "3.5", "-7", "99999999999999999", "x"],
    "co": ["", "1", "0", "Có", "sai", "t", "TRUE"],
    "simulated": ["", "0", "yes"],
    "kenh": ["", "Mạng", "ONLINE", "1", "9", "trực tiếp"],
    "don_vi": ["", "000.00.00.H32", "005.01.02.H32", "1E+5"],
}


@contextmanager
def _every_file_is_large(*, one_pass: bool) -> Iterator[None]:
    small, sampled = patch.object(delimited, "SMALL_BYTES", 0), patch.object(delimited, "SAMPLED", SAMPLED)
    opened, tried = patch.object(connection, "SMALL_BYTES", 0), patch.object(table_file, "SMALL_BYTES", 0)
    with opened, tried, small, sampled:
        if one_pass:
            yield
        else:
            with patch.object(delimited, "fits_one_pass", lambda *_: False):
                yield


def _file(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER, *rows])
    return out.getvalue()


def _read(folder: Path, content: str, *, one_pass: bool) -> Read:
    with _every_file_is_large(one_pass=one_pass):
        return read(folder, content, feed=FEED, codes={"kenh": CHANNELS})


ROW = st.builds(
    lambda changes: [changes.get(name, sure) for name, sure in zip(HEADER, SURE, strict=True)],
    st.sampled_from(HEADER).flatmap(lambda n: st.fixed_dictionaries({n: st.sampled_from(ODD[n])})) | st.just({}),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROW, min_size=1, max_size=4), sure_before=st.sampled_from([0, SAMPLED + 1]))
def test_one_pass_gives_the_rows_of_two(rows: list[list[str]], sure_before: int) -> None:
    content = _file([SURE] * sure_before + rows)  # behind the sample, the attempt is made and must be given up
    with tempfile.TemporaryDirectory() as folder:
        once, twice = (_read(Path(folder), content, one_pass=way) for way in (True, False))
    assert once.rows == twice.rows
    assert once.reading.notices == twice.reading.notices and once.reading.simulated == twice.reading.simulated


def _unexpected(*_: object, **__: object) -> None:
    raise AssertionError("the rows were converted a second time")


def test_certain_rows_are_not_converted_again(tmp_path: Path) -> None:
    rows = [[f"H32-260101-{n:04}", *SURE[1:3], f"{n}.25", str(n), *SURE[5:]] for n in range(300)]
    with patch.object(typed_rows, "typed", _unexpected):
        found = _read(tmp_path, _file(rows), one_pass=True)
    assert found.rows[299]["so"] == 299.25 and found.rows[299]["_location"] == "dòng 301"


@pytest.mark.parametrize(("column", "odd"), [(name, odd) for name, values in ODD.items() for odd in values])
def test_what_is_odd_behind_the_sample_is_found(tmp_path: Path, column: str, odd: str) -> None:
    late = [odd if name == column else sure for name, sure in zip(HEADER, SURE, strict=True)]
    content = _file([*[SURE] * SAMPLED, late])
    once, twice = (_read(tmp_path, content, one_pass=way) for way in (True, False))
    assert once.rows == twice.rows and len(once.rows) == SAMPLED + 1


def test_a_number_declared_to_mean_nothing_is_not_certain(tmp_path: Path) -> None:
    feed = record_feed(FEED.columns, missing=["3"])
    with _every_file_is_large(one_pass=True):
        found = read(tmp_path, _file([SURE] * 10), feed=feed, codes={"kenh": CHANNELS})
    assert found.column("dem") == [None] * 10 and found.column("so") == [12.5] * 10


def test_a_broken_record_is_still_quarantined(tmp_path: Path) -> None:
    content = _file([SURE] * 10) + "chỉ,hai\n" + _file([SURE]).split("\n", 1)[1]
    found = _read(tmp_path, content, one_pass=True)
    assert found.codes()[10:] == [["row.columns"], []]


def test_bytes_that_are_no_text_are_still_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadRefused), _every_file_is_large(one_pass=True):
        read(tmp_path, _file([SURE] * 10).encode() + b"\xff\xfe,\n", feed=FEED, codes={"kenh": CHANNELS})
