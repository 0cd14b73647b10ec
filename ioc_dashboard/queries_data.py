"""What the pages on data and on the standard ask of a release: owners, registers, score tree, incidents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st

from ioc_dashboard import queries
from ioc_dashboard.model import Feed, Words
from ioc_dashboard.queries_overview import optional_rows, words
from ioc_dashboard.release import Release

_KEEP = 6
_by_release: dict[str | type[Any], Any] = {Release: lambda release: release.key}


@dataclass(frozen=True, slots=True)
class Score:
    """A node of the score tree; `score` None: undetermined. `inputs`: (id, score, weight) of what it is the mean of."""

    level: str
    id: str
    parent: str
    name: Words
    score: float | None
    band: str
    severe: bool
    weight: float | None
    passing: int | None
    evaluated: int | None
    formula: str
    inputs: tuple[tuple[str, float | None, float | None], ...]
    label: Words


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit in the league table. `rank` None: its score is undetermined, never last."""

    rank: int | None
    name: Words
    score: Score | None
    feeds: tuple[Feed, ...]

    def count(self, *states: str) -> int:
        """Sources of the unit in one of these states of health."""
        return sum(feed.health in states for feed in self.feeds)


@dataclass(frozen=True, slots=True)
class Correction:
    """A record of the register of corrections and what became of it."""

    id: str
    code: str
    area: str
    period: str
    action: str
    value: float | None
    factor: float | None
    raw: float | None
    failed: bool
    state: Words
    reason: Words
    who: str
    made_on: date | None
    expires: date | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Doubted:
    """Values of one column of a feed taken under a doubt."""

    feed_id: str
    column: str
    clause: str
    values: int
    reason: Words
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """A critical clause that a feed breaks, until a delivery satisfies it."""

    id: str
    feed_id: str
    clause: str
    opened_at: datetime | None
    due_at: datetime | None
    file: str
    case_no: int


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def scores(release: Release, dataset: str = "") -> tuple[Score, ...]:
    """Centre, owners and datasets; with `dataset` everything below that one, down to its rules."""
    if dataset:
        rows = optional_rows(
            release,
            """WITH RECURSIVE below AS (SELECT *, 0 AS depth FROM scores WHERE level = 'dataset' AND id = ?
                 UNION ALL SELECT s.*, b.depth + 1 FROM scores s JOIN below b ON s.parent = b.id
                 AND s.level = CASE b.level WHEN 'dataset' THEN 'field' WHEN 'field' THEN 'criterion' ELSE 'rule' END
                 WHERE b.depth < 3)
               SELECT * FROM below ORDER BY depth, score NULLS FIRST, id""",
            [dataset],
        )
    else:
        rows = optional_rows(
            release,
            """SELECT * FROM scores WHERE level IN ('centre', 'owner', 'dataset')
               ORDER BY CASE level WHEN 'centre' THEN 0 WHEN 'owner' THEN 1 ELSE 2 END, score NULLS FIRST, id""",
        )
    return tuple(_score(row) for row in rows)


def _score(row: dict[str, Any]) -> Score:
    inputs = json.loads(row["inputs_json"] or "[]")
    return Score(
        level=row["level"],
        id=row["id"],
        parent=row["parent"] or "",
        name=words(row, "name"),
        score=row["score"],
        band=row["band"],
        severe=bool(row["severe"]),
        weight=row["weight"],
        passing=row["passing"],
        evaluated=row["evaluated"],
        formula=row["formula"],
        inputs=tuple((str(i.get("id")), i.get("score"), i.get("weight")) for i in inputs if isinstance(i, dict)),
        label=words(row, "label"),
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def standings(release: Release) -> tuple[Standing, ...]:
    """Units by score; equal scores share a rank. Units without a score stand at the end, without a rank."""
    by_name = {score.name.vi: score for score in scores(release) if score.level == "owner"}
    of_owner: dict[str, list[Feed]] = {}
    named: dict[str, Words] = {}
    for feed in queries.feeds(release):
        of_owner.setdefault(feed.owner.vi, []).append(feed)
        named[feed.owner.vi] = feed.owner

    def value(owner: str) -> float | None:
        return by_name[owner].score if owner in by_name else None

    known = [number for owner in of_owner if (number := value(owner)) is not None]

    def place(owner: str) -> tuple[float, int, str]:
        number = value(owner)
        troubled = sum(feed.health != "ok" for feed in of_owner[owner])
        return (1.0 if number is None else -number, troubled, owner)

    return tuple(
        Standing(
            None if (number := value(owner)) is None else 1 + sum(other > number for other in known),
            named[owner], by_name.get(owner), tuple(of_owner[owner]),
        )
        for owner in sorted(of_owner, key=place)
    )  # fmt: skip


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def corrections(release: Release) -> tuple[Correction, ...]:
    """The register, records that somebody must look at first."""
    return tuple(
        Correction(
            row["id"], row["code"], row["area"], row["period"], row["action"], row["value"], row["factor"],
            row["raw_value"], bool(row["failed"]), words(row, "state"), words(row, "reason"), row["who"],
            row["made_on"], row["expires"], row["evidence"],
        )
        for row in optional_rows(release, "SELECT * FROM corrections ORDER BY failed DESC, made_on DESC, id")
    )  # fmt: skip


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def doubts(release: Release) -> tuple[Doubted, ...]:
    """Doubts of all deliveries by feed, column and reason, most values first."""
    rows = optional_rows(
        release,
        """SELECT feed_id, column_name, clause, code, sum(doubted)::BIGINT AS doubted,
             any_value(reason_vi) AS reason_vi, any_value(reason_en) AS reason_en,
             any_value(examples_json) AS examples_json
           FROM doubts GROUP BY ALL ORDER BY doubted DESC, feed_id, column_name LIMIT 200""",
    )
    return tuple(
        Doubted(
            row["feed_id"], row["column_name"], row["clause"], row["doubted"], words(row, "reason"),
            tuple(_example(item) for item in json.loads(row["examples_json"] or "[]")[:3]),
        )
        for row in rows
    )  # fmt: skip


def _example(item: Any) -> str:
    if isinstance(item, dict):
        return " · ".join(str(value) for value in item.values() if value not in (None, ""))
    return str(item)


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def incidents(release: Release) -> tuple[Incident, ...]:
    """Open incidents, the nearest deadline first."""
    return tuple(
        Incident(
            row["incident_id"], row["feed_id"], row["clause"], row["opened_at"], row["due_at"],
            row["opened_file"] or "", row["case_no"] or 1,
        )
        for row in optional_rows(release, "SELECT * FROM incidents WHERE state = 'open' ORDER BY due_at, incident_id")
    )  # fmt: skip
