"""The glossary: what the words of the dashboard mean, in plain words. Terms whose names the screen uses elsewhere take
their names from there (`TERMS`), so that a name is never explained under another spelling."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "page_glossary": ("Thuật ngữ", "Glossary"),
    "glossary_title": ("Thuật ngữ dùng trên các trang", "Words used on these pages"),
    "glossary_lead": (
        "Mỗi từ một nghĩa, giống nhau ở mọi trang. Câu giải thích của từng chỉ tiêu ở cuối trang.",
        "One meaning a word, the same on every page. The sentence that explains each indicator is at the end.",
    ),
    "glossary_status": ("Trạng thái của chỉ tiêu", "Status of an indicator"),
    "glossary_trust": ("Độ tin cậy của một con số", "Trust in a figure"),
    "glossary_time": ("Thời gian và lần công bố", "Time and vintages"),
    "glossary_kinds": ("Loại số liệu", "Kinds of figures"),
    "glossary_marks": ("Dấu trung thực của căn cứ", "Honesty marks of a basis"),
    "glossary_principles": ("Sáu nguyên tắc của dữ liệu và quản trị", "Six principles of data, and governance"),
    "glossary_indicators": ("Mỗi chỉ tiêu bằng một câu", "Every indicator in one sentence"),
    "glossary_no_plain": ("Thẻ chỉ tiêu chưa có câu giải thích.", "The card has no plain sentence yet."),
    "term_confidence": ("Mức chắc chắn", "Confidence"),
    "term_simulated": ("Số liệu mô phỏng", "Simulated data"),
    "term_vintage": ("Số đã nói khi đó", "Said then"),
    "term_known_now": ("Số biết bây giờ", "Known now"),
    "term_data_date": ("Ngày số liệu", "Data date"),
    "term_release": ("Bản phát hành", "Release"),
    "term_quarantine": ("Cách ly", "Quarantine"),
    "term_doubt": ("Nghi vấn", "Doubt"),
    "term_correction": ("Đính chính", "Correction"),
    "explain_status_green": ("Giá trị đạt hoặc vượt mục tiêu của kỳ.", "The value meets the target of its period."),
    "explain_status_amber": (
        "Chưa đạt, nhưng còn trong khoảng cảnh báo mà thẻ chỉ tiêu khai báo.",
        "Misses the target, but within the margin that the indicator's card declares.",
    ),
    "explain_status_red": (
        "Thấp hơn (hoặc vượt trần) quá khoảng cảnh báo. Màu do quy tắc quyết định, không ai đặt bằng tay.",
        "Misses the target by more than that margin. Rules decide the colour; nobody sets it by hand.",
    ),
    "explain_status_grey": (
        "Không có số liệu hoặc số liệu quá cũ để đánh giá. Không bao giờ tính là đạt hay bằng không.",
        "No data, or too old to be judged. Never counted as on target, never as zero.",
    ),
    "explain_status_untargeted": (
        "Có giá trị nhưng kỳ này chưa giao mục tiêu, hoặc chỉ tiêu chỉ để theo dõi.",
        "There is a value, but no target for this period, or the indicator is only followed.",
    ),
    "explain_trust_verified": (
        "Mọi quy tắc chạy trên chính dữ liệu đầu vào của con số này đều đạt.",
        "Every rule that ran on the very inputs of this figure passed.",
    ),
    "explain_trust_warning": (
        "Ít nhất một quy tắc không đạt. Bấm vào dấu để xem quy tắc nào, bao nhiêu dòng, cách sửa.",
        "At least one rule failed. Open the badge to see which one, how many rows, how to fix it.",
    ),
    "explain_trust_held": (
        "Lần giao mới bị chặn hoặc chưa đến; đang hiển thị giá trị tốt gần nhất, gạch chéo, kèm tuổi của nó.",
        "A newer delivery was rejected or has not come; the last good value is shown, hatched, with its age.",
    ),
    "explain_trust_unverified": (
        "Chưa có quy tắc nào kết luận được về dữ liệu này. Khác với “đã kiểm và đạt”.",
        "No rule could decide about these data. That is not the same as “verified”.",
    ),
    "explain_term_confidence": (
        "Một câu hỏi khác với màu: dựa vào con số này được đến đâu. Bị hạ bởi dấu tin cậy, số liệu cũ, ít đơn vị "
        "báo cáo, giữ lại, mô phỏng; mức thấp nhất được tính và in kèm lý do.",
        "Another question than colour: how far the figure can be relied on. Trust, age, few units reporting, held or "
        "simulated values cap it; the lowest cap counts and is printed with its reason.",
    ),
    "explain_term_simulated": (
        "Do chương trình tạo ra để thử, ghi nhãn ở mọi nơi. Không dùng để ra quyết định.",
        "Made by a program for trials and labelled everywhere. Not for decisions.",
    ),
    "explain_term_vintage": (
        "Con số như đã công bố vào lúc đó. Số sửa sau không ghi đè số cũ: mỗi lần nói được giữ với ngày của nó.",
        "The figure as it was stated at that time. Revisions never overwrite it: each is kept with its date.",
    ),
    "explain_term_known_now": (
        "Con số mới nhất cho cùng kỳ đó, sau mọi lần sửa.",
        "The newest figure for that same period, after all revisions.",
    ),
    "explain_term_data_date": (
        "Ngày cuối của kỳ mà con số nói về, không phải ngày nhận tệp hay ngày mở trang. Tuổi tính từ ngày này.",
        "Last day of the period the figure speaks of, not the day of receipt or of looking. Ages count from it.",
    ),
    "explain_term_release": (
        "Bản chụp không đổi của mọi con số, có mã băm của từng tệp đầu vào. Chọn ngày ở góc trên để xem bản ngày đó.",
        "An unchangeable copy of all figures with the hash of every input. Choose a day above to see that day.",
    ),
    "explain_term_quarantine": (
        "Dòng vi phạm quy tắc nghiêm trọng để riêng, kèm điều khoản, lý do và cách sửa; không mất, không được tính.",
        "Rows that break a critical rule are set aside with clause, reason and fix; neither lost nor counted.",
    ),
    "explain_term_doubt": (
        "Giá trị được nhận nhưng người gửi có thể muốn nói khác (ví dụ dấu phân cách hàng nghìn). Được đếm và nêu rõ.",
        "A value that was taken although its sender may have meant another (e.g. a thousands mark). Counted and named.",
    ),
    "explain_term_correction": (
        "Tỉnh sửa một con số bằng hồ sơ có ngày, người, căn cứ và ngày hết hạn; hiện bên cạnh giá trị.",
        "The province changes a figure by a record with day, person, evidence and end date; shown beside the value.",
    ),
    "explain_kind_plan": ("Mức được giao hoặc dự kiến.", "What was assigned or planned."),
    "explain_kind_estimate": (
        "Ước tính trước khi kỳ kết thúc hoặc trước khi đủ số.",
        "Estimated before figures are complete.",
    ),
    "explain_kind_preliminary": (
        "Số sơ bộ sau khi kỳ kết thúc, còn có thể sửa.",
        "First figure after the period; may change.",
    ),
    "explain_kind_actual": ("Số thực hiện do đơn vị báo cáo.", "What the unit reports as done."),
    "explain_kind_official": ("Số chính thức do cơ quan thống kê công bố.", "Published by the statistics authority."),
    "explain_mark_A": ("Đọc được nguyên văn trong văn bản công khai.", "Read in a public text, word for word."),
    "explain_mark_S": (
        "Theo nguồn thứ cấp; chưa đọc văn bản gốc.",
        "From a secondary source; the text itself was not read.",
    ),
    "explain_mark_P": ("Đề xuất của chúng tôi, chờ cơ quan có thẩm quyền xác nhận.", "Our proposal, to be confirmed."),
    "explain_mark_U": ("Chưa ai kiểm chứng.", "Nobody has confirmed it yet."),
    "explain_principle_đúng": (
        "Khớp thực tế và khớp lẫn nhau: tổng bằng các phần, không trùng, đúng kiểu.",
        "Agrees with reality and with itself: sums equal their parts, no duplicates.",
    ),
    "explain_principle_đủ": (
        "Không thiếu trường bắt buộc, kỳ hay đơn vị phải báo cáo.",
        "No mandatory field, period or unit missing.",
    ),
    "explain_principle_sạch": (
        "Cùng một cách viết, đúng danh mục, không ký tự lạ.",
        "One way of writing, codes from the lists.",
    ),
    "explain_principle_sống": ("Cập nhật đúng hạn; con số cũ phải nói là cũ.", "Updated on time; what is old says so."),
    "explain_principle_thống nhất": (
        "Một chỉ tiêu, một định nghĩa, một công thức, một đơn vị tính ở mọi nơi.",
        "One indicator, one definition, one formula, one unit everywhere.",
    ),
    "explain_principle_dùng chung": (
        "Nhập một lần, các hệ thống khác dùng lại qua mã chung.",
        "Entered once, used by others through shared codes.",
    ),
    "explain_principle_quản trị": (
        "Có người chịu trách nhiệm, có hạn, có dấu vết của mọi thay đổi.",
        "Owners, deadlines and a trace of every change.",
    ),
}

STATUSES = ("green", "amber", "red", "grey", "untargeted")
TRUSTS = ("verified", "warning", "held", "unverified")
TERMS_OF_TRUST = ("confidence", "quarantine", "doubt", "correction", "simulated")
TERMS_OF_TIME = ("data_date", "vintage", "known_now", "release")
