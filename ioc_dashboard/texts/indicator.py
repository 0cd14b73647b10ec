"""Words of the page of indicators."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_indicator": ("Chỉ tiêu", "Indicators"),
    # list
    "ind_title": ("Tất cả chỉ tiêu", "All indicators"),
    "ind_lead": (
        "{n} chỉ tiêu trong {fields} lĩnh vực; {silent} chỉ tiêu chưa có nguồn số liệu vẫn được nêu tên và lý do.",
        "{n} indicators in {fields} fields; {silent} that nobody sends yet are named with the reason.",
    ),
    "ind_search": ("Tìm chỉ tiêu theo tên, mã hoặc đơn vị phụ trách", "Search by name, code or owner"),
    "ind_search_hint": ("Ví dụ: giai ngan, HC_DUNGHAN, so tai chinh", "For example: disbursement, HC_DUNGHAN, finance"),
    "ind_found": ("Tìm “{q}”: {n}/{all} chỉ tiêu.", "“{q}”: {n} of {all} indicators."),
    "ind_found_none": (
        "Không có chỉ tiêu nào khớp với “{q}”. Thử ít từ hơn, hoặc tìm theo mã; dấu tiếng Việt không bắt buộc.",
        "No indicator matches “{q}”. Try fewer words or the code; Vietnamese accents are optional.",
    ),
    "ind_status_none": (
        "Không có chỉ tiêu nào ở trạng thái này. Chọn “Tất cả” để xem lại toàn bộ.",
        "No indicator has this status. Choose “All” to see every one.",
    ),
    "ind_none": (
        "Bản phát hành này chưa có chỉ tiêu nào. Khai báo thẻ chỉ tiêu trong data_contracts/indicators rồi chạy ioc run.",
        "This release has no indicators. Declare cards in data_contracts/indicators, then run ioc run.",
    ),
    "ind_all": ("Tất cả", "All"),
    "ind_filter": ("Lọc theo trạng thái", "Filter by status"),
    "ind_without_source": ("Chưa có nguồn", "No source"),
    "ind_no_source_pill": ("Chưa có nguồn", "No source"),
    "ind_sim": ("Mô phỏng", "Simulated"),
    "ind_unknown": (
        "Không có chỉ tiêu “{code}” trong bản phát hành này.",
        "There is no indicator “{code}” in this release.",
    ),
    "ind_back": ("Tất cả chỉ tiêu", "All indicators"),
    "ind_back_province": ("Số của toàn tỉnh", "The province's figure"),
    # head
    "ind_confidence": ("Độ chắc chắn", "Confidence"),
    "ind_confidence_cao": ("Cao", "High"),
    "ind_confidence_trung_binh": ("Trung bình", "Medium"),
    "ind_confidence_thap": ("Thấp", "Low"),
    "ind_confidence_khong_ro": ("Chưa rõ", "Not known"),
    "ind_labels": ("Lưu ý", "Labels"),
    "ind_simulated": (
        "Số liệu mô phỏng. Không dùng để ra quyết định.",
        "Simulated data. Not for decisions.",
    ),
    "ind_no_source": ("Chưa có nguồn số liệu: {why}.", "No source of data: {why}."),
    "ind_failed": ("Công thức chưa tính được: {why}", "The formula does not compute: {why}"),
    "ind_no_value": (
        "Chưa có số liệu nào được công bố cho chỉ tiêu này; không tính là 0, không tính là đạt.",
        "Nothing has been stated for this indicator yet; it counts neither as 0 nor as on target.",
    ),
    "ind_no_value_area": ("Chưa có số liệu cho địa bàn này.", "There is no data for this area."),
    # chart
    "ind_chart": ("Diễn biến, lộ trình mục tiêu và dự báo", "Values, target path and forecast"),
    "ind_chart_none": ("Chưa có giá trị nào để vẽ.", "There is no value to draw."),
    "ind_alt_forecast": (
        "; dự báo cuối năm {year}: {landing} (từ {low} đến {high})",
        "; forecast at the end of {year}: {landing} ({low} to {high})",
    ),
    "ind_values": ("Giá trị", "Value"),
    "ind_path": ("Lộ trình mục tiêu", "Target path"),
    "ind_forecast_band": ("Dự báo, khoảng tin cậy {level}%", "Forecast, {level}% interval"),
    "ind_numbers": ("Bảng số của biểu đồ", "The numbers of the chart"),
    "ind_period": ("Kỳ", "Period"),
    "ind_kind": ("Loại số", "Kind"),
    "ind_forecast_word": ("dự báo", "forecast"),
    # forecast
    "ind_forecast": ("Cuối năm sẽ ra sao", "Where the year will end"),
    "ind_forecast_none": (
        "Chỉ tiêu này không có dự báo: cần một chuỗi số theo tháng hoặc theo quý.",
        "No forecast for this indicator: it needs a monthly or quarterly series.",
    ),
    "ind_forecast_own": (
        "Dự báo chỉ lập cho số của toàn tỉnh và cả nước.",
        "Forecasts are made for the province and the country only.",
    ),
    "ind_landing": ("Dự báo cuối năm {year}", "Forecast for the end of {year}"),
    "ind_interval": ("Khoảng {level}%: {band}", "{level}% interval: {band}"),
    "ind_year_target": ("Mục tiêu năm", "Target of the year"),
    "ind_pace": ("Nhịp độ mỗi kỳ", "Pace per period"),
    "ind_pace_text": (
        "cần {needed} trong {left} kỳ còn lại; {past} kỳ qua: {now}",
        "{needed} needed in the {left} remaining; past {past}: {now}",
    ),
    "ind_method": ("Phương pháp", "Method"),
    "ind_backtest": ("Thử lại trên quá khứ", "Back-test"),
    "ind_backtest_text": ("sai số bình quân {error} qua {n} lần thử", "mean error {error} over {n} tests"),
    "ind_must": ("Điều phải xảy ra:", "What must be true:"),
    "ind_fc_note": (
        "Dự báo là phép tính từ số đã công bố, không làm thay đổi trạng thái của chỉ tiêu.",
        "A forecast is arithmetic on stated figures; it never changes the indicator's status.",
    ),
    # why
    "ind_why_red": ("Vì sao chưa đạt", "Why it misses its target"),
    "ind_why": ("Vì sao có con số này", "Why the number is what it is"),
    "ind_why_none": (
        "Chưa so sánh được: không có mục tiêu và không có kỳ trước.",
        "Nothing to compare with: neither a target nor an earlier period.",
    ),
    "ind_why_own": (
        "Phân rã chỉ lập cho số của toàn tỉnh.",
        "Only the province's figures are split into parts.",
    ),
    "ind_against_target": ("So với mục tiêu", "Against the target"),
    "ind_against_previous": ("So với kỳ trước", "Against the period before"),
    "ind_against_last_year": ("So với cùng kỳ năm trước", "Against last year"),
    "ind_not_split": ("Không phân rã được: {why}.", "Cannot be decomposed: {why}."),
    "ind_partly_split": ("Có chiều không phân rã được: {why}.", "Some dimensions cannot be split: {why}."),
    "ind_value_now": ("Giá trị hiện tại", "Value now"),
    "ind_sum": ("Cộng các phần", "Sum of the parts"),
    "ind_bar": ("Mức đóng góp", "Contribution"),
    "ind_sum_note": (
        "Các phần in ra cộng đúng bằng chênh lệch. Trục không bắt đầu từ 0. Mỗi chiều là một cách chia của cùng một "
        "chênh lệch: không cộng phần của hai chiều.",
        "The printed parts add up to the difference. The axis does not start at 0. Each dimension cuts the same "
        "difference in another way: never add parts of two of them.",
    ),
    "ind_drivers": ("Chỉ tiêu liên quan", "Related indicators"),
    "ind_than": ("so với {period}", "on {period}"),
    # said then / known now
    "ind_vintages": ("Đã công bố khi đó, biết đến bây giờ", "Said then, known now"),
    "ind_vintages_none": (
        "Bản phát hành này không lưu lịch sử công bố của chỉ tiêu.",
        "This release keeps no history of what was said of this indicator.",
    ),
    "ind_vintages_own": (
        "Lịch sử công bố trong bản phát hành chỉ có cho số của toàn tỉnh; đủ mọi địa bàn: ioc indicator.",
        "The release keeps the history of the province's figures only; for every area: ioc indicator.",
    ),
    "ind_vintages_lead": (
        "Trong {n} kỳ mới nhất, {revised} kỳ có số đã được sửa sau lần công bố đầu.",
        "Of the {n} newest periods, {revised} were revised after they were first stated.",
    ),
    "ind_vintages_calm": (
        "{n} kỳ mới nhất chưa kỳ nào bị sửa số.",
        "None of the {n} newest periods has been revised.",
    ),
    "ind_said_on": ("Công bố ngày", "Stated on"),
    "ind_since_before": ("Sửa so với lần trước", "Revision"),
    "ind_state": ("Hiệu lực", "Standing"),
    "ind_known_now": ("Đang dùng", "Known now"),
    "ind_said_then": ("Nói khi đó", "Said then"),
    # areas
    "ind_areas": ("Theo địa bàn", "By area"),
    "ind_areas_lead": (
        "{n}/{all} địa bàn có số; kỳ mới nhất: {period}.",
        "{n} of {all} areas have a value; newest period: {period}.",
    ),
    "ind_areas_late": ("{n} địa bàn mới có số của kỳ trước.", "{n} areas have an earlier period only."),
    "ind_areas_all": ("Tất cả {n} địa bàn", "All {n} areas"),
    "ind_areas_note": (
        "Mẫu số khác nhau giữa các địa bàn: địa bàn ít hồ sơ, ít dân dễ lên xuống mạnh.",
        "Denominators differ: areas with few cases or people move more.",
    ),
    "ind_highest": ("Cao nhất", "Highest"),
    "ind_lowest": ("Thấp nhất", "Lowest"),
    "ind_area": ("Địa bàn", "Area"),
    "ind_ratio": ("Tử số / mẫu số", "Numerator / denominator"),
    "ind_other_period": ("kỳ khác", "other period"),
    # meaning
    "ind_meaning": ("Chỉ tiêu này là gì", "What this indicator means"),
    "ind_guidance": ("Việc cần làm", "What to do"),
    "ind_ratio_now": ("Tử số / mẫu số kỳ này", "Numerator / denominator now"),
    "ind_from_cards": ("Tính từ chỉ tiêu", "Computed from"),
    "ind_unit": ("Đơn vị tính", "Unit"),
    "ind_direction": ("Chiều tốt", "Better when"),
    "ind_direction_up": ("càng cao càng tốt", "higher"),
    "ind_direction_down": ("càng thấp càng tốt", "lower"),
    "ind_direction_neutral": ("không có chiều tốt, xấu", "neither: it is watched, not judged"),
    "ind_direction_band": ("nằm trong khoảng", "inside the band"),
    "ind_band": ("Khoảng", "Band"),
    "ind_adds": ("Từ xã lên tỉnh", "From communes to province"),
    "ind_adds_S": ("cộng các xã", "communes are added"),
    "ind_adds_R": ("tỷ số của hai tổng, không lấy bình quân các tỷ lệ", "ratio of two sums, never a mean of rates"),
    "ind_adds_W": ("bình quân có trọng số", "weighted mean"),
    "ind_adds_X": ("số công bố chính thức, không cộng được", "official figure, cannot be added"),
    "ind_adds_L": ("xét từng địa bàn, không cộng", "judged area by area, never added"),
    "ind_group": ("Nhóm", "Group"),
    "ind_group_dau_vao": ("Đầu vào", "Input"),
    "ind_group_qua_trinh": ("Quá trình", "Process"),
    "ind_group_ket_qua": ("Kết quả", "Output"),
    "ind_group_tac_dong": ("Tác động", "Impact"),
    "ind_group_tong_hop": ("Tổng hợp", "Composite"),
    "ind_basis": ("Căn cứ của mục tiêu", "Basis of the target"),
    "ind_references": ("Danh mục đáp ứng", "Lists it answers"),
    "ind_open": ("Chế độ công khai", "Openness"),
    "ind_open_cong_khai": ("Công khai", "Public"),
    "ind_open_noi_bo": ("Nội bộ", "Internal"),
    "ind_sql": ("Công thức đang chạy (SQL)", "The formula as it runs (SQL)"),
    # lineage
    "ind_cell": ("Vị trí trong tệp (trang tính, ô)", "Place in the file (sheet, cell)"),
    "ind_from_records": ("Tính từ bản ghi", "Computed from records"),
    "ind_records": (
        "{n} dòng được chấp nhận qua {files} lần giao; các lần giao mới nhất:",
        "{n} accepted rows of {files} deliveries; the newest ones:",
    ),
    "ind_no_delivery": (
        "Chưa có lần giao nào cho giá trị này.",
        "No delivery has brought a value yet.",
    ),
    "ind_lineage_cards": (
        "Tính từ các chỉ tiêu khác; mở từng chỉ tiêu thành phần để xem tệp và ô.",
        "Computed from other indicators; open each of them for file and cell.",
    ),
    "ind_lineage_none": ("Chưa có nguồn nên chưa có tệp nào.", "There is no source, hence no file."),
    "ind_received": ("nhận lúc {time}", "received at {time}"),
    "ind_published": ("đơn vị công bố ngày {day}", "published by the producer on {day}"),
    "ind_sent_by": ("đơn vị gửi: {who}", "sent by {who}"),
    "ind_open_rules": (
        "Bấm vào nhãn để xem từng quy tắc.",
        "Open the badge to see every rule.",
    ),
    # notes
    "ind_notes": ("Ghi chú của đơn vị phụ trách", "Notes of the owner"),
    "ind_notes_note": (
        "Ghi chú có ngày, có người ký; không làm đổi màu của chỉ tiêu.",
        "Notes are dated and signed; they never change the indicator's colour.",
    ),
}  # fmt: skip
