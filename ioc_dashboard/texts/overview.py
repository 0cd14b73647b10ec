"""Words of the overview and of the wall."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "to_wall": ("Màn hình lớn", "Wall display"),
    # decisions
    "decide_title": ("Cần quyết định hôm nay", "To be decided today"),
    "decide_none": ("Không có cảnh báo đang mở, không có nhiệm vụ chờ quyết định.", "No open alert, no task waiting."),
    "decide_unread": (
        "Không đọc được kho cảnh báo. Kiểm tra bằng lệnh: ioc alerts verify",
        "The store of alerts cannot be read. Check with: ioc alerts verify",
    ),
    "decide_more": ("Tất cả {n} cảnh báo đang mở", "All {n} open alerts"),
    "decide_more_tasks": ("Tất cả nhiệm vụ", "All tasks"),
    "severity_of_critical": ("Nghiêm trọng", "Critical"),
    "severity_of_warning": ("Cảnh báo", "Warning"),
    "alerts_counted": ("{n} cảnh báo đang mở, {critical} nghiêm trọng", "{n} open alerts, {critical} critical"),
    "alerts_overdue": ("{n} quá hạn", "{n} overdue"),
    "tasks_awaiting": ("{n} nhiệm vụ chờ lãnh đạo quyết định", "{n} tasks await the leaders' decision"),
    "tasks_must_go_up": ("{n} nhiệm vụ phải báo cáo lên", "{n} tasks must go up"),
    "tasks_stuck": ("{n} nhiệm vụ vướng mắc", "{n} tasks stuck"),
    "tasks_overdue": ("{n} nhiệm vụ quá hạn chưa xong", "{n} tasks overdue and not done"),
    "due_by": ("Hạn {day}", "Due {day}"),
    "due_overdue": ("Quá hạn từ {day}", "Overdue since {day}"),
    "due_none": ("Chưa ghi hạn", "No deadline stated"),
    "alert_recovered": ("số liệu đã phục hồi, đề nghị đóng", "figures recovered, closing proposed"),
    "no_unit": ("Chưa rõ đơn vị chủ trì", "No lead unit stated"),
    # changes
    "changes_title": ("Thay đổi từ lần xem trước", "Changes since your last visit"),
    "changes_title_previous": ("Thay đổi so với bản trước", "Changes since the release before"),
    "changes_visit": ("So với bản bạn xem lúc {time}.", "Against the release you saw at {time}."),
    "changes_asked": ("So với bản phát hành lúc {time}.", "Against the release published at {time}."),
    "changes_previous": ("So với bản phát hành trước, lúc {time}.", "Against the release before, of {time}."),
    "changes_same": (
        "Chưa có bản phát hành mới từ lần bạn xem lúc {time}.", "No new release since you looked at {time}.",
    ),  # fmt: skip
    "changes_first": (
        "Đây là bản phát hành đầu tiên; chưa có gì để so sánh.", "This is the first release; nothing to compare with.",
    ),  # fmt: skip
    "changes_compare": ("So với bản phát hành trước", "Compare with the release before"),
    "changes_nothing": (
        "Không chỉ tiêu nào đổi trạng thái, không số liệu nào được sửa.", "No status changed and no figure was revised.",
    ),  # fmt: skip
    "changes_worse": ("xấu đi", "worse"),
    "changes_better": ("tốt lên", "better"),
    "changes_other": ("đổi trạng thái", "changed"),
    "changes_counted": (
        "{worse} xấu đi, {better} tốt lên, {revised} có số liệu sửa lại, {newer} có kỳ mới",
        "{worse} worse, {better} better, {revised} with revised figures, {newer} with a newer period",
    ),
    "changes_revised": ("Sửa số liệu", "Revised"),
    "changes_from_to": ("{period}: {before} → {after}", "{period}: {before} → {after}"),
    "changes_periods": ("và {n} kỳ khác", "and {n} more periods"),
    "changes_all": ("Xem thêm {n} thay đổi", "{n} more changes"),
    "changes_appeared": ("{n} chỉ tiêu mới có", "{n} indicators are new"),
    "changes_gone": ("{n} chỉ tiêu không còn", "{n} indicators are gone"),
    # attention, tiles, tree
    "more_off": ("Xem thêm {n} chỉ tiêu chưa đạt hoặc gần đạt", "{n} more indicators off or near target"),
    "attention_order": (
        "Chỉ tiêu chủ yếu trước, rồi kết quả và tác động, sau cùng là quá trình.",
        "Headline indicators first, then results and impact, process last.",
    ),
    "headline_title": ("Chỉ tiêu chủ yếu", "Headline indicators"),
    "tree_title": ("Trạng thái theo lĩnh vực", "Status by field"),
    "tree_lead": (
        "Màu của mỗi lĩnh vực tính từ các chỉ tiêu bên dưới theo quy tắc đã khai báo; mở ra để xem.",
        "The colour of each field follows from its indicators by the declared rule; open one to see it.",
    ),
    "tree_all": ("Xem {n} thẻ của {field}", "See the {n} tiles of {field}"),
    "rule_is": ("Quy tắc", "Rule"),
    "rule_worst_of": ("theo mục kém nhất", "the worst item decides"),
    "rule_majority": ("theo số đông, hòa thì lấy màu kém hơn", "the majority decides, a tie takes the worse colour"),
    "rule_weighted": (
        "bình quân có trọng số (đạt 1, gần đạt 0,5, chưa đạt 0)",
        "weighted mean (on target 1, near 0.5, off 0)",
    ),
    "rule_share_of_green": ("tỷ lệ mục đạt", "share of items on target"),
    "rule_green": ("đạt từ {share}%", "on target from {share}%"),
    "rule_amber": ("gần đạt từ {share}%", "near from {share}%"),
    "rule_weights": ("trọng số: {list}", "weights: {list}"),
    "rule_known": ("cần ít nhất {n} mục có đánh giá", "at least {n} judged items needed"),
    "fields_title": ("Các lĩnh vực", "Fields"),
    "field_lead": ("{field}: {n} chỉ tiêu.", "{field}: {n} indicators."),
    "back_overview": ("Toàn cảnh", "Overview"),
    "unknown_field": ("Không có lĩnh vực “{field}” trong bản phát hành này.", "No field “{field}” in this release."),
    # wall
    "wall_leave": ("Thoát", "Leave"),
    "wall_previous": ("Trước", "Previous"),
    "wall_next": ("Tiếp", "Next"),
    "wall_run": ("Tự chuyển", "Rotate"),
    "wall_stay": ("Dừng ở trang này", "Stay on this panel"),
    "wall_paused": ("Đang tạm dừng", "Paused"),
    "wall_tools": ("Điều khiển màn hình lớn", "Wall controls"),
    "wall_of": ("{n}/{all}", "{n}/{all}"),
    "wall_simulated": ("Có số liệu mô phỏng: không dùng để ra quyết định", "Contains simulated data: not for decisions"),
    "wall_published": ("Phát hành {time}", "Published {time}"),
    "wall_red": ("Chưa đạt", "Off target"),
    "wall_no_red": ("Không có chỉ tiêu nào chưa đạt.", "No indicator is off target."),
    "wall_more": ("và {n} chỉ tiêu khác", "and {n} more"),
}
