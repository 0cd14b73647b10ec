"""Runs a compiled suite on DuckDB in as few scans as possible.

1. one conditional-aggregate scan for every row rule, every plain aggregate and every count of considered rows;
2. one grouping per profiled column: code-list, pattern and distinct-value rules are decided on its distinct values;
3. one grouping per uniqueness rule, one query per SQL rule;
4. one scan that writes every failing row with each row-level rule it breaks.

An error of one rule never stops the others: a scan that fails is repeated in halves until the culprit stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import duckdb

from ioc_pipeline.validate.compile_sql import compile_expectation
from ioc_pipeline.validate.references import names_history
from ioc_pipeline.validate.rules import (
    AggregateRule,
    Finding,
    NotCompiled,
    QueryRule,
    RowRule,
    UniqueRule,
    mostly_success,
)
from ioc_pipeline.validate.sql_text import literal, name
from ioc_pipeline.validate.suite import Expectation

#: Rows looked at to see whether a text column has few distinct values, and how many of them are few.
_SAMPLE_ROWS, _FEW_VALUES = 20_480, 1_000
#: Tables smaller than this are not worth profiling for pattern rules.
_PROFILE_FROM = 100_000

#: Failing rows of one SQL rule kept in memory; beyond that they go to a temporary table.
_FETCHED = 1_000

T = TypeVar("T")


@dataclass
class SqlRun:
    """State of one run; `findings` by expectation id, `fallback` the expectations that have no SQL."""

    con: duckdb.DuckDBPyConnection
    table: str
    types: Mapping[str, str]
    plain: str | None = None  # the same rows without history columns: cheaper to scan
    findings: dict[str, Finding] = field(default_factory=dict)
    fallback: list[Expectation] = field(default_factory=list)
    rows: int = 0
    marks: list[tuple[Expectation, str]] = field(default_factory=list)  # row-level predicate per failed rule
    joins: list[tuple[Expectation, str]] = field(default_factory=list)  # SELECT of failing `_row`s per failed rule
    scratch: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        """Quoted name of the table judged."""
        return name(self.table)

    def source_for(self, *texts: str | None) -> str:
        """Quoted name of the cheapest relation that has the columns these pieces of SQL name."""
        return self.source if self.plain is None or any(names_history(t or "") for t in texts) else name(self.plain)

    def one(self, sql: str) -> tuple[Any, ...]:
        """The single row of a query."""
        row = self.con.execute(sql).fetchone()
        assert row is not None
        return row

    def temporary(self, select: str) -> str:
        """Materialize a SELECT; the quoted name of its temporary table, dropped at the end."""
        label = name(f"{self.table}__scratch_{len(self.scratch)}")
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {label} AS {select}")
        self.scratch.append(label)
        return label

    def fail(self, expectation: Expectation, error: BaseException) -> None:
        """Record an expectation that could not be computed."""
        text = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        self.findings[expectation.id] = Finding(expectation, None, error=text)


def run_sql(
    con: duckdb.DuckDBPyConnection, table: str, expectations: Sequence[Expectation], plain: str | None = None
) -> SqlRun:
    """Judge `table` by bound expectations; writes the failing rows to nothing yet (see `write_broken`).

    `plain` holds the same rows without history columns; rules that name none read it.
    """
    described = con.execute(f"DESCRIBE {name(table)}").fetchall()
    run = SqlRun(con, table, {row[0]: row[1] for row in described}, plain)
    rows: list[RowRule] = []
    uniques: list[UniqueRule] = []
    totals: list[AggregateRule] = []
    queries: list[QueryRule] = []
    for expectation in expectations:
        try:
            rule = compile_expectation(expectation, run.types)
        except NotCompiled:
            run.fallback.append(expectation)
        except Exception as error:
            run.fail(expectation, error)
        else:
            if isinstance(rule, RowRule):
                rows.append(rule)
            elif isinstance(rule, UniqueRule):
                uniques.append(rule)
            elif isinstance(rule, AggregateRule):
                totals.append(rule)
            else:
                queries.append(rule)
    run.rows = int(run.one(f"SELECT count(*) FROM {run.source_for()}")[0])
    profiled = _profiled_columns(run, rows, totals)
    by_value = [r for r in rows if r.by_value and r.column in profiled]
    _scan(run, [r for r in rows if r not in by_value], uniques, [t for t in totals if t.values_of is None])
    _judge_by_value(run, by_value, [t for t in totals if t.values_of is not None])
    for unique in uniques:
        _judge_unique(run, unique)
    for query in queries:
        _judge_query(run, query)
    return run


def _profiled_columns(run: SqlRun, rows: Sequence[RowRule], totals: Sequence[AggregateRule]) -> set[str]:
    """Columns decided on their distinct values: those with value sets, and text columns with few values."""
    columns = {t.values_of for t in totals if t.values_of and t.domain is None}
    candidates = {r.column for r in rows if r.by_value and r.column} - columns
    if candidates and run.rows >= _PROFILE_FROM:
        order = sorted(candidates)
        counts = ", ".join(f"approx_count_distinct({name(c)})" for c in order)
        picked = ", ".join(name(c) for c in order)
        sample = f"(SELECT {picked} FROM {run.source} LIMIT {_SAMPLE_ROWS})"
        found = run.one(f"SELECT {counts} FROM {sample}")
        columns |= {c for c, n in zip(order, found, strict=True) if n <= _FEW_VALUES}
    return columns


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


def _count(*conditions: str | None) -> str:
    parts = [f"({c})" for c in conditions if c]
    return f"count(*) FILTER (WHERE {' AND '.join(parts)})" if parts else "count(*)"


def _scan(run: SqlRun, rows: Sequence[RowRule], uniques: Sequence[UniqueRule], totals: Sequence[AggregateRule]) -> None:
    """The one scan: three counts per row rule, two per uniqueness rule, the aggregates of the rest."""

    def columns(rule: RowRule | UniqueRule | AggregateRule) -> list[str]:
        if isinstance(rule, AggregateRule):
            return [f"{a} FILTER (WHERE {rule.domain})" if rule.domain else a for a in rule.aggregates]
        counts = [_count(rule.domain), _count(rule.domain, rule.considered)]
        if isinstance(rule, RowRule):
            counts.append(_count(rule.domain, rule.considered, rule.unexpected))
        return counts

    def attempt(rules: Sequence[RowRule | UniqueRule | AggregateRule]) -> None:
        pieces = {column: None for rule in rules for column in columns(rule)}  # ordered, each computed once
        values = run.one(f"SELECT {', '.join(pieces)} FROM {run.source}")
        found = dict(zip(pieces, values, strict=True))
        for rule in rules:
            _take(run, rule, [found[column] for column in columns(rule)])

    every: list[RowRule | UniqueRule | AggregateRule] = [*rows, *uniques, *totals]
    by_halves(every, attempt, lambda rule, error: run.fail(rule.expectation, error))


def _take(run: SqlRun, rule: RowRule | UniqueRule | AggregateRule, values: list[Any]) -> None:
    e = rule.expectation
    if isinstance(rule, AggregateRule):
        _take_aggregate(run, rule, values)
    elif isinstance(rule, UniqueRule):
        run.findings[e.id] = Finding(e, True, evaluated=values[1], missing=values[0] - values[1])
    else:
        elements, considered, unexpected = values
        success = mostly_success(considered, unexpected, e.kwargs)
        observed = unexpected if e.type == "unexpected_rows_expectation" else None
        run.findings[e.id] = Finding(e, success, considered, unexpected, elements - considered, observed)
        if unexpected:
            run.marks.append((e, rule.failing()))


def _take_aggregate(run: SqlRun, rule: AggregateRule, values: Sequence[Any]) -> None:
    e = rule.expectation
    try:
        verdict = rule.judge(*values)
    except Exception as error:
        run.fail(e, error)
        return
    run.findings[e.id] = Finding(
        e, verdict.success, evaluated=run.rows, unexpected=verdict.unexpected, observed=verdict.observed
    )


def _judge_by_value(run: SqlRun, rows: Sequence[RowRule], totals: Sequence[AggregateRule]) -> None:
    groups: dict[tuple[str, str | None], list[RowRule | AggregateRule]] = {}
    for row_rule in rows:
        groups.setdefault((str(row_rule.column), row_rule.domain), []).append(row_rule)
    for total in totals:
        groups.setdefault((str(total.values_of), total.domain), []).append(total)
    for (column, domain), rules in groups.items():
        where = f" WHERE {domain}" if domain else ""
        source = run.source_for(column, domain)
        select = f"SELECT {name(column)}, count(*) AS _n FROM {source}{where} GROUP BY {name(column)}"
        try:
            profile = run.temporary(select)
        except Exception as error:
            for rule in rules:
                run.fail(rule.expectation, error)
            continue
        for rule in rules:
            try:
                _judge_profile(run, rule, column, profile)
            except Exception as error:
                run.fail(rule.expectation, error)


def _judge_profile(run: SqlRun, rule: RowRule | AggregateRule, column: str, profile: str) -> None:
    if isinstance(rule, AggregateRule):
        _take_aggregate(run, rule, run.one(f"SELECT {', '.join(rule.aggregates)} FROM {profile}"))
        return
    e, failing = rule.expectation, rule.failing()
    considered = f" FILTER (WHERE {rule.considered})" if rule.considered else ""
    elements, evaluated, unexpected, wrong = run.one(
        f"SELECT coalesce(sum(_n), 0), coalesce(sum(_n){considered}, 0), "
        f"coalesce(sum(_n) FILTER (WHERE {failing}), 0), min({name(column)}, 51) FILTER (WHERE {failing}) "
        f"FROM {profile}"
    )
    success = mostly_success(evaluated, unexpected, e.kwargs)
    run.findings[e.id] = Finding(e, success, int(evaluated), int(unexpected), int(elements - evaluated))
    if unexpected and len(wrong) <= 50:
        run.marks.append((e, f"{name(column)} IN ({', '.join(literal(v) for v in wrong)})"))
    elif unexpected:
        run.marks.append((e, f"{name(column)} IN (SELECT {name(column)} FROM {profile} WHERE {failing})"))


def _judge_unique(run: SqlRun, rule: UniqueRule) -> None:
    e = rule.expectation
    finding = run.findings.get(e.id)
    if finding is None or finding.error:
        return
    keys = ", ".join(name(c) for c in rule.columns)
    filled = [f"{name(c)} IS NOT NULL" for c in rule.columns]
    where = " AND ".join(f"({part})" for part in (rule.domain, *filled) if part)
    source = run.source_for(keys, rule.domain)
    try:
        groups = run.temporary(
            f"SELECT {keys}, count(*) AS _n FROM {source} WHERE {where} GROUP BY {keys} HAVING count(*) > 1"
        )
        unexpected = int(run.one(f"SELECT coalesce(sum(_n), 0) FROM {groups}")[0])
    except Exception as error:
        run.fail(e, error)
        return
    success = mostly_success(finding.evaluated, unexpected, e.kwargs)
    run.findings[e.id] = replace(finding, success=success, unexpected=unexpected)
    if unexpected:
        run.joins.append(
            (
                e,
                f"SELECT _row FROM {run.source} JOIN {groups} USING ({keys})"
                + (f" WHERE {rule.domain}" if rule.domain else ""),
            )
        )


def _judge_query(run: SqlRun, rule: QueryRule) -> None:
    """Rows returned are failures; with a column `_row` they are the failing rows, counted once each."""
    e = rule.expectation
    query = rule.query.format(batch=run.source_for(rule.query))
    try:
        cursor = run.con.execute(query)
        columns = [column[0] for column in cursor.description or ()]
        if e.level == "row" and "_row" not in columns:
            raise ValueError("a row-level query must return the column _row")
        first = cursor.fetchmany(_FETCHED + 1)
        if len(first) <= _FETCHED:
            returned, unexpected, select = _small(first, columns)
        else:
            found = run.temporary(query)
            counted = "count(DISTINCT _row)" if "_row" in columns else "count(*)"
            unexpected, returned = run.one(f"SELECT {counted}, count(*) FROM {found}")
            select = f"SELECT DISTINCT _row FROM {found}"
    except Exception as error:
        run.fail(e, error)
        return
    examples: list[str] = []
    if "_row" not in columns:
        for row in first[:3]:
            shown = [f"{c} = {v}" for c, v in zip(columns, row, strict=True) if v is not None]
            examples.append(", ".join(shown))
    run.findings[e.id] = Finding(e, returned == 0, run.rows, unexpected, observed=returned, examples=tuple(examples))
    if unexpected and "_row" in columns:
        run.joins.append((e, select))


def _small(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> tuple[int, int, str]:
    """Rows returned, distinct failing rows, and a SELECT of them, of a result held in memory."""
    if "_row" not in columns:
        return len(rows), len(rows), ""
    place = columns.index("_row")
    numbers = sorted({int(row[place]) for row in rows if row[place] is not None})
    listed = ", ".join(str(number) for number in numbers)
    return len(rows), len(numbers), f"SELECT unnest([{listed}]::BIGINT[]) AS _row"
