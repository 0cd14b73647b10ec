"""Simulated deliveries that a feed declares itself, and the world their queries share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.sample.declared import due_files, sample_declaration, write_deliveries
from ioc_pipeline.sample.inbox import generate_inbox
from ioc_pipeline.sample.scale import province_scale
from ioc_pipeline.sample.world import build_world
from ioc_pipeline.settings import contracts_root

FIRST, UNTIL = date(2025, 11, 1), date(2026, 2, 10)
PUBLISHED = contracts_root() / "feeds" / "province_published" / "published_2025.csv"


def _world(province: str = "56", seed: int = 3) -> duckdb.DuckDBPyConnection:
    return build_world(
        scale=province_scale(PUBLISHED, province), province=units.province(province), agency="H32",
        communes=units.communes(province), seed=seed, first=FIRST, until=UNTIL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    con = _world()
    yield con
    con.close()


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def test_the_world_holds_together(world: duckdb.DuckDBPyConnection) -> None:
    assert _one(world, "SELECT count(*), round(sum(share), 9) FROM communes") == (65, 1.0)
    people, whole = _one(world, "SELECT (SELECT sum(people) FROM communes), (SELECT people FROM province)")
    assert abs(people - whole) <= 65
    assert world.execute("SELECT period FROM months ORDER BY n").fetchall() == [
        ("2025-11",),
        ("2025-12",),
        ("2026-01",),
    ]
    assert _one(world, "SELECT min(day), max(day), count(*) FROM days") == (FIRST, UNTIL, 102)
    assert _one(world, "SELECT count(*) FROM truth WHERE code = 'TM_BANLE'") == (24,)
    assert _one(world, "SELECT value FROM plans WHERE code = 'YT_BHYT' AND year = 2026") == (95.5,)


def test_draws_are_spread_as_they_say(world: duckdb.DuckDBPyConnection) -> None:
    low, high, mean = _one(world, "SELECT min(u(i)), max(u(i)), avg(u(i)) FROM range(5000) t(i)")
    assert low >= 0 and high < 1 and abs(mean - 0.5) < 0.02
    mean, spread = _one(world, "SELECT avg(z(i)), stddev(z(i)) FROM range(5000) t(i)")
    assert abs(mean) < 0.05 and abs(spread - 1) < 0.05
    mean, least = _one(world, "SELECT avg(count_of(i, 9)), min(count_of(i, 9)) FROM range(5000) t(i)")
    assert abs(mean - 9) < 0.3 and least >= 0
    assert _one(world, "SELECT count(DISTINCT pick(i, ['a', 'b', 'c'])) FROM range(100) t(i)") == (3,)
    a, b, c = _one(
        world,
        "SELECT count_if(w = 'a'), count_if(w = 'b'), count_if(w = 'c') FROM "
        "(SELECT weighted(i, ['a', 'b', 'c'], [6, 3, 1]) AS w FROM range(4000) t(i))",
    )
    assert abs(a / 4000 - 0.6) < 0.04 and abs(b / 4000 - 0.3) < 0.04 and a + b + c == 4000
    assert _one(world, "SELECT u('x') = u('x'), u('x') = u('y')") == (True, False)


def test_another_seed_or_province_draws_otherwise(world: duckdb.DuckDBPyConnection) -> None:
    same, other, elsewhere = _world(), _world(seed=4), _world("79")
    (drawn,) = _one(world, "SELECT u('x')")
    assert _one(same, "SELECT u('x')") == (drawn,)
    assert _one(other, "SELECT u('x')") != (drawn,) and _one(elsewhere, "SELECT u('x')") != (drawn,)
    assert world.execute("FROM communes").fetchall() == same.execute("FROM communes").fetchall()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            {"every": "month", "lag_days": 6},
            [("2025-11", "2025-12-06"), ("2025-12", "2026-01-06"), ("2026-01", "2026-02-06")],
        ),
        ({"every": "month", "day": 25, "last": 1}, [("2026-01", "2026-01-25")]),
        ({"every": "quarter", "lag_days": 10}, []),
        ({"every": "year", "lag_days": 20}, []),
        ({"every": "week", "last": 2}, [("2026-02-01", "2026-02-01"), ("2026-02-08", "2026-02-08")]),
        ({"every": "day", "last": 1, "lag_days": 1}, [("2026-02-09", "2026-02-10")]),
        ({"every": "once"}, [("2026-02-10", "2026-02-10")]),
    ],
)
def test_files_that_are_due(entry: dict, expected: list) -> None:
    assert [(d.period, d.published.isoformat()) for d in due_files(entry, FIRST, UNTIL)] == expected


def test_quarters_and_years_are_whole() -> None:
    quarters = due_files({"every": "quarter"}, date(2025, 8, 1), date(2026, 8, 1))
    assert [(d.period, d.first) for d in quarters] == [
        ("2025-Q4", date(2025, 10, 1)), ("2026-Q1", date(2026, 1, 1)), ("2026-Q2", date(2026, 4, 1)),
    ]  # fmt: skip
    assert [d.period for d in due_files({"every": "half"}, date(2025, 7, 1), UNTIL)] == ["2025-H2"]


def _contracts(tmp_path: Path, sample: str) -> Path:
    """A copy of the declarations in which the dossier feed declares its sample itself."""
    import shutil

    root = tmp_path / "data_contracts"
    shutil.copytree(contracts_root(), root)
    (root / "feeds" / "dossiers" / "sample.yaml").write_text(sample, encoding="utf-8")
    return root


SAMPLE = """
prelude: |
  CREATE TABLE services AS SELECT i AS n FROM range(3) t(i);
