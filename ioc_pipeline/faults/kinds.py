"""The kinds of faults: declared in `catalogue.yaml`, planted by the functions of the fault modules."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.plain_yaml import plain_yaml
from ioc_pipeline.faults import dossier_faults, file_faults, indicator_faults
from ioc_pipeline.faults.ground import Ground, NotPlantable
from ioc_pipeline.messages import Text

_MODULES: dict[str, ModuleType] = {
    "lris_indicators": indicator_faults,
    "dossiers": dossier_faults,
    "file": file_faults,
}


@dataclass(frozen=True)
class Kind:
    """One kind of fault: what is planted where, and which clauses are expected to catch it."""

    id: str
    title: Text
    feed: str
    expected: tuple[str, ...]
    plant: str  # name of the function, `file.` before those of whole files
    arguments: dict[str, Any]
    missed: Text | None = None  # why it cannot be detected

    @property
    def planter(self) -> Callable[..., None]:
        """The function that plants it."""
        module, _, name = self.plant.rpartition(".")
        found: Callable[..., None] = getattr(_MODULES[module or self.feed], name)
        return found


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by id, in the order of the catalogue."""
    path = Path(__file__).parent / "catalogue.yaml"
    found: dict[str, Kind] = {}
    for entry in plain_yaml(path)["kinds"]:
        ((function, arguments),) = entry["plant"].items()
        missed = entry.get("missed")
        found[entry["id"]] = Kind(
            id=entry["id"],
            title=Text(entry["vi"], entry["en"]),
            feed=entry["feed"],
            expected=tuple(entry["expected"]),
            plant=function,
            arguments=arguments,
            missed=Text(missed["vi"], missed["en"]) if missed else None,
        )
    return found


def plant(clean: Path, into: Path, chosen: Iterable[Kind], *, seed: int, catalogue: Catalogue) -> frozenset[str]:
    """Copy the inbox `clean` to `into` and plant the chosen faults there, one after another.

    Same inbox, kinds and seed: same files. Returns the ids of the kinds for which the inbox holds nothing to spoil
    (also because another fault took it away).
    """
    shutil.copytree(clean, into)
    own = tuple(sorted(unit.code for unit in units.communes(catalogue.province.code)))
    impossible: set[str] = set()
    for kind in chosen:
        rng = random.Random(f"{seed} {kind.id}")
        ground = Ground(into, rng, catalogue.province.code, catalogue.province.agency, own)
        try:
            kind.planter(ground, **kind.arguments)
        except (NotPlantable, LookupError, StopIteration, ValueError):  # an inbox of another make
            impossible.add(kind.id)
    return frozenset(impossible)
