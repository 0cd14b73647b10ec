"""A line over the periods with its target, and the table of the same numbers behind it."""

from __future__ import annotations

from base64 import b64encode

from ioc_dashboard import formats
from ioc_dashboard.components.markup import esc, status_pill, table
from ioc_dashboard.model import Tile, Value
from ioc_dashboard.screen import Screen

_WIDTH, _HEIGHT, _SIDE, _PAD = 900.0, 190.0, 18.0, 8.0
_LINE, _TARGET = "#5b86c4", "#8b97a9"
_DOTS = {"green": "#1f9d61", "amber": "#d98200", "red": "#dc4a4a"}


def trend_section(screen: Screen, tile: Tile) -> str:
    """Chart and table of one card's history."""
    title = f"<h2>{esc(screen.t('svc_trend', name=screen.say(tile.card.name)))}</h2>"
    drawn = [value for value in tile.history if value.value is not None]
    if len(drawn) < 2:
        return f'<section class="svc-trend">{title}<p class="calm">{esc(screen.t("svc_too_few"))}</p></section>'
    low, high = _range(drawn)
    source = "data:image/svg+xml;base64," + b64encode(_drawing(tile.history, low, high).encode()).decode("ascii")
    first, last = tile.history[0], tile.history[-1]
    return (
        f'<section class="svc-trend">{title}<figure><p class="scale" aria-hidden="true">'
        f"<span>{_amount(screen, tile, high)}</span><span>{_amount(screen, tile, low)}</span></p>"
        f'<img src="{source}" alt="{esc(_words(screen, tile, drawn))}" width="900" height="190">'
        f'<p class="ends" aria-hidden="true"><span>{esc(screen.period(first.period))}</span>'
        f"<span>{esc(screen.t('svc_trend_target'))}</span><span>{esc(screen.period(last.period))}</span></p></figure>"
        f"<details><summary>{esc(screen.t('svc_numbers'))}</summary>{_table(screen, tile)}</details></section>"
    )


def _amount(screen: Screen, tile: Tile, value: float | None) -> str:
    return esc(formats.quantity(value, screen.say(tile.card.unit), tile.card.decimals, screen.lang))


def _words(screen: Screen, tile: Tile, drawn: list[Value]) -> str:
    lowest = min(drawn, key=lambda value: value.value or 0.0)

    def amount(value: Value) -> str:
        return formats.quantity(value.value, screen.say(tile.card.unit), tile.card.decimals, screen.lang)

    return screen.t(
        "svc_trend_alt", name=screen.say(tile.card.name), count=len(drawn), first=amount(drawn[0]),
        first_period=screen.period(drawn[0].period), last=amount(drawn[-1]),
        last_period=screen.period(drawn[-1].period), low=amount(lowest), low_period=screen.period(lowest.period),
    )  # fmt: skip


def _range(values: list[Value]) -> tuple[float, float]:
    numbers = [number for value in values for number in (value.value, value.target) if number is not None]
    low, high = min(numbers), max(numbers)
    spread = (high - low) or abs(high) or 1.0
    return low - spread * 0.05, high + spread * 0.05


def _drawing(values: tuple[Value, ...], low: float, high: float) -> str:
    step = (_WIDTH - 2 * _SIDE) / max(1, len(values) - 1)

    def at(index: int, number: float) -> str:
        return f"{_SIDE + index * step:.1f},{_PAD + (high - number) / (high - low) * (_HEIGHT - 2 * _PAD):.1f}"

    def stroke(points: list[str], colour: str, width: float, extra: str = "") -> str:
        return (
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-linejoin="round" stroke-linecap="round" vector-effect="non-scaling-stroke"{extra}/>'
        )

    parts = [
        stroke([at(index, number) for index, number in run], colour, 2.4, extra)
        for name, colour, extra in (("target", _TARGET, ' stroke-dasharray="6 5"'), ("value", _LINE, ""))
        for run in _runs(values, name)
    ]
    # A dot is a line of no length with round ends: it stays round however the picture is stretched.
    parts += [
        stroke([at(index, value.value)] * 2, _DOTS.get(value.status, _LINE), 9)
        for index, value in enumerate(values)
        if value.value is not None
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" preserveAspectRatio="none">'
        f"{''.join(parts)}</svg>"
    )


def _runs(values: tuple[Value, ...], name: str) -> list[list[tuple[int, float]]]:
    """Unbroken stretches: a period without a number is a gap, never a bridge."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        number = getattr(value, name)
        if number is None:
            runs.append([])
        else:
            runs[-1].append((index, number))
    return [run for run in runs if run]


def _table(screen: Screen, tile: Tile) -> str:
    heads = [(screen.t("svc_period"), ""), (screen.t("col_value"), "num"), (screen.t("col_target"), "num"),
             (screen.t("col_status"), "")]  # fmt: skip
    rows = [
        [
            esc(screen.period(value.period)),
            _amount(screen, tile, value.value) if value.value is not None else esc(screen.t("value_missing")),
            _amount(screen, tile, value.target) if value.target is not None else formats.MISSING,
            status_pill(screen, "untargeted" if value.grey_cause == "no_target" else value.status),
        ]
        for value in reversed(tile.history)
    ]
    return table(screen.say(tile.card.name), heads, rows, "svc-grid narrow")
