"""Arithmetic in declarations: SQL syntax, numbers, names, + - * / and parentheses, nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache

import sqlglot
from sqlglot import exp

Name = tuple[str | None, str]
"""A name as written: (card, variable), or (None, assumption)."""


@lru_cache(maxsize=512)
def parsed(text: str) -> exp.Expr:
    """The expression of a text; ValueError with the reason when it is anything but arithmetic."""
    try:
        found = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    for node in found.walk():
        if not isinstance(node, _ALLOWED) or (isinstance(node, exp.Literal) and node.is_string):
            raise ValueError(f"{type(node).__name__}: {node.sql()}")
    return found


def names(text: str) -> Iterator[Name]:
    """Names that an expression reads, in order."""
    for column in parsed(text).find_all(exp.Column):
        yield column.table or None, column.name


def evaluated(text: str, facts: Mapping[Name, float | None]) -> float | None:
    """Value of an expression; None when a name has no value, or for a division by zero. KeyError for a strange name."""
    value = _value(parsed(text), facts)
    return value if value is None or math.isfinite(value) else None


_ALLOWED = (exp.Column, exp.Identifier, exp.Literal, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Paren, exp.Neg)


def _value(node: exp.Expr, facts: Mapping[Name, float | None]) -> float | None:
    if isinstance(node, exp.Literal):
        return float(node.this)
    if isinstance(node, exp.Column):
        return facts[(node.table or None, node.name)]
    if isinstance(node, exp.Paren):
        return _value(node.this, facts)
    if isinstance(node, exp.Neg):
        inner = _value(node.this, facts)
        return None if inner is None else -inner
    left, right = _value(node.args["this"], facts), _value(node.args["expression"], facts)
    if left is None or right is None:
        return None
    if isinstance(node, exp.Add):
        return left + right
    if isinstance(node, exp.Sub):
        return left - right
    if isinstance(node, exp.Mul):
        return left * right
    return None if right == 0 else left / right
