"""A sheet whose XML states another number of values than were read: which cell, and what the second reader makes of it.

Counting is cheap and done for every sheet; the cells are looked at only where the counts differ. That is the case for
formulas that show an error (calamine gives a blank), for cells stated twice (each reader keeps another one), for tables
in a second list of rows, and for texts that are blank, which alone are no reason to say anything. The second reader,
openpyxl, costs as much as ten sheets, so it is asked only when none of the harmless reasons explains the difference.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from ioc_pipeline.messages import Text
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.workbooks.workbook_guard import local_name

_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d+)")
_STRINGS = "xl/sharedStrings.xml"
_MOST = 1_000_000
"""Stated values of a sheet that are compared; of a larger one it is said that the rest was not."""
Cell = tuple[int, int]


def filled_cells(rows: list[list[Any]]) -> int:
    """How many cells of a sheet hold a value."""
    return sum(len(row) - row.count("") for row in rows)


@dataclass
class Compared:
    """What is to be said of one sheet: formulas without a value, and what the readers or the file disagree on."""

    errors: list[Notice] = field(default_factory=list)
    differing: list[Notice] = field(default_factory=list)


def compared(
    archive: zipfile.ZipFile, part: str, name: str, rows: list[list[Any]], second: Callable[[str], list[list[Any]]]
) -> Compared:
    """Holds the cells that a sheet's XML states against the `rows` that were read, and against those of `second` where
    the sheet states a cell twice or states one that was not read; nothing to say when blank texts explain the count."""
    stated: Counter[Cell] = Counter()
    errors: dict[Cell, str] = {}
    try:
        for cell, error in _stated(archive, part):
            stated[cell] += 1
            if error is not None:
                errors[cell] = error
    except ElementTree.ParseError:
        return Compared()
    read = {(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value != "" and value is not None}
    found = Compared()
    if errors:
        found.errors.append(_errors(name, errors))
    twice = sorted(cell for cell, count in stated.items() if count > 1)
    lost = sorted(stated.keys() - read - errors.keys())
    if sum(stated.values()) >= _MOST:
        found.differing.append(_in_part(name))
    if not twice and not lost:
        return found
    other: list[list[Any]] | None = None
    with contextlib.suppress(Exception):  # openpyxl has no error type of its own for damaged XML
        other = second(name)
    compare = stated.keys() - errors.keys()
    differing = [] if other is None else sorted(c for c in compare if not _same(_at(rows, c), _at(other, c)))
    found.differing.append(_notice(name, rows, stated, twice, lost, other, differing))
    return found


def _errors(name: str, errors: dict[Cell, str]) -> Notice:
    first = min(errors)
    at = _name(first)
    return Notice(
        Text(
            f"Trang tính “{name}”: {len(errors)} ô công thức báo lỗi (đầu tiên là {at}: {errors[first]}), không có giá "
            "trị nào được lấy ở đó. Hãy mở bằng Excel, sửa công thức, lưu lại rồi gửi.",
            f"Sheet “{name}”: {len(errors)} formula cell(s) show an error (first {at}: {errors[first]}); no value is "
            "taken there. Open it in Excel, correct the formulas, save and send it again.",
        ),
        f"{name}!{at}",
    )


def _in_part(name: str) -> Notice:
    return Notice(
        Text(
            f"Trang tính “{name}”: số ô có giá trị trong tệp khác số ô đọc được; chỉ {_MOST} giá trị đầu được đối "
            "chiếu từng ô. Hãy chia trang tính nhỏ hơn rồi gửi lại.",
            f"Sheet “{name}”: the file states another number of values than were read; only the first {_MOST} were "
            "compared cell by cell. Send smaller sheets.",
        ),
        name,
    )


def _notice(
    name: str,
    rows: list[list[Any]],
    stated: Counter[Cell],
    twice: list[Cell],
    lost: list[Cell],
    other: list[list[Any]] | None,
    differing: list[Cell],
) -> Notice:
    first = (differing or twice or lost)[0]
    said = []
    if twice:
        at, times = _name(twice[0]), stated[twice[0]]
        said.append(
            Text(
                f"{len(twice)} ô được ghi nhiều lần trong tệp (đầu tiên là {at}, {times} lần)",
                f"{len(twice)} cell(s) are stated more than once in the file (first {at}, {times} times)",
            )
        )
    if lost:
        at = _name(lost[0])
        said.append(
            Text(
                f"{len(lost)} ô có giá trị trong tệp mà bộ đọc thứ nhất (calamine) không thấy (đầu tiên là {at})",
                f"{len(lost)} cell(s) hold a value that the first reader (calamine) does not see (first {at})",
            )
        )
    said.append(_second_view(rows, other, differing))
    vi, en = ("; ".join(texts) for texts in ([s.vi for s in said], [s.en for s in said]))
    return Notice(
        Text(
            f"Trang tính “{name}”: {vi}. Hãy mở bằng Excel, kiểm tra các ô này, lưu lại rồi gửi.",
            f"Sheet “{name}”: {en}. Open it in Excel, check these cells, save and send it again.",
        ),
        f"{name}!{_name(first)}",
    )


def _second_view(rows: list[list[Any]], other: list[list[Any]] | None, differing: list[Cell]) -> Text:
    if other is None:
        return Text(
            "bộ đọc thứ hai (openpyxl) không đọc được trang này", "the second reader (openpyxl) cannot read this sheet"
        )
    if not differing:
        return Text(
            "bộ đọc thứ hai (openpyxl) đọc như bộ đọc thứ nhất",
            "the second reader (openpyxl) reads what the first one does",
        )
    at, taken, instead = _name(differing[0]), _at(rows, differing[0]), _at(other, differing[0])
    return Text(
        f"hai bộ đọc khác nhau ở {len(differing)} ô: {at} là {_shown(taken).vi} (calamine, đã lấy) và "
        f"{_shown(instead).vi} (openpyxl)",
        f"the two readers differ on {len(differing)} cell(s): {at} is {_shown(taken).en} (calamine, taken) and "
        f"{_shown(instead).en} (openpyxl)",
    )


def _stated(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[Cell, str | None]]:
    """Every cell of a sheet's XML with a value that is not blank, as often as it is stated; the text of an error."""
    blank: set[str] | None = None
    row = column = -1
    found = 0
    with archive.open(part) as stream:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):
            if event == "start":
                if local_name(element) == "row":
                    number = element.get("r", "")
                    row, column = int(number) - 1 if number.isdigit() else row + 1, -1
                continue
            if local_name(element) == "row":
                element.clear()
            if local_name(element) != "c":
                continue
            place = _REFERENCE.fullmatch(element.get("r", ""))
            column = _column(place[1]) if place else column + 1
            text = _text(element)
            if element.get("t") == "s" and text:
                blank = _blank_strings(archive) if blank is None else blank
                text = "" if text.strip() in blank else text
            if text:
                found += 1
                if found > _MOST:
                    return
                cell = (int(place[2]) - 1 if place else row), column
                yield cell, text if element.get("t") == "e" else None


