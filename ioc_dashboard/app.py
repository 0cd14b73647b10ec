"""The dashboard's script: finds the release, routes to a page, watches for a newer release.

    streamlit run ioc_dashboard/app.py        (needs IOC_HOME)

`ioc_dashboard/launch.py` starts `asgi.py` instead, which serves this script with the document's
language and security headers set.
"""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

if str(Path(__file__).parents[1]) not in sys.path:  # started as a file from a checkout
    sys.path.insert(0, str(Path(__file__).parents[1]))

from ioc_dashboard import queries
from ioc_dashboard.components import empty, frame, refresh
from ioc_dashboard.release import NoRelease, current
from ioc_dashboard.screen import Pages, Screen, moment_now
from ioc_dashboard.texts import language, t
from ioc_dashboard.views import data, overview, standard


def keep_address(page: str) -> None:
    """Make the browser's address say what is shown.

    A link to the page already open (another language, back to the list) changes the query here but not in
    the browser: Streamlit 1.67 updates the address only when the page itself changes.
    """
    query = st.query_params.to_dict()
    if st.session_state.get("_address", (page, query)) != (page, query):
        st.query_params.from_dict(query)
    st.session_state["_address"] = (page, query)


def main() -> None:
    """One run of the script for one reader."""
    lang = language(st.query_params.get("lang"))
    asked = st.query_params.get("theme")
    theme = asked if asked in ("light", "dark") else None
    feed = st.query_params.get("feed")
    st.set_page_config(
        page_title=f"IOC · {t('centre', lang)}", page_icon=frame.ICON, layout="wide", initial_sidebar_state="collapsed"
    )
    shown = current()
    screen = (
        None if isinstance(shown, NoRelease) else Screen(lang, shown, queries.info(shown), moment_now(), theme=theme)
    )

    def show_overview() -> None:
        if screen:
            overview.show(screen)

    def show_data() -> None:
        if screen:
            data.show(screen, pages, feed)

    def show_standard() -> None:
        if screen:
            standard.show(screen)

    pages = Pages(
        overview=st.Page(show_overview, title=t("page_overview", lang), url_path="overview", default=True),
        data=st.Page(show_data, title=t("page_data", lang), url_path="data"),
        standard=st.Page(show_standard, title=t("page_standard", lang), url_path="standard"),
    )
    chosen = st.navigation([pages.overview, pages.data, pages.standard], position="hidden")
    here = {"data": "data", "standard": "standard"}.get(chosen.url_path, "overview")
    if here == "overview" and feed:
        st.switch_page(pages.data, query_params=dict(st.query_params.to_dict()))
    keep_address(here)
    kept = ({"lang": "en"} if lang == "en" else {}) | ({"theme": theme} if theme else {})
    frame.apply_style(theme)
    frame.masthead(lang, screen.info.province if screen else None, pages, here, kept)
    if isinstance(shown, NoRelease):
        st.html(empty.no_release(shown, lang))
    chosen.run()
    if screen:
        frame.footer(screen)
    refresh.watch()


main()
