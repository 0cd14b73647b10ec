"""Cảnh báo: what changed for the worse, who answers for it, by when; one alert in full (`?id=CB-0001`)."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ioc_dashboard import alert_steps, queries, queries_alerts
from ioc_dashboard.alert_board import KINDS, SEVERITIES, STATES, Filter
from ioc_dashboard.components import alerts_actions, alerts_detail, alerts_list
from ioc_dashboard.components.markup import banner, block, esc
from ioc_dashboard.queries_alerts import Operations
from ioc_dashboard.screen import Screen
from ioc_dashboard.views.spec import PageSpec
from ioc_pipeline.operations.alerts import Alert

PAGE = PageSpec("alerts", "warning", 40)


def show(screen: Screen) -> None:
    """Draw the list, one alert, or why there is nothing to draw."""
    store = queries_alerts.operations()
    if not store.made or store.problem:
        st.html(block(screen, _without_store(screen, store), "alertpage"))
        return
    moment = queries_alerts.moment_of(screen, store)
    today = queries_alerts.today_of(screen, moment)
    alerts = queries_alerts.alerts(store, moment)
    asked = screen.query.get("id")
    alert = alerts.get(asked.strip().upper()) if asked else None
    key = (store.mark, screen.release.key, screen.lang, screen.theme, screen.as_of, today)
    if alert is None:
        st.html(_list(key, asked if asked else "", _filter(screen, alerts), screen, store, alerts))
        return
    writable = alert_steps.allowed() and screen.as_of is None
    st.html(_one(key, alert.id, writable, screen, store, alert))
    if writable:
        alerts_actions.forms(screen, alert)


def _without_store(screen: Screen, store: Operations) -> str:
    if store.problem:
        return (
            f"<h1>{esc(screen.t('al_broken_title'))}</h1>{banner('bad', screen.say(store.problem))}"
            f'<p class="big">{esc(screen.t("al_broken_after"))}</p><pre class="do"><code>ioc alerts verify</code></pre>'
        )
    return (
        f"<h1>{esc(screen.t('al_no_store_title'))}</h1><p class='big'>{esc(screen.t('al_no_store'))}</p>"
        '<pre class="do"><code>ioc run</code></pre>'
    )


def _filter(screen: Screen, alerts: dict[str, Alert]) -> Filter:
    """What the address asks for; what it does not name rightly is left out."""
    query = screen.query
    state, severity, kind, owner = (query.get(name, "") for name in ("state", "severity", "kind", "owner"))
    page = query.get("p", "1")
    return Filter(
        state if state in ("live", "need", "all", *STATES) else "live",
        severity if severity in SEVERITIES else "",
        kind if kind in KINDS else "",
        owner if any(alert.owner["id"] == owner for alert in alerts.values()) else "",
        max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
    )


def _tampered(screen: Screen, store: Operations) -> str:
    if not store.tampered:
        return ""
    return banner("bad", screen.t("al_tampered", what="; ".join(map(screen.say, store.tampered[:3]))))


@st.cache_data(max_entries=64, show_spinner=False)
def _list(
    key: tuple[object, ...], unknown: str, asked: Filter, _screen: Screen, _store: Operations, _alerts: dict[str, Alert]
) -> str:
    screen, store = _screen, _store
    moment = queries_alerts.moment_of(screen, store)
    today = queries_alerts.today_of(screen, moment)
    top = _tampered(screen, store) + (banner("warn", screen.t("al_unknown", id=unknown)) if unknown else "")
    alerts = list(_alerts.values())
    if not alerts:
        nothing = f"<h1>{esc(screen.t('al_no_alerts_title'))}</h1><p class='big'>{esc(screen.t('al_no_alerts'))}</p>"
        return block(screen, top + nothing, "alertpage")
    tiles = {tile.card.code: tile for tile in queries.tiles(screen.release)}
    day: date | None = today if moment is not None else None
    listing = alerts_list.listing(screen, alerts, asked, today, tiles)
    parts = [top, alerts_list.situation(screen, alerts, today, day)]
    decide, owners = alerts_list.today_block(screen, alerts, today, tiles), alerts_list.owners(screen, alerts, today)
    parts += [decide, owners, listing] if asked == Filter() else [listing, decide, owners]  # what was asked for first
    return block(screen, "".join(parts), "alertpage")


@st.cache_data(max_entries=64, show_spinner=False)
def _one(
    key: tuple[object, ...], alert_id: str, writable: bool, _screen: Screen, _store: Operations, _alert: Alert
) -> str:
    screen, store, alert = _screen, _store, _alert
    moment = queries_alerts.moment_of(screen, store)
    today = queries_alerts.today_of(screen, moment)
    tiles = {tile.card.code: tile for tile in queries.tiles(screen.release)}
    code = alert.members[0] if alert.cause.startswith("indicator:") and alert.members else ""
    parts = [
        f'<p class="back"><a href="{esc(screen.address("alerts"))}">‹ {esc(screen.t("al_back"))}</a></p>',
        _tampered(screen, store),
        alerts_detail.head(screen, alert, today),
        alerts_detail.guidance(screen, alert),
        alerts_detail.evidence(screen, alert, tiles),
        alerts_detail.notes(screen, queries_alerts.notes_on(store, moment, code)) if code else "",
        alerts_detail.history(screen, alert),
        "" if writable else alerts_actions.commands(screen, alert),
    ]
    return block(screen, "".join(parts), "alertpage")
