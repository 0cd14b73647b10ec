"""Nhiệm vụ: what the leaders must decide, tasks by group, units ranked, vacant fields; any list by its address."""

from __future__ import annotations

import streamlit as st

from ioc_dashboard import queries_alerts, queries_tasks
from ioc_dashboard.components import tasks_list, tasks_today, tasks_units
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.queries_alerts import Operations
from ioc_dashboard.queries_tasks import STATES, Filter
from ioc_dashboard.screen import Screen
from ioc_dashboard.task_board import decisions, reminded, thresholds
from ioc_dashboard.views.spec import PageSpec

PAGE = PageSpec("tasks", "warning", 50)


def show(screen: Screen) -> None:
    """Draw the page."""
    store = queries_alerts.operations()
    asked, named = _filter(screen), any(screen.query.get(name) for name in ("state", "group", "unit", "p"))
    key = (store.mark, screen.release.key, screen.lang, screen.theme, screen.as_of, screen.today, named)
    st.html(_body(key, asked, screen, store))


def _filter(screen: Screen) -> Filter:
    """What the address asks for; what it does not name rightly is left out."""
    query = screen.query
    found = queries_tasks.summary(screen.release)
    state, group, unit, page = (query.get(name, "") for name in ("state", "group", "unit", "p"))
    units = {one.unit for one in queries_tasks.units(screen.release)} | queries_tasks.leading(screen.release)
    return Filter(
        state if state in STATES else "attention",
        group if found and group in {one.group_id for one in found.groups} else "",
        unit if unit in units else "",
        max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
    )


@st.cache_data(max_entries=96, show_spinner=False)
def _body(key: tuple[object, ...], asked: Filter, _screen: Screen, _store: Operations) -> str:
    screen, store, named = _screen, _store, bool(key[-1])
    found, fields = queries_tasks.summary(screen.release), queries_tasks.fields(screen.release)
    units = queries_tasks.units(screen.release)
    if (found is None or not found.total) and not fields and not units:
        text = f"<h1>{esc(screen.t('tk_none_title'))}</h1><p class='big'>{esc(screen.t('tk_none'))}</p>"
        return block(screen, text + '<pre class="do"><code>ioc run --feed tasks</code></pre>', "taskpage")
    events = queries_alerts.events_until(store, queries_alerts.moment_of(screen, store))
    year = units[0].year if units else screen.today.year
    letters = reminded(units, events, year)
    by_unit = {one.unit: one for one in letters}
    parts = [banner("warn", screen.t("tk_store_missing")) if store.problem else ""]
    lists, tops = [], []
    if found is not None and found.total:
        page, total = queries_tasks.tasks(screen.release, asked)
        hard = queries_tasks.leaders(screen.release)
        decided = decisions([*hard, *page], events)
        parts.append(tasks_today.situation(screen, found, sum(task.task_id not in decided for task in hard)))
        tops.append(tasks_today.today_block(screen, found, hard, decided, letters, thresholds(units), year, fields))
        counted = queries_tasks.counts(screen.release, asked)
        if asked.unit:
            unit = next((one for one in units if one.unit == asked.unit), None)
            name = screen.say(unit.name) if unit else asked.unit
            lists.append(tasks_list.unit_head(screen, asked, unit, by_unit.get(asked.unit), name))
        lists.append(tasks_list.listing(screen, found, asked, page, total, counted, decided))
        tops.append(tasks_list.groups(screen, found))
    else:
        parts.append(f"<h1>{esc(screen.t('tk_none_title'))}</h1>")
    parts += [*lists, *tops] if named else [*tops, *lists]  # what was asked for comes first
    parts += [tasks_units.ranking(screen, units, by_unit), tasks_units.fields(screen, fields)]
    return block(screen, "".join(parts), "taskpage")
