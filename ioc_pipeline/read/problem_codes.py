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


_DISTRICT = ProblemCode(
    "IOC-SACH-01",
    Text(
        "đây là đơn vị cấp huyện (đã kết thúc từ 1/7/2025), không phải xã, phường cùng tên",
        "this is a district (the tier ended on 1 July 2025), not the commune of the same name",
    ),
    Text(
        "Gửi số liệu của từng xã, phường, đặc khu; nếu đúng là xã, phường cùng tên thì ghi đúng loại hoặc mã đơn vị.",
        "Send the figure of each commune; if the commune of that name is meant, write its type or its code.",
    ),
)

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
        Text(
            "Gõ lại ở dạng số (không phải văn bản), bỏ dấu hàng nghìn: 1234 hoặc 1,234.",
            "Type it again as a number (not as text), without thousands marks: 1234 or 1.234.",
        ),
    ),
    "number.text": ProblemCode(
        "IOC-SACH-10",
        Text("không phải số", "not a number"),
        Text(
            "Chỉ ghi chữ số, dấu thập phân và dấu âm; bỏ chữ, đơn vị tính và ghi chú khỏi ô.",
            "Write digits, decimal mark and minus sign only; take words, units and notes out of the cell.",
        ),
    ),
    "number.integer": ProblemCode("IOC-SACH-10", Text("cần số nguyên", "a whole number is needed")),
    "number.range": ProblemCode(
        "IOC-SACH-10",
        Text("khoảng hai số, cột này chỉ nhận một số", "a range of two numbers; this column takes one"),
    ),
    "number.percent_mixed": ProblemCode(
        "IOC-SACH-10",
        Text(
            "cột vừa có số kèm dấu % vừa có số dạng 0,985: không rõ là tỷ lệ hay phần trăm",
            "the column mixes numbers with % and numbers like 0.985: share or percent is unknown",
        ),
    ),
    "code.scientific": ProblemCode(
        "IOC-SACH-02",
        Text(
            "mã đã bị bảng tính đổi thành số dạng E+, các chữ số cuối đã mất",
            "a spreadsheet turned the code into a number of the form E+; its last digits are lost",
        ),
    ),
    "place.unknown": ProblemCode(
        "IOC-SACH-01",
        Text("không có đơn vị hành chính này vào ngày của số liệu", "no such administrative unit on the row's day"),
    ),
    "place.ambiguous": ProblemCode(
        "IOC-SACH-09",
        Text("tên này có nhiều đơn vị mang, hãy ghi mã", "several units bear this name; send the code"),
    ),
    "place.split": ProblemCode(
        "IOC-SACH-01",
        Text(
            "đơn vị cũ đã chia cho nhiều đơn vị mới, hãy ghi mã của đơn vị mới",
            "the former unit was divided among several new ones; send the new unit's code",
        ),
    ),
    "place.split_ratio": ProblemCode(
        "IOC-SACH-01",
        Text(
            "đơn vị cũ đã chia; số liệu này không cộng được giữa các đơn vị nên không chia theo tỷ trọng",
            "the former unit was divided, and this figure does not add up over units: it cannot be spread by weights",
        ),
        Text("Gửi số liệu của từng đơn vị mới.", "Send the figure of each new unit."),
    ),
    "place.part_only": ProblemCode(
        "IOC-SACH-01",
        Text(
            "mới có một phần của đơn vị mới: tệp thiếu (hoặc ghi hai lần) số liệu của đơn vị cũ khác đã nhập vào đó",
            "only a part of the new unit: the file lacks, or states twice, another former unit that went into it",
        ),
        Text(
            "Gửi đủ số liệu của mọi đơn vị cũ đã nhập vào đơn vị mới, hoặc gửi số liệu của chính đơn vị mới.",
            "Send every former unit that went into the new one, or the new unit's own figure.",
        ),
    ),
    "place.district": _DISTRICT,
    "place.not_yet": ProblemCode(
        "IOC-SACH-01",
        Text(
            "đơn vị này chưa thành lập vào ngày của số liệu",
            "this unit did not exist yet on the row's day",
        ),
    ),
    "boolean.text": ProblemCode(
        "IOC-SACH-13", Text("cần 0/1, true/false hoặc có/không", "0/1, true/false or có/không is needed")
    ),
    "code.number": ProblemCode(
        "IOC-SACH-02",
        Text("mã gửi dưới dạng số: có thể đã mất số 0 ở đầu", "code sent as a number: leading zeros may be lost"),
        Text(
            "Xuất cột mã ở dạng văn bản (Excel: định dạng Text), kiểm tra đủ số 0 ở đầu rồi gửi lại.",
            "Export the code as text (Excel: format Text), check its leading zeros and send it again.",
        ),
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
    "period.unknown": ProblemCode(
        "IOC-SACH-13",
        Text("không rõ kỳ nào: mã kỳ không có trong danh mục", "which period is unknown: its id is not in the list"),
        Text(
            "Ghi kỳ kèm năm bốn chữ số: 2026-09, 2026-Q3, 2026-H1, 2026, hoặc Tháng 9/2026, Quý III/2026; "
            "giao diện LRIS dùng mã kỳ 1–18, 20.",
            "Write the period with a year of four digits: 2026-09, 2026-Q3, 2026-H1, 2026, or Tháng 9/2026, "
            "Quý III/2026; the LRIS interface takes ids 1–18, 20.",
        ),
    ),
    "period.unfit": ProblemCode(
        "IOC-SACH-13",
        Text(
            "tên kỳ không khớp kiểu số hoặc loại số liệu của dòng",
            "the period's name does not fit the row's kind of number or data type",
        ),
        Text(
            "Số 6 tháng, 9 tháng đầu năm là số cộng dồn: ghi kiểu số “ytd”. Tên kỳ có “Sơ bộ”, “Ước” thì loại số liệu "
            "cũng phải là sơ bộ, ước tính.",
            "Figures of 6 or 9 months are sums of the year: state the kind “ytd”. A period named “Sơ bộ” or “Ước” "
            "needs the data type preliminary or estimate.",
        ),
    ),
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
    "area.ambiguous": ProblemCode(
        "IOC-SACH-01",
        Text("tên ứng với nhiều đơn vị hành chính", "the name fits several administrative units"),
        Text(
            "Ghi mã 5 chữ số vào cột mã xã, hoặc ghi tên đầy đủ kèm phường, xã, đặc khu.",
            "Write the 5-digit code in the column of codes, or the full name with phường, xã or đặc khu.",
        ),
    ),
    "area.district": _DISTRICT,
    "area.mismatch": ProblemCode(
        "IOC-SACH-01",
        Text(
            "mã và tên xã trên cùng một dòng không khớp nhau", "code and name of the commune on this row do not agree"
        ),
        Text(
            "Kiểm tra có sắp xếp hoặc chép lệch một cột không; sửa mã hoặc tên cho khớp, rồi soát lại các số của dòng.",
            "Check whether one column was sorted alone; make code and name agree, then check the row's numbers.",
        ),
    ),
    "indicator.ambiguous": ProblemCode(
        "IOC-SACH-13",
        Text("tên ứng với nhiều chỉ tiêu của biểu", "the name fits several indicators of the form"),
        Text("Ghi mã số in sẵn của chỉ tiêu.", "Write the printed code of the indicator."),
    ),
    "indicator.mismatch": ProblemCode(
        "IOC-SACH-13",
        Text("mã số và tên chỉ tiêu trên cùng một dòng không khớp", "code and name of the indicator do not agree"),
        Text(
            "Lấy lại mã và tên in sẵn của biểu, rồi soát lại các số của dòng.",
            "Take code and name as printed in the form again, then check the row's numbers.",
        ),
    ),
    "cell.blank": ProblemCode(
        "IOC-DU-03",
        Text("ô để trống", "the cell is empty"),
        Text(
            "Điền số; không phát sinh ghi “-”, chưa có số liệu ghi “..”. Không ghi 0 thay cho chưa có số liệu.",
            "Fill in the number; “-” if nothing occurred, “..” if there is no data yet. Never 0 for an unknown.",
        ),
    ),
    "cell.merged": ProblemCode(
        "IOC-DU-03",
        Text(
            "ô gộp chung cho nhiều ô số: không biết số thuộc ô nào",
            "one merged cell stands for several numbers: which one it belongs to is unknown",
        ),
        Text("Bỏ gộp ô rồi điền từng ô.", "Unmerge the cells and fill in each of them."),
    ),
    "formula.no_value": ProblemCode(
        "IOC-SACH-10",
        Text("công thức báo lỗi hoặc chưa có kết quả", "the formula shows an error or has no result"),
        Text(
            "Mở biểu bằng Excel, sửa công thức (hoặc dán giá trị thay công thức), lưu lại rồi gửi.",
            "Open the form in Excel, correct the formula (or paste its value), save and send again.",
        ),
    ),
    "percent.ambiguous": ProblemCode(
        "IOC-SACH-10",
        Text(
            "cột tỷ lệ gõ hai cách (98,5 và 0,985): không biết ô này là bao nhiêu phần trăm",
            "percentages typed in two ways (98.5 and 0.985): how many per cent this cell means is unknown",
        ),
        Text(
            "Gõ cả cột theo đơn vị %, ví dụ 98,5; không gõ 0,985.",
            "Type the whole column in per cent, such as 98.5, never 0.985.",
        ),
    ),
    "agency.unknown": ProblemCode(
        "IOC-SACH-06",
        Text("mã cơ quan không đúng mẫu hoặc đã đóng", "agency code is malformed or closed"),
    ),
}

