"""Weights of the score (`data_contracts/standard/score.yaml`): configuration, printed beside every result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

FIELD_KINDS = ("identifier", "required", "other", "whole_table")
_SECTIONS = ("criteria", "fields", "datasets", "owners")


@dataclass(frozen=True)
class ScoreWeights:
    """W_criterion, W_field (by kind of column), and the weights of data sets and owners; `mark` is the honesty mark."""

    version: str
    mark: str
    criteria: Mapping[str, float]
    fields: Mapping[str, float]
    datasets: Mapping[str, float]
    owners: Mapping[str, float]

    def of_dataset(self, feed_id: str) -> float:
        """Weight of a data set inside its owner's score."""
        return self.datasets.get(feed_id, self.datasets["default"])

    def of_owner(self, owner_id: str) -> float:
        """Weight of an owner inside the centre's score."""
        return self.owners.get(owner_id, self.owners["default"])

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping, to be printed beside the result."""
        return {"version": self.version, "mark": self.mark} | {name: dict(getattr(self, name)) for name in _SECTIONS}


def load_score_weights(root: Path) -> tuple[ScoreWeights, list[Problem]]:
    """The declared weights; a weight that is not a number above zero is a problem and counts as 1."""
    source = YamlSource(root / "standard" / "score.yaml")
    data: dict[str, Any] = source.data
    problems: list[Problem] = []
    sections: dict[str, dict[str, float]] = {}
    for section in _SECTIONS:
        declared = data.get(section) or {}
        needed = FIELD_KINDS if section == "fields" else () if section == "criteria" else ("default",)
        found = {name: 1.0 for name in needed}
        for name, weight in declared.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
                text = Text(
                    f"{section}.{name}: trọng số phải là số lớn hơn 0",
                    f"{section}.{name}: a weight is a number above 0",
                )
                problems.append(Problem(str(source.path), source.line(section, name), text))
                weight = 1.0
            found[str(name)] = float(weight)
        sections[section] = found
    return ScoreWeights(str(data["version"]), str(data["mark"]), **sections), problems
