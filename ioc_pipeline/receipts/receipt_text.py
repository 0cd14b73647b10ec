"""A receipt in words: what a clerk reads to correct the file without asking anyone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ioc_pipeline.messages import Text
from ioc_pipeline.periods import TIMEZONE
from ioc_pipeline.receipts.receipt import Fault, Receipt

_ZONE = ZoneInfo(TIMEZONE)
_OUTCOMES = {
    "stored": Text("đã tiếp nhận", "accepted into the warehouse"),
    "blocked": Text("chưa tiếp nhận: cả tệp bị giữ lại", "not accepted: the whole file is held"),
    "refused": Text("không đọc được: cả tệp bị trả lại", "not readable: the whole file is returned"),
}


def receipt_text(receipt: Receipt, language: str) -> str:
    """The receipt as plain lines in `language`."""
    return "\n".join([*_head(receipt, language), *_body(receipt, language), *_tail(receipt, language)]) + "\n"


def _say(language: str, vi: str, en: str) -> str:
    return en if language == "en" else vi


def _head(r: Receipt, language: str) -> list[str]:
    at = r.received_at.astimezone(_ZONE).strftime("%H:%M %d/%m/%Y")
    lines = [
        _say(language, "PHIẾU TIẾP NHẬN SỐ LIỆU", "DATA RECEIPT"),
        _say(language, f"Nguồn: {r.feed_title.vi} ({r.feed})", f"Feed: {r.feed_title.en} ({r.feed})"),
        _say(language, f"Tệp: {r.file_name} (mã {r.delivery_id})", f"File: {r.file_name} (id {r.delivery_id})"),
        _say(language, f"Nhận lúc: {at}", f"Received at: {at}"),
        _say(language, "Kết quả: ", "Outcome: ") + _OUTCOMES[r.outcome].in_language(language),
        _say(
            language,
            f"Nhận {r.received} dòng: chấp nhận {r.accepted} (mới {r.added}, sửa {r.revised}, như cũ {r.unchanged}), "
            f"cách ly {r.quarantined}",
            f"{r.received} rows received: {r.accepted} accepted ({r.added} new, {r.revised} revised, "
            f"{r.unchanged} unchanged), {r.quarantined} quarantined",
        ),
    ]
    if r.simulated:
        lines.append(_say(language, "SỐ LIỆU MÔ PHỎNG", "SIMULATED DATA"))
    return lines


def _body(r: Receipt, language: str) -> list[str]:
    lines: list[str] = []
    if r.message is not None and r.outcome == "refused":
        lines += ["", r.message.in_language(language)]
    if r.faults:
        lines += ["", *fault_lines(r, language)]
    return lines


def fault_lines(r: Receipt, language: str, most: int | None = None) -> list[str]:
    """What is to be corrected, point by point (the first `most`), under a heading with the file's name.

    Faults of one cell and one rule are one point: a wrong commune code spoils every number of its row.
    """
    points: dict[tuple[str | None, str, str | None], list[Fault]] = {}
    for fault in r.faults:
        points.setdefault((fault.location, fault.rule, fault.value), []).append(fault)
    lines = [_say(language, f"CẦN SỬA trong tệp {r.file_name}:", f"TO BE FIXED in file {r.file_name}:")]
    shown = list(points.values())[:most]
    for number, faults in enumerate(shown, 1):
        lines += _point(number, faults, language)
    left = r.faults_total - sum(len(faults) for faults in shown)
    if left:
        lines.append(_say(language, f"… và {left} điểm khác.", f"… and {left} more."))
    return lines


def _point(number: int, faults: list[Fault], language: str) -> list[str]:
    fault = faults[0]
    subject = fault.subject.in_language(language) if len(faults) == 1 else ""
    column = " · ".join(p for p in (fault.column_title.in_language(language), subject) if p)
    value = f" = “{fault.value}”" if fault.value else ""
    many = _say(language, f" ({len(faults)} số liệu)", f" ({len(faults)} figures)") if len(faults) > 1 else ""
    fix = fault.fix.in_language(language)
    reason = fault.reason.in_language(language).rstrip(". ")
    lines = [
        f"{number}. {fault.location or '–'}{f' · {column}' if column else ''}{value}{many}",
        f"   {reason[:1].upper()}{reason[1:]}. [{fault.clause}: {fault.clause_title.in_language(language)}]",
    ]
    if fix:
        lines.append("   " + _say(language, "Cách sửa: ", "How to fix: ") + fix)
    return lines


def _tail(r: Receipt, language: str) -> list[str]:
    lines: list[str] = []
    listed = {f.rule for f in r.faults}
    warned = [rule for rule in r.rules if rule.success is False and rule.rule not in listed]
    if warned:
        lines += ["", _say(language, "CẢNH BÁO (số liệu vẫn được nhận)", "WARNINGS (the data are accepted)")]
        if r.outcome == "blocked":
            lines[-1] = _say(language, "CẢNH BÁO", "WARNINGS")
        for rule in warned:
            lines.append(f"- [{rule.clause}] {rule.message.in_language(language)}")
            fix = rule.fix.in_language(language)
            if fix:
                lines.append("  " + _say(language, "Cách sửa: ", "How to fix: ") + fix)
    if r.notices:
        lines += ["", _say(language, "LƯU Ý KHI ĐỌC TỆP", "NOTES FROM READING THE FILE")]
        for notice in r.notices:
            where = f"{notice.location}: " if notice.location else ""
            lines.append(f"- {where}{notice.text.in_language(language)}")
    if not r.rules and not r.rules_passed:
        return lines
    undecided = sum(1 for rule in r.rules if rule.success is None)
    lines += [
        "",
        _say(
            language,
            f"Đã kiểm {r.rules_passed + len(r.rules)} quy tắc: đạt {r.rules_passed}, "
            f"không đạt {len(r.rules) - undecided}, chưa đủ căn cứ {undecided}.",
            f"{r.rules_passed + len(r.rules)} rules checked: {r.rules_passed} passed, "
            f"{len(r.rules) - undecided} failed, {undecided} undecided.",
        ),
    ]
    return lines
