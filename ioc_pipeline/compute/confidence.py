"""How sure one may be of a value: high, medium, low or not known. Apart from its status, by a declared rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from ioc_pipeline.contracts.confidence import ConfidenceRule
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import Period

HIGH, MEDIUM, LOW, UNKNOWN = "cao", "trung_binh", "thap", "khong_ro"
CODES = {UNKNOWN: 0, LOW: 1, MEDIUM: 2, HIGH: 3}
"""Levels as small integers, the lower the less sure."""
NAMES = {code: name for name, code in CODES.items()}
WORDS = {
    HIGH: Text("cao", "high"), MEDIUM: Text("trung bình", "medium"), LOW: Text("thấp", "low"),
    UNKNOWN: Text("không rõ", "not known"),
}  # fmt: skip


@dataclass(frozen=True)
class Confidence:
    """The level and the rules that led to it, in words."""

    level: str
    reasons: tuple[Text, ...]


def age_share(period: Period, lag_days: int, today: date) -> float:
    """How much of the time a value may stand has passed: above 1 a newer one is overdue, by one period more per unit.

    A value of a period may stand until the next period has ended and its lag is over.
    """
    length = (period.end - period.start).days + 1
    return (today - period.end).days / (length + lag_days)


def confidence(
    rules: Sequence[ConfidenceRule],
    *,
    trust: str,
    age: float | None,
    coverage: float | None = None,
    held: bool = False,
    simulated: bool = False,
) -> Confidence:
    """Confidence in one value. `age`: see `age_share`, None for a value that is not the newest (history does not age);
    `coverage`: share of the units that have reported, None when it is not known or does not apply. Without rules the
    confidence is not known."""
    if not rules:
        return Confidence(UNKNOWN, (Text("chưa khai báo quy tắc", "no rule is declared"),))
    facts = {"trust": trust, "age_above": age, "coverage_below": coverage, "held": held, "simulated": simulated}
    found = [rule for rule in rules if _holds(rule, facts[rule.asks])]
    level = min((rule.level for rule in found), key=CODES.__getitem__, default=HIGH)
    reasons = dict.fromkeys(rule.why for rule in found if rule.level == level)
    return Confidence(level, tuple(reasons) or (Text("mọi kiểm tra đều đạt", "every check passed"),))


def confidence_codes(frame: pl.DataFrame, rules: Sequence[ConfidenceRule]) -> pl.Series:
    """The same for all rows at once (see CODES), Int8. Columns: `trust` (String), `age`, `coverage` (Float64, null
    where it does not apply), `held`, `simulated` (Boolean)."""
    if not rules:
        return pl.Series("confidence_code", [CODES[UNKNOWN]] * len(frame), dtype=pl.Int8)
    caps = [pl.when(_condition(rule)).then(CODES[rule.level]).otherwise(CODES[HIGH]).cast(pl.Int8) for rule in rules]
    return frame.select(confidence_code=pl.min_horizontal(caps))["confidence_code"]


def _holds(rule: ConfidenceRule, fact: object) -> bool:
    if fact is None:
        return False
    if rule.asks == "trust":
        return fact in rule.condition
    if rule.asks == "age_above":
        return float(fact) > rule.condition  # type: ignore[arg-type]
    if rule.asks == "coverage_below":
        return float(fact) < rule.condition  # type: ignore[arg-type]
    return fact is True


def _condition(rule: ConfidenceRule) -> pl.Expr:
    if rule.asks == "trust":
        return pl.col("trust").is_in(list(rule.condition))
    if rule.asks == "age_above":
        return (pl.col("age") > rule.condition).fill_null(False)
    if rule.asks == "coverage_below":
        return (pl.col("coverage") < rule.condition).fill_null(False)
    return pl.col(rule.asks).fill_null(False)
