"""What a release says about tasks, units and fields of management. A release made before these tables has none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import streamlit as st

from ioc_dashboard.model import Words
from ioc_dashboard.release import Release

PAGE_SIZE = 25
_KEEP = 8
_by_release: dict[Any, Any] = {Release: lambda release: release.key}

LEADERS = "escalation IN ('must_escalate', 'awaiting_decision')"
ATTENTION = (
    "((NOT valid AND state IS DISTINCT FROM 'done') OR followed IN ('overdue', 'unproven', 'undetermined') "
    "OR escalation <> 'clear')"
)
STATES = {
    "attention": ATTENTION,
    "leaders": LEADERS,
    "stuck": "escalation = 'stuck'",
    "decided": "escalation = 'decided'",
    "overdue": "followed = 'overdue'",
    "invalid": "(NOT valid AND state IS DISTINCT FROM 'done')",
    "unproven": "followed = 'unproven'",
    "undetermined": "followed = 'undetermined'",
    "late": "followed = 'late'",
    "in_time": "followed = 'in_time'",
    "not_due": "followed = 'not_due'",
    "stopped": "followed = 'stopped'",
    "all": "true",
}
"""States the address may ask for (`?state=`), each with its condition; `attention` is shown when none is asked for."""
COUNTED = ("valid", *(name for name in STATES if name != "all"))
_ORDER = """CASE escalation WHEN 'must_escalate' THEN 0 WHEN 'awaiting_decision' THEN 1 ELSE 2 END,
            CASE followed WHEN 'overdue' THEN 0 ELSE 1 END, due_on NULLS FIRST, task_id"""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a register as the release follows it."""

    feed_id: str
    task_id: str
    title: str
    group: Words
    assigner: Words
    document: str
    unit: Words
    result: Words
    due_on: date | None
    done_on: date | None
    missing: Words
    followed: str
    followed_words: Words
    stuck_since: date | None
    goes_up_by: date | None
    escalated_on: date | None
    escalation: str
    escalation_words: Words
    simulated: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group of tasks with its counts by `COUNTED`."""

    group_id: str
    name: Words
    total: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """All tasks of a release: counts by state, by group; the rule on stuck tasks, whether any is simulated."""

    total: int
    counts: dict[str, int]
    groups: tuple[Group, ...]
    rule: Words
    as_of: date | None
    simulated: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in the ranking of the year, with its reminders: (day, what each names)."""

    unit: str
    name: Words
    unit_class: Words
    year: int
    rank: int | None
    of_units: int
    score: float | None
    reason: Words
    due: int
    in_time: int
    late: int
    unproven: int
    overdue: int
    incomplete: int
    formula: Words
    inputs: dict[str, Any]
    reminders: tuple[tuple[date, tuple[str, ...]], ...]
    consequence: str
    consequence_words: Words
    publishable: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of management: covered or vacant, and since when."""

    field_id: str
    name: Words
    state: str
    state_words: Words
    cards: int
    live: int
    tasks: int
    vacant_since: date | None
    vacant_years: float | None


@dataclass(frozen=True)
class Filter:
    """What the address asks for; empty: no restriction."""

    state: str = "attention"
    group: str = ""
    unit: str = ""
    page: int = 1

    def where(self) -> tuple[str, list[Any]]:
        """The condition and its parameters."""
        parts, parameters = [STATES[self.state]], []
        for column, value in (("group_id", self.group), ("unit", self.unit)):
            if value:
                parts.append(f"{column} = ?")
                parameters.append(value)
        return " AND ".join(parts), parameters


def _words(row: dict[str, Any], name: str) -> Words:
    return Words(str(row.get(f"{name}_vi") or ""), str(row.get(f"{name}_en") or ""))


def _rows(release: Release, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]] | None:
    """Rows, or None when the release has no such table or column yet."""
    try:
        return release.rows(sql, parameters)
    except (duckdb.CatalogException, duckdb.BinderException):
        return None


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def summary(release: Release) -> Summary | None:
    """Counts of all tasks; None when the release knows no tasks."""
    counted = ", ".join(f'count_if({STATES.get(name, "valid")})::INTEGER AS "{name}"' for name in COUNTED)
    rows = _rows(
        release,
        f"""SELECT group_id, any_value(group_vi) AS group_vi, any_value(group_en) AS group_en, count(*) AS total,
                   any_value(rule_vi) AS rule_vi, any_value(rule_en) AS rule_en, any_value(as_of) AS as_of,
                   count_if(simulated) AS simulated, {counted}
            FROM task_followup GROUP BY group_id ORDER BY group_id""",
    )
    if rows is None:
        return None
    groups = tuple(
        Group(
            str(row["group_id"] or ""), _words(row, "group"), int(row["total"]), {name: row[name] for name in COUNTED}
        )
        for row in rows
    )
    return Summary(
        total=sum(group.total for group in groups),
        counts={name: sum(group.counts[name] for group in groups) for name in COUNTED},
        groups=groups,
        rule=_words(rows[0], "rule") if rows else Words(),
        as_of=rows[0]["as_of"] if rows else None,
        simulated=sum(int(row["simulated"]) for row in rows),
    )


def tasks(release: Release, asked: Filter, size: int = PAGE_SIZE) -> tuple[list[Task], int]:
    """One page of the tasks a filter lets through, the most important first, and how many there are."""
    where, parameters = asked.where()
    rows = _rows(
        release,
        f"SELECT *, count(*) OVER () AS found FROM task_followup WHERE {where} ORDER BY {_ORDER} LIMIT ? OFFSET ?",
        [*parameters, size, (asked.page - 1) * size],
    )
    return [_task(row) for row in rows or []], int(rows[0]["found"]) if rows else 0


def counts(release: Release, asked: Filter) -> dict[str, int]:
    """How many tasks every state would show with the rest of a filter, and each group with its state."""
    where, parameters = Filter("all", asked.group, asked.unit).where()
    counted = ", ".join(f'count_if({condition})::INTEGER AS "{name}"' for name, condition in STATES.items())
    rows = _rows(release, f"SELECT {counted} FROM task_followup WHERE {where}", parameters) or [{}]
    where, parameters = Filter(asked.state, "", asked.unit).where()
    groups = _rows(release, f"SELECT group_id, count(*) AS n FROM task_followup WHERE {where} GROUP BY 1", parameters)
    return rows[0] | {f"group {row['group_id']}": int(row["n"]) for row in groups or []}


def leaders(release: Release) -> list[Task]:
    """Every task that the leaders must decide, the longest stuck first."""
    rows = _rows(release, f"SELECT * FROM task_followup WHERE {LEADERS} ORDER BY stuck_since, task_id LIMIT 500")
    return [_task(row) for row in rows or []]


def _task(row: dict[str, Any]) -> Task:
    return Task(
        feed_id=row["feed_id"],
        task_id=row["task_id"],
        title=str(row["title"] or ""),
        group=_words(row, "group"),
        assigner=_words(row, "assigner"),
        document=str(row["document"] or ""),
        unit=_words(row, "unit"),
        result=_words(row, "result"),
        due_on=row["due_on"],
        done_on=row["done_on"],
        missing=_words(row, "missing"),
        followed=row["followed"],
        followed_words=_words(row, "followed"),
        stuck_since=row["stuck_since"],
        goes_up_by=row["goes_up_by"],
        escalated_on=row["escalated_on"],
        escalation=row["escalation"],
        escalation_words=_words(row, "escalation"),
        simulated=bool(row["simulated"]),
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def units(release: Release) -> tuple[Unit, ...]:
    """Units by class and rank, those without a rank last."""
    rows = _rows(release, "SELECT * FROM unit_ranking ORDER BY class, rank NULLS LAST, due DESC, unit") or []
    return tuple(
        Unit(
            unit=row["unit"],
            name=_words(row, "unit"),
            unit_class=_words(row, "class"),
            year=int(row["year"]),
            rank=row["rank"],
            of_units=int(row["of_units"] or 0),
            score=row["score"],
            reason=_words(row, "reason"),
            **{name: int(row[name] or 0) for name in ("due", "in_time", "late", "unproven", "overdue", "incomplete")},
            formula=_words(row, "formula"),
            inputs=json.loads(row["inputs_json"]),
            reminders=tuple(
                (date.fromisoformat(letter["on"]), tuple(letter["what"]))
                for letter in json.loads(row["reminders_json"])
            ),
            consequence=row["consequence"],
            consequence_words=_words(row, "consequence"),
            publishable=bool(row["publishable"]),
            simulated=bool(row["simulated"]),
        )
        for row in rows
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def fields(release: Release) -> tuple[Field, ...]:
    """Fields of management, the vacant ones first, the longest vacant of them first."""
    rows = _rows(
        release,
        "SELECT * FROM field_coverage ORDER BY state = 'covered', vacant_years DESC NULLS LAST, field_id",
    )
    return tuple(
        Field(
            field_id=row["field_id"],
            name=_words(row, "field"),
            state=row["state"],
            state_words=_words(row, "state"),
            cards=int(row["cards"]),
            live=int(row["live"]),
            tasks=int(row["tasks"]),
            vacant_since=row["vacant_since"],
            vacant_years=row["vacant_years"],
        )
        for row in rows or []
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def leading(release: Release) -> frozenset[str]:
    """Every unit that leads a task, ranked or not."""
    rows = _rows(release, "SELECT DISTINCT unit FROM task_followup WHERE unit IS NOT NULL")
    return frozenset(str(row["unit"]) for row in rows or [])
