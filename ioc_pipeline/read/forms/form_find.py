"""Where the tables of a form stand: heading rows and which column holds what, whatever was moved or merged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ioc_pipeline.contracts.form_layout import NUMBER_COLUMN, FormLayout
from ioc_pipeline.messages import Message, ReadRefused
from ioc_pipeline.read.records.column_match import ColumnMatch, loose_key, refuse_missing, spellings, strict_key
from ioc_pipeline.read.workbooks.sheet_book import FormBook, FormSheet
from ioc_pipeline.read.workbooks.spreadsheet import Sheet, cell_name

_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_PARTS = re.compile(r"\s[/·|]\s|\n")
_HEADING_DEPTH = 6
"""Rows that one heading may take: groups, titles in two languages, units, numbers of columns."""


@dataclass(frozen=True)
class FormTable:
    """One table: its heading rows (first, last), the column of each form column, the rows that may hold data."""

    sheet: FormSheet
    first_heading: int
    last_heading: int
    positions: dict[str, int]
    data: range
    unknown: tuple[tuple[int, str], ...]  # columns with a heading that is not the form's
    retyped: tuple[tuple[int, int, str], ...] = ()  # row, column, text: heading of a column known by its other heading


class _Headers:
    """Header text → form column, as forgiving as certainty allows."""

    def __init__(self, layout: FormLayout) -> None:
        self.exact: dict[str, str] = {}
        self.loose: dict[str, set[str]] = {}
        for column in layout.columns:
            for spelling in spellings(column.as_column()):
                self.exact.setdefault(strict_key(spelling), column.name)
                self.loose.setdefault(loose_key(spelling), set()).add(column.name)

    def find(self, value: object) -> str | None:
        """Form column a heading cell names; None when none, or several, would fit."""
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            return None
        first_line = value.split("\n")[0]
        parts = (value, first_line, _BRACKETS.sub("", value), *_PARTS.split(value))
        for text in dict.fromkeys(parts):
            name = self.exact.get(strict_key(text))
            if name is not None:
                return name
            key = loose_key(text)
            found = self.loose.get(key, set()) if key else set()
            if len(found) == 1:
                return next(iter(found))
        return None


def find_tables(layout: FormLayout, book: FormBook, name: str) -> list[FormTable]:
    """Tables of the form on all visible sheets; ReadRefused when there is none, or one lacks a needed column."""
    headers = _Headers(layout)
    found = [table for sheet in book.sheets for table in _on_sheet(layout, headers, sheet, name)]
    if found:
        return found
    sheets = ", ".join(f"“{s.sheet.name}”" for s in book.sheets) or "∅"
    wanted = [c.title for c in layout.columns if c.role == "value"]
    raise ReadRefused(
        Message(
            "form.no_table",
            f"Tệp “{name}”: không tìm thấy bảng của biểu “{layout.feed.title.vi}” trên các trang tính {sheets}. "
            f"Dòng tiêu đề cần có các cột: {', '.join(t.vi for t in wanted)}. "
            f"Hãy lấy lại biểu (ioc template {layout.feed.id}), chép số liệu vào rồi gửi lại.",
            f"File “{name}”: no table of the form “{layout.feed.title.en}” on the sheets {sheets}. "
            f"Its heading needs the columns: {', '.join(t.en for t in wanted)}. "
            f"Take the form again (ioc template {layout.feed.id}), copy the numbers into it and send it.",
        )
    )


def _on_sheet(layout: FormLayout, headers: _Headers, sheet: FormSheet, name: str) -> list[FormTable]:
    rows = sheet.sheet.rows
    texts = {value for cells in rows for value in cells if type(value) is str}
    titles = {text: title for text in texts if (title := headers.find(text)) is not None}
    matched: dict[int, dict[str, int]] = {}
    for row, cells in enumerate(rows):
        if titles.keys().isdisjoint(cells):
            continue
        found: dict[str, int] = {}
        for column, value in enumerate(cells):
            title = titles.get(value)
            if title is not None:
                if title in found and title != NUMBER_COLUMN:
                    found[f"{title}\0{column}"] = column  # decided below: refused only in a heading row
                else:
                    found[title] = column
        if found:
            matched[row] = found
    values = {c.name for c in layout.values}
    wanted = max(2, (sum(c.required for c in layout.values) + 1) // 2)
    heads = [row for row, found in matched.items() if len(values & set(found)) >= min(wanted, len(values))]
    groups: list[list[int]] = []
    for row in heads:
        if groups and row - groups[-1][0] < _HEADING_DEPTH:
            groups[-1].append(row)
        else:
            groups.append([row])
    tables = []
    for number, group in enumerate(groups):
        end = groups[number + 1][0] if number + 1 < len(groups) else len(rows)
        tables.append(_table(layout, headers, sheet, matched, group, end, name))
    return tables


def _table(
    layout: FormLayout, headers: _Headers, sheet: FormSheet, matched: dict[int, dict[str, int]], group: list[int],
    end: int, name: str,
) -> FormTable:  # fmt: skip
    best = max(group, key=lambda row: (len(matched[row]), -row))
    _refuse_twice(sheet.sheet, best, matched[best], name)
    positions = {k: v for k, v in matched[best].items() if "\0" not in k}
    around = [r for r in range(max(0, best - 3), min(best + 4, end)) if r != best and (r <= group[-1] or r in group)]
    for row in sorted(around, key=lambda r: (abs(r - best), r)):
        for title, column in matched.get(row, {}).items():
            if "\0" not in title and title not in positions and column not in positions.values():
                positions[title] = column
    _grouped(headers, sheet.sheet, best, positions)
    last = max(group[-1], best)
    heading = _heading(sheet.sheet, range(max(0, min(group[0], best) - 2), last + 1), positions)
    unknown = tuple((c, text) for c, text in heading.items() if c not in positions.values())
    _refuse_missing(layout, positions, sheet.sheet, heading, best, name)
    return FormTable(
        sheet, min(group[0], best), last, positions, range(last + 1, end), unknown,
        _retyped(layout, sheet.sheet, {r: matched[r] for r in sorted([best, *around]) if r in matched}, positions),
    )  # fmt: skip


def _retyped(
    layout: FormLayout, sheet: Sheet, matched: dict[int, dict[str, int]], positions: dict[str, int]
) -> tuple[tuple[int, int, str], ...]:
    """Headings that are neither the form's nor those of a group, of value columns that another heading row names."""
    retyped = []
    for title, column in sorted(positions.items(), key=lambda item: item[1]):
        above = layout.by_name[title].group
        if layout.by_name[title].role != "value":
            continue
        for row in matched if any(found.get(title) == column for found in matched.values()) else ():
            text = sheet.value(row, column)
            if title in matched[row] or not isinstance(text, str) or not text.strip():
                continue
            if above is None or strict_key(above.vi) not in strict_key(text):
                retyped.append((row, column, text))
    return tuple(retyped)


