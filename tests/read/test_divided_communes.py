"""Figures of communes that were divided in 2025, spread over the new communes by declared weights."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.places import former_communes, predecessors
from ioc_pipeline.contracts.split_weights import SplitWeights, declared_weights
from ioc_pipeline.messages import Text
from ioc_pipeline.read.records.divided_communes import Spreading
from ioc_pipeline.read.records.table_file import read_table
from ioc_pipeline.settings import contracts_root
from tests.read.declared_feeds import declared_feed
from tests.read.record_feeds import Read

FORMER = {f.code: f for f in former_communes()}
OLD, MAIN, OTHER = "22768", "22780", "22888"  # Phường Đông Hải (Phan Rang - Tháp Chàm), divided among these two
HEADER = "indicator,measure,data_type,unit,period,area,value\n"


def feed() -> Feed:
    base = declared_feed("province_published")
    columns = tuple(
        replace(c, places="commune", split="weights", split_by="dien_tich") if c.name == "area" else c
        for c in base.columns
    )
    return replace(base, columns=columns, reader={"format": "table", "decimal": "."})


def spread(folder: Path, lines: list[str], *, decimals: int = 0, **parts: int) -> Read:
    """The file read with what a card says: NGUOI adds up over areas; `parts` are weights declared for `OLD`."""
    weights = declared_weights(contracts_root())["dien_tich"]
    if parts:
        weights = replace(weights, parts={OLD: {code[1:]: Decimal(w) for code, w in parts.items()}})
    path = folder / "x.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    found = Spreading(weights, {("NGUOI", "period"): decimals})
    return Read(read_table(feed(), path, "x.csv", folder / "out" / "rows.parquet", province="56", spreading=found))


def line(former: str, value: object, indicator: str = "NGUOI", measure: str = "period") -> str:
    label = FORMER[former].label.replace(" (", ", ").rstrip(")")
    return f'{indicator},{measure},actual,người,2026-09,"{label}",{value}'


def family(successor: str) -> list[str]:
    """Former communes that must be stated for a new one to be whole."""
    return list(predecessors()[successor])


def totals(found: Read) -> dict[str, list[tuple[Any, list[str], list[str]]]]:
    rows: dict[str, list[tuple[Any, list[str], list[str]]]] = {}
    for row in found.rows:
        codes = [p["code"] for p in row["_problems"]], [d["code"] for d in row["_doubts"]]
        rows.setdefault(row["area"], []).append((row["value"], *codes))
    return rows


def test_a_new_commune_is_the_sum_of_parts_and_wholes(tmp_path: Path) -> None:
    formers = sorted({*family(MAIN), *family(OTHER)})
    values = {code: 1001 + 10 * i for i, code in enumerate(formers)}
    found = spread(tmp_path, [line(code, value) for code, value in values.items()], **{f"_{MAIN}": 3, f"_{OTHER}": 1})
    assert found.reading.received == 2 == len(found.rows)
    part = values[OLD] // 4  # of 1: the rest, three quarters rounded
    rows = {row["area"]: row for row in found.rows}
    assert sum(row["value"] for row in found.rows) == sum(values.values())
    own = sum(v for code, v in values.items() if code != OLD and code in family(OTHER))
    assert rows[OTHER]["value"] - own in (part, part + 1)
    for row in found.rows:
        assert [d["code"] for d in row["_doubts"]] == ["place.split_weights"] and row["_problems"] == []
        assert "Đông Hải" in row["_doubts"][0]["raw"] and f"{values[OLD]} → " in row["value_text"]
        assert row["value_status"] == "present"
        assert f"dòng {2 + formers.index(OLD)}" in row["_location"]
    notice = found.reading.notices[0].text
    assert "1 dòng của xã cũ" in notice.vi and "mark P" in notice.en and "2 figures" in notice.en


def test_a_part_alone_is_not_the_figure_of_the_new_commune(tmp_path: Path) -> None:
    found = spread(tmp_path, [line(OLD, 1000)])
    assert found.reading.received == 2 and {tuple(c) for c in found.codes()} == {("place.part_only",)}
    assert sum(found.column("value")) == 1000 and found.column("area") == [MAIN, OTHER]
    raw = [row["_problems"][0]["raw"] for row in found.rows]
    assert f"1000 → {found.column('value')[0]:.0f} → {MAIN}" in raw[0] and raw[1].endswith(OTHER)
    twice = spread(tmp_path, [line(c, 5) for c in {*family(MAIN), *family(OTHER)}] + [line(OLD, 6)])
    assert all(codes == ["place.part_only"] for codes in twice.codes())


@pytest.mark.parametrize("beside", [[], [OLD]])
def test_communes_that_were_merged_whole_are_added_up_too(tmp_path: Path, beside: list[str]) -> None:
    """Whatever else the file names: what a merged commune's figure is does not depend on a divided one elsewhere."""
    new, one, two = "22423", *family("22423")
    rest = [line(former, 7) for former in beside]
    assert totals(spread(tmp_path, [line(one, 10), line(two, 5), *rest]))[new] == [(15, [], ["place.merged"])]
    part = spread(tmp_path, [line(one, 10), *rest])
    assert totals(part)[new] == [(10, ["place.part_only"], [])]
    assert any(f"New commune {new}: the file lacks" in n.text.en for n in part.reading.notices)


