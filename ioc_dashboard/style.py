"""The dashboard's own style sheets as one file that the document links to.

Sent as an element of every page they would be 100 kB in each session's first run and hashed again in each run. As a
file they are packed, kept by the browser, and there before the first element is.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

_SHEETS = Path(__file__).parent / "static" / "css"
_KEPT = b"public, max-age=31536000, immutable"  # its name carries its hash


@lru_cache(maxsize=1)
def sheet() -> str:
    """All style sheets in the order of their names."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(_SHEETS.glob("*.css")))


@lru_cache(maxsize=1)
def address() -> str:
    """Of the sheet, relative to any page; another one as soon as a rule changes."""
    return f"static/ioc-{hashlib.sha256(sheet().encode('utf-8')).hexdigest()[:12]}.css"


class StyleMiddleware:
    """Answers for the sheet; everything else passes through. `linked`: some server of this process does."""

    linked = False

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        StyleMiddleware.linked = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not str(scope.get("path", "")).endswith(f"/{address()}"):
            await self.app(scope, receive, send)
            return
        body = sheet().encode("utf-8")
        headers = [
            (b"content-type", b"text/css; charset=utf-8"), (b"content-length", str(len(body)).encode("ascii")),
            (b"cache-control", _KEPT), (b"x-content-type-options", b"nosniff"),
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else body})
