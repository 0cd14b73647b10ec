"""Notices about tables: what was readable in a workbook but not understood, or not taken."""

from __future__ import annotations

from dataclasses import replace

from ioc_pipeline.messages import Text
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.statistics.recognised_table import RecognisedTable
from ioc_pipeline.read.statistics.table_blocks import Block
from ioc_pipeline.read.values.period_words import Month
from ioc_pipeline.read.workbooks.spreadsheet import cell_name


def notices_of(table: RecognisedTable) -> list[Notice]:
    """What was not understood or not taken in a recognised table: columns, heading rows, stray numbers."""
    block, sheet = table.block, table.block.sheet
    where_vi, where_en = (
        f"Biểu “{block.title}”, trang tính “{sheet.name}”",
        f"Table “{block.title}”, sheet “{sheet.name}”",
    )
    notices = []
    for unread in table.columns.unread:
        place = f"{sheet.name}!{cell_name(block.heading.start, unread.position)}"
        heading = unread.heading
        notices.append(
            Notice(
                Text(
                    f"{where_vi}, cột “{heading}”: {unread.why.vi}; không đọc cột này",
                    f"{where_en}, column “{heading}”: {unread.why.en}; column not read",
                ),
                place,
            )
        )
    for row, text in table.labels.headings if len(table.values) else ():
        notices.append(
            Notice(
                Text(
                    f"{where_vi}: dòng “{text}” không có số, coi là nhóm của các dòng dưới",
                    f"{where_en}: row “{text}” has no number, taken as a group heading",
                ),
                f"{sheet.name}!{cell_name(row, 0)}",
            )
        )
    if not len(table.values):
        notices.append(about_table(block, "nhận ra nhưng không đọc được số nào", "is recognised but gave no value"))
    stray = _stray_numbers(table)
    if stray:
        said = about_table(
            block,
            f"có {len(stray)} số không có tiêu đề cột hoặc nhãn dòng ({', '.join(stray[:5])}…), không đọc",
            f"has {len(stray)} number(s) without a column heading or row label ({', '.join(stray[:5])}…), not read",
        )
        notices.append(replace(said, table=None, reason=None))  # the table itself is read
    return notices


def _stray_numbers(table: RecognisedTable) -> list[str]:
    block = table.block
    known = {c.position for c in table.columns.read} | {u.position for u in table.columns.unread}
    labelled = {label.row for label in table.labels.rows}
    return [
        cell_name(row, column)
        for row in block.data
        for column in block.facts.numbers[row]
        if column >= block.first_value and (column not in known or row not in labelled)
    ]


def about_table(block: Block, vi: str, en: str) -> Notice:
    """Notice about a table as a whole: its title and sheet, then the words given."""
    place = f"{block.sheet.name}!{cell_name(block.title_row, 0)}"
    return Notice(
        Text(
            f"Biểu “{block.title}” trên trang tính “{block.sheet.name}” {vi}",
            f"Table “{block.title}” on sheet “{block.sheet.name}” {en}",
        ),
        place,
        table=block.title,
        reason=Text(vi, en),
    )


def of_other_month(table: RecognisedTable, month: Month | None) -> Notice:
    """Notice that a table left over from another month is not read."""
    return about_table(
        table.block,
        f"ghi tháng {table.columns.month}, các biểu khác của tệp ghi tháng {month}; không đọc",
        f"is about {table.columns.month}, the other tables of the file about {month}; not read",
    )
