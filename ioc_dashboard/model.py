"""What a release says, as plain frozen data. No input or output here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Vietnamese and English; English falls back on Vietnamese."""

    vi: str = ""
    en: str = ""

    def say(self, lang: str) -> str:
        """Words in `lang`, or in the other language when that one is empty."""
        return (self.en or self.vi) if lang == "en" else (self.vi or self.en)


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """Identity of a release and of the province it speaks for."""

    release_id: str
    created_at: datetime | None
    province_code: str
    province: Words
    timezone: str
    standard_version: str
    code_version: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Card:
    """An indicator's card."""

    code: str
    name: Words
    short: Words
    unit: Words
    decimals: int
    field: Words
    direction: str
    owner: Words
    feed_id: str
    definition: Words
    formula: str
    target_basis: Words
    target_mark: str
    headline: bool
    sort: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value: the newest known statement of an indicator for an area and a period."""

    code: str
    area: str
    area_name: Words
    period: str
    period_kind: str
    period_end: date | None
    measure: str
    data_type: str
    value: float | None
    value_status: str
    target: float | None
    status: str
    grey_cause: str
    reason: Words
    known_at: datetime | None
    published_at: date | None
    held: bool
    simulated: bool
    trust: str
    rules_passed: int
    rules_failed: int
    rules_unknown: int
    feed_id: str
    delivery_id: str
    file_name: str
    location: str
    is_latest: bool
    correction: Words = Words()  # corrections applied to this value; empty = none
    raw_value: float | None = None  # what the source said, when it was corrected

    @property
    def rules_total(self) -> int:
        """Number of rules applied to the delivery the value came from."""
        return self.rules_passed + self.rules_failed + self.rules_unknown


@dataclass(frozen=True, slots=True)
class Tile:
    """A card with its newest value and the history it can be compared with (oldest first)."""

    card: Card
    latest: Value | None
    history: tuple[Value, ...] = ()
    national: Value | None = None

    @property
    def verdict(self) -> str:
        """`green`, `amber`, `red`, `grey` (not enough data) or `untargeted` (a value, but nothing to reach)."""
        if self.latest is None:
            return "grey"
        if self.latest.status == "grey" and self.latest.grey_cause == "no_target":
            return "untargeted"
        return self.latest.status if self.latest.status in ("green", "amber", "red") else "grey"


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of data: who sends it, how it is doing."""

    feed_id: str
    title: Words
    owner: Words
    source: Words
    group: str
    shape: str
    schedule_period: str
    lag_days: int | None
    health: str
    reason: Words
    last_received_at: datetime | None
    last_good_at: datetime | None
    newest_period: str
    newest_period_end: date | None
    due_period_end: date | None
    due_at: datetime | None
    deliveries: int
    received: int
    accepted: int
    quarantined: int
    rules_passed: int
    rules_failed: int
    rules_unknown: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivered file and what became of it."""

    feed_id: str
    delivery_id: str
    file_name: str
    sha256: str
    size_bytes: int | None
    producer: str
    received_at: datetime | None
    published_at: date | None
    outcome: str
    received: int | None
    accepted: int | None
    quarantined: int | None
    added: int | None
    revised: int | None
    unchanged: int | None
    message: Words
    notices: tuple[Words, ...]
    simulated: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Result of one rule on one delivery; `success` is None when it could not be decided."""

    feed_id: str
    delivery_id: str
    clause: str
    expectation_id: str
    column: str
    level: str
    severity: str
    success: bool | None
    evaluated: int | None
    unexpected: int | None
    missing: int | None
    observed: str
    message: Words
    why: Words
    fix: Words


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One row set aside: where it stands, which clause it breaks, why."""

    feed_id: str
    delivery_id: str
    file_name: str
    row_no: int | None
    location: str
    clause: str
    column: str
    raw: str
    reason: Words


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the IOC standard with what the current release found about it."""

    id: str
    principle: str
    title: Words
    explanation: Words
    severity: str
    level: str
    evidence: str
    basis: str
    mark: str
    fix: Words
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    verdict: str = ""  # pass | fail | undetermined | not_tested; empty in releases that do not say
    numerator: int = 0
    denominator: int = 0
    counted: Words = Words()
    reason: Words = Words()
    layer: Words = Words()  # the layer that judges, with its version

    @property
    def tested(self) -> int:
        """Number of rule results of the current release under this clause."""
        return self.passed + self.failed + self.unknown
