"""How values read on every page: situation, status, tile, columns; kinds of data and measures."""

from __future__ import annotations

from ioc_dashboard.model import Words

TEXTS: dict[str, tuple[str, str]] = {
    # verdict
    "verdict_green": ("{n} đạt", "{n} on target"),
    "verdict_amber": ("{n} gần đạt", "{n} near target"),
    "verdict_red": ("{n} chưa đạt", "{n} off target"),
    "verdict_grey": ("{n} chưa đủ dữ liệu", "{n} without enough data"),
    "verdict_untargeted": ("{n} chưa có mục tiêu", "{n} without a target"),
    "verdict_lead": ("Trong {n} chỉ tiêu:", "Of {n} indicators:"),
    "no_indicators": (
        "Bản phát hành này chưa có chỉ tiêu nào. Khai báo thẻ chỉ tiêu rồi phát hành lại.",
        "This release has no indicators. Declare indicator cards and publish again.",
    ),
    "feeds_all_fine": ("Mọi nguồn đã có số liệu của kỳ đến hạn.", "Every source has the data of the period due."),
    "no_feeds": ("Bản phát hành này chưa khai báo nguồn dữ liệu nào.", "This release declares no data source."),
    "feeds_blocked": ("bị chặn", "blocked"),
    "feeds_held": ("giữ lại giá trị cũ", "holding earlier values"),
    "feeds_late": ("quá hạn", "overdue"),
    "feeds_never": ("chưa giao lần nào", "never delivered"),
    "feeds_to_watch": ("Nguồn cần theo dõi:", "Sources to watch:"),
    # status of an indicator
    "status_green": ("Đạt", "On target"),
    "status_amber": ("Gần đạt", "Near target"),
    "status_red": ("Chưa đạt", "Off target"),
    "status_grey": ("Chưa đủ dữ liệu", "Not enough data"),
    "status_untargeted": ("Chưa có mục tiêu", "No target"),
    # tile
    "target": ("Mục tiêu", "Target"),
    "no_target": ("Chưa có mục tiêu cho kỳ này", "No target for this period"),
    "data_to": ("Số liệu đến {day}, {age}", "Data to {day}, {age}"),
    "no_period": ("Chưa có kỳ số liệu", "No period yet"),
    "risen": ("tăng {change} so với {period}", "up {change} on {period}"),
    "fallen": ("giảm {change} so với {period}", "down {change} on {period}"),
    "unchanged": ("không đổi so với {period}", "unchanged on {period}"),
    "nothing_before": ("Chưa có kỳ trước để so sánh", "No earlier period to compare with"),
    "better": ("tốt lên", "better"),
    "worse": ("xấu đi", "worse"),
    "pct_points": ("điểm %", "pp"),
    "simulated": ("Số liệu mô phỏng", "Simulated data"),
    "held": ("Giữ lại", "Held"),
    "corrected": ("Đã đính chính", "Corrected"),
    "raw_value": ("số nguồn gửi: {raw}", "the source said: {raw}"),
    "owner": ("Đơn vị phụ trách", "Owner"),
    "no_owner": ("Chưa giao đơn vị phụ trách", "No owner assigned"),
    "national": ("Cả nước: {value}", "Viet Nam: {value}"),
    "value_missing": ("Chưa có số liệu", "No data"),
    "value_nil": ("Không phát sinh", "Nothing occurred"),
    "value_confidential": ("Bảo mật", "Confidential"),
    "spark": (
        "{name}: {count} kỳ, từ {first} ({first_period}) đến {last} ({last_period}); thấp nhất {low}, cao nhất {high}",
        "{name}: {count} periods, from {first} ({first_period}) to {last} ({last_period}); low {low}, high {high}",
    ),
    "spark_target": ("; mục tiêu {target}", "; target {target}"),
    # columns
    "col_indicator": ("Chỉ tiêu", "Indicator"),
    "col_value": ("Giá trị", "Value"),
    "col_target": ("Mục tiêu", "Target"),
    "col_reason": ("Vì sao", "Why"),
    "col_owner": ("Đơn vị phụ trách", "Owner"),
    "col_trust": ("Độ tin cậy", "Trust"),
    "col_status": ("Trạng thái", "Status"),
    "other_field": ("Lĩnh vực khác", "Other field"),
}

DATA_TYPES = {
    "plan": Words("kế hoạch", "plan"),
    "estimate": Words("ước tính", "estimate"),
    "preliminary": Words("sơ bộ", "preliminary"),
    "actual": Words("thực hiện", "actual"),
    "official": Words("chính thức", "official"),
}

MEASURES = {
    "level": Words("", ""),
    "rate": Words("", ""),
    "index": Words("so với kỳ gốc", "against the base period"),
    "month": Words("trong tháng", "in the month"),
    "period": Words("trong kỳ", "in the period"),
    "ytd": Words("cộng dồn từ đầu năm", "year to date"),
    "ytd_rate": Words("cộng dồn từ đầu năm", "year to date"),
    "mom": Words("so với tháng trước", "month on month"),
    "yoy": Words("so với cùng kỳ năm trước", "year on year"),
    "ytd_yoy": Words("cộng dồn, so với cùng kỳ", "year to date, year on year"),
    "dec": Words("so với tháng 12 năm trước", "against last December"),
    "quarter_yoy": Words("bình quân quý, so với cùng kỳ", "quarter average, year on year"),
    "share": Words("cơ cấu", "share"),
    "ytd_share": Words("cơ cấu cộng dồn", "year-to-date share"),
    "plan_pct": Words("so với kế hoạch năm", "of the year's plan"),
    "growth": Words("tốc độ tăng", "growth"),
}
