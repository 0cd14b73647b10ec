"""Tasks by group with their counts, and the list behind every count, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ioc_dashboard import formats
from ioc_dashboard.components.markup import ICON, esc, table, tag
from ioc_dashboard.components.paging import filter_links, pager
from ioc_dashboard.components.tasks_today import signed
from ioc_dashboard.queries_tasks import PAGE_SIZE, STATES, Filter, Summary, Task, Unit
from ioc_dashboard.screen import Screen
from ioc_dashboard.task_board import Reminded
from ioc_pipeline.operations.events import Event

_COLUMNS = ("valid", "leaders", "stuck", "overdue", "unproven", "late", "in_time", "not_due")
_BAD = ("leaders", "overdue", "unproven")


def address(screen: Screen, asked: Filter) -> str:
    """Address of a filter."""
    plain = {"state": asked.state if asked.state != "attention" else "", "group": asked.group, "unit": asked.unit,
             "p": str(asked.page) if asked.page > 1 else ""}  # fmt: skip
    return screen.address("tasks", **{name: value for name, value in plain.items() if value})


def groups(screen: Screen, found: Summary) -> str:
    """Every group: how many state time, responsibility and result, and where the others stand."""
    heads = [(screen.t("tk_group"), ""), (screen.t("tk_total"), "num")]
    heads += [(screen.t(f"tk_c_{name}"), "num") for name in _COLUMNS]
    rows = []
    for group in found.groups:
        cells = [
            f'<a href="{esc(address(screen, Filter("attention", group.group_id)))}">{esc(screen.say(group.name))}</a>',
            f'<a href="{esc(address(screen, Filter("all", group.group_id)))}">{screen.number(group.total)}</a>',
        ]
        for name in _COLUMNS:
            count = group.counts[name]
            if name == "valid":
                invalid = group.counts["invalid"]
                cells.append(
                    f"{screen.number(count)}/{screen.number(group.total)}" + _invalid(screen, group.group_id, invalid)
                )
            elif count:
                css = ' class="bad"' if name in _BAD else ""
                link = esc(address(screen, Filter(name, group.group_id)))
                cells.append(f'<a{css} href="{link}">{screen.number(count)}</a>')
            else:
                cells.append(f'<span class="soft">{screen.number(0)}</span>')
        rows.append(cells)
    title = screen.t("tk_groups")
    return f'<section class="groups"><h2>{esc(title)}</h2>{table(title, heads, rows)}</section>'


def _invalid(screen: Screen, group: str, count: int) -> str:
    if not count:
        return ""
    link = esc(address(screen, Filter("invalid", group)))
    return f'<br><a class="bad" href="{link}">{screen.number(count)} {esc(screen.t("tk_c_invalid").lower())}</a>'


def listing(
    screen: Screen,
    found: Summary,
    asked: Filter,
    page: Sequence[Task],
    total: int,
    counted: Mapping[str, int],
    decided: Mapping[str, Event],
) -> str:
    """One page of a filter with links to every other filter."""
    states = [
        (screen.t(f"tk_s_{name}"), address(screen, replace(asked, state=name, page=1)), counted.get(name, 0),
         name == asked.state)
        for name in STATES
    ]  # fmt: skip
    names = {"": screen.t("tk_any_group")} | {group.group_id: screen.say(group.name) for group in found.groups}
    every = sum(count for name, count in counted.items() if name.startswith("group "))
    by_group = [
        (words, address(screen, replace(asked, group=group, page=1)),
         counted.get(f"group {group}", 0) if group else every, group == asked.group)
        for group, words in names.items()
    ]  # fmt: skip
    filters = filter_links(screen, screen.t("tk_filter_state"), states)
    filters += filter_links(screen, screen.t("tk_filter_group"), by_group)
    title = f'<h2>{esc(screen.t("tk_list"))} <span class="count">{screen.number(total)}</span></h2>'
    if not page:
        return f'<section class="listing">{title}{filters}<p class="calm">{esc(screen.t("tk_none_fit"))}</p></section>'
    heads = [(screen.t(f"tk_col_{name}"), "") for name in ("task", "result", "unit", "due", "state")]
    today = found.as_of or screen.today
    rows = [_row(screen, task, today, decided.get(task.task_id)) for task in page]
    more = pager(
        screen, asked.page, max(1, -(-total // PAGE_SIZE)), total, PAGE_SIZE,
        lambda number: address(screen, replace(asked, page=number)),
    )  # fmt: skip
    grid = table(screen.t("tk_list"), heads, rows, "tasks")
    note = f'<p class="note">{esc(screen.t("tk_code_note"))}</p>'
    return f'<section class="listing">{title}{filters}{grid}{more}{note}</section>'


def _row(screen: Screen, task: Task, today: date, decision: Event | None) -> list[str]:
    labels = f" {tag(screen.t('simulated'), 'sim')}" if task.simulated else ""
    title = f"<p><b>{esc(task.title)}</b></p>" if task.title else ""
    about = " · ".join(part for part in (screen.say(task.group), task.document) if part)
    unit = esc(screen.say(task.unit)) or f'<b class="late">{esc(screen.t("tk_no_unit"))}</b>'
    return [
        f'{title}<p><span class="code">{esc(task.task_id)}</span>{labels}</p><p class="soft">{esc(about)}</p>',
        esc(screen.say(task.result)) or f'<b class="late">{esc(screen.t("tk_no_result"))}</b>',
        unit,
        _due(screen, task, today),
        _state(screen, task, decision),
    ]


def _due(screen: Screen, task: Task, today: date) -> str:
    if task.due_on is None:
        return f'<b class="late">{esc(screen.t("tk_no_due"))}</b>'
    text = esc(screen.day(task.due_on))
    if task.followed == "overdue":
        text += (
            f'<br><b class="late">{ICON}{esc(screen.t("al_overdue", n=screen.number((today - task.due_on).days)))}</b>'
        )
    elif task.done_on:
        text += f'<p class="soft">{esc(screen.t("tk_done_on", day=screen.day(task.done_on)))}</p>'
    elif task.followed == "not_due":
        text += f'<p class="soft">{esc(screen.t("al_days_left", n=screen.number((task.due_on - today).days)))}</p>'
    return text


_COLOURS = {"overdue": "red", "late": "amber", "unproven": "amber", "in_time": "green"}


def _state(screen: Screen, task: Task, decision: Event | None) -> str:
    word = esc(screen.say(task.followed_words).capitalize())
    css = _COLOURS.get(task.followed, "untargeted" if task.followed in ("not_due", "stopped") else "grey")
    parts = [f'<span class="pill s-{css}"><i class="shape" aria-hidden="true"></i>{word}</span>']
    if screen.say(task.missing):
        parts.append(f'<p class="late">{esc(screen.t("tk_lacks", what=screen.say(task.missing)))}</p>')
    if decision is not None:
        parts.append(f"<p>{esc(screen.t('tk_decided_already'))}: {esc(signed(screen, decision))}</p>")
    elif task.escalation != "clear":
        hot = "late" if task.escalation in ("must_escalate", "awaiting_decision") else "soon"
        parts.append(f'<p class="{hot}">{esc(screen.say(task.escalation_words).capitalize())}</p>')
    return "".join(parts)


def unit_head(screen: Screen, asked: Filter, unit: Unit | None, reminders: Reminded | None, name: str) -> str:
    """The unit a reader asked for: rank, reminders with what each names, and the way back to all units."""
    clear = esc(address(screen, replace(asked, unit="", page=1)))
    facts = []
    if unit and unit.rank:
        score = formats.number(unit.score, 2, screen.lang)
        facts.append(f"{screen.say(unit.unit_class)}: {screen.t('tk_unit_rank', rank=unit.rank, of=unit.of_units)}, "
                     f"{screen.t('tk_score').lower()} {score} ({screen.say(unit.reason)})")  # fmt: skip
    elif unit:
        facts.append(screen.t("tk_unit_no_rank", reason=screen.say(unit.reason)))
    letters = ""
    if reminders:
        count = screen.t(
            "tk_unit_reminders", n=screen.number(reminders.count), year=unit.year if unit else screen.today.year
        )
        facts.append(f"{count}: {screen.t(f'tk_consequence_{reminders.consequence}').lower()}")
        letters = _letters(screen, reminders)
    lines = "".join(f'<p class="big">{esc(fact[:1].upper() + fact[1:])}.</p>' for fact in facts)
    return (
        f'<section class="unithead"><h2>{esc(screen.t("tk_unit_filter", name=name))}</h2>{lines}{letters}'
        f'<p class="picked"><a href="{clear}">{esc(screen.t("tk_clear"))}</a></p></section>'
    )


def _letters(screen: Screen, found: Reminded) -> str:
    kinds = (("tk_by_rule", found.by_rule), ("tk_by_hand", found.by_hand), ("tk_waived", found.waived))
    rows = sorted((on, screen.t(kind), what) for kind, letters in kinds for on, what in letters)
    heads = [(screen.t(name), "") for name in ("tk_rem_day", "tk_rem_kind", "tk_rem_what")]
    cells = [[esc(screen.day(on)), esc(kind), f'<span class="file">{esc(what)}</span>'] for on, kind, what in rows]
    return table(screen.t("tk_reminders"), heads, cells)
