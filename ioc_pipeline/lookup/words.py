"""Words for the codes of a published value, the same in every command and file."""

from __future__ import annotations

from ioc_pipeline.messages import Text

STATUS = {
    "green": Text("Đạt", "On target"),
    "amber": Text("Gần đạt", "Near target"),
    "red": Text("Chưa đạt", "Off target"),
    "grey": Text("Chưa xếp màu", "No status"),
}
TRUST = {
    "verified": Text("Đã kiểm", "Verified"),
    "warning": Text("Có cảnh báo", "Warning"),
    "held": Text("Giữ lại", "Held"),
    "unverified": Text("Chưa kiểm", "Not tested"),
}
DATA_TYPES = {
    "plan": Text("kế hoạch", "plan"),
    "estimate": Text("ước tính", "estimate"),
    "preliminary": Text("sơ bộ", "preliminary"),
    "actual": Text("thực hiện", "actual"),
    "official": Text("chính thức", "official"),
}
VALUE_STATUSES = {
    "present": Text("có số", "present"),
    "nil": Text("không phát sinh", "nil"),
    "missing": Text("chưa có số", "missing"),
    "confidential": Text("không công bố (mật)", "confidential"),
}
GREY_CAUSES = {
    "no_data": Text("chưa có số", "no data"),
    "too_old": Text("số quá cũ", "too old"),
    "no_target": Text("chưa có mục tiêu", "no target"),
}
