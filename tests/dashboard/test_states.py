from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from ioc_dashboard import release
from ioc_dashboard.release import NoRelease, Release

from .conftest import html_of
from .release_fixture import build, point
from .test_pages import text_of

Open = Callable[..., AppTest]
EARLIER = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_no_release_says_what_to_do(empty_home: Path, open_app: Open) -> None:
    text = text_of(open_app())
    assert "Chưa có bản phát hành nào" in text and "ioc run" in text and str(empty_home / "inbox") in text
    assert "No release yet" in text_of(open_app(lang="en"))


def test_a_day_before_the_first_release_says_so_or_is_shown_as_reconstructed(empty_home: Path, open_app: Open) -> None:
    build(empty_home, "r-1", created=EARLIER)
    text = text_of(open_app(asof="2026-09-30"))
    assert "Ngày này chưa có bản phát hành" in text and "ioc reconstruct 2026-09-30" in text
    aside = empty_home / "aside"
    build(aside, "r-0", created=datetime(2026, 9, 30, 16, tzinfo=UTC), values={"DTC_TL": 41.9})
    made = empty_home / "releases" / "reconstructed"
    made.mkdir()
    (aside / "releases" / "r-0").rename(made / "r-0")
    text = text_of(open_app(asof="2026-10-02"))
    assert "Dựng lại cho ngày 02/10/2026: khi đó chưa có bản phát hành" in text and "41,9" in text
    assert "Ngày này được dựng lại, không phải một bản phát hành" in text and "bản phát hành đầu tiên" not in text
    assert "Ngày này chưa có bản phát hành" in text_of(open_app(asof="2026-09-29"))
    assert "Dựng lại" not in text_of(open_app(asof="2026-11-20")) and "Dựng lại" not in text_of(open_app())


def test_the_home_need_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_app: Open) -> None:
    monkeypatch.setenv("IOC_HOME", str(tmp_path / "nowhere"))
    assert "Chưa có bản phát hành nào" in text_of(open_app())


def test_a_first_release_appears(empty_home: Path, open_app: Open) -> None:
    app = open_app()
    build(empty_home)
    app.run()
    assert "Trong 18 chỉ tiêu" in text_of(app)


@pytest.mark.parametrize("damage", ["garbage", "truncated", "missing", "another schema"])
def test_a_damaged_release_falls_back_on_the_one_before(empty_home: Path, open_app: Open, damage: str) -> None:
    build(empty_home, "r-1", created=EARLIER)
    database = build(empty_home, "r-2", created=EARLIER + timedelta(hours=2))
    whole = database.read_bytes()
    database.unlink()
    if damage == "garbage":
        database.write_bytes(b"not a database" * 1000)
    elif damage == "truncated":
        database.write_bytes(whole[: len(whole) // 2])
    elif damage == "another schema":
        with duckdb.connect(str(database)) as con:
            con.execute("CREATE TABLE release_info (release_id VARCHAR)")
    app = open_app()
    text = text_of(app)
    assert "Bản phát hành hiện hành (r-2) không mở được. Đang hiển thị bản trước đó: r-1." in text
    assert "Trong 18 chỉ tiêu" in text
    assert "r-2" in text_of(open_app(feed="dossiers"))


def test_damaged_blocks_inside_are_found(empty_home: Path, open_app: Open) -> None:
    build(empty_home, "r-1", created=EARLIER)
    database = build(empty_home, "r-2")
    content = bytearray(database.read_bytes())
    for place in range(3 * 4096, len(content), 4096):
        content[place + 100 : place + 160] = b"\xff" * 60
    database.write_bytes(bytes(content))
    assert "Đang hiển thị bản trước đó: r-1" in text_of(open_app())


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"path": "r-1/release.duckdb"}', '{"release_id": "x", "path": "../../x"}']
)
def test_a_damaged_pointer_falls_back_too(empty_home: Path, open_app: Open, content: str) -> None:
    build(empty_home, "r-1", created=EARLIER)
    (empty_home / "releases" / "current.json").write_text(content, encoding="utf-8")
    assert "Đang hiển thị bản trước đó: r-1" in text_of(open_app())


