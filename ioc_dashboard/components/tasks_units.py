"""Units ranked with the formula and its inputs printed, and the fields of management, vacant ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ioc_dashboard import formats
from ioc_dashboard.components.markup import ICON, esc, table
from ioc_dashboard.queries_tasks import Field, Unit
from ioc_dashboard.screen import Screen
from ioc_dashboard.task_board import Reminded

_SHOWN = 14
_COUNTS = ("due", "in_time", "late", "unproven", "overdue", "incomplete")


def ranking(screen: Screen, units: Sequence[Unit], reminded: Mapping[str, Reminded]) -> str:
    """Every class of units: rank, score, the counts it is made of, reminders; without a rank: why."""
    if not units:
        return ""
    classes: dict[str, list[Unit]] = {}
    for unit in units:
        classes.setdefault(screen.say(unit.unit_class), []).append(unit)
    minimum = next((unit.inputs.get("minimum_due") for unit in units), None)
    formula = esc(screen.t("tk_formula", formula=screen.say(units[0].formula)))
    more = esc(screen.t("tk_formula_more", minimum=minimum if minimum is not None else "—"))
    blocked = any(unit.simulated for unit in units)
    publish = esc(screen.t("tk_not_publishable" if blocked else "tk_publishable"))
    body = "".join(_class(screen, name, own, reminded) for name, own in classes.items())
    return (
        f'<section class="ranking"><h2>{esc(screen.t("tk_ranking", year=units[0].year))}</h2>'
        f'<p class="lead formula">{formula} <span class="soft">{more}</span></p>'
        f'<p class="lead"><b class="{"soon" if blocked else ""}">{publish}</b></p>{body}</section>'
    )


def _class(screen: Screen, name: str, units: Sequence[Unit], reminded: Mapping[str, Reminded]) -> str:
    ranked = [unit for unit in units if unit.rank is not None]
    others = [unit for unit in units if unit.rank is None]
    heads = [(screen.t("tk_rank"), "num"), (screen.t("tk_unit"), ""), (screen.t("tk_score"), "num"),
             (screen.t("tk_due"), "num"), *((screen.t(f"tk_r_{count}"), "num") for count in _COUNTS[1:]),
             (screen.t("tk_reminders"), "num"), (screen.t("tk_consequence"), "")]  # fmt: skip
    caption = f"{screen.t('tk_ranking', year=units[0].year)}: {name}"
    first = table(caption, heads, [_row(screen, unit, reminded) for unit in ranked[:_SHOWN]], "rank") if ranked else ""
    folded = ""
    if ranked[_SHOWN:]:
        rest = table(caption, heads, [_row(screen, unit, reminded) for unit in ranked[_SHOWN:]], "rank")
        words = screen.t("tk_more_units", n=screen.number(len(ranked) - _SHOWN))
        folded += f"<details><summary>{esc(words)}</summary>{rest}</details>"
    if others:
        why = [(screen.t("tk_unit"), ""), (screen.t("al_reason"), ""), (screen.t("tk_reminders"), "num")]
        rows = [
            [_name(screen, unit), esc(screen.say(unit.reason)), _reminders(screen, unit, reminded)] for unit in others
        ]
        words = screen.t("tk_unranked", n=screen.number(len(others)))
        folded += f"<details><summary>{esc(words)}</summary>{table(caption, why, rows)}</details>"
    count = f'<span class="count">{screen.number(len(units))}</span>'
    return f"<h3>{esc(name)} {count}</h3>{first}{folded}"


def _name(screen: Screen, unit: Unit) -> str:
    link = esc(screen.address("tasks", unit=unit.unit, state="all"))
    return f'<a href="{link}">{esc(screen.say(unit.name) or unit.unit)}</a>'


def _reminders(screen: Screen, unit: Unit, reminded: Mapping[str, Reminded]) -> str:
    found = reminded.get(unit.unit)
    return screen.number(found.count if found else 0)


def _row(screen: Screen, unit: Unit, reminded: Mapping[str, Reminded]) -> list[str]:
    found = reminded.get(unit.unit)
    leads_to = found.consequence if found else "none"
    word = esc(screen.t(f"tk_consequence_{leads_to}"))
    mark = f'<span class="soft">{word}</span>' if leads_to == "none" else f'<b class="c-{leads_to}">{ICON}{word}</b>'
    return [
        f"<b>{unit.rank}</b>/{unit.of_units}",
        _name(screen, unit),
        f"<b>{formats.number(unit.score, 2, screen.lang)}</b>",
        *(screen.number(getattr(unit, count)) for count in _COUNTS),
        _reminders(screen, unit, reminded),
        mark,
    ]


def fields(screen: Screen, found: Sequence[Field]) -> str:
    """Vacant fields in the open, the covered ones folded; with what each rests on."""
    if not found:
        return ""
    vacant = [field for field in found if field.state != "covered"]
    covered = [field for field in found if field.state == "covered"]
    heads = [(screen.t("tk_field"), ""), (screen.t("tk_field_state"), ""), (screen.t("tk_field_live"), "num"),
             (screen.t("tk_field_tasks"), "num"), (screen.t("tk_field_since"), "")]  # fmt: skip
    title = screen.t("tk_fields")
    count = f'<span class="count">{screen.number(len(covered))}/{screen.number(len(found))}</span>'
    if vacant:
        body = table(title, heads, [_field(screen, field) for field in vacant])
    else:
        body = f'<p class="calm">{esc(screen.t("tk_fields_none", n=screen.number(len(found))))}</p>'
    words = screen.t("tk_all_fields", n=screen.number(len(found)))
    rows = table(title, heads, [_field(screen, field) for field in found])
    folded = f"<details><summary>{esc(words)}</summary>{rows}</details>"
    return f'<section class="fieldlist"><h2>{esc(title)} {count}</h2>{body}{folded}</section>'


_COLOURS = {"covered": "green", "vacant": "grey", "reminder": "amber", "warning": "red", "limit": "red"}


def _field(screen: Screen, field: Field) -> list[str]:
    css = _COLOURS.get(field.state, "grey")
    since = ""
    if field.vacant_since:
        years = formats.number(field.vacant_years, 1, screen.lang)
        since = (
            f"{esc(screen.day(field.vacant_since))} <span class='soft'>({esc(screen.t('tk_years', n=years))})</span>"
        )
    word = esc(screen.say(field.state_words).capitalize())
    return [
        f"<b>{esc(screen.say(field.name))}</b>",
        f'<span class="pill s-{css}"><i class="shape" aria-hidden="true"></i>{word}</span>',
        f"{screen.number(field.live)}/{screen.number(field.cards)}",
        screen.number(field.tasks),
        since,
    ]
