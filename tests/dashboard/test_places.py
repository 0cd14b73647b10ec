"""The map of communes and the comparison of communes, agencies and provinces."""

from __future__ import annotations

import json
import re
import time
from base64 import b64decode
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ioc_dashboard import boundaries, ranking
from ioc_dashboard.components.map_drawing import Paint, svg
from ioc_dashboard.model import Words
from ioc_dashboard.ranking import Entry

from .conftest import html_of
from .release_fixture import build
from .test_pages import words


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with the rows of this page alone: those of others would change the counts."""
    home = tmp_path_factory.mktemp("places")
    build(home, parts=("places",))
    return home


def body(page: str, **query: str) -> str:
    """HTML of a page for an address, drawn by its own `show` in an empty script."""

    def script(page: str, query: dict[str, str]) -> None:
        from importlib import import_module

        from ioc_dashboard import queries
        from ioc_dashboard.release import Release, current
        from ioc_dashboard.screen import Screen, moment_now

        shown = current()
        assert isinstance(shown, Release)
        pages = {"map": None, "compare": None}
        screen = Screen(query.get("lang", "vi"), shown, queries.info(shown), moment_now(), pages=pages, query=query)  # type: ignore[arg-type]
        import_module(f"ioc_dashboard.views.{page}").show(screen)

    app = AppTest.from_function(script, default_timeout=30, args=(page, query)).run()
    assert not app.exception, app.exception[0].stack_trace
    return html_of(app)


def square(code: str, x: float, y: float, side: float = 0.1, **more: object) -> dict[str, object]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {
        "type": "Feature",
        "properties": {"code": code} | more,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.mark.usefixtures("home")
class TestMap:
    def test_the_indicator_with_most_communes_off_target_comes_first(self) -> None:
        text = words(body("map"))
        assert "Tỷ lệ hồ sơ thủ tục hành chính giải quyết trước và đúng hạn 7 xã, phường, đặc khu" in text
        assert "2 chưa đạt , 1 gần đạt , 2 đạt , 2 chưa đủ dữ liệu ." in text
        assert "Toàn tỉnh: 95,4% ■ Chưa đạt".replace("■ ", "") in text and "Mục tiêu ≥ 98,0%" in text
        assert "Tháng 10/2026 · thực hiện · Số liệu đến 31/10/2026" in text
        assert "Số liệu trên bản đồ là mô phỏng: 5 trong 5 giá trị" in text
        assert "1 giá trị giữ lại từ lần giao trước" in text and "Văn phòng UBND tỉnh" in text

    def test_without_boundaries_tiles_are_links_with_value_shape_and_word(self) -> None:
        html = body("map")
        tiles = [words(tile).strip() for tile in re.findall(r'<a class="cell .*?</a>', html)]
        assert tiles[0] == "Chưa đạt. Bắc Nha Trang 80,0%" and tiles[-1] == "Chưa đủ dữ liệu. Trường Sa Chưa có số liệu"
        assert 'class="cell m-red"' in html and 'href="map?code=HC_DUNGHAN&amp;period=2026-10&amp;area=22366"' in html
        assert "ioc boundaries TEP.geojson" in words(html)

    def test_every_commune_is_in_the_list_worst_first(self) -> None:
        html = body("map")
        side = words(html[html.index('class="communes"') :])
        order = [side.index(name) for name in ("Phường Bắc Nha Trang", "Phường Cam Ranh", "Xã Diên Khánh", "Trường Sa")]
        assert order == sorted(order)
        assert "Phường Ba Ngòi 40/50 80,0%" in side and "Đặc khu Trường Sa Chưa có số liệu" in side

    def test_a_chosen_commune_says_everything(self) -> None:
        text = words(body("map", code="HC_DUNGHAN", area="22420"))
        card = text[text.index("Đang chọn") :]
        assert "Phường Cam Ranh Bỏ chọn 96,9 % Gần đạt" in card and "62 trên 64" in card and "Giữ lại" in card
        assert "Số liệu mô phỏng" in card and "812 mã hồ sơ trùng nhau" in card  # why it is held, from the badge
        assert "Tháng 9/2026 99,0%" in card

    def test_classes_when_there_is_no_target(self) -> None:
        text = words(body("map", code="DN_MOI", lang="en"))
        assert "6 communes with data: from 0 enterprises to 40 enterprises; 1 without" in text
        assert "Class 1: 0 – 3 enterprises" in text and "a higher class does not mean better" in text
        assert "Off target" not in text and "Xã Đại Lãnh 0 enterprises" in text

    def test_an_address_that_says_nothing_is_answered(self) -> None:
        text = words(body("map", code="NO_SUCH", period="1999", area="99999"))
        assert (
            "Chỉ tiêu “NO_SUCH” không có giá trị cấp xã" in text and "không có xã, phường, đặc khu mã “99999”" in text
        )

    def test_links_carry_the_language(self) -> None:
        assert "lang=en" in re.findall(r'<a class="cell [^>]*href="([^"]*)"', body("map", lang="en"))[0]


@pytest.mark.usefixtures("home")
class TestCompare:
    def test_ranks_count_only_those_with_data(self) -> None:
        html = body("compare", code="HC_DUNGHAN", area="22423")
        text = words(html)
        assert "5 trên 7 đơn vị có số liệu được xếp thứ tự; 2 chưa có số liệu được liệt kê riêng" in text
        assert "Phường Ba Ngòi đồng hạng 4/5." in text
        rows = [words(row).strip() for row in re.findall(r"<tr>.*?</tr>", html)[1:]]
        assert rows[0].startswith("1 /5 Phường Nha Trang 100,0% 120/120 Đạt") and rows[3].startswith("=4 /5")
        assert "mẫu số nhỏ" in next(row for row in rows if "Bắc Nha Trang" in row)
        assert "Chưa có số liệu kỳ này (2), không xếp hạng Xã Đại Lãnh có số Tháng 9/2026 Đặc khu Trường Sa" in text

    def test_an_average_is_never_the_whole(self) -> None:
        text = words(body("compare", code="HC_DUNGHAN"))
        assert "Toàn tỉnh: 95,4%" in text
        assert "Trung vị của 5 đơn vị có số liệu: 96,9% (mô tả các đơn vị, không phải số của toàn thể)" in text

    def test_by_name_follows_the_vietnamese_alphabet(self) -> None:
        html = body("compare", code="DN_MOI", sort="name")
        names = re.findall(r"<a href=\"map[^>]*>(.*?)</a>", html[html.index("<table") :])
        assert names == ["Phường Ba Ngòi", "Phường Bắc Nha Trang", "Phường Cam Ranh", "Xã Diên Khánh", "Xã Đại Lãnh",
                         "Phường Nha Trang"]  # fmt: skip

    def test_provinces_are_warned_of_unlike_figures(self) -> None:
        text = words(body("compare", scope="province"))
        assert "Khánh Hòa đồng hạng 2/4." in text and "Cà Mau" in text[text.index("không xếp hạng") :]
        assert "Lẫn loại số liệu: ước tính 3, chính thức 1" in text
        assert "23 tỉnh hợp nhất từ 01/7/2025" in text and "Lẫn cách đo" in text
        assert "Cả nước: chưa có số của kỳ này" in text

    def test_agencies_by_tasks_keep_their_group_and_reason(self) -> None:
        text = words(body("compare", scope="unit"))
        assert "1 /2 Sở Nội vụ 99,2 điểm 137/138" in text and "Chưa đủ cơ sở để xếp hạng (1)" in text
        assert "UBND xã Đại Lãnh mới 3 nhiệm vụ đến hạn, cần ít nhất 5" in text

    def test_a_partial_split_has_no_ranks(self) -> None:
        html = body("compare", scope="unit", code="HC_DUNGHAN")
        text = words(html)
        assert "chỉ giữ riêng 3 đơn vị" in text and "Sở Tài chính 90,0% 9/10" in text
        assert "<b>1</b>/" not in html

    def test_in_english(self) -> None:
        text = words(body("compare", code="HC_DUNGHAN", lang="en"))
        assert "5 of 7 units have data" in text and "small base" in text and "Trung vị" not in text


@pytest.mark.parametrize("page", ["map", "compare"])
def test_a_release_without_these_values_says_so(empty_home: Path, page: str) -> None:
    build(empty_home, grey=True)
    assert "Trang Dữ liệu cho biết nguồn nào chưa giao" in words(body(page))


def test_the_province_s_own_boundaries_are_drawn(empty_home: Path) -> None:
    build(empty_home)
    file = empty_home / "geo" / "56.geojson"
    file.parent.mkdir()
    features = [square(c, 109 + i / 10, 12, at=[109.05 + i / 10, 12.05], far=c == "22736", name="x")
                for i, c in enumerate(("22333", "22366", "22420", "22736"))]  # fmt: skip
    known = {
        "unmatched": [{"label": "Cù lao", "vi": "không có trong danh mục", "en": "not listed"}],
        "source": "xa.geojson",
    }
    file.write_text(json.dumps({"type": "FeatureCollection", "ioc": known, "features": features}), encoding="utf-8")
    html = body("map", area="22366")
    image = re.search(r'src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', html)
    assert image and "Bản đồ Tỉnh Khánh Hòa" in image[2] and "Chưa đạt: 2" in image[2]
    drawn = b64decode(image[1]).decode()
    assert 'fill="#b5302d"' in drawn and "url(#none)" in drawn and "Đặc khu Trường Sa" in drawn
    assert html.count('class="spot') == 4 and 'class="spot here"' in html
    text = words(html)
    assert "Chưa có ranh giới (có trong danh sách): Phường Ba Ngòi, Xã Diên Khánh, Xã Đại Lãnh" in text
    assert "1 vùng trong tệp ranh giới không khớp" in text and "Cù lao: không có trong danh mục" in text
    file.write_text("{}", encoding="utf-8")
    assert "không phải do lệnh ioc boundaries ghi" in words(body("map"))


def test_five_hundred_communes_are_drawn_fast(tmp_path: Path) -> None:
    features = [square(f"{i:05}", 105 + i % 25 / 10, 10 + i // 25 / 10, at=[105.05 + i % 25 / 10, 10.05 + i // 25 / 10],
                       far=False) for i in range(500)]  # fmt: skip
    file = tmp_path / "x.geojson"
    file.write_text(json.dumps({"ioc": {"unmatched": [], "source": "x"}, "features": features}), encoding="utf-8")
    found = boundaries.picture(boundaries.Stamp(str(file), 1))
    assert found and len(found.shapes) == 500
    started = time.process_time()
    drawn = svg(found, {one.code: Paint("red", "x") for one in found.shapes}, "", "", 0)
    assert time.process_time() - started < 0.5 and len(drawn) < 200_000 and drawn.count("<rect x=") >= 500


class TestRanking:
    def test_equal_values_share_a_rank_and_none_has_none(self) -> None:
        values = {"a": 5.0, "b": 7.0, "c": 5.0, "d": None, "e": 1.0}
        entries = [Entry(key, Words(key), value, "grey") for key, value in values.items()]
        order, unknown = ranking.ranked(entries, "up")
        assert [(one.key, one.rank) for one in order] == [("b", 1), ("a", 2), ("c", 2), ("e", 4)]
        assert [one.key for one in unknown] == ["d"]
        assert [one.key for one in ranking.ranked(entries, "down")[0]] == ["e", "a", "c", "b"]
        assert {one.rank for one in ranking.ranked(entries, "neutral")[0]} == {None}

    def test_classes_cover_every_value(self) -> None:
        assert ranking.classes([], 0) == ()
        assert ranking.classes([3.0, 3.0], 0) == (3.0,)
        bounds = ranking.classes([float(n) for n in range(100)], 0)
        counts = [sum(ranking.class_of(float(n), bounds) == k for n in range(100)) for k in range(1, 6)]
        assert counts == [20] * 5
        skewed = ranking.classes([0.0] * 9 + [4.0], 1)
        assert skewed == (0.0, 4.0) and ranking.class_of(4.0, skewed) == 2

    def test_the_merger_falls_in_the_year_not_in_its_second_half(self) -> None:
        assert ranking.spans_merger(date(2025, 12, 31), "year") == "across"
        assert ranking.spans_merger(date(2025, 12, 31), "half") == ""
        assert ranking.spans_merger(date(2025, 9, 30), "quarter") == ""
        assert ranking.spans_merger(date(2024, 12, 31), "year") == "before"
        assert ranking.spans_merger(date(2026, 12, 31), "year") == ""
