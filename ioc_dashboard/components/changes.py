"""What changed since the reader last looked: statuses, revisions, newer periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ioc_dashboard import formats
from ioc_dashboard.components.links import indicator_link
from ioc_dashboard.components.markup import esc, status_pill, tag
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_changes import Changes, Moved, Revised, Since
from ioc_dashboard.screen import Screen

SHOWN = 6


def changes_section(screen: Screen, since: Since, found: Changes | None, tiles: Mapping[str, Tile]) -> str:
    """The section, with what it is compared with in words."""
    mine = since.how in ("visit", "same")
    title = f"<h2>{esc(screen.t('changes_title' if mine else 'changes_title_previous'))}</h2>"
    told = esc(
        nothing_before(screen)
        if since.how == "first"
        else screen.t(f"changes_{since.how}", **({"time": screen.moment(since.at)} if since.at else {}))
    )
    if found is None:
        if since.how == "same" and since.previous:
            address = esc(screen.address("overview", since=since.previous))
            told += f' <a href="{address}">{esc(screen.t("changes_compare"))} ›</a>'
        return f'<section class="changes">{title}<p class="calm">{told}</p></section>'
    body = f'<p class="lead">{told} {esc(counted(screen, found))}</p>'
    rows = [_moved(screen, one, tiles[one.code]) for one in found.moved if one.code in tiles]
    rows += [_revised(screen, one, tiles[one.code]) for one in found.revised if one.code in tiles]
    if rows:
        body += f"<ul>{''.join(rows[:SHOWN])}</ul>"
    if len(rows) > SHOWN:
        summary = esc(screen.t("changes_all", n=screen.number(len(rows) - SHOWN)))
        body += f"<details><summary>{summary}</summary><ul>{''.join(rows[SHOWN:])}</ul></details>"
    return f'<section class="changes">{title}{body}</section>'


def nothing_before(screen: Screen) -> str:
    """Why there is nothing to compare with."""
    return screen.t("changes_reconstructed" if screen.release.reconstructed else "changes_first")


def counted(screen: Screen, found: Changes) -> str:
    """How many changed and which way, in sentences."""
    if not (found.moved or found.revised or found.newer):
        return screen.t("changes_nothing") + _others(screen, found)
    ways = Counter(one.way for one in found.moved)
    text = screen.t(
        "changes_counted", worse=screen.number(ways["worse"]), better=screen.number(ways["better"]),
        revised=screen.number(len(found.revised)), newer=screen.number(len(found.newer)),
    )  # fmt: skip
    unjudged = f"; {screen.t('changes_unjudged', n=screen.number(ways['unjudged']))}" if ways["unjudged"] else ""
    return f"{text}{unjudged}.{_others(screen, found)}"


def _others(screen: Screen, found: Changes) -> str:
    said = [
        screen.t(name, n=screen.number(len(codes)))
        for name, codes in (("changes_appeared", found.appeared), ("changes_gone", found.gone))
        if codes
    ]
    return f" {'; '.join(said)}." if said else ""


def _moved(screen: Screen, one: Moved, tile: Tile) -> str:
    return (
        f'<li><span class="fromto">{status_pill(screen, one.before)}<span aria-hidden="true">→</span>'
        f"{status_pill(screen, one.after)}</span>"
        f"<div><h3>{indicator_link(screen, one.code, screen.say(tile.card.short))}</h3>"
        f"<p>{esc(screen.say(tile.card.owner) or screen.t('no_owner'))}</p></div></li>"
    )


def _revised(screen: Screen, one: Revised, tile: Tile) -> str:
    return (
        f'<li><span class="fromto">{tag(screen.t("changes_revised"), "corrected")}</span>'
        f"<div><h3>{indicator_link(screen, one.code, screen.say(tile.card.short))}</h3>"
        f'<p class="num">{esc(revision(screen, one, tile))}</p></div></li>'
    )


def revision(screen: Screen, one: Revised, tile: Tile) -> str:
    """What was said and what is said now of the newest revised period, and how many more there are."""
    unit, decimals = screen.say(tile.card.unit), tile.card.decimals
    text = screen.t(
        "changes_from_to", period=screen.period(one.period),
        before=formats.quantity(one.before, unit, decimals, screen.lang),
        after=formats.quantity(one.after, unit, decimals, screen.lang),
    )  # fmt: skip
    more = f" {screen.t('changes_periods', n=screen.number(one.periods - 1))}" if one.periods > 1 else ""
    return text + more
