"""What somebody must decide or close: open alerts and tasks, each with owner and deadline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from ioc_dashboard.components.links import link
from ioc_dashboard.components.markup import ICON, esc, tag
from ioc_dashboard.open_alerts import OpenAlert
from ioc_dashboard.queries_overview import Task
from ioc_dashboard.screen import Screen
from ioc_dashboard.texts import known

ALERTS_SHOWN = 4
TASKS_SHOWN = 2
_UNITS_SHOWN = 3


def decisions(screen: Screen, alerts: Sequence[OpenAlert] | None, tasks: Sequence[Task]) -> str:
    """The section: a sentence, the few most pressing, links to all of them."""
    title = f"<h2>{esc(screen.t('decide_title'))}</h2>"
    lines = []
    if alerts is None:
        lines.append(f'<p class="calm">{esc(screen.t("decide_unread"))}</p>')
    elif not alerts and not tasks:
        lines.append(f'<p class="calm">{esc(screen.t("decide_none"))}</p>')
    said = "; ".join(esc(part) for part in [*alert_counts(screen, alerts or ()), *task_counts(screen, tasks)])
    if said:
        lines.append(f'<p class="lead">{said}.</p>')
    upward = [task for task in tasks if task.escalation != "clear"]
    rows = [_alert(screen, alert) for alert in (alerts or ())[:ALERTS_SHOWN]]
    rows += [_task(screen, task) for task in (upward or tasks)[:TASKS_SHOWN]]
    if rows:
        lines.append(f"<ol>{''.join(rows)}</ol>")
    more = []
    if alerts and "alerts" in screen.pages:
        more.append(link(screen, "alerts", screen.t("decide_more", n=screen.number(len(alerts))) + " ›"))
    if tasks and "tasks" in screen.pages:
        more.append(link(screen, "tasks", screen.t("decide_more_tasks") + " ›"))
    if more:
        lines.append(f'<p class="more">{" ".join(more)}</p>')
    return f'<section class="decisions">{title}{"".join(lines)}</section>'


def alert_counts(screen: Screen, alerts: Sequence[OpenAlert]) -> list[str]:
    """`39 open alerts, 39 critical`, `2 overdue`."""
    if not alerts:
        return []
    critical = sum(alert.severity == "critical" for alert in alerts)
    overdue = sum(alert.overdue for alert in alerts)
    said = [screen.t("alerts_counted", n=screen.number(len(alerts)), critical=screen.number(critical))]
    return said + ([screen.t("alerts_overdue", n=screen.number(overdue))] if overdue else [])


def task_counts(screen: Screen, tasks: Sequence[Task]) -> list[str]:
    """How many tasks wait, must go up, are stuck, are overdue; the units with most of the overdue ones."""
    states = Counter(task.escalation for task in tasks)
    said = [
        screen.t(text, n=screen.number(states[state]))
        for state, text in (
            ("awaiting_decision", "tasks_awaiting"), ("must_escalate", "tasks_must_go_up"), ("stuck", "tasks_stuck"),
        )
        if states[state]
    ]  # fmt: skip
    late = [task for task in tasks if task.followed == "overdue"]
    if late:
        units = Counter(screen.say(task.unit) or screen.t("no_unit") for task in late).most_common(_UNITS_SHOWN)
        named = ", ".join(f"{unit} {screen.number(count)}" for unit, count in units)
        said.append(f"{screen.t('tasks_overdue', n=screen.number(len(late)))} ({named})")
    return said


def _alert(screen: Screen, alert: OpenAlert) -> str:
    css = "s-red" if alert.severity == "critical" else "s-amber"
    labels = tag(screen.t("simulated"), "sim") if alert.simulated else ""
    state = screen.say(alert.state) + (f"; {screen.t('alert_recovered')}" if alert.recovered else "")
    what = f"{screen.say(alert.subject)}: {screen.say(alert.what)}"
    return (
        f'<li class="{css}"><span class="pill {css}">{ICON}{esc(known("severity_of_", alert.severity, screen.lang))}'
        f"</span><div><h3>{link(screen, 'alerts', what, id=alert.id)}</h3>"
        f"<p>{esc(screen.say(alert.owner) or screen.t('no_owner'))} · {due(screen, alert.due_on, alert.overdue)} · "
        f"{esc(state)} {labels}</p></div></li>"
    )


def _task(screen: Screen, task: Task) -> str:
    late = task.followed == "overdue"
    labels = tag(screen.t("simulated"), "sim") if task.simulated else ""
    css = "s-red" if task.escalation in ("awaiting_decision", "must_escalate") or late else "s-amber"
    return (
        f'<li class="{css}"><span class="pill {css}">{ICON}{esc(screen.say(task.words))}</span><div>'
        f"<h3>{link(screen, 'tasks', screen.say(task.title))}</h3>"
        f"<p>{esc(screen.say(task.unit) or screen.t('no_unit'))} · {due(screen, task.due_on, late)} {labels}</p>"
        "</div></li>"
    )


def due(screen: Screen, day: date | None, overdue: bool) -> str:
    """Deadline in words; one that has passed says so."""
    if day is None:
        return esc(screen.t("due_none"))
    past = overdue and day < screen.today
    text = esc(screen.t("due_overdue" if past else "due_by", day=screen.day(day)))
    return f'<b class="late">{text}</b>' if past else text
