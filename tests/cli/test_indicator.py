"""`ioc indicator` on a small home: a share computed from records, a stated figure revised and corrected."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.corrections import REPLACE, Correction
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.messages import Text
from ioc_pipeline.publish.release import publish
from ioc_pipeline.settings import Places
from tests.contracts.declarations import FEW, ROOT, few

HEADER = (
    "Tháng;Mã cơ quan;Tên cơ quan;Văn bản đến;Văn bản đến điện tử;Văn bản đến xử lý toàn trình điện tử;"
    "Văn bản đến xử lý quá hạn;Văn bản đi;Văn bản đi ký số cá nhân;Văn bản đi ký số cơ quan;"
    "Văn bản đi ký số, gửi toàn trình điện tử;Văn bản mật;Tỷ lệ xử lý toàn trình;Chốt lúc;simulated"
)
UNITS = {"H32.02": "Văn phòng UBND tỉnh", "H32.03": "Sở Nội vụ", "H32.08": "Sở Xây dựng"}
MONTHS = {"2026-09": (196, 98, 100), "2026-10": (196, 99, 60)}
"""Documents handled electronically of 200, 100 and 100."""


def _documents(month: str, closed: str) -> bytes:
    lines = [HEADER]
    for (code, name), done, all_ in zip(UNITS.items(), MONTHS[month], (200, 100, 100), strict=True):
        arrived, sent = all_ // 2, all_ - all_ // 2
        handled = done - min(done, sent)
        rate = f"{100 * done / all_:.2f}".replace(".", ",")
        signed = min(done, sent)
        lines.append(
            f"{month};{code};{name};{arrived};{arrived};{handled};0;{sent};{sent};{sent};{signed};0;{rate};{closed};true"
        )
    return ("\ufeff" + "\n".join(lines) + "\n").encode()


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> tuple[Places, dict[str, str]]:
    """A published home, and the environment the command needs."""
    root = tmp_path_factory.mktemp("indicator")
    correction = Correction(
        id="DC-1", indicator="CB_GRDP_TT", area="56", period="2025", measure=None, action=REPLACE, value=7.6,
        factor=None, expect=7.21, reason=Text("Số đã thống nhất", "Figure agreed"), who="A", when=date(2026, 1, 1),
        evidence="CV 1", expires=date(2099, 12, 31), path="56.yaml", line=1,
    )  # fmt: skip
    declared = few(root, (*FEW, "e_documents"))
    catalogue = replace(load_catalogue(declared, "56"), corrections=(correction,))
    places = Places(root / "home")
    figures = (ROOT / "feeds" / "province_published" / "published_2025.csv").read_text(encoding="utf-8")
    files = {
        ("province_published", "a.csv"): figures.encode(),
        ("province_published", "b.csv"): figures.replace("7.11", "7.21").encode(),
        ("e_documents", "2026-10-04_van_ban_dien_tu_2026-09.csv"): _documents("2026-09", "2026-10-04T15:00:00"),
        ("e_documents", "2026-11-04_van_ban_dien_tu_2026-10.csv"): _documents("2026-10", "2026-11-04T15:00:00"),
    }
    for (feed, name), content in files.items():
        path = places.inbox / feed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (path.stat().st_mtime - 60,) * 2)
        run = ingest_feed(places, catalogue, catalogue.feeds[feed], run_id="t", settle_seconds=0.0)
        assert run.problem is None and [o.outcome for o in run.outcomes] == ["stored"], run
    assert publish(places, catalogue, run_id="t", now=datetime(2026, 11, 21, 3, tzinfo=UTC)) is not None
    return places, {"IOC_HOME": str(places.root), "IOC_CONTRACTS": str(declared)}


def test_a_computed_share_is_explained_down_to_the_records(ioc, home):
    _, environment = home
    printed = ioc("indicator", "hc_vbdt", **environment)
    assert printed.code == 0, printed.err
    for words in (
        "HC_VBDT ·", "MÔ PHỎNG", "88,75 % = 355 / 400", "Giảm 9,8 điểm % so với tháng 9/2026",
        "chủ yếu do Sở Xây dựng (−10,0)", "Theo cơ quan", "Cộng", "3 bản ghi của tháng 10/2026",
        "2026-11-04_van_ban_dien_tu_2026-10.csv", "landing/blobs/", "ioc query --warehouse",
    ):  # fmt: skip
        assert words in printed.out, words
    sheet = ioc("indicator", "HC_VBDT", "--json", **environment).json
    against = {c["against"]: c for c in sheet["why"]}
    (by_unit,) = [d for d in against["previous"]["dimensions"] if d["dimension"] == "ma_co_quan"]
    amounts = {p["part_name_vi"]: p["amount"] for p in by_unit["parts"]}
    assert amounts == pytest.approx({"Sở Xây dựng": -10.0, "Sở Nội vụ": 0.25, "Văn phòng UBND tỉnh": 0.0})
    assert against["last_year"]["total"] is None and not against["last_year"]["decomposable"]
    query = sheet["lineage"]["records"]["query"]
    listed = ioc("query", "--warehouse", query, "--json", **environment).json
    assert len(listed) == 3 and sum(row["numerator"] for row in listed) == 355


def test_contributions_sum_exactly_in_sql(home):
    places, _ = home
    (path,) = places.releases.glob("*/release.duckdb")
    with duckdb.connect(str(path), read_only=True) as release:
        sums = release.execute(
            "SELECT c.code, against, dimension, sum(amount) = any_value(total) FROM contributions c "
            "JOIN contribution_totals t USING (code, area, period, against) GROUP BY ALL"
        ).fetchall()
    assert len(sums) > 5 and all(exact for *_, exact in sums)


def test_a_stated_figure_shows_its_vintages_correction_and_cell(ioc, home):
    _, environment = home
    printed = ioc("indicator", "CB_GRDP_TT", **environment)
    assert printed.code == 0, printed.err
    for words in (
        "7,6 %", "Đính chính", "Số đã thống nhất", "7,11 %", "7,21 %", "không phân rã được",
        "Nguồn sửa lại số kỳ này", "Đính chính của tỉnh cho kỳ này", "+0,39", "Chỉ số liên quan", "b.csv", "SHA-256",
    ):  # fmt: skip
        assert words in printed.out, words
    sheet = ioc("indicator", "CB_GRDP_TT", "--json", **environment).json
    assert [v["value"] for v in sheet["vintages"]["of_period"]] == [7.11, 7.21]
    assert sheet["lineage"]["statement"]["blob_there"] and sheet["lineage"]["statement"]["row"]
    data = next(d for d in sheet["why"][0]["dimensions"] if d["dimension"] == "data")
    assert {p["part"]: p["amount"] for p in data["parts"]} == {"measured": -0.89, "revision": 0.1, "correction": 0.39}
    english = ioc("--lang", "en", "indicator", "CB_GRDP_TT", "--area", "01", **environment)
    assert "Ha Noi" in english.out and "it cannot be decomposed" in english.out


def test_a_composite_leads_to_the_cells_of_its_parts(catalogue):
    """A ratio of a rolled-up sum and a stated figure, and growth against the same month of last year."""

    def cell(code, period, value, location="", area="56", denominator=None):
        end = date(int(period[:4]), int(period[5:]), 28)
        file = f"{code}.json" if location else ""
        return (code, area, period, end, value, None, denominator, "f", file and f"d-{code}", file or None, location)

    from ioc_pipeline.lookup.cells_behind import inputs_behind
    from tests.compute.engine_fixture import card, with_cards

    select = {"indicator": "A", "measure": "level"}
    declared = with_cards(catalogue, [
        card(catalogue, "KC_A", None, "province_published", selection=select, additivity="S", unit="người"),
        card(catalogue, "KC_B", None, "province_published", selection=select, unit="người"),
        card(catalogue, "KC_TL", "SELECT a.area, a.period, a.value AS numerator, b.value AS denominator "
             "FROM KC_A AS a JOIN KC_B AS b USING (area, period)", ""),
        card(catalogue, "KC_HAI", "SELECT area, period, 2 * value AS value FROM KC_TL", ""),
        card(catalogue, "KC_TT", "SELECT c.area, c.period, c.value - p.value AS numerator, p.value AS denominator "
             "FROM KC_B AS c JOIN KC_B AS p ON p.area = c.area AND p.period < c.period", ""),
    ])  # fmt: skip
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS release")
    con.execute(
        "CREATE TABLE release.indicator_values (code VARCHAR, area VARCHAR, period VARCHAR, period_end DATE, "
        "value DOUBLE, numerator DOUBLE, denominator DOUBLE, feed_id VARCHAR, delivery_id VARCHAR, file_name VARCHAR, "
        "location VARCHAR)"
    )
    con.execute("CREATE TABLE release.areas AS SELECT '22333' AS code, 'commune' AS level")
    con.executemany(f"INSERT INTO release.indicator_values VALUES ({', '.join('?' * 11)})", [
        cell("KC_A", "2026-10", 30.0), cell("KC_A", "2026-10", 30.0, "S!C4", area="22333"),
        cell("KC_B", "2026-10", 120.0, "$.data[3]"), cell("KC_B", "2025-10", 100.0, "$.data[1]"),
        cell("KC_TL", "2026-10", 25.0), cell("KC_A", "2026-09", 120.0),
    ])  # fmt: skip
    value = {"area": "56", "period": "2026-10", "period_end": date(2026, 10, 28), "denominator": None}
    found = inputs_behind(con, declared, "KC_HAI", value)
    assert [(i["depth"], i["code"], i["location"], i["communes"]) for i in found] == [
        (1, "KC_TL", "", None), (2, "KC_A", "", 1), (2, "KC_B", "$.data[3]", None),
    ]  # fmt: skip
    ratio = inputs_behind(con, declared, "KC_TL", value | {"denominator": 120.0})  # as much as A was a month before
    assert [(i["code"], i["period"]) for i in ratio] == [("KC_A", "2026-10"), ("KC_B", "2026-10")]
    growth = inputs_behind(con, declared, "KC_TT", value | {"denominator": 100.0})
    assert [(i["period"], i["value"], i["location"]) for i in growth] == [
        ("2026-10", 120.0, "$.data[3]"), ("2025-10", 100.0, "$.data[1]"),
    ]  # fmt: skip
    con.execute("UPDATE release.indicator_values SET value = 120 WHERE code = 'KC_B'")
    unchanged = inputs_behind(con, declared, "KC_TT", value | {"denominator": 120.0})
    assert [i["period"] for i in unchanged] == ["2026-10", "2025-10"]


def test_a_past_day_is_explained_by_what_was_known_then(ioc, home):
    """Two departments send September again, later: what they said first explains the figure of before."""
    places, environment = home
    catalogue = load_catalogue(Path(environment["IOC_CONTRACTS"]), "56")
    again = _documents("2026-09", "2026-11-10T15:00:00").decode("utf-8-sig").splitlines()
    row = again[2].split(";")
    row[5], row[12] = "0", "50,00"  # H32.03: none of the arrived documents was handled electronically
    name = "2026-11-10_van_ban_dien_tu_2026-09.csv"
    path = places.inbox / "e_documents" / name
    path.write_bytes(("\ufeff" + "\n".join([again[0], again[1], ";".join(row), again[3]]) + "\n").encode())
    os.utime(path, (path.stat().st_mtime - 60,) * 2)
    run = ingest_feed(places, catalogue, catalogue.feeds["e_documents"], run_id="t", settle_seconds=0.0)
    assert run.problem is None and [o.outcome for o in run.outcomes] == ["stored"], run
    assert publish(places, catalogue, run_id="t", now=datetime(2026, 11, 21, 4, tzinfo=UTC)) is not None
    now = json.loads(ioc("indicator", "HC_VBDT", "--period", "2026-09", "--json", **environment).out)
    then = json.loads(
        ioc("indicator", "HC_VBDT", "--period", "2026-09", "--as-of", "2026-11-05", "--json", **environment).out
    )
    assert now["value"]["value"] < 90 and now["then"] is None
    assert then["then"]["value"] == pytest.approx(98.5) and then["value"]["value"] == now["value"]["value"]

    def home_affairs(sheet):
        gap = next(c for c in sheet["why"] if c["against"] == "target")
        parts = next(d for d in gap["dimensions"] if d["dimension"] == "ma_co_quan")["parts"]
        return next((p["n1"], p["d1"]) for p in parts if p["part"] == "H32.03")

    assert home_affairs(now) == (50, 100) and home_affairs(then) == (98, 100)
    printed = ioc("indicator", "HC_VBDT", "--period", "2026-09", "--as-of", "2026-11-05", **environment)
    assert "Đến 05/11/2026 đã biết: 98,5 %" in printed.out and "Vì sao, theo số liệu biết đến 05/11/2026" in printed.out
    before = ioc("indicator", "HC_VBDT", "--period", "2026-09", "--as-of", "2026-09-01", **environment)
    assert before.code == 0 and "không có gì để phân rã" in before.out


def test_who_asks_for_what_is_not_there_is_helped(ioc, home, places):
    _, environment = home
    near = ioc("indicator", "van ban ky so", **environment)
    assert near.code == 1 and "HC_VBDT" in near.err
    assert "HC_VBDT" in ioc("indicator", "HC_VB", **environment).err
    assert ioc("indicator", "van ban dien tu", **environment).out.startswith("HC_VBDT ·")
    assert "2026-09 đến 2026-10" in ioc("indicator", "HC_VBDT", "--period", "2020-01", **environment).err
    assert "'Atlantis'" in ioc("indicator", "HC_VBDT", "--area", "Atlantis", **environment).err
    assert "Chưa có giá trị nào" in ioc("indicator", "HC_DUNGHAN", **environment).out
    nowhere = environment | {"IOC_HOME": str(Path(places.root) / "none")}
    assert "ioc run" in ioc("indicator", "HC_VBDT", **nowhere).err
