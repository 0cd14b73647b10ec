"""Rows of observations → a monthly workbook in the statistics office's layout, labelled as simulated on every sheet.

```yaml
options:
  tables:
    - sheet: 19.VonNSNNthang
      title: ["Vốn đầu tư …", "tháng {month} và {months} năm {year}"]  # lines
      unit: Tỷ đồng             # the corner above the heading
      label_columns: 2          # columns of labels: the whole in the first, parts further in
      whole: TỔNG SỐ            # label of the row without item; or by indicator
      among: true               # `Trong đó:` before the first part of a part, in the column to its left
      sections: [{at: area, text: Phân theo một số địa phương}]   # at: `area` or the item of the first row below
      lines: {item: printed}    # items whose label is printed otherwise
      columns:
        - {heading: ["Ước tính", "tháng {month}", "năm", "{year}"], measure: period}
        - {heading: […], measure: period, period: before, not_in: [1]}   # the month before; no such column in January
        - {heading: […], measure: yoy, indicators: [NSO_CPI], growth: NSO_LAMPHAT_NAM}
```

A row's sheet is its table. Its item is a path (`Trung ương > Bộ Y tế`); depth is shown by column and indentation, as
printed. Rows of one line stand on the line of the first one. A row that fits no column is an error: what a query states
is in the file, or there is no file.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import SIMULATED_LABEL
from ioc_pipeline.contracts.model import Feed

_CREATED = datetime(2025, 1, 1)
_AMONG = "Trong đó:"
_TOP = 2  # rows above the title: the label and a blank one
Line = tuple[str | None, ...]


def write_statistics_workbook(
    rows: pl.DataFrame, path: Path, *, feed: Feed, catalogue: Catalogue, period: str, published: date,
    options: Mapping[str, Any],
) -> None:  # fmt: skip
    """The workbook of the month `period`; same rows, same bytes. Raises ValueError for a row without a place."""
    book = Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        book.set_properties({"title": feed.title.vi, "comments": SIMULATED_LABEL, "created": _CREATED})
        shown = 0
        for table in options["tables"]:
            own = rows.filter(pl.col("sheet") == table["sheet"])
            _Table(book, table, period).write(own.to_dicts())
            shown += own.height
        if shown != rows.height:
            raise ValueError(f"{feed.id}: rows of a sheet that is not in the layout")
    finally:
        book.close()


class _Table:
    """One table on its sheet."""

    def __init__(self, book: Workbook, table: Mapping[str, Any], period: str) -> None:
        self.book, self.table, self.period = book, table, period
        year, month = int(period[:4]), int(period[5:7])
        self.before = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}"
        self.words = {
            "month": month, "year": year, "months": f"{month} tháng", "last_year": year - 1,
            "before": int(self.before[5:]), "before_year": int(self.before[:4]),
            "last_day": monthrange(year, month)[1],
        }  # fmt: skip
        self.columns = [c for c in table["columns"] if month not in c.get("not_in", ())]
        self.labels = int(table.get("label_columns", 2))
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def write(self, rows: list[dict[str, Any]]) -> None:
        sheet = self.book.add_worksheet(self.table["sheet"])
        last = self.labels + len(self.columns) - 1
        sheet.set_column(0, 0, 4 if self.labels > 1 else 60)
        if self.labels > 1:
            sheet.set_column(1, self.labels - 1, 34 if self.labels == 2 else 22)
        sheet.set_column(self.labels, last, 13)
        sheet.write_string(0, 0, SIMULATED_LABEL, self.format(bold=True, font_color="#C00000"))
        at = _TOP
        for line in self.table["title"]:
            sheet.write_string(at, 0, self.worded(line), self.format(bold=True))
            at += 1
        sheet.write_string(at + 1, last, self.table["unit"], self.format(italic=True, align="right"))
        at = self.heading(sheet, at + 2) + 1
        sheet.freeze_panes(at, self.labels)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        self.body(sheet, at, rows)

    def heading(self, sheet: Worksheet, at: int) -> int:
        """Write the headings, each over as many rows as it needs; the row after them."""
        for position, column in enumerate(self.columns, self.labels):
            for row, line in enumerate(column["heading"], at):
                text = self.worded(line)
                if text.isdigit():
                    sheet.write_number(row, position, int(text), self.format(align="center"))
                elif text:
                    sheet.write_string(row, position, text, self.format(align="center"))
        return at + max(len(column["heading"]) for column in self.columns)

    def body(self, sheet: Worksheet, at: int, rows: list[dict[str, Any]]) -> None:
        lines: dict[Line, int] = {}
        begun: set[str] = set()
        depth_before = 0
        for row in rows:
            key = self.line(row)
            if key not in lines:
                for section in self.table.get("sections", ()):
                    here = row["area_name"] is not None if section["at"] == "area" else row["item"] == section["at"]
                    if here and section["at"] not in begun:
                        begun.add(section["at"])
                        column = int(section.get("column", 0))
                        sheet.write_string(at, column, section["text"], self.format(bold=column == 0))
                        at += 1
                depth = self.depth(row)
                if self.table.get("among") and depth > 1 and depth > depth_before:
                    sheet.write_string(at, 1, _AMONG, self.format(indent=1))
                depth_before = depth
                self.label(sheet, at, str(key[-1]), depth)
                lines[key] = at
                at += 1
            sheet.write_number(lines[key], self.column(row), row["value"], self.format(num_format="#,##0.00"))

    def line(self, row: Mapping[str, Any]) -> Line:
        """What makes a line one: item, area and printed label."""
        if row["area_name"] is not None:
            return row["item"], row["area_name"]
        if row["item"] is not None:
            return row["item"], self.table.get("lines", {}).get(row["item"], row["item"].split(" > ")[-1])
        whole = self.table["whole"]
        return None, whole if isinstance(whole, str) else whole[row["indicator"]]

    def depth(self, row: Mapping[str, Any]) -> int:
        if row["area_name"] is not None:
            return 1
        return 0 if row["item"] is None else row["item"].count(" > ") + 1

    def label(self, sheet: Worksheet, at: int, text: str, depth: int) -> None:
        column = min(depth, self.labels - 1)
        indent = depth - column
        sheet.write_string(at, column, text, self.format(**({"indent": indent} if indent else {"bold": depth == 0})))

    def column(self, row: Mapping[str, Any]) -> int:
        """The one column that shows what the row states."""
        for position, column in enumerate(self.columns, self.labels):
            period = self.before if column.get("period") == "before" else self.period
            stated = (row["indicator"], row["measure"])
            own = row["measure"] == column["measure"] and row["indicator"] in column.get(
                "indicators", [row["indicator"]]
            )
            if row["period"] == period and (own or stated == (column.get("growth"), "growth")):
                return position
        raise ValueError(f"{self.table['sheet']}: no column for {row}")

    def worded(self, text: str) -> str:
        return text.format(**self.words)

    def format(self, **properties: Any) -> Format:
        """A cell format, made once for each set of properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, **properties})
        return self.formats[key]
