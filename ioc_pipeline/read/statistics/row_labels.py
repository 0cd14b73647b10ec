"""Labels of a table's rows → what each row is about: the whole, an item under its parents, or an area.

The hierarchy is in the layout only: the column a label stands in, its indentation, and rows such as `Trong đó:`.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ioc_pipeline.read.statistics.table_blocks import Block
from ioc_pipeline.read.statistics.table_spec import IndicatorSpec, RowSpec, SectionSpec, TableSpec
from ioc_pipeline.read.text.text_folding import clean, fold, todays_tones

_MARK = re.compile(r"\s*\(\s*(\*+|\d)\s*\)\s*$|\s*(\*+)\s*$")
_NOTE = re.compile(r"^(?:\(\s*(\*+|\d)\s*\)|(\*+)|ghi chú\b|nguồn\b)")
_AMONG = re.compile(r"^(?:trong đó(?: chia ra)?|chia ra|tđ(?=\s*:))\s*:?\s*")
_BULLET = re.compile(r"^[-–+•]\s*")
_UNIT_HEADING = re.compile(r"^đơn vị(?: tính)?$")
_BEHIND = re.compile(r"\s*\(\s*([^()]*?)\s*\)\s*$")
_DITTO = re.compile(r"^[\"”“″'’,\-–\s]+$")
_BROKEN = re.compile(r"-[ \t]*[\r\n]+[ \t]*")  # a word broken at its hyphen
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=[^\W\d_])")
_SPACES_A_STEP = 3
Level = tuple[int, int]


class RowLabel(NamedTuple):
    """What one row is about. `item` is null for the whole; `marks` are its footnote marks and its parents'.

    `item_name` is the item as printed where an alias gave it another name. `unit` is the unit printed for the row
    itself (its text), `section` the row of the heading it stands under, `indicators` what its columns' roles state.
    """

    row: int
    label: str
    item: str | None
    is_area: bool = False
    special: RowSpec | None = None
    marks: frozenset[str] = frozenset()
    item_name: str | None = None
    unit: str | None = None
    section: int | None = None
    indicators: tuple[tuple[str, IndicatorSpec], ...] = ()


class Parent(NamedTuple):
    """A label that later, deeper labels stand under."""

    level: Level
    text: str
    printed: str
    marks: frozenset[str]
    unit: str | None


@dataclass
class LabelState:
    """Where the reading of labels stands; a table continued further down goes on from here."""

    section: SectionSpec | None = None
    group: Level | None = None  # level of the last group row
    among: Level | None = None  # level of a row `Trong đó: …` whose fellow parts may follow
    parents: list[Parent] = field(default_factory=list)
    indicators: tuple[tuple[str, IndicatorSpec], ...] = ()
    heading: int | None = None  # row of the heading that named them


@dataclass(frozen=True)
class TableLabels:
    """Labels of a table's rows of values, footnotes by their mark, and heading rows no declaration knows."""

    rows: list[RowLabel]
    notes: dict[str, str]
    headings: list[tuple[int, str]]


class _Line(NamedTuple):
    row: int
    level: Level
    text: str
    among: bool  # `Trong đó:` stands before it
    valued: bool
    unit: str | None = None


class _Printed(NamedTuple):
    """What the text of a label cell says by itself."""

    note: tuple[str, int] | None  # of a footnote: its mark and where its words begin
    among: bool  # it begins with `Trong đó:`
    text: str  # without that
    steps: int  # by which its blanks or bullet indent it


