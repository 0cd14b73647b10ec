"""What if: what the settings make of the year's end, with the formula in words and in numbers. Always labelled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ioc_dashboard import formats
from ioc_dashboard.components.markup import banner, esc, mark_tag, status_pill, table, tag
from ioc_dashboard.components.scenario_forecasts import name_cell, quantity, target
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_scenario import YearEnd
from ioc_dashboard.screen import Screen
from ioc_pipeline.compute.what_if import Outcome, Result

_NAMES = re.compile(r"([A-Z][A-Z0-9_]*)\.([a-z_]+)|\b([a-z][a-z0-9_]*)\b")
_SIGNS = {"*": "×", "-": formats.MINUS}


def results(screen: Screen, outcome: Outcome, data: YearEnd, tiles: Mapping[str, Tile]) -> str:
    """Landing before and after of every card the scenario moves."""
    heads = [
        (screen.t("scn_col_turn"), ""), (screen.t("scn_col_indicator"), "wide"), (screen.t("scn_col_before"), "num"),
        (screen.t("scn_col_after"), "num"), (screen.t("scn_col_change"), "num"), (screen.t("scn_col_target"), "num"),
        (screen.t("scn_col_how"), "wide"),
    ]  # fmt: skip
    shown = [(result, tiles[result.card.code]) for result in outcome.results if result.card.code in tiles]
    rows = [
        [
            _turn(screen, result), name_cell(screen, tile), _before(screen, result, tile, data),
            _after(screen, result, tile), _change(screen, result, tile),
            esc(target(screen, tile, result.target, result.target_high)), _how(screen, result, outcome, data),
        ]
        for result, tile in shown
    ]  # fmt: skip
    changed = any(setting.changed for setting in outcome.settings)
    note = "" if changed else f"{esc(screen.t('scn_nothing_changed'))} "
    note = f'<p class="note">{note}{esc(screen.t("scn_before_after"))}</p>'
    unconfirmed = any("U" in result.effect.mark for result, _ in shown)
    foot = f'<p class="note">{esc(screen.t("scn_unconfirmed"))}</p>' if unconfirmed else ""
    title = f"{tag(screen.t('scn_assumed'), 'assumed')} {esc(screen.t('scn_results'))}"
    return (
        f'<section class="scn-results"><h2>{title}</h2>{note}'
        f"{table(screen.t('scn_results'), heads, rows, 'scn-grid')}{foot}</section>"
    )


def warning(screen: Screen) -> str:
    """Told above everything that rests on assumptions."""
    return banner("assumed", screen.t("scn_what_if_banner"))


def _turn(screen: Screen, result: Result) -> str:
    before, after = (_verdict(result, status) for status in (result.status_before, result.status_after))
    if before == after:
        return status_pill(screen, after)
    return f'{status_pill(screen, before)} <span aria-hidden="true">→</span> {status_pill(screen, after)}'


def _verdict(result: Result, status: str) -> str:
    return "untargeted" if status == "grey" and result.target is None and result.after is not None else status


def _before(screen: Screen, result: Result, tile: Tile, data: YearEnd) -> str:
    facts = data.facts.get(result.card.code)
    if result.before is None or facts is None:
        return f'<span class="soft">{esc(screen.t("scn_unknown"))}</span>'
    origin = esc(screen.t("scn_by_forecast" if facts.forecast else "scn_by_pace"))
    return f'<span class="num">{esc(quantity(screen, tile, result.before))}</span><p class="soft">{origin}</p>'


def _after(screen: Screen, result: Result, tile: Tile) -> str:
    if result.after is None:
        return f'<span class="soft">{esc(screen.t("scn_unknown"))}</span>'
    decimals = tile.card.decimals
    if result.target is not None and result.after != result.target:
        # 94,99 beside a target of 95 must not read 95,0 while it is judged as missed
        close = (places for places in (decimals, decimals + 1, decimals + 2) if _apart(result, places))
        decimals = next(close, decimals)
    text = formats.quantity(result.after, screen.say(tile.card.unit), decimals, screen.lang)
    assumed = tag(screen.t("scn_assumed"), "assumed")
    return f'<b class="landing assumed">{esc(text)}</b><p>{assumed}</p>'


def _apart(result: Result, decimals: int) -> bool:
    assert result.after is not None and result.target is not None
    return round(result.after, decimals) != round(result.target, decimals)


def _change(screen: Screen, result: Result, tile: Tile) -> str:
    if result.before is None or result.after is None:
        return formats.MISSING
    text = formats.signed(result.after - result.before, tile.card.decimals, screen.lang)
    if not any(digit in "123456789" for digit in text):
        return f'<span class="soft">{esc(screen.t("scn_same"))}</span>'
    unit = screen.say(tile.card.unit)
    return f'<span class="num">{esc(formats.with_unit(text, screen.t("pct_points") if unit == "%" else unit))}</span>'


def _how(screen: Screen, result: Result, outcome: Outcome, data: YearEnd) -> str:
    words = esc(result.effect.why.in_language(screen.lang))
    numbers = esc(in_numbers(screen, result.effect.landing, outcome, data))
    return f'{words} {mark_tag(screen, result.effect.mark)}<p class="soft formula">= {numbers}</p>'


def in_numbers(screen: Screen, expression: str, outcome: Outcome, data: YearEnd) -> str:
    """The declared arithmetic with every name replaced by its number and what the number is."""
    settings = {setting.assumption.name: setting.value for setting in outcome.settings}
    landings = {result.card.code: result.after for result in outcome.results}

    def said(match: re.Match[str]) -> str:
        code, variable, name = match.groups()
        if name is not None:
            return f"{_number(screen, settings.get(name))} ({screen.t('scn_of_assumption')})"
        facts = data.facts.get(code)
        held = getattr(facts, "base" if variable == "landing" else variable, None) if facts else None
        value = landings.get(code, held) if variable == "landing" else held
        return f"{_number(screen, value)} ({code}, {screen.t(f'scn_of_{variable}')})"

    text = " ".join(expression.split())
    for sign, shown in _SIGNS.items():
        text = text.replace(f" {sign} ", f" {shown} ")
    numbered = re.sub(r"(?<![\w.])\d+\.\d+(?![\w.])", lambda m: _number(screen, float(m[0])), text)
    return _NAMES.sub(said, numbered)


def _number(screen: Screen, value: float | None) -> str:
    return formats.plain(value, 2, screen.lang)
