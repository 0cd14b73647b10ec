from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.operations.events import TASK, UNIT, NewEvent
from ioc_pipeline.operations.store import OperationsStore
from ioc_pipeline.settings import Places

from .conftest import html_of
from .release_fixture import build
from .test_alerts import section, shown, words


def text(lang: str = "vi", **query: str) -> str:
    return words(html_of(shown("tasks", lang, None, **query)))


def lists(html: str) -> list[str]:
    rows = re.findall(r"<tr><td.*?</tr>", section(html, "listing"), re.S)
    return [words(row) for row in rows]


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with the rows of this page alone: those of others would change the counts."""
    home = tmp_path_factory.mktemp("tasks")
    build(home, parts=("tasks",))
    return home


def test_a_minute_tells_what_the_leaders_must_decide(home: Path) -> None:
    html = html_of(shown("tasks"))
    said = words(html)
    assert "66 nhiệm vụ được theo dõi: 2 chờ lãnh đạo quyết định , 1 quá hạn chưa xong , 1 chưa hợp lệ" in said
    decide = words(section(html, "decide"))
    assert "Vướng mắc quá 7 ngày (theo lịch) phải đưa lên lãnh đạo" in decide
    assert "Nền tảng dữ liệu dùng chung <tỉnh>" in decide and "<tỉnh>" not in html
    assert "chậm 13 ngày Vướng mắc 20 ngày" in decide and "H32.06 đưa lên ngay hôm nay" in decide
    assert "chờ 24 ngày" in decide and "Lãnh đạo UBND tỉnh kết luận" in decide
    assert "Xem xét kỷ luật người đứng đầu H32.06 6 lần" in decide and "3 lần nhắc trong năm: kiểm điểm" in decide
    assert "Lĩnh vực quản lý bỏ trống 1/2 Phòng chống thiên tai bỏ trống từ ba năm: cảnh báo" in decide


def test_groups_lead_to_their_lists_and_the_important_tasks_come_first(home: Path) -> None:
    html = html_of(shown("tasks"))
    groups = section(html, "groups")
    assert "63/64" in groups and 'href="tasks?state=invalid&amp;group=ubnd"' in groups
    assert 'href="tasks?state=leaders&amp;group=nq57"' in groups
    rows = lists(html)
    assert len(rows) == 6, "60 done in time are not on top"
    assert "phải đưa lên lãnh đạo" in rows[0] and "NV-0002" in rows[1] and "Quá hạn 12 ngày" in rows[2]
    missing = next(row for row in rows if "NV-0004" in row)
    assert "Chưa có đơn vị chịu trách nhiệm" in missing and "Chưa có thời hạn" in missing
    assert "Chưa hợp lệ: thiếu thời gian, trách nhiệm" in missing


def test_every_filter_has_an_address_and_long_lists_have_pages(home: Path) -> None:
    html = html_of(shown("tasks", state="in_time", unit="H32.08", p="3"))
    assert html.index("Danh sách nhiệm vụ") < html.index("Cần quyết định hôm nay"), "what was asked for comes first"
    assert len(lists(html)) == 10 and "51–60 trong 60" in words(html)
    assert 'href="tasks?state=in_time&amp;unit=H32.08&amp;p=2"' in html and "Trang sau" not in words(html)
    assert "Không có nhiệm vụ nào khớp" in text(state="stopped")
    assert len(lists(html_of(shown("tasks", state="x' OR 1=1", group="nope", unit="'", p="-1")))) == 6


def test_a_unit_shows_its_rank_and_every_reminder_with_what_it_names(home: Path) -> None:
    said = words(section(html_of(shown("tasks", unit="H32.06")), "unithead"))
    assert "hạng 2 trong 2 đơn vị, điểm 75,00" in said and "6 lần nhắc trong năm" in said
    assert "xem xét kỷ luật" in said and said.count("Tự động") == 6 and "NV-0005" in said
    assert "Chưa xếp hạng: mới 1 nhiệm vụ đến hạn" in words(section(html_of(shown("tasks", unit="H32.07")), "unithead"))


def test_the_ranking_prints_its_formula_and_inputs(home: Path) -> None:
    said = words(section(html_of(shown("tasks")), "ranking"))
    assert "Công thức: điểm = 100 × đúng hạn ÷ đến hạn." in said and "Dưới 5 nhiệm vụ đến hạn" in said
    assert re.search(r"1 /2 H32\.08 100,00 60 60 0 0 0 0 0", said)
    assert "1 đơn vị chưa xếp hạng và vì sao" in said and "ioc tasks ranking --csv" in said
    fields = words(section(html_of(shown("tasks")), "fieldlist"))
    assert "Lĩnh vực quản lý 1/2" in fields and "3,5 năm" in fields


def test_english(home: Path) -> None:
    said = text("en", state="all")
    assert "66 tasks are followed: 2 await the leaders" in said and "Had to go up by" in said
    assert "Disciplining of the head considered H32.06" in said and "Disaster prevention vacant for three years" in said
    assert "Not valid: lacks time, responsibility" in said


@pytest.fixture
def decided(empty_home: Path) -> Iterator[Path]:
    build(empty_home)
    store = OperationsStore(Places(empty_home))
    day = datetime.now(UTC).date().isoformat()
    with store.writing() as ledger:
        said = {"outcome": "huong_giai_quyet", "signed_by": "Chủ tịch", "on": day}
        ledger.append(NewEvent(TASK, "NV-0002", "decided", "VP", said, evidence="TB 45"))
        said = {"outcome": "ra_khoi_ke_hoach", "signed_by": "Chủ tịch", "on": "2020-01-01"}
        ledger.append(NewEvent(TASK, "NV-0001", "decided", "VP", said, evidence="TB 1"))
        ledger.append(NewEvent(UNIT, "H32.07", "reminded", "VP", {"on": day, "why": "Không báo cáo"}, evidence="CV 1"))
        month = f"{day[:4]}-01"
        ledger.append(
            NewEvent(UNIT, "H32.06", "waived", "VP", {"month": month, "why": "chờ Trung ương"}, evidence="CV 2")
        )
    store.close()
    yield empty_home


def test_what_people_recorded_counts_beside_the_release(decided: Path) -> None:
    html = html_of(shown("tasks"))
    decide = words(section(html, "decide"))
    assert "1 chờ lãnh đạo quyết định" in words(html), "the decision of 2020 was about an earlier obstacle"
    assert re.search(r"Lãnh đạo đã kết luận.*có hướng giải quyết; Chủ tịch ký ngày .*, TB 45", decide)
    assert "Kiểm điểm trách nhiệm H32.07 3 lần" in decide and "H32.06 6 lần" not in decide
    head = words(section(html_of(shown("tasks", unit="H32.06")), "unithead"))
    assert "0 lần nhắc" in head and head.count("Không tính") == 6


def test_releases_without_tasks_say_what_to_do(empty_home: Path) -> None:
    database = build(empty_home, empty=True)
    assert "Chưa có nhiệm vụ nào để theo dõi" in text() and "ioc run --feed tasks" in text()
    del database
    older = build(empty_home, "r-older")
    with duckdb.connect(str(older)) as release:
        for table in ("task_followup", "unit_ranking", "field_coverage"):
            release.execute(f"DROP TABLE {table}")
    assert "There are no tasks to follow yet" in text("en")
