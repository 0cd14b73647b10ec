"""Sheets of an Excel workbook → raw records: a table as departments' systems export it (.xlsx, .xls).

Numbers, dates and booleans are what the cells say they are, so no decimal mark and no order of day and month is ever
guessed; a code that became a number is refused (`code.number`), because its leading zeros are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ioc_pipeline.contracts.model import CodeList, Column, Feed
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.file_content import other_format, refused
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.records.column_match import (
    ColumnMatch,
    column_notices,
    match_columns,
    needed_columns,
    no_header,
    refuse_missing,
    skipped_notice,
)
from ioc_pipeline.read.records.delimited import HEADER_WITHIN
from ioc_pipeline.read.records.raw_table import RawTable
from ioc_pipeline.read.records.typed_columns import ISO_FORMATS
from ioc_pipeline.read.simulated_label import sheet_says_simulated
from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.values.unit_line import StatedUnit, declared_units, judged_units, stated_units, unit_of_rows
from ioc_pipeline.read.workbooks.sheet_book import MAX_ROWS, MAX_UNPACKED, FormBook, FormSheet, open_sheets
from ioc_pipeline.read.workbooks.spreadsheet import cell_name, cell_pieces

_BATCH = 20_000
_SHOWN = 8
Row = list[str | None]


@dataclass(frozen=True)
class _Table:
    """A sheet, the row of its header (0-based) and how that matches the contract."""

    sheet: FormSheet
    header: int
    skipped: int  # filled rows above it
    cells: tuple[str, ...]
    match: ColumnMatch

    @property
    def name(self) -> str:
        return self.sheet.sheet.name

    @property
    def place(self) -> str:
        return f"{self.name}!A{self.header + 1}"


def read_workbook_records(
    feed: Feed, path: Path, name: str, work: Path, derived: frozenset[str], units: CodeList | None = None
) -> RawTable:
    """Records of every visible sheet with the contract's columns; ReadRefused when the workbook cannot be opened
    safely, no sheet has a header or a record, sheets have different columns, a column is missing, or a line above a
    header gives another unit than the contract.

    `derived`: columns that may be absent because a later step fills them. `units`: the registry of units.
    """
    if path.stat().st_size > MAX_UNPACKED:
        raise _too_large(name)
    try:
        book = open_sheets(path, name, too_long=_too_large, too_large=_too_large)
    except ReadRefused as error:
        if error.message.code != "file.not_workbook":
            raise
        what = Text("một tệp nén hoặc tài liệu khác", "an archive or another document")
        raise other_format(name, what.vi, what.en) from error
    stated: dict[str, list[StatedUnit]] = {}
    tables, notices = _tables(feed, book, name, derived, units, stated)
    present = [c for c in feed.columns if c.name in tables[0].match.positions]
    unit = {t.name: unit_of_rows(feed, t.match.positions, stated[t.name]) for t in tables}
    fixed = [c.name for c in feed.columns if c.name == "simulated" and c not in present]
    fixed += ["unit"] if any(unit.values()) else []
    said = book.metadata.get("simulated") == "true"
    raw = work / "raw.parquet"
    received = 0
    columns = [f"{kind}_{c.name}" for c in present for kind in ("raw", "kind", "preset")]
    columns += [f"raw_{n}" for n in fixed] + ["_place", "_cells"]
    schema = pa.schema([(column, pa.string()) for column in columns])
    with pq.ParquetWriter(raw, schema, compression="snappy") as writer:
        for table in tables:
            simulated = "true" if said or sheet_says_simulated(table.sheet.sheet.rows) else None
            values: Row = [simulated if n == "simulated" else unit[table.name] for n in fixed]
            batch: list[Row] = []
            for record in _records(table, present, feed.key, values):
                batch.append(record)
                received += 1
                if received > MAX_ROWS:
                    raise _too_large(name)
                if len(batch) == _BATCH:
                    _write(writer, schema, batch)
            _write(writer, schema, batch)
            notices += column_notices(feed, table.match, (*derived, "simulated", *fixed), table.place)
            notices += skipped_notice(table.skipped, table.place)
            notices += _seen(table)
            if units is not None and unit[table.name] is None:
                notices += judged_units(stated[table.name], declared_units(feed), units, name)
    if received == 0:
        raise refused(
            "read.no_records",
            f"Tệp {name} chỉ có dòng tiêu đề, không có bản ghi nào. Hãy kiểm tra bước xuất dữ liệu rồi gửi lại.",
            f"File {name} has a header but no records. Check the export and send it again.",
        )
    return RawTable(
        path=raw,
        received=received,
        text={n: f'"raw_{n}"' for n in (*(c.name for c in present), *fixed)},
        location="_place",
        kind={c.name: f'"kind_{c.name}"' for c in present},
        preset={c.name: f'"preset_{c.name}"' for c in present},
        notices=tuple(notices),
        cells="_cells",
    )


def _tables(
    feed: Feed, book: FormBook, name: str, derived: frozenset[str], units: CodeList | None,
    stated: dict[str, list[StatedUnit]],
) -> tuple[list[_Table], list[Notice]]:  # fmt: skip
    """The tables to read, with `stated` filled in, and notices about the file and the sheets that are not read."""
    found: list[_Table] = []
    ambiguous: ReadRefused | None = None
    for sheet in book.sheets:
        table, error = _table(feed, sheet, name)
        ambiguous = ambiguous or error
        if table is not None:
            found.append(table)
    best = max(found, key=lambda t: t.match.score, default=None)
    if ambiguous is not None and (best is None or best.match.score < 2):
        raise ambiguous
    if best is None:
        first = next((row for s in book.sheets for row in s.sheet.rows if any(map(_filled, row))), [])
        raise no_header(feed, name, [t for t in map(_words, first) if t])
    needed: dict[str, list[str]] = {}
    missing: dict[str, list[str]] = {}
    for table in found:
        stated[table.name] = _stated_units(table, units)
        unit = unit_of_rows(feed, table.match.positions, stated[table.name])
        needed[table.name] = needed_columns(feed, derived | ({"unit"} if unit else set()))
        missing[table.name] = [n for n in needed[table.name] if n not in table.match.positions]
    whole = [t for t in found if not missing[t.name]]
    if not whole:
        refuse_missing(feed, best.match, needed[best.name], best.cells, name)
    if len({frozenset(t.match.positions) for t in whole}) > 1:
        listed = ", ".join(f"“{t.name}”" for t in whole)
        raise refused(
            "read.sheets_differ",
            f"Tệp {name}: các trang tính {listed} đều có dòng tiêu đề nhưng không cùng các cột, không rõ trang nào là "
            "số liệu cần nhận. Hãy chỉ giữ trang cần gửi, hoặc cho các trang cùng một dòng tiêu đề, rồi gửi lại.",
            f"File {name}: sheets {listed} all have a header row, but not the same columns; which of them is the data "
            "is unknown. Keep only the sheet to be sent, or give all of them the same header row, and send it again.",
        )
    notices = list(book.notices)
    read = {t.name for t in whole}
    for sheet in book.sheets:
        title = sheet.sheet.name
        if title in read or not sheet.sheet.rows:
            continue
        lack = ", ".join(missing.get(title, ()))
        vi = f"thiếu cột bắt buộc {lack}" if lack else "không có dòng tiêu đề với các cột của hợp đồng"
        en = f"mandatory column(s) {lack} missing" if lack else "no header row with the contract's columns"
        text = Text(f"Trang tính “{title}”: {vi}, không được đọc.", f"Sheet “{title}”: {en}; not read.")
        notices.append(Notice(text, title))
    return whole, notices


def _table(feed: Feed, sheet: FormSheet, name: str) -> tuple[_Table | None, ReadRefused | None]:
    """The row of a sheet that matches most columns of the contract, and the refusal of a row that matches two ways."""
    best: _Table | None = None
    ambiguous: ReadRefused | None = None
    skipped = 0
    for number, row in enumerate(sheet.sheet.rows[:HEADER_WITHIN]):
        if not any(map(_filled, row)):
            continue
        cells = tuple(map(_words, row))
        try:
            match = match_columns(feed, cells, name)
        except ReadRefused as error:
            ambiguous = ambiguous or error
            continue
        if match.score > (best.match.score if best else 0):
            best = _Table(sheet, number, skipped, cells, match)
        skipped += 1
    if best is None:
        return None, ambiguous
    # A blank heading is worth a notice only where something stands below it.
    nameless = [c for c, text in enumerate(best.cells) if not text and _holds(best, c)]
    extra = tuple(t for t in best.match.extra if t) + ("",) * len(nameless)
    return _Table(sheet, best.header, best.skipped, best.cells, ColumnMatch(best.match.positions, extra)), ambiguous


def _holds(table: _Table, column: int) -> bool:
    below = table.sheet.sheet.rows[table.header + 1 :]
    return any(len(row) > column and _filled(row[column]) for row in below)


def _stated_units(table: _Table, units: CodeList | None) -> list[StatedUnit]:
    if units is None or not table.skipped:
        return []
    above = enumerate(table.sheet.sheet.rows[: table.header])
    named = ([(f"{table.name}!{cell_name(r, c)}", value) for c, value in enumerate(row)] for r, row in above)
    return stated_units(named, units)


def _records(table: _Table, present: Sequence[Column], key: Sequence[str], fixed: Row) -> Iterator[Row]:
    """Rows below the header that hold anything, as text, kind and problem of each column, place and cells."""
    positions, facts, rows = table.match.positions, table.sheet.facts, table.sheet.sheet.rows
    unsolved = {(r, c) for r, c in facts.unsolved if r > table.header and c in positions.values()}
    merged = _merged(table)
    numbers = [*range(table.header + 1, len(rows)), *sorted({r for r, _ in unsolved if r >= len(rows)})]
    known = {r for r, _ in unsolved}
    first = cell_name(0, min(positions.values()))[:-1]
    pieces = cell_pieces(table.name, {c.name: positions[c.name] for c in present})
    keyed = {c.name for c in present if c.type == "VARCHAR" and c.name in key}
    wanted = [(c, positions[c.name], c.formats or ISO_FORMATS) for c in present]
    for number in numbers:
        row = rows[number] if number < len(rows) else []
        if number not in known and not any(map(_filled, row)):
            continue
        record: Row = []
        for column, at, formats in wanted:
            cell = (number, at)
            text, kind = _raw(row[at] if at < len(row) else "", column, formats, cell in facts.percent)
            problem = "formula.no_value" if cell in unsolved else "cell.merged" if cell in merged else None
            if problem is None and kind is not None and column.name in keyed:
                problem = _turned(column.name, row[at], kind)
            record += (text, kind, problem)
        line = str(number + 1)
        yield [*record, *fixed, f"{table.name}!{first}{line}", line.join(pieces)]


def _merged(table: _Table) -> set[tuple[int, int]]:
    """Cells of the records in a range merged over several of their values: whose value it is, nobody knows."""
    found: set[tuple[int, int]] = set()
    used = set(table.match.positions.values())
    for top, left, bottom, right in table.sheet.sheet.merged:
        rows = range(max(top, table.header + 1), min(bottom + 1, len(table.sheet.sheet.rows)))
        columns = [c for c in used if left <= c <= right]
        if len(rows) * len(columns) > 1:
            found.update((r, c) for r in rows for c in columns)
    return found


def _seen(table: _Table) -> list[Notice]:
    """Rows and columns that are read although the sheet hides them (a filter does)."""
    facts, sheet, notices = table.sheet.facts, table.sheet.sheet, []
    hidden = sorted(
        r for r in facts.hidden_rows if table.header < r < len(sheet.rows) and any(map(_filled, sheet.rows[r]))
    )
    if hidden:
        listed = ", ".join(str(r + 1) for r in hidden[:_SHOWN]) + (
            f" … ({len(hidden)})" if len(hidden) > _SHOWN else ""
        )
        text = Text(f"Dòng {listed} đang ẩn, vẫn được đọc.", f"Row {listed} is hidden, still read.")
        notices.append(Notice(text, f"{table.name}!A{hidden[0] + 1}"))
    columns = sorted(c for c in table.match.positions.values() if c in facts.hidden_columns)
    if columns:
        letters = ", ".join(cell_name(0, c)[:-1] for c in columns)
        text = Text(f"Cột {letters} đang ẩn, vẫn được đọc.", f"Column {letters} is hidden, still read.")
        notices.append(Notice(text, table.name))
    return notices


def _raw(value: Any, column: Column, formats: Sequence[str], percent: bool) -> tuple[str | None, str | None]:
    """A cell as raw text, and its kind where the cell itself has one."""
    if isinstance(value, str):
        return value or None, None
    if value is None:
        return None, None
    if isinstance(value, bool):
        return "true" if value else "false", "boolean"
    if isinstance(value, int | float):
        return (_percentage(value), None) if percent else (_plain(value), "number")
    if isinstance(value, date):
        return _moment(value, column.type, tuple(formats)), "date"
    return str(value), "date"  # a time of day, a duration


def _turned(column: str, value: Any, kind: str) -> str | None:
    """The problem of a text of the key that Excel may have turned into something else: `1.10` into 1.1, the month
    `1/2026` into its first day. A year is a number as well, and any other day is a day."""
    if column == "period":
        return "period.unknown" if kind == "date" and isinstance(value, date) and value.day == 1 else None
    return "code.number"


def _plain(value: float) -> str:
    """A number as exact decimal text without an exponent."""
    return str(int(value)) if isinstance(value, int) or value.is_integer() else f"{Decimal(repr(value)):f}"


def _percentage(value: float) -> str:
    """A number that the sheet shows in percent, as shown; never with three decimals, which could be thousands."""
    whole, _, decimals = f"{Decimal(repr(value)) * 100:f}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}{'0' if len(decimals) == 3 else ''}%" if decimals else f"{whole}%"


@lru_cache(maxsize=65536)
def _moment(value: date, kind: str, formats: tuple[str, ...]) -> str:
    """A day or moment in the first of the contract's formats that keeps it, else in ISO form. A sheet counts days in
    fractions: the second is rounded."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    if moment.microsecond >= 500_000 and moment < datetime(9999, 12, 31):
        moment += timedelta(seconds=1)
    moment = moment.replace(microsecond=0)
    if kind == "DATE":
        moment = moment.replace(hour=0, minute=0, second=0)
    if kind in ("DATE", "TIMESTAMP"):
        for form in formats:
            text = f"{moment:{form}}"
            try:
                if datetime.strptime(text, form) == moment:
                    return text
            except ValueError:
                continue
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ")


def _words(value: Any) -> str:
    """A cell of a header row as text."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _plain(value)
    return "" if value is None else str(value)


def _filled(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(clean(value)))


def _write(writer: pq.ParquetWriter, schema: pa.Schema, batch: list[Row]) -> None:
    if batch:
        arrays = [pa.array(values, pa.string()) for values in zip(*batch, strict=True)]
        writer.write_batch(pa.record_batch(arrays, schema=schema))
        batch.clear()


def _too_large(name: str) -> ReadRefused:
    return refused(
        "read.too_large",
        f"Tệp {name}: sổ tính có trên {MAX_ROWS} dòng hoặc giải nén quá {MAX_UNPACKED >> 20} MiB. "
        "Hãy xuất dữ liệu dưới dạng CSV hoặc Parquet rồi gửi lại.",
        f"File {name}: the workbook has more than {MAX_ROWS} rows or unpacks to more than {MAX_UNPACKED >> 20} MiB. "
        "Export the data as CSV or Parquet and send that.",
    )
