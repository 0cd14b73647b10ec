"""The page of indicators: the list with its search, and one indicator in full."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from html import unescape
from pathlib import Path

import duckdb
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ioc_dashboard.components.indicator_scale import bounds, tick_places, ticks
from ioc_dashboard.components.indicator_why import printed
from ioc_dashboard.indicator_search import folded
from ioc_dashboard.model import Words
from ioc_dashboard.queries_indicator import Comparison, Part
from ioc_dashboard.rounding import fitting_places, largest_remainder
from ioc_pipeline.operations.steps import add_note
from ioc_pipeline.operations.store import OperationsStore
from ioc_pipeline.settings import places

from .conftest import html_of
from .release_data import LONG_NAME
from .release_fixture import build


def _script() -> None:
    import streamlit as st

    from ioc_dashboard import queries
    from ioc_dashboard.release import Release, current
    from ioc_dashboard.screen import Screen, moment_now
    from ioc_dashboard.views import indicator

    def draw() -> None:
        release = current()
        assert isinstance(release, Release)
        query = st.query_params.to_dict()
        lang = query.get("lang", "vi")
        indicator.show(
            Screen(lang, release, queries.info(release), moment_now(), pages={"indicator": page}, query=query)
        )

    page = st.Page(draw, title="x", url_path="indicator", default=True)
    st.navigation([page], position="hidden").run()


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(_script, default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


@cache
def shown(**query: str) -> str:
    """HTML of a page over the shared fixture release, drawn once."""
    return html_of(opened(**query))


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u00a0", " ")


def section(html: str, css: str) -> str:
    """Words of the first section of a class."""
    return plain(html[html.index(f'<section class="{css}') :].split("</section>")[0])


@pytest.mark.usefixtures("home")
class TestList:
    def test_every_indicator_is_listed_with_links_and_counts(self) -> None:
        html = html_of(opened())
        text = plain(html)
        assert "18 chỉ tiêu trong 6 lĩnh vực; 1 chỉ tiêu chưa có nguồn số liệu" in text
        assert "Tất cả 18" in text and "Chưa đạt 3" in text and "Chưa có nguồn 1" in text
        assert (
            html.count('<li><span class="pill') == 18 and 'href="./?code=DTC_TL"' in html
        )  # alone in this app, the page is its home
        assert LONG_NAME in text
        row = next(plain(r) for r in re.findall(r"<li>.*?</li>", html) if "DTC_TL" in r)
        assert (
            row.split()
            == (
                "Chưa đạt Tỷ lệ giải ngân vốn đầu tư công so với kế hoạch Thủ tướng giao DTC_TL 52,3% Tháng 10/2026 "
                f"{re.search(r'cách đây [^ ]+ ngày|kỳ chưa kết thúc', row)[0]} ≥ 75% Sở Tài chính Có cảnh báo 7/8"  # type: ignore[index]
            ).split()
        )

    def test_one_without_a_source_says_why_and_is_no_zero(self) -> None:
        row = next(plain(r) for r in re.findall(r"<li>.*?</li>", html_of(opened())) if "CDS_5G" in r)
        assert "Chưa có nguồn" in row and "Chưa có hợp đồng với nhà mạng" in row and " 0" not in row

    @pytest.mark.parametrize("asked", ["giai ngan", "GIẢI NGÂN", "dau tu cong", "dtc_tl", "đầu tư công tài chính"])
    def test_search_needs_no_accents(self, asked: str) -> None:
        html = html_of(opened(q=asked))
        assert re.findall(r"<small>(\w+)", html)[0] == "DTC_TL" and f"“{asked}”: 1/18" in plain(html)

    def test_the_closest_way_of_answering_decides(self) -> None:
        codes = re.findall(r"<li>.*?<small>(\w+)", html_of(opened(q="hồ sơ")))
        assert codes == ["HC_DUNGHAN", "HC_TRUCTUYEN"]  # not every “số” or “Sở”
        assert re.findall(r"<li>.*?<small>(\w+)", html_of(opened(q="ho so truoc")))[0] == "HC_DUNGHAN"

    def test_typing_changes_the_address(self) -> None:
        app = opened()
        app.text_input[0].set_value("that nghiep").run()
        assert app.query_params["q"] in ("that nghiep", ["that nghiep"])
        assert "LD_THATNGHIEP" in html_of(app) and "DTC_TL" not in html_of(app)

    def test_filter_and_nothing_found(self) -> None:
        html = html_of(opened(status="red"))
        assert html.count('<li><span class="pill s-red') == html.count("<li>") == 3
        assert "Không có chỉ tiêu nào khớp với “<i>zz”" in plain(html_of(opened(q="<i>zz"))).replace("< i", "<i")
        unknown = plain(html_of(opened(code="KHONG_CO", lang="en")))
        assert "There is no indicator “KHONG_CO”" in unknown and "All indicators" in unknown


@pytest.mark.usefixtures("home")
class TestOne:
    def test_the_top_says_everything_a_leader_needs(self) -> None:
        head = section(shown(code="DTC_TL"), "ihead")
        for words in ("Chưa đạt 52,3 %", "Tháng 10/2026 · cộng dồn từ đầu năm · thực hiện", "Số liệu đến 31/10/2026",
                      "Câu lý do target.", "Mục tiêu ≥ 75%", "Kế hoạch Thủ tướng giao U", "Sở Tài chính",
                      "Có cảnh báo 7/8", "Độ chắc chắn Trung bình"):  # fmt: skip
            assert words in head, words

    def test_chart_with_words_and_the_same_numbers_as_a_table(self) -> None:
        html = shown(code="DTC_TL")
        images = re.findall(r'<img class="on-(\w+)" src="data:image/svg\+xml;base64,[^"]+" alt="([^"]+)"', html)
        assert [name for name, _ in images] == ["wall", "phone"] and images[0][1] == images[1][1]
        alt = unescape(images[0][1]).replace("\u00a0", " ")
        assert "10 kỳ, từ 1,2% (Tháng 1/2026) đến 52,3% (Tháng 10/2026)" in alt
        assert "dự báo cuối năm 2026: 66,3% (từ 60,0% đến 72,0%)" in alt
        chart = section(html, "ichart")
        assert "Tháng 12/2026 66,3 (60,0 – 72,0) 90 dự báo" in chart and "Tháng 9/2026 47,5 67,5 thực hiện" in chart

    def test_forecast_with_its_test_and_what_must_happen(self) -> None:
        text = section(shown(code="DTC_TL"), "ifore")
        for words in ("Dự báo cuối năm 2026 Chưa đạt 66,3 %", "Khoảng 80%: 60,0 – 72,0%", "Như năm trước",
                      "sai số bình quân 3,1% qua 6 lần thử", "2 tháng còn lại phải đạt 18,9 điểm % mỗi tháng",
                      "cần 18,8 điểm % trong 2 kỳ còn lại; 10 kỳ qua: 5,2 điểm %"):  # fmt: skip
            assert words in text, words

    def test_the_printed_parts_of_the_waterfall_add_up(self) -> None:
        html = shown(code="DTC_TL")
        table = html[html.index('class="wfall"') :].split("</table>")[0]
        cells = re.findall(r'<td class="num">([^<]+)</td>', table)
        numbers = [Decimal(c.split("\u00a0")[0].replace("−", "-").replace(",", ".").rstrip("%")) for c in cells]
        start, *parts, end, total = numbers
        assert parts == [Decimal("-12.3"), Decimal("-7.4"), Decimal("-3.0")] and sum(parts) == total == end - start
        assert "&lt;b&gt;Các đơn vị khác&lt;/b&gt;" in table and "Theo cơ quan" in plain(table)

    def test_another_comparison_by_address(self) -> None:
        text = plain(shown(code="DTC_TL", against="previous", dim="nonsense"))
        assert "Câu lý do previous." in text and "Không phân rã được" in text

    def test_what_cannot_be_split_says_so_and_lists_drivers(self) -> None:
        text = plain(shown(code="HC_766"))
        assert "Không phân rã được: số công bố chính thức." in text
        assert "Thanh toán trực tuyến Tháng 10/2026: 83,1 (+1,1 so với Tháng 9/2026)" in text
        assert "Chỉ tiêu này không có dự báo" in text

    def test_the_nation_is_not_split_and_a_single_reason_is_not_invented(self) -> None:
        assert "Phân rã chỉ lập cho số của toàn tỉnh" in plain(shown(code="NSO_IIP"))

    def test_said_then_and_known_now(self) -> None:
        text = section(shown(code="DTC_TL"), "ivint")
        assert "Trong 2 kỳ mới nhất, 1 kỳ có số đã được sửa" in text
        assert "47,1 · ước tính · 26/09/2026 47,5 · thực hiện · 26/10/2026 sửa +0,4 giai_ngan_1.xlsx Bieu 1!C7" in text

    def test_communes_at_both_ends_and_all_behind(self) -> None:
        html = shown(code="YT_BHYT")
        text = section(html, "iareas")
        assert "12/12 địa bàn có số; kỳ mới nhất: Tháng 9/2026" in text and "Tất cả 12 địa bàn" in text
        assert text.index("Thấp nhất") < text.index("Xã Số 1 ") < text.index("Cao nhất")  # higher is better
        assert "900 / 1.000" in text and 'href="./?code=YT_BHYT&amp;area=223300"' in html

    def test_one_commune(self) -> None:
        html = shown(code="YT_BHYT", area="223311")
        assert "Xã Số 12" in section(html, "ihead") and "95,50 %" in section(html, "ihead")
        assert "Phân rã chỉ lập cho số của toàn tỉnh" in plain(html)
        assert "Chưa có số liệu cho địa bàn này" in section(shown(code="YT_BHYT", area="99"), "ihead")

    def test_meaning_and_lineage_to_the_place_in_the_file(self) -> None:
        html = shown(code="DTC_TL")
        card, line = section(html, "icard"), section(html, "iline")
        assert "Trong 100 đồng được giao" in card and "Nêu tên chủ đầu tư chậm nhất." in card
        assert "tỷ số của hai tổng" in card and "&lt;b&gt;không chạy&lt;/b&gt;" in html
        for words in ("Giải ngân vốn đầu tư công", "disbursement_2026-10.json", "SHA-256 " + "2f" * 32, "$.data[9]",
                      "Trong 8 quy tắc đã chạy trên lần giao này: 7 đạt, 1 không đạt, 0 chưa xác định"):  # fmt: skip
            assert words in line, words
        panel = plain(html[html.index('id="trust-DTC_TL"') :])
        assert "Không đạt Lũy kế không giảm" in panel

    def test_no_value_at_all(self) -> None:
        html = shown(code="CDS_5G")
        head = section(html, "ihead")
        assert "Chưa có nguồn số liệu: Chưa có hợp đồng với nhà mạng." in head and "Chưa có số liệu" in head
        assert "Chưa có giá trị nào để vẽ" in plain(html) and "<img" not in html

    def test_held_and_simulated_are_said(self) -> None:
        html = shown(code="HC_DUNGHAN")
        head = section(html, "ihead")
        assert 'class="value held"' in html and "Giữ lại" in head and "Số liệu mô phỏng" in head

    def test_in_english(self) -> None:
        text = plain(shown(code="DTC_TL", lang="en"))
        for words in ("Off target 52.3 %", "Sentence on target.", "80% interval: 60.0 – 72.0%", "Said then, known now",
                      "revised +0.4", "What to do Name the slowest investors.", "Sum of the parts −22.7 pp",
                      "ratio of two sums, never a mean of rates"):  # fmt: skip
            assert words in text, words
        assert "Mục tiêu" not in text and "Chưa đạt" not in text


def test_owners_notes_are_shown_and_the_store_is_only_read(empty_home: Path) -> None:
    build(empty_home)
    assert "Ghi chú của đơn vị phụ trách" not in plain(html_of(opened(code="DTC_TL")))
    assert not places().operations.exists()
    store = OperationsStore(places())
    with store.writing() as ledger:
        add_note(ledger, "DTC_TL", "Trần Thị B", "Đã họp <tổ công tác>", date(2026, 11, 20), "12/BC-STC")
    store.close()
    streamlit.cache_data.clear()
    text = section(html_of(opened(code="DTC_TL")), "inotes")
    assert "20/11/2026 · Trần Thị B · 12/BC-STC Đã họp <tổ công tác>" in text
    assert '<section class="inotes' not in html_of(opened(code="NS_THU"))


def test_a_release_without_these_tables_opens(empty_home: Path) -> None:
    with duckdb.connect(str(build(empty_home))) as release:
        for table in ("target_path", "forecasts", "forecast_path", "contributions", "contribution_totals",
                      "indicator_vintages"):  # fmt: skip
            release.execute(f"DROP TABLE {table}")
        for column in ("no_source_vi", "failed_vi", "sql_text", "plain_vi", "references_json"):
            release.execute(f"ALTER TABLE indicators DROP COLUMN {column}")
    assert "18 chỉ tiêu" in plain(html_of(opened()))
    text = plain(html_of(opened(code="DTC_TL")))
    assert "Chưa đạt 52,3 %" in text and "không lưu lịch sử công bố" in text and "Chưa so sánh được" in text


def test_no_indicator_no_value(empty_home: Path) -> None:
    build(empty_home, empty=True)
    assert "Bản phát hành này chưa có chỉ tiêu nào" in plain(html_of(opened()))
    build(empty_home, "r-2", grey=True)
    assert "Chưa có số liệu nào được công bố" in plain(html_of(opened(code="DTC_TL")))


amounts = st.lists(st.decimals(-1000, 1000, places=12), min_size=1, max_size=12)


@given(amounts, st.integers(0, 4))
def test_rounded_parts_sum_to_the_rounded_total_and_stay_near(parts: list[Decimal], decimals: int) -> None:
    unit = Decimal(1).scaleb(-decimals)
    total = sum(parts, Decimal(0)).quantize(unit)
    rounded = largest_remainder(parts, total, decimals)
    assert sum(rounded) == total
    assert all(abs(a - b) < 2 * unit for a, b in zip(parts, rounded, strict=True))


@given(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000), st.integers(0, 2))
def test_printed_ends_differ_by_the_printed_total(start: int, end: int, decimals: int) -> None:
    found = fitting_places(start / 100, end / 100, Decimal(end - start) / 100, decimals)
    unit = Decimal(1).scaleb(-found)
    printed = (Decimal(end) / 100).quantize(unit) - (Decimal(start) / 100).quantize(unit)
    assert decimals <= found <= max(decimals, 2) and printed == (Decimal(end - start) / 100).quantize(unit)


def test_printed_total_follows_the_printed_ends_where_no_place_fits() -> None:
    found = Comparison("previous", "2026-09", Decimal("2.272727272727"), 95.45454545454545, 97.72727272727273, True,
                       Words(), Words(), (), {})  # fmt: skip
    halves = [Part(Words(), Decimal("1.136363636364"), None, None, None, None),
              Part(Words(), Decimal("1.136363636363"), None, None, None, None)]  # fmt: skip
    amounts, total, places = printed(found, halves, 2)
    assert (amounts, total, places) == ([Decimal("1.14"), Decimal("1.14")], Decimal("2.28"), 2)  # 97.73 − 95.45


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_an_axis_holds_its_numbers_with_few_round_marks(numbers: list[float]) -> None:
    low, high = bounds(numbers)
    assert low < high and low <= min(numbers) and high >= max(numbers)
    marks = ticks(low, high)
    assert 1 <= len(marks) <= 7 and 0 <= tick_places(marks) <= 6


def test_folding() -> None:
    assert folded("  Đường SẮT  Huế ") == "duong sat hue"
