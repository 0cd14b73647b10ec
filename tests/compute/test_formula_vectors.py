"""Formulas of cards on tiny inputs with published answers: index of service, feedback, per-capita figures, growth."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.periods import parse_period

GROUPS = ("HC_766_CKMB", "HC_766_TDGQ", "HC_766_DVTT", "HC_766_SH", "HC_766_HL")
CARD = "(area VARCHAR, period VARCHAR, period_end DATE, value DOUBLE, numerator DOUBLE, denominator DOUBLE)"


@pytest.fixture(scope="module")
def cards() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def answers(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, code: str, province: str = "19") -> dict:
    """Value by (area, period) of a card's formula; 0/0 is None."""
    card = catalogue.indicators[code]
    parameters = {"province": province} if "$province" in card.formula else {}
    shown = con.execute(card.formula, parameters)
    names = [d[0] for d in shown.description]
    found = {}
    for row in shown.fetchall():
        said = dict(zip(names, row, strict=True))
        value = said.get("value")
        if value is None and said.get("denominator"):
            value = (card.scale or 100) * said["numerator"] / said["denominator"]
        found[said["area"], said["period"]] = value
    return found


# Published on 29 August 2025; the five groups are known of the first province only.
PUBLISHED = {"19": 86.97, "44": 86.56, "38": 86.51, "75": 86.13, "42": 84.85}


def test_the_five_groups_of_qd766_make_its_score(con, cards):
    con.execute(
        "CREATE TABLE score_766 AS SELECT '19' AS ma_tinh, DATE '2025-08-29' AS ngay, "
        "15.67::DECIMAL(5, 2) AS cong_khai, "
        "19.31::DECIMAL(5, 2) AS tien_do, 17.49::DECIMAL(5, 2) AS dich_vu_truc_tuyen, 17.86::DECIMAL(5, 2) AS so_hoa, "
        "16.64::DECIMAL(5, 2) AS hai_long, 86.97::DECIMAL(5, 2) AS tong_diem, 1 AS xep_hang, 34 AS so_don_vi_xep_hang"
    )
    parts = [answers(con, cards, code)["19", "2025-08-29"] for code in GROUPS]
    assert [float(p) for p in parts] == [15.67, 19.31, 17.49, 17.86, 16.64]
    assert float(sum(parts)) == float(answers(con, cards, "HC_766")["19", "2025-08-29"]) == 86.97
    assert all(float(p) <= most for p, most in zip(parts, (18, 20, 22, 22, 18), strict=True))


@pytest.mark.parametrize("province", sorted(PUBLISHED))
def test_a_score_is_shown_as_read_and_only_of_the_own_province(con, cards, province):
    con.execute("CREATE TABLE score_766 (ma_tinh VARCHAR, ngay DATE, tong_diem DECIMAL(5, 2))")
    con.executemany("INSERT INTO score_766 VALUES (?, DATE '2025-08-29', ?)", list(PUBLISHED.items()))
    found = answers(con, cards, "HC_766", province)
    assert {k: float(v) for k, v in found.items()} == {(province, "2025-08-29"): PUBLISHED[province]}


def test_feedback_distinct_items_and_a_commune_without_any(con, cards):
    """200 items, 190 on time, 12 not satisfied, 3 of these also complained about: 95 % and 94 %, not 92.5 %. A commune
    with items in another month only has no share in this one."""
    con.execute(
        """CREATE TABLE feedback AS
           SELECT '22333' AS ma_xa, TIMESTAMP '2026-09-20' AS han_xu_ly, 'da-tra-loi' AS trang_thai,
                  TIMESTAMP '2026-09-20' + INTERVAL 1 DAY * (CASE WHEN i < 190 THEN -1 ELSE 1 END) AS tra_loi_luc,
                  CASE WHEN i < 12 THEN 'khong-hai-long' ELSE 'hai-long' END AS muc_hai_long, i < 3 AS bi_khieu_nai
           FROM range(200) t(i)
           UNION ALL SELECT '22366', TIMESTAMP '2026-08-20', 'da-tra-loi', TIMESTAMP '2026-08-19', 'hai-long', false"""
    )
    on_time, satisfied = (answers(con, cards, code, "56") for code in ("HC_PAKN_DH", "HC_PAKN_HL"))
    assert on_time["22333", "2026-09"] == pytest.approx(95.0)
    assert satisfied["22333", "2026-09"] == pytest.approx(94.0)
    assert on_time.get(("22366", "2026-09")) is None and satisfied.get(("22366", "2026-09")) is None


def published() -> dict[str, dict[str, float]]:
    path = Path(__file__).parents[2] / "data_contracts" / "feeds" / "province_published" / "published_2025.csv"
    found: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["period"] == "2025" and len(line["area"]) == 2 and line["area"] != "VN":
                found.setdefault(line["indicator"], {})[line["area"]] = float(line["value"])
    return found


