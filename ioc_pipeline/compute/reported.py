"""Coverage of one value: the share of the communes that have reported, of those that its feeds promise."""

from __future__ import annotations

import duckdb
import polars as pl

from ioc_pipeline.compute.shown import basis_of
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue

COMMUNES = "communes"
SCHEMA = {"code": pl.String, "area": pl.String, "period": pl.String, "coverage": pl.Float64}


def reported_shares(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, shown: str) -> pl.DataFrame:
    """Coverage (0–1) of the own province's values of `shown`, by code, area and period.

    Of cards that rest on a feed whose contract promises every commune (`area_coverage: communes`) and that have values
    of communes: communes with a value, or with the answer that there is nothing, of the communes valid at the end of
    the period. Nothing is known of other cards: they have no row.
    """
    own = catalogue.province.code
    promised = {f.id for f in catalogue.feeds.values() if f.area_coverage == COMMUNES}
    codes = [code for code, feeds in basis_of(catalogue).items() if promised & set(feeds)]
    if not codes:
        return pl.DataFrame(schema=SCHEMA)
    rows = connection.execute(
        "SELECT code, period, period_end, list(area), list(area) FILTER (value IS NOT NULL OR value_status IN ('nil', "
        f"'confidential')) FROM {shown} WHERE list_contains($codes, code) AND area NOT IN ($own, 'VN') GROUP BY ALL",
        {"codes": codes, "own": own},
    ).fetchall()
    found = []
    for code, period, end, areas, reported in rows:
        wanted = {unit.code for unit in units.communes(own, end)}
        if not wanted.isdisjoint(areas):  # values of other provinces promise nothing
            found.append((code, own, period, len(wanted & set(reported or ())) / len(wanted)))
    return pl.DataFrame(found, schema=SCHEMA, orient="row")
