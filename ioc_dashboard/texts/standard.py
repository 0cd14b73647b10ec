"""Words of the IOC standard: verdicts, honesty marks, principles."""

from __future__ import annotations

from ioc_dashboard.model import Words

TEXTS: dict[str, tuple[str, str]] = {
    "standard_title": ("Chuẩn IOC trong bản phát hành này", "The IOC standard in this release"),
    "standard_lead": (
        "{all} điều khoản: {passed} không có quy tắc nào vi phạm, {failed} có quy tắc không đạt, "
        "{unknown} chưa xác định, {untested} chưa kiểm.",
        "{all} clauses: {passed} with no rule broken, {failed} with failed rules, "
        "{unknown} undetermined, {untested} not tested.",
    ),
    "standard_note": (
        "Số đếm là kết quả quy tắc trên lần giao gần nhất của mỗi nguồn. "
        "Điều khoản không có quy tắc nào chạy được ghi “chưa kiểm” và không bao giờ tính là đạt.",
        "Counts are rule results on each source's newest delivery. "
        "A clause on which no rule ran is printed “not tested” and is never counted as passed.",
    ),
    "standard_lead_judged": (
        "{all} điều khoản: {passed} đạt, {failed} không đạt, {unknown} chưa đủ cơ sở, {untested} chưa kiểm.",
        "{all} clauses: {passed} pass, {failed} fail, {unknown} undetermined, {untested} not tested.",
    ),
    "standard_note_judged": (
        "Mỗi kết luận ghi số đạt trên số được xét và lớp tiêu chuẩn đã xét. Không có minh chứng thì không tính là đạt: "
        "thiếu số liệu ghi “chưa đủ cơ sở”, chưa có quy tắc ghi “chưa kiểm”.",
        "Every verdict names how many of how many are fine and the layer that judges. No evidence is never a pass: "
        "missing data print “undetermined”, a clause without a rule prints “not tested”.",
    ),
    "not_tested": ("Chưa kiểm", "Not tested"),
    "verdict_passed": ("Đạt", "Pass"),
    "verdict_failed": ("Không đạt", "Fail"),
    "verdict_unknown": ("Chưa đủ cơ sở", "Undetermined"),
    "verdict_untested": ("Chưa kiểm", "Not tested"),
    "judged_by": ("Lớp xét", "Judged by"),
    "verdict_reason": ("Vì sao", "Why"),
    "clause_passed": ("Đạt", "Passed"),
    "clause_failed": ("Có vi phạm", "Broken"),
    "clause_unknown": ("Chưa xác định", "Undetermined"),
    "mark": ("Độ chắc của căn cứ", "Certainty of the basis"),
    "mark_A": ("A · có trong văn bản công khai", "A · attested in a public text"),
    "mark_S": ("S · nguồn thứ cấp", "S · secondary source"),
    "mark_P": ("P · đề xuất của chúng tôi", "P · our proposal"),
    "mark_U": ("U · chưa kiểm chứng", "U · unverified"),
    "basis": ("Căn cứ", "Basis"),
    "standard_none": ("Bản phát hành này không kèm điều khoản nào.", "This release carries no clauses."),
}

PRINCIPLES = {
    "đúng": Words("Đúng", "Correct"),
    "đủ": Words("Đủ", "Complete"),
    "sạch": Words("Sạch", "Clean"),
    "sống": Words("Sống", "Live"),
    "thống nhất": Words("Thống nhất", "Consistent"),
    "dùng chung": Words("Dùng chung", "Shared"),
    "quản trị": Words("Quản trị", "Governance"),
}
