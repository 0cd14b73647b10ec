"""The scans over all rows: counts and aggregates, and the rows that fail.

A small table is counted in one scan, and only the rules that failed are asked for their rows. Of a large one the rows
that break any rule are kept with a bit per rule: a filter stops at the first part of a predicate that decides, a count
evaluates all of it, so finding the rows is cheaper than counting them, and the counts follow from the rows found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from ioc_pipeline.validate.conjunctions import any_of, conjuncts
from ioc_pipeline.validate.rules import (
    AggregateRule,
    Finding,
    RowRule,
    UniqueRule,
    conjunction,
    mostly_success,
)
from ioc_pipeline.validate.sql_run import Mark, SqlRun, by_halves
from ioc_pipeline.validate.sql_text import name
from ioc_pipeline.validate.suite import Expectation

Scanned = RowRule | UniqueRule | AggregateRule


class Wanted(NamedTuple):
    """Failing rows searched for: where `predicate` holds, or (the same rows) every one of `parts`."""

    expectation: Expectation
    predicate: str
    parts: tuple[str, ...]


#: Bits in one BIGINT of the relation of failing rows.
_BITS = 60


def scan(run: SqlRun, rows: Sequence[RowRule], uniques: Sequence[UniqueRule], totals: Sequence[AggregateRule]) -> None:
    """Findings of the row rules and plain aggregates, and (still without duplicates) of the uniqueness rules.

    Marks of the rules decided on distinct values join the search for failing rows.
    """
    every: list[Scanned] = [*rows, *uniques, *totals]
    if not run.small:
        _count_filled(run, every)
    for source, rules in _by_source(run, every).items():
        _count(run, source, rules)
    if run.small:
        return
    wanted = _wanted([r for r in rows if not run.failed(r.expectation)])
    wanted += [Wanted(mark.expectation, mark.predicate, (mark.predicate,)) for mark in run.marks]
    run.marks.clear()
    for source, found in _group(run, wanted).items():
        by_halves(found, partial(_find, run, source), lambda one, error: run.fail(one.expectation, error))


def _by_source(run: SqlRun, rules: Sequence[Scanned]) -> dict[str, list[Scanned]]:
    groups: dict[str, list[Scanned]] = {}
    for rule in rules:
        groups.setdefault(run.source_for(*rule.texts()), []).append(rule)
    return groups


def _group(run: SqlRun, wanted: Sequence[Wanted]) -> dict[str, list[Wanted]]:
    groups: dict[str, list[Wanted]] = {}
    for one in wanted:
        groups.setdefault(run.source_for(one.predicate), []).append(one)
    return groups


def _wanted(rules: Sequence[RowRule]) -> list[Wanted]:
    """What is searched for, with the domain of a rule behind its test where more rules have the test in common.

    That hides no error of the domain: counting the elements has evaluated it on every row.
    """
    tests = [_test(r) for r in rules]
    alike, domains = Counter(tests), Counter(r.domain for r in rules)
    found = []
    for r, test in zip(rules, tests, strict=True):
        domain = (r.domain,) if r.domain else ()
        parts = (*test, *domain) if alike[test] > domains[r.domain] else (*domain, *test)
        found.append(Wanted(r.expectation, r.failing(), parts))
    return found


def _test(rule: RowRule) -> tuple[str, ...]:
    own = conjuncts(rule.unexpected) if rule.expectation.type == "unexpected_rows_expectation" else [rule.unexpected]
    return (rule.considered, *own) if rule.considered else tuple(own)


def _count_filled(run: SqlRun, rules: Sequence[Scanned]) -> None:
    """Count the values of the columns by whose nulls rows are skipped: of a file of columns, its statistics say it."""
    columns = sorted({c for rule in rules if not isinstance(rule, AggregateRule) for c in rule.filled})
    if columns:
        counts = run.one(f"SELECT {', '.join(f'count({name(c)})' for c in columns)} FROM {run.source_for(*columns)}")
        run.filled = dict(zip(columns, counts, strict=True))


def _considered(run: SqlRun, rule: RowRule | UniqueRule) -> str:
    """SQL of the number of rows considered; a number where the counts of values already tell."""
    if rule.domain is None and rule.filled and all(c in run.filled for c in rule.filled):
        holey = [c for c in rule.filled if run.filled[c] < run.rows]
        if len(holey) < 2:
            return str(run.filled[holey[0]] if holey else run.rows)
    if rule.domain is None and len(rule.filled) == 1:
        return f"count({name(rule.filled[0])})"
    return _counted(rule.domain, rule.considered)


def _columns(run: SqlRun, rule: Scanned) -> list[str]:
    """What is asked for a rule: its aggregates, or counts of elements, considered and (small tables) failing rows."""
    if isinstance(rule, AggregateRule):
        return [f"{a} FILTER (WHERE {rule.domain})" if rule.domain else a for a in rule.aggregates]
    counts = [_counted(rule.domain), _considered(run, rule)]
    if run.small and isinstance(rule, RowRule):
        counts.append(f"count_if({rule.failing()})")
    return counts


def _counted(*conditions: str | None) -> str:
    where = conjunction(*conditions)
    return f"count_if({where})" if where else "count(*)"


def _count(run: SqlRun, source: str, every: Sequence[Scanned]) -> None:
    def attempt(rules: Sequence[Scanned]) -> None:
        pieces = {column: None for rule in rules for column in _columns(run, rule)}  # ordered, each computed once
        found: dict[str, Any] = {"count(*)": run.rows}
        found |= {piece: int(piece) for piece in pieces if piece.isdecimal()}
        asked = [piece for piece in pieces if piece not in found]
        if asked:
            values = run.one(f"SELECT {', '.join(asked)} FROM {source}")
            found |= dict(zip(asked, values, strict=True))
        for rule in rules:
            _take(run, rule, source, [found[column] for column in _columns(run, rule)])

    by_halves(every, attempt, lambda rule, error: run.fail(rule.expectation, error))


def _take(run: SqlRun, rule: Scanned, source: str, values: list[Any]) -> None:
    e = rule.expectation
    if isinstance(rule, AggregateRule):
        take_aggregate(run, rule, values)
        return
    elements, considered, *unexpected = (int(value or 0) for value in values)  # count_if of nulls only is null
    run.findings[e.id] = Finding(e, True, evaluated=considered, missing=elements - considered)
    if isinstance(rule, RowRule):
        _settle(run, e, sum(unexpected))
        if any(unexpected):
            run.marks.append(Mark(e, rule.failing(), source))


def _settle(run: SqlRun, e: Expectation, unexpected: int) -> None:
    """Complete the finding of a row rule by the number of its failing rows."""
    finding = run.findings[e.id]
    run.findings[e.id] = Finding(
        e,
        mostly_success(finding.evaluated, unexpected, e.kwargs),
        finding.evaluated,
        unexpected,
        finding.missing,
        unexpected if e.type == "unexpected_rows_expectation" else None,
    )


def take_aggregate(run: SqlRun, rule: AggregateRule, values: Sequence[Any]) -> None:
    """Finding of an aggregate from the values of its SQL."""
    e = rule.expectation
    try:
        verdict = rule.judge(*values)
    except Exception as error:
        run.fail(e, error)
        return
    run.findings[e.id] = Finding(
        e, verdict.success, evaluated=run.rows, unexpected=verdict.unexpected, observed=verdict.observed
    )


def _find(run: SqlRun, source: str, wanted: Sequence[Wanted]) -> None:
    """Keep the rows on which any predicate holds, with a bit for each; settle the findings by counting bits."""
    words = [
        " | ".join(
            f"CASE WHEN {one.predicate} THEN {1 << bit} ELSE 0 END"
            for bit, one in enumerate(wanted[start : start + _BITS])
        )
        for start in range(0, len(wanted), _BITS)
    ]
    masks = ", ".join(f"({word})::BIGINT AS m{i}" for i, word in enumerate(words))
    where = any_of(one.parts for one in wanted)
    relation = run.temporary(f"SELECT _row, {masks} FROM {source} WHERE {where}")
    tests = [f"m{i // _BITS} & {1 << i % _BITS} <> 0" for i in range(len(wanted))]
    counts = run.one(f"SELECT {', '.join(f'count(*) FILTER (WHERE {test})' for test in tests)} FROM {relation}")
    for one, test, unexpected in zip(wanted, tests, counts, strict=True):
        _settle(run, one.expectation, unexpected)
        if unexpected:
            run.marks.append(Mark(one.expectation, test, relation, scanned=True))
