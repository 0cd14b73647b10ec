"""The corrections register (`data_contracts/corrections/<province code>.yaml`): dated, signed, guarded, expiring.

A correction never touches a stored fact. It is applied when values are computed, only while the raw value is the one
it was written against (`expect`) and only until it expires.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.checks.corrections import EXPIRED, correction_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

DROP, REPLACE, SCALE, FLAG = "drop", "replace", "scale", "flag"
ACTIONS = (DROP, REPLACE, SCALE, FLAG)


@dataclass(frozen=True)
class Correction:
    """One record; `expect` is the raw value it was written against (None: no value), `line` its place in the file."""

    id: str
    indicator: str
    area: str
    period: str
    measure: str | None
    action: str
    value: float | None
    factor: float | None
    expect: float | None
    reason: Text
    who: str
    when: date
    evidence: str
    expires: date
    path: str
    line: int | None

    def expired(self, day: date) -> bool:
        """True after the last day of validity."""
        return day > self.expires


def load_corrections(known: Known, cards: Collection[str]) -> tuple[tuple[Correction, ...], list[Problem]]:
    """Register of a province, and what is wrong with it: records with a mistake are left out, expired ones are kept, so
    that the release can say that they are no longer applied. `cards` are the codes of the cards that load."""
    path = known.root / "corrections" / f"{known.province}.yaml"
    if not path.exists():
        return (), []
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        return (), [error.problem]
    problems = [] if source.data is None else correction_problems(source, known)
    unusable = {p.keys[:2] for p in problems if p.code != EXPIRED}
    found: dict[str, Correction] = {}
    for position, entry in enumerate(source.entries("corrections")):
        where = ("corrections", position)
        if where not in unusable and entry["indicator"] in cards:
            correction = _correction(entry, path, source.line(*where))
            found.setdefault(correction.id, correction)
    return tuple(found.values()), problems


def _correction(entry: dict[str, Any], path: Path, line: int | None) -> Correction:
    return Correction(
        id=str(entry["id"]),
        indicator=str(entry["indicator"]),
        area=str(entry["area"]),
        period=str(entry["period"]),
        measure=entry.get("measure"),
        action=entry["action"],
        value=_number(entry.get("value")),
        factor=_number(entry.get("factor")),
        expect=_number(entry.get("expect")),
        reason=Text(str(entry["reason"]["vi"]), str(entry["reason"]["en"])),
        who=str(entry["who"]),
        when=date.fromisoformat(str(entry["when"])),
        evidence=str(entry["evidence"]),
        expires=date.fromisoformat(str(entry["expires"])),
        path=str(path),
        line=line,
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
