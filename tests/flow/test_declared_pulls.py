"""The two feeds that declare a pull, from their source systems to a release, without any Python of their own."""

from __future__ import annotations

import json

import duckdb
import pytest

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.flow import ingest_feed, now_utc
from ioc_pipeline.publish.release import publish
from tests.contracts.declarations import FEW, few
from tests.receive.bad_server import Asked, Reply, serving
from tests.receive.postgres import PASSWORD, running


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    root = few(tmp_path_factory.mktemp("pulled"), (*FEW, "tasks", "enterprise_registrations"))
    return load_catalogue(root, "56")


def tasks(count: int) -> list[dict[str, object]]:
    return [
        {
            "maNhiemVu": f"NV-202609-{n:04}", "nhomNhiemVu": "Nghị quyết 57", "nguoiGiao": "Chủ tịch UBND tỉnh",
            "soVanBan": f"{n}/UBND-TH", "donViChuTri": "H32.05", "ketQuaPhaiCo": "Báo cáo", "ngayGiao": "2026-09-01",
            "hanHoanThanh": "2026-10-01", "trangThai": "Đã hoàn thành" if n % 2 else "dang",
            "ngayHoanThanh": f"2026-09-{10 + n}" if n % 2 else None, "soVanBanKetQua": f"{n}/BC" if n % 2 else None,
            "tienDo": 100 if n % 2 else 40, "capNhatLuc": f"2026-10-{1 + n:02}T08:00:00",
        }
        for n in range(count)
    ]  # fmt: skip


def test_tasks_over_http(places, catalogue, monkeypatch):
    feed = catalogue.feeds["tasks"]
    everything = tasks(7)
    everything[2]["ngayHoanThanh"] = "2026-08-01"  # done before it was assigned, and not done at all

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Bearer tasks-token":
            return Reply({"error": {"code": 100}})
        page = int(asked.query["page"])
        items = everything[(page - 1) * 3 : page * 3]
        return Reply({"data": {"items": items, "total": len(everything)}, "error": {"code": 0}})

    monkeypatch.setenv("IOC_SECRET_TASKS_TOKEN", "tasks-token")
    with serving() as server:
        server.script = answer
        monkeypatch.setenv("IOC_PULL_TASKS_LOCATION", server.url)
        run = ingest_feed(places, catalogue, feed, run_id="test", settle_seconds=0.0)
        assert {a.path for a in server.asked} == {"/nhiem-vu"}
    assert run.pull is not None and run.pull.state == "landed", run.pull
    (outcome,) = run.outcomes
    assert (outcome.received, outcome.accepted, outcome.quarantined) == (7, 6, 1), outcome.message
    release = publish(places, catalogue, run_id="test", now=now_utc())
    assert release is not None
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as con:
        (row,) = con.execute("SELECT accepted, quarantined FROM feeds WHERE feed_id = 'tasks'").fetchall()
    assert row == (6, 1)


def test_enterprise_registrations_from_postgresql(places, catalogue, monkeypatch):
    feed = catalogue.feeds["enterprise_registrations"]
    commune = catalogue.bindings(now_utc())["areas:communes_of_province"][0]
    monkeypatch.setenv("IOC_SECRET_DKKD_PASSWORD", PASSWORD)
    with running() as database:
        database.execute(
            "CREATE SCHEMA chia_se",
            "CREATE TABLE chia_se.doanh_nghiep AS SELECT '42' || lpad(n::text, 8, '0') AS ma_so_doanh_nghiep, "
            f"'tnhh1' AS loai_hinh, '4641' AS ma_nganh, '{commune}' AS ma_xa, (n * 10)::numeric(18, 2) von_dieu_le, "
            "n AS lao_dong, false AS von_nuoc_ngoai, DATE '2026-01-01' + n AS ngay_thanh_lap, 'hd' AS tinh_trang, "
            "DATE '2026-01-01' + n AS ngay_tinh_trang, timestamptz '2026-10-01 08:00+07' + n * interval '1 hour' "
            "AS cap_nhat_luc, 'Nguyễn Văn A' AS nguoi_dai_dien FROM generate_series(1, 20) n",
            f"CREATE ROLE ioc_doc LOGIN PASSWORD '{PASSWORD}'",
            "GRANT USAGE ON SCHEMA chia_se TO ioc_doc",
            "GRANT SELECT ON chia_se.doanh_nghiep TO ioc_doc",
        )
        monkeypatch.setenv("IOC_PULL_ENTERPRISE_REGISTRATIONS_LOCATION", database.location)
        first = ingest_feed(places, catalogue, feed, run_id="test", settle_seconds=0.0)
        assert first.pull is not None and first.pull.state == "landed", first.pull
        assert (first.received, first.accepted) == (20, 20), first.outcomes[0].message
        database.execute(
            "UPDATE chia_se.doanh_nghiep SET tinh_trang = 'gt', ngay_tinh_trang = '2026-10-03', "
            "cap_nhat_luc = '2026-10-03 08:00+07' WHERE lao_dong = 1"
        )
        second = ingest_feed(places, catalogue, feed, run_id="test", settle_seconds=0.0, pull=True)
    assert second.outcomes[0].added.revised == 1 and second.received == 3, second  # the change, and an hour of overlap
    manifest = next((places.deliveries / feed.id).glob("*.json")).read_text(encoding="utf-8")
    assert "Nguyễn" not in manifest and "nguoi_dai_dien" not in json.loads(manifest)["origin"]["columns"]
