"""Correlated monthly series of one simulated province, calibrated on published figures.

Anchors (published, see the notes beside each constant): Hưng Yên nine months 2025, Gia Lai 2025, Điện Biên targets
2026, Thanh Hóa nine months 2024, national nine months 2026. One common business cycle moves growth, industry, trade,
revenue and new enterprises together, so that a good month is good everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ioc_pipeline.sample.scale import ProvinceScale, generator

_RETAIL_SHARE = 0.54  # of GRDP: national retail sales over GDP, about
_EXPORT_SHARE = 0.45  # of GRDP in USD; the national ratio is higher, carried by few provinces
_BUDGET_SHARE = 0.135  # revenue estimate over GRDP: Gia Lai 10.5 %, Hưng Yên 17 %
_PLAN_SHARE = 0.075  # public-investment plan over GRDP: Gia Lai 5.6 %, Hưng Yên 12.6 %
_FIRMS_PER_GRDP = 0.0011  # new enterprises a month per tỷ đồng: Hưng Yên 4142, Thanh Hóa 2411 in nine months
_VISITS_PER_PERSON = 2.4  # a year: Điện Biên, 1.6 million visits on 667 thousand people
_SPENT_PER_VISIT = 1.8  # tỷ đồng per thousand visits: Điện Biên, 2880 tỷ
_FEEDBACK_PER_THOUSAND = 0.35  # items a month per thousand people

# Share of the year's public-investment plan disbursed by the end of each month: about 48 % after nine months.
_DISBURSED = np.array([1.5, 4.0, 8.5, 13.5, 19.0, 26.0, 33.0, 40.5, 48.0, 57.0, 68.0, 95.0]) / 100
_SPENT_AT_MOST = 0.985  # of the plan: no year pays out more than it was given
_RETAIL_SEASON = np.array([1.09, 1.02, 0.96, 0.97, 0.98, 1.0, 1.0, 0.99, 0.98, 0.99, 1.0, 1.02])
_TRADE_SEASON = np.array([0.95, 0.72, 1.0, 1.0, 1.02, 1.03, 1.06, 1.08, 1.04, 1.06, 1.02, 1.02])
_VISIT_SEASON = np.array([0.9, 1.05, 0.85, 1.1, 1.05, 1.35, 1.4, 1.15, 0.85, 0.75, 0.75, 0.8])
_FIRM_SEASON = np.array([0.95, 0.6, 1.15, 1.1, 1.05, 1.1, 1.1, 1.0, 1.0, 1.0, 1.0, 0.95])
_REVENUE_SEASON = np.array([1.5, 0.8, 0.9, 1.2, 0.9, 0.9, 1.05, 0.9, 0.95, 1.1, 0.9, 0.9])
_QUARTER_SHAPE = np.array([-0.85, -0.2, 0.75, 0.3])  # national 2026: 8.15, 8.81, 9.95
SEASONS = {
    "trade": _TRADE_SEASON, "power": (0.9, 0.82, 0.97, 1.03, 1.1, 1.12, 1.1, 1.07, 1.02, 1.0, 0.94, 0.93),
    "quarterly": (0.92, 0.92, 0.92, 0.98, 0.98, 0.98, 1.02, 1.02, 1.02, 1.08, 1.08, 1.08),
    "yearend": (0.3, 0.3, 0.5, 0.6, 0.7, 1.0, 0.8, 0.9, 1.1, 1.3, 1.8, 2.7),
    "storm": (0.0, 0.0, 0.1, 0.1, 0.2, 0.3, 0.5, 0.8, 1.8, 3.2, 3.6, 1.4),
    "dry": (1.2, 1.3, 1.4, 1.3, 1.1, 1.0, 1.0, 0.9, 0.8, 0.6, 0.6, 0.8),
}  # fmt: skip
"""Shapes of a year by month, for the series that only a declaration describes; storms come in autumn in the centre."""
CYCLE_OF_YEAR = 10_000
"""Purpose of the random numbers of a year; the business cycle is drawn from them first."""


@dataclass(frozen=True)
class YearSeries:
    """True values of one year: arrays of 12 months or 4 quarters, and the plans set for the year."""

    year: int
    monthly: dict[str, np.ndarray]
    quarterly: dict[str, np.ndarray]
    plans: dict[str, float]
    counts: dict[str, tuple[np.ndarray, np.ndarray]]  # numerator and denominator of ratios, by month


def business_cycle(rng: np.random.Generator) -> np.ndarray:
    """Twelve months of the common cycle, about ±0.5 with mean zero: the first draws of a year's generator."""
    cycle = np.cumsum(rng.normal(0, 0.25, 12)) * 0.5
    return np.asarray(cycle - cycle.mean())


