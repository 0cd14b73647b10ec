"""The matrix clause × rule: what decides each clause of the standard, and which clauses nothing decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Clause
from ioc_pipeline.messages import Text
from ioc_pipeline.read.problem_codes import PROBLEM_CODES

COMPUTED_CLAUSES = frozenset(
    {
        "IOC-DU-01", "IOC-DU-02", "IOC-DU-04", "IOC-DU-06", "IOC-SONG-01", "IOC-SONG-02", "IOC-SONG-05",
        "IOC-SONG-06", "IOC-THONG-01", "IOC-THONG-02", "IOC-THONG-03", "IOC-CHUNG-01", "IOC-QTRI-08",
        "IOC-QTRI-07", "IOC-QTRI-09", "IOC-QTRI-10", "IOC-QTRI-11", "IOC-QTRI-12",
    }
)  # fmt: skip
"""Clauses decided from the warehouse or the declarations without a rule of a suite (`compute.centre`)."""

TESTED, COMPUTED, ATTESTED, NOT_TESTED = "tested", "computed", "attested", "not_tested"
STATES = {
    TESTED: Text("có quy tắc", "tested by rules"),
    COMPUTED: Text("tính toán", "computed"),
    ATTESTED: Text("văn bản xác nhận", "attested document"),
    NOT_TESTED: Text("chưa kiểm", "not tested"),
}


@dataclass(frozen=True)
class DeclaredRule:
    """One expectation of a suite."""

    feed_id: str
    expectation_id: str
    clause: str
    type: str
    severity: str
    level: str


@dataclass(frozen=True)
class ClauseCoverage:
    """What decides one clause; `reader_codes` are reasons for which the reader itself rejects a value."""

    clause: Clause
    rules: tuple[DeclaredRule, ...]
    computed: bool
    reader_codes: tuple[str, ...]

    @property
    def state(self) -> str:
        """`tested`, `computed`, `attested` or `not_tested`: never anything that could be read as passed."""
        if self.clause.evidence == "NONE":
            return NOT_TESTED
        if self.clause.evidence == "DOC":
            return ATTESTED
        if self.computed:
            return COMPUTED
        return TESTED if self.rules else NOT_TESTED


def declared_rules(catalogue: Catalogue) -> tuple[DeclaredRule, ...]:
    """Every expectation of every suite, in the order of the files; what cannot be read is left to `contract check`."""
    return tuple(
        DeclaredRule(
            feed.id,
            meta["id"],
            meta["clause"],
            entry["type"],
            catalogue.standard.rule_severity(meta["clause"], entry["severity"]),
            meta["level"],
        )
        for feed in catalogue.feeds.values()
        for entry in feed.suite.get("expectations") or ()
        if isinstance(meta := entry.get("meta"), dict) and {"id", "clause", "level"} <= set(meta)
    )


def clause_matrix(catalogue: Catalogue) -> tuple[ClauseCoverage, ...]:
    """Coverage of every clause in effect, in the order of the standard."""
    rules: dict[str, list[DeclaredRule]] = {}
    for rule in declared_rules(catalogue):
        rules.setdefault(rule.clause, []).append(rule)
    return tuple(
        ClauseCoverage(
            clause,
            tuple(rules.get(clause.id, ())),
            clause.id in COMPUTED_CLAUSES,
            tuple(code for code, problem in PROBLEM_CODES.items() if problem.clause == clause.id),
        )
        for clause in catalogue.standard.clauses.values()
    )


def summary(matrix: tuple[ClauseCoverage, ...]) -> dict[str, dict[str, int]]:
    """Clauses by state for each principle, every state named."""
    counted: dict[str, Counter[str]] = {}
    for row in matrix:
        counted.setdefault(row.clause.principle, Counter())[row.state] += 1
    return {principle: {state: counts[state] for state in STATES} for principle, counts in counted.items()}
