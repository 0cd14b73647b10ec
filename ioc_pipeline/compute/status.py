"""Status of a value against its target: a pure rule, so that anyone can recompute a colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.numbers import format_decimal

from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period

GREEN, AMBER, RED, GREY = "green", "amber", "red", "grey"


@dataclass(frozen=True)
class Judgement:
    """Colour and the reason in words; `target` is the one that applied to the period; `cause` says why grey."""

    status: str
    reason: Text
    target: float | None = None
    basis: Target | None = None
    cause: str | None = None  # no_data | too_old | no_target


PLAN_BASIS = Text("Kế hoạch năm do đơn vị chủ quản cung cấp cùng số liệu", "Year's plan as stated with the data")


def target_for(card: Indicator, period: Period, plan: Target | None) -> tuple[float | None, Target | None]:
    """Target of a period: the year's declared target, else the plan stated with the data; its even share up to the
    period's last month when the path is `even`. (None, None) when there is neither."""
    declared = next((t for t in card.targets if t.year == period.end.year), plan)
    if declared is None:
        return None, None
    if declared.path == "even":
        return declared.value * period.month_of_year / 12, declared
    return declared.value, declared


def judge(
    card: Indicator,
    period: Period,
    value: float | None,
    *,
    plan: Target | None,
    today: date,
    max_age_days: int | None,
) -> Judgement:
    """Status of one value.

    Green: the target is met. Amber: missed by at most `amber_margin` (share of the target). Red: missed by more.
    Grey: no value, no target, or older than the feed's `max_age_days`; the reason says which.
    """
    target, declared = target_for(card, period, plan)
    if value is None:
        return Judgement(GREY, Text("Chưa có số liệu", "No data"), target, declared, "no_data")
    age = (today - period.end).days
    if max_age_days is not None and age > max_age_days:
        reason = Text(
            f"Số liệu quá cũ ({age} ngày, tối đa {max_age_days})", f"Too old ({age} days, at most {max_age_days})"
        )
        return Judgement(GREY, reason, target, declared, "too_old")
    if target is None or card.direction == "neutral":
        reason = Text("Chưa giao chỉ tiêu cho kỳ này", "No target set for this period")
        return Judgement(GREY, reason, target, declared, "no_target")
    gap = value - target if card.direction == "up" else target - value
    if gap >= 0:
        return Judgement(GREEN, Text("Đạt chỉ tiêu", "On target"), target, declared)
    reason = _miss(card, period, value, target, declared)
    # A target of zero leaves no room for amber: any miss is red.
    near = -gap <= abs(target) * card.amber_margin
    return Judgement(AMBER if near else RED, reason, target, declared)


def _miss(card: Indicator, period: Period, value: float, target: float, declared: Target | None) -> Text:
    """By how much the target is missed, in the card's unit (percentage points for a percentage)."""
    difference = abs(value - target)
    unit = Text("điểm %", "points") if card.unit == "%" else card.unit_text
    vi = "Thấp hơn" if value < target else "Cao hơn"
    en = "Below" if value < target else "Above"
    number = {language: shown_number(difference, card.decimals, language) for language in ("vi", "en")}
    share = Text("", "")
    if declared is not None and declared.path == "even" and period.month_of_year < 12:
        whole = {language: shown_number(declared.value, card.decimals, language) for language in ("vi", "en")}
        month = period.month_of_year
        share = Text(
            f" (mức {month}/12 của chỉ tiêu năm {whole['vi']} {card.unit_text.vi})",
            f" ({month}/12 of the year's {whole['en']} {card.unit_text.en})",
        )
    return Text(
        f"{vi} chỉ tiêu {number['vi']} {unit.vi}{share.vi}", f"{en} target by {number['en']} {unit.en}{share.en}"
    )


def shown_number(value: float, decimals: int, language: str) -> str:
    """A number for people: 1.234,5 in Vietnamese, 1,234.5 in English; at most `decimals` decimals."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=language))
