"""`scenarios/*.yaml`: assumptions with a range, effects on cards that exist, arithmetic that can be computed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ioc_pipeline.contracts.arithmetic import names
from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems

VARIABLES = ("so_far", "pace", "remaining", "elapsed", "base", "target", "landing")


def scenario_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with one file; a scenario with a problem cannot be asked for."""
    found = schema_problems(source, "scenarios")
    spoiled = {p.keys[:2] for p in found}
    entries = source.entries("scenarios")
    found += repeated(source, ("scenarios",), entries)
    for position, entry in enumerate(entries):
        where = ("scenarios", position)
        if isinstance(entry, dict) and where not in spoiled and () not in spoiled:
            found += _scenario(source, where, entry, known)
    return found


def _scenario(source: Source, where: Keys, entry: dict[str, Any], known: Known) -> Iterator[Problem]:
    yield from repeated(source, (*where, "assumptions"), entry["assumptions"], "name")
    yield from repeated(source, (*where, "effects"), entry["effects"], "code")
    own = [a["name"] for a in entry["assumptions"]]
    for position, assumption in enumerate(entry["assumptions"]):
        at = (*where, "assumptions", position)
        low, high = assumption["range"]
        if low >= high:
            yield source.problem(
                (*at, "range"),
                f"cận dưới {low} không nhỏ hơn cận trên {high}; sửa khoảng cho phép",
                f"the lower bound {low} is not below the upper one {high}; correct the range",
                "scenario.range",
            )
        yield from _expression(source, (*at, "default"), assumption["default"], (), known)
    for position, effect in enumerate(entry["effects"]):
        at = (*where, "effects", position)
        if effect["code"] not in known.cards:
            yield _no_card(source, (*at, "code"), effect["code"])
        yield from _expression(source, (*at, "landing"), effect["landing"], own, known)
        later = {e["code"] for e in entry["effects"][position:]}
        yield from _too_early(source, (*at, "landing"), effect["landing"], later)


def _expression(source: Source, where: Keys, text: str, own: Collection[str], known: Known) -> Iterator[Problem]:
    try:
        read = list(names(text))
    except ValueError as error:
        yield source.problem(
            where,
            f"biểu thức không tính được ({error}); chỉ dùng số, tên, + - * / và ngoặc",
            f"the expression cannot be computed ({error}); use numbers, names, + - * / and parentheses only",
            "scenario.expression",
        )
        return
    for card, name in read:
        if card is None and name not in own:
            yield source.problem(
                where,
                f"không có giả định {name!r}; có: {', '.join(own) or '(không)'}",
                f"no assumption {name!r}; known: {', '.join(own) or '(none)'}",
                "scenario.name",
            )
        elif card is not None and card not in known.cards:
            yield _no_card(source, where, card)
        elif card is not None and name not in VARIABLES:
            yield source.problem(
                where,
                f"{card} không có {name!r}; dùng: {', '.join(VARIABLES)}",
                f"{card} has no {name!r}; use: {', '.join(VARIABLES)}",
                "scenario.name",
            )


def _too_early(source: Source, where: Keys, text: str, later: Collection[str]) -> Iterator[Problem]:
    try:
        read = list(names(text))
    except ValueError:
        return
    for card, name in read:
        if name == "landing" and card in later:
            yield source.problem(
                where,
                f"{card}.landing chỉ có sau khi tác động của {card} được tính; đưa tác động đó lên trên hoặc dùng base",
                f"{card}.landing is known only below the effect on {card}; move that effect up or use base",
                "scenario.order",
            )


def _no_card(source: Source, where: Keys, code: str) -> Problem:
    return source.problem(
        where, f"không có thẻ chỉ số {code!r}; sửa mã", f"no card {code!r}; correct the code", "card.unknown"
    )
