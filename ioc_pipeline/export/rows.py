"""What is exported: rows of a release with, in every row, where they come from and whether they can be trusted.

A table is one SELECT on the release and its columns with bilingual headings; codes become words here, nothing is
computed. Reads no warehouse: what is exported is what the dashboard shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.lookup.words import DATA_TYPES, GREY_CAUSES, STATUS, TRUST, VALUE_STATUSES
from ioc_pipeline.messages import Text

LISTED = 12
"""Files and rules named in one cell at most; how many more there are is said."""

PUBLIC = "cong_khai"
"""Confidentiality of a card anybody may read."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A heading and what stands under it: the column of the SELECT of this name, or what `cell` makes of the row."""

    name: str
    vi: str
    en: str
    cell: Callable[[Row], Any] | None = None

    def of(self, row: Row) -> Any:
        """Text, number, date, or None for nothing known."""
        return row[self.name] if self.cell is None else self.cell(row)


@dataclass(frozen=True)
class Table:
    """A table that can be exported; `filters`: a SQL condition per option, with a parameter of the same name."""

    title: Text
    sql: str
    columns: tuple[Column, ...]
    filters: Mapping[str, str]
    order: str
    joined_on_area: bool = False  # the SELECT itself asks for $area, the own province when none is given


@dataclass(frozen=True)
class Exported:
    """Provenance (what it is, what it says), headings, and rows of cells: str, int, float, bool, date or None."""

    head: tuple[tuple[Text, str], ...]
    headings: tuple[Text, ...]
    rows: list[tuple[Any, ...]]


def both(text: Text) -> str:
    """Both languages in one cell."""
    return text.vi if text.vi == text.en else f"{text.vi} · {text.en}"


def _said(column: str, words: Mapping[str, Text]) -> Callable[[Row], Any]:
    return lambda row: both(words[row[column]]) if row[column] in words else row[column]


def _yes(column: str) -> Callable[[Row], Any]:
    return lambda row: None if row[column] is None else "có · yes" if row[column] else "không · no"


def _time(column: str) -> Callable[[Row], Any]:
    """Local time of the release, to the second, with its offset."""

    def cell(row: Row) -> Any:
        moment: datetime | None = row[column]
        if moment is None:
            return None
        return moment.astimezone(ZoneInfo(row["timezone"])).isoformat(timespec="seconds")

    return cell


def _location(row: Row) -> Any:
    if row["location"] or row["period"] is None:
        return row["location"]
    if not row["feed_id"]:
        return "tính từ chỉ tiêu khác · computed from other indicators"
    return None if row["delivery_id"] else "tính từ các bản ghi của nguồn · computed from the records of the feed"


def _listed(names: Sequence[str]) -> str | None:
    rest = f"; … (+{len(names) - LISTED})" if len(names) > LISTED else ""
    return "; ".join(names[:LISTED]) + rest if names else None


def _evidence(key: str) -> Callable[[Row], Any]:
    """Distinct names under `key` in the evidence of a verdict."""
    return lambda row: _listed(sorted({e[key] for e in json.loads(row["evidence_json"]) if e.get(key)}))


def _evidence_files(row: Row) -> Any:
    files: Mapping[str, str] = json.loads(row["files_json"] or "{}")
    used = {e["delivery_id"] for e in json.loads(row["evidence_json"]) if e.get("delivery_id")}
    return _listed(sorted({files.get(delivery) or delivery for delivery in used}))


def _unit(row: Row) -> Any:
    return None if row["unit_vi"] is None else both(Text(row["unit_vi"], row["unit_en"] or row["unit_vi"]))


