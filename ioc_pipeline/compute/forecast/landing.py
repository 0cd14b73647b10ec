"""The year-end landing of one series: the method with the smallest back-test error, its interval, its error.

Pure and deterministic. The back-test stands where we stand now: at the same period of every past year the methods see
what was known then and say how the year will end. Its errors choose the method, are printed, and make the interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from ioc_pipeline.compute.forecast.methods import FOR_FLOWS, FOR_STATES, METHODS, Values
from ioc_pipeline.compute.target_path import CUMULATIVE, FLOW, STATE
from ioc_pipeline.periods import Period, period_of

NO_LIMITS = (-math.inf, math.inf)
MEAN = "mean"
"""Growth rates of single periods: the year is about their mean (the weights of the periods are not known)."""

AVERAGE = "average"
"""Growth rates of the months since January: each is about the mean of the year so far, the last one is the year's."""

LEVEL = 0.80
"""The interval shall hold the outcome in this share of cases."""

YEARS_NEEDED = 2
"""Past years whose end must be back-tested before a sum or a cumulative figure is forecast."""

ORIGINS_NEEDED = 6
"""A state may be back-tested at any period instead: at so many of them at least."""

SHORTEST = 8
"""Values that a method must have seen before it is tested on a state."""

MOST_YEARS = 6
SEASONS = {"month": 12, "quarter": 4}


@dataclass(frozen=True)
class Step:
    """One period of the path to the year's end, in the terms the series is stated in."""

    period: Period
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Landing:
    """The forecast. `error` is the mean absolute error of the landing in the back-test: a share of the landing for sums
    (`relative`), in the card's unit otherwise; `tests` how many outcomes it is taken from. `uncapped`: what the method
    said when that was beyond the limits; `cut`: the limits at which the landing or its interval was cut."""

    year: int
    method: str
    value: float
    low: float
    high: float
    error: float
    relative: bool
    tests: int
    path: tuple[Step, ...]
    uncapped: float | None = None
    cut: tuple[float, ...] = ()


@dataclass(frozen=True)
class TooLittle:
    """Why there is no forecast: too few `periods` in a row, or too few past `years` whose end can be back-tested."""

    what: str
    have: int
    need: int
    year: int


def land(
    values: Sequence[tuple[Period, float | None]], form: str, *, limits: tuple[float, float] = NO_LIMITS
) -> Landing | TooLittle:
    """Forecast the end of the running year of one series.

    `values`: periods of one kind (months or quarters), oldest first. `form`: flow, cumulative, state (see
    `target_path.counts`), mean or average. `limits`: between which values there can be any. The running year is that of
    the newest value, or the next one when the newest value closes its year.
    """
    run = _regular(values)
    newest = run[-1][0] if run else values[-1][0]
    season = SEASONS[newest.kind]
    place = newest.month_of_year * season // 12 % season
    year = newest.end.year + (1 if place == 0 else 0)
    ahead = season - place
    series = _increments(run, form)
    tests = _year_tests(series, season, place)
    names = FOR_FLOWS if form in (FLOW, CUMULATIVE) else FOR_STATES
    errors = _errors(series, tests, season, place, form, names)
    need = YEARS_NEEDED
    if form == STATE and _most(errors) <= YEARS_NEEDED:
        rolling = _rolling_errors(series, range(SHORTEST, len(series) - ahead + 1), season, ahead, names)
        if _most(rolling) >= ORIGINS_NEEDED:
            errors, need = rolling, ORIGINS_NEEDED
    steps: Values | None = None
    while steps is None:
        if _most(errors) < need:
            if form == STATE:
                return TooLittle("periods", len(series), SHORTEST + ahead + ORIGINS_NEEDED - 1, year)
            return TooLittle("years", _most(errors), need, year)
        method = _choice(errors, need)
        steps = METHODS[method](series, season, ahead, place)
        if steps is None:  # it spoke of past years, but has nothing to say now: a year without anything has no shape
            del errors[method]
    low, high = limits if form != FLOW else (limits[0], math.inf)  # a period's most is not the year's
    so_far = series[len(series) - place :]
    if form in (FLOW, CUMULATIVE):
        steps = np.maximum(steps, 0) if np.all(series >= 0) else steps
    said = _end(so_far, steps, form)
    if form not in (FLOW, CUMULATIVE, AVERAGE):
        steps = np.clip(steps, low, high)
    value = min(max(_end(so_far, steps, form), low), high)
    found = np.array(list(errors[method].values()))
    relative = form in (FLOW, CUMULATIVE)
    half = _half_width(found) * (abs(said) if relative else 1.0)
    path = _path(newest, so_far, steps, form, half, (low, high))
    adds = relative and bool(np.all(series >= 0))
    bottom = max(min(said - half, value), float(so_far.sum()) if adds else low)
    top = min(max(said + half, value), high)
    beyond = {low: said - half < low and not adds, high: said + half > high}
    cut = tuple(limit for limit, is_beyond in beyond.items() if is_beyond)
    return Landing(
        year, method, value, bottom, top, float(np.mean(np.abs(found))), relative, len(found), path,
        said if value != said else None, cut,
    )  # fmt: skip


