"""The short list of methods: from a regular series to its next values.

`values` are a regular series without gaps, `season` the periods of a year (12 or 4), `ahead` how many values are
wanted, `place` the number of periods of the running year that `values` ends with (0: the year has not begun). A method
returns None when the series is too short for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from ioc_pipeline.messages import Text

Values = np.ndarray
Method = Callable[[Values, int, int, int], "Values | None"]

ETS_LONGEST = 10
"""Years of history that exponential smoothing looks at: older ones weigh nothing and cost time."""

ETS_SHORTEST = 10
"""Values that its starting point is taken from."""

SHARE_YEARS = 3
"""Complete past years whose mean shape spreads a year-to-date figure over the year."""


def last_value(values: Values, season: int, ahead: int, place: int) -> Values | None:
    """Stays as it is."""
    return np.repeat(values[-1], ahead) if len(values) else None


def seasonal_naive(values: Values, season: int, ahead: int, place: int) -> Values | None:
    """As in the same periods a year before."""
    if len(values) < season:
        return None
    return np.resize(values[-season:], ahead)


def share_of_year(values: Values, season: int, ahead: int, place: int) -> Values | None:
    """The year so far, divided by the share of the year that past years had reached by then."""
    past = values[: len(values) - place]
    years = [past[i - season : i] for i in range(len(past), season - 1, -season)][:SHARE_YEARS]
    if place == 0 or not years or ahead != season - place:
        return None
    totals = [float(year.sum()) for year in years]
    if any(total <= 0 for total in totals):
        return None
    shape = np.mean([year / total for year, total in zip(years, totals, strict=True)], axis=0)
    reached = float(shape[:place].sum())
    if reached <= 0:
        return None
    total = float(values[len(values) - place :].sum()) / reached
    return total * shape[place:]


def damped_trend(values: Values, season: int, ahead: int, place: int) -> Values | None:
    """Exponential smoothing with a damped trend (ETS), and with additive seasons from two complete years on."""
    if len(values) < ETS_SHORTEST:
        return None
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    used = values[-ETS_LONGEST * season :]
    seasonal = len(used) >= max(2 * season, ETS_SHORTEST + 2 * (season // 2))
    level = float(np.mean(np.abs(used))) or 1.0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a fit that has not quite converged is judged by its back-test
        model = ExponentialSmoothing(
            used / level, trend="add", damped_trend=True, seasonal="add" if seasonal else None,
            seasonal_periods=season if seasonal else None, initialization_method="heuristic",
        )  # fmt: skip
        found = np.asarray(model.fit(use_brute=False, method="SLSQP").forecast(ahead)) * level
    return found if np.all(np.isfinite(found)) else None


METHODS: dict[str, Method] = {
    "last_value": last_value,
    "seasonal_naive": seasonal_naive,
    "share_of_year": share_of_year,
    "damped_trend": damped_trend,
}
"""In order of simplicity: of two with the same back-test error the first is taken."""

FOR_FLOWS = ("seasonal_naive", "share_of_year", "damped_trend")
FOR_STATES = ("last_value", "seasonal_naive", "damped_trend")

NAMES = {
    "last_value": Text("Giữ như kỳ gần nhất", "As in the newest period"),
    "seasonal_naive": Text("Lặp lại cùng kỳ năm trước", "As in the same period a year before"),
    "share_of_year": Text("Theo tỷ trọng đã đạt của các năm trước", "Share of the year reached in past years"),
    "damped_trend": Text("San bằng mũ, xu thế giảm dần (ETS)", "Exponential smoothing, damped trend (ETS)"),
}
