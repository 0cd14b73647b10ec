"""An operations store beside the fixture release: alerts in every state, a note, a decision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ioc_pipeline.operations import steps
from ioc_pipeline.operations.events import ALERT, NewEvent
from ioc_pipeline.operations.store import OperationsStore
from ioc_pipeline.settings import Places

OFFICER = "Nguyễn Văn Hòa"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def fill(home: Path, now: datetime | None = None) -> None:
    """CB-0001 went up and is overdue; CB-0002 is new, nobody has seen it; CB-0003 (a late feed, two indicators)
    recovered; CB-0004 closed with evidence; CB-0005 opened today and due later."""
    now = now or datetime.now(UTC)
    store = OperationsStore(Places(home))

    def at(days: float) -> Any:
        return store.writing(now - timedelta(days=days))

    today = now.astimezone(ZONE).date()
    with at(30) as ledger:
        _open(ledger, "CB-0001", "indicator:DTC_TL:56", "Giải ngân đầu tư công", "Public investment", today, -20, -16)
        _open(ledger, "CB-0004", "indicator:KT_IIP:56", "Sản xuất công nghiệp", "Industry", today, -28, -20)
    with at(29) as ledger:
        steps.acknowledge(ledger, "CB-0004", OFFICER)
        steps.acknowledge(ledger, "CB-0001", OFFICER, "Đã báo Sở Tài chính")
    with at(28) as ledger:
        steps.close(ledger, "CB-0004", OFFICER, "BC 12/BC-SCT <gốc>")
        steps.assign(ledger, "CB-0001", OFFICER, "Trần Thị Lan")
        to = {"id": "chu_tich", "vi": "Chủ tịch UBND tỉnh", "en": "Chairman"}
        body = {"level": 2, "to": to, "why": f"> {today.isoformat()} + 3"}
        ledger.append(NewEvent(ALERT, "CB-0001", "escalated", "ioc", body))
        steps.add_note(ledger, "DTC_TL", "Sở Tài chính", "Ba dự án vướng mặt bằng", date(2026, 10, 5), "CV 5/STC")
    with at(6) as ledger:
        _open(ledger, "CB-0002", "indicator:HC_DUNGHAN:56", "Hồ sơ đúng hạn", "On-time dossiers", today, -4, 3)
        _open(
            ledger, "CB-0003", "feed:lris_indicators", "Bộ chỉ tiêu <LRIS>", "LRIS", today, 1, 9, "warning",
            ("KT_GRDP_TT", "KT_IIP"), {"health": "late", "reason_vi": "quá hạn 3 ngày", "reason_en": "3 days late"},
        )  # fmt: skip
        ledger.append(NewEvent(ALERT, "CB-0003", "recovered", "ioc", {"release": "r", "state": "ok"}))
    with at(0) as ledger:
        _open(ledger, "CB-0005", "indicator:KT_CPI:56", "Giá tiêu dùng", "Consumer prices", today, 2, 10, "warning")
    store.close()


def open_group(ledger: Any, alert_id: str, codes: tuple[str, ...], today: date) -> None:
    """Several indicators of one owner, red when first judged."""
    pairs = [{"now": _reading(code), "before": None} for code in codes]
    evidence = {"from": "none", "to": "red", "indicators": pairs}
    _open(ledger, alert_id, "first:t:so_tc", "Hai chỉ tiêu", "Two indicators", today, 2, 9, members=codes,
          evidence=evidence)  # fmt: skip


def _reading(code: str) -> dict[str, Any]:
    return {
        "code": code, "area": "56", "status": "red", "period": "2026-10", "value": 52.3, "target": 70.0, "unit": "%",
        "trust": "verified", "file": "giai_ngan.json", "simulated": False, "reason_vi": "Thấp hơn chỉ tiêu 17,7 điểm %",
        "reason_en": "Below target by 17.7 points", "grey_cause": None,
    }  # fmt: skip


def _open(
    ledger: Any, alert_id: str, cause: str, vi: str, en: str, today: date, acknowledge: int, due: int,
    severity: str = "critical", members: tuple[str, ...] = (), evidence: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    of, _, rest = cause.partition(":")
    code = rest.partition(":")[0]
    reading = _reading(code)
    said = (
        evidence if evidence is not None else {"now": reading, "before": reading | {"status": "amber", "value": 60.1}}
    )
    states = ("amber", "red") if of == "indicator" else ("ok", "late")
    ledger.append(NewEvent(ALERT, alert_id, "opened", "ioc", {
        "cause": cause, "trigger": "t", "severity": severity, "title": {"vi": "chuyển sang đỏ", "en": "turned red"},
        "subject": {"vi": vi, "en": en}, "owner": {"id": f"so_{code}", "vi": "Sở Tài chính", "en": "Finance"},
        "acknowledge_by": (today + timedelta(days=acknowledge)).isoformat(),
        "due_on": (today + timedelta(days=due)).isoformat(), "days": "working",
        "guidance": {"vi": "Họp với chủ đầu tư", "en": "Meet the owners of projects"},
        "members": list(members or (code,)), "simulated": alert_id == "CB-0005",
        "evidence": {"release": "r-1", "previous_release": "r-0", "from": states[0], "to": states[1], **said},
    }))  # fmt: skip
