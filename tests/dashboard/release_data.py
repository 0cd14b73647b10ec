# ruff: noqa: E501  (tables of data read better on one line)
"""What the fixture release says: cards, series, feeds, clauses, rules."""

from __future__ import annotations

from typing import Any

PROVINCE = "56"
LONG_NAME = (
    "Tỷ lệ tổ chức và cá nhân được hỗ trợ khởi nghiệp đổi mới sáng tạo gắn với chuyển đổi số trong nông nghiệp "
    "và du lịch biển"
)
assert len(LONG_NAME) >= 120

KINH_TE = ("Kinh tế", "Economy")
DAU_TU = ("Đầu tư và ngân sách", "Investment and budget")
HANH_CHINH = ("Dịch vụ công", "Public services")
XA_HOI = ("Xã hội", "Society")
CDS = ("Khoa học, công nghệ và chuyển đổi số", "Science, technology and digital transformation")
CA_NUOC = ("Cả nước (Cục Thống kê)", "National (NSO)")

STAT = ("Thống kê tỉnh Khánh Hòa", "Khánh Hòa Statistics Office")
FINANCE = ("Sở Tài chính", "Department of Finance")
OFFICE = ("Văn phòng UBND tỉnh", "Office of the People's Committee")
TECH = ("Sở Khoa học và Công nghệ", "Department of Science and Technology")
HEALTH = ("Sở Y tế", "Department of Health")
POLICE = ("Công an tỉnh", "Provincial police")
NSO = ("Cục Thống kê", "National Statistics Office")
TOURISM = ("Sở Văn hóa, Thể thao và Du lịch", "Department of Culture, Sports and Tourism")

MONTHS = [f"2026-{m:02d}" for m in range(1, 11)]
Pair = tuple[str, str]


def _indicator(code: str, name: Pair, short: Pair, unit: Pair, decimals: int, field: Pair, direction: str,
               owner: Pair, feed: str, basis: Pair = ("", ""), mark: str = "", **more: Any) -> dict[str, Any]:  # fmt: skip
    return {
        "code": code, "name_vi": name[0], "name_en": name[1], "short_vi": short[0], "short_en": short[1],
        "unit_vi": unit[0], "unit_en": unit[1], "decimals": decimals, "field_vi": field[0], "field_en": field[1],
        "direction": direction, "owner_vi": owner[0], "owner_en": owner[1], "feed_id": feed,
        "definition_vi": f"{name[0]}, tính theo thẻ chỉ tiêu.", "definition_en": f"{name[1]}, as defined by its card.",
        "formula": more.get("formula", ""), "target_basis_vi": basis[0], "target_basis_en": basis[1],
        "target_mark": mark, "headline": more.get("headline", True),
    }  # fmt: skip


PCT = ("%", "%")
PLAN26 = ("Nghị quyết HĐND tỉnh về kế hoạch năm 2026", "Provincial Council resolution, plan 2026")
NQ71 = ("NQ 71/NQ-CP", "Resolution 71/NQ-CP")
OWN = ("Đề xuất của trung tâm", "Proposed by the centre")

