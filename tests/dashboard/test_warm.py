"""A new release's answers are there before a reader asks; one that does not open stops nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ioc_dashboard import queries, queries_overview, warm
from ioc_dashboard.release import Release, current

from .release_fixture import build, point


def test_a_release_is_asked_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_HOME", str(tmp_path))
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 1:
            build(tmp_path, "r-1")
        elif len(naps) == 2:
            (tmp_path / "releases" / "current.json").write_text('{"release_id": "r-2"', encoding="utf-8")
        else:
            raise StopIteration

    monkeypatch.setattr(warm.time, "sleep", nap)
    with pytest.raises(StopIteration):
        warm._watch()
    point(tmp_path, "r-1")
    found = current()
    assert isinstance(found, Release) and len(naps) == 3

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(Release, "rows", never)
    assert queries.tiles(found) and queries.feeds(found) and queries.clauses(found)
    assert queries_overview.status_tree(found) is not None
