"""Small workbooks in the statistics office's manner, built for the tests."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import xlsxwriter
import xlwt

from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.statistics.nso_workbook import read_workbook
from tests.read.answer_key import nso_feed

Rows = list[list[Any]]


def write_xlsx(path: Path, sheets: dict[str, Rows], indents: dict[tuple[str, int, int], int] | None = None) -> Path:
    """A workbook of rows of cells; None leaves a cell out, `indents` are steps by (sheet, row, column)."""
    book = xlsxwriter.Workbook(str(path))
    formats = {step: book.add_format({"indent": step}) for step in set((indents or {}).values())}
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    step = (indents or {}).get((name, r, c))
                    sheet.write(r, c, value, *([formats[step]] if step else []))
    book.close()
    return path


def as_strict(path: Path) -> Path:
    """The workbook as Excel saves it as "Strict Open XML": the same parts in other namespaces."""
    with zipfile.ZipFile(path) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for part, content in parts.items():
            for of in (b"spreadsheetml", b"officeDocument"):
                content = content.replace(b"schemas.openxmlformats.org/" + of + b"/2006", b"purl.oclc.org/ooxml/" + of)
            book.writestr(part, content)
    return path


def write_xls(path: Path, sheets: dict[str, Rows], font: str) -> Path:
    """A legacy workbook in one font."""
    book = xlwt.Workbook(encoding="utf-8")
    style = xlwt.XFStyle()
    style.font.name = font
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value, style)
    book.save(str(path))
    return path


def read(path: Path, name: str | None = None) -> tuple[Reading, list[dict[str, Any]]]:
    """Reading of a workbook with the feed as declared, and its rows."""
    out = path.with_suffix(".parquet")
    reading = read_workbook(nso_feed(), path, name or path.name, out)
    return reading, pq.read_table(out).to_pylist()


def exports(month: int = 5, year: int = 2017, **changes: Any) -> Rows:
    """Exports as the office prints them: heading over three unmerged rows, a section row, an indented part."""
    rows: Rows = [
        [changes.get("title", "11. Hàng hóa xuất khẩu")],
        [],
        [None] * 5 + [changes.get("unit", "Đơn vị tính: Nghìn tấn, triệu USD")],
        [None, None, "Thực hiện", None, "Ước tính", None],
        [None, None, f"tháng {month - 1}", None, f"tháng {month}", None],
        [None, None, f"năm {year}", None, f"năm {year}", None],
        [None, None, "Lượng", "Trị giá", "Lượng", "Trị giá"],
        [],
        ["TỔNG TRỊ GIÁ", None, None, 17535.5, None, 17200],
        [None, "Khu vực có vốn đầu tư NN", None, 12895.5, None, 12415],
        [None, "    Dầu thô", None, 229, None, 215],
        ["Mặt hàng chủ yếu"],
        [None, "Gạo", 539.5, 252.25, 550, 250.5],
        [None, "Dầu thô", 522.5, 229, 600, 215],
        [None, "Ô tô(*)", None, 448.25, None, 467.5],
        [None, " Trong đó: Nguyên chiếc", 6.75, 169.5, 9, 187.5],
        [None, "(*)Nghìn chiếc, triệu USD"],
    ]
    return rows


def budget(**changes: Any) -> Rows:
    """Investment from the state budget: ministries, then provinces."""
    return [
        ["8. Vốn đầu tư thực hiện từ nguồn ngân sách Nhà nước"],
        [None, None, None, None, "Đơn vị tính: Tỷ đồng"],
        [None, None, "Ước tính", "Cộng dồn", "5 tháng"],
        [None, None, "tháng 5", "5 tháng", "năm 2017 so"],
        [None, None, "năm", "năm", "với cùng kỳ"],
        [None, None, 2017, 2017, "năm 2016 (%)"],
        [],
        ["TỔNG SỐ", None, 23050, 88765, 106.5],
        [None, "Trung ương", 5145, 19470, 105.9],
        [None, "Trong đó:"],
        [None, "Bộ Y tế", 361, 1280, 123.4],
        [None, "Địa phương", 17905, 69295, 106.1],
        [None, "Phân theo một số tỉnh, thành phố"],
        [None, changes.get("province", "Khánh Hoà"), 2843.381, 10885.875, 100.5],
        [None, "TP. Hồ Chí Minh", 2055.25, 5965.5, 102.5],
    ]
