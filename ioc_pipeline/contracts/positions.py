"""Where every key and entry of a declaration file stands, whatever its syntax (YAML or JSON)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.messages import IocError, Message, Text

Keys = tuple[str | int, ...]
"""Path to a value inside a file: keys of mappings and positions in lists, from the top."""
_NAMES = ("id", "code", "clause", "name", "property", "incident")


@dataclass
class Place:
    """Line (1-based) of a key or list entry, the places inside its value, and keys written twice in it."""

    line: int
    inside: dict[str, Place] | list[Place] = field(default_factory=dict)
    repeated: list[tuple[str, int]] = field(default_factory=list)

    @cached_property
    def every_repeated(self) -> tuple[tuple[Keys, str, int], ...]:
        """Path, key and line of every key written twice here or anywhere inside; found out once: a parsed file is kept
        and many checks ask."""
        return tuple(_repeated(self, ()))


class UnreadableFile(IocError):
    """A declaration file that is not text, not YAML or not JSON; `problem` says where and what to do."""

    def __init__(self, path: Path, line: int | None, vi: str, en: str) -> None:
        self.problem = Problem(str(path), line, Text(vi, en), "file.unreadable")
        where = f"{path}:{line}" if line else str(path)
        super().__init__(Message("contract.unreadable", f"{where}: {vi}.", f"{where}: {en}."))


class Source:
    """A parsed declaration file: `data` (plain values, never to be changed), the place of everything in it, and its
    `text` where it was read from a file."""

    def __init__(self, path: Path, data: Any, top: Place, text: str | None = None) -> None:
        self.path, self.data, self.top, self.text = path, data, top, text

    def entries(self, key: str) -> list[Any]:
        """The list under a top-level key; empty when the key is absent or holds something else (a listed problem)."""
        listed = self.data.get(key) if isinstance(self.data, dict) else None
        return listed if isinstance(listed, list) else []

    def mapping(self, key: str) -> dict[str, Any]:
        """The mapping under a top-level key; empty when the key is absent or holds something else."""
        found = self.data.get(key) if isinstance(self.data, dict) else None
        return found if isinstance(found, dict) else {}

    def line(self, *keys: str | int) -> int:
        """Line of the value at a path; the deepest part of the path that exists."""
        place = self.top
        for key in keys:
            inside = place.inside
            if isinstance(inside, dict):
                child = inside.get(str(key))
            else:
                child = inside[key] if isinstance(key, int) and 0 <= key < len(inside) else None
            if child is None:
                break
            place = child
        return place.line

    def label(self, keys: Keys) -> str:
        """Words for a path: the name of the innermost named entry and the keys below it (`IOC-DU-01 / weight`)."""
        value, rest, name = self.data, list(keys), ""
        parts: list[str] = []
        for key in rest:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                value = None
            parts.append(str(key) if isinstance(key, str) else f"#{key + 1}")
            if isinstance(value, dict) and isinstance(key, int):
                meta = value.get("meta")
                names = [value.get(n) for n in _NAMES] + [meta.get("id") if isinstance(meta, dict) else None]
                named = next((n for n in names if isinstance(n, str | int) and n != ""), None)
                if named is not None:
                    name, parts = str(named), []
        return " / ".join(part for part in (name, *parts) if part)

    def problem(self, keys: Keys, vi: str, en: str, code: str) -> Problem:
        """A problem at a path, with the line and the words for the place put in front of the message."""
        label = self.label(keys)
        front = f"{label}: " if label else ""
        return Problem(str(self.path), self.line(*keys), Text(front + vi, front + en), code, keys)

    def repeated_keys(self) -> list[Problem]:
        """Keys written twice in one mapping: the last would silently win."""
        return [
            Problem(
                str(self.path),
                line,
                Text(f"khóa “{key}” viết hai lần; bỏ một dòng", f"key “{key}” is written twice; remove one of the two"),
                "file.repeated_key",
                keys,
            )
            for keys, key, line in self.top.every_repeated
        ]


def _repeated(place: Place, keys: Keys) -> Iterator[tuple[Keys, str, int]]:
    for key, line in place.repeated:
        yield (*keys, key), key, line
    children = place.inside.items() if isinstance(place.inside, dict) else enumerate(place.inside)
    for name, child in children:
        yield from _repeated(child, (*keys, name))
