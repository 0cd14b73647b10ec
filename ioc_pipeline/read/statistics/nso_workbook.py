"""The statistics office's monthly workbook → one row for each value of the tables the feed declares.

Nothing is known here about any one table: `tables.yaml` of the feed says how tables, columns and rows are
recognised. What is not recognised with certainty is reported as a notice and not read.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import lru_cache
from pathlib import Path

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.plain_yaml import plain_yaml
from ioc_pipeline.contracts.units import resolve_province
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.simulated_label import sheet_says_simulated
from ioc_pipeline.read.statistics.observation_rows import StatedRows
from ioc_pipeline.read.statistics.recognised_table import RecognisedTable, read_table
from ioc_pipeline.read.statistics.row_labels import LabelState
from ioc_pipeline.read.statistics.table_blocks import find_blocks
from ioc_pipeline.read.statistics.table_footnotes import Footnote, add_doubts, footnotes, notices_about
from ioc_pipeline.read.statistics.table_notices import about_table, notices_of, of_other_month
from ioc_pipeline.read.statistics.table_spec import TableSpec, WorkbookSpec, load_table_spec
from ioc_pipeline.read.statistics.table_values import ResolveArea
from ioc_pipeline.read.text.text_folding import fold
from ioc_pipeline.read.values.period_words import Month
from ioc_pipeline.read.workbooks.spreadsheet import Sheet, open_workbook, read_second
from ioc_pipeline.read.workbooks.workbook_guard import refused


def read_workbook(
    feed: Feed, blob: Path, original_name: str, out: Path, resolve_area: ResolveArea = resolve_province
) -> Reading:
    """Read the workbook stored at `blob` and delivered as `original_name`; write its rows to `out` (Parquet).

    `resolve_area(name, day)` gives the code of an area valid on a day, None when no area bears the name. Raises
    ReadRefused when the file is not a readable workbook or holds none of the declared tables, IocError when the
    feed's table declarations are wrong.
    """
    declared = feed.folder / str(feed.reader.get("tables", "tables.yaml"))
    spec = load_tables(declared, declared.stat().st_mtime_ns)
    listed = feed.folder.parent.parent / "reference" / "units.yaml"
    units = unit_codes(listed, listed.stat().st_mtime_ns)
    workbook = open_workbook(blob, original_name)
    notices = [
        Notice(Text(f"Trang tính “{name}” hỏng, không đọc", f"Sheet “{name}” is damaged, not read"), name)
        for name in workbook.unreadable
    ]
    notices += read_second(workbook)
    tables: list[RecognisedTable] = []
    notes: list[Footnote] = []
    for sheet in workbook.sheets:
        found, said = _read_sheet(sheet, spec, units, resolve_area)
        tables += found
        notices += said
        notes += footnotes(found, frozenset(units), spec.harmless_notes)
    if not tables:
        raise _without_tables(original_name, notices)
    notices += workbook.errors
    month = _reference_month(tables)
    kept = []
    for table in tables:
        if table.columns.month == month or not len(table.values):
            kept.append(table)
        else:
            notices.append(of_other_month(table, month))
    simulated = any(sheet_says_simulated(sheet.rows) for sheet in workbook.sheets)
    rows = StatedRows(kept)
    taken, repeated = rows.without_repetition()
    notices += _repetition_notices(repeated)
    notices += _publication_notice(feed, original_name, month)
    rows.write(taken, feed.columns, simulated, out)
    add_doubts(out, notes)
    notices += notices_about(notes)
    return Reading(out, len(taken), tuple(notices), simulated)


def _without_tables(name: str, notices: list[Notice]) -> ReadRefused:
    found_vi = "; ".join(notice.text.vi for notice in notices[:3]) or "không có biểu nào"
    found_en = "; ".join(notice.text.en for notice in notices[:3]) or "no table at all"
    return refused(
        "workbook.no_table",
        name,
        f"không có biểu nào của nguồn này ({found_vi})",
        f"none of this feed's tables is in it ({found_en})",
        "kiểm tra có gửi đúng tệp Biểu số liệu hằng tháng, hoặc khai báo tên biểu mới trong tables.yaml",
        "check that it is the monthly workbook, or declare the new titles in tables.yaml",
    )


@lru_cache(maxsize=8)
def load_tables(path: Path, changed: int) -> WorkbookSpec:
    """Spec of a file, loaded once for each of its versions (`changed` is its modification time)."""
    return load_table_spec(path)


@lru_cache(maxsize=4)
def unit_codes(path: Path, changed: int) -> dict[str, str]:
    """Unit codes by every folded spelling by which the list of units knows them in a note; `changed` as in
    `load_tables`."""
    codes: dict[str, str] = {}
    for entry in (entry for entry in plain_yaml(path)["codes"] if entry.get("in_notes", True)):
        for spelling in (entry["code"], entry["vi"], *entry.get("aliases", ())):
            codes[fold(str(spelling))] = entry["code"]
    return codes


def _read_sheet(
    sheet: Sheet, spec: WorkbookSpec, units: dict[str, str], resolve_area: ResolveArea
) -> tuple[list[RecognisedTable], list[Notice]]:
    tables: list[RecognisedTable] = []
    notices: list[Notice] = []
    states: dict[str, LabelState] = {}
    previous: TableSpec | None = None
    for block in find_blocks(sheet, spec, units):
        matching = [table for table in spec.tables if table.matches(fold(block.title))]
        if block.continued and not matching and previous is not None:
            matching = [previous]
        previous = matching[0] if len(matching) == 1 else None
        if sheet.hidden:
            notices.append(about_table(block, "nằm trên trang tính ẩn, không đọc", "is on a hidden sheet, not read"))
        elif len(matching) == 1:
            table_spec = matching[0]
            state = states.setdefault(table_spec.id, LabelState())
            if not block.continued:
                state = states[table_spec.id] = LabelState()
            table = read_table(block, table_spec, units, state, resolve_area)
            tables.append(table)
            notices += notices_of(table)
        elif matching:
            ids = ", ".join(table.id for table in matching)
            notices.append(
                about_table(
                    block, f"khớp nhiều khai báo ({ids}), không đọc", f"matches several specs ({ids}), not read"
                )
            )
        elif known := next((why for pattern, why in spec.not_taken if pattern.search(fold(block.title))), None):
            notices.append(about_table(block, f"không đọc: {known.vi}", f"is not read: {known.en}"))
        else:
            notices.append(about_table(block, "không nhận ra, không đọc", "is not recognised, not read"))
    return tables, notices


def _reference_month(tables: list[RecognisedTable]) -> Month | None:
    """The month most tables are about; a table left over from another month is outvoted."""
    months = Counter(table.columns.month for table in tables if len(table.values) and table.columns.month)
    if not months:
        return None
    most = max(months.values())
    return max(month for month, count in months.items() if count == most)


def _repetition_notices(repeated: dict[str, int]) -> list[Notice]:
    return [
        Notice(
            Text(
                f"{count} giá trị trên trang tính “{sheet}” lặp lại đúng giá trị đã đọc ở chỗ khác, chỉ lấy một lần",
                f"{count} value(s) on sheet “{sheet}” repeat what was read elsewhere and are taken once",
            ),
            sheet,
        )
        for sheet, count in repeated.items()
    ]


def _publication_notice(feed: Feed, original_name: str, month: Month | None) -> list[Notice]:
    """Cross-check of the reference month with the publication date in the file name; never decides anything."""
    found = re.search(feed.published_at, original_name) if feed.published_at else None
    if found is None or month is None:
        return []
    published = date.fromisoformat(found.group("date"))
    if (published.year - month.year) * 12 + published.month - month.month in (0, 1):
        return []
    text = Text(
        f"Tên tệp ghi ngày công bố {published:%d/%m/%Y} nhưng số liệu là của tháng {month.month}/{month.year}",
        f"The file name gives the publication date {published} but the data inside are of {month}",
    )
    return [Notice(text)]
