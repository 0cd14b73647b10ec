"""`min_value` and `max_value`, read and applied as Great Expectations does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ioc_pipeline.validate.rules import Verdict
from ioc_pipeline.validate.sql_text import literal

Bound = float | date | None


def bound(value: Any) -> Bound:
    """A bound as Great Expectations' type `Comparable` reads it: a number (always a float), a date, or a time.

    Text is taken as the first of number, ISO date, ISO time that it is. Raises ValueError for other text.
    """
    if value is None or isinstance(value, date):
        return value
    try:
        return float(value)
    except ValueError:
        text = str(value)
    return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)


def outside(subject: str, kwargs: Mapping[str, Any], *, whole: bool = False) -> str:
    """Predicate "outside the bounds" of `min_value`, `max_value`, `strict_min`, `strict_max`.

    With `whole` the bounds are cut to integers, as for lengths. Raises ValueError without any bound.
    """
    low, high = (bound(kwargs.get(key)) for key in ("min_value", "max_value"))
    if low is None and high is None:
        raise ValueError("min_value and max_value cannot both be None")
    parts = []
    if low is not None:
        parts.append(f"{subject} {'<=' if kwargs.get('strict_min') else '<'} {_literal(low, whole)}")
    if high is not None:
        parts.append(f"{subject} {'>=' if kwargs.get('strict_max') else '>'} {_literal(high, whole)}")
    return " OR ".join(parts)


def _literal(value: Bound, whole: bool) -> str:
    return literal(int(value) if whole and isinstance(value, float) else value)


def check_order(kwargs: Mapping[str, Any]) -> None:
    """Raise ValueError when the lower bound is above the upper one."""
    low, high = bound(kwargs.get("min_value")), bound(kwargs.get("max_value"))
    if low is not None and high is not None and _moment(low) > _moment(high):
        raise ValueError("min_value cannot be greater than max_value")


def _moment(value: float | date) -> Any:
    plain_date = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time()) if plain_date else value  # type: ignore[arg-type]


def within(value: Any, kwargs: Mapping[str, Any]) -> Verdict:
    """Great Expectations' `_validate_metric_value_between`: no value or NaN fails, bounds hold unless strict.

    A time against a date bound is compared by its day, a date against a time bound by its midnight.
    """
    if value is None or (isinstance(value, (float, Decimal)) and math.isnan(value)):
        return Verdict(False, None)
    low, high = (bound(kwargs.get(key)) for key in ("min_value", "max_value"))
    compared = _like_bounds(value, low, high)
    above = low is None or (compared > low if kwargs.get("strict_min") else compared >= low)
    below = high is None or (compared < high if kwargs.get("strict_max") else compared <= high)
    return Verdict(bool(above and below), compared.isoformat() if isinstance(compared, date) else compared)


def _like_bounds(value: Any, low: Bound, high: Bound) -> Any:
    if not isinstance(value, date):
        return value
    if isinstance(low, datetime) or isinstance(high, datetime):
        return _moment(value)
    if isinstance(value, datetime) and (isinstance(low, date) or isinstance(high, date)):
        return value.date()
    return value
