"""So sánh: communes, agencies or provinces in order, with what hinders a fair comparison.

The address says it all: `?scope=commune|unit|province`, `code=`, `period=`, `area=` (the unit to mark), `sort=name`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from ioc_dashboard import queries, queries_places
from ioc_dashboard.compare_entries import (
    TASKS,
    agency_entries,
    area_entries,
    hindrances,
    merged_provinces,
    task_groups,
    things_to_know,
)
from ioc_dashboard.components.compare_page import (
    Measured,
    likes,
    order_table,
    standing,
    unknown_list,
    whole_line,
)
from ioc_dashboard.components.download import card_values
from ioc_dashboard.components.map_page import chip, indicator_links, period_links, trust_line
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.model import Card, Words
from ioc_dashboard.ranking import Entry, ranked
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("compare", "decision", 35)
SCOPES = ("commune", "unit", "province")
_POINTS = Words("điểm", "points")


def show(screen: Screen) -> None:
    """Draw the page."""
    scope = screen.query.get("scope", "")
    scope = scope if scope in SCOPES else SCOPES[0]
    codes = _codes(screen, scope)
    if not codes:
        name = screen.t(f"cmp_{scope}").lower()
        text = f"<h1>{esc(screen.t('cmp_none_title'))}</h1><p class='big'>{esc(screen.t('cmp_none', scope=name))}</p>"
        st.html(block(screen, _scopes(screen, scope) + text, "intro"))
        return
    asked = screen.query.get("code", "")
    code = asked if asked in codes else next(iter(codes))
    complaints = []
    if asked and asked != code:
        complaints.append(screen.t("cmp_unknown", code=asked, shown=codes[code]))
    period = screen.query.get("period", "")
    periods = queries_places.choices(screen.release, scope)[code].periods if scope != "unit" else ()
    if period and period not in periods:
        if asked == code and scope != "unit":
            complaints.append(screen.t("map_no_period", period=period))
        period = ""
    if complaints:
        st.html(block(screen, "".join(banner("warn", text) for text in complaints), "top"))
    area, by_name = screen.query.get("area", ""), screen.query.get("sort") == "name"
    known = {unit.code for unit in queries_places.units(screen.release, scope)} if scope != "unit" else set()
    area = area if area in known else screen.info.province_code if scope == "province" else ""
    st.html(
        _body(
            screen.release.key, screen.lang, screen.theme, screen.as_of, screen.today, scope, code,
            period or (periods[0] if periods else ""), area, by_name, screen,
        )
    )  # fmt: skip
    if scope != "unit":
        card_values(screen, code)


def _codes(screen: Screen, scope: str) -> dict[str, str]:
    """What can be compared in a scope: code and short name, the most urgent first."""
    names = {tile.card.code: screen.say(tile.card.short) for tile in queries.tiles(screen.release)}
    if scope != "unit":
        return {code: names[code] for code in queries_places.choices(screen.release, scope)}
    found = {TASKS: screen.t("cmp_tasks")} if queries_places.agency_ranks(screen.release) else {}
    return found | {code: names[code] for code in queries_places.agency_splits(screen.release) if code in names}


def _scopes(screen: Screen, here: str) -> str:
    links = "".join(
        chip(screen.address("compare", scope=scope), screen.t(f"cmp_{scope}"), scope == here) for scope in SCOPES
    )
    title = esc(screen.t("cmp_scope"))
    return (
        f'<nav class="choose" aria-label="{title}"><span class="label">{title}</span><p class="chips">{links}</p></nav>'
    )


def _choices(screen: Screen, scope: str, code: str, period: str, query: dict[str, str]) -> str:
    """Links to the other indicators, periods and orders."""
    cards = {tile.card.code: tile.card for tile in queries.tiles(screen.release)}
    kept = {"scope": scope} | {name: query[name] for name in ("area", "sort") if name in query}
    sorts = "".join(
        chip(
            screen.address("compare", **{k: v for k, v in query.items() if k != "sort"}, **more),
            screen.t(f"cmp_sort_{name}"),
            (query.get("sort") == "name") == bool(more),
        )
        for name, more in (("value", {}), ("name", {"sort": "name"}))
    )
    title = esc(screen.t("cmp_sort"))
    order = (
        f'<nav class="choose" aria-label="{title}"><span class="label">{title}</span><p class="chips">{sorts}</p></nav>'
    )
    if scope != "unit":
        choices = queries_places.choices(screen.release, scope)
        return (
            indicator_links(screen, "compare", code, choices, cards, **kept)
            + period_links(screen, "compare", choices[code].periods, period, code=code, **kept)
            + order
        )
    title = esc(screen.t("map_indicators"))
    every = [
        chip(screen.address("compare", scope=scope, code=one), name, one == code)
        for one, name in sorted(_codes(screen, scope).items(), key=lambda item: item[0] != code)
    ]
    folded = ""
    if rest := every[6:]:
        summary = esc(screen.t("map_more", n=len(every)))
        folded = f'<details><summary>{summary}</summary><p class="chips">{"".join(rest)}</p></details>'
    nav = (
        f'<nav class="choose" aria-label="{title}"><span class="label">{title}</span>'
        f'<p class="chips">{"".join(every[:6])}</p>{folded}</nav>'
    )
    return nav + order


@st.cache_data(max_entries=64, show_spinner=False)
def _body(
    key: str, lang: str, theme: str | None, as_of: str | None, today: date, scope: str, code: str, period: str,
    area: str, by_name: bool, _screen: Screen,
) -> str:  # fmt: skip
    """One state of the comparison: the same for every reader of a language on a day."""
    screen = _screen
    query = {"scope": scope, "code": code} | ({"period": period} if period else {})
    query |= ({"area": area} if area else {}) | ({"sort": "name"} if by_name else {})
    cards = {tile.card.code: tile.card for tile in queries.tiles(screen.release)}
    if scope != "unit":
        shown = _areas(screen, scope, cards[code], period, area, by_name, query)
    elif code == TASKS:
        shown = _tasks(screen, by_name, query)
    else:
        shown = _split(screen, cards[code], by_name, query)
    return block(screen, shown, "comparepage")


def _head(screen: Screen, scope: str, title: str, lead: str, lines: list[str]) -> str:
    below = "".join(f'<p class="when">{line}</p>' for line in lines if line)
    return (
        f'<p class="kicker">{esc(screen.t(f"cmp_kicker_{scope}"))}</p>'
        f'<h1>{esc(title)}</h1><p class="big">{esc(lead)}</p>{below}'
    )


def _lead(screen: Screen, order: list[Entry], unknown: list[Entry]) -> str:
    if not unknown:
        return screen.t("cmp_lead_all", n=screen.number(len(order)))
    n, none = len(order), len(unknown)
    return screen.t("cmp_lead", n=screen.number(n), all=screen.number(n + none), none=screen.number(none))


def _simulated(screen: Screen, entries: Sequence[Entry]) -> str:
    n = sum(one.simulated for one in entries)
    return banner("sim", screen.t("cmp_simulated", n=screen.number(n), all=screen.number(len(entries)))) if n else ""


def _alphabetical(order: list[Entry], entries: list[Entry]) -> list[Entry]:
    """The same units in the order their list has: that of the Vietnamese alphabet."""
    place = {one.key: number for number, one in enumerate(entries)}
    return sorted(order, key=lambda one: place[one.key])


def _areas(screen: Screen, scope: str, card: Card, period: str, area: str, by_name: bool, query: dict[str, str]) -> str:
    """Communes or provinces."""
    what = Measured.of_card(card)
    choice = queries_places.choices(screen.release, scope)[card.code]
    entries, whole = area_entries(screen, scope, card.code, period)
    order, unknown = ranked(entries, what.direction)
    me = next((one for one in entries if one.key == area), None)
    figures = queries_places.figures(screen.release, card.code, period)
    ends = next((f.value.period_end for f in figures.values()), None)
    lead = _lead(screen, order, unknown) + (f" {placed}" if (placed := standing(screen, me, order)) else "")
    if what.direction not in ("up", "down"):
        lead += " " + screen.t("cmp_by_size")
    how = screen.t(f"cmp_how_{choice.additivity}") if scope == "commune" and choice.additivity else ""
    label = screen.t("cmp_whole" if scope == "commune" else "cmp_nation")
    lines = [
        f"<b>{esc(screen.period(period))}</b> · {esc(screen.t('data_to', day=screen.day(ends), age=screen.age(ends)))}",
        f"{esc(screen.t('owner'))}: <b>{esc(screen.say(card.owner) or screen.t('no_owner'))}</b>"
        + trust_line(screen, [figures[one.key] for one in order]),
        f"{esc(screen.t('cmp_definition'))}: {esc(text)}" if (text := screen.say(what.definition)) else "",
    ]
    links = {}
    if scope == "commune" and "map" in screen.pages:
        links = {one.key: screen.address("map", code=card.code, period=period, area=one.key) for one in entries}
    merged = merged_provinces() if scope == "province" else frozenset()
    title = screen.t("cmp_table", name=screen.say(card.short), period=screen.period(period))
    hinders = hindrances(screen, scope, ends, choice.kind, merged)
    table = order_table(
        screen, what, title, order, me=area, links=links, tagged=merged,
        listed=_alphabetical(order, entries) if by_name else (),
    )  # fmt: skip
    return _laid_out(
        screen, scope, order,
        _head(screen, scope, screen.say(card.name), lead, lines)
        + whole_line(screen, what, label, whole, how, order),
        _choices(screen, scope, card.code, period, query),
        likes(screen, what, order, unknown, hinders, things_to_know(screen, choice)),
        table + unknown_list(screen, unknown),
    )  # fmt: skip


def _laid_out(
    screen: Screen, scope: str, entries: Sequence[Entry], head: str, controls: str, side: str, boxes: str
) -> str:
    """The order beside its head, the choices and what hinders the comparison."""
    return (
        f'{_simulated(screen, entries)}<div class="cmpgrid"><div class="maphead">{_scopes(screen, scope)}{head}</div>'
        f'<div class="controls">{controls}</div><div class="side">{side}</div><div class="boxes">{boxes}</div></div>'
    )


def _tasks(screen: Screen, by_name: bool, query: dict[str, str]) -> str:
    """Agencies by their tasks, each group for itself, with the ranks the release gives."""
    groups = task_groups(screen)
    every = queries_places.agency_ranks(screen.release)
    what = Measured(Words(), _POINTS, 1, "up")
    entries = [one for group in groups for one in (*group.order, *group.unknown)]
    tables = "".join(
        f"<h2>{esc(screen.say(group.name))}</h2>"
        + order_table(
            screen, what, screen.say(group.name), group.order, base=screen.t("cmp_due"),
            listed=_alphabetical(list(group.order), list(group.alphabetical)) if by_name else (),
        )
        + unknown_list(screen, group.unknown, "cmp_not_ranked")
        for group in groups
    )  # fmt: skip
    title = screen.t("cmp_tasks_name", year=every[0].year)
    lead = _lead(screen, [o for g in groups for o in g.order], [o for g in groups for o in g.unknown])
    lines = [
        esc(screen.t("cmp_task_class", day=screen.day(every[0].as_of))),
        f"{esc(screen.t('formula'))}: {esc(screen.say(every[0].formula))}",
    ]
    return _laid_out(
        screen, "unit", entries, _head(screen, "unit", title, lead, lines), _choices(screen, "unit", TASKS, "", query),
        "", tables,
    )  # fmt: skip


def _split(screen: Screen, card: Card, by_name: bool, query: dict[str, str]) -> str:
    """Agencies by what they add to an indicator of the province."""
    split = queries_places.agency_splits(screen.release)[card.code]
    partial = bool(screen.say(split.folded))
    entries, whole = agency_entries(screen, card, split)
    what = Measured.of_card(card)
    order, unknown = ranked(entries, what.direction)
    if partial:  # a rank among those that moved the indicator most would say nothing
        order = [replace(one, rank=None) for one in order]
    lines = [
        f"<b>{esc(screen.period(split.period))}</b> · "
        f"{esc(screen.t('cmp_split', dimension=screen.say(split.dimension)))}",
        f"{esc(screen.t('owner'))}: <b>{esc(screen.say(card.owner) or screen.t('no_owner'))}</b>",
    ]
    lead = screen.t("cmp_lead_some", n=screen.number(len(order))) if partial else _lead(screen, order, unknown)
    more = [screen.t("cmp_partial", n=screen.number(len(order)))] if partial else []
    title = screen.t("cmp_table", name=screen.say(card.short), period=screen.period(split.period))
    choice = queries_places.choices(screen.release, "commune").get(card.code)
    return _laid_out(
        screen, "unit", order,
        _head(screen, "unit", screen.say(card.name), lead, lines)
        + whole_line(screen, what, screen.t("cmp_whole"), whole, "", () if partial else order),
        _choices(screen, "unit", card.code, split.period, query),
        likes(screen, what, order, unknown, more, things_to_know(screen, choice) if choice else []),
        order_table(screen, what, title, order, listed=_alphabetical(order, entries) if by_name else ())
        + unknown_list(screen, unknown),
    )  # fmt: skip
