"""IOC-THONG-01: two feeds that state one fact, compared area by area and period by period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from ioc_pipeline.compute.reconciliation import one_source_each

DAY = date(2026, 11, 21)
NINE = ("KT_GRDP_TT", "2026-09", "ytd_rate")


def stated(*rows: tuple) -> duckdb.DuckDBPyConnection:
    """Statements (feed, indicator, period, measure, value, data type) of province 56 at the end of September."""
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE observations_current (feed_id VARCHAR, indicator VARCHAR, period VARCHAR, measure VARCHAR, "
        "value DOUBLE, data_type VARCHAR, area VARCHAR DEFAULT '56', item VARCHAR, "
        "period_end DATE DEFAULT '2026-09-30', simulated BOOLEAN DEFAULT false, "
        "stated_at TIMESTAMPTZ DEFAULT now(), row_no BIGINT DEFAULT 1)"
    )
    for row in rows:
        connection.execute(
            "INSERT INTO observations_current (feed_id, indicator, period, measure, value, data_type) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
    return connection


@pytest.mark.parametrize(("other", "verdict", "fine"), [(11.25, "pass", 1), (11.71, "pass", 1), (11.72, "fail", 0)])
def test_the_pair_is_judged_by_its_tolerance(catalogue, other, verdict, fine):
    rows = stated(
        ("province_published", *NINE, 11.21, "estimate"),
        ("lris_indicators", "KT_GRDP_TT", "2026-Q3", "ytd_rate", other, "actual"),  # another name of the same span
        ("lris_indicators", *NINE, 99.0, "plan"),
    )
    found = one_source_each(rows, catalogue, DAY)
    assert (found.verdict, found.numerator, found.denominator) == (verdict, fine, 1)
    assert "DCH-GRDP-9T 56 2026-09" in found.details[0] and f"{other:g}" in found.details[0]


def test_no_pair_is_undetermined_and_an_undeclared_pair_fails(catalogue):
    one = ("province_published", *NINE, 11.21, "estimate")
    assert one_source_each(stated(one), catalogue, DAY).verdict == "undetermined"
    two = stated(one, ("lris_indicators", *NINE, 11.21, "estimate"))
    undeclared = one_source_each(two, replace(catalogue, reconciliations=()), DAY)
    assert (undeclared.verdict, undeclared.numerator, undeclared.denominator) == ("fail", 0, 1)
    assert "lris_indicators, province_published" in undeclared.details[0]
