"""One value against its target or an earlier value, along every dimension its card allows. Pure: facts come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from ioc_pipeline.compute.explain import ratios, sums
from ioc_pipeline.compute.explain.exact import close
from ioc_pipeline.compute.explain.expressions import CardFormula
from ioc_pipeline.compute.explain.figures import Figure, Numbers, Rows, Said
from ioc_pipeline.compute.explain.parts import (
    CHILD,
    CORRECTION,
    DATA,
    FACTORS,
    ROUNDING,
    TARGET,
    CannotSplit,
    Comparison,
    Contribution,
    Part,
    Split,
)
from ioc_pipeline.compute.explain.reasons import Side, reasons_of_change, reasons_of_gap, side
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Text

WORDS = {
    "area": Text("Theo xã, phường, đặc khu", "By commune"),
    FACTORS: Text("Theo tử số và mẫu số", "By numerator and denominator"),
    CHILD: Text("Theo chỉ số thành phần", "By child indicator"),
    DATA: Text("Lý do về dữ liệu", "Data reasons"),
}
_NO_VALUE = Text("kỳ này chưa có số liệu", "there is no value for this period")
_NO_BASE = Text("kỳ so sánh chưa có số liệu", "there is no value for the period compared with")
_NO_TARGET = Text("kỳ này chưa giao chỉ tiêu", "no target is set for this period")
_OFFICIAL = Text(
    "số công bố chính thức, không tính từ số liệu thành phần: không phân rã được",
    "an official figure, not computed from parts: it cannot be decomposed",
)

_STATED = Text(
    "nguồn gửi trọn một số, không kèm số của từng phần: không phân rã được",
    "the source sends one figure without its parts: it cannot be decomposed",
)
_NO_DIMENSION = Text("thẻ chỉ tiêu chưa khai chiều để phân rã", "the card declares no dimension to decompose it by")


@dataclass(frozen=True)
class Dimension:
    """Numbers of the parts by period, or why there are none. `absent_is_zero`: a part without rows has nothing there
    (records); otherwise it is not known (statements)."""

    key: str
    name: Text
    rows: Rows | None
    name_of: Callable[[str | None], Text]
    key_of: Callable[[str | None], str]
    absent_is_zero: bool = True
    scale: Fraction | None = None  # None: the card's
    why_not: Text | None = None


@dataclass(frozen=True)
class Children:
    """Cells of the cards that a composite reads: by period, the figure of every child (None: no such cell)."""

    formula: CardFormula
    cells: Mapping[str, Mapping[str, Figure | None]]
    names: Mapping[str, Text]


@dataclass(frozen=True)
class Facts:
    """What is known about one card in one area."""

    card: Indicator
    dimensions: Sequence[Dimension] = ()
    children: Children | None = None
    children_why_not: Text | None = None
    said: Mapping[str, Said] = field(default_factory=dict)  # by period
    feed: tuple[str, str, str] | None = None  # health and its words, when the feed is late or held


def shown_exactly(card: Indicator, figure: Figure) -> Fraction | None:
    """The value as a rational: scale · numerator / denominator of a computed share, else the decimal as written."""
    if figure.value is None or figure.corrected or card.formula is None:
        return figure.value
    if figure.numerator is None or not figure.denominator:
        return figure.value
    quotient = scale_of(card) * figure.numerator / figure.denominator
    return quotient if close(quotient, figure.value) else figure.value


def compare(facts: Facts, now: Figure, base: Figure | None, against: str, shares: Figure | None = None) -> Comparison:
    """The comparison with all its splits. `base`: the earlier value (against the target: the period before, for the
    data reasons); `shares`: the period by whose shares a sum's target is held against its parts."""
    card = facts.card
    end = shown_exactly(card, now)
    start = now.target if against == TARGET else shown_exactly(card, base) if base is not None else None
    period = None if against == TARGET or base is None else base.period
    if end is None or start is None:
        why = _NO_VALUE if end is None else _NO_TARGET if against == TARGET else _NO_BASE
        return Comparison(against, now.period, period, start, end, (), why)
    pair = _Pair(facts, now, base, against, start, end, shares)
    splits = [_along(d.key, d.name, partial(pair.by_parts, d)) for d in facts.dimensions]
    if facts.children is not None or facts.children_why_not is not None:
        splits.append(_along(CHILD, WORDS[CHILD], pair.by_children))
    if now.denominator is not None and not now.corrected:
        splits.append(_along(FACTORS, WORDS[FACTORS], pair.by_factors))
    why_not: Text | None = None
    if not any(s.contributions for s in splits):
        reasons = [s.why_not for s in splits if s.why_not is not None]
        derived, official = card.formula is not None, card.additivity == "X"
        why_not = _OFFICIAL if official else _NO_DIMENSION if derived else _STATED
        if reasons:
            why_not = Text("; ".join(r.vi for r in reasons), "; ".join(r.en for r in reasons))
    splits.append(_along(DATA, WORDS[DATA], pair.by_reasons))
    return Comparison(against, now.period, period, start, end, tuple(splits), why_not)


