"""The country around the simulated province, so that official statistics agree with what the province reports.

Nothing here depends on which province is looked at: the country's series are sums over all 34 provinces, each simulated
as the one province is, and the rest is drawn by keys that leave the province out.

| table | columns |
| --- | --- |
| `everywhere` | province, code, year, month, value: `TM_BANLE`, `TM_XK`, `CN_IIP_TH`, `DTC_GN`, the year's `DTC_KH` |
| `nation` | series, item, year, month, value: `CPI` (2019 = 100) by COICOP group, `IIP` (2015 = 100) by ISIC section |

`CPI` also has the items `VANG` (gold), `USD` and `COBAN` (core); the whole of a series has the item null. Both tables
begin with January 2024, a year before the first simulated one, so that comparisons with the year before are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb
import polars as pl

from ioc_pipeline.sample.indicator_series import year_series
from ioc_pipeline.sample.scale import ProvinceScale

FIRST_YEAR = 2024
_MONTHLY = ("TM_BANLE", "TM_XK", "CN_IIP_TH", "DTC_GN")

# Weights of the consumer price basket, about; monthly drift and spread in per cent.
_SERIES = """
CREATE TABLE nation AS
WITH calendar AS (
  SELECT year, month FROM range({first}, {last} + 1) y(year), range(1, 13) m(month)
), groups(item, weight, drift, spread) AS (
  VALUES ('01', 33.6, 0.26, 0.35), ('02', 2.7, 0.20, 0.1), ('03', 5.7, 0.12, 0.08), ('04', 18.8, 0.40, 0.35),
    ('05', 6.7, 0.12, 0.08), ('06', 5.4, 0.45, 0.5), ('07', 9.7, 0.02, 1.1), ('08', 3.1, -0.04, 0.05),
    ('09', 4.6, 0.16, 0.15), ('10', 6.2, 0.30, 0.4), ('12', 3.5, 0.35, 0.15),
    ('VANG', NULL, 1.6, 2.4), ('USD', NULL, 0.12, 0.35), ('COBAN', NULL, 0.26, 0.06)
), prices AS (
  SELECT item, weight, year, month,
    112 * exp(sum((drift + spread * zn('cpi|' || item || '|' || year || '|' || month)) / 100)
      OVER (PARTITION BY item ORDER BY year, month)) AS value
  FROM groups, calendar
), growth AS (
  SELECT year, month, sum(e.value * p.grdp) / sum(p.grdp) AS yoy
  FROM everywhere e JOIN all_provinces p ON p.code = e.province WHERE e.code = 'CN_IIP_TH' GROUP BY ALL
), sections(item, more) AS (VALUES (NULL, 0.0), ('B', -7.5), ('C', 1.1), ('D', -1.2), ('E', -0.8))
SELECT 'CPI' AS series, item, year, month, value FROM prices
UNION ALL
SELECT 'CPI', NULL, year, month, sum(value * weight) / sum(weight) FROM prices WHERE weight IS NOT NULL GROUP BY ALL
UNION ALL
SELECT 'IIP', item, year, month,
  130 * (CASE month WHEN 2 THEN 0.78 ELSE 0.94 + 0.011 * month END)
  * exp(sum(ln((yoy + more + CASE WHEN item IS NULL THEN 0 ELSE 1.1 * zn('iip|' || item || '|' || year || '|' || month)
    END) / 100)) OVER (PARTITION BY item, month ORDER BY year))
FROM growth, sections
"""


def build_nation(con: duckdb.DuckDBPyConnection, scales: Mapping[str, ProvinceScale], seed: int, until: date) -> None:
    """Fill `all_provinces` with sizes and create the tables above. `scales`: by province code, all 34."""
    sizes = pl.DataFrame(
        [(code, round(scale.population * 1000), scale.grdp) for code, scale in scales.items()],
        schema={"code": pl.String, "people": pl.Int64, "grdp": pl.Float64}, orient="row",
    )  # fmt: skip
    con.register("sizes", sizes.to_arrow())
    con.execute(
        "UPDATE all_provinces SET people = s.people, grdp = s.grdp FROM sizes s WHERE s.code = all_provinces.code"
    )
    con.unregister("sizes")
    rows = []
    for province, scale in scales.items():
        for year in range(FIRST_YEAR, until.year + 1):
            series = year_series(scale, province, seed, year)
            for month in range(12):
                rows += [(province, code, year, month + 1, float(series.monthly[code][month])) for code in _MONTHLY]
                rows.append((province, "DTC_KH", year, month + 1, series.plans["DTC_KH"]))
    frame = pl.DataFrame(
        rows, orient="row",
        schema={"province": pl.String, "code": pl.String, "year": pl.Int32, "month": pl.Int32, "value": pl.Float64},
    )  # fmt: skip
    con.register("frame", frame.to_arrow())
    con.execute("CREATE TABLE everywhere AS SELECT * REPLACE (round(value, 4) AS value) FROM frame ORDER BY ALL")
    con.unregister("frame")
    con.execute(_SERIES.format(first=FIRST_YEAR, last=until.year))
