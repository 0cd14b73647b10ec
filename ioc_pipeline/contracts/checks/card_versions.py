"""Versions of one card: a code may stand several times as long as no two versions hold on the same day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import as_date


def overlapping_versions(sources: list[Source]) -> Iterator[Problem]:
    """Cards whose code and days an earlier one has, in the same file or in another (the line is that of the second)."""
    seen: dict[str, list[tuple[Source, Keys, dict[str, Any]]]] = {}
    for source in sources:
        for position, card in enumerate(source.entries("indicators")):
            code = card.get("code") if isinstance(card, dict) else None
            if not isinstance(code, str):
                continue
            where: Keys = ("indicators", position, "code")
            earlier = seen.setdefault(code, [])
            first = next((e for e in earlier if _overlap(e[2], card)), None)
            if first is not None:
                yield _overlapping(source, where, code, first)
            same = next((e for e in earlier if e is not first and e[2].get("version") == card.get("version")), None)
            if same is not None:
                yield source.problem(
                    ("indicators", position, "version"),
                    f"phiên bản {card.get('version')} của {code} đã dùng; tăng version",
                    f"version {card.get('version')} of {code} is used already; count version up",
                    "card.version",
                )
            earlier.append((source, where, card))


def _overlapping(source: Source, where: Keys, code: str, first: tuple[Source, Keys, dict[str, Any]]) -> Problem:
    other, place, _ = first
    if other is source:
        line = other.line(*place)
        return source.problem(
            where,
            f"mã {code} khai hai lần, lần đầu ở dòng {line}; đổi mã, bỏ một thẻ, hoặc ghi thời hạn không chồng nhau "
            "(valid_to, valid_from)",
            f"{code} is declared twice, first on line {line}; change the code, remove one, or give them days that do "
            "not overlap (valid_to, valid_from)",
            "entry.repeated",
        )
    return source.problem(
        where,
        f"mã chỉ số {code} đã khai trong {other.path.name}; đổi mã, bỏ một thẻ, hoặc ghi thời hạn không chồng nhau",
        f"card {code} is declared in {other.path.name} already; change the code, remove one, or give them days that do "
        "not overlap",
        "entry.repeated",
    )


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    (start, end), (other_start, other_end) = _days(one), _days(other)
    return start <= other_end and other_start <= end


def _days(card: dict[str, Any]) -> tuple[date, date]:
    return as_date(card.get("valid_from")) or date.min, as_date(card.get("valid_to")) or date.max
