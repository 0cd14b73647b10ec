"""What an expectation may name besides its literal arguments: columns of the reader and of history, and references to
values of the day (`{"$codes": "units"}`, `:as_of` in SQL)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: References a suite may hold instead of a literal: `{"$codes": "units"}` is looked up as `codes:units`.
REFERENCE_KINDS = ("codes", "areas", "param")
SYSTEM_COLUMNS = ("_row", "_location", "_problems", "_cells", "_doubts", "_doubt_count")
#: Columns the flow computes from the warehouse before validation (see `store.history`): ordinary columns to a rule.
HISTORY_COLUMNS = (
    "_previous_value", "_previous_period_value", "_earlier_period_value", "_plan_value", "_missing_series",
    "_usual_rows", "_expected_new", "_previous_version_at",
)  # fmt: skip
HISTORY = re.compile(r"\b_(?:previous|earlier|plan|missing|usual|expected)_\w+")
#: `:as_of` is `param:as_of`, a scalar; `:codes.units` is `codes:units`, a list in parentheses.
SQL_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?)")


def is_system(column: str) -> bool:
    """True for a column that is not the feed's own: the reader's, or one of history."""
    return column in SYSTEM_COLUMNS or HISTORY.fullmatch(column) is not None


def names_history(sql: str) -> bool:
    """True when a piece of SQL names a history column."""
    return HISTORY.search(sql) is not None


def references(value: Any) -> set[str]:
    """Keys that `bind` will look up: `codes:units`, `areas:provinces`, `param:as_of` …"""
    found: set[str] = set()
    if hasattr(value, "expectations"):
        return {key for e in value.expectations for key in references(e.kwargs)}
    if isinstance(value, Mapping):
        if "$sql" in value:
            return {sql_key(name) for name in SQL_PARAMETER.findall(str(value["$sql"]))}
        for key, inner in value.items():
            if isinstance(key, str) and key.startswith("$"):
                found.add(f"{key[1:]}:{inner}")
            else:
                found |= references(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            found |= references(inner)
    return found


def without_parameters(sql: str) -> str:
    """SQL with NULL in place of every parameter, so that it can be parsed."""
    return SQL_PARAMETER.sub(lambda match: "(NULL)" if "." in match[1] else "NULL", sql)


def sql_key(name: str) -> str:
    """Key that `bind` looks up for a parameter of SQL: `codes.units` is `codes:units`, `as_of` is `param:as_of`."""
    return name.replace(".", ":", 1) if "." in name else f"param:{name}"
