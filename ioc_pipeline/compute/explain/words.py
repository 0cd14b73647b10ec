"""The answer in one sentence, from the largest contributions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal

from ioc_pipeline.compute.explain.exact import rounded
from ioc_pipeline.compute.explain.parts import (
    CHILD,
    CORRECTION,
    DATA,
    FACTORS,
    OTHERS,
    ROUNDING,
    TARGET,
    Comparison,
    Contribution,
    Split,
)
from ioc_pipeline.compute.explain.reasons import NOTABLE
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import parse_period

MENTIONED = 3
"""Most parts a sentence names."""

_DOMINANT = Fraction(1, 10)
"""Share of the whole from which on a part is named as a cause; below it the whole is said to be spread."""


def unit_of_difference(card: Indicator) -> Text:
    """Unit of a gap or change: percentage points for a percentage."""
    return Text("điểm %", "points") if card.unit == "%" else card.unit_text


def sentence(card: Indicator, comparison: Comparison) -> Text:
    """Why, in one sentence; when nothing can be split, what changed and why it cannot be said more."""
    total = comparison.total
    if total is None:
        why = comparison.why_not or Text("", "")
        return Text(_capital(why.vi) + ".", _capital(why.en) + ".")
    places = decimals_for(card, total)
    head = _head(card, comparison, total, places)
    split = main_split(comparison)
    if split is None:
        why = comparison.why_not or Text("không phân rã được", "it cannot be decomposed")
        tail = Text(f"; {why.vi}", f"; {why.en}")
    elif split.dimension == FACTORS:
        tail = _factors(comparison, split, places)
    else:
        tail = _causes(card, split, total, places)
    data = _data(comparison, places)
    return Text(f"{head.vi}{tail.vi}{data.vi}.", f"{head.en}{tail.en}{data.en}.")


def main_split(comparison: Comparison) -> Split | None:
    """The split a sentence speaks about: the first declared one that works and whose parts have names; numerator and
    denominator come last."""
    working = [s for s in comparison.splits if s.contributions and s.dimension != DATA]
    return min(working, key=lambda s: (s.dimension == FACTORS, _nameless(s)), default=None)


def _nameless(split: Split) -> bool:
    """True when most parts are known by their code only."""
    bare = sum(c.part.name.vi == c.part.key for c in split.contributions)
    return 2 * bare > len(split.contributions)


def decimals_for(card: Indicator, total: Fraction) -> int:
    """Decimals of a sentence: one, or two below one, never more than the card's."""
    return min(card.decimals, 1 if abs(total) >= 1 else 2)


def _head(card: Indicator, comparison: Comparison, total: Fraction, places: int) -> Text:
    unit = unit_of_difference(card)
    amount = rounded(abs(total), places)
    size = Text(f"{shown(amount, places, 'vi')} {unit.vi}", f"{shown(amount, places, 'en')} {unit.en}")
    if comparison.against == TARGET:
        if not amount:
            return Text("Đúng bằng chỉ tiêu", "Exactly on target")
        return (
            Text(f"Thấp hơn chỉ tiêu {size.vi}", f"Below target by {size.en}")
            if total < 0
            else Text(f"Cao hơn chỉ tiêu {size.vi}", f"Above target by {size.en}")
        )
    period = parse_period(comparison.against_period or comparison.period).words
    if not amount:
        return Text(f"Không đổi đáng kể so với {period.vi}", f"No notable change against {period.en}")
    return (
        Text(f"Giảm {size.vi} so với {period.vi}", f"Down {size.en} against {period.en}")
        if total < 0
        else Text(f"Tăng {size.vi} so với {period.vi}", f"Up {size.en} against {period.en}")
    )


def _causes(card: Indicator, split: Split, total: Fraction, places: int) -> Text:
    if not rounded(total, places):
        return Text("", "")
    pulling = [
        c
        for c in split.contributions
        if c.amount * total > 0 and rounded(c.amount, places) and c.part.key not in (OTHERS, ROUNDING, CORRECTION)
    ]
    pulling.sort(key=lambda c: (-abs(c.amount), c.part.key))
    if not pulling:
        return Text("", "")
    largest = [c for c in pulling if abs(c.amount) >= _DOMINANT * abs(total)][:MENTIONED]
    if split.dimension != CHILD and not largest:
        vi, en = _listed(pulling[:2], places)
        return Text(f", rải ở {len(pulling)} nơi, nhiều nhất là {vi}", f", spread over {len(pulling)}, most of it {en}")
    vi, en = _listed(largest or pulling[:1], places)
    better = card.direction in ("up", "down") and (total > 0) == (card.direction == "up")
    return Text(f", chủ yếu {'nhờ' if better else 'do'} {vi}", f", mainly {'thanks to' if better else 'due to'} {en}")


def _factors(comparison: Comparison, split: Split, places: int) -> Text:
    """Numerator and denominator with their numbers: from what to what, or what the target asks for."""
    vi, en = [], []
    for found in split.contributions:
        if found.part.n0 is None or found.part.n1 is None or not rounded(found.amount, places):
            continue
        then, now = (Text(_plain(n, "vi"), _plain(n, "en")) for n in (found.part.n0, found.part.n1))
        name = found.part.name
        if comparison.against == TARGET:
            over = Text("cần", "needed")
            vi.append(f"{_small(name.vi)} {now.vi}, {over.vi} {then.vi}")
            en.append(f"{_small(name.en)} {now.en}, {over.en} {then.en}")
        else:
            amount = rounded(found.amount, places)
            vi.append(f"{_small(name.vi)} từ {then.vi} thành {now.vi} ({signed(amount, places, 'vi')})")
            en.append(f"{_small(name.en)} from {then.en} to {now.en} ({signed(amount, places, 'en')})")
    return Text(": " + ", ".join(vi), ": " + ", ".join(en)) if vi else Text("", "")


def _plain(value: Fraction, language: str) -> str:
    """A count or amount: no decimals when it is whole or large, else one."""
    places = 0 if value.denominator == 1 or abs(value) >= 1000 else 1
    return shown(rounded(value, places), places, language)


def _listed(found: list[Contribution], places: int) -> tuple[str, str]:
    vi = [f"{c.part.name.vi} ({signed(rounded(c.amount, places), places, 'vi')})" for c in found]
    en = [f"{c.part.name.en} ({signed(rounded(c.amount, places), places, 'en')})" for c in found]
    return _and(vi, "và"), _and(en, "and")


def _and(names: list[str], word: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _data(comparison: Comparison, places: int) -> Text:
    """Data reasons that add something: they are part of the same total, so they are said apart."""
    notable = [
        c
        for split in comparison.splits
        if split.dimension == DATA
        for c in split.contributions
        if c.part.key in NOTABLE and rounded(c.amount, places)
    ]
    if not notable:
        return Text("", "")
    vi = "; ".join(f"{_small(c.part.name.vi)}: {signed(rounded(c.amount, places), places, 'vi')}" for c in notable)
    en = "; ".join(f"{_small(c.part.name.en)}: {signed(rounded(c.amount, places), places, 'en')}" for c in notable)
    return Text(f" ({vi})", f" ({en})")


def shown(value: Decimal, places: int, language: str) -> str:
    """A decimal for people, with exactly `places` decimals: 1.234,5 in Vietnamese, 1,234.5 in English."""
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return str(format_decimal(value, format=pattern, locale=language))


def signed(value: Decimal, places: int, language: str) -> str:
    """With its sign, a true minus: +0,6 and −1,3."""
    text = shown(value, places, language)
    return f"−{text[1:]}" if text.startswith("-") else f"+{text}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
