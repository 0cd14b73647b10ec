"""Simulated files of the three statistics feeds: what a query states is what the feed's reader finds in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.read.exchange.json_stat import read_json_stat
from ioc_pipeline.read.exchange.sdmx import read_sdmx
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.statistics.nso_workbook import read_workbook
from ioc_pipeline.sample import declared
from ioc_pipeline.sample.scale import province_scale
from ioc_pipeline.sample.world import build_world

FIRST, UNTIL = date(2025, 7, 1), date(2026, 10, 31)
READERS: dict[str, Callable[..., Reading]] = {
    "nso_monthly": read_workbook, "nso_pxweb": read_json_stat, "nso_sdmx": read_sdmx,
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Iterator[Any]:
    catalogue = load_catalogue()
    published = catalogue.root / "feeds" / "province_published" / "published_2025.csv"
    con = build_world(
        scale=province_scale(published, "12"), province=units.province("12"), agency="H35",
        communes=units.communes("12"), seed=3, first=FIRST, until=UNTIL,
        everywhere={u.code: province_scale(published, u.code) for u in units.provinces()},
    )  # fmt: skip
    yield con
    con.close()


def _written(world: Any, feed_id: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> dict[Path, pl.DataFrame]:
    """Files of a feed, each with the rows that were to be written."""
    handed: list[pl.DataFrame] = []

    def noting(write: Callable[..., None]) -> Callable[..., None]:
        def noted(rows: pl.DataFrame, path: Path, **context: Any) -> None:
            handed.append(rows)
            write(rows, path, **context)

        return noted

    for name, write in list(declared.WRITERS.items()):
        monkeypatch.setitem(declared.WRITERS, name, noting(write))
    catalogue = load_catalogue()
    files = declared.write_deliveries(world, catalogue, catalogue.feeds[feed_id], out, first=FIRST, until=UNTIL)
    assert files and [f.records for f in files] == [rows.height for rows in handed]
    return dict(zip((f.path for f in files), handed, strict=True))


@pytest.mark.parametrize("feed_id", READERS)
def test_what_is_written_is_read_again(
    feed_id: str, world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = load_catalogue().feeds[feed_id]
    for path, rows in _written(world, feed_id, tmp_path, monkeypatch).items():
        reading = READERS[feed_id](feed, path, path.name, tmp_path / "read.parquet")
        read = pq.read_table(tmp_path / "read.parquet").to_pylist()
        assert reading.simulated and all(row["simulated"] for row in read), path.name
        assert not [row for row in read if row["_problems"]], path.name
        wanted = [c for c in ("indicator", "period", "measure", "data_type", "area", "value") if c in rows.columns]
        stated = sorted(map(str, rows.select(wanted).iter_rows()))
        assert sorted(str(tuple(row[c] for c in wanted)) for row in read) == stated, path.name
        left = [n.text.en for n in reading.notices if "NUL byte" not in n.text.en]
        assert not left, left


def test_items_come_back_as_paths(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Column, indentation, `Trong đó:` and section headings carry the hierarchy there and back."""
    (path, rows), *_ = reversed(_written(world, "nso_monthly", tmp_path, monkeypatch).items())
    read_workbook(load_catalogue().feeds["nso_monthly"], path, path.name, tmp_path / "read.parquet")
    read = pl.read_parquet(tmp_path / "read.parquet")
    for sheet in rows["sheet"].unique():
        stated = set(rows.filter(pl.col("sheet") == sheet).select("item", "area").iter_rows())
        assert set(read.filter(pl.col("sheet") == sheet).select("item", "area").iter_rows()) == stated, sheet


def test_the_country_agrees_with_its_provinces_and_between_feeds(world: Any) -> None:
    """The province's own figures are in the country's; workbook and SDMX state the same industry."""
    assert world.execute(
        "SELECT count(*), max(abs(e.value - t.value)) FROM everywhere e JOIN truth t USING (code, year, month) "
        "WHERE province = '12' AND code IN ('TM_BANLE', 'TM_XK', 'CN_IIP_TH', 'DTC_GN')"
    ).fetchone() == (96, 0.0)
    world.execute("SET search_path = 'nso_monthly,main'")
    disbursed = world.execute(
        "SELECT max(abs(f.value - t.value)) FROM facts f JOIN truth t ON t.code = 'DTC_GN' "
        "AND f.period = format('{}-{:02d}', t.year, t.month) WHERE f.area = '12' AND f.measure = 'ytd' "
        "AND f.indicator = 'NSO_VDT_NSNN'"
    ).fetchone()
    assert disbursed[0] < 1e-6
    (industry,) = world.execute(
        "SELECT max(abs(f.value - 100 * a.value / b.value)) FROM facts f "
        "JOIN nation a ON a.series = 'IIP' AND a.item IS NULL AND f.period = format('{}-{:02d}', a.year, a.month) "
        "JOIN nation b ON b.series = 'IIP' AND b.item IS NULL AND b.year = a.year - 1 AND b.month = a.month "
        "WHERE f.indicator = 'NSO_IIP' AND f.item IS NULL AND f.measure = 'yoy'"
    ).fetchone()
    assert industry < 1e-9
    world.execute("RESET search_path")


def test_every_indicator_of_the_country_has_its_value(world: Any) -> None:
    """What the board shows of the country is in the newest workbook: no line is lost on the way to the file."""
    world.execute("SET search_path = 'nso_monthly,main'")
    found = world.execute(
        "SELECT indicator, measure FROM facts WHERE period = '2026-09' AND current AND area = 'VN' AND item IS NULL"
    ).fetchall()
    world.execute("RESET search_path")
    country = [i for i in load_catalogue().indicators.values() if i.feed == "nso_monthly"]
    assert country
    assert {(i.selection["indicator"], i.selection["measure"]) for i in country} <= set(found)


def test_a_row_without_a_place_is_an_error(world: Any, tmp_path: Path) -> None:
    catalogue = load_catalogue()
    feed = catalogue.feeds["nso_monthly"]
    options = {"tables": [{"sheet": "a", "title": ["1. Biểu"], "unit": "%", "whole": "TỔNG SỐ",
                           "columns": [{"heading": ["Tháng {month}"], "measure": "mom"}]}]}  # fmt: skip
    row = {"sheet": "a", "indicator": "NSO_IIP", "item": None, "area_name": None, "period": "2026-05", "measure": "yoy"}
    for change in ({}, {"sheet": "b"}):
        with pytest.raises(ValueError, match=r"no column|not in the layout"):
            declared.WRITERS["statistics_workbook"](
                pl.DataFrame([row | {"value": 1.0} | change]), tmp_path / "a.xlsx", feed=feed, catalogue=catalogue,
                period="2026-05", published=UNTIL, options=options,
            )  # fmt: skip
