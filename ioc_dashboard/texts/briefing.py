"""Words of the weekly briefing, on the screen and on paper."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_briefing": ("Báo cáo tuần", "Weekly briefing"),
    "briefing_title": ("Báo cáo tuần {number}/{year}", "Weekly briefing, week {number} of {year}"),
    "briefing_week": ("Tuần từ {first} đến {last}", "Week from {first} to {last}"),
    "briefing_release": (
        "Số liệu theo bản phát hành {release}, công bố lúc {time}.",
        "Figures of release {release}, published at {time}.",
    ),
    "briefing_reconstructed": (
        "Dựng lại ({release}): khi đó chưa có bản phát hành; tính từ những gì đã công bố đến {time}, theo quy tắc "
        "hiện nay.",
        "Reconstructed ({release}): there was no release then; from what had been published by {time}, by today's "
        "rules.",
    ),
    "briefing_situation": ("1. Tình hình", "1. Situation"),
    "briefing_off": ("2. Chỉ tiêu chưa đạt", "2. Indicators off target"),
    "briefing_near": ("Gần đạt: {n} chỉ tiêu", "Near target: {n} indicators"),
    "briefing_changes": ("3. Thay đổi trong tuần", "3. Changes in the week"),
    "briefing_against": (
        "So với bản phát hành {release}, công bố lúc {time}.",
        "Against release {release}, published at {time}.",
    ),
    "briefing_against_oldest": (
        "Chưa có bản phát hành nào cũ hơn một tuần; so với bản sớm nhất còn lưu ({release}, công bố lúc {time}).",
        "No release is a week old yet; compared with the oldest one kept ({release}, published at {time}).",
    ),
    "briefing_alerts": ("4. Cảnh báo đang mở", "4. Open alerts"),
    "briefing_no_store": (
        "Chưa có kho nghiệp vụ, nên chưa theo dõi cảnh báo.",
        "There is no operations store yet, so no alert is followed.",
    ),
    "briefing_alerts_none": ("Không có cảnh báo nào đang mở.", "No alert is open."),
    "briefing_alerts_counted": (
        "{n} cảnh báo đang mở: {critical} nghiêm trọng, {overdue} quá hạn.",
        "{n} open alerts: {critical} critical, {overdue} overdue.",
    ),
    "briefing_more": ("và {n} mục khác, xem trên bảng điều hành", "and {n} more, see the dashboard"),
    "briefing_tasks": ("5. Nhiệm vụ cần lãnh đạo xử lý", "5. Tasks for the leaders"),
    "briefing_tasks_none": (
        "Không có nhiệm vụ nào chờ quyết định, vướng mắc hoặc quá hạn.",
        "No task awaits a decision, is stuck or overdue.",
    ),
    "briefing_tasks_counted": (
        "{awaiting} chờ lãnh đạo quyết định, {up} phải báo cáo lên, {stuck} vướng mắc, {overdue} quá hạn chưa xong.",
        "{awaiting} await the leaders' decision, {up} must go up, {stuck} stuck, {overdue} overdue and not done.",
    ),
    "briefing_data": ("6. Chất lượng dữ liệu", "6. Health of the data"),
    "briefing_data_fine": (
        "{fine}/{all} nguồn bình thường: đã có số liệu của kỳ đến hạn.",
        "{fine} of {all} sources fine: the data of the period due are there.",
    ),
    "briefing_clauses": ("7. Điều khoản chuẩn IOC không đạt", "7. Clauses of the IOC standard that fail"),
    "briefing_clauses_counted": (
        "{passed} đạt, {failed} không đạt, {unknown} chưa đủ cơ sở, {untested} chưa kiểm.",
        "{passed} pass, {failed} fail, {unknown} undetermined, {untested} not tested.",
    ),
    "briefing_note": (
        "Mọi con số do chương trình lấy từ bản phát hành nêu trên; kỳ, ngày số liệu, đơn vị chủ quản và độ tin cậy "
        "ghi cạnh từng số. Nhãn “Mô phỏng”: số liệu tạo ra để thử, không dùng để ra quyết định. “Giữ lại”: số tốt gần "
        "nhất, vì lần giao mới bị chặn hoặc trễ.",
        "Every figure is taken by the program from the release above; period, data date, owner and trust stand beside "
        "each. “Simulated”: made up for trying out, not for decisions. “Held”: the last good figure, because a newer "
        "delivery was blocked or is late.",
    ),
    "brief_indicator": ("Chỉ tiêu; kỳ và ngày số liệu", "Indicator; period and data date"),
    "brief_value": ("Giá trị / mục tiêu", "Value / target"),
    "brief_why": ("Vì sao", "Why"),
    "brief_owner": ("Chủ quản", "Owner"),
    "brief_trust": ("Độ tin cậy", "Trust"),
    "brief_change": ("Thay đổi", "Change"),
    "brief_what": ("Việc", "What"),
    "brief_due": ("Hạn", "Due"),
    "brief_state": ("Tình trạng", "State"),
    "brief_source": ("Nguồn", "Source"),
    "brief_newest": ("Kỳ mới nhất", "Newest period"),
    "brief_clause": ("Điều khoản", "Clause"),
    "brief_counted": ("Đạt / được xét", "Fine / judged"),
    "briefing_overdue": ("quá hạn", "overdue"),
    "briefing_pdf": ("Tải bản in PDF", "Download PDF"),
    "briefing_html": ("Tải HTML", "Download HTML"),
    "briefing_no_engine": (
        "Máy chủ này chưa có bộ tạo PDF. Tải HTML rồi in từ trình duyệt, hoặc cài thư viện pango cho WeasyPrint "
        "(Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0).",
        "This server has no PDF engine. Download the HTML and print it from a browser, or install the pango library "
        "for WeasyPrint (Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0).",
    ),
    "brief_sim": ("Mô phỏng", "Simulated"),
    "brief_to": ("đến\u00a0{day}", "to\u00a0{day}"),
    "briefing_page": ("Trang", "Page"),
}
