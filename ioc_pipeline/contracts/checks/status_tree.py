"""`standard/status_tree.yaml`: one tree, every field of cards in it, rules with the thresholds they need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import is_amount, schema_problems

WITH_SHARES = ("weighted", "share_of_green")


def tree_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the tree, references to cards and fields included."""
    found = shape_of_tree(source)
    if found:
        return found
    nodes = source.entries("nodes")
    for position, node in enumerate(nodes):
        found += _cards(source, ("nodes", position), node, known)
    held = {node.get("field") for node in nodes}
    for field in sorted(known.fields - held):
        found.append(
            source.problem(
                ("nodes",),
                f"lĩnh vực {field!r} của thẻ chỉ số chưa có nút nào; thêm một nút có field: {field}",
                f"field {field!r} of the cards has no node; add a node with field: {field}",
                "tree.field_missing",
            )
        )
    return found


def shape_of_tree(source: Source) -> list[Problem]:
    """What is wrong with the tree itself: shape, ids, parents, rules. A tree with such a problem is not computed."""
    found = schema_problems(source, "status_tree")
    if found:
        return found
    nodes = source.entries("nodes")
    found += repeated(source, ("nodes",), nodes)
    found += _links(source, nodes)
    for position, node in enumerate(nodes):
        found += _rule(source, ("nodes", position, "rule"), node, nodes)
    return found


def _links(source: Source, nodes: list[dict[str, Any]]) -> Iterator[Problem]:
    seen: set[str] = set()
    fields: dict[str, str] = {}
    listed: dict[str, str] = {}
    for position, node in enumerate(nodes):
        parent = node.get("parent")
        if parent is None and position > 0:
            yield source.problem(
                ("nodes", position),
                "chỉ nút đầu tiên (gốc) không có parent; thêm parent",
                "only the first node (the root) has no parent; add parent",
                "tree.root",
            )
        if parent is not None and parent not in seen:
            yield source.problem(
                ("nodes", position, "parent"),
                f"không có nút {parent!r} phía trên; nút cha phải khai trước nút con",
                f"no node {parent!r} above; a parent is declared before its children",
                "tree.parent",
            )
        seen.add(node["id"])
        if "field" in node and fields.setdefault(node["field"], node["id"]) != node["id"]:
            yield source.problem(
                ("nodes", position, "field"),
                f"lĩnh vực {node['field']!r} đã thuộc nút {fields[node['field']]}; bỏ một nơi",
                f"field {node['field']!r} belongs to node {fields[node['field']]} already; remove one",
                "tree.field_twice",
            )
        for place, code in enumerate(node.get("indicators") or ()):
            if listed.setdefault(code, node["id"]) != node["id"]:
                yield source.problem(
                    ("nodes", position, "indicators", place),
                    f"chỉ số {code} đã thuộc nút {listed[code]}; để ở một nút",
                    f"card {code} belongs to node {listed[code]} already; keep it in one",
                    "tree.card_twice",
                )


def _rule(source: Source, where: Keys, node: dict[str, Any], nodes: list[dict[str, Any]]) -> Iterator[Problem]:
    rule = node["rule"]
    needs = rule["kind"] in WITH_SHARES
    for key in ("green", "amber"):
        if (key in rule) != needs:
            yield source.problem(
                (*where, key) if key in rule else where,
                f"luật {rule['kind']} {'cần' if needs else 'không dùng'} {key}; {'thêm' if needs else 'bỏ'} khóa này",
                f"rule {rule['kind']} {'needs' if needs else 'does not use'} {key}; {'add' if needs else 'remove'} it",
                "tree.rule",
            )
    if needs and is_amount(rule.get("green")) and is_amount(rule.get("amber")) and rule["amber"] > rule["green"]:
        yield source.problem(
            (*where, "amber"),
            f"ngưỡng vàng {rule['amber']} cao hơn ngưỡng xanh {rule['green']}; sửa một ngưỡng",
            f"the amber threshold {rule['amber']} is above the green one {rule['green']}; correct one",
            "tree.order",
        )
    if "weights" in rule and rule["kind"] != "weighted":
        yield source.problem(
            (*where, "weights"),
            f"luật {rule['kind']} không dùng weights; bỏ khóa này hoặc đổi luật thành weighted",
            f"rule {rule['kind']} does not use weights; remove them or use the rule weighted",
            "tree.rule",
        )
    elif "weights" in rule and "field" not in node:
        children = {n["id"] for n in nodes if n.get("parent") == node["id"]} | set(node.get("indicators") or ())
        for name in rule["weights"]:
            if name not in children:
                yield source.problem(
                    (*where, "weights", name),
                    f"{name!r} không phải con của nút này; có: {', '.join(sorted(children))}",
                    f"{name!r} is no child of this node; known: {', '.join(sorted(children))}",
                    "tree.weight",
                )


def _cards(source: Source, where: Keys, node: dict[str, Any], known: Known) -> Iterator[Problem]:
    if "field" in node and node["field"] not in known.fields:
        choices = ", ".join(sorted(known.fields))
        yield source.problem(
            (*where, "field"),
            f"không tệp thẻ nào khai lĩnh vực {node['field']!r}; chọn: {choices}",
            f"no file of cards declares the field {node['field']!r}; use: {choices}",
            "tree.field",
        )
    for place, code in enumerate(node.get("indicators") or ()):
        if code not in known.cards:
            yield source.problem(
                (*where, "indicators", place),
                f"không có thẻ chỉ số {code!r}; sửa mã hoặc bỏ",
                f"no card {code!r}; correct the code or remove it",
                "card.unknown",
            )
