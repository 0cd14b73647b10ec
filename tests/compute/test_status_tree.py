"""Parents take their colour from their children by the declared rule, and from nothing else."""

from __future__ import annotations

import pytest

from ioc_pipeline.compute.status_tree import Child, colour, tree_statuses
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.status_tree import TreeNode, TreeRule, load_status_tree
from ioc_pipeline.messages import Text
from tests.compute.cards import a_card

GRADES = {"g": "green", "a": "amber", "r": "red", "x": "grey"}


def children(letters: str) -> list[Child]:
    return [Child(f"C{n}", Text(f"mục {n}", f"item {n}"), GRADES[letter]) for n, letter in enumerate(letters)]


@pytest.mark.parametrize(
    ("rule", "letters", "expected"),
    [
        (TreeRule("worst_of", 1), "ggax", "amber"), (TreeRule("worst_of", 1), "ggar", "red"),
        (TreeRule("worst_of", 2), "gx", "grey"), (TreeRule("worst_of", 1), "xx", "grey"),
        (TreeRule("majority", 1), "ggr", "green"), (TreeRule("majority", 1), "ggrr", "red"),
        (TreeRule("majority", 1), "gaarx", "amber"),
        (TreeRule("share_of_green", 2, 0.75, 0.5), "gggr", "green"),
        (TreeRule("share_of_green", 2, 0.75, 0.5), "gaxx", "amber"),
        (TreeRule("share_of_green", 2, 0.75, 0.5), "garr", "red"),
        (TreeRule("weighted", 1, 0.75, 0.5), "ga", "green"), (TreeRule("weighted", 1, 0.75, 0.5), "gar", "amber"),
        (TreeRule("weighted", 1, 0.75, 0.5, {"C0": 3}), "rg", "red"),
        (TreeRule("weighted", 1, 0.75, 0.5, {"C0": 3}), "gr", "green"),
    ],
)  # fmt: skip
def test_rules(rule, letters, expected):
    assert colour(rule, children(letters))[0] == expected


def test_no_colour_says_how_many_are_missing():
    assert colour(TreeRule("worst_of", 3), children("gx"))[1].vi == "Chỉ 1/2 mục có màu; cần ít nhất 3"


def test_cards_hang_where_they_are_listed_else_below_their_field():
    any_rule = TreeRule("worst_of", 1)
    nodes = [
        TreeNode("top", None, Text("Tỉnh", "Province"), any_rule),
        TreeNode("f", "top", Text("Lĩnh vực", "Field"), any_rule, field="f"),
        TreeNode("h", "f", Text("Mục", "Heading"), any_rule, indicators=("B",)),
        TreeNode("vn", "top", Text("Cả nước", "Country"), any_rule, field="vn", counted=False),
    ]
    cards = [
        a_card(code="A", field_id="f"), a_card(code="B", field_id="f"), a_card(code="C", field_id="vn"),
        a_card(code="D", field_id="f", direction="neutral"),
        a_card(code="E", field_id="f", no_source=Text("chưa có nguồn", "none")),
    ]  # fmt: skip
    said = Text("lý do", "reason")
    found = {
        n.node: n for n in tree_statuses(nodes, cards, {"A": ("green", said), "B": ("amber", said), "C": ("red", said)})
    }
    assert {n.node: n.parent for n in found.values()} == {
        "top": None, "f": "top", "A": "f", "D": "f", "E": "f", "h": "f", "B": "h", "vn": "top", "C": "vn",
    }  # fmt: skip
    assert [found[n].status for n in ("top", "f", "h", "vn")] == ["amber", "amber", "amber", "red"]
    assert found["f"].counts == {"amber": 1, "green": 1, "grey": 1}  # the heading, A and E; D has no colour to have
    assert found["E"].reason.vi == "chưa có nguồn" and found["B"].level == 3


def test_the_declared_tree_has_a_place_for_every_card():
    catalogue = load_catalogue()
    nodes, problems = load_status_tree(catalogue.root)
    assert not problems
    found = tree_statuses(nodes, list(catalogue.indicators.values()), {})
    shown = [n.node for n in found if n.rule is None]
    assert sorted(shown) == sorted(catalogue.indicators)
    assert all(n.status == "grey" for n in found)
    assert not [n.node for n in found if n.rule is None and n.parent == nodes[0].id]
