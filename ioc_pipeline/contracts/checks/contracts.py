"""What a schema cannot say of a feed's `contract.yaml`: names that must exist, spellings, patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import ambiguous, repeated
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import SCHEMAS, schema_problems

PROPERTIES: Keys = ("schema", 0, "properties")
COLUMN_EXTRAS: dict[str, type[Any]] = {
    "title_vi": str, "title_en": str, "description_vi": str, "description_en": str, "unit": str, "identifier": bool,
    "aliases": list, "formats": list, "codes": str, "places": str, "places_on": str, "split": str, "split_by": str,
    "raw_of": str, "agency": bool,
}  # fmt: skip
"""Custom properties of a column and the kind of their value."""


def extension_problems(source: Source, where: Keys, ioc: dict[str, Any]) -> list[Problem]:
    """Shape of the custom property `ioc`, and of the reader's options where they are known."""
    found = schema_problems(source, "ioc_extension", where)
    reader = ioc.get("reader")
    form = reader.get("format") if isinstance(reader, dict) else None
    if isinstance(form, str) and re.fullmatch(r"\w+", form) and (SCHEMAS / f"reader_{form}.yaml").is_file():
        found += schema_problems(source, f"reader_{form}", (*where, "reader"))
    return found


def column_extra_problems(source: Source, properties: list[Any]) -> Iterator[Problem]:
    """Custom properties of columns: known names, values of the right kind, formats that can be read."""
    for position, declared in enumerate(properties):
        for place, custom in enumerate(declared.get("customProperties") or ()):
            name: str = custom.get("property")
            value: Any = custom.get("value")
            where = (*PROPERTIES, position, "customProperties", place)
            kind = COLUMN_EXTRAS.get(name)
            if kind is None:
                known = ", ".join(COLUMN_EXTRAS)
                yield source.problem(
                    where,
                    f"cột {declared.get('name')!r}: thuộc tính lạ {name!r}; có: {known}",
                    f"column {declared.get('name')!r}: unknown property {name!r}; known: {known}",
                    "key.unknown",
                )
            elif not isinstance(value, kind) or (kind is list and not all(isinstance(v, str) for v in value)):
                words = {str: ("chữ", "text"), bool: ("true hoặc false", "true or false"),
                         list: ("danh sách chữ", "a list of texts")}[kind]  # fmt: skip
                yield source.problem(
                    (*where, "value"),
                    f"cột {declared.get('name')!r}: {name} phải là {words[0]}",
                    f"column {declared.get('name')!r}: {name} must be {words[1]}",
                    "value.type",
                )
            elif name == "formats":
                for number, pattern in enumerate(value):
                    if not _readable(pattern):
                        yield source.problem(
                            (*where, "value", number),
                            f"mẫu ngày {pattern!r} không dùng được; viết theo strptime, ví dụ %d/%m/%Y",
                            f"date format {pattern!r} cannot be used; write it for strptime, e.g. %d/%m/%Y",
                            "column.format",
                        )


def _readable(pattern: str) -> bool:
    moment = datetime(2026, 11, 21, 9, 30, 15)
    try:
        datetime.strptime(moment.strftime(pattern), pattern)
    except ValueError:
        return False
    return "%" in pattern


def name_problems(
    source: Source, where: Keys, ioc: dict[str, Any], columns: dict[str, dict[str, Any]], properties: list[Any]
) -> Iterator[Problem]:
    """Names that must be columns, spellings that must mean one column, and the pattern of the publication date.

    `columns` are the merged columns (shape and contract) by name, each with its `aliases`.
    """
    yield from repeated(source, PROPERTIES, properties, "name")
    yield from ambiguous(source, _spellings(properties, columns), ("cột", "column"))
    reader = ioc.get("reader") or {}
    named: list[tuple[Keys, Any]] = [((*where, "key", i), name) for i, name in enumerate(ioc.get("key") or ())]
    named += [((*where, "reader", "columns_needed", i), n) for i, n in enumerate(reader.get("columns_needed") or ())]
    named += [((*where, option), ioc[option]) for option in ("version_by", "period_by") if option in ioc]
    for keys, name in named:
        if name not in columns:
            known = ", ".join(columns)
            what = next(k for k in reversed(keys) if isinstance(k, str))
            yield source.problem(
                keys,
                f"{what} nêu cột lạ {name!r}; ghi một cột của hợp đồng: {known}",
                f"{what} names an unknown column {name!r}; name a column of the contract: {known}",
                "column.unknown",
            )
    pattern = ioc.get("published_at")
    wrong = _date_pattern(pattern) if isinstance(pattern, str) else None
    if wrong:
        yield source.problem((*where, "published_at"), *wrong, "contract.published_at")


def _spellings(properties: list[Any], columns: dict[str, dict[str, Any]]) -> Iterator[tuple[Keys, str, str]]:
    """Names first, so that an alias equal to another column's name is the mistake."""
    for name in columns:
        yield (*PROPERTIES, 0), name, name
    for position, declared in enumerate(properties):
        for place, custom in enumerate(declared.get("customProperties") or ()):
            if custom.get("property") == "aliases":
                for number, alias in enumerate(custom["value"]):
                    if alias != declared.get("name"):
                        where = (*PROPERTIES, position, "customProperties", place, "value", number)
                        yield where, str(declared.get("name")), alias


def _date_pattern(pattern: str) -> tuple[str, str] | None:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        return (
            f"biểu thức {pattern!r} sai: {error}; sửa cú pháp biểu thức chính quy",
            f"bad regular expression {pattern!r}: {error}; correct its syntax",
        )
    if "date" not in groups:
        return (
            f"biểu thức {pattern!r} thiếu nhóm date; viết (?P<date>…) quanh ngày trong tên tệp",
            f"the expression {pattern!r} has no group date; put (?P<date>…) around the date of the file name",
        )
    return None
