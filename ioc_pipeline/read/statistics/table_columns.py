"""Columns of a recognised table → indicator, measure, period, data type and unit of each, or why it is not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ioc_pipeline.messages import Text
from ioc_pipeline.read.statistics.headers import heading_texts
from ioc_pipeline.read.statistics.table_blocks import Block, unit_tokens
from ioc_pipeline.read.statistics.table_spec import ColumnSpec, TableSpec
from ioc_pipeline.read.text.text_folding import fold
from ioc_pipeline.read.values.period_words import (
    Month,
    Period,
    on_day,
    read_words,
    resolve,
    title_day,
    title_month,
    title_span,
)

INDICES = frozenset({"yoy", "mom", "dec", "index", "ytd_yoy", "quarter_yoy", "qoq"})
"""Measures whose period of comparison is 100."""
COMPARISONS = INDICES | {"plan_pct"}
"""Measures always stated in per cent, whatever the indicator's unit."""
OF_ROW = ""
"""Unit of a column whose rows, or sections, print their own."""
_SHARES = {"period": "share", "ytd": "ytd_share"}
_BRACKETS = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Column:
    """A column that is read."""

    position: int
    spec: ColumnSpec
    heading: str
    period: Period
    measure: str
    data_type: str
    unit: str


@dataclass(frozen=True)
class Unread:
    """A column that is not read, and why."""

    position: int
    heading: str
    why: Text


@dataclass(frozen=True)
class TableColumns:
    """Columns of one table; `month` is its reference month (None when nothing was understood)."""

    read: list[Column]
    unread: list[Unread]
    month: Month | None


@dataclass(frozen=True)
class _Candidate:
    spec: ColumnSpec
    period: Period
    measure: str
    data_type: str | None
    unit: str


def without_growth(columns: TableColumns, numbers: Callable[[int], Iterator[float]]) -> TableColumns:
    """Columns without those whose numbers (`numbers(position)`) contradict a heading that announces an index."""
    odd = [
        column for column in columns.read if column.measure in INDICES and _all_below_fifty(numbers(column.position))
    ]
    if not odd:
        return columns
    unread = [*columns.unread, *(Unread(c.position, c.heading, LOOKS_LIKE_GROWTH) for c in odd)]
    return TableColumns([c for c in columns.read if c not in odd], unread, columns.month)


def _all_below_fifty(numbers: Iterator[float]) -> bool:
    """True for three numbers or more, all below 50; most columns of indices are told by their first number."""
    count = 0
    for number in numbers:
        if number >= 50:
            return False
        count += 1
    return count >= 3


def read_columns(block: Block, spec: TableSpec, units: dict[str, str], filled: set[int]) -> TableColumns:
    """Classify the columns of a block that hold numbers (`filled`); `units` maps folded spellings to unit codes.

    A column is read only when exactly one declared kind of column accounts for every word of its heading.
    """
    headings = heading_texts(block.sheet, block.heading, block.first_value, block.last_column)
    printed = tuple(units[token] for text in block.unit_texts for token in unit_tokens(text, units) if token in units)
    stated = title_month(block.title)
    wide = spec.quarters == "always" or (spec.quarters == "titled" and "các quý" in fold(block.title))
    year = stated.year if stated else _common_year(headings, spec)
    chosen: dict[int, _Candidate] = {}
    unread: list[Unread] = []
    for position in sorted(filled & set(headings)):
        heading = headings[position]
        found = _candidates(heading, block.title, spec, units, printed, year)
        if len(found) == 1:
            chosen[position] = found[0]
        else:
            unread.append(Unread(position, heading, _NOT_UNDERSTOOD if not found else _SEVERAL))
    ends = [c.period.end for c in chosen.values() if c.data_type != "plan"]
    month = stated or max(ends, default=None)
    columns: list[Column] = []
    for position, candidate in chosen.items():
        if month is None or not _in_range(candidate, month, spec, wide):
            unread.append(Unread(position, headings[position], _OTHER_PERIOD))
            continue
        data_type = candidate.data_type or (spec.latest if candidate.period.end == month else spec.earlier)
        columns.append(
            Column(
                position,
                candidate.spec,
                headings[position],
                candidate.period,
                candidate.measure,
                data_type,
                candidate.unit,
            )
        )
    columns, same = _without_twins(columns)
    return TableColumns(columns, sorted([*unread, *same], key=lambda u: u.position), month)


