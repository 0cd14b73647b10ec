"""Two readers on the same workbooks, cell by cell: `python -m benchmarks.two_readers FOLDER --every 10`.

The pipeline takes calamine's word and turns to openpyxl (xlsx) or xlrd (xls) only where calamine fails. This command
asks both about a sample and prints every sheet on which they differ: cells that only one of them holds, or that hold
other values.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
import xlrd

Cells = dict[tuple[int, int], Any]
"""Filled cells by 0-based (row, column); numbers as float, dates left out of the comparison, texts trimmed."""


def _value(raw: Any) -> Any:
    if raw is None or isinstance(raw, bool | date | datetime | time | timedelta):
        return None
    if isinstance(raw, int | float):
        return float(raw)
    return str(raw).strip().replace("\r", "") or None


def _cells(rows: Iterator[Any], top: int = 0, left: int = 0) -> Cells:
    return {
        (top + r, left + c): value
        for r, row in enumerate(rows)
        for c, raw in enumerate(row)
        if (value := _value(raw)) is not None
    }


def with_calamine(path: Path) -> dict[str, Cells]:
    """Sheets of a workbook as calamine reads them."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    found = {}
    for entry in book.sheets_metadata:
        if entry.typ == python_calamine.SheetTypeEnum.WorkSheet:
            found[entry.name] = _cells(iter(book.get_sheet_by_name(entry.name).to_python(skip_empty_area=False)))
    return found


def with_second(path: Path) -> dict[str, Cells]:
    """Sheets of a workbook as openpyxl or xlrd reads them."""
    if path.suffix.lower() == ".xls":
        book = xlrd.open_workbook(str(path))
        return {s.name: _cells(s.row_values(r) for r in range(s.nrows)) for s in book.sheets()}
    loaded = openpyxl.load_workbook(path, data_only=True)
    return {s.title: _cells(s.iter_rows(values_only=True)) for s in loaded.worksheets}


def differences(path: Path) -> list[str]:
    """What the two readers do not agree on, one line a sheet."""
    first, second = with_calamine(path), with_second(path)
    found = [f"sheet “{name}”: one reader only" for name in first.keys() ^ second.keys()]
    for name in first.keys() & second.keys():
        one, two = first[name], second[name]
        other = [k for k in one.keys() & two.keys() if not _same(one[k], two[k])]
        alone = one.keys() ^ two.keys()
        if other or alone:
            at = min([*other, *alone])
            shown = f"{openpyxl.utils.get_column_letter(at[1] + 1)}{at[0] + 1}"
            said = f"{one.get(at)!r:.60} / {two.get(at)!r:.60}"
            found.append(f"sheet “{name}”: {len(other)} cells differ, {len(alone)} in one only; first {shown}: {said}")
    return found


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, float) and isinstance(two, float):
        return math.isclose(one, two, rel_tol=1e-12)
    return bool(one == two)


def main() -> None:
    """Exit code 1 when the readers differ on a workbook."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=10, help="take every n-th workbook")
    options = parser.parse_args()
    paths = sorted(p for p in options.folder.rglob("*") if p.suffix.lower() in (".xls", ".xlsx"))[:: options.every]
    differing = 0
    for path in paths:
        try:
            found = differences(path)
        except Exception as error:  # a reader that fails is what the second one is for
            found = [f"{type(error).__name__}: {error}"]
        differing += bool(found)
        print(f"{path.name}: {'the same' if not found else ''}")
        for line in found:
            print(f"    {line}")
    print(f"{len(paths)} workbooks, {differing} on which the readers differ")
    raise SystemExit(bool(differing))


if __name__ == "__main__":
    main()
