"""What the fixture release says of single indicators: paths, forecast, reasons, vintages, communes, cards in full."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb

Insert = Callable[[duckdb.DuckDBPyConnection, str, dict[str, Any]], None]
PROVINCE = "56"


def fill(con: duckdb.DuckDBPyConnection, insert: Insert, created: datetime) -> None:
    """Rows of the tables behind the page of one indicator: DTC_TL in full, HC_766 without parts, YT_BHYT by commune."""
    _paths(con, insert, created)
    _reasons(con, insert)
    _vintages(con, insert, created)
    for index in range(12):
        insert(con, "indicator_values", {
            "code": "YT_BHYT", "area": f"2233{index:02d}", "area_name_vi": f"Xã Số {index + 1}",
            "area_name_en": f"Commune {index + 1}", "period": "2026-09", "period_kind": "month",
            "period_end": date(2026, 9, 30), "measure": "rate", "data_type": "actual", "value": 90.0 + index / 2,
            "value_status": "present", "numerator": 900.0 + 5 * index, "denominator": 1000.0, "status": "grey",
            "grey_cause": "no_target", "known_at": created, "held": False, "simulated": False, "trust": "verified",
            "rules_passed": 8, "rules_failed": 0, "rules_unknown": 0, "feed_id": "lris_indicators", "is_latest": True,
        })  # fmt: skip
    con.execute(
        "UPDATE indicators SET plain_vi = 'Trong 100 đồng được giao, đã chi bao nhiêu đồng.', "
        "plain_en = 'Of every 100 dong assigned, how many are spent.', guidance_vi = 'Nêu tên chủ đầu tư chậm nhất.', "
        "guidance_en = 'Name the slowest investors.', additivity = 'R', group_id = 'qua_trinh', period = 'month', "
        "lag_days = 25, sql_text = 'SELECT 1 AS value -- <b>không chạy</b>' WHERE code = 'DTC_TL'"
    )
    con.execute(
        "UPDATE indicators SET no_source_vi = 'Chưa có hợp đồng với nhà mạng', "
        "no_source_en = 'No contract with the operators' WHERE code = 'CDS_5G'"
    )
    con.execute("UPDATE indicator_values SET confidence = 'trung_binh' WHERE code = 'DTC_TL' AND is_latest")


def _paths(con: duckdb.DuckDBPyConnection, insert: Insert, created: datetime) -> None:
    for month in range(1, 13):
        end = date(2026 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        insert(con, "target_path", {
            "code": "DTC_TL", "area": PROVINCE, "period": f"2026-{month:02d}", "period_end": end,
            "target": 7.5 * month, "path": "even", "declared": 90.0,
        })  # fmt: skip
        if month > 10:
            insert(con, "forecast_path", {
                "code": "DTC_TL", "area": PROVINCE, "period": f"2026-{month:02d}", "period_end": end,
                "kind": "forecast", "value": 52.3 + 7 * (month - 10), "low": 50.0 + 5 * (month - 10),
                "high": 54.0 + 9 * (month - 10),
            })  # fmt: skip
    insert(con, "forecasts", {
        "code": "DTC_TL", "area": PROVINCE, "year": 2026, "form": "cumulative", "newest_period": "2026-10",
        "method_vi": "Như năm trước", "method_en": "As a year before", "landing": 66.3, "low": 60.0, "high": 72.0,
        "level": 0.8, "target": 90.0, "landing_status": "red", "so_far": 52.3, "remaining": 2, "elapsed": 10,
        "at_this_pace": 62.8, "run_rate_needed": 18.85, "run_rate_now": 5.23, "backtest_error": 0.031,
        "backtest_relative": True, "backtest_n": 6,
        "must_be_true_vi": "2 tháng còn lại phải đạt 18,9 điểm % mỗi tháng.",
        "must_be_true_en": "The remaining 2 months must bring 18.9 points a month.", "simulated": False,
        "made_at": created,
    })  # fmt: skip


def _reasons(con: duckdb.DuckDBPyConnection, insert: Insert) -> None:
    parts = [("so_xd", "Sở Xây dựng", Decimal("-12.345")), ("so_yt", "Sở Y tế", Decimal("-7.345")),
             ("khac", "<b>Các đơn vị khác</b>", Decimal("-3.01"))]  # fmt: skip
    for sort, (part, name, amount) in enumerate(parts):
        insert(con, "contributions", {
            "code": "DTC_TL", "area": PROVINCE, "period": "2026-10", "against": "target", "dimension": "ma_co_quan",
            "dimension_name_vi": "Theo cơ quan", "dimension_name_en": "By agency", "part": part, "part_name_vi": name,
            "part_name_en": name, "amount": amount, "sort": sort,
        })  # fmt: skip
    for against, start, total in (("target", 75.0, Decimal("-22.7")), ("previous", 47.5, Decimal("4.8"))):
        insert(con, "contribution_totals", {
            "code": "DTC_TL", "area": PROVINCE, "period": "2026-10", "against": against,
            "against_period": None if against == "target" else "2026-09", "total": total, "start": start,
            "end_value": 52.3, "decomposable": against == "target",
            "why_vi": f"Câu lý do {against}.", "why_en": f"Sentence on {against}.", "related_json": "[]",
        })  # fmt: skip
    related = [{"code": "HC_TTTT", "name_vi": "Thanh toán trực tuyến", "name_en": "Online payment", "status": "green",
                "period": "2026-10", "value": 83.1, "against_period": "2026-09", "change": 1.1}]  # fmt: skip
    insert(con, "contribution_totals", {
        "code": "HC_766", "area": PROVINCE, "period": "2026-11-20", "against": "target", "total": Decimal("-1.39"),
        "start": 90.0, "end_value": 88.61, "decomposable": False, "why_not_vi": "số công bố chính thức",
        "why_not_en": "an official figure", "why_vi": "Thấp hơn 1,39 điểm.", "why_en": "Below by 1.39 points.",
        "related_json": json.dumps(related),
    })  # fmt: skip


def _vintages(con: duckdb.DuckDBPyConnection, insert: Insert, created: datetime) -> None:
    said = [("2026-09", "estimate", 47.1, 25), ("2026-09", "actual", 47.5, 55), ("2026-10", "estimate", 52.3, 55)]
    for number, (period, kind, value, day) in enumerate(said):
        insert(con, "indicator_vintages", {
            "code": "DTC_TL", "area": PROVINCE, "period": period, "period_kind": "month",
            "period_end": date(2026, int(period[5:]), 30), "data_type": kind, "value": value,
            "value_status": "present", "stated_at": datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=day),
            "known_at": created, "simulated": False, "file_name": f"giai_ngan_{number}.xlsx", "location": "Bieu 1!C7",
            "vintage": 1,
        })  # fmt: skip
