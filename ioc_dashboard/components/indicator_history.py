"""Said then and known now: what was stated of the newest periods; and the values of communes."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from ioc_dashboard import formats
from ioc_dashboard.components.markup import esc, table, tag
from ioc_dashboard.queries_indicator import AreaValue, Sheet, Vintage
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import DATA_TYPES

_ENDS = 5  # areas shown at either end


def vintages(screen: Screen, sheet: Sheet) -> str:
    """What was said of the newest periods, in the order it was said; a changed number is marked."""
    title = f"<h2>{esc(screen.t('ind_vintages'))}</h2>"
    if sheet.tile.latest is None:
        return ""
    if not sheet.vintages:
        key = "ind_vintages_none" if sheet.own else "ind_vintages_own"
        return f'<section class="ivint">{title}<p class="note">{esc(screen.t(key))}</p></section>'
    periods = [list(said) for _, said in groupby(sheet.vintages, key=lambda v: v.period)]
    revised = sum(1 for said in periods if len({v.value for v in said}) > 1)
    key = "ind_vintages_lead" if revised else "ind_vintages_calm" if len(periods) > 1 else "ind_vintages_one"
    lead = screen.t(key, n=len(periods), revised=revised)
    places = _telling(screen, periods, sheet.tile.card.decimals)
    heads = [(screen.t("ind_period"), ""), (screen.t("ind_said_first"), ""), (screen.t("ind_said_between"), ""),
             (screen.t("ind_known_now"), ""), (screen.t("ind_revision"), "num"),
             (screen.t("ind_file_now"), "")]  # fmt: skip
    rows = [_period(screen, said, places) for said in periods]
    caption = screen.t("ind_vintages")
    kept = [i for i in range(len(heads)) if any(row[i] for row in rows)]  # a column with nothing to say is left out
    listed = table(caption, [heads[i] for i in kept], [[row[i] for i in kept] for row in rows])
    if not revised:
        listed = f"<details><summary>{esc(screen.t('ind_vintages_show'))}</summary>{listed}</details>"
    return f'<section class="ivint">{title}<p class="lead">{esc(lead)}</p>{listed}</section>'


def _period(screen: Screen, said: list[Vintage], places: int) -> list[str]:
    """One period: what was said first, in between, and what is known now, with the difference."""
    first, now = said[0], said[-1]
    difference = ""
    if first.value is not None and now.value is not None and first.value != now.value:
        amount = float(Decimal(repr(now.value)) - Decimal(repr(first.value)))
        difference = tag(screen.t("ind_revised", by=formats.signed(amount, places, screen.lang)), "corrected")
    elif len({one.value for one in said}) > 1:
        difference = tag(screen.t("ind_revised_back"), "corrected")
    place = f"<br><code>{esc(now.location)}</code>" if now.location else ""
    return [
        f"<b>{esc(screen.period(now.period))}</b>",
        _statement(screen, first, places) if len(said) > 1 else "",
        "<br>".join(_statement(screen, one, places) for one in said[1:-1]),
        _statement(screen, now, places, strong=True),
        difference,
        f'<span class="file">{esc(now.file_name)}</span>{place}' if now.file_name else "",
    ]


def _statement(screen: Screen, one: Vintage, places: int, strong: bool = False) -> str:
    """`53,64 · ước tính · 25/09/2026`."""
    kind = DATA_TYPES.get(one.data_type)
    value = esc(screen.number(one.value, places) if one.value is not None else screen.t("value_missing"))
    day = screen.day(one.stated_at.astimezone(screen.zone).date()) if one.stated_at else ""
    rest = " · ".join(text for text in (screen.say(kind) if kind else one.data_type, day) if text)
    return f'{f"<b>{value}</b>" if strong else value} <span class="soft">· {esc(rest)}</span>'


def _telling(screen: Screen, periods: list[list[Vintage]], places: int) -> int:
    """Places at which different statements of a period also look different."""
    for wanted in range(places, places + 4):
        alike = (
            len({screen.number(number, wanted) for number in numbers}) == len(numbers)
            for numbers in ({one.value for one in said if one.value is not None} for said in periods)
        )
        if all(alike):
            return wanted
    return places


def areas(screen: Screen, sheet: Sheet) -> str:
    """Values of communes (or other provinces): both ends, and all of them behind."""
    known = [area for area in sheet.areas if area.value is not None]
    if not sheet.areas:
        return ""
    title = f"<h2>{esc(screen.t('ind_areas'))}</h2>"
    periods = sorted({area.period for area in known})
    newest = periods[-1] if periods else ""
    late = sum(area.period != newest for area in known)
    lead = screen.t("ind_areas_lead", n=len(known), all=len(sheet.areas), period=screen.period(newest))
    if late:
        lead += " " + screen.t("ind_areas_late", n=late)
    if len(known) > 2 * _ENDS:
        both = [("ind_highest", known), ("ind_lowest", known[::-1])]
        if sheet.tile.card.direction == "up":  # what falls short comes first
            both.reverse()
        ends = "".join(
            f"<div><h3>{esc(screen.t(key))}</h3>{_bars(screen, sheet, row, known)}</div>" for key, row in both
        )
        ends = f'<div class="ends">{ends}</div>'
    else:
        ends = _bars(screen, sheet, known, known)
    rows = [_row(screen, sheet, area, newest) for area in sheet.areas]
    heads = [(screen.t("ind_area"), ""), (screen.t("col_value"), "num"), (screen.t("ind_ratio"), "num"),
             (screen.t("ind_period"), "")]  # fmt: skip
    listed = f'<div class="scroll" tabindex="0">{table(screen.t("ind_areas"), heads, rows)}</div>'
    every = f"<details><summary>{esc(screen.t('ind_areas_all', n=len(sheet.areas)))}</summary>{listed}</details>"
    note = f'<p class="note">{esc(screen.t("ind_areas_note"))}</p>' if any(a.denominator for a in known) else ""
    return f'<section class="iareas">{title}<p class="lead">{esc(lead)}</p>{ends}{every}{note}</section>'


def _link(screen: Screen, sheet: Sheet, area: AreaValue) -> str:
    address = screen.address("indicator", code=sheet.tile.card.code, area=area.area)
    return f'<a href="{esc(address)}">{esc(screen.say(area.name) or area.area)}</a>'


def _bars(screen: Screen, sheet: Sheet, ranked: list[AreaValue], known: list[AreaValue]) -> str:
    """The first areas of a ranking as bars; how many more share the last value shown."""
    card = sheet.tile.card
    unit = screen.say(card.unit) if card.unit.vi == "%" else None
    top = max((abs(a.value) for a in known if a.value is not None), default=0.0) or 1.0
    shown = ranked if len(known) <= 2 * _ENDS else ranked[:_ENDS]
    items = "".join(
        f'<li><span>{_link(screen, sheet, a)}</span><i style="--w:{100 * abs(a.value or 0) / top:.1f}%"></i>'
        f'<span class="num"><b>{esc(formats.quantity(a.value, unit, card.decimals, screen.lang))}</b>'
        f"<small>{ratio(screen, a.numerator, a.denominator)}</small></span></li>"
        for a in shown
    )
    same = sum(a.value == shown[-1].value for a in ranked[len(shown) :]) if shown else 0
    more = f'<p class="soft">{esc(screen.t("ind_same_value", n=same))}</p>' if same else ""
    return f'<ol class="rank">{items}</ol>{more}'


def _row(screen: Screen, sheet: Sheet, area: AreaValue, newest: str) -> list[str]:
    value = screen.number(area.value, sheet.tile.card.decimals) if area.value is not None else screen.t("value_missing")
    period = esc(screen.period(area.period))
    if area.period != newest:
        period += " " + tag(screen.t("ind_other_period"), "corrected")
    return [_link(screen, sheet, area), esc(value), ratio(screen, area.numerator, area.denominator), period]


def ratio(screen: Screen, numerator: float | None, denominator: float | None) -> str:
    """`1.137 / 1.175`; empty without both."""
    if numerator is None or denominator is None:
        return ""
    places = 0 if numerator == int(numerator) and denominator == int(denominator) else 1
    return esc(f"{screen.number(numerator, places)} / {screen.number(denominator, places)}")