def test_nothing_opens(empty_home: Path, open_app: Open) -> None:
    build(empty_home, "r-1").write_bytes(b"x")
    text = text_of(open_app())
    assert "Không mở được bản phát hành nào" in text and "ioc run" in text


def test_the_newest_older_release_is_chosen_by_its_manifest(empty_home: Path) -> None:
    build(empty_home, "z-old", created=EARLIER)
    build(empty_home, "a-new", created=EARLIER + timedelta(hours=1))
    build(empty_home, "m-broken", created=EARLIER + timedelta(hours=2)).write_bytes(b"x")
    shown = release.current()
    assert isinstance(shown, Release) and shown.release_id == "a-new" and shown.wanted == "m-broken"


def test_everything_grey(empty_home: Path, open_app: Open) -> None:
    build(empty_home, grey=True)
    text = text_of(open_app())
    assert "Trong 18 chỉ tiêu: 0 chưa đạt , 0 gần đạt , 0 đạt , 18 chưa đủ dữ liệu ." in text
    assert "Chưa đánh giá được chỉ tiêu nào" in text
    assert "mô phỏng" not in text
    wall = text_of(open_app(wall="1"))
    assert "không thể kết luận là đạt" in wall and "Không có chỉ tiêu nào chưa đạt" not in wall


def test_a_release_without_indicators_or_feeds(empty_home: Path, open_app: Open) -> None:
    build(empty_home, empty=True)
    assert "chưa có chỉ tiêu nào" in text_of(open_app())
    assert "chưa khai báo nguồn dữ liệu nào" in text_of(open_app(feed="x"))


def test_the_stamp_changes_exactly_when_another_release_should_be_shown(empty_home: Path) -> None:
    seen = [release.stamp()]
    build(empty_home, "r-1")
    seen += [release.stamp(), release.stamp()]
    database = build(empty_home, "r-2")
    seen.append(release.stamp())
    database.unlink()
    seen.append(release.stamp())
    point(empty_home, "r-1")
    seen.append(release.stamp())
    assert seen[1] == seen[2] == seen[5] and len(set(seen)) == 4


def test_a_new_release_is_shown_by_the_next_run(empty_home: Path, open_app: Open) -> None:
    build(empty_home, "r-1")
    app = open_app()
    assert "52,3" in html_of(app)
    build(empty_home, "r-2", values={"DTC_TL": 61.7})
    app.run()
    assert "61,7" in html_of(app) and "r-2" in text_of(app)


def test_one_connection_per_release(empty_home: Path) -> None:
    build(empty_home, "r-1")
    first, second = release.current(), release.current()
    assert isinstance(first, Release) and isinstance(second, Release) and first.connection is second.connection
    with pytest.raises(duckdb.Error):
        first.rows("CREATE TABLE x (a INTEGER)")


def test_the_warehouse_is_never_touched(empty_home: Path, open_app: Open) -> None:
    build(empty_home)
    warehouse = empty_home / "warehouse"
    warehouse.mkdir()
    with duckdb.connect(str(warehouse / "ioc.duckdb")) as writer:  # would fail if anyone else had it open
        writer.execute("CREATE TABLE t AS SELECT 1")
        assert "Trong 18 chỉ tiêu" in text_of(open_app())
        writer.execute("INSERT INTO t VALUES (2)")


def test_the_absence_of_a_release_is_plain_data(empty_home: Path) -> None:
    assert release.current() == NoRelease(empty_home.resolve())
    assert json.dumps(str(empty_home))


def test_heavy_parts_of_the_pipeline_are_not_imported() -> None:
    code = (
        "import sys, ioc_dashboard.asgi, ioc_dashboard.views.overview\n"
        "print([m for m in ('dagster', 'great_expectations', 'polars', 'pandas', 'statsmodels') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]"), done.stdout
