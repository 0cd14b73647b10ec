"""Dữ liệu: health of every source; one source in full when the address names it (`?feed=dossiers`); units, coverage and
registers under `?view=`."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import queries, queries_data
from ioc_dashboard.components import data_tables, department_message, feed_detail
from ioc_dashboard.components.download import release_table
from ioc_dashboard.components.feed_card import feed_card
from ioc_dashboard.components.markup import banner, block, esc, ident
from ioc_dashboard.model import Clause, Delivery, Feed, QuarantineRow
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known
from ioc_dashboard.views.spec import PageSpec
from ioc_pipeline.settings import places

PAGE = PageSpec("data", "administration", 80)


def show(screen: Screen) -> None:
    """Draw the list, or the one source asked for."""
    feed_id = screen.query.get("feed")
    feeds = queries.feeds(screen.release)
    chosen = next((feed for feed in feeds if feed.feed_id == feed_id), None)
    if feed_id and chosen is None:
        st.html(block(screen, banner("warn", screen.t("unknown_feed", feed=feed_id)), "top"))
    view = screen.query.get("view", "sources")
    if chosen is None and view in data_tables.VIEWS[1:]:
        st.html(_view(screen.release.key, screen.lang, screen.theme, screen.today, screen.as_of, view, screen))
    elif chosen is None:
        _list(screen, feeds)
    else:
        _one(screen, chosen)


def _list(screen: Screen, feeds: tuple[Feed, ...]) -> None:
    fine = sum(feed.health == "ok" for feed in feeds)
    lead = screen.t("data_lead", all=len(feeds), fine=fine, watch=len(feeds) - fine) if feeds else screen.t("no_feeds")
    title = f"<h1>{esc(screen.t('data_title'))}</h1><p class='big'>{esc(lead)}</p>"
    st.html(block(screen, title + (data_tables.view_links(screen, "sources") if feeds else ""), "intro"))
    with st.container(key="feeds", horizontal=True, gap=None):
        for feed in feeds:
            with st.container(key=ident("feed", feed.feed_id), gap=None):
                st.html(block(screen, feed_card(screen, feed)))
                st.page_link(
                    screen.pages["data"],
                    label=screen.t("details", name=_plain(screen.say(feed.title))),
                    query_params=screen.kept(feed=feed.feed_id),
                )
    if feeds:
        for name in ("indicators", "values", "quarantine"):
            release_table(screen, name)


@st.cache_data(max_entries=32, show_spinner=False)
def _view(
    key: str, lang: str, theme: str | None, today: date, as_of: str | None, view: str, _screen: Screen
) -> str:  # fmt: skip
    """Units, coverage or registers: the same for every reader of a language on a day."""
    screen, release = _screen, _screen.release
    feeds, tiles = queries.feeds(release), queries.tiles(release)
    if view == "owners":
        body = data_tables.league(screen, queries_data.standings(release))
    elif view == "coverage":
        body = data_tables.coverage(screen, tiles, feeds, queries.clauses(release))
    else:
        named = {tile.card.code: tile for tile in tiles}
        body = (
            data_tables.held_values(screen, tiles)
            + data_tables.corrections(screen, queries_data.corrections(release), named)
            + data_tables.doubts(screen, queries_data.doubts(release), feeds)
        )
    title = f"<h1>{esc(screen.t('data_title'))}</h1>"
    return block(screen, f'<div class="intro">{title}{data_tables.view_links(screen, view)}</div>{body}', "datapage")


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
        feed_detail.head(screen, feed) + _last_pull(screen, feed),
        feed_detail.rules(screen, [(item, results[item.delivery_id]) for item in newest], clauses),
        feed_detail.deliveries(screen, items),
        feed_detail.quarantine(screen, rows, max(feed.quarantined, len(rows)) if rows else feed.quarantined),
        feed_detail.notices(screen, items),
    ]
    st.html(block(screen, "".join(parts), "feedpage"))
    _message(screen, feed, items, rows, clauses)
    if rows:
        release_table(screen, "quarantine", {"feed": feed.feed_id})


def _last_pull(screen: Screen, feed: Feed) -> str:
    """Outcome of the newest pull from the declared source; nothing for feeds that are sent, or for a past day."""
    if screen.as_of is not None:
        return ""
    from ioc_pipeline.receive.pull_state import last_pull  # loads the contracts: only for whoever opens a source

    try:
        pulled = last_pull(places(), feed.feed_id)
    except (OSError, KeyError, TypeError, ValueError):
        return ""
    if pulled is None:
        return ""
    said = f"{screen.t('pull_title')}: {screen.moment(pulled.at)} ({screen.since(pulled.at)}), "
    said += known("pull_", pulled.state, screen.lang)
    if pulled.message:
        said += f". {pulled.message.en if screen.lang == 'en' else pulled.message.vi}"
    return banner("warn", said) if pulled.troubled else f'<p class="note">{esc(said)}</p>'


def _message(
    screen: Screen, feed: Feed, items: tuple[Delivery, ...], rows: tuple[QuarantineRow, ...], clauses: dict[str, Clause]
) -> None:  # fmt: skip
    """Text to copy for the department when its newest troubled delivery needs correcting."""
    delivery = department_message.troubled(items)
    if delivery is None:
        return
    other = "vi" if screen.lang == "en" else "en"
    with st.container(key="messages"), st.expander(screen.t("message_title"), icon=":material/mail:"):
        for lang in (screen.lang, other):
            if lang == other:
                st.caption(screen.t("message_other"))
            text = department_message.message(screen, feed, delivery, rows, clauses, lang)
            st.code(text, language=None, wrap_lines=True)
