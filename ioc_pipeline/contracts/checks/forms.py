"""`reader` of a feed that comes on an Excel form: what the layout needs, at the line of the reader's options."""

from __future__ import annotations

from collections.abc import Mapping

from ioc_pipeline.contracts.form_layout import form_problems
from ioc_pipeline.contracts.model import CodeList, Feed, Problem
from ioc_pipeline.contracts.yaml_source import YamlSource


def form_declaration_problems(feed: Feed, codes: Mapping[str, CodeList]) -> list[Problem]:
    """Everything wrong with the declared layout of a form feed; empty for feeds that come otherwise."""
    if feed.reader["format"] != "form":
        return []
    source = YamlSource(feed.folder / "contract.yaml")
    position = next(i for i, p in enumerate(source.data["customProperties"]) if p["property"] == "ioc")
    where = ("customProperties", position, "value", "reader")
    return [source.problem(where, vi, en, "form.layout") for vi, en in form_problems(feed, codes)]
