"""Values of a workbook's tables → the Parquet file of a reading: the contract's columns, where each row stands, its
problems.

Rows are kept in columns. A text is kept as a number in its column's list of different texts: a workbook states
thousands of values about a few hundred things.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ioc_pipeline.contracts.model import Column
from ioc_pipeline.read.statistics.recognised_table import RecognisedTable
from ioc_pipeline.read.statistics.table_values import PRESENT, CellProblem, Integers
from ioc_pipeline.read.workbooks.spreadsheet import column_letters

_TYPES = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "TIMESTAMP": pa.timestamp("us"),
}
_PROBLEM = pa.struct([("clause", pa.string()), ("column", pa.string()), ("raw", pa.string()), ("code", pa.string())])
PROBLEMS = pa.list_(_PROBLEM)
"""Type of `_problems`: values that would not convert, empty for none."""
_FACT = ("indicator", "item", "place", "period", "measure", "data_type", "unit")
"""The fact key of the shape (a workbook names no agencies); `place` is the area, or its name where it has no code."""
CONFLICT = ("IOC-SACH-03", "key.conflict")
"""Clause and code of a fact the file states twice with different values."""


class _Words:
    """A column of few different words: the number of each entry's word."""

    def __init__(self, words: Iterable[str | date | None], positions: Integers) -> None:
        known: dict[str | date | None, int] = {}
        self.numbers: Integers = np.array([known.setdefault(word, len(known)) for word in words], np.int64)[positions]
        self.known = list(known)


