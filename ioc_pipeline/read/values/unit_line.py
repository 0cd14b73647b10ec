"""`Đơn vị tính: …` above a table or in the corner of a sheet: the unit of the table, held against the contract."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ioc_pipeline.contracts.model import CodeList, Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.text.text_folding import clean
from ioc_pipeline.read.values.unit_names import ratio, unit_code

_LABEL = re.compile(r"(đơn vị tính|đvt|đơn vị|unit of measure|units?)\s*[:：]\s*(.*)$", re.IGNORECASE | re.DOTALL)
_SURE = ("đơn vị tính", "đvt", "unit of measure")
"""Labels of units only; `Đơn vị:` also opens the name of the reporting office."""
_BETWEEN = re.compile(r"\s*[;,]\s*")
CLAUSE = "IOC-SACH-11"


@dataclass(frozen=True)
class StatedUnit:
    """A unit that stands above a table: its text, its place, its code (None: not in the registry)."""

    text: str
    place: str
    code: str | None


def stated_units(rows: Iterable[Sequence[tuple[str, object]]], units: CodeList) -> list[StatedUnit]:
    """Units stated in the rows above a table; a row is its cells as (place, value), a label's value may stand in the
    next filled cell."""
    found: list[StatedUnit] = []
    for row in rows:
        texts = [(place, clean(value)) for place, value in row if isinstance(value, str) and clean(value)]
        for position, (place, text) in enumerate(texts):
            label = _LABEL.search(text)
            if label is None:
                continue
            said = label[2].strip(" ().") or (texts[position + 1][1] if position + 1 < len(texts) else "")
            sure = label[1].casefold() in _SURE
            for part in _BETWEEN.split(said):
                code = unit_code(part, units) if part else None
                if code is not None or (part and sure):
                    found.append(StatedUnit(part, place, code))
    return found


def unit_of_rows(feed: Feed, present: Collection[str], stated: Sequence[StatedUnit]) -> str | None:
    """Unit of every row of an observation file that has no column for it (`present`: its columns) and states one unit
    above its table."""
    if feed.shape != "observations" or "unit" in present or len(stated) != 1:
        return None
    return stated[0].code


def declared_units(feed: Feed) -> set[str]:
    """Units that the columns of a record feed, or the indicators of an observation feed, are declared in."""
    if feed.shape == "observations":
        return {str(d["unit"]) for d in feed.declared_indicators().values() if d.get("unit")}
    return {c.unit for c in feed.columns if c.unit}


def judged_units(stated: Sequence[StatedUnit], declared: Collection[str], units: CodeList, name: str) -> list[Notice]:
    """Hold the units above a table against those its columns (or indicators) are declared in.

    A unit that converts into a declared one but is another (`triệu đồng` above a table declared in `tỷ đồng`) refuses
    the file: every number of the table would be off by that factor. A text that is no unit, or one that concerns no
    column, is noticed.
    """
    notices = []
    for unit in stated:
        if unit.code is not None and unit.code in declared:
            continue
        related = [d for d in declared if unit.code and d in units.codes and ratio(unit.code, d, units) is not None]
        if related:
            wanted = ", ".join(sorted(related))
            raise refused(
                "read.unit_line",
                f"Tệp “{name}”, {unit.place}: đơn vị tính ghi “{unit.text}” nhưng hợp đồng dữ liệu quy định {wanted}. "
                f"Hãy quy đổi số liệu về {wanted} và sửa dòng đơn vị tính, hoặc sửa dòng đó nếu ghi nhầm, rồi gửi lại.",
                f"File “{name}”, {unit.place}: the unit is given as “{unit.text}” but the contract says {wanted}. "
                f"Convert the numbers to {wanted} and correct the line, or correct the line alone if it is wrong, and "
                "send the file again.",
            )
        notices.append(
            Notice(
                Text(
                    f"Đơn vị tính ghi “{unit.text}” không phải đơn vị của cột nào: không dùng, đơn vị theo hợp đồng.",
                    f"The unit given as “{unit.text}” is that of no column: not used; the contract's units hold.",
                ),
                unit.place,
                CLAUSE,
            )
        )
    return notices
