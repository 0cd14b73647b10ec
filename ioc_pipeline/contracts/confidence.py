"""The confidence rule (`data_contracts/standard/confidence.yaml`): what caps the confidence in a value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class ConfidenceRule:
    """While `condition` holds of `asks` (trust, held, simulated, age_above, coverage_below), at most `level`."""

    asks: str
    condition: Any
    level: str  # trung_binh | thap | khong_ro
    why: Text


def load_confidence(root: Path) -> tuple[tuple[ConfidenceRule, ...], list[Problem]]:
    """The rules in their order; none when the file is broken (every confidence is then `khong_ro`)."""
    try:
        source = YamlSource(root / "standard" / "confidence.yaml")
    except UnreadableFile as error:
        return (), [error.problem]
    problems = schema_problems(source, "confidence")
    if problems:
        return (), problems
    rules = []
    for entry in source.entries("rules"):
        ((asks, condition),) = entry["when"].items()
        rules.append(ConfidenceRule(asks, condition, entry["level"], Text(entry["why"]["vi"], entry["why"]["en"])))
    return tuple(rules), problems
