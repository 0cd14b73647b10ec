"""One filter for the rows that fail any of many rules, in which what rules begin with alike is asked once.

DuckDB evaluates every part of `p1 OR p2 OR …` on every row that no earlier part took, which is nearly all of them. The
predicates are conjunctions that begin alike (`a AND b AND c`, `a AND d`), so the disjunction is written as their prefix
tree, `a AND ((b AND c) OR d)`, and one that goes on from a whole other one (`a`, `a AND b`) adds nothing. Both are laws
of SQL's three-valued logic too. Only prefixes are shared: no part moves ahead of one written before it, so a part that
raises an error (a cast) is reached by the same rows as in its own rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from ioc_pipeline.validate.sql_guard import MOMENT, is_volatile, same_time

Tree = dict[str, "Tree"]


def any_of(predicates: Iterable[Sequence[str]]) -> str:
    """SQL that is true where every part of any predicate is; a predicate is its conjuncts, in order, at least one."""
    tree: Tree = {}
    for parts in predicates:
        _plant(tree, parts)
    return _written(tree) if tree else "FALSE"


def _plant(tree: Tree, parts: Sequence[str]) -> None:
    """Add a conjunction; a node without branches is the end of one, which holds for all that would go on from it."""
    node = tree
    for part in parts:
        if part in node and not node[part]:
            return
        node = node.setdefault(part, {})
    node.clear()


def _written(tree: Tree) -> str:
    return " OR ".join(f"({_branch(part, rest)})" for part, rest in tree.items())


def _branch(part: str, rest: Tree) -> str:
    parts = [part]
    while len(rest) == 1:
        ((part, rest),) = rest.items()
        parts.append(part)
    return " AND ".join(f"({one})" for one in (*parts, *([_written(rest)] if rest else [])))


def conjuncts(predicate: str) -> list[str]:
    """The parts that AND joins at the top of a predicate, in order and as written; itself where that is not certain."""
    moments = iter(MOMENT.finditer(predicate))
    return [MOMENT.sub(lambda _: next(moments)[0], part) for part in _parts(same_time(predicate))]


@lru_cache(maxsize=1024)
def _parts(predicate: str) -> tuple[str, ...]:
    import sqlglot

    if is_volatile(predicate):
        return (predicate,)
    try:
        cut = _cut(predicate)
        parsed = [_condition(part) for part in cut]
        whole = _condition(predicate)
    except sqlglot.errors.SqlglotError:
        return (predicate,)
    joined = list(whole.flatten(unnest=False)) if isinstance(whole, sqlglot.exp.And) else [whole]
    return cut if parsed == joined else (predicate,)


def _condition(text: str) -> Any:
    import sqlglot

    return sqlglot.parse_one(f"SELECT 1 WHERE {text}", read="duckdb").args["where"].this


def _cut(predicate: str) -> tuple[str, ...]:
    """The text between the ANDs outside brackets, CASE and BETWEEN."""
    import sqlglot
    from sqlglot.tokens import TokenType as T

    opening, closing = {T.L_PAREN, T.L_BRACKET, T.L_BRACE, T.CASE}, {T.R_PAREN, T.R_BRACKET, T.R_BRACE, T.END}
    parts, start, depth, ranges = [], 0, 0, 0
    for token in sqlglot.tokenize(predicate, read="duckdb"):
        kind = token.token_type
        if kind in (T.ARROW, T.DARROW):  # they bind more loosely in DuckDB than anywhere else
            return (predicate,)
        depth += (kind in opening) - (kind in closing)
        if depth == 0 and kind == T.BETWEEN:
            ranges += 1
        elif depth == 0 and kind == T.AND and ranges:
            ranges -= 1
        elif depth == 0 and kind == T.AND:
            parts.append(predicate[start : token.start].strip())
            start = token.end + 1
    return (*parts, predicate[start:].strip())
