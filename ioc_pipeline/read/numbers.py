"""A number as a cell holds it → value, status or problem.

Vietnamese text numbers come as `1.234,5`, `1,234.5`, `1 234,5`, `12,5`, `105,2(*)`. What can be read in one way only
is read; what can be read in two ways (`1.234` alone) is refused under clause IOC-SACH-10, never guessed. Signs of
absence (`-`, `…`) become a status, never 0.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# Codes of the list in `problem_codes`.
AMBIGUOUS = "number.ambiguous"
UNREADABLE = "number.text"

_GAPS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\r\n]")
_NIL = re.compile(r"^[-–—−]+$")
_MISSING = re.compile(r"^(?:…+|\.{2,}|(?:\. ?){3,})$")
_FOOTNOTE = re.compile(r"\s*(?:\(\s*(?:\*+|\d{1,2})\s*\)|\*+|[¹²³⁰⁴-⁹]+)\s*$")
_DIGIT = re.compile("[0-9]")
_SIGN = re.compile(r"^([+\-–−])\s*")
_BODY = re.compile(r"^[0-9][0-9., ]*$")


@dataclass(frozen=True)
class CellNumber:
    """Outcome of reading one cell: `status` is a code of the list `value_statuses`; `problem` a code when refused."""

    value: float | None
    status: str = "present"
    percent: bool = False  # a percent sign stood behind the number
    problem: str | None = None


def read_number(raw: object) -> CellNumber | None:
    """Number in a cell (number or text, any unit); None for a blank cell, a `problem` when it is not certain."""
    if raw is None:
        return None
    if isinstance(raw, bool):
        return CellNumber(None, "missing", problem=UNREADABLE)
    if isinstance(raw, int | float):
        return _finite(float(raw))
    if not isinstance(raw, str):
        return CellNumber(None, "missing", problem=UNREADABLE)
    return _read_text(raw)


def looks_numeric(raw: object) -> bool:
    """True for a cell that holds a number, also one kept as text."""
    if isinstance(raw, bool) or raw is None:
        return False
    if isinstance(raw, int | float):
        return True
    if not isinstance(raw, str) or len(raw) > 40 or not _DIGIT.search(raw):
        return False
    read = _read_text(raw)
    return read is not None and read.problem is None and read.value is not None


def as_printed(raw: object) -> str:
    """The cell as it stands, as text: `939` for 939.0, the shortest exact decimal for other numbers."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw).strip() if isinstance(raw, str) else repr(raw) if isinstance(raw, float) else str(raw)


def _finite(value: float) -> CellNumber:
    return CellNumber(value) if math.isfinite(value) else CellNumber(None, "missing", problem=UNREADABLE)


def _read_text(raw: str) -> CellNumber | None:
    text = _GAPS.sub(" ", raw.replace("\u200b", "").replace("\ufeff", "")).strip()
    if not text:
        return None
    if _NIL.match(text):
        return CellNumber(None, "nil")
    if _MISSING.match(text):
        return CellNumber(None, "missing")
    text = _FOOTNOTE.sub("", text)
    percent = text.endswith("%")
    text = text.removesuffix("%").rstrip()
    sign = _SIGN.match(text)
    if sign:
        text = text[sign.end() :]
    if not _BODY.match(text):
        return CellNumber(None, "missing", problem=UNREADABLE)
    value, problem = _magnitude(text)
    if value is None:
        return CellNumber(None, "missing", percent, problem)
    return CellNumber(-value if sign and sign.group(1) != "+" else value, "present", percent)


def _magnitude(text: str) -> tuple[float | None, str | None]:
    """Unsigned number of digits, dots, commas and spaces; (None, problem) when not certain."""
    spaced = " " in text
    whole, decimals, thousands = text, "", None
    marks = [c for c in text if c in ".,"]
    if marks:
        last = marks[-1]
        left, _, right = text.rpartition(last)
        if len(set(marks)) == 2:  # both marks: the last one divides, the other groups
            if marks.count(last) > 1 or spaced:
                return None, UNREADABLE
            whole, decimals, thousands = left, right, marks[0]
        elif len(marks) > 1:  # one mark again and again: it groups
            if spaced:
                return None, UNREADABLE
            whole, thousands = text, last
        elif not spaced and len(right) == 3 and len(left) <= 3 and not left.startswith("0"):
            return None, AMBIGUOUS
        else:
            whole, decimals = left, right
        if not thousands and not decimals:
            return None, UNREADABLE
        if decimals and not decimals.isdigit():
            return None, UNREADABLE
        if len(set(marks)) == 2 and not decimals:
            return None, UNREADABLE
    if spaced:
        thousands = " "
    if thousands:
        groups = whole.split(thousands)
        if not (1 <= len(groups[0]) <= 3) or any(len(group) != 3 for group in groups[1:]):
            return None, UNREADABLE
        whole = "".join(groups)
    if not whole.isdigit() or (len(whole) > 1 and whole.startswith("0")):
        return None, UNREADABLE
    return float(f"{whole}.{decimals or 0}"), None