def read_labels(
    block: Block, spec: TableSpec, valued: set[int], state: LabelState, units: Container[str]
) -> TableLabels:
    """Labels of a block. `valued` are its rows with a value in a column that is read; `state` is carried along,
    `units` are the folded spellings of all units."""
    lines, notes = _lines(block, valued, spec, units)
    if state.section is None:
        state.section = spec.start
    found: list[RowLabel] = []

    def take(line: _Line, label: RowLabel) -> None:
        row, text, item, is_area, special, marks, item_name, unit, _, _ = label
        unit = unit or line.unit
        found.append(
            RowLabel(row, text, item, is_area, special, marks, item_name, unit, state.heading, state.indicators)
        )

    headings: list[tuple[int, str]] = []
    for line in _joined(lines):
        text, marks = _without_mark(line.text)
        folded = fold(text)
        section, special, whole, group, part = _kinds(spec, folded)
        if section is not None:  # a stray number on a heading row does not make it an item
            state.section, state.group, state.among, state.parents = section, None, None, []
            if section.indicators:
                state.indicators, state.heading = section.indicators, line.row
            if section.whole and line.valued:
                take(line, RowLabel(line.row, text, None, marks=marks))
            continue
        if whole:
            state.group, state.among, state.parents = None, None, []
            if line.valued:
                take(line, RowLabel(line.row, text, None, marks=marks))
            continue
        if special is not None:
            state.parents = []
            if line.valued:
                take(line, RowLabel(line.row, text, None, special=special, marks=marks))
            continue
        if not line.valued and line.among and not text:
            continue
        level = line.level
        if state.section is not None and state.section.rows == "area":
            if line.valued and any(p.search(folded) for p in state.section.not_areas):
                path = " > ".join([state.section.item, text] if state.section.item else [text])
                take(line, RowLabel(line.row, text, path, marks=marks))
            elif line.valued:
                take(line, RowLabel(line.row, text, state.section.item, is_area=True, marks=marks))
            else:
                headings.append((line.row, text))
            continue
        if line.among and text and state.parents and state.parents[-1].level >= level:
            column, step = next(known.level for known in state.parents if known.level >= level)
            level = (column, step + 1)  # `Trong đó: …` is a part of the row before it at its own level or deeper
        elif state.among is not None and level > state.among and level[0] == state.among[0]:
            level = state.among  # the parts listed below `Trong đó: …` stand under its words, not under its colon
        state.among = level if line.among and text else (state.among if level == state.among else None)
        if not group and state.group is not None and level == state.group:
            level = (level[0], level[1] + 1)
        if state.parents and part:
            level = (state.parents[0].level[0], state.parents[0].level[1] + 1)
        while state.parents and state.parents[-1].level >= level:
            state.parents.pop()
        if group:
            state.group = level
        root = [state.section.item] if state.section is not None and state.section.item else []
        today = _today(text, spec)
        path = " > ".join([*root, *[parent.text for parent in state.parents], today])
        printed = " > ".join([*root, *[parent.printed for parent in state.parents], text])
        inherited = marks.union(*[parent.marks for parent in state.parents])
        unit = line.unit
        if unit is None and spec.row_units == "label" and state.parents:
            unit = state.parents[-1].unit
        state.parents.append(Parent(level, today, text, marks, unit))
        if line.valued:
            name = printed if printed != path else None
            take(line, RowLabel(line.row, text, path, marks=inherited, item_name=name, unit=unit))
        else:
            headings.append((line.row, text))
    return TableLabels(found, notes, headings)


@lru_cache(maxsize=16384)
def _without_mark(text: str) -> tuple[str, frozenset[str]]:
    mark = _MARK.search(text)
    if not mark:
        return text, frozenset()
    return clean(text[: mark.start()]), frozenset({mark.group(1) or mark.group(2)})


@lru_cache(maxsize=16384)
def _kinds(spec: TableSpec, folded: str) -> tuple[SectionSpec | None, RowSpec | None, bool, bool, bool]:
    """What a folded label is to a table: heading of a section, row of its own; the whole, a group, always a part."""
    return (
        next((s for s in spec.sections if s.heading.search(folded)), None),
        next((r for r in spec.rows if r.label.search(folded)), None),
        any(p.search(folded) for p in spec.whole),
        any(p.search(folded) for p in spec.groups),
        any(p.search(folded) for p in spec.parts),
    )


