"""Tìm kiếm: one field over everything that has a name; the question stands in the address (`?q=giai ngan`)."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from ioc_dashboard import queries, queries_search
from ioc_dashboard.components.links import link
from ioc_dashboard.components.markup import block, esc, status_pill
from ioc_dashboard.components.reading import value_text
from ioc_dashboard.queries_search import Entry, Found, find
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("search", "administration", 96, in_navigation=False)
_LONGEST = 120
_TARGETS = {"area": ("map", "area"), "feed": ("data", "feed"), "clause": ("standard", "clause")}


def show(screen: Screen) -> None:
    """Draw the field and what it found."""
    asked = screen.query.get("q", "")[:_LONGEST].strip()
    entries = queries_search.index(screen.release)
    st.html(block(screen, f"<h1>{esc(screen.t('search_title'))}</h1>", "intro"))
    with st.container(key="searchfield"):
        typed = st.text_input(
            screen.t("search_label"), value=asked, max_chars=_LONGEST, placeholder=screen.t("search_hint"),
            key=f"_search_{asked}",
        )  # fmt: skip
    if typed.strip() != asked:
        st.query_params["q"] = typed.strip()
        st.rerun()
    st.html(block(screen, _results(screen, asked, entries), "found"))


def _results(screen: Screen, asked: str, entries: tuple[Entry, ...]) -> str:
    if not asked:
        counted = Counter(entry.kind for entry in entries)
        numbers = {kind: screen.number(counted[kind]) for kind in queries_search.KINDS}
        return f'<p class="lead">{esc(screen.t("search_scope", **numbers))}</p>'
    found = find(entries, asked)
    total = sum(found.counts.values())
    if not total:
        return f'<p class="calm" role="status">{esc(screen.t("search_none", asked=asked))}</p>'
    said = esc(screen.t("search_found", n=screen.number(total), asked=asked))
    groups = "".join(_group(screen, kind, found) for kind in queries_search.KINDS if kind in found.entries)
    return f'<p class="lead" role="status">{said}</p>{groups}'


def _group(screen: Screen, kind: str, found: Found) -> str:
    shown, total = found.entries[kind], found.counts[kind]
    more = ""
    if total > len(shown):
        more = f'<p class="lead">{esc(screen.t("search_some", shown=len(shown), n=screen.number(total)))}</p>'
    rows = "".join(_row(screen, entry) for entry in shown)
    title = f'{esc(screen.t(f"search_kind_{kind}"))} <span class="count">{screen.number(total)}</span>'
    return f"<section><h2>{title}</h2>{more}<ul>{rows}</ul></section>"


def _row(screen: Screen, entry: Entry) -> str:
    title, value = screen.say(entry.title), ""
    if entry.kind == "indicator":
        tile = next((tile for tile in queries.tiles(screen.release) if tile.card.code == entry.id), None)
        way = link(screen, "indicator", title, code=entry.id)
        if tile:
            value = f'{status_pill(screen, tile.verdict)} <span class="num">{esc(value_text(screen, tile))}</span>'
    else:
        page, name = _TARGETS[entry.kind]
        way = link(screen, page, title, **{name: entry.id})
    under = " · ".join(part for part in dict.fromkeys([screen.say(entry.under), entry.id]) if part)
    return f'<li><div><h3>{way}</h3><p class="soft">{esc(under)}</p></div><p class="worth">{value}</p></li>'
