"""The overview with its parts; the wall, search, glossary; the further parts of data and standard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ioc_dashboard import visits
from ioc_dashboard.folding import folded
from ioc_dashboard.model import Words
from ioc_dashboard.queries_search import _entry, find

from .conftest import html_of
from .release_overview_data import BEFORE, build_two
from .test_pages import text_of

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("two_releases")
    build_two(home)
    return home


@pytest.fixture(autouse=True)
def served(two_releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_HOME", str(two_releases))
    monkeypatch.delenv("IOC_OPERATIONS_URL", raising=False)


def page(name: str, **query: str) -> AppTest:
    """A page other than the first: AppTest has no addresses, so its view is drawn by a small script."""
    script = f"""
import streamlit as st
from ioc_dashboard import queries
from ioc_dashboard.pages import every_page
from ioc_dashboard.release import current
from ioc_dashboard.screen import Screen, moment_now
shown = current()
spec, show = next(p for p in every_page() if p[0].key == {name!r})
pages = {{s.key: st.Page(lambda: None, url_path=s.key, title=s.key) for s, _ in every_page()}}
pages["overview"] = st.Page(lambda: None, title="overview", default=True)
st.navigation(list(pages.values()), position="hidden")
query = st.query_params.to_dict()
show(Screen(query.get("lang", "vi"), shown, queries.info(shown), moment_now(), pages=pages, query=query))
"""
    app = AppTest.from_string(script, default_timeout=30)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def test_decisions_come_with_owner_and_deadline(open_app: Open) -> None:
    text = text_of(open_app())
    assert "Cần quyết định hôm nay 2 cảnh báo đang mở, 1 nghiêm trọng; 1 quá hạn" in text
    assert "1 nhiệm vụ chờ lãnh đạo quyết định; 2 nhiệm vụ quá hạn chưa xong (Sở Nội vụ 2)" in text
    critical, warning = text.index("Tăng trưởng GRDP: chỉ tiêu chuyển"), text.index("Giá tiêu dùng: chỉ tiêu chuyển")
    assert critical < warning and "Quá hạn từ" in text[critical:warning]
    assert "chờ quyết định Kho dữ liệu dùng chung Sở Nội vụ · Quá hạn từ 05/01/2026" in text


def test_changes_against_the_release_before_or_the_one_asked_for(open_app: Open) -> None:
    text = text_of(open_app())
    assert "Thay đổi so với bản trước" in text and "1 xấu đi, 0 tốt lên, 2 có số liệu sửa lại" in text
    assert "Đạt → Chưa đạt Tăng trưởng GRDP" in text
    assert "Tháng 5/2026: 11,0% → 11,5%" in text
    english = text_of(open_app(lang="en", since=BEFORE))
    assert "Against the release published at" in english and "May 2026: 11.0% → 11.5%" in english
    assert "first release" in text_of(open_app(lang="en", asof=BEFORE))


def test_headline_first_then_results_with_computed_reasons(open_app: Open) -> None:
    html = html_of(open_app())
    text = text_of(open_app())
    assert "chủ yếu do phường Nha Trang (−4,0)" in text
    attention = html[html.index('class="attention"') : html.index('class="fields"')]
    order = [attention.index(name) for name in ("Tăng trưởng GRDP", "Giải ngân đầu tư công", "Hồ sơ đúng hạn")]
    assert order == sorted(order)
    assert "Chỉ tiêu chủ yếu" in text and html.count('<article class="tile') == 3


def test_the_tree_says_its_rules_in_words(open_app: Open) -> None:
    text = text_of(open_app())
    assert "bình quân có trọng số (đạt 1, gần đạt 0,5, chưa đạt 0); đạt từ 75%; gần đạt từ 50%" in text
    assert "trọng số: Kinh tế × 3; cần ít nhất 3 mục có đánh giá" in text
    assert "theo mục kém nhất" in text and "Xem 4 thẻ của Kinh tế" in text
    assert 'href="./?field=kinh-te"' in html_of(open_app())
    assert "Trong 4 chỉ tiêu:" in text_of(open_app(field="kinh-te"))
    assert "Không có lĩnh vực “x”" in text_of(open_app(field="x"))


def test_the_wall_has_no_chrome_and_a_way_out(open_app: Open) -> None:
    app = open_app(wall="1")
    html = html_of(app)
    assert html.count('<section class="wallpanel') >= 4 and "Có số liệu mô phỏng" in html
    assert 'class="ioc foot"' not in html and 'class="ioc brand"' not in html and ">Thoát</a>" in html
    style = "".join(element.proto.body for element in app.get("html"))
    assert "@keyframes wallturn" in style
    assert 'class="wallpanel shown" style="--n:1"' in html_of(open_app(wall="1", panel="2"))


def test_search_needs_no_accents() -> None:
    text = text_of(page("search", q="giai ngan"))
    assert ("Chỉ tiêu 1" in text and "Disbursement" not in text and "Giải ngân vốn" not in text) or "giải ngân" in text
    assert "Phường Nha Trang" in text_of(page("search", q="nha trang"))
    assert "Không thấy “xyzzy”" in text_of(page("search", q="xyzzy"))
    assert "standard?clause=IOC-DU-03" in html_of(page("search", q="IOC-DU-03"))
    assert "<script>" not in html_of(page("search", q="<script>"))


def test_words_typed_with_their_marks_come_first() -> None:
    entries = tuple(_entry("area", name, Words(name), Words()) for name in ("Bản Ngà", "Bán Ngà", "Bàn Ngà"))
    assert find(entries, "bàn ngà").entries["area"][0].id == "Bàn Ngà"
    assert len(find(entries, "ban nga").entries["area"]) == 3 and folded("Đúng hẠn") == "dung han"


def test_the_glossary_explains_every_word() -> None:
    text = text_of(page("glossary"))
    for word in ("Giữ lại", "Số đã nói khi đó", "Mức chắc chắn", "chưa kiểm chứng", "Dùng chung", "Sơ bộ"):
        assert word in text
    assert "Bao nhiêu phần trăm hồ sơ nộp qua mạng." in text
    assert "Said then" in text_of(page("glossary", lang="en"))


def test_the_parts_of_the_data_page() -> None:
    owners = text_of(page("data", view="owners"))
    assert "91,5 · Tốt" in owners and "không xếp hạng" in owners and "chưa xác nhận" in owners
    coverage = text_of(page("data", view="coverage"))
    assert "Chỉ tiêu có giá trị 17 18 94,4%" in coverage
    registers = text_of(page("data", view="registers"))
    assert "thay bằng 95,10% (số nguồn gửi: 59,10%)" in registers and "1.234 có thể là 1,234" in registers
    message = "\n".join(block.value for block in page("data", feed="dossiers").code)
    assert "Kính gửi: Văn phòng UBND tỉnh" in message and "To: Office of the People's Committee" in message


def test_the_standard_prints_formula_inputs_and_deadlines() -> None:
    text = text_of(page("standard"))
    assert "DQI_centre = Σ(DQI × W) / ΣW" in text and "Đầu vào: Sở Khoa học và Công nghệ 91,5 × 2,0" in text
    assert "Sự cố đang mở 1" in text and "Quá hạn từ" in text
    assert "Tỷ lệ phủ sóng" in text_of(page("standard", score="five_g"))
    assert "Điều khoản IOC-DU-03" in text_of(page("standard", clause="IOC-DU-03"))
    assert "Không có điều khoản “X”" in text_of(page("standard", clause="X"))


def test_a_visit_is_remembered_without_an_account() -> None:
    first = datetime(2026, 11, 20, 8, tzinfo=UTC)
    cookie = visits.following(None, "r-1", first)
    again = visits.following(cookie, "r-2", first + timedelta(minutes=10))
    same = visits.read(again)
    assert same and same.before is None and same.seen == "r-2"
    tomorrow = visits.read(visits.following(again, "r-3", first + timedelta(days=1)))
    assert tomorrow and (tomorrow.seen, tomorrow.before) == ("r-3", "r-2")
    assert tomorrow.before_at == first + timedelta(minutes=10)
    assert visits.read("x; Path=/") is None and visits.following(None, "bad id;", first) is None
