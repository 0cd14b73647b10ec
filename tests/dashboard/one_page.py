"""One page alone in AppTest, which cannot follow the links between registered pages."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page_of(page: str, lang: str = "vi", **query: str) -> AppTest:
    """The page as its address with `query` shows it, of the current release on 21 November 2026."""
    app = AppTest.from_function(_draw, default_timeout=30, kwargs={"page": page, "lang": lang, "query": query})
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def _draw(page: str, lang: str, query: dict[str, str]) -> None:
    from datetime import UTC, datetime
    from importlib import import_module

    import streamlit as st

    from ioc_dashboard import queries
    from ioc_dashboard.release import current
    from ioc_dashboard.screen import Screen

    if "_first" not in st.session_state:
        st.session_state["_first"] = True
        st.query_params.from_dict(query)
    shown = current()
    view = import_module(f"ioc_dashboard.views.{page}")
    now = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    view.show(Screen(lang, shown, queries.info(shown), now, query=st.query_params.to_dict()))  # type: ignore[arg-type]
