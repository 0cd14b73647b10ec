"""Which columns of a release each export hands out, in order, with their headings in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class Export:
    """`sql`: rows of a release in a fixed order, `{vi}` is the language of its words; `fields`: column of the query
    and heading. `code`, `area`, `period`: columns that the options filter, empty when the table has none."""

    name: str
    title: Text
    sql: str
    fields: tuple[tuple[str, Text], ...]
    code: str = ""
    area: str = ""
    period: str = ""


_CODE = ("code", Text("Mã chỉ tiêu", "Indicator"))
_NAME = ("name", Text("Tên", "Name"))
_UNIT = ("unit", Text("Đơn vị tính", "Unit"))
_OWNER = ("owner", Text("Đơn vị chịu trách nhiệm", "Owner"))
_FEED = ("feed_id", Text("Nguồn", "Feed"))
_DELIVERY = ("delivery_id", Text("Lần giao", "Delivery"))
_FILE = ("file_name", Text("Tệp", "File"))
_LOCATION = ("location", Text("Vị trí trong tệp", "Location in file"))
_TRUST = ("trust", Text("Độ tin cậy", "Trust"))
_SIMULATED = ("simulated", Text("Mô phỏng", "Simulated"))
_MARK = ("mark", Text("Độ chắc của căn cứ (A, S, P, U)", "Honesty mark (A, S, P, U)"))
_CLAUSE = ("clause", Text("Điều khoản", "Clause"))
_REASON = ("reason", Text("Lý do", "Reason"))
_STATUS = ("status", Text("Trạng thái", "Status"))

_VALUE_FIELDS = (
    _CODE, _NAME, ("area", Text("Mã địa bàn", "Area code")), ("area_name", Text("Địa bàn", "Area")),
    ("period", Text("Kỳ", "Period")), ("period_end", Text("Ngày số liệu", "Data date")),
    ("measure", Text("Cách đo", "Measure")), ("data_type", Text("Loại số liệu", "Kind of figure")),
    ("value", Text("Giá trị", "Value")), _UNIT, ("value_status", Text("Tình trạng giá trị", "State of the value")),
    ("numerator", Text("Tử số", "Numerator")), ("denominator", Text("Mẫu số", "Denominator")),
    ("target", Text("Mục tiêu", "Target")), ("target_high", Text("Mục tiêu, cận trên", "Target, upper bound")),
    _MARK, _STATUS, _REASON, ("held", Text("Giữ lại số cũ", "Held")), _TRUST, _SIMULATED, _OWNER,
    ("published_at", Text("Ngày công bố của nguồn", "Published by the source")),
    ("known_at", Text("Lúc nhận (UTC)", "Received (UTC)")), _FEED, _DELIVERY, _FILE, _LOCATION,
    ("raw_value", Text("Giá trị gốc trước đính chính", "Value before correction")),
)  # fmt: skip
_VALUE_SQL = """SELECT v.*, i.name_{lang} AS name, i.unit_{lang} AS unit, i.owner_{lang} AS owner,
       i.target_mark AS mark, v.area_name_{lang} AS area_name, v.status_reason_{lang} AS reason
