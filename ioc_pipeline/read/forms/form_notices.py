"""Notices about a form: what was not read and why, and totals that do not agree with their rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ioc_pipeline.contracts.form_layout import FormLayout
from ioc_pipeline.messages import Text
from ioc_pipeline.read.forms.form_areas import KnownRows
from ioc_pipeline.read.forms.form_find import FormTable
from ioc_pipeline.read.forms.form_numbers import Number, read_column
from ioc_pipeline.read.forms.form_rows import DataRow, TableRows
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.simulated_label import sheet_says_simulated
from ioc_pipeline.read.workbooks.sheet_book import FormSheet
from ioc_pipeline.read.workbooks.spreadsheet import cell_name

_SHOWN = 8


def simulated_label(sheet: FormSheet) -> bool:
    """True when a sheet bears the label of generated data."""
    return sheet_says_simulated(sheet.sheet.rows)


def table_notices(layout: FormLayout, table: FormTable, rows: TableRows, known: KnownRows | None) -> list[Notice]:
    """What was seen and not taken, by kind of row, each with its place."""
    sheet = table.sheet.sheet.name
    found = [
        _at(
            f"Cột “{text}” không có trong biểu, không đọc.",
            f"Column “{text}” is not in the form; not read.",
            f"{sheet}!{cell_name(table.first_heading, column)}",
        )
        for column, text in table.unknown[:_SHOWN]
    ]
    titles = {column: layout.by_name[name].title for name, column in table.positions.items()}
    found += [
        _at(
            f"Tiêu đề “{text}” không phải của biểu; cột vẫn được đọc là “{titles[column].vi}” theo "
            "dòng tiêu đề còn lại.",
            f"The heading “{text}” is not the form's; the column is still read as “{titles[column].en}” by its other "
            "heading.",
            f"{sheet}!{cell_name(row, column)}",
        )
        for row, column, text in table.retyped[:_SHOWN]
    ]
    absent = [c for c in layout.values if c.name not in table.positions]
    if absent:
        vi, en = ", ".join(c.title.vi for c in absent), ", ".join(c.title.en for c in absent)
        found.append(_at(f"Biểu không có cột: {vi}.", f"The form has no column: {en}.", sheet))
    found += _rows(rows.empty, sheet, "chưa điền số nào, không đọc", "not filled in; not read")
    totals = [r.row for r in rows.totals if not (layout.total_row and r is _grand(rows))]
    found += _rows(totals, sheet, "là dòng tổng, không tính là số liệu", "is a total, not data")
    found += _rows(rows.skipped, sheet, "không có số hoặc không rõ là dòng nào, không đọc", "is no data; not read")
    found += _rows(
        rows.beyond, sheet, "nằm ngoài bảng của biểu, không đọc", "stands outside the form's table; not read"
    )
    for example in rows.examples:
        if any(
            column.numeric and example.cells[column.name].raw not in ("", None, column.example)
            for column in layout.values
            if column.name in example.cells
        ):
            found.append(
                _at(
                    "Dòng “Ví dụ” có số khác ví dụ in sẵn; dòng này không được đọc, số liệu thật phải ghi ở dòng khác.",
                    "The example row holds other numbers than printed; it is not read. Put real data in another row.",
                    f"{sheet}!A{example.row + 1}",
                )
            )
    hidden = [r.row for r in rows.data if r.row in table.sheet.facts.hidden_rows]
    found += _rows(hidden, sheet, "đang ẩn, vẫn được đọc", "is hidden, still read")
    columns = [c for c in table.positions.values() if c in table.sheet.facts.hidden_columns]
    if columns:
        letters = ", ".join(cell_name(0, c)[:-1] for c in sorted(columns))
        found.append(_at(f"Cột {letters} đang ẩn, vẫn được đọc.", f"Column {letters} is hidden, still read.", sheet))
    return found


def missing_rows(known: KnownRows, seen: Collection[str]) -> list[Notice]:
    """Rows that the form prints and no table of the file has."""
    absent = [row for code, row in known.rows.items() if code not in seen]
    if not absent:
        return []
    more = f" … ({len(absent)})" if len(absent) > _SHOWN else ""
    vi = ", ".join(f"{r.code} {r.name.vi}" for r in absent[:_SHOWN]) + more
    en = ", ".join(f"{r.code} {r.name.en}" for r in absent[:_SHOWN]) + more
    text = Text(f"Tệp thiếu dòng in sẵn của biểu: {vi}.", f"Printed rows of the form are not in the file: {en}.")
    return [Notice(text, None, "IOC-DU-02")]


def total_notices(
    layout: FormLayout, table: FormTable, rows: TableRows, numbers: dict[str, dict[int, Number]]
) -> list[Notice]:
    """Totals that differ from the sum of their rows; only where every row has a number or a stated nil."""
    found: list[Notice] = []
    grand = _grand(rows)
    if grand is None:
        return []
    for column in layout.values:
        if column.name not in numbers or column.name not in table.positions or column.type != "BIGINT":
            continue
        parts = [numbers[column.name][r.row] for r in rows.data]
        stated = read_column({0: grand.cells[column.name]}, percent=False, whole=True)[0].value
        if stated is None or any(n.problem or n.status not in ("present", "nil") for n in parts):
            continue
        total = sum(n.value or 0 for n in parts)
        if abs(total - stated) > 0.5:
            place = f"{table.sheet.sheet.name}!{cell_name(grand.row, table.positions[column.name])}"
            found.append(
                _at(
                    f"Dòng tổng ghi {stated:.0f} ở cột “{column.title.vi}”, cộng các dòng được {total:.0f}.",
                    f"The total row says {stated:.0f} under “{column.title.en}”, its rows add up to {total:.0f}.",
                    place,
                )
            )
    return found


def _grand(rows: TableRows) -> DataRow | None:
    """The total of the whole table: below all its rows, or above them."""
    whole = [t for t in rows.totals if not t.part]
    below = next((t for t in whole if not any(d.row > t.row for d in rows.data)), None)
    return below or next((t for t in whole if not any(d.row < t.row for d in rows.data)), None)


def _rows(rows: Sequence[int], sheet: str, vi: str, en: str) -> list[Notice]:
    if not rows:
        return []
    listed = ", ".join(str(r + 1) for r in rows[:_SHOWN]) + (f" … ({len(rows)})" if len(rows) > _SHOWN else "")
    return [_at(f"Dòng {listed} {vi}.", f"Row {listed} {en}.", f"{sheet}!A{rows[0] + 1}")]


def _at(vi: str, en: str, place: str) -> Notice:
    return Notice(Text(vi, en), place)
