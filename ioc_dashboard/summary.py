"""What the numbers say together: counts by status, what needs attention, change against an earlier period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ioc_dashboard import formats
from ioc_dashboard.model import Clause, Feed, Tile, Value, Words

VERDICTS = ("red", "amber", "green", "grey", "untargeted")
_POINT_UNITS = {"%", "điểm", "điểm %", "points", "percentage points"}
_VERDICTS = {"pass": "passed", "fail": "failed", "undetermined": "unknown", "not_tested": "untested"}
_CUMULATIVE = {"ytd", "ytd_share"}


def count(tiles: Sequence[Tile]) -> dict[str, int]:
    """Number of indicators by verdict, every verdict named."""
    counted = Counter(tile.verdict for tile in tiles)
    return {verdict: counted.get(verdict, 0) for verdict in VERDICTS}


def attention(tiles: Sequence[Tile]) -> list[Tile]:
    """Indicators off target, then near it, each in the order of the cards."""
    return [tile for verdict in ("red", "amber") for tile in tiles if tile.verdict == verdict]


def by_field(tiles: Sequence[Tile]) -> list[tuple[Words, list[Tile]]]:
    """Tiles grouped by field of management, in the order of their first card."""
    groups: dict[str, tuple[Words, list[Tile]]] = {}
    for tile in tiles:
        field = tile.card.field
        groups.setdefault(field.vi or field.en, (field, []))[1].append(tile)
    return list(groups.values())


@dataclass(frozen=True)
class Change:
    """Difference to an earlier value; `points` when it is a plain difference, else per cent."""

    amount: float
    points: bool
    earlier: Value
    good: bool | None  # None: the card does not say which way is better, or nothing changed


def change(tile: Tile) -> Change | None:
    """Change of the newest value: a running total is compared with the same period of the year before."""
    latest = tile.latest
    if latest is None or latest.value is None:
        return None
    earlier = _earlier(tile, latest)
    if earlier is None or earlier.value is None:
        return None
    difference = latest.value - earlier.value
    points = tile.card.unit.vi in _POINT_UNITS or tile.card.unit.en in _POINT_UNITS
    if points:
        amount = difference
    elif earlier.value:
        amount = 100.0 * difference / abs(earlier.value)
    else:
        return None
    good = None
    if difference and tile.card.direction in ("up", "down"):
        good = (difference > 0) == (tile.card.direction == "up")
    return Change(amount, points, earlier, good)


def _earlier(tile: Tile, latest: Value) -> Value | None:
    before = [value for value in tile.history if value.value is not None and value.period != latest.period]
    if latest.measure in _CUMULATIVE:
        wanted = year_before(latest.period)
        before = [value for value in before if value.period == wanted]
    return before[-1] if before else None


def year_before(period: str) -> str:
    """The same period of the previous year: `2026-Q3` gives `2025-Q3`."""
    match = re.fullmatch(r"(\d{4})(.*)", period)
    return f"{int(match[1]) - 1}{match[2]}" if match else ""


def gap(tile: Tile) -> float | None:
    """How far the newest value is on the good side of its target; negative when it falls short."""
    latest = tile.latest
    if latest is None or latest.value is None or latest.target is None:
        return None
    distance = latest.value - latest.target
    return -distance if tile.card.direction == "down" else distance


def target_text(tile: Tile, lang: str) -> str | None:
    """Target with its comparison sign and unit: `≥ 98,0%`; None when this period has none."""
    if tile.latest is None or tile.latest.target is None:
        return None
    sign = {"up": "≥ ", "down": "≤ "}.get(tile.card.direction, "")
    unit = tile.card.unit.say(lang)
    return sign + formats.with_unit(formats.plain(tile.latest.target, tile.card.decimals, lang), unit)


def per_row(tiles: int, columns: int) -> int:
    """Tiles side by side in a field, so that its last row has the fewest holes."""
    if tiles <= columns:
        return max(1, tiles)
    return min((columns, columns - 1), key=lambda wide: (-tiles % wide, -wide)) if columns > 2 else columns


def span(tiles: int, columns: int) -> int:
    """Columns of the page a field takes: one that nearly fills a row takes all of it."""
    return columns if tiles >= columns - 1 and columns > 2 else min(tiles, columns)


def watched(feeds: Sequence[Feed]) -> dict[str, list[Feed]]:
    """Feeds that are not fine, by state, worst first."""
    states = ("blocked", "held", "late", "never")
    found = {state: [feed for feed in feeds if feed.health == state] for state in states}
    return {state: members for state, members in found.items() if members}


def clause_verdict(clause: Clause) -> str:
    """`failed`, `unknown`, `passed`, or `untested` when no rule ran: never passed without a result.

    The release's own verdict decides; older releases have none, and the results of the rules are counted instead.
    """
    if clause.verdict:
        return _VERDICTS.get(clause.verdict, "unknown")
    if clause.failed:
        return "failed"
    if clause.unknown:
        return "unknown"
    return "passed" if clause.passed else "untested"
