"""Words of the map."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_map": ("Bản đồ", "Map"),
    "map_none_title": ("Chưa có số liệu cấp xã", "No values of communes yet"),
    "map_none": (
        "Bản phát hành này không có chỉ tiêu nào có giá trị theo xã, phường, đặc khu. Trang Dữ liệu cho biết nguồn nào "
        "chưa giao; nguồn có cột mã xã sẽ hiện tại đây sau lần chạy ioc run kế tiếp.",
        "This release has no indicator with values by commune. The Data page tells which sources are missing; a source "
        "with a commune column shows here after the next ioc run.",
    ),
    "map_unknown": (
        "Chỉ tiêu “{code}” không có giá trị cấp xã trong bản phát hành này. Đang hiển thị {shown}.",
        "Indicator “{code}” has no values of communes in this release. Showing {shown}.",
    ),
    "map_no_period": ("Chỉ tiêu này không có kỳ “{period}”.", "This indicator has no period “{period}”."),
    "map_no_area": ("Tỉnh không có xã, phường, đặc khu mã “{area}”.", "The province has no commune “{area}”."),
    "map_kicker": ("Theo xã, phường, đặc khu", "By commune"),
    "map_lead": ("{n} xã, phường, đặc khu:", "{n} communes:"),
    "map_red": ("{n} chưa đạt", "{n} off target"),
    "map_amber": ("{n} gần đạt", "{n} near target"),
    "map_green": ("{n} đạt", "{n} on target"),
    "map_grey": ("{n} chưa đủ dữ liệu", "{n} without enough data"),
    "map_untargeted": ("{n} chưa có mục tiêu", "{n} without a target"),
    "map_range": (
        "{n} xã, phường, đặc khu có số liệu: từ {low} đến {high}; {none} chưa có số liệu",
        "{n} communes with data: from {low} to {high}; {none} without",
    ),
    "map_province": ("Toàn tỉnh", "Whole province"),
    "map_province_none": (
        "Toàn tỉnh: chưa có số của kỳ này (không lấy trung bình các xã thay cho số toàn tỉnh)",
        "Whole province: no figure of this period (an average of communes does not stand in for it)",
    ),
    "map_simulated": (
        "Số liệu trên bản đồ là mô phỏng: {count} trong {all} giá trị. Không dùng để ra quyết định.",
        "The data on this map are simulated: {count} of {all} values. Not for decisions.",
    ),
    "map_held": (
        "{n} giá trị giữ lại từ lần giao trước (gạch chéo)",
        "{n} values held from an earlier delivery (hatched)",
    ),
    "map_trust": ("Độ tin cậy", "Trust"),
    "map_indicators": ("Chỉ tiêu", "Indicator"),
    "map_more": ("Chọn trong {n} chỉ tiêu", "Choose among {n} indicators"),
    "map_off": ("{red}/{all} chưa đạt", "{red} of {all} off target"),
    "map_shown": ("{all} đơn vị", "{all} units"),
    "map_periods": ("Kỳ số liệu", "Period"),
    "map_older": ("{n} kỳ trước đó", "{n} earlier periods"),
    "map_colour": ("Tô theo", "Colour by"),
    "map_by_status": ("Trạng thái", "Status"),
    "map_by_value": ("Mức giá trị", "Value class"),
    "map_legend": ("Chú giải", "Legend"),
    "map_class": ("Mức {n}: {low} – {high}", "Class {n}: {low} – {high}"),
    "map_class_one": ("Mức {n}: {low}", "Class {n}: {low}"),
    "map_class_note": (
        "Mỗi mức có số xã gần bằng nhau; mức cao không có nghĩa là tốt hơn.",
        "Each class holds about as many communes; a higher class does not mean better.",
    ),
    "map_no_data": ("Chưa đủ dữ liệu (xám, gạch)", "Not enough data (grey, hatched)"),
    "map_alt": (
        "Bản đồ {place}, {name}, {period}. {lead} Danh sách bên cạnh ghi giá trị của từng xã.",
        "Map of {place}, {name}, {period}. {lead} The list beside it has every commune's value.",
    ),
    "map_tiles_title": ("Sơ đồ ô, mỗi ô một xã", "Tile map, one tile per commune"),
    "map_unit": ("đơn vị: {unit}", "in {unit}"),
    "map_tiles_note": (
        "Chưa có tệp ranh giới: ô xếp theo mã đơn vị hành chính nên xã cùng huyện cũ đứng gần nhau; vị trí ô không "
        "phải vị trí địa lý. Để có bản đồ: ioc boundaries TEP.geojson",
        "No boundary file: tiles stand in the order of unit codes, so communes of one former district are near; their "
        "place is not geography. For a map: ioc boundaries FILE.geojson",
    ),
    "map_bad_file": (
        "Tệp {path} không phải do lệnh ioc boundaries ghi nên không dùng được. Chạy lại: ioc boundaries TEP.geojson",
        "{path} was not written by ioc boundaries and cannot be used. Run: ioc boundaries FILE.geojson",
    ),
    "map_missing_shapes": (
        "Chưa có ranh giới (có trong danh sách): {names}",
        "Without a boundary (in the list): {names}",
    ),
    "map_unmatched": (
        "{n} vùng trong tệp ranh giới không khớp xã nào và không được vẽ",
        "{n} features of the boundary file match no commune and are not drawn",
    ),
    "map_source": ("Ranh giới: {file}", "Boundaries: {file}"),
    "map_islands": ("Đảo xa bờ (khác tỷ lệ)", "Far islands (other scale)"),
    "map_list": ("Từng xã, phường, đặc khu", "Every commune"),
    "map_list_hint": ("Chọn một dòng để xem chi tiết", "Choose a line for details"),
    "map_chosen": ("Đang chọn", "Chosen"),
    "map_unchoose": ("Bỏ chọn", "Clear"),
    "map_to_indicator": ("Xem chỉ tiêu tại xã này", "Open the indicator for this commune"),
    "map_to_compare": ("So sánh các xã", "Compare communes"),
    "map_history": ("Các kỳ của xã này", "Periods of this commune"),
    "map_from": ("{numerator} trên {denominator}", "{numerator} of {denominator}"),
    "map_no_value": ("Không có giá trị trong kỳ này.", "No value in this period."),
    "map_col_base": ("Tử số / mẫu số", "Numerator / denominator"),
    "map_col_period": ("Kỳ", "Period"),
}
