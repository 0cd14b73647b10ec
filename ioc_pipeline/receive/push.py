"""What a pushed body becomes: a clean name, a delivery, and the memory of idempotency keys. No HTTP in here."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message as Header
from pathlib import Path
from urllib.parse import unquote

from ioc_pipeline.atomic import write_json
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.receive.landing import Incoming, Landed, land
from ioc_pipeline.receive.tokens import Token
from ioc_pipeline.settings import Places

LONGEST_NAME = 180
"""Bytes of UTF-8; longer names are cut before their ending."""
ENDINGS = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/plain": ".txt",
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
    "application/jsonl": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
    "application/x-parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/gzip": ".gz",
    "application/zip": ".zip",
    "application/octet-stream": "",
}
"""Accepted content types and the ending of a body that came without a name. The content itself decides the format."""


class KeyReused(Exception):
    """The idempotency key was used before for other bytes."""


@dataclass(frozen=True)
class Accepted:
    """A body that was landed; `replayed` when the same key and bytes came before."""

    delivery_id: str
    replayed: bool
    new: bool


def media_type(content_type: str) -> str | None:
    """The accepted media type of a Content-Type header (octet-stream when absent); None when it is not accepted."""
    kind = content_type.partition(";")[0].strip().lower() or "application/octet-stream"
    return kind if kind in ENDINGS else None


def sent_name(headers: dict[str, str]) -> str | None:
    """File name of `Content-Disposition` (RFC 6266) or of percent-encoded `X-File-Name`; None without either."""
    disposition = headers.get("content-disposition")
    if disposition:
        header = Header()
        header["content-disposition"] = disposition
        try:
            name = header.get_filename()
        except (LookupError, UnicodeError, ValueError):
            name = None
        if name:
            return _utf8(name)
    name = headers.get("x-file-name")
    return unquote(_utf8(name), errors="replace") if name else None


def _utf8(name: str) -> str:
    """Headers arrive as Latin-1; people put UTF-8 into them."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name


def clean_name(name: str | None, feed_id: str, kind: str) -> str:
    """A file name fit for manifests and messages: the last part of any path, NFC, no control characters, not too long.

    The name is never used as a path; bytes are kept under their hash.
    """
    text = unicodedata.normalize("NFC", name or "")
    text = re.split(r"[/\\]", text)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")).strip(" .")
    if not text:
        return f"{feed_id}{ENDINGS.get(kind, '')}"
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = text, ""
    room = LONGEST_NAME - len((dot + ending).encode()) if ending else LONGEST_NAME
    stem = stem.encode()[:room].decode("utf-8", errors="ignore")
    return f"{stem}.{ending}" if ending else stem


def accept(
    places: Places, feed: Feed, token: Token, body: Incoming, *, name: str, kind: str, key: str | None
) -> Accepted:
    """Land a complete body under its sender's name.

    With an idempotency key, the same bytes again are the same delivery; KeyReused when other bytes came under it.
    """
    remembered = _key_path(places, feed.id, token.agency, key) if key else None
    if remembered is not None and remembered.exists():
        earlier = json.loads(remembered.read_text(encoding="utf-8"))
        if earlier["sha256"] != body.sha256:
            raise KeyReused
        return Accepted(earlier["delivery_id"], replayed=True, new=False)
    origin = {"way_in": "push", "agency": token.agency, "token_id": token.id, "content_type": kind}
    landed: Landed = land(places, feed, body, file_name=name, producer=token.agency, origin=origin)
    if remembered is not None:
        kept = {"sha256": body.sha256, "delivery_id": landed.delivery.delivery_id}
        write_json(remembered, kept | {"at": datetime.now(UTC).isoformat(timespec="seconds")})
    return Accepted(landed.delivery.delivery_id, replayed=False, new=landed.new)


def _key_path(places: Places, feed_id: str, agency: str, key: str) -> Path:
    digest = hashlib.sha256(f"{agency}\n{key}".encode("utf-8", errors="surrogatepass")).hexdigest()
    return places.root / "landing" / "keys" / feed_id / f"{digest[:32]}.json"
