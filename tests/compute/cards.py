"""A card to judge, with what matters given by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ioc_pipeline.contracts.model import Indicator, Target
from ioc_pipeline.messages import Text

WORDS = Text("chữ", "words")
PLAIN = Indicator(
    code="X", name=WORDS, short=WORDS, unit="tỷ đồng", unit_text=Text("tỷ đồng", "billion VND"), decimals=1,
    field=WORDS, direction="up", owner=WORDS, feed="f", definition=WORDS, selection={}, formula=None, targets=(),
    plan=None, amber_margin=0.1, headline=False, sort=1,
)  # fmt: skip
PERCENT = {"unit": "%", "unit_text": Text("%", "%"), "kind": "rate"}


def a_card(**fields: Any) -> Indicator:
    """A card with these fields; `measure` sets its selection."""
    if "measure" in fields:
        fields["selection"] = {"measure": fields.pop("measure")}
    return replace(PLAIN, **fields)


def a_target(value: float, year: int = 2026, **fields: Any) -> Target:
    """A target of 2026 with these fields."""
    return Target(year, value, WORDS, "P", **fields)
