"""What the pipeline says about an inbox: every rule, refusal and lateness that raises something, by clause."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ioc_pipeline.compute.health import feed_health, newest_period
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.periods import deadline
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import reading

LATE_CLAUSE = "IOC-SONG-01"
REFUSALS = {
    "read.column_missing": "IOC-DU-03",
    "read.column_twice": "IOC-DU-03",
    "read.no_header": "IOC-DU-03",
    "read.encoding": "IOC-SACH-08",
    "read.nul_byte": "IOC-SACH-08",
    "read.no_records": "IOC-DU-01",
    "read.empty_file": "IOC-DU-01",
    "file.empty": "IOC-DU-01",
}
UNREADABLE = "IOC-DU-04"
"""Clause of a file that cannot be read at all: the registered data set was not delivered."""

FEEDS = ("dossiers", "lris_indicators", "province_published")


@dataclass(frozen=True)
class Signals:
    """Alarms of one run: (feed, clause, rule) → how much it found; and until when the feeds were judged."""

    found: Counter[tuple[str, str, str]]
    judged_at: dict[str, datetime] = field(default_factory=dict)

    def beyond(self, clean: Signals) -> dict[str, list[str]]:
        """Clauses and rules that found more than on the clean inbox."""
        news: dict[str, list[str]] = {}
        for (feed, clause, rule), count in sorted(self.found.items()):
            if count > clean.found[feed, clause, rule]:
                news.setdefault(clause, []).append(rule)
        return news


def observe(
    inbox: Path, catalogue: Catalogue, feeds: Iterable[str] = FEEDS, *, judged_at: dict[str, datetime] | None = None
) -> Signals:
    """Run feeds of an inbox through the pipeline in a state folder of their own and collect what was raised.

    Lateness is judged just after the deadline of the newest period that the clean inbox holds (`judged_at` of its
    signals), so that the result does not depend on the day of the run. Raises RuntimeError when a feed could not be
    processed for an unforeseen reason: that would be a fault of the pipeline, not of the data.
    """
    home = Path(tempfile.mkdtemp(prefix="ioc-faults-"))
    try:
        places = Places(home)
        found: Counter[tuple[str, str, str]] = Counter()
        moments = dict(judged_at or {})
        for feed_id in feeds:
            if not (inbox / feed_id).is_dir():
                continue
            _at_rest(inbox / feed_id, places.inbox / feed_id)
            _ingest(places, catalogue, feed_id, found)
            _health(places, catalogue, feed_id, found, moments)
        return Signals(found, moments)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _at_rest(source: Path, target: Path) -> None:
    """Copy a feed's folder; times follow the order of names, so that the order of receipt is always the same."""
    shutil.copytree(source, target)
    for number, path in enumerate(sorted(p for p in target.rglob("*") if p.is_file())):
        os.utime(path, (1_750_000_000 + number, 1_750_000_000 + number))


def _ingest(places: Places, catalogue: Catalogue, feed_id: str, found: Counter[tuple[str, str, str]]) -> None:
    run = ingest_feed(places, catalogue, catalogue.feeds[feed_id], run_id="faults", settle_seconds=0.0)
    if run.problem is not None:
        raise RuntimeError(run.problem.en)
    for outcome in run.outcomes:
        if outcome.outcome == "refused" and outcome.message is not None:
            code = outcome.message.code
            found[feed_id, REFUSALS.get(code, UNREADABLE), code] += 1
        for result in outcome.results:
            if result.success is False or result.reason == "error":
                rule = result.expectation_id if result.reason != "error" else f"{result.expectation_id} (error)"
                found[feed_id, result.clause, rule] += max(1, result.unexpected)
    if not places.warehouse.exists():
        return
    with reading(places) as warehouse:
        problems = warehouse.execute(
            "SELECT clause, expectation_id, count(*) FROM quarantine WHERE expectation_id LIKE 'read.%' GROUP BY ALL"
            " ORDER BY ALL"
        ).fetchall()
        for clause, rule, count in problems:
            found[feed_id, clause, rule] += count


def _health(
    places: Places,
    catalogue: Catalogue,
    feed_id: str,
    found: Counter[tuple[str, str, str]],
    moments: dict[str, datetime],
) -> None:
    feed, timezone = catalogue.feeds[feed_id], catalogue.province.timezone
    if not places.warehouse.exists():
        found[feed_id, LATE_CLAUSE, "health.never"] += 1
        return
    with reading(places) as warehouse:
        if feed_id not in moments:
            newest = newest_period(warehouse, feed)
            if newest is None:
                return
            moments[feed_id] = deadline(newest, feed.lag_days, timezone) + timedelta(seconds=1)
        health = feed_health(warehouse, feed, moments[feed_id], timezone)
    if health.health != "ok":
        found[feed_id, LATE_CLAUSE, f"health.{health.health}"] += 1