def year_series(scale: ProvinceScale, province: str, seed: int, year: int) -> YearSeries:
    """Series of one year; the same arguments always give the same values."""
    # The province's own character does not change from year to year.
    own = generator(seed, province, 2)
    character = dict(zip(("trade", "budget", "plan", "visit", "firm"), own.normal(0, 0.22, 5), strict=True))
    pace = own.normal(0, 1)
    rng = generator(seed, province, CYCLE_OF_YEAR + year)
    years = year - 2025
    cycle = business_cycle(rng)
    growth = scale.growth(year)
    nominal = 1 + (growth + 3) / 100
    level = scale.grdp * nominal**years

    retail = level * _RETAIL_SHARE / 12 * _RETAIL_SEASON / _RETAIL_SEASON.mean()
    retail = retail * (1 + 0.006 * cycle + rng.normal(0, 0.008, 12)) * np.linspace(0.965, 1.035, 12)
    exports = scale.grdp_usd * nominal**years * _EXPORT_SHARE * np.exp(character["trade"]) / 12
    exports = exports * _TRADE_SEASON * (1 + 0.03 * cycle + rng.normal(0, 0.03, 12))
    industry = 100 + growth + 1.6 + 1.8 * cycle + rng.normal(0, 1.1, 12)
    weights = _TRADE_SEASON * np.linspace(0.96, 1.04, 12)
    industry_ytd = np.cumsum(industry * weights) / np.cumsum(weights)

    budget = level * _BUDGET_SHARE * np.exp(0.6 * character["budget"])
    fulfilled = 1.14 + 0.09 * pace  # of the estimate at the end of the year
    revenue = budget * fulfilled / 12 * _REVENUE_SEASON / _REVENUE_SEASON.mean()
    revenue = revenue * (1 + 0.03 * cycle + rng.normal(0, 0.03, 12))
    inner = revenue * np.clip(0.82 + rng.normal(0, 0.01, 12), 0.7, 0.95)
    plan = level * _PLAN_SHARE * np.exp(0.6 * character["plan"])
    disbursed = np.diff(plan * _DISBURSED * (1 + 0.05 * pace), prepend=0.0) * (1 + rng.normal(0, 0.05, 12))
    paid = np.minimum(np.cumsum(disbursed), plan * _SPENT_AT_MOST)

    firms = scale.grdp * _FIRMS_PER_GRDP * 1.06**years * np.exp(character["firm"])
    firms = np.round(firms * _FIRM_SEASON * (1 + 0.06 * cycle + rng.normal(0, 0.05, 12)))
    visits = scale.population * _VISITS_PER_PERSON / 12 * 1.1**years * np.exp(character["visit"])
    visits = visits * _VISIT_SEASON * (1 + rng.normal(0, 0.05, 12))
    spent = visits * _SPENT_PER_VISIT * (1 + rng.normal(0, 0.04, 12))

    people = scale.population * 1000 * (1 + 0.0008 * np.arange(12) / 12) * 1.008**years
    insured = people * np.clip(0.951 + 0.003 * years + 0.0004 * np.arange(12) + rng.normal(0, 0.0006, 12), 0.9, 0.985)
    covered = people * np.clip(0.62 + 0.12 * years + 0.008 * np.arange(12) + 0.03 * pace, 0.3, 0.985)
    tasks = np.round(np.clip(rng.normal(210, 25, 12), 80, None))
    done = np.floor(tasks * np.clip(0.955 + 0.012 * pace + rng.normal(0, 0.01, 12), 0.85, 0.995))
    quarters = growth + _QUARTER_SHAPE - _QUARTER_SHAPE[:3].mean() + rng.normal(0, 0.12, 4)
    return YearSeries(
        year=year,
        monthly={
            "TM_BANLE": retail, "TM_XK": exports, "CN_IIP_TH": industry, "CN_IIP_LK": industry_ytd,
            "NS_THU": np.cumsum(revenue), "NS_THU_ND": np.cumsum(inner), "DTC_GN": paid,
            "DN_MOI": firms, "DL_KHACH": visits, "DL_THU": spent,
        },
        quarterly={
            "KT_GRDP_TT": quarters,
            "LD_THATNGHIEP": np.clip(2.35 - 0.03 * (quarters - growth) + rng.normal(0, 0.06, 4), 1.2, 3.9),
        },
        plans={
            "KT_GRDP_TT": 10.0, "NS_THU": budget, "NS_THU_ND": budget * 0.82, "DTC_KH": plan, "DTC_TL": 100.0,
            "TM_BANLE": float(retail.sum() * 0.99), "TM_XK": float(exports.sum() * 0.98),
            "DL_KHACH": float(visits.sum() * 0.97), "DL_THU": float(spent.sum() * 0.97), "YT_BHYT": 95.5,
            "HC_PAKN_DH": 95.0, "HC_NHIEMVU": 100.0, "LD_THATNGHIEP": 4.0,
        },
        counts={
            "YT_BHYT": (np.round(insured), np.round(people)),
            "CDS_5G": (np.round(covered), np.round(people)),
            "HC_NHIEMVU": (done, tasks),
        },
    )  # fmt: skip


def feedback(scale: ProvinceScale, province: str, seed: int, year: int, shares: np.ndarray) -> tuple[np.ndarray, ...]:
    """Feedback items handled on time and all items, 12 months × communes; small communes have months without any."""
    rng = generator(seed, province, 20_000 + year)
    expected = scale.population * _FEEDBACK_PER_THOUSAND * shares
    items = rng.poisson(expected, (12, len(shares)))
    return rng.binomial(items, np.clip(rng.normal(0.964, 0.012, (12, len(shares))), 0, 1)), items
