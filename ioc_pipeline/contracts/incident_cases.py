"""The case of an incident (`data_contracts/incidents/<province>.yaml`): a dated, signed record that sets its deadline.

Case 2: the source was wrong or outdated and is corrected there. Case 3: a complex contradiction. Case 1 is not
described in the source; an incident nobody classified is treated as case 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ioc_pipeline.contracts.checks.incidents import incident_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class IncidentCase:
    """One record: an incident by its id, or by feed, clause and the day it opened; `when` is the day of the record."""

    case: int
    who: str
    why: Text
    evidence: str
    when: date
    incident: str | None = None
    feed: str | None = None
    clause: str | None = None
    opened: date | None = None

    def is_of(self, incident: str, feed: str, clause: str, opened: date) -> bool:
        """True when the record speaks of this incident."""
        if self.incident is not None:
            return self.incident == incident
        return (self.feed, self.clause, self.opened) == (feed, clause, opened)


def load_cases(known: Known) -> tuple[tuple[IncidentCase, ...], list[Problem]]:
    """Records of a province in the order of their day, and what is wrong with the others (they move no deadline)."""
    path = known.root / "incidents" / f"{known.province}.yaml"
    if not path.exists():
        return (), []
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        return (), [error.problem]
    problems = incident_problems(source, known)
    unusable = {p.keys[:2] for p in problems}
    found = [
        _case(entry)
        for position, entry in enumerate(source.entries("incidents"))
        if ("incidents", position) not in unusable
    ]
    return tuple(sorted(found, key=lambda c: c.when)), problems


def _case(entry: dict[str, Any]) -> IncidentCase:
    opened = entry.get("opened")
    return IncidentCase(
        case=int(entry["case"]),
        who=entry["who"],
        why=Text(entry["why"]["vi"], entry["why"]["en"]),
        evidence=entry["evidence"],
        when=date.fromisoformat(str(entry["when"])),
        incident=entry.get("incident"),
        feed=entry.get("feed"),
        clause=entry.get("clause"),
        opened=date.fromisoformat(str(opened)) if opened is not None else None,
    )