DOUBT_CODES: dict[str, ProblemCode] = {
    "number.footnote": ProblemCode(
        "IOC-SACH-10",
        Text(
            "số có dấu chú thích, dấu đã bỏ: điều kiện nêu ở chú thích không đi kèm số",
            "a footnote mark was dropped: what the note says does not travel with the number",
        ),
    ),
    "number.parentheses": ProblemCode(
        "IOC-SACH-10",
        Text("số trong ngoặc đơn, hiểu là số âm", "number in parentheses, taken as negative"),
    ),
    "number.rounded": ProblemCode(
        "IOC-SACH-10",
        Text(
            "số dạng E+ của bảng tính, có thể đã mất các chữ số cuối",
            "number in a spreadsheet's form E+; its last digits may be lost",
        ),
    ),
    "number.leading_zero": ProblemCode(
        "IOC-SACH-10",
        Text("số bắt đầu bằng 0, có thể là mã", "number with a leading zero; perhaps a code"),
    ),
    "number.percent_bare": ProblemCode(
        "IOC-SACH-10",
        Text("không có dấu % như các số khác của cột", "no percent sign where other values of the column have one"),
    ),
    "place.merged": ProblemCode(
        "IOC-SACH-01",
        Text(
            "đơn vị trước sáp nhập, chuyển sang mã đơn vị mới: chuỗi số liệu bị ngắt",
            "a unit of before the merger, turned into its successor's code: the series breaks here",
        ),
    ),
    "place.code_lives_on": ProblemCode(
        "IOC-SACH-01",
        Text(
            "đơn vị trước sáp nhập, nay một đơn vị khác mang mã này: chuỗi số liệu bị ngắt",
            "a unit of before the merger whose code another unit bears today: the series breaks here",
        ),
    ),
    "place.split_main": ProblemCode(
        "IOC-SACH-01",
        Text(
            "đơn vị cũ đã chia, lấy đơn vị mới chính theo hợp đồng: chuỗi số liệu bị ngắt",
            "the former unit was divided; its main successor was taken as the contract says: the series breaks here",
        ),
    ),
    "place.split_weights": ProblemCode(
        "IOC-SACH-01",
        Text(
            "ước tính: số liệu của đơn vị cũ đã chia cho các đơn vị mới theo tỷ trọng khai trong hợp đồng",
            "an estimate: the figure of a divided former unit, spread over its successors by the contract's weights",
        ),
        Text("Gửi số liệu của chính đơn vị mới.", "Send the new unit's own figure."),
    ),
    "place.kind": ProblemCode(
        "IOC-SACH-01",
        Text(
            "loại đơn vị (phường, xã…) không đúng với đơn vị mang tên này",
            "the type written (phường, xã …) is not that of the unit of this name",
        ),
    ),
    "unit.converted": ProblemCode(
        "IOC-SACH-11",
        Text(
            "đã đổi sang đơn vị tính của chỉ tiêu như hợp đồng cho phép",
            "converted into the indicator's unit, as the contract allows",
        ),
    ),
    "unit.scale_word": ProblemCode(
        "IOC-SACH-11",
        Text(
            "chỉ ghi “nghìn”, “triệu” hoặc “tỷ” sau số, hiểu theo đơn vị gốc của cột",
            "only a word of scale (thousand, million, billion) behind the number; the column's unit was taken for it",
        ),
        Text(
            "Chỉ ghi số, theo đúng đơn vị của cột; hoặc ghi đủ đơn vị, ví dụ “12 tỷ đồng”.",
            "Write the number only, in the column's unit; or write the whole unit, such as “12 tỷ đồng”.",
        ),
    ),
    "unit.multiplier": ProblemCode(
        "IOC-SACH-11",
        Text(
            "hệ số nhân trong tệp trái với đơn vị đã khai báo, giữ nguyên giá trị theo khai báo",
            "the multiplier in the file contradicts the declared unit; the value was kept, as declared",
        ),
    ),
    "note.condition": ProblemCode(
        "IOC-SACH-13",
        Text(
            "chú thích dưới biểu đặt điều kiện cho số này (phạm vi, mốc tính, số sơ bộ…)",
            "a note below the table qualifies this number (coverage, reference day, preliminary …)",
        ),
        Text(
            "Đọc chú thích trong biểu; nếu nó không đổi nghĩa của số, khai vào harmless_notes của tables.yaml.",
            "Read the note in the table; if it does not change the number's meaning, declare it under harmless_notes "
            "of tables.yaml.",
        ),
    ),
    "text.repaired": ProblemCode(
        "IOC-SACH-08",
        Text("chữ bị lỗi phông, đã khôi phục", "garbled text was restored"),
    ),
}
"""Why a value that was taken may not be what its sender meant; `clause` is the clause of the standard it touches."""


def clause_of(code: str) -> str:
    """Clause that a problem or doubt code touches."""
    return (PROBLEM_CODES.get(code) or DOUBT_CODES[code]).clause
