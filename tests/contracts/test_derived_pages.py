"""docs/indicators.md and docs/seeds.md say what is declared."""

from __future__ import annotations

from pathlib import Path

from ioc_pipeline.cli.card_list import cards_markdown
from ioc_pipeline.cli.demand_list import demands_markdown
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.demands import load_demands

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_indicators_is_that_of_the_cards() -> None:
    page = (DOCS / "indicators.md").read_text(encoding="utf-8")
    assert page == cards_markdown(load_catalogue()), "run: ioc contract cards --markdown > docs/indicators.md"


def test_the_page_of_demands_is_that_of_the_declarations() -> None:
    page = (DOCS / "seeds.md").read_text(encoding="utf-8")
    found = demands_markdown(load_demands(load_catalogue().root))
    assert page == found, "run: ioc contract demands --markdown > docs/seeds.md"
