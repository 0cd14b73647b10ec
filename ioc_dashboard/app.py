"""The dashboard's script: finds the release, routes to a page, watches for a newer release.

    streamlit run ioc_dashboard/app.py        (needs IOC_HOME)

`ioc_dashboard/launch.py` starts `asgi.py` instead, which serves this script with the document's
language and security headers set. Pages register themselves (`pages.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import streamlit as st

if str(Path(__file__).parents[1]) not in sys.path:  # started as a file from a checkout
    sys.path.insert(0, str(Path(__file__).parents[1]))

from ioc_dashboard import queries
from ioc_dashboard.components import empty, frame, refresh
from ioc_dashboard.pages import every_page
from ioc_dashboard.release import NoRelease, Release, as_of, current
from ioc_dashboard.screen import Screen, moment_now
from ioc_dashboard.texts import language, t
from ioc_dashboard.views import wall


def keep_address(page: str) -> None:
    """Make the browser's address say what is shown.

    A link to the page already open (another language, back to the list) changes the query here but not in
    the browser: Streamlit 1.67 updates the address only when the page itself changes.
    """
    query = st.query_params.to_dict()
    if st.session_state.get("_address", (page, query)) != (page, query):
        st.query_params.from_dict(query)
    st.session_state["_address"] = (page, query)


def _screen(shown: Release, lang: str, theme: str | None, asked: str | None, pages: dict[str, object]) -> Screen:
    info = queries.info(shown)
    return Screen(
        lang, shown, info, shown.created_at or moment_now(), theme=theme, as_of=asked if shown.created_at else None,
        pages=pages, query=st.query_params.to_dict(),  # type: ignore[arg-type]
    )  # fmt: skip


def main() -> None:
    """One run of the script for one reader."""
    lang = language(st.query_params.get("lang"))
    asked_theme = st.query_params.get("theme")
    theme = asked_theme if asked_theme in ("light", "dark") else None
    asked = st.query_params.get("asof")
    st.set_page_config(
        page_title=f"IOC · {t('centre', lang)}", page_icon=frame.ICON, layout="wide", initial_sidebar_state="collapsed"
    )
    newest = current()
    shown = newest
    if asked and isinstance(newest, Release):
        shown = as_of(asked, frame.zone_of(queries.info(newest)))
    screen: Screen | None = None

    def run_of(show: Callable[[Screen], None]) -> Callable[[], None]:
        return lambda: show(screen) if screen else None

    specs = every_page()
    pages = {
        spec.key: st.Page(run_of(show), title=t(f"page_{spec.key}", lang), url_path=spec.key, default=number == 0)
        for number, (spec, show) in enumerate(specs)
    }
    chosen = st.navigation(list(pages.values()), position="hidden")
    here = next((key for key, page in pages.items() if page is chosen), specs[0][0].key)
    if here == "overview" and st.query_params.get("feed"):
        st.switch_page(pages["data"], query_params=dict(st.query_params.to_dict()))
    keep_address(here)
    if isinstance(shown, Release):
        screen = _screen(shown, lang, theme, asked, pages)  # type: ignore[arg-type]
    frame.apply_style(theme)
    if screen and wall.asked(st.query_params.to_dict()):
        wall.show(screen)
        refresh.watch()
        return
    province = queries.info(newest).province if isinstance(newest, Release) else None
    frame.masthead(lang, province, pages, here, theme, asked)
    if screen:
        frame.top(screen)
    elif isinstance(shown, NoRelease):
        st.html(empty.no_release(shown, lang, asked))
    chosen.run()
    if screen:
        frame.footer(screen)
    refresh.watch()


main()
