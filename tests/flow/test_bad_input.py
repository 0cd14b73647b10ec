"""Bad input: a clear message in both languages, nothing lost, other feeds go on, nothing of it on the screen."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from ioc_pipeline.flow import ingest_delivery, suite_of
from ioc_pipeline.receive.delivery import blob_path
from ioc_pipeline.store.warehouse import reading

HTML = b"<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>"


def workbook(rows: list[list[object]], sheet: str = "Sheet1") -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


UNREADABLE = {
    "empty csv": ("dossiers", "rỗng.csv", b""),
    "empty json": ("lris_indicators", "rỗng.json", b""),
    "empty workbook": ("nso_monthly", "rỗng.xlsx", b""),
    "truncated xlsx": ("nso_monthly", "đứt.xlsx", workbook([["1. Hàng hóa xuất khẩu"]])[:-400]),
    "html named xls": ("nso_monthly", "bieu.xls", HTML),
    "html named csv": ("dossiers", "ho_so.csv", HTML),
    "text named xlsx": ("nso_monthly", "bieu.xlsx", b"a,b\n1,2\n"),
    "zip that is no workbook": ("nso_monthly", "bieu.xlsx", b""),
    "truncated json": ("lris_indicators", "cut.json", b'{"data": [{"officeCode": "000.00.00.H32", "indi'),
    "workbook named csv": ("dossiers", "ho_so.csv", workbook([["a"]])),
    "wrong encoding": ("dossiers", "ho_so.csv", "MaHoSo;TenTTHC\nA;Cấp giấy\n".encode("utf-16-le")[1:]),
    "header only": ("dossiers", "ho_so.csv", b"MaHoSo,MaTTHC\n"),
    "one column": ("dossiers", "ho_so.csv", "Hồ sơ\nA\nB\n".encode()),
    "lone surrogate": ("dossiers", "ho_so.json", b'[{"MaHoSo": "x\\ud800y"}]'),
    "lone surrogate as bytes": ("dossiers", "ho_so.csv", b"MaHoSo,MaTTHC\nx\xed\xa0\x80y,1\n"),
}
_zip = io.BytesIO()
with zipfile.ZipFile(_zip, "w") as archive:
    archive.writestr("readme.txt", "x")
UNREADABLE["zip that is no workbook"] = ("nso_monthly", "bieu.xlsx", _zip.getvalue())


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_is_refused_in_words_and_kept(case, places, take, drop):
    feed, name, content = UNREADABLE[case]
    drop(feed, name, content)
    run = take(feed)
    assert run.problem is None, run.problem
    (outcome,) = run.outcomes
    assert outcome.outcome == "refused"
    assert outcome.message is not None
    assert name in outcome.message.vi and name in outcome.message.en
    assert outcome.message.vi != outcome.message.en
    assert blob_path(places, outcome.delivery.sha256).read_bytes() == content
    assert (run.received, run.accepted, run.quarantined) == (0, 0, 0)


def test_a_refused_file_stops_only_its_feed_and_the_last_good_value_stays(filled, places, take, drop, release):
    for feed in ("province_published", "lris_indicators"):
        take(feed)
    first = release()
    assert first is not None
    drop("province_published", "moi.csv", HTML)
    broken, other = take("province_published"), take("lris_indicators")
    assert broken.rejected and not other.rejected
    second = release()
    assert second is not None and second.release_id != first.release_id
    with duckdb.connect(str(second.folder / "release.duckdb"), read_only=True) as shown:
        health = dict(shown.execute("SELECT feed_id, health FROM feeds").fetchall())
        assert health["province_published"] == "held" and health["lris_indicators"] != "held"
        values = shown.execute(
            "SELECT value, held, trust FROM indicator_values WHERE code = 'CB_GRDP_TT' AND area = '56'"
        ).fetchall()
        assert values == [(7.11, True, "held")]
        reason = shown.execute("SELECT health_reason_vi FROM feeds WHERE feed_id = 'province_published'").fetchone()
        assert reason is not None and "moi.csv" in reason[0]


def test_a_good_file_after_a_bad_one_releases_the_hold(filled, places, take, drop, release, sample_inbox):
    take("province_published")
    drop("province_published", "xau.csv", HTML)
    take("province_published")
    content = (sample_inbox / "province_published" / "published_2025.csv").read_text(encoding="utf-8")
    drop("province_published", "tot.csv", content.replace("7.11", "7.12").encode())
    assert not take("province_published").rejected
    made = release()
    with duckdb.connect(str(made.folder / "release.duckdb"), read_only=True) as shown:
        held = shown.execute(
            "SELECT value, held FROM indicator_values WHERE code = 'CB_GRDP_TT' AND area = '56'"
        ).fetchall()
    assert held == [(7.12, False)]


def dossier_lines(sample_inbox: Path) -> tuple[str, list[str]]:
    path = next((sample_inbox / "dossiers").glob("*.csv"))
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    return header, rows


def test_rows_are_quarantined_with_clause_place_and_reason_and_counts_add_up(places, take, drop, sample_inbox):
    header, rows = dossier_lines(sample_inbox)
    received = next(i for i, n in enumerate(header.split(",")) if n.lower() in ("ngaytiepnhan", "ngay_tiep_nhan"))

    def spoiled(row: str, value: str) -> str:
        cells = next(csv.reader([row]))
        cells[received] = value
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(cells)
        return line.getvalue()

    text = "\n".join([header, spoiled(rows[0], "31/02/2026"), spoiled(rows[1], "1/1/26"), *rows[2:]])
    drop("dossiers", "hồ sơ lỗi.csv", text.encode())
    run = take("dossiers")
    assert run.received == len(rows)
    assert run.accepted + run.quarantined == run.received
    assert run.quarantined == 2
    with reading(places) as warehouse:
        held = warehouse.execute(
            "SELECT row_no, location, clause, raw, reason_vi, reason_en, row_json FROM quarantine "
            "WHERE clause = 'IOC-SACH-12' ORDER BY row_no"
        ).fetchall()
    assert [(h[0], h[3]) for h in held] == [(1, "31/02/2026"), (2, "1/1/26")]
    assert "2" in held[0][1] and all(h[4] and h[5] and json.loads(h[6]) for h in held)


def test_a_duplicate_key_in_one_file_is_quarantined_not_chosen(places, take, drop, sample_inbox):
    header, rows = dossier_lines(sample_inbox)
    drop("dossiers", "trung.csv", "\n".join([header, rows[0], *rows]).encode())
    run = take("dossiers")
    assert (run.received, run.quarantined) == (len(rows) + 1, 2)
    with reading(places) as warehouse:
        clauses = warehouse.execute("SELECT DISTINCT clause FROM quarantine").fetchall()
    assert clauses == [("IOC-SACH-04",)]


def test_a_missing_column_is_refused_naming_it(take, drop, sample_inbox):
    header, rows = dossier_lines(sample_inbox)
    first = header.split(",")[0]
    drop("dossiers", "thieu.csv", "\n".join([header.replace(first, "cot_la", 1), *rows]).encode())
    (outcome,) = take("dossiers").outcomes
    assert outcome.outcome == "refused" and "cot_la" in outcome.message.vi


def test_an_added_column_is_reported_and_the_rest_is_read(take, drop, sample_inbox):
    header, rows = dossier_lines(sample_inbox)
    drop("dossiers", "them.csv", "\n".join([f"{header},ghi_chu", *(f"{r},x" for r in rows)]).encode())
    run = take("dossiers")
    assert run.accepted == len(rows)
    assert any("ghi_chu" in n.text.vi and "ghi_chu" in n.text.en for n in run.outcomes[0].notices)


def test_re_delivery_of_the_same_rows_changes_nothing(filled, take, drop, places, sample_inbox):
    before = take("dossiers")
    header, rows = dossier_lines(sample_inbox)
    drop("dossiers", "gui lai.csv", "\n".join([header, *rows, ""]).encode() + b"\n")
    again = take("dossiers")
    assert before.accepted > 0
    assert again.outcomes == () or again.outcomes[0].added.unchanged == again.received > 0


def test_a_sheet_of_forty_megabytes_of_empty_cells_costs_little(take, drop):
    """The sheet's XML is 40 MB of cells without a value; the file itself is small."""
    empty = "".join(f'<row r="{r}">' + "".join(f'<c r="{c}{r}" s="0"/>' for c in "ABCDEFGHIJ") + "</row>"
                    for r in range(1, 250_001))  # fmt: skip
    source = io.BytesIO(workbook([["1. Hàng hóa xuất khẩu"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item.filename)
            if item.filename == "xl/worksheets/sheet1.xml":
                head, _, tail = data.decode().partition("</sheetData>")
                data = (head.rpartition("<sheetData>")[0] + "<sheetData>" + empty + "</sheetData>" + tail).encode()
                assert len(data) > 40_000_000
            new.writestr(item, data)
    drop("nso_monthly", "trống.xlsx", out.getvalue())
    (outcome,) = take("nso_monthly").outcomes
    assert outcome.outcome in ("refused", "blocked")
    assert outcome.accepted == 0 and "trống.xlsx" in outcome.message.vi


def test_an_unforeseen_error_leaves_the_delivery_pending(filled, take, monkeypatch):
    import ioc_pipeline.flow as flow

    def burst(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(flow, "read_delivery", burst)
    run = take("province_published")
    assert run.problem is not None and "published_2025.csv" in run.problem.vi and "a bug" in run.problem.en
    monkeypatch.undo()


def test_a_refused_file_that_another_run_refused_meanwhile_is_no_error(places, catalogue, drop, take):
    drop("dossiers", "2026-10-01_a.csv", b"<html>502</html>")
    (outcome,) = take("dossiers").outcomes
    feed = catalogue.feeds["dossiers"]
    assert ingest_delivery(places, catalogue, feed, suite_of(catalogue, feed), outcome.delivery, "other") is None
