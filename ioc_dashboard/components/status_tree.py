"""The status tree: province → field → heading → indicator, with counts and the declared rule in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ioc_dashboard.components import reading
from ioc_dashboard.components.links import indicator_link
from ioc_dashboard.components.markup import SHAPE, esc, status_pill
from ioc_dashboard.model import Tile
from ioc_dashboard.queries_overview import Node
from ioc_dashboard.screen import Screen

_COLOURS = ("green", "amber", "red", "grey")


def tree(screen: Screen, nodes: Sequence[Node], tiles: Mapping[str, Tile], field_links: Mapping[str, str]) -> str:
    """Nested details; `field_links`: ready HTML by the id of a field's node, the way to its tiles."""
    if not nodes:
        return ""
    below: dict[str, list[Node]] = defaultdict(list)
    for node in nodes[1:]:
        below[node.parent].append(node)
    names = {node.id: screen.say(node.name) for node in nodes}
    root = nodes[0]
    fields = "".join(_node(screen, node, below, names, tiles, field_links) for node in _order(below[root.id]))
    return (
        f'<section class="tree"><h2>{esc(screen.t("tree_title"))}</h2><p class="lead">{esc(screen.t("tree_lead"))}</p>'
        f'<p class="root">{status_pill(screen, root.status)} <b>{esc(screen.say(root.name))}</b> '
        f'<span>{esc(screen.say(root.reason))}</span></p><p class="rule">{_rule(screen, root, names)}</p>'
        f'<div class="nodes">{fields}</div></section>'
    )


def _order(nodes: Sequence[Node]) -> list[Node]:
    """Headings and indicators as declared; headings first, they are read as a summary."""
    return [node for node in nodes if node.rule] + [node for node in nodes if not node.rule]


def _node(
    screen: Screen, node: Node, below: Mapping[str, list[Node]], names: Mapping[str, str], tiles: Mapping[str, Tile],
    field_links: Mapping[str, str],
) -> str:  # fmt: skip
    inside = _order(below.get(node.id, []))
    parts = "".join(
        _node(screen, child, below, names, tiles, field_links) for child in inside if child.rule
    )  # fmt: skip
    leaves = "".join(_leaf(screen, child, tiles.get(child.id)) for child in inside if not child.rule)
    link = f'<p class="more">{field_links[node.id]}</p>' if node.id in field_links else ""
    return (
        f'<details class="node s-{esc(node.status)}"><summary>{status_pill(screen, node.status)}'
        f'<span class="title">{esc(screen.say(node.name))}</span>{_tally(screen, node)}</summary>'
        f'<p class="reason">{esc(screen.say(node.reason))}</p><p class="rule">{_rule(screen, node, names)}</p>'
        f"{parts}{f'<ul>{leaves}</ul>' if leaves else ''}{link}</details>"
    )


def _tally(screen: Screen, node: Node) -> str:
    shown = "".join(
        f'<span class="s-{colour}">{SHAPE}{count}<span class="quiet"> {esc(screen.t(f"status_{colour}"))}</span></span>'
        for colour, count in zip(_COLOURS, node.counts, strict=True)
        if count
    )
    return f'<span class="tally">{shown}</span>'


def _leaf(screen: Screen, node: Node, tile: Tile | None) -> str:
    verdict = tile.verdict if tile else node.status
    value = esc(reading.value_text(screen, tile)) if tile else ""
    period = esc(screen.period(tile.latest.period)) if tile and tile.latest else ""
    held = " held" if tile and tile.latest and tile.latest.held else ""
    return (
        f"<li>{status_pill(screen, verdict)}<span>{indicator_link(screen, node.id, screen.say(node.name))}</span>"
        f'<span class="num{held}">{value}</span><span class="soft">{period}</span>'
        f'<span class="soft">{esc(screen.say(node.reason))}</span></li>'
    )


def _rule(screen: Screen, node: Node, names: Mapping[str, str]) -> str:
    return f"{esc(screen.t('rule_is'))}: {esc(rule_in_words(screen, node.rule, names))}"


def rule_in_words(screen: Screen, rule: str, names: Mapping[str, str]) -> str:
    """`share_of_green, green ≥ 0.7, amber ≥ 0.4, known ≥ 2` as a sentence; what is not understood stays as declared."""
    kind, *parts = rule.split(", ")
    said = [screen.t(f"rule_{kind}")] if kind in ("worst_of", "majority", "weighted", "share_of_green") else [kind]
    weights, known = [], []
    for part in parts:
        if found := re.fullmatch(r"(green|amber) ≥ ([\d.]+)", part):
            said.append(screen.t(f"rule_{found[1]}", share=screen.number(100 * float(found[2]))))
        elif found := re.fullmatch(r"known ≥ (\d+)", part):
            known.append(screen.t("rule_known", n=found[1]))
        elif found := re.fullmatch(r"(\S+) × ([\d.]+)", part):
            weights.append(f"{names.get(found[1], found[1])} × {screen.number(float(found[2]), 0)}")
        else:
            said.append(part)
    if weights:
        said.append(screen.t("rule_weights", list=", ".join(weights)))
    return "; ".join([*said, *known])
