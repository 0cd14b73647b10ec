"""`standard/confidence.yaml`: what caps the confidence in a value."""

from __future__ import annotations

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.contracts.schema_check import schema_problems


def confidence_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the rules; they refer to nothing else."""
    return schema_problems(source, "confidence")
