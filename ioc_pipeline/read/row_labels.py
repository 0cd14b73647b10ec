"""Labels of a table's rows → what each row is about: the whole, an item under its parents, or an area.

The hierarchy is in the layout only: the column a label stands in, its indentation, and rows such as `Trong đó:`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ioc_pipeline.read.spreadsheet import Sheet
from ioc_pipeline.read.table_blocks import Block
from ioc_pipeline.read.table_spec import RowSpec, SectionSpec, TableSpec
from ioc_pipeline.read.text_folding import clean, fold

_MARK = re.compile(r"\s*\(\s*(\*+|\d)\s*\)\s*$|\s*(\*+)\s*$")
_NOTE = re.compile(r"^(?:\(\s*(\*+|\d)\s*\)|(\*+)|ghi chú\b|nguồn\b)")
_AMONG = re.compile(r"^(?:trong đó(?: chia ra)?|chia ra|tđ(?=\s*:))\s*:?\s*")
_BULLET = re.compile(r"^[-–+•]\s*")
_SPACES_A_STEP = 3
Level = tuple[int, int]


@dataclass(frozen=True)
class RowLabel:
    """What one row is about. `item` is null for the whole; `marks` are its footnote marks and its parents'."""

    row: int
    label: str
    item: str | None
    is_area: bool = False
    special: RowSpec | None = None
    marks: frozenset[str] = frozenset()


@dataclass
class LabelState:
    """Where the reading of labels stands; a table continued further down goes on from here."""

    section: SectionSpec | None = None
    group: Level | None = None  # level of the last group row
    among: Level | None = None  # level of a row `Trong đó: …` whose fellow parts may follow
    parents: list[tuple[Level, str, frozenset[str]]] = field(default_factory=list)


@dataclass(frozen=True)
class TableLabels:
    """Labels of a table's rows of values, footnotes by their mark, and heading rows no declaration knows."""

    rows: list[RowLabel]
    notes: dict[str, str]
    headings: list[tuple[int, str]]


@dataclass(frozen=True)
class _Line:
    row: int
    level: Level
    text: str
    among: bool  # `Trong đó:` stands before it
    valued: bool


def read_labels(block: Block, spec: TableSpec, valued: set[int], state: LabelState) -> TableLabels:
    """Labels of a block. `valued` are its rows with a value in a column that is read; `state` is carried along."""
    lines, notes = _lines(block, valued)
    found: list[RowLabel] = []
    headings: list[tuple[int, str]] = []
    for line in _joined(lines):
        text, marks = _without_mark(line.text)
        folded = fold(text)
        section = next((s for s in spec.sections if s.heading.search(folded)), None)
        if section is not None:  # a stray number on a heading row does not make it an item
            state.section, state.group, state.among, state.parents = section, None, None, []
            continue
        special = next((r for r in spec.rows if r.label.search(folded)), None)
        if any(p.search(folded) for p in spec.whole):
            state.group, state.among, state.parents = None, None, []
            if line.valued:
                found.append(RowLabel(line.row, text, None, marks=marks))
            continue
        if special is not None:
            state.parents = []
            if line.valued:
                found.append(RowLabel(line.row, text, None, special=special, marks=marks))
            continue
        if not line.valued and line.among and not text:
            continue
        level = line.level
        if state.section is not None and state.section.rows == "area":
            if line.valued and any(p.search(folded) for p in state.section.not_areas):
                path = " > ".join([state.section.item, text] if state.section.item else [text])
                found.append(RowLabel(line.row, text, path, marks=marks))
            elif line.valued:
                found.append(RowLabel(line.row, text, state.section.item, is_area=True, marks=marks))
            else:
                headings.append((line.row, text))
            continue
        if line.among and text and state.parents and state.parents[-1][0] >= level:
            column, step = next(known for known, _, _ in state.parents if known >= level)
            level = (column, step + 1)  # `Trong đó: …` is a part of the row before it at its own level or deeper
        elif state.among is not None and level > state.among and level[0] == state.among[0]:
            level = state.among  # the parts listed below `Trong đó: …` stand under its words, not under its colon
        state.among = level if line.among and text else (state.among if level == state.among else None)
        group = any(p.search(folded) for p in spec.groups) and state.section is None
        if not group and state.group is not None and level == state.group and state.section is None:
            level = (level[0], level[1] + 1)
        while state.parents and state.parents[-1][0] >= level:
            state.parents.pop()
        if group:
            state.group = level
        root = [state.section.item] if state.section is not None and state.section.item else []
        path = " > ".join([*root, *(parent for _, parent, _ in state.parents), text])
        inherited = marks.union(*(m for _, _, m in state.parents))
        state.parents.append((level, text, marks))
        if line.valued:
            found.append(RowLabel(line.row, text, path, marks=inherited))
        else:
            headings.append((line.row, text))
    return TableLabels(found, notes, headings)


def _without_mark(text: str) -> tuple[str, frozenset[str]]:
    mark = _MARK.search(text)
    if not mark:
        return text, frozenset()
    return clean(text[: mark.start()]), frozenset({mark.group(1) or mark.group(2)})


def _lines(block: Block, valued: set[int]) -> tuple[list[_Line], dict[str, str]]:
    lines: list[_Line] = []
    notes: dict[str, str] = {}
    for row in block.data:
        texts = [
            (column, value)
            for column, value in enumerate(block.sheet.rows[row][: block.first_value])
            if isinstance(value, str) and clean(value)
        ]
        if not texts:
            continue
        note = _NOTE.match(fold(texts[0][1]))
        if note and row not in valued:
            notes[note.group(1) or note.group(2) or "*"] = clean(" ".join(v for _, v in texts))[note.end() :].strip()
            continue
        among = bool(_AMONG.match(fold(texts[0][1])))
        column, raw = texts[-1]
        text = clean(raw)
        if len(texts) > 1 and not among:
            column, raw = texts[0]
            text = clean(" ".join(value for _, value in texts))
        found = _AMONG.match(fold(text))
        if found:
            text = text[found.end() :]
        lines.append(_Line(row, _level(block.sheet, row, column, raw), _BULLET.sub("", text), among, row in valued))
    return lines, notes


def _level(sheet: Sheet, row: int, column: int, raw: str) -> Level:
    spaces = len(raw) - len(raw.lstrip(" \xa0"))
    return column, sheet.indent(row, column) + spaces // _SPACES_A_STEP


def _joined(lines: list[_Line]) -> list[_Line]:
    """Lines with a label that runs over two rows put together: its second part begins with a small letter
    or a bracket."""
    joined: list[_Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        runs_on = line.text[:1].islower() or line.text.startswith("(")
        if before is not None and runs_on and line.row == before.row + 1 and not before.among:
            if not before.valued and before.text:
                joined[-1] = _Line(line.row, before.level, f"{before.text} {line.text}", False, line.valued)
                continue
            if before.valued and not line.valued:
                joined[-1] = _Line(before.row, before.level, f"{before.text} {line.text}", before.among, True)
                continue
        joined.append(line)
    return joined
