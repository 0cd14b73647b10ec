"""The dashboard on a wall: panels one after the other, nothing else on the screen, readable at five metres.

The rotation is a style sheet animation: it costs the server nothing and stops while the keyboard is in the controls.
With reduced motion the panels stand below each other. `?panel=3` shows one panel and stays there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from ioc_dashboard.components import reading
from ioc_dashboard.components.decisions import alert_counts, due, task_counts
from ioc_dashboard.components.frame import as_of_banner, fallback_banner
from ioc_dashboard.components.markup import ICON, SHAPE, block, esc, status_pill, tag
from ioc_dashboard.components.overview import none_off, ranked, why
from ioc_dashboard.components.trust import trust_of
from ioc_dashboard.formats import NBSP
from ioc_dashboard.model import Tile, Words
from ioc_dashboard.open_alerts import OpenAlert
from ioc_dashboard.queries_overview import About, Task
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import by_field, count
from ioc_dashboard.texts import known

SECONDS, LEAST, MOST = 15, 5, 120
_RED_SHOWN, _ALERTS_SHOWN, _TILES_SHOWN = 5, 5, 6
_ORDER = ("red", "amber", "green", "untargeted", "grey")


def seconds(asked: str | None) -> int:
    """How long each panel stays, from the address (`?every=20`); 15 unless it says otherwise."""
    return min(MOST, max(LEAST, int(asked))) if asked and asked.isdigit() else SECONDS


def panels(
    screen: Screen, tiles: Sequence[Tile], about: Mapping[str, About], alerts: Sequence[OpenAlert] | None,
    tasks: Sequence[Task],
) -> list[str]:  # fmt: skip
    """Everything that is shown: the situation, what must be decided, each field with figures."""
    found = [_situation(screen, tiles, about)]
    if alerts or tasks:
        found.append(_decisions(screen, alerts or (), tasks))
    for field, members in by_field(tiles):
        with_value = [tile for tile in members if tile.latest and tile.latest.value is not None]
        if with_value:
            found.append(_field(screen, field, members, with_value, about))
    return found


def wall(screen: Screen, found: Sequence[str], every: int, chosen: int | None) -> tuple[str, str]:
    """The page and the style sheet of its rotation. `chosen`: the panel to stay on, from 1."""
    shown = min(max(chosen, 1), len(found)) if chosen else None
    sections = "".join(
        f'<section class="wallpanel{" shown" if number == shown else ""}" style="--n:{number - 1}">{inner}'
        f'<p class="page">{esc(screen.t("wall_of", n=number, all=len(found)))}</p></section>'
        for number, inner in enumerate(found, start=1)
    )
    mode = "stays" if shown else "turns" if len(found) > 1 else "stays single"
    html = f'<div class="wall {mode}">{_head(screen)}<div class="wallpanels">{sections}</div>'
    return block(screen, html + _tools(screen, len(found), shown) + "</div>", "wallpage"), _rotation(len(found), every)


def _rotation(count: int, every: int) -> str:
    """Each panel is seen for its share of the round, one after the other, without sliding or fading."""
    share = 100 / count
    return (
        f"<style>@keyframes wallturn {{ 0% {{ visibility: visible; }} {share:.4f}% {{ visibility: visible; }} "
        f"{share + 0.001:.4f}% {{ visibility: hidden; }} 100% {{ visibility: hidden; }} }}\n"
        f".ioc .wall.turns .wallpanel {{ animation: wallturn {count * every}s step-end infinite both; "
        f"animation-delay: calc({every}s * (var(--n) - {count})); }}</style>"
    )


def _head(screen: Screen) -> str:
    info = screen.info
    simulated = f'<p class="sim">{ICON}{esc(screen.t("wall_simulated"))}</p>'
    when = screen.t("wall_published", time=screen.moment(info.created_at)) if info.created_at else ""
    return (
        f'<header class="wallhead"><p><b>{esc(screen.say(info.province))}</b> <span>{esc(screen.t("page_overview"))}'
        f"</span></p>{simulated if _any_simulated(screen) else ''}<p>{esc(when)}</p></header>"
        f"{as_of_banner(screen)}{fallback_banner(screen)}"
    )


def _any_simulated(screen: Screen) -> bool:
    from ioc_dashboard import queries

    return any(tile.latest and tile.latest.simulated for tile in queries.tiles(screen.release))


def _tools(screen: Screen, count: int, shown: int | None) -> str:
    def address(**query: str) -> str:
        kept = {name: screen.query[name] for name in ("every",) if name in screen.query}
        return esc(screen.address("overview", wall="1", **kept, **query))

    here = shown or 1
    links = [
        (address(panel=str((here - 2) % count + 1)), f"‹ {screen.t('wall_previous')}"),
        (address(panel=str(here % count + 1)), f"{screen.t('wall_next')} ›"),
        (address(), screen.t("wall_run")) if shown else (address(panel="1"), screen.t("wall_stay")),
        (esc("./?" + urlencode(screen.kept())), screen.t("wall_leave")),
    ]
    items = "".join(f'<a href="{target}">{esc(text)}</a>' for target, text in links)
    return (
        f'<nav class="walltools" aria-label="{esc(screen.t("wall_tools"))}">'
        f'<span class="paused">{esc(screen.t("wall_paused"))}</span>{items}</nav>'
    )


def _situation(screen: Screen, tiles: Sequence[Tile], about: Mapping[str, About]) -> str:
    counted = count(tiles)
    cells = "".join(
        f'<li class="s-{name}">{SHAPE}<b>{screen.number(counted[name])}</b>'
        f"<span>{esc(screen.t(f'status_{name}'))}</span></li>"
        for name in _ORDER
        if counted[name] or name in ("red", "amber", "green")
    )
    red = [tile for tile in ranked(tiles, about) if tile.verdict == "red"]
    rows = "".join(
        f'<li class="s-red"><h3>{esc(screen.say(tile.card.short))}</h3>'
        f'<p class="figure num"><b>{esc(reading.value_text(screen, tile))}</b> / '
        f"{esc(reading.target_text(tile, screen.lang) or '')}</p>"
        f'<p class="why">{esc(why(screen, tile, about))}</p>'
        f"<p>{esc(reading.owner_text(screen, tile))} · "
        f"{esc(screen.period(tile.latest.period).replace(' ', NBSP) if tile.latest else '')}"
        f"{_labels(screen, tile)}</p></li>"
        for tile in red[:_RED_SHOWN]
    )
    rest = len(red) - _RED_SHOWN
    more = f'<p class="rest">{esc(screen.t("wall_more", n=screen.number(rest)))}</p>' if rest > 0 else ""
    body = f"<ol>{rows}</ol>{more}" if red else f"<p>{none_off(screen, tiles)}</p>"
    return (
        f'<ul class="counts">{cells}</ul><div class="offlist"><h2>{esc(screen.t("wall_red"))}'
        f"</h2>{body}</div>"
    )  # fmt: skip


def _decisions(screen: Screen, alerts: Sequence[OpenAlert], tasks: Sequence[Task]) -> str:
    said = "; ".join(esc(part) for part in [*alert_counts(screen, alerts), *task_counts(screen, tasks)])
    rows = "".join(
        f'<li class="{"s-red" if alert.severity == "critical" else "s-amber"}">'
        f'<h3>{esc(screen.say(alert.subject))}</h3><p class="why">{esc(screen.say(alert.what))}</p>'
        f"<p>{esc(screen.say(alert.owner))}</p><p>{due(screen, alert.due_on, alert.overdue)}</p></li>"
        for alert in alerts[:_ALERTS_SHOWN]
    )
    return f'<h2>{esc(screen.t("decide_title"))}</h2><p class="sum">{said}.</p><ol class="decided">{rows}</ol>'


def _field(
    screen: Screen, field: Words, members: Sequence[Tile], with_value: Sequence[Tile], about: Mapping[str, About]
) -> str:  # fmt: skip
    counted = count(members)
    tally = "".join(
        f'<span class="s-{name}">{SHAPE}{counted[name]} {esc(screen.t(f"status_{name}"))}</span>'
        for name in _ORDER
        if counted[name]
    )
    place = {tile.card.code: number for number, tile in enumerate(ranked(members, about))}
    first = sorted(with_value, key=lambda t: (not t.card.headline, place.get(t.card.code, len(place)), t.card.sort))
    cells = "".join(_tile(screen, tile) for tile in first[:_TILES_SHOWN])
    rest = len(members) - min(len(first), _TILES_SHOWN)
    more = f'<p class="rest">{esc(screen.t("wall_more", n=screen.number(rest)))}</p>' if rest else ""
    name = esc(screen.say(field) or screen.t("other_field"))
    return f'<h2>{name}</h2><p class="walltally">{tally}</p><div class="walltiles">{cells}</div>{more}'


def _tile(screen: Screen, tile: Tile) -> str:
    latest = tile.latest
    held = " is-held" if latest and latest.held else ""
    target = reading.target_text(tile, screen.lang)
    aim = f"<p>{esc(screen.t('target'))} <b>{esc(target)}</b></p>" if target else ""
    age = screen.age(latest.period_end) if latest and latest.period_end else ""
    return (
        f'<article class="s-{tile.verdict}{held}"><p>{status_pill(screen, tile.verdict)}</p>'
        f"<h3>{esc(screen.say(tile.card.short))}</h3>{reading.big_value(screen, tile)}{aim}"
        f"<p>{esc(screen.period(latest.period) if latest else '')} · {esc(age)}</p>"
        f"<p>{esc(reading.owner_text(screen, tile))}</p>"
        f"<p>{tag(known('trust_', trust_of(tile), screen.lang), 'trusted')}{_labels(screen, tile)}</p></article>"
    )


def _labels(screen: Screen, tile: Tile) -> str:
    latest = tile.latest
    if latest is None:
        return ""
    found = [("held", "held")] if latest.held else []
    found += [("simulated", "sim")] if latest.simulated else []
    return "".join(" " + tag(screen.t(name), css) for name, css in found)
