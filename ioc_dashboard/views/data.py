"""Dữ liệu: health of every source; one source in full when the address names it (`?feed=dossiers`)."""

from __future__ import annotations

import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.components import feed_detail
from ioc_dashboard.components.feed_card import feed_card
from ioc_dashboard.components.markup import banner, block, esc, ident
from ioc_dashboard.model import Feed
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("data", "administration", 80)


def show(screen: Screen) -> None:
    """Draw the list, or the one source asked for."""
    feed_id = screen.query.get("feed")
    feeds = queries.feeds(screen.release)
    chosen = next((feed for feed in feeds if feed.feed_id == feed_id), None)
    if feed_id and chosen is None:
        st.html(block(screen, banner("warn", screen.t("unknown_feed", feed=feed_id)), "top"))
    if chosen is None:
        _list(screen, feeds)
    else:
        _one(screen, chosen)


def _list(screen: Screen, feeds: tuple[Feed, ...]) -> None:
    fine = sum(feed.health == "ok" for feed in feeds)
    lead = screen.t("data_lead", all=len(feeds), fine=fine, watch=len(feeds) - fine) if feeds else screen.t("no_feeds")
    st.html(block(screen, f"<h1>{esc(screen.t('data_title'))}</h1><p class='big'>{esc(lead)}</p>", "intro"))
    with st.container(key="feeds", horizontal=True, gap=None):
        for feed in feeds:
            with st.container(key=ident("feed", feed.feed_id), gap=None):
                st.html(block(screen, feed_card(screen, feed)))
                st.page_link(
                    screen.pages["data"],
                    label=screen.t("details", name=_plain(screen.say(feed.title))),
                    query_params=screen.kept(feed=feed.feed_id),
                )


def _plain(text: str) -> str:
    """Text without the marks that Streamlit's labels would read as Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-!|~$:" else sign for sign in text)


def _one(screen: Screen, feed: Feed) -> None:
    items = queries.deliveries(screen.release).get(feed.feed_id, ())
    results = queries.rules(screen.release)
    judged = [item for item in items if results.get(item.delivery_id)]
    newest = (
        judged[:1] + [item for item in judged[1:] if item.outcome == "stored" and judged[0].outcome != "stored"][:1]
    )
    rows = queries.quarantine(screen.release, feed.feed_id)
    clauses = {clause.id: clause for clause in queries.clauses(screen.release)}
    with st.container(key="back"):
        st.page_link(screen.pages["data"], label="‹ " + screen.t("all_feeds"), query_params=screen.kept())
    parts = [
        feed_detail.head(screen, feed),
        feed_detail.rules(screen, [(item, results[item.delivery_id]) for item in newest], clauses),
        feed_detail.deliveries(screen, items),
        feed_detail.quarantine(screen, rows, max(feed.quarantined, len(rows)) if rows else feed.quarantined),
        feed_detail.notices(screen, items),
    ]
    st.html(block(screen, "".join(parts), "feedpage"))
