"""Receive: copy new files of `inbox/<feed>/` into the landing area, bytes unchanged, once per content.

The inbox is only read: departments keep seeing what they sent, and a read-only mount works. What was seen is
remembered by path, size and modification time, so an inbox without news costs one `stat` per file.

The inbox may be a mounted SFTP folder: uploads are slow and stall, its clock is not ours and counts whole seconds, and
it can vanish while a file is copied. Whether a file is at rest is therefore judged by looking twice with our own
clock, never by trusting its time alone.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from ioc_pipeline.atomic import sweep, write_json
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Message
from ioc_pipeline.receive.delivery import Delivery, deliveries_of, publication_date, save
from ioc_pipeline.receive.landing import incoming, landing_lock
from ioc_pipeline.settings import Places

SETTLE_SECONDS = 2.0
"""A file touched less than this long ago may still be being written. `$IOC_SETTLE_SECONDS` asks for longer: uploads
over slow lines stall, and half a file must not be taken for a whole one."""

UNFINISHED_SUFFIXES = (
    ".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".upload", ".swp", ".lock", "~",
)  # fmt: skip
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})
_SECOND = 1_000_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Received:
    """What one look into a feed's inbox brought: new deliveries, repeated contents, files still being written.

    `problem`: the folder or a file in it could not be read to its end (a mount that vanished); tried again next time.
    """

    new: tuple[Delivery, ...] = ()
    repeated: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    problem: Message | None = None


@dataclass
class _Seen:
    """Memory of inbox files: relative path → (size, mtime in ns, sha256), and what was seen moving: relative path →
    (size, mtime in ns, first seen so, by our clock).

    `racy` names were taken at first sight from a clock of whole seconds: a change within that same second would not
    show, so they are hashed once more at the next look.
    """

    path: Path
    entries: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    moving: dict[str, tuple[int, int, float]] = field(default_factory=dict)
    racy: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, path: Path) -> _Seen:
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            raw = {}
        if not isinstance(raw.get("files"), dict):  # written before the memory had parts
            raw = {"files": raw}
        return cls(
            path,
            {name: (int(e[0]), int(e[1]), str(e[2])) for name, e in raw["files"].items()},
            {name: (int(e[0]), int(e[1]), float(e[2])) for name, e in raw.get("moving", {}).items()},
            set(raw.get("racy", ())),
        )

    def save(self) -> None:
        write_json(self.path, {"files": self.entries, "moving": self.moving, "racy": sorted(self.racy)})

    def knows(self, name: str, stat: os.stat_result) -> bool:
        """True when nothing about the file is news."""
        return name not in self.racy and self.entries.get(name, (None, None))[:2] == (stat.st_size, stat.st_mtime_ns)


def candidates(inbox: Path) -> list[Path]:
    """Files below a feed's inbox folder that are meant to be delivered: no hidden, lock or partial files, and no links
    that lead out of the folder. Raises OSError when the folder cannot be listed."""
    found = []
    home = inbox.resolve()
    for folder, folders, names in os.walk(inbox, onerror=_raise):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            low = name.lower()
            if name.startswith((".", "~$")) or low.endswith(UNFINISHED_SUFFIXES) or low in _SYSTEM_FILES:
                continue
            path = Path(folder) / name
            if path.is_symlink() and not path.resolve().is_relative_to(home):
                continue
            if path.is_file():
                found.append(path)
    return found


def _raise(error: OSError) -> None:
    raise error


def has_news(places: Places, feed_id: str) -> bool:
    """True when the inbox holds a file not seen with its present size and time. Cheap: stats only."""
    inbox = places.inbox / feed_id
    seen = _Seen.load(_seen_path(places, feed_id))
    try:
        if not inbox.is_dir():
            return False
        return any(not seen.knows(path.relative_to(inbox).as_posix(), path.stat()) for path in candidates(inbox))
    except OSError:
        return True  # the run says in words what is wrong with the folder


def receive(places: Places, feed: Feed, *, settle_seconds: float | None = None) -> Received:
    """Land every new, settled file of the feed's inbox.

    A content seen before under another name changes nothing and is noted in its manifest. A file that went back to
    an earlier content is a new delivery: its sender changed their mind. Files that change while we look are left for
    the next run. A folder that cannot be read is a `problem`, and what was landed before it stays landed.
    """
    for folder in (places.blobs, places.deliveries / feed.id, _seen_path(places, feed.id).parent):
        sweep(folder)
    settle = float(os.environ.get("IOC_SETTLE_SECONDS") or SETTLE_SECONDS) if settle_seconds is None else settle_seconds
    if not has_news(places, feed.id):
        return Received()
    with landing_lock(places, feed.id):  # two runs at once: one lands, the other finds nothing new
        return _receive(places, feed, settle)


def _receive(places: Places, feed: Feed, settle: float) -> Received:
    inbox = places.inbox / feed.id
    seen = _Seen.load(_seen_path(places, feed.id))
    new: list[Delivery] = []
    repeated: list[str] = []
    unsettled: list[str] = []
    problem = None
    try:
        if not inbox.is_dir():
            return Received()
        fresh = [p for p in candidates(inbox) if not seen.knows(p.relative_to(inbox).as_posix(), p.stat())]
        if not fresh:
            return Received()
        settled, moving = _settled(feed, seen, inbox, fresh, settle)
        unsettled = [p.relative_to(inbox).as_posix() for p in moving]
        known = deliveries_of(places, feed.id)
        for path in settled:
            _take(places, feed, seen, known, inbox, path, new, repeated, unsettled)
    except OSError as error:
        problem = _unreadable(feed, error)
    if new or repeated or unsettled or problem is None:
        seen.save()
    return Received(tuple(new), tuple(repeated), tuple(unsettled), problem)


def _take(
    places: Places,
    feed: Feed,
    seen: _Seen,
    known: list[Delivery],
    inbox: Path,
    path: Path,
    new: list[Delivery],
    repeated: list[str],
    unsettled: list[str],
) -> None:
    """Land one file and remember it."""
    name = path.relative_to(inbox).as_posix()
    landed = _land(places, path)
    if landed is None:
        unsettled.append(name)
        return
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
    at_first_sight = previous is None or previous[:2] != (stat.st_size, stat.st_mtime_ns)
    seen.racy.discard(name)
    if at_first_sight and name not in seen.moving and stat.st_mtime_ns % _SECOND == 0:
        seen.racy.add(name)
    seen.moving.pop(name, None)
    seen.entries[name] = (stat.st_size, stat.st_mtime_ns, sha256)


def _unreadable(feed: Feed, error: OSError) -> Message:
    detail = f"{error.strerror or type(error).__name__}: {error.filename or feed.id}"
    return Message(
        "inbox.unreadable",
        f"{feed.id}: không đọc hết được hộp nhận ({detail}). Kiểm tra thư mục gắn (SFTP) rồi chạy lại; "
        "tệp chưa nhận xong sẽ được nhận lại từ đầu.",
        f"{feed.id}: the inbox could not be read to its end ({detail}). Check the mounted folder (SFTP) and run again; "
        "files not wholly received will be received from the start.",
    )


def _seen_path(places: Places, feed_id: str) -> Path:
    return places.root / "landing" / "seen" / f"{feed_id}.json"


def _settled(feed: Feed, seen: _Seen, inbox: Path, paths: list[Path], settle: float) -> tuple[list[Path], list[Path]]:
    """Split files into those at rest, in order of publication and time, and those that are not.

    A file is at rest when it did not change for `settle` seconds. Up to `SETTLE_SECONDS` we wait for that; beyond,
    what was seen is remembered and judged by our own clock at a later look, since a mount's times may be wrong.
    """
    before = {path: path.stat() for path in paths}
    now = time.time()
    youngest = min(now - stat.st_mtime for stat in before.values())
    if youngest < (wait := min(settle, SETTLE_SECONDS)):
        time.sleep(wait - max(youngest, 0.0))
    settled: list[Path] = []
    moving: list[Path] = []
    for path, stat in before.items():
        try:
            again = path.stat()
        except FileNotFoundError:
            continue
        name, state = path.relative_to(inbox).as_posix(), (again.st_size, again.st_mtime_ns)
        at_rest = state == (stat.st_size, stat.st_mtime_ns)
        if settle > SETTLE_SECONDS and at_rest:
            size, mtime, since = seen.moving.get(name, (-1, -1, now))
            since = since if (size, mtime) == state else now
            at_rest = name in seen.racy or time.time() - since >= settle
        else:
            since = now
        if settle > SETTLE_SECONDS or youngest < wait:
            seen.moving[name] = (*state, since)
        (settled if at_rest else moving).append(path)
    order = {p: (str(publication_date(feed, p.name) or ""), before[p].st_mtime_ns, p.name) for p in settled}
    return sorted(settled, key=order.__getitem__), moving


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
    before = path.stat()
    with incoming(places) as target, path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or after.st_size != target.size:
            return None
        target.keep(places)
        return target.sha256, after
