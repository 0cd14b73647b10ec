"""The pace a year's target still asks for beside the pace so far, in the words and the unit of how the year adds up."""

from __future__ import annotations

from ioc_dashboard import formats
from ioc_dashboard.model import Tile
from ioc_dashboard.screen import Screen

_MEANS = ("mean", "average")


def unit_of(screen: Screen, tile: Tile, form: str) -> str:
    """What a pace is counted in: a percentage moves or adds up in points; a mean of percentages is one itself."""
    unit = screen.say(tile.card.unit)
    return screen.t("pct_points") if unit == "%" and form not in _MEANS else unit


def needed_text(screen: Screen, tile: Tile, form: str, needed: float | None, unit: str = "") -> str:
    """What each period to come must bring: needed, at most, to spare, or past saving; with `unit` behind the number.
    Empty for a range, which has no pace."""
    direction = tile.card.direction
    if direction == "band":
        return ""
    if needed is None:
        return screen.t("pace_needed", amount=formats.MISSING)
    if form in _MEANS:
        words = "pace_cap" if direction == "down" else "pace_needed"
        return screen.t(words, amount=_amount(screen, tile, needed, unit))
    met = needed > 0 if direction == "down" else needed < 0
    if direction == "down" and form != "state":
        return screen.t("pace_cap" if needed >= 0 else "pace_passed", amount=_amount(screen, tile, needed, unit))
    if met:
        return screen.t("pace_spare", amount=_amount(screen, tile, abs(needed), unit))
    return screen.t("pace_needed", amount=_amount(screen, tile, needed, unit, signed=form == "state"))


def now_text(screen: Screen, tile: Tile, form: str, now: float | None, unit: str = "") -> str:
    """What each period of the year brought so far."""
    return formats.MISSING if now is None else _amount(screen, tile, now, unit, signed=form == "state")


def _amount(screen: Screen, tile: Tile, value: float, unit: str, *, signed: bool = False) -> str:
    """A state moves up or down; a sum or a mean gets so much in each period."""
    written = formats.signed if signed else formats.number
    return formats.with_unit(written(value, max(tile.card.decimals, 1), screen.lang), unit)
