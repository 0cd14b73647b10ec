"""A small drawing of an indicator's history, with a text that says the same.

It is an SVG inside an `<img>`: Streamlit removes inline SVG from HTML, and an image can carry
`alt` text and can never run a script. Flows of a period are columns, everything else is a line.
"""

from __future__ import annotations

from base64 import b64encode

from ioc_dashboard import formats
from ioc_dashboard.components.markup import esc
from ioc_dashboard.model import Tile, Value
from ioc_dashboard.screen import Screen

POINTS = 13
_WIDTH, _HEIGHT, _PAD = 132.0, 44.0, 4.0
_LINE = "#6f92c6"
_SOFT = "#6f92c655"
_TARGET = "#8b97a9"
_DOTS = {"green": "#1f9d61", "amber": "#d98200", "red": "#dc4a4a"}
_FLOWS = {"period", "month"}


def sparkline(screen: Screen, tile: Tile) -> str:
    """Image of the last values; empty when there are fewer than two."""
    shown = list(tile.history[-POINTS:])
    drawn = [value for value in shown if value.value is not None]
    if len(drawn) < 2:
        return ""
    colour = _DOTS.get(tile.verdict, _LINE)
    target = tile.latest.target if tile.latest else None
    svg = _columns(shown, target, colour) if drawn[-1].measure in _FLOWS else _line(shown, target, colour)
    source = "data:image/svg+xml;base64," + b64encode(svg.encode("utf-8")).decode("ascii")
    words = esc(description(screen, tile, drawn, target))
    return f'<img class="spark" src="{source}" alt="{words}" width="132" height="44">'


def description(screen: Screen, tile: Tile, drawn: list[Value], target: float | None) -> str:
    """What the drawing shows, in words."""
    unit, decimals = screen.say(tile.card.unit), tile.card.decimals

    def amount(number: float | None) -> str:
        return formats.quantity(number, unit, decimals, screen.lang)

    numbers = [value.value for value in drawn if value.value is not None]
    text = screen.t(
        "spark",
        name=screen.say(tile.card.short),
        count=len(drawn),
        first=amount(numbers[0]),
        first_period=screen.period(drawn[0].period),
        last=amount(numbers[-1]),
        last_period=screen.period(drawn[-1].period),
        low=amount(min(numbers)),
        high=amount(max(numbers)),
    )
    return text + (screen.t("spark_target", target=amount(target)) if target is not None else "")


def _scale(values: list[Value], target: float | None, from_zero: bool) -> tuple[float, float]:
    numbers = [value.value for value in values if value.value is not None]
    low, high = min(numbers), max(numbers)
    spread = (high - low) or abs(high) or 1.0
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    # a target far away would flatten the history: it is drawn only when it is in reach
    if target is not None and low - 1.5 * spread <= target <= high + 1.5 * spread:
        low, high = min(low, target), max(high, target)
    if low == high:
        low, high = low - 1.0, high + 1.0
    return low, high


def _height(number: float, low: float, high: float) -> float:
    return _HEIGHT - _PAD - (number - low) / (high - low) * (_HEIGHT - 2 * _PAD)


def _target_line(target: float | None, low: float, high: float) -> str:
    if target is None or not low <= target <= high:
        return ""
    y = _height(target, low, high)
    return (
        f'<line x1="0" x2="{_WIDTH:g}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_TARGET}" '
        'stroke-width="1.2" stroke-dasharray="4 3"/>'
    )


def _line(values: list[Value], target: float | None, colour: str) -> str:
    low, high = _scale(values, target, from_zero=False)
    step = (_WIDTH - 2 * _PAD) / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value.value is None:
            runs.append([])
        else:
            runs[-1].append((_PAD + index * step, _height(value.value, low, high)))
    parts = [_target_line(target, low, high)]
    for run in filter(None, runs):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
        if len(run) > 1:
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{_LINE}" stroke-width="2.2" '
                'stroke-linejoin="round" stroke-linecap="round"/>'
            )
        else:
            parts.append(f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="1.6" fill="{_LINE}"/>')
    x, y = [run for run in runs if run][-1][-1]
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{colour}"/>')
    return _frame(parts)


def _columns(values: list[Value], target: float | None, colour: str) -> str:
    low, high = _scale(values, target, from_zero=True)
    step = _WIDTH / len(values)
    zero = _height(0.0, low, high)
    last = max(index for index, value in enumerate(values) if value.value is not None)
    parts = []
    for index, value in enumerate(values):
        if value.value is None:
            continue
        y = _height(value.value, low, high)
        fill = colour if index == last else _SOFT
        parts.append(
            f'<rect x="{index * step + step * 0.15:.1f}" y="{min(y, zero):.1f}" width="{step * 0.7:.1f}" '
            f'height="{max(1.0, abs(zero - y)):.1f}" rx="1.2" fill="{fill}"/>'
        )
    return _frame([*parts, _target_line(target, low, high)])


def _frame(parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" '
        f'width="{_WIDTH:g}" height="{_HEIGHT:g}">{"".join(parts)}</svg>'
    )
