"""What kind of content stands where on a sheet: found out once for every cell, asked often while tables are found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.values.numbers import looks_numeric
from ioc_pipeline.read.workbooks.spreadsheet import Sheet

_LETTER = re.compile(r"[^\W\d_]")
_BLANK = ""  # the one empty text of CPython: most cells, left out in one pass; another one is only slower
_TEXT, _NUMBER, _LABEL = 1, 2, 4


@dataclass(frozen=True)
class CellFacts:
    """Columns of each row (0-based, ascending) by what they hold: anything at all (`filled`: a text of blanks is
    nothing), text, a number (also one kept as text), a label (text with a letter that is no number)."""

    filled: list[list[int]]
    texts: list[list[int]]
    numbers: list[list[int]]
    labels: list[list[int]]
    first_filled: int  # the first row that holds anything; the number of rows where none does

    def text_left_of(self, row: int, column: int) -> bool:
        """True when text stands in a row left of a column."""
        texts = self.texts[row]
        return bool(texts) and texts[0] < column

    def filled_from(self, row: int, column: int) -> bool:
        """True when anything stands in a row from a column on."""
        filled = self.filled[row]
        return bool(filled) and filled[-1] >= column


def facts_of(sheet: Sheet) -> CellFacts:
    """Facts about all cells of a sheet."""
    first = next((number for number, row in enumerate(sheet.rows) if _holds_anything(row)), len(sheet.rows))
    facts = CellFacts([], [], [], [], first)
    for row in sheet.rows:
        filled = [at for at, value in enumerate(row) if value is not _BLANK]
        blank: list[int] = []
        texts: list[int] = []
        numbers: list[int] = []
        labels: list[int] = []
        for column in filled:
            value = row[column]
            kind = type(value)
            if kind is float or kind is int:
                numbers.append(column)
            elif kind is str:
                what = _text_kind(value)
                if not what:
                    blank.append(column)
                    continue
                texts.append(column)
                if what & _NUMBER:
                    numbers.append(column)
                if what & _LABEL:
                    labels.append(column)
            elif value is None:  # anything else is a date, or True
                blank.append(column)
        facts.filled.append([column for column in filled if column not in blank] if blank else filled)
        facts.texts.append(texts)
        facts.numbers.append(numbers)
        facts.labels.append(labels)
    return facts


def _holds_anything(row: list[object]) -> bool:
    return any(value is not None and (type(value) is not str or clean(value)) for value in row)


@lru_cache(maxsize=65536)
def _text_kind(text: str) -> int:
    if not clean(text):
        return 0
    if looks_numeric(text):
        return _TEXT | _NUMBER
    return _TEXT | _LABEL if _LETTER.search(text) else _TEXT
