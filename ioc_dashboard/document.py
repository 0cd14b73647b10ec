"""The HTML document Streamlit serves says `lang="en"` and is blank until its scripts have run.

This middleware names the reader's language, gives the tab a name, paints a quiet first frame, links to our style sheet
and to what the first page will need, allows nothing but this server (Content-Security-Policy), and lets the browser
remember the release it was shown (`visits`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ioc_dashboard import style, visits
from ioc_dashboard.release import read_pointer
from ioc_dashboard.screen import moment_now
from ioc_dashboard.texts import language, t

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Streamlit's bundle; Vega compiles expressions
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'self'",
    ]
)
_HEADERS = [
    (b"content-security-policy", POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
_FIRST_FRAME = """<style>
html{color-scheme:light dark;background:light-dark(#f3f5f9,#0b1320)}
.first{position:fixed;inset:0;font:500 17px/1.4 system-ui,sans-serif;color:light-dark(#4a5a73,#a9b7cc)}
.first b{display:block;height:64px;background:#0c2a52;border-bottom:3px solid #c9a227}
.first p{margin:0;position:absolute;top:50%;left:0;right:0;text-align:center}
</style>"""
_FALLBACK_FONT = re.compile(r'<link\s+rel="preload"[^>]*SourceSans[^>]*>')  # ours come first in `config.toml`
_PARTS = ("Html", "purify.es", "PageLink")
_WEIGHTS = (400, 600, 700)
_FONTS = Path(__file__).parent / "static" / "fonts"


class DocumentMiddleware:
    """Rewrites the HTML document and adds headers; everything else passes through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [None])[0]

        async def forward(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                if not _is_plain_html(headers):
                    await send(message)
                    return
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    page = rewrite(bytes(body), language(asked)) if body else b""
                    headers = _headers(start["headers"], len(page) if body else None)
                    await send({**start, "headers": headers + _visit(scope)})
                    await send({"type": "http.response.body", "body": page, "more_body": False})

        await self.app(_without_compression(scope), receive, forward)


def rewrite(page: bytes, lang: str) -> bytes:
    """The document in the reader's language with a first frame to look at while scripts load."""
    text = page.decode("utf-8")
    text = text.replace('<html lang="en">', f'<html lang="{lang}">', 1)
    text = text.replace("<title>Streamlit</title>", f"<title>IOC · {t('centre', lang)}</title>{_FIRST_FRAME}", 1)
    opening = "Đang mở bảng điều hành…" if lang == "vi" else "Opening the dashboard…"
    text = text.replace(
        '<div id="root"></div>', f'<div id="root"><div class="first"><b></b><p>{opening}</p></div></div>', 1
    )
    text = _FALLBACK_FONT.sub("", text, count=1).replace("</head>", f"{_early()}</head>", 1)
    # At the end of the body: after Streamlit's own rules, which it adds to the head, so that ours prevail.
    body, ending, rest = text.rpartition("</body>")
    sheet = f'<link rel="stylesheet" href="./{style.address()}">'
    text = f"{body}{sheet}{ending}{rest}" if ending else text + sheet
    return text.encode("utf-8")


@lru_cache(maxsize=1)
def _early() -> str:
    """Links to what every first page needs but is known only late: the parts of Streamlit that draw our elements, and
    our fonts, without which the text stays invisible."""
    scripts = Path(st.__file__).parent / "static" / "static" / "js"
    parts = sorted(found.name for name in _PARTS for found in scripts.glob(f"{name}.*.js"))
    fonts = sorted(found.name for weight in _WEIGHTS for found in _FONTS.glob(f"*-{weight}-normal.woff2"))
    return "".join(
        [f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in parts]
        + [
            f'<link rel="preload" as="font" type="font/woff2" crossorigin href="./app/static/fonts/{name}">'
            for name in fonts
        ]
    )


def _is_plain_html(headers: list[tuple[bytes, bytes]]) -> bool:
    known = {name.lower(): value for name, value in headers}
    return known.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in known


def _headers(headers: list[tuple[bytes, bytes]], length: int | None) -> list[tuple[bytes, bytes]]:
    dropped = {b"content-length", b"etag", b"last-modified"} | {name for name, _ in _HEADERS}
    kept = [(name, value) for name, value in headers if name.lower() not in dropped]
    size = [(b"content-length", str(length).encode("ascii"))] if length is not None else []
    return [*kept, *_HEADERS, *size]


def _visit(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Header that remembers which release this browser was shown."""
    pointer = read_pointer()
    if pointer is None:
        return []
    sent = b"; ".join(value for name, value in scope.get("headers", []) if name.lower() == b"cookie")
    try:
        found = SimpleCookie(sent.decode("latin-1")).get(visits.COOKIE)
    except CookieError:
        found = None
    value = visits.following(found.value if found else None, pointer.release_id, moment_now())
    if value is None:
        return []
    text = f"{visits.COOKIE}={value}; Path=/; Max-Age={visits.KEPT_SECONDS}; SameSite=Lax; HttpOnly"
    return [(b"set-cookie", text.encode("ascii"))]


def _without_compression(scope: Scope) -> Scope:
    """Ask for the document itself uncompressed and unconditionally; other files keep both."""
    path = str(scope.get("path", ""))
    if "." in path.rsplit("/", 1)[-1] or "/_stcore/" in path or "/static/" in path or "/media/" in path:
        return scope
    dropped = {b"accept-encoding", b"if-none-match", b"if-modified-since"}
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]
    return {**scope, "headers": headers}
