"""Every indicator in one line, grouped by field; those without a value say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ioc_dashboard.components import reading
from ioc_dashboard.components.markup import ICON, SHAPE, esc, status_pill, tag
from ioc_dashboard.components.trust import trust_of
from ioc_dashboard.model import Tile, Words
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import VERDICTS, by_field, count, target_text
from ioc_dashboard.texts import known

NO_SOURCE = "nosource"


def state_of(tile: Tile, without: Mapping[str, Words]) -> str:
    """Verdict of an indicator; one that nobody sends is told apart from one whose data are missing."""
    return NO_SOURCE if tile.latest is None and tile.card.code in without else tile.verdict


def filters(screen: Screen, tiles: Sequence[Tile], without: Mapping[str, Words], status: str, asked: str) -> str:
    """Links that keep one status, each with its count among what was found."""
    counted = count(tiles)
    silent = sum(state_of(tile, without) == NO_SOURCE for tile in tiles)
    counted["grey"] -= silent
    kept = {"q": asked} if asked else {}
    items = [("", screen.t("ind_all"), len(tiles))]
    items += [(name, screen.t(f"status_{name}"), counted[name]) for name in VERDICTS if counted[name]]
    if silent:
        items.append((NO_SOURCE, screen.t("ind_without_source"), silent))

    def address(status: str) -> str:
        return esc(screen.address("indicator", **kept, **({"status": status} if status else {})))

    links = "".join(
        f'<a class="s-{name or "all"}" href="{address(name)}"'
        f"{' aria-current=true' if name == status else ''}>{SHAPE if name else ''}{esc(word)} <b>{number}</b></a>"
        for name, word, number in items
    )
    return f'<nav class="chips" aria-label="{esc(screen.t("ind_filter"))}">{links}</nav>'


def listing(screen: Screen, tiles: Sequence[Tile], without: Mapping[str, Words], waits: Mapping[str, Words]) -> str:
    """Fields with their indicators. `without`: why nobody sends a card; `waits`: what is missing behind one."""
    groups = by_field(tiles)
    heads = "".join(f"<span>{esc(screen.t(name))}</span>" for name in _COLUMNS)
    sections = "".join(
        f'<section id="f{number}"><h2>{esc(screen.say(field) or screen.t("other_field"))} '
        f'<span class="count">{len(members)}</span></h2><div class="heads" aria-hidden="true">{heads}</div>'
        f"<ol>{''.join(_row(screen, tile, without, waits) for tile in members)}</ol></section>"
        for number, (field, members) in enumerate(groups)
    )
    return f'<div class="ilist">{sections}</div>'


_COLUMNS = ("col_status", "col_indicator", "col_value", "ind_period", "col_target", "col_owner", "col_trust")


def _row(screen: Screen, tile: Tile, without: Mapping[str, Words], waits: Mapping[str, Words]) -> str:
    card, latest = tile.card, tile.latest
    address = esc(screen.address("indicator", code=card.code))
    state = trust_of(tile)
    if state_of(tile, without) == NO_SOURCE:
        pill = f'<span class="pill s-grey">{SHAPE}{esc(screen.t("ind_no_source_pill"))}</span>'
    else:
        pill = status_pill(screen, tile.verdict)
    labels = tag(screen.t("ind_sim"), "sim") if latest and latest.simulated else ""
    if latest and latest.held:
        labels += tag(screen.t("held"), "held")
    value = esc(reading.value_text(screen, tile))
    reason = screen.say(without.get(card.code, Words())) if latest is None else ""
    if latest is None and not reason and card.code in waits:
        reason = screen.t("ind_waits_short", why=screen.say(waits[card.code]))
    period = f"{esc(screen.period(latest.period))}<small>{esc(screen.age(latest.period_end))}</small>" if latest else ""
    counted = f" {latest.rules_passed}/{latest.rules_total}" if latest and latest.rules_total else ""
    held = " held" if latest and latest.held else ""
    missing = " none" if latest is None or latest.value is None else ""
    target = target_text(tile, screen.lang) or ""
    middle = (
        f'<span class="w">{esc(reason)}</span>'
        if reason
        else f'<span class="v num{held}{missing}">{value}</span><span class="p">{period}</span>'
        f'<span class="g num">{esc(target)}</span>'
    )
    return (
        f'<li>{pill}<span class="n"><a href="{address}">{esc(screen.say(card.name))}</a>'
        f"<small>{esc(card.code)} {labels}</small></span>{middle}"
        f'<span class="o">{esc(reading.owner_text(screen, tile))}</span>'
        f'<span class="t t-{esc(state)}">{ICON}{esc(known("trust_", state, screen.lang))}{counted}</span></li>'
    )
