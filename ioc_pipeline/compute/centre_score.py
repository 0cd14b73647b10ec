"""The centre's score from the rule evidence of its feeds (section 5.5: which clauses feed which criterion)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ioc_pipeline.compute.score import CENTRE, OWNER, RuleCount, Score, Weighted, blend, score_dataset
from ioc_pipeline.compute.verdicts import RuleEvidence
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Clause, Feed

WHOLE_TABLE = "*"
"""Field of rules that speak of the whole delivery."""
_LEVELS = ("record", "feed")


def centre_score(catalogue: Catalogue, rules: Mapping[str, Sequence[RuleEvidence]]) -> Score:
    """Score of the centre, with owners, data sets, fields, criteria and rules beneath it."""
    weights = catalogue.score_weights
    owners: dict[str, list[Weighted]] = {}
    for feed in catalogue.feeds.values():
        counts = rule_counts(catalogue, feed, rules)
        fields = {count.field: weights.fields[_kind(feed, count.field)] for count in counts}
        dataset = score_dataset(feed.id, counts, dict(weights.criteria), fields)
        owners.setdefault(feed.owner_id, []).append((dataset, weights.of_dataset(feed.id)))
    parts = [(blend(OWNER, owner, sets), weights.of_owner(owner)) for owner, sets in owners.items()]
    return blend(CENTRE, catalogue.province.code, parts)


def rule_counts(catalogue: Catalogue, feed: Feed, rules: Mapping[str, Sequence[RuleEvidence]]) -> list[RuleCount]:
    """Counts of a feed's rules that enter the score: decided, not `info`, of clauses judged by expectations on records
    or deliveries, whose principle is a criterion. A rule on the whole table evaluates one object: the delivery."""
    counts = []
    for clause_id, evidence in rules.items():
        clause = catalogue.standard.clauses.get(clause_id)
        if clause is None or not _enters(clause, catalogue.score_weights.criteria):
            continue
        for rule in evidence:
            if rule.feed_id != feed.id or rule.severity == "info" or rule.success is None:
                continue
            if rule.level == "table":
                passing, evaluated = int(rule.success), 1
            else:
                evaluated = rule.evaluated or 0
                passing = evaluated - (rule.unexpected or 0)
            field = _field(feed, rule)
            counts.append(
                RuleCount(
                    rule.expectation_id, field, clause.principle, clause.weight, passing, evaluated,
                    field != WHOLE_TABLE and feed.column(field).identifier,
                )
            )  # fmt: skip
    return counts


def _enters(clause: Clause, criteria: Mapping[str, float]) -> bool:
    return clause.evidence == "EXP" and clause.level in _LEVELS and clause.principle in criteria


def _field(feed: Feed, rule: RuleEvidence) -> str:
    """The column a rule speaks of: that of the result, else the one its id names, else the whole table."""
    names = {c.name for c in feed.columns}
    if rule.column in names:
        return str(rule.column)
    named = rule.expectation_id.split(".")[1:2]
    return named[0] if named and named[0] in names else WHOLE_TABLE


def _kind(feed: Feed, field: str) -> str:
    if field == WHOLE_TABLE:
        return "whole_table"
    column = feed.column(field)
    return "identifier" if column.identifier else "required" if column.required else "other"
