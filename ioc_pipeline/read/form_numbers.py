"""Numbers of one column of a form → plain decimal text, a status, or a problem: decided per column, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from ioc_pipeline.contracts.form_layout import MARKS
from ioc_pipeline.read.number_marks import EITHER_COMMA, EITHER_DOT, FOOTNOTE, PATTERNS
from ioc_pipeline.read.numbers import AMBIGUOUS, UNREADABLE, as_printed, read_number
from ioc_pipeline.read.text_folding import clean, fold
from ioc_pipeline.read.typed_columns import NumberEvidence, lone_mark_meaning

ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"})
_DECIMAL = ","
"""Decimal mark of Vietnamese text, where the column itself does not say otherwise."""
_USUAL_PERCENT = 20
"""Median of a percentage column from which a lone fraction (0,985) is taken as another way of typing."""


@dataclass(frozen=True)
class Cell:
    """One cell as read: `raw` as it stands, facts about it."""

    raw: object
    percent: bool = False  # the number format shows a percent sign
    unsolved: bool = False  # a formula without a result
    merged: bool = False  # covered by a range merged over several values

    @property
    def printed(self) -> str:
        """The cell as a person sees it."""
        return f"{as_printed(self.raw)} (%)" if self.percent else as_printed(self.raw)


@dataclass(frozen=True)
class Number:
    """A cell read: a value, or a status, or a problem with the words to show."""

    value: float | None
    status: str
    problem: str | None = None


def read_column(cells: Mapping[int, Cell], *, percent: bool, whole: bool) -> dict[int, Number]:
    """Numbers of one column by row. `percent`: its unit is %; `whole`: it counts things.

    A blank cell is a problem of its own (`cell.blank`): a mark of absence is a statement, nothing is none.
    """
    evidence = _evidence(cells, whole=whole)
    found = {row: _read(cell, evidence, percent=percent) for row, cell in cells.items()}
    return _one_way(cells, found) if percent else found


def _text(cell: Cell) -> str | None:
    return clean(cell.raw) if isinstance(cell.raw, str) else None


def _evidence(cells: Mapping[int, Cell], *, whole: bool) -> NumberEvidence:
    """What the certain numbers of the column say about its marks. In a column of counts `1.588` cannot be a decimal."""
    counts = dict.fromkeys(("decimal_dots", "decimal_commas", "thousand_dots", "thousand_commas"), 0)
    for cell in cells.values():
        text = _text(cell)
        if text is None:
            continue
        text = re.sub(FOOTNOTE, "", text).removesuffix("%").strip()
        matches = {name for name, pattern in PATTERNS.items() if re.fullmatch(pattern, text)}
        either_dot, either_comma = re.fullmatch(EITHER_DOT, text), re.fullmatch(EITHER_COMMA, text)
        if "commas_dot" in matches or ("one_dot" in matches and not either_dot):
            counts["decimal_dots"] += 1
        if "dots_comma" in matches or ("one_comma" in matches and not either_comma):
            counts["decimal_commas"] += 1
        if matches & {"dots", "dots_comma"} or (whole and either_dot and not text.endswith("000")):
            counts["thousand_dots"] += 1
        if matches & {"commas", "commas_dot"} or (whole and either_comma and not text.endswith("000")):
            counts["thousand_commas"] += 1
    return NumberEvidence(**counts)


def _read(cell: Cell, evidence: NumberEvidence, *, percent: bool) -> Number:
    if cell.unsolved or (isinstance(cell.raw, str) and cell.raw.strip() in ERRORS):
        return Number(None, "missing", "formula.no_value")
    if cell.merged:
        return Number(None, "missing", "cell.merged")
    if isinstance(cell.raw, str) and (mark := MARKS.get(fold(cell.raw))) is not None:
        return Number(None, mark)
    read = read_number(cell.raw)
    if read is None:
        return Number(None, "missing", "cell.blank")
    if read.problem == AMBIGUOUS:
        value = _by_evidence(_text(cell) or "", evidence)
        return Number(value, "present") if value is not None else Number(None, "missing", AMBIGUOUS)
    if read.problem is not None or ((read.percent or cell.percent) and not percent):
        return Number(None, "missing", read.problem or UNREADABLE)
    if read.value is not None and cell.percent and not isinstance(cell.raw, str):
        return Number(round(read.value * 100, 10), "present")
    return Number(read.value, read.status)


def _by_evidence(text: str, evidence: NumberEvidence) -> float | None:
    """A lone `1.234` or `1,234`, where the rest of the column says what its mark means."""
    text = re.sub(FOOTNOTE, "", text).replace("−", "-").removesuffix("%").strip()
    mark = "." if "." in text else ","
    dot, comma = lone_mark_meaning(_DECIMAL, evidence)
    meaning = dot if mark == "." else comma
    if meaning == "thousand":
        return float(text.replace(mark, ""))
    return float(text.replace(mark, ".")) if meaning == "decimal" else None


def _one_way(cells: Mapping[int, Cell], found: dict[int, Number]) -> dict[int, Number]:
    """Refuse fractions of one (0,985) in a percentage column whose other cells are in per cent."""
    signed = {r for r, c in cells.items() if c.percent or (isinstance(c.raw, str) and c.raw.rstrip().endswith("%"))}
    fractions = {r for r, n in found.items() if n.value is not None and 0 < abs(n.value) <= 1 and r not in signed}
    others = [abs(n.value) for r, n in found.items() if n.value and r not in fractions]
    if fractions and others and (signed or median(others) >= _USUAL_PERCENT):
        for row in fractions:
            found[row] = Number(None, "missing", "percent.ambiguous")
    return found
