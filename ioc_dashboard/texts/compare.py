"""Words of the comparison."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_compare": ("So sánh", "Compare"),
    "cmp_scope": ("So sánh giữa", "Compare"),
    "cmp_commune": ("Xã, phường, đặc khu", "Communes"),
    "cmp_unit": ("Cơ quan, đơn vị", "Agencies"),
    "cmp_province": ("Tỉnh, thành phố", "Provinces"),
    "cmp_kicker_commune": ("So sánh các xã, phường, đặc khu", "Communes compared"),
    "cmp_kicker_unit": ("So sánh các cơ quan, đơn vị", "Agencies compared"),
    "cmp_kicker_province": ("So sánh các tỉnh, thành phố", "Provinces compared"),
    "cmp_none_title": ("Chưa có gì để so sánh", "Nothing to compare yet"),
    "cmp_none": (
        "Bản phát hành này không có giá trị theo {scope}. Trang Dữ liệu cho biết nguồn nào chưa giao.",
        "This release has no values by {scope}. The Data page tells which sources are missing.",
    ),
    "cmp_unknown": (
        "Không so sánh được “{code}” trong nhóm này. Đang hiển thị {shown}.",
        "“{code}” cannot be compared here. Showing {shown}.",
    ),
    "cmp_lead": (
        "{n} trên {all} đơn vị có số liệu được xếp thứ tự; {none} chưa có số liệu được liệt kê riêng, không xếp cuối.",
        "{n} of {all} units have data and are put in order; {none} without data are listed apart, never last.",
    ),
    "cmp_lead_some": (
        "{n} đơn vị có số riêng trong bản phát hành; các đơn vị khác chỉ có số gộp.",
        "{n} agencies have figures of their own in the release; the others only together.",
    ),
    "cmp_lead_all": ("Cả {n} đơn vị có số liệu.", "All {n} units have data."),
    "cmp_me": ("{name} đứng thứ {rank}/{n}.", "{name} ranks {rank} of {n}."),
    "cmp_me_tied": ("{name} đồng hạng {rank}/{n}.", "{name} shares rank {rank} of {n}."),
    "cmp_me_none": (
        "{name} chưa có số liệu kỳ này nên không có thứ hạng.",
        "{name} has no data of this period: no rank.",
    ),
    "cmp_by_size": (
        "Chỉ tiêu này không quy định cao hay thấp là tốt: chỉ xếp theo trị số, không xếp hạng.",
        "No way is better for this indicator: ordered by size, nobody is ranked.",
    ),
    "cmp_sort": ("Sắp theo", "Order"),
    "cmp_sort_value": ("Thứ hạng", "Rank"),
    "cmp_sort_name": ("Tên A–Y", "Name"),
    "cmp_likes": ("So sánh có ngang nhau không?", "Is it like for like?"),
    "cmp_fine": (
        "Cùng kỳ, cùng loại số liệu, cùng cách đo ở mọi đơn vị được xếp.",
        "Same period, same kind of figure, same measure for every unit in the order.",
    ),
    "cmp_mixed_types": (
        "Lẫn loại số liệu: {kinds}. Thứ hạng có thể đổi khi có số chính thức.",
        "Mixed kinds of figures: {kinds}. Ranks may change once they are official.",
    ),
    "cmp_mixed_measures": (
        "Lẫn cách đo: {kinds}. Không xếp ngang nhau được.",
        "Mixed measures: {kinds}. Not like for like.",
    ),
    "cmp_not_final": (
        "Số {kind}, chưa chính thức: thứ hạng có thể đổi.",
        "Marked “{kind}”, not official: ranks may change.",
    ),
    "cmp_other_period": (
        "{n} đơn vị chỉ có số của kỳ khác: không đưa vào thứ tự.",
        "{n} units have only figures of another period: left out of the order.",
    ),
    "cmp_small": (
        "{n} tỷ lệ tính trên dưới 30 trường hợp (ghi “mẫu số nhỏ”): một trường hợp làm đổi thứ hạng.",
        "{n} rates rest on fewer than 30 cases (marked “small base”): one case changes the rank.",
    ),
    "cmp_absolute": (
        "Số tuyệt đối: nơi đông dân, quy mô lớn đứng cao không có nghĩa là làm tốt hơn.",
        "Absolute numbers: a larger place stands higher without doing better.",
    ),
    "cmp_price_current": (
        "Tính theo giá hiện hành: không so giữa các năm nếu chưa loại trừ biến động giá.",
        "At current prices: do not compare years without removing price changes.",
    ),
    "cmp_price_constant_2010": ("Tính theo giá so sánh 2010.", "At constant 2010 prices."),
    "cmp_merger_before_province": (
        "Kỳ này kết thúc trước 01/7/2025: số theo 63 tỉnh cũ, không so được với 34 tỉnh hiện nay.",
        "This period ended before 1 July 2025: figures of the former 63 provinces, not comparable with today's 34.",
    ),
    "cmp_merger_across_province": (
        "Kỳ này có mốc sắp xếp 01/7/2025: {merged} tỉnh hợp nhất (ghi “hợp nhất”) đứt chuỗi so với các năm trước; "
        "{kept} tỉnh giữ nguyên thì không. Kiểm số đã tính lại theo địa giới mới chưa.",
        "The reorganisation of 1 July 2025 falls in this period: {merged} merged provinces (marked “merged”) break "
        "their series with earlier years, {kept} unchanged ones do not. Check that figures follow the new borders.",
    ),
    "cmp_merger_after_province": (
        "{merged} tỉnh hợp nhất từ 01/7/2025 (ghi “hợp nhất”): không so với số trước đó nếu chưa tính lại.",
        "{merged} provinces merged on 1 July 2025 (marked “merged”): earlier figures compare only when recomputed.",
    ),
    "cmp_merger_before_commune": (
        "Kỳ này kết thúc trước 01/7/2025: chưa có các xã, phường hiện nay.",
        "This period ended before 1 July 2025: today's communes did not exist.",
    ),
    "cmp_merger_across_commune": (
        "Xã, phường hiện nay lập từ 01/7/2025: số cả năm ghép hai địa giới.",
        "Today's communes exist since 1 July 2025: a figure of the year joins two territories.",
    ),
    "cmp_merged": ("hợp nhất", "merged"),
    "cmp_small_tag": ("mẫu số nhỏ", "small base"),
    "cmp_whole": ("Toàn tỉnh", "Whole province"),
    "cmp_nation": ("Cả nước", "Viet Nam"),
    "cmp_whole_none": ("chưa có số của kỳ này", "no figure of this period"),
    "cmp_median": ("Trung vị của {n} đơn vị có số liệu", "Median of {n} units with data"),
    "cmp_median_note": ("mô tả các đơn vị, không phải số của toàn thể", "describes the units, not the whole"),
    "cmp_how_S": ("toàn tỉnh là tổng của các đơn vị", "the whole is the sum of the units"),
    "cmp_how_R": (
        "toàn tỉnh = tổng tử số chia tổng mẫu số, không phải trung bình các đơn vị",
        "the whole is the sum of numerators by the sum of denominators, not the units' average",
    ),
    "cmp_how_W": (
        "toàn tỉnh là bình quân gia quyền, không phải trung bình cộng",
        "the whole is a weighted mean, not a plain one",
    ),
    "cmp_how_X": (
        "số toàn thể được công bố riêng, không cộng từ các đơn vị",
        "the whole is published on its own, not added up from units",
    ),
    "cmp_how_L": ("toàn tỉnh lấy giá trị cuối kỳ", "the whole takes the last value"),
    "cmp_rank": ("Hạng", "Rank"),
    "cmp_unit_col": ("Đơn vị", "Unit"),
    "cmp_bar": ("So với nhau", "Against each other"),
    "cmp_base": ("Tử số / mẫu số", "Numerator / denominator"),
    "cmp_notes": ("Ghi chú", "Notes"),
    "cmp_table": ("Xếp thứ tự {name}, {period}", "{name} in order, {period}"),
    "cmp_tick": ("Vạch đứng là mục tiêu.", "The upright line is the target."),
    "cmp_unknowns": ("Chưa có số liệu kỳ này ({n}), không xếp hạng", "Without data of this period ({n}), not ranked"),
    "cmp_last": ("có số {period}", "has {period}"),
    "cmp_tasks": ("Xếp hạng theo nhiệm vụ", "Ranking by tasks"),
    "cmp_tasks_name": (
        "Xếp hạng cơ quan, đơn vị theo nhiệm vụ đúng hạn năm {year}",
        "Agencies ranked by tasks in time, {year}",
    ),
    "cmp_points": ("điểm", "points"),
    "cmp_due": ("đúng hạn / đến hạn", "in time / due"),
    "cmp_not_ranked": ("Chưa đủ cơ sở để xếp hạng ({n})", "Not enough to be ranked ({n})"),
    "cmp_partial": (
        "Bản phát hành chỉ giữ riêng {n} đơn vị tác động nhiều nhất tới thay đổi của chỉ tiêu; "
        "các đơn vị khác gộp chung. Vì vậy chỉ xếp theo trị số, không có thứ hạng.",
        "The release keeps apart only the {n} agencies that moved the indicator most; the others are held together. "
        "So they are ordered by size and nobody has a rank.",
    ),
    "cmp_split": ("{dimension}; số của tỉnh chia theo đơn vị", "{dimension}; the province's figure split by agency"),
    "cmp_definition": ("Cách hiểu", "What it means"),
    "cmp_task_class": (
        "Chỉ xếp trong cùng nhóm đơn vị; điểm tính đến {day}.",
        "Ranked inside one group only; scores as of {day}.",
    ),
    "cmp_to_map": ("Xem trên bản đồ", "Show on the map"),
    "cmp_simulated": (
        "Có số liệu mô phỏng: {n} trong {all} đơn vị. Không dùng để ra quyết định.",
        "Simulated data: {n} of {all} units. Not for decisions.",
    ),
}
