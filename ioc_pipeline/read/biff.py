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
_RECORDS = {
    _LABEL: np.dtype([*_CELL, ("text", "<u4")]),
    _NUMBER: np.dtype([*_CELL, ("number", "<f8")]),
    _RK: np.dtype([*_CELL, ("packed", "<i4")]),
    _BOOLERR: np.dtype([*_CELL, ("value", "u1"), ("error", "u1")]),
    _FORMULA: np.dtype([*_CELL, ("number", "<f8")]),
}
_MOST_CELLS = 4_000_000
# Everything that goes wrong below on a file that is not as expected: xlrd then has the word.
_FAILURES = (struct.error, XLRDError, IndexError, KeyError, ValueError, OverflowError, AssertionError, TypeError)


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
    styled: tuple[list[int], list[int], list[int]]


@dataclass(frozen=True)
class BiffBook:
    """Worksheets of a legacy file and what their formats say: names of fonts by number, the font and the indentation
    of each cell format, and where the fonts change within a shared string (offset, font)."""

    sheets: list[BiffSheet]
    fonts: list[str]
    font_of: list[int]
    indent_of: list[int]
    runs: dict[int, list[tuple[int, int]]]


def read_biff(content: bytes) -> BiffBook:
    """The cells of a BIFF8 workbook; raises Unusual for every file that is anything else or not as it should be."""
    try:
        stream, base, size = CompDoc(content, logfile=io.StringIO()).locate_named_stream("Workbook")
        if not stream:
            raise Unusual
        return _Reader(stream[base : base + size]).book()
    except _FAILURES as error:
        raise Unusual from error


@dataclass(frozen=True)
class _Bound:
    offset: int
    hidden: bool
    name: str


