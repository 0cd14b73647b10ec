# ruff: noqa: E501  (tables of data read better on one line)
"""Tasks, units and fields of the fixture release."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

_FOLLOWED = {
    "in_time": ("hoàn thành đúng hạn", "done in time"),
    "unproven": ("báo hoàn thành, chưa có minh chứng kết quả", "reported done, no proof of the result"),
    "overdue": ("quá hạn, chưa hoàn thành", "overdue"),
    "not_due": ("chưa đến hạn", "not due yet"),
    "undetermined": ("chưa đủ cơ sở", "undetermined"),
}
_ESCALATION = {
    "clear": ("không vướng mắc", "not stuck"),
    "stuck": ("vướng mắc, còn trong hạn một tuần", "stuck, within the week"),
    "must_escalate": ("quá một tuần, phải đưa lên lãnh đạo", "stuck over a week, must go up"),
    "awaiting_decision": ("đã đưa lên, chờ lãnh đạo quyết định", "gone up, awaiting the leaders"),
}
_GROUPS = {"nq57": ("Nhiệm vụ Nghị quyết 57-NQ/TW", "Tasks of Resolution 57-NQ/TW"),
           "ubnd": ("Nhiệm vụ UBND tỉnh giao", "Assigned by the People's Committee")}  # fmt: skip


def _task(
    number: int, group: str, unit: str | None, due: date | None, followed: str, today: date, **more: Any
) -> dict[str, Any]:
    escalation = more.pop("escalation", "clear")
    missing = more.pop("missing", ("", ""))
    return {
        "feed_id": "tasks", "task_id": f"NV-{number:04d}", "title": more.pop("title", None), "group_id": group,
        "group_vi": _GROUPS[group][0], "group_en": _GROUPS[group][1], "document": f"{number}/KH-UBND",
        "unit": unit, "unit_vi": unit, "unit_en": unit, "result_vi": "Báo cáo", "result_en": "Report",
        "due_on": due, "state": "done" if followed in ("in_time", "unproven") else "open", "done_on": more.pop("done_on", None),
        "valid": not missing[0], "missing": "due" if missing[0] else None, "missing_vi": missing[0] or None, "missing_en": missing[1] or None,
        "followed": followed, "followed_vi": _FOLLOWED[followed][0], "followed_en": _FOLLOWED[followed][1],
        "escalation": escalation, "escalation_vi": _ESCALATION[escalation][0], "escalation_en": _ESCALATION[escalation][1],
        "rule_vi": "7 ngày (theo lịch)", "rule_en": "7 calendar days", "as_of": today, "simulated": False, **more,
    }  # fmt: skip


def rows(created: datetime) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, with days counted from the day of the release."""
    today = created.date()

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    tasks = [
        _task(1, "nq57", "H32.06", ago(-9), "not_due", today, title="Nền tảng dữ liệu dùng chung <tỉnh>",
              escalation="must_escalate", stuck_since=ago(20), goes_up_by=ago(13)),
        _task(2, "nq57", "H32.07", ago(-5), "not_due", today, escalation="awaiting_decision", stuck_since=ago(30),
              goes_up_by=ago(23), escalated_on=ago(24)),
        _task(3, "ubnd", "H32.06", ago(12), "overdue", today),
        _task(4, "ubnd", None, None, "undetermined", today, missing=("thời gian, trách nhiệm", "time, responsibility")),
        _task(5, "ubnd", "H32.07", ago(40), "unproven", today, done_on=ago(41)),
        _task(6, "ubnd", "H32.08", ago(-2), "not_due", today, escalation="stuck", stuck_since=ago(3), goes_up_by=ago(-4)),
        *(_task(100 + n, "ubnd", "H32.08", ago(60 + n), "in_time", today, done_on=ago(61 + n)) for n in range(60)),
    ]  # fmt: skip
    letters = [{"on": date(today.year, 1, 1 + n).isoformat(), "what": [f"NV-{n:04d}"]} for n in range(6)]
    units = [
        _unit("H32.08", 1, 100.0, {"due": 60, "in_time": 60}, [], "none", today),
        _unit("H32.06", 2, 75.0, {"due": 40, "in_time": 30, "late": 9, "overdue": 1}, letters, "discipline", today),
        _unit("H32.07", None, None, {"due": 1, "unproven": 1}, letters[:2], "none", today),
    ]
    fields = [
        _field("thu_tuc", "Thủ tục hành chính", "Administrative procedures", "covered", ("có chỉ tiêu hoặc nhiệm vụ", "has an indicator or a task"), today),
        _field("thien_tai", "Phòng chống thiên tai", "Disaster prevention", "warning", ("bỏ trống từ ba năm: cảnh báo", "vacant for three years: warning"), today,
               live=0, vacant_since=date(today.year - 4, 5, 1), vacant_years=3.5),
    ]  # fmt: skip
    return {"task_followup": tasks, "unit_ranking": units, "field_coverage": fields}


def _unit(unit: str, rank: int | None, score: float | None, counts: dict[str, int], letters: list[dict[str, Any]],
          consequence: str, today: date) -> dict[str, Any]:  # fmt: skip
    inputs = {**counts, "minimum_due": 5, "reminder_review": 3, "reminder_discipline": 6}
    full = {name: counts.get(name, 0) for name in ("due", "in_time", "late", "unproven", "overdue", "incomplete")}
    return {
        "unit": unit, "unit_vi": unit, "unit_en": unit, "class": "so", "class_vi": "Sở, ban, ngành", "class_en": "Departments",
        "year": today.year, "rank": rank, "of_units": 2, "score": score,
        "reason_vi": "đủ căn cứ" if rank else "mới 1 nhiệm vụ đến hạn, cần ít nhất 5 để xếp hạng",
        "reason_en": "enough" if rank else "only 1 tasks due, 5 are needed for a rank", **full,
        "formula_vi": "điểm = 100 × đúng hạn ÷ đến hạn", "formula_en": "score = 100 × in time ÷ due", "inputs_json": json.dumps(inputs),
        "reminders": len(letters), "reminders_json": json.dumps(letters), "consequence": consequence,
        "consequence_vi": consequence, "consequence_en": consequence, "publishable": rank is not None, "as_of": today, "simulated": False,
    }  # fmt: skip


def _field(
    field_id: str, vi: str, en: str, state: str, words: tuple[str, str], today: date, **more: Any
) -> dict[str, Any]:
    return {"field_id": field_id, "field_vi": vi, "field_en": en, "state": state, "state_vi": words[0], "state_en": words[1],
            "cards": 4, "live": 4, "tasks": 0, "as_of": today} | more  # fmt: skip
