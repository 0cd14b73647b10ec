"""From files to a release to alerts, and a person's steps on the command line."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.operations.follow import follow_release
from ioc_pipeline.publish.release import current, publish
from tests.cli.conftest import ioc  # noqa: F401

DAY = datetime(2026, 11, 20, 3, tzinfo=UTC)


CLAUSES = "SELECT clause, verdict, numerator, denominator, evidence_json FROM clause_verdicts WHERE scope = 'centre'"


def task(number: int, **change) -> dict[str, object]:
    return {
        "maNhiemVu": f"N57-{number:04d}", "nhomNhiemVu": "nq57", "nguoiGiao": "bcd-57", "soVanBan": f"{number}/KH-BCĐ",
        "donViChuTri": f"H32.0{number % 2 + 2}", "ketQuaPhaiCo": "de-an", "ngayGiao": "2026-09-01",
        "hanHoanThanh": "2026-10-20", "trangThai": "hoan-thanh", "tienDo": 100, "ngayHoanThanh": "2026-10-10",
        "soVanBanKetQua": f"{number}/TTr", "khoKhanTu": None, "ngayChuyenCap": None, "ngayQuyetDinh": None,
        "ngayThaoGo": None, "capNhatLuc": "2026-11-02T08:00:00",
    } | change  # fmt: skip


OPEN = {"trangThai": "dang", "tienDo": 40, "ngayHoanThanh": None, "soVanBanKetQua": None}
FIRST = [
    *(task(n) for n in range(1, 13)),
    task(20, **OPEN, khoKhanTu="2026-10-14"),  # stuck for five weeks
    task(21, **OPEN, hanHoanThanh=None),
]


@pytest.fixture
def made(places, catalogue, drop):
    """Deliver tasks and publish; says what following the release did."""

    def deliver(name: str, rows: list[dict[str, object]], now: datetime = DAY):
        drop("tasks", name, json.dumps({"data": rows}).encode())
        run = ingest_feed(places, catalogue, catalogue.feeds["tasks"], run_id="t", settle_seconds=0.0)
        assert run.problem is None and [o.outcome for o in run.outcomes] == ["stored"], run
        release = publish(places, catalogue, run_id="t", now=now)
        return release, follow_release(places, catalogue, now)

    return deliver


def test_files_to_alerts_to_a_closed_alert(made, ioc, places, catalogue):  # noqa: F811
    release, followed = made("2026-11-19_nhiem_vu.json", FIRST)
    assert followed.problem is None and followed.release_id == release.release_id and followed.opened
    again = follow_release(places, catalogue, DAY)
    assert (again.opened, again.changed, again.recovered) == ((), (), ()), "once per release"

    verdicts = {v["clause"]: v for v in ioc("query", CLAUSES, "--json").json}
    assert verdicts["IOC-QTRI-10"]["verdict"] == "fail" and "N57-0020" in verdicts["IOC-QTRI-10"]["evidence_json"]
    assert verdicts["IOC-QTRI-11"]["verdict"] == "undetermined", "vacant fields, none of them for three years"
    assert verdicts["IOC-QTRI-07"]["denominator"] > 0 and verdicts["IOC-QTRI-09"]["numerator"] > 60

    listed = {r["task_id"]: r for r in ioc("tasks", "list", "--json").json}
    assert set(listed) == {"N57-0020", "N57-0021"}
    assert listed["N57-0020"]["escalation"] == "must_escalate" and listed["N57-0021"]["missing"] == "time"
    ranked = {r["unit"]: r for r in ioc("tasks", "ranking", "--json").json}
    assert (ranked["H32.02"]["rank"], ranked["H32.02"]["in_time"], ranked["H32.02"]["overdue"]) == (1, 6, 1)
    assert ranked["H32.03"]["rank"] is None and "thiếu thời gian" in ranked["H32.03"]["reason_vi"]

    alerts = {a["cause"]: a for a in ioc("alerts", "list", "--json").json}
    tasks = alerts["tasks:escalation"]
    assert tasks["members"] == ["N57-0020"] and tasks["owner"]["id"] == "lanh_dao_ubnd"
    assert "N57-0020" in ioc("alerts", "show", tasks["id"], IOC_LANG="en").out

    unevidenced = ioc("alerts", "ack", tasks["id"], "--who", "an"), ioc("alerts", "close", tasks["id"])
    assert [r.code for r in unevidenced] == [0, 1] and "minh chứng" in unevidenced[1].err
    assert ioc("alerts", "assign", tasks["id"], "--to", "Bình").code == 0
    assert ioc("alerts", "act", tasks["id"], "--text", "đưa vào phiên họp").code == 0

    decide = ("tasks", "decide", "N57-0020", "--signed-by", "Chủ tịch", "--document", "45/TB-UBND", "--outcome")
    assert ioc(*decide, "để sau").code == 1
    assert ioc(*decide, "huong_giai_quyet", "--on", "20/11/2026").code == 0
    assert "45/TB-UBND" in ioc(*decide, "ra_khoi_ke_hoach").err, "decided once"
    assert ioc("tasks", "decide", "N57-0001", *decide[3:], "huong_giai_quyet").code == 1, "not with the leaders"

    done = [*FIRST[:12], task(20, khoKhanTu="2026-10-14", ngayChuyenCap="2026-11-20", ngayQuyetDinh="2026-11-20",
            ngayThaoGo="2026-11-20", ngayHoanThanh="2026-11-20", capNhatLuc="2026-11-20T08:00:00")]  # fmt: skip
    _, followed = made("2026-11-20_nhiem_vu.json", done, datetime(2026, 11, 21, 3, tzinfo=UTC))
    assert tasks["id"] in followed.recovered
    closed = ioc("alerts", "close", tasks["id"], "--evidence", "45/TB-UBND", "--who", "an")
    assert closed.code == 0 and "chưa" not in closed.err
    (shown,) = [a for a in ioc("alerts", "list", "--all", "--json").json if a["id"] == tasks["id"]]
    assert (shown["state"], shown["closed_by"], shown["closed_recovered"]) == ("closed", "an", True)
    assert [h["who"] for h in shown["history"]][-1] == "an"

    verified = ioc("alerts", "verify", "--json")
    assert verified.code == 0 and verified.json["events"] > 8
    assert ioc("alerts", "verify", "--expect", "1:abc").code == 1


def test_a_broken_store_blocks_nothing_and_notes_change_no_colour(made, ioc, places, catalogue):  # noqa: F811
    places.operations.write_text("no folder")
    release, followed = made("2026-11-19_nhiem_vu.json", FIRST)
    assert release is not None and current(places).release_id == release.release_id
    assert followed.problem is not None and followed.problem.vi and not followed.opened
    os.unlink(places.operations)
    assert follow_release(places, catalogue, DAY).opened, "the next try evaluates it"

    before = ioc("query", "SELECT code, status FROM indicator_values", "--json").json
    assert ioc("note", "add", "NV_NQ57", "--text", "chờ nghị quyết", "--who", "an", "--on", "19/11/2026").code == 0
    assert ioc("note", "add", "KHONG_CO", "--text", "x").code == 1
    (note,) = ioc("note", "list", "NV_NQ57", "--json").json
    assert (note["who"], note["on"], note["text"]) == ("an", "2026-11-19", "chờ nghị quyết")
    assert ioc("query", "SELECT code, status FROM indicator_values", "--json").json == before, "no colour changes"

    for _ in range(3):
        assert ioc("tasks", "remind", "so_y_te", "--why", "báo cáo quý", "--on", "2026-11-18").code == 0
    unit = next(u for u in ioc("tasks", "reminders", "--json").json if u["unit"] == "so_y_te")
    assert (unit["count"], unit["consequence"]) == (3, "review")
    table = places.root / "xep_hang.csv"
    assert ioc("tasks", "ranking", "--csv", str(table)).code == 0
    assert table.read_text(encoding="utf-8-sig").startswith("hang,tren_so")
    vacant = {f["field_id"] for f in ioc("tasks", "coverage", "--json").json if f["state"] != "covered"}
    assert "dich_benh" in vacant and "dieu_hanh" not in vacant
