"""What a workbook says about cells besides their values, as far as forms and records need it: percent formats, formulas
without a result, hidden rows and columns. Read as a stream: memory does not grow with the sheet."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import xlrd

from ioc_pipeline.read.workbooks.workbook_guard import local_name, sheet_parts, xml_pieces

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_QUOTED = re.compile(r'"[^"]*"|\\.')
_BUILT_IN_PERCENT = frozenset({9, 10})
_LAST_COLUMN = 16_384
_MARKS = (b"hidden", b"<f", b":f", b'"e"', b"'e'", b"\0", b"&#")
"""Marks of something hidden, a formula, an error; of names or values that may be written in another way."""
_STYLE = re.compile(rb"\bs\s*=\s*[\"']\s*(\d+)")


@dataclass
class Facts:
    """Facts about one sheet, rows and columns 0-based."""

    percent: set[tuple[int, int]] = field(default_factory=set)  # numbers shown with a percent sign
    unsolved: set[tuple[int, int]] = field(default_factory=set)  # formulas without a result, or with an error
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def xlsx_facts(archive: zipfile.ZipFile) -> dict[str, Facts]:
    """Facts by sheet name; a sheet that cannot be taken apart has none."""
    found: dict[str, Facts] = {}
    percents = _percent_styles(archive)
    for name, part in sheet_parts(archive).items():
        facts = found.setdefault(name, Facts())
        if not any(_may_hold_facts(piece, percents) for piece in xml_pieces(archive, part)):
            continue  # the search costs a tenth of a walk over the elements
        with contextlib.suppress(ElementTree.ParseError, ValueError), archive.open(part) as stream:
            _read_sheet(stream, facts, percents)
    return found


def _may_hold_facts(piece: bytes, percents: set[int]) -> bool:
    """False for a piece of a sheet's XML in which nothing is hidden, no formula stands, no cell shows an error and none
    has a style with a percent sign."""
    if any(mark in piece for mark in _MARKS):
        return True
    return bool(percents) and any(int(style) in percents for style in _STYLE.findall(piece))


def foreign_parts(archive: zipfile.ZipFile) -> tuple[bool, bool]:
    """(links to other files, macros) that a workbook carries. Neither is ever followed or run."""
    names = [n.lower() for n in archive.namelist()]
    return any(n.startswith("xl/externallinks/") for n in names), any(n.endswith("vbaproject.bin") for n in names)


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Bytes of an archive after unpacking, as its directory says."""
    return sum(part.file_size for part in archive.infolist())


def _percent_styles(archive: zipfile.ZipFile) -> set[int]:
    """Indices of the cell styles whose number format shows a percent sign."""
    try:
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    except (KeyError, ElementTree.ParseError):
        return set()
    formats = {f.get("numFmtId"): f.get("formatCode", "") for f in styles.iterfind(".//{*}numFmt")}
    percent = {ident for ident, code in formats.items() if "%" in _QUOTED.sub("", code or "")}
    cells = styles.find("{*}cellXfs")
    return {
        position
        for position, style in enumerate(cells if cells is not None else ())
        if style.get("numFmtId") in percent
        or (str(style.get("numFmtId", "")).isdigit() and int(style.get("numFmtId", 0)) in _BUILT_IN_PERCENT)
    }


def _read_sheet(stream: IO[bytes], facts: Facts, percents: set[int]) -> None:
    for _, element in ElementTree.iterparse(stream):
        kind = local_name(element)
        if kind == "col" and element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            facts.hidden_columns.update(range(first - 1, min(last, _LAST_COLUMN)))
        elif kind == "row":
            if element.get("hidden") in ("1", "true") and element.get("r"):
                facts.hidden_rows.add(int(element.get("r", 1)) - 1)
            element.clear()
        elif kind == "c":
            _cell(element, facts, percents)


def _cell(element: ElementTree.Element, facts: Facts, percents: set[int]) -> None:
    place = _REFERENCE.fullmatch(element.get("r", ""))
    if place is None:
        return
    value = element.find("{*}v")
    empty = value is None or not value.text
    kind = element.get("t", "n")
    formula = element.find("{*}f") is not None
    if (formula and empty and kind != "str") or kind == "e":
        facts.unsolved.add(_position(place))
    elif not empty and kind == "n" and int(element.get("s", 0)) in percents:
        facts.percent.add(_position(place))


def _position(place: re.Match[str]) -> tuple[int, int]:
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - 64
    return int(place[2]) - 1, column - 1


def xls_facts(path: Path, name: str) -> dict[str, Facts]:
    """Facts by sheet name of a legacy .xls; empty when it cannot be opened a second time."""
    try:
        book = xlrd.open_workbook(
            filename=name,
            file_contents=path.read_bytes(),
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        )
    except Exception:  # the first reader has already said what is wrong with the file
        return {}
    found: dict[str, Facts] = {}
    for sheet in book.sheets():
        facts = found.setdefault(sheet.name, Facts())
        facts.hidden_rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
        facts.hidden_columns = {column for column, info in sheet.colinfo_map.items() if info.hidden}
        for row in range(sheet.nrows):
            for column, cell in enumerate(sheet.row(row)):
                style = book.format_map.get(book.xf_list[cell.xf_index].format_key)
                if cell.ctype == xlrd.XL_CELL_NUMBER and style and "%" in _QUOTED.sub("", style.format_str):
                    facts.percent.add((row, column))
                elif cell.ctype == xlrd.XL_CELL_ERROR:
                    facts.unsolved.add((row, column))
    return found
