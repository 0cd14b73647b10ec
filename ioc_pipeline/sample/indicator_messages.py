"""Monthly JSON messages of the simulated report system: plans, estimates, then actual and official values.

The message of month m carries the estimate of m, the actual value of m-1, the official value of m-2 and, for some
indicators, a corrected estimate of m-1: so every vintage exists. The message that opens a year carries its plans.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ioc_pipeline.contracts.model import indicators_in
from ioc_pipeline.contracts.plain_yaml import plain_yaml
from ioc_pipeline.contracts.units import MERGER, Unit
from ioc_pipeline.sample.declared_series import PERIODS, DeclaredYear, Place, declared_year, rounded
from ioc_pipeline.sample.indicator_series import YearSeries, feedback, year_series
from ioc_pipeline.sample.scale import ProvinceScale, generator

PLAN, ESTIMATE, ACTUAL, OFFICIAL = 1, 2, 3, 4
TYPE_NAMES = {PLAN: "Kế hoạch", ESTIMATE: "Ước tính", ACTUAL: "Thực hiện", OFFICIAL: "Chính thức"}
_YEAR_ID, _FIRST_QUARTER_ID = 20, 13
_BORN = MERGER.year * 12 + MERGER.month - 1
_PERCENT = ("%",)
_OFFICES = {
    "Thống kê tỉnh": "20", "Sở Công Thương": "02", "Sở Tài chính": "03", "Bảo hiểm xã hội tỉnh": "21",
    "Sở Văn hóa, Thể thao và Du lịch": "04", "Văn phòng UBND tỉnh": "05", "Sở Khoa học và Công nghệ": "06",
    "Sở Nông nghiệp và Môi trường": "07", "Sở Xây dựng": "08", "Sở Nội vụ": "09", "Sở Giáo dục và Đào tạo": "10",
    "Sở Y tế": "11", "Ban Quản lý khu kinh tế và các khu công nghiệp": "15", "Công an tỉnh": "22",
    "Chi cục Hải quan khu vực": "23", "Công ty Điện lực tỉnh": "24", "Bộ Chỉ huy Phòng thủ dân sự tỉnh": "25",
    "Ngân hàng Nhà nước khu vực": "26", "Cục Thống kê": "27",
}  # fmt: skip
_FIRST_ID = {"month": 1, "quarter": 13, "half": 17, "year": 20}
_STATED_ERROR = {ESTIMATE: 0.010, ACTUAL: 0.002, OFFICIAL: 0.0}
"""Relative distance of a statement from the final value."""
_POINT_ERROR = {ESTIMATE: 0.15, ACTUAL: 0.04, OFFICIAL: 0.0}
"""The same for indices and rates, in points."""


def months_until(until: date, months: int) -> list[tuple[int, int]]:
    """(year, month) of the last `months` months that are over on `until`, oldest first.

    None is before July 2025: the 34 provinces and their communes did not exist then.
    """
    last = until.year * 12 + until.month - 1
    next_day = date.fromordinal(until.toordinal() + 1)
    if next_day.month == until.month:
        last -= 1
    first = max(last - months + 1, _BORN)
    return [(index // 12, index % 12 + 1) for index in range(first, last + 1)]


class IndicatorMessages:
    """Messages of one province; `indicators` is the feed's own declaration of codes and units."""

    def __init__(
        self, *, scale: ProvinceScale, province: str, agency: str, communes: Sequence[Unit], seed: int, indicators: Path
    ) -> None:
        self.scale, self.province, self.agency, self.seed = scale, province, agency, seed
        self.communes = communes
        self.declared = indicators_in(indicators)
        self.series: dict[str, dict[str, Any]] = _declared_series(indicators)
        self._years: dict[int, YearSeries] = {}
        self._declared_years: dict[int, DeclaredYear] = {}
        self._feedback: dict[int, tuple[np.ndarray, ...]] = {}
        shares = generator(seed, province, 3).lognormal(0, 0.7, max(len(communes), 1))
        self._shares = shares / shares.sum()

    def message(self, year: int, month: int, opens: bool) -> dict[str, Any]:
        """Envelope of the message sent after a month; `opens`: it also carries the plans of the year."""
        records = list(self._plans(year)) if opens or month == 1 else []
        previous, before = _back(year, month, 1), _back(year, month, 2)
        records += self._statements(year, month, ESTIMATE)
        records += self._statements(*previous, ACTUAL)
        records += self._statements(*before, OFFICIAL)
        records += self._revised_estimates(*previous)
        return {"data": records, "error": None, "total": len(records), "simulated": True}

    def backcast(self, years: int) -> dict[str, Any]:
        """Envelope of official monthly series of the new province for the years before it came into being, as the
        statistics office recomputes them within its borders; at least the first half of 2025."""
        records = [
            self._record(code, OFFICIAL, month, year, self._amount(code, year, month, OFFICIAL))
            for index in range(_BORN - 12 * years, _BORN)
            for year, month in [(index // 12, index % 12 + 1)]
            for code in self._year(year).monthly
        ]
        for index in range(_BORN - 12 * years, _BORN):
            year, month = index // 12, index % 12 + 1
            records.append(self._ratio("DTC_TL", year, month, OFFICIAL, *self._disbursement(year, month, OFFICIAL)))
        return {"data": records, "error": None, "total": len(records), "simulated": True}

    def _year(self, year: int) -> YearSeries:
        if year not in self._years:
            self._years[year] = year_series(self.scale, self.province, self.seed, year)
        return self._years[year]

    def _declared(self, year: int) -> DeclaredYear:
        if year not in self._declared_years:
            place = Place(self.scale, self.province, len(self.communes), self.seed)
            self._declared_years[year] = declared_year(self.series, self.declared, place, year)
        return self._declared_years[year]

    def _declared_statements(self, year: int, month: int, data_type: int) -> Iterator[dict[str, Any]]:
        """What is said about the periods that a month closes, of the series that `series.yaml` describes."""
        known = self._declared(year)
        for code, numbers in self.series.items():
            card = self.declared[code]
            months = 12 // PERIODS[card["period"]]
            if month % months:
                continue
            at = month // months - 1
            period = _FIRST_ID[card["period"]] + at
            if code in known.ratios:
                numerators, wholes = known.ratios[code]
                part, whole = round(float(numerators[at]), 1), round(float(wholes[at]), 1)
                yield self._ratio(code, year, period, data_type, part, whole)
            elif "part_of" in numbers:
                part, whole = self._part_of(numbers, year, month, data_type)
                yield self._ratio(code, year, period, data_type, part, whole)
            else:
                value = self._declared_value(code, year, month, at, data_type)
                yield self._record(code, data_type, period, year, value)

    def _part_of(self, numbers: dict[str, Any], year: int, month: int, data_type: int) -> tuple[float, float]:
        """An amount since January as stated in the same message, and the plan it is compared with."""
        code, times = numbers["part_of"], float(numbers["plan_times"])
        if code in self._year(year).monthly:
            plan = _rounded(self._year(year).plans[code], self.declared[code]["unit"])
            return self._amount(code, year, month, data_type), round(plan * times, 1)
        stated = self._declared_value(code, year, month, month - 1, data_type)
        return stated, round(float(self._declared(year).values[code][-1]) * times)

    def _declared_value(self, code: str, year: int, month: int, at: int, data_type: int) -> float:
        card, values = self.declared[code], self._declared(year).values[code]
        unit, measure, true = card["unit"], card["measure"], float(values[at])
        if "per" not in self.series[code]:
            spread = min(1.0, float(self.series[code].get("noise", 0)))
            return rounded(true + spread * self._error(_POINT_ERROR, code, year, month, data_type), unit, measure)
        error = self._error(_STATED_ERROR, code, year, month, data_type)
        before = float(values[at - 1]) if measure == "ytd" and at else 0.0
        stated = rounded(before + (true - before) * (1 + error), unit, measure)
        return max(stated, rounded(before, unit, measure))

    def _record(self, code: str, data_type: int, period: int, year: int, value: float | None) -> dict[str, Any]:
        card = self.declared[code]
        return {
            "officeCode": f"{self.agency}.{_OFFICES[card['owner']]}",
            "indicatorCode": code,
            "dataTypeId": data_type,
            "dataTypeName": TYPE_NAMES[data_type],
            "periodId": period,
            "dataYear": year,
            "value": value,
            "unit": card["unit"],
            "kieuSo": card["measure"],
            "simulated": True,
        }

    def _plans(self, year: int) -> Iterator[dict[str, Any]]:
        for code, value in self._year(year).plans.items():
            yield self._record(code, PLAN, _YEAR_ID, year, _rounded(value, self.declared[code]["unit"]))
        for code, value in self._declared(year).plans.items():
            card = self.declared[code]
            yield self._record(code, PLAN, _YEAR_ID, year, rounded(value, card["unit"], card["measure"]))

    def _statements(self, year: int, month: int, data_type: int) -> Iterator[dict[str, Any]]:
        """What is said about a month (and about the quarter that it closes) in one kind of data."""
        if year * 12 + month - 1 < _BORN:
            return
        for code in self._year(year).monthly:
            yield self._record(code, data_type, month, year, self._amount(code, year, month, data_type))
        yield self._ratio("DTC_TL", year, month, data_type, *self._disbursement(year, month, data_type))
        for code, (numerator, denominator) in self._year(year).counts.items():
            if self.declared[code]["period"] == "quarter":
                if month % 3 == 0:
                    period = _FIRST_QUARTER_ID + month // 3 - 1
                    yield self._ratio(code, year, period, data_type, numerator[month - 1], denominator[month - 1])
            else:
                yield self._ratio(code, year, month, data_type, numerator[month - 1], denominator[month - 1])
        if data_type != ESTIMATE:
            yield from self._feedback_records(year, month, data_type)
        if month % 3 == 0:
            for code, values in self._year(year).quarterly.items():
                quarter = month // 3
                value = values[quarter - 1] + self._error(_POINT_ERROR, code, year, month, data_type) * 0.3
                yield self._record(code, data_type, _FIRST_QUARTER_ID + quarter - 1, year, round(float(value), 2))
        if month in (6, 9, 12):
            yield self._growth_to_date(year, month, data_type)
        yield from self._declared_statements(year, month, data_type)

    def _growth_to_date(self, year: int, month: int, data_type: int) -> dict[str, Any]:
        """GRDP growth of 6, 9 or 12 months; nine months have no period id, so it is month 9, year to date."""
        quarters = self._year(year).quarterly["KT_GRDP_TT"][: month // 3]
        value = float(np.average(quarters, weights=[0.9, 0.98, 1.03, 1.09][: len(quarters)]))
        value += self._error(_POINT_ERROR, "KT_GRDP_TT", year, month, data_type) * 0.3
        record = self._record("KT_GRDP_TT", data_type, {6: 17, 9: 9, 12: _YEAR_ID}[month], year, round(value, 2))
        return record if month != 9 else {**record, "kieuSo": "ytd_rate"}

    def _amount(self, code: str, year: int, month: int, data_type: int) -> float:
        series = self._year(year).monthly[code]
        unit = self.declared[code]["unit"]
        if unit in _PERCENT:
            return round(float(series[month - 1]) + self._error(_POINT_ERROR, code, year, month, data_type), 2)
        error = self._error(_STATED_ERROR, code, year, month, data_type)
        if self.declared[code]["measure"] == "ytd":
            before = float(series[month - 2]) if month > 1 else 0.0
            return _rounded(before + (float(series[month - 1]) - before) * (1 + error), unit)
        return _rounded(float(series[month - 1]) * (1 + error), unit)

    def _disbursement(self, year: int, month: int, data_type: int) -> tuple[float, float]:
        plan = _rounded(self._year(year).plans["DTC_KH"], self.declared["DTC_KH"]["unit"])
        return self._amount("DTC_GN", year, month, data_type), plan

    def _ratio(
        self, code: str, year: int, period: int, data_type: int, numerator: float, denominator: float
    ) -> dict[str, Any]:
        """A ratio with its parts; without cases it has no value and says so."""
        whole = float(denominator)
        value = round(100 * float(numerator) / whole, 2) if whole else None
        record = self._record(code, data_type, period, year, value)
        record |= {"tuSo": _plain(numerator), "mauSo": _plain(denominator)}
        return record if value is not None else {**record, "status": "không phát sinh"}

    def _feedback_records(self, year: int, month: int, data_type: int) -> Iterator[dict[str, Any]]:
        if year not in self._feedback:
            self._feedback[year] = feedback(self.scale, self.province, self.seed, year, self._shares)
        on_time, items = (counts[month - 1] for counts in self._feedback[year])
        yield self._ratio("HC_PAKN_DH", year, month, data_type, int(on_time.sum()), int(items.sum()))
        for number, commune in enumerate(self.communes):
            record = self._ratio("HC_PAKN_DH", year, month, data_type, int(on_time[number]), int(items[number]))
            yield {**record, "areaCode": commune.code}

    def _revised_estimates(self, year: int, month: int) -> Iterator[dict[str, Any]]:
        """A department that corrects last month's estimate: the same kind of data, another value."""
        if year * 12 + month - 1 < _BORN:
            return
        for code in ("TM_BANLE", "DL_KHACH", "NS_THU"):
            if generator(self.seed, self.province, _purpose(code, year, month, 9)).random() < 0.35:
                series = self._year(year).monthly[code]
                before = float(series[month - 2]) if month > 1 and self.declared[code]["measure"] == "ytd" else 0.0
                value = before + (float(series[month - 1]) - before) * 1.003
                yield self._record(code, ESTIMATE, month, year, _rounded(value, self.declared[code]["unit"]))

    def _error(self, spread: dict[int, float], code: str, year: int, month: int, data_type: int) -> float:
        rng = generator(self.seed, self.province, _purpose(code, year, month, data_type))
        return float(np.clip(rng.normal(0, 1), -2.5, 2.5)) * spread[data_type]


def _declared_series(indicators: Path) -> dict[str, dict[str, Any]]:
    """Series of the file beside the declaration of indicators; none where there is no such file."""
    path = indicators.with_name("series.yaml")
    return plain_yaml(path)["series"] if path.exists() else {}


def _purpose(code: str, year: int, month: int, data_type: int) -> int:
    return int.from_bytes(f"{code}{year}{month:02d}{data_type}".encode()[-12:], "big")


def _back(year: int, month: int, by: int) -> tuple[int, int]:
    index = year * 12 + month - 1 - by
    return index // 12, index % 12 + 1


def _rounded(value: float, unit: str) -> float:
    if unit in ("doanh nghiệp", "người", "dự án"):
        return float(round(value))
    return round(float(value), 1)


def _plain(value: float) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number


def write_message(message: dict[str, Any], path: Path) -> None:
    """Write an envelope, one record a line."""
    records = ",\n".join(json.dumps(record, ensure_ascii=False) for record in message["data"])
    rest = json.dumps({k: v for k, v in message.items() if k != "data"}, ensure_ascii=False)
    path.write_text(f'{{"data": [\n{records}\n], {rest[1:]}\n', encoding="utf-8")
