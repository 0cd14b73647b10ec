"""What a validation says: one result per expectation, and the table of failing rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ioc_pipeline.messages import Text

#: Why `Result.success` is None.
NOTHING_TO_EVALUATE = "nothing_to_evaluate"
ERROR = "error"


@dataclass(frozen=True)
class Result:
    """Verdict on one expectation of one delivery.

    `success` is three-valued. None means *undetermined*, and `reason` says why:
    `nothing_to_evaluate` (a row-level rule had no row to judge: the column is wholly null, the row condition
    selects nothing, or the delivery is empty; stock Great Expectations calls that a success, we do not) or
    `error` (the expectation could not be computed; `message` carries the cause). Undetermined is never a pass.

    Counts follow Great Expectations: `evaluated` rows were judged, `missing` rows were skipped (null, or excluded
    by `ignore_row_if`), `unexpected` rows were judged wrong. `unexpected` may be positive while `success` is True
    when the expectation carries `mostly`; the failing rows are still listed in the broken table.
    """

    feed: str
    delivery_id: str
    run_id: str
    clause: str
    expectation_id: str
    expectation_type: str
    column: str | None
    level: str  # row | table
    severity: str  # critical | warning | info
    success: bool | None
    evaluated: int
    unexpected: int
    missing: int
    observed: str | None  # JSON text
    message: Text
    why: Text
    fix: Text
    engine: str  # sql | gx
    reason: str | None = None
    examples: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping, texts split into `<name>_vi` and `<name>_en` (the columns of the warehouse table)."""
        record: dict[str, Any] = {}
        for name, value in self.__dict__.items():
            if isinstance(value, Text):
                record[f"{name}_vi"], record[f"{name}_en"] = value.vi, value.en
            else:
                record[name] = list(value) if isinstance(value, tuple) else value
        return record


@dataclass(frozen=True)
class Validation:
    """All results of one delivery, and where its failing rows are.

    `broken_table` is a temporary table `(_row BIGINT, expectation_id, clause, severity)` with one row for each pair
    of row and broken *row-level* expectation. `rows` is the number of rows of the delivery.
    """

    results: tuple[Result, ...]
    broken_table: str
    seconds: float
    engine: str
    rows: int = 0

    def blocking(self) -> tuple[Result, ...]:
        """Failed critical table-level results: any of them holds the whole delivery."""
        return tuple(r for r in self.results if r.success is False and r.severity == "critical" and r.level == "table")

    def failed(self, severity: str | None = None) -> tuple[Result, ...]:
        """Results with success False, of one severity or of all."""
        return tuple(r for r in self.results if r.success is False and severity in (None, r.severity))

    def undetermined(self) -> tuple[Result, ...]:
        """Results with success None: nothing to evaluate, or an error."""
        return tuple(r for r in self.results if r.success is None)

    def errors(self) -> tuple[Result, ...]:
        """Results that could not be computed."""
        return tuple(r for r in self.results if r.reason == ERROR)

    def by_expectation(self) -> Mapping[str, Result]:
        """Results by expectation id."""
        return {r.expectation_id: r for r in self.results}