def test_figures_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    lines = [line(OLD, 98.5, "TYLE"), line(OLD, 101, "NGUOI", "yoy"), line(OLD, "..")]
    found = spread(tmp_path, lines)
    assert found.codes()[:2] == [["place.split_ratio"]] * 2
    assert found.column("value")[:2] == [98.5, 101] and found.column("area")[:2] == [None, None]
    assert found.column("value_status")[2:] == ["missing"] * 2


def test_an_unknown_part_makes_the_whole_unknown(tmp_path: Path) -> None:
    formers = sorted({*family(MAIN), *family(OTHER)})
    found = spread(tmp_path, [line(code, ".." if code == OLD else 7) for code in formers])
    assert found.codes() == [[], []] and found.column("value") == [None, None]
    assert found.column("value_status") == ["missing", "missing"]
    nothing = spread(tmp_path, [line(code, "-" if code == OLD else 7) for code in formers])
    assert sum(nothing.column("value")) == 7 * (len(formers) - 1)


def test_other_rows_stay_as_they_are(tmp_path: Path) -> None:
    lines = ["NGUOI,period,actual,người,2026-09,22366,5", line(OLD, 9), "NGUOI,period,actual,người,2026-09,99999,5"]
    found = spread(tmp_path, lines)
    assert [row["_location"] for row in found.rows] == ["dòng 2", "dòng 3", "dòng 3", "dòng 4"]
    assert found.column("area")[0] == "22366" and found.codes()[0] == [] and found.codes()[3] == ["place.unknown"]


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.decimals(-(10**11), 10**11, places=3).map(lambda d: d.normalize()), min_size=20, max_size=60, unique=True
    ),
    weights=st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)),
    decimals=st.integers(0, 4),
)
def test_parts_add_up_to_the_whole_exactly(
    tmp_path: Path, values: list[Decimal], weights: tuple[int, int], decimals: int
) -> None:
    first = date(2026, 1, 1)
    lines = [line(OLD, format(v, "f")).replace("2026-09", str(first + timedelta(i))) for i, v in enumerate(values)]
    found = spread(tmp_path, lines, decimals=decimals, **{f"_{MAIN}": weights[0], f"_{OTHER}": weights[1]})
    assert found.reading.received == 2 * len(values)
    for i, value in enumerate(values):
        day = str(first + timedelta(i))
        parts = {row["area"]: Decimal(repr(row["value"])) for row in found.rows if row["period"] == day}
        assert sum(parts.values()) == value and len(parts) == 2
        places = max(decimals, -int(value.as_tuple().exponent), 0)
        assert abs(parts[MAIN] - value * weights[0] / sum(weights)) <= Decimal(10) ** -places


def test_the_areas_of_the_unit_database_weigh_every_divided_commune_they_know() -> None:
    weights = declared_weights(contracts_root())["dien_tich"]
    divided = [f for f in former_communes() if len(f.successors) > 1]
    known = [f for f in divided if weights.shares(f)]
    assert len(divided) - len(known) <= 2
    for former in known:
        shares = weights.shares(former)
        assert {c for c, _ in shares} == {c for c, _ in former.successors} and all(w > 0 for _, w in shares)


def test_declared_parts_count_before_the_proxy() -> None:
    words = Text("x", "x")
    parts = {OLD: {MAIN: Decimal("2.5"), OTHER: Decimal("0")}}
    weights = SplitWeights("x", words, words, "A", parts, "area")
    assert dict(weights.shares(FORMER[OLD])) == {MAIN: 25, OTHER: 0}
    assert SplitWeights("x", words, words, "A", {}, None).shares(FORMER[OLD]) == ()


@pytest.mark.parametrize("bad", [{MAIN: Decimal(0), OTHER: Decimal(0)}, {MAIN: Decimal(1)}])
def test_weights_that_weigh_nothing_spread_nothing(bad: dict[str, Decimal]) -> None:
    words = Text("x", "x")
    assert SplitWeights("x", words, words, "A", {OLD: bad}, None).shares(FORMER[OLD]) == ()
