"""Top of the page of tasks: the situation, and what the leaders must decide today, about whom, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ioc_dashboard import formats
from ioc_dashboard.components.markup import ICON, banner, esc, tag
from ioc_dashboard.queries_tasks import Field, Summary, Task
from ioc_dashboard.screen import Screen
from ioc_dashboard.task_board import Reminded
from ioc_dashboard.texts import known
from ioc_pipeline.operations.events import Event

_SHOWN = 5


def situation(screen: Screen, found: Summary, waiting: int) -> str:
    """How many tasks, and how many of each kind somebody must look at; each number leads to its list. `waiting`: with
    the leaders and not decided yet."""
    counts = [("leaders", "red"), ("overdue", "red"), ("invalid", "amber"), ("unproven", "amber")]
    numbers = found.counts | {"leaders": waiting}
    words = ", ".join(_count(screen, name, numbers[name], css) for name, css in counts)
    sim = ""
    if found.simulated:
        said = screen.t("tk_simulated", n=screen.number(found.simulated), all=screen.number(found.total))
        sim = banner("sim", said)
    lead = esc(screen.t("tk_lead", n=screen.number(found.total)))
    when = f'<p class="big">{esc(screen.t("tk_as_of", day=screen.day(found.as_of)))}</p>'
    return f'{sim}<section class="verdict"><h1 class="situation">{lead} {words}.</h1>{when}</section>'


def _count(screen: Screen, name: str, count: int, css: str) -> str:
    text = esc(screen.t(f"tk_n_{name}", n=screen.number(count)))
    if not count:
        return f"<b>{text}</b>"
    return f'<a href="{esc(screen.address("tasks", state=name))}"><b class="s-{css}">{text}</b></a>'


def today_block(
    screen: Screen,
    found: Summary,
    hard: Sequence[Task],
    decided: Mapping[str, Event],
    reminded: Sequence[Reminded],
    limits: tuple[float, float] | None,
    year: int,
    fields: Sequence[Field],
) -> str:
    """Difficult tasks, units with consequences, vacant fields: what each needs, from whom, by when."""
    waiting = [task for task in hard if task.task_id not in decided]
    units = [unit for unit in reminded if unit.consequence != "none"]
    vacant = [field for field in fields if field.state != "covered"]
    total = len(waiting) + len(units) + len(vacant)
    parts = [
        _hard(screen, found, waiting, decided, hard),
        _units(screen, units, limits, year),
        _fields(screen, vacant, len(fields)),
    ]
    css = "" if total else " none"
    return (
        f'<section class="decide{css}"><h2>{esc(screen.t("tk_today"))} '
        f'<span class="count">{screen.number(total)}</span></h2>{"".join(parts)}</section>'
    )


def _part(title: str, count: str, inner: str, note: str = "") -> str:
    lead = f'<p class="rule">{esc(note)}</p>' if note else ""
    return f'<div class="part"><h3>{esc(title)} <span class="count">{count}</span></h3>{lead}{inner}</div>'


def _hard(
    screen: Screen, found: Summary, waiting: Sequence[Task], decided: Mapping[str, Event], hard: Sequence[Task]
) -> str:
    title, rule = screen.t("tk_hard"), screen.t("tk_hard_rule", rule=screen.say(found.rule))
    done = [task for task in hard if task.task_id in decided]
    rows = "".join(_task(screen, task, found.as_of or screen.today, decided.get(task.task_id))
                   for task in [*waiting[:_SHOWN], *done[:_SHOWN]])  # fmt: skip
    if not rows:
        return _part(title, "0", f'<p class="calm">{esc(screen.t("tk_hard_none"))}</p>')
    how = f'<p class="rule"><code>{esc(screen.t("tk_decide_how"))}</code></p>' if waiting else ""
    more = ""
    if len(hard) > _SHOWN:
        link = esc(screen.address("tasks", state="leaders"))
        words = f"{screen.t('tk_s_leaders')} ({screen.number(len(hard))}) ›"
        more = f'<p class="more"><a href="{link}">{esc(words)}</a></p>'
    return _part(title, screen.number(len(waiting)), f"<ol>{rows}</ol>{how}{more}", rule)


def _task(screen: Screen, task: Task, today: date, decision: Event | None) -> str:
    labels = tag(screen.t("simulated"), "sim") if task.simulated else ""
    what = task.title or screen.say(task.result)
    unit = screen.say(task.unit) or screen.t("tk_no_unit")
    stuck = ""
    if task.stuck_since:
        stuck = screen.t(
            "tk_stuck_for", n=screen.number((today - task.stuck_since).days), day=screen.day(task.stuck_since)
        )
    if decision is not None:
        need = screen.t("tk_decided_already")
        who = f'<b class="done">{esc(signed(screen, decision))}</b>'
    elif task.escalation == "must_escalate":
        late = (today - task.goes_up_by).days if task.goes_up_by else 0
        need = screen.t("tk_must_up", day=screen.day(task.goes_up_by), n=screen.number(late))
        who = f"<b>{esc(screen.t('tk_sends_up', unit=unit))}</b>"
    else:
        waits = (today - task.escalated_on).days if task.escalated_on else 0
        need = screen.t("tk_up_since", day=screen.day(task.escalated_on), n=screen.number(waits))
        who = f"<b>{esc(screen.t('tk_decider'))}</b>"
    return (
        f'<li class="{"v-done" if decision else "v-critical"}"><div class="c-what"><h4>{esc(what)}</h4>'
        f'<p><span class="code">{esc(task.task_id)}</span> · {esc(screen.say(task.group))} '
        f"{esc(task.document)} {labels}</p></div>"
        f'<div class="c-unit"><p>{esc(screen.t("tk_col_unit"))}: <b>{esc(unit)}</b></p></div>'
        f'<div class="c-need"><p>{esc(need)}</p><p class="soft">{esc(stuck)}</p></div>'
        f'<div class="c-who">{who}</div></li>'
    )


def signed(screen: Screen, decision: Event) -> str:
    """A decision: outcome, who signed when, which document."""
    said = decision.body
    try:
        day = screen.day(date.fromisoformat(str(said["on"])))
    except ValueError:
        day = str(said["on"])
    outcome = known("tk_outcome_", str(said["outcome"]), screen.lang)
    return screen.t("tk_signed", outcome=outcome, who=said.get("signed_by"), day=day, document=decision.evidence)


def _units(screen: Screen, units: Sequence[Reminded], limits: tuple[float, float] | None, year: int) -> str:
    title = screen.t("tk_units_today")
    if not units:
        return _part(title, "0", f'<p class="calm">{esc(screen.t("tk_units_none", year=year))}</p>')
    rule = ""
    if limits:
        review, discipline = (formats.plain(limit, 1, screen.lang) for limit in limits)
        rule = screen.t("tk_units_rule", review=review, discipline=discipline)
    lines = []
    for state in ("discipline", "review"):
        own = [unit for unit in units if unit.consequence == state]
        if not own:
            continue
        names = "".join(
            f'<li><a href="{esc(screen.address("tasks", unit=unit.unit))}">{esc(screen.say(unit.name))}</a> '
            f'<span class="num">{esc(screen.t("tk_times", n=screen.number(unit.count)))}</span></li>'
            for unit in own
        )
        lines.append(
            f'<div class="outcome c-{state}"><b>{ICON}{esc(screen.t(f"tk_consequence_{state}"))}</b>'
            f'<ul class="names">{names}</ul><span class="soft">{esc(screen.t("tk_chair_decides"))}</span></div>'
        )
    return _part(title, screen.number(len(units)), "".join(lines), rule)


def _fields(screen: Screen, vacant: Sequence[Field], total: int) -> str:
    title = screen.t("tk_fields_today")
    if not total:
        return _part(title, "—", f'<p class="calm">{esc(screen.t("tk_fields_unknown"))}</p>')
    if not vacant:
        return _part(title, "0", f'<p class="calm">{esc(screen.t("tk_fields_none", n=screen.number(total)))}</p>')
    names = "".join(
        f"<li><b>{esc(screen.say(field.name))}</b> <span>{esc(screen.say(field.state_words))}</span></li>"
        for field in vacant
    )
    return _part(title, f"{screen.number(len(vacant))}/{screen.number(total)}", f'<ul class="names">{names}</ul>')
