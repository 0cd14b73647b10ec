"""The published workbooks of 2015–2019 against an independent answer key, cell by cell; 2001 and 2008 for soundness."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ioc_pipeline.read.statistics.nso_workbook import read_workbook
from ioc_pipeline.read.text.tcvn3 import looks_tcvn3
from tests.read.answer_key import YEARS, Score, compare, nso_feed, printed, read_books, realdata, totals, workbooks

FOLDER = realdata() / "nso_monthly" / "workbooks"
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"the published workbooks are not here: set IOC_REALDATA (looked in {FOLDER})"
    ),
]


@pytest.fixture(scope="module")
def scores() -> dict[tuple[str, str], Score]:
    return compare(read_books(YEARS))


def test_recovered_wrong_missing(scores: dict[tuple[str, str], Score], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{printed(scores)}")
    whole = totals(scores)
    assert set(whole) == {"cpi", "fdi", "gdp_ss", "iip", "nk", "spcn", "tongmuc", "vdt", "xk"}
    assert [line for score in whole.values() for line in score.wrong] == []
    for table, score in whole.items():
        assert score.recovered / score.total >= 0.99, (table, score.missing[:20])


def test_every_table_of_every_year_is_there(scores: dict[tuple[str, str], Score]) -> None:
    assert {key: score.recovered > 100 for key, score in scores.items()} == dict.fromkeys(scores, True)
    assert {year for _, year in scores} == set(YEARS)


def test_exceptions_stay_few(scores: dict[tuple[str, str], Score]) -> None:
    assert {table: score.excepted for table, score in totals(scores).items() if score.excepted} == {
        "xk": 6,
        "tongmuc": 5,
    }


@pytest.mark.parametrize("path", workbooks(("2001", "2008")) if FOLDER.is_dir() else [], ids=lambda p: p.name[:10])
def test_legacy_books_are_read_soundly(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reading = read_workbook(nso_feed(), path, path.name, out)
    rows: list[dict[str, Any]] = pq.read_table(out).to_pylist()
    assert reading.received == len(rows) >= 200
    assert not reading.simulated and not any(row["simulated"] for row in rows)
    published, month = path.name[:7], max(row["period"] for row in rows if row["period_kind"] == "month")
    assert month == published
    assert not any(looks_tcvn3(str(row[c])) for row in rows for c in ("item", "area_name", "source_table"))
    keys = [tuple(row[c] for c in ("indicator", "item", "area", "area_name", "period", "measure", "data_type", "unit"))
            for row in rows if not row["_problems"]]  # fmt: skip
    assert len(keys) == len(set(keys))
    assert all(row["unit"] == "%" or row["measure"] in ("period", "ytd", "level") for row in rows)
    share_with_problem = sum(1 for row in rows if row["_problems"]) / len(rows)
    assert share_with_problem < 0.05


def test_words_of_headings_are_no_notes_of_units(tmp_path: Path) -> None:
    """`Chỉ số` stands alone in a cell above `tiêu thụ`, and is a unit of indicator cards: five columns of 19 rows."""
    path = next(FOLDER.rglob("2017-08-29-Bieu-8-2017.xlsx"))
    read_workbook(nso_feed(), path, path.name, tmp_path / "rows.parquet")
    rows: list[dict[str, Any]] = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    counted = Counter(row["indicator"] for row in rows)
    assert (counted["NSO_TIEUTHU"], counted["NSO_TONKHO"]) == (57, 38)
