"""Why is it red: the gap or change of a value, part by part, as a waterfall whose printed parts add up.

The waterfall is a table with a bar in every row: the drawing and its numbers are one thing, read alike by eye, keyboard
and screen reader, in both themes and on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from ioc_dashboard import formats
from ioc_dashboard.components.indicator_head import leading
from ioc_dashboard.components.markup import esc, status_pill
from ioc_dashboard.model import Card
from ioc_dashboard.queries_indicator import Comparison, Driver, Part, Sheet
from ioc_dashboard.rounding import fitting_places, largest_remainder
from ioc_dashboard.screen import Screen

_DATA = "data"


def chosen(sheet: Sheet, against: str | None, dim: str | None) -> tuple[str, str]:
    """The comparison and the dimension that are shown: what the address asks for where it exists, else the first ones
    with a number; dimensions of matter before reasons of data."""
    known = [name for name, found in sheet.comparisons.items() if found.total is not None]
    if against not in known:
        against = known[0] if known else ""
    dims = dimensions(sheet, against)
    return against, dim if dim in dims else dims[0] if dims else ""


def dimensions(sheet: Sheet, against: str) -> list[str]:
    """Names of the dimensions of a comparison: what has several parts first, reasons of data last."""
    found = sheet.comparisons.get(against)
    if found is None:
        return []
    rank = {"numerator_denominator": 1, _DATA: 2}
    return sorted(found.dimensions, key=lambda name: (rank.get(name, 0), name == "area", name))


def title(screen: Screen, sheet: Sheet) -> str:
    """Heading above the tabs, or why there is nothing below it."""
    heading = screen.t("ind_why_red" if sheet.tile.verdict in ("red", "amber") else "ind_why")
    text = f'<h2 id="why">{esc(heading)}</h2>'
    latest = sheet.tile.latest
    if not sheet.own or (latest and latest.area != screen.info.province_code and not sheet.comparisons):
        return f'{text}<p class="note">{esc(screen.t("ind_why_own"))}</p>'
    if not any(found.total is not None for found in sheet.comparisons.values()):
        return f'{text}<p class="note">{esc(screen.t("ind_why_none"))}</p>'
    return text


def waterfall(screen: Screen, sheet: Sheet, against: str, dim: str) -> str:
    """The comparison along one dimension, in one sentence and as bars; drivers where nothing can be split."""
    found = sheet.comparisons.get(against)
    if found is None or found.total is None:
        return ""
    top = leading(sheet) is found  # its sentence stands at the top of the page
    parts = [] if top else [f'<p class="sentence">{esc(screen.say(found.why))}</p>']
    if not found.decomposable:
        parts.append(f'<p class="note">{esc(screen.t("ind_not_split", why=screen.say(found.why_not)))}</p>')
    elif screen.say(found.why_not):
        parts.append(f'<p class="note">{esc(screen.t("ind_partly_split", why=screen.say(found.why_not)))}</p>')
    if dim in found.dimensions and found.start is not None and found.end is not None:
        parts.append(_table(screen, sheet.tile.card, found, dim))
    if found.drivers:
        parts.append(_drivers(screen, found.drivers))
    return "".join(parts)


def printed(found: Comparison, parts: Sequence[Part], decimals: int) -> tuple[list[Decimal], Decimal, int]:
    """Rounded parts, their total and the places: Σ parts = total, and end − start = total as they are printed."""
    if found.total is None:
        return [], Decimal(0), decimals
    places = fitting_places(found.start, found.end, found.total, decimals)
    unit = Decimal(1).scaleb(-places)
    total = found.total.quantize(unit, ROUND_HALF_EVEN)
    if found.start is not None and found.end is not None:  # as printed: never a unit apart from the ends shown
        start, end = (Decimal(repr(value)).quantize(unit, ROUND_HALF_EVEN) for value in (found.start, found.end))
        total = end - start
    return largest_remainder([part.amount for part in parts], total, places), total, places


def _table(screen: Screen, card: Card, found: Comparison, dim: str) -> str:
    name, parts = found.dimensions[dim]
    amounts, total, places = printed(found, parts, card.decimals)
    unit = screen.say(card.unit)
    start, end = Decimal(repr(found.start)), Decimal(repr(found.end))
    levels, level = [start], start
    for part in parts:
        level += part.amount
        levels.append(level)
    low, high = min(*levels, end), max(*levels, end)
    scale = float(high - low) or 1.0

    def at(value: Decimal) -> float:
        return 2 + 96 * float(value - low) / scale

    better = {"up": 1, "down": -1}.get(card.direction, 0)
    first = screen.t("target") if found.against == "target" else screen.period(found.against_period)
    last = screen.t("ind_value_now")
    body = [_anchor(first, formats.quantity(found.start, unit, places, screen.lang), at(start))]
    for index, (part, amount) in enumerate(zip(parts, amounts, strict=True)):
        left, right = sorted((at(levels[index]), at(levels[index + 1])))
        good = better * (1 if amount > 0 else -1 if amount < 0 else 0)
        css = "good" if good > 0 else "bad" if good < 0 else "flat"
        width = max(right - left, 0.6)
        body.append(
            f'<tr class="{css}"><th scope="row">{esc(screen.say(part.name))}{_ratio(screen, part)}</th>'
            f'<td class="bars"><i style="left:{min(left, 100 - width):.2f}%;width:{width:.2f}%"></i></td>'
            f'<td class="num">{esc(formats.signed(float(amount), places, screen.lang))}</td></tr>'
        )
    body.append(_anchor(last, formats.quantity(found.end, unit, places, screen.lang), at(end)))
    summed = formats.signed(float(total), places, screen.lang)
    what = screen.t("pct_points") if unit == "%" else unit
    body.append(
        f'<tr class="sum"><th scope="row">{esc(screen.t("ind_sum"))}</th><td class="bars"></td>'
        f'<td class="num">{esc(summed)}{formats.NBSP}{esc(what)}</td></tr>'
    )
    return (
        f'<table class="wfall"><caption class="quiet">{esc(screen.say(name))}</caption><thead><tr>'
        f'<th scope="col">{esc(screen.say(name))}</th><th scope="col"><span class="quiet">{esc(screen.t("ind_bar"))}'
        f'</span></th><th scope="col" class="num">{esc(what)}</th></tr></thead>'
        f'<tbody>{"".join(body)}</tbody></table><p class="note">{esc(screen.t("ind_sum_note"))}</p>'
    )


def _anchor(name: str, value: str, place: float) -> str:
    return (
        f'<tr class="anchor"><th scope="row">{esc(name)}</th><td class="bars"><b style="left:{place:.2f}%"></b></td>'
        f'<td class="num">{esc(value)}</td></tr>'
    )


def _ratio(screen: Screen, part: Part) -> str:
    """Numerator of denominator now, where the part has both and they say something."""
    if part.n1 is None or part.d1 is None or not part.d1:
        return ""
    places = 0 if part.n1 == int(part.n1) and part.d1 == int(part.d1) else 1
    return f" <small>{esc(screen.number(part.n1, places))} / {esc(screen.number(part.d1, places))}</small>"


def _drivers(screen: Screen, drivers: Sequence[Driver]) -> str:
    items = "".join(
        f"<li>{status_pill(screen, d.status if d.status != 'grey' else 'untargeted')}"
        f'<a href="{esc(screen.address("indicator", code=d.code))}">{esc(screen.say(d.name))}</a>'
        f'<span class="soft">{esc(screen.period(d.period))}: <b class="num">{esc(_amount(screen, d.value))}</b>'
        + f"{esc(_moved(screen, d))}</span></li>"
        for d in drivers
    )
    return f'<h3>{esc(screen.t("ind_drivers"))}</h3><ul class="drivers">{items}</ul>'


def _amount(screen: Screen, value: float | None) -> str:
    return formats.plain(value, 1 if value is None or abs(value) >= 10 else 2, screen.lang)


def _moved(screen: Screen, driver: Driver) -> str:
    """` (+3 so với Tháng 9/2026)`; empty when nothing earlier is known."""
    if driver.change is None:
        return ""
    than = screen.t("ind_than", period=screen.period(driver.against_period))
    text = _amount(screen, driver.change)
    if not any(digit in "123456789" for digit in text):
        return f" ({screen.t('ind_same', than=than)})"
    return f" ({'+' if driver.change > 0 else ''}{text} {than})"
