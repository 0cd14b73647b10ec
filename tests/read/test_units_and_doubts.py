"""Units are declared or refused; doubts travel from the reader to the suite, the books and the release."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.read.table_file import read_table
from ioc_pipeline.read.unit_names import factor, unit_code
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
     ("%", "điểm %", None), ("hồ sơ", "hồ sơ", 1.0)],
)  # fmt: skip
def test_factors(given: str, wanted: str, expected: float | None) -> None:
    assert factor(given, wanted, UNITS) == expected


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
