"""The chart of an indicator: values, the path of its target, the forecast with its interval; and the same as a table.

An SVG inside an `<img>` (two of them: one for the wall, one for a phone), so letters inside come from the device and
colours follow the reader's light or dark by a media query of the image's own.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from ioc_dashboard import formats
from ioc_dashboard.components.indicator_scale import Frame, bounds, tick_places, ticks
from ioc_dashboard.components.markup import esc, table
from ioc_dashboard.model import Value
from ioc_dashboard.queries_indicator import ForecastPoint, Sheet, TargetPoint
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import DATA_TYPES

Point = tuple[date, float]
T = TypeVar("T")
CUMULATIVE = {"ytd", "ytd_rate", "ytd_share"}
_LIGHT = "--ink:#46566f;--grid:#dce2eb;--line:#0b4a8f;--dot:#0b4a8f;--plan:#8f5200;--fc:#5b3a9e;--now:#12233d;--bg:#fff"
_DARK = (
    "--ink:#b3c0d4;--grid:#2b3d58;--line:#8dbdf7;--dot:#8dbdf7;--plan:#f7bd5c;--fc:#c6b0ff;--now:#eef3fa;--bg:#142032"
)
_STYLE = (
    "text{font-family:'Be Vietnam Pro',system-ui,'Segoe UI',Roboto,Arial,sans-serif;fill:var(--ink)}"
    ".g{stroke:var(--grid)}.v{stroke:var(--line);fill:none;stroke-width:3;stroke-linejoin:round;stroke-linecap:round}"
    ".d{fill:var(--dot)}.p{stroke:var(--plan);fill:none;stroke-width:2.2;stroke-dasharray:7 5}"
    ".pb{fill:var(--plan);opacity:.16}.f{stroke:var(--fc);fill:none;stroke-width:2.6;stroke-dasharray:2 5;"
    "stroke-linecap:round}.fb{fill:var(--fc);opacity:.2}.fd{fill:none;stroke:var(--fc);stroke-width:2.2}"
    ".n{fill:var(--now);font-weight:700;paint-order:stroke;stroke:var(--bg);stroke-width:5px;stroke-linejoin:round}"
)


def chart(screen: Screen, sheet: Sheet) -> str:
    """Both images with the same words, a legend, and the numbers as a table."""
    drawn = [value for value in sheet.series if value.value is not None and value.period_end is not None]
    title = f"<h2>{esc(screen.t('ind_chart'))}</h2>"
    if not drawn:
        return f'<section class="ichart">{title}<p class="note">{esc(screen.t("ind_chart_none"))}</p></section>'
    words = esc(description(screen, sheet, drawn))
    images = "".join(
        f'<img class="{css}" src="data:image/svg+xml;base64,{_encoded(screen, sheet, drawn, wide, high, size)}" '
        f'alt="{words}" width="{wide}" height="{high}">'
        for css, wide, high, size in (("on-wall", 1000, 340, 17), ("on-phone", 360, 270, 12.5))
    )
    return (
        f'<section class="ichart">{title}<figure>{images}</figure>{legend(screen, sheet)}'
        f"<details><summary>{esc(screen.t('ind_numbers'))}</summary>{numbers(screen, sheet)}</details></section>"
    )


def description(screen: Screen, sheet: Sheet, drawn: Sequence[Value]) -> str:
    """What the chart shows, in words."""
    card = sheet.tile.card
    unit, places = screen.say(card.unit), card.decimals
    amounts = [value.value for value in drawn if value.value is not None]

    def amount(number: float | None) -> str:
        return formats.quantity(number, unit, places, screen.lang)

    text = screen.t(
        "spark", name=screen.say(card.short), count=len(drawn), first=amount(amounts[0]), last=amount(amounts[-1]),
        first_period=screen.period(drawn[0].period), last_period=screen.period(drawn[-1].period),
        low=amount(min(amounts)), high=amount(max(amounts)),
    )  # fmt: skip
    if sheet.tile.latest and sheet.tile.latest.target is not None:
        text += screen.t("spark_target", target=amount(sheet.tile.latest.target))
    forecast = sheet.forecast
    if forecast and forecast.landing is not None and forecast.points:
        text += screen.t(
            "ind_alt_forecast", year=forecast.year, landing=amount(forecast.landing), low=amount(forecast.low),
            high=amount(forecast.high),
        )  # fmt: skip
    return text


def legend(screen: Screen, sheet: Sheet) -> str:
    """What the lines are."""
    items = [("k-v", screen.t("ind_values"))]
    if _targets(sheet):
        items.append(("k-p", screen.t("ind_path")))
    if _future(sheet) and sheet.forecast:
        level = formats.plain(100 * sheet.forecast.level, 0, screen.lang)
        items.append(("k-f", screen.t("ind_forecast_band", level=level)))
    spans = "".join(f'<span><i class="{css}" aria-hidden="true"></i>{esc(text)}</span>' for css, text in items)
    return f'<p class="keys">{spans}</p>'


def numbers(screen: Screen, sheet: Sheet) -> str:
    """The chart as a table, newest period first."""
    places, lang = sheet.tile.card.decimals, screen.lang
    targets = {point.period: point for point in _targets(sheet)}
    heads = [(screen.t("ind_period"), ""), (screen.t("col_value"), "num"), (screen.t("target"), "num"),
             (screen.t("ind_kind"), "")]  # fmt: skip
    rows = []
    for point in reversed(_future(sheet)):
        band = f"{formats.number(point.low, places, lang)} – {formats.number(point.high, places, lang)}"
        rows.append([
            esc(screen.period(point.period)), f"{formats.number(point.value, places, lang)} <small>({band})</small>",
            _target(targets.get(point.period), places, lang), esc(screen.t("ind_forecast_word")),
        ])  # fmt: skip
    for value in reversed(sheet.series):
        kind = DATA_TYPES.get(value.data_type)
        shown = formats.number(value.value, places, lang) if value.value is not None else screen.t("value_missing")
        asked = formats.plain(value.target, places, lang) if value.target is not None else ""
        rows.append([esc(screen.period(value.period)), esc(shown),
                     asked or _target(targets.get(value.period), places, lang),
                     esc(screen.say(kind) if kind else value.data_type)])  # fmt: skip
    caption = f"{screen.say(sheet.tile.card.short)} ({screen.say(sheet.tile.card.unit)})"
    return f'<div class="scroll" tabindex="0">{table(caption, heads, rows)}</div>'


def _target(point: TargetPoint | None, places: int, lang: str) -> str:
    return formats.plain(point.target, places, lang) if point else ""


def _targets(sheet: Sheet) -> list[TargetPoint]:
    """Points of the target path for periods of the kind drawn, inside the time drawn; where the path has none of that
    kind, the targets that the values themselves carry."""
    days = [value.period_end for value in sheet.series if value.period_end]
    if not days:
        return []
    kind = _kind(sheet.series[-1].period)
    points = [point for point in sheet.path if point.period_end >= days[0] and _kind(point.period) == kind]
    if points:
        return points
    return [
        TargetPoint(value.period, value.period_end, value.target, None)
        for value in sheet.series
        if value.target is not None and value.period_end is not None
    ]


def _future(sheet: Sheet) -> list[ForecastPoint]:
    """Forecast periods that are drawn: of the kind of period the values come in, and with a number."""
    kind = _kind(sheet.series[-1].period) if sheet.series else ""
    points = sheet.forecast.points if sheet.forecast else ()
    return [point for point in points if point.value is not None and _kind(point.period) == kind]


def _kind(period: str) -> str:
    """What a period code looks like: `2026-Q3` gives `dddd-Qd`."""
    return "".join("d" if sign.isdigit() else sign for sign in period)


def _encoded(screen: Screen, sheet: Sheet, drawn: Sequence[Value], wide: int, high: int, size: float) -> str:
    return b64encode(_svg(screen, sheet, drawn, wide, high, size).encode("utf-8")).decode("ascii")


def _svg(screen: Screen, sheet: Sheet, drawn: Sequence[Value], wide: int, high: int, size: float) -> str:
    targets, future = _targets(sheet), _future(sheet)
    frame, marks, texts = _frame_of(screen, drawn, targets, future, wide, high, size)
    named = {v.period_end: v.period for v in drawn if v.period_end}
    named |= {p.period_end: p.period for p in targets} | {p.period_end: p.period for p in future}
    values = [(v.period_end, v.value) for v in drawn if v.period_end and v.value is not None]
    parts = [_grid(frame, marks, texts, size), _days(screen, frame, named, size)]
    parts += _target_path(frame, targets)
    if future:
        parts += _forecast(frame, values[-1], future, size)
    parts += [
        f'<polyline class="v" points="{_points(frame, run)}"/>'
        for run in _runs(values, drawn[-1].measure in CUMULATIVE)
    ]
    if len(values) <= 40:
        parts += [_dot(frame, point, "d", size * 0.22) for point in values]
    label = formats.quantity(values[-1][1], None, sheet.tile.card.decimals, screen.lang)
    parts.append(_newest(frame, values[-1], label, size, beside=bool(future)))
    own = {"light": _LIGHT, "dark": _DARK}.get(screen.theme or "")
    colours = f":root{{{own or _LIGHT}}}" + (
        "" if own else f"@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}"
    )  # the reader's device decides unless the address does
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'font-size="{size:g}"><style>{colours}{_STYLE}</style>{"".join(parts)}</svg>'
    )


def _frame_of(
    screen: Screen, drawn: Sequence[Value], targets: Sequence[TargetPoint], future: Sequence[ForecastPoint],
    wide: int, high: int, size: float,
) -> tuple[Frame, list[float], list[str]]:  # fmt: skip
    """Where everything goes, and the marks of the upright axis with their texts."""
    found = [v.value for v in drawn] + [n for p in targets for n in (p.target, p.high)]
    found += [n for p in future for n in (p.low, p.high, p.value)]
    low, top = bounds([number for number in found if number is not None])
    marks = ticks(low, top)
    texts = [screen.number(mark, tick_places(marks)) for mark in marks]
    days = [v.period_end for v in drawn if v.period_end]
    days += [p.period_end for p in targets] + [p.period_end for p in future]
    left = 16 + size * 0.6 * max(map(len, texts))
    frame = Frame(left, wide - size * 1.6, size * 1.5, high - size * 1.9, min(days), max(days), low, top)
    return frame, marks, texts


def _target_path(frame: Frame, targets: Sequence[TargetPoint]) -> list[str]:
    moving = [p for i, p in enumerate(targets) if i and p.target != targets[i - 1].target]
    yearly = bool(moving) and targets[0].path != "straight"
    parts = [_dashes(frame, run) for run in _runs([(p.period_end, p.target) for p in targets], yearly)]
    for run in _runs([(p.period_end, (p.target, p.high)) for p in targets if p.high is not None], yearly):
        edge = [(day, low) for day, (low, _) in run] + [(day, top or low) for day, (low, top) in reversed(run)]
        parts.append(f'<polygon class="pb" points="{_points(frame, edge)}"/>')
    return parts


def _forecast(frame: Frame, newest: Point, future: Sequence[ForecastPoint], size: float) -> list[str]:
    middle = [(p.period_end, p.value) for p in future if p.value is not None]
    lower = [(p.period_end, p.low) for p in future if p.low is not None]
    upper = [(p.period_end, p.high) for p in future if p.high is not None]
    return [
        f'<polygon class="fb" points="{_points(frame, [newest, *lower, *reversed(upper)])}"/>',
        f'<polyline class="f" points="{_points(frame, [newest, *middle])}"/>',
        *(_dot(frame, point, "fd", size * 0.28) for point in middle),
    ]


def _dashes(frame: Frame, run: Sequence[Point]) -> str:
    """A stretch of the target path; a single period becomes a short dash."""
    if len(run) > 1:
        return f'<polyline class="p" points="{_points(frame, run)}"/>'
    ((day, value),) = run
    x, y = frame.x(day), frame.y(value)
    return f'<line class="p" x1="{x - 12:.1f}" x2="{x + 12:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _runs(points: Sequence[tuple[date, T]], yearly: bool) -> list[list[tuple[date, T]]]:
    """Stretches of a line. A running total, and a target set year by year, start anew every January: the line is
    broken there."""
    runs: list[list[tuple[date, T]]] = []
    for day, what in points:
        if runs and not (yearly and runs[-1][-1][0].year != day.year):
            runs[-1].append((day, what))
        else:
            runs.append([(day, what)])
    return runs


def _points(frame: Frame, points: Sequence[Point]) -> str:
    return " ".join(f"{frame.x(day):.1f},{frame.y(value):.1f}" for day, value in points)


def _dot(frame: Frame, point: Point, css: str, radius: float) -> str:
    return f'<circle class="{css}" cx="{frame.x(point[0]):.1f}" cy="{frame.y(point[1]):.1f}" r="{radius:.1f}"/>'


def _grid(frame: Frame, marks: Sequence[float], texts: Sequence[str], size: float) -> str:
    return "".join(
        f'<line class="g" x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{frame.y(m):.1f}" y2="{frame.y(m):.1f}"/>'
        f'<text x="{frame.left - 8:.1f}" y="{frame.y(m) + size * 0.34:.1f}" text-anchor="end">{esc(text)}</text>'
        for m, text in zip(marks, texts, strict=True)
    )


def _days(screen: Screen, frame: Frame, named: Mapping[date, str], size: float) -> str:
    """Names of periods below the axis, as many as fit, the last one among them."""
    known = sorted(named.items())
    width = size * 0.62 * (max(len(short(screen, period)) for _, period in known) + 2)
    found, edge = [], frame.right + size * 1.5
    for day, period in reversed(known):
        text, x = short(screen, period), frame.x(day)
        half = size * 0.3 * len(text)
        place = min(x, frame.right + size * 1.4 - half)
        if place + half <= edge and place - half >= 0:
            found.append(
                f'<text x="{place:.1f}" y="{frame.bottom + size * 1.5:.1f}" text-anchor="middle">{text}</text>'
            )
            edge = place - width + half
    return "".join(found)


def short(screen: Screen, period: str) -> str:
    """A period in a few letters: `10/2026`, `QIII/2026`, `20/11`."""
    if len(period) == 10:
        return f"{period[8:]}/{period[5:7]}"
    if "-Q" in period:
        return formats.period(period, screen.lang).replace("Quý ", "Q")
    if "-H" in period:
        return f"{period[-2:]} {period[:4]}"
    return f"{int(period[5:])}/{period[:4]}" if len(period) == 7 else period


def _newest(frame: Frame, point: Point, text: str, size: float, beside: bool) -> str:
    """The newest value, larger than the others and in figures; `beside`: to the left, out of the forecast's way."""
    x, y = frame.x(point[0]), frame.y(point[1])
    half = size * 0.36 * len(text)
    place = min(max(x - (half if beside else 0), frame.left + half), frame.right + size - half)
    above = y - size * 0.75 if y - size * 1.6 > 0 else y + size * 1.5
    return (
        _dot(frame, point, "d", size * 0.4) + f'<text class="n" x="{place:.1f}" y="{above:.1f}" '
        f'font-size="{size * 1.15:.1f}" text-anchor="middle">{esc(text)}</text>'
    )
