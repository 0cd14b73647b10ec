"""docs/feeds.md says what is declared."""

from __future__ import annotations

from pathlib import Path

from ioc_pipeline.cli.feed_list import feeds_markdown
from ioc_pipeline.contracts.catalogue import load_catalogue

PAGE = Path(__file__).parents[2] / "docs" / "feeds.md"


def test_the_page_of_feeds_is_that_of_the_declarations() -> None:
    assert PAGE.read_text(encoding="utf-8") == feeds_markdown(load_catalogue()), "run: ioc contract feeds --markdown"
