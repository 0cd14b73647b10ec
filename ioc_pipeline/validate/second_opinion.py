"""Second opinion: the same suite on the same rows by both engines, and every difference between them.

The compiled SQL and stock Great Expectations share nothing but the suite and the rows. Whichever engine judges, the
other one is asked too, and what they do not agree on is listed: verdict, counts and failing rows of each rule.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import duckdb

from ioc_pipeline.validate.engine import validate_table
from ioc_pipeline.validate.quarantine_rows import broken_table
from ioc_pipeline.validate.results import Result, Validation
from ioc_pipeline.validate.sql_text import name
from ioc_pipeline.validate.suite import Suite

JUDGES = {"gx": "gx", "both": "sql"}
"""Choices of an engine that ask both: choice → engine whose verdict counts."""

ASPECTS = ("success", "evaluated", "unexpected", "missing")
_SHOWN_ROWS = 20


@dataclass(frozen=True)
class Difference:
    """One thing on which the engines disagree. `aspect`: one of `ASPECTS` or `rows`; values as text (`null`: could not
    be decided); for `rows` the row numbers that only one of them calls failing, the first 20."""

    clause: str
    expectation_id: str
    aspect: str
    compiled: str
    stock: str

    def as_dict(self) -> dict[str, str]:
        """Plain mapping for JSON and the warehouse."""
        return asdict(self)


@dataclass(frozen=True)
class SecondOpinion:
    """What asking both engines brought. `compared` rules were judged by two implementations; `stock_only` have no
    compiled form, so there is one opinion on them."""

    compared: int
    stock_only: tuple[str, ...]
    differences: tuple[Difference, ...]
    seconds_compiled: float
    seconds_stock: float


def validate_twice(
    con: duckdb.DuckDBPyConnection, table: str, suite: Suite, *, judge: str, plain: str | None = None, **named: Any
) -> tuple[Validation, SecondOpinion]:
    """Validation by the engine `judge` (`sql` or `gx`) and what the other one says differently.

    Arguments as for `validate_table`; the temporary table of failing rows is the judge's.
    """
    other = "gx" if judge == "sql" else "sql"
    broken, second = name(broken_table(table)), name(f"{table}__broken_by_{other}")
    started = time.perf_counter()
    theirs = validate_table(con, table, suite, engine=other, plain=plain, **named)
    middle = time.perf_counter()
    con.execute(f"CREATE OR REPLACE TEMP TABLE {second} AS SELECT * FROM {broken}")
    ours = validate_table(con, table, suite, engine=judge, plain=plain, **named)
    ended = time.perf_counter()
    compiled, stock = (ours, theirs) if judge == "sql" else (theirs, ours)
    tables = (broken, second) if judge == "sql" else (second, broken)
    stock_only = tuple(r.expectation_id for r in compiled.results if r.engine == "gx")
    differences = _by_result(compiled, stock) + _by_row(con, *tables, {r.expectation_id: r for r in ours.results})
    con.execute(f"DROP TABLE {second}")
    seconds = (middle - started, ended - middle)
    opinion = SecondOpinion(
        len(ours.results) - len(stock_only), stock_only,
        tuple(sorted(differences, key=lambda d: (d.expectation_id, d.aspect))),
        *(reversed(seconds) if judge == "sql" else seconds),
    )  # fmt: skip
    return replace(ours, seconds=ended - started), opinion


def _by_result(compiled: Validation, stock: Validation) -> list[Difference]:
    theirs = stock.by_expectation()
    found = []
    for result in compiled.results:
        other = theirs[result.expectation_id]
        for aspect in ASPECTS:
            one, two = getattr(result, aspect), getattr(other, aspect)
            if one != two:
                found.append(
                    Difference(
                        result.clause, result.expectation_id, aspect, _text(one, result, aspect),
                        _text(two, other, aspect),
                    )
                )  # fmt: skip
    return found


def _text(value: object, result: Result, aspect: str) -> str:
    if value is None:
        return f"null ({result.reason}: {result.message.en})" if aspect == "success" else "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _by_row(
    con: duckdb.DuckDBPyConnection, compiled: str, stock: str, results: Mapping[str, Result]
) -> list[Difference]:
    rows = con.execute(
        "SELECT coalesce(c.expectation_id, s.expectation_id) AS id, "
        "list(c._row ORDER BY c._row) FILTER (s._row IS NULL), list(s._row ORDER BY s._row) FILTER (c._row IS NULL) "
        f"FROM {compiled} c FULL JOIN {stock} s ON c._row = s._row AND c.expectation_id = s.expectation_id "
        "WHERE c._row IS NULL OR s._row IS NULL GROUP BY ALL"
    ).fetchall()
    return [
        Difference(results[ident].clause, ident, "rows", _numbers(ours), _numbers(theirs))
        for ident, ours, theirs in rows
    ]


def _numbers(rows: list[int] | None) -> str:
    listed = ", ".join(str(row) for row in (rows or [])[:_SHOWN_ROWS]) or "–"
    return f"{listed} … ({len(rows)})" if rows and len(rows) > _SHOWN_ROWS else listed
