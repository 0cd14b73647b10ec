"""A number with its unit in one cell (`12 tỷ`, `1,5 nghìn tỷ`, `350 tr.USD`, `4,5‰`) → the column's declared unit.

Certain when the unit is known and converts into the declared one. A bare word of scale (`12 tỷ` in a column of triệu
đồng) names no unit: it is taken with the unit of the column, under a doubt unless it is the column's own scale. A known
unit that does not convert is refused; a word that is no unit leaves the cell what it was: no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ioc_pipeline.contracts.model import CodeList
from ioc_pipeline.messages import Text
from ioc_pipeline.read.text.text_folding import fold
from ioc_pipeline.read.values.unit_names import ratio, unit_code

SUFFIX = r"^[+(-]?[0-9][0-9.,' ]*([^0-9.,' +()*%-].*)$"
"""What stands behind a number, as its first group; valid for Python's `re` and for RE2."""
_SUFFIX = re.compile(SUFFIX, re.DOTALL)
SCALE_WORD = "unit.scale_word"
OTHER_UNIT = "unit.other"
LONGEST = 30
"""Characters of a unit; no spelling in the registry is longer."""


@dataclass(frozen=True)
class CellUnit:
    """What a word behind a number does to it: the value is multiplied by `factor`, or it is a `problem`."""

    factor: Fraction = Fraction(1)
    doubt: str | None = None
    problem: str | None = None


def cell_unit(suffix: str, wanted: str, units: CodeList) -> CellUnit | None:
    """Meaning of the word `suffix` in a column of the unit `wanted` (a code); None when it is no unit at all."""
    word = fold(suffix)
    if wanted not in units.codes or not word or len(word) > LONGEST:
        return None
    given = unit_code(word, units)
    found = ratio(given, wanted, units) if given is not None else None
    if found is not None:
        return CellUnit(found)
    if fold(wanted).startswith(f"{word} "):
        return CellUnit()
    base = units.codes[wanted].extra.get("base")
    scaled = unit_code(f"{word} {base}", units) if base else None
    found = ratio(scaled, wanted, units) if scaled is not None else None
    if found is not None:
        return CellUnit(found, SCALE_WORD)
    return CellUnit(problem=OTHER_UNIT) if given is not None else None


def parted(text: str) -> tuple[str, str] | None:
    """A cell as (number, word behind it); None when nothing stands behind a number."""
    found = _SUFFIX.match(text)
    return (text[: found.start(1)].rstrip(), found[1]) if found else None


def scaled(value: float, factor: Fraction) -> float:
    """A value times a factor, rounded to the 15 digits a DOUBLE keeps: 1.005 nghìn is 1005, not 1004.9999999999999."""
    return value if factor == 1 else float(f"{value * factor.numerator / factor.denominator:.15g}")


def said_of(title: Text, unit: str, words: Iterable[tuple[str, int, CellUnit]]) -> Text | None:
    """Notice of a column: which words stood behind how many numbers, and by what they were multiplied."""
    taken = [(word, count, found) for word, count, found in words if found.problem is None]
    if not taken:
        return None
    total = sum(count for _, count, _ in taken)
    listed = "; ".join(f"“{word}” × {_plain(found.factor)}" for word, _, found in taken[:6])
    return Text(
        f"Cột {title.vi}: {total} giá trị ghi kèm đơn vị trong ô, đã quy về {unit} ({listed}).",
        f"Column {title.en}: {total} value(s) with their unit in the cell, brought to {unit} ({listed}).",
    )


def _plain(factor: Fraction) -> str:
    return str(factor.numerator) if factor.denominator == 1 else f"{float(factor):.15g}"
