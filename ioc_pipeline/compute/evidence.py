"""Evidence of the rules: what each declared rule said about the newest judged delivery of its feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ioc_pipeline.compute.clause_matrix import DeclaredRule
from ioc_pipeline.compute.verdicts import RuleEvidence


@dataclass(frozen=True)
class JudgedDelivery:
    """A delivery whose rows were validated: stored, or blocked by what was found."""

    feed_id: str
    delivery_id: str
    outcome: str
    received: int
    received_at: datetime


def newest_judged(connection: duckdb.DuckDBPyConnection) -> dict[str, JudgedDelivery]:
    """The newest judged delivery of each feed, by when it was stated; a refused file was never judged."""
    rows = connection.execute(
        "SELECT feed_id, delivery_id, outcome, received, received_at FROM deliveries "
        "WHERE outcome IN ('stored', 'blocked') QUALIFY row_number() OVER "
        "(PARTITION BY feed_id ORDER BY stated_at DESC, received_at DESC, delivery_id DESC) = 1"
    ).fetchall()
    return {row[0]: JudgedDelivery(*row) for row in rows}


def rule_evidence(
    connection: duckdb.DuckDBPyConnection, declared: Iterable[DeclaredRule]
) -> dict[str, list[RuleEvidence]]:
    """Evidence by clause. A declared rule without a result (nothing delivered yet, or a rule younger than the newest
    delivery) is undetermined, and so is one that passed but on which the two engines
    disagree. Values that the reader itself rejected count as failures of their clause."""
    judged = newest_judged(connection)
    results = {
        (row[0], row[1]): row[2:]
        for row in connection.execute(
            # A pass that the other engine does not confirm is no pass: nobody has decided who is right.
            "SELECT v.feed_id, v.expectation_id, CASE WHEN success AND EXISTS (SELECT 1 FROM engine_differences e "
            "WHERE (e.feed_id, e.delivery_id, e.expectation_id) = (v.feed_id, v.delivery_id, v.expectation_id)) "
            "THEN NULL ELSE success END, evaluated, unexpected, column_name FROM validation_results v "
            "WHERE list_contains($pairs, feed_id || '/' || delivery_id)",
            {"pairs": [f"{j.feed_id}/{j.delivery_id}" for j in judged.values()]},
        ).fetchall()
    }
    found: dict[str, list[RuleEvidence]] = {}
    for rule in declared:
        delivery = judged.get(rule.feed_id)
        success, evaluated, unexpected, column = results.get((rule.feed_id, rule.expectation_id), (None,) * 4)
        found.setdefault(rule.clause, []).append(
            RuleEvidence(
                rule.feed_id, rule.expectation_id, rule.severity, success,
                delivery.delivery_id if delivery else None, evaluated, unexpected, column, rule.level,
            )
        )  # fmt: skip
    for clause, evidence in _rejected_by_reader(connection, judged):
        found.setdefault(clause, []).append(evidence)
    return found


def _rejected_by_reader(
    connection: duckdb.DuckDBPyConnection, judged: dict[str, JudgedDelivery]
) -> list[tuple[str, RuleEvidence]]:
    rows = connection.execute(
        "SELECT feed_id, delivery_id, clause, column_name, count(DISTINCT row_no) FROM quarantine "
        "WHERE starts_with(expectation_id, 'read.') GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [
        (
            clause,
            RuleEvidence(
                feed,
                f"{feed}.read.{clause}.{column or 'row'}",
                "critical",
                False,
                delivery,
                judged[feed].received,
                count,
                column,
            ),
        )
        for feed, delivery, clause, column, count in rows
        if feed in judged and judged[feed].delivery_id == delivery
    ]
