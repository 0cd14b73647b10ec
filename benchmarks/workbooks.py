"""Reading workbooks against calamine's plain load of the same sheets, in the same run.

    python -m benchmarks.workbooks FOLDER

FOLDER holds .xls and .xlsx files. Two jobs are told apart and each has its ratio: *opening* brings the cells of all
sheets into memory as a reader must have them (checked archive, Unicode text, merged ranges, hidden sheets), which is
what calamine's plain load is comparable with; *reading* is opening and then typing: tables found, headings understood,
each value with indicator, area, period, unit and cell, written as Parquet. The ways take turns; medians of processor
time and wall time are printed, and for reading also the first round, when no cache of labels is warm yet.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import python_calamine

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.read.spreadsheet import open_workbook

ROUNDS = 3


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


def main(folder: Path) -> None:
    """Print, by kind of workbook, the time of each job and its ratio to calamine's."""
    catalogue = load_catalogue()
    feed = catalogue.feeds["nso_monthly"]
    books = sorted(p for p in folder.iterdir() if p.suffix in (".xls", ".xlsx"))
    print(f"medians of {ROUNDS} rounds, load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "rows.parquet"
        ways: dict[str, Callable[[Path], object]] = {
            "calamine": _plain,
            "opening": lambda path: open_workbook(path, path.name),
            "reading": lambda path: read_delivery(feed, path, path.name, out, catalogue),
        }
        for kind in (".xlsx", ".xls"):
            chosen = [p for p in books if p.suffix == kind]
            if not chosen:
                continue
            runs: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
            for _ in range(ROUNDS):
                for way, work in ways.items():
                    runs[way].append(_measured(work, chosen))
            cpu, wall = ({way: median(run[m] for run in done) for way, done in runs.items()} for m in (0, 1))
            print(f"{kind}: {len(chosen)} books")
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