FROM indicator_values v LEFT JOIN indicators i USING (code)"""

EXPORTS = {
    export.name: export
    for export in (
        Export(
            "values",
            Text("Giá trị chỉ tiêu", "Indicator values"),
            _VALUE_SQL + " WHERE {where} ORDER BY i.sort, v.code, v.area, v.period_end, v.period, v.measure, v.data_type",
            _VALUE_FIELDS,
            code="v.code",
            area="v.area",
            period="v.period",
        ),
        Export(
            "indicators",
            Text("Chỉ tiêu, giá trị mới nhất", "Indicators with their newest value"),
            """SELECT i.*, i.name_{lang} AS name, i.unit_{lang} AS unit, i.owner_{lang} AS owner,
                      i.field_{lang} AS field, i.target_mark AS mark, i.definition_{lang} AS definition,
                      i.target_basis_{lang} AS basis, i.no_source_{lang} AS no_source, v.area, v.period, v.period_end,
                      v.measure, v.data_type, v.value, v.value_status, v.target, v.status,
                      v.status_reason_{lang} AS reason, v.held, v.trust, v.simulated, v.delivery_id, v.file_name,
                      v.location, coalesce(v.feed_id, i.feed_id) AS value_feed
               FROM indicators i LEFT JOIN (SELECT * FROM indicator_values WHERE is_latest
                      AND area = (SELECT province_code FROM release_info)
                      QUALIFY row_number() OVER (PARTITION BY code ORDER BY period_end DESC, known_at DESC NULLS LAST,
                                                 measure, data_type) = 1) v USING (code)
               WHERE {where} ORDER BY i.sort, i.code""",
            (
                _CODE, _NAME, ("field", Text("Lĩnh vực", "Field")), _OWNER, ("period", Text("Kỳ", "Period")),
                ("period_end", Text("Ngày số liệu", "Data date")), ("measure", Text("Cách đo", "Measure")),
                ("data_type", Text("Loại số liệu", "Kind of figure")), ("value", Text("Giá trị", "Value")), _UNIT,
                ("value_status", Text("Tình trạng giá trị", "State of the value")),
                ("target", Text("Mục tiêu", "Target")), ("basis", Text("Căn cứ mục tiêu", "Basis of the target")),
                _MARK, _STATUS, _REASON, ("held", Text("Giữ lại số cũ", "Held")), _TRUST, _SIMULATED,
                ("value_feed", _FEED[1]), _DELIVERY, _FILE, _LOCATION,
                ("no_source", Text("Vì sao chưa có nguồn", "Why it has no source")),
                ("definition", Text("Định nghĩa", "Definition")), ("formula", Text("Công thức", "Formula")),
            ),
            code="i.code",
            period="v.period",
        ),
        Export(
            "quarantine",
            Text("Dòng bị cách ly", "Quarantined rows"),
            """SELECT q.*, q.reason_{lang} AS reason, c.mark, c.fix_{lang} AS fix, d.received_at, d.sha256, d.simulated
               FROM quarantine q LEFT JOIN deliveries d USING (feed_id, delivery_id) LEFT JOIN clauses c ON c.id = q.clause
               WHERE {where} ORDER BY q.feed_id, d.received_at DESC NULLS LAST, q.delivery_id, q.row_no, q.clause,
                     q.column_name""",
            (
                _FEED, _DELIVERY, _FILE, ("row_no", Text("Dòng", "Row")), _LOCATION,
                ("column_name", Text("Cột", "Column")), ("raw", Text("Giá trị nhận được", "Value received")), _CLAUSE,
                _REASON, ("fix", Text("Cách sửa", "How to fix")), _MARK, _SIMULATED,
                ("received_at", Text("Lúc nhận (UTC)", "Received (UTC)")), ("sha256", Text("SHA-256", "SHA-256")),
            ),
            code="q.feed_id",
        ),
        Export(
            "verdicts",
            Text("Kết luận theo điều khoản", "Verdicts on the clauses"),
            """SELECT v.*, v.verdict_{lang} AS verdict_name, v.reason_{lang} AS reason, v.counted_{lang} AS counted,
                      v.layer_name_{lang} || ' ' || v.layer_version AS judged_by, c.title_{lang} AS name, c.mark,
                      c.basis_vi AS basis,
                      (SELECT bool_or(f.simulated) FROM feeds f WHERE v.feed_id IS NULL OR f.feed_id = v.feed_id)
                      AS simulated
               FROM clause_verdicts v LEFT JOIN clauses c ON c.id = v.clause
               WHERE {where} ORDER BY v.scope, v.feed_id NULLS FIRST, v.clause""",
            (
                ("scope", Text("Phạm vi", "Scope")), _FEED, _CLAUSE, _NAME, ("severity", Text("Mức", "Severity")),
                ("verdict", Text("Mã kết luận", "Verdict code")), ("verdict_name", Text("Kết luận", "Verdict")),
                ("numerator", Text("Tử số", "Numerator")), ("denominator", Text("Mẫu số", "Denominator")),
                ("counted", Text("Đếm gì", "What is counted")), _REASON, ("judged_by", Text("Lớp xét", "Judged by")),
                ("basis", Text("Căn cứ", "Basis")), _MARK,
                ("simulated", Text("Có nguồn mô phỏng", "Rests on simulated feeds")),
                ("evidence_json", Text("Minh chứng (JSON)", "Evidence (JSON)")),
            ),
            code="v.clause",
        ),
    )
}  # fmt: skip
"""Exports that are tables of a release; alerts come from the operations store (`alert_rows.py`)."""

ALERT_FIELDS = (
    ("id", Text("Mã cảnh báo", "Alert")), ("severity", Text("Mức", "Severity")),
    ("subject", Text("Đối tượng", "Subject")), ("title", Text("Việc gì", "What")), _OWNER,
    ("assignee", Text("Người xử lý", "Assignee")), ("state", Text("Tình trạng", "State")),
    ("opened_at", Text("Mở lúc (UTC)", "Opened (UTC)")), ("acknowledge_by", Text("Tiếp nhận trước", "Acknowledge by")),
    ("due_on", Text("Hạn đóng", "Close by")), ("overdue", Text("Quá hạn", "Overdue")),
    ("level", Text("Số lần chuyển lên", "Times sent up")), ("recovered", Text("Đã phục hồi", "Recovered")),
    ("closed_at", Text("Đóng lúc (UTC)", "Closed (UTC)")), ("closing_evidence", Text("Minh chứng đóng", "Closing evidence")),
    ("code", _CODE[1]), ("area", Text("Mã địa bàn", "Area code")), ("period", Text("Kỳ", "Period")),
    ("period_end", Text("Ngày số liệu", "Data date")), ("value", Text("Giá trị", "Value")), _UNIT,
    ("target", Text("Mục tiêu", "Target")), _MARK, _TRUST, _SIMULATED, ("feed", _FEED[1]), ("file", _FILE[1]),
    ("location", _LOCATION[1]), ("release", Text("Bản phát hành làm căn cứ", "Release it rests on")),
)  # fmt: skip
NAMES = (*EXPORTS, "alerts")
