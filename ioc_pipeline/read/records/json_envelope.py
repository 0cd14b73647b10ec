"""A large JSON envelope (`{"data": [...], "error": …, "total": …}`) → its records as JSON lines, streamed by ijson:
memory holds one record, however long the single line is."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ijson

from ioc_pipeline.read.records.json_lines import LONGEST_LINE
from ioc_pipeline.read.records.json_values import malformed

STREAMED_FROM = 16 * 1024 * 1024
"""Bytes from which an envelope is streamed; smaller ones are parsed whole, which says more about what is wrong."""
_SMALL = 64 * 1024
_BUFFER = 4 * 1024 * 1024
"""Bytes read at once: the lexer starts a text again with every piece of it, so a long one is dear in small pieces."""


def stream_records(path: Path, name: str, target: Path) -> int:
    """Write the records of `data` to `target`, one per line; how many. ReadRefused when the text is damaged.

    A number is kept as a DOUBLE holds it, as the parser of small envelopes does.
    """
    if _lone_surrogate(path):  # the parser would put a question mark in its place
        raise malformed(name, None, "lone surrogate in a text")
    count = 0
    objects, twice = _watched()
    try:
        with path.open("rb") as file, target.open("w", encoding="utf-8") as out:
            for record in ijson.items(file, "data.item", map_type=objects, use_float=True, buf_size=_BUFFER):
                if twice:
                    raise malformed(name, None, f"$.data[{count}]: repeated key {twice[0]}")
                line = json.dumps(record, ensure_ascii=False, allow_nan=False)
                if len(line) > LONGEST_LINE:
                    raise malformed(name, None, f"$.data[{count}]: record beyond {LONGEST_LINE >> 20} MiB")
                out.write(line + "\n")
                count += 1
    except (ijson.JSONError, ValueError, UnicodeDecodeError) as error:
        raise malformed(name, None, f"$.data[{count}]: {str(error).splitlines()[0][:200]}") from error
    return count


_ESCAPE = re.compile(rb"\\(?:u([dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)


def _lone_surrogate(path: Path) -> bool:
    """True when a text of the file spells half of a surrogate pair (`\\ud800`) without its other half."""
    high_until = -1  # where a high surrogate ended that still waits for its low one
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for escape in _ESCAPE.finditer(content):
            waiting, high_until = high_until, -1
            half = escape[1]
            low = half is not None and half[1:2] in b"cdefCDEF"
            if (waiting >= 0) != low or (low and waiting != escape.start()):
                return True
            if half is not None and not low:
                high_until = escape.end()
    return high_until >= 0


def _watched() -> tuple[Callable[[], dict[str, Any]], list[str]]:
    """A kind of object for the parser, and the list of keys that came twice in one: which of the two values is meant,
    nobody can say. (The parser's C code does not pass on an exception of `__setitem__`.)"""
    twice: list[str] = []

    class Watched(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            if key in self:
                twice.append(key)
            super().__setitem__(key, value)

    return Watched, twice


def beside_data(path: Path, name: str) -> dict[str, Any]:
    """What the envelope says beside its records: `error` as far as it is there and short, and `data: []`."""
    said: dict[str, Any] = {"data": []}
    try:
        with path.open("rb") as file:
            found = next(iter(ijson.items(file, "error", use_float=True, buf_size=_BUFFER)), None)
    except (ijson.JSONError, ValueError, UnicodeDecodeError) as error:
        raise malformed(name, None, str(error).splitlines()[0][:200]) from error
    if found is not None and len(json.dumps(found, default=str)) <= _SMALL:
        said["error"] = found
    return said
