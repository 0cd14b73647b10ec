"""Runs a compiled suite on DuckDB in as few scans as possible.

1. one grouping per profiled column: code-list, pattern and distinct-value rules are decided on its distinct values;
2. one scan for aggregates and counts of considered rows, one for the failing rows of every other row rule
   (`row_scan`); a small table is copied into memory first and needs one scan for both;
3. one grouping per uniqueness rule, one query per SQL rule.

An error of one rule never stops the others: a scan that fails is repeated in halves until the culprit stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import Any

import duckdb

from ioc_pipeline.validate.compile_sql import compile_expectation
from ioc_pipeline.validate.profile_rules import judge_by_value, profiled_columns
from ioc_pipeline.validate.row_scan import scan
from ioc_pipeline.validate.rules import (
    AggregateRule,
    Finding,
    NotCompiled,
    QueryRule,
    RowRule,
    UniqueRule,
    conjunction,
    mostly_success,
)
from ioc_pipeline.validate.sql_run import SqlRun
from ioc_pipeline.validate.sql_text import name
from ioc_pipeline.validate.suite import Expectation

#: Failing rows of one SQL rule kept in memory; beyond that they go to a temporary table.
_FETCHED = 1_000


def run_sql(
    con: duckdb.DuckDBPyConnection, table: str, expectations: Sequence[Expectation], plain: str | None = None
) -> SqlRun:
    """Judge `table` by bound expectations; writes the failing rows to nothing yet (see `write_broken`).

    `plain` holds the same rows without history columns; rules that name none read it. Call `clean` on the result.
    """
    run = SqlRun(con, table, plain)
    run.open()
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
    profiled = profiled_columns(run, rows, totals)
    by_value = [r.by_value and r.column in profiled for r in rows]
    judge_by_value(run, list(compress(rows, by_value)), [t for t in totals if t.values_of is not None])
    scanned = [r for r, chosen in zip(rows, by_value, strict=True) if not chosen]
    scan(run, scanned, uniques, [t for t in totals if t.values_of is None])
    for unique in uniques:
        _judge_unique(run, unique)
    for query in queries:
        _judge_query(run, query)
    return run


def _judge_unique(run: SqlRun, rule: UniqueRule) -> None:
    e = rule.expectation
    if run.failed(e):
        return
    finding = run.findings[e.id]
    keys = ", ".join(name(c) for c in rule.columns)
    where = conjunction(rule.domain, *(f"{name(c)} IS NOT NULL" for c in rule.columns))
    source = run.source_for(*rule.texts())
    try:
        groups = f"SELECT {keys}, count(*) AS _n FROM {source} WHERE {where} GROUP BY {keys} HAVING count(*) > 1"
        within = f" WHERE {rule.domain}" if rule.domain else ""
        if run.small:
            rows = run.con.execute(f"SELECT _row FROM {source} JOIN ({groups}) USING ({keys}){within}").fetchall()
            unexpected = len(rows)
            run.hold(e, (row[0] for row in rows))
        else:
            relation = run.temporary(groups)
            unexpected = int(run.one(f"SELECT coalesce(sum(_n), 0) FROM {relation}")[0])
            if unexpected:
                run.joins.append((e, f"SELECT _row FROM {source} JOIN {relation} USING ({keys}){within}"))
    except Exception as error:
        run.fail(e, error)
        return
    success = mostly_success(finding.evaluated, unexpected, e.kwargs)
    run.findings[e.id] = replace(finding, success=success, unexpected=unexpected)


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
            returned = len(first)
            numbers = _numbers(first, columns)
            unexpected = returned if numbers is None else len(numbers)
            run.hold(e, numbers or ())
        else:
            found = run.temporary(query)
            counted = "count(DISTINCT _row)" if "_row" in columns else "count(*)"
            unexpected, returned = run.one(f"SELECT {counted}, count(*) FROM {found}")
            if "_row" in columns:
                run.joins.append((e, f"SELECT DISTINCT _row FROM {found}"))
    except Exception as error:
        run.fail(e, error)
        return
    examples: list[str] = []
    if "_row" not in columns:
        for row in first[:3]:
            shown = [f"{c} = {v}" for c, v in zip(columns, row, strict=True) if v is not None]
            examples.append(", ".join(shown))
    run.findings[e.id] = Finding(e, returned == 0, run.rows, unexpected, observed=returned, examples=tuple(examples))


def _numbers(rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> list[int] | None:
    """Distinct failing rows of a result held in memory; None when it does not name rows."""
    if "_row" not in columns:
        return None
    place = columns.index("_row")
    return sorted({int(row[place]) for row in rows if row[place] is not None})