@lru_cache(maxsize=16384)
def _today(label: str, spec: TableSpec) -> str:
    """Today's name of a label that drifted between years; any other without its number, tone marks in today's place."""
    plain = todays_tones(_NUMBERED.sub("", label))
    folded = fold(plain)
    return next((name for pattern, name in spec.aliases if pattern.search(folded)), plain)


def _unit_column(block: Block) -> int | None:
    """The column of the rows' units, by its heading `Đơn vị tính` over one or two rows."""
    for column in range(block.first_value):
        parts = [block.sheet.value(row, column) for row in block.heading]
        if _UNIT_HEADING.search(fold(" ".join(part for part in parts if isinstance(part, str)))):
            return column
    return None


def _lines(
    block: Block, valued: set[int], spec: TableSpec, units: Container[str]
) -> tuple[list[_Line], dict[str, str]]:
    lines: list[_Line] = []
    notes: dict[str, str] = {}
    units_at = _unit_column(block) if spec.row_units == "column" else None
    last_unit: str | None = None
    for row in block.data:
        cells = block.sheet.rows[row]
        columns = [column for column in block.facts.texts[row] if column < block.first_value]
        if not columns:
            continue
        unit = None
        if units_at is not None:
            raw_unit = clean(str(block.sheet.value(row, units_at)))
            last_unit = unit = last_unit if raw_unit and _DITTO.match(raw_unit) else raw_unit or None
            columns = [column for column in columns if column != units_at]
            if not columns:
                continue
        column = columns[0]
        printed = _printed(cells[column])
        if printed.note is not None and row not in valued:
            mark, start = printed.note
            notes[mark] = clean(" ".join(cells[at] for at in columns))[start:].strip()
            continue
        among, text, steps = printed.among, printed.text, printed.steps
        if len(columns) > 1 and among:  # `Trong đó:` and its first part beside each other
            column = columns[-1]
            text, steps = _printed(cells[column]).text, _printed(cells[column]).steps
        elif len(columns) > 1:
            text = _without_among(" ".join(_BROKEN.sub("-", cells[at]) for at in columns))
        behind = _BEHIND.search(text) if spec.row_units == "label" else None
        if behind and fold(behind.group(1)) in units:
            text, unit = text[: behind.start()], behind.group(1)
        level = (column, block.sheet.indent(row, column) + steps)
        lines.append(_Line(row, level, _BULLET.sub("", text), among, row in valued, unit))
    return lines, notes


@lru_cache(maxsize=16384)
def _printed(raw: str) -> _Printed:
    folded = fold(raw)
    note = _NOTE.match(folded)
    unbroken = _BROKEN.sub("-", raw)
    start = unbroken.lstrip(" \xa0")
    steps = max((len(unbroken) - len(start)) // _SPACES_A_STEP, 1 if _BULLET.match(start) else 0)
    return _Printed(
        (note.group(1) or note.group(2) or "*", note.end()) if note else None,
        _AMONG.match(folded) is not None,
        _without_among(unbroken),
        steps,
    )


def _without_among(raw: str) -> str:
    text = clean(raw)
    found = _AMONG.match(fold(text))
    return text[found.end() :] if found else text


def _joined(lines: list[_Line]) -> list[_Line]:
    """Lines with a label that runs over two rows put together: its second part begins with a small letter
    or a bracket."""
    joined: list[_Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        runs_on = line.text[:1].islower() or line.text.startswith("(")
        if before is not None and runs_on and line.row == before.row + 1 and not before.among:
            if not before.valued and before.text:
                joined[-1] = _Line(line.row, before.level, f"{before.text} {line.text}", False, line.valued, line.unit)
                continue
            if before.valued and not line.valued:
                joined[-1] = before._replace(text=f"{before.text} {line.text}", unit=before.unit or line.unit)
                continue
        joined.append(line)
    return joined
