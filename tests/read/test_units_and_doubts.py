"""Units are declared or refused; doubts travel from the reader to the suite, the books and the release."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Column
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.records.table_file import read_table
from ioc_pipeline.read.values.unit_names import factor, unit_code
from tests.read.declared_feeds import declared_feed

CATALOGUE = load_catalogue()
UNITS = CATALOGUE.codes["units"]


@pytest.mark.parametrize(
    ("printed", "code"),
    [("Tr.USD", "triệu USD"), ("(1000 tấn)", "nghìn tấn"), ("Đơn vị tính: Triệu đồng", "triệu đồng"), ("‰", "‰"),
     ("tỉ đồng", "tỷ đồng"), ("ĐVT: trđ", "triệu đồng"), ("nghìn tỷ", "nghìn tỷ"), ("nghin ty", None), ("kg", None)],
)  # fmt: skip
def test_printed_units(printed: str, code: str | None) -> None:
    assert unit_code(printed, UNITS) == code


@pytest.mark.parametrize(
    ("given", "wanted", "expected"),
    [("nghìn tỷ đồng", "tỷ đồng", 1000.0), ("tấn", "nghìn tấn", 0.001), ("‰", "%", 0.1), ("USD", "tỷ đồng", None),
     ("%", "điểm %", None), ("hồ sơ", "hồ sơ", 1.0), ("nghìn đồng", "triệu đồng", 0.001), ("nghìn ha", "ha", 1000.0)],
)  # fmt: skip
def test_factors(given: str, wanted: str, expected: float | None) -> None:
    assert factor(given, wanted, UNITS) == expected


def test_a_word_of_scale_before_a_known_unit_converts() -> None:
    """What does not convert is only noticed above a table: thousands would be read as ones."""
    words = {"nghìn": 1e3, "triệu": 1e6, "tỷ": 1e9}
    for code in UNITS.codes:
        word, _, rest = code.partition(" ")
        if word in words and rest in UNITS.codes:
            assert factor(code, rest, UNITS) == words[word], code


def test_every_scaled_unit_goes_there_and_back() -> None:
    scaled = [c for c, u in UNITS.codes.items() if "base" in u.extra]
    assert len(scaled) > 8
    for one in scaled:
        for other in scaled:
            there, back = factor(one, other, UNITS), factor(other, one, UNITS)
            assert (there is None) == (back is None) and (there is None or abs(there * (back or 0) - 1) < 1e-12)


def _published(tmp_path: Path, **reader: object) -> list[dict]:  # type: ignore[type-arg]
    feed = declared_feed("province_published")
    feed = replace(feed, reader={**feed.reader, **reader})
    indicator = next(c for c, d in feed.declared_indicators().items() if d.get("unit") == "tỷ đồng")
    path = tmp_path / "p.csv"
    path.write_text(
        "area,indicator,period,measure,data_type,value,unit\n"
        f"01,{indicator},Quý III/2026,level,actual,1.5,nghìn tỷ đồng\n"
        f"01,{indicator},2026-Q2,level,actual,(12.5),Tỷ đồng\n01,{indicator},9T/2026,ytd,actual,-,tỷ đồng\n",
        encoding="utf-8",
    )
    reading = read_table(feed, path, "p.csv", tmp_path / "rows.parquet", code_lists=CATALOGUE.codes)
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{reading.rows_path}') ORDER BY _row").arrow().read_all().to_pylist()
    return list(rows)


def test_another_unit_is_refused_unless_the_contract_converts(tmp_path: Path) -> None:
    refused, negative, _ = _published(tmp_path)
    assert [p["code"] for p in refused["_problems"]] == ["unit.other"]
    assert (negative["value"], negative["_problems"]) == (-12.5, [])
    converted, _, nine = _published(tmp_path, convert_units=True)
    assert (converted["value"], converted["unit"], converted["value_text"]) == (1500.0, "tỷ đồng", "1.5")
    assert [d["code"] for d in converted["_doubts"]] == ["unit.converted"]
    assert converted["period"] == "2026-Q3"
    assert (nine["period"], nine["value"], nine["value_status"], nine["_problems"]) == ("2026-09", None, "missing", [])


CELLS = [  # written, unit of the column, value, problem, doubt
    ("12 tỷ", "tỷ đồng", 12.0, None, None),
    ("12 tỷ đồng", "triệu đồng", 12_000.0, None, None),
    ("1,5 nghìn tỷ", "tỷ đồng", 1500.0, None, "unit.scale_word"),
    ("1,005 nghìn tỷ đồng", "tỷ đồng", 1005.0, None, None),
    ("350 tr.USD", "triệu USD", 350.0, None, None),
    ("4,5‰", "%", 0.45, None, None),
    ("4,5 ‰", "‰", 4.5, None, None),
    ("-3,25 triệu đồng", "tỷ đồng", -0.00325, None, None),
    ("2 nghìn", "người", 2000.0, None, "unit.scale_word"),
    ("12 USD", "tỷ đồng", None, "unit.other", None),
    ("12 tỷ", "triệu USD", None, "number.text", None),
    ("12 con", "tỷ đồng", None, "number.text", None),
    ("12 tỷ rưỡi", "tỷ đồng", None, "number.text", None),
]


@pytest.mark.parametrize(
    ("written", "unit", "value", "problem", "doubt"), CELLS, ids=[f"{w}|{u}" for w, u, *_ in CELLS]
)
def test_a_unit_in_the_cell(
    tmp_path: Path, written: str, unit: str, value: float | None, problem: str | None, doubt: str | None
) -> None:
    words = Text("Thử", "Test")
    feed = replace(
        declared_feed("reservoirs"), shape="records", key=("ma",), reader={"format": "table", "decimal": ","},
        columns=(Column("ma", "VARCHAR"), Column("so", "DOUBLE", unit=unit, title=words)),
    )  # fmt: skip
    path = tmp_path / "d.csv"
    path.write_text(f"ma;so\n1;{written}\n2;0,5\n", encoding="utf-8")
    reading = read_table(feed, path, "d.csv", tmp_path / "rows.parquet", code_lists=CATALOGUE.codes)
    row = duckdb.sql(f"SELECT * FROM read_parquet('{reading.rows_path}')").arrow().read_all().to_pylist()[0]
    assert row["so"] == value
    assert [p["code"] for p in row["_problems"]] == ([problem] if problem else [])
    assert [(d["code"], d["raw"]) for d in row["_doubts"]] == ([(doubt, written)] if doubt else [])
    assert any("kèm đơn vị" in n.text.vi for n in reading.notices) == (problem is None)


def test_the_unit_in_the_cell_of_an_observation_is_brought_to_that_of_its_row(tmp_path: Path) -> None:
    feed = declared_feed("province_published")
    indicator = next(c for c, d in feed.declared_indicators().items() if d.get("unit") == "tỷ đồng")
    path = tmp_path / "p.csv"
    head = "area;indicator;period;measure;data_type;value;unit\n"
    rows = [("1.5 nghìn tỷ đồng", "tỷ đồng"), ("700 triệu đồng", "Tỷ đồng"), ("12 USD", "tỷ đồng")]
    text = "".join(f"01;{indicator};2026-Q3;level;actual;{v};{u}\n" for v, u in rows)
    path.write_text(head + text, encoding="utf-8")
    reading = read_table(feed, path, "p.csv", tmp_path / "rows.parquet", code_lists=CATALOGUE.codes)
    found = duckdb.sql(
        f"SELECT value, unit, _problems FROM read_parquet('{reading.rows_path}') ORDER BY _row"
    ).fetchall()
    assert [(v, u) for v, u, _ in found] == [(1500.0, "tỷ đồng"), (0.7, "tỷ đồng"), (None, "tỷ đồng")]
    assert [[p["code"] for p in problems] for *_, problems in found] == [[], [], ["unit.other"]]


def _money(tmp_path: Path, text: str, unit: str = "tỷ đồng") -> Reading:
    feed = replace(
        declared_feed("reservoirs"), shape="records", key=("ma",), reader={"format": "table"},
        columns=(Column("ma", "VARCHAR"), Column("so", "DOUBLE", unit=unit), Column("nguoi", "BIGINT", unit="người")),
    )  # fmt: skip
    path = tmp_path / "d.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(feed, path, "d.csv", tmp_path / "rows.parquet", code_lists=CATALOGUE.codes)


@pytest.mark.parametrize(
    "line", ["ĐVT: Tỷ đồng", "(Đơn vị tính: tỉ đồng; người)", "Đơn vị tính:;Tỷ đồng", "Đơn vị: UBND xã"]
)
def test_a_line_of_units_that_agrees_with_the_contract(tmp_path: Path, line: str) -> None:
    reading = _money(tmp_path, f"Biểu 1;;\n{line};;\nma;so;nguoi\n1;2;3\n")
    assert reading.received == 1 and not [n for n in reading.notices if "Đơn vị tính ghi" in n.text.vi]


@pytest.mark.parametrize("unit", ["Triệu đồng", "nghìn đồng", "đồng", "VNĐ"])
def test_a_line_of_units_that_contradicts_the_contract_refuses_the_file(tmp_path: Path, unit: str) -> None:
    with pytest.raises(ReadRefused) as error:
        _money(tmp_path, f"Biểu 1;;\nĐVT: {unit};;\nma;so;nguoi\n1;2;3\n")
    assert error.value.message.code == "read.unit_line" and "dòng 2" in error.value.message.vi
    noticed = _money(tmp_path, "Đơn vị tính: con;;\nma;so;nguoi\n1;2;3\n").notices
    assert any(n.clause == "IOC-SACH-11" and "“con”" in n.text.vi for n in noticed)


def test_the_line_of_units_is_the_unit_of_observations_without_a_column_for_it(tmp_path: Path) -> None:
    feed = declared_feed("province_published")
    indicator = next(c for c, d in feed.declared_indicators().items() if d.get("unit") == "tỷ đồng")
    path = tmp_path / "p.csv"
    for stated, problems in (("Tỷ đồng", []), ("Triệu USD", ["unit.other"])):
        table = f"area;indicator;period;measure;data_type;value\n01;{indicator};2026-Q3;level;actual;5\n"
        path.write_text(f"Đơn vị tính: {stated};;;;;\n{table}", encoding="utf-8")
        reading = read_table(feed, path, "p.csv", tmp_path / "rows.parquet", code_lists=CATALOGUE.codes)
        (row,) = duckdb.sql(f"SELECT unit, _problems FROM read_parquet('{reading.rows_path}')").fetchall()
        assert row[0] == stated[:1].lower() + stated[1:] and [p["code"] for p in row[1]] == problems


def test_a_doubt_reaches_the_suite_the_books_and_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ioc_pipeline.flow import ingest_feed, now_utc
    from ioc_pipeline.publish.release import publish
    from ioc_pipeline.settings import Places
    from ioc_pipeline.store.warehouse import reading

    feed = CATALOGUE.feeds["province_published"]
    catalogue = replace(CATALOGUE, feeds={feed.id: feed}, indicators={})
    places = Places(tmp_path / "home")
    inbox = places.inbox / feed.id
    inbox.mkdir(parents=True)
    lines = (feed.folder / "published_2025.csv").read_text(encoding="utf-8").split("\n")
    header = next(line for line in lines if "value" in line)
    at = header.split(",").index("value")
    for number in range(lines.index(header) + 1, lines.index(header) + 4):
        cells = lines[number].split(",")
        cells[at] += "*"
        lines[number] = ",".join(cells)
    (inbox / "published_2025.csv").write_text("\n".join(lines), encoding="utf-8")
    run = ingest_feed(places, catalogue, feed, run_id="t", settle_seconds=0.0)
    (outcome,) = run.outcomes
    assert (outcome.outcome, outcome.doubted, outcome.quarantined) == ("stored", 3, 0), outcome.message
    judged = next(r for r in outcome.results if r.expectation_id == f"{feed.id}.doubts.none")
    assert (judged.success, judged.unexpected) == (False, 3)
    assert any("Nghi vấn" in n.text.vi for n in outcome.notices)
    with reading(places) as warehouse:
        (column, code, doubted, examples) = warehouse.execute(
            "SELECT column_name, code, doubted, examples_json FROM doubts"
        ).fetchone()
    assert (column, code, doubted) == ("value", "number.footnote", 3)
    assert [e["raw"] for e in json.loads(examples)] == [lines[i].split(",")[at] for i in _three(lines, header)]
    release = publish(places, catalogue, run_id="t", now=now_utc())
    assert release is not None
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as con:
        assert con.execute("SELECT doubted FROM feeds").fetchall() == [(3,)]
        assert con.execute("SELECT sum(doubted) FROM doubts").fetchone() == (3,)


def _three(lines: list[str], header: str) -> range:
    return range(lines.index(header) + 1, lines.index(header) + 4)
