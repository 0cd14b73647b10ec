"""Rows under a form's heading: which are data, and which totals, examples, notes, signatures, repeated headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import Any

from ioc_pipeline.contracts.form_layout import AREA, AREA_NAME, INDICATOR, INDICATOR_NAME, NUMBER_COLUMN, FormLayout
from ioc_pipeline.read.forms.form_areas import Identified, KnownRows
from ioc_pipeline.read.forms.form_find import FormTable
from ioc_pipeline.read.forms.form_numbers import Cell
from ioc_pipeline.read.text.text_folding import fold
from ioc_pipeline.read.values.numbers import looks_numeric

_EXAMPLE = re.compile(r"^(?:ví dụ|example)\b")
_TOTAL = re.compile(
    r"^(?:[*+•\-–]\s*)?(?:(?:tổng|tổng cộng|tổng số|cộng|total|grand total|chung)"
    r"(?:\s+(?:toàn (?:tỉnh|thành phố)|cả tỉnh|chung|các xã.*))?"
    r"|toàn (?:tỉnh|thành phố)|cả tỉnh|trong đó(?:\s+.*)?|of which)\s*[:.]*$"
)
_PART = re.compile(r"^(?:[*+•\-–]\s*)?(?:trong đó|of which)\b")
_WORD = re.compile(r"[^\W\d_]{2}")
_FOOTER = re.compile(
    r"^(?:\(?\*+\)?\s*)?(?:ghi chú|lưu ý|chú thích|notes?\b|nguồn\s*:|nguồn số liệu|người lập|người duyệt|người ký"
    r"|kế toán|thủ trưởng|giám đốc|phó giám đốc|kt\.|tm\.|tl\.|nơi nhận|phê duyệt"
    r"|.{0,40}ngày\s*(?:\d{1,2}|[.…]+)\s*tháng)"
)
_SPEAKS = re.compile("|".join(pattern.pattern for pattern in (_EXAMPLE, _TOTAL, _FOOTER)))
_UNDER_HEADING = 4
"""Rows below a heading that may number its columns."""


Merged = Mapping[tuple[int, int], tuple[int, int, bool]]
"""Cells inside a merged range → its first cell, and whether it covers several rows or columns of the table."""


@dataclass
class DataRow:
    """One row of data: its place, and which known row it is."""

    row: int
    table: FormTable
    merged: Merged
    who: Identified | None = None
    part: bool = False  # a total of some rows only (`Trong đó`)

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Its cells by form column."""
        return _cells(self.table, self.row, self.merged)


@dataclass
class TableRows:
    """Rows of one table by what they are; row numbers 0-based."""

    table: FormTable
    data: list[DataRow] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)  # known rows without any value
    totals: list[DataRow] = field(default_factory=list)
    examples: list[DataRow] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)  # headings of groups, notes
    beyond: list[int] = field(default_factory=list)  # rows with numbers after the table's end: another table
    codes: set[str] = field(default_factory=set)  # known rows that stand in the table, filled in or not

    def cells(self, name: str) -> list[Cell]:
        """Cells of the rows of data in a form column; blank ones where the table lacks the column."""
        if name not in self.table.positions:
            return [Cell("")] * len(self.data)
        values = self.values(name)
        return [row.cells[name] for row in self.data] if values is None else [Cell(value) for value in values]

    def values(self, name: str) -> Sequence[Any] | None:
        """What the cells of a column of the table hold, where that is all there is to say of them; else None."""
        facts = self.table.sheet.facts
        if facts.percent or facts.unsolved or self.table.sheet.sheet.merged:
            return None
        position = self.table.positions[name]
        values = self._columns[position] if position < len(self._columns) else ("",) * len(self.data)
        return ["" if value is None else value for value in values] if None in values else values

    @cached_property
    def _columns(self) -> list[tuple[Any, ...]]:
        rows = self.table.sheet.sheet.rows
        return list(zip_longest(*(rows[row.row] for row in self.data), fillvalue=""))


