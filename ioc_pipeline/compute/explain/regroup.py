"""A card's own SQL, grouped by one more column: the same text that is audited says who contributed.

Only what certainly splits is rewritten: an outermost SELECT with GROUP BY whose values are sums and counts of rows. The
caller still compares the parts with the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp

from ioc_pipeline.compute.exact_sums import UNITS, units_of
from ioc_pipeline.compute.explain.parts import CannotSplit
from ioc_pipeline.compute.formulas import AREAS
from ioc_pipeline.messages import Text

PART = "__part"
"""Name of the added column."""

_VALUES = ("value", "numerator", "denominator")
_SUMS = (exp.Sum, exp.CountIf, exp.Count)


@lru_cache(maxsize=1024)
def parsed(sql: str) -> exp.Expr:
    """Tree of a formula; to be copied before it is changed."""
    return sqlglot.parse_one(sql, read="duckdb")


def grouped_by(sql: str, column: str, table: str) -> str:
    """The SELECT `sql` with the column `__part` beside its own, grouped by it too; `column` is one of `table`.

    Of a UNION ALL the one SELECT is taken whose `area` is constant: the province's own. CannotSplit, with the reason,
    for other set operations, a SELECT without GROUP BY, windows, HAVING, LIMIT, DISTINCT, aggregates other than sums
    and counts, quotients of aggregates, and a column lost in an inner aggregation.
    """
    tree = _own_select(parsed(sql).copy())
    _refuse_shape(tree)
    for projection in tree.expressions:
        if projection.alias_or_name.lower() in _VALUES:
            _refuse_not_additive(projection)
    found = _provided(tree, column, table)
    if found is None:
        raise _refused(f"công thức không đọc cột {column}", f"the formula does not read the column {column}")
    tree.select(exp.alias_(found, PART), copy=False)
    group = tree.args["group"]
    if not group.args.get("all"):
        group.append("expressions", found.copy())
    return _runnable(tree).sql(dialect="duckdb")


def _own_select(tree: exp.Expr) -> exp.Select:
    if isinstance(tree, exp.Select):
        return tree
    union = isinstance(tree, exp.Union) and not any(u.args.get("distinct") for u in tree.find_all(exp.Union))
    own = [s for s in _branches(tree) if s.expressions and not s.expressions[0].find(exp.Column)] if union else []
    if len(own) != 1:
        raise _refused("công thức là phép ghép nhiều câu SELECT", "the formula is a set operation")
    select = own[0].copy()
    for key in ("with_", "with"):
        if tree.args.get(key) and not select.args.get(key):
            select.set(key, tree.args[key].copy())
    return select


def by_area(sql: str) -> str | None:
    """The formula itself, when its own rows are of several areas (its column `area` is not one constant); else None."""
    tree = parsed(sql).copy()
    selects = list(_branches(tree))
    if not any(select.expressions and select.expressions[0].find(exp.Column) for select in selects):
        return None
    return _runnable(tree).sql(dialect="duckdb")


def value_columns(sql: str) -> tuple[str, str | None]:
    """Names of the columns that hold the value, or numerator and denominator."""
    tree = parsed(sql)
    names = {name.lower() for name in tree.named_selects} if isinstance(tree, exp.Query) else set()
    return ("numerator", "denominator") if "denominator" in names else ("value", None)


def _branches(tree: exp.Expr) -> Iterator[exp.Select]:
    if isinstance(tree, exp.SetOperation):
        yield from _branches(tree.left)
        yield from _branches(tree.right)
    elif isinstance(tree, exp.Subquery):
        yield from _branches(tree.this)
    elif isinstance(tree, exp.Select):
        yield tree


def _runnable(tree: exp.Expr) -> exp.Expr:
    """Ready to run beside a release: its list of areas is read, and what count_if counts of a part is zero where no row
    decides (DuckDB says null)."""

    for plain in list(tree.find_all(exp.Sum)):  # the same parts whatever order the rows come in
        added = plain.parent if isinstance(plain.parent, exp.Filter) else plain
        if isinstance(plain.this, exp.Distinct | exp.Order) or isinstance(added.parent, exp.Window):
            continue  # not the sum of an expression alone: it stays as it is written
        units = sqlglot.parse_one(units_of(plain.this.sql(dialect="duckdb")), read="duckdb")
        plain.set("this", units)
        added.replace(
            exp.paren(
                exp.Div(
                    this=exp.cast(added.copy(), "double"),
                    expression=sqlglot.parse_one(UNITS, read="duckdb"),
                    typed=False,
                )
            )
        )
    ctes = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name.lower() == AREAS and not table.db and AREAS not in ctes:
            table.set("db", exp.to_identifier("release"))
    for select in _branches(tree):
        for projection in select.expressions:
            for count in list(projection.find_all(exp.CountIf)):
                counted = count.parent if isinstance(count.parent, exp.Filter) else count
                counted.replace(exp.Coalesce(this=counted.copy(), expressions=[exp.Literal.number(0)]))
    return tree


def _refuse_shape(tree: exp.Select) -> None:
    if not tree.args.get("group"):
        raise _refused("công thức không gộp dòng (GROUP BY)", "the formula does not group rows (GROUP BY)")
    if any(tree.args["group"].args.get(key) for key in ("grouping_sets", "cube", "rollup")):
        raise _refused("công thức dùng GROUPING SETS", "the formula uses GROUPING SETS")
    for key, name in (("having", "HAVING"), ("qualify", "QUALIFY"), ("distinct", "DISTINCT"), ("limit", "LIMIT"),
                      ("offset", "OFFSET")):  # fmt: skip
        if tree.args.get(key):
            raise _refused(f"công thức dùng {name}", f"the formula uses {name}")
    if any(projection.find(exp.Window) for projection in tree.expressions):
        raise _refused("công thức dùng hàm cửa sổ", "the formula uses a window function")


def _refuse_not_additive(projection: exp.Expr) -> None:
    if not _additive(projection.unalias()):
        shown = projection.unalias().sql(dialect="duckdb")
        raise _refused(
            f"{shown} của các phần không cộng lại thành của toàn tỉnh",
            f"{shown} of the parts does not add up to that of the whole",
        )


def _additive(node: exp.Expr) -> bool:
    """True for linear combinations of sums and counts of rows."""
    if isinstance(node, exp.Filter | exp.Paren | exp.Neg):
        return _additive(node.this)
    if isinstance(node, exp.Cast):
        return node.to.is_type("double", "decimal") and _additive(node.this)
    if isinstance(node, exp.Coalesce):
        return all(isinstance(e, exp.Literal) and e.name == "0" for e in node.expressions) and _additive(node.this)
    if isinstance(node, _SUMS):
        return node.find(exp.Distinct) is None
    if isinstance(node, exp.Add | exp.Sub):
        return _additive(node.left) and _additive(node.right)
    if isinstance(node, exp.Mul):
        return (_additive(node.left) and _constant(node.right)) or (_constant(node.left) and _additive(node.right))
    if isinstance(node, exp.Div):
        return _additive(node.left) and _constant(node.right)
    return False


def _constant(node: exp.Expr) -> bool:
    return node.find(exp.Column, exp.AggFunc, exp.Subquery) is None


def _provided(select: exp.Select, column: str, table: str) -> exp.Column | None:
    """How the column is written in the scope of a SELECT; inner SELECTs are made to hand it up. None when no source has
    it."""
    with_ = select.find_ancestor(exp.Query)
    ctes = _ctes(select) | (_ctes(with_) if isinstance(with_, exp.Select) else {})
    found: list[exp.Column] = []
    for source in _sources(select):
        name = source.alias_or_name
        if isinstance(source, exp.Table) and source.name.lower() in ctes:
            if _handed_up(ctes[source.name.lower()], column, table):
                found.append(exp.column(column, table=name))
        elif isinstance(source, exp.Table):
            if source.name.lower() == table.lower():
                found.append(exp.column(column, table=name))
        elif isinstance(source, exp.Subquery) and _handed_up(source.this, column, table):
            found.append(exp.column(column, table=name) if name else exp.column(column))
    if len(found) > 1:
        raise _refused(
            f"công thức đọc cột {column} từ {len(found)} bảng", f"the formula reads {column} from {len(found)} tables"
        )
    return found[0] if found else None


def _handed_up(inner: exp.Expr, column: str, table: str) -> bool:
    """True when an inner SELECT has the column among its own, or was given it."""
    if not isinstance(inner, exp.Select):
        return False
    if any(p.alias_or_name.lower() == column.lower() for p in inner.expressions):
        return True
    if any(isinstance(p, exp.Star) for p in inner.expressions):
        return _provided(inner, column, table) is not None
    found = _provided(inner, column, table)
    if found is None:
        return False
    if any(inner.args.get(key) for key in ("group", "distinct", "limit")) or inner.find(exp.AggFunc, exp.Window):
        # A column made of a table that an aggregation reads cannot be handed up without changing what it counts;
        # a helper list (SELECT DISTINCT month …) simply does not have it.
        return False
    inner.select(exp.alias_(found, column), copy=False)
    return True


def _ctes(select: exp.Select) -> dict[str, exp.Expr]:
    return {cte.alias_or_name.lower(): cte.this for cte in select.ctes}


def _sources(select: exp.Select) -> list[exp.Expr]:
    from_ = select.args.get("from_") or select.args.get("from")
    joins = [join.this for join in select.args.get("joins") or ()]
    return ([from_.this] if from_ is not None else []) + joins


def _refused(vi: str, en: str) -> CannotSplit:
    return CannotSplit(Text(vi, en))
