"""The shape of a declaration file against its JSON schema (`schemas/*.yaml`), said in two languages with the line.

The schemas use JSON Schema 2020-12 with four types of our own: `text` (words, not blank), `label` (text or a number, as
a version or code may be written), `date` (YYYY-MM-DD) and `amount` (a finite number; true is none).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

SCHEMAS = Path(__file__).parent / "schemas"
_TYPES = {
    "object": Text("các cặp “khóa: giá trị”", "a mapping (key: value)"),
    "array": Text("một danh sách", "a list"),
    "string": Text("chữ", "text"),
    "text": Text("chữ, không để trống", "text, not blank"),
    "label": Text("chữ hoặc số, không để trống", "text or a number, not blank"),
    "number": Text("số", "a number"),
    "amount": Text("số", "a number"),
    "integer": Text("số nguyên", "a whole number"),
    "boolean": Text("true hoặc false", "true or false"),
    "date": Text("ngày viết YYYY-MM-DD", "a date written YYYY-MM-DD"),
    "null": Text("null", "null"),
}
_BOUNDS = {
    "minimum": Text("từ {} trở lên", "{} or more"),
    "maximum": Text("không quá {}", "at most {}"),
    "exclusiveMinimum": Text("lớn hơn {}", "greater than {}"),
    "exclusiveMaximum": Text("nhỏ hơn {}", "less than {}"),
    "minItems": Text("có ít nhất {} mục", "at least {} entries"),
    "maxItems": Text("có nhiều nhất {} mục", "at most {} entries"),
    "minProperties": Text("có ít nhất {} khóa", "at least {} keys"),
    "minLength": Text("có ít nhất {} ký tự", "at least {} characters"),
    "multipleOf": Text("bội số của {}", "a multiple of {}"),
}


def is_amount(value: Any) -> bool:
    """True for a finite number that is no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def as_date(value: Any) -> date | None:
    """The day a YAML or JSON value states; None when it states none."""
    if isinstance(value, date):
        return None if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _is_label(value: Any) -> bool:
    return is_amount(value) or isinstance(value, date) or (isinstance(value, str) and bool(value.strip()))


_CHECKER = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine_many(
    {
        "text": lambda _, v: isinstance(v, str) and bool(v.strip()),
        "label": lambda _, v: _is_label(v),
        "date": lambda _, v: as_date(v) is not None,
        "amount": lambda _, v: is_amount(v),
    }
)
_Validator: Any = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=_CHECKER)


_DONE: dict[tuple[str, int, str, Keys], tuple[Problem, ...]] = {}
"""Results by file, content and schema: loading and checking ask for the same ones."""


@cache
def _validator(name: str) -> Any:
    shared = YamlSource(SCHEMAS / "shared.yaml").data["$defs"]
    return _Validator(_inlined(YamlSource(SCHEMAS / f"{name}.yaml").data, shared))


def _inlined(schema: Any, shared: dict[str, Any]) -> Any:
    """The schema with every reference to a shared part replaced by it: half the time of following references."""
    if isinstance(schema, dict):
        if set(schema) == {"$ref"}:
            return _inlined(shared[schema["$ref"].rpartition("/")[2]], shared)
        return {key: _inlined(value, shared) for key, value in schema.items()}
    return [_inlined(value, shared) for value in schema] if isinstance(schema, list) else schema


def schema_problems(source: Source, name: str, inside: Keys = ()) -> list[Problem]:
    """What a file (or the part of it at the path `inside`) breaks of the schema `schemas/<name>.yaml`."""
    if source.text is None:
        return _schema_problems(source, name, inside)
    key = (str(source.path), hash(source.text), name, inside)
    if key not in _DONE:
        if len(_DONE) > 1024:
            _DONE.clear()
        _DONE[key] = tuple(_schema_problems(source, name, inside))
    return list(_DONE[key])


def _schema_problems(source: Source, name: str, inside: Keys) -> list[Problem]:
    data = source.data
    for key in inside:
        data = data[key]
    return violations(source, _validator(name).iter_errors(_text_keys(data)), inside)


