"""`ioc backfill --dry-run` on generated workbooks: what it reports is what the files hold."""

from __future__ import annotations

from datetime import date

from ioc_pipeline.sample.inbox import generate_inbox

TABLES = ("ban_le", "cpi", "fdi", "iip", "nhap_khau", "vdt_nsnn", "xuat_khau")


def test_a_dry_run_reports_what_the_workbooks_hold(ioc, places, tmp_path):
    made = generate_inbox(tmp_path, province="56", seed=4, months=2, until=date(2025, 10, 6), feeds=["nso_monthly"])
    first, second = (file.path for file in made.files)
    assert [first.name, second.name] == [
        "2025-09-06-Bieu-08.2025-mo-phong.xlsx", "2025-10-06-Bieu-09.2025-mo-phong.xlsx",
    ]  # fmt: skip
    # A damaged publication two months before, and a month without one.
    (first.parent / "2025-07-06-Bieu-06.2025.xlsx").write_bytes(second.read_bytes()[:900])
    ran = ioc("backfill", "nso_monthly", str(first.parent), "--dry-run", "--json")
    assert ran.code == 2, ran.err
    report = ran.json
    assert report["dry_run"] and report["files"] == {"read": 2, "refused": 1}
    assert report["received"] == report["accepted"] == made.records and report["quarantined"] == 0
    assert {t["table"]: (t["year"], t["books"]) for t in report["tables"]} == dict.fromkeys(TABLES, (2025, 2))
    assert sum(t["cells"] for t in report["tables"]) == made.records
    (refused,) = report["refused"]
    assert refused["file"] == "2025-07-06-Bieu-06.2025.xlsx" and refused["reason_vi"] and refused["reason_en"]
    assert report["missing_publications"] == ["2025-08"]
    assert not report["tables_not_read"] and not report["undated"]
    assert not (places.root / "landing").exists(), "a dry run stores nothing"