_SOURCE = (
    Column("feed_id", "Nguồn (mã)", "Source feed"),
    Column("feed_title_vi", "Tên nguồn", "Source (Vietnamese)"),
    Column("owner_vi", "Đơn vị chịu trách nhiệm", "Owner (Vietnamese)"),
    Column("file_name", "Tệp", "File"),
    Column("location", "Vị trí trong tệp", "Location in the file", _location),
    Column("delivery_id", "Lần giao", "Delivery"),
    Column("sha256", "SHA-256 của tệp", "SHA-256 of the file"),
)
_CARD = (
    Column("code", "Mã chỉ tiêu", "Indicator"),
    Column("name_vi", "Tên chỉ tiêu", "Name (Vietnamese)"),
    Column("name_en", "Tên tiếng Anh", "Name (English)"),
)
_VALUE = (
    Column("area", "Mã địa bàn", "Area code"),
    Column("area_name_vi", "Địa bàn", "Area"),
    Column("period", "Kỳ", "Period"),
    Column("period_end", "Ngày số liệu", "Data date"),
    Column("measure", "Cách đo", "Measure"),
    Column("data_type", "Loại số liệu", "Data type", _said("data_type", DATA_TYPES)),
    Column("value", "Giá trị", "Value"),
    Column("unit", "Đơn vị tính", "Unit", _unit),
    Column("value_status", "Tình trạng số", "Value status", _said("value_status", VALUE_STATUSES)),
    Column("numerator", "Tử số", "Numerator"),
    Column("denominator", "Mẫu số", "Denominator"),
    Column("target", "Mục tiêu", "Target"),
    Column("target_high", "Mục tiêu (cận trên)", "Target (upper)"),
    Column("status", "Trạng thái", "Status", _said("status", STATUS)),
    Column("grey_cause", "Vì sao chưa xếp màu", "Why no status", _said("grey_cause", GREY_CAUSES)),
    Column("trust", "Độ tin cậy", "Trust", _said("trust", TRUST)),
    Column("held", "Giữ lại", "Held", _yes("held")),
    Column("simulated", "Mô phỏng", "Simulated", _yes("simulated")),
    *_SOURCE,
    Column("published_at", "Nguồn công bố ngày", "Published by the source"),
    Column("known_at", "Nhận lúc", "Received", _time("known_at")),
    Column("vintage", "Lần công bố thứ", "Vintage"),
    Column("correction_vi", "Hiệu chỉnh", "Correction (Vietnamese)"),
    Column("raw_value", "Số của nguồn trước hiệu chỉnh", "Stated by the source before correction"),
    Column("confidentiality", "Mức công khai", "Confidentiality"),
)


_JOINED = (
    "FROM {left} LEFT JOIN feeds f ON f.feed_id = {feed} "
    "LEFT JOIN deliveries d ON d.feed_id = v.feed_id AND d.delivery_id = v.delivery_id CROSS JOIN release_info r"
)

