"""What an expectation becomes: a piece of SQL and how to judge it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any


class NotCompiled(Exception):
    """The type (or this use of it) has no SQL here: the expectation runs under Great Expectations."""


if TYPE_CHECKING:  # the suite's check reads the bounds, which read this module
    from ioc_pipeline.validate.suite import Expectation


@dataclass(frozen=True)
class RowRule:
    """`unexpected` is true on a failing row among the rows where `domain` and `considered` hold."""

    expectation: Expectation
    domain: str | None
    considered: str | None
    unexpected: str
    column: str | None = None  # set when the predicate reads this one column only
    by_value: bool = False  # better decided on the distinct values of `column`
    filled: tuple[str, ...] = ()  # `considered` says no more than that none of these is null

    def failing(self) -> str:
        """Predicate of the failing rows; null counts as false."""
        return conjunction(self.domain, self.considered, self.unexpected)

    def texts(self) -> tuple[str | None, ...]:
        """The SQL it is made of."""
        return self.domain, self.considered, self.unexpected


@dataclass(frozen=True)
class UniqueRule:
    """Every row of a group of equal, wholly non-null keys with more than one row fails."""

    expectation: Expectation
    domain: str | None
    considered: str | None
    columns: tuple[str, ...]
    filled: tuple[str, ...] = ()  # as in `RowRule`

    def texts(self) -> tuple[str | None, ...]:
        """The SQL it is made of."""
        return self.domain, self.considered, *self.columns


@dataclass(frozen=True)
class Verdict:
    """Outcome of an aggregate: success, what was observed, and how many values are wrong."""

    success: bool
    observed: Any
    unexpected: int = 0


@dataclass(frozen=True)
class AggregateRule:
    """`aggregates` are evaluated over the rows of `domain`; `judge` turns their values into a verdict.

    With `values_of` the aggregates run over the distinct values of that column instead (relation with the column
    itself and its count `_n`).
    """

    expectation: Expectation
    domain: str | None
    aggregates: tuple[str, ...]
    judge: Callable[..., Verdict]
    values_of: str | None = None

    def texts(self) -> tuple[str | None, ...]:
        """The SQL it is made of."""
        return self.domain, *self.aggregates


@dataclass(frozen=True)
class QueryRule:
    """A SELECT with `{batch}`; it fails when it returns rows."""

    expectation: Expectation
    query: str


Rule = RowRule | UniqueRule | AggregateRule | QueryRule


@dataclass(frozen=True)
class Finding:
    """Raw outcome of one expectation, before words: the verdict of Great Expectations and its counts.

    `success` is Great Expectations' two-valued verdict; None only when `error` says why nothing was computed.
    `examples` are up to three failing values as text, each with its location when there is one.
    """

    expectation: Expectation
    success: bool | None
    evaluated: int = 0
    unexpected: int = 0
    missing: int = 0
    observed: Any = None
    error: str | None = None
    engine: str = "sql"
    examples: tuple[str, ...] = ()


def conjunction(*conditions: str | None) -> str:
    """The conditions that are there, joined by AND; empty without any."""
    return " AND ".join(f"({condition})" for condition in conditions if condition)


def mostly_success(evaluated: int, unexpected: int, kwargs: Mapping[str, Any]) -> bool:
    """Great Expectations' `_mostly_success`; true on nothing, as it is there."""
    if evaluated == 0:
        return True
    return (float(evaluated) - float(unexpected)) / float(evaluated) >= float(kwargs.get("mostly", 1))