def _grouped(headers: _Headers, sheet: Sheet, row: int, positions: dict[str, int]) -> None:
    """Columns whose heading only makes sense with the merged one above it (`Ca mắc` over `Sởi`)."""
    if row == 0:
        return
    above = {c: sheet.value(row - 1, c) for c in range(len(sheet.rows[row]))}
    for top, left, bottom, right in sheet.merged:
        if top <= row - 1 <= bottom:
            for column in range(left, min(right, len(sheet.rows[row])) + 1):
                above[column] = sheet.value(top, left)
    for column, parent in above.items():
        if column in positions.values() or not isinstance(parent, str) or not parent:
            continue
        child = sheet.value(row, column)
        title = headers.find(f"{parent} {child}") if isinstance(child, str) and child else headers.find(parent)
        if title is not None and title not in positions:
            positions[title] = column


def _heading(sheet: Sheet, rows: range, positions: dict[str, int]) -> dict[int, str]:
    """Topmost heading text of each column from the table's first to its last, texts over several columns left out."""
    wide = {(top, left) for top, left, _, right in sheet.merged if right > left}
    found: dict[int, str] = {}
    for row in rows:
        if sum(value not in ("", None) for value in sheet.rows[row]) < max(2, len(positions) // 3):
            continue  # a title, not a heading
        for column, value in enumerate(sheet.rows[row]):
            if isinstance(value, str) and value.strip() and (row, column) not in wide:
                found.setdefault(column, " ".join(value.split()))
    return found


def _refuse_twice(sheet: Sheet, row: int, found: dict[str, int], name: str) -> None:
    for key, column in found.items():
        title, _, again = key.partition("\0")
        if not again:
            continue
        one, two = (f"{sheet.name}!{cell_name(row, c)}" for c in (found[title], column))
        text = sheet.value(row, column)
        raise ReadRefused(
            Message(
                "read.column_twice",
                f"Tệp “{name}”: hai ô tiêu đề {one} và {two} cùng ứng với cột “{text}”, không biết lấy cột nào. "
                "Hãy xóa cột thừa (hoặc chuyển sang trang tính khác) rồi gửi lại.",
                f"File “{name}”: the heading cells {one} and {two} both stand for “{text}”: which one is meant is "
                "unknown. Delete the extra column (or move it to another sheet) and send the file again.",
            )
        )


def _refuse_missing(
    layout: FormLayout, positions: dict[str, int], sheet: Sheet, heading: dict[int, str], row: int, name: str
) -> None:
    """Every required value column must be there, and at least one column that says which row it is."""
    needed = [c.name for c in layout.values if c.required]
    labels = [c.name for c in layout.labels]
    if labels and not set(labels) & set(positions):
        needed.append(labels[-1] if layout.layout == "rows" else labels[1])
    columns = tuple(replace(c, name=c.title.vi) for c in (f.as_column() for f in layout.columns))
    titled = {c.name: c.title.vi for c in layout.columns}
    extra = tuple(text for c, text in heading.items() if c not in positions.values())
    match = ColumnMatch({titled[n]: p for n, p in positions.items()}, extra)
    where = f"{name} ({sheet.name}!{cell_name(row, 0)})"
    refuse_missing(replace(layout.feed, columns=columns), match, [titled[n] for n in needed], _texts(heading), where)


def _texts(heading: dict[int, str]) -> Sequence[str]:
    return [heading[c] for c in sorted(heading)]
