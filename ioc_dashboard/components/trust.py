"""The trust badge of a value, and the panel it opens: rules behind the value and where it comes from.

The panel is a native HTML popover: no round trip to the server, closed by Escape or a tap outside.
"""

from __future__ import annotations

from ioc_dashboard.components.correction import correction_note
from ioc_dashboard.components.markup import ICON, esc, ident, pairs, rule_pill, status_pill, tag
from ioc_dashboard.components.reading import big_value, period_line, target_line
from ioc_dashboard.model import Clause, Feed, Rule, Tile
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known

_RULES_SHOWN = 60


def badge(screen: Screen, tile: Tile, place: str) -> str:
    """Button with the trust state as colour, icon, word and count; opens the panel of the indicator."""
    state = trust_of(tile)
    word = esc(known("trust_", state, screen.lang))
    latest = tile.latest
    total = latest.rules_total if latest else 0
    counted = f'<b class="num">{latest.rules_passed}/{total}</b>' if latest and total else ""
    hint = screen.t("trust_open") + ": " + screen.say(tile.card.short)
    return (
        f'<button type="button" class="trust t-{esc(state)} {place}" popovertarget="{ident("trust", tile.card.code)}" '
        f'title="{esc(hint)}">{ICON}{word}{counted}</button>'
    )


def trust_of(tile: Tile) -> str:
    """Trust state of the value shown; without a value nothing has been verified."""
    if tile.latest is None:
        return "unverified"
    return "held" if tile.latest.held and tile.latest.trust == "verified" else tile.latest.trust


def panel(screen: Screen, tile: Tile, rules: tuple[Rule, ...], clauses: dict[str, Clause], feed: Feed | None) -> str:
    """The opened badge."""
    state, latest, name = trust_of(tile), tile.latest, ident("trust", tile.card.code)
    head = (
        f'<header><div><p class="kicker">{esc(screen.t("trust_open"))}</p>'
        f"<h3>{esc(screen.say(tile.card.name))}</h3></div>"
        f'<button type="button" class="close" popovertarget="{name}" popovertargetaction="hide" '
        f'aria-label="{esc(screen.t("close"))}">{ICON}</button></header>'
    )
    reading = (
        f'<div class="reading">{big_value(screen, tile)}<div>{status_pill(screen, tile.verdict)}'
        f"<p>{period_line(screen, tile)}</p><p>{target_line(screen, tile)}</p></div></div>"
    )
    word = known("trust_", state, screen.lang)
    trouble = f" {esc(screen.say(feed.reason))}" if state == "held" and feed and screen.say(feed.reason) else ""
    why = (
        f'<p class="why t-{esc(state)}">{ICON}<span><b>{esc(word)}.</b> '
        f"{esc(screen.t(f'trust_{state}_why') if state in _STATES else '')}{trouble}</span></p>"
    )
    reason = f'<p class="reason">{esc(screen.say(latest.reason))}</p>' if latest and screen.say(latest.reason) else ""
    reason += correction_note(screen, tile)
    return (
        f'<div popover id="{name}" class="panel" role="dialog" aria-label="{esc(screen.say(tile.card.name))}">'
        f'{head}<div class="panel-body">{reading}{reason}{why}{rule_list(screen, rules, clauses)}'
        f"{lineage(screen, tile, feed)}</div></div>"
    )


_STATES = ("verified", "warning", "held", "unverified")


def rule_list(screen: Screen, rules: tuple[Rule, ...], clauses: dict[str, Clause]) -> str:
    """Rules behind the value: what failed in full, what passed in one line each."""
    title = f"<h4>{esc(screen.t('rules_behind'))}</h4>"
    if not rules:
        return f'{title}<p class="note">{esc(screen.t("rules_none"))}</p>'
    open_ones = [rule for rule in rules if rule.success is not True]
    passed = [rule for rule in rules if rule.success is True]
    items = "".join(_rule(screen, rule, clauses, full=True) for rule in open_ones[:_RULES_SHOWN])
    good = "".join(_rule(screen, rule, clauses, full=False) for rule in passed[:_RULES_SHOWN])
    folded = (
        f"<details{'' if open_ones else ' open'}><summary>{esc(screen.t('passed_rules', n=screen.number(len(passed))))}"
        f'</summary><ul class="rules">{good}</ul></details>'
        if passed
        else ""
    )
    return title + (f'<ul class="rules">{items}</ul>' if items else "") + folded


def _rule(screen: Screen, rule: Rule, clauses: dict[str, Clause], full: bool) -> str:
    clause = clauses.get(rule.clause)
    message = screen.say(rule.message) or rule.expectation_id
    hint = screen.say(clause.title) if clause else ""
    text = f"<b>{esc(message)}</b> {tag(rule.clause, 'code', hint)}"
    if full:
        if rule.unexpected:
            counted = f"{screen.number(rule.unexpected)}/{screen.number(rule.evaluated)}"
            text += f' <span class="num">{esc(screen.t("broken"))}: {counted}</span>'
        for label, words in (("why", rule.why), ("fix", rule.fix)):
            if screen.say(words):
                text += f"<p><i>{esc(screen.t(label))}:</i> {esc(screen.say(words))}</p>"
    return f"<li>{rule_pill(screen, rule.success)}<div>{text}</div></li>"


def lineage(screen: Screen, tile: Tile, feed: Feed | None) -> str:
    """Feed, file, place in the file, when it was received, how it is computed."""
    latest, card = tile.latest, tile.card
    feed_id = latest.feed_id if latest else card.feed_id
    name = screen.say(feed.title) if feed else feed_id
    link = f'<a href="{esc(screen.address("data", feed=feed_id))}">{esc(name)}</a>' if feed_id else ""
    items = [(screen.t("feed"), link)]
    if latest:
        items += [
            (screen.t("file"), esc(latest.file_name)),
            (screen.t("location"), f"<code>{esc(latest.location)}</code>" if latest.location else ""),
            (screen.t("known_at"), esc(screen.moment(latest.known_at)) if latest.known_at else ""),
            (screen.t("published_at"), esc(screen.day(latest.published_at)) if latest.published_at else ""),
        ]
    items += [
        (screen.t("owner"), esc(screen.say(card.owner))),
        (screen.t("definition"), esc(screen.say(card.definition))),
        (screen.t("formula"), f"<code>{esc(card.formula)}</code>" if card.formula else ""),
    ]
    return f"<h4>{esc(screen.t('lineage'))}</h4>{pairs(items)}"
