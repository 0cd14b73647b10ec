"""Numbers of one column of a form → plain decimal text, a status, or a problem: decided per column, never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from ioc_pipeline.contracts.form_layout import MARKS
from ioc_pipeline.contracts.model import CodeList
from ioc_pipeline.read.text.text_folding import clean, fold
from ioc_pipeline.read.values.number_marks import NumberEvidence
from ioc_pipeline.read.values.numbers import UNREADABLE, as_printed, evidence_of
from ioc_pipeline.read.values.united_numbers import read_with_unit

ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"})
_DECIMAL = ","
"""Decimal mark of Vietnamese text, where the column itself does not say otherwise."""
_USUAL_PERCENT = 20
"""Median of a percentage column from which a lone fraction (0,985) is taken as another way of typing."""


class Cell(NamedTuple):
    """One cell as read: `raw` as it stands, facts about it."""

    raw: object
    percent: bool = False  # the number format shows a percent sign
    unsolved: bool = False  # a formula without a result
    merged: bool = False  # covered by a range merged over several values

    @property
    def printed(self) -> str:
        """The cell as a person sees it."""
        return f"{as_printed(self.raw)} (%)" if self.percent else as_printed(self.raw)


class Number(NamedTuple):
    """A cell read: a value, or a status, or a problem with the words to show."""

    value: float | None
    status: str
    problem: str | None = None
    doubt: str | None = None

    @property
    def plain(self) -> str | None:
        """The value as plain decimal text."""
        return None if self.value is None else repr(self.value)


def read_column(
    cells: Mapping[int, Cell],
    *,
    percent: bool,
    whole: bool,
    unit: str | Mapping[int, str | None] | None = None,
    units: CodeList | None = None,
) -> dict[int, Number]:
    """Numbers of one column by row. `percent`: its unit is %; `whole`: it counts things; `unit`: its unit, or that of
    each row (codes of `units`), to which a unit written in a cell is brought.

    A blank cell is a problem of its own (`cell.blank`): a mark of absence is a statement, nothing is none.
    """
    evidence = _evidence(cells, whole=whole)
    own = {row: unit.get(row) if isinstance(unit, Mapping) else unit for row in cells}
    found = {row: _read(cell, evidence, own[row], units, percent=percent) for row, cell in cells.items()}
    return _one_way(cells, found) if percent else found


def _text(cell: Cell) -> str | None:
    return clean(cell.raw) if isinstance(cell.raw, str) else None


def _evidence(cells: Mapping[int, Cell], *, whole: bool) -> NumberEvidence:
    """What the certain numbers of the column say about its marks. In a column of counts `1.588` cannot be a decimal.

    Percent signs are weighed by `_one_way`, which also knows the cells' number formats.
    """
    texts = [text for cell in cells.values() if (text := _text(cell)) is not None]
    seen = replace(evidence_of(texts), signed=0, bare_shares=0)
    if not whole:
        return seen
    lone = {mark: sum(_counts(text, mark) for text in texts) for mark in ".,"}
    return replace(
        seen,
        thousand_dots=seen.thousand_dots + lone["."],
        thousand_commas=seen.thousand_commas + lone[","],
    )


def _counts(text: str, mark: str) -> bool:
    """A lone `1.588` (not `1.000`, which may be one) in a column of whole numbers."""
    return re.fullmatch(rf"[+-]?[1-9][0-9]{{0,2}}\{mark}[0-9]{{3}}", text) is not None and not text.endswith("000")


def _read(cell: Cell, evidence: NumberEvidence, unit: str | None, units: CodeList | None, *, percent: bool) -> Number:
    if cell.unsolved or (isinstance(cell.raw, str) and cell.raw.strip() in ERRORS):
        return Number(None, "missing", "formula.no_value")
    if cell.merged:
        return Number(None, "missing", "cell.merged")
    if type(cell.raw) is float and math.isfinite(cell.raw) and not cell.percent:  # nearly every cell
        return Number(cell.raw, "present")
    if isinstance(cell.raw, str) and (mark := MARKS.get(fold(cell.raw))) is not None:
        return Number(None, mark)
    read = read_with_unit(cell.raw, unit, units, decimal=_DECIMAL, evidence=evidence)
    if read is None:
        return Number(None, "missing", "cell.blank")
    if read.problem is not None or ((read.percent or cell.percent) and not percent):
        return Number(None, "missing", read.problem or UNREADABLE)
    if read.value is not None and cell.percent and not isinstance(cell.raw, str):
        return Number(round(read.value * 100, 10), "present")
    return Number(read.value, read.status, doubt=read.doubt)


def _one_way(cells: Mapping[int, Cell], found: dict[int, Number]) -> dict[int, Number]:
    """Refuse fractions of one (0,985) in a percentage column whose other cells are in per cent."""
    signed = {r for r, c in cells.items() if c.percent or (isinstance(c.raw, str) and c.raw.rstrip().endswith("%"))}
    fractions = {r for r, n in found.items() if n.value is not None and 0 < abs(n.value) <= 1 and r not in signed}
    others = [abs(n.value) for r, n in found.items() if n.value and r not in fractions]
    if fractions and others and (signed or median(others) >= _USUAL_PERCENT):
        for row in fractions:
            found[row] = Number(None, "missing", "percent.ambiguous")
    return found
