"""Reading workbooks against calamine's plain load of the same sheets, in the same run.

    python -m benchmarks.workbooks [FOLDER] [--rows 50000]

FOLDER holds .xls and .xlsx files of the statistics office; without it only a form is read: an open form of a department
with so many rows of 12 columns, made here (always the same). Two jobs are told apart and each has its ratio: *opening*
brings the cells of all sheets into memory as a reader must have them (checked archive, Unicode text, merged ranges,
hidden sheets), which is what calamine's plain load is comparable with; *reading* is opening and then typing: tables
found, headings understood, each value with its meaning, place and cell, written as Parquet. The ways take turns;
medians of processor time and wall time are printed, and for reading also the first round, when no cache is warm yet.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import python_calamine
from xlsxwriter import Workbook

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.read.workbooks.spreadsheet import open_workbook

ROUNDS = 3
_COLUMNS = (
    "ma_nhiem_vu", "ten_nhiem_vu", "linh_vuc", "to_chuc_chu_tri", "kinh_phi_nsnn", "kinh_phi_ngoai", "tong_kinh_phi",
    "ngay_bat_dau", "han_nghiem_thu", "trang_thai", "cap_nhat_luc", "thuong_mai_hoa",
)  # fmt: skip


def open_form(catalogue: Catalogue) -> Feed:
    """The shipped feed of S&T tasks as departments could fill it in: an open form, a row for each task."""
    form = {"format": "form", "layout": "rows", "fixed_rows": "none", "sheet": "Biểu 01-KHCN"}
    return replace(catalogue.feeds["st_tasks"], reader=form)


def write_form(feed: Feed, catalogue: Catalogue, rows: int, path: Path) -> None:
    """A filled-in form of so many rows: texts, names of codes, numbers, dates."""
    rng = random.Random(1)
    titles = {column.name: column.title.vi for column in feed.columns}
    fields = [code.name.vi for code in catalogue.codes["st_fields"].codes.values()]
    states = list(catalogue.codes["st_task_states"].codes)
    with Workbook(path) as book:
        sheet = book.add_worksheet("Biểu 01-KHCN")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, "Kỳ số liệu: Quý III/2026")
        sheet.write_row(2, 0, [titles[name] for name in _COLUMNS])
        for row in range(rows):
            own, other = rng.randint(50, 4000), rng.choice([0, 12.5, 100, 250.75])
            begun = date(2024, 1, 1) + timedelta(rng.randint(0, 900))
            name, host = (
                f"Nghiên cứu ứng dụng giống cây trồng số {row}",
                rng.choice(["Viện Hải dương học", "Trường ĐH"]),
            )
            values = (f"KH-{row:06}", name, rng.choice(fields), host, own, other, own + other)
            sheet.write_row(3 + row, 0, values)
            sheet.write_datetime(3 + row, 7, begun, day)
            sheet.write_datetime(3 + row, 8, begun + timedelta(500), day)
            sheet.write_row(3 + row, 9, (rng.choice(states), "30/09/2026 08:00", "Có" if row % 3 else "Không"))


def _plain(path: Path) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def _measured(work: Callable[[Path], object], books: list[Path]) -> tuple[float, float]:
    """Processor and wall seconds of the work over all books."""
    cpu, wall = time.process_time(), time.perf_counter()
    for path in books:
        work(path)
    return time.process_time() - cpu, time.perf_counter() - wall


def _compared(what: str, books: list[Path], feed: Feed, catalogue: Catalogue, out: Path) -> None:
    """Print the time of each job over the books and its ratio to calamine's."""
    ways: dict[str, Callable[[Path], object]] = {
        "calamine": _plain,
        "opening": lambda path: open_workbook(path, path.name),
        "reading": lambda path: read_delivery(feed, path, path.name, out, catalogue),
    }
    runs: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            runs[way].append(_measured(work, books))
    cpu, wall = ({way: median(run[m] for run in done) for way, done in runs.items()} for m in (0, 1))
    print(what)
    for way in ways:
        print(
            f"  {way:<10} cpu {cpu[way]:6.2f} s ({cpu[way] / cpu['calamine']:5.1f}×)   "
            f"wall {wall[way]:6.2f} s ({wall[way] / wall['calamine']:5.1f}×)"
        )
    typing = cpu["reading"] - cpu["opening"]
    print(
        f"  of reading: opening {cpu['opening'] / cpu['reading']:.0%}, typing {typing / cpu['reading']:.0%}; "
        f"first round cpu {runs['reading'][0][0]:.2f} s"
    )


def main() -> None:
    """Print the comparison by kind of workbook, and that of the form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=50_000, help="rows of the form; 0: no form")
    options = parser.parse_args()
    catalogue = load_catalogue()
    found = sorted(options.folder.iterdir()) if options.folder else []
    print(f"medians of {ROUNDS} rounds, load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "rows.parquet"
        for kind in (".xlsx", ".xls"):
            books = [path for path in found if path.suffix == kind]
            if books:
                _compared(f"{kind}: {len(books)} books", books, catalogue.feeds["nso_monthly"], catalogue, out)
        if options.rows:
            feed, path = open_form(catalogue), Path(scratch) / "bieu.xlsx"
            write_form(feed, catalogue, options.rows, path)
            _compared(f"form of {options.rows:,} rows, {len(_COLUMNS)} columns", [path], feed, catalogue, out)


if __name__ == "__main__":
    main()
