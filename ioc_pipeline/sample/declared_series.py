"""Series of one simulated province for the indicators that `lris_indicators/series.yaml` describes by a few numbers.

One business cycle moves them together with the series of `indicator_series.py`; what the numbers of the file mean stands
at its head.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ioc_pipeline.sample.indicator_series import CYCLE_OF_YEAR, SEASONS, business_cycle
from ioc_pipeline.sample.scale import ProvinceScale, generator

PERIODS = {"month": 12, "quarter": 4, "half": 2, "year": 1}
"""Periods of a year."""
WHOLE_UNITS = frozenset(
    {"doanh nghiệp", "người", "dự án", "hợp tác xã", "sản phẩm", "căn", "camera", "phòng", "trung tâm", "đơn vị",
     "GPU-giờ", "lượt", "vụ", "nhiệm vụ"}
)  # fmt: skip
_AMOUNTS = ("level", "period", "ytd")
_ONE_DECIMAL = ("tỷ đồng", "triệu USD", "triệu kWh", "nghìn tấn", "Mbit/s", "ms")
_PEOPLE_GROWTH = 1.008


@dataclass(frozen=True)
class DeclaredYear:
    """One year: values by period (`values`), numerators and denominators (`ratios`), the year's plans."""

    values: dict[str, np.ndarray]
    ratios: dict[str, tuple[np.ndarray, np.ndarray]]
    plans: dict[str, float]


@dataclass(frozen=True)
class Place:
    """The province that the series are made for."""

    scale: ProvinceScale
    province: str
    communes: int
    seed: int


def rounded(value: float, unit: str, measure: str) -> float:
    """A value as departments state it: whole counts, one decimal for money and quantities, two for rates."""
    if unit in WHOLE_UNITS and measure in _AMOUNTS:
        return float(round(value))
    return round(float(value), 1 if unit in _ONE_DECIMAL else 3 if unit == "chỉ số" else 2)


def declared_year(
    series: Mapping[str, Mapping[str, Any]], indicators: Mapping[str, Mapping[str, Any]], place: Place, year: int
) -> DeclaredYear:
    """All declared series of a year but those that are part of another amount (`part_of`); the same arguments give the
    same values. `indicators`: the feed's declared indicators by code. Raises KeyError for a code it does not declare.
    """
    cycle = business_cycle(generator(place.seed, place.province, CYCLE_OF_YEAR + year))
    values: dict[str, np.ndarray] = {}
    ratios: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    plans: dict[str, float] = {}
    for code, numbers in sorted(series.items(), key=_order):
        declared = indicators[code]
        count = PERIODS[declared["period"]]
        if "rest_of" in numbers:
            parts = [ratios[part] for part in numbers["rest_of"]]
            whole = parts[0][1]
            ratios[code] = whole - np.sum([part for part, _ in parts], axis=0), whole
        elif "whole" in numbers:
            ratios[code] = _ratio(code, numbers, place, year, count, cycle, values)
        elif "part_of" not in numbers:
            made = _values(code, numbers, declared, place, year, cycle.reshape(count, -1).mean(axis=1))
            values[code] = made
        plan = numbers.get("plan")
        if isinstance(plan, Mapping):
            own, _ = _draws(code, place, year, count)  # a province plans from where it stands
            plans[code] = float(plan[min(max(year, min(plan)), max(plan))]) + own * numbers.get("spread", 0)
        elif plan is not None:
            last = values[code].sum() if declared["measure"] == "period" else values[code][-1]
            plans[code] = float(plan) * float(last)
    return DeclaredYear(values, ratios, plans)


def _order(item: tuple[str, Mapping[str, Any]]) -> int:
    """Amounts first, then ratios (of amounts), then what is left of a whole."""
    return 2 if "rest_of" in item[1] else 1 if "whole" in item[1] else 0


def _ratio(
    code: str,
    numbers: Mapping[str, Any],
    place: Place,
    year: int,
    count: int,
    cycle: np.ndarray,
    values: Mapping[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    of = numbers["whole"]
    if "of" in of:
        whole = values[of["of"]].copy()
    else:
        whole = _size(of["per"], place, year) * float(of["times"]) * _season(numbers, count)
    months = np.arange(12 // count, 13, 12 // count)
    if "year_end" in numbers:
        own, _ = _draws(code, place, year, count)
        share = (numbers["year_end"] + own * numbers.get("spread", 0)) * months / 12 * (0.86 + 0.0117 * months)
        whole = np.full(count, whole.mean())
    else:
        share = _level(code, numbers, place, year, cycle.reshape(count, -1).mean(axis=1))
    share = np.clip(share, numbers.get("low", 0), numbers.get("high", 1000))
    whole = np.maximum(np.round(whole), 1)
    part = whole * share / 100
    return np.floor(part) if numbers.get("steps") else np.round(part), whole


def _values(
    code: str, numbers: Mapping[str, Any], declared: Mapping[str, Any], place: Place, year: int, cycle: np.ndarray
) -> np.ndarray:
    if "per" not in numbers:
        return _level(code, numbers, place, year, cycle)
    count = len(cycle)
    own, noise = _draws(code, place, year, count)
    amount = numbers["level"] * _size(numbers["per"], place, year) * np.exp(own * numbers.get("spread", 0))
    amount *= (1 + numbers.get("trend", 0)) ** _time(year, count)
    amount *= _season(numbers, count)
    amount = amount * np.clip(1 + numbers.get("noise", 0) * noise + numbers.get("cycle", 0) * cycle, 0.3, 3)
    if declared["measure"] == "ytd":
        return np.cumsum(amount)
    return np.maximum(amount, 1.0) if declared["unit"] in WHOLE_UNITS else amount


def _level(code: str, numbers: Mapping[str, Any], place: Place, year: int, cycle: np.ndarray) -> np.ndarray:
    own, noise = _draws(code, place, year, len(cycle))
    level = numbers["level"] + own * numbers.get("spread", 0) + numbers.get("trend", 0) * _time(year, len(cycle))
    return np.asarray(level + numbers.get("noise", 0) * noise + numbers.get("cycle", 0) * cycle)


def _time(year: int, count: int) -> np.ndarray:
    """Years since the middle of 2025, at the middle of each period."""
    return np.asarray(year - 2025 + (np.arange(count) + 0.5) / count - 0.5)


def _size(per: str, place: Place, year: int) -> float:
    return {
        "people": place.scale.population * _PEOPLE_GROWTH ** (year - 2025), "grdp": place.scale.grdp / 1000,
        "communes": float(max(place.communes, 1)), "one": 1.0,
    }[per]  # fmt: skip


def _season(numbers: Mapping[str, Any], count: int) -> np.ndarray:
    name = numbers.get("season")
    shape = np.ones(12) if name is None else np.asarray(SEASONS[name], dtype=float)
    return np.asarray((shape / shape.mean()).reshape(count, -1).mean(axis=1))


def _draws(code: str, place: Place, year: int, count: int) -> tuple[float, np.ndarray]:
    """How the province differs from others, the same every year, and what moves each period of a year."""
    key = int.from_bytes(hashlib.md5(code.encode(), usedforsecurity=False).digest()[:6], "big")
    own = generator(place.seed, place.province, key).normal()
    noise = generator(place.seed, place.province, key + year).normal(0, 1, count)
    return float(np.clip(own, -1.5, 1.5)), np.clip(noise, -2.5, 2.5)
