"""Words of the trust badge, its panel and the lineage of a value."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # trust
    "trust_verified": ("Đã kiểm", "Verified"),
    "trust_warning": ("Có cảnh báo", "Warning"),
    "trust_held": ("Giữ lại", "Held"),
    "trust_unverified": ("Chưa kiểm", "Not tested"),
    "trust_verified_why": (
        "Mọi quy tắc áp dụng cho lần giao này đều đạt.",
        "All rules applied to this delivery passed.",
    ),
    "trust_warning_why": (
        "Giá trị được hiển thị, nhưng có quy tắc không đạt hoặc chưa xác định.",
        "The value is shown, but some rules failed or could not be decided.",
    ),
    "trust_held_why": (
        "Lần giao mới bị chặn hoặc quá hạn: đây là giá trị tốt gần nhất, kèm tuổi của nó.",
        "A newer delivery was blocked or is overdue: this is the last good value, with its age.",
    ),
    "trust_unverified_why": (
        "Chưa có quy tắc nào chạy trên dữ liệu của giá trị này.",
        "No rule has run on the data of this value.",
    ),
    "trust_open": ("Độ tin cậy và nguồn gốc", "Trust and lineage"),
    # lineage
    "lineage": ("Nguồn gốc của giá trị", "Where the value comes from"),
    "definition": ("Định nghĩa", "Definition"),
    "formula": ("Công thức", "Formula"),
    "feed": ("Nguồn dữ liệu", "Data source"),
    "file": ("Tệp", "File"),
    "location": ("Vị trí trong tệp", "Location in the file"),
    "known_at": ("Nhận lúc", "Received at"),
    "published_at": ("Đơn vị công bố ngày", "Published by the producer on"),
    "reason": ("Đánh giá", "Assessment"),
    "rules_behind": ("Quy tắc đã chạy trên lần giao này", "Rules run on this delivery"),
    "rules_none": (
        "Không có kết quả kiểm nào cho lần giao của giá trị này.",
        "There are no check results for the delivery of this value.",
    ),
    "passed_rules": ("{n} quy tắc đạt", "{n} rules passed"),
}