class StatedRows:
    """Rows of all tables of a workbook, in their order."""

    def __init__(self, tables: Sequence[RecognisedTable]) -> None:
        tables = [table for table in tables if len(table.values)]
        values = [table.values for table in tables]
        labels = [label for table in tables for label in table.labels.rows]
        columns = [column for table in tables for column in table.columns.read]
        meanings = [meaning for entries in values for meaning in entries.meanings]
        areas = [area for entries in values for area in entries.areas]
        of_label = _joined([v.label for v in values], [len(table.labels.rows) for table in tables])
        of_column = _joined([v.column for v in values], [len(table.columns.read) for table in tables])
        of_meaning = _joined([v.meaning for v in values], [len(v.meanings) for v in values])
        of_area = _joined([v.area for v in values], [len(v.areas) for v in values])
        of_table = np.repeat(np.arange(len(tables)), [len(v) for v in values])
        coded = np.array([area is not None for area in areas], bool)[of_area]
        names = [label.label for label in labels]
        self._words = {
            "indicator": _Words((meaning.indicator for meaning in meanings), of_meaning),
            "measure": _Words((meaning.measure for meaning in meanings), of_meaning),
            "unit": _Words((meaning.unit for meaning in meanings), of_meaning),
            "item": _Words((label.item for label in labels), of_label),
            "item_name": _Words((label.item_name for label in labels), of_label),
            "area": _Words(areas, of_area),
            "area_name": _Words((label.label if label.is_area else None for label in labels), of_label),
            "place": _Words([*areas, *names], np.where(coded, of_area, len(areas) + of_label)),
            "period": _Words((column.period.period for column in columns), of_column),
            "period_kind": _Words((column.period.period_kind for column in columns), of_column),
            "period_end": _Words((column.period.period_end for column in columns), of_column),
            "data_type": _Words((column.data_type for column in columns), of_column),
            "letters": _Words((column_letters(column.position) for column in columns), of_column),
            "source_table": _Words((table.block.title for table in tables), of_table),
            "sheet": _Words((table.block.sheet.name for table in tables), of_table),
        }
        self.line = np.array([label.row + 1 for label in labels], np.int64)[of_label]
        self.value = np.concatenate([v.number for v in values]) if values else np.zeros(0)
        self.text = _printed(self.value)
        self._statuses = [PRESENT] * len(self.text)
        self.problems: dict[int, list[CellProblem]] = {}
        before = 0
        for entries in values:
            for entry, (number, raw) in entries.odd.items():
                self.text[before + entry], self._statuses[before + entry] = raw, number.status
            for entry, problems in entries.problems.items():
                self.problems[before + entry] = problems
            before += len(entries)

    def __len__(self) -> int:
        return len(self.text)

    def word(self, column: str, row: int) -> str | date | None:
        """A row's word in a column."""
        return self._words[column].known[self._words[column].numbers[row]]

    def without_repetition(self) -> tuple[Integers, dict[str, int]]:
        """The rows that are kept, each fact once, and how many repetitions each sheet had. A fact stated twice with two
        values, or with other problems, is kept both times, next to each other, and gets a problem."""
        every = np.arange(len(self))
        if not len(self):
            return every, {}
        fact = np.zeros(len(self), np.int64)
        for name in _FACT:
            fact = fact * len(self._words[name].known) + self._words[name].numbers
            fact = np.unique(fact, return_inverse=True)[1]  # small numbers again: no product can overflow
        _, first, counts = np.unique(fact, return_index=True, return_counts=True)
        if counts.max() == 1:
            return every, {}
        first_of_row = first[fact]
        order = np.lexsort((every, first_of_row))
        dropped: set[int] = set()
        repeated: dict[str, int] = {}
        several: dict[int, list[int]] = {}
        for row in order[counts[fact[order]] > 1].tolist():
            several.setdefault(int(first_of_row[row]), []).append(row)
        for same in several.values():
            if self._say_the_same(same):
                dropped.update(same[1:])
                for row in same[1:]:
                    sheet = str(self.word("sheet", row))
                    repeated[sheet] = repeated.get(sheet, 0) + 1
                continue
            for row in same:
                problem = CellProblem(CONFLICT[0], "value", self.text[row], CONFLICT[1])
                self.problems[row] = [*self.problems.get(row, ()), problem]
        return np.array([row for row in order.tolist() if row not in dropped], np.int64), repeated

    def _say_the_same(self, rows: Sequence[int]) -> bool:
        """One value, or none for one reason, and the same wrong with it, if anything."""
        if len({(self._statuses[row], *self.problems.get(row, ())) for row in rows}) > 1:
            return False
        return len({float(self.value[row]) for row in rows}) == 1 or all(np.isnan(self.value[row]) for row in rows)

    def write(self, rows: Integers, columns: Sequence[Column], simulated: bool, out: Path) -> None:
        """Write these rows in this order to `out`, with `_row` (from 1), `_location` (`Sheet!A1`) and `_problems`."""
        whole = len(rows) == len(self) and bool((rows == np.arange(len(self))).all())
        texts = self.text if whole else [self.text[row] for row in rows.tolist()]
        statuses = self._statuses if whole else [self._statuses[row] for row in rows.tolist()]
        cell = pc.binary_join_element_wise(
            self._array("letters", rows, pa.string()), pa.array(self.line[rows]).cast(pa.string()), ""
        )
        made: dict[str, pa.Array] = {
            "value": pa.array(self.value[rows], pa.float64(), mask=np.isnan(self.value[rows])),
            "value_text": pa.array(texts, pa.string()),
            "value_status": pa.array(statuses, pa.string()),
            "cell": cell,
            "simulated": pa.repeat(pa.scalar(simulated), len(rows)),
        }
        arrays: dict[str, pa.Array] = {}
        for column in columns:
            kind = _TYPES[column.type]
            if column.name in made:
                arrays[column.name] = made[column.name].cast(kind)
            elif column.name in self._words:
                arrays[column.name] = self._array(column.name, rows, kind)
            else:
                arrays[column.name] = pa.nulls(len(rows), kind)
        arrays["_row"] = pa.array(np.arange(1, len(rows) + 1))
        arrays["_location"] = pc.binary_join_element_wise(self._array("sheet", rows, pa.string()), cell, "!")
        arrays["_problems"] = self._problems(rows)
        out.parent.mkdir(parents=True, exist_ok=True)
        few = [name for name in arrays if name in self._words]  # other columns would only be searched for repetitions
        pq.write_table(pa.table(arrays), out, compression="zstd", use_dictionary=few)

    def _array(self, column: str, rows: Integers, kind: pa.DataType) -> pa.Array:
        words = self._words[column]
        return pa.array(words.known, kind).take(pa.array(words.numbers[rows]))

    def _problems(self, rows: Integers) -> pa.Array:
        found = [self.problems.get(row, []) for row in rows.tolist()] if self.problems else [[]] * len(rows)
        offsets = np.cumsum([0, *map(len, found)], dtype=np.int32)
        flat = pa.array([problem._asdict() for problems in found for problem in problems], _PROBLEM)
        return pa.ListArray.from_arrays(pa.array(offsets), flat, type=PROBLEMS)


def _joined(positions: Sequence[Integers], lengths: Sequence[int]) -> Integers:
    """Positions in the lists of single tables as positions in those lists put together."""
    starts = np.cumsum([0, *lengths])
    moved = [own + start for own, start in zip(positions, starts.tolist(), strict=False)]
    return np.concatenate(moved) if moved else np.zeros(0, np.int64)


def _printed(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> list[str]:
    """Numbers as `numbers.as_printed` gives them."""
    whole = ((numbers == np.floor(numbers)) & (np.abs(numbers) < 1e15)).tolist()
    return [str(int(n)) if is_whole else repr(n) for n, is_whole in zip(numbers.tolist(), whole, strict=True)]
