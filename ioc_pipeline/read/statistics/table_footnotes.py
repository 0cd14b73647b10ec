"""Footnotes of a sheet's tables: what they say, which values they speak of, and what that does to those values.

`Số liệu 52 tỉnh, thành phố`, `Chưa bao gồm huyện Mê Linh` make a number another number. A note that gives a unit is
understood when the table is read; every other one is a notice of the delivery, and a doubt about the values that bear
its mark unless `tables.yaml` declares it harmless (a source, a definition).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ioc_pipeline.messages import Text
from ioc_pipeline.read.problem_codes import clause_of
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.statistics.recognised_table import RecognisedTable
from ioc_pipeline.read.statistics.table_blocks import Block, unit_tokens
from ioc_pipeline.read.text.text_folding import clean, fold
from ioc_pipeline.read.workbooks.spreadsheet import cell_name

CODE = "note.condition"
_LINE = re.compile(r"^(?:\(\s*(\*+|\d)\s*\)|(\*+)|ghi chú\b|nguồn\b)\s*:?\s*")
_MARK = re.compile(r"\(\s*(\*+|\d)\s*\)|(?<=[^\W\d])\s*(\*+)\s*$")
_NUMBER_MARK = re.compile(r"\d\s*(?:\(\s*(\*+|\d)\s*\)|(\*+))\s*$")
_ERROR = re.compile(r"#[A-Z/0!?_]+$")  # a formula's
_CELL = re.compile(r"([A-Z]+)(\d+)")
_LONG = 40  # characters of a line below a table that is no label any more
_DOUBT = pa.struct([(name, pa.string()) for name in ("clause", "column", "raw", "reading", "code")])


@dataclass
class Footnote:
    """A note below a table; `rows` and `columns` (0-based) are those that bear its mark, None for all of the table."""

    sheet: str
    title: str
    mark: str | None
    text: str
    row: int
    effect: str  # unit | harmless | condition
    covers: list[tuple[frozenset[int], frozenset[int] | None]] = field(default_factory=list)
    doubted: int = 0

    def speaks_of(self, row: int, column: int) -> bool:
        """True when the note is about this cell."""
        return any(row in rows and (columns is None or column in columns) for rows, columns in self.covers)


def footnotes(
    tables: Sequence[RecognisedTable], units: frozenset[str], harmless: Sequence[re.Pattern[str]]
) -> list[Footnote]:
    """Notes of the tables of one sheet, in order. A table that goes on further down shares its notes with its parts;
    a mark without a note is a note without words."""
    found: list[Footnote] = []
    for group in _groups(tables):
        rows = frozenset(label.row for table in group for label in table.labels.rows)
        if not rows:
            continue
        sheet, title = group[0].block.sheet, group[0].block.title
        notes: list[Footnote] = []
        for table in group:
            for mark, text, row in _lines(table.block, {label.row for label in table.labels.rows}):
                notes.append(Footnote(sheet.name, title, mark, text, row, _effect(text, units, harmless)))
        bearers: dict[str, list[tuple[frozenset[int], frozenset[int] | None]]] = {}
        for table in group:
            for mark, covered in _bearers(table, rows, {note.mark for note in notes}):
                bearers.setdefault(mark, []).append(covered)
        for note in notes:
            note.covers = bearers.get(note.mark or "", [(rows, None)])
        for mark, covers in bearers.items():
            if mark not in {note.mark for note in notes}:
                where = min(min(covered, default=0) for covered, _ in covers)
                notes.append(Footnote(sheet.name, title, mark, "", where, "condition", covers))
        found += notes
    return found


def _groups(tables: Sequence[RecognisedTable]) -> Iterator[list[RecognisedTable]]:
    group: list[RecognisedTable] = []
    for table in tables:
        if group and not (table.block.continued and table.spec.id == group[0].spec.id):
            yield group
            group = []
        group.append(table)
    if group:
        yield group


def _effect(text: str, units: frozenset[str], harmless: Sequence[re.Pattern[str]]) -> str:
    if unit_tokens(text, units):
        return "unit"
    return "harmless" if any(pattern.search(fold(text)) for pattern in harmless) else "condition"


def _lines(block: Block, valued: set[int]) -> list[tuple[str | None, str, int]]:
    """Notes of a block: mark, text with its further lines, first row."""
    found: list[tuple[str | None, str, int]] = []
    last = max(valued, default=block.data.start)
    for row in block.data:
        if row in valued or block.facts.numbers[row]:
            continue
        texts = _texts(block, row)
        if not texts:
            continue
        text = clean(" ".join(texts))
        mark = _LINE.match(fold(texts[0]))
        if mark:
            source = fold(text).startswith("nguồn")  # the word itself says what the note is
            found.append((mark.group(1) or mark.group(2), text if source else text[mark.end() :].strip(), row))
        elif row > last and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {text}", found[-1][2])
        elif row > last and (len(text) > _LONG or text.startswith("(")):
            found.append((None, text, row))
    return [note for note in found if note[1]]


def _texts(block: Block, row: int) -> list[str]:
    values = [block.sheet.rows[row][column] for column in block.facts.texts[row]]
    return [clean(value) for value in values if not _ERROR.match(value)]


def _bearers(
    table: RecognisedTable, rows: frozenset[int], noted: set[str | None]
) -> Iterator[tuple[str, tuple[frozenset[int], frozenset[int] | None]]]:
    """Marks in title, headings, labels and numbers, each with the rows and columns it stands for. `(1)` over a column
    is a mark only if a note explains it: it may be the column's number."""
    block = table.block
    own = frozenset(label.row for label in table.labels.rows)
    for row in range(block.title_row, block.heading.start):
        for text in _texts(block, row):
            for mark in _marks(text):
                yield mark, (rows, None)
    for row in block.heading:
        cells = block.sheet.rows[row]
        for column, mark in _heading_marks(cells):
            if mark in noted or mark.startswith("*"):
                end = next((c for c, v in enumerate(cells) if c > column and clean(str(v))), block.last_column + 1)
                yield mark, (own, frozenset(range(column, end)))
    for label in table.labels.rows:
        for mark in label.marks:
            yield mark, (frozenset({label.row}), None)
    headings = [(row, texts) for row in block.data if row not in own and (texts := _texts(block, row))]
    for row, texts in headings:
        if _LINE.match(fold(texts[0])):
            continue
        below = next((other for other, _ in headings if other > row), block.data.stop)
        for mark in _marks(texts[0]):
            yield mark, (frozenset(r for r in own if row < r < below), None)
    for row in own:
        for column in block.facts.texts[row]:
            mark_found = _NUMBER_MARK.search(block.sheet.rows[row][column]) if column >= block.first_value else None
            if mark_found:
                yield mark_found.group(1) or mark_found.group(2), (frozenset({row}), frozenset({column}))


