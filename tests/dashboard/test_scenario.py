"""Kịch bản: where the year will end, and what follows from assumptions, never mixed with figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ioc_dashboard.views.scenario import number_of

from .one_page import page_of
from .release_fixture import build
from .test_pages import text_of


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with the rows of this page alone: those of others would change the counts."""
    home = tmp_path_factory.mktemp("services")
    build(home, parts=("services",))
    return home


@pytest.fixture
def text(home: object) -> Callable[..., str]:
    return lambda lang="vi", **query: text_of(page_of("scenario", lang, **query))


def test_landings_with_their_evidence(text: Callable[..., str]) -> None:
    found = text()
    assert "Cuối năm 2026 về đâu" in found
    assert "2 chỉ tiêu có mục tiêu năm và đủ căn cứ dự báo: 1 dự báo chưa đạt, 0 gần đạt, 1 đạt. 1 chỉ tiêu có" in found
    row = found[found.index("Dự báo chưa đạt hoặc gần đạt") : found.index("1 chỉ tiêu dự báo đạt")]
    for words in ("66,2%", "80%: 60,1 – 72,3", "≥ 95%", "cần 21,4", "đang 5,2", "điểm % mỗi tháng", "± 4,9%",
                  "6 lần thử · Giữ như kỳ gần nhất", "2 tháng còn lại phải đạt bình quân", "Sở Tài chính", "Chưa đạt",
                  "Số liệu đến 31/10/2026"):  # fmt: skip
        assert words in row, words
    assert "còn dư 0,19 đang +0,06" in found  # met already: nothing is needed


def test_what_cannot_be_forecast_says_why(text: Callable[..., str]) -> None:
    found = text()
    without = found[found.index("Có mục tiêu nhưng chưa dự báo được") :]
    assert "Chưa dự báo: mới có 9 tháng liền nhau, cần ít nhất 15" in without
    assert "1 chỉ tiêu có dự báo nhưng không có mục tiêu năm" in without and "343 vụ" in without
    assert "1 trong 4 chuỗi dùng số liệu mô phỏng" in found


def test_what_if_is_computed_from_the_release_and_labelled(text: Callable[..., str]) -> None:
    found = text(giai_ngan="22")
    assert "không phải số liệu và không phải dự báo" in found
    assert "52,3 (DTC_TL, đã có) + 22 (giả định) × 2 (DTC_TL, kỳ còn lại)" in found
    row = found[found.index("Nếu vậy thì cuối năm") :]
    assert "Chưa đạt → Đạt" in row and "66,2% dự báo 96,3% Giả định +30,1 điểm %" in row
    assert "Giả định: đã đổi Theo số liệu: 5,23" in found and "Dấu U" in found
    assert "Đặt bằng nhịp cần để đạt mục tiêu: 21,35" in found


def test_a_near_miss_is_not_rounded_to_the_target(text: Callable[..., str]) -> None:
    assert "66,2% dự báo 94,98% Giả định" in text(giai_ngan="21.34")
    assert "66,2% dự báo 95,0% Giả định" in text(giai_ngan="21.35")  # the pace the target asks for


def test_nothing_changed_uses_the_data(text: Callable[..., str]) -> None:
    found = text(view="what_if")
    assert "Chưa đổi giả định nào" in found and "5,23 (giả định)" in found and "đã đổi" not in found


@pytest.mark.parametrize(
    ("value", "says"),
    [("80", "giai_ngan = 80 trong địa chỉ: ngoài khoảng 0 – 50"), ("nhiều", "“nhiều” trong địa chỉ: không phải số")],
)
def test_what_the_address_says_wrongly(text: Callable[..., str], value: str, says: str) -> None:
    found = text(giai_ngan=value)
    assert says in found and "5,23 (giả định)" in found  # the data's own value stays


@pytest.mark.usefixtures("home")
def test_typing_changes_the_address() -> None:
    app = page_of("scenario", "vi", view="what_if")
    assert app.text_input[0].value == "5,23"
    app.text_input[0].set_value("12,5").run()
    assert app.query_params["giai_ngan"] == "12.5"
    assert "12,5 (giả định)" in text_of(app)
    app.text_input[0].set_value("5,23").run()  # back to what the data say
    assert "giai_ngan" not in app.query_params


def test_in_english(text: Callable[..., str]) -> None:
    found = text("en", giai_ngan="22")
    assert "neither data nor a forecast" in found and "Off target → On target" in found
    assert "22 (assumed) × 2 (DTC_TL, periods left)" in found and "Nếu" not in found


@pytest.mark.parametrize(
    ("written", "lang", "number"),
    [
        ("4.566,34", "vi", 4566.34), ("4,566.34", "en", 4566.34), ("12,5", "vi", 12.5), ("12.5", "en", 12.5),
        ("12.5", "vi", 12.5), ("12,5", "en", 12.5), ("20.000", "vi", 20000.0), ("20,000", "en", 20000.0),
        ("−3", "vi", -3.0), ("", "vi", None), ("nan", "vi", None), ("1e999", "en", None), ("mười", "vi", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written: str, lang: str, number: float | None) -> None:
    assert number_of(written, lang) == number