files:
  - every: month
    name: "{published}_{period}.json"
    format: json
    options: {wrap: data, headers: alias, dates: "%d/%m/%Y", times: "%d/%m/%Y"}
    query: |
      SELECT 'H32-' || n AS ma_ho_so, $first::DATE AS ngay_tiep_nhan, $opens AS so_hoa, $previous::TIMESTAMP AS ngay_tra
      FROM services WHERE $month <> 12 ORDER BY n
"""


def test_files_are_written_as_declared(tmp_path: Path, world: duckdb.DuckDBPyConnection) -> None:
    catalogue = load_catalogue(_contracts(tmp_path, SAMPLE), "56")
    feed = catalogue.feeds["dossiers"]
    written = write_deliveries(world, catalogue, feed, tmp_path / "out", first=FIRST, until=UNTIL)
    # December gives no row and so no file.
    assert [(w.path.name, w.records) for w in written] == [
        ("2025-11-30_2025-11.json", 3),
        ("2026-01-31_2026-01.json", 3),
    ]
    message = json.loads(written[1].path.read_text(encoding="utf-8"))
    assert message["total"] == 3 and message["simulated"] is True
    assert message["data"][0] == {
        "MaHoSo": "H32-0", "NgayTiepNhan": "01/01/2026", "DuocSoHoa": False, "NgayTra": "30/11/2025", "simulated": True,
    }  # fmt: skip


def test_a_column_the_contract_lacks_is_refused(tmp_path: Path, world: duckdb.DuckDBPyConnection) -> None:
    catalogue = load_catalogue(_contracts(tmp_path, SAMPLE.replace("AS so_hoa", "AS gia")), "56")
    with pytest.raises(ValueError, match="gia"):
        write_deliveries(world, catalogue, catalogue.feeds["dossiers"], tmp_path / "out", first=FIRST, until=UNTIL)


DECLARED = sorted(f.id for f in load_catalogue().feeds.values() if sample_declaration(f) is not None)


def test_declared_samples_of_any_province(tmp_path: Path) -> None:
    """Every feed but the three with generators of their own declares a sample. Each gives files, the same ones again,
    and says that it is simulated; another province too."""
    arguments = dict(seed=5, dossiers=0, months=16, until=date(2026, 10, 31), feeds=DECLARED)
    own = {"dossiers", "lris_indicators", "province_published"}
    assert set(DECLARED) == set(load_catalogue().feeds) - own
    made = generate_inbox(tmp_path / "a", province="56", **arguments)
    again = generate_inbox(tmp_path / "b", province="56", **arguments)
    assert {f.feed for f in made.files} == set(DECLARED)
    assert [f.path.read_bytes() for f in made.files] == [f.path.read_bytes() for f in again.files]
    elsewhere = generate_inbox(tmp_path / "c", province="01", **(arguments | {"months": 12}))
    assert {f.feed for f in elsewhere.files} == set(DECLARED)
    for file in made.files:
        if file.path.suffix == ".parquet":
            assert pl.read_parquet(file.path)["simulated"].all(), file.path.name
