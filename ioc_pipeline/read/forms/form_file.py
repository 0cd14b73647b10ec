"""A form that a department filled in → typed rows of its feed, with the cell of every value."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import AREA_NAME, UNIT, FormColumn, FormLayout, FormRow, form_layout
from ioc_pipeline.contracts.model import CodeList, Feed
from ioc_pipeline.contracts.units import area_name
from ioc_pipeline.messages import Message, ReadRefused
from ioc_pipeline.periods import Period, period_of
from ioc_pipeline.read.connection import reader_connection
from ioc_pipeline.read.forms.form_areas import KnownRows
from ioc_pipeline.read.forms.form_columns import Columns, record_columns
from ioc_pipeline.read.forms.form_find import FormTable, find_tables
from ioc_pipeline.read.forms.form_notices import missing_rows, simulated_label, table_notices, total_notices
from ioc_pipeline.read.forms.form_numbers import Cell, Number, read_column
from ioc_pipeline.read.forms.form_period import form_period
from ioc_pipeline.read.forms.form_rows import DataRow, TableRows, rows_of
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.records.raw_table import RawTable
from ioc_pipeline.read.records.typed_rows import write_typed
from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.values.code_names import code_names
from ioc_pipeline.read.values.unit_line import StatedUnit, judged_units, stated_units
from ioc_pipeline.read.values.unit_names import unit_code
from ioc_pipeline.read.workbooks.sheet_book import FormBook, open_form
from ioc_pipeline.read.workbooks.spreadsheet import cell_name

_BRACKET = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*$")
_UNITS_BELOW = 2
"""Rows below a heading that may state the columns' units."""
Record = dict[str, Any]
"""One raw row: what `form_columns.Columns` has in columns."""


def read_form(feed: Feed, blob: Path, name: str, out: Path, catalogue: Catalogue) -> Reading:
    """Read a filled-in form (`.xlsx`, `.xls`, or CSV saved from it) into the Parquet file `out`.

    Every filled cell (layouts `wide`, `indicators`) or row (layout `rows`) is one row; `_cells` says which cell each
    value stands in. Raises ReadRefused, and nothing else, when the file is not the form of this feed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".reading-", dir=out.parent))
    try:
        layout = form_layout(feed)
        book = open_form(blob, name, work)
        _refuse_other_form(feed, catalogue, book, name)
        rows, notices, simulated = form_rows(layout, book, catalogue, name)
        raw = _raw_table(feed, rows, work / "raw.parquet")
        typed_path = work / "typed.parquet"
        with reader_connection(raw.path, work / "spill") as con:
            noticed = write_typed(con, feed, raw, typed_path, catalogue.codes, catalogue.province.code)
        os.replace(typed_path, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Reading(out, rows.count, (*book.notices, *notices, *noticed), simulated)


def _refuse_other_form(feed: Feed, catalogue: Catalogue, book: FormBook, name: str) -> None:
    said = book.metadata
    if said.get("feed") not in (None, feed.id):
        raise ReadRefused(
            Message(
                "form.other_feed",
                f"Tệp “{name}” là biểu của nguồn {said['feed']}, không phải {feed.id}. "
                f"Hãy đặt tệp vào thư mục inbox/{said['feed']}.",
                f"File “{name}” is the form of feed {said['feed']}, not of {feed.id}. "
                f"Put it into the folder inbox/{said['feed']}.",
            )
        )
    if said.get("province") not in (None, catalogue.province.code):
        raise ReadRefused(
            Message(
                "form.other_province",
                f"Tệp “{name}” là biểu của tỉnh mã {said['province']}, trung tâm này phục vụ "
                f"{catalogue.province.name.vi} ({catalogue.province.code}). Hãy lấy đúng biểu rồi điền lại.",
                f"File “{name}” is a form of province {said['province']}; this centre serves "
                f"{catalogue.province.name.en} ({catalogue.province.code}). Take the right form and fill it in again.",
            )
        )


class RawRows:
    """Raw rows of all tables of a form, in columns; a table that lacks a column of another has blanks there."""

    def __init__(self) -> None:
        self.count = 0
        self.columns: Columns = {}

    def add(self, columns: Columns) -> None:
        """Append the rows of one table."""
        more = len(next(iter(columns.values()), ()))
        if not more:
            return
        for name in {**self.columns, **columns}:
            values = self.columns.setdefault(name, [None] * self.count)
            values += columns.get(name) or [None] * more
        self.count += more


def form_rows(
    layout: FormLayout, book: FormBook, catalogue: Catalogue, name: str
) -> tuple[RawRows, list[Notice], bool]:
    """Raw rows of all tables of the form, the notices, and whether the data are simulated."""
    raw = RawRows()
    notices: list[Notice] = []
    simulated = book.metadata.get("simulated") == "true" or any(simulated_label(s) for s in book.sheets)
    seen: set[str] = set()
    known: KnownRows | None = None
    for table in find_tables(layout, book, name):
        period, said = form_period(layout, book, table.sheet, table.first_heading, name)
        known_rows = layout.rows(catalogue.province.code, period.end)
        known = KnownRows(known_rows, communes=layout.fixed_rows == "communes") if known_rows else None
        rows = rows_of(table, layout, known)
        seen |= rows.codes
        units = catalogue.codes["units"]
        said += judged_units(_stated_units(table, units), _declared_units(layout, known_rows), units, name)
        for column in layout.values:
            if column.unit and column.name in table.positions:
                said += judged_units(_heading_units(table, column, units), {column.unit}, units, name)
        numbers = {c.name: _numbers(c, rows, known_rows, units) for c in layout.values if c.numeric}
        if layout.layout == "rows":
            raw.add(record_columns(layout, rows, numbers, period, simulated))
        else:
            raw.add(_statements(layout, table, rows.data, numbers, period, catalogue, simulated, known_rows))
        notices += [*said, *table_notices(layout, table, rows, known)]
        notices += total_notices(layout, table, rows, numbers)
    if known is not None:
        notices += missing_rows(known, seen)
    if not raw.count:
        raise ReadRefused(
            Message(
                "form.empty",
                f"Tệp “{name}”: biểu chưa điền số nào. Hãy điền các ô trắng rồi gửi lại.",
                f"File “{name}”: nothing is filled in. Fill in the white cells of the form and send it again.",
            )
        )
    return raw, notices, simulated


def _stated_units(table: FormTable, units: CodeList) -> list[StatedUnit]:
    """Units given in the rows above a table's heading."""
    sheet = table.sheet.sheet
    rows = (
        [(f"{sheet.name}!{cell_name(row, column)}", value) for column, value in enumerate(sheet.rows[row])]
        for row in range(table.first_heading)
    )
    return stated_units(rows, units)