def _heading_marks(row: list[Any]) -> Iterator[tuple[int, str]]:
    for column, value in enumerate(row):
        if isinstance(value, str):
            for mark in _marks(clean(value)):
                yield column, mark


def _marks(text: str) -> Iterator[str]:
    for found in _MARK.finditer(text):
        yield found.group(1) or found.group(2)


def add_doubts(rows_file: Path, notes: Sequence[Footnote]) -> None:
    """Give the rows that a condition speaks of their doubt (`_doubts` of the Parquet file), and count them."""
    conditions: dict[str, list[Footnote]] = {}
    for note in notes:
        if note.effect == "condition":
            conditions.setdefault(note.sheet, []).append(note)
    if not conditions:
        return
    table = pq.read_table(rows_file)
    doubts: list[list[dict[str, str | None]]] = []
    columns = (table.column(name).to_pylist() for name in ("sheet", "cell", "value", "value_text", "_problems"))
    for sheet, cell, value, text, problems in zip(*columns, strict=True):
        place = _CELL.fullmatch(cell) if sheet in conditions and value is not None and not problems else None
        row = [n for n in conditions[sheet] if n.speaks_of(int(place[2]) - 1, _column(place[1]))] if place else []
        for note in row:
            note.doubted += 1
        doubts.append([_doubt(note, text) for note in row])
    pq.write_table(table.append_column("_doubts", pa.array(doubts, pa.list_(_DOUBT))), rows_file, compression="zstd")


def _doubt(note: Footnote, value: str) -> dict[str, str | None]:
    said = f"({note.mark}) {note.text}".strip() if note.mark else note.text
    return {"clause": clause_of(CODE), "column": "value", "raw": said[:500], "reading": value, "code": CODE}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def notices_about(notes: Sequence[Footnote]) -> list[Notice]:
    """A notice for every note that is no unit, with what it does to the values (after `add_doubts`)."""
    return [_notice(note) for note in notes if note.effect != "unit"]


def _notice(note: Footnote) -> Notice:
    vi, en = (f"dấu ({note.mark})", f"mark ({note.mark})") if note.mark else ("chú thích", "note")
    vi, en = (f"{vi}: “{note.text}”", f"{en}: “{note.text}”") if note.text else (
        f"{vi} không có chú thích nào dưới biểu",
        f"{en} has no note below the table",
    )  # fmt: skip
    if note.effect == "harmless":
        effect = Text("không đổi nghĩa của số", "does not change what the numbers mean")
    elif note.doubted:
        effect = Text(f"{note.doubted} số liệu được nhận kèm nghi vấn", f"{note.doubted} value(s) taken under a doubt")
    else:
        effect = Text("không số liệu nào có dấu này được nhận", "no value that bears it was taken")
    text = Text(
        f"Biểu “{note.title}”, trang tính “{note.sheet}”, {vi}; {effect.vi}",
        f"Table “{note.title}”, sheet “{note.sheet}”, {en}; {effect.en}",
    )
    clause = clause_of(CODE) if note.effect == "condition" else None
    return Notice(text, f"{note.sheet}!{cell_name(note.row, 0)}", clause)