INDICATORS = [
    _indicator("KT_GRDP_TT", ("Tốc độ tăng tổng sản phẩm trên địa bàn (GRDP)", "Growth of gross regional domestic product"),
               ("Tăng trưởng GRDP", "GRDP growth"), PCT, 2, KINH_TE, "up", STAT, "lris_indicators",
               ("CV 16684/BTC-NSNN", "Letter 16684/BTC-NSNN"), "S"),
    _indicator("KT_IIP", ("Chỉ số sản xuất công nghiệp so với cùng kỳ", "Index of industrial production, year on year"),
               ("Sản xuất công nghiệp (IIP)", "Industrial production (IIP)"), PCT, 1, KINH_TE, "up", STAT,
               "lris_indicators", PLAN26, "P"),
    _indicator("KT_CPI", ("Chỉ số giá tiêu dùng bình quân so với cùng kỳ", "Average consumer price index, year on year"),
               ("Giá tiêu dùng (CPI)", "Consumer prices (CPI)"), PCT, 2, KINH_TE, "down", STAT, "lris_indicators",
               ("NQ 244/2025/QH15", "Resolution 244/2025/QH15"), "A"),
    _indicator("DL_KHACH", ("Lượt khách du lịch lưu trú phục vụ trong kỳ", "Overnight visitors served in the period"),
               ("Khách lưu trú", "Overnight visitors"), ("nghìn lượt", "thousand"), 1, KINH_TE, "up", TOURISM,
               "tourism_monthly", PLAN26, "P"),
    _indicator("DTC_TL", ("Tỷ lệ giải ngân vốn đầu tư công so với kế hoạch Thủ tướng giao",
                          "Disbursement of public investment against the Prime Minister's plan"),
               ("Giải ngân đầu tư công", "Public investment disbursed"), PCT, 1, DAU_TU, "up", FINANCE,
               "disbursement", ("Kế hoạch Thủ tướng giao", "Prime Minister's plan"), "U"),
    _indicator("NS_THU", ("Thu ngân sách nhà nước trên địa bàn, lũy kế từ đầu năm", "State budget revenue, year to date"),
               ("Thu ngân sách", "Budget revenue"), ("tỷ đồng", "billion VND"), 0, DAU_TU, "up",
               ("Thuế tỉnh Khánh Hòa", "Provincial tax department"), "lris_indicators",
               ("Dự toán HĐND giao", "Council estimate"), "P"),
    _indicator("DN_MOI", ("Doanh nghiệp thành lập mới trong tháng", "New enterprises registered in the month"),
               ("Doanh nghiệp mới", "New enterprises"), ("doanh nghiệp", "enterprises"), 0, DAU_TU, "up", FINANCE,
               "lris_indicators", PLAN26, "P"),
    _indicator("HC_DUNGHAN", ("Tỷ lệ hồ sơ thủ tục hành chính giải quyết trước và đúng hạn",
                              "Administrative dossiers settled early or on time"),
               ("Hồ sơ đúng hạn", "Dossiers on time"), PCT, 1, HANH_CHINH, "up", OFFICE, "dossiers", OWN, "P",
               formula="SELECT 100.0 * count_if(on_time) / nullif(count_if(finished), 0) FROM dossiers"),
    _indicator("HC_TRUCTUYEN", ("Tỷ lệ hồ sơ nộp trực tuyến", "Dossiers filed online"),
               ("Hồ sơ trực tuyến", "Dossiers filed online"), PCT, 1, HANH_CHINH, "up", OFFICE, "dossiers", NQ71, "A"),
    _indicator("HC_TTTT", ("Tỷ lệ thanh toán trực tuyến trong thủ tục hành chính", "Online payment in procedures"),
               ("Thanh toán trực tuyến", "Online payment"), PCT, 1, HANH_CHINH, "up", OFFICE, "service_766", NQ71, "A"),
    _indicator("HC_766", ("Điểm Bộ chỉ số phục vụ người dân, doanh nghiệp (QĐ 766)", "Service index, Decision 766"),
               ("Điểm 766", "766 score"), ("điểm", "points"), 2, HANH_CHINH, "up", OFFICE, "service_766",
               ("QĐ 766/QĐ-TTg, mức xuất sắc", "Decision 766, rating excellent"), "A"),
    _indicator("YT_BHYT", ("Tỷ lệ dân số tham gia bảo hiểm y tế", "Health-insurance coverage"),
               ("Bao phủ BHYT", "Health insurance"), PCT, 2, XA_HOI, "up", ("Bảo hiểm xã hội tỉnh", "Social Insurance"),
               "lris_indicators", ("NQ 244/2025/QH15", "Resolution 244/2025/QH15"), "A"),
    _indicator("LD_THATNGHIEP", ("Tỷ lệ thất nghiệp khu vực thành thị", "Urban unemployment"),
               ("Thất nghiệp thành thị", "Urban unemployment"), PCT, 2, XA_HOI, "down", STAT, "lris_indicators",
               ("NQ 244/2025/QH15", "Resolution 244/2025/QH15"), "A"),
    _indicator("GT_TNGT", ("Số vụ tai nạn giao thông đường bộ", "Road traffic accidents"),
               ("Tai nạn giao thông", "Road accidents"), ("vụ", "cases"), 0, XA_HOI, "down", POLICE, "lris_indicators"),
    _indicator("CDS_5G", ("Tỷ lệ dân số được phủ sóng 5G", "Population covered by 5G"),
               ("Phủ sóng 5G", "5G coverage"), PCT, 1, CDS, "up", TECH, "five_g", NQ71, "A"),
    _indicator("DN_HOTRO_DMST", (LONG_NAME, "Organisations and people supported in innovative start-ups, long name"),
               (LONG_NAME, ""), PCT, 1, CDS, "up", TECH, "lris_indicators", PLAN26, "P"),
    _indicator("NSO_IIP", ("Chỉ số sản xuất công nghiệp cả nước so với cùng kỳ", "National industrial production, yoy"),
               ("IIP cả nước", "National IIP"), PCT, 1, CA_NUOC, "up", NSO, "nso_monthly"),
    _indicator("NSO_CPI", ("Chỉ số giá tiêu dùng cả nước so với cùng kỳ", "National consumer prices, yoy"),
               ("CPI cả nước", "National CPI"), PCT, 2, CA_NUOC, "down", NSO, "nso_monthly"),
]  # fmt: skip