def _heading_units(table: FormTable, column: FormColumn, units: CodeList) -> list[StatedUnit]:
    """Units of one column: in brackets behind its heading, or alone in a cell right below."""
    sheet, position = table.sheet.sheet, table.positions[column.name]
    found = []
    for row in range(table.first_heading, min(table.last_heading + _UNITS_BELOW + 1, len(sheet.rows))):
        text = sheet.value(row, position)
        bracket = _BRACKET.search(text) if isinstance(text, str) else None
        for said in (text, bracket and bracket[1]):
            if isinstance(said, str) and (code := unit_code(said, units)) is not None:
                found.append(StatedUnit(clean(said), f"{sheet.name}!{cell_name(row, position)}", code))
                break
    return found


def _declared_units(layout: FormLayout, rows: tuple[FormRow, ...]) -> set[str]:
    return {c.unit for c in layout.values if c.unit} | {r.unit for r in rows if r.unit}


def _numbers(
    column: FormColumn, rows: TableRows, known: tuple[FormRow, ...], units: CodeList | None
) -> dict[int, Number]:
    """Numbers of a column. Rows of an indicators form have units of their own: each unit is decided apart, those of
    counts and of other amounts together."""
    if column.indicator is not None or column.unit or not any(r.unit for r in known):
        cells = dict(zip((r.row for r in rows.data), rows.cells(column.name), strict=True))
        percent, whole = column.unit == "%", column.type == "BIGINT"
        return read_column(cells, percent=percent, whole=whole, unit=column.unit, units=units)
    kinds = {r.code: (r.unit == "%", r.whole) for r in known}
    own = {r.code: r.unit for r in known}
    found: dict[int, Number] = {}
    for kind in ((False, False), (False, True), (True, False), (True, True)):
        here = [r for r in rows.data if kinds.get((r.who.code if r.who else None) or "", (False, False)) == kind]
        cells = {r.row: r.cells.get(column.name, Cell("")) for r in here}
        row_units = {r.row: own.get((r.who.code if r.who else None) or "") for r in here}
        found |= read_column(cells, percent=kind[0], whole=kind[1], unit=row_units, units=units)
    return found


def _statements(
    layout: FormLayout, table: FormTable, rows: Sequence[DataRow], numbers: dict[str, dict[int, Number]],
    period: Period, catalogue: Catalogue, simulated: bool, known: Sequence[FormRow],
) -> Columns:  # fmt: skip
    """Raw rows of a table each of whose filled cells is a statement (layouts `wide`, `indicators`)."""
    declared = {r.code: r for r in known}
    found: list[Record] = []
    for row in rows:
        form_row = declared.get((row.who.code if row.who else None) or "")
        for column in layout.values:
            if column.name not in table.positions:
                continue
            number = numbers[column.name][row.row]
            if number.problem == "cell.blank" and (not column.required or _does_not_apply(column, form_row)):
                continue
            found.append(_statement(layout, table, row, column, number, form_row, period, catalogue, simulated))
    names = dict.fromkeys(name for record in found for name in record)
    return {name: [record.get(name) for record in found] for name in names}


