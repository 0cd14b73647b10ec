"""Reading workbooks: the reader alone against calamine's plain load of the same sheets, in the same run.

    python -m benchmarks.workbooks FOLDER

FOLDER holds .xls and .xlsx files. Prints seconds and the ratio, by kind: calamine reads neither fonts nor indentation,
and the reader opens .xls with xlrd for them, so the two kinds are told apart, and the share of each step is shown.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import python_calamine

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.read.spreadsheet import open_workbook

ROUNDS = 3


def _plain(path: Path) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def main(folder: Path) -> None:
    catalogue = load_catalogue()
    feed = catalogue.feeds["nso_monthly"]
    books = sorted(p for p in folder.iterdir() if p.suffix in (".xls", ".xlsx"))
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "rows.parquet"
        for kind in (".xlsx", ".xls"):
            chosen = [p for p in books if p.suffix == kind]
            best = {"plain": float("inf"), "open": float("inf"), "read": float("inf")}
            for _ in range(ROUNDS):
                for step in best:
                    begun = time.perf_counter()
                    for path in chosen:
                        if step == "plain":
                            _plain(path)
                        elif step == "open":
                            open_workbook(path, path.name)
                        else:
                            read_delivery(feed, path, path.name, out, catalogue)
                    best[step] = min(best[step], time.perf_counter() - begun)
            plain = best["plain"]
            print(
                f"{kind:<6} {len(chosen):>3} books   calamine {plain:6.2f} s   "
                f"opening {best['open']:6.2f} s ({best['open'] / plain:4.1f}×)   "
                f"reading {best['read']:6.2f} s ({best['read'] / plain:4.1f}×)"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
