"""The figures and facts of a past moment, so that a value of then is explained by what was known then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import duckdb

from ioc_pipeline.compute.bound_facts import bound_facts
from ioc_pipeline.compute.cells import NEW, evaluate, shown_of
from ioc_pipeline.compute.explain.explainer import Explainer
from ioc_pipeline.compute.formulas import is_stated, levels_of
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator

VALUES = "_values_then"
"""Temporary table with the columns of `indicator_values` that a decomposition reads."""


@contextmanager
def explainer_then(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, card: Indicator, area: str, moment: datetime
) -> Iterator[Explainer]:
    """Explains values of a card in an area from what had been stated by a moment.

    `connection`: the warehouse with a release attached as `release`; must be outside a transaction. The card, what it
    reads and its related cards are evaluated again from the facts of the moment. Targets are those declared now;
    corrections are not applied, because the register tells what is to be corrected today.
    """
    levels = levels_of(catalogue, [card.code, *card.related])
    evaluate(connection, catalogue, levels, as_of=moment)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {VALUES} AS WITH cells AS ({shown_of(catalogue, NEW)}) "
        "SELECT c.code, c.area, c.period, c.period_end, c.value, c.numerator, c.denominator, v.target, "
        "if(c.value IS NOT DISTINCT FROM v.value, v.status, 'grey') AS status, false AS held, c.value AS raw_value, "
        "NULL::VARCHAR AS correction_vi, coalesce(c.feed_id, '') AS feed_id, row_number() OVER "
        "(PARTITION BY c.code, c.area ORDER BY c.period_end DESC, c.period DESC) = 1 AS is_latest "
        "FROM cells c LEFT JOIN release.indicator_values v USING (code, area, period)"
    )
    connection.execute(f"DROP TABLE IF EXISTS temp.main.{NEW}")
    computed = [c for level in levels for c in level if not is_stated(c)]
    try:
        with bound_facts(connection, catalogue, moment) as facts:
            facts.bind(computed, breakdowns=True)
            yield Explainer(connection, catalogue, area, values=VALUES, moment=moment)
    finally:
        connection.execute(f"DROP TABLE IF EXISTS temp.main.{VALUES}")
