"""What the pipeline says about an inbox: every rule, refusal and lateness that raises something, by clause."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from duckdb import DuckDBPyConnection

from ioc_pipeline.compute.health import feed_health, newest_period
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.periods import deadline
from ioc_pipeline.read.refusal_codes import clause_of_refusal
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import kept_open, reading

LATE_CLAUSE = "IOC-SONG-01"
FEEDS = ("dossiers", "lris_indicators", "province_published")
"""Feeds of the clean inbox: the kinds of faults are planted in these."""

Found = Counter[tuple[str, str, str]]


@dataclass(frozen=True)
class Signals:
    """Alarms of one run: (feed, clause, rule) → how much it found; and when the feeds' lateness was judged."""

    found: Found
    judged_at: dict[str, datetime] = field(default_factory=dict)

    def beyond(self, clean: Signals, feed: str) -> dict[str, list[str]]:
        """Clauses, with their rules, that found more in a feed than on the clean inbox."""
        news: dict[str, list[str]] = {}
        for (of_feed, clause, rule), count in sorted(self.found.items()):
            if of_feed == feed and count > clean.found[feed, clause, rule]:
                news.setdefault(clause, []).append(rule)
        return news


@dataclass(frozen=True)
class _Eve:
    """A feed's state folder as it was before the newest clean delivery, and what had been raised until then."""

    home: Path
    files: dict[str, str]  # name → sha256 of what had been delivered
    found: Found


class CleanRun:
    """The clean inbox after its run: its signals, and the state on the eve of the newest delivery of each feed.

    A fault in the newest delivery is then judged as it would be in the centre: the past is there already, one file
    arrives. A fault in an earlier file starts from nothing.
    """

    def __init__(self, inbox: Path, catalogue: Catalogue, work: Path, feeds: Iterable[str] = FEEDS) -> None:
        self.catalogue = catalogue
        self._eves: dict[str, _Eve] = {}
        found: Found = Counter()
        moments: dict[str, datetime] = {}
        for feed_id in feeds:
            names = _names(inbox / feed_id)
            if not names:
                continue
            home = work / f"{feed_id}-home"
            raised: Found = Counter()
            if len(names) > 1:
                _deliver(inbox / feed_id, names[:-1], home / "inbox" / feed_id)
                _run(Places(home), catalogue, [feed_id], raised)
                eve = work / f"{feed_id}-eve"
                shutil.copytree(home, eve)
                self._eves[feed_id] = _Eve(eve, contents(inbox / feed_id, names[:-1]), Counter(raised))
            _deliver(inbox / feed_id, names, home / "inbox" / feed_id)
            _run(Places(home), catalogue, [feed_id], raised, moments)
            found += raised
            shutil.rmtree(home)
        self.signals = Signals(found, moments)

    def observe(self, inbox: Path, feed_ids: Iterable[str]) -> Signals:
        """Signals of a spoiled copy of the inbox, lateness judged at the moments of the clean run.

        Raises RuntimeError when a feed could not be processed for an unforeseen reason: that would be a fault of the
        pipeline, not of the data.
        """
        found: Found = Counter()
        with tempfile.TemporaryDirectory(prefix="ioc-faults-") as folder:
            for feed_id in feed_ids:
                names, home = _names(inbox / feed_id), Path(folder) / feed_id
                eve = self._eves.get(feed_id)
                if eve and contents(inbox / feed_id, names[: len(eve.files)]) == eve.files:
                    shutil.copytree(eve.home, home)
                    found += eve.found
                _deliver(inbox / feed_id, names, home / "inbox" / feed_id)
                _run(Places(home), self.catalogue, [feed_id], found, dict(self.signals.judged_at))
        return Signals(found, self.signals.judged_at)


def clean_signals(inbox: Path, catalogue: Catalogue, work: Path, feeds: Iterable[str] = FEEDS) -> Signals:
    """What an inbox raises by itself: every feed read, validated and stored in the folder `work`, lateness judged right
    after the deadline of its newest period."""
    found: Found = Counter()
    moments: dict[str, datetime] = {}
    places = Places(work / "home")
    for feed_id in feeds:
        _deliver(inbox / feed_id, _names(inbox / feed_id), places.inbox / feed_id)
    _run(places, catalogue, feeds, found, moments)
    return Signals(found, moments)


