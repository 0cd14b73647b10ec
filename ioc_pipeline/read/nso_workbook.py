"""The statistics office's monthly workbook → one row for each value of the tables the feed declares.

Nothing is known here about any one table: `tables.yaml` of the feed says how tables, columns and rows are
recognised. What is not recognised with certainty is reported as a notice and not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.units import resolve_province
from ioc_pipeline.messages import Text
from ioc_pipeline.read.numbers import as_printed, looks_numeric, read_number
from ioc_pipeline.read.observation_rows import CellProblem, Observation, write_observations
from ioc_pipeline.read.period_words import Month
from ioc_pipeline.read.problem_codes import clause_of
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.row_labels import LabelState, RowLabel, TableLabels, read_labels
from ioc_pipeline.read.spreadsheet import Sheet, cell_name, open_workbook
from ioc_pipeline.read.table_blocks import Block, find_blocks, unit_tokens
from ioc_pipeline.read.table_columns import Column, TableColumns, read_columns, without_growth
from ioc_pipeline.read.table_spec import RowSpec, TableSpec, WorkbookSpec, load_table_spec
from ioc_pipeline.read.text_folding import clean, fold

NATION = "VN"
CONFLICT = ("IOC-SACH-03", "key.conflict")
"""Clause and code of a fact the file states twice with different values."""
ResolveArea = Callable[[str, date], str | None]


@dataclass
class _Table:
    """One recognised table with everything read from it."""

    block: Block
    spec: TableSpec
    columns: TableColumns
    labels: TableLabels
    rows: list[Observation] = field(default_factory=list)


def read_workbook(
    feed: Feed, blob: Path, original_name: str, out: Path, resolve_area: ResolveArea = resolve_province
) -> Reading:
    """Read the workbook stored at `blob` and delivered as `original_name`; write its rows to `out` (Parquet).

    `resolve_area(name, day)` gives the code of an area valid on a day, None when no area bears the name. Raises
    ReadRefused when the file is not a readable workbook, IocError when the feed's table declarations are wrong.
    """
    folder = feed.folder / str(feed.reader.get("tables", "tables.yaml"))
    spec = load_tables(folder, folder.stat().st_mtime_ns)
    units = unit_codes(feed.folder.parent.parent / "reference" / "units.yaml")
    workbook = open_workbook(blob, original_name)
    notices = [
        Notice(Text(f"Trang tính “{name}” hỏng, không đọc", f"Sheet “{name}” is damaged, not read"), name)
        for name in workbook.unreadable
    ]
    tables: list[_Table] = []
    for sheet in workbook.sheets:
        found, said = _read_sheet(sheet, spec, units, resolve_area)
        tables += found
        notices += said
    month = _reference_month(tables)
    kept = []
    for table in tables:
        if table.columns.month == month or not table.rows:
            kept.append(table)
        else:
            notices.append(_of_other_month(table, month))
    rows, said = _without_repetition([row for table in kept for row in table.rows])
    notices += said
    notices += _publication_notice(feed, original_name, month)
    write_observations(rows, feed.columns, out)
    return Reading(out, len(rows), tuple(notices))


@lru_cache(maxsize=8)
def load_tables(path: Path, changed: int) -> WorkbookSpec:
    """Spec of a file, loaded once for each of its versions (`changed` is its modification time)."""
    return load_table_spec(path)


@lru_cache(maxsize=4)
def unit_codes(path: Path) -> dict[str, str]:
    """Unit codes by every folded spelling the list of units knows."""
    codes: dict[str, str] = {}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["codes"]:
        for spelling in (entry["code"], entry["vi"], *entry.get("aliases", ())):
            codes[fold(str(spelling))] = entry["code"]
    return codes


def _read_sheet(
    sheet: Sheet, spec: WorkbookSpec, units: dict[str, str], resolve_area: ResolveArea
) -> tuple[list[_Table], list[Notice]]:
    tables: list[_Table] = []
    notices: list[Notice] = []
    states: dict[str, LabelState] = {}
    previous: TableSpec | None = None
    for block in find_blocks(sheet, spec, frozenset(units)):
        matching = [table for table in spec.tables if table.matches(fold(block.title))]
        if block.continued and not matching and previous is not None:
            matching = [previous]
        previous = matching[0] if len(matching) == 1 else None
        if sheet.hidden:
            notices.append(_table_notice(block, "nằm trên trang tính ẩn, không đọc", "is on a hidden sheet, not read"))
        elif len(matching) == 1:
            table_spec = matching[0]
            state = states.setdefault(table_spec.id, LabelState())
            if not block.continued:
                state.section, state.parents = None, []
            table = _read_table(block, table_spec, units, state)
            _take_values(table, units, resolve_area)
            tables.append(table)
            notices += _table_notices(table)
        elif matching:
            ids = ", ".join(table.id for table in matching)
            notices.append(
                _table_notice(block, f"khớp nhiều khai báo ({ids}), không đọc", f"matches several specs ({ids}), not read")
            )
        elif any(pattern.search(fold(block.title)) for pattern in spec.not_taken):
            notices.append(_table_notice(block, "không thuộc các biểu của nguồn này", "is not taken by this feed"))
        else:
            notices.append(_table_notice(block, "không nhận ra, không đọc", "is not recognised, not read"))
    return tables, notices


def _read_table(block: Block, spec: TableSpec, units: dict[str, str], state: LabelState) -> _Table:
    rows = block.sheet.rows
    filled = {
        column
        for row in block.data
        for column in range(block.first_value, len(rows[row]))
        if read_number(rows[row][column]) is not None and _has_label(block, row)
    }

    def numbers(column: int) -> list[float]:
        read = (read_number(block.sheet.value(row, column)) for row in block.data if _has_label(block, row))
        return [number.value for number in read if number is not None and number.value is not None]

    columns = without_growth(read_columns(block, spec, units, filled), numbers)
    positions = [column.position for column in columns.read]
    valued = {
        row for row in block.data if any(read_number(block.sheet.value(row, column)) is not None for column in positions)
    }
    return _Table(block, spec, columns, read_labels(block, spec, valued, state))


def _has_label(block: Block, row: int) -> bool:
    return any(isinstance(v, str) and clean(v) for v in block.sheet.rows[row][: block.first_value])


def _take_values(table: _Table, units: dict[str, str], resolve_area: ResolveArea) -> None:
    for label in table.labels.rows:
        for column in table.columns.read:
            row = _observation(table, label, column, units, resolve_area)
            if row is not None:
                table.rows.append(row)


def _observation(
    table: _Table, label: RowLabel, column: Column, units: dict[str, str], resolve_area: ResolveArea
) -> Observation | None:
    raw = table.block.sheet.value(label.row, column.position)
    number = read_number(raw)
    if number is None:
        return None
    indicator, measure = _own_indicator(label.special, column)
    if indicator is None:
        return None
    problems = []
    if number.problem is not None:
        problems.append(CellProblem(clause_of(number.problem), "value", as_printed(raw), number.problem))
    if number.percent and column.unit != "%":
        problems.append(CellProblem(clause_of("unit.other"), "value", as_printed(raw), "unit.other"))
    unit, certain = _unit_of_row(table, label, column, units)
    if not certain:
        problems.append(CellProblem(clause_of("unit.unknown"), "unit", label.label, "unit.unknown"))
    area: str | None = NATION
    if label.is_area:
        area = resolve_area(label.label, column.period.period_end)
        if area is None:
            problems.append(CellProblem(clause_of("area.unknown"), "area", label.label, "area.unknown"))
    return Observation(
        indicator=indicator,
        item=label.item,
        area=area,
        area_name=label.label if label.is_area else None,
        period=column.period.period,
        period_kind=column.period.period_kind,
        period_end=column.period.period_end,
        measure=measure,
        data_type=column.data_type,
        value=number.value,
        value_text=as_printed(raw),
        value_status=number.status,
        unit=unit,
        source_table=table.block.title,
        sheet=table.block.sheet.name,
        cell=cell_name(label.row, column.position),
        problems=problems,
    )


def _own_indicator(special: RowSpec | None, column: Column) -> tuple[str | None, str]:
    """Indicator and measure of a value; a row of its own may state growth instead of an index."""
    if special is None:
        return column.spec.indicator, column.measure
    if special.growth:
        return special.growth.get(column.measure), "growth"
    return special.indicator, column.measure


def _unit_of_row(table: _Table, label: RowLabel, column: Column, units: dict[str, str]) -> tuple[str, bool]:
    """Unit of a value, and whether it is certain: a footnote may give a row another unit than its column's."""
    if column.unit == "%" or not column.spec.note_units or not label.marks:
        return column.unit, True
    for mark in label.marks:
        note = table.labels.notes.get(mark)
        codes = [units[token] for token in unit_tokens(note, frozenset(units))] if note else []
        own = [code for code in codes if code in column.spec.note_units]
        if len(own) == 1:
            return own[0], True
    return column.unit, False