def rows_of(table: FormTable, layout: FormLayout, known: KnownRows | None) -> TableRows:
    """Sort the rows of a table. `known`: the rows the form prints; None for an open form."""
    found = TableRows(table)
    ended = gap = other = False
    merged = _merged(table)
    plain = _PlainRows(layout, table, merged) if known is None else None
    for row in table.data:
        line = DataRow(row, table, merged)
        if plain is not None and not ended and plain.holds(row):
            found.data.append(line)
            continue
        cells = line.cells
        if not any(_filled(c) for c in cells.values()) and not any(
            v not in ("", None) for v in table.sheet.sheet.rows[row]
        ):
            gap = bool(found.data or found.empty)
            continue
        if _numbers_columns(table, row) or _repeats_heading(layout, cells):
            continue
        words = _words(table, row)
        values = [cells[c.name] for c in layout.values if c.name in cells]
        numbers = any(_filled(c) or c.unsolved for c in values)
        if any(_EXAMPLE.match(w) for w in words):
            found.examples.append(line)
            continue
        line.who = _identify(layout, cells, known)
        other = other or _opens_another(layout, line, apart=ended or gap)
        if other:
            if any(looks_numeric(v) for v in table.sheet.sheet.rows[row]):
                found.beyond.append(row)
        elif known is not None and line.who is not None and line.who.code is not None:
            (found.data if numbers else found.empty).append(line if numbers else row)  # type: ignore[arg-type]
            found.codes.add(line.who.code)
            gap = False
        elif any(_TOTAL.match(w) for w in words):
            line.part = any(_PART.match(w) for w in words)
            found.totals.append(line)
        elif words and _FOOTER.match(words[0]):
            ended = True
        elif ended or (gap and known is not None):
            if any(looks_numeric(v) for v in table.sheet.sheet.rows[row]):
                found.beyond.append(row)
        elif known is not None:
            (found.data if numbers else found.skipped).append(line if numbers else row)  # type: ignore[arg-type]
        elif _is_record(layout, cells):
            found.data.append(line)
        else:
            found.skipped.append(row)
    return found


def _opens_another(layout: FormLayout, line: DataRow, *, apart: bool) -> bool:
    """True for the heading of a table that is not the form's: it says which rows, but other columns. Rows below it name
    the same communes, yet their numbers are about something else. `apart`: it stands below a blank row or a note."""
    if line.who is None or line.who.code is not None or any(looks_numeric(c.raw) for c in line.cells.values()):
        return False
    texts = {n: fold(c.raw) for n, c in line.cells.items() if isinstance(c.raw, str) and c.raw.strip()}
    labels = [c for c in layout.labels if c.name in texts]
    said = any(texts[c.name] in {fold(s) for s in (c.title.vi, c.title.en, *c.aliases)} for c in labels)
    return said or (apart and any(_WORD.search(texts[c.name]) for c in layout.values if c.name in texts))


def _is_record(layout: FormLayout, cells: Mapping[str, Cell]) -> bool:
    """In an open form: at least two filled cells, or the only one its columns have."""
    filled = sum(_filled(cells[c.name]) for c in layout.columns if c.name in cells and c.role != "number")
    return filled >= min(2, sum(c.role != "number" for c in layout.columns))


def _identify(layout: FormLayout, cells: Mapping[str, Cell], known: KnownRows | None) -> Identified | None:
    if known is None:
        return None
    if layout.layout == "rows":
        code, name = layout.area_column or "", str(layout.feed.reader.get("area_name_column"))
    else:
        code, name = (AREA, AREA_NAME) if layout.layout == "wide" else (INDICATOR, INDICATOR_NAME)
    found = known.identify(*(cells[n].raw if n in cells else None for n in (code, name)))
    return found if found is not None else Identified(None, known.problem("unknown"), "")


def _filled(cell: Cell) -> bool:
    return cell.raw not in ("", None) or cell.unsolved


