"""`layers/<province>.yaml`: shape here; what would loosen the standard is refused by `contracts/standard.py`."""

from __future__ import annotations

from ioc_pipeline.contracts.checks.clauses import clause_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.contracts.schema_check import schema_problems


def layer_problems(source: Source, known: Known) -> list[Problem]:
    """Shape of a layer and of its own clauses."""
    found = schema_problems(source, "layer")
    for position, entry in enumerate(source.entries("clauses")):
        if isinstance(entry, dict):
            found += clause_problems(source, ("clauses", position), entry, known)
    return found
