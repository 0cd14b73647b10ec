"""State of one compiled run over one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import duckdb

from ioc_pipeline.validate.references import names_history
from ioc_pipeline.validate.rules import Finding
from ioc_pipeline.validate.sql_text import name
from ioc_pipeline.validate.suite import Expectation

#: Tables smaller than this are copied once into memory and judged by counts; larger ones are profiled and scanned for
#: failing rows (a copy costs milliseconds, and every statement over a view of a file costs one).
SMALL = 100_000

T = TypeVar("T")


@dataclass(frozen=True)
class Mark:
    """Failing rows of one rule: a predicate that holds on them, over `relation` (quoted)."""

    expectation: Expectation
    predicate: str
    relation: str
    scanned: bool = False  # `relation` holds failing rows only, with a bit per rule


@dataclass
class SqlRun:
    """State of one run; `findings` by expectation id, `fallback` the expectations that have no SQL."""

    con: duckdb.DuckDBPyConnection
    table: str
    plain: str | None = None  # the same rows without history columns: cheaper to scan
    types: Mapping[str, str] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    fallback: list[Expectation] = field(default_factory=list)
    rows: int = 0
    filled: Mapping[str, int] = field(default_factory=dict)  # values that are not null, of the columns counted
    copy: str | None = None  # quoted name of the copy of a small table
    marks: list[Mark] = field(default_factory=list)  # one per failed rule that has a predicate
    joins: list[tuple[Expectation, str]] = field(default_factory=list)  # SELECT of failing `_row`s per failed rule
    found: list[tuple[Expectation, list[int]]] = field(default_factory=list)  # failing `_row`s held in memory
    scratch: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Count the rows, copy a small table, read the types. `duckdb.CatalogException` when the table is absent."""
        self.rows = int(self.one(f"SELECT count(*) FROM {name(self.plain or self.table)}")[0])
        if self.small:
            self.copy = self.temporary(f"SELECT * FROM {name(self.table)}")
        self.types = {row[0]: row[1] for row in self.con.execute(f"DESCRIBE {self.source}").fetchall()}

    @property
    def small(self) -> bool:
        """True when counting is cheaper than profiling."""
        return self.rows < SMALL

    @property
    def source(self) -> str:
        """Quoted name of the relation judged."""
        return self.copy or name(self.table)

    def source_for(self, *texts: str | None) -> str:
        """Quoted name of the cheapest relation that has the columns these pieces of SQL name."""
        if self.copy is not None or self.plain is None or any(names_history(t or "") for t in texts):
            return self.source
        return name(self.plain)

    def one(self, sql: str) -> tuple[Any, ...]:
        """The single row of a query."""
        row = self.con.execute(sql).fetchone()
        assert row is not None
        return row

    def hold(self, expectation: Expectation, rows: Iterable[int]) -> None:
        """Keep the failing rows of a rule in memory."""
        numbers = sorted(rows)
        if numbers:
            self.found.append((expectation, numbers))

    def temporary(self, select: str) -> str:
        """Materialize a SELECT; the quoted name of its temporary table, dropped by `clean`."""
        label = name(f"{self.table}__scratch_{len(self.scratch)}")
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {label} AS {select}")
        self.scratch.append(label)
        return label

    def clean(self) -> None:
        """Drop the temporary tables of the run."""
        for label in self.scratch:
            self.con.execute(f"DROP TABLE IF EXISTS {label}")
        self.scratch.clear()

    def fail(self, expectation: Expectation, error: BaseException) -> None:
        """Record an expectation that could not be computed."""
        text = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        self.findings[expectation.id] = Finding(expectation, None, error=text)

    def failed(self, expectation: Expectation) -> bool:
        """True when the expectation could not be computed."""
        finding = self.findings.get(expectation.id)
        return finding is not None and finding.error is not None


def by_halves(
    items: Sequence[T], attempt: Callable[[Sequence[T]], None], failed: Callable[[T, Exception], None]
) -> None:
    """Run `attempt` on all items; where it raises, on each half, down to the single item that is reported."""
    if not items:
        return
    try:
        attempt(items)
    except Exception as error:
        if len(items) == 1:
            failed(items[0], error)
            return
        middle = len(items) // 2
        by_halves(items[:middle], attempt, failed)
        by_halves(items[middle:], attempt, failed)
