"""Which records a computed value was made of: its own FROM and WHERE, for one period."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp


def rows_behind(sql: str, table: str, columns: Sequence[str], *, period: str, province: str) -> str | None:
    """SELECT of the records of `table` that a formula reads for a period: the given columns, and beside them what it
    counts or sums of each. A formula that is one `count_if` gives only the records it counts.

    None when the outermost SELECT does not read the table itself, or groups by more than can be written as a filter.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    if not isinstance(tree, exp.Select) or tree.args.get("having"):
        return None
    if not tree.args.get("group") and any(e.find(exp.AggFunc) for e in tree.expressions):
        return None
    values = {e.alias_or_name.lower(): e.unalias() for e in tree.expressions}
    source = next((t for t in _tables(tree) if t.name.lower() == table.lower()), None)
    if source is None or "period" not in values or values["period"].find(exp.AggFunc):
        return None
    shown: list[exp.Expr] = [exp.column(c, table=source.alias_or_name) for c in columns]
    only = isinstance(values.get("value"), exp.CountIf)
    if not only:
        shown += [
            exp.alias_(value.this.copy(), name)
            for name, value in values.items()
            if isinstance(value, exp.CountIf | exp.Sum)
        ]
        if not tree.args.get("group") and isinstance(values.get("value"), exp.Column):  # the record states the value
            shown.append(exp.alias_(values["value"].copy(), "value"))
    listing = tree.copy()
    for key in ("group", "order"):
        listing.set(key, None)
    listing.set("expressions", shown)
    same = exp.EQ(this=exp.paren(values["period"].copy()), expression=exp.Literal.string(period))
    listing = listing.where(same, copy=False)
    if only:
        listing = listing.where(values["value"].this.copy(), copy=False)
    for parameter in list(listing.find_all(exp.Parameter, exp.Placeholder)):
        parameter.replace(exp.Literal.string(province))
    return str(listing.sql(dialect="duckdb"))


def _tables(tree: exp.Select) -> list[exp.Table]:
    from_ = tree.args.get("from_") or tree.args.get("from")
    sources = ([from_.this] if from_ is not None else []) + [j.this for j in tree.args.get("joins") or ()]
    return [s for s in sources if isinstance(s, exp.Table)]
