"""One indicator as a tile, and the tiles of a field."""

from __future__ import annotations

from collections.abc import Sequence

from ioc_dashboard.components import reading
from ioc_dashboard.components.correction import correction_tag
from ioc_dashboard.components.markup import SHAPE, esc, status_pill, tag
from ioc_dashboard.components.sparkline import sparkline
from ioc_dashboard.components.trust import badge
from ioc_dashboard.model import Tile, Words
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import VERDICTS, count, per_row, span

_LONG_NAME = 44


def tile_html(screen: Screen, tile: Tile) -> str:
    """Everything a leader must see of one indicator without opening anything."""
    latest, card = tile.latest, tile.card
    held, simulated = bool(latest and latest.held), bool(latest and latest.simulated)
    name = screen.say(card.short)
    title = f'class="{"long" if len(name) > _LONG_NAME else ""}" title="{esc(screen.say(card.name))}"'
    css = f"tile s-{tile.verdict}{' is-held' if held else ''}{' is-sim' if simulated else ''}"
    labels = (
        correction_tag(screen, tile)
        + (tag(screen.t("held"), "held") if held else "")
        + (tag(screen.t("simulated"), "sim") if simulated else "")
    )
    missing = latest is None or latest.value is None
    reason = screen.say(latest.reason) if latest and tile.verdict == "grey" else ""
    third = esc(reason) if reason else "" if tile.verdict == "untargeted" else reading.target_line(screen, tile)
    nation = reading.national_line(screen, tile)
    return (
        f'<article class="{css}"><header>{status_pill(screen, tile.verdict)}{badge(screen, tile, "")}</header>'
        f'<a class="name" href="{esc(screen.address("indicator", code=card.code))}">'
        f"<h3 {title}>{esc(name)}</h3></a>"
        f'<div class="figure">{reading.big_value(screen, tile)}{sparkline(screen, tile)}</div>'
        f'<p class="when">{reading.period_line(screen, tile)}</p>'
        + (f'<p class="target">{third}</p>' if third else "")
        + (f'<p class="change">{reading.change_line(screen, tile)}</p>' if not missing else "")
        + (f'<p class="nation">{nation}</p>' if nation else "")
        + f"<footer>{f'<p>{labels}</p>' if labels else ''}"
        + (f'<p class="age">{dated}</p>' if (dated := reading.date_line(screen, tile)) else "")
        + f'<p class="owner">{esc(reading.owner_text(screen, tile))}</p></footer></article>'
    )


def field_html(screen: Screen, field: Words, tiles: Sequence[Tile]) -> str:
    """The tiles of one field under its name, with the field's own count by status."""
    counted = count(tiles)
    tally = "".join(
        f'<span class="s-{verdict}" title="{esc(screen.t(f"status_{verdict}"))}">{SHAPE}{counted[verdict]}'
        f'<span class="quiet"> {esc(screen.t(f"status_{verdict}"))}</span></span>'
        for verdict in VERDICTS
        if counted[verdict]
    )
    title = screen.say(field) or screen.t("other_field")
    layout = ";".join(
        f"--w{columns}:{per_row(len(tiles), columns)};--s{columns}:{span(len(tiles), columns)}"
        for columns in (2, 3, 4, 5)
    )
    return (
        f'<section class="field" style="{layout}"><h2>{esc(title)}<span class="tally">{tally}</span></h2>'
        f'<div class="tiles">{"".join(tile_html(screen, tile) for tile in tiles)}</div></section>'
    )
