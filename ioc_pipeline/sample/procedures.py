"""Procedures that the sample's dossiers are about, and the departments that handle them.

Codes have the real shape; pairing of code and name is by memory and good for sample data only. `days`: working days
to the due date; `fee`: a fee is due; `kinds`: likely kinds of applicant (1 person … 4 other organisation); `weight`:
share among the dossiers of its level.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Procedure:
    """One administrative procedure of the sample."""

    code: str
    name: str
    field: str
    commune: bool
    days: int
    fee: bool
    weight: float
    kinds: tuple[float, float, float, float] = (0.97, 0.01, 0.0, 0.02)


_FIRMS = (0.02, 0.93, 0.01, 0.04)
_MIXED = (0.55, 0.38, 0.03, 0.04)

PROCEDURES: tuple[Procedure, ...] = (
    Procedure("2.000815", "Chứng thực bản sao từ bản chính giấy tờ, văn bản", "G15-TP02", True, 1, True, 30.0),
    Procedure("2.000884", "Chứng thực chữ ký trong các giấy tờ, văn bản", "G15-TP02", True, 1, True, 9.0),
    Procedure("1.001193", "Đăng ký khai sinh", "G15-TP01", True, 1, False, 8.0),
    Procedure("1.000656", "Đăng ký khai tử", "G15-TP01", True, 1, False, 3.0),
    Procedure("1.000894", "Đăng ký kết hôn", "G15-TP01", True, 2, False, 4.0),
    Procedure("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", "G15-TP01", True, 3, True, 7.0),
    Procedure("2.000635", "Cấp bản sao Trích lục hộ tịch", "G15-TP01", True, 1, True, 8.0),
    Procedure("1.001731", "Hỗ trợ chi phí mai táng", "G09-BT01", True, 7, False, 1.5),
    Procedure("1.001776", "Trợ cấp xã hội hằng tháng", "G09-BT01", True, 10, False, 3.0),
    Procedure("1.012817", "Xác định lại diện tích đất ở của hộ gia đình", "G13-DD01", True, 20, True, 4.0),
    Procedure("1.013949", "Đăng ký biến động quyền sử dụng đất", "G13-DD01", True, 10, True, 9.0),
    Procedure("1.013978", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "G17-XD03", True, 15, True, 3.0, _MIXED),
    Procedure("1.001612", "Đăng ký thành lập hộ kinh doanh", "G05-KD01", True, 3, True, 5.0),
    Procedure("2.000720", "Đăng ký thay đổi nội dung hộ kinh doanh", "G05-KD01", True, 3, True, 2.5),
    Procedure("2.001583", "Đăng ký thành lập công ty TNHH một thành viên", "G05-DN01", False, 3, True, 8.0, _FIRMS),
    Procedure("2.002042", "Đăng ký thành lập công ty cổ phần", "G05-DN01", False, 3, True, 3.0, _FIRMS),
    Procedure("2.001954", "Thông báo thay đổi nội dung đăng ký thuế", "G05-DN01", False, 3, False, 7.0, _FIRMS),
    Procedure("1.010708", "Cấp giấy phép vận tải đường bộ quốc tế", "G17-GT01", False, 5, True, 4.0, _MIXED),
    Procedure("1.002809", "Đổi giấy phép lái xe", "G17-GT02", False, 5, True, 22.0),
    Procedure("1.011442", "Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất", "G03-GD10", False, 1, True, 20.0, _MIXED),
    Procedure("1.004193", "Gia hạn quyền khai thác tài nguyên nước", "G13-TN02", False, 30, True, 0.6, _FIRMS),
    Procedure("2.002492", "Cấp phiếu lý lịch tư pháp", "G15-TP05", False, 10, True, 14.0),
    Procedure("1.003348", "Chứng nhận đủ điều kiện an toàn thực phẩm", "G18-YT03", False, 15, True, 3.0, _MIXED),
    Procedure("1.012289", "Cấp giấy phép hành nghề khám bệnh, chữa bệnh", "G18-YT01", False, 30, True, 2.0),
    Procedure("3.000181", "Tuyển sinh trung học phổ thông", "G06-GD02", False, 10, False, 4.0),
    Procedure("1.005142", "Xét tuyển học sinh bán trú trường phổ thông", "G06-GD02", False, 7, False, 1.5),
    Procedure("1.000105", "Cấp giấy phép lao động cho người nước ngoài", "G14-VL01", False, 10, True, 3.5, _FIRMS),
    Procedure("2.000205", "Chấp thuận nhu cầu sử dụng lao động nước ngoài", "G14-VL01", False, 10, False, 2.5, _FIRMS),
    Procedure("1.009645", "Chấp thuận chủ trương đầu tư", "G05-DT01", False, 30, False, 0.6, _FIRMS),
    Procedure("1.004594", "Công nhận hạng cơ sở lưu trú du lịch", "G19-DL01", False, 20, True, 0.5, _FIRMS),
)  # fmt: skip

DEPARTMENT_NAMES: tuple[tuple[str, str], ...] = (
    ("Văn phòng UBND tỉnh", "Office of the provincial People's Committee"),
    ("Sở Nội vụ", "Department of Home Affairs"),
    ("Sở Tư pháp", "Department of Justice"),
    ("Sở Tài chính", "Department of Finance"),
    ("Sở Công Thương", "Department of Industry and Trade"),
    ("Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment"),
    ("Sở Xây dựng", "Department of Construction"),
    ("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
    ("Sở Giáo dục và Đào tạo", "Department of Education and Training"),
    ("Sở Y tế", "Department of Health"),
    ("Sở Văn hóa, Thể thao và Du lịch", "Department of Culture, Sports and Tourism"),
    ("Thanh tra tỉnh", "Provincial Inspectorate"),
    ("Sở Dân tộc và Tôn giáo", "Department of Ethnic and Religious Affairs"),
    ("Ban Quản lý khu kinh tế và các khu công nghiệp", "Management Board of the economic and industrial zones"),
)
"""Departments of a province after the reorganisation of 2025, Vietnamese and English. Their numbers in agency codes are
of the sample only."""
