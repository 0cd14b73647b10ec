"""`ioc backfill --dry-run` on generated workbooks: what it reports is what the files hold."""

from __future__ import annotations

from datetime import date

from ioc_pipeline.sample.inbox import generate_inbox


def test_a_dry_run_reports_what_the_workbooks_hold(ioc, places, tmp_path):
    made = generate_inbox(
        tmp_path, province="56", seed=4, months=2, until=date(2025, 10, 6), feeds=["nso_monthly"]
    )  # fmt: skip
    assert [f.path.name for f in made.files] == [
        "2025-09-06-Bieu-08.2025-mo-phong.xlsx", "2025-10-06-Bieu-09.2025-mo-phong.xlsx",
    ]  # fmt: skip
    folder = tmp_path / "nso_monthly"
    ran = ioc("backfill", "nso_monthly", str(folder), "--dry-run", "--json")
    assert ran.code == 0, ran.err
    report = ran.json
    assert report["dry_run"] and report["files"] == {"read": 2}
    assert report["received"] == report["accepted"] == made.records and report["quarantined"] == 0
    assert {t["table"]: (t["year"], t["books"]) for t in report["tables"]} == dict.fromkeys(
        ("ban_le", "cpi", "fdi", "iip", "nhap_khau", "vdt_nsnn", "xuat_khau"), (2025, 2)
    )
    assert sum(t["cells"] for t in report["tables"]) == made.records
    assert not (report["tables_not_read"] or report["refused"] or report["undated"] or report["missing_publications"])
    assert not (places.root / "landing").exists(), "a dry run stores nothing"

    # A damaged publication is reported beside the others, and a month without one is named.
    made.files[0].path.rename(folder / "2025-07-06-Bieu-08.2025.xlsx")
    (folder / "2025-08-06-Bieu-07.2025.xlsx").write_bytes(made.files[1].path.read_bytes()[:900])
    ran = ioc("backfill", "nso_monthly", str(folder), "--dry-run")
    assert ran.code == 2, ran.out
    said = " ".join((ran.out + ran.err).split())
    assert "Không nhận 2025-08-06-Bieu-07.2025.xlsx" in said and "Tháng không có tệp: 2025-09" in said
    assert f"đọc thử 2, không đọc được 1. Giá trị: {made.records} = {made.records} nhận + 0 cách ly." in said
