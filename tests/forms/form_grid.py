"""Forms as grids of cells, to be mangled the way people mangle them and written again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import METADATA_SHEET, form_layout
from ioc_pipeline.forms.form_file import write_form
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.read.forms.form_file import form_rows
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.workbooks.sheet_book import open_form
from ioc_pipeline.read.workbooks.spreadsheet import open_workbook

HEALTH, PUPILS, VISITORS = "health_facilities", "education_pupils", "tourism_monthly"
BEDS, OCCUPANCY, FACILITIES = "Số giường bệnh thực kê", "Công suất sử dụng giường bệnh", "Số cơ sở y tế"

PERIOD = "2026-10"


def health_rows() -> list[dict[str, Any]]:
    """Plausible numbers of every commune, the same each time."""
    draw = random.Random(7)
    return [
        {
            "area": unit.code, "YT_COSO": draw.randint(1, 9), "YT_GIUONG_SO": draw.randint(20, 300),
            "YT_BACSI_SO": draw.randint(2, 90), "YT_CONGSUAT": round(draw.uniform(40, 110), 1),
            "YT_DICH_SXH": draw.randint(0, 9), "YT_DICH_TCM": draw.randint(0, 5), "YT_DICH_SOI": draw.randint(0, 2),
        }
        for unit in units.communes("56")
    ]  # fmt: skip


def pupil_rows() -> list[dict[str, Any]]:
    levels = ("mn", "th", "thcs", "thpt")
    return [
        {"ma_xa": unit.code, "loai_so_lieu": "actual", "ngay_so_lieu": date(2026, 10, 15)}
        | {f"truong_{x}": 1 + n % 3 for x in levels}
        | {f"lop_{x}": 20 + n % 7 for x in levels}
        | {f"hs_{x}": 500 + 3 * n for x in levels}
        for n, unit in enumerate(units.communes("56"))
    ]


def visitor_rows() -> list[dict[str, Any]]:
    parts = {"DL_KHACH": 10, "DL_KHACH_NOIDIA": 8, "DL_KHACH_QUOCTE": 2, "DL_LUUTRU": 6, "DL_THU": 9,
             "DL_THU_LUUTRU": 5, "DL_THU_LUHANH": 2}  # fmt: skip
    return [{"indicator": c, "thang": 100.5 * k, "luy_ke": 1000.25 * k, "ke_hoach": 1200 * k} for c, k in parts.items()]


ROWS = {"health_facilities": health_rows, "education_pupils": pupil_rows, "tourism_monthly": visitor_rows}
PERIODS = {"health_facilities": PERIOD, "education_pupils": "2026", "tourism_monthly": PERIOD}


@dataclass
class Grid:
    """Cells of the form's first sheet, its merged ranges, and what else a workbook may carry."""

    cells: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    percent: set[tuple[int, int]] = field(default_factory=set)
    formulas: dict[tuple[int, int], tuple[str, Any]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    metadata: dict[str, str] = field(default_factory=dict)
    name: str = "Sheet1"
    more: list[tuple[str, list[list[Any]], bool]] = field(default_factory=list)  # name, cells, hidden

    def find(self, text: str) -> tuple[int, int]:
        """First cell that holds exactly this text."""
        return next((r, c) for r, row in enumerate(self.cells) for c, v in enumerate(row) if v == text)

    def column(self, title: str) -> int:
        return self.find(title)[1]

    def row(self, label: str) -> int:
        """The last row with this label (the example row comes first)."""
        return max(r for r, row in enumerate(self.cells) if label in row)

    def save(self, path: Path) -> Path:
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet(self.name)
        percent, day = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "dd/mm/yyyy"})
        for r, row in enumerate(self.cells):
            for c, value in enumerate(row):
                if (r, c) in self.formulas:
                    sheet.write_formula(r, c, self.formulas[r, c][0], None, self.formulas[r, c][1])
                elif isinstance(value, date):
                    sheet.write_datetime(r, c, value, day)
                elif value != "":
                    sheet.write(r, c, value, percent if (r, c) in self.percent else None)
        for top, left, bottom, right in self.merged:
            sheet.merge_range(top, left, bottom, right, self.cells[top][left])
        for r in self.hidden_rows:
            sheet.set_row(r, None, None, {"hidden": True})
        for c in self.hidden_columns:
            sheet.set_column(c, c, None, None, {"hidden": True})
        for name, cells, hidden in self.more:
            other = book.add_worksheet(name)
            for r, row in enumerate(cells):
                other.write_row(r, 0, row)
            if hidden:
                other.hide()
        if self.metadata:
            hidden_sheet = book.add_worksheet(METADATA_SHEET)
            hidden_sheet.very_hidden()
            for r, pair in enumerate(self.metadata.items()):
                hidden_sheet.write_row(r, 0, pair)
        book.close()
        return path


def filled(catalogue: Catalogue, feed: str, folder: Path, *, simulated: bool = False) -> Path:
    """The form of a feed, filled in."""
    path = folder / f"{feed}.xlsx"
    rows = ROWS[feed]()
    write_form(catalogue.feeds[feed], catalogue, path, period=PERIODS[feed], rows=rows, simulated=simulated)
    return path


def grid_of(path: Path) -> Grid:
    """The form's first sheet as a grid; all rows of one width."""
    book = open_workbook(path, path.name)
    sheet = book.sheets[0]
    width = max(len(row) for row in sheet.rows)
    cells = [
        [v.date() if isinstance(v, datetime) else v for v in row] + [""] * (width - len(row)) for row in sheet.rows
    ]
    facts = next(s for s in book.sheets if s.name == METADATA_SHEET)
    return Grid(cells, list(sheet.merged), metadata={str(r[0]): str(r[1]) for r in facts.rows})


def read(catalogue: Catalogue, feed: str, path: Path) -> tuple[Reading, list[dict[str, Any]]]:
    """Reading and rows of a file, problems and cells included."""
    out = path.with_name(path.name + ".parquet")
    reading = read_delivery(catalogue.feeds[feed], path, path.name, out, catalogue)
    cursor = duckdb.execute(f"SELECT * FROM read_parquet('{out}') ORDER BY _row")
    names = [d[0] for d in cursor.description]
    return reading, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def raw_facts(catalogue: Catalogue, feed: str, path: Path, work: Path) -> set[tuple[Any, ...]]:
    """What a file says before typing (a fifth of the time): the raw rows without problems, wherever they stand."""
    book = open_form(path, path.name, work)
    raw, _, _ = form_rows(form_layout(catalogue.feeds[feed]), book, catalogue, path.name)
    records = [dict(zip(raw.columns, row, strict=True)) for row in zip(*raw.columns.values(), strict=True)]
    places = {"_place", "_cells", "t_cell", "t_sheet", "t_value_text", "t_area_name", "t_ten_xa"}
    sound = (r for r in records if not any(v for k, v in r.items() if k.startswith("x_")))
    return {tuple(sorted((k, repr(v)) for k, v in r.items() if k not in places and v is not None)) for r in sound}


def facts(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """What the accepted rows say, wherever they stand."""
    places = {"_row", "_location", "_problems", "_cells", "cell", "sheet", "value_text", "area_name", "ten_xa"}
    return {
        tuple(sorted((k, repr(v)) for k, v in row.items() if k not in places)) for row in rows if not row["_problems"]
    }


def problems(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(location, code, raw) of every problem."""
    return [(row["_location"], p["code"], p["raw"]) for row in rows for p in row["_problems"]]


def notices(reading: Reading) -> str:
    """Notices of a reading with their places, in one text."""
    return " | ".join(f"{n.location} {n.text.vi}" for n in reading.notices)
