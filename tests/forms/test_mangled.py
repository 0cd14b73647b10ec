"""A form mangled without touching its numbers reads the same; no content of a cell crashes the reader."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.messages import ReadRefused
from tests.forms.form_grid import Grid, filled, grid_of, raw_facts, read

HEALTH = "health_facilities"
FEEDS = (HEALTH, "education_pupils", "tourism_monthly")
JUNK = ["", "", "Ghi chú", "đã kiểm tra", "v", "Tổ 3"]
FOOT = ["Ghi chú: số sơ bộ", "NGƯỜI LẬP BIỂU", "Ngày 3 tháng 11 năm 2026", "Nơi nhận: VP UBND", "KT. GIÁM ĐỐC"]
HEAD = ["UBND TỈNH", "SỞ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", ""]


@pytest.fixture(scope="module")
def forms(catalogue, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    paths = {feed: filled(catalogue, feed, folder) for feed in FEEDS}
    return {feed: (path, raw_facts(catalogue, feed, path, folder)) for feed, path in paths.items()}


@st.composite
def mangling(draw):
    return {
        "top": draw(st.lists(st.sampled_from(HEAD), max_size=4)),
        "bottom": draw(st.lists(st.sampled_from(FOOT), max_size=4)),
        "order": draw(st.randoms(use_true_random=False)),
        "permute": draw(st.booleans()),
        "columns": draw(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(JUNK)), max_size=3)),
        "blank": draw(st.lists(st.integers(0, 60), max_size=4)),
        "shuffle": draw(st.booleans()),
        "merge": draw(st.booleans()),
        "metadata": draw(st.booleans()),
        "example": draw(st.booleans()),
        "name": draw(st.sampled_from(["Sheet1", "Tháng 10", "Bieu (2)", "1"])),
    }


def mangled(grid: Grid, how: dict) -> Grid:
    """The same numbers in another shape: rows and columns inserted and permuted, notes, merges, a renamed sheet."""
    head = next(r for r, row in enumerate(grid.cells) if "STT" in row)
    example = next(r for r, row in enumerate(grid.cells) if str(row[0]).startswith("Ví dụ"))
    ends = (r for r, row in enumerate(grid.cells) if r > example + 1 and not any(v != "" for v in row[3:]))
    end = next(ends, len(grid.cells))
    title, heading, data, foot = (
        [list(r) for r in part]
        for part in (grid.cells[:head], grid.cells[head : example + 1], grid.cells[example + 1 : end], grid.cells[end:])
    )
    if not how["example"]:
        heading.pop()
    total = [data.pop()] if "Tổng số" in data[-1] else []
    if how["shuffle"]:
        how["order"].shuffle(data)
    for place in how["blank"]:
        data.insert(min(place, len(data)), [""] * len(data[0]))
    table = heading + data + total
    if how["permute"]:
        order = list(range(len(table[0])))
        how["order"].shuffle(order)
        table = [[row[c] for c in order] for row in table]
    for place, junk in how["columns"]:
        for number, row in enumerate(table):
            row.insert(min(place, len(row)), junk if number % 3 else "")
    width = len(table[0])
    top = [[text] + [""] * (width - 1) for text in how["top"]]
    bottom = [["", text] + [""] * (width - 2) for text in how["bottom"]]
    cells = [*top, *title, *table, *foot, *bottom]
    merged = [(0, 0, 0, 3)] if how["merge"] and how["top"] else []
    if merged:
        cells[0][1:4] = ["", "", ""]
    return Grid(cells, merged, metadata=grid.metadata if how["metadata"] else {}, name=how["name"])


@pytest.mark.parametrize("feed", FEEDS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(how=mangling())
def test_the_same_numbers_are_read_from_a_mangled_form(catalogue, forms, feed, how):
    path, expected = forms[feed]
    with tempfile.TemporaryDirectory() as folder:
        grid = mangled(grid_of(path), how)
        assert raw_facts(catalogue, feed, grid.save(Path(folder) / "bieu.xlsx"), Path(folder)) == expected


CONTENT = st.one_of(
    st.text(max_size=30).filter(lambda t: "\x00" not in t),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**15), 10**15),
    st.booleans(),
    st.sampled_from(
        ["=1+1", "@SUM(A1)", "..", "-", "x", "1.234", "1,5%", "#REF!", "'", "Tổng số", "Ghi chú", "Ví dụ", "\u202e1"]
    ),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), CONTENT), min_size=1, max_size=8))
def test_no_content_crashes_the_reader_and_nothing_is_lost(catalogue, forms, edits):
    grid = grid_of(forms[HEALTH][0])
    grid.merged = []
    for row, column, value in edits:
        grid.cells[row][column] = value
    with tempfile.TemporaryDirectory() as folder:
        try:
            reading, rows = read(catalogue, HEALTH, grid.save(Path(folder) / "bieu.xlsx"))
        except ReadRefused as refusal:
            assert refusal.message.vi and refusal.message.en
            return
    assert reading.received == len(rows)
    for row in rows:
        assert row["_location"].startswith("Sheet1!")
        assert row["_problems"] or (row["value"] is None) == (row["value_status"] != "present")
