"""Columns that name provinces or communes: every distinct name is resolved once, for each side of 1 July 2025."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from ioc_pipeline.contracts.model import Column, Feed
from ioc_pipeline.contracts.places import SPLIT, Place, resolve
from ioc_pipeline.contracts.units import MERGER
from ioc_pipeline.messages import Text
from ioc_pipeline.read.problem_codes import PROBLEM_CODES
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.records.raw_table import RawTable

_TODAY = date(2026, 4, 30)  # the newest change of units we know
MOST_NAMES = 100_000
"""Distinct names of places in one delivery; there are 3,321 communes and 10,035 former ones."""
_NOTICED = 20


@dataclass(frozen=True)
class PlaceColumn:
    """One column with its table of resolved names (`raw, era, code, problem, doubt, former`)."""

    name: str
    table: str
    on: str | None  # SQL of the row's day
    doubt: str | None = "places"
    steps: tuple[dict[str, str], ...] = ({},)
    raw: str | None = None

    def era(self, prefix: str = "") -> str:
        """SQL: true for a row of before 1 July 2025."""
        if self.on is None:
            return "false"
        return f"coalesce({prefix}{self.on} < DATE '{MERGER}', false)"


@dataclass
class Places:
    """Columns that name places, and notices about names that were not resolved."""

    columns: dict[str, PlaceColumn] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def place_columns(
    con: duckdb.DuckDBPyConnection, feed: Feed, raw: RawTable, source: str, province: str | None
) -> Places:
    """Resolve the names of every column declared with `places`; makes one temporary table per column."""
    found = Places()
    for column in feed.columns:
        if column.places is None or column.name not in raw.text:
            continue
        on = f'"v_{column.places_on}"' if column.places_on in raw.text else None
        if on is None and feed.shape == "observations":
            on = "o_period_end"
        resolved = PlaceColumn(column.name, names_table(feed, column.name), on)
        rows = con.execute(
            f'SELECT t, era, count(*) FROM (SELECT "t_{column.name}" AS t, {resolved.era()} AS era FROM {source}) '
            f"WHERE t IS NOT NULL GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT {MOST_NAMES}"
        ).fetchall()
        places = [_resolve(column, str(text), bool(before), province) for text, before, _ in rows]
        _names = pa.table(
            {
                "raw": pa.array([row[0] for row in rows], pa.string()),
                "era": pa.array([row[1] for row in rows], pa.bool_()),
                "code": pa.array([p.code for p in places], pa.string()),
                "problem": pa.array([p.problem for p in places], pa.string()),
                "doubt": pa.array([p.doubt for p in places], pa.string()),
                "former": pa.array([p.former for p in places], pa.string()),
            }
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE {resolved.table} AS SELECT * FROM _names")
        found.columns[column.name] = resolved
        found.notices += _notices(column, [(str(r[0]), int(r[2])) for r in rows], places)
    return found


def names_table(feed: Feed, column: str) -> str:
    """The temporary table of a column's resolved names."""
    return f"places_{[c.name for c in feed.columns].index(column)}"


def _resolve(column: Column, text: str, before: bool, province: str | None) -> Place:
    day = MERGER - timedelta(days=1) if before else _TODAY
    return resolve(text, str(column.places), day, province=province, split=column.split)


def _notices(column: Column, names: list[tuple[str, int]], places: list[Place]) -> list[Notice]:
    """What a sender needs to repair a name: who bears it, or how the nearest ones are spelled."""
    notices: list[Notice] = []
    for (text, rows), place in zip(names, places, strict=True):
        spread = place.problem == SPLIT and column.split == "weights"  # `divided_communes` says what becomes of it
        if place.problem is None or spread or len(notices) >= _NOTICED:
            continue
        why = PROBLEM_CODES[place.problem].text
        vi, en = f"Cột {column.title.vi}: “{text}”", f"Column {column.title.en}: “{text}”"
        listed = "; ".join(place.candidates[:12])
        near = place.problem == "place.unknown"
        more_vi = f" {'Tên gần giống' if near else 'Có thể là'}: {listed}." if listed else ""
        more_en = f" {'Near names' if near else 'It may be'}: {listed}." if listed else ""
        notices.append(
            Notice(Text(f"{vi} ({rows} dòng): {why.vi}.{more_vi}", f"{en} ({rows} rows): {why.en}.{more_en}"))
        )
    return notices
