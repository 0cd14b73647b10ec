"""Pull a feed from its declared source into the landing area: whole or not at all, and never an exception."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.receive import secrets
from ioc_pipeline.receive.landing import land_file
from ioc_pipeline.receive.pull_state import (
    FAILED,
    LANDED,
    NOT_CONFIGURED,
    NOTHING_NEW,
    STOPPED,
    UNCHANGED,
    PullFailed,
    PullOutcome,
    location_of,
    not_configured,
    pulls_folder,
    remember,
    watermark_of,
)
from ioc_pipeline.settings import Places

if TYPE_CHECKING:
    from ioc_pipeline.receive.pull_http import HttpPull
    from ioc_pipeline.receive.pull_sql import SqlPull

log = logging.getLogger(__name__)


def pull_feed(places: Places, catalogue: Catalogue, feed: Feed, stored: Callable[[], Collection[str]]) -> PullOutcome:
    """Fetch what is new at the feed's source and land it as one delivery; the outcome is kept and returned.

    `stored` gives the ids of the feed's deliveries that became facts: an incremental pull goes on from the newest
    change among them. Never raises for what a source does; the source's trouble is in the outcome's message.
    """
    begun, now = time.monotonic(), datetime.now(UTC)
    outcome = PullOutcome(feed.id, FAILED, now, declaration=feed.declaration_hash)
    pulls_folder(places, feed.id).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(pulls_folder(places, feed.id) / "pull.lock", timeout=0):
            outcome = _pull(places, catalogue, feed, stored, outcome)
            outcome = replace(outcome, seconds=round(time.monotonic() - begun, 1))
            remember(places, outcome)
    except Timeout:
        busy = Message(
            "pull.running", f"{feed.id}: đang được kéo ở tiến trình khác.", f"{feed.id}: is being pulled already."
        )
        return replace(outcome, message=busy)
    return outcome


def _pull(
    places: Places, catalogue: Catalogue, feed: Feed, stored: Callable[[], Collection[str]], outcome: PullOutcome
) -> PullOutcome:
    try:
        if (missing := not_configured(feed)) is not None:
            return replace(outcome, state=NOT_CONFIGURED, message=missing)
        return _fetch_and_land(places, catalogue, feed, stored, outcome)
    except PullFailed as failure:
        return replace(outcome, state=STOPPED if failure.stop else FAILED, message=failure.message)
    except IocError as error:
        return replace(outcome, message=error.message)
    except Exception as error:  # whatever a source can do, the other feeds go on
        detail = secrets.redact(f"{type(error).__name__}: {error}")[:500]
        log.error("pull of %s: %s", feed.id, detail)
        message = Message(
            "pull.unforeseen",
            f"{feed.id}: lỗi ngoài dự kiến khi kéo ({detail}). Số liệu đang có giữ nguyên; sẽ thử lại.",
            f"{feed.id}: unforeseen error while pulling ({detail}). What we have stays; it will be tried again.",
        )
        return replace(outcome, message=message)


def _fetch_and_land(
    places: Places, catalogue: Catalogue, feed: Feed, stored: Callable[[], Collection[str]], outcome: PullOutcome
) -> PullOutcome:
    source = feed.pull
    assert source is not None
    location, timezone = location_of(feed, source), catalogue.province.timezone
    watermark = watermark_of(places, feed, stored()) if source.incremental else None
    work: HttpPull | SqlPull
    if source.kind == "api":  # imported when used: a run without pulls needs none of their libraries
        from ioc_pipeline.receive.pull_http import HttpPull

        work = HttpPull(places, feed, source, location, catalogue.codes, timezone, watermark)
    else:
        from ioc_pipeline.receive.pull_sql import SqlPull

        work = SqlPull(places, feed, source, location, timezone, watermark)
    pulled = work.run()
    if pulled is None:
        return replace(outcome, state=NOTHING_NEW, warnings=tuple(work.warnings))
    name = f"{source.kind}_{outcome.at:%Y%m%dT%H%M%SZ}.{pulled.suffix}"
    landed = land_file(places, feed, pulled.path, file_name=name, producer=feed.owner_id, origin=pulled.origin)
    work.finished()
    return replace(
        outcome,
        state=LANDED if landed.new else UNCHANGED,
        warnings=tuple(pulled.warnings),
        records=pulled.records,
        delivery_id=landed.delivery.delivery_id,
    )
