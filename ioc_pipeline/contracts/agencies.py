"""Register of agencies of a province (`data_contracts/agencies/<province>.yaml`): what an agency code is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.checks.agencies import agency_problems
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

_CODE = re.compile(r"[A-Z]\d{2}(\.\d+)*")


@dataclass(frozen=True)
class Agency:
    """One agency: its code, its name, and the owner of feeds it is (None: of none)."""

    code: str
    name: Text
    owner: str | None = None


@dataclass(frozen=True)
class AgencyRegister:
    """Agencies by code. `simulated`: the codes are made up, and may name simulated rows only."""

    agencies: Mapping[str, Agency] = field(default_factory=dict)
    simulated: bool = False

    def of_rows(self, simulated: bool) -> AgencyRegister:
        """What may be said of rows that are all `simulated` or not: made-up names never name real rows."""
        return self if simulated or not self.simulated else AgencyRegister()

    def name(self, code: str) -> Text | None:
        """Name of an agency; None when it is not declared."""
        found = self.agencies.get(code)
        return found.name if found is not None else None

    @property
    def owners(self) -> dict[str, str]:
        """Owner id by agency code."""
        return {code: agency.owner for code, agency in self.agencies.items() if agency.owner is not None}


def undeclared(code: str) -> Text:
    """A code that nobody names, saying so."""
    return Text(f"{code} (chưa khai tên)", f"{code} (name not declared)")


def is_agency_code(text: str) -> bool:
    """True of today's form of an agency code: H32, H32.05, H32.05.12."""
    return _CODE.fullmatch(text) is not None


def load_agencies(known: Known) -> tuple[AgencyRegister, list[Problem]]:
    """The register of a province (empty without a file) and what is wrong with it; a wrong entry is left out."""
    path = known.root / "agencies" / f"{known.province}.yaml"
    if not path.exists():
        return AgencyRegister(), []
    try:
        source = YamlSource(path)
    except UnreadableFile as error:
        return AgencyRegister(), [error.problem]
    problems = agency_problems(source, known)
    unusable = {p.keys[:2] for p in problems}
    if not isinstance(source.data, dict) or any(len(keys) < 2 for keys in unusable):
        return AgencyRegister(), problems
    communes = {u.code: Text(f"UBND {u.kind} {u.name}", f"People's Committee of {u.name_en}")
                for u in units.communes(known.province)}  # fmt: skip
    found = [
        _agency(entry, communes)
        for position, entry in enumerate(source.entries("agencies"))
        if ("agencies", position) not in unusable
    ]
    return AgencyRegister({a.code: a for a in found}, bool(source.data["simulated"])), problems


def _agency(entry: dict[str, Any], communes: Mapping[str, Text]) -> Agency:
    name = communes[entry["commune"]] if "commune" in entry else Text(str(entry["vi"]), str(entry["en"]))
    return Agency(entry["code"], name, entry.get("owner"))
