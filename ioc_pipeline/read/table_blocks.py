"""Tables inside a sheet: found by their titles, cut into title, unit, heading and data rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ioc_pipeline.read.numbers import looks_numeric
from ioc_pipeline.read.spreadsheet import Sheet
from ioc_pipeline.read.table_spec import WorkbookSpec
from ioc_pipeline.read.text_folding import clean, fold

_TITLE_COLUMNS = 3
_LABEL_COLUMNS = 4
_NOTE_MARK = re.compile(r"\s*\(\s*(?:\*+|\d)\s*\)")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Block:
    """One table of a sheet, rows and columns 0-based; `data` is empty when no number stands under the title."""

    sheet: Sheet
    title: str  # number dropped, continuation lines joined, as printed
    title_row: int
    continued: bool
    unit_texts: tuple[str, ...]
    heading: range
    data: range
    first_value: int  # first column of numbers; labels stand to its left
    last_column: int


def find_blocks(sheet: Sheet, spec: WorkbookSpec, unit_names: frozenset[str]) -> list[Block]:
    """Tables of a sheet, in order. A title is a numbered line without numbers beside it, at the top of the sheet or
    after a blank row, or a line that a declared table's title matches."""
    starts = [row for row in range(len(sheet.rows)) if _is_title(sheet, row, spec)]
    bounds = [*starts, len(sheet.rows)]
    return [_block(sheet, start, end, spec, unit_names) for start, end in pairwise(bounds)]


def _first_text(sheet: Sheet, row: int) -> tuple[int, str]:
    for column, value in enumerate(sheet.rows[row][:_TITLE_COLUMNS]):
        if isinstance(value, str) and clean(value):
            return column, clean(value)
    return -1, ""


def _is_blank(row: list[object]) -> bool:
    return not any(value not in ("", None) and (not isinstance(value, str) or clean(value)) for value in row)


def _is_title(sheet: Sheet, row: int, spec: WorkbookSpec) -> bool:
    column, text = _first_text(sheet, row)
    if column < 0 or any(looks_numeric(value) for value in sheet.rows[row][column + 1 :]):
        return False
    folded = fold(text)
    mark = spec.title_mark.match(folded)
    if mark and mark.group() and _LETTER.search(folded[mark.end() :]):
        above = sheet.rows[:row]
        return (
            bool(spec.continued.search(folded)) or not above or _is_blank(above[-1]) or all(_is_blank(r) for r in above)
        )
    return all(map(_is_blank, sheet.rows[:row])) and any(table.matches(folded) for table in spec.tables)


def _block(sheet: Sheet, start: int, end: int, spec: WorkbookSpec, unit_names: frozenset[str]) -> Block:
    first_data = next((row for row in range(start + 1, end) if _is_data(sheet, row)), end)
    first_value = _first_value_column(sheet, range(first_data, end))
    last_column = max((len(sheet.rows[row]) for row in range(start, end)), default=1) - 1
    title = [_first_text(sheet, start)[1]]
    units: list[str] = []
    heading_start = first_data
    in_title = True
    for row in range(start + 1, first_data):
        texts = {c: clean(v) for c, v in enumerate(sheet.rows[row]) if isinstance(v, str) and clean(v)}
        values = {c: text for c, text in texts.items() if c >= first_value}
        if any(not is_unit_text(text, unit_names) for text in values.values()):
            heading_start = row
            break
        units += values.values()
        if texts and not values and in_title:
            title.append(" ".join(texts.values()))
        in_title = in_title and not values
    data_start = first_data
    while data_start - 1 > heading_start and _heads_a_section(sheet, data_start - 1, first_value, unit_names):
        data_start -= 1
    folded = fold(title[0])
    mark = spec.title_mark.match(folded)
    title[0] = title[0][mark.end() :] if mark else title[0]
    whole = clean(_NOTE_MARK.sub("", " ".join(title)))
    continued = spec.continued.search(fold(whole))
    if continued:
        whole = clean(re.sub(re.escape(continued.group()), " ", whole, flags=re.IGNORECASE))
    return Block(
        sheet,
        whole,
        start,
        bool(continued),
        tuple(units),
        range(heading_start, data_start),
        range(data_start, end),
        first_value,
        last_column,
    )


def _heads_a_section(sheet: Sheet, row: int, first_value: int, unit_names: frozenset[str]) -> bool:
    """A section's heading right above the first row of numbers: a label with nothing, or only units, beside it."""
    if not _has_text_from(sheet, row, first_value):
        return True
    values = [clean(v) for v in sheet.rows[row][first_value:] if isinstance(v, str) and clean(v)]
    labelled = any(isinstance(v, str) and clean(v) for v in sheet.rows[row][:first_value])
    return labelled and all(is_unit_text(value, unit_names) for value in values)


def _has_text_from(sheet: Sheet, row: int, column: int) -> bool:
    return any(
        value not in ("", None) and (not isinstance(value, str) or clean(value)) for value in sheet.rows[row][column:]
    )


def _labels(sheet: Sheet, row: int) -> list[int]:
    return [
        column
        for column, value in enumerate(sheet.rows[row])
        if isinstance(value, str) and _LETTER.search(value) and not looks_numeric(value)
    ]


def _is_data(sheet: Sheet, row: int) -> bool:
    """One label (or `Trong đó:` and a label) with numbers only to its right, not just the years of a heading."""
    labels = _labels(sheet, row)
    numbers = [column for column, value in enumerate(sheet.rows[row]) if looks_numeric(value)]
    if not labels or not numbers or len(labels) > 2 or labels[-1] > min(numbers[0], _LABEL_COLUMNS - 1):
        return False
    return not all(_is_year(sheet.rows[row][column]) for column in numbers)


def _is_year(value: object) -> bool:
    return isinstance(value, int | float) and float(value).is_integer() and 1990 <= value <= 2100


def _first_value_column(sheet: Sheet, rows: range) -> int:
    columns = [
        next(column for column, value in enumerate(sheet.rows[row]) if looks_numeric(value))
        for row in rows
        if _is_data(sheet, row)
    ]
    return min(columns, default=1)


def is_unit_text(text: str, unit_names: frozenset[str]) -> bool:
    """True for a corner note of units: `Đơn vị tính: %`, `Nghìn tấn, triệu USD`."""
    return bool(unit_tokens(text, unit_names))


def unit_tokens(text: str, unit_names: frozenset[str]) -> tuple[str, ...]:
    """The units a note lists, folded; empty when any part of it is not a unit."""
    folded = re.sub(r"^đơn\s*vị(?:\s*tính)?\s*:?\s*", "", fold(text)).strip(" .")
    parts = [part.strip() for part in re.split(r"[;,]|\s+và\s+", folded) if part.strip()]
    return tuple(parts) if parts and all(part in unit_names for part in parts) else ()
