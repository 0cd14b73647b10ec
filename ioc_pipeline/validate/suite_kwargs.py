"""What is wrong with the arguments of an expectation, against the schemas that Great Expectations itself ships.

The schemas are read as files: importing Great Expectations takes seconds. Types without a published schema are checked
for what all types share (`mostly`, bounds, patterns).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import jsonschema

from ioc_pipeline.contracts.positions import Keys
from ioc_pipeline.contracts.schema_check import is_amount
from ioc_pipeline.contracts.scratch import scratch
from ioc_pipeline.messages import Text
from ioc_pipeline.validate.bounds import bound, check_order
from ioc_pipeline.validate.conditions import ConditionUnsupported, predicate

Finding = tuple[Keys, Text, str]
"""Path inside the arguments, words, and code of a problem."""
_OF_THE_RULE = frozenset(
    {"id", "meta", "notes", "result_format", "description", "catch_exceptions", "rendered_content", "severity",
     "windows", "batch_id", "metadata"}
)  # fmt: skip
_OWN_CHECKS = frozenset({"mostly", "row_condition", "min_value", "max_value", "column_list"})
_PATTERNS = ("regex", "regex_list")


@cache
def argument_schema(type_: str) -> dict[str, Any] | None:
    """Properties and required names of a type's arguments; None when Great Expectations publishes no schema for it."""
    spec = find_spec("great_expectations")
    folder = Path(str(spec.origin)).parent / "expectations" / "core" / "schemas" if spec else Path()
    name = "".join(part.capitalize() for part in type_.split("_")).replace("Kl", "KL")
    path = folder / f"{name}.json"
    if not path.is_file():
        return None
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def argument_problems(type_: str, kwargs: Mapping[str, Any]) -> Iterator[Finding]:
    """Unknown, missing or unusable arguments of one expectation, each with its path inside `kwargs`."""
    schema = argument_schema(type_)
    if schema is not None:
        yield from _against_schema(type_, kwargs, schema)
    mostly = kwargs.get("mostly")
    if mostly is not None and not _is_reference(mostly) and not (is_amount(mostly) and 0 <= mostly <= 1):
        yield (
            ("mostly",),
            Text(
                f"mostly phải là số từ 0 đến 1 (0.95 nghĩa là 95 %), không phải {mostly!r}",
                f"mostly must be a number from 0 to 1 (0.95 means 95 %), not {mostly!r}",
            ),
            "suite.mostly",
        )
    yield from _bounds(type_, kwargs)
    for key in _PATTERNS:
        listed = kwargs.get(key)
        for place, pattern in enumerate(listed) if isinstance(listed, list) else [(-1, listed)]:
            error = regex_error(pattern) if isinstance(pattern, str) else None
            if error:
                yield (
                    (key,) if place < 0 else (key, place),
                    Text(
                        f"biểu thức {pattern!r} sai: {error}; sửa theo cú pháp RE2",
                        f"bad regular expression {pattern!r}: {error}; write it in RE2 syntax",
                    ),
                    "suite.regex",
                )
    yield from _condition(kwargs)


def _against_schema(type_: str, kwargs: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Finding]:
    properties = {k: v for k, v in schema["properties"].items() if k not in _OF_THE_RULE}
    known = ", ".join(sorted(properties))
    for name in kwargs:
        if name not in properties:
            close = get_close_matches(str(name), list(properties), n=1)
            did = (f"có phải “{close[0]}”? ", f"did you mean “{close[0]}”? ") if close else ("", "")
            yield (
                (name,),
                Text(
                    f"{type_} không có tham số “{name}”; {did[0]}có: {known}",
                    f"{type_} has no argument “{name}”; {did[1]}known: {known}",
                ),
                "suite.argument_unknown",
            )
    for name in schema.get("required", ()):
        if kwargs.get(name) is None:
            yield (
                (),
                Text(f"thiếu tham số {name}; thêm vào kwargs", f"argument {name} missing; add it to kwargs"),
                "suite.argument_missing",
            )
    for name, value in kwargs.items():
        if name not in properties or name in _OWN_CHECKS or value is None or _is_reference(value):
            continue
        wanted = {**properties[name], "definitions": schema.get("definitions", {})}
        error = next(iter(jsonschema.Draft7Validator(wanted).iter_errors(value)), None)
        if error is not None:
            yield (
                (name,),
                Text(
                    f"giá trị của {name} không dùng được cho {type_}; xem danh mục Great Expectations",
                    f"{name} has a value that {type_} does not take ({error.message[:80]}); see the gallery of "
                    "Great Expectations for this argument",
                ),
                "suite.argument_value",
            )


def _bounds(type_: str, kwargs: Mapping[str, Any]) -> Iterator[Finding]:
    given = {k: kwargs.get(k) for k in ("min_value", "max_value") if k in kwargs}
    if not given or any(_is_reference(v) for v in given.values()):
        return
    for name, value in given.items():
        try:
            if isinstance(value, bool):
                raise ValueError
            bound(value)
        except (ValueError, TypeError):
            yield (
                (name,),
                Text(
                    f"{name} phải là số, ngày YYYY-MM-DD hoặc thời điểm ISO, không phải {value!r}",
                    f"{name} must be a number, a date YYYY-MM-DD or an ISO time, not {value!r}",
                ),
                "suite.bound",
            )
            return
    if all(value is None for value in given.values()):
        words = Text("cần min_value hoặc max_value; thêm ít nhất một", "min_value or max_value is needed; add one")
        yield (), words, "suite.bound"
        return
    try:
        check_order(kwargs)
    except (ValueError, TypeError):
        yield (
            ("min_value",),
            Text(
                f"min_value {given.get('min_value')} lớn hơn max_value {given.get('max_value')}; đổi lại thứ tự",
                f"min_value {given.get('min_value')} is above max_value {given.get('max_value')}; put them in order",
            ),
            "suite.bound_order",
        )


def _condition(kwargs: Mapping[str, Any]) -> Iterator[Finding]:
    try:
        if not _is_reference(kwargs.get("row_condition")):
            predicate(kwargs)
    except (ConditionUnsupported, KeyError, TypeError, ValueError, AttributeError) as error:
        yield (
            ("row_condition",),
            Text(
                f"row_condition không đọc được ({error}); viết dạng đối tượng comparison, nullity, and, or",
                f"row_condition cannot be read ({error}); write it as an object comparison, nullity, and, or",
            ),
            "suite.condition",
        )


def _is_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(k, str) and k.startswith("$") for k in value)


@lru_cache(maxsize=1024)
def regex_error(pattern: str) -> str | None:
    """Why DuckDB (RE2), which runs the rules, cannot use a pattern; None when it can."""
    try:
        scratch().execute("SELECT regexp_matches('', ?)", [pattern]).fetchone()
    except duckdb.Error as error:
        return str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
    return None
