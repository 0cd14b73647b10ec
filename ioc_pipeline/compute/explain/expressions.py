"""Formulas over other cards: which cards they read, and what each of them adds to a change.

`SELECT s.area, s.period, s.value * g.value / 100 AS value FROM A AS s JOIN B AS g USING (area, period)` is the function
a·b/100 of the cells of A and B. Sums are split term by term, so that only the cards of one term share it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from ioc_pipeline.compute.explain.parts import CannotSplit
from ioc_pipeline.compute.explain.regroup import parsed
from ioc_pipeline.compute.explain.shapley import MOST_PLAYERS, shapley
from ioc_pipeline.messages import Text

Input = tuple[str, str]
"""A card's code and one of its columns: value, numerator, denominator."""

_COLUMNS = ("value", "numerator", "denominator")
_WRAPPERS = (exp.Paren, exp.Alias)


@dataclass(frozen=True)
class CardFormula:
    """A function of the cells of other cards in the same area and period; `terms` sum to it."""

    terms: tuple[exp.Expr, ...]
    tables: Mapping[str, str]  # alias → card code
    scale: Fraction

    @property
    def children(self) -> tuple[str, ...]:
        """Codes of the cards that it reads, in the order of its FROM."""
        used = {code for term in self.terms for code, _ in self._inputs(term)}
        return tuple(code for code in dict.fromkeys(self.tables.values()) if code in used)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Cells that it reads."""
        return tuple(dict.fromkeys(i for term in self.terms for i in self._inputs(term)))

    def worth(self, cells: Mapping[Input, Fraction]) -> Fraction:
        """Value for given cells; CannotSplit for a division by zero."""
        return sum((self._term(term, cells.__getitem__) for term in self.terms), Fraction(0))

    def contributions(self, before: Mapping[Input, Fraction], after: Mapping[Input, Fraction]) -> dict[str, Fraction]:
        """What each child adds to worth(after) − worth(before); sums exactly (Shapley value, term by term)."""
        amounts = dict.fromkeys(self.children, Fraction(0))
        for term in self.terms:
            players = tuple(dict.fromkeys(code for code, _ in self._inputs(term)))
            if len(players) > MOST_PLAYERS:
                raise CannotSplit(
                    Text(
                        f"một số hạng của công thức ghép {len(players)} chỉ số, quá {MOST_PLAYERS}",
                        f"one term of the formula joins {len(players)} indicators, more than {MOST_PLAYERS}",
                    )
                )

            def worth(changed: frozenset[str], term: exp.Expr = term) -> Fraction:
                return self._term(term, lambda i: after[i] if i[0] in changed else before[i])

            for code, amount in shapley(players, worth).items():
                amounts[code] += amount
        return amounts

    def _inputs(self, term: exp.Expr) -> list[Input]:
        return [(self.tables[c.table.lower()], c.name.lower()) for c in term.find_all(exp.Column)]

    def _term(self, node: exp.Expr, cell: Callable[[Input], Fraction]) -> Fraction:
        return self.scale * _evaluated(node, lambda c: cell((self.tables[c.table.lower()], c.name.lower())))


def card_formula(sql: str, codes: Collection[str], scale: Fraction) -> CardFormula | None:
    """The function of other cards that a formula is; None when it reads anything else than cards.

    CannotSplit when it reads cards in a way that is no arithmetic of their cells (aggregates, set operations …).
    """
    tree = parsed(sql)
    by_name = {code.lower(): code for code in codes}
    read = [t.name.lower() for t in tree.find_all(exp.Table)]
    if not any(name in by_name for name in read):
        return None
    simple = isinstance(tree, exp.Select) and not any(
        tree.args.get(key) for key in ("with", "with_", "group", "having", "qualify", "distinct", "limit")
    )
    if not simple or any(name not in by_name for name in read) or tree.find(exp.AggFunc, exp.Window, exp.Subquery):
        raise CannotSplit(
            Text(
                "công thức ghép các chỉ số không phải là phép tính số học trên từng ô",
                "the formula joins indicators by more than arithmetic of single cells",
            )
        )
    tables = {t.alias_or_name.lower(): by_name[t.name.lower()] for t in tree.find_all(exp.Table)}
    if len(set(tables.values())) < len(tables):
        raise CannotSplit(
            Text(
                "công thức so một chỉ số với chính nó ở kỳ khác, không tách thành các chỉ số được",
                "the formula sets an indicator against another period of itself, there are no several to split it by",
            )
        )
    if len(tables) == 1:
        tables[""] = next(iter(tables.values()))  # one card needs no alias
    shown = {e.alias_or_name.lower(): e.unalias() for e in tree.expressions}
    if "value" in shown:
        value, factor = shown["value"], Fraction(1)
    else:
        value, factor = exp.Div(this=exp.paren(shown["numerator"]), expression=exp.paren(shown["denominator"])), scale
    for column in value.find_all(exp.Column):
        if column.table.lower() not in tables or column.name.lower() not in _COLUMNS:
            raise _unreadable(column)
    return CardFormula(tuple(_terms(value)), tables, factor)


def _terms(node: exp.Expr) -> list[exp.Expr]:
    """Summands, a subtracted one with its sign."""
    while isinstance(node, _WRAPPERS):
        node = node.this
    if isinstance(node, exp.Add):
        return _terms(node.left) + _terms(node.right)
    if isinstance(node, exp.Sub):
        return _terms(node.left) + [exp.Neg(this=exp.paren(t.copy())) for t in _terms(node.right)]
    return [node]


def _evaluated(node: exp.Expr, cell: Callable[[exp.Column], Fraction]) -> Fraction:
    if isinstance(node, exp.Column):
        return cell(node)
    if isinstance(node, exp.Literal) and not node.is_string:
        return Fraction(node.name)
    if isinstance(node, _WRAPPERS):
        return _evaluated(node.this, cell)
    if isinstance(node, exp.Neg):
        return -_evaluated(node.this, cell)
    if isinstance(node, exp.Cast) and node.to.is_type("double", "decimal"):
        return _evaluated(node.this, cell)
    if isinstance(node, exp.Binary):
        left, right = _evaluated(node.left, cell), _evaluated(node.right, cell)
        if isinstance(node, exp.Add):
            return left + right
        if isinstance(node, exp.Sub):
            return left - right
        if isinstance(node, exp.Mul):
            return left * right
        if isinstance(node, exp.Div):
            if not right:
                raise CannotSplit(Text("công thức chia cho 0", "the formula divides by zero"))
            return left / right
    raise _unreadable(node)


def _unreadable(node: exp.Expr) -> CannotSplit:
    shown = node.sql(dialect="duckdb")
    return CannotSplit(
        Text(f"chưa phân rã được biểu thức {shown}", f"the expression {shown} cannot be decomposed"),
    )
