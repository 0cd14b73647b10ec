"""A small seeded inbox, generated once, and a short way through the flow."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.flow import FeedRun, ingest_feed, now_utc
from ioc_pipeline.publish.release import Release, publish
from ioc_pipeline.sample.inbox import generate_inbox


@pytest.fixture(scope="session")
def catalogue(few_catalogue: Catalogue) -> Catalogue:
    """Four feeds are enough here, and several times faster."""
    return few_catalogue


@pytest.fixture(scope="session")
def sample_inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    generate_inbox(
        out, province="56", seed=7, dossiers=400, months=3, until=date(2026, 10, 31),
        feeds=("dossiers", "lris_indicators", "province_published"),
    )  # fmt: skip
    return out


@pytest.fixture
def filled(places, sample_inbox) -> Path:
    """A state folder whose inbox holds the sample, at rest."""
    shutil.copytree(sample_inbox, places.inbox)
    return places.inbox


@pytest.fixture
def take(places, catalogue) -> Callable[[str], FeedRun]:
    """Take one feed from its inbox to facts."""
    return lambda feed: ingest_feed(places, catalogue, catalogue.feeds[feed], run_id="test", settle_seconds=0.0)


@pytest.fixture
def release(places, catalogue) -> Callable[[], Release | None]:
    """Publish."""
    return lambda: publish(places, catalogue, run_id="test", now=now_utc())
