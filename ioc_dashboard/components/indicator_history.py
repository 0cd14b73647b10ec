"""Said then and known now: what was stated of the newest periods; and the values of communes."""

from __future__ import annotations

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
    if not sheet.vintages:
        key = "ind_vintages_none" if sheet.own else "ind_vintages_own"
        return f'<section class="ivint">{title}<p class="note">{esc(screen.t(key))}</p></section>'
    periods = [list(said) for _, said in groupby(sheet.vintages, key=lambda v: v.period)]
    revised = sum(1 for said in periods if len({v.value for v in said}) > 1)
    lead = screen.t("ind_vintages_lead" if revised else "ind_vintages_calm", n=len(periods), revised=revised)
    heads = [(screen.t("ind_period"), ""), (screen.t("ind_said_on"), ""), (screen.t("ind_kind"), ""),
             (screen.t("col_value"), "num"), (screen.t("ind_since_before"), "num"), (screen.t("ind_state"), ""),
             (screen.t("file"), "")]  # fmt: skip
    rows = [row for said in periods for row in _period(screen, sheet, said)]
    return f'<section class="ivint">{title}<p class="lead">{esc(lead)}</p>{table(screen.t("ind_vintages"), heads, rows)}</section>'


def _period(screen: Screen, sheet: Sheet, said: list[Vintage]) -> list[list[str]]:
    """Rows of one period, what is known now first."""
    places, rows = sheet.tile.card.decimals, []
    places = _telling(said, places)
    before: Vintage | None = None
    for index, one in enumerate(said):
        change = ""
        if before is not None and before.value is not None and one.value is not None and one.value != before.value:
            change = tag(formats.signed(one.value - before.value, places, screen.lang), "corrected")
        kind = DATA_TYPES.get(one.data_type)
        now = index == len(said) - 1
        value = screen.number(one.value, places) if one.value is not None else screen.t("value_missing")
        place = f" <code>{esc(one.location)}</code>" if one.location else ""
        rows.append([
            f"<b>{esc(screen.period(one.period))}</b>",
            esc(screen.day(one.stated_at.astimezone(screen.zone).date())) if one.stated_at else "",
            esc(screen.say(kind) if kind else one.data_type),
            f"<b>{esc(value)}</b>" if now else esc(value), change,
            tag(screen.t("ind_known_now"), "now") if now else esc(screen.t("ind_said_then")),
            f'<span class="file">{esc(one.file_name)}</span>{place}' if one.file_name else "",
        ])  # fmt: skip
        before = one
    return rows[::-1]


def _telling(said: list[Vintage], places: int) -> int:
    """Places at which different statements also look different."""
    numbers = {v.value for v in said if v.value is not None}
    return next((p for p in range(places, places + 4) if len({round(n, p) for n in numbers}) == len(numbers)), places)


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
        ends = (
            f'<div class="ends"><div><h3>{esc(screen.t("ind_highest"))}</h3>{_bars(screen, sheet, known[:_ENDS], known)}'
            f'</div><div><h3>{esc(screen.t("ind_lowest"))}</h3>{_bars(screen, sheet, known[-_ENDS:][::-1], known)}</div></div>'
        )
    else:
        ends = _bars(screen, sheet, known, known)
    rows = [_row(screen, sheet, area, newest) for area in sheet.areas]
    heads = [(screen.t("ind_area"), ""), (screen.t("col_value"), "num"), (screen.t("ind_ratio"), "num"),
             (screen.t("ind_period"), "")]  # fmt: skip
    listed = f'<div class="scroll" tabindex="0">{table(screen.t("ind_areas"), heads, rows)}</div>'
    every = f"<details><summary>{esc(screen.t('ind_areas_all', n=len(sheet.areas)))}</summary>{listed}</details>"
    note = f'<p class="note">{esc(screen.t("ind_areas_note"))}</p>'
    return f'<section class="iareas">{title}<p class="lead">{esc(lead)}</p>{ends}{every}{note}</section>'


def _link(screen: Screen, sheet: Sheet, area: AreaValue) -> str:
    address = screen.address("indicator", code=sheet.tile.card.code, area=area.area)
    return f'<a href="{esc(address)}">{esc(screen.say(area.name) or area.area)}</a>'


def _bars(screen: Screen, sheet: Sheet, shown: list[AreaValue], known: list[AreaValue]) -> str:
    top = max((abs(a.value) for a in known if a.value is not None), default=0.0) or 1.0
    card = sheet.tile.card
    items = "".join(
        f'<li><span>{_link(screen, sheet, a)}</span><i style="--w:{100 * abs(a.value or 0) / top:.1f}%"></i>'
        f'<b class="num">{esc(formats.quantity(a.value, screen.say(card.unit) if card.unit.vi == "%" else None, card.decimals, screen.lang))}'
        f"</b></li>"
        for a in shown
    )
    return f'<ol class="rank">{items}</ol>'


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
