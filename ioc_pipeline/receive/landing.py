"""The landing area: bytes as received, content-addressed, written once; and what makes bytes a delivery.

Every way in ends here: the inbox, pulls and the push endpoint.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock

from ioc_pipeline.atomic import partial_prefix, sync
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.receive.delivery import Delivery, blob_path, deliveries_of, publication_date, save
from ioc_pipeline.settings import Places

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Landed:
    """A landed content; `new` is false when it says the same as the feed's newest delivery."""

    delivery: Delivery
    new: bool


class Incoming:
    """A file in the landing area that is being written and hashed at the same time; gone again unless kept."""

    def __init__(self, path: Path, target: BinaryIO) -> None:
        self.path = path
        self.size = 0
        self._target = target
        self._digest = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._digest.update(chunk)
        self._target.write(chunk)
        self.size += len(chunk)

    @property
    def sha256(self) -> str:
        """Hash of what was written so far."""
        return self._digest.hexdigest()

    def keep(self, places: Places) -> Path:
        """Make it a blob: on disk, read-only, under its hash. Bytes that are there already are left alone."""
        self._target.flush()
        os.fsync(self._target.fileno())
        blob = blob_path(places, self.sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        if not blob.exists():
            os.chmod(self.path, 0o444)
            os.replace(self.path, blob)
            sync(blob.parent)
        return blob


@contextmanager
def incoming(places: Places) -> Iterator[Incoming]:
    """A new file in the landing area to write received bytes to."""
    places.blobs.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=partial_prefix(), dir=places.blobs)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            yield Incoming(path, target)
    finally:
        path.unlink(missing_ok=True)


def land(
    places: Places, feed: Feed, received: Incoming, *, file_name: str, producer: str, origin: dict[str, Any]
) -> Landed:
    """Make received bytes a delivery of a feed.

    The content of the feed's newest delivery coming again is noted in its manifest and is no news; a content that
    came before another one and now again is a new delivery: its sender changed their mind.
    """
    received.keep(places)
    now = datetime.now(UTC)
    with landing_lock(places, feed.id):
        known = sorted(deliveries_of(places, feed.id), key=lambda d: d.received_at)
        if known and known[-1].sha256 == received.sha256:
            arrival = {"file_name": file_name, "received_at": now.isoformat(), "way_in": str(origin.get("way_in", ""))}
            again = replace(known[-1], again=(*known[-1].again, arrival))
            save(places, again)
            return Landed(again, new=False)
        earlier = sum(1 for d in known if d.sha256 == received.sha256)
        delivery = Delivery(
            delivery_id=received.sha256[:16] + (f"-{earlier + 1}" if earlier else ""),
            feed_id=feed.id,
            file_name=file_name,
            sha256=received.sha256,
            size_bytes=received.size,
            producer=producer,
            received_at=now,
            published_at=publication_date(feed, file_name),
            origin=origin,
        )
        save(places, delivery)
    return Landed(delivery, new=True)


def land_file(
    places: Places, feed: Feed, source: Path, *, file_name: str, producer: str, origin: dict[str, Any]
) -> Landed:
    """Make a finished file a delivery; the file itself stays."""
    with incoming(places) as target, source.open("rb") as content:
        while chunk := content.read(_CHUNK):
            target.write(chunk)
        return land(places, feed, target, file_name=file_name, producer=producer, origin=origin)


@contextmanager
def landing_lock(places: Places, feed_id: str) -> Iterator[None]:
    """Hold the right to add to a feed's deliveries (posts come at the same time)."""
    folder = places.root / "landing" / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{feed_id}.lock"):
        yield
