"""Status of a value against its target: a pure rule, so that anyone can recompute a colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period

GREEN, AMBER, RED, GREY = "green", "amber", "red", "grey"


@dataclass(frozen=True)
class Judgement:
    """Colour and the reason in words; `target` is the one that applied to the period."""

    status: str
    reason: Text
    target: float | None = None
    basis: Target | None = None


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
        return Judgement(GREY, Text("Chưa có số liệu", "No data"), target, declared)
    age = (today - period.end).days
    if max_age_days is not None and age > max_age_days:
        reason = Text(
            f"Số liệu quá cũ ({age} ngày, tối đa {max_age_days})", f"Too old ({age} days, at most {max_age_days})"
        )
        return Judgement(GREY, reason, target, declared)
    if target is None or card.direction == "neutral":
        return Judgement(GREY, Text("Chưa giao chỉ tiêu cho kỳ này", "No target set for this period"), target, declared)
    gap = value - target if card.direction == "up" else target - value
    if gap >= 0:
        return Judgement(GREEN, Text("Đạt chỉ tiêu", "On target"), target, declared)
    # A target of zero leaves no room for amber: any miss is red.
    if -gap <= abs(target) * card.amber_margin:
        return Judgement(AMBER, Text("Gần đạt chỉ tiêu", "Close to target"), target, declared)
    return Judgement(RED, Text("Chưa đạt chỉ tiêu", "Off target"), target, declared)
