"""What a pull left behind: its outcome, shown by `ioc status`, and from where the next one goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ioc_pipeline.atomic import write_json
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.contracts.pull_source import PullSource, is_placeholder, location_problems
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.receive import secrets
from ioc_pipeline.receive.delivery import deliveries_of
from ioc_pipeline.settings import Places

LANDED, UNCHANGED, NOTHING_NEW = "landed", "unchanged", "nothing_new"
FAILED, STOPPED, NOT_CONFIGURED = "failed", "stopped", "not_configured"
RETRY_MINUTES = 30
"""A failed pull is tried again after this long, or sooner when its schedule says so."""


class PullFailed(IocError):
    """The pull did not bring a whole delivery: nothing was landed. `stop`: a person must act before the next one."""

    def __init__(self, message: Message, *, stop: bool = False) -> None:
        super().__init__(Message(message.code, secrets.redact(message.vi), secrets.redact(message.en)))
        self.stop = stop


@dataclass(frozen=True)
class PullOutcome:
    """How a pull ended. `landed`: a new delivery. `unchanged`: the same bytes as last time. `nothing_new`: no records
    since then. `failed`, `stopped` (no further automatic pull), `not_configured`: see the message."""

    feed_id: str
    state: str
    at: datetime
    seconds: float = 0.0
    message: Message | None = None
    warnings: tuple[Message, ...] = ()
    records: int = 0
    delivery_id: str | None = None
    declaration: str = ""

    @property
    def troubled(self) -> bool:
        """True when it should have brought data and did not."""
        return self.state in (FAILED, STOPPED)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return asdict(self) | {
            "at": self.at.isoformat(timespec="seconds"),
            "message": self.message.as_dict() if self.message else None,
            "warnings": [w.as_dict() for w in self.warnings],
        }


def pulls_folder(places: Places, feed_id: str) -> Path:
    """Where a feed's pulls keep their outcome and unfinished pages."""
    return places.root / "landing" / "pulls" / feed_id


def remember(places: Places, outcome: PullOutcome) -> None:
    """Keep the outcome as the feed's last one."""
    write_json(pulls_folder(places, outcome.feed_id) / "last.json", outcome.as_dict())


def last_pull(places: Places, feed_id: str) -> PullOutcome | None:
    """The feed's last pull; None before the first."""
    try:
        kept = json.loads((pulls_folder(places, feed_id) / "last.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    kept["at"] = datetime.fromisoformat(kept["at"])
    kept["message"] = Message(**kept["message"]) if kept["message"] else None
    kept["warnings"] = tuple(Message(**w) for w in kept["warnings"])
    return PullOutcome(**kept)


def location_of(feed: Feed, source: PullSource) -> str:
    """Address to pull from: `$IOC_PULL_<FEED>_LOCATION`, or the contract's."""
    return os.environ.get(location_variable(feed)) or source.location


def location_variable(feed: Feed) -> str:
    """Name of the variable by which this province names its own address."""
    return f"IOC_PULL_{feed.id.upper()}_LOCATION"


def not_configured(feed: Feed) -> Message | None:
    """What is still to be set before the feed can be pulled; None when nothing is.

    Raises PullFailed when what is set cannot be used (an unsafe secrets file, credentials in the address).
    """
    source = feed.pull
    if source is None:
        return Message("pull.not_declared", f"{feed.id}: không khai báo kéo.", f"{feed.id}: declares no pull.")
    location = location_of(feed, source)
    if wrong := location_problems(source, location):
        vi, en = wrong[0]
        name = location_variable(feed)
        raise PullFailed(Message("pull.location", f"{feed.id}: {name}: {vi}.", f"{feed.id}: {name}: {en}."))
    needed = [location_variable(feed)] if is_placeholder(location) else []
    try:
        needed += [secrets.ENV_PREFIX + name for name in secrets.missing(secrets.names_in(source.options))]
    except IocError as error:
        raise PullFailed(error.message) from None
    if not needed:
        return None
    names = ", ".join(needed)
    return Message(
        "pull.not_configured",
        f"{feed.id}: chưa cấu hình kéo tự động; cần đặt {names}. Nguồn vẫn nhận tệp qua inbox/{feed.id}/.",
        f"{feed.id}: pulling is not configured; set {names}. Files are still taken from inbox/{feed.id}/.",
    )


def is_due(places: Places, feed: Feed, now: datetime) -> bool:
    """True when the schedule wants the feed pulled now: it is configured, and its last pull is long enough ago.

    A pull that was stopped waits for a person: `ioc pull <feed>`, or a changed declaration.
    """
    if feed.pull is None:
        return False
    last = last_pull(places, feed.id)
    if last is not None and last.state == STOPPED and last.declaration == feed.declaration_hash:
        return False
    try:
        if not_configured(feed) is not None:
            return False
    except PullFailed:
        pass  # the pull says in words what is wrong
    if last is None or last.state == NOT_CONFIGURED:
        return True
    minutes = float(feed.pull.option("every_minutes"))
    if last.state == FAILED:
        minutes = min(minutes, RETRY_MINUTES)
    return now.astimezone(UTC) - last.at >= timedelta(minutes=minutes)


def watermark_of(places: Places, feed: Feed, stored: Collection[str]) -> dict[str, Any] | None:
    """Newest known change at the source, from the manifests of pulled deliveries that were stored as facts.

    A delivery that was blocked or refused does not count: what it carried must be asked for again.
    """
    incremental = feed.pull.incremental if feed.pull else None
    if not incremental:
        return None
    marks = [
        (d.origin["watermark"]["order"], d.received_at, d.origin["watermark"])
        for d in deliveries_of(places, feed.id)
        if d.delivery_id in stored and (d.origin.get("watermark") or {}).get("column") == incremental["column"]
    ]
    if not marks:
        return None
    return max(marks, key=lambda mark: mark[:2])[2]  # of equal times, the later delivery knows the later keys
