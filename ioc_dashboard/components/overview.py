"""Top of the overview: the situation in one line, and what needs attention first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ioc_dashboard.components import reading
from ioc_dashboard.components.correction import correction_tag
from ioc_dashboard.components.links import indicator_link
from ioc_dashboard.components.markup import ICON, SHAPE, banner, esc, status_pill, tag
from ioc_dashboard.components.trust import badge, trust_of
from ioc_dashboard.folding import folded
from ioc_dashboard.model import Feed, Tile, Words
from ioc_dashboard.queries_overview import About
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import attention, by_field, count, watched
from ioc_dashboard.texts import known

_COLUMNS = ("col_status", "col_indicator", "col_value", "col_reason", "col_owner", "col_trust")
ATTENTION_SHOWN = 8
_ORDER = ("red", "amber", "green", "untargeted", "grey")


def verdict(screen: Screen, tiles: Sequence[Tile], feeds: Sequence[Feed]) -> str:
    """How many indicators are where, and which sources to watch: in words, with a bar of the same numbers."""
    if not tiles:
        empty = f'<h1 class="situation">{esc(screen.t("no_indicators"))}</h1>'
        return f'<section class="verdict">{empty}{feed_line(screen, feeds)}</section>'
    counted = count(tiles)
    bar = "".join(
        f'<span class="s-{name}" style="flex-grow:{counted[name]}"><i class="shape"></i><b>{counted[name]}</b></span>'
        for name in _ORDER
        if counted[name]
    )
    return (
        f'<section class="verdict"><h1 class="situation">{situation(screen, tiles)}</h1>'
        f'<div class="bar" aria-hidden="true">{bar}</div>{feed_line(screen, feeds)}</section>'
    )


def situation(screen: Screen, tiles: Sequence[Tile]) -> str:
    """How many indicators are where, as one sentence."""
    counted = count(tiles)
    words = ", ".join(
        f'<b class="s-{name}">{esc(screen.t(f"verdict_{name}", n=screen.number(counted[name])))}</b>'
        for name in _ORDER
        if counted[name] or name in ("red", "amber", "green")
    )
    return f"{esc(screen.t('verdict_lead', n=screen.number(len(tiles))))} {words}."


def feed_line(screen: Screen, feeds: Sequence[Feed]) -> str:
    """Which sources are blocked, held, late or silent; each leads to its page."""
    if not feeds:
        return f'<p class="feedline">{esc(screen.t("no_feeds"))}</p>'
    groups = watched(feeds)
    if not groups:
        icon = '<i class="icon i-ok" aria-hidden="true"></i>'
        return f'<p class="feedline"><span>{icon}{esc(screen.t("feeds_all_fine"))}</span></p>'
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


def attention_list(screen: Screen, tiles: Sequence[Tile], about: Mapping[str, About]) -> str:
    """Indicators off target, then near it: value, target, why, who owns it, can it be trusted. The first ones in full,
    headline indicators and results before process; the others folded to one line each."""
    found = ranked(tiles, about)
    title = f'<h2>{esc(screen.t("attention"))} <span class="count">{screen.number(len(found))}</span></h2>'
    if not found:
        judged = any(tile.verdict == "green" for tile in tiles)
        text = screen.t("attention_none" if judged else "attention_none_grey")
        return (
            f'<section class="attention"><h2>{esc(screen.t("attention"))}</h2><p class="calm">{esc(text)}</p></section>'
        )
    rows = "".join(_row(screen, tile, about) for tile in found[:ATTENTION_SHOWN])
    rest = "".join(_short_row(screen, tile, about) for tile in found[ATTENTION_SHOWN:])
    if rest:
        summary = esc(screen.t("more_off", n=screen.number(len(found) - ATTENTION_SHOWN)))
        order = f'<p class="order">{esc(screen.t("attention_order"))}</p>'
        rest = f'<details><summary>{summary}</summary>{order}<ol class="short">{rest}</ol></details>'
    heads = "".join(f"<span>{esc(screen.t(name))}</span>" for name in _COLUMNS)
    return (
        f'<section class="attention">{title}<div class="heads" aria-hidden="true">{heads}</div>'
        f"<ol>{rows}</ol>{rest}</section>"
    )


def none_off(screen: Screen, tiles: Sequence[Tile]) -> str:
    """What to say where nothing is off target: that it is so, or that nothing can be judged."""
    judged = any(tile.verdict in ("green", "amber") for tile in tiles)
    return esc(screen.t("none_off" if judged else "none_judged"))


def ranked(tiles: Sequence[Tile], about: Mapping[str, About]) -> list[Tile]:
    """Indicators off target, then near it; of each, headline ones first, then by what they measure: results and impact
    before inputs and process."""

    def place(tile: Tile) -> tuple[bool, bool, int]:
        return (tile.verdict != "red", not tile.card.headline, about.get(tile.card.code, About()).rank)

    return sorted(attention(tiles), key=place)


def why(screen: Screen, tile: Tile, about: Mapping[str, About]) -> str:
    """Why it misses its target, from the decomposition; otherwise the reason of its status."""
    said = screen.say(about.get(tile.card.code, About()).why)
    return said or (screen.say(tile.latest.reason) if tile.latest else "")


def _row(screen: Screen, tile: Tile, about: Mapping[str, About]) -> str:
    latest = tile.latest
    labels = (tag(screen.t("simulated"), "sim") if latest and latest.simulated else "") + correction_tag(screen, tile)
    target = reading.target_text(tile, screen.lang) or ""
    return (
        f'<li class="s-{tile.verdict}"><div class="c-status">{status_pill(screen, tile.verdict)}</div>'
        f'<div class="c-name"><h3>{indicator_link(screen, tile.card.code, screen.say(tile.card.short))}</h3>'
        f"<p>{reading.period_line(screen, tile)}</p><p>{reading.date_line(screen, tile)}</p></div>"
        f'<div class="c-value">{reading.big_value(screen, tile)}'
        f"<p>{esc(screen.t('target'))} <b>{esc(target)}</b></p></div>"
        f'<div class="c-why"><p>{esc(why(screen, tile, about))}</p></div>'
        f'<div class="c-owner"><p class="label">{esc(screen.t("col_owner"))}</p>'
        f"<p>{esc(reading.owner_text(screen, tile))}</p></div>"
        f'<div class="c-trust">{badge(screen, tile, "wide")}{labels}</div></li>'
    )


def _short_row(screen: Screen, tile: Tile, about: Mapping[str, About]) -> str:
    """One line of the fold: it leads to the indicator's own page, where the badge opens."""
    latest = tile.latest
    labels = tag(screen.t("held"), "held") if latest and latest.held else ""
    labels += tag(screen.t("simulated"), "sim") if latest and latest.simulated else ""
    trust = known("trust_", trust_of(tile), screen.lang)
    target = reading.target_text(tile, screen.lang) or ""
    return (
        f'<li class="s-{tile.verdict}">{status_pill(screen, tile.verdict)}'
        f"<div><h3>{indicator_link(screen, tile.card.code, screen.say(tile.card.short))}</h3>"
        f"<p>{esc(screen.period(latest.period)) if latest else ''} · {esc(reading.owner_text(screen, tile))}</p></div>"
        f'<p class="num"><b>{esc(reading.value_text(screen, tile))}</b> / {esc(target)}</p>'
        f'<p class="c-why">{esc(why(screen, tile, about))}</p><p>{tag(trust, "trusted")} {labels}</p></li>'
    )


