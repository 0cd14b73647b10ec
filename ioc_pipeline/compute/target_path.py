"""The target of any period: what the year's target asks for by the end of a day, month, quarter or half-year.

Pure: declarations and numbers in, numbers out. A declaration that changed applies from its date; the periods before it
keep the earlier one, and the period says that its threshold was changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.periods import Period, parse_period, period_of

FLOW, CUMULATIVE, STATE = "flow", "cumulative", "state"
"""What a value counts: its own period only, everything since January, or how things stand."""

Season = Mapping[int, float]
"""Share of the year's value reached by the end of a month (1–12), from complete past years."""

NO_SEASON: Season = MappingProxyType({})

LONGEST_PATH_YEARS = 30


@dataclass(frozen=True)
class PeriodTarget:
    """What a period is asked for: `low` (the target; the lower bound of a range) and `high` (the upper bound).

    `changed_from`: what the declaration in force before would have asked for, when the threshold was changed within
    its year. `None` bounds with a declaration: its path cannot be computed for this period.
    """

    low: float | None
    high: float | None = None
    declared: Target | None = None
    changed_from: float | None = None


NO_TARGET = PeriodTarget(None)


def counts(card: Indicator) -> str:
    """Whether a card's values are a flow of their period, cumulative since January, or a state.

    A growth rate is a state even when it is that of the months since January: nothing adds up to it. `over_year` of the
    card stands before what follows from its kind and measure.
    """
    measure = str(card.selection.get("measure") or "")
    if card.over_year is not None:
        return {"sum": FLOW, "cumulative": CUMULATIVE}.get(card.over_year, STATE)
    over_the_year = bool({t.path for t in card.targets} & {"even", "seasonal", "given"}) or card.plan in (
        "even",
        "seasonal",
    )
    if card.kind in ("yoy", "index", "points") or measure in ("ytd_yoy", "ytd_share"):
        return STATE
    if card.kind == "ytd" or measure in ("ytd", "plan_pct") or (measure == "ytd_rate" and over_the_year):
        return CUMULATIVE
    if measure == "period" or (not measure and card.additivity == "S" and over_the_year):
        return FLOW
    return STATE


def target_at(
    targets: Sequence[Target],
    period: Period,
    *,
    plan: Target | None = None,
    form: str = STATE,
    season: Season = NO_SEASON,
) -> PeriodTarget:
    """The target of a period: a declared one that is in force at the period's end, else the plan stated with the data.

    `form` is what the values count (see `counts`); `season` is needed by paths of the kind `seasonal`.
    """
    in_force = applicable(targets, period.end)
    if in_force:
        chosen = in_force[-1]
        before = in_force[-2] if len(in_force) > 1 else None
        changed = _share(before, before.value, period, form, season) if before is not None else None
        return PeriodTarget(*bounds(chosen, period, form, season), chosen, changed)
    if plan is None:
        return NO_TARGET
    return PeriodTarget(*bounds(plan, period, form, season), plan)


def applicable(targets: Sequence[Target], day: date) -> list[Target]:
    """Declared targets for the year of a day that are in force on it, the one that counts last.

    A target of the year itself stands before a straight path on its way to a later year.
    """
    year = day.year
    known = [t for t in targets if _valid_from(t) is None or _valid_from(t) <= day]  # type: ignore[operator]
    own = [t for t in known if t.year == year]
    if not own:
        on_way = [t for t in known if t.path == "straight" and (start := _start(t)) and start[0] < year < t.year]
        nearest = min((t.year for t in on_way), default=None)
        own = [t for t in on_way if t.year == nearest]
    return sorted(own, key=lambda t: _valid_from(t) or date.min)


def bounds(target: Target, period: Period, form: str, season: Season) -> tuple[float | None, float | None]:
    """Lower and upper bound that a declared target means for a period."""
    low = _share(target, target.value, period, form, season)
    return low, None if target.high is None else _share(target, target.high, period, form, season)


def _share(target: Target, value: float, period: Period, form: str, season: Season) -> float | None:
    if target.path == "even":
        return value * _even(period, form)
    if target.path == "straight":
        return _straight(target, value, period)
    if target.path == "seasonal":
        return _seasonal(value, period, form, season)
    if target.path == "given":
        return _given(target, value, period, form)
    return value


