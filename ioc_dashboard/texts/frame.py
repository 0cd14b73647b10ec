"""Words around every page: masthead, the day that is shown, banners, what is said when there is no release."""

from __future__ import annotations

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
}
