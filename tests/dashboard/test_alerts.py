from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ioc_dashboard import alert_steps
from ioc_dashboard.alert_board import Filter, chosen, need
from ioc_dashboard.release import Release, current
from ioc_pipeline.export.alerts import exported_alerts
from ioc_pipeline.messages import IocError
from ioc_pipeline.operations import steps
from ioc_pipeline.operations.alerts import Alert, alerts_of
from ioc_pipeline.operations.reading import read_events
from ioc_pipeline.operations.store import URL, OperationsStore
from ioc_pipeline.settings import Places

from . import release_alerts_data
from .conftest import html_of
from .release_fixture import build


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("alerts")
    build(home, "r-old", created=datetime.now(UTC) - timedelta(days=12))
    build(home)
    release_alerts_data.fill(home)
    return home


@pytest.fixture
def alerts_home(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IOC_HOME", str(made))
    monkeypatch.delenv(URL, raising=False)
    monkeypatch.delenv(alert_steps.SWITCH, raising=False)
    return made


def draw(page: str, query: dict[str, str], lang: str, asked: str | None) -> None:
    """A page drawn directly: AppTest cannot switch to a page made of a function."""
    from importlib import import_module

    from ioc_dashboard import formats, queries
    from ioc_dashboard.release import Release, as_of, current
    from ioc_dashboard.screen import Screen, moment_now

    release = as_of(asked, formats.zone(None)) if asked else current()
    assert isinstance(release, Release)
    pages = dict.fromkeys(("overview", "alerts", "tasks", "indicator", "data"))
    now = release.created_at or moment_now()
    screen = Screen(lang, release, queries.info(release), now, as_of=asked, pages=pages, query=query)  # type: ignore[arg-type]
    import_module(f"ioc_dashboard.views.{page}").show(screen)


def shown(page: str = "alerts", lang: str = "vi", asked: str | None = None, **query: str) -> AppTest:
    kwargs = {"page": page, "query": query, "lang": lang, "asked": asked}
    app = AppTest.from_function(draw, default_timeout=30, kwargs=kwargs).run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u00a0", " ")


def alerts_of_home(home: Path) -> dict[str, Alert]:
    events = read_events(Places(home))
    assert events is not None
    return alerts_of(events)


def section(html: str, css: str) -> str:
    found = re.search(rf'<section class="{css}[^"]*">.*?</section>', html, re.S)
    assert found, css
    return found[0]


def today() -> date:
    return datetime.now(release_alerts_data.ZONE).date()


def day(days: int) -> str:
    return (today() + timedelta(days=days)).strftime("%d/%m/%Y")


class TestTheList:
    def test_a_minute_tells_what_needs_a_decision_who_has_it_and_by_when(self, alerts_home: Path) -> None:
        html = html_of(shown())
        assert "4 cảnh báo đang mở: 2 nghiêm trọng , 2 mức cảnh báo , 2 quá hạn , 1 đã chuyển lên cấp trên" in words(
            html
        )
        decide = section(html, "decide")
        rows = [words(row) for row in re.findall(r"<li.*?</li>", decide, re.S)]
        assert len(rows) == 3
        assert "Giải ngân đầu tư công" in rows[0] and "52,3% Mục tiêu ≥ 70%" in rows[0]
        assert "chuyển lên cấp trên, chờ quyết định Chủ tịch UBND tỉnh" in rows[0] and "Quá hạn 16 ngày" in rows[0]
        assert "Chưa ai tiếp nhận, quá hạn 4 ngày Sở Tài chính" in rows[1]
        assert "Số liệu đã phục hồi: xem minh chứng rồi đóng" in rows[2] and "Bộ chỉ tiêu <LRIS>" in rows[2]
        assert "<LRIS>" not in html, "escaped"
        assert "1 trong 4 cảnh báo hiển thị dựa trên số liệu mô phỏng" in words(html)

    def test_rows_carry_change_value_owner_deadline_guidance_and_age(self, alerts_home: Path) -> None:
        rows = re.findall(r"<li class=\"v-.*?</li>", section(html_of(shown()), "listing"), re.S)
        first = words(rows[0])
        expected = (
            "Nghiêm trọng", "Đã giao", "Gần đạt → chuyển thành Chưa đạt", "52,3%", "Tháng 10/2026", "Sở Tài chính",
            "Giao cho Trần Thị Lan", "Họp với chủ đầu tư", "Mở cách đây 30 ngày", "CB-0001",
        )  # fmt: skip
        assert [said for said in expected if said not in first] == []
        assert "2 chỉ tiêu, điều khoản cùng một nguyên nhân" in words("".join(rows))
        assert f"Đóng trước {day(10)} còn 10 ngày" in words(rows[3])

    def test_filters_are_links_with_counts_and_the_list_comes_first(self, alerts_home: Path) -> None:
        html = html_of(shown(state="closed"))
        assert html.index("Danh sách cảnh báo") < html.index("Cần quyết định hôm nay")
        listing = section(html, "listing")
        assert "Sản xuất công nghiệp" in listing and "Giải ngân" not in listing
        assert "Đóng khi số liệu chưa phục hồi" in words(listing)
        assert re.search(r'href="alerts\?severity=warning"[^>]*>Cảnh báo', html_of(shown())), "a link of its own"
        assert "Không có cảnh báo nào khớp" in words(html_of(shown(state="assigned", kind="feed")))
        assert "Danh sách cảnh báo 4" in words(html_of(shown(state="<x>", p="99")))

    def test_english(self, alerts_home: Path) -> None:
        text = words(html_of(shown(lang="en")))
        assert "4 open alerts: 2 critical" in text and "Public investment" in text
        assert "Nobody acknowledged it, 4 days late" in text and "16 days overdue" in text
        assert not re.search("[ăơưđạảấầẩậắặẹếềểễệịọốồổộớờởợụủứừửữự]", text.replace("Trần Thị Lan", ""))

    def test_a_past_day_shows_what_was_known_then(self, alerts_home: Path) -> None:
        asked = (today() - timedelta(days=10)).isoformat()
        text = words(html_of(shown(asked=asked)))
        assert "1 cảnh báo đang mở: 1 nghiêm trọng" in text and "Tính đến hết ngày" in text
        assert "Hồ sơ đúng hạn" not in text


class TestOneAlert:
    def test_in_full(self, alerts_home: Path) -> None:
        html = html_of(shown(id="cb-0001"))
        text = words(html)
        for said in ("Chủ tịch UBND tỉnh: Đã quá hạn", "60,1%", "≥ 70%", "Thấp hơn chỉ tiêu 17,7 điểm %", "Đã kiểm",
                     "giai_ngan.json", "Bản phát hành đang xem", "Ba dự án vướng mặt bằng", "05/10/2026 · CV 5/STC",
                     "Đã báo Sở Tài chính", "→ Trần Thị Lan", "quá hạn đóng", "Hệ thống"):  # fmt: skip
            assert said in text, said
        history = alerts_of_home(alerts_home)["CB-0001"].history
        assert len(history) == 4 and html.count('title="sha256 ') == 4, "every event, with its hash"
        assert 'href="indicator?code=DTC_TL"' in html and 'aria-current="step"' in html

    def test_commands_are_ready_to_copy_and_are_those_possible_now(self, alerts_home: Path) -> None:
        said = unescape(html_of(shown(id="CB-0002")))
        assert 'ioc alerts ack CB-0002 --who "' in said and "ioc note add HC_DUNGHAN --text" in said
        assert "ioc alerts assign" not in said and "ioc alerts close" not in said
        assert "ioc alerts close CB-0003 --evidence" in unescape(html_of(shown(id="CB-0003"))), "it recovered"
        closed = words(html_of(shown(id="CB-0004")))
        assert "Cảnh báo đã đóng" in closed and "BC 12/BC-SCT <gốc>" in closed
        assert not shown(id="CB-0002").text_input, "nothing can be written unless the centre allows it"

    def test_a_late_feed_names_its_reason_and_the_indicators_it_leaves_without_a_status(
        self, alerts_home: Path
    ) -> None:
        html = html_of(shown(id="CB-0003"))
        assert "Quá hạn 3 ngày" in words(html) and 'href="indicator?code=KT_GRDP_TT"' in html
        assert 'href="data?feed=lris_indicators"' in html

    def test_indicators_of_one_owner_are_told_with_their_figures(
        self, empty_home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv(URL, raising=False)
        build(empty_home, parts=())
        store = OperationsStore(Places(empty_home))
        with store.writing(datetime.now(UTC)) as ledger:
            release_alerts_data.open_group(ledger, "CB-0001", ("DTC_TL", "KT_IIP"), today())
            steps.acknowledge(ledger, "CB-0001", "Nguyễn Văn Hòa")
            steps.settle(ledger, "CB-0001", "KT_IIP", "Nguyễn Văn Hòa", "BC 7/SCT")
        store.close()
        release, known = current(), alerts_of_home(empty_home).values()
        assert isinstance(release, Release)
        for code, closed in (("DTC_TL", None), ("KT_IIP", "BC 7/SCT")):
            found = exported_alerts(release.connection.cursor(), known, today(), {"code": code, "area": "56"})
            row = dict(zip((heading.en for heading in found.headings), found.rows[0], strict=True))
            assert len(found.rows) == 1 and (row["Alert"], row["Value"], row["Unit"]) == ("CB-0001", 52.3, "%")
            assert row["Closing evidence"] == closed and ("closed" in row["State"]) == bool(closed)
        assert "2 chỉ tiêu của cùng một đơn vị" in words(html_of(shown())), "not of one cause"
        said = words(html_of(shown(id="CB-0001")))
        for part in ("Giải ngân đầu tư công Tháng 10/2026 52,3% ≥ 70%", "đã đóng: BC 7/SCT", "giai_ngan.json"):
            assert part in said, part

    def test_an_unknown_id_is_said(self, alerts_home: Path) -> None:
        assert "Không có cảnh báo “<b>9”" in unescape(html_of(shown(id="<b>9")))


class TestStates:
    def test_no_store(self, home: Path) -> None:
        text = words(html_of(shown()))
        assert "Chưa có kho nghiệp vụ" in text and "ioc run" in text
        assert not (home / "operations").exists(), "looking makes nothing"

    def test_a_broken_store(self, empty_home: Path) -> None:
        build(empty_home)
        (empty_home / "operations").mkdir()
        (empty_home / "operations" / "operations.db").write_bytes(b"not a database" * 99)
        assert "Không đọc được kho nghiệp vụ (file is not a database)" in words(html_of(shown()))
        assert "The operations store cannot be read" in words(html_of(shown(lang="en")))
        assert "kết luận của lãnh đạo và nhắc việc ghi tay chưa được cộng" in words(html_of(shown("tasks")))

    def test_a_store_tampered_with_is_said_on_the_page(self, empty_home: Path) -> None:
        build(empty_home)
        release_alerts_data.fill(empty_home)
        with sqlite3.connect(empty_home / "operations" / "operations.db") as store:
            for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                store.execute(f'DROP TRIGGER "{name}"')
            store.execute("UPDATE events SET who = 'ai đó' WHERE seq = 3")
        assert "không còn nguyên vẹn: sự kiện số 3 đã bị sửa" in words(html_of(shown()))


class TestSteps:
    @pytest.fixture
    def writable(self, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        build(empty_home)
        release_alerts_data.fill(empty_home)
        monkeypatch.setenv(alert_steps.SWITCH, "on")
        monkeypatch.delenv(URL, raising=False)
        return empty_home

    def test_forms_record_events_and_refuse_the_anonymous(self, writable: Path) -> None:
        app = shown(id="CB-0002")
        app.button[0].click().run()
        assert "Chưa ghi: cần họ tên" in words(html_of(app))
        assert alerts_of_home(writable)["CB-0002"].state == "open"
        app.text_input[0].input("Lê Minh")
        app.button[0].click().run()
        assert "Đã ghi: Tiếp nhận, Lê Minh." in words(html_of(app))
        alert = alerts_of_home(writable)["CB-0002"]
        assert alert.state == "acknowledged" and alert.history[-1].who == "Lê Minh"
        assert "Đã tiếp nhận" in words(html_of(app)), "the page shows it at once"

    def test_closing_needs_evidence_and_a_past_day_allows_nothing(self, writable: Path) -> None:
        with pytest.raises(IocError, match="Số văn bản"):
            alert_steps.take("CB-0001", "closed", "Lê Minh", {"evidence": "  "})
        alert_steps.take("CB-0001", "closed", "Lê Minh", {"evidence": "BC 9"})
        assert alerts_of_home(writable)["CB-0001"].closing_evidence == "BC 9"
        alert_steps.take("", "note", "Lê Minh", {"text": "Đang đo lại"}, code="HC_DUNGHAN")
        assert "Đang đo lại" in words(html_of(shown(id="CB-0002")))
        app = shown(id="CB-0002", asked=today().isoformat())
        assert not app.text_input and "Đang xem một thời điểm đã qua" in words(html_of(app))

    def test_off_by_default(self, writable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(alert_steps.SWITCH, "no")
        with pytest.raises(IocError, match=alert_steps.SWITCH):
            alert_steps.take("CB-0002", "acknowledged", "Lê Minh", {})


def test_the_rules_of_the_board(alerts_home: Path) -> None:
    alerts, now = alerts_of_home(alerts_home), today()
    reasons = {name: need(alert, now) for name, alert in alerts.items()}
    assert reasons == {"CB-0001": "up", "CB-0002": "unacknowledged", "CB-0003": "recovered", "CB-0004": None,
                       "CB-0005": None}  # fmt: skip
    assert [a.id for a in chosen(alerts.values(), Filter("all"), now)][-1] == "CB-0004", "closed ones last"
    assert need(alerts["CB-0005"], now + timedelta(days=2)) == "due_today"
    assert need(alerts["CB-0005"], now + timedelta(days=11)) == "overdue"