def _most(errors: dict[str, dict[int, float]]) -> int:
    return max((len(found) for found in errors.values()), default=0)


def _regular(values: Sequence[tuple[Period, float | None]]) -> list[tuple[Period, float]]:
    """The newest stretch without a gap."""
    run: list[tuple[Period, float]] = []
    for period, value in reversed(values):
        if value is None or not math.isfinite(value) or (run and run[-1][0].previous.text != period.text):
            if run:
                break
            continue
        run.append((period, value))
    return run[::-1]


def _increments(run: Sequence[tuple[Period, float]], form: str) -> Values:
    """What each period adds, of averages its own rate; of a cumulative series or of averages that begin within a year
    the first value tells nothing."""
    if form not in (CUMULATIVE, AVERAGE):
        return np.array([value for _, value in run], dtype=float)
    totals = [value * (_place(period) if form == AVERAGE else 1) for period, value in run]
    found = []
    for position, (period, _) in enumerate(run):
        first = period.start.month == 1
        if not first and position == 0:
            continue
        found.append(totals[position] if first else totals[position] - totals[position - 1])
    return np.array(found, dtype=float)


def _place(period: Period) -> int:
    """Which period of its year it is, from 1."""
    return period.month_of_year * SEASONS[period.kind] // 12


def _year_tests(series: Values, season: int, place: int) -> list[int]:
    """Lengths of the series at the same period of past years whose end is known, newest first."""
    ends = range(len(series) - place, 0, -season)
    starts = [end - season + place for end in ends]
    return [start for start in starts if start >= season][:MOST_YEARS]


def _errors(
    series: Values, tests: Sequence[int], season: int, place: int, form: str, names: Sequence[str]
) -> dict[str, dict[int, float]]:
    """Errors of the landing by method and test; relative for sums."""
    found: dict[str, dict[int, float]] = {name: {} for name in names}
    for start in tests:
        known, rest = series[:start], series[start : start - place + season]
        so_far = known[len(known) - place :] if place else known[:0]
        truth = _end(so_far, rest, form)
        for name in names:
            said = METHODS[name](known, season, season - place, place)
            if said is None or (form in (FLOW, CUMULATIVE) and truth == 0):
                continue
            miss = truth - _end(so_far, said, form)
            found[name][start] = miss / abs(truth) if form in (FLOW, CUMULATIVE) else miss
    return found


def _rolling_errors(
    series: Values, starts: range, season: int, ahead: int, names: Sequence[str]
) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {name: {} for name in names}
    for start in starts:
        for name in names:
            said = METHODS[name](series[:start], season, ahead, 0)
            if said is not None:
                found[name][start] = float(series[start + ahead - 1] - said[-1])
    return found


def _choice(errors: dict[str, dict[int, float]], need: int) -> str:
    """The method with the smallest mean absolute error over the tests that all compared methods have."""
    ranked = sorted((name for name, found in errors.items() if len(found) >= need), key=lambda n: -len(errors[n]))
    common, kept = set(errors[ranked[0]]), [ranked[0]]
    for name in ranked[1:]:
        both = common & set(errors[name])
        if len(both) >= need:
            common = both
            kept.append(name)
    order = list(METHODS)
    scores = {name: float(np.mean([abs(errors[name][t]) for t in common])) for name in kept}
    return min(kept, key=lambda name: (round(scores[name], 12), order.index(name)))


def _end(so_far: Values, rest: Values, form: str) -> float:
    if form in (FLOW, CUMULATIVE):
        return float(so_far.sum() + rest.sum())
    if form in (MEAN, AVERAGE):
        return float(np.concatenate([so_far, rest]).mean())
    return float(rest[-1])


def _half_width(errors: Values) -> float:
    """Half the interval: Student's quantile times the root mean square of the back-test errors."""
    from scipy.special import stdtrit

    count = len(errors)
    return float(stdtrit(count - 1, 0.5 + LEVEL / 2) * math.sqrt(float(np.mean(errors**2))) * math.sqrt(1 + 1 / count))


def _path(
    newest: Period, so_far: Values, steps: Values, form: str, half: float, limits: tuple[float, float]
) -> tuple[Step, ...]:
    """The periods to come as the series states them; the interval opens with the square root of the distance."""
    found, period, ahead = [], newest, len(steps)
    for position, step in enumerate(steps):
        period = _next(period)
        value = float(step)
        if form in (CUMULATIVE, AVERAGE):
            value = float(so_far.sum() + steps[: position + 1].sum())
            value /= 1 if form == CUMULATIVE else len(so_far) + position + 1
            value = min(max(value, limits[0]), limits[1])
        width = half * math.sqrt((1 if form == FLOW else position + 1) / ahead)
        found.append(Step(period, value, max(value - width, limits[0]), min(value + width, limits[1])))
    return tuple(found)


def _next(period: Period) -> Period:
    return period_of(period.kind, period.end + timedelta(days=1))
