"""Finding indicators by words, accents optional."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from ioc_dashboard.model import Card, Tile


def folded(text: str) -> str:
    """Lower case without accents, đ as d: `Giải ngân Đầu tư` becomes `giai ngan dau tu`."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.replace("đ", "d").split())


def found(tiles: Sequence[Tile], asked: str) -> list[Tile]:
    """Tiles whose code, names or owner answer what is asked; all of them when nothing is asked.

    The closest way of answering that finds anything decides: the words as written, accents and all; the same words
    without accents; every word at the start of a word, in any order; every word anywhere.
    """
    exact, plain = _composed(asked), folded(asked)
    if not plain:
        return list(tiles)
    texts = [(tile, _text(tile.card)) for tile in tiles]
    words = plain.split()
    ways: list[Callable[[str], bool]] = [
        lambda text: f" {exact}" in _composed(f" {text}"),
        lambda text: f" {plain}" in f" {folded(text)}",
        lambda text: all(f" {word}" in f" {folded(text)}" for word in words),
        lambda text: all(word in folded(text) for word in words),
    ]
    for answers in ways[0 if exact != plain else 1 :]:
        matching = [tile for tile, text in texts if answers(text)]
        if matching:
            return matching
    return []


def _text(card: Card) -> str:
    words = (card.name, card.short, card.owner)
    return " ".join([card.code, *(text for word in words for text in (word.vi, word.en))])


def _composed(text: str) -> str:
    """Lower case with its accents, one blank between words; a leading blank stays one."""
    lead = " " if text.startswith(" ") else ""
    return lead + " ".join(unicodedata.normalize("NFC", text).casefold().split())
