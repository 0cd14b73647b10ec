"""Tables inside a sheet: found by their titles, cut into title, unit, heading and data rows."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ioc_pipeline.read.statistics.table_spec import WorkbookSpec
from ioc_pipeline.read.text.text_folding import clean, fold
from ioc_pipeline.read.workbooks.cell_facts import CellFacts, facts_of
from ioc_pipeline.read.workbooks.spreadsheet import Sheet

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
    facts: CellFacts


def find_blocks(sheet: Sheet, spec: WorkbookSpec, unit_names: Container[str]) -> list[Block]:
    """Tables of a sheet, in order. A title is a numbered line without numbers beside it, at the top of the sheet or
    after a blank row, or a line that a declared table's title matches."""
    facts = facts_of(sheet)
    starts = [row for row in range(len(sheet.rows)) if _is_title(sheet, facts, row, spec)]
    bounds = [*starts, len(sheet.rows)]
    return [_block(sheet, facts, start, end, spec, unit_names) for start, end in pairwise(bounds)]


def _is_title(sheet: Sheet, facts: CellFacts, row: int, spec: WorkbookSpec) -> bool:
    texts, numbers = facts.texts[row], facts.numbers[row]
    if not texts or texts[0] >= _TITLE_COLUMNS or (numbers and numbers[-1] > texts[0]):
        return False
    folded = fold(sheet.rows[row][texts[0]])
    mark = spec.title_mark.match(folded)
    if mark and mark.group() and _LETTER.search(folded[mark.end() :]):
        return bool(spec.continued.search(folded)) or row <= facts.first_filled or not facts.filled[row - 1]
    return row <= facts.first_filled and any(table.matches(folded) for table in spec.tables)


def _block(
    sheet: Sheet, facts: CellFacts, start: int, end: int, spec: WorkbookSpec, unit_names: Container[str]
) -> Block:
    data = [row for row in range(start + 1, end) if _is_data(sheet, facts, row)]
    first_data = data[0] if data else end
    first_value = min((facts.numbers[row][0] for row in data), default=1)
    last_column = max((len(sheet.rows[row]) for row in range(start, end)), default=1) - 1
    title = [clean(sheet.rows[start][facts.texts[start][0]])]
    units: list[str] = []
    heading_start = first_data
    in_title = True
    for row in range(start + 1, first_data):
        texts = {c: clean(sheet.rows[row][c]) for c in facts.texts[row]}
        values = {c: text for c, text in texts.items() if c >= first_value}
        if any(not is_unit_text(text, unit_names) for text in values.values()):
            heading_start = row
            break
        units += values.values()
        if texts and not values and in_title:
            title.append(" ".join(texts.values()))
        in_title = in_title and not values
    data_start = first_data
    while data_start - 1 > heading_start and _heads_a_section(sheet, facts, data_start - 1, first_value, unit_names):
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
        facts,
    )


def _heads_a_section(sheet: Sheet, facts: CellFacts, row: int, first_value: int, unit_names: Container[str]) -> bool:
    """A section's heading right above the first row of numbers: a label with nothing, or only units, beside it."""
    if not facts.filled_from(row, first_value):
        return True
    values = [clean(sheet.rows[row][column]) for column in facts.texts[row] if column >= first_value]
    return facts.text_left_of(row, first_value) and all(is_unit_text(value, unit_names) for value in values)


def _is_data(sheet: Sheet, facts: CellFacts, row: int) -> bool:
    """One label (or `Trong đó:` and a label) with numbers only to its right, not just the years of a heading."""
    labels, numbers = facts.labels[row], facts.numbers[row]
    if not labels or not numbers or len(labels) > 2 or labels[-1] > min(numbers[0], _LABEL_COLUMNS - 1):
        return False
    return not all(_is_year(sheet.rows[row][column]) for column in numbers)


def _is_year(value: object) -> bool:
    return isinstance(value, int | float) and float(value).is_integer() and 1990 <= value <= 2100


def is_unit_text(text: str, unit_names: Container[str]) -> bool:
    """True for a corner note of units: `Đơn vị tính: %`, `Nghìn tấn, triệu USD`."""
    return bool(unit_tokens(text, unit_names))


def unit_tokens(text: str, unit_names: Container[str]) -> tuple[str, ...]:
    """The units a note lists, folded; empty when any part of it is not a unit."""
    parts = _listed(text)
    return parts if parts and all(part in unit_names for part in parts) else ()


@lru_cache(maxsize=16384)
def _listed(text: str) -> tuple[str, ...]:
    folded = re.sub(r"^đơn\s*vị(?:\s*tính)?\s*:?\s*", "", fold(text)).strip(" .")
    return tuple(part.strip() for part in re.split(r"[;,]|\s+và\s+", folded) if part.strip())
