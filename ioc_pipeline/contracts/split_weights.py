"""Weights by which figures of a divided former commune are spread (`reference/split_weights.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ioc_pipeline.contracts.places import FormerCommune
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.units import package_rows, unit_changes
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

FILE = Path("reference") / "split_weights.yaml"


@dataclass(frozen=True)
class SplitWeights:
    """One declared set of weights; `parts`: former code → successor code → weight; `proxy`: `area` or None."""

    id: str
    title: Text
    source: Text
    mark: str
    parts: dict[str, dict[str, Decimal]]
    proxy: str | None

    def shares(self, former: FormerCommune) -> tuple[tuple[str, int], ...]:
        """Whole-number weight of every successor, by code; empty when not all of them are known or all are 0."""
        declared = self.parts.get(former.code)
        weights = declared if declared is not None else _areas() if self.proxy else {}
        codes = sorted(code for code, _ in former.successors)
        # A declared part may be 0; an area of 0 is a gap of the unit database.
        known = [weights.get(code) for code in codes if weights.get(code) or (declared and code in declared)]
        if len(known) < len(codes) or not any(known):
            return ()
        scale = 10 ** max(max(0, -int(w.as_tuple().exponent)) for w in known if w is not None)
        return tuple((code, int(w * scale)) for code, w in zip(codes, known, strict=True) if w is not None)


def declared_weights(root: Path) -> dict[str, SplitWeights]:
    """The sets of weights of a declarations folder by id; none when the file is missing or wrong, as its check says."""
    path = root / FILE
    return _load(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=8)
def _load(path: Path, changed: int) -> dict[str, SplitWeights]:
    try:
        source = YamlSource(path)
    except UnreadableFile:
        return {}
    if schema_problems(source, "split_weights"):
        return {}
    return {entry["id"]: _weights(entry) for entry in source.data["weights"]}


def _weights(entry: dict[str, Any]) -> SplitWeights:
    parts = {
        str(part["former"]): {str(code): Decimal(str(weight)) for code, weight in part["successors"].items()}
        for part in entry.get("parts") or ()
    }
    title, source = Text(entry["title"]["vi"], entry["title"]["en"]), Text(entry["source"]["vi"], entry["source"]["en"])
    return SplitWeights(entry["id"], title, source, str(entry["mark"]), parts, entry.get("successors"))


@cache
def _areas() -> dict[str, Decimal]:
    """Natural area of today's communes in km², as the unit database prints it; those it does not know are left out."""
    renumbered = {c["code"]: c["becomes"] for c in unit_changes()["corrections"] if "becomes" in c}
    rows = package_rows("SELECT wardCode, wardAreaKm2 FROM admin_units WHERE wardAreaKm2 > 0")
    return {renumbered.get(code, code): Decimal(str(area)) for code, area in rows}
