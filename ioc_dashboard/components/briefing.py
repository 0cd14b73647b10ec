"""The weekly briefing as HTML: the same pieces on the screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from ioc_dashboard.components import reading
from ioc_dashboard.components.changes import counted, nothing_before, revision
from ioc_dashboard.components.correction import correction_tag
from ioc_dashboard.components.links import indicator_link, link
from ioc_dashboard.components.markup import esc, health_pill, mark_tag, status_pill, table, tag
from ioc_dashboard.components.overview import none_off, simulated_banner, situation, why
from ioc_dashboard.components.trust import trust_of
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_briefing import Briefing
from ioc_dashboard.screen import Screen
from ioc_dashboard.summary import target_text
from ioc_dashboard.texts import known

SHOWN = {"changes": 15, "alerts": 15, "tasks": 12, "feeds": 20}
"""Rows of a list before it says how many more there are."""


def body(screen: Screen, brief: Briefing) -> str:
    """All sections, with the title."""
    return "".join(
        [
            _head(screen, brief),
            _section(screen, "situation", _situation(screen, brief)),
            _section(screen, "off", _off(screen, brief)),
            _section(screen, "changes", _changes(screen, brief)),
            _section(screen, "alerts", _alerts(screen, brief)),
            _section(screen, "tasks", _tasks(screen, brief)),
            _section(screen, "data", _data(screen, brief)),
            _section(screen, "clauses", _clauses(screen, brief)),
            f'<p class="soft endnote">{esc(screen.t("briefing_note"))}</p>',
        ]
    )


def title(screen: Screen, brief: Briefing) -> str:
    """`Báo cáo tuần 47/2026`."""
    return screen.t("briefing_title", number=brief.week.number, year=brief.week.year)


def _head(screen: Screen, brief: Briefing) -> str:
    week = screen.t("briefing_week", first=screen.day(brief.week.first), last=screen.day(brief.week.last))
    kind = "briefing_reconstructed" if screen.release.reconstructed else "briefing_release"
    release = screen.t(kind, release=screen.release.release_id, time=screen.moment(screen.info.created_at))
    place = f"{screen.say(screen.info.province)} · {screen.t('centre')}"
    return (
        f'<header class="briefhead"><p class="place">{esc(place)}</p><h1>{esc(title(screen, brief))}</h1>'
        f"<p>{esc(week)}. {esc(release)}</p></header>"
    )


def _section(screen: Screen, name: str, inner: str) -> str:
    return f'<section class="brief-{name}"><h2>{esc(screen.t(f"briefing_{name}"))}</h2>{inner}</section>'


def _situation(screen: Screen, brief: Briefing) -> str:
    if not brief.tiles:
        return f'<p class="big">{esc(screen.t("no_indicators"))}</p>'
    return f'<p class="situation">{situation(screen, brief.tiles)}</p>{simulated_banner(screen, brief.tiles)}'


def _off(screen: Screen, brief: Briefing) -> str:
    if not brief.off:
        found = f'<p class="calm">{none_off(screen, brief.tiles)}</p>'
    else:
        found = _judged(screen, brief, brief.off, "briefing_off", explained=True)
    if brief.near:
        text = screen.t("briefing_near", n=screen.number(len(brief.near)))
        found += f"<h3>{esc(text)}</h3>" + _judged(screen, brief, brief.near, "status_amber", explained=False)
    return found


def _judged(screen: Screen, brief: Briefing, tiles: Sequence[Tile], caption: str, *, explained: bool) -> str:
    """Indicators with value, target, owner, trust; `explained`: with why as well."""
    columns = [("brief_indicator", "c-name"), ("brief_value", "c-value"), ("brief_why", "c-why"),
               ("brief_owner", "c-owner"), ("brief_trust", "c-trust")]  # fmt: skip
    heads = [(screen.t(name), css) for name, css in columns if explained or name != "brief_why"]
    rows = []
    for tile in tiles:
        cells = _row(screen, brief, tile)
        rows.append(cells if explained else cells[:2] + cells[3:])
    return table(screen.t(caption), heads, rows, "brieftable")


def _row(screen: Screen, brief: Briefing, tile: Tile) -> list[str]:
    latest, basis = tile.latest, mark_tag(screen, tile.card.target_mark)
    name = indicator_link(screen, tile.card.code, screen.say(tile.card.short))
    held = tag(screen.t("held"), "held") if latest and latest.held else ""
    state = known("trust_", trust_of(tile), screen.lang)
    if latest and latest.rules_total:
        state += f" {screen.number(latest.rules_passed)}/{screen.number(latest.rules_total)}"
    return [
        f"<b>{name}</b><p>{_when(screen, tile)}</p>",
        f'{status_pill(screen, tile.verdict)} <b class="num">{esc(reading.value_text(screen, tile))}</b>'
        f'<p class="num">{esc(target_text(tile, screen.lang) or "")} {basis}</p>',
        f"<p>{esc(why(screen, tile, brief.about))}</p>",
        esc(reading.owner_text(screen, tile)),
        f'<span class="trust-word t-{esc(trust_of(tile))}">{esc(state)}</span> {held}{_sim(screen, tile)}'
        f"{correction_tag(screen, tile)}",
    ]


def _when(screen: Screen, tile: Tile) -> str:
    """Period, what it measures, data date."""
    day = tile.latest.period_end if tile.latest else None
    dated = f" · {esc(screen.t('brief_to', day=screen.day(day)))}" if day else ""
    return reading.period_line(screen, tile) + dated


def _sim(screen: Screen, tile: Tile) -> str:
    return tag(screen.t("brief_sim"), "sim") if tile.latest and tile.latest.simulated else ""


def _changes(screen: Screen, brief: Briefing) -> str:
    then, changed = brief.earlier, brief.changed
    if then is None or changed is None:
        return f'<p class="calm">{esc(nothing_before(screen))}</p>'
    against = screen.t(
        "briefing_against" if then.full else "briefing_against_oldest", release=then.release.release_id,
        time=screen.moment(then.at),
    )  # fmt: skip
    lead = f"<p>{esc(against)} {esc(counted(screen, changed))}</p>"
    tiles = {tile.card.code: tile for tile in brief.tiles}
    rows = [
        [
            _named(screen, tiles[one.code]),
            f"{status_pill(screen, one.before)} → {status_pill(screen, one.after)}",
            esc(reading.owner_text(screen, tiles[one.code])),
        ]
        for one in changed.moved
        if one.code in tiles
    ]
    revised = tag(screen.t("changes_revised"), "corrected")
    rows += [
        [
            _named(screen, tiles[one.code]),
            f"{revised} {esc(revision(screen, one, tiles[one.code]))}",
            esc(reading.owner_text(screen, tiles[one.code])),
        ]
        for one in changed.revised
        if one.code in tiles
    ]  # fmt: skip
    heads = [
        (screen.t("col_indicator"), "c-name"),
        (screen.t("brief_change"), ""),
        (screen.t("brief_owner"), "c-owner"),
    ]
    return lead + _listed(screen, "briefing_changes", heads, rows, SHOWN["changes"])


def _named(screen: Screen, tile: Tile) -> str:
    name = indicator_link(screen, tile.card.code, screen.say(tile.card.short))
    value = esc(reading.value_text(screen, tile))
    return f'<b>{name}</b> {_sim(screen, tile)}<p><b class="num">{value}</b> · {_when(screen, tile)}</p>'


def _alerts(screen: Screen, brief: Briefing) -> str:
    if brief.alerts is None:
        return f'<p class="bad">{esc(screen.t("decide_unread"))}</p>'
    if not brief.alerts:
        return f'<p class="calm">{esc(screen.t("briefing_alerts_none" if brief.store else "briefing_no_store"))}</p>'
    lead = screen.t(
        "briefing_alerts_counted", n=screen.number(len(brief.alerts)),
        critical=screen.number(sum(alert.severity == "critical" for alert in brief.alerts)),
        overdue=screen.number(sum(alert.overdue for alert in brief.alerts)),
    )  # fmt: skip
    late = f' <b class="late">{esc(screen.t("briefing_overdue"))}</b>'
    late_first = sorted(brief.alerts, key=lambda alert: not alert.overdue)
    rows = [
        [
            f"{link(screen, 'alerts', alert.id, id=alert.id)} · "
            f"{esc(known('severity_of_', alert.severity, screen.lang))}",
            f"<b>{esc(screen.say(alert.subject))}</b>: {esc(screen.say(alert.what))} "
            + (tag(screen.t("brief_sim"), "sim") if alert.simulated else ""),
            esc(alert.assignee or screen.say(alert.owner)),
            esc(screen.day(alert.due_on)) + (late if alert.overdue else ""),
            esc(screen.say(alert.state)) + (f"; {esc(screen.t('alert_recovered'))}" if alert.recovered else ""),
        ]
        for alert in late_first
    ]  # fmt: skip
    columns = [("severity_of_warning", ""), ("brief_what", "c-why"), ("brief_owner", "c-owner"), ("brief_due", ""),
               ("brief_state", "")]  # fmt: skip
    heads = [(screen.t(name), css) for name, css in columns]
    return f"<p>{esc(lead)}</p>" + _listed(screen, "briefing_alerts", heads, rows, SHOWN["alerts"])


def _tasks(screen: Screen, brief: Briefing) -> str:
    if not brief.tasks:
        return f'<p class="calm">{esc(screen.t("briefing_tasks_none"))}</p>'

    def escalated(state: str) -> str:
        return screen.number(sum(task.escalation == state for task in brief.tasks))

    lead = screen.t(
        "briefing_tasks_counted", awaiting=escalated("awaiting_decision"), up=escalated("must_escalate"),
        stuck=escalated("stuck"), overdue=screen.number(sum(task.followed == "overdue" for task in brief.tasks)),
    )  # fmt: skip
    rows = [
        [
            f"<b>{esc(screen.say(task.title))}</b> " + (tag(screen.t("brief_sim"), "sim") if task.simulated else ""),
            esc(screen.say(task.unit) or screen.t("no_unit")),
            esc(screen.day(task.due_on) if task.due_on else screen.t("due_none")),
            esc(screen.say(task.words)),
        ]
        for task in brief.tasks
    ]
    heads = [(screen.t("brief_what"), "c-why"), (screen.t("brief_owner"), "c-owner"), (screen.t("brief_due"), ""),
             (screen.t("brief_state"), "")]  # fmt: skip
    return f"<p>{esc(lead)}</p>" + _listed(screen, "briefing_tasks", heads, rows, SHOWN["tasks"])


def _data(screen: Screen, brief: Briefing) -> str:
    if not brief.feeds:
        return f'<p class="calm">{esc(screen.t("no_feeds"))}</p>'
    watched = [feed for feed in brief.feeds if feed.health != "ok"]
    lead = screen.t("briefing_data_fine", fine=len(brief.feeds) - len(watched), all=len(brief.feeds))
    rows = [
        [
            f"<b>{link(screen, 'data', screen.say(feed.title), feed=feed.feed_id)}</b>"
            f"<p>{esc(screen.say(feed.owner))}</p>",
            health_pill(screen, feed.health),
            esc(screen.period(feed.newest_period)),
            esc(screen.say(feed.reason)),
        ]
        for feed in watched
    ]  # fmt: skip
    heads = [(screen.t("brief_source"), "c-name"), (screen.t("brief_state"), ""), (screen.t("brief_newest"), ""),
             (screen.t("brief_why"), "c-why")]  # fmt: skip
    return f"<p>{esc(lead)}</p>" + _listed(screen, "briefing_data", heads, rows, SHOWN["feeds"])


def _clauses(screen: Screen, brief: Briefing) -> str:
    if not brief.verdicts:
        return f'<p class="calm">{esc(screen.t("standard_none"))}</p>'
    lead = screen.t(
        "briefing_clauses_counted",
        **{name: brief.verdicts.get(name, 0) for name in ("passed", "failed", "unknown", "untested")},
    )
    rows = [
        [
            f"<b>{link(screen, 'standard', clause.id, clause=clause.id)}</b> {mark_tag(screen, clause.mark)}"
            f"<p>{esc(screen.say(clause.title))}</p>",
            f"{screen.number(clause.numerator)}/{screen.number(clause.denominator)} {esc(screen.say(clause.counted))}",
            esc(screen.say(clause.reason)),
        ]
        for clause in brief.clauses
    ]
    heads = [(screen.t("brief_clause"), "c-name"), (screen.t("brief_counted"), ""), (screen.t("brief_why"), "c-why")]
    return f"<p>{esc(lead)}</p>" + _listed(screen, "briefing_clauses", heads, rows, len(rows))


def _listed(screen: Screen, caption: str, heads: list[tuple[str, str]], rows: list[list[str]], shown: int) -> str:
    """The first rows as a table, and how many more there are."""
    if not rows:
        return ""
    more = len(rows) - shown
    tail = f'<p class="soft">{esc(screen.t("briefing_more", n=screen.number(more)))}</p>' if more > 0 else ""
    return table(screen.t(caption), heads, rows[:shown], "brieftable") + tail
