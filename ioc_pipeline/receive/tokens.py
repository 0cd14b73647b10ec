"""Access tokens of agencies that push: only hashes are kept, every token names its agency, feeds and end.

A token is 256 random bits, so one SHA-256 is as good as a slow password hash: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets as randomness
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ioc_pipeline.atomic import replacing
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.settings import Places

_FORM = re.compile(r"ioc_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_NOBODY = hashlib.sha256(randomness.token_bytes(32)).hexdigest()


@dataclass(frozen=True)
class Token:
    """What is kept of a token. `sha256`: hash of the whole token; `feeds`: the feeds it may send to."""

    id: str
    agency: str
    feeds: tuple[str, ...]
    sha256: str
    created_at: str
    expires_at: str
    revoked_at: str | None = None

    def valid(self, now: datetime) -> bool:
        """True when it was neither revoked nor has it expired."""
        return self.revoked_at is None and now < datetime.fromisoformat(self.expires_at)


def all_tokens(places: Places) -> list[Token]:
    """Every token ever made, in the order in which they were made."""
    try:
        kept = json.loads(_path(places).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [Token(**(entry | {"feeds": tuple(entry["feeds"])})) for entry in kept]


def create(places: Places, agency: str, feeds: list[str], expires_at: datetime) -> tuple[Token, str]:
    """A new token and its text, which is shown this once and never kept."""
    ident = randomness.token_hex(6)
    text = f"ioc_{ident}_{randomness.token_urlsafe(32)}"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    token = Token(
        ident, agency, tuple(feeds), _hash(text), now, expires_at.astimezone(UTC).isoformat(timespec="seconds")
    )
    with _changing(places):
        _save(places, [*all_tokens(places), token])
    return token, text


def revoke(places: Places, ident: str) -> Token:
    """End a token now; IocError when there is none of this id."""
    with _changing(places):
        tokens = all_tokens(places)
        found = next((t for t in tokens if t.id == ident), None)
        if found is None:
            known = ", ".join(t.id for t in tokens) or "–"
            raise IocError(
                Message(
                    "token.unknown", f"Không có mã truy cập {ident}; có: {known}", f"No token {ident}; have: {known}"
                )
            )
        ended = replace(found, revoked_at=datetime.now(UTC).isoformat(timespec="seconds"))
        _save(places, [ended if t.id == ident else t for t in tokens])
    return ended


def authenticate(places: Places, text: str, now: datetime) -> Token | None:
    """The valid token of this text, compared in constant time; None for anything else."""
    match = _FORM.fullmatch(text)
    ident = match[1] if match else ""
    token = next((t for t in all_tokens(places) if t.id == ident), None)
    same = hmac.compare_digest(_hash(text), token.sha256 if token else _NOBODY)
    return token if token is not None and same and token.valid(now) else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def _path(places: Places) -> Path:
    return places.root / "access" / "tokens.json"


def _changing(places: Places) -> FileLock:
    _path(places).parent.mkdir(parents=True, exist_ok=True)
    return FileLock(_path(places).with_suffix(".lock"))


def _save(places: Places, tokens: list[Token]) -> None:
    records: list[dict[str, Any]] = [asdict(t) for t in tokens]
    with replacing(_path(places)) as temporary:
        temporary.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.chmod(_path(places), 0o600)
