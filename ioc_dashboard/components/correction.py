"""A corrected value says so wherever it is shown: a label, and who, why and the raw value in words."""

from __future__ import annotations

from ioc_dashboard.components.markup import esc, tag
from ioc_dashboard.model import Tile
from ioc_dashboard.screen import Screen


def correction_text(screen: Screen, tile: Tile) -> str:
    """Who corrected the value and why, and what the source said; empty for a value as it came."""
    value = tile.latest
    if value is None or not screen.say(value.correction):
        return ""
    raw = "–" if value.raw_value is None else screen.number(value.raw_value, tile.card.decimals)
    return f"{screen.say(value.correction)} ({screen.t('raw_value', raw=raw)})"


def correction_tag(screen: Screen, tile: Tile) -> str:
    """Label of a corrected value; its words as hint."""
    text = correction_text(screen, tile)
    return tag(screen.t("corrected"), "corrected", text) if text else ""


def correction_note(screen: Screen, tile: Tile) -> str:
    """The words in full, for the panel behind the badge."""
    text = correction_text(screen, tile)
    return f'<p class="reason">{correction_tag(screen, tile)} {esc(text)}</p>' if text else ""