_NOT_UNDERSTOOD = Text("không hiểu chắc chắn tiêu đề cột", "the column heading is not understood with certainty")
_SEVERAL = Text("tiêu đề cột hiểu được nhiều cách", "the column heading can be understood in several ways")
_OTHER_PERIOD = Text("kỳ của cột không khớp với tháng của biểu", "the column's period does not fit the table's month")
LOOKS_LIKE_GROWTH = Text(
    "tiêu đề là chỉ số (kỳ so sánh = 100) nhưng mọi số đều dưới 50, giống tốc độ tăng",
    "the heading is of an index (period compared with = 100) but every number is below 50, as a growth rate would be",
)
_TWIN = Text("hai cột cùng một nghĩa", "two columns have the same meaning")


def _common_year(headings: dict[int, str], spec: TableSpec) -> int | None:
    """The latest year any heading prints for its own period."""
    years = [words.span.year for text in headings.values() if (words := read_words(text)).span and words.span.year]
    return max(years, default=None)


def _candidates(
    heading: str, title: str, spec: TableSpec, units: dict[str, str], printed: tuple[str, ...], year: int | None
) -> list[_Candidate]:
    text, bracketed = _take_units(fold(heading), units)
    for pattern in spec.ignore:
        text = pattern.sub(" ", text)
    found = []
    for column in spec.columns:
        rest = text
        if column.words is not None:
            match = column.words.search(rest)
            if match is None:
                continue
            rest = rest[: match.start()] + " " + rest[match.end() :]
        words = read_words(rest)
        if words.rest:
            continue
        if spec.title_day and words.span is not None:
            words = replace(words, span=on_day(words.span, title_day(title)))
        if words.span is None and spec.title_period:
            words = replace(words, span=title_span(title))
        period = resolve(words, year)
        if period is None:
            continue
        measure = _SHARES.get(period.measure) if column.share else period.measure
        unit = _unit(measure, column, bracketed, printed, spec.row_units is not None)
        if measure is not None and unit is not None:
            found.append(_Candidate(column, period, measure, words.data_type, unit))
    return found


def _take_units(text: str, units: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Heading without the units it prints in brackets (or a lone per cent sign), and those units' codes."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        code = units.get(" ".join(match.group(1).split()))
        if code is None:
            return match.group()
        found.append(code)
        return " "

    text = _BRACKETS.sub(take, text)
    if "%" in text and "%" in units:
        found.append(units["%"])
        text = text.replace("%", " ")
    return text, tuple(found)


def _unit(
    measure: str | None, column: ColumnSpec, bracketed: tuple[str, ...], printed: tuple[str, ...], by_row: bool
) -> str | None:
    """Unit of a column: per cent for comparisons and shares, else the one printed unit the indicator allows, or
    `OF_ROW` where rows or sections print their own."""
    if measure is None:
        return None
    if measure in COMPARISONS or measure in _SHARES.values():
        return "%" if not bracketed or set(bracketed) == {"%"} else None
    if column.role is not None or (by_row and not bracketed):
        return OF_ROW
    stated = [code for code in dict.fromkeys(bracketed or printed) if code in column.units]
    return stated[0] if len(stated) == 1 else None


def _in_range(candidate: _Candidate, month: Month, spec: TableSpec, wide: bool) -> bool:
    """The reference month or the one before; a quarter up to three months back, or any of the year in a `wide` table
    of quarters; the plan of the same year; the actual number of the same month a year ago."""
    end = candidate.period.end
    if candidate.data_type == "plan":
        return end.year == month.year
    back = (month.year - end.year) * 12 + month.month - end.month
    if wide and spec.quarters == "titled" and end.month % 3:
        return False  # a column of a month under a title of quarters
    if back == 12:
        actual = candidate.data_type == "actual" or (spec.last_year and candidate.data_type is None)
        return actual and candidate.measure in ("period", "ytd", "level", "share", "ytd_share")
    if wide and month.year == end.year:
        return back >= 0 and end.month % 3 == 0
    return 0 <= back <= (3 if candidate.period.period_kind == "quarter" else 1)


def _without_twins(columns: list[Column]) -> tuple[list[Column], list[Unread]]:
    """Columns without those that state the same thing twice; the first keeps a merged heading's other cells out."""
    kept: list[Column] = []
    twins: list[Unread] = []
    meanings = [(c.spec, c.period, c.measure, c.data_type, c.unit) for c in columns]
    stated = Counter(meanings)
    for column, meaning in zip(columns, meanings, strict=True):
        if stated[meaning] > 1:
            twins.append(Unread(column.position, column.heading, _TWIN))
        else:
            kept.append(column)
    return kept, twins