def _reference_month(tables: list[_Table]) -> Month | None:
    """The month most tables are about; a table left over from another month is outvoted."""
    months = Counter(table.columns.month for table in tables if table.rows and table.columns.month)
    if not months:
        return None
    most = max(months.values())
    return max(month for month, count in months.items() if count == most)


def _without_repetition(rows: Iterable[Observation]) -> tuple[list[Observation], list[Notice]]:
    """Rows with each fact once; a fact stated twice with two values goes into quarantine, both times."""
    stated: dict[tuple[str | None, ...], list[Observation]] = {}
    for row in rows:
        stated.setdefault(row.key, []).append(row)
    kept: list[Observation] = []
    repeated: dict[str, int] = {}
    for same in stated.values():
        if len({(row.value, row.value_status) for row in same}) == 1:
            kept.append(same[0])
            for row in same[1:]:
                repeated[row.sheet] = repeated.get(row.sheet, 0) + 1
            continue
        for row in same:
            row.problems.append(CellProblem(CONFLICT[0], "value", row.value_text, CONFLICT[1]))
        kept += same
    notices = [
        Notice(
            Text(
                f"{count} giá trị trên trang tính “{sheet}” lặp lại đúng giá trị đã đọc ở chỗ khác, chỉ lấy một lần",
                f"{count} value(s) on sheet “{sheet}” repeat what was read elsewhere and are taken once",
            ),
            sheet,
        )
        for sheet, count in repeated.items()
    ]
    return kept, notices