def _along(dimension: str, name: Text, split: Callable[[], list[Contribution]]) -> Split:
    try:
        return Split(dimension, name, tuple(split()))
    except CannotSplit as refusal:
        words = Text(f"{name.vi}: {refusal.reason.vi}", f"{name.en}: {refusal.reason.en}")
        return Split(dimension, name, (), words)


def scale_of(card: Indicator) -> Fraction:
    """What a share is multiplied by: 100 for per cent."""
    return Fraction(repr(float(card.scale)))


@dataclass(frozen=True)
class _Pair:
    """Two sides of one comparison."""

    facts: Facts
    now: Figure
    base: Figure | None
    against: str
    start: Fraction
    end: Fraction
    shares: Figure | None

    @property
    def total(self) -> Fraction:
        return self.end - self.start

    def by_parts(self, dimension: Dimension) -> list[Contribution]:
        """Along one dimension: shares when the rows have a denominator, else sums."""
        if dimension.rows is None:
            raise CannotSplit(dimension.why_not or _OFFICIAL)
        parts = self._parts(dimension)
        if not parts:
            raise CannotSplit(Text("không có dòng nào của kỳ này", "there is no row for this period"))
        scale = dimension.scale if dimension.scale is not None else scale_of(self.facts.card)
        ratio = any(p.d1 is not None for p in parts)
        if self.against == TARGET and ratio:
            found = ratios.gap_by_parts(parts, self.start, scale)
        elif self.against == TARGET:
            found = sums.gap_by_parts(parts, self.start)
        elif ratio:
            found = ratios.change_by_parts(parts, scale)
        else:
            found = sums.change_by_parts(parts)
        return self._completed(found)

    def _parts(self, dimension: Dimension) -> list[Part]:
        assert dimension.rows is not None
        earlier = self.shares if self.against == TARGET else self.base
        after = dimension.rows.get(self.now.period, {})
        before = dimension.rows.get(earlier.period, {}) if earlier is not None else {}
        ratio = any(n.d is not None for n in (*after.values(), *before.values()))
        nothing = Numbers(Fraction(0), Fraction(0) if ratio else None)
        absent = nothing if dimension.absent_is_zero else Numbers(None, None)
        parts = []
        for key in sorted({*after, *before}, key=lambda k: (k is None, k or "")):
            then = before.get(key, absent) if before else Numbers(None, None)
            now = after.get(key, absent)
            parts.append(Part(dimension.key_of(key), dimension.name_of(key), then.n, then.d, now.n, now.d))
        return parts

    def by_children(self) -> list[Contribution]:
        """Along the cards that the formula reads."""
        children = self.facts.children
        if children is None:
            raise CannotSplit(self.facts.children_why_not or _OFFICIAL)
        after = _inputs(children, self.now.period, "value")
        if self.against == TARGET:
            before = _inputs(children, self.now.period, "target")
        else:
            before = _inputs(children, self.base.period if self.base is not None else "", "value")
        amounts = children.formula.contributions(before, after)
        found = [
            Contribution(
                Part(code, children.names[code], before.get((code, "value")), None, after.get((code, "value")), None),
                amount,
            )
            for code, amount in amounts.items()
        ]
        if self.against == TARGET:
            name = Text("Chỉ tiêu thành phần lệch với chỉ tiêu chung", "The children's targets do not give the whole's")
            rest = children.formula.worth(before) - self.start
            found += [Contribution(Part("(targets)", name), rest)] if rest else []
        return self._completed(found)

    def by_factors(self) -> list[Contribution]:
        """By numerator and denominator; against the target the numerator lacks (or exceeds) what the target asks."""
        n1, d1, scale = self.now.numerator, self.now.denominator, scale_of(self.facts.card)
        numerator, denominator = Text("Tử số", "Numerator"), Text("Mẫu số", "Denominator")
        if self.against == TARGET:
            if n1 is None or not d1:
                raise CannotSplit(Text("mẫu số bằng 0", "the denominator is zero"))
            needed = self.start * d1 / scale
            found = [Contribution(Part("numerator", numerator, needed, d1, n1, d1), scale * (n1 - needed) / d1)]
            return self._completed(found)
        base = self.base
        if base is None or base.corrected:
            raise CannotSplit(Text("kỳ so sánh không có tử số, mẫu số", "the base has no numerator and denominator"))
        whole = Part("numerator", Text("tử số, mẫu số", "numerator, denominator"),
                     base.numerator, base.denominator, n1, d1)  # fmt: skip
        above, below = ratios.two_factors(whole, scale)
        found = [
            Contribution(Part("numerator", numerator, base.numerator, None, n1, None), above),
            Contribution(Part("denominator", denominator, base.denominator, None, d1, None), below),
        ]
        return self._completed(found)

    def by_reasons(self) -> list[Contribution]:
        """By what happened to the data."""
        now, base = self._side(self.now, self.end), self.base
        shown = shown_exactly(self.facts.card, base) if base is not None else None
        before = self._side(base, shown) if base is not None and shown is not None else None
        if self.against == TARGET:
            moving = _moves(self.facts.card, self.now.period_end.year)
            return reasons_of_gap(now, self.start, before, self.facts.feed, moving)
        assert before is not None
        return reasons_of_change(now, before, self.facts.feed)

    def _side(self, figure: Figure, shown: Fraction) -> Side:
        return side(figure, shown, self.facts.said.get(figure.period))

    def _completed(self, found: list[Contribution]) -> list[Contribution]:
        """With what the parts cannot say: corrections of the whole, and the rounding of a stated share. CannotSplit
        when the parts are not those of the shown figure."""
        card = self.facts.card
        rest = self.total - sum((c.amount for c in found), Fraction(0))
        biggest = max([abs(self.end), abs(self.start), *(abs(c.amount) for c in found)])
        corrected = self._side(self.now, self.end).correction
        if self.against != TARGET and self.base is not None:
            corrected -= self._side(self.base, self.start).correction
        # A composite that followed its corrected children is explained by them already.
        if corrected and abs(rest) * 10**9 > biggest:
            name = Text("Đính chính của tỉnh", "The province's corrections")
            found = [*found, Contribution(Part(CORRECTION, name), corrected)]
            rest -= corrected
        if not rest:
            return found
        if abs(rest) * 10**9 <= biggest:  # floating-point sums of the source
            place = max(range(len(found)), key=lambda i: abs(found[i].amount))
            moved = Contribution(found[place].part, found[place].amount + rest)
            return [*found[:place], moved, *found[place + 1 :]]
        if card.formula is None and abs(rest) <= 2 * Fraction(1, 10**card.decimals):
            name = Text("Làm tròn của nguồn", "Rounding by the source")
            return [*found, Contribution(Part(ROUNDING, name), rest)]
        off = f"{float(rest):.6g}"
        raise CannotSplit(
            Text(
                f"tổng các phần không bằng số của toàn bộ (lệch {off.replace('.', ',')})",
                f"the parts do not add up to the whole (off by {off})",
            )
        )


def _moves(card: Indicator, year: int) -> bool:
    """True when the year's target moves from period to period by its own path."""
    if not any(t.year == year for t in card.targets):
        return card.plan not in (None, "constant")
    return any(t.path != "constant" for t in card.targets if t.year == year)


def _inputs(children: Children, period: str, of: str) -> dict[tuple[str, str], Fraction]:
    """The formula's cells in a period: values, or the targets in their place."""
    cells = children.cells.get(period, {})
    found, missing = {}, []
    for code, column in children.formula.inputs:
        figure = cells.get(code)
        value = None if figure is None else getattr(figure, column if of == "value" else of)
        if of == "target" and column != "value":
            value = None
        if value is None:
            missing.append(children.names[code])
        else:
            found[code, column] = value
    if missing:
        what = Text("chỉ tiêu", "target") if of == "target" else Text("số liệu", "value")
        raise CannotSplit(
            Text(
                f"chưa có {what.vi} của " + ", ".join(m.vi for m in missing[:3]),
                f"no {what.en} of " + ", ".join(m.en for m in missing[:3]),
            )
        )
    return found
