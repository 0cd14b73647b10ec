# ruff: noqa: E501  (tables of data read better on one line)
"""Two releases a day apart with a status tree, reasons, tasks, scores and registers, and a store with two alerts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.operations.events import ALERT, NewEvent
from ioc_pipeline.operations.store import OperationsStore
from ioc_pipeline.settings import Places

from .release_data import PROVINCE
from .release_fixture import build

BEFORE, NOW = "r-before", "r-now"
CREATED = datetime.now(UTC) - timedelta(hours=1)


def build_two(home: Path) -> None:
    """The earlier release, then the current one: GRDP fell from green to red, one figure of May was revised."""
    build(home, BEFORE, created=CREATED - timedelta(days=1), parts=())
    database = build(home, NOW, created=CREATED, values={"KT_GRDP_TT": 9.0}, parts=())
    with duckdb.connect(str(database)) as con:
        con.execute("UPDATE indicator_values SET status = 'red' WHERE code = 'KT_GRDP_TT' AND is_latest")
        con.execute("UPDATE indicator_values SET value = 11.5 WHERE code = 'KT_IIP' AND period = '2026-05'")
        con.execute("UPDATE indicators SET headline = code IN ('KT_GRDP_TT', 'DTC_TL', 'YT_BHYT')")
        con.execute(
            "UPDATE indicators SET group_id = 'qua_trinh', plain_vi = 'Bao nhiêu phần trăm hồ sơ nộp qua mạng.'"
        )
        con.execute("UPDATE indicators SET group_id = 'ket_qua' WHERE code = 'HC_DUNGHAN'")
        for table, rows in _ROWS.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                con.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
    _alerts(home)


def _alerts(home: Path) -> None:
    store = OperationsStore(Places(home), f"sqlite:///{_made(home / 'operations')}/operations.db")
    with store.writing(CREATED + timedelta(minutes=1)) as ledger:
        for number, (severity, code, name, due) in enumerate(
            [("warning", "KT_CPI", "Giá tiêu dùng", 30), ("critical", "KT_GRDP_TT", "Tăng trưởng GRDP", -3)], start=1
        ):
            ledger.append(NewEvent(ALERT, f"CB-{number:04d}", "opened", "ioc", _opened(severity, code, name, due)))
    store.close()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _opened(severity: str, code: str, name: str, due: int) -> dict[str, Any]:
    day = (CREATED + timedelta(days=due)).date().isoformat()
    words = {"vi": name, "en": name}
    return {
        "cause": f"indicator:{code}:{PROVINCE}", "trigger": "indicator_red", "severity": severity,
        "title": {"vi": "chỉ tiêu chuyển sang đỏ", "en": "indicator turned red"}, "subject": words,
        "owner": {"id": "tk", "vi": "Thống kê tỉnh Khánh Hòa", "en": "Statistics Office"}, "acknowledge_by": day,
        "due_on": day, "days": "working", "guidance": words, "members": [code], "evidence": {}, "simulated": True,
    }  # fmt: skip


def _node(node: str, parent: str | None, level: int, name: str, status: str, rule: str | None, **more: Any) -> Any:
    return {"node": node, "parent": parent, "level": level, "name_vi": name, "name_en": f"{name} (en)",
            "status": status, "rule": rule, **more}  # fmt: skip


def _score(level: str, key: str, parent: str | None, name: str, score: float | None, inputs: list[Any]) -> Any:
    return {"level": level, "id": key, "parent": parent, "name_vi": name, "name_en": name, "score": score,
            "band": "green" if score else "undetermined", "severe": False, "weight": 2.0,
            "formula": f"DQI_{level} = Σ(DQI × W) / ΣW", "inputs_json": json.dumps(inputs), "label_vi": "DQI, chưa xác nhận",
            "label_en": "DQI, unconfirmed"}  # fmt: skip


_TASK = {
    "feed_id": "nq57", "group_vi": "Nhiệm vụ Nghị quyết 57", "group_en": "Resolution 57", "unit": "H1",
    "unit_vi": "Sở Nội vụ", "unit_en": "Home Affairs", "valid": True, "followed_vi": "quá hạn", "followed_en": "overdue",
    "rule_vi": "7 ngày", "rule_en": "7 days", "as_of": CREATED.date(), "simulated": True, "state": "open",
}  # fmt: skip
_ROWS: dict[str, list[dict[str, Any]]] = {
    "contribution_totals": [
        {"code": "DTC_TL", "area": PROVINCE, "period": "2026-10", "against": "target", "total": -10, "decomposable": True,
         "why_vi": "Thấp hơn chỉ tiêu, chủ yếu do phường Nha Trang (−4,0).", "why_en": "Mostly Nha Trang ward (−4.0)."},
    ],
    "status_tree": [
        _node("tinh", None, 0, "Toàn tỉnh", "red", "weighted, green ≥ 0.75, amber ≥ 0.5, kt × 3, known ≥ 3", red=1,
              reason_vi="Điểm bình quân có trọng số 38 %"),
        _node("kt", "tinh", 1, "Kinh tế", "red", "worst_of, known ≥ 1", red=1, green=2),
        _node("KT_GRDP_TT", "kt", 2, "Tăng trưởng GRDP", "red", None, reason_vi="Thấp hơn chỉ tiêu"),
    ],
    "task_followup": [
        _TASK | {"task_id": "N57-01", "title": "Kho dữ liệu dùng chung", "due_on": date(2026, 1, 5), "followed": "overdue",
                 "escalation": "awaiting_decision", "escalation_vi": "chờ quyết định", "escalation_en": "awaits decision"},
        _TASK | {"task_id": "N57-02", "result_vi": "Báo cáo", "due_on": date(2026, 2, 5), "followed": "overdue",
                 "escalation": "clear", "escalation_vi": "", "escalation_en": ""},
    ],
    "scores": [
        _score("centre", "56", None, "Tỉnh Khánh Hòa", 91.5, [{"id": "tech", "score": 91.5, "weight": 2.0}]),
        _score("owner", "tech", "56", "Sở Khoa học và Công nghệ", 91.5, [{"id": "five_g", "score": 91.5, "weight": 1.0}]),
        _score("dataset", "five_g", "tech", "Phủ sóng 5G", 91.5, []),
        _score("field", "five_g.ty_le", "five_g", "Tỷ lệ phủ sóng", 91.5, []),
    ],
    "incidents": [
        {"incident_id": "SC-1", "feed_id": "dossiers", "clause": "IOC-DU-03", "state": "open", "opened_at": CREATED,
         "opened_delivery": "dossiers-003", "opened_file": "dossiers.csv", "case_no": 1,
         **dict.fromkeys(("review_due_at", "repair_due_at", "complex_due_at", "due_at"), CREATED - timedelta(days=2))},
    ],
    "corrections": [
        {"id": "DC-7", "code": "YT_BHYT", "area": PROVINCE, "period": "2026-09", "action": "replace", "value": 95.1,
         "raw_value": 59.1, "state": "applied", "failed": False, "state_vi": "đang áp dụng", "state_en": "applied",
         "reason_vi": "Đảo chữ số", "reason_en": "Digits swapped", "who": "Nguyễn Văn A", "made_on": date(2026, 10, 1),
         "expires": date(2026, 12, 31), "evidence": "CV 12/BHXH"},
    ],
    "doubts": [
        {"feed_id": "tourism_monthly", "delivery_id": "x", "clause": "IOC-SACH-01", "column_name": "gia_tri",
         "code": "thousands", "doubted": 12, "reason_vi": "1.234 có thể là 1,234", "reason_en": "1.234 may be 1,234",
         "examples_json": json.dumps([{"raw": "1.234"}])},
    ],
    "areas": [{"code": "22366", "name_vi": "Phường Nha Trang", "name_en": "Nha Trang", "level": "commune",
               "parent": PROVINCE}],
}  # fmt: skip
