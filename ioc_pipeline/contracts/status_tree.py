"""The status tree (`data_contracts/standard/status_tree.yaml`): which parent a child colours, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ioc_pipeline.contracts.checks.status_tree import shape_of_tree
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import UnreadableFile
from ioc_pipeline.contracts.yaml_source import YamlSource
from ioc_pipeline.messages import Text


@dataclass(frozen=True)
class TreeRule:
    """How a node's colour follows from its children; `green`, `amber`: from which share or weighted mean on."""

    kind: str  # worst_of | majority | weighted | share_of_green
    at_least_known: int
    green: float = 0.0
    amber: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class TreeNode:
    """One node; the root has no parent. `counted`: whether its parent's rule counts it."""

    id: str
    parent: str | None
    name: Text
    rule: TreeRule
    field: str | None = None
    indicators: tuple[str, ...] = ()
    counted: bool = True


def load_status_tree(root: Path) -> tuple[tuple[TreeNode, ...], list[Problem]]:
    """Nodes, parents before children; none when the file is broken, with what is wrong."""
    try:
        source = YamlSource(root / "standard" / "status_tree.yaml")
    except UnreadableFile as error:
        return (), [error.problem]
    problems = shape_of_tree(source)
    if problems:
        return (), problems
    nodes = []
    for entry in source.entries("nodes"):
        rule = entry["rule"]
        nodes.append(
            TreeNode(
                id=entry["id"],
                parent=entry.get("parent"),
                name=Text(entry["name"]["vi"], entry["name"]["en"]),
                rule=TreeRule(
                    rule["kind"], int(rule["at_least_known"]), float(rule.get("green", 0)), float(rule.get("amber", 0)),
                    {str(k): float(v) for k, v in (rule.get("weights") or {}).items()},
                ),
                field=entry.get("field"),
                indicators=tuple(entry.get("indicators") or ()),
                counted=bool(entry.get("counted", True)),
            )
        )  # fmt: skip
    return tuple(nodes), problems
