"""A release's shared answers, asked before the first reader waits for them.

One thread of the server looks at the pointer every second. What it asks stays in the caches all readers share, so a
new release costs the screens that show it only their own page.
"""

from __future__ import annotations

import logging
import time
from threading import Thread

import duckdb

from ioc_dashboard import queries, queries_overview
from ioc_dashboard.release import NoRelease, Release, current, stamp

_EVERY_SECONDS = 1.0
_log = logging.getLogger(__name__)


def keep_warm() -> None:
    """Start the thread; it ends with the process."""
    Thread(target=_watch, daemon=True, name="warm").start()


def ask(release: Release | NoRelease) -> None:
    """Everything that the home page and the frame of every page ask."""
    if isinstance(release, NoRelease):
        return
    for question in (
        queries.info, queries.tiles, queries.feeds, queries.rules, queries.clauses,
        queries_overview.about, queries_overview.status_tree, queries_overview.pressing_tasks,
    ):  # fmt: skip
        question(release)


def _watch() -> None:
    asked = ""
    while True:
        try:
            now = stamp()
            if now != asked:
                asked = now
                ask(current())
        except (duckdb.Error, OSError, KeyError, ValueError) as error:  # the page that needs it says what is wrong
            _log.info("release not asked ahead: %s", error)
        time.sleep(_EVERY_SECONDS)
