"""Status of a value against its target: a pure rule, so that anyone can recompute a colour.

`judge` says one value in words. Colours of whole series, with hysteresis, come from `compute.status_core`; `judge`
takes the colour found there (`status`) and explains it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from babel.numbers import format_decimal

from ioc_pipeline.compute.status_core import (
    AMBER,
    GREEN,
    GREY,
    NO_DATA,
    NO_TARGET,
    RED,
    TOO_OLD,
    band_of,
    judge_series,
)
from ioc_pipeline.compute.target_path import FLOW, PeriodTarget, Season, counts, target_at
from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period

__all__ = ["AMBER", "GREEN", "GREY", "RED", "Judgement", "judge", "judge_series", "shown_number"]


@dataclass(frozen=True)
class Judgement:
    """Colour and the reason in words; `target` is the one that applied to the period (`target_high` the upper bound of
    a range); `cause` says why grey. `changed_from`: the threshold before it was changed within its year."""

    status: str
    reason: Text
    target: float | None = None
    basis: Target | None = None
    cause: str | None = None  # no_data | too_old | no_target
    target_high: float | None = None
    changed_from: float | None = None


PLAN_BASIS = Text("Kế hoạch năm do đơn vị chủ quản cung cấp cùng số liệu", "Year's plan as stated with the data")


def target_for(
    card: Indicator, period: Period, plan: Target | None, season: Season | None = None
) -> tuple[float | None, Target | None]:
    """Target of a period and its declaration: the declared one, else the plan stated with the data, each along its path
    (`compute.target_path`). (None, None) when there is neither."""
    found = target_at(card.targets, period, plan=plan, form=counts(card), season=season or {})
    return found.low, found.declared


def judge(
    card: Indicator,
    period: Period,
    value: float | None,
    *,
    plan: Target | None,
    today: date,
    max_age_days: int | None,
    season: Season | None = None,
    status: str | None = None,
) -> Judgement:
    """Status of one value and why.

    Green: the target is met. Amber: missed by at most `amber_margin` (share of the target). Red: missed by more.
    Grey: no value, no target, or older than the feed's `max_age_days`; the reason says which. `status`: the colour that
    the value's series has with hysteresis; when it is not the plain one, the reason says so.
    """
    target = target_at(card.targets, period, plan=plan, form=counts(card), season=season or {})
    band = band_of(card)
    if card.direction == "band" and (target.low is None or target.high is None) and band is not None:
        target = PeriodTarget(band[0], band[1], target.declared, target.changed_from)
    age = (today - period.end).days
    if value is None:
        return _grey(target, NO_DATA, Text("Chưa có số liệu", "No data"))
    if max_age_days is not None and age > max_age_days:
        too_old = Text(
            f"Số liệu quá cũ ({age} ngày, tối đa {max_age_days})", f"Too old ({age} days, at most {max_age_days})"
        )
        return _grey(target, TOO_OLD, too_old)
    if card.direction == "neutral":
        return _grey(target, NO_TARGET, Text("Chỉ theo dõi, không xếp màu", "Followed only, no colour"))
    plain = judge_series([value], [target.low], [target.high], card.direction, band, card.amber_margin)[0]
    if plain == GREY:
        return _grey(target, NO_TARGET, _why_no_target(target))
    reason = _met(card, value, target) if plain == GREEN else _miss(card, period, value, target)
    if target.changed_from is not None and target.changed_from != target.low:
        before = _in_both(target.changed_from, card)
        reason = Text(
            f"{reason.vi}; ngưỡng đã thay đổi, trước đó {before.vi}",
            f"{reason.en}; threshold changed, it was {before.en}",
        )
    if status in (GREEN, AMBER, RED) and status != plain:
        reason = Text(
            f"{reason.vi}; giữ màu kỳ trước vì chưa vượt hẳn ngưỡng",
            f"{reason.en}; colour kept from the period before: the threshold is not clearly passed",
        )
        plain = str(status)
    return Judgement(plain, reason, target.low, target.declared, None, target.high, target.changed_from)


def _grey(target: PeriodTarget, cause: str, reason: Text) -> Judgement:
    return Judgement(GREY, reason, target.low, target.declared, cause, target.high, target.changed_from)


def _why_no_target(target: PeriodTarget) -> Text:
    if target.declared is not None and target.declared.path == "seasonal":
        return Text(
            "Chưa đủ năm trước để chia chỉ tiêu theo mùa vụ", "No complete past year to spread the target by season"
        )
    return Text("Chưa giao chỉ tiêu cho kỳ này", "No target set for this period")


def _met(card: Indicator, value: float, target: PeriodTarget) -> Text:
    """On target; for a range, whether only its easier bound is met (“đạt mức thấp”)."""
    if target.low is None or target.high is None or card.direction == "band":
        return Text("Đạt chỉ tiêu", "On target")
    wanted = target.high if card.direction == "up" else target.low
    reached = value >= wanted if card.direction == "up" else value <= wanted
    if reached:
        return Text("Đạt mức cao của chỉ tiêu", "Upper level of the target met")
    bound = _in_both(wanted, card)
    return Text(
        f"Đạt mức thấp của chỉ tiêu (mức cao {bound.vi})", f"Lower level of the target met (upper level {bound.en})"
    )


def _miss(card: Indicator, period: Period, value: float, target: PeriodTarget) -> Text:
    """By how much the target is missed, in the card's unit (percentage points for a percentage)."""
    assert target.low is not None
    bound = target.low
    if target.high is not None and (card.direction == "down" or value > target.high):
        bound = target.high
    unit = Text("điểm %", "points") if card.unit == "%" else card.unit_text
    vi = "Thấp hơn" if value < bound else "Cao hơn"
    en = "Below" if value < bound else "Above"
    number = {language: shown_number(abs(value - bound), card.decimals, language) for language in ("vi", "en")}
    if card.direction == "band":
        return Text(
            f"{vi} khoảng cho phép {number['vi']} {unit.vi}", f"{en} the allowed band by {number['en']} {unit.en}"
        )
    share = Text("", "")
    declared = target.declared
    if declared is not None and declared.path == "even" and period.month_of_year < 12 and counts(card) != FLOW:
        whole = _in_both(declared.value, card)
        month = period.month_of_year
        share = Text(f" (mức {month}/12 của chỉ tiêu năm {whole.vi})", f" ({month}/12 of the year's {whole.en})")
    return Text(
        f"{vi} chỉ tiêu {number['vi']} {unit.vi}{share.vi}", f"{en} target by {number['en']} {unit.en}{share.en}"
    )


def _in_both(value: float, card: Indicator) -> Text:
    vi, en = (shown_number(value, card.decimals, language) for language in ("vi", "en"))
    return Text(f"{vi} {card.unit_text.vi}", f"{en} {card.unit_text.en}")


def shown_number(value: float, decimals: int, language: str) -> str:
    """A number for people: 1.234,5 in Vietnamese, 1,234.5 in English; at most `decimals` decimals."""
    if not math.isfinite(value):
        return str(format_decimal(value, locale=language))
    text = f"{Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), context=_ANY_SIZE):,f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return text.translate(_VIETNAMESE) if language == "vi" else text


_ANY_SIZE = Context(prec=400)
_VIETNAMESE = str.maketrans(",.", ".,")
