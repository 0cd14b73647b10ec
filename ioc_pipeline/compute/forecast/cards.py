"""The forecast of a card's series: landing, what is needed to reach the target, and both in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ioc_pipeline.compute.forecast.landing import AVERAGE, LEVEL, MEAN, SEASONS, Landing, TooLittle
from ioc_pipeline.compute.forecast.required import PERIOD_WORDS, Required, required
from ioc_pipeline.compute.status import shown_number
from ioc_pipeline.compute.status_core import AMBER, GREEN, GREY, RED, band_of, judge_series
from ioc_pipeline.compute.target_path import CUMULATIVE, FLOW, STATE, PeriodTarget, counts, year_target
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period

Series = Sequence[tuple[Period, float | None]]


@dataclass(frozen=True)
class CardForecast:
    """What a leader sees of one series: `landing` or why there is none, the year-end target, what is needed."""

    code: str
    area: str
    year: int
    landing: Landing | None
    target: float | None
    target_high: float | None
    status: str  # colour of the landing against the target; grey without either
    required: Required
    reason: Text
    must_be_true: Text


def form_of(card: Indicator) -> str:
    """How the year's figure follows from the periods': their sum, the last cumulative or state, their mean, or the last
    mean since January."""
    form, measure = counts(card), str(card.selection.get("measure") or "")
    if form != STATE:
        return form
    if card.over_year is not None:
        return {"mean": MEAN, "mean_to_date": AVERAGE}.get(card.over_year, STATE)
    if measure == "ytd_yoy" or (measure == "ytd_rate" and card.kind == "yoy"):
        return AVERAGE
    return MEAN if measure in ("growth", "yoy") else STATE


def main_series(values: Series) -> list[tuple[Period, float | None]]:
    """The months or the quarters of a series that may hold several kinds of periods: the kind with more values."""
    kinds = {kind: [v for v in values if v[0].kind == kind] for kind in SEASONS}
    kind = max(SEASONS, key=lambda k: len(kinds[k]))
    return sorted(kinds[kind], key=lambda v: v[0].end)


def forecast_card(
    card: Indicator, area: str, values: Series, found: Landing | TooLittle, plan: Target | None
) -> CardForecast:
    """Put a landing (`landing.land` of the same `values`, see `main_series`) beside the card's target of that year.

    `plan`: the plan of the landing's year stated with the data. Raises ValueError when `values` hold no number.
    """
    known = [(period, value) for period, value in values if value is not None]
    if not known:
        raise ValueError(f"no values of {card.code} in {area}")
    form = form_of(card)
    target = end_target(card, found.year, known[-1][0].kind, plan)
    needed = required(card, known, form, target.low, target.high)
    landing = found if isinstance(found, Landing) else None
    status = GREY
    if landing is not None:
        status = judge_series(
            [landing.value], [target.low], [target.high], card.direction, band_of(card), card.amber_margin
        )[0]
    reason = _landing_words(card, form, landing, target, status) if landing else too_little(found, known[-1][0].kind)  # type: ignore[arg-type]
    return CardForecast(
        card.code, area, found.year, landing, target.low, target.high, status, needed, reason, needed.words
    )  # fmt: skip


def end_target(card: Indicator, year: int, kind: str, plan: Target | None) -> PeriodTarget:
    """What the end of a year is asked for. A flow that is asked the same of every period owes the sum of them."""
    target = year_target(card.targets, year, plan=plan)
    declared = target.declared
    if card.direction == "band" and card.band is not None and (target.low is None or target.high is None):
        return PeriodTarget(card.band.low, card.band.high)
    if target.low is None or declared is None or counts(card) != FLOW or declared.path != "constant":
        return target
    times = SEASONS[kind]
    return PeriodTarget(target.low * times, None if target.high is None else target.high * times, declared)


def limits_of(card: Indicator, form: str, values: Series, most: float | None = None) -> tuple[float, float]:
    """Between which a landing can be: the card's `bounds`, unless the running year has passed them already; without
    them what never was negative stays so (growth apart), and a share that never passed 100 % stays within it.

    `most`: the newest value of the card `bounds.high_of`.
    """
    known = [(period.end.year, value) for period, value in values if value is not None]
    if not known:
        return -math.inf, math.inf
    ever = [value for _, value in known]
    running = [value for year, value in known if year == known[-1][0]]
    growth = form in (MEAN, AVERAGE) or card.kind in ("yoy", "points", "index")
    share = card.unit == "%" and card.kind == "rate" and form == STATE
    highest = [bound for bound in (card.bounds.high, most) if bound is not None]
    if card.bounds.low is not None:
        low = card.bounds.low if min(running) >= card.bounds.low else -math.inf
    else:
        low = 0.0 if min(ever) >= 0 and not growth else -math.inf
    if highest:
        return low, min(highest) if max(running) <= min(highest) else math.inf
    return low, 100.0 if share and max(ever) <= 100 else math.inf


def too_little(found: TooLittle, kind: str) -> Text:
    """Why there is no forecast."""
    if found.what == "years":
        return Text(
            f"Chưa dự báo: mới thử lại được {found.have} năm trước, cần ít nhất {found.need}",
            f"No forecast: only {found.have} past years can be back-tested, at least {found.need} are needed",
        )
    period = PERIOD_WORDS[kind]
    return Text(
        f"Chưa dự báo: mới có {found.have} {period.vi} liền nhau, cần ít nhất {found.need}",
        f"No forecast: only {found.have} {period.en}s in a row, at least {found.need} are needed",
    )


_END = {
    FLOW: Text("Dự báo cả năm", "The year is forecast at"),
    CUMULATIVE: Text("Dự báo cả năm", "The year is forecast at"),
    MEAN: Text("Dự báo bình quân các kỳ của năm (gần đúng)", "The mean of the year's periods is forecast at (about)"),
    AVERAGE: Text("Dự báo bình quân cả năm (gần đúng)", "The average of the year is forecast at (about)"),
    STATE: Text("Dự báo {period}", "Forecast of {period}:"),
}
_AGAINST = {
    GREEN: Text("đạt chỉ tiêu", "on target"),
    AMBER: Text("gần đạt chỉ tiêu", "close to the target"),
    RED: Text("không đạt chỉ tiêu", "off target"),
}


def _landing_words(card: Indicator, form: str, landing: Landing, target: PeriodTarget, status: str) -> Text:
    said = []
    for language in ("vi", "en"):
        unit = card.unit_text.in_language(language)
        value, low, high = (
            shown_number(v, card.decimals, language) for v in (landing.value, landing.low, landing.high)
        )
        percent = f"{100 * LEVEL:.0f} %"
        last = landing.path[-1].period.words.in_language(language)
        end = _END[form].in_language(language).format(period=last)
        text = f"{end} {value} {unit} ({percent}: {low} – {high})"
        if status != GREY and target.low is not None:
            bound = target.high if card.direction == "down" and target.high is not None else target.low
            goal = shown_number(bound, card.decimals, language)
            text += f", {_AGAINST[status].in_language(language)} {goal} {unit}"
        said.append(text)
    error = {lang: error_words(card, landing, lang) for lang in ("vi", "en")}
    cut = _cut_words(card, landing)
    return Text(f"{said[0]}{cut.vi}; {error['vi']}", f"{said[1]}{cut.en}; {error['en']}")


def _cut_words(card: Indicator, landing: Landing) -> Text:
    """That the landing or its interval was cut at what there can be."""
    if not landing.cut:
        return Text("", "")
    at = {
        language: f"{' – '.join(shown_number(c, card.decimals, language) for c in landing.cut)} "
        f"{card.unit_text.in_language(language)}"
        for language in ("vi", "en")
    }
    if landing.uncapped is None:
        return Text(f"; khoảng đã giới hạn ở {at['vi']}", f"; the interval is cut at {at['en']}")
    vi, en = (shown_number(landing.uncapped, card.decimals, language) for language in ("vi", "en"))
    return Text(
        f"; phép tính ra {vi}, đã giới hạn ở {at['vi']} vì giá trị không thể vượt mức đó",
        f"; the method says {en}, cut at {at['en']}, beyond which no value can be",
    )


def error_words(card: Indicator, landing: Landing, language: str) -> str:
    """The back-test error, in per cent of the landing for sums, in the card's unit otherwise."""
    if landing.relative:
        amount = f"{shown_number(100 * landing.error, 1, language)} %"
    else:
        unit = Text("điểm %", "points") if card.unit == "%" else card.unit_text
        amount = f"{shown_number(landing.error, card.decimals + 1, language)} {unit.in_language(language)}"
    if language == "en":
        return f"back-tested {landing.tests} times, mean error {amount}"
    return f"thử lại {landing.tests} lần, sai số bình quân {amount}"