def _names(folder: Path) -> list[str]:
    """Files of a feed's folder by name: names begin with the date, so this is the order of delivery."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []


def contents(folder: Path, names: Iterable[str] | None = None) -> dict[str, str]:
    """Name → SHA-256 of the named files of a feed's folder, or of all of them in the order of delivery."""
    chosen = _names(folder) if names is None else names
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in chosen}


def _deliver(source: Path, names: Iterable[str], target: Path) -> None:
    """Copy files; their times follow their order, so that the order of receipt is always the same."""
    for number, name in enumerate(names):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, path)
        os.utime(path, (1_750_000_000 + number, 1_750_000_000 + number))


def _run(
    places: Places,
    catalogue: Catalogue,
    feed_ids: Iterable[str],
    found: Found,
    moments: dict[str, datetime] | None = None,
) -> None:
    """Process the feeds and count what is raised, lateness too where `moments` is given: a feed without one gets its
    own there, right after the deadline of its newest period."""
    with kept_open(places):
        new = {feed_id: _ingest(places, catalogue, feed_id, found) for feed_id in feed_ids}
    if not places.warehouse.exists():
        if moments is not None:
            found.update({(feed_id, LATE_CLAUSE, "health.never"): 1 for feed_id in new})
        return
    with reading(places) as warehouse:
        for feed_id, deliveries in new.items():
            _reading_problems(warehouse, feed_id, deliveries, found)
            if moments is not None:
                _health(warehouse, catalogue, feed_id, found, moments)


def _ingest(places: Places, catalogue: Catalogue, feed_id: str, found: Found) -> list[str]:
    """Ids of the deliveries processed now; what their outcomes say is counted."""
    run = ingest_feed(places, catalogue, catalogue.feeds[feed_id], run_id="faults", settle_seconds=0.0)
    if run.problem is not None:
        raise RuntimeError(run.problem.en)
    for outcome in run.outcomes:
        if outcome.outcome == "refused" and outcome.message is not None:
            code = outcome.message.code
            found[feed_id, clause_of_refusal(code), code] += 1
        for notice in outcome.notices:
            if notice.clause is not None:
                found[feed_id, notice.clause, "read.notice"] += 1
        for result in outcome.results:
            if result.success is False or result.reason == "error":
                rule = result.expectation_id if result.reason != "error" else f"{result.expectation_id} (error)"
                found[feed_id, result.clause, rule] += max(1, result.unexpected)
    return [outcome.delivery.delivery_id for outcome in run.outcomes]


def _reading_problems(warehouse: DuckDBPyConnection, feed_id: str, deliveries: list[str], found: Found) -> None:
    """Count the rows of the deliveries that were quarantined while they were read."""
    problems = warehouse.execute(
        "SELECT clause, expectation_id, count(*) FROM quarantine WHERE expectation_id LIKE 'read.%' "
        "AND list_contains(?, delivery_id) GROUP BY ALL",
        [deliveries],
    ).fetchall()
    for clause, rule, count in problems:
        found[feed_id, clause, rule] += count


def _health(
    warehouse: DuckDBPyConnection,
    catalogue: Catalogue,
    feed_id: str,
    found: Found,
    moments: dict[str, datetime],
) -> None:
    feed, timezone = catalogue.feeds[feed_id], catalogue.province.timezone
    if feed_id not in moments:
        newest = newest_period(warehouse, feed)
        if newest is None:
            found[feed_id, LATE_CLAUSE, "health.never"] += 1
            return
        moments[feed_id] = deadline(newest, feed.lag_days, timezone) + timedelta(seconds=1)
    health = feed_health(warehouse, feed, moments[feed_id], timezone)
    if health.health != "ok":
        found[feed_id, LATE_CLAUSE, f"health.{health.health}"] += 1
