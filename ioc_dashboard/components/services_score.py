"""The index of service: total, rank of how many, and its groups against their greatest possible points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ioc_dashboard import formats
from ioc_dashboard.components import reading
from ioc_dashboard.components.markup import esc, status_pill, tag
from ioc_dashboard.components.trust import badge
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_services import Place, ServicesPage
from ioc_dashboard.screen import Screen


def score_section(screen: Screen, page: ServicesPage, tiles: Mapping[str, Tile]) -> str:
    """Total and groups; empty when the release names no score."""
    totals = [place for place in page.places.get("score", ()) if place.code in tiles]
    groups = [place for place in page.places.get("score_group", ()) if place.code in tiles]
    if not totals:
        return ""
    total = totals[0]
    rows = "".join(_group(screen, place, tiles[place.code], place.code == _worst(groups, tiles)) for place in groups)
    return (
        f'<section class="svc-score"><h2>{esc(screen.t("svc_score"))}</h2>{_total(screen, total, page, tiles)}'
        f'<ol class="svc-groups">{rows}</ol>{_sum(screen, tiles[total.code], groups, tiles)}</section>'
    )


def _total(screen: Screen, place: Place, page: ServicesPage, tiles: Mapping[str, Tile]) -> str:
    tile = tiles[place.code]
    return (
        f'<div class="svc-total">{status_pill(screen, tile.verdict)}'
        f'<p class="points">{points(screen, place, tile)}</p>{_rank(screen, page, tiles)}'
        f"<p>{reading.target_line(screen, tile)}</p><p>{reading.period_line(screen, tile)}. "
        f"{reading.date_line(screen, tile)}</p><p>{esc(reading.owner_text(screen, tile))} "
        f"{badge(screen, tile, 'wide')} {_labels(screen, tile)}</p></div>"
    )


def points(screen: Screen, place: Place, tile: Tile) -> str:
    """`85,09/100 điểm`, or why there is no number."""
    latest = tile.latest
    if latest is None or latest.value is None:
        return esc(reading.missing_word(screen, tile))
    value = f"<b>{esc(screen.number(latest.value, tile.card.decimals))}</b>"
    maximum = esc(formats.plain(place.maximum, 2, screen.lang))
    return screen.t("svc_of_maximum", value=value, maximum=maximum)


def _labels(screen: Screen, tile: Tile) -> str:
    latest = tile.latest
    return (tag(screen.t("held"), "held") if latest and latest.held else "") + (
        tag(screen.t("simulated"), "sim") if latest and latest.simulated else ""
    )


def _rank(screen: Screen, page: ServicesPage, tiles: Mapping[str, Tile]) -> str:
    place = next((place for place in page.places.get("rank", ()) if place.code in tiles), None)
    tile = tiles[place.code] if place else None
    if place is None or tile is None or tile.latest is None or tile.latest.value is None:
        return ""
    rank = screen.number(tile.latest.value)
    if place.ranked is None:
        unknown = f' <span class="soft">{esc(screen.t("svc_rank_unknown"))}</span>'
        return f'<p class="rank"><b>{esc(screen.t("svc_rank_alone", rank=rank))}</b>{unknown}</p>'
    text = screen.t("svc_rank", rank=rank, ranked=screen.number(place.ranked))
    return f'<p class="rank"><b>{esc(text)}</b> <span class="soft">{esc(screen.say(tile.card.name))}</span></p>'


def _lost(place: Place, tile: Tile) -> float | None:
    if place.maximum is None or tile.latest is None or tile.latest.value is None:
        return None
    return place.maximum - tile.latest.value


def _worst(groups: Sequence[Place], tiles: Mapping[str, Tile]) -> str:
    """Code of the group that loses most points; empty when nothing is known."""
    known = [(lost, place.code) for place in groups if (lost := _lost(place, tiles[place.code])) is not None]
    return max(known)[1] if known else ""


def _group(screen: Screen, place: Place, tile: Tile, worst: bool) -> str:
    lost, latest = _lost(place, tile), tile.latest
    bar = ""
    if lost is not None and latest and latest.value is not None and place.maximum:
        filled = max(0.0, min(100.0, 100 * latest.value / place.maximum))
        mark = ""
        if latest.target is not None:
            mark = f'<i class="aim" style="left:{100 * latest.target / place.maximum:.1f}%"></i>'
        bar = f'<div class="track" aria-hidden="true"><i class="fill" style="width:{filled:.1f}%"></i>{mark}</div>'
    missed = esc(screen.t("svc_lost", lost=screen.number(lost, tile.card.decimals))) if lost is not None else ""
    note = f" · <strong>{esc(screen.t('svc_most_lost'))}</strong>" if worst else ""
    return (
        f'<li class="s-{tile.verdict}"><div class="head"><h3>{esc(screen.say(tile.card.name))}</h3>'
        f"{status_pill(screen, tile.verdict)}</div>{bar}"
        f'<p class="points">{points(screen, place, tile)} <span class="soft">{missed}{note}</span></p>'
        f"<p>{reading.target_line(screen, tile)}</p>"
        f'<p class="foot-line">{reading.period_line(screen, tile)} {badge(screen, tile, "wide")}'
        f"{_labels(screen, tile)}</p></li>"
    )


def _sum(screen: Screen, total: Tile, groups: Sequence[Place], tiles: Mapping[str, Tile]) -> str:
    """Do the groups add up to the published total? Said either way."""
    values = [tile.latest.value for place in groups if (tile := tiles[place.code]).latest]
    stated = total.latest.value if total.latest else None
    if stated is None or not values or None in values:
        return ""
    added = sum(value for value in values if value is not None)
    text = screen.number(added, total.card.decimals)
    if text == screen.number(stated, total.card.decimals):
        return f'<p class="note">{esc(screen.t("svc_sum", sum=text))}</p>'
    differs = screen.t("svc_sum_differs", sum=text, total=screen.number(stated, total.card.decimals))
    return f'<p class="note">{esc(differs)}</p>'
