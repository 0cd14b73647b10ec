"""Weights of the score (`data_contracts/standard/score.yaml`): configuration, printed beside every result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source, UnreadableFile
from ioc_pipeline.contracts.schema_check import is_amount, schema_problems
from ioc_pipeline.contracts.yaml_source import YamlSource

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
    try:
        source = YamlSource(root / "standard" / "score.yaml")
    except UnreadableFile as error:
        return _weights(None), [error.problem]
    return _weights(source), schema_problems(source, "score")


def _weights(source: Source | None) -> ScoreWeights:
    data = source.data if source is not None and isinstance(source.data, dict) else {}
    sections: dict[str, dict[str, float]] = {}
    for section in _SECTIONS:
        needed = FIELD_KINDS if section == "fields" else () if section == "criteria" else ("default",)
        declared = source.mapping(section) if source is not None else {}
        right = {str(k): float(v) if is_amount(v) and v > 0 else 1.0 for k, v in declared.items()}
        sections[section] = {name: 1.0 for name in needed} | right
    return ScoreWeights(str(data.get("version", "")), str(data.get("mark", "")), **sections)
