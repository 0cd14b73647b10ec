"""SDMX-ML 2.1 / 3.0 structure-specific data → one row for each observation.

The message names its data structure but does not carry it, so the structure is declared: `indicators.yaml` of the
feed. Series attributes, the attributes of their dataset and those of an observation are merged, the nearest winning.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period
from ioc_pipeline.read.exchange.observation_file import Doubt, ObservationWriter
from ioc_pipeline.read.exchange.sdmx_spec import SdmxSpec, Series, load_sdmx_spec
from ioc_pipeline.read.exchange.xml_stream import read_xml
from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.problem_codes import DOUBT_CODES
from ioc_pipeline.read.reading import Notice, Reading
from ioc_pipeline.read.simulated_label import says_simulated

MESSAGES = {"StructureSpecificData", "StructureSpecificTimeSeriesData"}
_FREQUENCIES = {"A": "year", "S": "half", "H": "half", "Q": "quarter", "M": "month", "D": "day"}
_REPORTING_MONTH = re.compile(r"(\d{4})-M(\d{2})")
_HALF = re.compile(r"(\d{4})-[SB]([12])")
_YEAR = re.compile(r"(\d{4})-A1")
_DATA_TYPES = {"A": "actual", "E": "estimate", "F": "estimate", "P": "preliminary"}
_EMPTY = {"M": "missing", "L": "missing", "O": "missing", "H": "missing", "Q": "confidential", "K": "missing"}
_KNOWN = {
    "INDICATOR", "REF_AREA", "FREQ", "UNIT_MULT", "BASE_PER", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS",
    "DATA_DOMAIN", "COMMENT", "DECIMALS", "TITLE", "dataScope", "type", "structureRef", "action", "setID",
    "validFromDate", "validToDate", "reportingBeginDate", "reportingEndDate", "TIME_FORMAT",
}  # fmt: skip
MAX_POWER = 30


def read_sdmx(feed: Feed, blob: Path, original_name: str, out: Path) -> Reading:
    """Read one SDMX-ML message into the Parquet file `out` (columns of the shape observations), as a stream.

    A series whose code is not declared, an area other than the declared one, a period that contradicts FREQ, a value
    that is no number or a multiplier that contradicts the unit become rows with `_problems`. Raises ReadRefused when
    the file is not such a message, holds a DOCTYPE, or no observation.
    """
    declared = feed.folder / str(feed.reader.get("indicators", "indicators.yaml"))
    spec = load_sdmx_spec(declared, declared.stat().st_mtime_ns)
    with blob.open("rb") as file:
        head = file.read(512)
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        raise refused(
            "sdmx.not_xml",
            f"Tệp {original_name} không phải XML; nguồn này cần bản tin SDMX-ML. Hãy tải lại đúng tệp dữ liệu.",
            f"File {original_name} is not XML; this feed needs an SDMX-ML message. Download the data file itself.",
        )
    with ObservationWriter(feed, out) as writer:
        message = _Message(spec, original_name, writer)
        read_xml(blob, original_name, message.start, message.end)
        if not writer.count:
            raise refused(
                "read.no_records",
                f"Tệp {original_name} không có quan sát nào. Hãy kiểm tra điều kiện truy vấn rồi tải lại.",
                f"File {original_name} holds no observation. Check the query and download it again.",
            )
    return Reading(out, writer.count, tuple(message.notices()), message.simulated)


class _Message:
    """State while the elements of one message come by."""

    def __init__(self, spec: SdmxSpec, name: str, writer: ObservationWriter) -> None:
        self.spec, self.name, self.writer = spec, name, writer
        self.depth = 0
        self.dataset: dict[str, str] = {}
        self.group: dict[str, str] | None = None
        self.series: dict[str, str] = {}
        self.series_no = self.observation_no = 0
        self.unknown: Counter[str] = Counter()
        self.contradicted: dict[str, set[str]] = {}
        self.unused: set[str] = set()
        self.groups = 0
        self.simulated = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.depth == 0 and tag not in MESSAGES:
            raise refused(
                "sdmx.other_message",
                f"Tệp {self.name} là <{tag}>; nguồn này đọc StructureSpecificData (SDMX-ML 2.1, 3.0). "
                "Hãy chọn định dạng structure-specific khi tải dữ liệu.",
                f"File {self.name} is a <{tag}>; this feed reads StructureSpecificData (SDMX-ML 2.1, 3.0). "
                "Choose the structure-specific format when downloading.",
            )
        self.depth += 1
        if tag == "DataSet":
            self.dataset, self.series = attributes, {}
            self.simulated = self.simulated or says_simulated(attributes.get("COMMENT"))
        elif tag == "Series":
            self.series, self.series_no, self.observation_no = attributes, self.series_no + 1, 0
        elif tag == "Group":
            self.groups += 1
        elif tag == "Obs":
            self.observation_no += 1
            self.observation({**self.dataset, **self.series, **attributes})

    def end(self, tag: str, text: str) -> None:
        self.depth -= 1
        if tag == "Series":
            self.series = {}
        elif (tag == "Test" and text in ("true", "1")) or (tag in ("Name", "Source") and says_simulated(text)):
            self.simulated = True  # `Test`: SDMX's own mark of a message that is not official data

    def observation(self, found: dict[str, str]) -> None:
        printed = found.get("INDICATOR", "")
        code = "".join(printed.split())  # the source writes some codes with a space: `NGDPVA_ISIC3_ B_XDC`
        series = self.spec.series(code)
        problems: list[tuple[str, str | None, str]] = []
        doubts: list[Doubt] = []
        self.unused |= found.keys() - _KNOWN - self.spec.fixed.keys()
        if series is None:
            self.unknown[code or "∅"] += 1
            problems.append(("indicator", printed[:2000], "indicator.unknown"))
        for name, wanted in self.spec.fixed.items():
            if found.get(name, wanted) != wanted:
                problems.append(("item", f"{name}={found[name]}"[:2000], "dimension.unknown"))
        area = "VN" if found.get("REF_AREA") == self.spec.area else None
        if area is None:
            problems.append(("area", found.get("REF_AREA"), "area.unknown"))
        text, kind, end = _period(found.get("TIME_PERIOD", ""), found.get("FREQ", ""))
        if text is None:
            raw = f"{found.get('TIME_PERIOD', '')} (FREQ {found.get('FREQ', '')})"
            problems.append(("period", raw[:2000], "period.unknown"))
        status = _EMPTY.get(found.get("OBS_STATUS", ""), "present")
        if found.get("CONF_STATUS", "F") not in ("F", "A"):
            status = "confidential"
        value, unit = None, series.unit if series else None
        raw_value = found.get("OBS_VALUE", "")
        if status == "present":
            value, problem = self.value(series, code, raw_value, found.get("UNIT_MULT"))
            if problem and problem[2] in DOUBT_CODES:
                doubts.append(problem)
            elif problem:
                problems.append((problem[0], problem[1], problem[2]))
            if value is None:
                status = "missing"
        data_type = _DATA_TYPES.get(found.get("OBS_STATUS", "A"), "actual")
        base = found.get("BASE_PER", "")
        values: dict[str, Any] = {
            "indicator": f"{code}@{base}" if re.fullmatch(r"\d{4}(?:-\w+)?", base) else code or None,
            "area": area, "period": text, "period_kind": kind, "period_end": end,
            "measure": series.measure if series else None, "data_type": data_type,
            "value": value, "value_text": raw_value, "value_status": status, "unit": unit, "simulated": self.simulated,
            "source_table": found.get("DATA_DOMAIN"), "sheet": printed,
            "cell": f"Series[{self.series_no}]/Obs[{self.observation_no}]",
        }  # fmt: skip
        where = f"{printed} Series[{self.series_no}]/Obs[{self.observation_no}]"
        self.writer.add((where, values, problems), doubts)

    def value(
        self, series: Series | None, code: str, raw: str, multiplier: str | None
    ) -> tuple[float | None, tuple[str, str, str] | None]:
        """Value in the declared unit, and the problem or doubt when it is not certain; decimal arithmetic, so that a
        shift of the decimal point never changes a digit."""
        if raw.strip() in ("", "NaN") or raw.strip().casefold() in self.spec.missing:
            return None, None
        try:
            number = Decimal(raw.strip())
            power = int(multiplier) if multiplier is not None else 0
        except (InvalidOperation, ValueError):
            return None, ("value", raw[:2000], "number.text")
        if not number.is_finite() or abs(power) > MAX_POWER:
            return None, ("value", raw[:2000], "number.text")
        if series is None:
            return float(number), None
        if power == series.power:
            return float(number), None
        if power in series.ignore_power:
            self.contradicted.setdefault(f"{power}", set()).add(code)
            return float(number), ("value", f"{raw[:200]} (UNIT_MULT={power})", "unit.multiplier")
        if multiplier is None or series.unit == "%":
            return float(number), ("unit", f"UNIT_MULT={multiplier}", "unit.other")
        return float(number.scaleb(power - series.power)), None

    def notices(self) -> list[Notice]:
        """What the message held that was not understood, or was understood by declaration only."""
        said = [
            Notice(
                Text(
                    f"Chỉ tiêu {code} chưa khai báo: {count} giá trị đưa vào cách ly",
                    f"Series code {code} is not declared: {count} value(s) go to quarantine",
                )
            )
            for code, count in self.unknown.items()
        ]
        for power, codes in self.contradicted.items():
            listed = ", ".join(sorted(codes))
            said.append(
                Notice(
                    Text(
                        f"UNIT_MULT={power} trái với đơn vị đã khai báo của {listed}; giữ nguyên giá trị, không nhân",
                        f"UNIT_MULT={power} contradicts the declared unit of {listed}; values kept, not multiplied",
                    )
                )
            )
        if self.groups:
            said.append(
                Notice(
                    Text(
                        f"{self.groups} phần tử Group không được dùng tới",
                        f"{self.groups} Group element(s) are not used",
                    )
                )
            )
        if self.unused:
            listed = ", ".join(sorted(self.unused))
            said.append(Notice(Text(f"Thuộc tính không dùng tới: {listed}", f"Attributes not used: {listed}")))
        return said


def _period(raw: str, frequency: str) -> tuple[str | None, str | None, date | None]:
    """Period as stored, its kind and last day; (None, None, None) when it is none or contradicts the frequency."""
    text = _REPORTING_MONTH.sub(r"\1-\2", raw.strip())
    text = _YEAR.sub(r"\1", _HALF.sub(r"\1-H\2", text))
    try:
        period = parse_period(text)
    except ValueError:
        return None, None, None
    if period is None or period.kind != _FREQUENCIES.get(frequency):
        return None, None, None
    return period.text, period.kind, period.end