# code -> (periods oldest first, values, target, status, reason, extras of the newest value)
_Q = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
_SEP = MONTHS[:9]
SERIES: dict[str, tuple[list[str], list[float | None], float | None, str, Pair, dict[str, Any]]] = {
    "KT_GRDP_TT": (_Q, [7.3, 7.0, 7.11, 7.4, 9.6, 10.4, 11.21], 11.0, "green",
                   ("Cao hơn mục tiêu 0,21 điểm %", "0.21 percentage points above target"),
                   {"measure": "ytd_yoy", "data_type": "estimate"}),
    "KT_IIP": (_SEP, [8.1, 9.2, 10.0, 10.4, 11.0, 11.3, 11.9, 12.2, 12.4], 13.0, "amber",
               ("Còn thiếu 0,6 điểm %, trong khoảng cảnh báo", "0.6 percentage points short, within the margin"),
               {"measure": "ytd_yoy", "data_type": "estimate", "trust": "warning"}),
    "KT_CPI": (_SEP, [3.4, 3.5, 3.7, 3.8, 3.9, 3.9, 4.0, 3.96, 3.92], 4.5, "green",
               ("Thấp hơn mức trần 0,58 điểm %", "0.58 percentage points below the cap"),
               {"measure": "ytd_yoy", "data_type": "official"}),
    "DL_KHACH": (MONTHS[:8], [812.4, 901.2, 760.0, 988.1, 1102.5, 1433.9, 1622.7, 1390.2], 1300.0, "green",
                 ("Vượt kế hoạch tháng 6,9%", "6.9% above the month's plan"),
                 {"measure": "period", "data_type": "actual", "held": True, "trust": "held"}),
    "DTC_TL": (MONTHS, [1.2, 5.6, 11.0, 17.3, 24.1, 29.9, 36.4, 42.0, 47.5, 52.3], 75.0, "red",
               ("Chậm 22,7 điểm % so với tiến độ tháng 10; 31 dự án chưa giải ngân",
                "22.7 percentage points behind the October path; 31 projects without disbursement"),
               {"measure": "ytd_rate", "data_type": "actual", "trust": "warning"}),
    "NS_THU": (MONTHS, [2210.0, 3890.0, 5720.0, 7933.0, 9810.0, 11660.0, 13790.0, 15512.0, 17020.0, 18452.0],
               19500.0, "amber", ("Đạt 94,6% tiến độ dự toán", "94.6% of the estimate's path"),
               {"measure": "ytd", "data_type": "estimate"}),
    "DN_MOI": (MONTHS, [188.0, 120.0, 240.0, 233.0, 251.0, 262.0, 270.0, 255.0, 281.0, 304.0], 260.0, "green",
               ("Vượt mục tiêu tháng 44 doanh nghiệp", "44 enterprises above the month's target"),
               {"measure": "period", "data_type": "actual"}),
    "HC_DUNGHAN": (MONTHS, [97.8, 97.9, 98.2, 98.1, 97.6, 97.0, 96.6, 96.1, 95.9, 95.4], 98.0, "red",
                   ("Giảm bảy tháng liền; 1.204 hồ sơ quá hạn, nhiều nhất ở lĩnh vực đất đai",
                    "Falling for seven months; 1,204 overdue dossiers, most of them on land"),
                   {"measure": "rate", "data_type": "actual", "held": True, "trust": "held", "simulated": True}),
    "HC_TRUCTUYEN": (MONTHS, [58.0, 60.4, 63.0, 64.2, 66.1, 67.9, 69.0, 70.2, 70.9, 71.3], 80.0, "amber",
                     ("Còn thiếu 8,7 điểm % so với mục tiêu 2030", "8.7 percentage points short of the 2030 target"),
                     {"measure": "rate", "data_type": "actual", "held": True, "trust": "held", "simulated": True}),
    "HC_TTTT": (MONTHS, [70.1, 71.4, 73.0, 75.2, 76.9, 78.3, 79.8, 80.7, 82.0, 83.1], 80.0, "green",
                ("Vượt mục tiêu 3,1 điểm %", "3.1 percentage points above target"),
                {"measure": "rate", "data_type": "actual", "simulated": True}),
    "HC_766": (["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"], [87.9, 88.1, 88.42, 88.61], 90.0, "amber",
               ("Thiếu 1,39 điểm, nhóm số hóa thấp nhất", "1.39 points short, digitisation is the weakest group"),
               {"measure": "level", "data_type": "official"}),
    "YT_BHYT": (_SEP, [94.9, 95.0, 95.1, 95.3, 95.4, 95.5, 95.6, None, 95.72], 95.5, "green",
                ("Vượt mục tiêu 0,22 điểm %", "0.22 percentage points above target"),
                {"measure": "rate", "data_type": "actual"}),
    "LD_THATNGHIEP": (_Q, [2.9, 2.8, 2.7, 2.6, 2.6, 2.5, 2.41], 4.0, "green",
                      ("Thấp hơn mức trần 1,59 điểm %", "1.59 percentage points below the cap"),
                      {"measure": "rate", "data_type": "preliminary"}),
    "GT_TNGT": (MONTHS, [31.0, 44.0, 29.0, 27.0, 30.0, 25.0, 28.0, 24.0, 22.0, 26.0], None, "grey",
                ("Chưa có mục tiêu để so sánh", "No target to compare with"),
                {"measure": "period", "data_type": "actual", "trust": "unverified"}),
    "DN_HOTRO_DMST": (["2024", "2025"], [41.0, 38.5], 60.0, "red",
                      ("Thiếu 21,5 điểm %; giảm so với năm 2024", "21.5 percentage points short; lower than 2024"),
                      {"measure": "rate", "data_type": "official"}),
}  # fmt: skip

