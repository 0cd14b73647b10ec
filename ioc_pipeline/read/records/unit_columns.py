"""Values stated in another unit than their indicator's: refused, or converted where the contract says so."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from ioc_pipeline.contracts.model import CodeList, Feed
from ioc_pipeline.read.values.unit_names import factor

_MOST = 100_000  # distinct pairs of indicator and unit in one delivery


def with_units(
    con: duckdb.DuckDBPyConnection, feed: Feed, source: str, available: frozenset[str], units: CodeList | None
) -> str | None:
    """FROM clause with `unit.other` as the problem of such values, or (`convert_units: true`) with them converted under
    the doubt `unit.converted`; None when every value has its indicator's unit or none is declared."""
    wanted = {code: str(d["unit"]) for code, d in feed.declared_indicators().items() if d.get("unit")}
    if units is None or not wanted or not {"indicator", "unit", "value"} <= available:
        return None
    pairs = con.execute(f"SELECT DISTINCT v_indicator, v_unit FROM {source} LIMIT {_MOST}").fetchall()
    other = [(i, u, wanted[i]) for i, u in pairs if u in units.codes and wanted.get(i, u) != u]
    if not other:
        return None
    convert = bool(feed.reader.get("convert_units"))
    factors = [factor(u, w, units) if convert and w in units.codes else None for _, u, w in other]
    _units = pa.table(
        {
            "indicator": [i for i, _, _ in other],
            "unit": [u for _, u, _ in other],
            "factor": pa.array(factors, pa.float64()),
            "wanted": [w for _, _, w in other],
        }
    )
    con.execute("CREATE OR REPLACE TEMP TABLE unit_factors AS SELECT * FROM _units")
    return (
        "(SELECT r.* REPLACE (r.v_value * coalesce(l.factor, 1) AS v_value, "
        "CASE WHEN l.factor IS NULL THEN r.v_unit ELSE l.wanted END AS v_unit, "
        "CASE WHEN l.unit IS NOT NULL AND l.factor IS NULL THEN 'unit.other' ELSE r.p_unit END AS p_unit, "
        "CASE WHEN l.factor IS NOT NULL THEN 'unit.converted' ELSE r.q_value END AS q_value) "
        f"FROM {source} r LEFT JOIN unit_factors l ON r.v_indicator = l.indicator AND r.v_unit = l.unit)"
    )
