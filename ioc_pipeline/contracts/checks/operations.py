"""`operations/*.yaml`: triggers of alerts, registers of tasks, fields, against what is declared elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems

STATES = {
    "indicator": ("green", "amber", "red", "grey"),
    "feed": ("ok", "late", "held", "blocked", "never"),
    "incident": ("open", "closed"),
    "task": ("clear", "stuck", "must_escalate"),
}
"""States that a trigger may name, beside `none`."""


def operation_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with one file of `operations/`."""
    if source.path.name == "alerts.yaml":
        return schema_problems(source, "operations_alerts") + _alerts(source, known)
    if source.path.name == "tasks.yaml":
        return schema_problems(source, "operations_tasks") + _tasks(source, known)
    return [
        source.problem(
            (),
            "không rõ tệp này để làm gì; trong operations/ chỉ có alerts.yaml và tasks.yaml",
            "nobody knows this file; operations/ holds alerts.yaml and tasks.yaml",
            "file.unknown",
        )
    ]


def _alerts(source: Source, known: Known) -> list[Problem]:
    found = list(repeated(source, ("triggers",), source.entries("triggers"), "id"))
    for position, entry in enumerate(source.entries("triggers")):
        if not isinstance(entry, dict):
            continue
        where: Keys = ("triggers", position)
        for side in ("from", "to"):
            named = listed_in(entry, side)
            allowed = (*STATES.get(str(entry.get("of")), ()), *(("none",) if side == "from" else ()))
            found += _unknown(source, (*where, side), named, allowed, "trạng thái", "state")
        clause = entry.get("clause")
        if isinstance(clause, str) and known.clauses:
            found += _unknown(source, (*where, "clause"), [clause], known.clauses, "điều khoản", "clause")
    for of, states in source.mapping("recovered").items():
        if isinstance(states, list):
            found += _unknown(source, ("recovered", of), states, STATES.get(str(of), ()), "trạng thái", "state")
    return found


def _tasks(source: Source, known: Known) -> list[Problem]:
    found = list(repeated(source, ("registers",), source.entries("registers"), "feed"))
    found += repeated(source, ("fields",), source.entries("fields"), "id")
    for position, entry in enumerate(source.entries("registers")):
        if isinstance(entry, dict):
            found += _register(source, ("registers", position), entry, known)
    groups = {*source.mapping("groups"), *known.codes.get("task_groups", {})}
    for position, entry in enumerate(source.entries("fields")):
        if not isinstance(entry, dict):
            continue
        for key, allowed, vi, en in (
            ("feeds", known.feed_ids, "nguồn", "feed"),
            ("indicators", known.cards, "chỉ số", "indicator"),
            ("card_fields", known.fields, "lĩnh vực của thẻ", "field of cards"),
            ("task_groups", groups, "nhóm nhiệm vụ", "task group"),
        ):
            named = listed_in(entry, key)
            found += _unknown(source, ("fields", position, key), named, allowed, vi, en)
    classes = source.mapping("ranking").get("classes")
    for position, entry in enumerate(classes if isinstance(classes, list) else []):
        pattern = entry.get("pattern") if isinstance(entry, dict) else None
        if isinstance(pattern, str):
            try:
                re.compile(pattern)
            except re.error as error:
                where = ("ranking", "classes", position, "pattern")
                found.append(
                    source.problem(
                        where,
                        f"biểu thức sai ({error}); sửa lại",
                        f"bad regular expression ({error}); correct it",
                        "value.pattern",
                    )
                )
    return found


def _register(source: Source, where: Keys, entry: dict[str, Any], known: Known) -> Iterator[Problem]:
    feed_id, columns = entry.get("feed"), entry.get("columns")
    if isinstance(feed_id, str):
        yield from _unknown(source, (*where, "feed"), [feed_id], known.feed_ids, "nguồn", "feed")
    if not isinstance(columns, dict):
        return
    if ("group" in columns) == ("group" in entry):
        yield source.problem(
            where,
            "ghi nhóm nhiệm vụ bằng đúng một cách: cột group, hoặc một group chung cho cả nguồn",
            "say the group in exactly one way: a column group, or one group for the whole feed",
            "register.group",
        )
    feed = known.feeds.get(str(feed_id))
    if feed is not None:
        names = [c.name for c in feed.columns]
        for key, name in columns.items():
            if isinstance(name, str):
                yield from _unknown(source, (*where, "columns", key), [name], names, "cột", "column")


def _unknown(
    source: Source, where: Keys, named: Collection[Any], allowed: Collection[str], vi: str, en: str
) -> list[Problem]:
    choices = ", ".join(list(allowed)[:40])
    return [
        source.problem(
            where, f"không có {vi} {name!r}; chọn: {choices}", f"no {en} {name!r}; use: {choices}", f"{en}.unknown"
        )
        for name in named
        if str(name) not in allowed
    ]


def listed_in(entry: dict[str, Any], key: str) -> list[Any]:
    """The list under a key; empty where there is none or something else (which the schema names)."""
    value = entry.get(key)
    return value if isinstance(value, list) else []
