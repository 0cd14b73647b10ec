"""Top of the overview: the situation in one line, and what needs attention first."""

from __future__ import annotations

from collections.abc import Sequence

from ioc_dashboard.components import reading
from ioc_dashboard.components.correction import correction_tag
from ioc_dashboard.components.markup import ICON, banner, esc, status_pill, tag
from ioc_dashboard.components.trust import badge
from ioc_dashboard.model import Feed, Tile
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import attention, count, watched

_COLUMNS = ("col_status", "col_indicator", "col_value", "col_reason", "col_owner", "col_trust")
_SHOWN = 10
_ORDER = ("red", "amber", "green", "untargeted", "grey")


def verdict(screen: Screen, tiles: Sequence[Tile], feeds: Sequence[Feed]) -> str:
    """How many indicators are where, and which sources to watch: in words, with a bar of the same numbers."""
    if not tiles:
        empty = f'<h1 class="situation">{esc(screen.t("no_indicators"))}</h1>'
        return f'<section class="verdict">{empty}{feed_line(screen, feeds)}</section>'
    counted = count(tiles)
    words = ", ".join(
        f'<b class="s-{name}">{esc(screen.t(f"verdict_{name}", n=screen.number(counted[name])))}</b>'
        for name in _ORDER
        if counted[name] or name in ("red", "amber", "green")
    )
    bar = "".join(
        f'<span class="s-{name}" style="flex-grow:{counted[name]}"><i class="shape"></i><b>{counted[name]}</b></span>'
        for name in _ORDER
        if counted[name]
    )
    lead = esc(screen.t("verdict_lead", n=screen.number(len(tiles))))
    return (
        f'<section class="verdict"><h1 class="situation">{lead} {words}.</h1>'
        f'<div class="bar" aria-hidden="true">{bar}</div>{feed_line(screen, feeds)}</section>'
    )


def feed_line(screen: Screen, feeds: Sequence[Feed]) -> str:
    """Which sources are blocked, held, late or silent; each leads to its page."""
    if not feeds:
        return f'<p class="feedline">{esc(screen.t("no_feeds"))}</p>'
    groups = watched(feeds)
    if not groups:
        return f'<p class="feedline"><i class="icon i-ok" aria-hidden="true"></i>{esc(screen.t("feeds_all_fine"))}</p>'
    parts = [
        f'<span class="h-{state}">{ICON}{", ".join(_feed(screen, feed) for feed in members)} '
        f"<em>{esc(screen.t(f'feeds_{state}'))}</em></span>"
        for state, members in groups.items()
    ]
    return f'<p class="feedline"><b>{esc(screen.t("feeds_to_watch"))}</b> {" ".join(parts)}</p>'


def _feed(screen: Screen, feed: Feed) -> str:
    address = esc(screen.address("data", feed=feed.feed_id))
    hint = esc(screen.say(feed.reason))
    return f'<a href="{address}" title="{hint}">{esc(screen.say(feed.title))}</a>'


def attention_list(screen: Screen, tiles: Sequence[Tile]) -> str:
    """Indicators off target, then near it: value, target, why, who owns it, can it be trusted."""
    found = attention(tiles)
    title = f'<h2>{esc(screen.t("attention"))} <span class="count">{screen.number(len(found))}</span></h2>'
    if not found:
        judged = any(tile.verdict == "green" for tile in tiles)
        text = screen.t("attention_none" if judged else "attention_none_grey")
        return (
            f'<section class="attention"><h2>{esc(screen.t("attention"))}</h2><p class="calm">{esc(text)}</p></section>'
        )
    red = sum(tile.verdict == "red" for tile in found)
    first = max(red, _SHOWN)  # everything off target is shown; what is near may fold away
    rows = "".join(_row(screen, tile) for tile in found[:first])
    rest = "".join(_row(screen, tile) for tile in found[first:])
    if rest:
        summary = esc(screen.t("more_attention", n=screen.number(len(found) - first)))
        rest = f"<details><summary>{summary}</summary><ol>{rest}</ol></details>"
    heads = "".join(f"<span>{esc(screen.t(name))}</span>" for name in _COLUMNS)
    return (
        f'<section class="attention">{title}<div class="heads" aria-hidden="true">{heads}</div>'
        f"<ol>{rows}</ol>{rest}</section>"
    )


def _row(screen: Screen, tile: Tile) -> str:
    latest = tile.latest
    labels = (tag(screen.t("simulated"), "sim") if latest and latest.simulated else "") + correction_tag(screen, tile)
    reason = screen.say(latest.reason) if latest else ""
    target = reading.target_text(tile, screen.lang) or ""
    return (
        f'<li class="s-{tile.verdict}"><div class="c-status">{status_pill(screen, tile.verdict)}</div>'
        f'<div class="c-name"><h3>{esc(screen.say(tile.card.short))}</h3>'
        f"<p>{reading.period_line(screen, tile)}</p><p>{reading.date_line(screen, tile)}</p></div>"
        f'<div class="c-value">{reading.big_value(screen, tile)}'
        f"<p>{esc(screen.t('target'))} <b>{esc(target)}</b></p></div>"
        f'<div class="c-why"><p>{esc(reason)}</p></div>'
        f'<div class="c-owner"><p class="label">{esc(screen.t("col_owner"))}</p>'
        f"<p>{esc(reading.owner_text(screen, tile))}</p></div>"
        f'<div class="c-trust">{badge(screen, tile, "wide")}{labels}</div></li>'
    )


def simulated_banner(screen: Screen, tiles: Sequence[Tile]) -> str:
    """A line across the page when any value shown is simulated."""
    simulated = sum(1 for tile in tiles if tile.latest and tile.latest.simulated)
    if not simulated:
        return ""
    text = screen.t("simulated_banner", count=screen.number(simulated), all=screen.number(len(tiles)))
    return banner("sim", text)
