"""Places in order: ranks over those with data only, classes of values, what stands in the way of comparing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ioc_dashboard.model import Value, Words

MERGER = date(2025, 7, 1)
SMALL_BASE = 30  # a percentage over fewer cases moves by more than three points with a single one
CLASSES = 5
_NOTHING = Words()


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit of a comparison. `value` None: no data of this period, perhaps a figure of another one (`other`)."""

    key: str
    name: Words
    value: float | None
    verdict: str  # green | amber | red | grey | untargeted
    numerator: float | None = None
    denominator: float | None = None
    target: float | None = None
    data_type: str = ""
    measure: str = ""
    held: bool = False
    simulated: bool = False
    trust: str = ""
    note: Words = _NOTHING
    other: str = ""  # its newest period with a value, when that is not the one compared
    rank: int | None = None


def verdict_of(value: Value | None) -> str:
    """Status as the pages show it: `untargeted` is a value with nothing to reach."""
    if value is None:
        return "grey"
    if value.status == "grey" and value.grey_cause == "no_target":
        return "untargeted"
    return value.status if value.status in ("green", "amber", "red") else "grey"


def ranked(entries: Sequence[Entry], direction: str) -> tuple[list[Entry], list[Entry]]:
    """Units with data, best first (`down`: the smallest first), with competition ranks; and those without data.

    Equal values share a rank. Where no way is better (`neutral`, `band`) the largest comes first and nobody has a rank.
    """
    known = [one for one in entries if one.value is not None]
    known.sort(key=lambda one: (one.value or 0.0) if direction == "down" else -(one.value or 0.0))
    if direction in ("up", "down"):
        known = [
            replace(one, rank=1 + next(i for i, first in enumerate(known) if first.value == one.value)) for one in known
        ]
    return known, [one for one in entries if one.value is None]


def classes(values: Sequence[float], decimals: int) -> tuple[float, ...]:
    """Upper bounds of at most five classes with about as many values each, rounded as they are shown; the last one is
    the largest value. Few distinct values give fewer classes."""
    if not values:
        return ()
    ordered = sorted(values)
    size = len(ordered)
    cuts = [ordered[min(size - 1, max(0, -(-size * part // CLASSES) - 1))] for part in range(1, CLASSES)]
    bounds: list[float] = []
    for cut in (round(cut, decimals) for cut in cuts):
        if cut < ordered[-1] and cut >= ordered[0] and (not bounds or cut > bounds[-1]):
            bounds.append(cut)
    return (*bounds, ordered[-1])


def class_of(value: float, bounds: Sequence[float]) -> int:
    """Class of a value, from 1."""
    return next((number for number, bound in enumerate(bounds, start=1) if value <= bound), len(bounds))


def mixed(entries: Sequence[Entry], field: str) -> Counter[str]:
    """How often each data type or measure stands among the values compared; more than one is not like for like."""
    return Counter(str(getattr(one, field)) for one in entries if one.value is not None)


def small_bases(entries: Sequence[Entry], unit: str) -> list[Entry]:
    """Percentages over so few cases that a single one moves them by points."""
    if unit != "%":
        return []
    return [one for one in entries if one.value is not None and one.denominator and one.denominator < SMALL_BASE]


def spans_merger(ends: date | None, kind: str) -> str:
    """Where a period stands to the merger of provinces on 1 July 2025: `before`, `across` or `` (after)."""
    if ends is None or ends >= date(MERGER.year + 1, 1, 1):
        return ""
    if ends < MERGER:
        return "before"
    months = {"year": 12, "half": 6, "quarter": 3, "month": 1}.get(kind, 0)
    first_month = ends.month - months + 1 if months else ends.month
    return "across" if ends.year == MERGER.year and first_month < MERGER.month else ""


def median(values: Sequence[float]) -> float | None:
    """Middle value: describes the units, never the whole they make."""
    ordered, size = sorted(values), len(values)
    if not size:
        return None
    middle = size // 2
    return ordered[middle] if size % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def by_verdict(counts: Mapping[str, int]) -> int:
    """How urgently a set of units asks to be looked at: off target, then near it."""
    return counts.get("red", 0) * 10_000 + counts.get("amber", 0)
