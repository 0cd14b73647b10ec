"""JSON files with the line of every key.

`json.loads` decides what the file says and whether it is JSON; only then is the text walked once more for positions,
so the walk may assume valid JSON. (YAML's composer reads most JSON too, but not `\\/`, surrogate pairs or `1e5`.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.positions import Place, Source, UnreadableFile
from ioc_pipeline.contracts.yaml_source import read_text

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+|\n')


class JsonSource(Source):
    """A parsed JSON file; UnreadableFile names the line of the mistake."""

    def __init__(self, path: Path) -> None:
        text = read_text(path)
        try:
            data, top = _parsed(text)
        except json.JSONDecodeError as error:
            raise UnreadableFile(
                path,
                error.lineno,
                f"JSON không hợp lệ: {error.msg}; sửa dấu phẩy, ngoặc hoặc dấu nháy ở dòng này hoặc dòng ngay trên",
                f"not valid JSON: {error.msg}; correct the comma, bracket or quote on this line or the one above it",
            ) from error
        except (RecursionError, ValueError) as error:
            raise UnreadableFile(
                path,
                1,
                f"JSON không dùng được ({error}); viết lại bằng giá trị thông thường",
                f"the JSON cannot be used ({error}); write it with plain values",
            ) from error
        super().__init__(path, data, top, text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Any, Place]:
    """A text parsed once, however many checks look at it."""
    return json.loads(text, parse_constant=_refuse), places(text)


def places(text: str) -> Place:
    """Places of everything in a text that is valid JSON."""
    return _value(iter(_tokens(text)))


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _tokens(text: str) -> list[tuple[str, int]]:
    line, found = 1, []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            line += 1
        else:
            found.append((token, line))
    return found


def _value(tokens: Iterator[tuple[str, int]], first: tuple[str, int] | None = None) -> Place:
    token, line = first or next(tokens)
    place = Place(line)
    if token == "{":
        inside: dict[str, Place] = {}
        for token, at in tokens:
            if token == "}":
                break
            if token == ",":
                continue
            name = json.loads(token) if "\\" in token else token[1:-1]
            next(tokens)  # the colon
            if name in inside:
                place.repeated.append((name, at))
            inside[name] = _value(tokens)
            inside[name].line = at
        place.inside = inside
    elif token == "[":
        entries: list[Place] = []
        for token, at in tokens:
            if token == "]":
                break
            if token != ",":
                entries.append(_value(tokens, (token, at)))
        place.inside = entries
    return place
