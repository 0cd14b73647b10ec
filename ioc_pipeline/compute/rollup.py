"""Communes → province, by the card's additivity. Three-valued: a part that is unknown makes the whole unknown.

S adds up, R divides sums of numerators by sums of denominators, W weighs by another card; X (official value only) and L
(last value) are never derived. Rows without an area belong to the province but to no commune. A province value that the
text returns itself stays as it is; one that is only planned does not stand for what the communes achieved. Provinces
are never combined into the country.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb

from ioc_pipeline.compute.exact_sums import TOO_LARGE, total
from ioc_pipeline.compute.formulas import is_stated
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.store.bulk import insert_rows

ROLLUP_TABLES = ("_rollup_cards", "_rollup_communes")
"""Temporary tables that `rolled_up` makes."""

SUM, RATIO, WEIGHTED = "S", "R", "W"
_LARGEST = (
    "greatest(abs(coalesce(value, 0)), abs(coalesce(numerator, 0)), abs(coalesce(denominator, 0)), "
    "abs(coalesce(w, 0)), abs(coalesce(value * w, 0)))"
)


_PART = ", ".join(
    f"r.{column}"
    for column in (
        "code", "area", "period", "measure", "data_type", "value", "value_status", "numerator", "denominator",
        "known_at", "published_at", "stated_at", "simulated",
    )
)  # fmt: skip


def rolled_up(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    cards: Sequence[Indicator],
    raw: str,
    shown: Callable[[Sequence[str]], str],
) -> str | None:
    """SELECT of the province rows of the cards from their rows in the temporary table `raw`: code, area, period,
    measure, data_type, value, value_status, numerator, denominator, known_at, published_at, stated_at, simulated; None
    when nothing is rolled up. `shown` gives the relation of the shown cells of some cards: the weights.

    Reads the temporary tables `_cell_periods` (ends of periods), and its own two until it is called again.
    """
    derived = [card for card in cards if card.additivity in (SUM, RATIO, WEIGHTED)]
    communes = units.communes(catalogue.province.code)
    if not derived or not communes:
        return None
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _rollup_cards (code VARCHAR, how VARCHAR, weight VARCHAR, scale DOUBLE, "
        "parts BIGINT)"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE _rollup_communes (area VARCHAR)")
    insert_rows(connection, "_rollup_communes", [{"area": unit.code} for unit in communes])
    insert_rows(
        connection,
        "_rollup_cards",
        [
            {
                "code": card.code,
                "how": card.additivity,
                "weight": card.weight,
                "scale": card.scale,
                # A commune that states nothing is unknown; one in which a formula counts nothing has nothing.
                "parts": len(communes) if is_stated(card) else 0,
            }
            for card in derived
        ],
    )
    own = catalogue.province.code
    weights = sorted({card.weight for card in derived if card.additivity == WEIGHTED and card.weight})
    weighted = bool(weights)
    parts = (
        f"SELECT {_PART}, how, scale, parts, {'w.value' if weighted else 'NULL::DOUBLE'} AS w FROM {raw} r "
        "JOIN _rollup_cards c USING (code) "
        + (
            "JOIN _cell_periods p USING (period) "
            f"ASOF LEFT JOIN {shown(weights)} w ON w.code = c.weight AND w.area = r.area "
            "AND w.period_end <= p.period_end "
            if weighted
            else ""
        )
        + "WHERE (r.area IS NULL OR r.area IN (FROM _rollup_communes)) AND NOT EXISTS ("
        f"SELECT 1 FROM {raw} o WHERE o.code = r.code AND o.period = r.period AND o.area = '{own}' "
        "AND (o.data_type = 'plan') IS NOT DISTINCT FROM (r.data_type = 'plan'))"
    )
    above = "CASE how WHEN 'R' THEN coalesce(numerator, 0) WHEN 'W' THEN coalesce(value, 0) * w END"
    below = "CASE how WHEN 'R' THEN denominator WHEN 'W' THEN w END"
    nothing = "value_status = 'nil' AND parts > 0"  # a stated nil is an answer: nothing occurred
    return (
        f"SELECT code, '{own}' AS area, period, measure, data_type, "
        "CASE WHEN incomplete OR unknown THEN NULL WHEN how = 'S' THEN added "
        "WHEN how = 'R' THEN scale * n / nullif(d, 0) ELSE n / nullif(d, 0) END AS value, "
        "CASE WHEN incomplete OR unknown THEN 'missing' WHEN how <> 'S' AND d = 0 THEN 'nil' ELSE 'present' END "
        "AS value_status, CASE WHEN how = 'R' AND NOT (incomplete OR unknown) THEN n END AS numerator, "
        "CASE WHEN how = 'R' AND NOT (incomplete OR unknown) THEN d END AS denominator, "
        "known_at, published_at, stated_at, simulated FROM (SELECT code, period, data_type, how, scale, "
        "min(measure) AS measure, max(known_at) AS known_at, max(published_at) AS published_at, "
        "max(stated_at) AS stated_at, bool_or(simulated) AS simulated, "
        "count(area) < max(parts) AS incomplete, "
        "bool_or(CASE how "
        f"WHEN 'S' THEN value IS NULL AND NOT coalesce({nothing}, false) "
        "WHEN 'R' THEN denominator IS NULL OR (numerator IS NULL AND denominator <> 0) "
        f"ELSE w IS NULL OR (value IS NULL AND w <> 0) END OR NOT {_LARGEST} < {TOO_LARGE}) AS unknown, "
        f"{total('coalesce(value, 0)')} AS added, {total(above)} AS n, {total(below)} AS d "
        f"FROM ({parts}) GROUP BY ALL) ORDER BY code, data_type, period"
    )
