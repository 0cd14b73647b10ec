"""Báo cáo tuần: the week in seven sections, on the screen as on paper; the same file as `ioc briefing` writes."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import briefing_document, pdf
from ioc_dashboard.components import briefing as pieces
from ioc_dashboard.components.download import download, kept_file, release_table
from ioc_dashboard.components.markup import block, esc
from ioc_dashboard.open_alerts import mark
from ioc_dashboard.queries_alerts import alerts, moment_of, operations, today_of
from ioc_dashboard.queries_briefing import briefing
from ioc_dashboard.release import published
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec
from ioc_pipeline.export.alerts import exported_alerts

PAGE = PageSpec("briefing", "administration", 75)


def show(screen: Screen) -> None:
    """Draw the page, with what can be taken away before and after it."""
    _files(screen)
    others = str(hash(tuple(one.release_id for one in published())))
    st.html(_body(screen.release.key, screen.lang, screen.theme, screen.today, screen.as_of, mark(), others, screen))
    _tables(screen)


@st.cache_data(max_entries=16, show_spinner=False)
def _body(
    key: str, lang: str, theme: str | None, today: date, as_of: str | None, alerts_mark: str, others: str,
    _screen: Screen,
) -> str:  # fmt: skip
    return block(_screen, pieces.body(_screen, briefing(_screen)), "briefing")


def _files(screen: Screen) -> None:
    stem, engine = f"briefing-{screen.release.release_id}-{screen.lang}", pdf.engine()
    key = (screen.release.key, screen.lang, "briefing", f"{screen.today} {screen.as_of} {mark()}")

    def html() -> bytes:
        return kept_file((*key, "html"), lambda: briefing_document.document(screen).encode("utf-8"))

    def printed() -> bytes:
        return kept_file((*key, "pdf"), lambda: pdf.to_pdf(html().decode("utf-8"), engine or "weasyprint"))

    with st.container(key="briefing_files", horizontal=True, gap="small"):
        if engine is not None:
            st.download_button(
                screen.t("briefing_pdf"), printed,
                file_name=f"{stem}.pdf", mime="application/pdf", key="_briefing_pdf", on_click="ignore",
                icon=":material/print:",
            )  # fmt: skip
        st.download_button(
            screen.t("briefing_html"), html, file_name=f"{stem}.html", mime="text/html", key="_briefing_html",
            on_click="ignore", icon=":material/download:",
        )  # fmt: skip
    if engine is None:
        st.html(block(screen, f'<p class="note">{esc(screen.t("briefing_no_engine"))}</p>', "intro"))


def _tables(screen: Screen) -> None:
    release_table(screen, "indicators")
    store = operations()
    if store.made and store.problem is None:
        moment = moment_of(screen, store)
        day = today_of(screen, moment)
        found = alerts(store, moment)
        download(
            screen, "alerts", lambda release: exported_alerts(release, found.values(), day, {}),
            mark=f"{store.mark} {moment} {day}",
        )  # fmt: skip
