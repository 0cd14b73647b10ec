"""The release's tables about tasks: every task followed, units ranked, fields of management covered; and the evidence
of the clauses that rest on them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.compute.late_deliveries import late_deliveries
from ioc_pipeline.compute.task_clauses import fields_covered, guidance_given, reminders_counted, tasks_conducted
from ioc_pipeline.compute.verdicts import Computed
from ioc_pipeline.contracts.agencies import AgencyRegister, is_agency_code, undeclared
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.operation_rules import Register, TaskRules
from ioc_pipeline.messages import Text
from ioc_pipeline.operations.fields import STATES, CardState, FieldCoverage, coverage
from ioc_pipeline.operations.ranking import (
    CONSEQUENCES,
    FORMULA,
    Reminder,
    UnitStanding,
    late_tasks,
    reminders,
    standings,
)  # fmt: skip
from ioc_pipeline.operations.tasks import ESCALATION, LACKING, PROGRESS, Task, conduct, task_of
from ioc_pipeline.operations.working_days import WORDS
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.warehouse import quoted


def fill_operations(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, now: datetime
) -> tuple[dict[str, int], dict[str, Computed]]:
    """Fill the three tables of the attached release (`indicator_values` is there already); returns rows per table and
    the evidence by clause. Without usable rules the tables are empty and nothing is judged."""
    rules = catalogue.operations.tasks
    guided = {"IOC-QTRI-09": guidance_given(catalogue)}
    if rules is None:
        return {"task_followup": 0, "unit_ranking": 0, "field_coverage": 0}, guided
    today = now.astimezone(ZoneInfo(catalogue.province.timezone)).date()
    parameter = catalogue.standard.parameter
    days = int(parameter("escalation_days"))
    tasks = [task for register in rules.registers for task in _tasks(connection, catalogue, register)]
    agencies = catalogue.agencies.of_rows(simulated=all(task.simulated for task in tasks))
    rules = replace(rules, units=agencies.owners)
    late = late_tasks(tasks, rules, today) if rules.late_tasks else []
    if rules.late_deliveries:
        late += late_deliveries(connection, catalogue, now)
    letters: dict[str, list[Reminder]] = {}
    for reminder in reminders(late, rules.one_per, today.year):
        letters.setdefault(reminder.unit, []).append(reminder)
    thresholds = parameter("reminder_review"), parameter("reminder_discipline")
    units = standings(tasks, rules, today, {u: len(found) for u, found in letters.items()}, *thresholds)
    fields = _coverage(connection, catalogue, rules, tasks, today)
    rows = {
        "task_followup": [_task(catalogue, rules, agencies, task, today, days) for task in tasks],
        "unit_ranking": [
            _unit(catalogue, rules, agencies, unit, letters.get(unit.unit, []), today, thresholds) for unit in units
        ],
        "field_coverage": [_field(field, today) for field in fields],
    }
    evidence = guided | {
        "IOC-QTRI-07": reminders_counted(units, *thresholds),
        "IOC-QTRI-10": tasks_conducted(conduct(tasks, today, days, rules.days), days, rules.days),
        "IOC-QTRI-11": fields_covered(fields),
    }
    return {table: insert_rows(connection, f"release.{table}", found) for table, found in rows.items()}, evidence


def _tasks(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, register: Register) -> list[Task]:
    feed = catalogue.feeds.get(register.feed)
    there = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [f"records_{register.feed}"]
    ).fetchone()
    if feed is None or not there:
        return []
    columns = ", ".join(f"{quoted(column)} AS {quoted(name)}" for name, column in register.columns.items())
    extra = ", simulated" if any(c.name == "simulated" for c in feed.columns) else ""
    cursor = connection.execute(f"SELECT {columns}{extra} FROM {quoted(feed.id)} ORDER BY 1")
    names = [d[0] for d in cursor.description or ()]
    return [task_of(dict(zip(names, row, strict=True)), register) for row in cursor.fetchall()]


def _coverage(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, rules: TaskRules, tasks: Sequence[Task], today: date
) -> list[FieldCoverage]:
    rows = connection.execute(
        "SELECT code, bool_or(is_latest AND value IS NOT NULL AND grey_cause IS DISTINCT FROM 'too_old'), "
        "max(period_end) FILTER (WHERE value IS NOT NULL) FROM release.indicator_values WHERE area = ? GROUP BY code",
        [catalogue.province.code],
    ).fetchall()
    known = {code: (bool(live), last) for code, live, last in rows}
    cards = [
        CardState(card.code, card.feed, card.field_id, *known.get(card.code, (False, None)))
        for card in catalogue.indicators.values()
    ]
    parameter = catalogue.standard.parameter
    years = parameter("area_reminder_years"), parameter("area_warning_years"), parameter("area_limit_years")
    in_hand = [t.group for t in tasks if t.state == "open"]
    return [
        coverage(field, cards, sum(g in field.task_groups for g in in_hand), today, rules.fields_since, years)
        for field in rules.fields
    ]


def _both(name: str, text: Text | None) -> dict[str, str | None]:
    return {f"{name}_vi": text.vi if text else None, f"{name}_en": text.en if text else None}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _coded(catalogue: Catalogue, rules: TaskRules, task: Task, name: str, value: str | None) -> Text | None:
    """Words for a code of a register's column; the value itself where its column has no list."""
    if value is None:
        return None
    register = next(r for r in rules.registers if r.feed == task.feed_id)
    column = register.columns.get(name)
    codes = catalogue.feeds[task.feed_id].column(column).codes if column else None
    listed = catalogue.codes[codes].codes if codes and codes in catalogue.codes else {}
    if value in listed:
        return listed[value].name
    return rules.groups.get(value, Text(value, value)) if name == "group" else Text(value, value)


