"""Delimited text record by record, with Python's `csv`: slow, but it says which line is malformed and goes on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

_LONGEST_QUOTED = 200  # physical lines one record may span; more means a quote was never closed


def records(path: Path, delimiter: str, skip: int, width: int) -> Iterator[tuple[int, list[str], str | None]]:
    """(line, cells, broken) of every record after the first `skip` lines.

    Blank lines are no records. Empty cells beyond the header's width are dropped. A record with another number of
    cells or with misplaced quotes is broken: `broken` holds its raw text. After a misplaced quote reading goes on with
    the next physical line, so that one stray quote does not swallow the lines below it.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = _Lines(file)
        for _ in range(skip):
            lines.begin()
            next(lines, None)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)  # starts afresh after an error
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _QuoteNeverClosed):
                raw = lines.keep_first_only()
                yield lines.start, [], raw.rstrip("\r\n")
                continue
            if not cells or (len(cells) == 1 and not cells[0].strip() and '"' not in lines.raw()):
                continue
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            yield lines.start, cells, None if len(cells) == width else lines.raw().rstrip("\r\n")


class _QuoteNeverClosed(Exception):
    """One record spans more lines than any real one."""


class _Lines:
    """Physical lines that remembers those of the current record and can put all but the first back."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file = file
        self._waiting: list[str] = []
        self._taken: list[str] = []
        self._number = 0
        self.start = 1

    def begin(self) -> None:
        self._taken = []
        self.start = self._number + 1

    def raw(self) -> str:
        return "".join(self._taken)

    def keep_first_only(self) -> str:
        first, *rest = self._taken
        self._waiting.extend(reversed(rest))
        self._number -= len(rest)
        return first

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= _LONGEST_QUOTED:
            raise _QuoteNeverClosed
        line = self._waiting.pop() if self._waiting else next(self._file)
        self._number += 1
        self._taken.append(line)
        return line
