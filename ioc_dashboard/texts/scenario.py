"""Words of the page on the year's end: forecasts and what if."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_scenario": ("Kịch bản", "Scenarios"),
    "scn_title": ("Cuối năm {year} về đâu", "Where the year {year} will end"),
    "scn_title_none": ("Cuối năm về đâu", "Where the year will end"),
    "scn_none": (
        "Bản phát hành này chưa có dự báo: cần ít nhất một chuỗi số liệu theo tháng hoặc quý. "
        "Xem trang Dữ liệu để biết nguồn nào chưa giao; sau khi nhận, chạy ioc run.",
        "This release has no forecasts: at least one monthly or quarterly series is needed. The Data page tells which "
        "sources are missing; when they arrive, run ioc run.",
    ),
    "scn_views": ("Cách xem", "Views"),
    "scn_view_forecast": ("Dự báo cuối năm", "Year-end forecasts"),
    "scn_view_what_if": ("Nếu thì (giả định)", "What if (assumptions)"),
    "scn_lead": (
        "{n} chỉ tiêu có mục tiêu năm và đủ căn cứ dự báo: {red} dự báo chưa đạt, {amber} gần đạt, {green} đạt. "
        "{missing} chỉ tiêu có mục tiêu nhưng chưa dự báo được.",
        "{n} indicators have a target of the year and enough history: {red} are forecast off target, {amber} near, "
        "{green} on target. {missing} with a target cannot be forecast yet.",
    ),
    "scn_simulated": (
        "{count} trong {all} chuỗi dùng số liệu mô phỏng. Không dùng để ra quyết định.",
        "{count} of {all} series are simulated data. Not for decisions.",
    ),
    "scn_is_forecast": (
        "Dự báo không phải số liệu: mỗi dòng ghi khoảng tin cậy, cách dự báo và sai số khi thử lại trên quá khứ.",
        "A forecast is not a figure: every row has its interval, its method and its error when tried on the past.",
    ),
    "scn_off": ("Dự báo chưa đạt hoặc gần đạt", "Forecast off or near target"),
    "scn_on": ("{n} chỉ tiêu dự báo đạt", "{n} indicators forecast on target"),
    "scn_off_none": (
        "Không chỉ tiêu nào dự báo chưa đạt hoặc gần đạt.",
        "No indicator is forecast off or near its target.",
    ),
    "scn_untargeted": ("{n} chỉ tiêu có dự báo nhưng không có mục tiêu năm", "{n} forecasts without a year's target"),
    "scn_without": ("Có mục tiêu nhưng chưa dự báo được", "With a target, but no forecast yet"),
    "scn_without_lead": (
        "Thiếu căn cứ thì không dự báo. Phần còn lại của năm cần bao nhiêu thì vẫn tính được.",
        "Without evidence there is no forecast. What the rest of the year must bring is computed all the same.",
    ),
    "scn_without_both": ("{n} chỉ tiêu không có mục tiêu và chưa dự báo được", "{n} with neither target nor forecast"),
    "scn_col_status": ("Dự báo", "Forecast"),
    "scn_col_indicator": ("Chỉ tiêu", "Indicator"),
    "scn_col_landing": ("Cuối năm", "Year's end"),
    "scn_col_target": ("Mục tiêu năm", "Year's target"),
    "scn_col_pace": ("Nhịp cần / đang có", "Pace needed / present"),
    "scn_col_must": ("Điều phải xảy ra", "What must be true"),
    "scn_col_test": ("Sai số thử lại", "Back-test error"),
    "scn_col_reason": ("Vì sao chưa dự báo", "Why there is no forecast"),
    "scn_interval": ("{level}: {low} – {high}", "{level}: {low} – {high}"),
    "scn_per_month": ("mỗi tháng", "a month"),
    "scn_per_quarter": ("mỗi quý", "a quarter"),
    "scn_pace_now": ("đang {now}", "now {now}"),
    "scn_tests": ("{n} lần thử · {method}", "{n} tests · {method}"),
    # what if
    "scn_assumed": ("Giả định", "Assumption"),
    "scn_what_if_banner": (
        "Đây là tính toán theo giả định, không phải số liệu và không phải dự báo. Không ghi vào báo cáo như kết quả.",
        "This is arithmetic on assumptions: neither data nor a forecast. Not to be reported as a result.",
    ),
    "scn_no_scenario": (
        "Bản phát hành này chưa kèm kịch bản. Khai báo dưới data_contracts/scenarios rồi chạy ioc run.",
        "This release carries no scenario. Declare one under data_contracts/scenarios and run ioc run.",
    ),
    "scn_inputs_help": (
        "Mặc định lấy từ số liệu. Địa chỉ trang giữ nguyên các giả định: gửi đường dẫn là gửi cả kịch bản.",
        "Defaults come from the data. The address keeps the assumptions: sending the link sends the scenario.",
    ),
    "scn_default": ("Theo số liệu: {value}", "From the data: {value}"),
    "scn_default_none": ("Chưa có số liệu để lấy mặc định", "No data for a default"),
    "scn_range": ("Khoảng: {low} – {high}", "Range: {low} – {high}"),
    "scn_use_needed": ("Đặt bằng nhịp cần để đạt mục tiêu: {value}", "Use the pace the target needs: {value}"),
    "scn_reset": ("Đặt lại tất cả theo số liệu", "Reset all to the data"),
    "scn_changed": ("đã đổi", "changed"),
    "scn_bad_number": (
        "Bỏ qua {name} = “{value}” trong địa chỉ: không phải số. Viết ví dụ {name}=12,5.",
        "{name} = “{value}” in the address is ignored: not a number. Write for example {name}=12.5.",
    ),
    "scn_bad_range": (
        "Bỏ qua {name} = {value} trong địa chỉ: ngoài khoảng {low} – {high}.",
        "{name} = {value} in the address is ignored: outside {low} – {high}.",
    ),
    "scn_results": ("Nếu vậy thì cuối năm", "The year's end, then"),
    "scn_nothing_changed": ("Chưa đổi giả định nào.", "No assumption is changed."),
    "scn_before_after": (
        "“Không đổi gì” là dự báo đã công bố (chưa có thì theo nhịp từ đầu năm); “Nếu vậy” cộng phần giả định cho các "
        "kỳ còn lại, nên có thể chênh ngay cả khi giữ mặc định.",
        "“Unchanged” is the published forecast (or the pace of the year so far); “what if” adds the assumed rest of "
        "the year, so the two may differ even with the defaults.",
    ),
    "scn_col_before": ("Không đổi gì", "Unchanged"),
    "scn_col_after": ("Nếu vậy", "What if"),
    "scn_col_change": ("Chênh", "Change"),
    "scn_col_turn": ("Trạng thái", "Status"),
    "scn_col_how": ("Cách tính", "How"),
    "scn_by_forecast": ("dự báo", "forecast"),
    "scn_by_pace": ("theo nhịp từ đầu năm", "at the year's pace"),
    "scn_same": ("không đổi", "no change"),
    "scn_unknown": ("Chưa đủ số liệu để tính", "Not enough data to compute it"),
    "scn_unconfirmed": (
        "Dấu U: hệ số chưa được ai xác nhận, chỉ để tham khảo.",
        "Mark U: a coefficient nobody has confirmed; for orientation only.",
    ),
    "scn_of_so_far": ("đã có", "so far"),
    "scn_of_pace": ("nhịp hiện nay", "present pace"),
    "scn_of_remaining": ("kỳ còn lại", "periods left"),
    "scn_of_elapsed": ("kỳ đã qua", "periods past"),
    "scn_of_base": ("nếu không đổi", "unchanged"),
    "scn_of_target": ("mục tiêu", "target"),
    "scn_of_landing": ("nếu vậy", "what if"),
    "scn_of_assumption": ("giả định", "assumed"),
}
