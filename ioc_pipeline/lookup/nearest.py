"""Finding the card a person means: by code or by words, with or without Vietnamese marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from rapidfuzz import fuzz

from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.messages import IocError, Message

SUGGESTED = 5
_NEAR, _BEHIND = 55.0, 20.0
"""Least similarity (0–100) of a card that is suggested, and how far it may be behind the best."""


def find_card(cards: Mapping[str, Indicator], asked: str) -> Indicator:
    """The card with this code (whatever its case), or the only one with this name or short name.

    IocError naming the nearest cards otherwise.
    """
    code = asked.strip().upper()
    if code in cards:
        return cards[code]
    words = folded(asked)
    named = [c for c in cards.values() if words in _names(c)]
    if len(named) == 1:
        return named[0]
    near = nearest(cards, asked)
    vi = "; ".join(f"{c.code} ({c.name.vi})" for c in near)
    en = "; ".join(f"{c.code} ({c.name.en})" for c in near)
    raise IocError(
        Message(
            "indicator.unknown",
            f"Không có chỉ số {asked!r}." + (f" Gần nhất: {vi}." if near else " Danh sách: ioc query "
            '"SELECT code, name_vi FROM indicators".'),
            f"There is no indicator {asked!r}." + (f" Nearest: {en}." if near else " All of them: ioc query "
            '"SELECT code, name_en FROM indicators".'),
        )
    )  # fmt: skip


def nearest(cards: Mapping[str, Indicator], asked: str) -> list[Indicator]:
    """Cards whose code or names are like the text, best first."""
    words = folded(asked)
    scores = {code: _likeness(words, card) for code, card in cards.items()}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    least = max(_NEAR, max(scores.values(), default=0.0) - _BEHIND)
    return [cards[code] for code in ranked[:SUGGESTED] if scores[code] >= least]


def _likeness(words: str, card: Indicator) -> float:
    """0–100: how like a card's code or names the words are; the beginning of a code is as good as the code."""
    code = folded(card.code)
    if code.startswith(words):
        return 100.0
    return max(fuzz.ratio(words, code), *(fuzz.token_set_ratio(words, name) for name in _names(card)))


def folded(text: str) -> str:
    """Lower case, no marks, words separated by single spaces: Hồ sơ đúng hạn → ho so dung han."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain.replace("đ", "d")).split())


def _names(card: Indicator) -> list[str]:
    return [folded(t) for t in (card.name.vi, card.name.en, card.short.vi, card.short.en)]
