"""Cells of a legacy .xls file from its records, at a tenth of xlrd's cost; whatever is unusual is left to xlrd.

Calamine gives neither fonts (TCVN3) nor indentation of an .xls and ends the process on damaged ones, so its records
would have to be walked beside it anyway: that walk costs what calamine itself costs. Here one walk gives everything.
The compound file, the table of shared strings and the meaning of number formats are xlrd's own functions; only the
records of BIFF8 (Excel 97 to 2003) that hold cells are read here, all of a kind at once.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import xlrd
from xlrd.biffh import FDT, XLRDError, unpack_unicode
from xlrd.book import unpack_SST_table
from xlrd.compdoc import CompDoc
from xlrd.formatting import is_date_format_string, std_format_code_types

_BOF, _EOF, _CONTINUE = 0x809, 0x0A, 0x3C
_FORMULA, _STRING, _MERGED, _LABEL, _BOOLERR = 0x06, 0x207, 0xE5, 0xFD, 0x205
_NUMBER, _RK, _MULRK = 0x203, 0x27E, 0xBD
_FONT, _XF, _FORMAT, _BOUNDSHEET, _DATEMODE, _SST, _FILEPASS = 0x31, 0xE0, 0x41E, 0x85, 0x22, 0xFC, 0x2F
_GLOBAL = frozenset((_FONT, _XF, _FORMAT, _BOUNDSHEET, _DATEMODE, _SST, _FILEPASS, _EOF, _BOF))
_OTHER = frozenset((0x204, 0xD6, 0x206, 0x406, 0x04, 0x03, 0x02, 0x05, _FILEPASS))
# cells of other versions, encryption
_HEAD = struct.Struct("<HH").unpack_from
_CELL = [("kind", "<u2"), ("size", "<u2"), ("row", "<u2"), ("column", "<u2"), ("xf", "<u2")]
_CELLS = {
    _LABEL: np.dtype([*_CELL, ("text", "<u4")]),
    _NUMBER: np.dtype([*_CELL, ("number", "<f8")]),
    _RK: np.dtype([*_CELL, ("packed", "<i4")]),
    _BOOLERR: np.dtype([*_CELL, ("value", "u1"), ("error", "u1")]),
    _FORMULA: np.dtype([*_CELL, ("number", "<f8")]),
    _MULRK: np.dtype(_CELL[:4]),
}
_PACKED = np.dtype([("xf", "<u2"), ("packed", "<i4")])
_MOST_CELLS = 4_000_000
# Everything that goes wrong below on a file that is not as expected: xlrd then has the word.
_FAILURES = (struct.error, XLRDError, IndexError, KeyError, ValueError, OverflowError, AssertionError, TypeError)


Positions = np.ndarray[Any, np.dtype[np.int64]]


class Unusual(Exception):
    """The file holds something that is left to xlrd: another version, encryption, damage."""


@dataclass(frozen=True)
class BiffSheet:
    """Cells of a worksheet: `rows[r][c]`, both 0-based, blank ones `""`; `texts`: row, column, number of the shared
    string (-1: a formula's text) and format of each text cell; `styled`: row, column and format of each cell."""

    name: str
    hidden: bool
    rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...]  # first row, first column, last row, last column
    texts: list[tuple[int, int, int, int]]
    styled: tuple[Positions, Positions, Positions]


@dataclass(frozen=True)
class BiffBook:
    """Worksheets of a legacy file and what their formats say: names of fonts by number, the font and the indentation
    of each cell format, and where the fonts change within a shared string (offset, font)."""

    sheets: list[BiffSheet]
    fonts: list[str]
    font_of: list[int]
    indent_of: Positions
    runs: dict[int, list[tuple[int, int]]]


def read_biff(content: bytes) -> BiffBook:
    """The cells of a BIFF8 workbook; raises Unusual for every file that is anything else or not as it should be."""
    try:
        stream, base, size = CompDoc(content, logfile=io.StringIO()).locate_named_stream("Workbook")
        if not stream:
            raise Unusual
        return _Reader(bytes(stream[base : base + size])).book()
    except _FAILURES as error:
        raise Unusual from error