def violations(source: Source, errors: Any, inside: Keys = ()) -> list[Problem]:
    """Errors of a JSON-schema validator as problems with line and bilingual words, in the order of the file."""
    found: dict[tuple[Any, ...], Problem] = {}
    for error in errors:
        for keys, words, code in _explained(error):
            problem = source.problem((*inside, *keys), words.vi, words.en, code)
            found.setdefault((problem.line, problem.text), problem)
    return sorted(found.values(), key=lambda p: p.line or 0)


def _text_keys(value: Any) -> Any:
    """The same data with text keys only: YAML allows numbers and null as keys, JSON Schema does not."""
    if isinstance(value, dict):
        return {str(key): _text_keys(inner) for key, inner in value.items()}
    return [_text_keys(inner) for inner in value] if isinstance(value, list) else value


def _explained(error: ValidationError) -> Iterator[tuple[Keys, Text, str]]:
    keys: Keys = tuple(error.absolute_path)
    rule, wanted, value = error.validator, error.validator_value, error.instance
    says = error.schema.get("says") if isinstance(error.schema, dict) else None
    if rule == "required":
        missing = [name for name in wanted if name not in value]
        names = ", ".join(missing)
        yield keys, Text(f"thiếu {names}; thêm vào mục này", f"{names} missing; add it to this entry"), "key.missing"
    elif rule == "additionalProperties" and wanted is False:
        known = sorted(error.schema.get("properties", {}))
        for name in (n for n in value if n not in known):
            yield (*keys, name), _unknown(name, known), "key.unknown"
    elif rule in ("not", "dependentRequired", "if", "pattern", "anyOf", "oneOf", "contains") or says:
        words = Text(says["vi"], says["en"]) if says else Text(f"giá trị {_shown(value)} không hợp lệ", error.message)
        hint = Text(f"{words.vi}; sửa cho đúng", f"{words.en}; correct it") if not says else words
        yield keys, hint, f"value.{rule}"
    elif rule == "type":
        types = [wanted] if isinstance(wanted, str) else wanted
        vi, en = (" hoặc ".join(_TYPES[t].vi for t in types), " or ".join(_TYPES[t].en for t in types))
        yield (
            keys,
            Text(f"phải là {vi}, không phải {_shown(value)}", f"must be {en}, not {_shown(value)}"),
            "value.type",
        )
    elif rule in ("enum", "const"):
        choices = [str(c) for c in (wanted if rule == "enum" else [wanted])]
        shown = ", ".join(choices)
        yield (
            keys,
            Text(f"{_shown(value)} không dùng được; chọn: {shown}", f"{_shown(value)} is not known; use: {shown}"),
            "value.choice",
        )
    elif rule in _BOUNDS:
        vi, en = _BOUNDS[rule].vi.format(wanted), _BOUNDS[rule].en.format(wanted)
        yield (
            keys,
            Text(f"phải {_be(vi)}, không phải {_shown(value)}", f"must be {en}, not {_shown(value)}"),
            "value.range",
        )
    elif rule == "uniqueItems":
        yield keys, Text("có mục lặp lại; bỏ mục thừa", "an entry is repeated; remove the second one"), "value.repeated"
    else:
        yield keys, Text(f"không đúng dạng ({error.message}); sửa lại", f"{error.message}; correct it"), f"value.{rule}"


def _be(words: str) -> str:
    return words if words.startswith("có ") else f"là số {words}" if words[0].isalpha() else words


def _unknown(name: str, known: list[str]) -> Text:
    close = get_close_matches(name, known, n=1)
    shown = ", ".join(known)
    hint = Text(f"có phải “{close[0]}”? ", f"did you mean “{close[0]}”? ") if close else Text("", "")
    return Text(f"khóa lạ “{name}”; {hint.vi}có: {shown}", f"unknown key “{name}”; {hint.en}known: {shown}")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return "[…]" if value else "[]"
    if value is None:
        return "null"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"“{text if len(text) <= 40 else text[:40] + '…'}”"
