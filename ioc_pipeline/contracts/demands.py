"""What the founding texts demand of a centre and what answers each demand (`standard/demands.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text

KINDS = ("indicators", "clauses", "feeds", "pages")


@dataclass(frozen=True)
class Demand:
    """One demand; `answers` holds names by kind (`KINDS`), `exclusion` says why it is not answered, or only in part."""

    id: str
    text: Text
    group: Text
    answers: dict[str, tuple[str, ...]]
    exclusion: Text | None


def load_demands(root: Path) -> list[Demand]:
    """Demands in the order of their numbers.

    Raises UnreadableFile when the file cannot be read; the shape is judged by `ioc contract check`.
    """
    data = YamlSource(root / "standard" / "demands.yaml").data
    groups = sorted((g["from"], Text(g["vi"], g["en"])) for g in data["groups"])
    demands = []
    for entry in sorted(data["demands"], key=lambda e: str(e["id"])):
        group = [words for start, words in groups if start <= entry["id"]][-1]
        stated = entry.get("answers") or {}
        why = entry.get("exclusion")
        demands.append(
            Demand(
                entry["id"],
                Text(entry["vi"], entry["en"]),
                group,
                {kind: tuple(stated[kind]) for kind in KINDS if kind in stated},
                Text(why["vi"], why["en"]) if why else None,
            )
        )
    return demands
