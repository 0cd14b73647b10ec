"""`standard/clauses.yaml`, and the clauses a layer adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import as_date, schema_problems


def standard_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the ministry's file."""
    found = schema_problems(source, "clauses")
    for section in ("principles", "parameters", "clauses"):
        found += repeated(source, (section,), source.entries(section))
    ids = {str(e.get("id")) for e in source.entries("clauses") if isinstance(e, dict)}
    for position, entry in enumerate(source.entries("parameters")):
        clause = entry.get("clause") if isinstance(entry, dict) else None
        if isinstance(clause, str) and clause not in ids:
            found.append(
                source.problem(
                    ("parameters", position, "clause"),
                    f"không có điều khoản {clause!r}; ghi mã của một điều khoản trong tệp này",
                    f"no clause {clause!r}; name a clause of this file",
                    "clause.unknown",
                )
            )
    for position, entry in enumerate(source.entries("clauses")):
        if isinstance(entry, dict):
            found += clause_problems(source, ("clauses", position), entry, known)
    return found


def clause_problems(source: Source, where: Keys, entry: dict[str, Any], known: Known) -> Iterator[Problem]:
    """What a schema cannot say of one clause: its principle, its dates."""
    principle = entry.get("principle")
    if isinstance(principle, str) and principle not in known.principles:
        choices = ", ".join(known.principles)
        yield source.problem(
            (*where, "principle"),
            f"không có nguyên tắc {principle!r}; chọn: {choices}",
            f"unknown principle {principle!r}; use: {choices}",
            "clause.principle",
        )
    start, end = as_date(entry.get("valid_from")), as_date(entry.get("valid_to"))
    if start is not None and start > known.today:
        yield source.problem(
            (*where, "valid_from"),
            f"valid_from {start} ở tương lai; đợi đến ngày đó mới thêm điều khoản, hoặc ghi đúng ngày hiệu lực",
            f"valid_from {start} is in the future; add the clause on that day, or write the day it took effect",
            "clause.future",
        )
    if start is not None and end is not None and end < start:
        yield source.problem(
            (*where, "valid_to"),
            f"valid_to {end} trước valid_from {start}; sửa một trong hai ngày",
            f"valid_to {end} is before valid_from {start}; correct one of the two",
            "clause.dates",
        )
