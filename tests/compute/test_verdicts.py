"""Verdicts: four values, worst wins, no evidence is never a pass, the judging layer is named."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_pipeline.compute.verdicts import (
    FAIL,
    NOT_TESTED,
    PASS,
    UNDETERMINED,
    Computed,
    RuleEvidence,
    judge_clause,
    share_verdict,
    worst,
)  # fmt: skip
from ioc_pipeline.contracts.attested import Attestation
from ioc_pipeline.contracts.model import Clause
from ioc_pipeline.contracts.standard import Layer
from ioc_pipeline.messages import Text

TODAY = date(2026, 11, 21)
WORDS = Text("chữ", "words")
LAYER = Layer("standard", "2026.11", WORDS)
ANY = st.sampled_from([PASS, FAIL, UNDETERMINED, NOT_TESTED])


def clause(evidence: str = "EXP", severity: str = "critical") -> Clause:
    return Clause("IOC-X", "dung", WORDS, WORDS, severity, "record", evidence, 3.0, WORDS, "A/P", WORDS, "2026-01-01")


def rule(success: bool | None, name: str = "f.c.r", delivery: str | None = "d1") -> RuleEvidence:
    return RuleEvidence("f", name, "critical", success, delivery, 10, 0 if success else 3)


def document(signed: date = date(2026, 1, 1), until: date | None = None) -> Attestation:
    return Attestation("IOC-X", "1/QĐ", signed, "Chủ tịch", "0" * 64, "A", until, "56.yaml")


@pytest.mark.parametrize(
    ("successes", "expected"),
    [
        ([True, True], PASS), ([True, False], FAIL), ([False, None], FAIL), ([True, None], UNDETERMINED),
        ([None, None], UNDETERMINED), ([], NOT_TESTED),
    ],
)  # fmt: skip
def test_rules_decide_and_the_worst_wins(successes, expected):
    verdict = judge_clause(clause(), LAYER, rules=[rule(s) for s in successes], today=TODAY)
    assert verdict.verdict == expected
    assert (verdict.numerator, verdict.denominator) == (successes.count(True), len(successes))
    assert (verdict.layer, verdict.layer_version) == ("standard", "2026.11")
    assert len(verdict.evidence) == len(successes)


def test_a_rule_whose_feed_never_delivered_is_no_pass():
    verdict = judge_clause(clause(), LAYER, rules=[rule(True), rule(None, delivery=None)], today=TODAY)
    assert verdict.verdict == UNDETERMINED and "chưa có lần giao" in verdict.reason.vi


def test_nothing_public_to_test_against_stays_not_tested_whatever_exists():
    assert judge_clause(clause("NONE"), LAYER, rules=[rule(True)], today=TODAY).verdict == NOT_TESTED


def test_a_computation_gives_the_counts_and_joins_the_rules():
    computed = Computed(PASS, 34, 34, Text("đơn vị", "units"), WORDS)
    verdict = judge_clause(clause("COV"), LAYER, rules=[rule(False)], computed=computed, today=TODAY)
    assert (verdict.verdict, verdict.numerator, verdict.denominator, verdict.counted.vi) == (FAIL, 34, 34, "đơn vị")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([], UNDETERMINED), ([document()], PASS), ([document(until=date(2026, 6, 30))], FAIL),
        ([document(until=date(2026, 6, 30)), document()], PASS), ([document(signed=date(2027, 1, 1))], FAIL),
    ],
)  # fmt: skip
def test_documents_must_be_there_and_in_force(documents, expected):
    assert judge_clause(clause("DOC"), LAYER, documents=documents, today=TODAY).verdict == expected


@given(st.lists(ANY), ANY)
def test_more_evidence_never_turns_fail_into_pass(verdicts, more):
    before, after = worst(verdicts), worst([*verdicts, more])
    assert not (before == FAIL and after != FAIL)
    assert (after == PASS) <= (more in (PASS, NOT_TESTED))


@given(st.integers(0, 1000), st.integers(0, 1000), st.floats(0, 100))
def test_a_share_of_nothing_is_undetermined(part, rest, needed):
    verdict = share_verdict(part, part + rest, needed)
    assert (verdict == UNDETERMINED) == (part + rest == 0)
    if rest == 0 and part:
        assert verdict == PASS
