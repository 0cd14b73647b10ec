"""What a decomposition is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ioc_pipeline.messages import Text

TARGET, PREVIOUS, LAST_YEAR = "target", "previous", "last_year"
AREA, FACTORS, CHILD, DATA = "area", "numerator_denominator", "child", "data"

OTHERS, UNSTATED, CORRECTION, ROUNDING = "(others)", "(unstated)", "(correction)", "(rounding)"
"""Keys of parts that are no unit of the dimension."""


class CannotSplit(Exception):
    """A dimension along which a value cannot be decomposed; `reason` names what is missing."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Part:
    """One unit of a dimension with its numbers then (0) and now (1). `n`: numerator, or the value where there is no
    denominator; a part without rows in a period has zeros there, one that is not known has None."""

    key: str
    name: Text
    n0: Fraction | None = None
    d0: Fraction | None = None
    n1: Fraction | None = None
    d1: Fraction | None = None


@dataclass(frozen=True)
class Contribution:
    """A part and what it adds to the gap or change, in the unit of the indicator (percentage points for a share)."""

    part: Part
    amount: Fraction


@dataclass(frozen=True)
class Split:
    """A gap or change along one dimension: contributions sum exactly to the total, or `why_not` says why there are
    none."""

    dimension: str
    name: Text
    contributions: tuple[Contribution, ...] = ()
    why_not: Text | None = None


@dataclass(frozen=True)
class Comparison:
    """A value against its target or an earlier value: `total` = `end` − `start`, and its splits."""

    against: str  # target | previous | last_year
    period: str
    against_period: str | None  # None against the target
    start: Fraction | None
    end: Fraction | None
    splits: tuple[Split, ...] = ()
    why_not: Text | None = None

    @property
    def total(self) -> Fraction | None:
        """Gap or change; None when one side is unknown."""
        return None if self.start is None or self.end is None else self.end - self.start

    @property
    def decomposable(self) -> bool:
        """True when there is a split along something else than data reasons."""
        return any(s.contributions for s in self.splits if s.dimension != DATA)


def named(parts: Sequence[Part], limit: int = 3) -> Text:
    """Names of the first parts, for a sentence."""
    more = len(parts) - limit
    vi = ", ".join(p.name.vi for p in parts[:limit]) + (f" và {more} phần khác" if more > 0 else "")
    en = ", ".join(p.name.en for p in parts[:limit]) + (f" and {more} more" if more > 0 else "")
    return Text(vi, en)


def refuse_unknown(unknown: Sequence[Part]) -> None:
    """Raise CannotSplit naming the parts whose numbers are not known, if there are any."""
    if unknown:
        names = named(unknown)
        raise CannotSplit(Text(f"chưa có số liệu của {names.vi}", f"no data for {names.en}"))


def folded(contributions: Sequence[Contribution], kept: int) -> list[Contribution]:
    """The `kept` largest parts and one part that is all the others; the sum stays. What weighs most in the direction of
    the sum comes first, the others last."""
    total = sum((c.amount for c in contributions), Fraction(0))
    by_size = sorted(contributions, key=lambda c: (-abs(c.amount), c.part.key))
    few = by_size if len(by_size) <= kept + 1 else by_size[:kept]
    few.sort(key=lambda c: (-c.amount if total > 0 else c.amount, c.part.key))
    rest = by_size[len(few) :]
    if not rest:
        return few
    name = Text(f"{len(rest)} phần còn lại", f"the other {len(rest)}")
    sums = {field: _sum([getattr(c.part, field) for c in rest]) for field in ("n0", "d0", "n1", "d1")}
    return [*few, Contribution(Part(OTHERS, name, **sums), sum((c.amount for c in rest), Fraction(0)))]


def _sum(numbers: Sequence[Fraction | None]) -> Fraction | None:
    known = [n for n in numbers if n is not None]
    return sum(known, Fraction(0)) if len(known) == len(numbers) else None
