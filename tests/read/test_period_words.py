"""Headings of columns: which period, which kind of number, compared with what."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.read.values.period_words import Month, read_words, resolve, title_month, title_span


@pytest.mark.parametrize(
    ("heading", "measure", "period", "data_type"),
    [
        ("Thực hiện tháng 4 năm 2017", "period", "2017-04", "actual"),
        ("Ước tính\ntháng 5\nnăm 2017", "period", "2017-05", "estimate"),
        ("Chính thức tháng 3 năm 2001", "period", "2001-03", "official"),
        ("Sơ bộ tháng 3 năm 2019", "period", "2019-03", "preliminary"),
        ("Cộng dồn 5 tháng năm 2017", "ytd", "2017-05", None),
        ("Ước thực hiện 5 tháng đầu năm 2008", "ytd", "2008-05", "estimate"),
        ("6 tháng đầu năm 2015", "ytd", "2015-06", None),
        ("9 tháng 2001", "ytd", "2001-09", None),
        ("Cộng dồn quý I năm 2015", "ytd", "2015-03", None),
        ("Cộng dồn cả quý I/2001", "ytd", "2001-03", None),
        ("Ước tính cả năm 2015", "ytd", "2015-12", "estimate"),
        ("Năm 2019", "ytd", "2019-12", None),
        ("Ước tính quý II năm 2018", "period", "2018-Q2", "estimate"),
        ("Kế hoạch năm 2015", "period", "2015", "plan"),
        ("5 tháng năm 2017 so với cùng kỳ năm 2016", "ytd_yoy", "2017-05", None),
        ("4 tháng đầu năm 2016 so vớicùng kỳ năm 2015", "ytd_yoy", "2016-04", None),
        ("Quí I năm 2015 so với cùng kỳ năm 2014", "ytd_yoy", "2015-03", None),
        ("So với cùng kỳ năm trước Tháng 9 năm 2019", "yoy", "2019-09", None),
        ("So với cùng kỳ năm trước Năm 2019", "ytd_yoy", "2019-12", None),
        ("Tháng 4 năm 2018 so với tháng 4 năm 2017", "yoy", "2018-04", None),
        ("Tháng 1/2018 so với tháng 12/2017", "mom", "2018-01", None),
        ("Tháng 9 năm 2019 so với tháng trước", "mom", "2019-09", None),
        ("Tháng 5 năm 2017 so với: Tháng 12 năm 2016", "dec", "2017-05", None),
        ("Tháng 01 năm 2016 so với: Tháng 12 năm 2015", "mom", "2016-01", None),
        ("Tháng 5 năm 2017 so với: Kỳ gốc (2014)", "index", "2017-05", None),
        ("Tháng 01 năm 2015 so với: Kỳ gốc 2009", "index", "2015-01", None),
        ("Năm 2019 so với năm trước", "ytd_yoy", "2019-12", None),
        ("Cả năm 2015 so với năm 2014", "ytd_yoy", "2015-12", None),
        ("Bình quân 5 tháng năm 2017 so với cùng kỳ năm 2016", "ytd_yoy", "2017-05", None),
        ("Bình quân quý II năm 2019 so với cùng kỳ năm trước", "quarter_yoy", "2019-Q2", None),
        ("5 tháng năm 2017 so với kế hoạch năm 2017", "plan_pct", "2017-05", None),
        ("Năm 2015 so với kế hoạch năm", "plan_pct", "2015-12", None),
        ("Tháng 01/2015 so với kế hoạch năm 2015", "plan_pct", "2015-01", None),
        ("Tháng 1 năm 2015 so với tháng 1 năm năm 2014", "yoy", "2015-01", None),
        ("Thực hiện Ước tính tháng 6 năm 2001", "period", "2001-06", "estimate"),
    ],
)
def test_heading(heading: str, measure: str, period: str, data_type: str | None) -> None:
    words = read_words(heading)
    assert words.rest == ""
    resolved = resolve(words)
    assert resolved is not None
    assert (resolved.measure, resolved.period, words.data_type) == (measure, period, data_type)


@pytest.mark.parametrize(
    "heading",
    [
        "5 tháng năm 2017 utt4",
        "6 tháng cuối năm 2016",
        "Thực hiện tháng 4 năm 2017 Ước tính tháng 5 năm 2017",
        "Tháng 9 năm 2019 của thành phố",
        "so với tháng 5 năm 2017 so với năm 2016",
    ],
)
def test_a_heading_with_unknown_words_is_not_fully_read(heading: str) -> None:
    assert read_words(heading).rest != ""


@pytest.mark.parametrize(
    "heading",
    [
        "10 tháng năm 2017 so với kế hoạch năm 2016",  # another year's plan
        "5 tháng năm 2017 so với cùng kỳ năm 2015",  # not the year before
        "Tháng 5 năm 2017 so với tháng 3 năm 2017",
        "5 tháng năm 2017 so với tháng trước",
        "Tháng 4 năm 2001 so với kế hoạch năm",  # one month of a year's plan is no year-to-date share
        "Tháng 13 năm 2017",
        "14 tháng năm 2017",
        "Ước tính tháng 5",  # no year anywhere
        "Lượng",
    ],
)
def test_a_contradictory_heading_states_nothing(heading: str) -> None:
    assert resolve(read_words(heading)) is None


def test_a_year_from_the_table_completes_a_heading() -> None:
    resolved = resolve(read_words("Ước tính tháng 5"), 2017)
    assert resolved is not None and resolved.period == "2017-05"


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("Đầu tư trực tiếp của nước ngoài được cấp phép từ 01/01- 20/12/2018", Month(2018, 12)),
        ("được cấp phép từ 1/1 - 20/5/2017", Month(2017, 5)),
        ("đã được cấp giấy phép từ 01/01/2001 đến 21/06/2001", Month(2001, 6)),
        ("được cấp giấy phép 01/01 - 20/9 năm 2001", Month(2001, 9)),
        ("Chỉ số sản xuất công nghiệp tháng 9 và 9 tháng năm 2019", Month(2019, 9)),
        ("tháng 12 và cả năm 2018", Month(2018, 12)),
        ("Hàng hóa xuất khẩu", None),
        ("tháng 4 và 5 tháng năm 2019", None),
    ],
)
def test_month_of_a_title(title: str, month: Month | None) -> None:
    assert title_month(title) == month


def test_span_of_a_title() -> None:
    span = title_span("Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ 4 tháng năm 2001")
    assert span is not None and (span.kind, span.index, span.year) == ("ytd", 4, 2001)
    assert title_span("tháng 9 và 9 tháng năm 2019") is None


_MONTHS = st.integers(1, 12)
_YEARS = st.integers(2000, 2030)
_ROMAN = ("I", "II", "III", "IV")


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str, int, int]:
    """Words of a span, its kind, its last month and its year."""
    year = draw(_YEARS)
    kind = draw(st.sampled_from(["month", "ytd", "quarter", "year"]))
    if kind == "month":
        month = draw(_MONTHS)
        form = draw(st.sampled_from(["tháng {0} năm {1}", "Tháng {0:02d} năm {1}", "tháng {0}/{1}"]))
        return form.format(month, year), kind, month, year
    if kind == "ytd":
        month = draw(_MONTHS)
        form = draw(st.sampled_from(["{0} tháng năm {1}", "{0} tháng đầu năm {1}", "{0:02d} tháng/{1}"]))
        return form.format(month, year), kind, month, year
    if kind == "quarter":
        quarter = draw(st.integers(1, 4))
        word = draw(st.sampled_from(["quý", "Quý", "quí", "Quí"]))
        return f"{word} {_ROMAN[quarter - 1]} năm {year}", kind, quarter * 3, year
    return draw(st.sampled_from(["năm {0}", "Năm {0}", "cả năm {0}"])).format(year), kind, 12, year


def _expected(kind: str, month: int, year: int) -> str:
    return f"{year}-Q{month // 3}" if kind == "quarter" and month > 3 else f"{year}-{month:02d}"


@given(
    spans(),
    st.sampled_from(["", "Thực hiện ", "Ước tính ", "Sơ bộ "]),
    st.sampled_from([" ", "\n", "  ", " \n "]),
    st.sampled_from(["NFC", "NFD"]),
)
def test_every_span_is_read(span: tuple[str, str, int, int], before: str, gap: str, form: str) -> None:
    words, kind, month, year = span
    heading = unicodedata.normalize(form, (before + words).replace(" ", gap))
    read = read_words(heading)
    resolved = resolve(read)
    assert read.rest == "" and resolved is not None
    assert resolved.period == _expected(kind, month, year)
    assert (resolved.end, resolved.period_end) == (Month(year, month), Month(year, month).last_day)
    cumulative = kind in ("ytd", "year") or (kind == "quarter" and month == 3)
    assert resolved.measure == ("ytd" if cumulative else "period")


@given(spans(), st.booleans(), st.booleans())
def test_every_comparison_with_the_year_before_is_read(
    span: tuple[str, str, int, int], named: bool, heading_above: bool
) -> None:
    words, kind, month, year = span
    against = f"so với cùng kỳ năm {year - 1 if named else 'trước'}"
    heading = f"{against} {words}" if heading_above else f"{words} {against}"
    resolved = resolve(read_words(heading))
    assert resolved is not None and resolved.period == _expected(kind, month, year)
    assert resolved.measure == {"month": "yoy"}.get(kind, "quarter_yoy" if "Q" in resolved.period else "ytd_yoy")


@given(_YEARS, _MONTHS, _YEARS, _MONTHS)
def test_a_month_is_compared_with_three_months_only(year: int, month: int, other_year: int, other: int) -> None:
    resolved = resolve(read_words(f"Tháng {month} năm {year} so với tháng {other} năm {other_year}"))
    here, there = Month(year, month), Month(other_year, other)
    expected = None
    if there == here.shifted(-1):
        expected = "mom"
    elif there == here.shifted(-12):
        expected = "yoy"
    elif there == Month(year - 1, 12):
        expected = "dec"
    assert (resolved.measure if resolved else None) == expected


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_without_error(text: str) -> None:
    resolve(read_words(text), 2020)
    title_month(text)
    title_span(text)
