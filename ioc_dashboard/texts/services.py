"""Words of the page of public services."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_services": ("Dịch vụ công", "Public services"),
    "svc_title": ("Người dân, doanh nghiệp được phục vụ ra sao", "How people and enterprises are served"),
    "svc_none": (
        "Bản phát hành này chưa kèm số liệu dịch vụ công. Chạy ioc run bằng phiên bản hiện hành để phát hành lại; "
        "nếu vẫn trống, xem trang Dữ liệu: nguồn hồ sơ thủ tục hành chính đã giao chưa.",
        "This release carries no tables on public services. Publish again with the current version (ioc run); if the "
        "page stays empty, see the Data page: have the dossiers been delivered?",
    ),
    "svc_lead_score": ("Điểm 766 đạt {value}/{maximum}", "766 score {value} of {maximum}"),
    "svc_lead_rank": ("xếp hạng {rank} trong {ranked} tỉnh, thành phố", "rank {rank} of {ranked} provinces"),
    "svc_lead_top": (
        "{met}/{all} dịch vụ nhiều người dùng nhất đạt cả hai mục tiêu",
        "{met} of the {all} most used services meet both targets",
    ),
    "svc_dossiers": ("Hồ sơ thủ tục hành chính", "Administrative dossiers"),
    # score
    "svc_score": ("Điểm Bộ chỉ số phục vụ (QĐ 766) theo năm nhóm", "Index of service (QĐ 766) by its five groups"),
    "svc_of_maximum": ("{value}/{maximum} điểm", "{value} of {maximum} points"),
    "svc_lost": ("mất {lost} điểm", "{lost} points lost"),
    "svc_most_lost": ("mất nhiều điểm nhất", "loses most points"),
    "svc_rank": ("Hạng {rank}/{ranked}", "Rank {rank} of {ranked}"),
    "svc_rank_alone": ("Hạng {rank}", "Rank {rank}"),
    "svc_rank_unknown": (
        "Nguồn không ghi rõ số đơn vị được xếp hạng trong ngày này.",
        "The source does not say how many were ranked on that day.",
    ),
    "svc_sum": (
        "Cộng năm nhóm: {sum} điểm, khớp tổng điểm công bố.",
        "The five groups add up to {sum} points, the published total.",
    ),
    "svc_sum_differs": (
        "Cộng năm nhóm: {sum} điểm, khác tổng điểm công bố {total}: kỳ số liệu khác nhau hoặc nguồn chưa thống nhất.",
        "The five groups add up to {sum} points, not the published total {total}: other days, or the source disagrees.",
    ),
    # trend
    "svc_trend": ("Diễn biến: {name}", "Trend: {name}"),
    "svc_trend_alt": (
        "{name}: {count} kỳ, từ {first} ({first_period}) đến {last} ({last_period}), thấp nhất {low} ({low_period})",
        "{name}: {count} periods, from {first} ({first_period}) to {last} ({last_period}), lowest {low} ({low_period})",
    ),
    "svc_trend_target": ("Đường gạch: mục tiêu từng kỳ", "Dashed: the target of each period"),
    "svc_numbers": ("Bảng số của biểu đồ", "The numbers behind the chart"),
    "svc_too_few": ("Cần ít nhất hai kỳ có số liệu để vẽ.", "Two periods with data are needed to draw it."),
    "svc_period": ("Kỳ", "Period"),
    # parts
    "svc_by_unit": ("Theo đơn vị giải quyết", "By unit"),
    "svc_by_field": ("Theo lĩnh vực thủ tục", "By field of procedures"),
    "svc_unit": ("Đơn vị", "Unit"),
    "svc_field": ("Lĩnh vực", "Field"),
    "svc_parts_lead": (
        "Xếp từ nhiều nhất theo “{name}”. Đơn vị không có mục tiêu riêng nên không tô màu.",
        "Sorted by “{name}”, worst first. Units have no targets of their own, so they carry no colour.",
    ),
    "svc_parts_sum": (
        "Tổng các dòng: {sum}, bằng số toàn tỉnh đã công bố.",
        "The rows add up to {sum}, the published figure.",
    ),
    "svc_parts_differ": (
        "Tổng các dòng: {sum}, khác số toàn tỉnh {total} (đã đính chính hoặc có hồ sơ không ghi đơn vị).",
        "The rows add up to {sum}, not the published {total} (corrected, or rows without a unit).",
    ),
    "svc_parts_none": (
        "Chưa tách được theo chiều này: nguồn hồ sơ chưa giao hoặc chưa có giá trị.",
        "Not split this way yet: the dossiers were not delivered, or there is no value.",
    ),
    "svc_more": ("Xem {n} dòng còn lại", "Show the other {n} rows"),
    "svc_of": ("{n}/{d} hồ sơ", "{n} of {d} dossiers"),
    # top services
    "svc_top": ("{n} dịch vụ nhiều người dùng nhất", "The {n} most used services"),
    "svc_top_lead": (
        "Hai mục tiêu: (1) cung cấp trực tuyến và có trên Cổng Dịch vụ công quốc gia; "
        "(2) từ {share} hồ sơ nộp trực tuyến.",
        "Two targets: (1) offered online and on the national portal; (2) {share} or more of dossiers filed online.",
    ),
    "svc_top_failing": ("{n} dịch vụ chưa đạt đủ hai mục tiêu", "Services that miss a target: {n}"),
    "svc_top_meeting": ("{n} dịch vụ đạt cả hai mục tiêu", "Services that meet both targets: {n}"),
    "svc_top_all_meet": ("Tất cả dịch vụ trong danh mục đạt cả hai mục tiêu.", "Every service on the list meets both."),
    "svc_top_none": (
        "Chưa có danh mục dịch vụ nhiều người dùng nhất cho kỳ này: nguồn danh mục thủ tục chưa giao.",
        "No list of the most used services for this period: the catalogue of procedures was not delivered.",
    ),
    "svc_service": ("Dịch vụ", "Service"),
    "svc_agency": ("Cơ quan công bố", "Agency"),
    "svc_received": ("Hồ sơ trong tháng", "Dossiers in the month"),
    "svc_online": ("Nộp trực tuyến", "Filed online"),
    "svc_target_1": ("(1) Trực tuyến, trên Cổng", "(1) Online, on the portal"),
    "svc_target_2": ("(2) Từ {share} trực tuyến", "(2) {share} or more online"),
    "svc_not_on_portal": ("chưa trên Cổng quốc gia", "not on the national portal"),
    "svc_yes": ("Đạt", "Met"),
    "svc_no": ("Chưa đạt", "Not met"),
    "svc_unknown": ("Chưa xác định", "Undetermined"),
    "svc_no_dossier": ("không phát sinh hồ sơ", "no dossier"),
}
