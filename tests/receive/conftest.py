"""A server on loopback that misbehaves on purpose, and the dossiers feed pulled from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.receive.delivery import deliveries_of
from ioc_pipeline.receive.pull import pull_feed
from tests.receive.bad_server import Script, serving
from tests.receive.paged_source import FAST, PAGE, TOKEN


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def pull(places, catalogue, server, monkeypatch) -> Callable[..., Any]:
    """Pull the dossiers feed from the server; returns the outcome."""
    monkeypatch.setenv("IOC_SECRET_API", TOKEN)

    def go(script: Script | None = None, stored: set[str] | None = None, **options: Any) -> Any:
        if script is not None:
            server.script = script
        merged = {**PAGE, **FAST, **options}
        source = PullSource("api", "api", server.url + "/v1", {k: v for k, v in merged.items() if v is not None})
        feed = replace(catalogue.feeds["dossiers"], pull=source)
        ids = {d.delivery_id for d in deliveries_of(places, feed.id)} if stored is None else stored
        return pull_feed(places, catalogue, feed, lambda: ids)

    return go
