"""Public services in tables: cards by unit and by field, and the most used services with both of their targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ioc_dashboard import formats
from ioc_dashboard.components import reading
from ioc_dashboard.components.markup import ICON, esc, table, tag
from ioc_dashboard.components.trust import badge
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_services import Part, PartRow, TopService
from ioc_dashboard.screen import Screen

_FIRST = 10


def parts_section(
    screen: Screen, title: str, head: str, rows: Sequence[PartRow], codes: Sequence[str], tiles: Mapping[str, Tile]
) -> str:
    """One table of parts, worst first by the first card; the rest folds away."""
    cards = [tiles[code] for code in codes if code in tiles]
    front = f"<h2>{esc(screen.t(title))}</h2>"
    if not rows or not cards:
        return f'<section class="svc-parts">{front}<p class="calm">{esc(screen.t("svc_parts_none"))}</p></section>'
    ordered = sorted(rows, key=lambda row: _badness(row, cards))
    heads = [
        (screen.t(head), ""),
        *((f"{screen.say(tile.card.short)}, {_period(screen, tile, rows)}", "num") for tile in cards),
    ]

    def drawn(part: Sequence[PartRow]) -> str:
        cells = [[_name(screen, row), *(_cell(screen, row, tile) for tile in cards)] for row in part]
        return table(f"{screen.t(title)}: {screen.say(cards[0].card.short)}", heads, cells, "svc-grid")

    rest = ordered[_FIRST:]
    more = (
        f"<details><summary>{esc(screen.t('svc_more', n=screen.number(len(rest))))}</summary>{drawn(rest)}</details>"
        if rest
        else ""
    )
    lead = esc(screen.t("svc_parts_lead", name=screen.say(cards[0].card.short)))
    return (
        f'<section class="svc-parts">{front}<p class="note">{lead}</p>{drawn(ordered[:_FIRST])}{more}'
        f'{_sums(screen, rows, cards)}<p class="note">{_source(screen, cards[0])}</p></section>'
    )


def _period(screen: Screen, tile: Tile, rows: Sequence[PartRow]) -> str:
    found = next((row.parts[tile.card.code].period for row in rows if tile.card.code in row.parts), "")
    text = screen.period(found)
    return text[:1].lower() + text[1:] if screen.lang == "vi" else text


def _source(screen: Screen, tile: Tile) -> str:
    """Whose data, of which day, how far to be trusted."""
    simulated = tag(screen.t("simulated"), "sim") if tile.latest and tile.latest.simulated else ""
    return (
        f"{reading.date_line(screen, tile)} · {esc(reading.owner_text(screen, tile))} "
        f"{badge(screen, tile, 'wide')} {simulated}"
    )


def _badness(row: PartRow, cards: Sequence[Tile]) -> tuple[float | str, ...]:
    """Sort key: what is worst by the cards' directions first, what nobody knows last."""
    keys: list[float | str] = []
    for tile in cards:
        part = row.parts.get(tile.card.code)
        value = part.value if part else None
        worse = value if tile.card.direction == "up" else -value if value is not None else None
        keys.append(float("inf") if worse is None else worse)
    return (*keys, row.key)


def _name(screen: Screen, row: PartRow) -> str:
    name = esc(screen.say(row.name))
    if not row.example:
        return f"<b>{name}</b>"
    if row.name.vi != row.key:
        return f'<b>{name}</b><p class="soft">{esc(row.example)}</p>'
    return f'<b>{esc(row.example)}…</b><p class="soft"><span class="code">{name}</span></p>'


def _cell(screen: Screen, row: PartRow, tile: Tile) -> str:
    part = row.parts.get(tile.card.code)
    if part is None or part.value is None:
        return f'<span class="soft">{formats.MISSING}</span>'
    value = formats.quantity(part.value, screen.say(tile.card.unit), tile.card.decimals, screen.lang)
    strong = f"<b>{esc(value)}</b>" if part.value or part.denominator else f'<span class="soft">{esc(value)}</span>'
    if part.denominator is None:
        return strong
    counted = screen.t("svc_of", n=screen.number(part.numerator), d=screen.number(part.denominator))
    return f'{strong} <span class="soft num">{esc(counted)}</span>'


