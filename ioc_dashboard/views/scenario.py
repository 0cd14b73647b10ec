"""Kịch bản: where the year will end, and what would follow if an assumption changed (`?view=what_if&giai_ngan=12`)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date

import streamlit as st

from ioc_dashboard import formats, queries, queries_scenario
from ioc_dashboard.components.markup import banner, block, esc, mark_tag, tag
from ioc_dashboard.components.scenario_forecasts import landings, lead, simulated
from ioc_dashboard.components.scenario_what_if import results, warning
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_scenario import YearEnd
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec
from ioc_pipeline.compute.what_if import Setting, what_if
from ioc_pipeline.contracts.arithmetic import names
from ioc_pipeline.contracts.scenarios import Assumption, Scenario

PAGE = PageSpec("scenario", "decision", 38)
_WHAT_IF, _FORECAST = "what_if", "forecast"


def show(screen: Screen) -> None:
    """Draw the forecasts, or the scenario asked for."""
    data = queries_scenario.year_end(screen.release)
    if not data.forecasts:
        title = f"<h1>{esc(screen.t('scn_title_none'))}</h1>"
        st.html(block(screen, f"{title}<p class='big'>{esc(screen.t('scn_none'))}</p>", "intro"))
        return
    scenario = data.scenarios.get(screen.query.get("scenario", "")) or next(iter(data.scenarios.values()), None)
    own = {assumption.name for assumption in scenario.assumptions} if scenario else set()
    asked = screen.query.get("view") == _WHAT_IF or bool(own & screen.query.keys())
    if not asked:
        st.html(_forecasts(screen.release.key, screen.lang, screen.theme, screen.as_of, screen.today, screen))
        return
    above = _head(screen, data, _WHAT_IF) + simulated(screen, data.forecasts) + warning(screen)
    st.html(block(screen, above, "scenariopage"))
    if scenario is None:
        st.html(block(screen, f'<p class="big">{esc(screen.t("scn_no_scenario"))}</p>', "scenariopage"))
        return
    changes, problems = read_settings(screen, scenario)
    if problems:
        st.html(block(screen, "".join(banner("warn", text) for text in problems), "scenariopage"))
    _choose(screen, data, scenario)
    _inputs(screen, data, scenario, changes)
    kept = (screen.release.key, screen.lang, screen.theme, screen.as_of, screen.today, scenario.id)
    st.html(_results(kept, tuple(sorted(changes.items())), screen))


@st.cache_data(max_entries=16, show_spinner=False)
def _forecasts(key: str, lang: str, theme: str | None, as_of: str | None, today: date, _screen: Screen) -> str:
    screen, data = _screen, queries_scenario.year_end(_screen.release)
    body = (
        _head(screen, data, _FORECAST)
        + lead(screen, data.forecasts)
        + f'<p class="note">{esc(screen.t("scn_is_forecast"))}</p>'
        + landings(screen, data.forecasts, _tiles(screen))
    )
    return block(screen, body, "scenariopage")


@st.cache_data(max_entries=64, show_spinner=False)
def _results(kept: tuple[object, ...], changes: tuple[tuple[str, float], ...], _screen: Screen) -> str:
    screen, data = _screen, queries_scenario.year_end(_screen.release)
    outcome = what_if(data.scenarios[str(kept[-1])], data.cards, data.facts, dict(changes))
    return block(screen, results(screen, outcome, data, _tiles(screen)), "scenariopage")


def _tiles(screen: Screen) -> dict[str, Tile]:
    return {tile.card.code: tile for tile in queries.tiles(screen.release)}


def _head(screen: Screen, data: YearEnd, view: str) -> str:
    """Title and the two views, as links with the state in the address."""
    year = max(forecast.year for forecast in data.forecasts)
    links = "".join(
        f'<a href="{esc(screen.address("scenario", view=name))}"{_here(name == view)}>'
        f"{esc(screen.t(f'scn_view_{name}'))}</a>"
        for name in (_FORECAST, _WHAT_IF)
    )
    return (
        f"<h1>{esc(screen.t('scn_title', year=year))}</h1>"
        f'<nav class="scn-views" aria-label="{esc(screen.t("scn_views"))}">{links}</nav>'
    )


def _here(here: bool) -> str:
    return ' aria-current="page"' if here else ""


def _choose(screen: Screen, data: YearEnd, chosen: Scenario) -> None:
    """Links to the scenarios, when there are several."""
    links = "".join(
        f'<a href="{esc(screen.address("scenario", view=_WHAT_IF, scenario=one.id))}"{_here(one.id == chosen.id)}>'
        f"{esc(one.name.in_language(screen.lang))}</a>"
        for one in data.scenarios.values()
    )
    title = f"{tag(screen.t('scn_assumed'), 'assumed')} {esc(chosen.name.in_language(screen.lang))}"
    several = f'<nav class="scn-views">{links}</nav>' if len(data.scenarios) > 1 else ""
    helped = f'<p class="note">{esc(screen.t("scn_inputs_help"))}</p>'
    bare = screen.address("scenario", view=_WHAT_IF, **({"scenario": chosen.id} if several else {}))
    reset = f'<a href="{esc(bare)}">{esc(screen.t("scn_reset"))}</a>'
    st.html(block(screen, f"{several}<h2>{title}</h2>{helped}<p>{reset}</p>", "scenariopage"))


def read_settings(screen: Screen, scenario: Scenario) -> tuple[dict[str, float], list[str]]:
    """Assumptions the address changes, and in words what of it cannot be used."""
    changes: dict[str, float] = {}
    problems: list[str] = []
    for assumption in scenario.assumptions:
        text = screen.query.get(assumption.name)
        if text is None:
            continue
        value = number_of(text, "en" if re.fullmatch(r"-?\d*\.?\d+", text) else screen.lang)
        if value is None:
            problems.append(screen.t("scn_bad_number", name=assumption.name, value=text))
        elif not assumption.low <= value <= assumption.high:
            low, high = (formats.plain(bound, 2, screen.lang) for bound in (assumption.low, assumption.high))
            shown = formats.plain(value, 2, screen.lang)
            problems.append(screen.t("scn_bad_range", name=assumption.name, value=shown, low=low, high=high))
        else:
            changes[assumption.name] = value
    return changes, problems


def _inputs(screen: Screen, data: YearEnd, scenario: Scenario, changes: Mapping[str, float]) -> None:
    outcome = what_if(scenario, data.cards, data.facts, changes)
    with st.container(key="assumptions", gap=None):
        for setting in outcome.settings:
            with st.container(key=f"assumption_{setting.assumption.name}", gap=None):
                _input(screen, setting)
                st.html(block(screen, _beside(screen, data, setting)))


def _input(screen: Screen, setting: Setting) -> None:
    """One number in the reader's notation; what is typed goes into the address, and the address is what is shown. (A
    number box of Streamlit writes 4566.3 whatever the language.)"""
    assumption = setting.assumption
    key = f"_scenario_{assumption.name}"
    shown = "" if setting.value is None else formats.plain(setting.value, 2, screen.lang)
    st.session_state[key] = shown

    def typed() -> None:
        text = str(st.session_state[key]).strip()
        value = number_of(text, screen.lang)
        default = "" if setting.default is None else formats.plain(setting.default, 2, screen.lang)
        if text in ("", default):
            st.query_params.pop(assumption.name, None)
        else:
            st.query_params[assumption.name] = text if value is None else f"{value:.10g}"
        st.query_params["view"] = _WHAT_IF

    title, unit = assumption.title.in_language(screen.lang), assumption.unit.in_language(screen.lang)
    st.text_input(f"{title} ({unit})", key=key, on_change=typed)


def number_of(text: str, lang: str) -> float | None:
    """A number as people write it: `4.566,34` in Vietnamese, `4,566.34` in English; None when it is none."""
    thousands, point = (",", ".") if lang == "en" else (".", ",")
    text = text.replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(rf"-?\d{{1,3}}(\{thousands}\d{{3}})+(\{point}\d+)?", text):
        text = text.replace(thousands, "")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _beside(screen: Screen, data: YearEnd, setting: Setting) -> str:
    """Where the default comes from, the range, and the pace that the target needs as a link."""
    assumption = setting.assumption
    low, high = (formats.plain(bound, 2, screen.lang) for bound in (assumption.low, assumption.high))
    default = (
        screen.t("scn_default", value=formats.plain(setting.default, 2, screen.lang))
        if setting.default is not None
        else screen.t("scn_default_none")
    )
    changed = f"{tag(screen.t('scn_assumed') + ': ' + screen.t('scn_changed'), 'assumed')} " if setting.changed else ""
    needed = _needed(data, assumption)
    link = ""
    if needed is not None:
        query = {k: v for k, v in screen.query.items() if k not in ("lang", "theme", "asof")}
        address = screen.address("scenario", **(query | {"view": _WHAT_IF, assumption.name: f"{needed:.10g}"}))
        text = screen.t("scn_use_needed", value=formats.plain(needed, 2, screen.lang))
        link = f'<p><a href="{esc(address)}">{esc(text)}</a></p>'
    return (
        f'<p class="soft">{changed}{esc(default)} {mark_tag(screen, assumption.mark)} · '
        f"{esc(screen.t('scn_range', low=low, high=high))}</p>{link}"
    )


def _needed(data: YearEnd, assumption: Assumption) -> float | None:
    """Of an assumption that stands for a card's pace: the pace the card's target asks of the rest of the year."""
    read = list(names(assumption.default))
    if len(read) != 1 or read[0][1] != "pace":
        return None
    needed = next((f.needed for f in data.forecasts if f.code == read[0][0] and f.target is not None), None)
    return needed if needed is not None and assumption.low <= needed <= assumption.high else None
