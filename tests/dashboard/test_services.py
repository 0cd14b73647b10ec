"""Dịch vụ công: what a leader reads of dossiers, the 766 score, late units and the most used services."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from .one_page import page_of
from .release_fixture import build
from .release_services_data import add_cards
from .test_pages import text_of


@pytest.fixture(scope="module")
def services_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("services")
    with duckdb.connect(str(build(home))) as con:
        add_cards(con)
    return home


@pytest.fixture
def text(services_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("IOC_HOME", str(services_home))
    return lambda lang="vi": text_of(page_of("services", lang))


def test_the_page_in_one_sentence(text: Callable[..., str]) -> None:
    assert (
        "Điểm 766 đạt 88,61/100; xếp hạng 6 trong 34 tỉnh, thành phố; 4 hồ sơ quá hạn; "
        "1/3 dịch vụ nhiều người dùng nhất đạt cả hai mục tiêu." in text()
    )


def test_groups_of_the_score_against_their_maxima(text: Callable[..., str]) -> None:
    found = text()
    assert "17,29 /22 điểm mất 4,71 điểm · mất nhiều điểm nhất" in found
    assert "16,15 /18 điểm mất 1,85 điểm" in found and found.count("mất nhiều điểm nhất") == 1
    assert "Hạng 6/34" in found
    assert "Cộng năm nhóm: 33,44 điểm, khác tổng điểm công bố 88,61" in found


def test_units_worst_first_and_nothing_invented(text: Callable[..., str]) -> None:
    found = text()
    units = found[found.index("Theo đơn vị") : found.index("Theo lĩnh vực")]
    assert units.index("Sở Nông nghiệp và Môi trường") < units.index("UBND phường Phan Rang")
    assert "3 hồ sơ" in units and "95,7% 44/46 hồ sơ" in units and "Tổng các dòng: 4 hồ sơ, bằng số toàn tỉnh" in units
    assert "Văn phòng UBND tỉnh 0 hồ sơ —" in units  # 0/0 is not 0 %
    assert "Đổi giấy phép lái xe… G17-GT02" in found  # nobody names fields: the code and an example


def test_most_used_services_with_both_targets(text: Callable[..., str]) -> None:
    found = text()
    top = found[found.index("3 dịch vụ nhiều người dùng nhất Hai") :]
    assert "2 dịch vụ chưa đạt đủ hai mục tiêu" in top and "1 dịch vụ đạt cả hai mục tiêu" in top
    assert "Xác nhận giấy phép bán lẻ rượu 1.002 · G17-GT02 Sở Xây dựng 42 28,6% 12/42 Đạt Toàn trình Chưa đạt" in top
    assert "không phát sinh hồ sơ Chưa xác định" in top  # neither met nor missed


def test_trend_has_its_numbers(text: Callable[..., str]) -> None:
    found = text()
    assert "Bảng số của biểu đồ" in found and "Tháng 1/2026 97,8%" in found


def test_everything_names_period_owner_and_simulation(text: Callable[..., str]) -> None:
    found = text()
    assert "Trang này có số liệu mô phỏng" in found and "Văn phòng UBND tỉnh" in found
    assert "Số liệu đến 31/10/2026, cách đây 21 ngày" in found


def test_in_english(text: Callable[..., str]) -> None:
    found = text("en")
    assert "766 score 88.61 of 100; rank 6 of 34 provinces" in found
    assert "Services that miss a target: 2" in found and "Department of Construction" in found
    assert "Chưa đạt" not in found and "hồ sơ quá hạn;" not in found


def test_releases_without_the_tables(services_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(services_home, tmp_path, dirs_exist_ok=True)
    with duckdb.connect(str(next(tmp_path.glob("releases/*/release.duckdb")))) as con:
        for name in ("service_cards", "service_units", "service_fields", "top_services", "scenario_effects",
                     "scenario_assumptions", "forecasts"):  # fmt: skip
            con.execute(f"DROP TABLE {name}")
    monkeypatch.setenv("IOC_HOME", str(tmp_path))
    assert "chưa kèm số liệu dịch vụ công" in text_of(page_of("services"))
    assert "chưa có dự báo" in text_of(page_of("scenario"))


def test_no_value_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, empty=True)
    monkeypatch.setenv("IOC_HOME", str(tmp_path))
    assert "This release carries no tables on public services" in text_of(page_of("services", "en"))
