"""The label by which a file says that its figures are generated, in whatever place its format has for words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ioc_pipeline.contracts.form_layout import SIMULATED_LABEL
from ioc_pipeline.read.text.text_folding import fold

_MARKS = tuple(fold(part) for part in SIMULATED_LABEL.split(" · "))
_ROWS = 30


def says_simulated(text: object) -> bool:
    """True for a text that begins with the label, in either language."""
    return isinstance(text, str) and fold(text).startswith(_MARKS)


def sheet_says_simulated(rows: Sequence[Iterable[Any]]) -> bool:
    """True when a cell in the first rows of a sheet bears the label."""
    return any(type(value) is str and value and says_simulated(value) for row in rows[:_ROWS] for value in row)