def _text(cell: ElementTree.Element) -> str:
    inline = cell.find("{*}is")
    if inline is not None and cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in inline.iterfind(".//{*}t"))
    value = cell.find("{*}v")
    return (value.text or "") if value is not None else ""


def _blank_strings(archive: zipfile.ZipFile) -> set[str]:
    """Numbers of the shared strings that are blank."""
    if _STRINGS not in archive.NameToInfo:
        return set()
    found: set[str] = set()
    number = 0
    for _, element in ElementTree.iterparse(io.BytesIO(archive.read(_STRINGS))):
        if local_name(element) == "si":
            if not "".join(t.text or "" for t in element.iterfind(".//{*}t")):
                found.add(str(number))
            number += 1
            element.clear()
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _name(cell: Cell) -> str:
    from ioc_pipeline.read.workbooks.spreadsheet import cell_name

    return cell_name(*cell)


def _at(rows: list[list[Any]], cell: Cell) -> Any:
    row, column = cell
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, int | float) and isinstance(two, int | float):
        return math.isclose(one, two, rel_tol=1e-12)
    if isinstance(one, str) and isinstance(two, str):
        return one.replace("\r", "").strip() == two.replace("_x000D_", "").replace("\r", "").strip()
    # Dates: one reader gives a day where the other gives a moment, or the number behind it.
    return bool(one == two) or not (isinstance(one, str) or isinstance(two, str))


def _shown(value: Any) -> Text:
    return Text("trống", "blank") if value in ("", None) else Text(f"“{str(value)[:80]}”", f"“{str(value)[:80]}”")
