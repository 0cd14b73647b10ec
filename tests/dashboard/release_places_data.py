"""Communes, provinces and agencies of the fixture release: enough to order, to tie, to miss and to mix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

Insert = Callable[[Any, str, dict[str, Any]], None]

COMMUNES = {
    "22333": "Phường Bắc Nha Trang", "22366": "Phường Nha Trang", "22420": "Phường Cam Ranh",
    "22423": "Phường Ba Ngòi", "22504": "Xã Đại Lãnh", "22651": "Xã Diên Khánh", "22736": "Đặc khu Trường Sa",
}  # fmt: skip
PROVINCES = {"01": "Hà Nội", "22": "Quảng Ninh", "31": "Hải Phòng", "56": "Khánh Hòa", "96": "Cà Mau"}
_BASES: dict[str, tuple[float, float, str]] = {
    "22333": (4, 5, "red"), "22366": (120, 120, "green"), "22420": (62, 64, "amber"), "22423": (40, 50, "red"),
    "22651": (300, 301, "green"),
}  # fmt: skip
_NEW = {"22333": 12, "22366": 40, "22420": 3, "22423": 3, "22504": 0, "22651": 7}
_GROWTH = {"01": (8.1, "official"), "22": (11.89, "estimate"), "31": (11.21, "estimate")}
AGENCIES = [("H32.03", "Sở Nội vụ", "so", 1, 99.2, 137, 138), ("H32.10", "Sở Tài chính", "so", 2, 90.0, 9, 10),
            ("H32.101", "UBND xã Đại Lãnh", "xa", None, None, 2, 3)]  # fmt: skip


def add_places(con: Any, insert: Insert, created: datetime) -> None:
    """Fill `areas`, values of areas, the agencies' ranking and split."""
    insert(con, "areas", {"code": "VN", "name_vi": "Cả nước", "name_en": "Viet Nam", "level": "country"})
    for level, names in (("province", PROVINCES), ("commune", COMMUNES)):
        for code, name in names.items():
            insert(con, "areas", {"code": code, "name_vi": name, "name_en": name, "level": level})
    for code, (numerator, denominator, status) in _BASES.items():
        more = {"numerator": numerator, "denominator": denominator, "target": 98.0, "held": code == "22420"}
        value = 100 * numerator / denominator
        _value(con, insert, created, "HC_DUNGHAN", code, "2026-10", value, status, feed="dossiers", **more)
        _value(con, insert, created, "HC_DUNGHAN", code, "2026-09", 99.0, "green", feed="dossiers", target=98.0)
    _value(con, insert, created, "HC_DUNGHAN", "22504", "2026-09", 97.0, "amber", feed="dossiers", target=98.0)
    for code, count in _NEW.items():
        _value(con, insert, created, "DN_MOI", code, "2026-10", float(count), "grey", simulated=False)
    for code, (growth, kind) in _GROWTH.items():
        _value(con, insert, created, "KT_GRDP_TT", code, "2026-Q3", growth, "grey", simulated=False, data_type=kind)
    for unit, name, group, rank, score, in_time, due in AGENCIES:
        ok = rank is not None
        insert(con, "unit_ranking", {
            "unit": unit, "unit_vi": unit, "unit_en": unit, "class": group,
            "class_vi": "Sở, ban, ngành" if group == "so" else "Cấp xã", "class_en": group, "year": 2026,
            "rank": rank, "of_units": 2 if ok else 0, "score": score, "due": due, "in_time": in_time,
            "reason_vi": f"{in_time}/{due} đúng hạn" if ok else "mới 3 nhiệm vụ đến hạn, cần ít nhất 5",
            "reason_en": "", "formula_vi": "điểm = 100 × đúng hạn ÷ đến hạn", "formula_en": "score",
            "inputs_json": "{}",
            "reminders": 0, "reminders_json": "[]",
            "consequence": "none", "consequence_vi": "", "consequence_en": "",
            "publishable": False,
            "as_of": date(2026, 11, 20), "simulated": True,
        })  # fmt: skip
        insert(con, "contributions", _part(unit, name, float(in_time), float(due)))
    insert(con, "contributions", _part("(others)", "40 phần còn lại", 900.0, 930.0))


def _part(part: str, name: str, n1: float, d1: float) -> dict[str, Any]:
    return {
        "code": "HC_DUNGHAN", "area": "56", "period": "2026-10", "against": "target", "dimension": "don_vi_xu_ly",
        "dimension_name_vi": "Theo đơn vị xử lý", "dimension_name_en": "By unit", "part": part, "part_name_vi": name,
        "part_name_en": name, "amount": 0, "n1": n1, "d1": d1, "sort": 0,
    }  # fmt: skip


def _value(con: Any, insert: Insert, created: datetime, code: str, area: str, period: str, value: float, status: str,
           *, feed: str = "lris_indicators", simulated: bool = True, data_type: str = "actual", held: bool = False,
           **more: Any) -> None:  # fmt: skip
    month = 9 if "Q" in period else int(period[5:])
    insert(con, "indicator_values", {
        "code": code, "area": area, "area_name_vi": COMMUNES.get(area) or PROVINCES[area], "period": period,
        "period_kind": "quarter" if "Q" in period else "month",
        "period_end": date(2026, month, 31 if month == 10 else 30),
        "measure": "rate" if feed == "dossiers" else "period", "data_type": data_type, "value": value,
        "value_status": "present", "status": status, "grey_cause": "no_target" if status == "grey" else None,
        "known_at": created - timedelta(days=5), "held": held, "simulated": simulated,
        "trust": "held" if held else "verified", "rules_passed": 8, "rules_failed": 0, "rules_unknown": 0,
        "feed_id": feed, "delivery_id": f"{feed}-002", "file_name": f"{feed}.csv", "location": "dòng 2",
        "is_latest": True, **more,
    })  # fmt: skip
