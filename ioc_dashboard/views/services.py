"""Dịch vụ công: dossiers on time, online, digitised and paid; the 766 score; who is late; the most used services."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import formats, queries, queries_services
from ioc_dashboard.components.markup import block, esc
from ioc_dashboard.components.overview import simulated_banner
from ioc_dashboard.components.services_score import score_section
from ioc_dashboard.components.services_tables import parts_section, top_section
from ioc_dashboard.components.services_trend import trend_section
from ioc_dashboard.components.tile import tile_html
from ioc_dashboard.components.trust import panel
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_services import ServicesPage
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("services", "administration", 60)


def show(screen: Screen) -> None:
    """Draw the page."""
    st.html(_body(screen.release.key, screen.lang, screen.theme, screen.as_of, screen.today, screen))


@st.cache_data(max_entries=16, show_spinner=False)
def _body(key: str, lang: str, theme: str | None, as_of: str | None, today: date, _screen: Screen) -> str:
    """The same for every reader of a language on a day."""
    screen = _screen
    page = queries_services.services(screen.release)
    title = f"<h1>{esc(screen.t('svc_title'))}</h1>"
    tiles = {tile.card.code: tile for tile in queries.tiles(screen.release)}
    shown = {place.code: tiles[place.code] for part in page.places.values() for place in part if place.code in tiles}
    if not shown:
        return block(screen, f"{title}<p class='big'>{esc(screen.t('svc_none'))}</p>", "intro")
    trend = [shown[code] for code in page.codes("trend") if code in shown]
    top = next((shown[code] for code in page.codes("top") if code in shown), None)
    parts = [
        simulated_banner(screen, list(shown.values())),
        f'<section class="svc-lead">{title}<p class="big">{esc(_lead(screen, page, shown))}</p></section>',
        f'<section><h2>{esc(screen.t("svc_dossiers"))}</h2><div class="svc-tiles">',
        *(tile_html(screen, shown[c]) for c in (*page.codes("summary"), *page.codes("overdue")) if c in shown),
        "</div></section>",
        score_section(screen, page, shown),
        *(trend_section(screen, tile) for tile in trend),
        '<div class="svc-two">',
        parts_section(screen, "svc_by_unit", "svc_unit", page.units, page.codes("units"), shown),
        parts_section(screen, "svc_by_field", "svc_field", page.fields, page.codes("fields"), shown),
        "</div>",
        top_section(screen, page.top, top),
        *_panels(screen, list(shown.values())),
    ]
    return block(screen, "".join(parts), "servicespage")


def _panels(screen: Screen, tiles: list[Tile]) -> list[str]:
    rules, clauses = queries.rules(screen.release), {clause.id: clause for clause in queries.clauses(screen.release)}
    feeds = {feed.feed_id: feed for feed in queries.feeds(screen.release)}
    return [
        panel(
            screen, tile, rules.get(tile.latest.delivery_id, ()) if tile.latest else (), clauses,
            feeds.get(tile.latest.feed_id if tile.latest else tile.card.feed_id),
        )
        for tile in tiles
    ]  # fmt: skip


def _lead(screen: Screen, page: ServicesPage, tiles: dict[str, Tile]) -> str:
    """The page in one sentence, of what is known."""
    said = []
    for part in ("score", "rank"):
        for place in page.places.get(part, ()):
            latest = tiles[place.code].latest if place.code in tiles else None
            if latest is None or latest.value is None:
                continue
            decimals = tiles[place.code].card.decimals
            if part == "score":
                maximum = formats.plain(place.maximum, 2, screen.lang)
                said.append(screen.t("svc_lead_score", value=screen.number(latest.value, decimals), maximum=maximum))
            elif place.ranked:
                rank, ranked = screen.number(latest.value), screen.number(place.ranked)
                said.append(screen.t("svc_lead_rank", rank=rank, ranked=ranked))
    for code in page.codes("overdue")[:1]:
        tile = tiles.get(code)
        if tile and tile.latest and tile.latest.value is not None:
            amount = screen.number(tile.latest.value, tile.card.decimals)
            said.append(f"{amount} {_lower(screen.say(tile.card.name))}")
    if page.top:
        met = sum(one.both for one in page.top)
        said.append(screen.t("svc_lead_top", met=screen.number(met), all=screen.number(len(page.top))))
    return "; ".join(said) + "." if said else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
