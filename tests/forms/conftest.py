"""Forms filled in as asked, what reading them gives, and a way to read one that was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.forms.form_grid import (
    HEALTH,
    PUPILS,
    VISITORS,
    Grid,
    facts,
    filled,
    grid_of,
    problems,
    read,
)


@pytest.fixture(scope="module")
def forms(catalogue, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("forms")
    return {feed: filled(catalogue, feed, folder) for feed in (HEALTH, PUPILS, VISITORS)}


@pytest.fixture(scope="module")
def expected(catalogue, forms) -> dict[str, set]:
    found = {}
    for feed, path in forms.items():
        reading, rows = read(catalogue, feed, path)
        assert not problems(rows) and not reading.notices
        found[feed] = facts(rows)
    return found


@pytest.fixture
def health(forms) -> Grid:
    return grid_of(forms[HEALTH])


@pytest.fixture
def take(catalogue, tmp_path):
    """Write a grid and read it as a feed: reading, rows."""

    def go(grid: Grid, feed: str = HEALTH, name: str = "bieu.xlsx"):
        return read(catalogue, feed, grid.save(tmp_path / name))

    return go
