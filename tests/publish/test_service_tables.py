"""Public services in a release: the parts are the published value's own, the top services those of their card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.services import service_problems
from ioc_pipeline.contracts.services import load_services
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.publish.scenario_tables import fill_scenarios
from ioc_pipeline.publish.service_tables import fill_services
from tests.contracts.declarations import ROOT, copied

SCHEMA = Path(__file__).parents[2] / "ioc_pipeline" / "publish" / "schema.sql"
FILE = "services/dich_vu_cong.yaml"
DOSSIERS = [  # unit, field, procedure, received, due, finished, state
    ("H32.05", "G17", "Đổi giấy phép", "2026-10-01", "2026-10-05", "2026-10-04", "10"),
    ("H32.05", "G17", "Đổi giấy phép", "2026-10-01", "2026-10-05", "2026-10-09", "10"),
    ("H32.05", "G15", "Khai sinh", "2026-10-02", "2026-10-07", None, "4"),
    ("H32.144", "G15", "Khai sinh", "2026-10-02", "2026-10-07", None, "4"),
    ("H32.144", "G15", "Chứng thực", "2026-10-02", "2026-10-07", "2026-10-07", "9"),
    ("H32.144", "G15", "Khai sinh", "2026-10-02", "2026-10-07", None, "3"),  # refused: counted nowhere
]
PROCEDURES = [  # code, level, on the portal, received, online
    ("1.1", "toan-trinh", True, 10, 5),  # exactly the half: both targets
    ("1.2", "toan-trinh", False, 40, 39),  # not on the portal
    ("1.3", "thong-tin", True, 30, 30),  # information only
    ("1.4", "mot-phan", True, 20, 9),  # too few online
    ("1.5", "mot-phan", True, 0, 0),  # no dossier: no share, and no target met
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS release")
        con.execute("USE release")
        con.execute(SCHEMA.read_text(encoding="utf-8"))
        con.execute("USE memory")
        con.execute(
            "CREATE TABLE dossiers (don_vi_xu_ly VARCHAR, ma_linh_vuc VARCHAR, ten_tthc VARCHAR, ngay_tiep_nhan "
            "TIMESTAMP, ngay_hen_tra TIMESTAMP, ngay_ket_thuc_xu_ly TIMESTAMP, trang_thai VARCHAR, ma_xa VARCHAR)"
        )
        con.executemany("INSERT INTO dossiers VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", DOSSIERS)
        con.execute(
            "CREATE TABLE procedures (thang VARCHAR, ma_tthc VARCHAR, ten_tthc VARCHAR, ma_linh_vuc VARCHAR, "
            "ma_co_quan VARCHAR, muc_do VARCHAR, tich_hop_cong_qg BOOLEAN, ho_so_trong_thang BIGINT, "
            "ho_so_truc_tuyen BIGINT, thuoc_top50 BOOLEAN, tinh_trang VARCHAR, simulated BOOLEAN)"
        )
        con.executemany(
            "INSERT INTO procedures VALUES ('2026-10', ?, 'tên', 'G1', 'H32.05', ?, ?, ?, ?, true, 'hieu-luc', false)",
            PROCEDURES,
        )
        con.execute("CREATE TABLE score_766 (ma_tinh VARCHAR, ngay DATE, so_don_vi_xep_hang INTEGER)")
        con.execute("INSERT INTO score_766 VALUES ('56', '2026-11-20', 33), ('56', '2026-11-21', 34)")
        con.executemany(
            "INSERT INTO release.indicator_values BY NAME SELECT ? AS code, '56' AS area, ? AS period, 'month' AS "
            "period_kind, DATE '2026-10-31' AS period_end, 1 AS value, 'grey' AS status, false AS held, false AS "
            "simulated, 'verified' AS trust, true AS is_latest",
            [("HC_QUAHAN", "2026-10"), ("HC_DUNGHAN", "2026-10"), ("HC_TOP50", "2026-10"),
             ("HC_766_HANG", "2026-11-21")],
        )  # fmt: skip
        counts = fill_services(con, load_catalogue()) | fill_scenarios(con, load_catalogue())
        assert counts["service_cards"] == 21 and counts["top_services"] == len(PROCEDURES)
        yield con


def test_units_and_fields_are_the_cards_own_count(connection: duckdb.DuckDBPyConnection) -> None:
    def rows(what: str) -> list[tuple[object, ...]]:
        return connection.execute(
            f"SELECT code, {what}, value, numerator, denominator FROM release.service_{what}s ORDER BY ALL"
        ).fetchall()

    assert rows("unit") == [
        ("HC_DUNGHAN", "H32.05", 50.0, 1.0, 2.0),
        ("HC_DUNGHAN", "H32.144", 100.0, 1.0, 1.0),
        ("HC_QUAHAN", "H32.05", 1.0, None, None),
        ("HC_QUAHAN", "H32.144", 1.0, None, None),
    ]
    assert rows("field")[2:] == [("HC_QUAHAN", "G15", 2.0, None, None), ("HC_QUAHAN", "G17", 0.0, None, None)]
    example = connection.execute("SELECT DISTINCT example FROM release.service_fields WHERE field = 'G15'").fetchall()
    assert example == [("Khai sinh",)]


def test_top_services_and_their_card_agree(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT procedure, online_share, offer_met, use_met FROM release.top_services ORDER BY place"
    ).fetchall()
    assert found == [
        ("1.2", 97.5, False, True), ("1.3", 100.0, False, True), ("1.4", 45.0, True, False),
        ("1.1", 50.0, True, True), ("1.5", None, True, False),
    ]  # fmt: skip
    formula = load_catalogue().indicators["HC_TOP50"].formula
    card = connection.execute(str(formula), {"province": "56"}).fetchone()
    assert card is not None and card[2:] == (sum(o and u for _, _, o, u in found), len(found))


def test_rank_is_among_those_ranked_that_day(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("SELECT ranked FROM release.service_cards WHERE part = 'rank'").fetchall() == [(34,)]


def test_scenarios_travel_with_the_release(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT default_expression, low, high FROM release.scenario_assumptions WHERE name = 'giai_ngan'"
    ).fetchall()
    assert found == [("DTC_TL.pace", 0.0, 50.0)]
    assert connection.execute("SELECT count(*) FROM release.scenario_effects").fetchone() == (6,)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("trend: HC_DUNGHAN", "trend: HC_DUNGHANN", "no card 'HC_DUNGHANN'"),
        ("column: don_vi_xu_ly", "column: don_vi", "no column 'don_vi'"),
        ("example: ten_tthc", "example: ten", "no column 'ten'"),
        ("agency: ma_co_quan", "agency: co_quan", "no column 'co_quan'"),
        ("AS ranked FROM", "AS of_units FROM", "columns missing: ranked"),
        ("FROM procedures WHERE", "FROM 'x.csv' WHERE", "cannot be used"),
        ("maximum: 18", "maximum: -18", "greater than 0"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (ROOT / FILE).read_text(encoding="utf-8")
    assert old in text
    spoiled = tmp_path / "dich_vu_cong.yaml"
    spoiled.write_text(text.replace(old, new, 1), encoding="utf-8")
    catalogue = load_catalogue()
    found = service_problems(YamlSource(spoiled), Known(ROOT, "56", catalogue.feeds))
    assert any(says in p.text.en and p.text.vi and p.line for p in found), [p.text.en for p in found]


def test_a_broken_declaration_shows_nothing(tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("trend: HC_DUNGHAN", "trend: X"), encoding="utf-8")
    declared, problems = load_services(Known(root, "56", load_catalogue().feeds))
    assert declared is None and len(problems) == 1
