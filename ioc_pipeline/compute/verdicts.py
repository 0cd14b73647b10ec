"""Verdicts on clauses: pure rules over evidence, so that an auditor can recompute every word.

Source: sections 3 and 9.1 of the standard's notes. No evidence is never a pass: a clause without a rule and without a
computation is *not tested*, a clause whose evidence is missing or unreliable is *undetermined*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ioc_pipeline.contracts.attested import Attestation
from ioc_pipeline.contracts.model import Clause
from ioc_pipeline.contracts.standard import Layer
from ioc_pipeline.messages import Text

PASS, FAIL, UNDETERMINED, NOT_TESTED = "pass", "fail", "undetermined", "not_tested"
WORDS = {
    PASS: Text("đạt", "pass"),
    FAIL: Text("không đạt", "fail"),
    UNDETERMINED: Text("chưa đủ cơ sở", "undetermined"),
    NOT_TESTED: Text("chưa kiểm", "not tested"),
}
RULES = Text("quy tắc", "rules")
DOCUMENTS = Text("văn bản", "documents")


@dataclass(frozen=True)
class RuleEvidence:
    """What one rule said about the newest judged delivery of its feed; `success` None: no result, or undecided."""

    feed_id: str
    expectation_id: str
    severity: str
    success: bool | None
    delivery_id: str | None = None
    evaluated: int | None = None
    unexpected: int | None = None
    column: str | None = None
    level: str = "row"  # row | table

    @property
    def verdict(self) -> str:
        """The rule's own verdict."""
        return UNDETERMINED if self.success is None else PASS if self.success else FAIL

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {"kind": "rule", **self.__dict__, "verdict": self.verdict}


@dataclass(frozen=True)
class Computed:
    """Result of a coverage or freshness computation: `numerator` of `denominator` objects named by `counted`.

    `details` name what is missing (at most a handful is shown; the counts are complete).
    """

    verdict: str
    numerator: int
    denominator: int
    counted: Text
    reason: Text
    details: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "kind": "computed",
            "verdict": self.verdict,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "details": list(self.details),
        }


@dataclass(frozen=True)
class Verdict:
    """Verdict on one clause, for the centre or (with `feed_id`) for one feed, with what it rests on."""

    clause: str
    verdict: str
    severity: str
    numerator: int
    denominator: int
    counted: Text
    reason: Text
    layer: str
    layer_version: str
    evidence: tuple[dict[str, Any], ...] = ()
    feed_id: str | None = None


def share_verdict(numerator: int, denominator: int, needed_percent: float) -> str:
    """Pass when at least `needed_percent` of the objects are fine; undetermined when there is nothing to judge."""
    if denominator == 0:
        return UNDETERMINED
    return PASS if 100 * numerator >= needed_percent * denominator else FAIL


def worst(verdicts: Iterable[str]) -> str:
    """Fail if any fails; pass only if all pass; otherwise undetermined; not tested when there is nothing.

    A *not tested* part takes no part: it neither fails nor passes a clause that other evidence decides.
    """
    found = [v for v in verdicts if v != NOT_TESTED]
    if not found:
        return NOT_TESTED
    if FAIL in found:
        return FAIL
    return PASS if all(v == PASS for v in found) else UNDETERMINED