def unit_name(catalogue: Catalogue, agencies: AgencyRegister, unit: str) -> Text:
    """Name of a unit: of the owner of feeds or cards it is, or as the register of agencies has it; else what it is
    called in the register of tasks. Whose code it is, is never guessed: an undeclared code says so."""
    owner = next((f.owner for f in catalogue.feeds.values() if f.owner_id == unit), None)
    owner = owner or next((c.owner for c in catalogue.indicators.values() if c.owner_id == unit), None)
    return owner or agencies.name(unit) or (undeclared(unit) if is_agency_code(unit) else Text(unit, unit))


def _task(
    catalogue: Catalogue, rules: TaskRules, agencies: AgencyRegister, task: Task, today: date, days: int
) -> dict[str, Any]:  # fmt: skip
    followed, step = task.followed(today), task.escalation(today, days, rules.days)
    words = [LACKING[name] for name in task.missing]
    lacking = Text(", ".join(w.vi for w in words), ", ".join(w.en for w in words))
    counted = WORDS[rules.days]
    unit = rules.units.get(task.unit, task.unit) if task.unit else None
    return {
        "feed_id": task.feed_id, "task_id": task.id, "title": task.title, "group_id": task.group,
        **_both("group", _coded(catalogue, rules, task, "group", task.group)),
        **_both("assigner", _coded(catalogue, rules, task, "assigner", task.assigner)),
        "document": task.document, "unit": unit,
        **_both("unit", unit_name(catalogue, agencies, unit) if unit else None),
        **_both("result", _coded(catalogue, rules, task, "result", task.result)),
        "assigned_on": task.assigned, "due_on": task.due, "state": task.state, "progress": task.progress,
        "done_on": task.done, "proof": task.proof, "valid": not task.missing,
        "missing": ", ".join(task.missing) or None, **_both("missing", lacking if task.missing else None),
        "followed": followed, **_both("followed", PROGRESS[followed]), "stuck_since": task.stuck,
        "goes_up_by": task.goes_up_by(days, rules.days), "escalated_on": task.escalated, "decided_on": task.decided,
        "resolved_on": task.resolved, "escalation": step, **_both("escalation", ESCALATION[step]),
        **_both("rule", Text(f"{days} {counted.vi}", f"{days} {counted.en}")), "as_of": today,
        "simulated": task.simulated,
    }  # fmt: skip


def _unit(
    catalogue: Catalogue, rules: TaskRules, agencies: AgencyRegister, unit: UnitStanding, letters: Sequence[Reminder],
    today: date, thresholds: tuple[float, float],
) -> dict[str, Any]:  # fmt: skip
    counts: Mapping[str, int] = unit.counts
    inputs = {
        **counts, "due": unit.due, "incomplete": unit.incomplete, "minimum_due": rules.minimum_due,
        "reminder_review": thresholds[0], "reminder_discipline": thresholds[1],
    }  # fmt: skip
    unit_class = next((c.name for c in rules.classes if c.id == unit.unit_class), None)
    return {
        "unit": unit.unit, **_both("unit", unit_name(catalogue, agencies, unit.unit)), "class": unit.unit_class,
        **_both("class", unit_class), "year": unit.year, "rank": unit.rank, "of_units": unit.of, "score": unit.score,
        **_both("reason", unit.reason), "due": unit.due,
        **{name: counts.get(name, 0) for name in ("in_time", "late", "unproven", "overdue")},
        "incomplete": unit.incomplete, **_both("formula", FORMULA), "inputs_json": _json(inputs),
        "reminders": unit.reminders, "reminders_json": _json([{"on": r.on, "what": r.what} for r in letters]),
        "consequence": unit.consequence, **_both("consequence", CONSEQUENCES[unit.consequence]),
        "publishable": unit.rank is not None and not unit.simulated, "as_of": today, "simulated": unit.simulated,
    }  # fmt: skip


def _field(found: FieldCoverage, today: date) -> dict[str, Any]:
    return {
        "field_id": found.field.id, **_both("field", found.field.name), "state": found.state,
        **_both("state", STATES[found.state]), "cards": found.cards, "live": found.live, "tasks": found.tasks,
        "vacant_since": found.vacant_since,
        "vacant_years": round(found.years, 2) if found.years is not None else None, "as_of": today,
    }  # fmt: skip
