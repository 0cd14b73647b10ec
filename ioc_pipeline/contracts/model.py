"""Typed view of what `data_contracts/` declares. Plain data, no input or output."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ioc_pipeline.contracts.plain_yaml import plain_yaml
from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.messages import Text
from ioc_pipeline.periods import TIMEZONE

_NO_TEXT = Text("", "")


@dataclass(frozen=True)
class Column:
    """One column of a feed; `type` is a DuckDB type name."""

    name: str
    type: str
    required: bool = False
    identifier: bool = False
    title: Text = _NO_TEXT
    description: Text = _NO_TEXT
    unit: str | None = None
    aliases: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    codes: str | None = None
    places: str | None = None  # province | commune: names and former codes become the code valid on the row's day
    places_on: str | None = None  # the date column that says which day; observations: the end of the period
    split: str = "refuse"  # what to do with a former commune that was divided (contracts.places.SPLIT_POLICIES)
    split_by: str | None = None  # with `split: weights`: which weights (reference/split_weights.yaml)
    raw_of: str | None = None  # this column keeps what the named column's file text was
    agency: bool = False  # agency codes: both written forms become one (read.agency_codes)


@dataclass(frozen=True)
class Code:
    """One entry of a code list; `extra` holds the list's own attributes (LRIS id, rank, …)."""

    code: str
    name: Text
    aliases: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CodeList:
    """A controlled list of `data_contracts/reference`; `mark` is its honesty mark."""

    id: str
    title: Text
    mark: str
    codes: dict[str, Code]


@dataclass(frozen=True)
class Clause:
    """One clause of the IOC standard (`data_contracts/standard/clauses.yaml`)."""

    id: str
    principle: str
    title: Text
    explanation: Text
    severity: str  # critical | warning | info
    level: str  # record | indicator | feed | centre
    evidence: str  # EXP | COV | FRESH | DOC | NONE
    weight: float
    basis: Text
    mark: str
    guidance: Text
    valid_from: str
    valid_to: str | None = None
    layer: str = "standard"  # the layer whose statement of the clause is in effect
    raised_from: str | None = None  # severity before a layer raised it

    def in_force(self, day: date) -> bool:
        """True on the days from `valid_from` up to and including `valid_to`."""
        return date.fromisoformat(self.valid_from) <= day and (
            self.valid_to is None or day <= date.fromisoformat(self.valid_to)
        )


@lru_cache(maxsize=64)
def _indicators_of(path: Path, changed: int) -> dict[str, dict[str, Any]]:
    """Indicators declared in a file, a mapping by code or a list of entries with `code`; read once per change. What is
    not such an entry is left out: the file's own check names it."""
    try:
        data = plain_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return {}
    declared = data.get("indicators") if isinstance(data, dict) else None
    if isinstance(declared, list):
        entries = [entry for entry in declared if isinstance(entry, dict)]
        return {entry["code"]: entry for entry in entries if isinstance(entry.get("code"), str)}
    found = declared.items() if isinstance(declared, dict) else ()
    return {code: entry for code, entry in found if isinstance(code, str) and isinstance(entry, dict)}


def indicators_in(path: Path) -> dict[str, dict[str, Any]]:
    """Indicators declared in a feed's file, by code; the file is read again only when it changed."""
    return _indicators_of(path, path.stat().st_mtime_ns)