@dataclass(frozen=True)
class _Bound:
    offset: int
    hidden: bool
    name: str


@dataclass(frozen=True)
class _Found:
    """Cells of one kind of record: the number of their sheet, their row, column, format and value, and the number of
    their shared string where they hold one."""

    sheet: Positions
    row: Positions
    column: Positions
    xf: Positions
    values: list[Any]
    shared: list[int] | None = None


class _Reader:
    """One walk over the records of a workbook stream."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._octets = np.frombuffer(stream, np.uint8)
        self._bounds: list[_Bound] = []
        self._fonts: list[str] = []
        self._formats: dict[int, str] = {}
        self._xf: list[tuple[int, int, int]] = []  # font, format, indentation
        self._texts: list[str] = []
        self._runs: dict[int, list[tuple[int, int]]] = {}
        self._datemode = 0
        self._dates: dict[int, bool] = {}
        self._found: dict[int, list[int]] = {kind: [] for kind in (*_CELLS, _MERGED)}

    def book(self) -> BiffBook:
        self._globals()
        ends: list[dict[int, int]] = []
        for bound in self._bounds:
            self._walk(bound.offset)
            ends.append({kind: len(offsets) for kind, offsets in self._found.items()})
        sheets = self._sheets(ends)
        return BiffBook(
            sheets,
            self._fonts,
            [f for f, _, _ in self._xf],
            np.array([i for _, _, i in self._xf], np.int64),
            self._runs,
        )

    def _globals(self) -> None:
        stream = self._stream
        position = self._begun(0, 0x05)
        while True:
            kind, size = _HEAD(stream, position)
            position += 4
            if kind not in _GLOBAL:
                position += size
                continue
            data = stream[position : position + size]
            if kind == _FONT:
                if len(self._fonts) == 4:  # number 4 is never used
                    self._fonts.append("")
                self._fonts.append(unpack_unicode(data, 14, lenlen=1))
            elif kind == _XF:
                font, number_format, _, _, _, packed = struct.unpack_from("<HHHBBB", data)
                self._xf.append((font, number_format, packed & 0x0F))
            elif kind == _FORMAT:
                self._formats[struct.unpack_from("<H", data)[0]] = unpack_unicode(data, 2)
            elif kind == _BOUNDSHEET:
                offset, visibility, what = struct.unpack_from("<iBB", data)
                if what == 0:
                    self._bounds.append(_Bound(offset, visibility != 0, unpack_unicode(data, 6, lenlen=1)))
            elif kind == _DATEMODE:
                self._datemode = int(struct.unpack_from("<H", data)[0] == 1)
            elif kind == _SST:
                pieces = [data]
                end = position + size
                while (following := _HEAD(stream, end))[0] == _CONTINUE:
                    pieces.append(stream[end + 4 : end + 4 + following[1]])
                    end += 4 + following[1]
                count = struct.unpack_from("<i", data, 4)[0]
                if count > len(stream):
                    raise Unusual
                self._texts, self._runs = unpack_SST_table(pieces, count)
            elif kind == _EOF:
                return
            else:
                raise Unusual
            position += size

    def _begun(self, position: int, what: int) -> int:
        kind, size, version, found = struct.unpack_from("<HHHH", self._stream, position)
        if (kind, version, found) != (_BOF, 0x600, what):
            raise Unusual
        return int(position + 4 + size)

    def _walk(self, position: int) -> None:
        """Note where the cells of a worksheet stand."""
        stream, find = self._stream, self._found.get
        position = self._begun(position, 0x10)
        while True:
            kind, size = _HEAD(stream, position)
            found = find(kind)
            if found is not None:
                found.append(position)
            elif kind == _EOF:
                return
            elif kind == _BOF:  # an embedded chart, up to its end
                while kind != _EOF:
                    position += 4 + size
                    kind, size = _HEAD(stream, position)
            elif kind in _OTHER:
                raise Unusual
            position += 4 + size

    def _fields(self, at: Positions, shape: np.dtype[Any]) -> np.ndarray[Any, Any]:
        """What stands from these places on, as an array with the fields of `shape`."""
        return self._octets[at[:, None] + np.arange(shape.itemsize)].view(shape)[:, 0]

    def _sheets(self, ends: list[dict[int, int]]) -> list[BiffSheet]:
        found = []
        for kind, shape in _CELLS.items():
            if not self._found[kind]:
                continue
            records = self._fields(np.array(self._found[kind], np.int64), shape)
            sheet = np.repeat(np.arange(len(ends)), np.diff([0, *(end[kind] for end in ends)]))
            if kind == _MULRK:
                found.append(self._multiple(records, sheet))
                continue
            sizes = records["size"]
            fit = sizes > 20 if kind == _FORMULA else sizes == shape.itemsize - 4
            if not fit.all() and not (kind == _BOOLERR and ((sizes == 8) | (sizes == 9)).all()):
                raise Unusual
            row, column, xf = (records[name].astype(np.int64) for name in ("row", "column", "xf"))
            found.append(_Found(sheet, row, column, xf, *self._values(kind, records)))
        if not found:
            none = np.zeros(0, np.int64)
            return [BiffSheet(b.name, b.hidden, [], (), [], (none, none, none)) for b in self._bounds]
        return self._placed(found, self._merged(ends))

    def _values(self, kind: int, records: np.ndarray[Any, Any]) -> tuple[list[Any], list[int] | None]:
        """Values of the cells of a kind, and the numbers of their shared strings."""
        if kind == _LABEL:
            shared: list[int] = records["text"].tolist()
            return [self._texts[n] for n in shared], shared
        if kind == _RK:
            return self._numbers(_unpacked(records["packed"]).tolist(), records["xf"]), None
        if kind == _NUMBER:
            return self._numbers(records["number"].tolist(), records["xf"]), None
        if kind == _BOOLERR:
            pairs = zip(records["value"].tolist(), records["error"].tolist(), strict=True)
            return [_error(value) if error else bool(value) for value, error in pairs], None
        return self._formulas(records), None

    def _placed(self, found: list[_Found], merged: list[tuple[tuple[int, int, int, int], ...]]) -> list[BiffSheet]:
        owner, row, column, xf = (
            np.concatenate(parts) for parts in zip(*((f.sheet, f.row, f.column, f.xf) for f in found), strict=True)
        )
        if column.max() > 255 or xf.max() >= len(self._xf):
            raise Unusual
        height = np.zeros(len(self._bounds), np.int64)
        np.maximum.at(height, owner, row + 1)
        first = np.concatenate([[0], np.cumsum(height)])
        line = first[owner] + row
        width = np.zeros(int(first[-1]), np.int64)
        np.maximum.at(width, line, column + 1)
        if width.sum() + len(width) > _MOST_CELLS:
            raise Unusual
        ends = np.cumsum(width)
        cell = (ends - width)[line] + column
        if np.bincount(cell).max(initial=0) > 1:
            raise Unusual  # a cell that stands twice
        cells = np.full(int(width.sum()), "", object)
        cells[cell] = np.array([value for part in found for value in part.values], object)
        line_ends, flat = ends.tolist(), cells.tolist()
        rows = [flat[begin:end] for begin, end in zip([0, *line_ends], line_ends, strict=False)]
        texts: list[list[tuple[int, int, int, int]]] = [[] for _ in self._bounds]
        for part in found:
            places = (part.sheet.tolist(), part.row.tolist(), part.column.tolist(), part.xf.tolist())
            if part.shared is not None:
                for sheet, r, c, form, number in zip(*places, part.shared, strict=True):
                    texts[sheet].append((r, c, number, form))
            elif any(type(value) is str for value in part.values):
                for sheet, r, c, form, value in zip(*places, part.values, strict=True):
                    if type(value) is str:
                        texts[sheet].append((r, c, -1, form))
        sheets = []
        for index, bound in enumerate(self._bounds):
            mine = owner == index
            lot = rows[first[index] : first[index + 1]]
            styled = (row[mine], column[mine], xf[mine])
            sheets.append(BiffSheet(bound.name, bound.hidden, lot, merged[index], texts[index], styled))
        return sheets

    def _multiple(self, records: np.ndarray[Any, Any], sheet: Positions) -> _Found:
        """Rows of packed numbers in one record: row, first column, then format and number for each, last column."""
        at = np.array(self._found[_MULRK], np.int64)
        size, row, column = (records[name].astype(np.int64) for name in ("size", "row", "column"))
        count, rest = np.divmod(size - 6, 6)
        last = self._octets[at + 2 + size] + self._octets[at + 3 + size].astype(np.int64) * 256
        if (rest != 0).any() or (count < 1).any() or (last != column + count - 1).any():
            raise Unusual
        of = np.repeat(np.arange(len(at)), count)
        number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        packed = self._fields(at[of] + 8 + 6 * number, _PACKED)
        values = self._numbers(_unpacked(packed["packed"]).tolist(), packed["xf"])
        return _Found(sheet[of], row[of], column[of] + number, packed["xf"].astype(np.int64), values)

    def _numbers(self, numbers: list[float], formats: np.ndarray[Any, Any]) -> list[Any]:
        """Numbers, those in a format of dates as dates."""
        used = formats.tolist()
        dated = {xf for xf in set(used) if self._is_date(xf)}
        if not dated:
            return numbers
        return [
            xlrd.xldate_as_datetime(number, self._datemode) if xf in dated and number == number else number
            for number, xf in zip(numbers, used, strict=True)
        ]

    def _is_date(self, xf: int) -> bool:
        key = self._xf[xf][1]
        if key not in self._dates:
            text = self._formats.get(key)
            self._dates[key] = bool(
                std_format_code_types.get(key) == FDT
                if text is None
                else is_date_format_string(SimpleNamespace(verbosity=0), text)
            )
        return self._dates[key]

    def _formulas(self, records: np.ndarray[Any, Any]) -> list[Any]:
        """Cached results: numbers, or what the bytes of a number that is none say."""
        values = self._numbers(records["number"].tolist(), records["xf"])
        bits = np.ascontiguousarray(records["number"]).view(np.uint64)
        for index in np.flatnonzero(bits >> np.uint64(48) == 0xFFFF).tolist():
            what, value = int(bits[index]) & 0xFF, int(bits[index]) >> 16 & 0xFF
            if what == 0:
                values[index] = self._text_after(self._found[_FORMULA][index])
            elif what > 3:
                raise Unusual
            else:
                values[index] = (bool(value), _error(value), "")[what - 1]
        return values

    def _text_after(self, position: int) -> str:
        """Text of the record behind a formula."""
        stream = self._stream
        for _ in range(2):  # at most one record about a shared formula stands between
            position += 4 + _HEAD(stream, position)[1]
            kind, size = _HEAD(stream, position)
            if kind == _STRING:
                if _HEAD(stream, position + 4 + size)[0] == _CONTINUE:
                    raise Unusual
                return str(unpack_unicode(stream[position + 4 : position + 4 + size], 0))
        raise Unusual

    def _merged(self, ends: list[dict[int, int]]) -> list[tuple[tuple[int, int, int, int], ...]]:
        merged, begin = [], 0
        for end in (end[_MERGED] for end in ends):
            ranges: list[tuple[int, int, int, int]] = []
            for position in self._found[_MERGED][begin:end]:
                _, size, count = struct.unpack_from("<HHH", self._stream, position)
                if size != 2 + 8 * count:
                    raise Unusual
                corners = struct.iter_unpack("<HHHH", self._stream[position + 6 : position + 4 + size])
                ranges += [(top, left, bottom, right) for top, bottom, left, right in corners]
            merged.append(tuple(ranges))
            begin = end
        return merged


def _unpacked(packed: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Numbers packed into 30 bits: whole, or the upper half of a float; in hundredths where the first bit says so."""
    packed = packed.astype(np.int64)
    whole = (packed >> 2).astype(np.float64)
    upper = (((packed & 0xFFFFFFFC) << 32).astype(np.int64)).view(np.float64)
    numbers = np.where(packed & 2, whole, upper)
    return np.where(packed & 1, numbers / 100.0, numbers)


def _error(code: int) -> str:
    return str(xlrd.error_text_from_code.get(code, "#N/A"))
