"""Toàn cảnh: what is off target, why, who owns it, and whether the number can be trusted."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.components.markup import block
from ioc_dashboard.components.overview import attention_list, simulated_banner, verdict
from ioc_dashboard.components.tile import field_html
from ioc_dashboard.components.trust import panel
from ioc_dashboard.model import Rule
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import by_field
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("overview", "decision", 10)


def show(screen: Screen) -> None:
    """Draw the page."""
    st.html(_body(screen.release.key, screen.lang, screen.theme, screen.today, screen))


@st.cache_data(max_entries=16, show_spinner=False)
def _body(key: str, lang: str, theme: str | None, today: date, _screen: Screen) -> str:
    """The page below its time line: the same for every reader of a language on a day."""
    screen = _screen
    tiles, feeds = queries.tiles(screen.release), queries.feeds(screen.release)
    rules, clauses = queries.rules(screen.release), {clause.id: clause for clause in queries.clauses(screen.release)}
    feed_of = {feed.feed_id: feed for feed in feeds}

    def behind(delivery_id: str) -> tuple[Rule, ...]:
        return rules.get(delivery_id, ()) if delivery_id else ()

    parts = [
        simulated_banner(screen, tiles),
        verdict(screen, tiles, feeds),
        attention_list(screen, tiles) if tiles else "",
        '<div class="fields">',
        *(field_html(screen, field, members) for field, members in by_field(tiles)),
        "</div>",
        *(
            panel(
                screen,
                tile,
                behind(tile.latest.delivery_id if tile.latest else ""),
                clauses,
                feed_of.get(tile.latest.feed_id if tile.latest else tile.card.feed_id),
            )
            for tile in tiles
        ),
    ]
    return block(screen, "".join(parts), "overview")