FEEDS: dict[str, dict[str, Any]] = {
    "nso_monthly": {"t": ("Báo cáo kinh tế – xã hội tháng của Cục Thống kê", "Monthly report of the statistics office"),
                    "o": NSO, "g": "thong_ke", "health": "ok", "p": "2019-12", "period": "month", "lag": 6},
    "lris_indicators": {"t": ("Chỉ tiêu báo cáo điện tử LRIS", "LRIS electronic report indicators"), "o": OFFICE,
                        "g": "kinh_te", "health": "ok", "p": "2026-10", "period": "month", "lag": 6},
    "dossiers": {"t": ("Hồ sơ thủ tục hành chính", "Administrative-procedure dossiers"), "o": OFFICE,
                 "g": "hanh_chinh", "health": "blocked", "p": "2026-10", "period": "day", "lag": 1,
                 "reason": ("Lần giao 20/11/2026 bị chặn: 812 mã hồ sơ trùng nhau", "Delivery of 20 November blocked: 812 duplicate dossier codes"),
                 "sim": True},
    "disbursement": {"t": ("Giải ngân vốn đầu tư công", "Public investment disbursement"), "o": FINANCE,
                     "g": "kinh_te", "health": "late", "p": "2026-10", "period": "month", "lag": 3,
                     "reason": ("Báo cáo tuần 46 quá hạn 2 ngày", "Report of week 46 is two days overdue")},
    "tourism_monthly": {"t": ("Du lịch hằng tháng", "Monthly tourism"), "o": TOURISM, "g": "kinh_te",
                        "health": "held", "p": "2026-08", "period": "month", "lag": 6,
                        "reason": ("Chưa có số liệu tháng 9 và 10: dùng giá trị tốt gần nhất", "September and October missing: last good value is kept")},
    "service_766": {"t": ("Bộ chỉ số 766 hằng ngày", "Daily 766 index"), "o": OFFICE, "g": "hanh_chinh",
                    "health": "ok", "p": "2026-11-20", "period": "day", "lag": 1, "sim": True},
    "five_g": {"t": ("Hạ tầng 5G", "5G infrastructure"), "o": TECH, "g": "chuyen_doi_so", "health": "never", "p": "",
               "period": "quarter", "lag": 15, "reason": ("Chưa nhận lần giao nào", "No delivery received yet")},
}  # fmt: skip

