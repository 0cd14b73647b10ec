"""What is known about the answer key itself: its other spellings, and the few places where it errs.

Every exception is listed with its reason; nothing else is compared loosely.
"""

from __future__ import annotations

from dataclasses import dataclass

# Labels the key's author spells differently from the books, and rows that are indicators of their own.
OTHER_SPELLINGS: dict[str, tuple[str, ...]] = {
    "Đặc khu hành chính Hồng Kông (TQ)": (
        "Đặc khu Hành chính Hồng Công (TQ)",
        "Đặc khu HC Hồng Công (TQ)",
        "Đặ khu HC Hồng Kông (TQ)",
        "Hồng Kông",
    ),
    "Trung Quốc": ("CHND Trung Hoa",),
    "Đức": ("CHLB Đức",),
    "Quần đảo Cay-man": ("Quần đảo Cay-men",),
    "Na-uy": ("Na Uy",),
    "Thụy Sỹ": ("Thụy Sĩ",),
    "Ca-na-da": ("Ca-na-đa",),
    "Ôx-trây-li-a": ("Ô-xtrây-li-a",),
    "Lúc-xăm-bua": ("Luxembourg",),
    "Xlô-va-ki": ("Xlô-va-ki-a",),
    "Thừa Thiên - Huế": ("Thừa Thiên Huế",),
    "Bộ Giáo dục - Đào tạo": ("Bộ Giáo dục và Đào tạo",),
    "Điện thoại và linh kiện": ("Điện thoại các loại và linh kiện", "Điện thoại các loại và LK"),
    "Điện tử, máy tính và linh kiện": ("Điện tử, máy tính và LK",),
    "Máy móc thiết bị, dụng cụ PT khác": (
        "Máy móc, thiết bị, DC, PT khác",
        "Máy móc, thiết bị, dụng cụ PT khác",
        "Máy móc thiết bị, DC, PT khác",
        "Máy móc thiết bị, DC PT khác",
        "Máy móc thiết bị, DC PT",
        "Máy móc thiết bị, dụng cụ PT",
    ),
    "Sản phẩm từ chất dẻo": ("Sản phẩm chất dẻo",),
    "Máy ảnh, máy quay phim và LK": ("Máy ảnh, máy quay phim và linh kiện",),
    "SP nội thất từ chất liệu khác gỗ": ("Sản phẩm nội thất từ chất liệu khác gỗ",),
    "Dệt, may": ("Hàng dệt, may",),
    "Trong đó: Nguyên chiếc(*)": ("Nguyên chiếc",),
    "Sản xuất, chế biến thực phẩm": ("Sản xuất chế biến thực phẩm",),
    "Sản xuất sản phẩm thuốc lá": ("Sản xuất thuốc lá",),
    "Sửa chữa, bảo dưỡng và lắp đặt máy móc, thiết bị": ("Sửa chữa, bảo dưỡng và lắp đặt máy móc và thiết bị",),
    "Hoạt động thu gom, xử lý và tiêu huỷ rác thải; tái chế phế liệu": (
        "Hoạt độg thu gom, xử lý và tiêu huỷ rác thải; tái chế phế liệu",
    ),
    (
        "Chế biến gỗ và sản xuất sản phẩm từ gỗ, tre, nứa (trừ giường, tủ, bàn ghế); "
        "sản xuất sản phẩm từ rơm, rạ và vật liệu tết bện"
    ): (
        "Chế biến gỗ và sản xuất sản phẩm từ gỗ, tre, nứa (trừ giường, tủ, bàn, ghế); "
        "sản xuất sản phẩm từ rơm, rạ và vật liệu tết bện",
    ),
    "May mặc, mũ nón và giày dép": ("May mặc, giày dép và mũ nón",),
    (
        "Hoạt động của Đảng Cộng sản, tổ chức chính trị-xã hội; quản lý Nhà nước, an ninh quốc phòng; "
        "đảm bảo xã hội bắt buộc"
    ): (
        "Hoạt động của Đảng Cộng sản, tổ chức chính trị- xã hội; quản lý Nhà nước, an ninh quốc phòng; "
        "đảm bảo xã hội bắt buộc",
    ),
    "Phân U rê": ("Phân Ure", "Phân u rê", "Phân Urê"),
    "Dầu mỏ thô khai thác": ("Dầu mỏ thô khai thác trong nước",),
    "Hàng hóa và dịch vụ khác": ("Đồ dùng và dịch vụ khác",),
}


@dataclass(frozen=True)
class KnownError:
    """Cells of the key that do not restate what the book says; None stands for every label."""

    table: str
    date: str
    column: str
    reason: str
    label: str | None = None


KEY_ERRORS = (
    KnownError(
        "xk", "2018-05-29", "YTD-YOY",
        "the key has 0 − 100 where the book (18XK!M8:M12) prints 115,8 …: its author's blank became 0",
    ),
    KnownError(
        "tongmuc", "2018-03-29", "YTD-YOY",
        "the book prints growth (9,86) under an index heading (“so với cùng kỳ (%)”); the reader refuses the column",
    ),
)  # fmt: skip

# The key's author took the columns of the industrial index by position. In the January books of 2015–2017 the second
# column is the whole last year against the year before, and the third the month against December.
IIP_JANUARY_BY_POSITION = ("2015-01-29", "2016-01-29", "2017-01-27")


def key_error(table: str, date: str, column: str, label: str, value: float) -> str | None:
    """Reason why a cell of the key is not compared; None for nearly all."""
    for error in KEY_ERRORS:
        if (table, date, column) == (error.table, error.date, error.column) and error.label in (None, label):
            if table == "xk" and value != 0:
                return None
            return error.reason
    return None
