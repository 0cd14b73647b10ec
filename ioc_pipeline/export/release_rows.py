"""Rows of a release as a sheet: only what was published, in a fixed order, so that the same release gives the same file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ioc_pipeline.export.columns import EXPORTS, Export
from ioc_pipeline.export.sheet import Cell, Sheet
from ioc_pipeline.messages import IocError, Message, Text

Query = Callable[[str, list[Any]], list[dict[str, Any]]]
"""Runs a query on a release: rows as dictionaries, times in UTC."""


@dataclass(frozen=True)
class Filters:
    """What is asked for; None: everything. `area` and `period` are codes; a period `2026` takes its months too."""

    code: str | None = None
    area: str | None = None
    period: str | None = None


LABELS = {
    "code": Text("Lọc theo mã", "Filter: code"),
    "area": Text("Lọc theo địa bàn", "Filter: area"),
    "period": Text("Lọc theo kỳ", "Filter: period"),
}


def release_sheet(name: str, query: Query, lang: str, asked: Filters | None = None) -> Sheet:
    """One of `EXPORTS` from a release. IocError for a filter that the table does not have."""
    export, asked = EXPORTS[name], asked or Filters()
    where, parameters = _where(export, asked)
    rows = query(export.sql.replace("{lang}", lang).replace("{where}", where), parameters)
    return Sheet(
        name=name,
        title=export.title,
        heading=(*release_heading(query, lang), *_named(asked), (Text("Số dòng", "Rows"), len(rows))),
        columns=tuple(label for _, label in export.fields),
        rows=tuple(tuple(_cell(row.get(column)) for column, _ in export.fields) for row in rows),
    )


def release_heading(query: Query, lang: str) -> tuple[tuple[Text, Cell], ...]:
    """Identity of the release."""
    info = query("SELECT * FROM release_info", [])[0]
    return (
        (Text("Bản phát hành", "Release"), info["release_id"]),
        (Text("Công bố lúc (UTC)", "Published at (UTC)"), info["created_at"]),
        (Text("Tỉnh", "Province"), f"{info['province_code']} {info[f'province_name_{lang}']}"),
        (Text("Chuẩn IOC", "IOC standard"), info["standard_version"]),
        (Text("Phiên bản chương trình", "Code version"), info["code_version"]),
    )


def _named(asked: Filters) -> tuple[tuple[Text, Cell], ...]:
    return tuple((LABELS[name], value) for name in LABELS if (value := getattr(asked, name)))


def _where(export: Export, asked: Filters) -> tuple[str, list[Any]]:
    parts, parameters = ["true"], []
    for name in LABELS:
        value, column = getattr(asked, name), getattr(export, name)
        if value is None:
            continue
        if not column:
            has = ", ".join(f"--{one}" for one in LABELS if getattr(export, one)) or "–"
            raise IocError(
                Message(
                    "export.filter",
                    f"Bảng {export.name} không lọc được theo --{name}; có thể dùng: {has}.",
                    f"The table {export.name} cannot be filtered by --{name}; possible: {has}.",
                )
            )
        if name == "period":
            parts.append(f"({column} = ? OR starts_with({column}, ? || '-'))")
            parameters += [value, value]
        else:
            parts.append(f"{column} = ?")
            parameters.append(value)
    return " AND ".join(parts), parameters


def _cell(value: Any) -> Cell:
    return value if value is None or isinstance(value, Cell) else str(value)
