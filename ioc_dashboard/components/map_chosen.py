"""The commune chosen on the map: its value in full, its periods, the ways on."""

from __future__ import annotations

from ioc_dashboard.components import reading
from ioc_dashboard.components.correction import correction_note, correction_tag
from ioc_dashboard.components.map_page import MapState, base_text, value_text
from ioc_dashboard.components.markup import esc, ident, status_pill, table, tag
from ioc_dashboard.components.sparkline import sparkline
from ioc_dashboard.components.trust import badge, panel
from ioc_dashboard.model import Clause, Feed, Rule, Tile
from ioc_dashboard.queries_places import Figure, Unit
from ioc_dashboard.ranking import verdict_of
from ioc_dashboard.screen import Screen

_SHOWN = 13


def chosen_card(
    screen: Screen, state: MapState, unit: Unit, past: tuple[Figure, ...], rules: tuple[Rule, ...],
    clauses: dict[str, Clause], feed: Feed | None,
) -> str:  # fmt: skip
    """Everything about one commune and the period shown."""
    found = state.figures.get(unit.code)
    value = found.value if found else None
    until = tuple(one for one in past if value is None or (one.value.period_end, "") <= (value.period_end, "~"))
    tile = Tile(state.card, value, tuple(one.value for one in until))
    base = {k: v for k, v in state.query.items() if k != "area"}
    clear = f'<a class="chip" href="{esc(screen.address("map", **base))}">{esc(screen.t("map_unchoose"))}</a>'
    name = f'<p class="kicker">{esc(screen.t("map_chosen"))}</p><h2>{esc(screen.say(unit.name))}</h2>'
    ways = []
    if "indicator" in screen.pages:
        href = screen.address("indicator", code=state.card.code, area=unit.code, period=state.period)
        ways.append(f'<a class="chip" href="{esc(href)}">{esc(screen.t("map_to_indicator"))}</a>')
    if "compare" in screen.pages:
        href = screen.address("compare", scope="commune", code=state.card.code, period=state.period, area=unit.code)
        ways.append(f'<a class="chip" href="{esc(href)}">{esc(screen.t("map_to_compare"))}</a>')
    if value is None:
        body = f'<p class="big">{esc(screen.t("map_no_value"))}</p>{status_pill(screen, "grey")}'
    else:
        labels = (tag(screen.t("simulated"), "sim") if value.simulated else "") + correction_tag(screen, tile)
        labels += tag(screen.t("held"), "held") if value.held else ""
        counted = ""
        if found and base_text(screen, found):
            numerator, denominator = base_text(screen, found).split("/")
            counted = f"<p>{esc(screen.t('map_from', numerator=numerator, denominator=denominator))}</p>"
        reason = f'<p class="reason">{esc(screen.say(value.reason))}</p>' if screen.say(value.reason) else ""
        body = (
            f'<div class="figure">{reading.big_value(screen, tile)}{sparkline(screen, tile)}</div>'
            f'<p class="pills">{status_pill(screen, tile.verdict)}{badge(screen, tile, "")}{labels}</p>{counted}'
            f"<p>{reading.period_line(screen, tile)}</p><p>{reading.target_line(screen, tile)}</p>"
            f"<p>{reading.date_line(screen, tile)}</p>{reason}{correction_note(screen, tile)}"
            + panel(screen, tile, rules, clauses, feed)
        )
    rows = [
        [
            esc(screen.period(one.value.period)), esc(value_text(screen, state.card, one)), esc(base_text(screen, one)),
            status_pill(screen, verdict_of(one.value)),
        ]
        for one in reversed(past[-_SHOWN:])
    ]  # fmt: skip
    heads = [(screen.t("map_col_period"), ""), (screen.t("col_value"), "num"), (screen.t("map_col_base"), "num"),
             (screen.t("col_status"), "")]  # fmt: skip
    title = screen.t("map_history")
    folded = f"<details><summary>{esc(title)}</summary>{table(title, heads, rows)}</details>" if rows else ""
    return (
        f'<section class="chosen s-{verdict_of(value)}" id="{ident("area", unit.code)}">'
        f'<header><div>{name}</div>{clear}</header>{body}{folded}<p class="chips">{"".join(ways)}</p></section>'
    )
