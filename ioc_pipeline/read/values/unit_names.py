"""A unit as printed → the declared unit, and the factor between them: certain or refused, never guessed.

The registry is `reference/units.yaml`: `base` and `factor` say which units convert into each other.
"""

from __future__ import annotations

from fractions import Fraction

from ioc_pipeline.contracts.model import CodeList
from ioc_pipeline.read.text.text_folding import fold
from ioc_pipeline.read.values.code_names import code_names

_WRAPPED = (("(", ")"), ("[", "]"))
_LABELS = ("đơn vị tính:", "đơn vị:", "đvt:")


def unit_code(printed: str, units: CodeList) -> str | None:
    """Code of a unit as a cell or heading prints it: `(1000 tấn)`, `ĐVT: Tr.USD`; None when it is not in the list."""
    text = fold(printed)
    for label in _LABELS:
        text = text.removeprefix(label).strip()
    for left, right in _WRAPPED:
        if text.startswith(left) and text.endswith(right):
            text = text[1:-1].strip()
    return _spellings(id(units), units).get(text)


_KNOWN: dict[int, tuple[CodeList, dict[str, str]]] = {}


def _spellings(key: int, units: CodeList) -> dict[str, str]:
    """Folded spelling → code, built once per list (a code list is never changed; the list kept here keeps its id)."""
    found = _KNOWN.get(key)
    if found is None or found[0] is not units:
        _KNOWN.clear()
        found = _KNOWN[key] = (units, {fold(name): code for name, code in code_names(units).items()})
    return found[1]


def factor(given: str, wanted: str, units: CodeList) -> float | None:
    """By what a value in the unit `given` is multiplied to be in `wanted` (codes); None when they do not convert."""
    found = ratio(given, wanted, units)
    return None if found is None else float(found)


def ratio(given: str, wanted: str, units: CodeList) -> Fraction | None:
    """The exact factor between two units (codes); None when they do not convert."""
    if given == wanted:
        return Fraction(1)
    one, other = units.codes[given].extra, units.codes[wanted].extra
    if "base" not in one or one["base"] != other.get("base"):
        return None
    return Fraction(str(one["factor"])) / Fraction(str(other["factor"]))
