"""The release's values: shown cells with their colour, trust and corrections, written in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from ioc_pipeline.compute.health import FeedHealth
from ioc_pipeline.compute.judged_cells import COLOURS, CONFIDENCE, judge_shown, rate_shown
from ioc_pipeline.compute.shown import CORRECTED, basis_of
from ioc_pipeline.compute.trust import TRUST, judge_trust
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.store.bulk import insert_rows


def fill_values(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    healths: Mapping[str, FeedHealth],
    names: Mapping[str, Text],
    today: date,
) -> int:
    """Fill `indicator_values` of the attached release from the corrected shown cells; returns rows."""
    basis = basis_of(catalogue)
    judge_trust(connection, catalogue, CORRECTED, basis, {f for f, health in healths.items() if health.rejected})
    judge_shown(connection, catalogue, CORRECTED, basis, today)
    rate_shown(connection, catalogue, CORRECTED, TRUST, today)
    connection.execute("CREATE OR REPLACE TEMP TABLE _area_names (area VARCHAR, vi VARCHAR, en VARCHAR)")
    insert_rows(connection, "_area_names", [{"area": a, "vi": n.vi, "en": n.en} for a, n in names.items()])
    connection.execute("CREATE OR REPLACE TEMP TABLE _card_order (code VARCHAR, place INTEGER)")
    insert_rows(connection, "_card_order", [{"code": c, "place": n} for n, c in enumerate(catalogue.indicators)])
    connection.execute(
        "INSERT INTO release.indicator_values BY NAME SELECT s.code, s.area, coalesce(n.vi, s.area) AS area_name_vi, "
        "coalesce(n.en, s.area) AS area_name_en, s.period, s.period_kind, s.period_end, s.measure, s.data_type, "
        "s.value, s.value_status, s.numerator, s.denominator, c.target, c.target_high, c.status, c.grey_cause, "
        "c.status_reason_vi, c.status_reason_en, s.known_at, s.stated_at, s.published_at, t.held, s.simulated, "
        "t.trust, t.rules_passed, t.rules_failed, t.rules_unknown, k.confidence, k.coverage, "
        "k.confidence_vi, k.confidence_en, s.feed_id, s.delivery_id, "
        "s.file_name, s.location, s.is_latest, s.correction_vi, s.correction_en, s.raw_value, v.vintage "
        f"FROM {CORRECTED} s JOIN _card_order o ON o.code = s.code "
        f"JOIN {TRUST} t ON t.cell_no = s.cell_no "
        f"JOIN {COLOURS} c ON c.cell_no = s.cell_no "
        f"LEFT JOIN {CONFIDENCE} k ON k.cell_no = s.cell_no "
        "LEFT JOIN (SELECT code, area, period, data_type, max(vintage) AS vintage "
        "FROM indicator_vintages GROUP BY ALL) v "
        "ON v.code = s.code AND v.area = s.area AND v.period = s.period AND v.data_type = s.data_type "
        "LEFT JOIN _area_names n ON n.area = s.area ORDER BY o.place, s.area, s.period_end, s.period"
    )
    for table in (TRUST, COLOURS, CONFIDENCE, "_area_names", "_card_order"):
        connection.execute(f"DROP TABLE temp.main.{table}")
    row = connection.execute("SELECT count(*) FROM release.indicator_values").fetchone()
    return int(row[0]) if row else 0


def fill_vintages(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> int:
    """Fill `indicator_vintages` of the attached release for the own province and the country; returns rows."""
    connection.execute(
        "INSERT INTO release.indicator_vintages BY NAME SELECT * EXCLUDE (row_no) FROM indicator_vintages "
        "WHERE area IN (?, 'VN') ORDER BY code, area, period_end, period, data_type, vintage",
        [catalogue.province.code],
    )
    row = connection.execute("SELECT count(*) FROM release.indicator_vintages").fetchone()
    return int(row[0]) if row else 0
