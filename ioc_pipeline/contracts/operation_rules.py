"""Declared rules of operations (`data_contracts/operations/`): alerts (`alerts.yaml`) and tasks (`tasks.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.operations import operation_problems
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.schema_check import as_date
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

T = TypeVar("T")


@dataclass(frozen=True)
class Named:
    """An id with its words: an owner, a unit, an outcome, a class."""

    id: str
    name: Text

    def as_dict(self) -> dict[str, str]:
        """Plain mapping for JSON."""
        return {"id": self.id, "vi": self.name.vi, "en": self.name.en}


@dataclass(frozen=True)
class Severity:
    """Days after opening by which an alert is acknowledged and closed."""

    name: Text
    acknowledge_days: int
    close_days: int


@dataclass(frozen=True)
class Trigger:
    """A change of state that opens an alert; `clause` names the clause whose guidance it carries."""

    id: str
    of: str  # indicator | feed | incident | task
    before: frozenset[str]
    after: frozenset[str]
    severity: str
    title: Text
    guidance: Text
    clause: str | None
    together: bool = False  # what it fires for several indicators of one owner in one release is one alert


@dataclass(frozen=True)
class AlertRules:
    """`alerts.yaml`; `days` is how days are counted (`working` or `calendar`), `escalation` the levels in order."""

    version: str
    mark: str
    days: str
    areas: tuple[str, ...]
    severities: Mapping[str, Severity]
    triggers: tuple[Trigger, ...]
    recovered: Mapping[str, frozenset[str]]
    leaders: Named
    escalation: tuple[tuple[int, Named], ...]

    def trigger(self, of: str, before: str, after: str) -> Trigger | None:
        """The first trigger that a change of state fires; None when it fires none."""
        if before == after:
            return None
        return next((t for t in self.triggers if t.of == of and before in t.before and after in t.after), None)


@dataclass(frozen=True)
class Register:
    """A feed whose rows are tasks: which column says what, and which of its states are open, done or stopped."""

    feed: str
    ranked: bool
    group: str | None
    columns: Mapping[str, str]
    states: Mapping[str, str]


@dataclass(frozen=True)
class UnitClass:
    """Units that may be compared; `pattern` matches their codes."""

    id: str
    pattern: re.Pattern[str]
    name: Text


@dataclass(frozen=True)
class ManagementField:
    """A field of management, and the cards, feeds and task groups that show it is looked after."""

    id: str
    name: Text
    indicators: frozenset[str]
    feeds: frozenset[str]
    card_fields: frozenset[str]
    task_groups: frozenset[str]


@dataclass(frozen=True)
class TaskRules:
    """`tasks.yaml`; days and counts are parameters of the standard, not of this file."""

    version: str
    mark: str
    days: str
    outcomes: tuple[Named, ...]
    registers: tuple[Register, ...]
    groups: Mapping[str, Text]
    one_per: str  # month | item
    late_tasks: bool
    late_deliveries: bool
    minimum_due: int
    undetermined_share: float
    classes: tuple[UnitClass, ...]
    fields_since: date
    fields: tuple[ManagementField, ...]
    units: Mapping[str, str] = field(default_factory=dict)  # agency code → owner id, from the register of agencies

    def class_of(self, unit: str) -> UnitClass | None:
        """The class in which a unit is compared; None when no pattern matches."""
        return next((c for c in self.classes if c.pattern.search(unit)), None)


@dataclass(frozen=True)
class OperationRules:
    """Both files; a file that is missing or has a mistake gives None: nothing is followed by half a rule."""

    alerts: AlertRules | None = None
    tasks: TaskRules | None = None


def load_operation_rules(known: Known) -> tuple[OperationRules, list[Problem]]:
    """The declared rules, and what is wrong with them."""
    problems: list[Problem] = []
    folder = known.root / "operations"

    def load(name: str, build: Callable[[dict[str, Any]], T]) -> T | None:
        path = folder / name
        if not path.exists():
            return None
        try:
            source = YamlSource(path)
        except UnreadableFile as error:
            problems.append(error.problem)
            return None
        wrong = source.repeated_keys() + operation_problems(source, known)
        problems.extend(wrong)
        return None if wrong else build(source.data)

    return OperationRules(load("alerts.yaml", _alert_rules), load("tasks.yaml", _task_rules)), problems


def _words(entry: Mapping[str, Any]) -> Text:
    return Text(str(entry["vi"]), str(entry["en"]))


def _named(entry: Mapping[str, Any]) -> Named:
    return Named(str(entry["id"]), _words(entry))


def _alert_rules(data: dict[str, Any]) -> AlertRules:
    return AlertRules(
        version=str(data["version"]),
        mark=str(data["mark"]),
        days=data["days"],
        areas=tuple(data["areas"]),
        severities={
            name: Severity(_words(s), s["acknowledge_days"], s["close_days"]) for name, s in data["severities"].items()
        },
        triggers=tuple(
            Trigger(
                t["id"], t["of"], frozenset(t["from"]), frozenset(t["to"]), t["severity"], _words(t["title"]),
                _words(t["guidance"]), t.get("clause"), t.get("together") == "owner",
            )
            for t in data["triggers"]
        ),
        recovered={of: frozenset(states) for of, states in data["recovered"].items()},
        leaders=_named(data["leaders"]),
        escalation=tuple(sorted(((e["after_days"], _named(e["to"])) for e in data["escalation"]), key=lambda e: e[0])),
    )  # fmt: skip


def _task_rules(data: dict[str, Any]) -> TaskRules:
    since = as_date(data["fields_since"])
    assert since is not None  # the schema says so
    return TaskRules(
        version=str(data["version"]),
        mark=str(data["mark"]),
        days=data["escalation"]["days"],
        outcomes=tuple(_named(o) for o in data["escalation"]["outcomes"]),
        registers=tuple(
            Register(r["feed"], r["ranked"], r.get("group"), dict(r["columns"]), dict(r["states"]))
            for r in data["registers"]
        ),
        groups={str(code): _words(words) for code, words in data["groups"].items()},
        one_per=data["reminders"]["one_per"],
        late_tasks=data["reminders"]["late_tasks"],
        late_deliveries=data["reminders"]["late_deliveries"],
        minimum_due=data["ranking"]["minimum_due"],
        undetermined_share=float(data["ranking"]["undetermined_share"]),
        classes=tuple(UnitClass(c["id"], re.compile(c["pattern"]), _words(c)) for c in data["ranking"]["classes"]),
        fields_since=since,
        fields=tuple(
            ManagementField(
                f["id"], _words(f), frozenset(f.get("indicators") or ()), frozenset(f.get("feeds") or ()),
                frozenset(f.get("card_fields") or ()), frozenset(f.get("task_groups") or ()),
            )
            for f in data["fields"]
        ),
    )  # fmt: skip
