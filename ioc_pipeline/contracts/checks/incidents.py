"""`incidents/<province>.yaml`: which case an incident is, said by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import as_date, schema_problems


def incident_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the register; a record with a problem moves no deadline."""
    found = schema_problems(source, "incidents")
    seen: dict[tuple[str, ...], int] = {}
    for position, entry in enumerate(source.entries("incidents")):
        if not isinstance(entry, dict):
            continue
        where: Keys = ("incidents", position)
        found += _record(source, where, entry, known)
        name = tuple(str(entry.get(key)) for key in ("incident", "feed", "clause", "opened", "when"))
        if name in seen:
            line = source.line("incidents", seen[name])
            found.append(
                source.problem(
                    where,
                    f"trùng bản ghi ở dòng {line}: cùng sự cố, cùng ngày; bỏ một",
                    f"the same incident and day as on line {line}; remove one",
                    "entry.repeated",
                )
            )
        seen.setdefault(name, position)
    return found


def _record(source: Source, where: Keys, entry: dict[str, Any], known: Known) -> Iterator[Problem]:
    triple = [key for key in ("feed", "clause", "opened") if key in entry]
    if ("incident" in entry) == bool(triple) or len(triple) in (1, 2):
        yield source.problem(
            where,
            "nêu sự cố bằng incident (mã), hoặc bằng cả feed, clause và opened; sửa cho đúng một cách",
            "name the incident by incident (its id), or by feed, clause and opened together; use exactly one way",
            "incident.name",
        )
    feed, clause = entry.get("feed"), entry.get("clause")
    if "incident" in entry and isinstance(entry["incident"], str):
        parts = entry["incident"].split(":")
        if len(parts) != 3 or not all(parts):
            yield source.problem(
                (*where, "incident"),
                f"mã {entry['incident']!r} không đúng dạng nguồn:điều khoản:lần giao; chép từ “ioc incidents”",
                f"{entry['incident']!r} is not of the form feed:clause:delivery; copy it from `ioc incidents`",
                "incident.id",
            )
        else:
            feed, clause = parts[0], parts[1]
    key = "incident" if "incident" in entry else ""
    if isinstance(feed, str) and feed not in known.feed_ids:
        yield source.problem(
            (*where, key or "feed"),
            f"không có nguồn {feed!r}; chọn: {', '.join(known.feed_ids)}",
            f"no feed {feed!r}; use: {', '.join(known.feed_ids)}",
            "feed.unknown",
        )
    if isinstance(clause, str) and known.clauses and clause not in known.clauses:
        yield source.problem(
            (*where, key or "clause"),
            f"không có điều khoản {clause!r}; ghi mã có trong standard/clauses.yaml",
            f"no clause {clause!r}; name one of standard/clauses.yaml",
            "clause.unknown",
        )
    for name in ("opened", "when"):
        day = as_date(entry.get(name))
        if day is not None and day > known.today:
            yield source.problem(
                (*where, name),
                f"{name} {day} ở tương lai; ghi ngày đã xảy ra",
                f"{name} {day} is in the future; write the day it happened",
                "incident.future",
            )
    opened, when = as_date(entry.get("opened")), as_date(entry.get("when"))
    if opened is not None and when is not None and when < opened:
        yield source.problem(
            (*where, "when"),
            f"when {when} trước ngày mở {opened}; sửa một trong hai ngày",
            f"when {when} is before the incident opened on {opened}; correct one of the two",
            "incident.dates",
        )
