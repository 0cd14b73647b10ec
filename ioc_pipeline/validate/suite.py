"""A feed's suite: native Great Expectations JSON, read, checked and bound to the values of the day."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.validate.catalogue import KNOWN, columns_of, may_be_row_level, title_column
from ioc_pipeline.validate.sql_guard import refusal
from ioc_pipeline.validate.sql_text import literal, literals

SEVERITIES = ("critical", "warning", "info")
LEVELS = ("row", "table")
#: References a suite may hold instead of a literal: `{"$codes": "units"}` is looked up as `codes:units`.
REFERENCE_KINDS = ("codes", "areas", "param")
SYSTEM_COLUMNS = ("_row", "_location", "_problems", "_doubts", "_doubt_count")
#: Columns the flow computes from the warehouse before validation (see `store.history`): ordinary columns to a rule.
HISTORY_COLUMNS = (
    "_previous_value", "_previous_period_value", "_earlier_period_value", "_plan_value", "_missing_series",
    "_usual_rows", "_expected_new", "_previous_version_at",
)  # fmt: skip
_HISTORY = re.compile(r"\b_(?:previous|earlier|plan|missing|usual|expected)_\w+")
_VIETNAM = timezone(timedelta(hours=7))
#: `:as_of` is `param:as_of`, a scalar; `:codes.units` is `codes:units`, a list in parentheses.
_SQL_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?)")


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
    problems = check_suite(data, path=path, columns=columns, clauses=clauses, text=text)
    if problems:
        raise SuiteError(problems)
    return Suite(
        name=data["name"],
        expectations=tuple(_expectation(entry) for entry in data["expectations"]),
        path=path,
    )


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


def check_suite(
    data: Any,
    *,
    path: str = "suite.json",
    columns: Collection[str] | None = None,
    clauses: Collection[str] | None = None,
    text: str | None = None,
) -> list[Problem]:
    """Everything wrong with a suite, each with its place and what to do; an empty list when it is sound."""
    if not isinstance(data, Mapping) or not isinstance(data.get("expectations"), list) or not data.get("name"):
        vi = 'tệp phải là một đối tượng có "name" và danh sách "expectations"'
        return [Problem(path, 1, Text(vi, 'the file must be an object with "name" and a list "expectations"'))]
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, entry in enumerate(data["expectations"], start=1):
        meta = entry.get("meta") if isinstance(entry, Mapping) else None
        ident = meta.get("id") if isinstance(meta, Mapping) else None
        label = ident or f"#{number}"
        line = _line_of(text, ident)
        for vi, en in _entry_problems(entry, columns, clauses):
            problems.append(Problem(path, line, Text(f"kỳ vọng {label}: {vi}", f"expectation {label}: {en}")))
        if ident and ident in seen:
            vi, en = "mã bị trùng; mỗi kỳ vọng cần một mã riêng", "duplicate id; give each expectation its own"
            problems.append(Problem(path, line, Text(f"kỳ vọng {label}: {vi}", f"expectation {label}: {en}")))
        seen.add(ident or label)
    return problems


def _line_of(text: str | None, ident: str | None) -> int | None:
    if text is None or ident is None:
        return None
    place = text.find(f'"{ident}"')
    return None if place < 0 else text.count("\n", 0, place) + 1


def _entry_problems(
    entry: Any, columns: Collection[str] | None, clauses: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    if not isinstance(entry, Mapping):
        yield "phải là một đối tượng", "must be an object"
        return
    type_, kwargs, meta = entry.get("type"), entry.get("kwargs"), entry.get("meta")
    if type_ not in KNOWN:
        yield (
            f"không có loại kỳ vọng {type_!r}; xem danh mục của Great Expectations",
            (f"no expectation type {type_!r}; see the gallery of Great Expectations"),
        )
    if not isinstance(kwargs, Mapping):
        yield "thiếu kwargs", "kwargs missing"
        kwargs = {}
    if entry.get("severity") not in SEVERITIES:
        yield f"severity phải là một trong {', '.join(SEVERITIES)}", f"severity must be one of {', '.join(SEVERITIES)}"
    yield from _meta_problems(str(type_), meta if isinstance(meta, Mapping) else {}, clauses)
    if columns is not None:
        known = {*columns, *SYSTEM_COLUMNS, *HISTORY_COLUMNS, *(f"_previous_{c}" for c in columns)}
        for name in (*columns_of(str(type_), kwargs), *_HISTORY.findall(json.dumps(dict(kwargs), default=str))):
            if name not in known:
                yield f"hợp đồng của nguồn không có cột {name!r}", f"the feed's contract has no column {name!r}"
    for key in references(kwargs):
        if key.partition(":")[0] not in REFERENCE_KINDS:
            yield f"tham chiếu ${key} không được hỗ trợ", f"reference ${key} is not supported"
    if type_ == "unexpected_rows_expectation":
        yield from _query_problems(kwargs)


def _meta_problems(type_: str, meta: Mapping[str, Any], clauses: Collection[str] | None) -> Iterator[tuple[str, str]]:
    for key in ("id", "clause", "level", "since"):
        if not meta.get(key):
            yield f"thiếu meta.{key}", f"meta.{key} missing"
    if clauses is not None and meta.get("clause") and meta["clause"] not in clauses:
        yield (
            f"không có điều khoản {meta['clause']!r} trong bộ tiêu chuẩn",
            f"the standard has no clause {meta['clause']!r}",
        )
    level = meta.get("level")
    if level and level not in LEVELS:
        yield "meta.level phải là row hoặc table", "meta.level must be row or table"
    if level == "row" and type_ in KNOWN and not may_be_row_level(type_):
        yield "loại này chỉ xét cả bảng: đặt level là table", "this type judges the whole table: set level to table"
    for key in ("why", "fix"):
        words = meta.get(key)
        if not isinstance(words, Mapping) or not words.get("vi") or not words.get("en"):
            yield f"meta.{key} cần cả vi và en", f"meta.{key} needs both vi and en"


def _query_problems(kwargs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    query = kwargs.get("unexpected_rows_query")
    text = query.get("$sql") if isinstance(query, Mapping) else query
    if not isinstance(text, str):
        yield "thiếu unexpected_rows_query", "unexpected_rows_query missing"
        return
    reason = refusal(_SQL_PARAMETER.sub(lambda match: "(NULL)" if "." in match[1] else "NULL", text))
    if reason is not None:
        yield reason.vi, reason.en


def is_system(column: str) -> bool:
    """True for a column that is not the feed's own: the reader's, or one of history."""
    return column in SYSTEM_COLUMNS or _HISTORY.fullmatch(column) is not None


def names_history(sql: str) -> bool:
    """True when a piece of SQL names a history column."""
    return _HISTORY.search(sql) is not None


def history_columns(suite: Suite) -> set[str]:
    """History columns that the rules of a suite name: what must stand beside the rows before they are judged."""
    return {name for e in suite.expectations for name in _HISTORY.findall(json.dumps(dict(e.kwargs), default=str))}


def references(value: Any) -> set[str]:
    """Keys that `bind` will look up: `codes:units`, `areas:provinces`, `param:as_of` …"""
    found: set[str] = set()
    if isinstance(value, Suite):
        return {key for e in value.expectations for key in references(e.kwargs)}
    if isinstance(value, Mapping):
        if "$sql" in value:
            return {_sql_key(name) for name in _SQL_PARAMETER.findall(str(value["$sql"]))}
        for key, inner in value.items():
            if isinstance(key, str) and key.startswith("$"):
                found.add(f"{key[1:]}:{inner}")
            else:
                found |= references(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            found |= references(inner)
    return found


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
            return _SQL_PARAMETER.sub(lambda match: _sql_literal(known[_sql_key(match[1])]), str(value["$sql"]))
        for kind in REFERENCE_KINDS:
            if f"${kind}" in value:
                found = known[f"{kind}:{value[f'${kind}']}"]
                return list(found) if isinstance(found, (list, tuple, set, frozenset)) else found
        return {key: _bound(inner, known) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bound(inner, known) for inner in value]
    return value


def _sql_key(name: str) -> str:
    return name.replace(".", ":", 1) if "." in name else f"param:{name}"


def _sql_literal(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        text = f"({literals(value)})" if value else "(NULL)"
    else:
        text = literal(value)
    return text.replace("{", "{{").replace("}", "}}")
