"""An open quarterly form (`fixed_rows: none`) end to end: template, rows of the clerk's own, run, receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.forms.form_file import write_form
from ioc_pipeline.read.forms import form_rows
from ioc_pipeline.receipts.receipt import latest_delivery, receipt_of
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import reading
from tests.forms.form_grid import read

FEED = "st_tasks"
BLANK = 8
TASK = {
    "ten_nhiem_vu": "Nuôi yến sào", "linh_vuc": None, "to_chuc_chu_tri": "Trường Đại học Nha Trang",
    "kinh_phi_nsnn": 400, "kinh_phi_ngoai": 100, "tong_kinh_phi": 500, "ngay_bat_dau": date(2026, 1, 5),
    "han_nghiem_thu": date(2026, 12, 31), "trang_thai": None, "cap_nhat_luc": "30/09/2026 08:00",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The shipped feed of S&T tasks, declared as an open form with eight empty rows."""
    loaded = load_catalogue(province="56")
    reader = {"format": "form", "layout": "rows", "fixed_rows": "none", "blank_rows": BLANK, "sheet": "Biểu 01-KHCN",
              "form_number": "01-KHCN/IOC"}  # fmt: skip
    feed = replace(loaded.feeds[FEED], reader=reader)
    return replace(loaded, feeds={FEED: feed})


@pytest.fixture(scope="module")
def template(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("open") / "bieu.xlsx"
    write_form(catalogue.feeds[FEED], catalogue, path, period="2026-Q3")
    return path


def _fill(
    template: Path, out: Path, catalogue: Catalogue, tasks: list[dict[str, object]]
) -> tuple[int, dict[str, int]]:
    """Write tasks from the first empty row on, with rows inserted before the notes: (first row, column by name)."""
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    sheet.protection.disable()
    titles = {c.title.vi: c.name for c in catalogue.feeds[FEED].columns}
    heading, columns = 0, {}
    for row in sheet.iter_rows(min_row=1, max_row=20):
        found = {
            titles[t]: c.column
            for c in row
            if isinstance(c.value, str) and (t := c.value.split("\n")[0].split(" (")[0].strip()) in titles
        }
        if len(found) > len(columns):
            heading, columns = row[0].row, found
    assert set(TASK) | {"ma_nhiem_vu"} <= set(columns), columns
    first = heading + 1
    while any(isinstance(c.value, str) and c.value.strip() for c in sheet[first]):
        first += 1
    for merged in [str(m) for m in sheet.merged_cells.ranges if m.min_row > heading]:
        sheet.unmerge_cells(merged)
    sheet.insert_rows(first + BLANK, max(0, len(tasks) - BLANK))
    for offset, task in enumerate(tasks):
        for name, value in task.items():
            sheet.cell(first + offset, columns[name], value)
    book.save(out)
    return first, columns


def test_rows_of_the_clerks_own_are_read_stored_and_answered(
    catalogue: Catalogue, template: Path, tmp_path: Path
) -> None:
    field = next(iter(catalogue.codes["st_fields"].codes.values()))
    state = next(iter(catalogue.codes["st_task_states"].codes))
    known = {**TASK, "linh_vuc": field.name.vi, "trang_thai": state}
    tasks = [{**known, "ma_nhiem_vu": f"KH-{n:02}"} for n in range(1, 13)]  # four more than the form has rows
    tasks[4]["kinh_phi_nsnn"] = "bốn trăm"
    tasks[11]["tong_kinh_phi"] = "0,5 tỷ đồng"
    tasks[10]["kinh_phi_ngoai"] = "100*"
    places = Places(tmp_path / "home")
    inbox = places.inbox / FEED
    inbox.mkdir(parents=True)
    first, columns = _fill(template, inbox / "Quý III.xlsx", catalogue, tasks)
    feed = catalogue.feeds[FEED]
    run = ingest_feed(places, catalogue, feed, run_id="t", settle_seconds=0.0)
    assert run.problem is None, run.problem
    (outcome,) = run.outcomes
    assert (outcome.outcome, outcome.received, outcome.accepted) == ("stored", 12, 11), (
        outcome.message,
        outcome.notices,
    )
    assert outcome.doubted == 1
    with reading(places) as warehouse:
        stored = dict(warehouse.execute(f"SELECT ma_nhiem_vu, tong_kinh_phi FROM {FEED}").fetchall())
        receipt = receipt_of(warehouse, feed, str(latest_delivery(warehouse, feed)), catalogue)
    assert sorted(stored) == [f"KH-{n:02}" for n in range(1, 13) if n != 5] and set(stored.values()) == {500.0}
    at = openpyxl.utils.get_column_letter(columns["kinh_phi_nsnn"])
    assert [f.location.split("!")[1] for f in receipt.faults] == [f"{at}{first + 4}"]
    assert "bốn trăm" in receipt.text("vi")


def test_rows_taken_at_first_sight_are_those_found_by_looking_closely(
    catalogue: Catalogue, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks: list[dict[str, object]] = [{**TASK, "ma_nhiem_vu": f"KH-{n:02}"} for n in range(1, 25)]
    tasks[6] = {"ma_nhiem_vu": "Ví dụ", "kinh_phi_nsnn": 5}
    tasks[9] = {"ten_nhiem_vu": "Tên nhiệm vụ", "to_chuc_chu_tri": "Tổ chức chủ trì"}  # the heading on a new page
    tasks[12] = {"ten_nhiem_vu": "Tổng cộng", "kinh_phi_nsnn": 5000}
    tasks[15] = {"ten_nhiem_vu": "Lĩnh vực nông nghiệp"}
    tasks[17]["kinh_phi_ngoai"] = "100*"
    tasks[22] = {"ten_nhiem_vu": "Người lập biểu"}
    path = tmp_path / "bieu.xlsx"
    _fill(template, path, catalogue, tasks)
    found = read(catalogue, FEED, path)
    assert found[0].received == 18
    monkeypatch.setattr(form_rows._PlainRows, "holds", lambda *_: False)
    assert read(catalogue, FEED, path) == found
