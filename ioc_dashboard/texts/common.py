"""Words of the frame, the overview, the data pages and the standard."""

from __future__ import annotations

from ioc_dashboard.model import Words

TEXTS: dict[str, tuple[str, str]] = {
    # frame
    "centre": ("Trung tâm giám sát, điều hành thông minh", "Intelligent Operations Centre"),
    "centre_short": ("IOC", "IOC"),
    "nav": ("Các trang", "Pages"),
    "page_overview": ("Toàn cảnh", "Overview"),
    "page_data": ("Dữ liệu", "Data"),
    "page_standard": ("Chuẩn IOC", "IOC standard"),
    "switch_language": ("EN", "VI"),
    "release": ("Bản phát hành", "Release"),
    "published": ("Phát hành lúc {time}, {age}", "Published at {time}, {age}"),
    "published_again": ("Dựng lại cho lúc {time}", "Reconstructed for {time}"),
    "newest_data": ("Số liệu mới nhất đến {day}", "Newest data to {day}"),
    "feeds_fine": ("{fine}/{all} nguồn bình thường", "{fine} of {all} sources fine"),
    "footer": (
        "Bản phát hành {release} · chuẩn IOC {standard} · chương trình {code}. "
        "Mọi giá trị hiển thị ngày số liệu, nguồn và kết quả kiểm của chính nó.",
        "Release {release} · IOC standard {standard} · code {code}. "
        "Every value shows its own data date, source and checks.",
    ),
    "close": ("Đóng", "Close"),
    # the day that is shown
    "as_of_now": ("Hiện tại", "Now"),
    "as_of_day": ("Xem tại {day}", "As of {day}"),
    "as_of_pick": ("Xem toàn bộ trang tại ngày", "Show the whole dashboard as of"),
    "as_of_help": (
        "Hiển thị đúng những gì đã công bố đến hết ngày đó ({n} bản phát hành được lưu).",
        "Shows exactly what had been published by the end of that day ({n} releases kept).",
    ),
    "as_of_back": ("Trở lại hiện tại", "Back to now"),
    "as_of_banner": (
        "Đang xem tại ngày {day}: bản phát hành {release}, công bố lúc {time}. Đây không phải số liệu hiện tại.",
        "As of {day}: release {release}, published at {time}. These are not the present figures.",
    ),
    "as_of_reconstructed": (
        "Dựng lại cho ngày {day}: khi đó chưa có bản phát hành, chưa ai xem màn hình này. Tính từ những gì đã "
        "công bố đến {time}, theo quy tắc hiện nay. Đây không phải số liệu hiện tại.",
        "Reconstructed for {day}: there was no release then and nobody saw this screen. Computed from what had been "
        "published by {time}, under today's rules. These are not the present figures.",
    ),
    "before_title": ("Ngày này chưa có bản phát hành", "No release on that day"),
    "before_text": (
        "Bản phát hành đầu tiên được công bố lúc {time}. Chọn một ngày từ lúc đó về sau, hoặc dựng lại ngày này từ "
        "những gì đã công bố khi đó: ioc reconstruct {day}",
        "The first release was published at {time}. Choose a day from then on, or reconstruct this one from what had "
        "been published by then: ioc reconstruct {day}",
    ),
    # banners
    "simulated_banner": (
        "Trang này có số liệu mô phỏng: {count} trong {all} chỉ tiêu. Không dùng để ra quyết định.",
        "This page contains simulated data: {count} of {all} indicators. Not for decisions.",
    ),
    "simulated_feed_banner": (
        "Nguồn này giao số liệu mô phỏng. Không dùng để ra quyết định.",
        "This source delivers simulated data. Not for decisions.",
    ),
    "fallback_banner": (
        "Bản phát hành hiện hành ({wanted}) không mở được. Đang hiển thị bản trước đó: {shown}.",
        "The current release ({wanted}) cannot be opened. Showing an earlier one: {shown}.",
    ),
    # no release
    "none_title": ("Chưa có bản phát hành nào", "No release yet"),
    "none_text": (
        "Dữ liệu hiện lên tại đây ngay khi có bản phát hành đầu tiên; không cần tải lại trang.",
        "Data appears here as soon as the first release is published; no reload is needed.",
    ),
    "none_step_1": ("Đặt tệp của các sở, ngành vào thư mục nhận:", "Put the departments' files into the inbox folder:"),
    "none_step_2": ("Chạy đường ống dữ liệu:", "Run the pipeline:"),
    "none_step_3": ("Hoặc tạo số liệu mô phỏng để xem thử:", "Or make simulated data to try it out:"),
    "damaged_title": ("Không mở được bản phát hành nào", "No release can be opened"),
    "damaged_text": (
        "Có tệp phát hành nhưng tệp bị hỏng hoặc thiếu. Chạy lại lệnh dưới đây để phát hành lại từ kho dữ liệu; "
        "trang sẽ tự cập nhật.",
        "Release files exist but are damaged or missing. Run the command below to publish again from the warehouse; "
        "this page updates by itself.",
    ),
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
    "rules_of": ("{passed}/{total} quy tắc đạt", "{passed} of {total} rules passed"),
    "trust_open": ("Độ tin cậy và nguồn gốc", "Trust and lineage"),
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
    # attention
    "attention": ("Cần chú ý", "Needs attention"),
    "attention_none": (
        "Không có chỉ tiêu nào chưa đạt hoặc gần đạt trong bản phát hành này.",
        "No indicator is off or near its target in this release.",
    ),
    "attention_none_grey": (
        "Chưa đánh giá được chỉ tiêu nào: chưa có giá trị kèm mục tiêu. Xem trang Dữ liệu để biết nguồn nào chưa giao.",
        "No indicator can be judged: there is no value with a target. The Data page tells which sources are missing.",
    ),
    "col_indicator": ("Chỉ tiêu", "Indicator"),
    "col_value": ("Giá trị", "Value"),
    "col_target": ("Mục tiêu", "Target"),
    "col_reason": ("Vì sao", "Why"),
    "col_owner": ("Đơn vị phụ trách", "Owner"),
    "col_trust": ("Độ tin cậy", "Trust"),
    "col_status": ("Trạng thái", "Status"),
    "other_field": ("Lĩnh vực khác", "Other field"),
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
    "open_feed": ("Mở trang của nguồn này", "Open this source's page"),
    "passed_rules": ("{n} quy tắc đạt", "{n} rules passed"),
    # feeds
    "data_title": ("Sức khỏe của từng nguồn dữ liệu", "Health of every data source"),
    "data_lead": (
        "{all} nguồn: {fine} bình thường, {watch} cần theo dõi. Nguồn có vấn đề đứng trước.",
        "{all} sources: {fine} fine, {watch} to watch. Sources with problems come first.",
    ),
    "health_ok": ("Bình thường", "Fine"),
    "health_late": ("Quá hạn", "Overdue"),
    "health_held": ("Giữ lại", "Held"),
    "health_blocked": ("Bị chặn", "Blocked"),
    "health_never": ("Chưa giao", "Never delivered"),
    "all_feeds": ("Tất cả nguồn dữ liệu", "All data sources"),
    "details": ("Xem chi tiết: {name}", "Details: {name}"),
    "newest_period": ("Kỳ mới nhất", "Newest period"),
    "last_received": ("Nhận gần nhất", "Last received"),
    "last_good": ("Lần giao tốt gần nhất", "Last good delivery"),
    "next_due": ("Hạn giao kỳ gần nhất", "Deadline of the newest period due"),
    "period_due": ("Kỳ đến hạn", "Period due"),
    "schedule": ("Lịch giao", "Schedule"),
    "schedule_of": ("{period}, chậm nhất {lag} ngày sau kỳ", "{period}, at most {lag} days after the period"),
    "received": ("Nhận", "Received"),
    "accepted": ("Chấp nhận", "Accepted"),
    "quarantined": ("Cách ly", "Quarantined"),
    "rows_received": ("dòng nhận", "rows received"),
    "rows_accepted": ("dòng chấp nhận", "rows accepted"),
    "rows_quarantined": ("dòng cách ly", "rows quarantined"),
    "deliveries_count": ("lần giao", "deliveries"),
    "rules_passed_short": ("quy tắc đạt (lần đã lưu)", "rules passed (stored)"),
    "unknown_feed": (
        "Không có nguồn dữ liệu “{feed}” trong bản phát hành này.",
        "There is no data source “{feed}” in this release.",
    ),
    "why_state": ("Vì sao", "Why"),
    "deliveries": ("Các lần giao", "Deliveries"),
    "deliveries_none": (
        "Nguồn này chưa giao lần nào. Các chỉ tiêu dùng nguồn này hiển thị “Chưa đủ dữ liệu”.",
        "This source has never delivered. Indicators that use it show “Not enough data”.",
    ),
    "outcome_stored": ("Đã lưu", "Stored"),
    "outcome_blocked": ("Bị chặn", "Blocked"),
    "outcome_refused": ("Từ chối", "Refused"),
    "outcome": ("Kết quả", "Outcome"),
    "time_received": ("Thời gian nhận", "Received at"),
    "added_revised": ("Mới / sửa / giữ nguyên", "New / revised / unchanged"),
    "size": ("Dung lượng", "Size"),
    "rules": ("Kết quả kiểm theo điều khoản", "Checks by clause"),
    "rules_delivery": ("Lần giao {file}, nhận lúc {time}", "Delivery {file}, received at {time}"),
    "rules_none_feed": (
        "Chưa có quy tắc nào chạy trên nguồn này: chưa kiểm, không được tính là đạt.",
        "No rule has run on this source: not tested, never counted as passed.",
    ),
    "clause": ("Điều khoản", "Clause"),
    "rule": ("Quy tắc", "Rule"),
    "verdict": ("Kết luận", "Verdict"),
    "checked": ("Đã xét", "Checked"),
    "broken": ("Vi phạm", "Broken"),
    "severity": ("Mức", "Severity"),
    "severity_critical": ("Nghiêm trọng", "Critical"),
    "severity_warning": ("Cảnh báo", "Warning"),
    "severity_info": ("Thông tin", "Information"),
    "rule_passed": ("Đạt", "Passed"),
    "rule_failed": ("Không đạt", "Failed"),
    "rule_unknown": ("Chưa xác định", "Undetermined"),
    "why": ("Vì sao quan trọng", "Why it matters"),
    "fix": ("Cách sửa", "How to fix it"),
    "quarantine": ("Dòng bị cách ly", "Rows in quarantine"),
    "quarantine_none": ("Không có dòng nào bị cách ly.", "No row is in quarantine."),
    "quarantine_some": (
        "Hiển thị {shown} lỗi đầu trong danh sách của bản phát hành; danh sách đầy đủ: ioc quarantine.",
        "Showing the first {shown} problems kept in the release; full list: ioc quarantine.",
    ),
    "column": ("Cột", "Column"),
    "raw": ("Giá trị gốc", "Raw value"),
    "notices": ("Đọc được nhưng chưa hiểu", "Readable but not understood"),
    "notices_lead": (
        "Những phần của tệp không nhận ra được nêu ở đây, không đoán.",
        "Parts of the files that were not recognised are listed here, never guessed.",
    ),
    "older_deliveries": ("{n} lần giao trước đó", "{n} earlier deliveries"),
    "more_attention": ("{n} chỉ tiêu gần đạt khác", "{n} more indicators near target"),
    "notices_none": ("Không có thông báo nào.", "No notices."),
    "period_day": ("Hằng ngày", "Daily"),
    "period_month": ("Hằng tháng", "Monthly"),
    "period_quarter": ("Hằng quý", "Quarterly"),
    "period_half": ("Nửa năm", "Half-yearly"),
    "period_year": ("Hằng năm", "Yearly"),
    # standard
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
    "results": ("Kết quả", "Results"),
    "standard_none": ("Bản phát hành này không kèm điều khoản nào.", "This release carries no clauses."),
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

PRINCIPLES = {
    "đúng": Words("Đúng", "Correct"),
    "đủ": Words("Đủ", "Complete"),
    "sạch": Words("Sạch", "Clean"),
    "sống": Words("Sống", "Live"),
    "thống nhất": Words("Thống nhất", "Consistent"),
    "dùng chung": Words("Dùng chung", "Shared"),
    "quản trị": Words("Quản trị", "Governance"),
}
