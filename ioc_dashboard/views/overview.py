"""Toàn cảnh: what is off target, what must be decided, what changed; one field in full with `?field=`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from ioc_dashboard import queries, queries_changes, queries_overview
from ioc_dashboard.components.changes import changes_section
from ioc_dashboard.components.decisions import decisions
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.components.overview import (
    ATTENTION_SHOWN,
    attention_list,
    field_key,
    field_links,
    ranked,
    simulated_banner,
    verdict,
)
from ioc_dashboard.components.status_tree import tree
from ioc_dashboard.components.tile import field_html
from ioc_dashboard.components.trust import panel
from ioc_dashboard.model import Tile
from ioc_dashboard.open_alerts import mark, open_alerts
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import by_field
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("overview", "decision", 10)


def show(screen: Screen) -> None:
    """Draw the page, or the field asked for."""
    key = (screen.release.key, screen.lang, screen.theme, screen.today, screen.as_of)
    field = screen.query.get("field")
    if field:
        st.html(_field(*key, field, screen))
        return
    since = queries_changes.since(screen)
    stood = (since.how, since.release.key if since.release else "", str(since.at))
    st.html(_body(*key, mark(), stood, screen, since))


@st.cache_data(max_entries=32, show_spinner=False)
def _body(
    key: str, lang: str, theme: str | None, today: date, as_of: str | None, alerts_mark: str,
    stood: tuple[str, str, str], _screen: Screen, _since: queries_changes.Since,
) -> str:  # fmt: skip
    """The page below its time line: the same for every reader of a language on a day who last saw the same release."""
    screen, release = _screen, _screen.release
    tiles, feeds = queries.tiles(release), queries.feeds(release)
    about, nodes = queries_overview.about(release), queries_overview.status_tree(release)
    named = {tile.card.code: tile for tile in tiles}
    changed = queries_changes.changes(release, _since.release) if _since.release else None
    headline = [tile for tile in tiles if tile.card.headline] or list(tiles[:_TILES_WITHOUT_HEADLINE])
    wall = (
        f'<p class="towall"><a href="{esc(screen.address("overview", wall="1"))}">{esc(screen.t("to_wall"))} ›</a></p>'
    )
    shown = {tile.card.code: tile for tile in [*ranked(tiles, about)[:ATTENTION_SHOWN], *headline]}
    importance = {tile.card.code: number for number, tile in enumerate(ranked(tiles, about))}
    parts = [
        simulated_banner(screen, tiles),
        verdict(screen, tiles, feeds) + wall,
        '<div class="today">',
        decisions(screen, open_alerts(screen, importance), queries_overview.pressing_tasks(release)),
        changes_section(screen, _since, changed, named),
        "</div>",
        attention_list(screen, tiles, about) if tiles else "",
        f'<h2 class="part">{esc(screen.t("headline_title"))}</h2>' if len(headline) < len(tiles) else "",
        '<div class="fields">',
        *(field_html(screen, field, members) for field, members in by_field(headline)),
        "</div>",
        tree(screen, nodes, named, _links(screen, nodes, tiles)),
        field_links(screen, tiles) if tiles and not nodes else "",
        _panels(screen, list(shown.values())),
    ]
    return block(screen, "".join(parts), "overview")


_TILES_WITHOUT_HEADLINE = 12


@st.cache_data(max_entries=64, show_spinner=False)
def _field(
    key: str, lang: str, theme: str | None, today: date, as_of: str | None, field: str, _screen: Screen
) -> str:  # fmt: skip
    """One field of management with all its tiles."""
    screen = _screen
    tiles, about = queries.tiles(screen.release), queries_overview.about(screen.release)
    back = f'<p class="back"><a href="{esc(screen.address("overview"))}">‹ {esc(screen.t("back_overview"))}</a></p>'
    found = next(((name, members) for name, members in by_field(tiles) if field_key(name) == field), None)
    if found is None:
        warning = banner("warn", screen.t("unknown_field", field=field))
        return block(screen, back + warning + field_links(screen, tiles), "overview")
    name, members = found
    members = sorted(members, key=lambda tile: about.get(tile.card.code, queries_overview.About()).rank)
    parts = [
        back,
        simulated_banner(screen, members),
        f'<p class="kicker">{esc(screen.say(name) or screen.t("other_field"))}</p>',
        verdict(screen, members, queries.feeds(screen.release)),
        attention_list(screen, members, about),
        f'<div class="fields">{field_html(screen, name, members)}</div>',
        field_links(screen, tiles),
        _panels(screen, members),
    ]
    return block(screen, "".join(parts), "overview")


def _panels(screen: Screen, tiles: Sequence[Tile]) -> str:
    """What the trust badges open, of the tiles that are on the page."""
    rules, clauses = queries.rules(screen.release), {clause.id: clause for clause in queries.clauses(screen.release)}
    feed_of = {feed.feed_id: feed for feed in queries.feeds(screen.release)}
    found = []
    for tile in tiles:
        delivery = tile.latest.delivery_id if tile.latest else ""
        feed = feed_of.get(tile.latest.feed_id if tile.latest else tile.card.feed_id)
        found.append(panel(screen, tile, rules.get(delivery, ()) if delivery else (), clauses, feed))
    return "".join(found)


def _links(screen: Screen, nodes: Sequence[queries_overview.Node], tiles: Sequence[Tile]) -> dict[str, str]:
    """The way to the tiles of each field's node: the field that most of its indicators belong to."""
    field_of = {tile.card.code: tile.card.field for tile in tiles}
    members = {field_key(field): (field, len(found)) for field, found in by_field(tiles)}
    parent = {node.id: node.parent for node in nodes}
    level = {node.id: node.level for node in nodes}
    found: dict[str, str] = {}
    for node in nodes:
        if node.rule or node.id not in field_of:
            continue
        top = node.id
        while level.get(top, 0) > 1:
            top = parent[top]
        key = field_key(field_of[node.id])
        if top != node.id and top not in found and key in members:
            field, counted = members[key]
            text = screen.t("tree_all", n=screen.number(counted), field=screen.say(field))
            found[top] = f'<a href="{esc(screen.address("overview", field=key))}">{esc(text)} ›</a>'
    return found
