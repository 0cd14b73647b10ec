"""Rules decided on the distinct values of a column: code lists, patterns of code columns, sets of distinct values."""

from __future__ import annotations

from collections.abc import Sequence

from ioc_pipeline.validate.row_scan import take_aggregate
from ioc_pipeline.validate.rules import AggregateRule, Finding, RowRule, mostly_success
from ioc_pipeline.validate.sql_run import Mark, SqlRun
from ioc_pipeline.validate.sql_text import literal, name

#: Rows looked at to see whether a text column has few distinct values, and how many of them are few.
_SAMPLE_ROWS, _FEW_VALUES = 20_480, 1_000
#: Failing values written as literals into the predicate of the failing rows.
_LISTED = 50


def profiled_columns(run: SqlRun, rows: Sequence[RowRule], totals: Sequence[AggregateRule]) -> set[str]:
    """Columns decided on their distinct values: those with value sets, and (large tables) those with few values."""
    columns = {t.values_of for t in totals if t.values_of and t.domain is None}
    candidates = {r.column for r in rows if r.by_value and r.column} - columns
    if candidates and not run.small:
        order = sorted(candidates)
        counts = ", ".join(f"approx_count_distinct({name(c)})" for c in order)
        picked = ", ".join(name(c) for c in order)
        sample = f"(SELECT {picked} FROM {run.source_for(picked)} LIMIT {_SAMPLE_ROWS})"
        found = run.one(f"SELECT {counts} FROM {sample}")
        columns |= {c for c, n in zip(order, found, strict=True) if n <= _FEW_VALUES}
    return columns


def judge_by_value(run: SqlRun, rows: Sequence[RowRule], totals: Sequence[AggregateRule]) -> None:
    """Findings and marks of the rules of profiled columns: one grouping per column and domain."""
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
                _judge(run, rule, column, profile)
            except Exception as error:
                run.fail(rule.expectation, error)


def _judge(run: SqlRun, rule: RowRule | AggregateRule, column: str, profile: str) -> None:
    if isinstance(rule, AggregateRule):
        take_aggregate(run, rule, run.one(f"SELECT {', '.join(rule.aggregates)} FROM {profile}"))
        return
    e, failing = rule.expectation, rule.failing()
    considered = f" FILTER (WHERE {rule.considered})" if rule.considered else ""
    elements, evaluated, unexpected, wrong, empty = run.one(
        f"SELECT coalesce(sum(_n), 0), coalesce(sum(_n){considered}, 0), "
        f"coalesce(sum(_n) FILTER (WHERE {failing}), 0), min({name(column)}, {_LISTED + 1}) FILTER (WHERE {failing}), "
        f"coalesce(bool_or({name(column)} IS NULL) FILTER (WHERE {failing}), FALSE) "
        f"FROM {profile}"
    )
    success = mostly_success(evaluated, unexpected, e.kwargs)
    observed = int(unexpected) if e.type == "unexpected_rows_expectation" else None
    run.findings[e.id] = Finding(e, success, int(evaluated), int(unexpected), int(elements - evaluated), observed)
    if unexpected:
        source = run.source_for(column)
        run.marks.append(Mark(e, failing if empty else _among(column, wrong, profile, failing), source))


def _among(column: str, wrong: Sequence[object], profile: str, failing: str) -> str:
    """Predicate of the rows that hold one of the wrong values."""
    if len(wrong) <= _LISTED:
        return f"{name(column)} IN ({', '.join(literal(value) for value in wrong)})"
    return f"{name(column)} IN (SELECT {name(column)} FROM {profile} WHERE {failing})"
