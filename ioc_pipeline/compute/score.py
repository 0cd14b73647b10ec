"""The score in the published shape of the data quality index: rule → criterion → field → data set → owner → centre.

Source: section 5 of the standard's notes, which knows the shape from one application only. Every result is labelled
unconfirmed and printed with its formula, inputs and weights. Numbers are exact fractions until they are shown, so that
anyone who repeats the sums gets the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ioc_pipeline.messages import Text

LABEL = Text("DQI (theo hình dạng CV 4856, chưa xác nhận)", "DQI (shape of CV 4856, unconfirmed)")
RULE, CRITERION, FIELD, DATASET, OWNER, CENTRE = "rule", "criterion", "field", "dataset", "owner", "centre"
GREEN, YELLOW, RED, UNDETERMINED = "green", "yellow", "red", "undetermined"
BAND_WORDS = {
    GREEN: Text("xanh", "green"),
    YELLOW: Text("vàng", "yellow"),
    RED: Text("đỏ", "red"),
    UNDETERMINED: Text("chưa đủ cơ sở", "undetermined"),
}
IDENTIFIER_CRITERIA = frozenset({"dung", "du", "sach"})
"""Criteria in which a field that identifies must stand at 100 (section 5.2)."""
FORMULAS = {
    RULE: "DQI_rule = passing / evaluated × 100",
    CRITERION: "DQI_criterion = Σ(DQI_rule × W_rule) / ΣW_rule",
    FIELD: "DQI_field = Σ(DQI_criterion × W_criterion) / ΣW_criterion",
    DATASET: "DQI_dataset = Σ(DQI_field × W_field) / ΣW_field",
    OWNER: "DQI_owner = Σ(DQI_dataset × W_dataset) / ΣW_dataset",
    CENTRE: "DQI_centre = Σ(DQI_owner × W_owner) / ΣW_owner",
}
Weighted = tuple["Score", float]


@dataclass(frozen=True)
class RuleCount:
    """What one rule counted: objects evaluated and passing, for one field and one criterion."""

    rule: str
    field: str
    criterion: str
    weight: float
    passing: int
    evaluated: int
    identifier: bool = False


@dataclass(frozen=True)
class Score:
    """One number of the score: `value` None when nothing was evaluated; `inputs` with their weights make it.

    `severe` lists identifier fields below 100 anywhere beneath: a blended score never hides them.
    """

    level: str
    id: str
    value: Fraction | None
    inputs: tuple[Weighted, ...] = ()
    severe: tuple[str, ...] = ()
    counts: tuple[int, int] | None = None  # of a rule: passing, evaluated

    @property
    def shown(self) -> float | None:
        """Value rounded to 2 decimals, for display only."""
        return None if self.value is None else round(float(self.value), 2)

    @property
    def formula(self) -> str:
        """Formula of this level."""
        return FORMULAS[self.level]

    def as_dict(self) -> dict[str, Any]:
        """The whole tree, plain, for JSON."""
        tree: dict[str, Any] = {"level": self.level, "id": self.id, "score": self.shown, "formula": self.formula}
        if self.counts is not None:
            tree |= {"passing": self.counts[0], "evaluated": self.counts[1]}
        if self.severe:
            tree["severe"] = list(self.severe)
        if self.inputs:
            tree["inputs"] = [{"weight": weight, **score.as_dict()} for score, weight in self.inputs]
        return tree


def score_rule(count: RuleCount) -> Score:
    """Step 1. An identifier below 100 in Đúng, Đủ or Sạch is a severe incident at once."""
    value = Fraction(100 * count.passing, count.evaluated) if count.evaluated else None
    broken = count.identifier and count.criterion in IDENTIFIER_CRITERIA and value is not None and value < 100
    severe = (f"{count.field}: {count.rule} {count.passing}/{count.evaluated}",) if broken else ()
    return Score(RULE, count.rule, value, severe=severe, counts=(count.passing, count.evaluated))


def blend(level: str, identity: str, parts: Sequence[Weighted]) -> Score:
    """Weighted mean of the parts that have a value; a part without one is left out together with its weight."""
    decided = [(score.value, Fraction(weight)) for score, weight in parts if score.value is not None]
    total = sum((weight for _, weight in decided), Fraction(0))
    value = sum((v * weight for v, weight in decided), Fraction(0)) / total if total else None
    severe = tuple(dict.fromkeys(name for score, _ in parts for name in score.severe))
    return Score(level, identity, value, tuple(parts), severe)


def score_dataset(
    identity: str, counts: Iterable[RuleCount], criterion_weights: dict[str, float], field_weights: dict[str, float]
) -> Score:
    """Steps 1–4 for one data set; `field_weights` by field, `criterion_weights` by criterion."""
    tree: dict[str, dict[str, list[Weighted]]] = {}
    for count in counts:
        rules = tree.setdefault(count.field, {}).setdefault(count.criterion, [])
        rules.append((score_rule(count), count.weight))
    fields: list[Weighted] = []
    for name, criteria in tree.items():
        blended = [
            (blend(CRITERION, f"{identity}.{name}.{criterion}", rules), criterion_weights[criterion])
            for criterion, rules in criteria.items()
        ]
        fields.append((blend(FIELD, f"{identity}.{name}", blended), field_weights[name]))
    return blend(DATASET, identity, fields)


def band(value: Fraction | None, green: float, yellow: float) -> str:
    """Band of section 5.2, decided on the exact value, never on the rounded one."""
    if value is None:
        return UNDETERMINED
    if value >= Fraction(green):
        return GREEN
    return YELLOW if value >= Fraction(yellow) else RED


def walk(
    score: Score, parent: str | None = None, weight: float | None = None
) -> list[tuple[Score, str | None, float | None]]:
    """The tree from the top down, each score with its parent's id and its weight there."""
    rows: list[tuple[Score, str | None, float | None]] = [(score, parent, weight)]
    for part, part_weight in score.inputs:
        rows += walk(part, score.id, part_weight)
    return rows
