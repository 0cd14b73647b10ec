# ruff: noqa: E501  (tables of data read better on one line)
"""Builds a realistic release: Khánh Hòa, 17 indicators, eight feeds in every state of health.

Run it to look at the dashboard by hand:  python -m tests.dashboard.release_fixture HOME [release id]
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from . import release_indicator_data, release_tasks_data
from .release_data import CLAUSES, FEEDS, INDICATORS, PROVINCE, RULES, SERIES
from .release_places_data import add_places
from .release_services_data import fill_services

PARTS = ("indicator", "services", "places", "tasks")
SCHEMA = Path(__file__).parents[2] / "ioc_pipeline" / "publish" / "schema.sql"


def build(home: Path, release_id: str = "r-20261121-0815", *, created: datetime | None = None, grey: bool = False,
          simulated: bool = True, values: dict[str, float] | None = None, empty: bool = False,
          parts: Collection[str] = PARTS) -> Path:  # fmt: skip
    """Write a complete release and make it current; returns the database file.

    `grey`: no value at all; `values`: newest values to change; `empty`: no indicator, no feed; `parts`: pages whose own
    rows are in it.
    """
    created = created or datetime.now(UTC)
    folder = home / "releases" / release_id
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "release.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as con:
        con.execute(SCHEMA.read_text(encoding="utf-8"))
        con.begin()
        _fill(con, release_id, created, grey, simulated, values or {}, empty, parts)
        con.commit()
    (folder / "manifest.json").write_text(
        json.dumps({"release_id": release_id, "created_at": created.isoformat()}), encoding="utf-8"
    )
    point(home, release_id, created)
    return database


def point(home: Path, release_id: str, created: datetime | None = None) -> None:
    """Make a release current, as the pipeline does: write aside, then replace."""
    pointer = home / "releases" / "current.json"
    aside = pointer.with_name("current.json.tmp")
    content = {"release_id": release_id, "path": f"{release_id}/release.duckdb",
               "created_at": (created or datetime.now(UTC)).isoformat()}  # fmt: skip
    aside.write_text(json.dumps(content), encoding="utf-8")
    os.replace(aside, pointer)


def period_end(period: str) -> tuple[date, str]:
    """Last day and kind of a period code."""
    if len(period) == 4:
        return date(int(period), 12, 31), "year"
    if "Q" in period:
        year, quarter = int(period[:4]), int(period[-1])
        return _month_end(year, quarter * 3), "quarter"
    if len(period) == 7:
        return _month_end(int(period[:4]), int(period[5:])), "month"
    return date.fromisoformat(period), "day"


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _fill(con: duckdb.DuckDBPyConnection, release_id: str, created: datetime, grey: bool, simulated: bool,
          changed: dict[str, float], empty: bool, parts: Collection[str]) -> None:  # fmt: skip
    _insert(con, "release_info", {
        "release_id": release_id, "created_at": created, "province_code": PROVINCE,
        "province_name_vi": "Tỉnh Khánh Hòa", "province_name_en": "Khánh Hòa Province", "timezone": "Asia/Ho_Chi_Minh",
        "standard_version": "0.1", "contracts_hash": "c0ffee", "code_version": "0.1.0", "run_id": "run-1",
    })  # fmt: skip
    for clause_id, principle, vi, en, severity, level, evidence, mark in CLAUSES:
        _insert(con, "clauses", {
            "id": clause_id, "principle": principle, "title_vi": vi, "title_en": en,
            "explain_vi": f"{vi}: máy kiểm trên từng lần giao.", "explain_en": f"{en}: checked on every delivery.",
            "severity": severity, "level": level, "evidence": evidence, "basis_vi": "CV 1709/BKHCN-CĐSQG", "mark": mark,
            "fix_vi": "Sửa tại hệ thống nguồn rồi giao lại.", "fix_en": "Correct it in the source system and deliver again.",
        })  # fmt: skip
    if empty:
        return
    for sort, card in enumerate(INDICATORS, start=1):
        _insert(con, "indicators", card | {"sort": sort * 10})
    if not grey:
        for code in SERIES:
            _series(con, code, created, simulated, changed.get(code))
        _national(con, created)
        if "indicator" in parts:
            release_indicator_data.fill(con, _insert, created)
        if "services" in parts:
            fill_services(con)
        if "places" in parts:
            add_places(con, _insert, created)
    for feed_id, feed in FEEDS.items():
        _feed(con, feed_id, feed, created, simulated)
    for table, rows in release_tasks_data.rows(created).items() if "tasks" in parts else ():
        for row in rows:
            _insert(con, table, row)


def _series(
    con: duckdb.DuckDBPyConnection, code: str, created: datetime, simulated: bool, changed: float | None
) -> None:
    periods, numbers, target, status, reason, extra = SERIES[code]
    feed = next(card["feed_id"] for card in INDICATORS if card["code"] == code)
    trust = extra.get("trust", "verified")
    failed = 1 if trust == "warning" else 0
    for index, (period, value) in enumerate(zip(periods, numbers, strict=True)):
        newest = index == len(periods) - 1
        end, kind = period_end(period)
        _insert(con, "indicator_values", {
            "code": code, "area": PROVINCE, "area_name_vi": "Tỉnh Khánh Hòa", "area_name_en": "Khánh Hòa",
            "period": period, "period_kind": kind, "period_end": end, "measure": extra["measure"],
            "data_type": extra["data_type"], "value": changed if newest and changed is not None else value,
            "value_status": "present" if value is not None else "missing", "target": target if newest else None,
            "status": status if newest else "grey", "grey_cause": _grey_cause(value, target, status), "status_reason_vi": reason[0], "status_reason_en": reason[1],
            "known_at": created - timedelta(days=5), "held": bool(extra.get("held")) and newest,
            "simulated": simulated and bool(extra.get("simulated")), "trust": trust,
            "rules_passed": 0 if trust == "unverified" else len(RULES) - failed,
            "rules_failed": failed, "rules_unknown": 0, "feed_id": feed,
            "delivery_id": "" if trust == "unverified" else f"{feed}-002", "file_name": f"{feed}_{period}.json",
            "location": f"$.data[{index}]", "is_latest": newest,
        })  # fmt: skip


def _grey_cause(value: float | None, target: float | None, status: str) -> str | None:
    if status != "grey":
        return None
    return "no_data" if value is None else "no_target" if target is None else "too_old"


def _national(con: duckdb.DuckDBPyConnection, created: datetime) -> None:
    noise = random.Random(56)
    for code, base, span in (("NSO_IIP", 107.5, 3.0), ("NSO_CPI", 102.8, 1.2)):
        for index in range(24):
            period = f"{2018 + index // 12}-{index % 12 + 1:02d}"
            end, kind = period_end(period)
            value = base + span * math.sin(index / 3) + noise.uniform(-0.5, 0.5)
            _insert(con, "indicator_values", {
                "code": code, "area": "VN", "area_name_vi": "Cả nước", "area_name_en": "Viet Nam", "period": period,
                "period_kind": kind, "period_end": end, "measure": "yoy", "data_type": "preliminary",
                "value": round(value, 2), "value_status": "present", "target": None, "status": "grey",
                "grey_cause": "no_target", "status_reason_vi": "Chưa có mục tiêu để so sánh", "status_reason_en": "No target to compare with",
                "known_at": created, "held": False, "simulated": False, "trust": "verified", "rules_passed": 8,
                "rules_failed": 0, "rules_unknown": 0, "feed_id": "nso_monthly", "delivery_id": "nso_monthly-002",
                "file_name": "2019-12.xlsx", "location": "17. CPI!C12", "is_latest": index == 23,
            })  # fmt: skip


def _feed(
    con: duckdb.DuckDBPyConnection, feed_id: str, feed: dict[str, Any], created: datetime, simulated: bool
) -> None:
    health, never = feed["health"], feed["health"] == "never"
    reason = feed.get("reason", ("", ""))
    blocked = health == "blocked"
    rows = 120_400 if feed_id == "dossiers" else 310
    set_aside = 37 if feed_id == "dossiers" else 4 if feed_id == "lris_indicators" else 0
    failed = 1 if feed_id == "disbursement" else 0
    received_at = created - timedelta(days=40 if health == "held" else 5)
    end = period_end(feed["p"])[0] if feed["p"] else None
    _insert(con, "feeds", {
        "feed_id": feed_id, "title_vi": feed["t"][0], "title_en": feed["t"][1], "owner_vi": feed["o"][0],
        "owner_en": feed["o"][1], "source_vi": f"Hệ thống của {feed['o'][0]}", "source_en": f"System of {feed['o'][1]}",
        "feed_group": feed["g"], "shape": "records" if feed_id == "dossiers" else "observations",
        "schedule_period": feed["period"], "lag_days": feed["lag"], "health": health, "health_reason_vi": reason[0],
        "health_reason_en": reason[1], "last_received_at": None if never else created - timedelta(hours=5) if blocked else received_at,
        "last_good_at": None if never else received_at, "newest_period": feed["p"] or None, "newest_period_end": end,
        "due_period_end": date(2026, 10, 31), "due_at": datetime(2026, 11, 6, tzinfo=UTC),
        "deliveries": 0 if never else 3 if blocked else 2, "received": 0 if never else 2 * rows,
        "accepted": 0 if never else 2 * rows - set_aside, "quarantined": set_aside,
        "rules_passed": 0 if never else len(RULES) - failed, "rules_failed": failed, "rules_unknown": 0,
        "simulated": simulated and bool(feed.get("sim")),
    })  # fmt: skip
    if never:
        return
    notice = [
        {
            "vi": "Cột “Ghi chú” không có trong hợp đồng: bỏ qua",
            "en": "Column “Ghi chú” is not in the contract: ignored",
        }
    ]
    for number in (1, 2, 3) if blocked else (1, 2):
        bad = blocked and number == 3
        aside = set_aside if number == 2 else 0
        _insert(con, "deliveries", {
            "feed_id": feed_id, "delivery_id": f"{feed_id}-{number:03d}",
            "file_name": f"{feed_id}_2026-{8 + number:02d}.{'csv' if feed_id == 'dossiers' else 'json'}",
            "sha256": f"{number}f" * 32, "size_bytes": rows * 61, "producer": feed["o"][0],
            "received_at": created - timedelta(hours=5) if bad else received_at - timedelta(days=30 * (2 - number)),
            "outcome": "blocked" if bad else "stored", "received": rows, "accepted": 0 if bad else rows - aside,
            "quarantined": 0 if bad else aside, "added": 0 if bad else rows - aside - 12, "revised": 0 if bad else 12, "unchanged": 0,
            "message_vi": reason[0] if bad else "", "message_en": reason[1] if bad else "",
            "notices_json": json.dumps(notice if number == 2 else [], ensure_ascii=False),
            "simulated": simulated and bool(feed.get("sim")), "run_id": "run-1",
        })  # fmt: skip
        if number > 1:
            _results(con, feed_id, f"{feed_id}-{number:03d}", rows, bad, failed == 1)
    for index in range(set_aside):
        _insert(con, "quarantine", {
            "feed_id": feed_id, "delivery_id": f"{feed_id}-002", "file_name": f"{feed_id}_2026-10.csv",
            "row_no": 17 + 31 * index, "location": f"dòng {18 + 31 * index}", "clause": "IOC-DUNG-09" if index % 2 else "IOC-DU-03",
            "column_name": "NgayTra" if index % 2 else "MaHoSo", "raw": "31/02/2026" if index % 2 else "<b>trống</b>",
            "reason_vi": "Ngày trả trước ngày tiếp nhận" if index % 2 else "Thiếu mã hồ sơ",
            "reason_en": "Returned before received" if index % 2 else "Dossier code is missing",
        })  # fmt: skip


def _results(
    con: duckdb.DuckDBPyConnection, feed_id: str, delivery_id: str, rows: int, blocked: bool, failing: bool
) -> None:
    for index, (clause, rule, column, level, severity, vi, en) in enumerate(RULES):
        broken = (blocked and index == 0) or (failing and rule == "ytd_grows")
        unknown = feed_id == "service_766" and rule == "num_le_den"
        _insert(con, "validation_results", {
            "feed_id": feed_id, "delivery_id": delivery_id, "run_id": "run-1", "clause": clause,
            "expectation_id": f"{feed_id}.{rule}", "expectation_type": "expect_column_values_to_not_be_null",
            "column_name": column, "level": level, "severity": severity,
            "success": None if unknown else not broken, "evaluated": 0 if unknown else rows,
            "unexpected": (812 if blocked else 2) if broken else 0, "missing": 0, "observed": "",
            "message_vi": vi, "message_en": en,
            "why_vi": "Trùng khóa làm một hồ sơ bị đếm hai lần, tỷ lệ đúng hạn sai theo.",
            "why_en": "A duplicate key counts one dossier twice and distorts the on-time rate.",
            "fix_vi": "Lọc trùng theo mã hồ sơ trước khi xuất; giữ dòng cập nhật sau cùng.",
            "fix_en": "Remove duplicates by dossier code before exporting; keep the last update.",
        })  # fmt: skip


def _insert(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    con.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), *sys.argv[2:3]))