class _PlainRows:
    """The rows of an open form that are records at first sight: two filled cells or more, none of them merged, and no
    text that may make the row anything else. Each text is looked at once, however many rows have it."""

    def __init__(self, layout: FormLayout, table: FormTable, merged: Merged) -> None:
        self._rows, self._first = table.sheet.sheet.rows, table.last_heading + _UNDER_HEADING + 1
        self._merged = {row for row, _ in merged}
        self._needed = [
            table.positions[c.name] for c in layout.columns if c.name in table.positions and c.role != "number"
        ]
        titles = frozenset[str]().union(*_titles(layout).values())
        texts = {value for row in self._rows[table.data.start : table.data.stop] for value in row if type(value) is str}
        self._odd = {text for text in texts if (folded := fold(text)) in titles or _SPEAKS.match(folded)}

    def holds(self, row: int) -> bool:
        """True when a row is a record at first sight."""
        cells = self._rows[row]
        if row < self._first or row in self._merged or not self._odd.isdisjoint(cells):
            return False
        filled = 0
        for at in self._needed:
            filled += at < len(cells) and cells[at] != "" and cells[at] is not None
        return filled > 1


def _merged(table: FormTable) -> dict[tuple[int, int], tuple[int, int, bool]]:
    found = {}
    for top, left, bottom, right in table.sheet.sheet.merged:
        if bottom - top > 10_000 or right - left > 1_000:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found[row, column] = (top, left, (bottom, right) != (top, left))
    return found


def _cells(table: FormTable, row: int, merged: Merged) -> dict[str, Cell]:
    sheet, facts = table.sheet.sheet, table.sheet.facts
    cells = {}
    for name, column in table.positions.items():
        raw, several = sheet.value(row, column), False
        if (row, column) in merged:
            top, left, several = merged[row, column]
            raw = sheet.value(top, left)
        cells[name] = Cell(
            "" if raw is None else raw, (row, column) in facts.percent, (row, column) in facts.unsolved, several
        )
    return cells


def _words(table: FormTable, row: int) -> list[str]:
    """Texts of a row, folded, in their order."""
    return [fold(v) for v in table.sheet.sheet.rows[row] if isinstance(v, str) and v.strip()]


def _numbers_columns(table: FormTable, row: int) -> bool:
    """True for a row right under the heading that numbers the columns: A, B, (1), (2), 1, 2 …; or states units only."""
    if row - table.last_heading > _UNDER_HEADING:
        return False
    texts = [_bare(v) for v in table.sheet.sheet.rows[row] if v not in ("", None)]
    digits = sorted(int(t) for t in texts if t.isdecimal() and len(t) < 4)  # moved columns take their number along
    letters = [t for t in texts if len(t) == 1 and t.isalpha()]
    counted = len(digits) >= 2 and digits == list(range(digits[0], digits[0] + len(digits))) and digits[0] <= 3
    return counted and len(digits) + len(letters) == len(texts)


def _bare(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip(" ()[]")


def _repeats_heading(layout: FormLayout, cells: Mapping[str, Cell]) -> bool:
    """True for titles in the other language, units, or a heading repeated on a new page."""
    texts = {n: fold(c.raw) for n, c in cells.items() if isinstance(c.raw, str) and c.raw.strip()}
    titles = _titles(layout)
    said = sum(bool(text) and text in titles[name] for name, text in texts.items())
    if said < 2 or said < len(texts) / 2:
        return False
    return not any(looks_numeric(c.raw) for n, c in cells.items() if n != NUMBER_COLUMN)


def _titles(layout: FormLayout) -> dict[str, frozenset[str]]:
    """Folded titles of each column, with its unit as a row of units has it."""
    found = {}
    for column in layout.columns:
        unit = fold(column.unit or "")
        spelled = (column.title.vi, column.title.en, *column.aliases)
        found[column.name] = frozenset((unit, f"({unit})", *map(fold, spelled)))
    return found
