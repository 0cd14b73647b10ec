"""What each column of the answer key of the monthly workbooks restates (`answer_key`)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Restated:
    """A column of the key: the indicator and measures it may restate, of which month, and what was subtracted."""

    column: str
    indicator: str
    measures: tuple[str, ...]
    month: str = (
        "this"  # this | previous | quarter (since September 2018 the key has the quarter, before the year to date)
    )
    minus: float = 0.0


@dataclass(frozen=True)
class Table:
    """One file of the key."""

    file: str
    label: str
    columns: tuple[Restated, ...]
    whole: tuple[str, ...]
    # January: the author repeats the month's value as the year to date (there is no such column in the book).
    january: dict[str, str] = field(default_factory=dict)


JANUARY = {"ytd": "period", "ytd_yoy": "yoy"}
TABLES = (
    Table(
        "fdi",
        "Phân Loại",
        (
            Restated("Số dự án", "NSO_FDI_DUAN", ("ytd",)),
            Restated("Vốn đăng ký cấp mới", "NSO_FDI_CAPMOI", ("ytd",)),
            Restated("Vốn đăng ký điều chỉnh", "NSO_FDI_DIEUCHINH", ("ytd",)),
            Restated("Vốn đăng ký", "NSO_FDI_CAPMOI", ("ytd",)),
        ),
        ("TỔNG SỐ",),
    ),
    Table(
        "vdt",
        "Phân Loại",
        (
            Restated("Total-Pre-Month", "NSO_VDT_NSNN", ("period",), "previous"),
            Restated("E-Total-M", "NSO_VDT_NSNN", ("period",)),
            Restated("Total-YOY", "NSO_VDT_NSNN", ("ytd",)),
            Restated("YOP", "NSO_VDT_NSNN", ("plan_pct",)),
            Restated("YTD-YOY", "NSO_VDT_NSNN", ("ytd_yoy",), minus=100),
        ),
        ("TỔNG SỐ",),
        JANUARY,
    ),
    Table(
        "tongmuc",
        "Phân Loại",
        (
            Restated("Pre-M", "NSO_BANLE", ("period",), "previous"),
            Restated("E-M", "NSO_BANLE", ("period",)),
            Restated("YTD", "NSO_BANLE", ("ytd",)),
            Restated("M-YOY", "NSO_BANLE", ("yoy",)),
            Restated("YTD-YOY", "NSO_BANLE", ("ytd_yoy",)),
        ),
        ("TỔNG SỐ",),
        JANUARY,
    ),
    Table(
        "xk",
        "Ngành",
        (
            Restated("Total-M", "NSO_XK_TRIGIA", ("period",)),
            Restated("Total-YOY", "NSO_XK_TRIGIA", ("ytd",)),
            Restated("YOY", "NSO_XK_TRIGIA", ("yoy",), minus=100),
            Restated("YTD-YOY", "NSO_XK_TRIGIA", ("ytd_yoy",), minus=100),
        ),
        ("TỔNG TRỊ GIÁ",),
        JANUARY,
    ),
    Table(
        "nk",
        "Ngành",
        (
            Restated("Total-M", "NSO_NK_TRIGIA", ("period",)),
            Restated("Total-YOY", "NSO_NK_TRIGIA", ("ytd",)),
            Restated("YOY", "NSO_NK_TRIGIA", ("yoy",), minus=100),
            Restated("YTD-YOY", "NSO_NK_TRIGIA", ("ytd_yoy",), minus=100),
        ),
        ("TỔNG TRỊ GIÁ",),
        JANUARY,
    ),
    Table(
        "iip",
        "Ngành",
        (
            # The book's first column: the previous month, or the months up to it, against the year before.
            Restated("YOY-Pre-Month", "NSO_IIP", ("yoy", "ytd_yoy"), "previous", 100),
            Restated("MOM", "NSO_IIP", ("mom",), minus=100),
            Restated("E-YOY", "NSO_IIP", ("yoy",), minus=100),
            Restated("YTD-YOY", "NSO_IIP", ("ytd_yoy",), minus=100),
        ),
        ("Toàn ngành công nghiệp",),
        {"ytd_yoy": "yoy"},
    ),
    Table(
        "cpi",
        "Hàng hóa",
        (
            Restated("YOY", "NSO_CPI", ("yoy",), minus=100),
            Restated("MOM", "NSO_CPI", ("mom",), minus=100),
            Restated("YTD-YOY", "NSO_CPI", ("ytd_yoy",), minus=100),
        ),
        ("CHỈ SỐ GIÁ TIÊU DÙNG",),
        {"ytd_yoy": "yoy"},
    ),
    Table(
        "spcn",
        "Ngành",
        (
            # The book's first column: the previous month, or the months up to it.
            Restated("Total-Pre-Month", "NSO_SPCN", ("period", "ytd"), "previous"),
            Restated("E-Total-M", "NSO_SPCN", ("period",)),
            Restated("Total-YTD", "NSO_SPCN", ("ytd",)),
            Restated("YOY", "NSO_SPCN", ("yoy",), minus=100),
            Restated("YTD-YOY", "NSO_SPCN", ("ytd_yoy",), minus=100),
        ),
        (),
        JANUARY,
    ),
    Table(
        "gdp_ss",
        "Ngành",
        (
            Restated("Tổng số", "NSO_GDP_SS2010", ("ytd",), "quarter"),
            Restated("YOY", "NSO_GDP_SS2010", ("ytd_yoy",), "quarter", 100),
        ),
        ("TỔNG SỐ",),
    ),
)
QUARTER = {"ytd": "period", "ytd_yoy": "quarter_yoy"}
IIP_BY_POSITION = {
    "MOM": Restated("MOM", "NSO_IIP", ("ytd_yoy",), "previous", 100),
    "E-YOY": Restated("E-YOY", "NSO_IIP", ("mom",), minus=100),
}
OWN_INDICATORS = {"CHỈ SỐ GIÁ VÀNG": "NSO_GIA_VANG", "CHỈ SỐ GIÁ ĐÔ LA MỸ": "NSO_GIA_USD"}
CORE_INFLATION = {"yoy": "NSO_LAMPHAT_NAM", "mom": "NSO_LAMPHAT_THANG", "ytd_yoy": "NSO_LAMPHAT_BQ"}
