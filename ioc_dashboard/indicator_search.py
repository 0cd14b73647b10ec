"""Finding indicators by words, accents optional."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ioc_dashboard.model import Card, Tile


def folded(text: str) -> str:
    """Lower case without accents, đ as d: `Giải ngân Đầu tư` becomes `giai ngan dau tu`."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.replace("đ", "d").split())


def searchable(card: Card) -> str:
    """Everything of a card that a search looks at: code, names, owners."""
    words = (card.name, card.short, card.owner)
    return folded(" ".join([card.code, *(text for word in words for text in (word.vi, word.en))]))


def found(tiles: Sequence[Tile], asked: str) -> list[Tile]:
    """Tiles whose card has every word asked for, in any order; all of them when nothing is asked."""
    words = folded(asked).split()
    return [tile for tile in tiles if all(word in searchable(tile.card) for word in words)]
