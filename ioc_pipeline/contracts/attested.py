"""Attested documents: what a person confirms for clauses that no rule can decide (`data_contracts/attested/*.yaml`).

A person confirms that the document says what the clause asks; the system checks that the record is complete, that the
file (when it is kept here) has the recorded hash, and that the document is in force.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import IocError, Text

_NEEDED = ("clause", "number", "date", "signer", "sha256", "confirmed_by")
_SHA256 = re.compile(r"[0-9a-f]{64}")


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


def load_attestations(
    root: Path, province: str, clauses: Collection[str]
) -> tuple[tuple[Attestation, ...], list[Problem]]:
    """Complete records of a province (files `<code>*.yaml`), and what is wrong with the others (no evidence)."""
    found: list[Attestation] = []
    problems: list[Problem] = []
    for path in sorted((root / "attested").glob(f"{province}*.yaml")):
        try:
            source = YamlSource(path)
            entries = source.entries("documents")
        except IocError as error:
            problems.append(Problem(str(path), None, Text(error.message.vi, error.message.en)))
            continue
        for position, entry in enumerate(entries):
            wrong = _wrong(entry, clauses, path)
            if wrong is None:
                found.append(_attestation(entry, path))
            else:
                problems.append(Problem(str(path), source.line("documents", position), wrong))
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


def _wrong(entry: Any, clauses: Collection[str], path: Path) -> Text | None:
    if not isinstance(entry, dict):
        return Text("mỗi văn bản là một đối tượng", "each document is an object")
    missing = [name for name in _NEEDED if not entry.get(name)]
    if missing:
        return Text(f"thiếu {', '.join(missing)}", f"missing: {', '.join(missing)}")
    if entry["clause"] not in clauses:
        return Text(f"không có điều khoản {entry['clause']!r}", f"no clause {entry['clause']!r}")
    if not _SHA256.fullmatch(str(entry["sha256"])):
        return Text("sha256 phải là 64 chữ số thập lục", "sha256 must be 64 hexadecimal digits")
    try:
        date.fromisoformat(str(entry["date"]))
        date.fromisoformat(str(entry.get("valid_to") or entry["date"]))
    except ValueError:
        return Text("ngày phải viết YYYY-MM-DD", "dates are written YYYY-MM-DD")
    if not entry.get("file"):
        return None
    kept = path.parent / str(entry["file"])
    if not kept.is_file():
        return Text(f"không có tệp {entry['file']}", f"no file {entry['file']}")
    if hashlib.sha256(kept.read_bytes()).hexdigest() != entry["sha256"]:
        return Text(f"tệp {entry['file']} không khớp sha256", f"file {entry['file']} does not match its sha256")
    return None
