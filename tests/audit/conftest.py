"""A small state folder with everything in it, made once: three feeds delivered, a file refused, a release."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.flow import ingest_feed, now_utc
from ioc_pipeline.operations.follow import follow_release
from ioc_pipeline.publish.release import publish
from ioc_pipeline.sample.inbox import generate_inbox
from ioc_pipeline.settings import Places

FEEDS = ("dossiers", "lris_indicators", "province_published")


@pytest.fixture(scope="session")
def catalogue(few_catalogue: Catalogue) -> Catalogue:
    """Four feeds are enough here, and several times faster."""
    return few_catalogue


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    home = Places(tmp_path_factory.mktemp("judged"))
    generate_inbox(home.inbox, province="56", seed=11, dossiers=300, months=3, until=date(2026, 10, 31), feeds=FEEDS)
    (home.inbox / "dossiers" / "2026-10-01_ho_so_tthc.csv").write_text("<html>502</html>", encoding="utf-8")
    for path in home.inbox.rglob("*.*"):
        os.utime(path, (1_750_000_000, 1_750_000_000))
    for feed in FEEDS:
        run = ingest_feed(home, catalogue, catalogue.feeds[feed], run_id=f"run-{feed}", settle_seconds=0.0)
        assert run.problem is None
    assert publish(home, catalogue, run_id="run-release", now=now_utc()) is not None
    assert follow_release(home, catalogue, now_utc()).problem is None
    return home.root


@pytest.fixture
def copy(judged: Path, tmp_path: Path) -> Places:
    """The state folder on another machine; the inbox is not needed there."""
    shutil.copytree(judged, tmp_path / "copy", ignore=shutil.ignore_patterns("inbox", "staging"))
    return Places(tmp_path / "copy")
