"""Administrative units: the counts of the law, names that are no keys, codes that changed hands."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from ioc_pipeline.contracts import units

AFTER, BEFORE = date(2026, 9, 30), date(2025, 6, 30)


def test_the_counts_are_those_of_the_law():
    assert len(units.provinces()) == 34
    assert len(units.provinces_before_merger()) == 63
    communes = [u for p in units.provinces() for u in units.communes(p.code)]
    assert len({u.code for u in communes}) == 3321
    assert Counter(u.kind for u in communes) == {"phường": 697, "xã": 2611, "đặc khu": 13}
    assert Counter(p.kind for p in units.provinces()) == {"thành phố": 7, "tỉnh": 27}


@pytest.mark.parametrize(("code", "count"), [("56", 65), ("12", 38), ("79", 168), ("01", 126), ("91", 102)])
def test_communes_of_a_province(code, count):
    assert len(units.communes(code)) == count


def test_types_are_those_of_the_day():
    before, after = date(2026, 4, 29), date(2026, 4, 30)
    assert Counter(u.kind for u in units.communes("75", before)) == {"phường": 23, "xã": 72}
    assert Counter(u.kind for u in units.communes("75", after)) == {"phường": 33, "xã": 62}
    assert next(p for p in units.provinces(before) if p.code == "75").kind == "tỉnh"
    assert units.province("75").full_name == "Thành phố Đồng Nai"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Lào Cai", "10", "15"),
        ("Bắc Ninh", "27", "24"),
        ("Quảng Trị", "45", "44"),
        ("Gia Lai", "64", "52"),
        ("Tây Ninh", "72", "80"),
        ("Đồng Tháp", "87", "82"),
        ("An Giang", "89", "91"),
        ("Khánh Hòa", "56", "56"),
        ("Yên Bái", "15", None),
    ],
)
def test_codes_that_changed_hands_are_resolved_by_date(name, before, after):
    assert units.resolve_province(name, BEFORE) == before
    assert units.resolve_province(name, AFTER) == after


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("TP. Hồ Chí Minh", "79"),
        ("TP Hồ Chí Minh", "79"),
        ("TPHCM", "79"),
        ("Thành phố Hồ Chí Minh", "79"),
        ("  hồ  chí minh ", "79"),
        ("Thừa Thiên - Huế", "46"),
        ("Bà Rịa-Vũng Tàu", "77"),
        ("Bà Rịa – Vũng Tàu", "77"),
        ("Khánh Hoà", "56"),
        ("Kha\u0301nh Ho\u0300a", "56"),
        ("Thanh Hoá", "38"),
        ("Đắc Lắk", "66"),
        ("Đăk Lăk", "66"),
    ],
)
def test_spellings_met_in_files(spelling, code):
    assert units.resolve_province(spelling, BEFORE) == code


@pytest.mark.parametrize("name", ["", "Đồng bằng sông Hồng", "Hà Tây", "Ho Chi Minh City of the North"])
def test_an_unknown_name_is_never_guessed(name):
    assert units.resolve_province(name, BEFORE) is None


def test_an_unknown_province_code_names_the_known_ones():
    with pytest.raises(KeyError, match="56"):
        units.province("99")
