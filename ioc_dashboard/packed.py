"""Streamlit's scripts and style sheets compressed, each once.

Streamlit 1.67 sends them as they are and leaves compression to a proxy in front (its own would pack them again at every
request). A province's server often has no proxy and its readers a slow line: 2.8 MB at a first visit became 0.9 MB.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PACKED = (".js", ".css", ".svg", ".json")
_LEAST = 1_000  # bytes; smaller ones gain nothing
_MOST_KEPT = 24_000_000  # packed bytes in memory
_ANOTHER_LENGTH = (b"content-length", b"accept-ranges", b"etag")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _Kept:
    headers: Headers
    body: bytes


class PackedMiddleware:
    """Answers whole requests for files below /static/ (their names carry their hash: they never change) packed from
    memory; everything else passes through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, _Kept] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if not _wanted(scope):
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])
        found = self._kept.get(path)
        if found is None:
            found = await self._made(scope, receive, send)
        if found is not None:
            await send({"type": "http.response.start", "status": 200, "headers": found.headers})
            await send({"type": "http.response.body", "body": found.body})

    async def _made(self, scope: Scope, receive: Receive, send: Send) -> _Kept | None:
        """The packed file; None when the answer was another one, which is then sent as it came."""
        sent: list[Message] = []

        async def hold(message: Message) -> None:
            sent.append(message)

        headers = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(b"if-")]
        await self.app({**scope, "headers": headers}, receive, hold)
        body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
        start = next((message for message in sent if message["type"] == "http.response.start"), None)
        packable = start is not None and start["status"] == 200 and len(body) >= _LEAST
        if not packable or start is None or self._size > _MOST_KEPT or _named(start["headers"], b"content-encoding"):
            for message in sent:
                await send(message)
            return None
        packed = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in _ANOTHER_LENGTH]
        size = str(len(packed)).encode("ascii")
        made = _Kept(
            [*kept, (b"content-encoding", b"gzip"), (b"vary", b"accept-encoding"), (b"content-length", size)], packed
        )
        self._size += 0 if str(scope["path"]) in self._kept else len(packed)
        self._kept[str(scope["path"])] = made
        return made


def _wanted(scope: Scope) -> bool:
    if scope["type"] != "http" or scope.get("method") != "GET":
        return False
    path, headers = str(scope.get("path", "")), scope.get("headers", [])
    return (
        path.startswith("/static/")
        and path.endswith(_PACKED)
        and b"gzip" in (_named(headers, b"accept-encoding") or b"")
        and _named(headers, b"range") is None
    )


def _named(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    return next((value for known, value in headers if known.lower() == name), None)
