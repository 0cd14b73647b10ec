"""What if: assumptions changed, the year's end computed again. Arithmetic only; the same settings, the same figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ioc_pipeline.compute.status_core import GREY, Banded, band_of, judge_series
from ioc_pipeline.contracts.arithmetic import Name, evaluated, names
from ioc_pipeline.contracts.scenarios import Assumption, Effect, Scenario
from ioc_pipeline.messages import IocError, Message


class JudgedCard(Banded, Protocol):
    """What a landing is judged by: a card of the catalogue, or what a release says of it."""

    @property
    def code(self) -> str:
        """Code of the card."""

    @property
    def direction(self) -> str:
        """up | down | band | neutral."""

    @property
    def amber_margin(self) -> float:
        """Share of the target by which a landing may miss it and be amber."""


@dataclass(frozen=True)
class CardFacts:
    """What the release says of a card's year, in its unit; None what it does not know. `base`: the forecast landing,
    else where the present pace leads (`forecast` tells which)."""

    so_far: float | None = None
    pace: float | None = None
    remaining: float | None = None
    elapsed: float | None = None
    base: float | None = None
    target: float | None = None
    target_high: float | None = None
    forecast: bool = False


@dataclass(frozen=True)
class Setting:
    """An assumption as used: `default` is what the data say; `value` is None when neither they nor anybody said it."""

    assumption: Assumption
    default: float | None
    value: float | None
    changed: bool


@dataclass(frozen=True)
class Result:
    """What an effect makes of a card: `before` (base) and `after`, and their colours against the year's target."""

    effect: Effect
    card: JudgedCard
    before: float | None
    after: float | None
    target: float | None
    target_high: float | None
    status_before: str
    status_after: str


@dataclass(frozen=True)
class Outcome:
    """Settings and results of one scenario, in declared order."""

    scenario: Scenario
    settings: tuple[Setting, ...]
    results: tuple[Result, ...]


def what_if(
    scenario: Scenario,
    cards: Mapping[str, JudgedCard],
    facts: Mapping[str, CardFacts],
    changes: Mapping[str, float] | None = None,
) -> Outcome:
    """Compute a scenario with some assumptions changed.

    `facts` by code; a card without facts has no numbers, and what depends on it is None. Raises IocError for a change
    of an assumption that does not exist or outside its range.
    """
    changes = changes or {}
    _refuse_strange(scenario, changes)
    known: dict[Name, float | None] = {}
    for code in sorted({*cards, *facts, *_read(scenario)}):
        held = facts.get(code, CardFacts())
        for name in ("so_far", "pace", "remaining", "elapsed", "base", "target"):
            known[(code, name)] = getattr(held, name)
        known[(code, "landing")] = held.base
    settings = []
    for assumption in scenario.assumptions:
        default = evaluated(assumption.default, known)
        changed = assumption.name in changes
        value = changes[assumption.name] if changed else default
        settings.append(Setting(assumption, default, value, changed))
    known |= {(None, s.assumption.name): s.value for s in settings}
    results = []
    for effect in scenario.effects:
        card, held = cards[effect.code], facts.get(effect.code, CardFacts())
        after = evaluated(effect.landing, known)
        known[(effect.code, "landing")] = after
        results.append(
            Result(
                effect, card, held.base, after, held.target, held.target_high, _colour(card, held, held.base),
                _colour(card, held, after),
            )
        )  # fmt: skip
    return Outcome(scenario, tuple(settings), tuple(results))


def facts_of(forecast: Mapping[str, Any]) -> CardFacts:
    """What a row of the release table `forecasts` says of its card."""
    known = forecast["landing"] is not None
    return CardFacts(
        so_far=forecast["so_far"], pace=forecast["run_rate_now"], remaining=forecast["remaining"],
        elapsed=forecast["elapsed"], base=forecast["landing"] if known else forecast["at_this_pace"],
        target=forecast["target"], target_high=forecast["target_high"], forecast=known,
    )  # fmt: skip


def _read(scenario: Scenario) -> Iterator[str]:
    """Codes of the cards that the expressions read."""
    for text in (*(a.default for a in scenario.assumptions), *(e.landing for e in scenario.effects)):
        yield from (code for code, _ in names(text) if code is not None)


def _colour(card: JudgedCard, facts: CardFacts, landing: float | None) -> str:
    if landing is None:
        return GREY
    return judge_series(
        [landing], [facts.target], [facts.target_high], card.direction, band_of(card), card.amber_margin
    )[0]


def _refuse_strange(scenario: Scenario, changes: Mapping[str, float]) -> None:
    known = {a.name: a for a in scenario.assumptions}
    for name, value in changes.items():
        if name not in known:
            listed = ", ".join(known)
            raise IocError(
                Message(
                    "scenario.assumption",
                    f"Kịch bản {scenario.id} không có giả định {name!r}; có: {listed}.",
                    f"Scenario {scenario.id} has no assumption {name!r}; known: {listed}.",
                )
            )
        low, high = known[name].low, known[name].high
        if not low <= value <= high:
            raise IocError(
                Message(
                    "scenario.range",
                    f"{name} = {value:g} ngoài khoảng cho phép {low:g} – {high:g}.",
                    f"{name} = {value:g} is outside its range {low:g} – {high:g}.",
                )
            )
