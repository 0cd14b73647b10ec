"""Alerts of the operations store as an export: each with the figure it rests on, and where that came from; an alert of
several indicators has a row for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import duckdb

from ioc_pipeline.export.rows import Column, Exported, Table, both, exported
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.alerts import CLOSED, STATES, Alert

_KEPT = {
    "id": "VARCHAR", "severity": "VARCHAR", "subject_vi": "VARCHAR", "title_vi": "VARCHAR", "owner_vi": "VARCHAR",
    "assignee": "VARCHAR", "state": "VARCHAR", "opened_at": "VARCHAR", "acknowledge_by": "DATE", "due_on": "DATE",
    "overdue": "VARCHAR", "level": "INTEGER", "recovered": "VARCHAR", "closed_at": "VARCHAR",
    "closing_evidence": "VARCHAR", "code": "VARCHAR", "area": "VARCHAR", "period": "VARCHAR", "value": "DOUBLE",
    "unit": "VARCHAR", "target": "DOUBLE", "trust": "VARCHAR", "simulated": "BOOLEAN", "feed_id": "VARCHAR",
    "file_name": "VARCHAR", "release_id": "VARCHAR",
}  # fmt: skip
_HEADINGS = {
    "id": ("Mã cảnh báo", "Alert"), "severity": ("Mức nghiêm trọng", "Severity"),
    "subject_vi": ("Đối tượng", "Subject (Vietnamese)"), "title_vi": ("Việc gì", "What (Vietnamese)"),
    "owner_vi": ("Đơn vị chịu trách nhiệm", "Owner (Vietnamese)"), "assignee": ("Người xử lý", "Assignee"),
    "state": ("Tình trạng", "State"), "opened_at": ("Mở lúc", "Opened"),
    "acknowledge_by": ("Tiếp nhận trước", "Acknowledge by"), "due_on": ("Hạn đóng", "Close by"),
    "overdue": ("Quá hạn", "Overdue"), "level": ("Số lần chuyển lên", "Times sent up"),
    "recovered": ("Đã phục hồi", "Recovered"), "closed_at": ("Đóng lúc", "Closed"),
    "closing_evidence": ("Minh chứng đóng", "Closing evidence"), "code": ("Mã chỉ tiêu", "Indicator"),
    "area": ("Mã địa bàn", "Area code"), "period": ("Kỳ", "Period"), "period_end": ("Ngày số liệu", "Data date"),
    "value": ("Giá trị", "Value"), "unit": ("Đơn vị tính", "Unit"), "target": ("Mục tiêu", "Target"),
    "target_mark": ("Mức chứng thực của mục tiêu", "Honesty mark of the target"),
    "trust": ("Độ tin cậy", "Trust"), "simulated": ("Mô phỏng", "Simulated"), "feed_id": ("Nguồn (mã)", "Source feed"),
    "file_name": ("Tệp", "File"), "location": ("Vị trí trong tệp", "Location in the file"),
    "release_id": ("Bản phát hành làm căn cứ", "Release it rests on"),
}  # fmt: skip
_YES, _NO = both(Text("có", "yes")), both(Text("không", "no"))


def _column(name: str) -> Column:
    vi, en = _HEADINGS[name]
    if name == "simulated":
        return Column(name, vi, en, lambda row: _YES if row["simulated"] else _NO)
    return Column(name, vi, en)


ALERTS = Table(
    Text("Cảnh báo điều hành", "Alerts"),
    "SELECT v.*, i.target_mark, p.period_end, p.location FROM exported_alerts v "
    "LEFT JOIN indicators i ON i.code = v.code LEFT JOIN (SELECT code, area, period, period_end, location "
    "FROM indicator_values QUALIFY row_number() OVER (PARTITION BY code, area, period "
    "ORDER BY is_latest DESC, known_at DESC NULLS LAST, measure, data_type) = 1) p "
    "ON p.code = v.code AND p.area = v.area AND p.period = v.period",
    tuple(_column(name) for name in _HEADINGS),
    {"code": "v.code = $code", "area": "v.area = $area", "period": "v.period = $period"},
    "v.id, v.code, v.area",
)
"""Read from a temporary table that `exported_alerts` fills: the store is another database than the release."""


def exported_alerts(
    connection: duckdb.DuckDBPyConnection, alerts: Iterable[Alert], today: date, asked: Mapping[str, str]
) -> Exported:
    """All alerts, closed ones too, with those of their figures that answer `asked`. `connection`: an open release, for
    data dates and places in files; `today` decides what is overdue."""
    columns = ", ".join(f"{name} {kind}" for name, kind in _KEPT.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE exported_alerts ({columns})")
    rows = [tuple(row[name] for name in _KEPT) for alert in alerts for row in _rows(alert, today)]
    if rows:
        connection.executemany(f"INSERT INTO exported_alerts VALUES ({', '.join('?' * len(_KEPT))})", rows)
    return exported(connection, "alerts", asked, {"alerts": ALERTS})


def _rows(alert: Alert, today: date) -> list[dict[str, Any]]:
    """A row per figure of the alert; one without a figure when it rests on none."""
    said = alert.evidence
    pairs = [said, *said.get("indicators", ())]
    figures = [pair["now"] for pair in pairs if isinstance(pair.get("now"), dict)]
    return [_row(alert, figure, today) for figure in figures or [{}]]


def _row(alert: Alert, said: Mapping[str, Any], today: date) -> dict[str, Any]:
    """An alert with a figure it rests on; one whose indicator was closed on its own is closed there."""
    of, _, name = alert.cause.partition(":")
    settled = alert.settled.get(said.get("code", ""))
    state = STATES[CLOSED if settled else alert.state]
    return {
        "id": alert.id, "severity": alert.severity, "subject_vi": alert.subject.vi, "title_vi": alert.title.vi,
        "owner_vi": alert.owner.get("vi"), "assignee": alert.assignee, "state": both(state),
        "opened_at": alert.opened_at, "acknowledge_by": alert.acknowledge_by, "due_on": alert.due_on,
        "overdue": _YES if alert.overdue(today) and not settled else _NO, "level": alert.level,
        "recovered": _YES if alert.recovered else _NO, "closed_at": alert.closed_at,
        "closing_evidence": settled or alert.closing_evidence, "code": said.get("code"), "area": said.get("area"),
        "period": said.get("period"), "value": said.get("value"), "unit": said.get("unit"),
        "target": said.get("target"), "trust": said.get("trust"), "simulated": said.get("simulated", alert.simulated),
        "feed_id": said.get("feed") or (name if of == "feed" else None), "file_name": said.get("file"),
        "release_id": alert.evidence.get("release"),
    }  # fmt: skip
