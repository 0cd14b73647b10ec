"""The three contracts of the record and indicator feeds, and the lists they refer to."""

from __future__ import annotations

import importlib.resources
import json
from datetime import date
from pathlib import Path

import duckdb
import jsonschema
import pytest
import yaml

from ioc_pipeline.contracts import units
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.records.table_file import read_table
from ioc_pipeline.settings import contracts_root
from tests.read.declared_feeds import declared_feed, feed_file

FEEDS = ("dossiers", "lris_indicators", "province_published")


def _rows(reading: Reading) -> str:
    return f"read_parquet('{reading.rows_path}')"


def _codes(name: str) -> list[dict[str, object]]:
    text = (contracts_root() / "reference" / f"{name}.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["codes"])


@pytest.mark.parametrize("feed_id", FEEDS)
def test_a_contract_is_valid_odcs_and_loads(feed_id: str) -> None:
    schema = json.loads((importlib.resources.files("open_data_contract_standard") / "schema.json").read_text("utf-8"))
    jsonschema.validate(yaml.safe_load(feed_file(feed_id, "contract.yaml").read_text(encoding="utf-8")), schema)
    feed = declared_feed(feed_id)
    assert feed.owner_id and feed.title.vi and feed.title.en
    names = {c.name for c in feed.columns}
    assert set(feed.reader.get("columns_needed", ())) <= names and set(feed.key) <= names


def test_dossiers_carry_no_personal_data() -> None:
    words = " ".join(f"{c.name} {c.title.vi} {' '.join(c.aliases)}" for c in declared_feed("dossiers").columns).lower()
    assert not any(w in words for w in ("chu_ho_so", "chuhoso", "cccd", "dien_thoai", "dia_chi", "ho_ten"))


@pytest.mark.parametrize("feed_id", ["lris_indicators", "province_published"])
def test_declared_indicators_use_known_units_and_measures(feed_id: str) -> None:
    known_units = {c["code"] for c in _codes("units")}
    known_measures = {c["code"] for c in _codes("measures")}
    declared = yaml.safe_load(feed_file(feed_id, "indicators.yaml").read_text(encoding="utf-8"))["indicators"]
    assert len({d["code"] for d in declared}) == len(declared)
    for item in declared:
        assert item["unit"] in known_units and item["measure"] in item["measures"]
        assert set(item["measures"]) <= known_measures and item["vi"] and item["en"]


def test_agencies_are_the_34_provinces_and_29_codes_are_closed() -> None:
    agencies, closed = _codes("agencies"), _codes("closed_agency_codes")
    assert {a["province"] for a in agencies} == {u.code for u in units.provinces()} and len(agencies) == 34
    assert len({c["code"] for c in closed}) == len(closed) == 29
    assert not {a["code"] for a in agencies} & {c["code"] for c in closed}
    of_province = {a["province"]: a["code"] for a in agencies}
    before = {u.code for u in units.provinces_before_merger()}
    for code in closed:
        assert code["closed"] == date(2025, 7, 1) and code["mark"] in ("U", "S")
        assert of_province[code["province"]] == code["successor"] and code["old_province"] in before


def test_published_figures_give_the_published_sums(tmp_path: Path) -> None:
    feed = declared_feed("province_published")
    reading = read_table(
        feed, feed_file("province_published", "published_2025.csv"), "p.csv", tmp_path / "rows.parquet"
    )
    assert (reading.received, reading.notices, reading.simulated) == (170, (), False)
    sums = duckdb.sql(
        f"SELECT indicator, period, round(sum(value), 2), count(value), count(*) FROM {_rows(reading)} GROUP BY ALL"
    )
    found = {(i, p): (total, present, count) for i, p, total, present, count in sums.fetchall()}
    assert found["DS_TRUNGBINH", "2025"] == (102345.34, 34, 34)  # thousand people
    assert found["KT_GRDP_QM", "2025"] == (12780578.0, 34, 34)  # tỷ đồng
    assert found["KT_GRDP_BQ_USD", "2025"][1:] == (34, 34)
    assert found["KT_GRDP_TT", "2026-09"][1:] == (30, 34)
    missing = duckdb.sql(
        f"SELECT area, value_text FROM {_rows(reading)} WHERE value_status = 'missing' ORDER BY 1"
    ).fetchall()
    assert missing == [("11", "–"), ("44", "–"), ("46", "–"), ("52", "–")]
    assert duckdb.sql(
        f"SELECT count(*) FROM {_rows(reading)} WHERE len(_problems) > 0 OR period_end IS NULL"
    ).fetchone() == (0,)


def test_implied_exchange_rate_of_the_published_figures(tmp_path: Path) -> None:
    feed = declared_feed("province_published")
    reading = read_table(
        feed, feed_file("province_published", "published_2025.csv"), "p.csv", tmp_path / "rows.parquet"
    )
    rates = duckdb.sql(
        f"""SELECT g.value * 1e9 / (p.value * 1000) / u.value FROM {_rows(reading)} g
           JOIN {_rows(reading)} p USING (area) JOIN {_rows(reading)} u USING (area)
           WHERE g.indicator = 'KT_GRDP_QM' AND p.indicator = 'DS_TRUNGBINH' AND u.indicator = 'KT_GRDP_BQ_USD'"""
    ).fetchall()
    assert len(rates) == 34 and all(24_950 < rate < 25_000 for (rate,) in rates)


def test_observation_lines_with_bad_periods_are_problems(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "area,indicator,period,measure,data_type,value,unit\n"
        "01,X,2026-Q3,level,actual,1,%\n01,X,2026-13,level,actual,1,%\n01,X,9T/2026,level,actual,1.234,%\n",
        encoding="utf-8",
    )
    reading = read_table(declared_feed("province_published"), path, "p.csv", tmp_path / "rows.parquet")
    found = duckdb.sql(f"SELECT period_end, [p.code FOR p IN _problems] FROM {_rows(reading)} ORDER BY _row").fetchall()
    assert found == [
        (date(2026, 9, 30), []), (None, ["period.unknown"]), (None, ["number.ambiguous", "period.unfit"]),
    ]  # fmt: skip
