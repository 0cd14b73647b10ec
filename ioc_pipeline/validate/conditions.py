"""Row conditions of Great Expectations as DuckDB predicates.

Two forms: the object form of 1.9 and later (`{"type": "comparison", "column": {"name": …}, "operator": "==",
"parameter": …}`, `nullity`, `and`, `or`) and the older string (`col("unit") == "%"`) with a `condition_parser`.
Three-valued logic is left to SQL, as the SQLAlchemy engine does: a null never satisfies a comparison.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ioc_pipeline.validate.sql_text import literal, literals, name

_PARSERS = frozenset({"great_expectations", "great_expectations__experimental__"})
_OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_STRING_FORM = re.compile(
    r"""^\s*col\("(?P<column>[^"]+)"\)\s*(?:(?P<notnull>\.notnull\(\))|(?P<op>==|!=|<=|>=|<|>)\s*(?P<value>.+?))\s*$""",
    re.IGNORECASE,
)


class ConditionUnsupported(ValueError):
    """A row condition that is not compiled (the expectation then runs under Great Expectations)."""


def predicate(kwargs: Mapping[str, Any]) -> str | None:
    """SQL of the `row_condition` of an expectation; None without one. Raises `ConditionUnsupported`."""
    condition = kwargs.get("row_condition")
    if condition is None:
        return None
    if isinstance(condition, str):
        if kwargs.get("condition_parser") not in _PARSERS:
            raise ConditionUnsupported("row_condition as text needs condition_parser 'great_expectations'")
        return _of_text(condition)
    if isinstance(condition, Mapping):
        return _of_object(condition)
    raise ConditionUnsupported(f"row_condition of type {type(condition).__name__}")


def _of_object(condition: Mapping[str, Any]) -> str:
    kind = condition.get("type")
    if kind in ("and", "or"):
        parts = [_of_object(part) for part in condition["conditions"]]
        return "(" + f" {kind.upper()} ".join(parts) + ")"
    column = name(condition["column"]["name"])
    if kind == "nullity":
        return f"{column} IS NULL" if condition["is_null"] else f"{column} IS NOT NULL"
    if kind != "comparison":
        raise ConditionUnsupported(f"row_condition of kind {kind!r}")
    operator, parameter = condition["operator"], condition["parameter"]
    if operator in ("IN", "NOT_IN"):
        if not parameter:
            return "FALSE" if operator == "IN" else "TRUE"
        return f"{column} {'IN' if operator == 'IN' else 'NOT IN'} ({literals(parameter)})"
    if operator not in _OPERATORS:
        raise ConditionUnsupported(f"operator {operator!r}")
    return f"{column} {_OPERATORS[operator]} {literal(parameter)}"


def _of_text(condition: str) -> str:
    match = _STRING_FORM.match(condition)
    if match is None:
        raise ConditionUnsupported(f"row_condition {condition!r}")
    column = name(match["column"])
    if match["notnull"]:
        return f"{column} IS NOT NULL"
    return f"{column} {_OPERATORS[match['op']]} {_text_value(match['value'])}"


def _text_value(value: str) -> str:
    if _NUMBER.fullmatch(value):
        return literal(int(value) if re.fullmatch(r"[+-]?\d+", value) else float(value))
    dated = re.fullmatch(r"""date\((.*)\)""", value)
    text = dated[1] if dated else value
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return literal(text[1:-1])
    raise ConditionUnsupported(f"value {value!r} of a row condition")
