# ruff: noqa: E501  (tables of data read better on one line)
"""Public services and the year's end in the fixture release; `add_cards` adds the indicators only these pages need."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import duckdb

from .release_data import PROVINCE

CREATED = datetime(2026, 11, 21, 1, 15, tzinfo=UTC)
CARDS = [("summary", "HC_DUNGHAN", None, None), ("summary", "HC_TRUCTUYEN", None, None), ("summary", "HC_TTTT", None, None),
         ("trend", "HC_DUNGHAN", None, None), ("overdue", "HC_QUAHAN", None, None), ("score", "HC_766", 100, None),
         ("score_group", "HC_766_SH", 22, None), ("score_group", "HC_766_HL", 18, None), ("rank", "HC_766_HANG", None, 34),
         ("units", "HC_QUAHAN", None, None), ("units", "HC_DUNGHAN", None, None), ("fields", "HC_DUNGHAN", None, None),
         ("top", "HC_TOP50", None, None)]  # fmt: skip
UNITS = [("H32.07", "Sở Nông nghiệp và Môi trường", 3, 38, 40), ("H32.144", "UBND phường Phan Rang", 1, 44, 46),
         ("H32.02", "Văn phòng UBND tỉnh", 0, None, 0)]  # fmt: skip
TOP = [("1.001", "Đổi giấy phép lái xe", 3131, 2736, True, True), ("1.002", "Xác nhận giấy phép bán lẻ rượu", 42, 12, True, False),
       ("1.003", "Thu hồi thẻ hướng dẫn viên", 0, 0, None, False)]  # fmt: skip
# code, form, newest, landing, low, high, target, status, so_far, remaining, needed, now, error, relative, n, reason, must
FORECASTS = [
    ("DTC_TL", "cumulative", "2026-10", 66.2, 60.1, 72.3, 95.0, "red", 52.3, 2, 21.35, 5.23, 0.049, True, 6,
     "Dự báo cả năm 66,2 %", "2 tháng còn lại phải đạt bình quân 21,35 điểm % mỗi tháng"),
    ("KT_CPI", "state", "2026-09", 3.9, 3.5, 4.3, 4.5, "green", 3.92, 3, 0.19, 0.06, 0.2, False, 7, "Dự báo tháng 12/2026 3,9 %", "Đang đạt; giữ không quá 4,5 %"),
    ("YT_BHYT", "state", "2026-09", None, None, None, 95.5, "grey", 95.72, 3, -0.07, 0.1, None, None, None,
     "Chưa dự báo: mới có 9 tháng liền nhau, cần ít nhất 15", "Đang đạt; giữ từ 95,5 % đến hết năm"),
    ("GT_TNGT", "flow", "2026-10", 343.0, 330.0, 356.0, None, "grey", 286.0, 2, None, 28.6, 0.03, True, 5, "Dự báo cả năm 343 vụ", ""),
]  # fmt: skip


def fill_services(con: duckdb.DuckDBPyConnection) -> None:
    """Rows of the tables that only the two pages read."""
    order: dict[str, int] = {}
    for part, code, maximum, ranked in CARDS:
        sort = order[part] = order.get(part, -1) + 1
        _insert(con, "service_cards", part=part, code=code, maximum=maximum, ranked=ranked, sort=sort)
    for unit, name, overdue, on_time, settled in UNITS:
        same = {"unit": unit, "unit_vi": name, "unit_en": name, "period": "2026-10"}
        _insert(con, "service_units", code="HC_QUAHAN", value=overdue, **same)
        share = 100 * on_time / settled if settled else None
        _insert(con, "service_units", code="HC_DUNGHAN", value=share, numerator=on_time, denominator=settled, **same)
    _insert(con, "service_fields", code="HC_DUNGHAN", field="G17-GT02", field_vi="G17-GT02", field_en="G17-GT02",
            example="Đổi giấy phép lái xe", period="2026-10", value=95.7, numerator=90, denominator=94)  # fmt: skip
    for place, (procedure, name, received, online, offer, use) in enumerate(TOP, start=1):
        _insert(con, "top_services", code="HC_TOP50", procedure=procedure, name=name, field="G17-GT02", agency="H32.08",
                agency_vi="Sở Xây dựng", agency_en="Department of Construction", period="2026-10", place=place,
                received=received, online=online, online_share=100 * online / received if received else None,
                share_target=50.0, level="toan-trinh", level_vi="Toàn trình", level_en="Full process", on_portal=offer,
                offer_met=offer, use_met=use, simulated=True)  # fmt: skip
    for (code, form, newest, landing, low, high, target, status, so_far, remaining, needed, now, error, relative, n,
         reason, must) in FORECASTS:  # fmt: skip
        _insert(con, "forecasts", code=code, area=PROVINCE, year=2026, form=form, newest_period=newest,
                method_vi="Giữ như kỳ gần nhất" if landing else None, method_en="As it is" if landing else None,
                landing=landing, low=low, high=high, level=0.8, target=target, landing_status=status, so_far=so_far,
                remaining=remaining, elapsed=12 - remaining, at_this_pace=so_far, run_rate_needed=needed, run_rate_now=now,
                backtest_error=error, backtest_relative=relative, backtest_n=n, reason_vi=reason, reason_en=f"en: {reason}",
                must_be_true_vi=must, must_be_true_en=f"en: {must}", simulated=code == "YT_BHYT", made_at=CREATED)  # fmt: skip
    _insert(con, "scenario_assumptions", scenario="cuoi_nam", scenario_vi="Về đích năm nay", scenario_en="Reaching the targets",
            name="giai_ngan", title_vi="Giải ngân mỗi tháng còn lại", title_en="Disbursed in each remaining month",
            unit_vi="điểm %", unit_en="points", default_expression="DTC_TL.pace", low=0, high=50, mark="U", sort=0)  # fmt: skip
    _insert(con, "scenario_effects", scenario="cuoi_nam", code="DTC_TL", landing="DTC_TL.so_far + giai_ngan * DTC_TL.remaining",
            why_vi="Đã giải ngân cộng phần các tháng còn lại", why_en="So far plus the remaining months", mark="U",
            direction="up", amber_margin=0.1, sort=0)  # fmt: skip


def add_cards(con: duckdb.DuckDBPyConnection) -> None:
    """Indicators with one value each, beside those of the shared fixture release."""
    for code, name, unit, value, target, status, direction, period in (
        ("HC_QUAHAN", "Hồ sơ quá hạn", "hồ sơ", 4.0, 0.0, "red", "down", "2026-10"),
        ("HC_766_SH", "Điểm 766: số hóa", "điểm", 17.29, 19.8, "red", "up", "2026-11-20"),
        ("HC_766_HL", "Điểm 766: hài lòng", "điểm", 16.15, 16.2, "amber", "up", "2026-11-20"),
        ("HC_766_HANG", "Hạng 766", "hạng", 6.0, None, "grey", "down", "2026-11-20"),
        ("HC_TOP50", "Nhóm 50 dịch vụ", "%", 33.3, 100.0, "red", "up", "2026-10"),
    ):
        _insert(con, "indicators", code=code, name_vi=name, name_en=f"en {name}", short_vi=name, short_en=f"en {name}", unit_vi=unit,
                unit_en=unit, decimals=0 if unit in ("hồ sơ", "hạng") else 2, field_vi="Dịch vụ công", field_en="Public services",
                direction=direction, owner_vi="Văn phòng UBND tỉnh", owner_en="Office", feed_id="dossiers", sort=900)  # fmt: skip
        _insert(con, "indicator_values", code=code, area=PROVINCE, area_name_vi="Khánh Hòa", area_name_en="Khánh Hòa", period=period,
                period_kind="month" if len(period) == 7 else "day", period_end=date(2026, 10, 31) if len(period) == 7 else date.fromisoformat(period),
                measure="level", data_type="actual", value=value, value_status="present", target=target, status=status,
                grey_cause=None if target is not None else "no_target", held=False, simulated=True, trust="verified", rules_passed=8,
                rules_failed=0, rules_unknown=0, feed_id="dossiers", delivery_id="dossiers-002", file_name="dossiers.csv", is_latest=True)  # fmt: skip


def _insert(con: duckdb.DuckDBPyConnection, table: str, **row: Any) -> None:
    con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
