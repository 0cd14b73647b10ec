"""Attested documents: what a person confirms for clauses that no rule can decide (`data_contracts/attested/*.yaml`).

A person confirms that the document says what the clause asks; the system checks that the record is complete, that the
file (when it is kept here) has the recorded hash, and that the document is in force.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.checks.attested import attested_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource


@dataclass(frozen=True)
class Attestation:
    """One document: number, date, signer, hash of the signed file, who confirmed it, and until when it holds."""

    clause: str
    number: str
    signed_on: date
    signer: str
    sha256: str
    confirmed_by: str
    valid_to: date | None
    source: str  # file name of the record

    def in_force(self, day: date) -> bool:
        """True from the day of signature until `valid_to`."""
        return self.signed_on <= day and (self.valid_to is None or day <= self.valid_to)


def load_attestations(known: Known, clauses: Collection[str]) -> tuple[tuple[Attestation, ...], list[Problem]]:
    """Complete records of a province (files `<code>*.yaml`), and what is wrong with the others (no evidence)."""
    found: list[Attestation] = []
    problems: list[Problem] = []
    for path in sorted((known.root / "attested").glob(f"{known.province}*.yaml")):
        try:
            source = YamlSource(path)
        except UnreadableFile as error:
            problems.append(error.problem)
            continue
        wrong = [] if source.data is None else attested_problems(source, known)
        problems += wrong
        unusable = {p.keys[:2] for p in wrong}
        for position, entry in enumerate(source.entries("documents")):
            if ("documents", position) not in unusable and entry["clause"] in clauses:
                found.append(_attestation(entry, path))
    return tuple(found), problems


def _attestation(entry: dict[str, Any], path: Path) -> Attestation:
    return Attestation(
        clause=entry["clause"],
        number=str(entry["number"]),
        signed_on=date.fromisoformat(str(entry["date"])),
        signer=str(entry["signer"]),
        sha256=str(entry["sha256"]),
        confirmed_by=str(entry["confirmed_by"]),
        valid_to=date.fromisoformat(str(entry["valid_to"])) if entry.get("valid_to") else None,
        source=path.name,
    )