@dataclass(frozen=True)
class Feed:
    """One feed: who sends what, when, in which format, and how it is judged."""

    id: str
    version: str
    title: Text
    description: Text
    owner_id: str
    owner: Text
    source: Text
    group: str
    shape: str  # observations | records
    reader: dict[str, Any]
    period: str  # day | month | quarter | year
    lag_days: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    suite: dict[str, Any]
    folder: Path
    published_at: str | None = None  # regular expression with a group `date`, applied to the file name
    period_by: str | None = None  # records: column with the period (2026-09, or a day in it); else the version's date
    version_by: str | None = None  # records: column by which the source orders the states of one record
    max_age_days: int | None = None  # older than this, a value no longer carries a status
    way_in: str | None = None  # api | file | form: how the data come in; None when not declared
    area_coverage: str | None = None  # provinces | communes: every such unit must be in each period
    pull: PullSource | None = None  # where we fetch it ourselves; None when it is brought to us

    @property
    def declaration_hash(self) -> str:
        """SHA-256 over every file of the feed's folder: changes when anything declared about it changes."""
        digest = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(self.folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def declared_indicators(self) -> dict[str, dict[str, Any]]:
        """Indicators the feed may carry with their attributes, from the file its reader names under `indicators` or
        `tables`; empty when the feed declares none."""
        name = self.reader.get("indicators") or self.reader.get("tables")
        path = self.folder / str(name)
        if not name or not path.is_file():
            return {}
        return indicators_in(path)

    def indicator_names(self) -> dict[str, Text]:
        """Names of the indicators the feed may carry."""
        return {code: Text(str(d["vi"]), str(d["en"])) for code, d in self.declared_indicators().items()}

    def column(self, name: str) -> Column:
        """Column by name; KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class Band(NamedTuple):
    """The range a value should lie in, bounds included; in the card's unit."""

    low: float
    high: float


class Bounds(NamedTuple):
    """Between which a card's values can lie at all, in its unit; `high_of` is the card whose newest value in the same
    area is the most there can be (a plan). None: not declared."""

    low: float | None = None
    high: float | None = None
    high_of: str | None = None


NO_BOUNDS = Bounds()


@dataclass(frozen=True)
class Target:
    """Target of one year, in the card's unit, and the path that leads to it within the year (or up to it)."""

    year: int
    value: float
    basis: Text
    mark: str  # honesty mark of the basis
    path: str = "constant"
    """`constant` holds all year; `even` grows by one twelfth a month (flows, year to date); `seasonal` as the series'
    own past years; `given` by `months`; `straight` is the line from `from_year`, `from_value` to `year`, `value`."""
    high: float | None = None  # upper bound of a range target: meeting `value` alone is "the lower level reached"
    from_year: int | None = None
    from_value: float | None = None
    months: tuple[float, ...] = ()  # twelve values, January first; empty unless the path is `given`
    valid_from: date | None = None  # the day it was decided: of two targets of a year the later one valid then counts


@dataclass(frozen=True)
class Indicator:
    """Card of an indicator shown to leaders; at most one source feed and exactly one owner."""

    code: str
    name: Text
    short: Text
    unit: str
    unit_text: Text
    decimals: int
    field: Text
    direction: str  # up | down | neutral | band
    owner: Text
    feed: str  # "" when nobody sends it yet (`no_source`) or when it is computed from other cards only
    definition: Text
    selection: dict[str, Any]  # how the value is taken from observations …
    formula: str | None  # … or the SELECT that computes it from records or other cards
    targets: tuple[Target, ...]
    plan: str | None  # how the yearly plan stated by the feed itself becomes a target: a path or None
    amber_margin: float  # share of the target by which a value may miss it and still be amber
    headline: bool
    sort: int
    group: str | None = None  # group of letter 7146: dau_vao | qua_trinh | ket_qua | tac_dong | tong_hop
    field_id: str = ""
    version: int = 1
    valid_from: date | None = None  # first day on which this version of the card is in force; None = always was
    valid_to: date | None = None  # last day; None = until further notice
    kind: str = "level"  # level | rate | index | yoy | ytd | points | rank | score
    additivity: str = "X"  # S sum | R ratio of sums | W weighted mean | X official value only | L last value
    weight: str | None = None  # only with W: code of the card that weighs
    scale: float = 100.0  # value = scale · numerator / denominator
    over_year: str | None = None  # sum | cumulative | last | mean | mean_to_date; None: follows from kind and measure
    period: str = "month"  # hour | day | week | month | quarter | half | year | term
    lag_days: int = 0  # days after the end of the period within which the value is due
    band: Band | None = None  # only with direction `band`
    bounds: Bounds = NO_BOUNDS  # what a forecast stays within
    price_basis: str = "none"  # current | constant_2010 | none
    breakdowns: dict[str, Text] = dataclasses.field(default_factory=dict)  # columns of the feed a value can be split by
    confidentiality: str = "cong_khai"  # cong_khai | noi_bo | han_che
    plain: Text = _NO_TEXT  # one sentence a citizen understands
    guidance: Text = _NO_TEXT  # what to do, and who, when it is off target
    hysteresis: float = 0.0  # share of the target by which a value must pass a threshold before the colour goes back
    owner_id: str = ""
    related: tuple[str, ...] = ()  # codes of drivers shown beside a figure that cannot be decomposed
    references: tuple[str, ...] = ()  # rows of national lists it answers (reference/national_indicators.yaml)
    solution_group: int | None = None  # 1..6
    task_group: int | None = None  # 1..7, Resolution 57
    no_source: Text | None = None  # why nobody sends it yet: shown grey, never hidden
    missing: tuple[str, ...] = ()  # mandatory keys the declaration does not state (clause IOC-THONG-02)

    def in_force(self, day: date) -> bool:
        """True from `valid_from` up to and including `valid_to`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Province:
    """The province this centre serves (`data_contracts/profiles/<code>.yaml` or derived from the units list)."""

    code: str
    name: Text  # with its type: Tỉnh Khánh Hòa
    agency: str  # level-1 agency code, e.g. H32
    agency_mark: str
    timezone: str = TIMEZONE


@dataclass(frozen=True)
class Problem:
    """Something wrong under `data_contracts/`: where, what, and what to do."""

    path: str
    line: int | None
    text: Text
    code: str = "declaration"  # kind of mistake, stable: to look up or to filter by
    keys: tuple[str | int, ...] = ()  # the place inside the file: keys and list positions