def _does_not_apply(column: FormColumn, row: FormRow | None) -> bool:
    return row is not None and bool(row.measures) and column.measure not in row.measures and column.data_type != "plan"


def _statement(
    layout: FormLayout, table: FormTable, row: DataRow, column: FormColumn, number: Number, form_row: FormRow | None,
    period: Period, catalogue: Catalogue, simulated: bool,
) -> Record:  # fmt: skip
    cell = _place(table, row.row, column.name)
    covered = period_of("year", period.end) if column.whole_year else period
    wide = layout.layout == "wide"
    code = row.who.code if row.who else None
    area = code if wide else catalogue.province.code
    raw = row.cells[column.name]
    record: Record = {
        "t_indicator": column.indicator if wide else code,
        "t_area": area,
        "t_area_name": _label(row, AREA_NAME) if wide else catalogue.province.name.vi,
        "t_period": covered.text,
        "t_measure": column.measure,
        "t_data_type": column.data_type,
        "t_value": number.plain if number.problem is None else raw.printed,
        "x_value": number.problem,
        "q_value": number.doubt,
        "w_value": raw.printed if number.doubt else None,
        "t_value_text": raw.printed,
        "t_value_status": number.status,
        "t_unit": column.unit if wide else form_row.unit if form_row else None,
        "t_simulated": "true" if simulated else "false",
        "t_sheet": table.sheet.sheet.name,
        "t_cell": cell,
        "t_source_table": layout.number or layout.feed.id,
        "_place": f"{table.sheet.sheet.name}!{cell}",
    }
    labelled = "area" if wide else "indicator"
    if row.who is not None and row.who.problem is not None:
        record[f"t_{labelled}"], record[f"x_{labelled}"] = row.who.raw, row.who.problem
    elif wide and area is not None and not record["t_area_name"]:
        record["t_area_name"] = area_name(area, period.end)
    if not wide:
        _judge_unit(record, row, form_row, catalogue)
        if _does_not_apply(column, form_row) and number.problem is None:
            record["x_measure"] = "measure.unknown"
    cells = {"value": cell} | {n: _place(table, row.row, n) for n in table.positions if n in ("unit", labelled)}
    record["_cells"] = _cells_json(table, cells)
    return record


def _judge_unit(record: Record, row: DataRow, form_row: FormRow | None, catalogue: Catalogue) -> None:
    """A unit that was retyped in the form must still be the indicator's."""
    stated = clean(str(row.cells[UNIT].raw)) if UNIT in row.cells and row.cells[UNIT].raw not in ("", None) else ""
    if not stated or form_row is None:
        return
    unit = code_names(catalogue.codes["units"]).get(" ".join(stated.lower().split()))
    if unit != form_row.unit:
        record["t_unit"], record["x_unit"] = stated, "unit.unknown" if unit is None else "unit.other"


def _label(row: DataRow, name: str) -> str:
    return clean(str(row.cells[name].raw)) if name in row.cells else ""


def _place(table: FormTable, row: int, name: str) -> str:
    return cell_name(row, table.positions[name])


def _cells_json(table: FormTable, cells: dict[str, str]) -> str:
    sheet = table.sheet.sheet.name
    return json.dumps({name: f"{sheet}!{cell}" for name, cell in cells.items()}, ensure_ascii=False)


def _raw_table(feed: Feed, rows: RawRows, path: Path) -> RawTable:
    """Write the raw rows and say how each contract column is read from them."""
    columns = rows.columns
    present = [c for c in feed.columns if f"t_{c.name}" in columns]
    doubted = [c.name for c in present if any(columns.get(f"q_{c.name}", ()))]
    names = [f"{kind}_{c.name}" for c in present for kind in "tx"] + [f"{k}_{n}" for n in doubted for k in "qw"]
    none = [None] * rows.count
    arrays = {n: pa.array(columns.get(n, none), pa.string()) for n in (*names, "_place", "_cells")}
    # Under other names: `t_<column>` is the typed path's own.
    renamed = {n: f"raw_{n}" if n in names else n for n in arrays}
    pq.write_table(pa.table({renamed[n]: a for n, a in arrays.items()}), path, compression="zstd")
    return RawTable(
        path=path,
        received=rows.count,
        text={c.name: f'"raw_t_{c.name}"' for c in present},
        location="_place",
        kind={c.name: "'number'" for c in present if c.type in ("DOUBLE", "BIGINT")},
        preset={c.name: f'"raw_x_{c.name}"' for c in present},
        doubted={n: (f'"raw_q_{n}"', f'"raw_w_{n}"') for n in doubted},
        cells="_cells",
    )
