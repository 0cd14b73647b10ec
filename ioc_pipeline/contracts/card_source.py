"""A file of indicator cards with its `defaults` filled into every card, each value keeping the line it stands on."""

from __future__ import annotations

from typing import Any

from ioc_pipeline.contracts.positions import Place, Source

_EITHER = (("feed", "no_source"), ("select", "formula"), ("thresholds", "amber_margin"))
"""Keys that exclude each other: a card that states one does not take a default for the other."""


def with_defaults(source: Source) -> Source:
    """The same file as if every card had written the file's defaults itself; a card's own key wins whole."""
    defaults, cards = source.mapping("defaults"), source.entries("indicators")
    if not defaults or not cards:
        return source
    places, own = _inside(source.top, "defaults"), _listed(source.top, "indicators")
    filled: list[Any] = []
    where: list[Place] = []
    for position, card in enumerate(cards):
        place = own[position] if position < len(own) else Place(source.top.line)
        if isinstance(card, dict):
            taken = {key: value for key, value in defaults.items() if key not in card and not _excluded(key, card)}
            inside = place.inside if isinstance(place.inside, dict) else {}
            place = Place(place.line, {**{k: p for k, p in places.items() if k in taken}, **inside}, place.repeated)
            card = {**taken, **card}
        filled.append(card)
        where.append(place)
    inside_top = source.top.inside if isinstance(source.top.inside, dict) else {}
    top = Place(source.top.line, {**inside_top, "indicators": Place(_line(source.top, "indicators"), where)})
    return Source(source.path, {**source.data, "indicators": filled}, top, source.text)


def _excluded(key: str, card: dict[str, Any]) -> bool:
    return any(key in pair and any(other in card for other in pair) for pair in _EITHER)


def _inside(top: Place, key: str) -> dict[str, Place]:
    child = top.inside.get(key) if isinstance(top.inside, dict) else None
    return child.inside if child is not None and isinstance(child.inside, dict) else {}


def _listed(top: Place, key: str) -> list[Place]:
    child = top.inside.get(key) if isinstance(top.inside, dict) else None
    return child.inside if child is not None and isinstance(child.inside, list) else []


def _line(top: Place, key: str) -> int:
    child = top.inside.get(key) if isinstance(top.inside, dict) else None
    return child.line if child is not None else top.line
