"""Where the year will end: forecasts against targets, and what cannot be forecast, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ioc_dashboard import formats
from ioc_dashboard.components import reading
from ioc_dashboard.components.markup import ICON, banner, esc, status_pill, table, tag
from ioc_dashboard.components.pace import needed_text, now_text, unit_of
from ioc_dashboard.components.trust import trust_of
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_scenario import Forecast
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known

_ORDER = {"red": 0, "amber": 1, "green": 2, "grey": 3}
Cell = Callable[[Screen, Forecast, Tile], str]


def landings(screen: Screen, forecasts: Sequence[Forecast], tiles: Mapping[str, Tile]) -> str:
    """Every series of the release once: judged, forecast without a target, without a forecast."""
    found = [one for one in forecasts if one.code in tiles]
    judged = sorted((f for f in found if f.landing is not None and f.target is not None), key=lambda f: _rank(f))
    off, on = [f for f in judged if f.status != "green"], [f for f in judged if f.status == "green"]
    free = [f for f in found if f.landing is not None and f.target is None]
    blind = [f for f in found if f.landing is None and f.target is not None]
    neither = [f for f in found if f.landing is None and f.target is None]
    parts = [f'<section class="scn-off"><h2>{esc(screen.t("scn_off"))}</h2>']
    parts.append(
        _table(screen, "scn_off", _JUDGED, off, tiles)
        if off
        else f'<p class="calm">{esc(screen.t("scn_off_none"))}</p>'
    )
    parts.append("</section>")
    parts.append(_folded(screen, "scn_on", _JUDGED, on, tiles))
    if blind:
        lead = f'<p class="note">{esc(screen.t("scn_without_lead"))}</p>'
        parts.append(f"<section><h2>{esc(screen.t('scn_without'))} ({screen.number(len(blind))})</h2>{lead}")
        parts.append(_table(screen, "scn_without", _BLIND, blind[:_FIRST], tiles))
        parts.append(_folded(screen, "svc_more", _BLIND, blind[_FIRST:], tiles) + "</section>")
    parts.append(_folded(screen, "scn_untargeted", _FREE, free, tiles))
    parts.append(_folded(screen, "scn_without_both", _NEITHER, neither, tiles))
    return "".join(parts)


_FIRST = 8


def lead(screen: Screen, forecasts: Sequence[Forecast]) -> str:
    """The page in one sentence, and whether simulated data are among it."""
    judged = [f for f in forecasts if f.landing is not None and f.target is not None]
    counts = {colour: sum(f.status == colour for f in judged) for colour in ("red", "amber", "green")}
    missing = sum(f.landing is None and f.target is not None for f in forecasts)
    text = screen.t(
        "scn_lead", n=screen.number(len(judged)), missing=screen.number(missing),
        **{colour: screen.number(n) for colour, n in counts.items()},
    )  # fmt: skip
    return f'{simulated(screen, forecasts)}<p class="big">{esc(text)}</p>'


def simulated(screen: Screen, forecasts: Sequence[Forecast]) -> str:
    """A line across the page when series behind it are simulated."""
    count = sum(f.simulated for f in forecasts)
    told = screen.t("scn_simulated", count=screen.number(count), all=screen.number(len(forecasts)))
    return banner("sim", told) if count else ""


def _rank(forecast: Forecast) -> tuple[int, bool]:
    return _ORDER.get(forecast.status, 3), forecast.simulated


def _folded(screen: Screen, title: str, columns: Columns, found: Sequence[Forecast], tiles: Mapping[str, Tile]) -> str:
    if not found:
        return ""
    words = esc(screen.t(title, n=screen.number(len(found))))
    return f"<details><summary>{words}</summary>{_table(screen, title, columns, found, tiles)}</details>"


def _table(screen: Screen, title: str, columns: Columns, found: Sequence[Forecast], tiles: Mapping[str, Tile]) -> str:
    heads = [(screen.t(name), css) for name, css, _ in columns]
    rows = [[cell(screen, one, tiles[one.code]) for _, _, cell in columns] for one in found]
    return table(screen.t(title, n=screen.number(len(found))), heads, rows, "scn-grid")


def quantity(screen: Screen, tile: Tile, value: float | None) -> str:
    """A number of the indicator in its unit."""
    return formats.quantity(value, screen.say(tile.card.unit), tile.card.decimals, screen.lang)


def target(screen: Screen, tile: Tile, low: float | None, high: float | None) -> str:
    """Target of the year with its comparison sign; a range as both bounds."""
    if low is None:
        return formats.MISSING
    unit, decimals = screen.say(tile.card.unit), tile.card.decimals
    if high is not None:
        return f"{formats.plain(low, decimals, screen.lang)} – {_plain(screen, high, unit, decimals)}"
    sign = {"up": "≥ ", "down": "≤ "}.get(tile.card.direction, "")
    return sign + _plain(screen, low, unit, decimals)


def _plain(screen: Screen, value: float, unit: str, decimals: int) -> str:
    return formats.with_unit(formats.plain(value, decimals, screen.lang), unit)


def name_cell(screen: Screen, tile: Tile) -> str:
    """Name, leading to the indicator's own page where there is one; owner, data date, trust."""
    name = esc(screen.say(tile.card.short))
    if "indicator" in screen.pages:
        name = f'<a href="{esc(screen.address("indicator", code=tile.card.code))}">{name}</a>'
    state = trust_of(tile)
    trust = f'<span class="trust flat t-{esc(state)}">{ICON}{esc(known("trust_", state, screen.lang))}</span>'
    labels = (tag(screen.t("held"), "held") if tile.latest and tile.latest.held else "") + (
        tag(screen.t("simulated"), "sim") if tile.latest and tile.latest.simulated else ""
    )
    owner = esc(reading.owner_text(screen, tile))
    return (
        f'<b class="name">{name}</b><p class="soft">{owner}</p><p class="soft">{reading.date_line(screen, tile)}</p>'
        f'<p class="labels">{trust} {labels}</p>'
    )