def _even(period: Period, form: str) -> float:
    if form == FLOW:
        return (
            ((period.end - period.start).days + 1) / _days(period.end.year) if _short(period) else _months(period) / 12
        )
    if _short(period):
        return period.end.timetuple().tm_yday / _days(period.end.year)
    return period.month_of_year / 12


def _straight(target: Target, value: float, period: Period) -> float:
    first_year, first = _start(target) or (target.year - 1, value)
    span = (target.year - first_year) * 12
    gone = (period.end.year - first_year - 1) * 12 + period.month_of_year
    return first + (value - first) * gone / span


def _seasonal(value: float, period: Period, form: str, season: Season) -> float | None:
    month = period.month_of_year
    reached = 1.0 if month == 12 and form != FLOW else season.get(month)
    if reached is None:
        return None
    if form != FLOW:
        return value * reached
    before = 0.0 if month <= _months(period) else season.get(month - _months(period))
    return None if before is None else value * (reached - before)


def _given(target: Target, value: float, period: Period, form: str) -> float | None:
    months = target.months
    if len(months) != 12:
        return None
    scale = value / target.value if target.value else 1.0
    last = period.month_of_year
    if period.kind == "year":
        return value
    if form == FLOW:
        return scale * sum(months[last - _months(period) : last])
    return scale * months[last - 1]


def season_of(values: Sequence[tuple[Period, float | None]], form: str) -> dict[int, float]:
    """Share of the year's value reached by the end of each month, the mean over the complete past years; empty when
    there is none. `values` are one series, in order; the newest year counts only if it is complete."""
    years: dict[int, dict[int, float]] = {}
    for period, value in values:
        if value is not None and not _short(period):
            years.setdefault(period.end.year, {})[period.month_of_year] = value
    step = min((b - a for months in years.values() for a, b in pairwise(sorted(months))), default=12)
    shares: dict[int, list[float]] = {}
    for months in years.values():
        if 12 not in months or len(months) != 12 // step:
            continue
        reached, total = 0.0, sum(months.values()) if form == FLOW else months[12]
        if not total:
            continue
        for month in sorted(months):
            reached = reached + months[month] if form == FLOW else months[month]
            shares.setdefault(month, []).append(reached / total)
    return {month: sum(found) / len(found) for month, found in sorted(shares.items())}


def periods_of_year(kind: str, year: int) -> list[Period]:
    """The periods of a kind in a year, in order (days and weeks: the ends of the months, which is what is shown)."""
    if kind in ("day", "week", "hour"):
        kind = "month"
    period, found = period_of(kind, date(year, 12, 31)), []
    while period.end.year == year:
        found.append(period)
        period = period.previous
    return found[::-1]


def path_of_year(
    targets: Sequence[Target],
    year: int,
    kind: str,
    *,
    plan: Target | None = None,
    form: str = STATE,
    season: Season = NO_SEASON,
) -> list[tuple[Period, PeriodTarget]]:
    """The target of every period of a year; periods without one are left out."""
    found = [
        (period, target_at(targets, period, plan=plan, form=form, season=season))
        for period in periods_of_year(kind, year)
    ]
    return [(period, target) for period, target in found if target.low is not None]


def year_target(targets: Sequence[Target], year: int, *, plan: Target | None = None) -> PeriodTarget:
    """The target at the end of a year: what a landing is measured against. Of a flow whose path runs over the year it
    is the year's sum; with a constant path it stays what every period is asked for."""
    return target_at(targets, parse_period(f"{year}"), plan=plan, form=CUMULATIVE, season={12: 1.0})


def applies_to(card: Indicator, area: str, own: str) -> bool:
    """Whether a declared target of the card is asked of an area. A sum's target is the whole province's (or the
    country's): no single commune owes it; a rate, an index or a rank can be asked of every area."""
    return card.additivity != "S" or area in (own, "VN")


def _valid_from(target: Target) -> date | None:
    return target.valid_from


def _start(target: Target) -> tuple[int, float] | None:
    """Where a straight path starts: end of which year, at which value."""
    if target.from_year is None or target.from_value is None:
        return None
    return target.from_year, target.from_value


def _short(period: Period) -> bool:
    return period.kind in ("day", "week", "hour")


def _months(period: Period) -> int:
    return {"month": 1, "quarter": 3, "half": 6}.get(period.kind, 12)


def _days(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
