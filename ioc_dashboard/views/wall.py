"""Màn hình lớn (`?wall=1`): the overview for a wall. Not a page of its own: any address may ask for it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import queries, queries_overview
from ioc_dashboard.components import wall
from ioc_dashboard.components.overview import ranked
from ioc_dashboard.open_alerts import mark, open_alerts
from ioc_dashboard.screen import Screen


def asked(query: dict[str, str]) -> bool:
    """True when the address asks for the wall."""
    return query.get("wall") == "1"


def show(screen: Screen) -> None:
    """Draw all panels and their rotation."""
    every, panel = wall.seconds(screen.query.get("every")), screen.query.get("panel", "")
    chosen = int(panel) if panel.isdigit() and len(panel) < 4 else None
    html, style = _wall(
        screen.release.key, screen.lang, screen.theme, screen.today, screen.as_of, mark(), every, chosen, screen
    )
    st.html(style)
    st.html(html)


@st.cache_data(max_entries=32, show_spinner=False)
def _wall(
    key: str, lang: str, theme: str | None, today: date, as_of: str | None, alerts_mark: str, every: int,
    chosen: int | None, _screen: Screen,
) -> tuple[str, str]:  # fmt: skip
    screen = _screen
    tiles, about = queries.tiles(screen.release), queries_overview.about(screen.release)
    importance = {tile.card.code: number for number, tile in enumerate(ranked(tiles, about))}
    found = wall.panels(
        screen, tiles, about, open_alerts(screen, importance), queries_overview.pressing_tasks(screen.release)
    )
    return wall.wall(screen, found, every, chosen)
