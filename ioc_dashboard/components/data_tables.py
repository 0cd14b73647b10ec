"""The data page beyond single sources: league table of units, coverage, what is held, corrected or doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ioc_dashboard import formats
from ioc_dashboard.components import reading
from ioc_dashboard.components.links import indicator_link, link
from ioc_dashboard.components.markup import ICON, esc, status_pill, table, tag
from ioc_dashboard.model import Clause, Feed, Tile
from ioc_dashboard.queries_data import Correction, Doubted, Score, Standing
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import clause_verdict

VIEWS = ("sources", "owners", "coverage", "registers")
_BANDS = {"green": "r-passed", "yellow": "r-unknown", "red": "r-failed"}


def view_links(screen: Screen, here: str) -> str:
    """The parts of the page as links; every one has an address of its own."""

    def item(view: str) -> str:
        address = screen.address("data", **({} if view == "sources" else {"view": view}))
        current = ' aria-current="page"' if view == here else ""
        return f'<li><a href="{esc(address)}"{current}>{esc(screen.t(f"data_view_{view}"))}</a></li>'

    items = "".join(map(item, VIEWS))
    return f'<nav class="parts" aria-label="{esc(screen.t("data_views"))}"><ul>{items}</ul></nav>'


def band_pill(screen: Screen, score: Score) -> str:
    """Score of the tree as colour, sign, number and word."""
    number = screen.number(score.score, 1) if score.score is not None else screen.t("league_no_score")
    css = _BANDS.get(score.band, "r-untested")
    return f'<span class="pill {css}">{ICON}{esc(number)} · {esc(screen.t(f"band_{score.band}"))}</span>'


def league(screen: Screen, standings: Sequence[Standing]) -> str:
    """Units with rank, score and the state of their sources."""
    title = f"<h2>{esc(screen.t('owners_title'))}</h2>"
    if not standings:
        return f'<section>{title}<p class="note">{esc(screen.t("no_feeds"))}</p></section>'
    heads = [(screen.t(f"league_{name}"), css) for name, css in (
        ("rank", "num"), ("unit", "wide"), ("score", ""), ("sources", "num"), ("late", "num"), ("held", "num"),
        ("never", "num"), ("aside", "num"),
    )]  # fmt: skip
    rows = [
        [
            screen.number(one.rank) if one.rank else f'<span class="soft">{esc(screen.t("league_no_rank"))}</span>',
            f"<details><summary>{esc(screen.say(one.name) or screen.t('no_owner'))}</summary><p>"
            + ", ".join(link(screen, "data", screen.say(feed.title), feed=feed.feed_id) for feed in one.feeds)
            + "</p></details>",
            band_pill(screen, one.score) if one.score else esc(screen.t("league_no_score")),
            screen.number(len(one.feeds)),
            _flag(screen, one.count("late")),
            _flag(screen, one.count("held", "blocked")),
            _flag(screen, one.count("never")),
            f"{screen.number(sum(feed.quarantined for feed in one.feeds))} / "
            f"{screen.number(sum(feed.received for feed in one.feeds))}",
        ]
        for one in standings
    ]
    label = next((screen.say(one.score.label) for one in standings if one.score), "")
    note = f'<p class="note">{esc(label)} {tag("P", "mark", screen.t("mark_P"))}</p>' if label else ""
    lead = f'<p class="lead">{esc(screen.t("owners_lead"))}</p>'
    return f"<section>{title}{lead}{table(screen.t('owners_title'), heads, rows)}{note}</section>"


def _flag(screen: Screen, number: int) -> str:
    return f'<b class="amber">{screen.number(number)}</b>' if number else screen.number(number)


def coverage(screen: Screen, tiles: Sequence[Tile], feeds: Sequence[Feed], clauses: Sequence[Clause]) -> str:
    """Shares with both of their numbers, computed from this release."""
    present = [tile.latest for tile in tiles if tile.latest and tile.latest.value is not None]
    rules = sum(feed.rules_passed + feed.rules_failed + feed.rules_unknown for feed in feeds)
    decided = sum(feed.rules_passed + feed.rules_failed for feed in feeds)
    shares = [
        ("cover_values", len(present), len(tiles)),
        ("cover_targets", sum(value.target is not None for value in present), len(present)),
        ("cover_verified", sum(value.trust == "verified" and not value.held for value in present), len(present)),
        ("cover_current", sum(not value.held for value in present), len(present)),
        ("cover_real", sum(not value.simulated for value in present), len(present)),
        ("cover_delivered", sum(feed.deliveries > 0 for feed in feeds), len(feeds)),
        ("cover_fine", sum(feed.health == "ok" for feed in feeds), len(feeds)),
        ("cover_rows", sum(feed.accepted for feed in feeds), sum(feed.received for feed in feeds)),
        ("cover_rules", decided, rules),
        ("cover_clauses", sum(clause_verdict(one) in ("passed", "failed") for one in clauses), len(clauses)),
    ]
    heads = [(screen.t("coverage_what"), "wide"), (screen.t("coverage_n"), "num"), (screen.t("coverage_of"), "num"),
             (screen.t("coverage_share"), "num")]  # fmt: skip
    rows = [
        [
            esc(screen.t(name)), screen.number(have), screen.number(all_),
            esc(formats.quantity(100 * have / all_, "%", 1, screen.lang) if all_ else formats.MISSING),
        ]
        for name, have, all_ in shares
    ]  # fmt: skip
    return (
        f'<section><h2>{esc(screen.t("coverage_title"))}</h2><p class="lead">{esc(screen.t("coverage_lead"))}</p>'
        f"{table(screen.t('coverage_title'), heads, rows)}</section>"
    )


def held_values(screen: Screen, tiles: Sequence[Tile]) -> str:
    """Newest values that stand in for a delivery that was rejected or has not come."""
    held = [tile for tile in tiles if tile.latest and tile.latest.held]
    title = f'<h2>{esc(screen.t("held_title"))} <span class="count">{screen.number(len(held))}</span></h2>'
    if not held:
        return f'<section>{title}<p class="note">{esc(screen.t("held_none"))}</p></section>'
    heads = [(screen.t("col_status"), ""), (screen.t("col_indicator"), "wide"), (screen.t("col_value"), "num"),
             (screen.t("newest_period"), ""), (screen.t("col_owner"), "")]  # fmt: skip
    rows = [
        [
            status_pill(screen, tile.verdict), indicator_link(screen, tile.card.code, screen.say(tile.card.name)),
            f'<span class="value held">{esc(reading.value_text(screen, tile))}</span>',
            f"{esc(screen.period(tile.latest.period))} "
            f"<span class='soft'>({esc(screen.age(tile.latest.period_end))})</span>"
            if tile.latest else "",
            esc(reading.owner_text(screen, tile)),
        ]
        for tile in held
    ]  # fmt: skip
    return f"<section>{title}{table(screen.t('held_title'), heads, rows)}</section>"


def corrections(screen: Screen, found: Sequence[Correction], tiles: Mapping[str, Tile]) -> str:
    """The register: what was changed, by whom, on which evidence, until when, and whether it is applied."""
    title = f'<h2>{esc(screen.t("corrections_title"))} <span class="count">{screen.number(len(found))}</span></h2>'
    if not found:
        return f'<section>{title}<p class="note">{esc(screen.t("corrections_none"))}</p></section>'
    heads = [(screen.t("col_indicator"), "wide"), (screen.t("correction_what"), ""), (screen.t("correction_state"), ""),
             (screen.t("why_state"), "wide"), (screen.t("correction_who"), ""),
             (screen.t("correction_until"), "")]  # fmt: skip
    rows = []
    for one in found:
        tile = tiles.get(one.code)
        unit, decimals = (screen.say(tile.card.unit), tile.card.decimals) if tile else ("", 2)
        what = screen.t(
            f"correction_action_{one.action}",
            **({"value": formats.quantity(one.value, unit, decimals, screen.lang)} if one.action == "replace" else {}),
            **({"factor": screen.number(one.factor, 3)} if one.action == "scale" else {}),
        )
        if one.raw is not None:
            what += f" ({screen.t('raw_value', raw=formats.quantity(one.raw, unit, decimals, screen.lang))})"
        rows.append([
            f"{indicator_link(screen, one.code, screen.say(tile.card.name) if tile else one.code)} "
            f'<span class="soft">{esc(screen.period(one.period))} · {esc(one.id)}</span>',
            esc(what),
            f'<span class="pill {"r-failed" if one.failed else "r-passed"}">{ICON}{esc(screen.say(one.state))}</span>',
            esc(screen.say(one.reason)), f"{esc(one.who)}: {esc(one.evidence)}",
            f"{esc(screen.day(one.made_on))} – {esc(screen.day(one.expires))}",
        ])  # fmt: skip
    return f"<section>{title}{table(screen.t('corrections_title'), heads, rows)}</section>"


def doubts(screen: Screen, found: Sequence[Doubted], feeds: Sequence[Feed]) -> str:
    """Values taken although their sender may have meant another."""
    total = sum(one.values for one in found)
    title = f'<h2>{esc(screen.t("doubts_title"))} <span class="count">{screen.number(total)}</span></h2>'
    if not found:
        return f'<section>{title}<p class="note">{esc(screen.t("doubts_none"))}</p></section>'
    names = {feed.feed_id: screen.say(feed.title) for feed in feeds}
    heads = [(screen.t("feed"), ""), (screen.t("column"), ""), (screen.t("doubt_values"), "num"),
             (screen.t("why_state"), "wide"), (screen.t("doubt_examples"), "")]  # fmt: skip
    rows = [
        [
            link(screen, "data", names.get(one.feed_id, one.feed_id), feed=one.feed_id), esc(one.column),
            screen.number(one.values), f"{esc(screen.say(one.reason))} {tag(one.clause, 'code')}",
            esc("; ".join(one.examples)),
        ]
        for one in found
    ]  # fmt: skip
    return f"<section>{title}{table(screen.t('doubts_title'), heads, rows)}</section>"