def _sums(screen: Screen, rows: Sequence[PartRow], cards: Sequence[Tile]) -> str:
    """Do the rows add up to the published value? Said for cards that are a plain sum."""
    tile = cards[0]
    parts: list[Part] = [row.parts[tile.card.code] for row in rows if tile.card.code in row.parts]
    stated = tile.latest.value if tile.latest else None
    if stated is None or any(part.denominator is not None or part.value is None for part in parts):
        return ""
    unit, decimals = screen.say(tile.card.unit), tile.card.decimals
    added = formats.quantity(sum(part.value or 0 for part in parts), unit, decimals, screen.lang)
    published = formats.quantity(stated, unit, decimals, screen.lang)
    name = "svc_parts_sum" if added == published else "svc_parts_differ"
    words = {"sum": added} if added == published else {"sum": added, "total": published}
    return f'<p class="note">{esc(screen.t(name, **words))}</p>'


def top_section(screen: Screen, services: Sequence[TopService], tile: Tile | None) -> str:
    """Services that miss a target in full, those that meet both folded away."""
    if not services:
        return (
            f'<section class="svc-top"><h2>{esc(screen.say(tile.card.short) if tile else "")}</h2>'
            f'<p class="calm">{esc(screen.t("svc_top_none"))}</p></section>'
        )
    failing = [one for one in services if not one.both]
    meeting = [one for one in services if one.both]
    share = formats.quantity(services[0].share_target, "%", 0, screen.lang)
    title = f"<h2>{esc(screen.t('svc_top', n=screen.number(len(services))))}</h2>"
    lead = f'<p class="note">{esc(screen.t("svc_top_lead", share=share))} {esc(screen.period(services[0].period))}.</p>'
    parts = [title, lead]
    if tile:
        parts.append(f'<p class="note">{_source(screen, tile)}</p>')
    if failing:
        parts.append(f"<h3>{esc(screen.t('svc_top_failing', n=screen.number(len(failing))))}</h3>")
        parts.append(_services(screen, failing[:_FIRST], share))
        if failing[_FIRST:]:
            more = esc(screen.t("svc_more", n=screen.number(len(failing) - _FIRST)))
            rest = _services(screen, failing[_FIRST:], share)
            parts.append(f"<details><summary>{more}</summary>{rest}</details>")
    else:
        parts.append(f'<p class="calm">{esc(screen.t("svc_top_all_meet"))}</p>')
    if meeting:
        summary = esc(screen.t("svc_top_meeting", n=screen.number(len(meeting))))
        parts.append(f"<details><summary>{summary}</summary>{_services(screen, meeting, share)}</details>")
    return f'<section class="svc-top">{"".join(parts)}</section>'


def _services(screen: Screen, services: Sequence[TopService], share: str) -> str:
    heads = [
        ("#", "num"), (screen.t("svc_service"), ""), (screen.t("svc_agency"), ""), (screen.t("svc_received"), "num"),
        (screen.t("svc_online"), "num"), (screen.t("svc_target_1"), ""), (screen.t("svc_target_2", share=share), ""),
    ]  # fmt: skip
    rows = [[cell(screen, one) for cell in _CELLS] for one in services]
    return table(screen.t("svc_top", n=screen.number(len(services))), heads, rows, "svc-grid")


def _met(screen: Screen, met: bool | None) -> str:
    name, word = ("unknown", "svc_unknown") if met is None else ("passed", "svc_yes") if met else ("failed", "svc_no")
    return f'<span class="pill r-{name}">{ICON}{esc(screen.t(word))}</span>'


def _service_name(screen: Screen, one: TopService) -> str:
    return (
        f'<b>{esc(one.name)}</b><p class="soft"><span class="code">{esc(one.procedure)} · {esc(one.field)}</span></p>'
    )


def _online(screen: Screen, one: TopService) -> str:
    if one.online_share is None:
        return f'<span class="soft">{esc(screen.t("svc_no_dossier"))}</span>'
    counted = f"{screen.number(one.online)}/{screen.number(one.received)}"
    share = esc(formats.quantity(one.online_share, "%", 1, screen.lang))
    return f'<b>{share}</b> <span class="soft num">{esc(counted)}</span>'


def _offer(screen: Screen, one: TopService) -> str:
    missing = f", {screen.t('svc_not_on_portal')}" if one.on_portal is False else ""
    return f'{_met(screen, one.offer_met)} <span class="soft">{esc(screen.say(one.level) + missing)}</span>'


_CELLS: tuple[Callable[[Screen, TopService], str], ...] = (
    lambda screen, one: esc(screen.number(one.place)),
    _service_name,
    lambda screen, one: esc(screen.say(one.agency)),
    lambda screen, one: esc(screen.number(one.received)),
    _online,
    _offer,
    lambda screen, one: _met(screen, one.use_met),
)