def _landing_cell(screen: Screen, one: Forecast, tile: Tile) -> str:
    level = formats.quantity(100 * one.level, "%", 0, screen.lang)
    low, high = (screen.number(bound, tile.card.decimals) for bound in (one.low, one.high))
    interval = esc(screen.t("scn_interval", level=level, low=low, high=high)) if one.low is not None else ""
    return f'<b class="landing">{esc(quantity(screen, tile, one.landing))}</b><p class="soft num">{interval}</p>'


def _pace_cell(screen: Screen, one: Forecast, tile: Tile) -> str:
    if one.needed is None and one.now is None:
        return ""
    per = screen.t("scn_per_quarter" if "Q" in one.newest_period.upper() else "scn_per_month")
    needed = needed_text(screen, tile, one.form, one.needed)
    now = screen.t("scn_pace_now", now=now_text(screen, tile, one.form, one.now))
    return (
        f'<b class="num">{esc(needed)}</b><p class="num">{esc(now)}</p>'
        f'<p class="soft">{esc(unit_of(screen, tile, one.form))} {esc(per)}</p>'
    )


def _test_cell(screen: Screen, one: Forecast, tile: Tile) -> str:
    if one.error is None:
        return formats.MISSING
    if one.error_relative:
        error = formats.quantity(100 * one.error, "%", 1, screen.lang)
    else:
        unit = screen.t("pct_points") if screen.say(tile.card.unit) == "%" else screen.say(tile.card.unit)
        error = formats.with_unit(screen.number(one.error, max(tile.card.decimals, 1)), unit)
    told = screen.t("scn_tests", n=screen.number(one.tests), method=screen.say(one.method))
    return f'<b class="num">±{formats.NBSP}{esc(error)}</b><p class="soft">{esc(told)}</p>'


Columns = Sequence[tuple[str, str, Cell]]
_STATUS: tuple[str, str, Cell] = ("scn_col_status", "", lambda screen, one, tile: status_pill(screen, one.status))
_NAME: tuple[str, str, Cell] = ("scn_col_indicator", "wide", lambda screen, one, tile: name_cell(screen, tile))
_LANDING: tuple[str, str, Cell] = ("scn_col_landing", "num", _landing_cell)
_TARGET: tuple[str, str, Cell] = (
    "scn_col_target", "num", lambda screen, one, tile: esc(target(screen, tile, one.target, one.target_high)),
)  # fmt: skip
_PACE: tuple[str, str, Cell] = ("scn_col_pace", "num", _pace_cell)
_MUST: tuple[str, str, Cell] = ("scn_col_must", "wide", lambda screen, one, tile: esc(screen.say(one.must_be_true)))
_TEST: tuple[str, str, Cell] = ("scn_col_test", "", _test_cell)
_REASON: tuple[str, str, Cell] = ("scn_col_reason", "wide", lambda screen, one, tile: esc(screen.say(one.reason)))
_JUDGED: Columns = (_STATUS, _NAME, _LANDING, _TARGET, _PACE, _MUST, _TEST)
_BLIND: Columns = (_NAME, _TARGET, _PACE, _MUST, _REASON)
_FREE: Columns = (_NAME, _LANDING, _TEST)
_NEITHER: Columns = (_NAME, _REASON)