def field_links(screen: Screen, tiles: Sequence[Tile]) -> str:
    """All fields as links to their tiles, each with its count by status."""
    items = "".join(
        f'<li><a href="{esc(screen.address("overview", field=field_key(field)))}">'
        f"{esc(screen.say(field) or screen.t('other_field'))}</a>{_tally(screen, members)}</li>"
        for field, members in by_field(tiles)
    )
    return f'<nav class="fieldlinks" aria-label="{esc(screen.t("fields_title"))}"><ul>{items}</ul></nav>'


def field_key(field: Words) -> str:
    """A field's name as it stands in an address: `hanh-chinh-cong`."""
    return folded(field.vi or field.en).replace(" ", "-") or "khac"


def _tally(screen: Screen, tiles: Sequence[Tile]) -> str:
    counted = count(tiles)
    shown = "".join(
        f'<span class="s-{name}">{SHAPE}{counted[name]}'
        f'<span class="quiet"> {esc(screen.t(f"status_{name}"))}</span></span>'
        for name in _ORDER
        if counted[name]
    )
    return f'<span class="tally">{shown}</span>'


def simulated_banner(screen: Screen, tiles: Sequence[Tile]) -> str:
    """A line across the page when any value shown is simulated."""
    simulated = sum(1 for tile in tiles if tile.latest and tile.latest.simulated)
    if not simulated:
        return ""
    text = screen.t("simulated_banner", count=screen.number(simulated), all=screen.number(len(tiles)))
    return banner("sim", text)
