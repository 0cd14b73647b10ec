"""The table of failing rows, and a few of them as examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ioc_pipeline.validate.catalogue import columns_of
from ioc_pipeline.validate.rules import Finding
from ioc_pipeline.validate.sql_run import Mark, SqlRun, by_halves
from ioc_pipeline.validate.sql_text import literal, literals, name
from ioc_pipeline.validate.suite import Expectation

#: Failing rows of one rule of a small table that are cheaper to fetch and insert than to select into the table.
_HELD = 1_000


def broken_table(table: str) -> str:
    """Name of the table of failing rows of `table`."""
    return f"{table}__broken"


def create_broken(run: SqlRun) -> None:
    """An empty table of failing rows."""
    run.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name(broken_table(run.table))} "
        "(_row BIGINT, expectation_id VARCHAR, clause VARCHAR, severity VARCHAR)"
    )


def write_broken(run: SqlRun) -> None:
    """Every failing row once per row-level rule it breaks: one pass over each relation of failing rows."""
    target = name(broken_table(run.table))
    create_broken(run)
    groups: dict[str, list[Mark]] = {}
    for mark in run.marks:
        if mark.expectation.level != "row":
            continue
        if run.small and run.findings[mark.expectation.id].unexpected <= _HELD:
            found = run.con.execute(f"SELECT _row FROM {mark.relation} WHERE {mark.predicate}").fetchall()
            run.hold(mark.expectation, (row[0] for row in found))
        else:
            groups.setdefault(mark.relation, []).append(mark)

    def attempt(some: Sequence[Mark]) -> None:
        cases = ", ".join(f"CASE WHEN {mark.predicate} THEN {i} END" for i, mark in enumerate(some))
        where = "" if some[0].scanned else " WHERE " + " OR ".join(f"({mark.predicate})" for mark in some)
        rules = ", ".join(f"({i}, {_labels(mark.expectation)})" for i, mark in enumerate(some))
        run.con.execute(
            f"INSERT INTO {target} SELECT f._row, r.id, r.clause, r.severity FROM "
            f"(SELECT _row, unnest([{cases}]) AS k FROM {some[0].relation}{where}) AS f "
            f"JOIN (VALUES {rules}) AS r(k, id, clause, severity) ON f.k = r.k"
        )

    for marks in groups.values():
        by_halves(marks, attempt, lambda mark, error: run.fail(mark.expectation, error))
    for expectation, select in run.joins:
        if expectation.level == "row":
            run.con.execute(f"INSERT INTO {target} SELECT _row, {_labels(expectation)} FROM ({select})")
    held = [(e, numbers) for e, numbers in run.found if e.level == "row"]
    if held:
        each = [e for e, numbers in held for _ in numbers]
        run.con.execute(
            f"INSERT INTO {target} SELECT unnest(?), unnest(?), unnest(?), unnest(?)",
            [
                [number for _, numbers in held for number in numbers],
                [e.id for e in each],
                [e.clause for e in each],
                [e.severity for e in each],
            ],
        )


def add_broken(run: SqlRun, expectation: Expectation, rows: Sequence[int]) -> None:
    """Add the failing rows another engine found."""
    run.con.execute(
        f"INSERT INTO {name(broken_table(run.table))} "
        f"SELECT DISTINCT r, {_labels(expectation)} FROM (SELECT unnest(?::BIGINT[]) AS r)",
        [list(rows)],
    )


def _labels(e: Expectation) -> str:
    return literals((e.id, e.clause, e.severity))


def add_examples(run: SqlRun) -> None:
    """Give each failed finding up to three failing values, the first rows of the file first."""
    picked: dict[str, list[int]] = {e.id: numbers[:3] for e, numbers in run.found}
    failed = {i for i, f in run.findings.items() if f.unexpected and not f.examples}
    if not failed:
        return
    if failed - picked.keys():
        firsts = f"SELECT expectation_id, min(_row, 3) FROM {name(broken_table(run.table))} GROUP BY expectation_id"
        picked |= dict(run.con.execute(firsts).fetchall())
    for mark in run.marks:
        ident = mark.expectation.id
        if ident in failed and ident not in picked:
            found = run.con.execute(f"SELECT _row FROM {mark.relation} WHERE {mark.predicate} LIMIT 3").fetchall()
            picked[ident] = [row[0] for row in found]
    for e, select in run.joins:
        if e.id in failed and e.id not in picked:
            picked[e.id] = [row[0] for row in run.con.execute(f"SELECT _row FROM ({select}) LIMIT 3").fetchall()]
    _fill(run, {i: rows for i, rows in picked.items() if i in failed})


def _fill(run: SqlRun, picked: Mapping[str, list[int]]) -> None:
    wanted = sorted({row for rows in picked.values() for row in rows})
    shown: dict[str, tuple[str, ...]] = {}
    columns: dict[str, None] = {}
    for ident in picked:
        e = run.findings[ident].expectation
        kwargs = {key: value for key, value in e.kwargs.items() if key != "row_condition"}
        shown[ident] = columns_of(e.type, kwargs)
        columns |= dict.fromkeys(shown[ident])
    if not wanted:
        return
    order = [*columns, *(["_location"] if "_location" in run.types else [])]
    select = ", ".join(["_row", *(name(c) for c in order)])
    where = ", ".join(literal(row) for row in wanted)
    rows: dict[int, dict[str, Any]] = {}
    source = run.source_for(select)
    for row in run.con.execute(f"SELECT {select} FROM {source} WHERE _row IN ({where})").fetchall():
        rows[row[0]] = dict(zip(order, row[1:], strict=True))
    for ident, numbers in picked.items():
        texts = [_example(rows[n], shown[ident]) for n in sorted(set(numbers)) if n in rows]
        finding: Finding = run.findings[ident]
        run.findings[ident] = replace(finding, examples=tuple(dict.fromkeys(t for t in texts if t)))


def _example(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    values = " | ".join("∅" if row[c] is None else str(row[c]) for c in columns)
    location = row.get("_location")
    if location is None:
        return values
    return f"{values} ({location})" if values and values != "∅" else str(location)