def _table_notices(table: _Table) -> list[Notice]:
    block, sheet = table.block, table.block.sheet
    notices = []
    for unread in table.columns.unread:
        place = f"{sheet.name}!{cell_name(block.heading.start, unread.position)}"
        heading = unread.heading
        notices.append(
            Notice(
                Text(
                    f"Biểu “{block.title}”, trang tính “{sheet.name}”, cột “{heading}”: {unread.why.vi}; không đọc cột này",
                    f"Table “{block.title}”, sheet “{sheet.name}”, column “{heading}”: {unread.why.en}; column not read",
                ),
                place,
            )
        )
    for row, text in table.labels.headings:
        notices.append(
            Notice(
                Text(
                    f"Biểu “{block.title}”, trang tính “{sheet.name}”: dòng “{text}” không có số, coi là nhóm của các dòng dưới",
                    f"Table “{block.title}”, sheet “{sheet.name}”: row “{text}” has no number, taken as a group heading",
                ),
                f"{sheet.name}!{cell_name(row, 0)}",
            )
        )
    if not table.rows:
        notices.append(_table_notice(block, "nhận ra nhưng không đọc được số nào", "is recognised but gave no value"))
    stray = _stray_numbers(table)
    if stray:
        notices.append(
            _table_notice(
                block,
                f"có {len(stray)} số không có tiêu đề cột hoặc nhãn dòng ({', '.join(stray[:5])}…), không đọc",
                f"has {len(stray)} number(s) without a column heading or row label ({', '.join(stray[:5])}…), not read",
            )
        )
    return notices


def _stray_numbers(table: _Table) -> list[str]:
    block = table.block
    known = {c.position for c in table.columns.read} | {u.position for u in table.columns.unread}
    labelled = {label.row for label in table.labels.rows}
    return [
        cell_name(row, column)
        for row in block.data
        for column in range(block.first_value, len(block.sheet.rows[row]))
        if looks_numeric(block.sheet.rows[row][column]) and (column not in known or row not in labelled)
    ]


def _table_notice(block: Block, vi: str, en: str) -> Notice:
    place = f"{block.sheet.name}!{cell_name(block.title_row, 0)}"
    return Notice(
        Text(
            f"Biểu “{block.title}” trên trang tính “{block.sheet.name}” {vi}",
            f"Table “{block.title}” on sheet “{block.sheet.name}” {en}",
        ),
        place,
    )


def _of_other_month(table: _Table, month: Month | None) -> Notice:
    return _table_notice(
        table.block,
        f"ghi tháng {table.columns.month}, các biểu khác của tệp ghi tháng {month}; không đọc",
        f"is about {table.columns.month}, the other tables of the file about {month}; not read",
    )


def _publication_notice(feed: Feed, original_name: str, month: Month | None) -> list[Notice]:
    """Cross-check of the reference month with the publication date in the file name; never decides anything."""
    found = re.search(feed.published_at, original_name) if feed.published_at else None
    if found is None or month is None:
        return []
    published = date.fromisoformat(found.group("date"))
    if (published.year - month.year) * 12 + published.month - month.month in (0, 1):
        return []
    text = Text(
        f"Tên tệp ghi ngày công bố {published:%d/%m/%Y} nhưng số liệu bên trong là của tháng {month.month}/{month.year}",
        f"The file name gives the publication date {published} but the data inside are of {month}",
    )
    return [Notice(text)]