TABLES: Mapping[str, Table] = {
    "values": Table(
        Text("Giá trị chỉ tiêu", "Indicator values"),
        "SELECT v.*, i.name_vi, i.name_en, i.unit_vi, i.unit_en, i.confidentiality, f.title_vi AS feed_title_vi, "
        "coalesce(i.owner_vi, f.owner_vi) AS owner_vi, d.sha256, r.timezone "
        + _JOINED.format(left="indicator_values v LEFT JOIN indicators i ON i.code = v.code", feed="v.feed_id"),
        _CARD + _VALUE,
        {"code": "v.code = $code", "area": "v.area = $area", "period": "v.period = $period"},
        "i.sort, v.code, v.area, v.period_end, v.period, v.measure, v.data_type",
    ),
    "indicators": Table(
        Text("Thẻ chỉ tiêu và giá trị mới nhất", "Indicators with their newest value"),
        "SELECT i.code, i.name_vi, i.name_en, i.field_vi, i.unit_vi, i.unit_en, i.confidentiality, i.no_source_vi, "
        "i.formula, v.* EXCLUDE (code, feed_id, status, grey_cause), coalesce(v.feed_id, i.feed_id) AS feed_id, "
        "coalesce(v.status, 'grey') AS status, "
        "CASE WHEN v.code IS NULL THEN 'no_data' ELSE v.grey_cause END AS grey_cause, "
        "f.title_vi AS feed_title_vi, coalesce(i.owner_vi, f.owner_vi) AS owner_vi, d.sha256, r.timezone "
        + _JOINED.format(
            left="indicators i LEFT JOIN indicator_values v ON v.code = i.code AND v.is_latest AND v.area = $area",
            feed="coalesce(v.feed_id, i.feed_id)",
        ),
        (
            *_CARD,
            Column("field_vi", "Lĩnh vực", "Field (Vietnamese)"),
            *_VALUE,
            Column("no_source_vi", "Vì sao chưa có nguồn", "Why nobody sends it (Vietnamese)"),
            Column("formula", "Cách tính", "Formula"),
        ),
        {"code": "i.code = $code", "area": "TRUE"},
        "i.sort, i.code",
        joined_on_area=True,
    ),
    "quarantine": Table(
        Text("Dòng bị cách ly", "Quarantined rows"),
        "SELECT v.*, c.title_vi AS clause_title, f.title_vi AS feed_title_vi, f.owner_vi, d.sha256, d.received_at, "
        "d.published_at, d.simulated, r.timezone "
        + _JOINED.format(left="quarantine v LEFT JOIN clauses c ON c.id = v.clause", feed="v.feed_id"),
        (
            *(column for column in _SOURCE if column.name != "location"),
            Column("location", "Vị trí trong tệp", "Location in the file"),
            Column("row_no", "Bản ghi thứ", "Record number"),
            Column("status", "Trạng thái", "Status", lambda row: "cách ly · quarantined"),
            Column("clause", "Điều khoản", "Clause"),
            Column("clause_title", "Tên điều khoản", "Clause (Vietnamese)"),
            Column("expectation_id", "Quy tắc", "Rule"),
            Column("column_name", "Cột", "Column"),
            Column("raw", "Giá trị nhận được", "Value received"),
            Column("reason_vi", "Lý do và cách sửa", "Reason and fix (Vietnamese)"),
            Column("reason_en", "Lý do bằng tiếng Anh", "Reason and fix (English)"),
            Column("simulated", "Mô phỏng", "Simulated", _yes("simulated")),
            Column("received_at", "Nhận lúc", "Received", _time("received_at")),
            Column("published_at", "Nguồn công bố ngày", "Published by the source"),
        ),
        {"code": "v.clause = $code", "feed": "v.feed_id = $feed"},
        "d.received_at DESC, v.feed_id, v.delivery_id, v.row_no, v.expectation_id",
    ),
    "verdicts": Table(
        Text("Kết luận theo điều khoản", "Verdicts per clause"),
        "SELECT v.*, c.title_vi, c.title_en, c.mark, f.title_vi AS feed_title_vi, f.owner_vi, f.newest_period, "
        "f.newest_period_end, f.simulated, (SELECT json_group_object(delivery_id, file_name) FROM deliveries d "
        "WHERE contains(v.evidence_json, d.delivery_id)) AS files_json "
        "FROM clause_verdicts v LEFT JOIN clauses c ON c.id = v.clause LEFT JOIN feeds f ON f.feed_id = v.feed_id",
        (
            Column("clause", "Điều khoản", "Clause"),
            Column("title_vi", "Tên điều khoản", "Clause (Vietnamese)"),
            Column("title_en", "Tên tiếng Anh", "Clause (English)"),
            Column("mark", "Mức chứng thực", "Honesty mark"),
            Column("feed_id", "Nguồn (mã)", "Source feed", lambda row: row["feed_id"] or "cả trung tâm · whole centre"),
            Column("feed_title_vi", "Tên nguồn", "Source (Vietnamese)"),
            Column("owner_vi", "Đơn vị chịu trách nhiệm", "Owner (Vietnamese)"),
            Column("status", "Kết luận", "Verdict", lambda row: both(Text(row["verdict_vi"], row["verdict_en"]))),
            Column("severity", "Mức nghiêm trọng", "Severity"),
            Column("numerator", "Tử số", "Numerator"),
            Column("denominator", "Mẫu số", "Denominator"),
            Column("counted_vi", "Đơn vị đếm", "Counted (Vietnamese)"),
            Column("reason_vi", "Lý do", "Reason (Vietnamese)"),
            Column("reason_en", "Lý do bằng tiếng Anh", "Reason (English)"),
            Column("layer", "Lớp xét", "Judging layer"),
            Column("layer_version", "Phiên bản của lớp", "Version of the layer"),
            Column("rules", "Quy tắc đã xét", "Rules judged", _evidence("expectation_id")),
            Column("files", "Tệp đã xét", "Files judged", _evidence_files),
            Column("newest_period", "Kỳ mới nhất của nguồn", "Newest period of the feed"),
            Column("newest_period_end", "Ngày số liệu", "Data date"),
            Column("simulated", "Mô phỏng", "Simulated", _yes("simulated")),
        ),
        {"code": "v.clause = $code"},
        "v.scope, v.feed_id, c.rowid, v.clause",
    ),
}


