"""Statuses of parents from those of their children, by the declared rules only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ioc_pipeline.compute.status_core import AMBER, GREEN, GREY, RED
from ioc_pipeline.contracts.model import Indicator
from ioc_pipeline.contracts.status_tree import TreeNode, TreeRule
from ioc_pipeline.messages import Text

POINTS = {GREEN: 1.0, AMBER: 0.5, RED: 0.0}
WORSE_FIRST = (RED, AMBER, GREEN)
WORDS = {
    GREEN: Text("xanh", "green"), AMBER: Text("vàng", "amber"), RED: Text("đỏ", "red"), GREY: Text("xám", "grey"),
}  # fmt: skip


@dataclass(frozen=True)
class NodeStatus:
    """Status of a node or of an indicator (`rule` None). `counts`: how many counted children have each colour."""

    node: str
    parent: str | None
    level: int
    name: Text
    status: str
    rule: str | None
    counts: Mapping[str, int]
    reason: Text


@dataclass(frozen=True)
class Child:
    """One counted child of a node."""

    id: str
    name: Text
    status: str


def tree_statuses(
    nodes: Sequence[TreeNode], cards: Sequence[Indicator], statuses: Mapping[str, tuple[str, Text]]
) -> list[NodeStatus]:
    """Statuses of all nodes and cards, each node before its children.

    `statuses`: colour and reason of each card's newest value by code; a card without one is grey. Cards of direction
    `neutral` are shown but counted nowhere; cards whose field has no node hang below the root.
    """
    placed: dict[str, list[Indicator]] = {node.id: [] for node in nodes}
    listed = {code: node.id for node in nodes for code in node.indicators}
    of_field = {node.field: node.id for node in nodes if node.field is not None}
    for card in sorted(cards, key=lambda c: (c.sort, c.code)):
        placed[listed.get(card.code) or of_field.get(card.field_id) or nodes[0].id].append(card)
    inside: dict[str, list[TreeNode]] = {node.id: [] for node in nodes}
    for node in nodes[1:]:
        inside[node.parent or nodes[0].id].append(node)

    def walk(node: TreeNode, level: int) -> list[NodeStatus]:
        below = [walk(child, level + 1) for child in inside[node.id]]
        leaves = [_leaf(card, node.id, level + 1, statuses) for card in placed[node.id]]
        children = [
            Child(child.id, child.name, found[0].status)
            for child, found in zip(inside[node.id], below, strict=True)
            if child.counted
        ]
        children += [
            Child(card.code, card.short, leaf.status)
            for card, leaf in zip(placed[node.id], leaves, strict=True)
            if card.direction != "neutral"
        ]
        status, reason = colour(node.rule, children)
        counts = Counter(child.status for child in children)
        own = NodeStatus(node.id, node.parent, level, node.name, status, rule_text(node.rule), counts, reason)
        return [own, *leaves, *(row for rows in below for row in rows)]

    return walk(nodes[0], 0) if nodes else []


def colour(rule: TreeRule, children: Sequence[Child]) -> tuple[str, Text]:
    """Status of a parent and why; grey when fewer than `at_least_known` children have a colour."""
    known = [child for child in children if child.status != GREY]
    if len(known) < rule.at_least_known:
        return GREY, Text(
            f"Chỉ {len(known)}/{len(children)} mục có màu; cần ít nhất {rule.at_least_known}",
            f"Only {len(known)} of {len(children)} have a colour; at least {rule.at_least_known} are needed",
        )
    counts = Counter(child.status for child in known)
    if rule.kind == "worst_of":
        status = next(s for s in WORSE_FIRST if counts[s])
        named = [child.name for child in known if child.status == status]
        return status, Text(
            f"Theo mục kém nhất: {', '.join(n.vi for n in named)}", f"The worst: {', '.join(n.en for n in named)}"
        )
    if rule.kind == "majority":
        most = max(counts.values())
        status = next(s for s in WORSE_FIRST if counts[s] == most)
        return status, Text(
            f"{most}/{len(known)} mục {WORDS[status].vi}", f"{most} of {len(known)} are {WORDS[status].en}"
        )
    if rule.kind == "weighted":
        weights = [rule.weights.get(child.id, 1.0) for child in known]
        points = sum(w * POINTS[child.status] for w, child in zip(weights, known, strict=True)) / sum(weights)
        words = ("Điểm bình quân có trọng số", "Weighted mean")
    else:
        points = counts[GREEN] / len(known)
        words = ("Tỷ lệ mục xanh", "Share of green")
    status = GREEN if points >= rule.green else AMBER if points >= rule.amber else RED
    return status, Text(
        f"{words[0]} {_percent(points)} % (xanh từ {_percent(rule.green)} %, vàng từ {_percent(rule.amber)} %)",
        f"{words[1]} {_percent(points)} % (green from {_percent(rule.green)} %, amber from {_percent(rule.amber)} %)",
    )


def rule_text(rule: TreeRule) -> str:
    """The rule as declared, on one line."""
    parts = [rule.kind]
    if rule.kind in ("weighted", "share_of_green"):
        parts += [f"green ≥ {rule.green:g}", f"amber ≥ {rule.amber:g}"]
    parts += [f"{name} × {weight:g}" for name, weight in rule.weights.items()]
    return ", ".join([*parts, f"known ≥ {rule.at_least_known}"])


def _leaf(card: Indicator, parent: str, level: int, statuses: Mapping[str, tuple[str, Text]]) -> NodeStatus:
    nothing = card.no_source or Text("Chưa có số liệu", "No data")
    status, reason = statuses.get(card.code, (GREY, nothing))
    return NodeStatus(card.code, parent, level, card.short, status, None, {}, reason)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
