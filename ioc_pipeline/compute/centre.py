"""All verdicts of a centre at a moment: every clause in force, from rules, computations and documents together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.compute import card_clauses, coverage, reconciliation
from ioc_pipeline.compute.clause_matrix import declared_rules
from ioc_pipeline.compute.evidence import rule_evidence
from ioc_pipeline.compute.health import FeedHealth
from ioc_pipeline.compute.verdicts import Computed, RuleEvidence, Verdict, by_feed, judge_clause
from ioc_pipeline.contracts.catalogue import Catalogue

SELF_CLAUSE = "IOC-QTRI-12"
"""Judged last, over all other verdicts: no evidence, no pass."""


@dataclass(frozen=True)
class Judgement:
    """Verdicts of the centre (one per clause in force), of each feed, and the rule evidence they rest on."""

    centre: tuple[Verdict, ...]
    feeds: tuple[Verdict, ...]
    rules: Mapping[str, Sequence[RuleEvidence]]


def judge_centre(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    healths: Mapping[str, FeedHealth],
    shown: str,
    registers: Mapping[str, Computed],
    now: datetime,
) -> Judgement:
    """Judge every clause in force on the day, from the newest judged delivery of each feed and the warehouse.

    `shown` is the relation of the shown values before corrections; `registers` are the
    computations over registers (incidents, corrections), by clause.
    """
    standard = catalogue.standard
    today = now.astimezone(ZoneInfo(catalogue.province.timezone)).date()
    rules = rule_evidence(connection, declared_rules(catalogue))
    due, fresh = coverage.cells_present(connection, catalogue, shown, now)
    computed = {
        "IOC-DU-01": due,
        "IOC-DU-02": coverage.units_present(connection, catalogue),
        "IOC-DU-04": coverage.feeds_delivered(catalogue, healths),
        "IOC-DU-06": card_clauses.cards_shown(catalogue),
        "IOC-SONG-01": fresh,
        "IOC-SONG-02": coverage.feeds_on_time(connection, catalogue, now),
        "IOC-SONG-05": coverage.held_values_dated(connection, catalogue, shown, healths),
        "IOC-CHUNG-01": coverage.feeds_by_api(connection, catalogue),
        "IOC-THONG-01": reconciliation.one_source_each(connection, catalogue, today),
        "IOC-THONG-02": card_clauses.cards_complete(catalogue),
        "IOC-THONG-03": card_clauses.cards_in_groups(catalogue),
        **registers,
    }
    in_force = [c for c in standard.clauses.values() if c.in_force(today)]

    def judged(clause_id: str, own: Computed | None) -> Verdict:
        clause = standard.clauses[clause_id]
        documents = [d for d in catalogue.attestations if d.clause == clause_id]
        return judge_clause(
            clause, standard.judging(clause), rules=rules.get(clause_id, ()), computed=own, documents=documents,
            today=today,
        )  # fmt: skip

    centre = {c.id: judged(c.id, computed.get(c.id)) for c in in_force}
    if SELF_CLAUSE in centre:
        honest = card_clauses.verdicts_honest(list(centre.values()), len(in_force))
        centre[SELF_CLAUSE] = judged(SELF_CLAUSE, honest)
    feeds = [
        judge_clause(clause, standard.judging(clause), rules=own, today=today, feed_id=feed_id)
        for clause in in_force
        for feed_id, own in by_feed(rules.get(clause.id, ())).items()
    ]
    return Judgement(tuple(centre.values()), tuple(feeds), rules)
