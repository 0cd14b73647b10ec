"""`agencies/<province>.yaml`: which agency code is which unit."""

from __future__ import annotations

from difflib import get_close_matches

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.contracts.schema_check import schema_problems


def agency_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the register; an entry with a problem names no agency."""
    found = schema_problems(source, "agencies")
    found += repeated(source, ("agencies",), source.entries("agencies"), "code")
    if source.path.stem not in {unit.code for unit in units.provinces()}:
        found.append(
            source.problem(
                (),
                f"tên tệp {source.path.stem!r} không phải mã tỉnh nên không tỉnh nào dùng danh bạ này; đổi tên tệp",
                f"the file's name {source.path.stem!r} is no province's code, so no province reads it; rename the file",
                "province.unknown",
            )
        )
    communes = {unit.code for unit in units.communes(known.province)}
    for position, entry in enumerate(source.entries("agencies")):
        if not isinstance(entry, dict):
            continue
        where = ("agencies", position)
        if ("commune" in entry) == bool({"vi", "en"} & entry.keys()) or ("vi" in entry) != ("en" in entry):
            found.append(
                source.problem(
                    where,
                    "ghi tên bằng vi và en, hoặc bằng commune (mã xã); sửa cho đúng một cách",
                    "name it by vi and en, or by commune (its code); use exactly one way",
                    "agency.name",
                )
            )
        commune, owner = entry.get("commune"), entry.get("owner")
        if isinstance(commune, str) and commune not in communes:
            found.append(
                source.problem(
                    (*where, "commune"),
                    f"{commune!r} không phải mã xã, phường, đặc khu của tỉnh {known.province}; sửa mã",
                    f"{commune!r} is no commune of province {known.province}; correct the code",
                    "code.unknown",
                )
            )
        if isinstance(owner, str) and known.owners and owner not in known.owners:
            close = get_close_matches(owner, known.owners, n=1)
            found.append(
                source.problem(
                    (*where, "owner"),
                    f"không có chủ quản {owner!r}" + (f"; có phải {close[0]}?" if close else "; sửa hoặc bỏ"),
                    f"no owner {owner!r}" + (f"; did you mean {close[0]}?" if close else "; correct or remove it"),
                    "owner.unknown",
                )
            )
    return found
