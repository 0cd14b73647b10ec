"""Received bytes and manifests: the hash of every blob recomputed, every manifest read and held against its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ioc_pipeline.audit.findings import BYTES, DIFFERS, MANIFESTS, UNDETERMINED, Finding, Report
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.file_hash import sha256_of
from ioc_pipeline.messages import Text
from ioc_pipeline.receive.delivery import Delivery, blob_path, load_manifest, manifests, publication_date
from ioc_pipeline.settings import Places


@dataclass
class Landed:
    """Deliveries whose manifest can be read, and for each (feed, delivery) what is wrong with it, if anything."""

    deliveries: list[Delivery] = field(default_factory=list)
    damaged: dict[tuple[str, str], Text] = field(default_factory=dict)


def check_landing(places: Places, feeds: Iterable[Feed], report: Report) -> Landed:
    """Check every manifest of the feeds and the bytes it names, and every blob of the landing area by its own name."""
    landed = Landed()
    hashes = {path: sha256_of(path) for path in sorted(places.blobs.glob("??/*")) if len(path.name) == 64}
    named: set[Path] = set()
    for feed in feeds:
        for path in manifests(places.deliveries / feed.id):
            try:
                delivery = load_manifest(path)
            except (ValueError, KeyError, TypeError) as error:
                report.add([_finding(MANIFESTS, feed.id, path.stem, path.name, "readable", "true", str(error))])
                continue
            landed.deliveries.append(delivery)
            key = (feed.id, path.stem)
            blob = blob_path(places, delivery.sha256)
            named.add(blob)
            wrong = _wrong_manifest(feed, path, delivery)
            if wrong is not None:
                report.add([wrong])
                landed.damaged[key] = _BAD_MANIFEST
            found, size = hashes.get(blob), blob.stat().st_size if blob in hashes else None
            if found == delivery.sha256 and size == delivery.size_bytes:
                report.agree(BYTES)
                continue
            stated = f"{delivery.sha256} ({delivery.size_bytes} B)"
            is_there = f"{found} ({size} B)" if found else "–"
            report.add([_finding(BYTES, feed.id, path.stem, delivery.file_name, "sha256", stated, is_there)])
            landed.damaged[key] = _BAD_BYTES
    _check_unnamed(places, hashes, named, report)
    return landed


def _check_unnamed(places: Places, hashes: dict[Path, str], named: set[Path], report: Report) -> None:
    """Blobs that none of the manifests looked at names: another feed's, or left by a kill before the manifest."""
    every = (path for folder in places.deliveries.glob("*") for path in manifests(folder))
    everywhere = {blob_path(places, delivery.sha256) for delivery in _readable(every)} | named
    for path, found in hashes.items():
        if path in named:
            continue
        if found != path.name:
            report.add([_finding(BYTES, None, None, path.name[:16], "sha256", path.name, found)])
        elif path not in everywhere:
            report.add(
                [Finding(BYTES, UNDETERMINED, None, None, path.name[:16], "manifest", None, found, _NO_MANIFEST)]
            )


def _readable(paths: Iterable[Path]) -> Iterable[Delivery]:
    for path in paths:
        try:
            yield load_manifest(path)
        except (ValueError, KeyError, TypeError):
            continue


def _wrong_manifest(feed: Feed, path: Path, delivery: Delivery) -> Finding | None:
    """The first contradiction inside a manifest: its name, its feed, the publication date its file name carries."""
    published = publication_date(feed, Path(delivery.file_name).name)
    checks = (
        ("feed_id", delivery.feed_id, feed.id),
        ("delivery_id", delivery.delivery_id, path.stem),
        ("delivery_id", path.stem[:16], delivery.sha256[:16]),
        ("published_at", delivery.published_at, published),
    )
    for column, stored, expected in checks:
        if stored != expected:
            return _finding(MANIFESTS, feed.id, path.stem, delivery.file_name, column, str(stored), str(expected))
    return None


def _finding(
    part: str, feed: str | None, delivery: str | None, what: str, column: str | None, stored: str, recomputed: str
) -> Finding:
    return Finding(part, DIFFERS, feed, delivery, what, column, stored, recomputed)


_BAD_BYTES = Text("byte của lần giao không còn như khi nhận", "the delivery's bytes are not those received")
_BAD_MANIFEST = Text("bản kê của lần giao không khớp", "the delivery's manifest does not fit")
_NO_MANIFEST = Text(
    "không bản kê nào nêu tệp này (có thể do lần nhận bị ngắt giữa chừng)",
    "no manifest names these bytes (a receipt may have been interrupted)",
)
