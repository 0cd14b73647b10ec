"""The alerts of the centre: the situation, what needs a decision today, who has what, and the list with its filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ioc_dashboard.alert_board import (
    KINDS,
    SEVERITIES,
    STATES,
    Filter,
    chosen,
    code_of,
    decides,
    loads,
    need,
    next_deadline,
)
from ioc_dashboard.alert_board import in_order as ordered
from ioc_dashboard.components.alerts_words import (
    both,
    capital,
    change_line,
    deadline,
    labels,
    need_text,
    severity_pill,
    state_pill,
    value_block,
)  # fmt: skip
from ioc_dashboard.components.markup import banner, esc, table
from ioc_dashboard.components.paging import filter_links, pager
from ioc_dashboard.model import Tile
from ioc_dashboard.screen import Screen
from ioc_pipeline.operations.alerts import Alert

PAGE_SIZE = 20
_TODAY_SHOWN = 8


def situation(screen: Screen, alerts: Sequence[Alert], today: date, moment_day: date | None) -> str:
    """How many are open, how severe, overdue, sent up: one line."""
    live = [alert for alert in alerts if alert.live]
    when = f'<p class="big">{esc(screen.t("al_on_day", day=screen.day(moment_day)))}</p>' if moment_day else ""
    simulated = sum(alert.simulated for alert in live)
    warned = screen.t("al_simulated", n=screen.number(simulated), all=screen.number(len(live))) if simulated else ""
    sim = banner("sim", warned) if warned else ""
    if not live:
        title = f'<h1 class="situation">{esc(screen.t("al_lead_none"))}</h1>'
        return f'<section class="verdict">{title}{when}</section>'
    by_severity = Counter(alert.severity for alert in live)
    counts = [("al_critical", by_severity["critical"], "red"), ("al_warning", by_severity["warning"], "amber"),
              ("al_overdue_n", sum(alert.overdue(today) for alert in live), "red"),
              ("al_up_n", sum(alert.level > 0 for alert in live), "amber")]  # fmt: skip
    words = ", ".join(
        f'<b class="{f"s-{css}" if n else ""}">{esc(screen.t(key, n=screen.number(n)))}</b>' for key, n, css in counts
    )
    lead = esc(screen.t("al_lead", n=screen.number(len(live))))
    return f'{sim}<section class="verdict"><h1 class="situation">{lead} {words}.</h1>{when}</section>'


def today_block(screen: Screen, alerts: Sequence[Alert], today: date, tiles: Mapping[str, Tile]) -> str:
    """What needs a decision today: what, why, who, by when; or when the next deadline is."""
    found = [alert for alert in ordered(alerts, today) if need(alert, today)]
    title = esc(screen.t("al_today"))
    if not found:
        live = [alert for alert in alerts if alert.live]
        text = screen.t("al_today_none")
        if live:
            nearest = min(next_deadline(alert, today) for alert in live)
            due = sum(next_deadline(alert, today) == nearest for alert in live)
            text += " " + screen.t("al_today_next", day=screen.day(nearest), n=screen.number(due))
        return f'<section class="decide none"><h2>{title}</h2><p class="calm">{esc(text)}</p></section>'
    rows = "".join(_decision(screen, alert, today, tiles.get(code_of(alert))) for alert in found[:_TODAY_SHOWN])
    rest = ""
    if len(found) > _TODAY_SHOWN:
        link = esc(screen.address("alerts", state="need"))
        rest = f'<p class="more"><a href="{link}">{esc(screen.t("al_more_today", n=screen.number(len(found))))}</a></p>'
    return (
        f'<section class="decide"><h2>{title} <span class="count">{screen.number(len(found))}</span></h2>'
        f"<ol>{rows}</ol>{rest}</section>"
    )


def _decision(screen: Screen, alert: Alert, today: date, tile: Tile | None) -> str:
    link = esc(screen.address("alerts", id=alert.id))
    due = deadline(screen, alert, today, one=True)
    return (
        f'<li class="v-{esc(alert.severity)}"><div class="c-what"><h3><a href="{link}">'
        f"{esc(both(screen, alert.subject))}</a></h3>"
        f"<p>{esc(capital(both(screen, alert.title)))} {labels(screen, alert)}</p></div>"
        f'<div class="c-value">{value_block(screen, alert, tile)}</div>'
        f'<div class="c-need"><p>{esc(need_text(screen, alert, today))}</p></div>'
        f'<div class="c-who"><b>{esc(decides(alert, screen.lang))}</b>{due}</div></li>'
    )


def owners(screen: Screen, alerts: Sequence[Alert], today: date) -> str:
    """Open alerts by owner, the most urgent first."""
    found = loads(alerts, today)
    if not found:
        return ""
    heads = [(screen.t("al_owner"), ""), (screen.t("al_owner_open"), "num"), (screen.t("al_owner_critical"), "num"),
             (screen.t("al_owner_need"), "num"), (screen.t("al_owner_by"), "")]  # fmt: skip
    rows = [
        [
            f'<a href="{esc(screen.address("alerts", owner=load.owner["id"]))}">{esc(load.owner[screen.lang])}</a>',
            screen.number(load.open), screen.number(load.critical), screen.number(load.need),
            f'<span class="{"late" if load.by < today else "soon" if load.by == today else ""}">'
            f"{esc(screen.day(load.by))}</span>",
        ]
        for load in found
    ]  # fmt: skip
    title = esc(screen.t("al_by_owner"))
    return f'<section class="owners"><h2>{title}</h2>{table(screen.t("al_by_owner"), heads, rows)}</section>'


def _address(screen: Screen, asked: Filter) -> str:
    plain = {"state": asked.state if asked.state != "live" else "", "severity": asked.severity, "kind": asked.kind,
             "owner": asked.owner, "p": str(asked.page) if asked.page > 1 else ""}  # fmt: skip
    return screen.address("alerts", **{name: value for name, value in plain.items() if value})


def listing(screen: Screen, alerts: Sequence[Alert], asked: Filter, today: date, tiles: Mapping[str, Tile]) -> str:
    """The list with its filters, each of them a link."""
    found = chosen(alerts, asked, today)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(asked.page, pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]

    def count(**change: str) -> int:
        return len(chosen(alerts, replace(asked, page=1, **change), today))

    def links(label: str, name: str, values: list[tuple[str, str]]) -> str:
        current = getattr(asked, name)
        items = [
            (words, _address(screen, replace(asked, page=1, **{name: value})), count(**{name: value}), value == current)
            for value, words in values
        ]
        return filter_links(screen, screen.t(label), items, keep_empty=name == "state")

    states = [(state, screen.t(f"al_state_{state}")) for state in ("live", "need", *STATES, "all")]
    severities = [("", screen.t("al_any")), *((s, screen.t(f"severity_{s}")) for s in SEVERITIES)]
    kinds = [("", screen.t("al_any")), *((k, screen.t(f"al_kind_{k}")) for k in KINDS)]
    owner = ""
    if asked.owner:
        name = next((a.owner[screen.lang] for a in alerts if a.owner["id"] == asked.owner), asked.owner)
        clear = esc(_address(screen, replace(asked, owner="", page=1)))
        owner = (
            f'<p class="picked"><b>{esc(screen.t("al_owner_filter", name=name))}</b> '
            f'<a href="{clear}">{esc(screen.t("al_clear"))}</a></p>'
        )
    filters = links("al_filter_state", "state", states) + links("al_filter_severity", "severity", severities)
    filters += links("al_filter_kind", "kind", kinds) + owner
    title = f'<h2>{esc(screen.t("al_list"))} <span class="count">{screen.number(len(found))}</span></h2>'
    if not shown:
        return f'<section class="listing">{title}{filters}<p class="calm">{esc(screen.t("al_none_fit"))}</p></section>'
    heads = "".join(
        f"<span>{esc(screen.t(f'al_col_{name}'))}</span>" for name in ("severity", "what", "value", "who", "due")
    )
    rows = "".join(_row(screen, alert, today, tiles.get(code_of(alert))) for alert in shown)
    more = pager(
        screen, page, pages, len(found), PAGE_SIZE, lambda number: _address(screen, replace(asked, page=number))
    )
    return (
        f'<section class="listing">{title}{filters}<div class="heads" aria-hidden="true">{heads}</div>'
        f'<ol class="alerts">{rows}</ol>{more}</section>'
    )


def _row(screen: Screen, alert: Alert, today: date, tile: Tile | None) -> str:
    link = esc(screen.address("alerts", id=alert.id))
    given = screen.t("al_assignee", name=alert.assignee) if alert.assignee else screen.t("al_unassigned")
    opened = screen.t("al_opened", age=screen.age(_day(screen, alert)))
    release = str(alert.evidence.get("release") or "")
    return (
        f'<li class="v-{esc(alert.severity)} {"" if alert.live else "closed"}">'
        f'<div class="c-severity">{severity_pill(screen, alert.severity)}{state_pill(screen, alert)}</div>'
        f'<div class="c-what"><h3><a href="{link}">{esc(both(screen, alert.subject))}</a></h3>'
        f"<p>{change_line(screen, alert)} {labels(screen, alert)}</p>"
        f'<p class="todo">{esc(both(screen, alert.guidance))}</p></div>'
        f'<div class="c-value">{value_block(screen, alert, tile)}</div>'
        f'<div class="c-who"><b>{esc(alert.owner[screen.lang])}</b><p>{esc(given) if alert.live else ""}</p></div>'
        f'<div class="c-due">{deadline(screen, alert, today)}<p class="soft">{esc(opened)}</p>'
        f'<p class="soft"><span class="code" title="{esc(release)}">{esc(alert.id)}</span></p></div></li>'
    )


def _day(screen: Screen, alert: Alert) -> date:
    return alert.history[0].moment.astimezone(screen.zone).date()
