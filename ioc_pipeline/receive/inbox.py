"""Receive: copy new files of `inbox/<feed>/` into the landing area, bytes unchanged, once per content.

The inbox is only read: departments keep seeing what they sent, and a read-only mount works. What was seen is
remembered by path, size and modification time, so an inbox without news costs one `stat` per file.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from ioc_pipeline.atomic import partial_prefix, sweep, sync, write_json
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.receive.delivery import Delivery, blob_path, deliveries_of, publication_date, save
from ioc_pipeline.settings import Places

SETTLE_SECONDS = 2.0
"""A file touched less than this long ago may still be being written."""

UNFINISHED_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".swp", ".lock")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Received:
    """What one look into a feed's inbox brought: new deliveries, repeated contents, files still being written."""

    new: tuple[Delivery, ...] = ()
    repeated: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


@dataclass
class _Seen:
    """Memory of inbox files: relative path → (size, mtime in ns, sha256)."""

    path: Path
    entries: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> _Seen:
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            raw = {}
        return cls(path, {name: (int(e[0]), int(e[1]), str(e[2])) for name, e in raw.items()})

    def save(self) -> None:
        write_json(self.path, self.entries)


def candidates(inbox: Path) -> list[Path]:
    """Files below a feed's inbox folder that are meant to be delivered (no hidden, lock or partial files)."""
    found = []
    for folder, folders, names in os.walk(inbox):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            if name.startswith((".", "~$")) or name.lower().endswith(UNFINISHED_SUFFIXES):
                continue
            path = Path(folder) / name
            if path.is_file():
                found.append(path)
    return found


def has_news(places: Places, feed_id: str) -> bool:
    """True when the inbox holds a file not seen with its present size and time. Cheap: stats only."""
    inbox = places.inbox / feed_id
    seen = _Seen.load(_seen_path(places, feed_id)).entries
    for path in candidates(inbox) if inbox.is_dir() else ():
        stat = path.stat()
        if seen.get(path.relative_to(inbox).as_posix(), (None, None))[:2] != (stat.st_size, stat.st_mtime_ns):
            return True
    return False


def receive(places: Places, feed: Feed, *, settle_seconds: float = SETTLE_SECONDS) -> Received:
    """Land every new, settled file of the feed's inbox.

    A content seen before under another name changes nothing and is noted in its manifest. A file that went back to
    an earlier content is a new delivery: its sender changed their mind. Files that change while we look are left for
    the next run.
    """
    inbox = places.inbox / feed.id
    for folder in (places.blobs, places.deliveries / feed.id, _seen_path(places, feed.id).parent):
        sweep(folder)
    if not inbox.is_dir():
        return Received()
    seen = _Seen.load(_seen_path(places, feed.id))
    fresh = [p for p in candidates(inbox) if not _known(seen, inbox, p)]
    if not fresh:
        return Received()
    settled, unsettled = _settled(fresh, settle_seconds)
    known = deliveries_of(places, feed.id)
    new: list[Delivery] = []
    repeated: list[str] = []
    for path in sorted(
        settled, key=lambda p: (str(publication_date(feed, p.name) or ""), p.stat().st_mtime_ns, p.name)
    ):
        name = path.relative_to(inbox).as_posix()
        landed = _land(places, path)
        if landed is None:
            unsettled.append(path)
            continue
        sha256, stat = landed
        earlier = [d for d in known if d.sha256 == sha256]
        previous = seen.entries.get(name)
        went_back = previous is not None and previous[2] != sha256
        if earlier and not went_back:
            arrival = {"file_name": name, "received_at": datetime.now(UTC).isoformat()}
            if previous is None:  # the same file merely touched is no arrival
                repeated.append(name)
                if earlier[-1].file_name != name:
                    save(places, replace(earlier[-1], again=(*earlier[-1].again, arrival)))
        else:
            suffix = f"-{len(earlier) + 1}" if earlier else ""
            delivery = Delivery(
                delivery_id=sha256[:16] + suffix,
                feed_id=feed.id,
                file_name=name,
                sha256=sha256,
                size_bytes=stat.st_size,
                producer=feed.owner_id,
                received_at=datetime.now(UTC),
                published_at=publication_date(feed, path.name),
            )
            save(places, delivery)
            known.append(delivery)
            new.append(delivery)
        seen.entries[name] = (stat.st_size, stat.st_mtime_ns, sha256)
    seen.save()
    return Received(tuple(new), tuple(repeated), tuple(p.relative_to(inbox).as_posix() for p in unsettled))


def _seen_path(places: Places, feed_id: str) -> Path:
    return places.root / "landing" / "seen" / f"{feed_id}.json"


def _known(seen: _Seen, inbox: Path, path: Path) -> bool:
    entry = seen.entries.get(path.relative_to(inbox).as_posix())
    stat = path.stat()
    return entry is not None and entry[:2] == (stat.st_size, stat.st_mtime_ns)


def _settled(paths: list[Path], settle_seconds: float) -> tuple[list[Path], list[Path]]:
    """Split files into those at rest and those that are not, waiting once for the youngest."""
    before = {path: path.stat() for path in paths}
    youngest = min(time.time() - stat.st_mtime for stat in before.values())
    if youngest < settle_seconds:
        time.sleep(min(settle_seconds, settle_seconds - max(youngest, 0.0)))
    settled: list[Path] = []
    moving: list[Path] = []
    for path, stat in before.items():
        try:
            now = path.stat()
        except FileNotFoundError:
            continue
        at_rest = (now.st_size, now.st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
        (settled if at_rest else moving).append(path)
    return settled, moving


def land_backfill(places: Places, feed: Feed, path: Path, published: date, known: list[Delivery]) -> Delivery | None:
    """Land one file of the past as a delivery that says so; None when the file changes while it is copied.

    A content that is already known is handed back as it is: loading the same folder twice adds nothing. `known` are
    the feed's deliveries; the new one is added to it.
    """
    landed = _land(places, path)
    if landed is None:
        return None
    sha256, stat = landed
    for delivery in known:
        if delivery.sha256 == sha256:
            return delivery
    delivery = Delivery(
        delivery_id=sha256[:16],
        feed_id=feed.id,
        file_name=path.name,
        sha256=sha256,
        size_bytes=stat.st_size,
        producer=feed.owner_id,
        received_at=datetime.now(UTC),
        published_at=published,
        backfill=True,
    )
    save(places, delivery)
    known.append(delivery)
    return delivery


def _land(places: Places, path: Path) -> tuple[str, os.stat_result] | None:
    """Copy one file into the blobs while hashing it; None when it changed meanwhile."""
    places.blobs.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(prefix=partial_prefix(), dir=places.blobs)
    temporary = Path(name)
    try:
        before = path.stat()
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            return None
        target_path = blob_path(places, digest.hexdigest())
        target_path.parent.mkdir(parents=True, exist_ok=True)
        if not target_path.exists():
            os.chmod(temporary, 0o444)
            os.replace(temporary, target_path)
            sync(target_path.parent)
        return digest.hexdigest(), after
    finally:
        temporary.unlink(missing_ok=True)