def test_grdp_per_capita_is_a_ratio_of_sums(con, cards):
    """Per province as published in USD; over provinces Σ/Σ, which no mean of provinces gives."""
    said = published()
    for code, indicator in (("CB_GRDP_QM", "KT_GRDP_QM"), ("KT_DANSO", "DS_TRUNGBINH")):
        con.execute(f"CREATE TABLE {code} {CARD}")
        con.executemany(
            f"INSERT INTO {code} VALUES (?, '2025', DATE '2025-12-31', ?, NULL, NULL)", list(said[indicator].items())
        )
    each = answers(con, cards, "KT_GRDP_BQ_VND")
    assert len(each) == 34 and each["56", "2025"] == pytest.approx(110.3, abs=0.05)
    usd = said["KT_GRDP_BQ_USD"]
    assert all(24_950 < 1e6 * value / usd[area] < 25_000 for (area, _), value in each.items()), "implied exchange rate"
    people, grdp = sum(said["DS_TRUNGBINH"].values()), sum(said["KT_GRDP_QM"].values())
    assert people == pytest.approx(102345.34, abs=0.01) and grdp == pytest.approx(12780578, abs=1)
    assert grdp / 12847600 - 1 == pytest.approx(-0.0052, abs=5e-5), "Σ GRDP is not GDP and never forced to be"
    card = cards.indicators["KT_GRDP_BQ_VND"]
    summed = con.execute(f"SELECT sum(numerator) / sum(denominator) FROM ({card.formula})").fetchone()[0]
    assert summed == pytest.approx(grdp / people) and abs(summed - sum(each.values()) / 34) > 10


def test_growth_is_never_derived_from_quarters_or_provinces(cards):
    """GDP 2026 by quarter 8.15, 8.81, 9.95 has the mean 8.97; published are 9.01. PII of Huế: (51.50 + 47.23) / 2."""
    for code in ("KT_GRDP_TT", "CB_GRDP_TT", "KT_CPI", "KT_NSLD", "CS_PII", "CS_DTI", "CS_PCI"):
        card = cards.indicators[code]
        assert card.additivity == "X" and card.formula is None, code


def said(con: duckdb.DuckDBPyConnection, code: str, values: dict[str, float]) -> None:
    con.execute(f"CREATE TABLE {code} {CARD}")
    for period, value in values.items():
        row = [period, parse_period(period).end, value]
        con.execute(f"INSERT INTO {code} VALUES ('56', ?, ?, ?, NULL, NULL)", row)


@pytest.mark.parametrize(
    ("code", "inputs", "answer"),
    [
        ("TM_BANLE_TT", {"TM_BANLE": {"2025-09": 200.0, "2026-09": 224.0, "2026-08": 210.0}}, {"2026-09": 12.0}),
        ("TD_DUNO_TT", {"TD_DUNO": {"2025-12": 1000.0, "2026-02": 1020.0}}, {"2026-02": 2.0}),
        ("XH_NGHEO_GIAM", {"XH_NGHEO": {"2025-H2": 3.1, "2026-H1": 2.5}}, {"2026-H1": 0.6}),
        ("CDS_KHCN", {"NS_CHI_KHCN": {"2026-09": 31.0}, "NS_CHI": {"2026-09": 1000.0}}, {"2026-09": 3.1}),
        ("KHCN_DG_DIEM", {"KHCN_DG_TT": {"2026": 50.0}, "KT_GRDP_TT": {"2026": 10.0}}, {"2026": 5.0}),
        ("KHCN_DG_DIEM", {"KHCN_DG_TT": {}, "KT_GRDP_TT": {"2026": 10.0}}, {}),
    ],
    ids=["retail on the same month", "credit on December", "poverty", "budget share", "points", "share unknown"],
)  # fmt: skip
def test_what_is_computed_from_other_cards(con, cards, code, inputs, answer):
    for source, values in inputs.items():
        said(con, source, values)
    found = {period: value for (_, period), value in answers(con, cards, code).items()}
    assert found == pytest.approx(answer)


def test_doctors_per_ten_thousand_people_by_commune(con, cards):
    for code, value in (("YT_BACSI_SO", 31), ("XH_DANSO", 20_000)):
        con.execute(f"CREATE TABLE {code} {CARD}")
        period = "2026-09" if code == "YT_BACSI_SO" else "2026-Q3"
        con.execute(f"INSERT INTO {code} VALUES ('22333', ?, DATE '2026-09-30', ?, NULL, NULL)", [period, value])
    assert answers(con, cards, "YT_BACSI") == {("22333", "2026-Q3"): pytest.approx(15.5)}


def test_enterprises_that_pause_return_and_close_are_counted_by_commune_and_month(con, cards):
    """A commune in which nobody pauses counts zero: the register is complete, so its absence is known."""
    con.execute(
        """CREATE TABLE enterprise_registrations AS SELECT * FROM (VALUES
             ('1', '22333', DATE '2026-09-10', DATE '2026-09-10', 'hd', 500.0),
             ('2', '22333', DATE '2024-01-05', DATE '2026-09-12', 'hd', 900.0),
             ('3', '22366', DATE '2024-02-05', DATE '2026-09-15', 'tn', 100.0),
             ('4', NULL, DATE '2023-02-05', DATE '2026-09-20', 'gt', 100.0)
           ) AS e(ma_so_doanh_nghiep, ma_xa, ngay_thanh_lap, ngay_tinh_trang, tinh_trang, von_dieu_le)"""
    )
    month = "2026-09"
    expected = {"DN_QUAYLAI": (1, 0, 0), "DN_NGUNG": (0, 1, 0), "DN_GIAITHE": (0, 0, 1)}
    for code, counts in expected.items():
        assert answers(con, cards, code) == dict(
            zip([("22333", month), ("22366", month), (None, month)], counts, strict=True)
        )
    assert answers(con, cards, "DN_MOI_VON")["22333", month] == pytest.approx(0.5)