def exported(
    connection: duckdb.DuckDBPyConnection, table: str, asked: Mapping[str, str], tables: Mapping[str, Table] = TABLES
) -> Exported:
    """Rows of a table (a key of `tables`) of an open release that answer `asked` (a value per filter of the table).

    KeyError for a table or a filter there is not; duckdb.CatalogException when the release is older than the table.
    """
    declared = tables[table]
    release = _dicts(connection, "SELECT * FROM release_info")[0]
    conditions = " AND ".join(declared.filters[name] for name in asked) or "TRUE"
    values = dict(asked)
    if declared.joined_on_area:
        values.setdefault("area", release["province_code"])
    found = _dicts(connection, f"{declared.sql} WHERE {conditions} ORDER BY {declared.order}", values)
    cells = [tuple(column.of(row) for column in declared.columns) for row in found]
    return Exported(
        tuple(_head(connection, declared, table, release, values, found)),
        tuple(Text(column.vi, column.en) for column in declared.columns),
        cells,
    )


def _head(
    connection: duckdb.DuckDBPyConnection, declared: Table, table: str, release: Row, values: Mapping[str, str],
    found: Sequence[Row],
) -> list[tuple[Text, str]]:  # fmt: skip
    created = release["created_at"].astimezone(ZoneInfo(release["timezone"])).isoformat(timespec="seconds")
    simulated = sum(bool(row["simulated"]) for row in found)
    head = [
        (Text("Bảng", "Table"), f"{both(declared.title)} ({table})"),
        (Text("Bản phát hành", "Release"), release["release_id"]),
        (Text("Công bố lúc", "Published at"), created),
        (Text("Tỉnh", "Province"), f"{release['province_code']} {release['province_name_vi']}"),
        (Text("Điều kiện lọc", "Filter"), "; ".join(f"{k} = {v}" for k, v in values.items()) or "không · none"),
        (Text("Số dòng", "Rows"), str(len(found))),
        (Text("Số dòng mô phỏng", "Simulated rows"), str(simulated)),
        (Text("Phiên bản tiêu chuẩn", "Version of the standard"), release["standard_version"]),
        (Text("Mã băm khai báo", "Hash of the declarations"), release["contracts_hash"]),
        (Text("Phiên bản phần mềm", "Version of the software"), release["code_version"]),
    ]
    internal = sum(row["confidentiality"] not in (None, PUBLIC) for row in found if "confidentiality" in row)
    if internal:
        head.append((Text("Số dòng không công khai", "Rows that are not public"), str(internal)))
    if table == "quarantine":
        held = connection.execute("SELECT coalesce(sum(quarantined), 0) FROM deliveries").fetchone()
        total = held[0] if held else 0
        head.append(
            (
                Text("Dòng cách ly trong kho", "Rows in quarantine"),
                f"{total}; một dòng có thể vi phạm nhiều quy tắc, bản phát hành chỉ giữ một phần của mỗi lần giao, "
                "đủ trong: ioc quarantine · a row may break several rules and a release keeps part of each delivery, "
                "all: ioc quarantine",
            )
        )
    return head


def _dicts(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, dict(parameters) if parameters else None)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
