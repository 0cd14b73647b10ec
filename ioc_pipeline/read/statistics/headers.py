"""Headings of a table spread over several rows → one text per column.

The parts of one heading stand in cells below each other (`Tháng 12` / `năm 2016` / `so với`); a parent heading
stands once, above the first of its columns. It covers the columns its merged range names; where the file has no
merged range it spreads to the right, but only over columns whose own first text stands lower than it.
"""

from __future__ import annotations

import re

from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.workbooks.spreadsheet import Sheet

_FOOTNOTE = re.compile(r"\(\s*\*+\s*\)")  # what it says is `table_footnotes`' to tell


def heading_texts(sheet: Sheet, rows: range, first: int, last: int) -> dict[int, str]:
    """Heading of each column from `first` to `last` (0-based, inclusive), its parts joined by spaces.

    `rows` are the heading rows. Columns without any heading text of their own are left out.
    """
    parts_rows = _without_column_numbers(sheet, rows, first, last)
    own: dict[int, dict[int, str]] = {}
    bounded: set[tuple[int, int]] = set()  # cells whose text a merged range confines
    for row in parts_rows:
        for column in range(first, last + 1):
            text = _heading_part(sheet.value(row, column))
            if text:
                own.setdefault(column, {})[row] = text
    for top, left, bottom, right in sheet.merged:
        text = _heading_part(sheet.value(top, left))
        if top not in parts_rows or not text or left > last or right < first or bottom >= rows.stop:
            continue
        for column in range(max(left, first), min(right, last) + 1):
            bounded.add((top, column))
            own.setdefault(column, {}).setdefault(top, text)
    whole: dict[int, dict[int, str]] = {}
    for column in sorted(own):
        top = min(own[column])
        parent = next((c for c in range(column - 1, first - 1, -1) if c in own and min(own[c]) < top), None)
        inherited = {
            row: text
            for row, text in (whole[parent] if parent is not None else {}).items()
            if row < top and (row, parent) not in bounded
        }
        if parent is not None:
            bounded |= {(row, column) for row in inherited if (row, parent) in bounded}
        whole[column] = {**inherited, **own[column]}
    return {column: " ".join(parts[row] for row in sorted(parts)) for column, parts in whole.items()}


def _heading_part(value: object) -> str:
    if isinstance(value, str):
        return clean(_FOOTNOTE.sub(" ", value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if float(value).is_integer() else str(value)
    return ""


def _without_column_numbers(sheet: Sheet, rows: range, first: int, last: int) -> list[int]:
    """Heading rows without a row that only numbers the columns (A, B, 1, 2, 3)."""
    kept = []
    for row in rows:
        parts = [p for p in (_heading_part(sheet.value(row, c)) for c in range(first, last + 1)) if p]
        numbers = [int(p) for p in parts if p.isdecimal()]
        counted = len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        if not (counted and len(numbers) == len(parts) and numbers[0] <= 2):
            kept.append(row)
    return kept
