"""Feeds of `data_contracts/` as their contracts declare them."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.settings import contracts_root


def declared_feed(feed_id: str) -> Feed:
    """A feed by id, without its suite: what a suite says does not matter to a reader."""
    folder = contracts_root() / "feeds" / feed_id
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / feed_id
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("suite.json"))
        feed, problems = load_feed(copy, contracts_root(), suite_needed=False)
    assert feed is not None, problems
    return replace(feed, folder=folder)


def lris_feed() -> Feed:
    """The feed of department indicators."""
    return declared_feed("lris_indicators")


def feed_file(feed_id: str, name: str) -> Path:
    """A file of a feed's folder."""
    return contracts_root() / "feeds" / feed_id / name
