"""Why a value or a row could not be read: stable codes, the clause each breaks, and the words for a user."""

from __future__ import annotations

from dataclasses import dataclass

from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class ProblemCode:
    """One reason; `clause` is the clause of the IOC standard that the value breaks."""

    clause: str
    text: Text
    fix: Text | None = None  # what to do; None: the guidance of the clause says it


PROBLEM_CODES: dict[str, ProblemCode] = {
    "date.format": ProblemCode(
        "IOC-SACH-12",
        Text("ngày giờ không theo định dạng đã khai báo", "date or time is not in a declared format"),
    ),
    "date.impossible": ProblemCode("IOC-SACH-12", Text("ngày không có thật", "no such date")),
    "date.two_digit_year": ProblemCode(
        "IOC-SACH-12", Text("năm chỉ có hai chữ số, cần bốn chữ số", "two-digit year; four digits are needed")
    ),
    "number.ambiguous": ProblemCode(
        "IOC-SACH-10",
        Text(
            "số hiểu được hai cách (dấu thập phân hay dấu hàng nghìn)",
            "number can be read two ways (decimal or thousands mark)",
        ),
    ),
    "number.text": ProblemCode("IOC-SACH-10", Text("không phải số", "not a number")),
    "number.integer": ProblemCode("IOC-SACH-10", Text("cần số nguyên", "a whole number is needed")),
    "boolean.text": ProblemCode(
        "IOC-SACH-13", Text("cần 0/1, true/false hoặc có/không", "0/1, true/false or có/không is needed")
    ),
    "code.number": ProblemCode(
        "IOC-SACH-02",
        Text("mã gửi dưới dạng số: có thể đã mất số 0 ở đầu", "code sent as a number: leading zeros may be lost"),
    ),
    "value.nested": ProblemCode(
        "IOC-SACH-13", Text("ô chứa danh sách hoặc đối tượng", "the value is a list or an object")
    ),
    "row.columns": ProblemCode(
        "IOC-DU-03",
        Text(
            "dòng không đúng số cột hoặc sai dấu nháy, không biết giá trị nào thuộc cột nào",
            "wrong number of columns or wrong quotes: which value belongs to which column is unknown",
        ),
    ),
    "row.object": ProblemCode(
        "IOC-DU-03", Text("bản ghi không phải đối tượng JSON", "the record is not a JSON object")
    ),
    "key.missing": ProblemCode("IOC-DU-03", Text("thiếu khóa bắt buộc", "a mandatory key is missing")),
    "key.conflict": ProblemCode(
        "IOC-SACH-03",
        Text(
            "cùng một số liệu ghi hai giá trị khác nhau trong tệp",
            "the file states the same figure twice with different values",
        ),
    ),
    "period.unknown": ProblemCode("IOC-SACH-13", Text("mã kỳ không có trong danh mục", "period id is not in the list")),
    "year.range": ProblemCode("IOC-SACH-13", Text("năm không hợp lệ", "year is not valid")),
    "indicator.unknown": ProblemCode(
        "IOC-SACH-13", Text("mã chỉ tiêu chưa khai báo cho nguồn này", "indicator code is not declared for this feed")
    ),
    "data_type.unknown": ProblemCode(
        "IOC-SACH-13", Text("loại số liệu không thuộc 1–4", "data type is not one of 1–4")
    ),
    "data_type.mismatch": ProblemCode(
        "IOC-SACH-13",
        Text("tên loại số liệu không khớp với mã", "the name of the data type does not match its number"),
    ),
    "dimension.unknown": ProblemCode(
        "IOC-SACH-13",
        Text("mục của chiều phân tổ chưa khai báo cho nguồn này", "category of a dimension not declared for this feed"),
    ),
    "measure.unknown": ProblemCode(
        "IOC-SACH-13", Text("kiểu số không hợp lệ với chỉ tiêu này", "kind of number not valid for this indicator")
    ),
    "status.unknown": ProblemCode(
        "IOC-SACH-13", Text("trạng thái giá trị không có trong danh mục", "value status is not in the list")
    ),
    "status.value": ProblemCode(
        "IOC-SACH-13",
        Text("trạng thái không khớp với việc có hay không có giá trị", "status contradicts the presence of a value"),
    ),
    "unit.unknown": ProblemCode(
        "IOC-SACH-11", Text("đơn vị tính không có trong danh mục", "unit of measure is not in the list")
    ),
    "unit.other": ProblemCode(
        "IOC-SACH-11",
        Text("đơn vị tính khác với đơn vị của chỉ tiêu", "unit of measure differs from the indicator's"),
    ),
    "area.unknown": ProblemCode(
        "IOC-SACH-01", Text("mã đơn vị hành chính không hợp lệ", "administrative-unit code is not valid")
    ),
    "agency.unknown": ProblemCode(
        "IOC-SACH-06",
        Text("mã cơ quan không đúng mẫu hoặc đã đóng", "agency code is malformed or closed"),
    ),
}


def clause_of(code: str) -> str:
    """Clause that a problem code breaks."""
    return PROBLEM_CODES[code].clause
