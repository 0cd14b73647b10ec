"""Everything wrong with a suite file, each with its line and what to do (`check_suite`)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.json_source import places
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Place, Source
from ioc_pipeline.contracts.schema_check import as_date, schema_problems
from ioc_pipeline.messages import Text
from ioc_pipeline.validate.catalogue import KNOWN, columns_of, may_be_row_level
from ioc_pipeline.validate.references import (
    HISTORY,
    HISTORY_COLUMNS,
    REFERENCE_KINDS,
    SYSTEM_COLUMNS,
    references,
    without_parameters,
)
from ioc_pipeline.validate.sql_guard import refusal
from ioc_pipeline.validate.suite_kwargs import Finding, argument_problems


def check_suite(
    data: Any,
    *,
    path: str = "suite.json",
    columns: Collection[str] | None = None,
    clauses: Collection[str] | None = None,
    values: Collection[str] | None = None,
    text: str | None = None,
    today: date | None = None,
    source: Source | None = None,
) -> list[Problem]:
    """Everything wrong with a suite, each with its place and what to do; an empty list when it is sound.

    `columns` are the feed's, `clauses` the ids of the standard, `values` the keys that `bind` will know; without them
    that check is left out. Lines need the `text` of the file, or the `source` that `data` was parsed into.
    """
    source = source or Source(Path(path), data, places(text) if text is not None else Place(0))
    found = schema_problems(source, "suite")
    if isinstance(data, Mapping):
        checker = _Entries(columns, clauses, values, today or datetime.now(UTC).date())
        for position, entry in enumerate(source.entries("expectations")):
            if isinstance(entry, Mapping):
                for keys, words, code in checker.problems(entry):
                    where = ("expectations", position, *keys)
                    found.append(source.problem(where, words.vi, words.en, code))
    placed = [p if p.line else replace(p, line=None) for p in found]  # no text, no lines
    return sorted(placed, key=lambda p: p.line or 0)


class _Entries:
    """Checks expectations one after another, remembering the ids already used."""

    def __init__(
        self,
        columns: Collection[str] | None,
        clauses: Collection[str] | None,
        values: Collection[str] | None,
        today: date,
    ) -> None:
        self.columns, self.clauses, self.values, self.today = columns, clauses, values, today
        self.seen: set[str] = set()

    def problems(self, entry: Mapping[str, Any]) -> Iterator[Finding]:
        type_, kwargs, meta = entry.get("type"), entry.get("kwargs"), entry.get("meta")
        if isinstance(type_, str) and type_ not in KNOWN:
            yield ("type",), _not_known(type_), "suite.type"
        if isinstance(meta, Mapping):
            yield from self.meta(str(type_), meta)
        if isinstance(kwargs, Mapping) and type_ in KNOWN:
            for keys, words, code in argument_problems(str(type_), kwargs):
                yield ("kwargs", *keys), words, code
            yield from self.names(str(type_), kwargs)
            if type_ == "unexpected_rows_expectation":
                yield from _query(kwargs)

    def meta(self, type_: str, meta: Mapping[str, Any]) -> Iterator[Finding]:
        ident, clause, level, since = (meta.get(key) for key in ("id", "clause", "level", "since"))
        if isinstance(ident, str) and ident:
            if ident in self.seen:
                yield (
                    ("meta", "id"),
                    Text("mã bị trùng; mỗi kỳ vọng cần một mã riêng", "duplicate id; give each expectation its own"),
                    "suite.repeated_id",
                )
            self.seen.add(ident)
        if self.clauses is not None and isinstance(clause, str) and clause and clause not in self.clauses:
            close = get_close_matches(clause, list(self.clauses), n=3)
            yield (
                ("meta", "clause"),
                Text(
                    f"không có điều khoản {clause!r} trong bộ tiêu chuẩn; chọn mã đúng, gần nhất: {', '.join(close)}",
                    f"the standard has no clause {clause!r}; use an existing id, the nearest: {', '.join(close)}",
                ),
                "suite.clause",
            )
        if level == "row" and type_ in KNOWN and not may_be_row_level(type_):
            words = Text(
                "loại này chỉ xét cả bảng: đặt level là table", "this type judges the whole table: set level to table"
            )
            yield ("meta", "level"), words, "suite.level"
        start = as_date(since)
        if start is not None and start > self.today:
            yield (
                ("meta", "since"),
                Text(
                    f"since {start} ở tương lai; ghi ngày quy tắc bắt đầu áp dụng, không sau hôm nay",
                    f"since {start} is in the future; write the day the rule took effect, not after today",
                ),
                "suite.future",
            )

    def names(self, type_: str, kwargs: Mapping[str, Any]) -> Iterator[Finding]:
        if self.columns is not None:
            known = {*self.columns, *SYSTEM_COLUMNS, *HISTORY_COLUMNS, *(f"_previous_{c}" for c in self.columns)}
            written = [n for n in columns_of(type_, kwargs) if n not in known]
            written += [n for n in HISTORY.findall(json.dumps(dict(kwargs), default=str)) if n not in known]
            for name in dict.fromkeys(written):
                close = get_close_matches(name, sorted(known), n=1)
                did = (f"; có phải {close[0]!r}?", f"; did you mean {close[0]!r}?") if close else ("", "")
                yield (
                    ("kwargs", *_place_of(kwargs, name)),
                    Text(
                        f"hợp đồng của nguồn không có cột {name!r}{did[0]}; sửa tên hoặc khai cột trong contract.yaml",
                        f"the feed's contract has no column {name!r}{did[1]}; correct the name or declare the column "
                        "in contract.yaml",
                    ),
                    "suite.column",
                )
        for key in sorted(references(kwargs)):
            kind, _, name = key.partition(":")
            where = ("kwargs", *_place_of(kwargs, name))
            if kind not in REFERENCE_KINDS:
                yield (
                    where,
                    Text(
                        f"tham chiếu ${key} không được hỗ trợ; dùng ${', $'.join(REFERENCE_KINDS)}",
                        f"reference ${key} is not supported; use ${', $'.join(REFERENCE_KINDS)}",
                    ),
                    "suite.reference",
                )
            elif self.values is not None and key not in self.values:
                known_here = ", ".join(sorted(v.partition(":")[2] for v in self.values if v.startswith(f"{kind}:")))
                yield (
                    where,
                    Text(
                        f"không có giá trị nào tên {key}; sửa tên hoặc khai danh mục; có: {known_here}",
                        f"there is no value called {key}; correct the name or declare the list; known: {known_here}",
                    ),
                    "suite.binding",
                )


def _not_known(type_: str) -> Text:
    close = get_close_matches(type_, sorted(KNOWN), n=1)
    did = (f"có phải {close[0]}? ", f"did you mean {close[0]}? ") if close else ("", "")
    return Text(
        f"không có loại kỳ vọng {type_!r}; {did[0]}xem danh mục của Great Expectations",
        f"no expectation type {type_!r}; {did[1]}see the gallery of Great Expectations",
    )


def _place_of(value: Any, name: str) -> Keys:
    """Path of the first text that is, or holds, a name; empty when none does."""
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for exact in (True, False):
        for key, inner in pairs if isinstance(value, (Mapping, list)) else ():
            if isinstance(inner, str) and (inner == name if exact else name in inner):
                return (key,)
            deeper = _place_of(inner, name) if isinstance(inner, (Mapping, list)) else ()
            if deeper:
                return (key, *deeper)
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return ()


def _query(kwargs: Mapping[str, Any]) -> Iterator[Finding]:
    query = kwargs.get("unexpected_rows_query")
    if query is None:
        return  # a missing argument, named already
    text = query.get("$sql") if isinstance(query, Mapping) else query
    reason = (
        refusal(without_parameters(text))
        if isinstance(text, str)
        else Text("câu truy vấn phải là chữ hoặc {$sql: chữ}", "the query must be text or {$sql: text}")
    )
    if reason is not None:
        yield (
            ("kwargs", "unexpected_rows_query"),
            Text(
                f"{reason.vi}; chỉ dùng một câu SELECT chỉ đọc từ {{batch}}",
                f"{reason.en}; use one read-only SELECT from {{batch}}",
            ),
            "suite.sql",
        )
