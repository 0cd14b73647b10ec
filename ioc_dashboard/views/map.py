"""Bản đồ: communes of the province by the status (or value) of one indicator, drawn and listed.

The address says it all: `?code=`, `period=`, `area=` (a chosen commune), `by=value`.
"""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import boundaries, queries, queries_places
from ioc_dashboard.components import map_page
from ioc_dashboard.components.download import card_values
from ioc_dashboard.components.map_chosen import chosen_card
from ioc_dashboard.components.map_page import MapState
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.ranking import classes
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("map", "decision", 30)


def show(screen: Screen) -> None:
    """Draw the page."""
    choices = queries_places.choices(screen.release, "commune")
    if not choices:
        title, text = screen.t("map_none_title"), screen.t("map_none")
        st.html(block(screen, f"<h1>{esc(title)}</h1><p class='big'>{esc(text)}</p>", "intro"))
        return
    asked = screen.query.get("code", "")
    choice = choices.get(asked) or next(iter(choices.values()))
    period = screen.query.get("period", "")
    communes = {unit.code for unit in queries_places.units(screen.release, "commune")}
    area = screen.query.get("area", "")
    complaints = []
    if asked and asked != choice.code:
        name = _short_name(screen, choice.code)
        complaints.append(screen.t("map_unknown", code=asked, shown=name))
    if period and period not in choice.periods:
        if not complaints:
            complaints.append(screen.t("map_no_period", period=period))
        period = ""
    if area and area not in communes:
        complaints.append(screen.t("map_no_area", area=area))
        area = ""
    if complaints:
        st.html(block(screen, "".join(banner("warn", text) for text in complaints), "top"))
    st.html(
        _body(
            screen.release.key, screen.lang, screen.theme, screen.as_of, screen.today, choice.code,
            period or choice.periods[0], area, screen.query.get("by") == "value",
            boundaries.stamp(screen.info.province_code), screen,
        )
    )  # fmt: skip
    card_values(screen, choice.code)


def _short_name(screen: Screen, code: str) -> str:
    """Short name of an indicator."""
    return next((screen.say(t.card.short) for t in queries.tiles(screen.release) if t.card.code == code), code)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={boundaries.Stamp: lambda s: (s.path, s.changed)})
def _body(
    key: str, lang: str, theme: str | None, as_of: str | None, today: date, code: str, period: str, area: str,
    by_value: bool, file: boundaries.Stamp, _screen: Screen,
) -> str:  # fmt: skip
    """One state of the map: the same for every reader of a language on a day."""
    screen, release = _screen, _screen.release
    cards = {tile.card.code: tile.card for tile in queries.tiles(release)}
    choices = queries_places.choices(release, "commune")
    units = queries_places.units(release, "commune")
    every = queries_places.figures(release, code, period)
    known = {unit.code for unit in units}
    figures = {name: found for name, found in every.items() if name in known}
    values = [found.value.value for found in figures.values() if found.value.value is not None]
    state = MapState(
        cards[code], choices[code], period, area, by_value, units, figures, every.get(screen.info.province_code),
        classes(values, cards[code].decimals), cards, choices,
    )  # fmt: skip
    found = boundaries.picture(file) if file.exists else None
    bad = file.path if file.exists and found is None else ""
    place = map_page.drawing(screen, state, found) if found else map_page.tile_map(screen, state, bad)
    kept = {"by": "value"} if by_value else {}
    chosen = ""
    if area:
        unit = next(one for one in units if one.code == area)
        value = figures[area].value if area in figures else None
        rules = queries.rules(release).get(value.delivery_id, ()) if value and value.delivery_id else ()
        clauses = {clause.id: clause for clause in queries.clauses(release)}
        feed_id = value.feed_id if value else cards[code].feed_id
        feed = next((one for one in queries.feeds(release) if one.feed_id == feed_id), None)
        past = queries_places.history(release, code, area)
        chosen = chosen_card(screen, state, unit, past, rules, clauses, feed)
    side = map_page.commune_list(screen, state)
    more = kept | ({"area": area} if area else {})
    controls = (
        map_page.indicator_links(screen, "map", code, choices, cards, **more)
        + map_page.period_links(screen, "map", choices[code].periods, period, code=code, **more)
        + map_page.colour_links(screen, state)
    )
    parts = [
        map_page.warnings(screen, state),
        f'<div class="mapgrid{" tiled" if not found else ""}">',
        f'<section class="maphead">{map_page.head(screen, state)}</section><div class="controls">{controls}</div>',
        f'<section class="mapbox">{place}</section><div class="mapside">{chosen}{side}</div></div>',
    ]
    return block(screen, "".join(parts), "mappage")
