"""Names of places → codes of the day: certain, flagged as a break of series, or refused with the candidates named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ioc_pipeline.contracts.model import Column
from ioc_pipeline.contracts.places import former_communes, resolve, successor_province
from ioc_pipeline.contracts.units import communes, provinces, provinces_before_merger
from ioc_pipeline.read.records.table_file import read_table
from tests.read.record_feeds import Read, realdata, record_feed

NOW, BEFORE = date(2026, 9, 30), date(2024, 12, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Phường Nha Trang", "22366"), ("P. Nha Trang", "22366"), ("nha trang", "22366"), ("Bắc Nha Trang", "22333"),
     ("bac nha trang", "22333"), ("X. Diên Khánh", "22651"), ("Đặc khu Trường Sa", "22736"), ("Đ.K Trường Sa", "22736"),
     ("ĐK. Trường Sa", "22736"), ("22366", "22366")],
)  # fmt: skip
def test_a_commune_of_today_is_certain(text: str, code: str) -> None:
    place = resolve(text, "commune", NOW, province="56")
    assert (place.code, place.problem, place.doubt) == (code, None, None)


@pytest.mark.parametrize(
    ("text", "code", "doubt"),
    [("thị trấn Cam Đức", "22453", "place.merged"), ("TT. Cam Đức", "22453", "place.merged"),
     ("Phước Hải, Nha Trang", "22402", "place.merged"), ("22327", "22333", "place.merged")],
)  # fmt: skip
def test_a_former_commune_leads_to_its_successor_and_breaks_the_series(text: str, code: str, doubt: str) -> None:
    place = resolve(text, "commune", NOW, province="56")
    assert (place.code, place.doubt) == (code, doubt)


def test_a_former_name_in_former_data_has_its_former_code() -> None:
    assert resolve("P. Vĩnh Hải", "commune", BEFORE, province="56").code == "22330"
    assert resolve("Bắc Nha Trang", "commune", BEFORE, province="56").problem == "place.not_yet"


@pytest.mark.parametrize(
    ("text", "level", "doubt"),
    [("TT. Cam Đức", "commune", "place.code_lives_on"), ("22453", "commune", "place.code_lives_on"),
     ("P. Vĩnh Hải", "commune", None), ("Yên Bái", "province", "place.code_lives_on"),
     ("15", "province", "place.code_lives_on"), ("Huế", "province", None), ("Lào Cai", "province", None)],
)  # fmt: skip
def test_a_former_code_that_another_unit_bears_today_breaks_the_series(text: str, level: str, doubt: str) -> None:
    place = resolve(text, level, BEFORE, province="56")
    assert place.code is not None and place.doubt == doubt


@pytest.mark.parametrize("text", ["Vĩnh Hải", "vinh hai"])
def test_a_name_borne_twice_is_refused_with_the_candidates(text: str) -> None:
    place = resolve(text, "commune", BEFORE, province="56")
    assert place.problem == "place.ambiguous" and place.code is None
    assert len(place.candidates) == 2 and any("Nha Trang" in c for c in place.candidates)


def test_a_type_that_only_a_former_unit_bears_is_not_overlooked() -> None:
    place = resolve("Phường Vĩnh Hải", "commune", NOW, province="56")  # today's Vĩnh Hải is a xã, elsewhere
    assert place.problem == "place.ambiguous" and any("22846" in c for c in place.candidates)


def test_a_name_of_many_provinces_needs_its_province() -> None:
    place = resolve("Tân An", "commune", NOW)
    assert place.problem == "place.ambiguous" and len(place.candidates) == 10
    assert resolve("Tân An", "commune", NOW, province="80").code == "27712"


def test_a_misspelling_is_suggested_never_repaired() -> None:
    place = resolve("Nha Trnag", "commune", NOW, province="56")
    assert (place.code, place.problem) == (None, "place.unknown") and "Phường Nha Trang" in place.candidates


@pytest.mark.parametrize(
    "district",
    ["Thành phố Nha Trang", "TP.Nha Trang", "huyện Vạn Ninh", "H. Khánh Vĩnh", "Thị xã Ninh Hoà", "tx Ninh Hòa"],
)
@pytest.mark.parametrize("day", [NOW, BEFORE])
def test_a_district_is_not_the_commune_of_its_name(district: str, day: date) -> None:
    place = resolve(district, "commune", day, province="56")
    assert (place.code, place.problem) == (None, "place.district")


def test_split_communes_are_refused_unless_the_contract_says_otherwise() -> None:
    split = [f for f in former_communes() if len(f.successors) > 1]
    assert len(split) == 471 and sum(len(f.successors) for f in split) == 1033
    former = next(f for f in split if successor_province()[f.province] == "92")
    refused = resolve(former.code, "commune", NOW, province="92")
    assert refused.problem == "place.split" and len(refused.candidates) == len(former.successors)
    taken = resolve(former.code, "commune", NOW, province="92", split="main")
    assert taken.code == next(c for c, main in former.successors if main) and taken.doubt == "place.split_main"


@pytest.mark.parametrize(
    ("text", "now", "before"),
    [("Khánh Hoà", "56", "56"), ("TP. Hồ Chí Minh", "79", "79"), ("TPHCM", "79", "79"), ("Lào Cai", "15", "10"),
     ("Lao Cai", "15", "10"), ("Dak Lak", "66", "66"), ("Thừa Thiên - Huế", "46", "46"), ("CẢ NƯỚC", "VN", "VN"),
     ("Bà Rịa – Vũng Tàu", "79", "77"), ("Kon Tum", "51", "62"), ("Đồng bằng sông Hồng", None, None)],
)  # fmt: skip
def test_provinces(text: str, now: str | None, before: str | None) -> None:
    assert resolve(text, "province", NOW).code == now
    assert resolve(text, "province", BEFORE).code == before


def test_every_unit_resolves_to_itself_in_its_province() -> None:
    for province in provinces(NOW):
        assert resolve(province.full_name, "province", NOW).code == province.code
        for unit in communes(province.code, NOW):
            assert resolve(unit.full_name, "commune", NOW, province=province.code).code == unit.code
    for province in provinces_before_merger():
        assert resolve(province.name, "province", BEFORE).code == province.code


def test_a_column_of_places(tmp_path: Path) -> None:
    feed = record_feed(
        (
            Column("ma", "VARCHAR"),
            Column("ngay", "DATE", formats=("%Y-%m-%d",)),
            Column("xa", "VARCHAR", places="commune", places_on="ngay"),
            Column("xa_goc", "VARCHAR", raw_of="xa"),
        )
    )
    lines = [
        "1,2026-09-01,P. Nha Trang",
        "2,2024-01-01,Vĩnh Hải",
        "3,2024-01-01,TT Cam Đức",
        "4,2026-09-01,Cam Đức",
        "5,2026-09-01,",
    ]
    path = tmp_path / "x.csv"
    path.write_text("ma,ngay,xa\n" + "\n".join(lines) + "\n", encoding="utf-8")
    found = Read(read_table(feed, path, "x.csv", tmp_path / "out" / "rows.parquet", province="56"))
    assert found.column("xa") == ["22366", None, "22453", "22453", None]
    assert found.column("xa_goc") == ["P. Nha Trang", "Vĩnh Hải", "TT Cam Đức", "Cam Đức", None]
    assert found.codes() == [[], ["place.ambiguous"], [], [], []]
    doubts = [[d["code"] for d in r["_doubts"]] for r in found.rows]
    assert doubts == [[], [], ["place.code_lives_on"], ["place.merged"], []]
    assert any("Vĩnh Hải" in n.text.vi and "Nha Trang" in n.text.vi for n in found.reading.notices)


@pytest.mark.realdata
def test_former_units_are_those_of_the_published_conversion() -> None:
    published = json.loads(realdata("admin_units", "old_to_new_2025.json").read_text(encoding="utf-8"))
    divided = published["DICT_PROVINCE_WARD_DIVIDED"].values()
    assert sum(len(d) for d in divided) == sum(len(f.successors) > 1 for f in former_communes())


@pytest.mark.realdata
def test_every_published_province_name_finds_its_successor(tmp_path: Path) -> None:
    path = realdata("province_indicators", "vietnam_province_name_mapping.csv")
    columns = (Column("old", "VARCHAR", places="province"), Column("new", "VARCHAR", places="province"))
    found = Read(read_table(record_feed(columns), path, path.name, tmp_path / "out" / "rows.parquet"))
    wrong = [r for r in found.rows if r["old"] != r["new"]]
    assert found.reading.received >= 63 and not wrong and not any(found.codes())
