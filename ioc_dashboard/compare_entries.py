"""What a release says, as units to compare: communes, provinces, agencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from ioc_dashboard import queries, queries_places
from ioc_dashboard.model import Card, Words
from ioc_dashboard.queries_places import AgencySplit, Choice, Figure, Unit
from ioc_dashboard.ranking import Entry, spans_merger, verdict_of
from ioc_dashboard.screen import Screen
from ioc_pipeline.contracts.places import successor_province

TASKS = "tasks"
"""The ranking of agencies by their tasks, where others have the code of an indicator."""


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Agencies that are ranked among themselves, in the release's order; `alphabetical`: the same by name."""

    name: Words
    order: tuple[Entry, ...]
    unknown: tuple[Entry, ...]
    alphabetical: tuple[Entry, ...]


def area_entries(screen: Screen, level: str, code: str, period: str) -> tuple[list[Entry], Entry | None]:
    """Units of a level in the order of the alphabet, and the whole they are part of (province or country)."""
    figures = queries_places.figures(screen.release, code, period)
    newest = queries_places.newest_periods(screen.release, code, level)
    entries = [
        _entry(unit, figures.get(unit.code), newest.get(unit.code, ""), period)
        for unit in queries_places.units(screen.release, level)
    ]
    whole = figures.get(screen.info.province_code if level == "commune" else queries.NATIONAL)
    return entries, Entry("", Words(), whole.value.value, verdict_of(whole.value)) if whole else None


def _entry(unit: Unit, found: Figure | None, newest: str, period: str) -> Entry:
    name = unit.name
    if found is None or found.value.value is None:
        return Entry(unit.code, name, None, "grey", other=newest if newest != period else "")
    value = found.value
    return Entry(
        unit.code, name, value.value, verdict_of(value), found.numerator, found.denominator, value.target,
        value.data_type, value.measure, value.held, value.simulated, value.trust,
    )  # fmt: skip


def agency_entries(screen: Screen, card: Card, split: AgencySplit) -> tuple[list[Entry], Entry | None]:
    """Agencies with their own value of an indicator; a rate is computed from its numerator and denominator."""
    figures = queries_places.figures(screen.release, card.code, split.period)
    whole = figures.get(screen.info.province_code)
    target = whole.value.target if whole and card.unit.vi == "%" else None
    entries = []
    for part in split.parts:
        value: float | None = part.numerator
        if part.denominator is not None:
            rate = part.denominator and card.unit.vi == "%" and part.numerator is not None
            value = 100.0 * (part.numerator or 0.0) / part.denominator if rate else None
        name = part.name if part.name.vi else Words(part.unit, part.unit)
        entries.append(
            Entry(
                part.unit, name, value, "untargeted", part.numerator if part.denominator is not None else None,
                part.denominator, target, simulated=bool(whole and whole.value.simulated),
            )
        )  # fmt: skip
    order = queries_places.alphabet(screen.release, [one.name.vi for one in entries])
    entries.sort(key=lambda one: order[one.name.vi])
    return entries, Entry("", Words(), whole.value.value, verdict_of(whole.value)) if whole else None


def task_groups(screen: Screen) -> list[TaskGroup]:
    """The release's ranking by tasks, group by group; those it could not rank stay apart with its reason."""
    every = queries_places.agency_ranks(screen.release)
    names = queries_places.alphabet(screen.release, [one.name.vi for one in every])
    groups: dict[str, list[queries_places.AgencyRank]] = {}
    for one in every:
        groups.setdefault(one.group, []).append(one)
    found = []
    for members in groups.values():
        entries = {
            one.unit: Entry(
                one.unit, one.name, one.score, "untargeted" if one.score is not None else "grey",
                float(one.in_time), float(one.due), simulated=one.simulated, rank=one.rank,
                note=one.reason if one.rank is None else Words(),
            )
            for one in members
        }  # fmt: skip
        placed = [entries[one.unit] for one in members if one.rank is not None]
        rest = sorted((e for e in entries.values() if e.rank is None), key=lambda e: names[e.name.vi])
        found.append(
            TaskGroup(
                members[0].group_name, tuple(placed), tuple(rest),
                tuple(sorted(placed, key=lambda e: names[e.name.vi])),
            )
        )  # fmt: skip
    return found


@cache
def merged_provinces() -> frozenset[str]:
    """Codes of the provinces that were made of several on 1 July 2025."""
    today = list(successor_province().values())
    return frozenset(code for code in today if today.count(code) > 1)


def hindrances(screen: Screen, scope: str, ends: date | None, kind: str, merged: frozenset[str]) -> list[str]:
    """Breaks of series that the merger of 1 July 2025 leaves in this period."""
    place = spans_merger(ends, kind)
    if place:
        kept = len(queries_places.units(screen.release, "province")) - len(merged)
        return [screen.t(f"cmp_merger_{place}_{scope}", merged=len(merged), kept=kept)]
    return [screen.t("cmp_merger_after_province", merged=len(merged))] if scope == "province" else []


def things_to_know(screen: Screen, choice: Choice) -> list[str]:
    """Of the indicator itself: absolute numbers, prices."""
    said = [screen.t("cmp_absolute")] if choice.additivity == "S" else []
    if choice.price_basis in ("current", "constant_2010"):
        said.append(screen.t(f"cmp_price_{choice.price_basis}"))
    return said