CLAUSES = [
    ("IOC-DUNG-03", "đúng", "Tử số không vượt mẫu số, số đếm không âm", "Numerator within denominator, counts not negative", "critical", "record", "EXP", "A"),
    ("IOC-DUNG-09", "đúng", "Thứ tự thời gian hồ sơ", "Dossier dates in order", "critical", "record", "EXP", "P"),
    ("IOC-DUNG-13", "đúng", "Giá trị hợp lý, lũy kế không giảm", "Plausible value, year-to-date does not fall", "warning", "indicator", "EXP", "A"),
    ("IOC-DU-01", "đủ", "Đủ ô số liệu đến hạn", "All due cells are present", "critical", "indicator", "COV", "A"),
    ("IOC-DU-03", "đủ", "Không thiếu trường bắt buộc", "Mandatory fields are filled", "critical", "record", "EXP", "S"),
    ("IOC-SACH-03", "sạch", "Khóa sự kiện không trùng", "Fact key is unique", "critical", "feed", "EXP", "S"),
    ("IOC-SACH-04", "sạch", "Mã hồ sơ duy nhất, đúng mẫu", "Dossier code unique and well-formed", "critical", "record", "EXP", "A"),
    ("IOC-SACH-08", "sạch", "Unicode NFC, không lỗi phông", "Unicode NFC, no mojibake", "warning", "record", "EXP", "S"),
    ("IOC-SONG-01", "sống", "Tuổi số liệu trong hạn", "Age within the allowed lag", "critical", "indicator", "FRESH", "A"),
    ("IOC-SONG-05", "sống", "Giá trị giữ lại phải ghi rõ tuổi", "Held values carry their age", "critical", "centre", "EXP", "P"),
    ("IOC-THONG-05", "thống nhất", "Không ghi đè: giữ lịch sử công bố", "No overwrite: revisions are appended", "critical", "feed", "EXP", "P"),
    ("IOC-CHUNG-01", "dùng chung", "Kết nối API, đo tỷ lệ nhập tay", "Data by API, manual share measured", "warning", "centre", "COV", "A"),
    ("IOC-QTRI-02", "quản trị", "Người đứng đầu sử dụng thường xuyên", "The head uses the centre", "critical", "centre", "FRESH", "A"),
    ("IOC-QTRI-13", "quản trị", "Khớp phụ lục 1709 và 40 nhóm của QĐ 1012", "Match with the 1709 annex", "info", "centre", "NONE", "U"),
]  # fmt: skip

RULES = [  # clause, id, column, level, severity, message vi, en
    ("IOC-SACH-03", "key_unique", "", "table", "critical", "Khóa không trùng", "Key is unique"),
    ("IOC-DU-03", "value_present", "value", "row", "critical", "Giá trị không được trống", "Value is not empty"),
    ("IOC-DU-03", "period_present", "period", "row", "critical", "Kỳ không được trống", "Period is not empty"),
    ("IOC-DUNG-03", "num_le_den", "numerator", "row", "critical", "Tử số không lớn hơn mẫu số", "Numerator not above denominator"),
    ("IOC-DUNG-13", "in_range", "value", "row", "warning", "Giá trị trong khoảng hợp lý của thẻ", "Value inside the card's range"),
    ("IOC-DUNG-13", "ytd_grows", "value", "table", "warning", "Lũy kế không giảm", "Year-to-date does not fall"),
    ("IOC-SACH-08", "nfc", "name", "row", "warning", "Chữ viết dạng Unicode NFC", "Text is Unicode NFC"),
    ("IOC-SONG-01", "age_in_lag", "", "table", "critical", "Kỳ đến hạn mới nhất có số liệu", "Newest due period is present"),
]  # fmt: skip
