from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from ioc_dashboard import formats

from .conftest import html_of
from .release_data import LONG_NAME
from .release_fixture import build

Open = Callable[..., AppTest]


def text_of(app: AppTest) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html_of(app)))).replace("\u00a0", " ")


def tile_of(app: AppTest, name: str) -> str:
    tiles = re.findall(r'<article class="tile.*?</article>', html_of(app), re.S)
    return next(tile for tile in tiles if f">{name}</h3>" in tile)


def words(fragment: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", fragment))).replace("\u00a0", " ").strip()


@pytest.mark.usefixtures("home")
class TestOverview:
    def test_the_situation_in_one_line(self, open_app: Open) -> None:
        text = text_of(open_app())
        assert "Tỉnh Khánh Hòa" in text and "Trung tâm giám sát, điều hành thông minh" in text
        verdict = "Trong 18 chỉ tiêu: 3 chưa đạt , 4 gần đạt , 7 đạt , 3 chưa có mục tiêu , 1 chưa đủ dữ liệu ."
        assert verdict in text
        assert "Hồ sơ thủ tục hành chính bị chặn" in text
        assert "Giải ngân vốn đầu tư công quá hạn" in text
        assert "3/7 nguồn bình thường" in text and "nguồn đúng hạn" not in text, "a late delivery is no less here"

    def test_the_same_in_english(self, open_app: Open) -> None:
        text = text_of(open_app(lang="en"))
        assert "Of 18 indicators: 3 off target , 4 near target , 7 on target" in text
        assert "Khánh Hòa Province" in text and "Administrative-procedure dossiers blocked" in text
        assert "Needs attention" in text and "Dossiers on time" in text and "October 2026" in text
        assert 'lang="en"' in html_of(open_app(lang="en"))
        assert "Chưa đạt" not in text and "Mục tiêu" not in text

    def test_attention_lists_red_before_amber_with_owner_and_reason(self, open_app: Open) -> None:
        html = html_of(open_app())
        section = html[html.index('class="attention"') : html.index('class="fields"')]
        rows = [words(row) for row in re.findall(r"<li.*?</li>", section, re.S)]
        assert [row.split()[0] for row in rows] == ["Chưa"] * 3 + ["Gần"] * 4
        spending = next(row for row in rows if "Giải ngân đầu tư công" in row)
        assert "Sở Tài chính" in spending and "Câu lý do target." in spending and "Mục tiêu ≥ 75%" in spending
        assert "Có cảnh báo 7/8" in spending

    def test_a_tile_says_everything(self, open_app: Open) -> None:
        tile = words(tile_of(open_app(), "Sản xuất công nghiệp (IIP)"))
        age = formats.data_age(date(2026, 9, 30), datetime.now(formats.zone("Asia/Ho_Chi_Minh")).date())
        assert tile.startswith("Gần đạt Có cảnh báo 7/8 Sản xuất công nghiệp (IIP) 12,4 %")
        assert "Tháng 9/2026 · cộng dồn, so với cùng kỳ · ước tính" in tile
        assert "Mục tiêu ≥ 13% Nghị quyết HĐND tỉnh về kế hoạch năm 2026 P" in tile
        assert "tăng 0,2 điểm % so với Tháng 8/2026, tốt lên" in tile
        assert f"Số liệu đến 30/09/2026, {age}" in tile
        assert tile.endswith("Thống kê tỉnh Khánh Hòa")

    def test_numbers_periods_and_kinds(self, open_app: Open) -> None:
        app = open_app()
        assert "18.452 tỷ đồng" in words(tile_of(app, "Thu ngân sách"))
        assert "Quý III/2026" in words(tile_of(app, "Tăng trưởng GRDP"))
        assert "Năm 2025 · chính thức" in words(tile_of(app, LONG_NAME))
        assert "Chưa có kỳ trước để so sánh" in words(tile_of(app, "Thu ngân sách"))  # year to date
        assert "giảm 14,3% so với Tháng 7/2026, xấu đi" in words(tile_of(app, "Khách lưu trú"))
        assert "tăng 0,12 điểm % so với Tháng 7/2026" in words(tile_of(app, "Bao phủ BHYT"))  # August is missing

    def test_held_and_simulated_are_labelled_everywhere(self, open_app: Open) -> None:
        app = open_app()
        tile = tile_of(app, "Hồ sơ đúng hạn")
        assert "is-held" in tile and "is-sim" in tile and 'class="value held"' in tile
        assert "Giữ lại" in words(tile) and "Số liệu mô phỏng" in words(tile)
        assert "Trang này có số liệu mô phỏng: 3 trong 18 chỉ tiêu" in text_of(app)
        assert "Số liệu mô phỏng" not in words(tile_of(app, "Thu ngân sách"))

    def test_grey_is_a_word_not_a_zero(self, open_app: Open) -> None:
        app = open_app()
        tile = words(tile_of(app, "Phủ sóng 5G"))
        assert tile.startswith("Chưa đủ dữ liệu Chưa kiểm Phủ sóng 5G Chưa có số liệu")
        assert " 0" not in tile
        assert words(tile_of(app, "Tai nạn giao thông")).startswith("Chưa có mục tiêu Chưa kiểm")

    def test_the_badge_opens_rules_and_lineage(self, open_app: Open) -> None:
        html = html_of(open_app())
        assert 'popovertarget="trust-DTC_TL"' in html
        panel = words(html[html.index('id="trust-DTC_TL"') : html.index('id="trust-NS_THU"')])
        assert "Không đạt Lũy kế không giảm IOC-DUNG-13 Vi phạm: 2/310" in panel
        assert "Cách sửa:" in panel and "7 quy tắc đạt" in panel
        assert "disbursement_2026-10.json" in panel and "$.data[9]" in panel and "Nhận lúc" in panel
        held = words(html[html.index('id="trust-HC_DUNGHAN"') : html.index('id="trust-HC_TRUCTUYEN"')])
        assert "812 mã hồ sơ trùng nhau" in held and "count_if(on_time)" in held

    def test_every_drawing_has_words(self, open_app: Open) -> None:
        images = re.findall(r"<img [^>]*>", html_of(open_app()))
        assert len(images) >= 15
        assert all(re.search(r'alt="[^"]{40,}"', image) for image in images)
        grdp = next(image for image in images if 'alt="Tăng trưởng GRDP' in image)
        assert "7 kỳ, từ 7,30% (Quý I/2025) đến 11,21% (Quý III/2026)" in grdp and "mục tiêu 11,00%" in grdp

    def test_national_values_are_cards_like_any_other(self, open_app: Open) -> None:
        tile = words(tile_of(open_app(), "IIP cả nước"))
        assert "Tháng 12/2019 · so với cùng kỳ năm trước · sơ bộ" in tile and "Cục Thống kê" in tile


@pytest.mark.usefixtures("home")
class TestData:
    def test_deep_link_to_a_feed(self, open_app: Open) -> None:
        app = open_app(feed="dossiers")  # also from the root address
        text = text_of(app)
        assert "Hồ sơ thủ tục hành chính dossiers Lần giao 20/11/2026 bị chặn" in text
        assert "Nguồn này giao số liệu mô phỏng" in text
        assert "Không đạt Khóa sự kiện không trùng IOC-SACH-03 0/1" in text
        assert "Đã xét 120.400 · Vi phạm 812" in text and "Lọc trùng theo mã hồ sơ" in text
        assert "dòng 18" in text and "Ngày trả trước ngày tiếp nhận" in text and "31/02/2026" in text
        assert "Cột “Ghi chú” không có trong hợp đồng" in text
        assert "120.351 / 12 / 0" in text

    def test_data_values_are_escaped(self, open_app: Open) -> None:
        html = html_of(open_app(feed="dossiers"))
        assert "<b>trống</b>" not in html and "&lt;b&gt;trống&lt;/b&gt;" in html

    def test_in_english(self, open_app: Open) -> None:
        text = text_of(open_app(feed="dossiers", lang="en"))
        assert "Blocked Administrative-procedure dossiers" in text and "Rows in quarantine 37" in text
        assert "Returned before received" in text and "120,400" in text

    def test_a_feed_that_never_delivered(self, open_app: Open) -> None:
        text = text_of(open_app(feed="five_g"))
        assert "Chưa giao Hạ tầng 5G" in text and "Nguồn này chưa giao lần nào" in text
        assert "chưa kiểm, không được tính là đạt" in text

    def test_an_unknown_feed_shows_the_list_and_says_so(self, open_app: Open) -> None:
        app = open_app(feed="<script>x")
        assert "Không có nguồn dữ liệu “<script>x”" in text_of(app)
        assert "<script" not in html_of(app)
        assert "7 nguồn: 3 bình thường, 4 cần theo dõi" in text_of(app)

    def test_the_list_puts_problems_first(self, open_app: Open) -> None:
        html = html_of(open_app(feed="no such feed"))
        assert re.findall(r'class="feed h-(\w+)"', html) == ["blocked", "held", "late", "never", "ok", "ok", "ok"]


@pytest.mark.usefixtures("home")
class TestStandard:
    def test_untested_is_printed_and_never_passed(self) -> None:
        html = _standard()
        rows = {
            match[1]: words(match[0]) for match in re.findall(r'(<li class="r-.*?(IOC-[A-Z]+-\d+).*?</li>)', html, re.S)
        }
        assert rows["IOC-QTRI-13"].startswith("Chưa kiểm") and "Đạt" not in rows["IOC-QTRI-13"]
        assert rows["IOC-SACH-03"].startswith("Có vi phạm") and "Đạt 5 Không đạt 1" in rows["IOC-SACH-03"]
        assert rows["IOC-DU-03"].startswith("Đạt") and "Đạt 12 Không đạt 0" in rows["IOC-DU-03"]
        assert rows["IOC-DUNG-03"].startswith("Chưa xác định")
        assert (
            "14 điều khoản: 3 không có quy tắc nào vi phạm, 2 có quy tắc không đạt, 1 chưa xác định, 8 chưa kiểm"
            in words(html)
        )


def test_the_release_s_own_verdicts_win_with_counts_and_layer(empty_home: Path) -> None:
    database = build(empty_home)
    with duckdb.connect(str(database)) as release:
        for clause, verdict, have, total in (("IOC-SACH-03", "pass", 6, 6), ("IOC-DU-01", "fail", 166, 173),
                                             ("IOC-SONG-05", "undetermined", 0, 0),
                                             ("IOC-QTRI-13", "not_tested", 0, 0)):  # fmt: skip
            release.execute(
                "INSERT INTO clause_verdicts BY NAME SELECT 'centre' AS scope, ? AS clause, ? AS verdict, "
                "'' AS verdict_vi, '' AS verdict_en, 'critical' AS severity, ? AS numerator, ? AS denominator, "
                "'ô số liệu' AS counted_vi, 'cells' AS counted_en, 'vì lẽ này' AS reason_vi, "
                "'standard' AS layer, '2026.11' AS layer_version, 'Bộ tiêu chuẩn IOC' AS layer_name_vi, "
                "'[]' AS evidence_json",
                [clause, verdict, have, total],
            )
    html = _standard()
    rows = {m[1]: words(m[0]) for m in re.findall(r'(<li class="r-.*?(IOC-[A-Z]+-\d+).*?</li>)', html, re.S)}
    assert rows["IOC-SACH-03"].startswith("Đạt") and "6 / 6 ô số liệu" in rows["IOC-SACH-03"]
    assert rows["IOC-DU-01"].startswith("Không đạt") and "166 / 173 ô số liệu" in rows["IOC-DU-01"]
    assert "vì lẽ này" in rows["IOC-DU-01"] and "Bộ tiêu chuẩn IOC 2026.11" in rows["IOC-DU-01"]
    assert rows["IOC-SONG-05"].startswith("Chưa đủ cơ sở") and rows["IOC-QTRI-13"].startswith("Chưa kiểm")


def test_a_release_older_than_the_verdicts_still_opens(empty_home: Path) -> None:
    database = build(empty_home)
    with duckdb.connect(str(database)) as release:
        for table in ("clause_verdicts", "scores", "incidents", "corrections"):
            release.execute(f"DROP TABLE {table}")
        for column in ("correction_vi", "correction_en", "raw_value"):
            release.execute(f"ALTER TABLE indicator_values DROP COLUMN {column}")
    assert "14 điều khoản: 3 không có quy tắc nào vi phạm" in words(_standard())


def test_a_corrected_value_is_marked_with_who_why_and_the_raw_value(empty_home: Path, open_app: Open) -> None:
    database = build(empty_home)
    with duckdb.connect(str(database)) as release:
        release.execute(
            "UPDATE indicator_values SET correction_vi = 'Đính chính DC-1 (Trần Thị B): sai đơn vị', "
            "raw_value = 18452000 WHERE code = 'NS_THU' AND is_latest"
        )
    app = open_app()
    tile = tile_of(app, "Thu ngân sách")
    assert "Đã đính chính" in words(tile) and "Trần Thị B" in tile and "18.452.000" in tile
    assert text_of(app).count("Đính chính DC-1 (Trần Thị B): sai đơn vị (số nguồn gửi: 18.452.000)") == 1, "its panel"
    assert text_of(app).count("Đã đính chính") == 3, "tile, list of what needs attention, panel"
    assert "Đã đính chính" not in words(tile_of(app, "Tăng trưởng GRDP"))


def _standard() -> str:
    """The page drawn directly: AppTest cannot switch to a page made of a function."""
    from ioc_dashboard import queries
    from ioc_dashboard.components.standard_table import clause_groups, summary_line
    from ioc_dashboard.release import Release, current
    from ioc_dashboard.screen import Screen

    release = current()
    assert isinstance(release, Release)
    screen = Screen("vi", release, queries.info(release), datetime.now(UTC))
    clauses = queries.clauses(release)
    return summary_line(screen, clauses) + clause_groups(screen, clauses)


def test_the_long_name_is_there_in_full(home: Path, open_app: Open) -> None:
    assert LONG_NAME in html_of(open_app())
