"""A number as a cell holds it → value, status, doubt or problem.

Vietnamese text numbers come as `1.234,5`, `1,234.5`, `1 234,5`, `12,5`, `105,2(*)`. What can be read in one way only
is read; what can be read in two ways (`1.234` alone) is refused under clause IOC-SACH-10, never guessed. Signs of
absence (`-`, `…`) become a status, never 0. The grammar is `number_marks`; `typed_columns` applies the same to columns.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.values import number_marks as marks
from ioc_pipeline.read.values.number_marks import AMBIGUOUS, UNREADABLE, NumberEvidence

__all__ = ["AMBIGUOUS", "UNREADABLE", "CellNumber", "as_printed", "evidence_of", "looks_numeric", "read_number"]

_DIGIT = re.compile("[0-9０-９]")
_SHAPES = [(name, re.compile(pattern)) for name, pattern in marks.SHAPES]
_FOOTNOTE, _PERCENT = re.compile(marks.FOOTNOTE), re.compile(marks.PERCENT)
_PARENTHESES, _SIGN_GAP = re.compile(marks.PARENTHESES), re.compile(marks.SIGN_GAP)
_NO_EVIDENCE = NumberEvidence()
_LONGEST = 80  # characters; no number of a report is longer


class CellNumber(NamedTuple):
    """Outcome of reading one cell: `status` is a code of the list `value_statuses`; `problem` a code when refused,
    `doubt` a code when the value was taken although its sender may have meant another."""

    value: float | None
    status: str = "present"
    percent: bool = False  # a percent sign stood behind the number
    problem: str | None = None
    doubt: str | None = None


@dataclass(frozen=True)
class _Body:
    """A number's text without footnote mark, percent sign and parentheses, and its shape."""

    text: str
    shape: str | None
    percent: bool
    doubt: str | None


def read_number(
    raw: object, *, decimal: str = "", evidence: NumberEvidence = _NO_EVIDENCE, doubtful: bool = False
) -> CellNumber | None:
    """Number in a cell (number or text, any unit); None for a blank cell, a `problem` when it is not certain.

    `decimal` and `evidence` decide about `1.234` (see `number_marks.lone_mark_meaning`). A reader that cannot record
    doubts leaves `doubtful` False: what would be a doubt is refused, except a footnote mark, which says nothing about
    the number itself.
    """
    if raw is None or raw == "":
        return None
    if type(raw) is float and math.isfinite(raw):  # nearly every cell
        return CellNumber(raw)
    if isinstance(raw, bool):
        return _refused(UNREADABLE)
    if isinstance(raw, int | float):
        return _finite(raw)
    if not isinstance(raw, str):
        return _refused(UNREADABLE)
    read = _read_text(raw, decimal, evidence)
    if read is not None and read.doubt not in (None, marks.FOOTNOTED) and not doubtful:
        return _refused(UNREADABLE, read.percent)
    return read


def evidence_of(texts: Iterable[str]) -> NumberEvidence:
    """What the certain numbers of a column of texts say about its marks."""
    counts = dict.fromkeys(("dots", "commas", "by_dots", "by_commas", "signed", "shares"), 0)
    for raw in texts:
        text = clean(raw)
        if len(text) > _LONGEST:
            continue
        body = _body(text)
        counts["dots"] += body.shape in marks.DECIMAL_DOTS
        counts["commas"] += body.shape in marks.DECIMAL_COMMAS
        counts["by_dots"] += body.shape in marks.THOUSAND_DOTS
        counts["by_commas"] += body.shape in marks.THOUSAND_COMMAS
        value = _value(body, "", "") if body.shape in marks.MEANING else None
        counts["signed"] += body.percent and value is not None
        counts["shares"] += not body.percent and value is not None and 0 < abs(value) <= 1
    return NumberEvidence(*counts.values())


def looks_numeric(raw: object) -> bool:
    """True for a cell that holds a number, also one kept as text."""
    if type(raw) is str:
        return len(raw) <= 40 and _DIGIT.search(raw) is not None and _text_is_numeric(raw)
    return isinstance(raw, int | float) and not isinstance(raw, bool)


@lru_cache(maxsize=4096)
def _text_is_numeric(raw: str) -> bool:
    read = read_number(raw)
    return read is not None and read.problem is None and read.value is not None


def as_printed(raw: object) -> str:
    """The cell as it stands, as text: `939` for 939.0, the shortest exact decimal for other numbers."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw).strip() if isinstance(raw, str) else repr(raw) if isinstance(raw, float) else str(raw)


def _refused(problem: str, percent: bool = False) -> CellNumber:
    return CellNumber(None, "missing", percent, problem)


def _finite(raw: int | float) -> CellNumber:
    try:
        value = float(raw)
    except OverflowError:
        return _refused(UNREADABLE)
    return CellNumber(value) if math.isfinite(value) else _refused(UNREADABLE)


def _body(text: str) -> _Body:
    doubt = None
    text = text.translate(marks.TRANSLATED)
    found = _FOOTNOTE.sub(r"\1", text)
    if found != text:
        text, doubt = found, marks.FOOTNOTED
    percent = _PERCENT.search(text) is not None
    text = _PERCENT.sub("", text)
    found = _PARENTHESES.sub(r"-\1", text)
    if found != text:
        text, doubt = found, marks.IN_PARENTHESES
    text = _SIGN_GAP.sub(r"\1", text.removeprefix("'"))
    shape = next((name for name, pattern in _SHAPES if pattern.fullmatch(text)), None)
    if shape == "zeros":
        doubt = marks.LEADING_ZERO
    if shape == "scientific" and re.search(marks.ROUNDED_SHAPE, text):
        doubt = marks.ROUNDED
    return _Body(text, shape, percent, doubt)


def _read_text(raw: str, decimal: str, evidence: NumberEvidence) -> CellNumber | None:
    text = clean(raw)
    if not text:
        return None
    status = marks.missing_marks().get(text.lower())
    if status:
        return CellNumber(None, status)
    if len(text) > _LONGEST:
        return _refused(UNREADABLE)
    body = _body(text)
    if body.shape == "range":
        return _refused(marks.RANGE, body.percent)
    value = _value(body, *marks.lone_mark_meaning(decimal, evidence))
    if value is None or not math.isfinite(value):
        return _refused(AMBIGUOUS if (body.shape or "").startswith("either") else UNREADABLE, body.percent)
    doubt = body.doubt
    if evidence.signed and not body.percent and value != 0:
        if evidence.percent_mixed and abs(value) <= 1:
            return _refused(marks.PERCENT_MIXED)
        doubt = marks.PERCENT_BARE
    return CellNumber(value, "present", body.percent, doubt=doubt)


def _value(body: _Body, dot: str, comma: str) -> float | None:
    shape, text = body.shape, body.text
    meaning = marks.MEANING.get(shape or "")
    if shape == "either_dot":
        meaning = {"decimal": ("", False), "thousand": (".", False)}.get(dot)
    if shape == "either_comma":
        meaning = {"decimal": ("", True), "thousand": (",", False)}.get(comma)
    if meaning is None:
        return None
    grouping, comma_divides = meaning
    if grouping:
        text = text.replace(grouping, "")
    return float(text.replace(",", ".") if comma_divides else text)