def judge_clause(
    clause: Clause,
    layer: Layer,
    *,
    rules: Sequence[RuleEvidence] = (),
    computed: Computed | None = None,
    documents: Sequence[Attestation] = (),
    today: date,
    feed_id: str | None = None,
) -> Verdict:
    """Verdict on one clause from all its evidence.

    Counts: those of the computation when there is one (cells, units, feeds), otherwise rules passed of rules declared,
    otherwise documents in force of documents on file. A clause of evidence NONE is never tested, whatever else exists.
    """
    parts: list[str] = [r.verdict for r in rules]
    evidence: list[dict[str, Any]] = [r.as_dict() for r in rules]
    reasons: list[Text] = []
    if computed is not None:
        parts.append(computed.verdict)
        evidence.append(computed.as_dict())
        reasons.append(computed.reason)
    if clause.evidence == "DOC":
        in_force = [d for d in documents if d.in_force(today)]
        parts.append(PASS if in_force else FAIL if documents else UNDETERMINED)
        evidence += [_document(d, today) for d in documents]
        reasons.append(_document_reason(len(in_force), len(documents)))
    verdict = NOT_TESTED if clause.evidence == "NONE" else worst(parts)
    if computed is not None:
        counts = computed.numerator, computed.denominator, computed.counted
    elif rules:
        counts = sum(r.verdict == PASS for r in rules), len(rules), RULES
    elif clause.evidence == "DOC":
        counts = sum(d.in_force(today) for d in documents), max(1, len(documents)), DOCUMENTS
    else:
        counts = 0, 0, RULES
    if rules:
        reasons.append(_rule_reason(rules))
    if verdict == NOT_TESTED:
        reasons = [_untested_reason(clause)]
    return Verdict(
        clause=clause.id,
        verdict=verdict,
        severity=clause.severity,
        numerator=counts[0],
        denominator=counts[1],
        counted=counts[2],
        reason=Text("; ".join(r.vi for r in reasons), "; ".join(r.en for r in reasons)),
        layer=layer.id,
        layer_version=layer.version,
        evidence=tuple(evidence),
        feed_id=feed_id,
    )


def by_feed(rules: Iterable[RuleEvidence]) -> Mapping[str, list[RuleEvidence]]:
    """Rules by feed, in the order of the feeds' first rule."""
    found: dict[str, list[RuleEvidence]] = {}
    for rule in rules:
        found.setdefault(rule.feed_id, []).append(rule)
    return found


def _rule_reason(rules: Sequence[RuleEvidence]) -> Text:
    failed = [r.expectation_id for r in rules if r.success is False]
    if failed:
        return Text(
            f"{len(failed)}/{len(rules)} quy tắc không đạt: {_first(failed)}",
            f"{len(failed)} of {len(rules)} rules failed: {_first(failed)}",
        )
    silent = sorted({r.feed_id for r in rules if r.delivery_id is None})
    undecided = [r.expectation_id for r in rules if r.success is None and r.delivery_id is not None]
    parts = []
    if silent:
        names = ", ".join(silent)
        parts.append(Text(f"chưa có lần giao nào để xét: {names}", f"no delivery to judge: {names}"))
    if undecided:
        parts.append(
            Text(
                f"{len(undecided)} quy tắc không có gì để xét hoặc không tính được: {_first(undecided)}",
                f"{len(undecided)} rules had nothing to judge or could not be computed: {_first(undecided)}",
            )
        )
    if parts:
        return Text("; ".join(p.vi for p in parts), "; ".join(p.en for p in parts))
    return Text(f"cả {len(rules)} quy tắc đều đạt", f"all {len(rules)} rules passed")


def _first(names: Sequence[str], shown: int = 5) -> str:
    return ", ".join(names[:shown]) + (f" … (+{len(names) - shown})" if len(names) > shown else "")


def _untested_reason(clause: Clause) -> Text:
    if clause.evidence == "NONE":
        return Text("không có cơ sở công khai để kiểm", "nothing public to test against")
    return Text("chưa có quy tắc hay phép tính nào xét điều khoản này", "no rule and no computation judges this clause")


def _document_reason(in_force: int, on_file: int) -> Text:
    if on_file == 0:
        return Text("chưa có văn bản nào được xác nhận", "no document is on record")
    return Text(f"{in_force}/{on_file} văn bản còn hiệu lực", f"{in_force} of {on_file} documents in force")


def _document(document: Attestation, today: date) -> dict[str, Any]:
    return {
        "kind": "document",
        "verdict": PASS if document.in_force(today) else FAIL,
        "number": document.number,
        "date": document.signed_on.isoformat(),
        "signer": document.signer,
        "sha256": document.sha256,
        "confirmed_by": document.confirmed_by,
        "valid_to": document.valid_to.isoformat() if document.valid_to else None,
        "record": document.source,
    }
