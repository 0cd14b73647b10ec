"""A few seeded cases of `benchmarks.fuzz_reading` in this process; the long run is that command."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.fuzz_reading import _OWN, feeds_of, judged, mutated
from ioc_pipeline.contracts.catalogue import load_catalogue


def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    feeds = feeds_of(catalogue)
    start = [("torture", name, text.encode()) for name, text in _OWN.items()]
    outcomes = {
        judged(catalogue, feeds[feed], name, content, tmp_path)
        for feed, name, content in (mutated(random.Random(f"7/{n}"), start) for n in range(25))
    }
    assert "read" in outcomes and len(outcomes) > 3
