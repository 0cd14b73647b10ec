"""A feed's suite: native Great Expectations JSON, read, checked and bound to the values of the day."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.validate.catalogue import title_column
from ioc_pipeline.validate.references import HISTORY, REFERENCE_KINDS, SQL_PARAMETER, references, sql_key
from ioc_pipeline.validate.sql_text import literal, literals
from ioc_pipeline.validate.suite_check import check_suite

_VIETNAM = timezone(timedelta(hours=7))


class SuiteError(IocError):
    """A suite that cannot be used; `problems` says where, what, and what to do."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        vi = "; ".join(f"{p.path}: {p.text.vi}" for p in self.problems)
        en = "; ".join(f"{p.path}: {p.text.en}" for p in self.problems)
        super().__init__(Message("suite_invalid", vi, en))


@dataclass(frozen=True)
class Expectation:
    """One rule of a suite; `kwargs` are Great Expectations' own."""

    id: str
    type: str
    kwargs: Mapping[str, Any]
    severity: str
    clause: str
    level: str
    why: Text
    fix: Text
    since: str

    @property
    def column(self) -> str | None:
        """Column (or columns) the rule speaks of, for display."""
        return title_column(self.type, self.kwargs)

    def native(self) -> dict[str, Any]:
        """The expectation as Great Expectations writes it."""
        return {
            "type": self.type,
            "kwargs": dict(self.kwargs),
            "severity": self.severity,
            "meta": {
                "id": self.id,
                "clause": self.clause,
                "level": self.level,
                "why": {"vi": self.why.vi, "en": self.why.en},
                "fix": {"vi": self.fix.vi, "en": self.fix.en},
                "since": self.since,
            },
        }


@dataclass(frozen=True)
class Suite:
    """The rules of one feed, in the order of the file."""

    name: str
    expectations: tuple[Expectation, ...]
    path: str = ""

    def native(self) -> dict[str, Any]:
        """Native suite; stock Great Expectations accepts it once `bind` has replaced every reference."""
        return {"name": self.name, "expectations": [e.native() for e in self.expectations]}


def parse_suite(
    data: Mapping[str, Any],
    *,
    path: str = "suite.json",
    columns: Collection[str] | None = None,
    clauses: Collection[str] | None = None,
    text: str | None = None,
) -> Suite:
    """Suite of parsed JSON. Raises `SuiteError` naming file, line (given the `text`) and expectation.

    `columns` are the feed's columns and `clauses` the ids of the standard; without them that check is left out.
    """
    found = check_suite(data, path=path, columns=columns, clauses=clauses, text=text)
    problems = [p for p in found if p.code != "suite.future"]  # to be corrected, but no reason not to judge
    if problems:
        raise SuiteError(problems)
    return suite_of(data, path)


def suite_of(data: Mapping[str, Any], path: str) -> Suite:
    """Suite of parsed JSON that has been checked already."""
    return Suite(data["name"], tuple(_expectation(entry) for entry in data["expectations"]), path)


def _expectation(entry: Mapping[str, Any]) -> Expectation:
    meta = entry["meta"]
    return Expectation(
        id=meta["id"],
        type=entry["type"],
        kwargs=entry["kwargs"],
        severity=entry["severity"],
        clause=meta["clause"],
        level=meta["level"],
        why=Text(meta["why"]["vi"], meta["why"]["en"]),
        fix=Text(meta["fix"]["vi"], meta["fix"]["en"]),
        since=str(meta["since"]),
    )


def judged_by(suite: Suite, severity: Callable[[str, str], str]) -> Suite:
    """The suite with the severities that the layers in effect give its rules (`Standard.rule_severity`)."""
    return replace(
        suite, expectations=tuple(replace(e, severity=severity(e.clause, e.severity)) for e in suite.expectations)
    )


def history_columns(suite: Suite) -> set[str]:
    """History columns that the rules of a suite name: what must stand beside the rows before they are judged."""
    return {name for e in suite.expectations for name in HISTORY.findall(json.dumps(dict(e.kwargs), default=str))}


def bind(suite: Suite, values: Mapping[str, Any]) -> Suite:
    """The suite with every reference replaced by its value, ready for either engine.

    `values` is a plain mapping: `codes:<list>` and `areas:<list>` → list of codes, `param:<name>` → scalar. A time
    with an offset is turned into Vietnamese local time without one, because the columns are local times
    (DuckDB would silently compare the instant in UTC). `param:as_of_date` follows from `param:as_of`.
    In SQL, `{"$sql": "… :as_of … IN :codes.units"}` puts the quoted value in place of `:as_of` and the parenthesised
    list in place of `:codes.units`. Raises `SuiteError` for a key that
    `values` does not have.
    """
    known = {key: _local(value) for key, value in values.items()}
    if "param:as_of" in known:
        known.setdefault("param:as_of_date", str(known["param:as_of"])[:10])
    problems = [
        Problem(
            suite.path or suite.name,
            None,
            Text(f"kỳ vọng {e.id}: chưa có giá trị cho {key}", f"expectation {e.id}: no value for {key}"),
        )
        for e in suite.expectations
        for key in sorted(references(e.kwargs))
        if key not in known
    ]
    if problems:
        raise SuiteError(problems)
    return replace(suite, expectations=tuple(replace(e, kwargs=_bound(e.kwargs, known)) for e in suite.expectations))


def _local(value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, str) and re.match(r"^\d{4}-\d{2}-\d{2}[T ].*([+-]\d{2}:?\d{2}|Z)$", value):
        return datetime.fromisoformat(value).astimezone(_VIETNAM).replace(tzinfo=None).isoformat()
    return value


def _bound(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        if "$sql" in value:
            return SQL_PARAMETER.sub(lambda match: _sql_literal(known[sql_key(match[1])]), str(value["$sql"]))
        for kind in REFERENCE_KINDS:
            if f"${kind}" in value:
                found = known[f"{kind}:{value[f'${kind}']}"]
                return list(found) if isinstance(found, (list, tuple, set, frozenset)) else found
        return {key: _bound(inner, known) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bound(inner, known) for inner in value]
    return value


def _sql_literal(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        text = f"({literals(value)})" if value else "(NULL)"
    else:
        text = literal(value)
    return text.replace("{", "{{").replace("}", "}}")