class _Reader:
    """One walk over the records of a workbook stream."""

    def __init__(self, stream: bytes) -> None:
        self._stream = bytes(stream)
        self._bounds: list[_Bound] = []
        self._fonts: list[str] = []
        self._formats: dict[int, str] = {}
        self._xf: list[tuple[int, int, int]] = []  # font, format, indentation
        self._texts: list[str] = []
        self._runs: dict[int, list[tuple[int, int]]] = {}
        self._datemode = 0
        self._dates: dict[int, bool] = {}
        self._found: dict[int, list[int]] = {kind: [] for kind in (*_RECORDS, _MULRK, _MERGED)}

    def book(self) -> BiffBook:
        self._globals()
        ends: list[dict[int, int]] = []
        for bound in self._bounds:
            self._walk(bound.offset)
            ends.append({kind: len(offsets) for kind, offsets in self._found.items()})
        sheets = self._sheets(ends)
        return BiffBook(sheets, self._fonts, [f for f, _, _ in self._xf], [i for _, _, i in self._xf], self._runs)

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

    def _records(self, kind: int, octets: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """All records of a kind as an array with the fields of `_RECORDS`."""
        shape = _RECORDS[kind]
        offsets = np.array(self._found[kind], np.int64)
        records = octets[offsets[:, None] + np.arange(shape.itemsize)].view(shape)[:, 0]
        sizes = records["size"]
        fit = sizes > 20 if kind == _FORMULA else sizes == shape.itemsize - 4
        if not fit.all() and not (kind == _BOOLERR and ((sizes == 8) | (sizes == 9)).all()):
            raise Unusual
        return records

    def _sheets(self, ends: list[dict[int, int]]) -> list[BiffSheet]:
        octets = np.frombuffer(self._stream, np.uint8)
        owners: list[np.ndarray[Any, Any]] = []
        places: list[tuple[np.ndarray[Any, Any], ...]] = []
        values: list[Any] = []
        shared: list[int] = []
        for kind in _RECORDS:
            if not self._found[kind]:
                continue
            records = self._records(kind, octets)
            owners.append(np.repeat(np.arange(len(ends)), np.diff([0, *(end[kind] for end in ends)])))
            places.append((records["row"], records["column"], records["xf"]))
            if kind == _LABEL:
                numbers = records["text"].tolist()
                values += [self._texts[n] for n in numbers]
                shared += numbers
                continue
            if kind == _RK:
                values += self._numbers(_unpacked(records["packed"]).tolist(), records["xf"])
            elif kind == _NUMBER:
                values += self._numbers(records["number"].tolist(), records["xf"])
            elif kind == _BOOLERR:
                pairs = zip(records["value"].tolist(), records["error"].tolist(), strict=True)
                values += [_error(value) if error else bool(value) for value, error in pairs]
            else:
                values += self._formulas(records)
            shared += [-1] * len(records)
        self._multiple(ends, owners, places, values, shared)
        if not owners:
            return [BiffSheet(b.name, b.hidden, [], (), [], ([], [], [])) for b in self._bounds]
        owner = np.concatenate(owners)
        row, column, xf = (np.concatenate([place[i] for place in places]).astype(np.int64) for i in range(3))
        if column.max() > 255 or xf.max() >= len(self._xf):
            raise Unusual
        return self._placed(ends, owner, row, column, xf, values, shared)

    def _placed(
        self,
        ends: list[dict[int, int]],
        owner: np.ndarray[Any, Any],
        row: np.ndarray[Any, Any],
        column: np.ndarray[Any, Any],
        xf: np.ndarray[Any, Any],
        values: list[Any],
        shared: list[int],
    ) -> list[BiffSheet]:
        height = np.zeros(len(ends), np.int64)
        np.maximum.at(height, owner, row + 1)
        first = np.concatenate([[0], np.cumsum(height)])
        line = first[owner] + row
        width = np.zeros(int(first[-1]), np.int64)
        np.maximum.at(width, line, column + 1)
        if width.sum() + len(width) > _MOST_CELLS:
            raise Unusual
        if np.bincount((np.cumsum(width) - width)[line] + column).max(initial=0) > 1:
            raise Unusual  # a cell that stands twice
        rows: list[list[Any]] = [[""] * n for n in width.tolist()]
        texts: list[list[tuple[int, int, int, int]]] = [[] for _ in ends]
        lines, columns, formats = line.tolist(), column.tolist(), xf.tolist()
        for at, c, value in zip(lines, columns, values, strict=True):
            rows[at][c] = value
        for sheet, r, c, number, value, form in zip(
            owner.tolist(), row.tolist(), columns, shared, values, formats, strict=True
        ):
            if type(value) is str:
                texts[sheet].append((r, c, number, form))
        merged = self._merged(ends)
        found = []
        for index, bound in enumerate(self._bounds):
            mine = np.flatnonzero(owner == index)
            styled = (row[mine].tolist(), column[mine].tolist(), xf[mine].tolist())
            lot = rows[first[index] : first[index + 1]]
            found.append(BiffSheet(bound.name, bound.hidden, lot, merged[index], texts[index], styled))
        return found

    def _multiple(
        self,
        ends: list[dict[int, int]],
        owners: list[np.ndarray[Any, Any]],
        places: list[tuple[np.ndarray[Any, Any], ...]],
        values: list[Any],
        shared: list[int],
    ) -> None:
        """Rows of packed numbers in one record: row, first column, then format and number for each."""
        ranges = zip([0, *(end[_MULRK] for end in ends)], (end[_MULRK] for end in ends), strict=False)
        cells: list[tuple[int, int, int, int]] = []
        packed: list[int] = []
        for sheet, (begin, end) in enumerate(ranges):
            for position in self._found[_MULRK][begin:end]:
                _, size, row, column = struct.unpack_from("<HHHH", self._stream, position)
                count, rest = divmod(size - 6, 6)
                last = struct.unpack_from("<H", self._stream, position + 2 + size)[0]
                if rest or count < 1 or last != column + count - 1:
                    raise Unusual
                pairs = struct.unpack_from("<" + "Hi" * count, self._stream, position + 8)
                cells += [(sheet, row, column + i, xf) for i, xf in enumerate(pairs[::2])]
                packed += pairs[1::2]
        if cells:
            sheets, rows, columns, formats = (np.array(part, np.int64) for part in zip(*cells, strict=True))
            owners.append(sheets)
            places.append((rows, columns, formats))
            values += self._numbers(_unpacked(np.array(packed, np.int64)).tolist(), formats)
            shared += [-1] * len(cells)

    def _numbers(self, numbers: list[float], formats: np.ndarray[Any, Any]) -> list[Any]:
        """Numbers, those in a format of dates as dates."""
        dated = {xf for xf in np.unique(formats).tolist() if self._is_date(xf)}
        if not dated:
            return numbers
        return [
            xlrd.xldate_as_datetime(number, self._datemode) if xf in dated and number == number else number
            for number, xf in zip(numbers, formats.tolist(), strict=True)
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
