"""Units of formulas over other cards.

Sums, differences, means and extremes keep the unit of what they combine, and combine only like units. A product or a
quotient is the card's own statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import sqlglot
from sqlglot import exp

from ioc_pipeline.messages import Text


def wrong_unit(sql: str, unit: str, units: Mapping[str, str]) -> Text | None:
    """What is wrong with the unit of a card with the formula `sql`, given the units of all cards by code; None when it
    fits or cannot be checked."""
    by_name = {code.lower(): of for code, of in units.items()}
    tree = _parsed(sql)
    if not {t.name.lower() for t in tree.find_all(exp.Table)} & by_name.keys():
        return None
    for select in tree.find_all(exp.Select):
        named = {t.alias_or_name.lower(): by_name.get(t.name.lower()) for t in select.find_all(exp.Table)}
        for shown in select.expressions:
            if shown.alias_or_name.lower() != "value":
                continue
            try:
                found = _unit(shown, named)
            except _UnlikeUnits as unlike:
                a, b = unlike.args
                return Text(
                    f"cộng hoặc trừ hai đơn vị khác nhau: {a} và {b}", f"adds or subtracts unlike units: {a} and {b}"
                )
            if found is not None and found != unit and not (found == "%" and unit.startswith("điểm")):
                return Text(
                    f"công thức cho đơn vị {found} nhưng thẻ ghi {unit}",
                    f"the formula gives {found} but the card says {unit}",
                )
    return None


@lru_cache(maxsize=512)
def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="duckdb")


class _UnlikeUnits(Exception):
    """Two units that cannot be added."""


def _unit(node: exp.Expression, named: Mapping[str, str | None]) -> str | None:
    """Unit of an expression; None when it cannot be told."""
    if isinstance(node, exp.Column):
        if node.name.lower() != "value":
            return None
        if node.table:
            return named.get(node.table.lower())
        known = {u for u in named.values() if u}
        return known.pop() if len(named) == 1 and known else None
    if isinstance(node, (exp.Alias, exp.Paren, exp.Neg, exp.Sum, exp.Avg, exp.Abs, exp.Round, exp.Max, exp.Min)):
        return _unit(node.this, named)
    if isinstance(node, (exp.Add, exp.Sub, exp.Coalesce, exp.Greatest, exp.Least)):
        parts = [node.this, *(node.expressions or ())] + ([node.expression] if node.args.get("expression") else [])
        found = [u for u in (_unit(part, named) for part in parts) if u is not None]
        for one, other in pairwise(found):
            if one != other:
                raise _UnlikeUnits(one, other)
        return found[0] if len(found) == len(parts) else None
    return None
