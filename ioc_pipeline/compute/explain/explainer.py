"""Explains the published values of one area: reads what the decomposition needs, once per card and dimension."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ioc_pipeline.compute.explain.decompose import WORDS, Children, Dimension, Facts, compare, scale_of
from ioc_pipeline.compute.explain.exact import exact
from ioc_pipeline.compute.explain.expressions import CardFormula, card_formula
from ioc_pipeline.compute.explain.figures import (
    PUBLISHED,
    Figure,
    Figures,
    Numbers,
    Rows,
    Said,
    commune_figures,
    first_said,
    grouped_rows,
    late_feeds,
)
from ioc_pipeline.compute.explain.names import PartNames
from ioc_pipeline.compute.explain.parts import AREA, LAST_YEAR, PREVIOUS, TARGET, CannotSplit, Comparison
from ioc_pipeline.compute.explain.regroup import PART, by_area, grouped_by, value_columns
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period

COMMUNE_COLUMN = "ma_xa"
"""The column by which every contract of ours names a commune: a breakdown by it is the dimension `area`."""

SUMS, WEIGHTED, OFFICIAL = ("S", "R", "L"), "W", "X"


@dataclass(frozen=True)
class Driver:
    """A related indicator, shown beside a figure that cannot be decomposed."""

    code: str
    name: Text
    figure: Figure | None
    before: Figure | None  # the period before


class Explainer:
    """Explains values of one area (the own province by default) of the release attached to the connection; or those of
    another relation `values`, as known at a `moment` (see `then.explainer_then`)."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        catalogue: Catalogue,
        area: str | None = None,
        *,
        values: str = PUBLISHED,
        moment: datetime | None = None,
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._own = catalogue.province.code
        self.area = area or self._own
        self._values = values
        self._figures = Figures(connection, self.area, values)
        self._said = first_said(connection, self.area, moment)
        self._late = late_feeds(connection) if moment is None else {}
        self._names = PartNames(connection, catalogue)

    def newest(self, code: str) -> Figure | None:
        """Newest published value of a card; None when it has none."""
        return next((f for f in self._figures.of(code) if f.latest), None)

    def at(self, code: str, period: str) -> Figure | None:
        """Published value of a card in a period."""
        return next((f for f in self._figures.of(code) if f.period == period), None)

    def explain(self, card: Indicator, now: Figure) -> list[Comparison]:
        """The value against its target, the period before and the same period of last year."""
        before, year_ago = self.before(now), self._year_before(now)
        facts = self._facts(card, now, {f.period for f in (now, before, year_ago) if f is not None})
        return [
            compare(facts, now, before, TARGET, shares=year_ago or before),
            compare(facts, now, before, PREVIOUS),
            compare(facts, now, year_ago, LAST_YEAR),
        ]

    def drivers(self, card: Indicator) -> list[Driver]:
        """The card's related indicators with their newest value and the one before."""
        found = []
        for code in card.related:
            if code in self._catalogue.indicators:
                figure = self.newest(code)
                before = self.before(figure) if figure is not None else None
                found.append(Driver(code, self._catalogue.indicators[code].name, figure, before))
        return found

    def before(self, now: Figure) -> Figure | None:
        """The value of the period before; when that one is missing, of the newest earlier period of the same kind."""
        period = parse_period(now.period)
        exactly = self.at(now.code, period.previous.text)
        if exactly is not None and exactly.value is not None:
            return exactly
        earlier = [
            f
            for f in self._figures.of(now.code)
            if f.value is not None and f.period_end < now.period_end and parse_period(f.period).kind == period.kind
        ]
        return earlier[-1] if earlier else None

    def _year_before(self, now: Figure) -> Figure | None:
        return self.at(now.code, f"{int(now.period[:4]) - 1:04d}{now.period[4:]}")

    def _facts(self, card: Indicator, now: Figure, periods: Collection[str]) -> Facts:
        children: Children | None = None
        why_not: Text | None = None
        dimensions: Sequence[Dimension] = ()
        formula: CardFormula | None = None
        if card.formula is not None:
            try:
                formula = card_formula(card.formula, self._catalogue.indicators, scale_of(card))
            except CannotSplit as refusal:
                why_not = refusal.reason
        if formula is not None:
            children = self._children(formula, periods)
        elif why_not is None and card.additivity != OFFICIAL:
            dimensions = self._dimensions(card, periods)
        first = {p: self._said[card.code, p] for p in periods if (card.code, p) in self._said}
        said = {period: Said(exact(value), statements) for period, (value, statements) in first.items()}
        return Facts(card, dimensions, children, why_not, said, self._late.get(now.feed_id))

    def _children(self, formula: CardFormula, periods: Collection[str]) -> Children:
        cells = {p: {code: self._child(code, p) for code in formula.children} for p in periods}
        return Children(formula, cells, {code: self._catalogue.indicators[code].short for code in formula.children})

    def _child(self, code: str, period: str) -> Figure | None:
        """A child's value of the period, or of a period of another kind that ends on the same day: a quarter's formula
        may read the quarter's last month. Whether it is what the formula read, the sum of the parts tells."""
        exactly = self.at(code, period)
        if exactly is not None:
            return exactly
        end = parse_period(period).end
        return next((f for f in self._figures.of(code) if f.period_end == end), None)

    def _dimensions(self, card: Indicator, periods: Collection[str]) -> list[Dimension]:
        found = [
            self._by_column(card, column, name, periods)
            for column, name in card.breakdowns.items()
            if card.formula is not None
        ]
        if self.area == self._own and not any(d.key == AREA and d.rows for d in found):
            areas = self._by_area(card, periods)
            if areas is not None:
                found = [*(d for d in found if d.key != AREA), areas]
        return found

    def _by_column(self, card: Indicator, column: str, name: Text, periods: Collection[str]) -> Dimension:
        """A declared breakdown of a formula over records."""
        communes = column == COMMUNE_COLUMN
        key = AREA if communes else column
        rows: Rows | None = None
        why_not: Text | None = None
        try:
            rows = self._rows(card, grouped_by(str(card.formula), column, card.feed), PART, periods)
        except CannotSplit as refusal:
            why_not = refusal.reason
        except duckdb.Error as error:
            why_not = _does_not_run(error)
        by_column = self._names.of
        name_of = self._names.area if communes else lambda part: by_column(card.feed, column, part)
        shown = WORDS[AREA] if communes else Text(f"Theo {name.vi[:1].lower()}{name.vi[1:]}", f"By {name.en.lower()}")
        return Dimension(key, shown, rows, name_of, self._names.key, why_not=why_not)

    def _by_area(self, card: Indicator, periods: Collection[str]) -> Dimension | None:
        """Communes, when the card has values of them: rows of its formula, or its published values."""
        name_of, key_of = self._names.area, self._names.key
        if card.additivity == WEIGHTED and card.weight:
            rows = self._weighted(card, card.weight, periods)
            return Dimension(AREA, WORDS[AREA], rows, name_of, key_of, False, exact(1.0)) if rows else None
        if card.formula is not None:
            sql = by_area(card.formula)
            if sql is None:
                return None
            try:
                rows = self._rows(card, sql, "area", periods, below=True)
            except duckdb.Error as error:
                return Dimension(AREA, WORDS[AREA], None, name_of, key_of, why_not=_does_not_run(error))
            return Dimension(AREA, WORDS[AREA], rows, name_of, key_of) if rows else None
        if card.additivity not in SUMS:
            return None
        rows = self._stated(card, periods)
        return Dimension(AREA, WORDS[AREA], rows, name_of, key_of, absent_is_zero=False) if rows else None

    def _rows(self, card: Indicator, sql: str, key: str, periods: Collection[str], below: bool = False) -> Rows:
        values = value_columns(str(card.formula))
        return grouped_rows(
            self._connection, sql, key, values, area=self.area, own=self._own, periods=periods, below=below
        )

    def _stated(self, card: Indicator, periods: Collection[str]) -> Rows:
        """Stated values of the communes: their numerators and denominators of a share, else the values."""
        ratio = card.additivity == "R"
        return {
            period: {
                area: Numbers(f.numerator, f.denominator) if ratio else Numbers(f.value, None)
                for area, f in communes.items()
            }
            for (_, period), communes in commune_figures(self._connection, [card.code], periods, self._values).items()
        }

    def _weighted(self, card: Indicator, weight: str, periods: Collection[str]) -> Rows:
        """A weighted mean Σ w·x / Σ w as a ratio of sums: numerator w·x, denominator w."""
        found = commune_figures(self._connection, [card.code, weight], periods, self._values)
        rows: dict[str, dict[str | None, Numbers]] = {}
        for period in periods:
            weights = found.get((weight, period), {})
            for area, figure in found.get((card.code, period), {}).items():
                w = weights[area].value if area in weights else None
                product = None if w is None or figure.value is None else w * figure.value
                rows.setdefault(period, {})[area] = Numbers(product, w)
        return rows


def _does_not_run(error: duckdb.Error) -> Text:
    first = str(error).splitlines()[0]
    return Text(f"câu truy vấn theo chiều này không chạy được ({first})", f"the query by it does not run ({first})")
