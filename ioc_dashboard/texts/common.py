"""Words of the frame, and what several pages say: situation, status, tiles, columns; kinds of data and measures."""

from __future__ import annotations

from ioc_dashboard.model import Words

TEXTS: dict[str, tuple[str, str]] = {
    # frame
    "centre": ("Trung tâm giám sát, điều hành thông minh", "Intelligent Operations Centre"),
    "nav": ("Các trang", "Pages"),
    "page_overview": ("Toàn cảnh", "Overview"),
    "page_data": ("Dữ liệu", "Data"),
    "page_standard": ("Chuẩn IOC", "IOC standard"),
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
