"""The two faces of the number grammar, SQL over columns and Python over cells, agree on every column."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ioc_pipeline.contracts.model import Column
from ioc_pipeline.read.values.numbers import evidence_of, read_number
from tests.read.record_feeds import read, record_feed

DIGITS = st.text("0123456789", min_size=1, max_size=4)
WRITTEN = st.builds(
    lambda sign, parts, marks, tail: sign + "".join(p + m for p, m in zip(parts, [*marks, ""], strict=False)) + tail,
    st.sampled_from(["", "-", "+", "−", "- ", "(", "'"]),
    st.lists(DIGITS, min_size=1, max_size=4),
    st.lists(st.sampled_from([*".,'  -–e", "E+", "\u00a0"]), max_size=3),
    st.sampled_from(["", "*", "(1)", " (*)", "²", "%", " %", ")", "[a]", " tỷ", "%*"]),
)
REAL = st.sampled_from(
    ["1.588.060", "1 588 060", "10,5–11,0", "98,5%", "0,985", "1,234", "1.234", "(1.234)", "(12,5)", "−5", "1.234*",
     "12,3(1)", "１２", "1e5", "1.23E+05", "12 tỷ", "1'234'567", "-", "…", "x", "n/a", "không phát sinh", "007", "0"]
)  # fmt: skip
CELL = st.one_of(WRITTEN, REAL, st.text("0123456789.,-+% ()*'eE…", max_size=9))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cells=st.lists(CELL, min_size=1, max_size=25), decimal=st.sampled_from([".", ","]), unit=st.sampled_from(["", "%"])
)
@example(cells=["98,5%", "0,985", "97,1"], decimal=",", unit="%")
@example(cells=["1.234", "1.234.567"], decimal=",", unit="")
def test_a_column_reads_alike_in_sql_and_in_python(cells: list[str], decimal: str, unit: str) -> None:
    feed = record_feed((Column("ma", "VARCHAR"), Column("so", "DOUBLE", unit=unit)), decimal=decimal)
    with tempfile.TemporaryDirectory() as folder:
        rows = read(Path(folder), json.dumps([{"ma": "a", "so": c} for c in cells]), feed=feed).rows
    evidence = evidence_of(cells) if unit == "%" else _without_percent(cells)
    for text, row in zip(cells, rows, strict=True):
        cell = read_number(text, decimal=decimal, evidence=evidence, doubtful=True)
        problems = [p["code"] for p in row["_problems"]]
        doubts = [d["code"] for d in row["_doubts"]]
        if cell is None:
            assert (row["so"], problems, doubts) == (None, [], []), text
        elif cell.problem or (cell.percent and unit != "%"):
            expected = cell.problem if cell.problem else "number.text"
            assert (row["so"], problems) == (None, [expected]) or (unit != "%" and "%" in text), (text, row, cell)
            assert row["so"] is None and problems
        else:
            assert (row["so"], problems) == (cell.value, []), (text, row, cell)
            assert doubts == ([cell.doubt] if cell.doubt else []), (text, row, cell)


def _without_percent(cells: list[str]):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(evidence_of(cells), signed=0, bare_shares=0)
