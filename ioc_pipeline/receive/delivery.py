"""A delivery: one content received for one feed, and its manifest in the landing area."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ioc_pipeline.atomic import write_json
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.settings import Places


@dataclass(frozen=True)
class Delivery:
    """What arrived, from whom, when. `delivery_id` is the start of the content's hash (plus a sequence number when the
    same content came back after another one), so it is the same on every machine."""

    delivery_id: str
    feed_id: str
    file_name: str
    sha256: str
    size_bytes: int
    producer: str
    received_at: datetime  # UTC
    published_at: date | None = None  # the producer's publication date, if the contract says how to find it
    again: tuple[dict[str, str], ...] = field(default=())  # later arrivals of the same content: changed nothing
    backfill: bool = False  # history loaded on purpose (`ioc backfill`): judged by its publication date, not as late
    # How it came, when not by the inbox: way_in (http | sql | push), pages, window, clock … Never a secret.
    origin: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def stated_at(self) -> datetime:
        """When the producer said it: publication date if known, otherwise the time of receipt."""
        if self.published_at is not None:
            return datetime(self.published_at.year, self.published_at.month, self.published_at.day, tzinfo=UTC)
        return self.received_at


def blob_path(places: Places, sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return places.blobs / sha256[:2] / sha256


def manifest_path(places: Places, feed_id: str, delivery_id: str) -> Path:
    """Where the manifest of a delivery is kept."""
    return places.deliveries / feed_id / f"{delivery_id}.json"


def save(places: Places, delivery: Delivery) -> None:
    """Write or replace the manifest."""
    record = asdict(delivery) | {
        "received_at": delivery.received_at.isoformat(),
        "published_at": delivery.published_at.isoformat() if delivery.published_at else None,
        "again": list(delivery.again),
    }
    write_json(manifest_path(places, delivery.feed_id, delivery.delivery_id), record)


def manifests(folder: Path) -> list[Path]:
    """The manifests in a feed's folder, by name; not those that another process is writing at this moment."""
    return sorted(folder.glob("[!.]*.json"))


def deliveries_of(places: Places, feed_id: str) -> list[Delivery]:
    """All deliveries of a feed in the order in which they were stated (publication, then receipt, then name)."""
    folder = places.deliveries / feed_id
    found = [load_manifest(path) for path in manifests(folder)]
    return sorted(found, key=lambda d: (d.stated_at, d.received_at, d.file_name, d.delivery_id))


def load_manifest(path: Path) -> Delivery:
    """The delivery a manifest describes; ValueError, KeyError or TypeError when it is not one."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    record["received_at"] = datetime.fromisoformat(record["received_at"])
    record["published_at"] = date.fromisoformat(record["published_at"]) if record["published_at"] else None
    record["again"] = tuple(record["again"])
    return Delivery(**record)


def publication_date(feed: Feed, file_name: str) -> date | None:
    """Publication date the file name carries, by the contract's pattern; None when it has none or it is no date."""
    if not feed.published_at:
        return None
    match = re.search(feed.published_at, file_name)
    if match is None:
        return None
    try:
        return date.fromisoformat(match["date"])
    except ValueError:
        return None
