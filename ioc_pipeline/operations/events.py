"""Events: what was done, by whom, when, on which evidence. Each carries the hash of the one before it, so that nothing
can be changed, taken out or put in between without showing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ioc_pipeline.messages import Text

GENESIS = "0" * 64
"""The hash before the first event."""
SYSTEM = "ioc"
"""Who did what no person did."""
ALERT, TASK, UNIT, NOTE, RELEASE = "alert", "task", "unit", "note", "release"
"""Streams: what an event is about."""


@dataclass(frozen=True)
class NewEvent:
    """An event to be appended. `once`: a key that no other event may have; a second one with it is not appended."""

    stream: str
    subject: str
    kind: str
    who: str
    body: Mapping[str, Any]
    evidence: str | None = None
    once: str | None = None


@dataclass(frozen=True)
class Event:
    """An appended event; `seq` counts from 1 without gaps, `at` is UTC, ISO 8601, as it was hashed."""

    seq: int
    stream: str
    subject: str
    kind: str
    at: str
    who: str
    evidence: str | None
    body_json: str
    once: str | None
    previous_hash: str
    hash: str

    @property
    def moment(self) -> datetime:
        """When it was recorded."""
        return datetime.fromisoformat(self.at)

    @property
    def body(self) -> dict[str, Any]:
        """The details."""
        found: dict[str, Any] = json.loads(self.body_json)
        return found


def chained(new: NewEvent, seq: int, at: datetime, previous_hash: str) -> Event:
    """The event as it follows the one with `previous_hash`."""
    body = json.dumps(dict(new.body), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    said = (seq, new.stream, new.subject, new.kind, at.isoformat(), new.who, new.evidence, body, new.once)
    return Event(*said, previous_hash=previous_hash, hash=_hash((*said, previous_hash)))


def _hash(said: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _hash_of(event: Event) -> str:
    return _hash(
        (
            event.seq, event.stream, event.subject, event.kind, event.at, event.who, event.evidence, event.body_json,
            event.once, event.previous_hash,
        )
    )  # fmt: skip


def chain_problems(events: Iterable[Event], heads: Iterable[tuple[int, str]] = ()) -> list[Text]:
    """What is wrong with the chain; empty when nothing is. `heads` are (seq, hash) once noted outside the store: each
    must still be in it, which shows when the end was cut off or everything was written again."""
    found: list[Text] = []
    hashes: dict[int, str] = {}
    expected, previous = 1, GENESIS
    for event in events:
        if event.seq != expected:
            found.append(
                Text(
                    f"thiếu sự kiện số {expected} đến {event.seq - 1}", f"events {expected} to {event.seq - 1} missing"
                )
            )
        elif event.previous_hash != previous:
            found.append(
                Text(
                    f"sự kiện số {event.seq} không nối với sự kiện trước",
                    f"event {event.seq} does not follow the one before it",
                )
            )
        if _hash_of(event) != event.hash:
            found.append(Text(f"sự kiện số {event.seq} đã bị sửa", f"event {event.seq} was changed"))
        hashes[event.seq] = event.hash
        expected, previous = event.seq + 1, event.hash
    for seq, head in heads:
        if hashes.get(seq) != head:
            found.append(
                Text(
                    f"sự kiện số {seq} với mã băm {head[:12]}… đã ghi nhận bên ngoài không còn trong kho",
                    f"event {seq} with hash {head[:12]}…, noted outside the store, is no longer in it",
                )
            )
    return found
