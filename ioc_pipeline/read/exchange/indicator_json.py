"""Indicator JSON of the provincial report system (LRIS, five keys) → observation rows."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.model import CodeList, Feed, Province
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import period_of
from ioc_pipeline.read.exchange.observation_file import Doubt, write_observations
from ioc_pipeline.read.file_content import kind_of, refused, unpack_gzip
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.records.agency_codes import agency_code, older_forms
from ioc_pipeline.read.records.json_records import ENVELOPE_KEYS, envelope_data, parse_document, record_path
from ioc_pipeline.read.records.json_values import malformed
from ioc_pipeline.read.text.text_encoding import as_utf8
from ioc_pipeline.read.values.code_names import code_names
from ioc_pipeline.read.values.united_numbers import read_with_unit

MANDATORY = ("officeCode", "indicatorCode", "dataTypeId", "periodId", "dataYear", "unit")
OPTIONAL = (
    "value", "dataTypeName", "kieuSo", "tuSo", "mauSo", "status", "areaCode", "simulated", "dataDate", "indicatorName",
    "officeName", "periodName",
)  # fmt: skip
_SPELLINGS = {key.casefold(): key for key in (*MANDATORY, *OPTIONAL)}
_LEVEL_1 = re.compile(r"^(?:\d{3}\.\d{2}\.\d{2}\.([A-Z]\d{2})|([A-Z]\d{2})(?:\.\d{1,3}){0,3})$")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass
class _Row:
    """One statement while it is read; `problems` and `doubts` are (column, raw text, code)."""

    location: str
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str | None, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def problem(self, column: str, raw: Any, code: str) -> None:
        self.problems.append((column, None if raw is None else str(raw)[:2000], code))


def read_indicator_json(
    feed: Feed,
    blob: Path,
    original_name: str,
    out: Path,
    *,
    code_lists: Mapping[str, CodeList],
    province: Province,
) -> Reading:
    """Read one delivery of five-key indicator records into the Parquet file `out` (columns of the shape observations).

    Accepted: `{"data": {…} | […], "error": …, "total": …}`, a list of records or of such envelopes, or one record per
    line. Keys that stand on the envelope hold for all its records. `value` is a JSON number; a text is read only when
    it is certainly one number. `kieuSo` (kind of number) defaults to the one declared in the feed's indicators file.
    The area is `areaCode`, else the province of the office on the last day of the period, else `province` when the
    office code is not known (then with a problem).

    `code_lists` needs `lris_periods`, `data_types`, `measures`, `value_statuses`, `units`, `agencies` and
    `closed_agency_codes`. Records that say something unknown or contradictory become rows with `_problems`.
    Raises ReadRefused when the file is no such JSON, is empty, or its envelope reports an error.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".reading-", dir=out.parent))
    try:
        document = _document(blob, original_name, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    notices: dict[str, Notice] = {}
    statements = _Statements(feed, code_lists, province, notices)
    rows = [
        statements.row(record, inherited, path)
        for record, inherited, path in _records(document, {}, "$", original_name, notices)
    ]
    if not rows:
        raise refused(
            "read.no_records",
            f"Tệp {original_name} không có chỉ tiêu nào. Hãy kiểm tra bước xuất dữ liệu rồi gửi lại.",
            f"File {original_name} holds no indicator. Check the export and send it again.",
        )
    write_observations(feed, [((r.location, r.values, r.problems), r.doubts) for r in rows], out)
    return Reading(out, len(rows), tuple(notices.values()), any(r.values["simulated"] for r in rows))


def _document(blob: Path, name: str, work: Path) -> Any:
    kind = kind_of(blob, name)
    if kind == "gzip":
        blob = unpack_gzip(blob, name, work / "unpacked")
        kind = kind_of(blob, name)
    if kind != "text":
        raise refused(
            "read.other_format",
            f"Tệp {name} là Parquet, nguồn này cần JSON. Hãy xuất lại dưới dạng JSON.",
            f"File {name} is Parquet; this feed needs JSON. Export it as JSON.",
        )
    return parse_document(as_utf8(blob, name, work).path, name)


def _records(
    document: Any, inherited: Mapping[str, Any], base: str, name: str, notices: dict[str, Notice]
) -> Iterator[tuple[Any, Mapping[str, Any], str]]:
    """Every record with the keys its envelopes pass on and its JSON path."""
    if not isinstance(document, (dict, list)):
        raise malformed(name, None, "neither an array nor an object of records")
    outer: Mapping[str, Any] = inherited
    records, where = envelope_data(document, name)
    if isinstance(document, dict) and ENVELOPE_KEYS & document.keys():
        outer = {**inherited, **{k: v for k, v in document.items() if k not in ENVELOPE_KEYS}}
        total = document.get("total")
        if isinstance(total, int) and total > len(records):
            notices.setdefault(
                f"total{base}",
                Notice(
                    Text(
                        f"Nguồn báo có {total} bản ghi nhưng tệp chỉ có {len(records)}: có thể thiếu trang.",
                        f"The source announces {total} records, the file holds {len(records)}: pages may be missing.",
                    ),
                    base,
                ),
            )
    where = base + where[1:]
    for index, record in enumerate(records):
        path = record_path(where, index)
        if isinstance(record, dict) and "data" in record and isinstance(record["data"], (dict, list)):
            yield from _records(record, outer, path, name, notices)
        elif isinstance(record, dict) and {"data", "error"} <= record.keys():
            envelope_data(record, name)  # an error or an empty page: refused with the source's own words
        else:
            yield record, outer, path


class _Statements:
    """Turns records into rows, with the code lists looked up once."""

    def __init__(
        self, feed: Feed, codes: Mapping[str, CodeList], province: Province, notices: dict[str, Notice]
    ) -> None:
        self.province, self.notices = province, notices
        self.periods = codes["lris_periods"].codes
        self.data_types = {str(c.extra["lris"]): c for c in codes["data_types"].codes.values() if c.extra.get("lris")}
        self.type_names = code_names(codes["data_types"])
        self.measures = code_names(codes["measures"])
        self.statuses = code_names(codes["value_statuses"])
        self.unit_list = codes["units"]
        self.units = code_names(self.unit_list)
        self.agencies = codes["agencies"].codes
        self.agency_names = older_forms(codes["agencies"])
        self.closed = codes["closed_agency_codes"].codes
        self.indicators: dict[str, dict[str, Any]] = {}
        for item in feed.declared_indicators().values():
            for code in (item["code"], *item.get("aliases", ())):
                self.indicators[code] = item

    def row(self, record: Any, inherited: Mapping[str, Any], path: str) -> _Row:
        row = _Row(path)
        values = dict.fromkeys(("indicator", "area", "period", "period_kind", "measure", "data_type", "unit"))
        row.values = {**values, "value_status": "missing", "simulated": False, "cell": path, "period_end": None}
        if not isinstance(record, dict):
            row.problem("", record, "row.object")
            return row
        said = self._known_keys({**inherited, **record}, path)
        for key in MANDATORY:
            if said.get(key) in (None, ""):
                row.problem(_COLUMN_OF[key], None, "key.missing")
        row.values["simulated"] = said.get("simulated") in (True, 1, "1", "true")
        declared = self._indicator(row, said)
        self._period(row, said)
        self._data_type(row, said)
        self._measure(row, said, declared)
        self._value(row, said, declared.get("unit"))
        self._unit(row, said, declared)
        self._area(row, said)
        return row

    def _known_keys(self, record: Mapping[str, Any], path: str) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for key, value in record.items():
            known = _SPELLINGS.get(key.casefold())
            if known is None:
                self.notices.setdefault(
                    f"key {key}",
                    Notice(Text(f"Khóa “{key}” không được đọc.", f"Key “{key}” was not read."), path),
                )
            else:
                said[known] = value.strip() if isinstance(value, str) else value
        return said

    def _indicator(self, row: _Row, said: Mapping[str, Any]) -> dict[str, Any]:
        code = said.get("indicatorCode")
        declared = self.indicators.get(str(code)) if code is not None else None
        row.values["indicator"] = declared["code"] if declared else (str(code) if code is not None else None)
        if declared is None and code not in (None, ""):
            row.problem("indicator", code, "indicator.unknown")
        return declared or {}

    def _period(self, row: _Row, said: Mapping[str, Any]) -> None:
        period_id, year = said.get("periodId"), _whole(said.get("dataYear"))
        period = self.periods.get(str(_whole(period_id))) if period_id not in (None, "") else None
        kind = str(period.extra.get("kind")) if period else ""
        if period_id not in (None, "") and kind not in _MONTHS:
            row.problem("period", period_id, "period.unknown")
        if said.get("dataYear") not in (None, "") and (year is None or not 1990 <= year <= 2100):
            row.problem("period", said.get("dataYear"), "year.range")
            year = None
        if period is None or year is None or kind not in _MONTHS:
            return
        index = int(period.extra["index"])
        month = index * _MONTHS[kind]
        covered = period_of(kind, date(year, month, 1))
        row.values |= {"period": covered.text, "period_kind": kind, "period_end": covered.end}
        stated = said.get("dataDate")
        if stated not in (None, "") and _day(str(stated)) is None:
            row.problem("period_end", stated, "date.format")

    def _data_type(self, row: _Row, said: Mapping[str, Any]) -> None:
        number, name = said.get("dataTypeId"), said.get("dataTypeName")
        known = self.data_types.get(str(_whole(number))) if number not in (None, "") else None
        row.values["data_type"] = known.code if known else None
        if number not in (None, "") and known is None:
            row.problem("data_type", number, "data_type.unknown")
        if known and name not in (None, "") and self.type_names.get(_key(name)) != known.code:
            row.problem("data_type", f"{number} / {name}", "data_type.mismatch")

    def _measure(self, row: _Row, said: Mapping[str, Any], declared: Mapping[str, Any]) -> None:
        stated = said.get("kieuSo")
        measure = declared.get("measure") if stated in (None, "") else self.measures.get(_key(stated))
        row.values["measure"] = measure
        if stated not in (None, "") and (measure is None or measure not in declared.get("measures", (measure,))):
            row.problem("measure", stated, "measure.unknown")

    def _value(self, row: _Row, said: Mapping[str, Any], unit: str | None) -> None:
        value = self._number(row, "value", said.get("value"), unit)
        row.values["value"] = value
        row.values["value_text"] = None if said.get("value") is None else str(said.get("value"))
        row.values["numerator"] = self._number(row, "numerator", said.get("tuSo"))
        row.values["denominator"] = self._number(row, "denominator", said.get("mauSo"))
        stated = said.get("status")
        status = row.values["value_status"]  # missing, unless the value or its sign of absence says more
        if stated not in (None, ""):
            known = self.statuses.get(_key(stated))
            if known is None:
                row.problem("value_status", stated, "status.unknown")
            elif (known == "present") != (value is not None):
                row.problem("value_status", stated, "status.value")
            status = known or status
        row.values["value_status"] = status

    def _number(self, row: _Row, column: str, raw: Any, unit: str | None = None) -> float | None:
        """A number, or a text that is certainly one; what may have been meant otherwise is taken under a doubt."""
        if raw is None or raw == "":
            return None
        read = None if isinstance(raw, bool | list | dict) else read_with_unit(raw, unit, self.unit_list)
        if read is None or read.problem or (read.value is not None and not math.isfinite(read.value)):
            row.problem(column, raw, (read.problem if read else None) or "number.text")
            return None
        if read.doubt is not None:
            row.doubts.append((column, str(raw)[:2000], read.doubt))
        if column == "value":
            row.values["value_status"] = read.status
        return read.value

    def _unit(self, row: _Row, said: Mapping[str, Any], declared: Mapping[str, Any]) -> None:
        stated = said.get("unit")
        if stated in (None, ""):
            return
        unit = self.units.get(_key(stated))
        row.values["unit"] = unit or str(stated)
        if unit is None:
            row.problem("unit", stated, "unit.unknown")
        elif declared and unit != declared["unit"]:
            row.problem("unit", stated, "unit.other")

    def _area(self, row: _Row, said: Mapping[str, Any]) -> None:
        office, stated = said.get("officeCode"), said.get("areaCode")
        row.values["agency"] = None if office in (None, "") else agency_code(str(office), self.agency_names)
        # Without a period the row is quarantined anyway; no clock is asked: an audit must read the same again.
        on = row.values["period_end"] or date.max
        level_1 = _level_1(office)
        today, area = self._province_of(level_1, on) if level_1 else (None, None)
        if office not in (None, "") and area is None:
            row.problem("agency", office, "agency.unknown")
        if stated not in (None, ""):
            known = isinstance(stated, str) and (
                stated == area or any(u.code == stated for u in units.communes(today or self.province.code))
            )
            if not known:
                code = "area.unknown" if isinstance(stated, str) else "code.number"
                row.problem("area", stated, code)
            area = str(stated)
        row.values["area"] = area or self.province.code

    def _province_of(self, level_1: str, on: date) -> tuple[str | None, str | None]:
        """Province whose People's Committee has a level-1 agency code: its GSO code of today and that of a day."""
        own = level_1 == self.province.agency
        if own or level_1 in self.agencies:
            today = self.province.code if own else str(self.agencies[level_1].extra["province"])
            return today, _code_on(today, on)
        closed = self.closed.get(level_1)
        if closed is None or on >= _date(closed.extra["closed"]):
            return None, None
        return str(closed.extra["province"]), str(closed.extra["old_province"])


_COLUMN_OF = {
    "officeCode": "agency", "indicatorCode": "indicator", "dataTypeId": "data_type", "periodId": "period",
    "dataYear": "period", "unit": "unit",
}  # fmt: skip


def _code_on(code: str, on: date) -> str:
    """Code on a day of the province that bears `code` today: seven codes changed hands on 1 July 2025."""
    return code if on >= units.MERGER else units.resolve_province(units.province(code).name, on) or code


def _level_1(office: Any) -> str | None:
    found = _LEVEL_1.match(office) if isinstance(office, str) else None
    return (found[1] or found[2]) if found else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"\d{1,6}", value, re.ASCII):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _day(text: str) -> date | None:
    for date_format in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(text, date_format).date()
        except ValueError:
            continue
    return None


def _key(text: Any) -> str:
    return " ".join(str(text).lower().split())
