"""Two entries with one id, and one spelling that means two things."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source


def repeated(source: Source, inside: Keys, entries: list[Any], key: str = "id") -> Iterator[Problem]:
    """Entries whose id an earlier one already has; the line is that of the second."""
    seen: dict[str, int] = {}
    for position, entry in enumerate(entries):
        name = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(name, str | int) or isinstance(name, bool):
            continue
        where = (*inside, position, key)
        if str(name) in seen:
            first = source.line(*inside, seen[str(name)], key)
            yield source.problem(
                where,
                f"mã {name} khai hai lần, lần đầu ở dòng {first}; đổi mã hoặc bỏ một mục",
                f"{name} is declared twice, first on line {first}; change the id or remove one",
                "entry.repeated",
            )
        seen.setdefault(str(name), position)


def folded(spelling: Any) -> str:
    """Spelling as readers compare it: NFC, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", str(spelling)).casefold().split())


def ambiguous(source: Source, spellings: Iterator[tuple[Keys, str, str]], kind: tuple[str, str]) -> Iterator[Problem]:
    """Spellings, given as (path, owner, spelling), that two owners claim; or one owner twice."""
    seen: dict[str, tuple[str, Keys]] = {}
    for where, owner, spelling in spellings:
        before = seen.setdefault(folded(spelling), (owner, where))
        if before == (owner, where):
            continue
        if before[0] == owner:
            yield source.problem(
                where,
                f"cách viết “{spelling}” ghi hai lần; bỏ một",
                f"spelling “{spelling}” is written twice; remove one",
                "alias.repeated",
            )
        else:
            yield source.problem(
                where,
                f"cách viết “{spelling}” chỉ cả {kind[0]} {before[0]} và {owner}; để lại ở một chỗ",
                f"spelling “{spelling}” means both {kind[1]} {before[0]} and {owner}; keep it in one place",
                "alias.ambiguous",
            )
