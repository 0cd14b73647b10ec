from __future__ import annotations

import asyncio
import gzip
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from ioc_dashboard import style
from ioc_dashboard.document import DocumentMiddleware, rewrite
from ioc_dashboard.launch import command
from ioc_dashboard.packed import PackedMiddleware

PAGE = b'<html lang="en"><head><title>Streamlit</title></head><body><div id="root"></div></body></html>'


def serve(
    body: list[bytes], content_type: str, query: bytes = b"", path: str = "/"
) -> tuple[dict[str, str], bytes, dict[str, Any]]:
    """One request through the middleware; returns headers, body and the scope the application saw."""
    seen: dict[str, Any] = {}
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)
        headers = [(b"content-type", content_type.encode()), (b"content-length", b"5"), (b"ETag", b'"x"')]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for index, part in enumerate(body):
            await send({"type": "http.response.body", "body": part, "more_body": index < len(body) - 1})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {
        "type": "http",
        "path": path,
        "query_string": query,
        "headers": [(b"accept-encoding", b"gzip"), (b"if-none-match", b'"x"')],
    }
    with pytest.raises(StopIteration):  # nothing in it waits, and the browser tests own the event loop
        DocumentMiddleware(app)(scope, receive, send).send(None)
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(message.get("body", b"") for message in sent[1:]), seen


def test_the_document_names_its_language() -> None:
    headers, body, seen = serve([PAGE[:30], PAGE[30:]], "text/html; charset=utf-8")
    assert b'<html lang="vi">' in body and "Đang mở bảng điều hành" in body.decode()
    assert headers["content-length"] == str(len(body)) and "etag" not in headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert seen["headers"] == []  # neither compressed nor answered with "not modified"


def test_in_english_when_asked() -> None:
    _, body, _ = serve([PAGE], "text/html", b"feed=x&lang=en")
    assert b'<html lang="en">' in body and b"Opening the dashboard" in body


def test_other_files_pass_untouched() -> None:
    headers, body, seen = serve([b"a", b"b"], "text/javascript", path="/static/js/index.js")
    assert body == b"ab" and headers["etag"] == '"x"' and len(seen["headers"]) == 2


def test_a_document_of_another_shape_gets_the_style_sheet_only() -> None:
    link = f'<link rel="stylesheet" href="./{style.address()}">'.encode()
    assert rewrite(b"<html><body>x</body></html>", "vi") == b"<html><body>x" + link + b"</body></html>"
    assert rewrite(b"x", "vi") == b"x" + link


def test_the_real_document_asks_early_for_what_the_first_page_needs() -> None:
    static = Path(st.__file__).parent / "static"
    page = rewrite((static / "index.html").read_bytes(), "vi").decode()
    assert "SourceSans" not in page and page.index(style.address()) > page.index('id="root"')
    parts = re.findall(r'modulepreload" crossorigin href="\./(static/js/(?:Html|purify|PageLink)[^"]+)"', page)
    assert len(parts) == 3 and all((static / part).is_file() for part in parts)
    fonts = re.findall(r'href="\./app/static/(fonts/[^"]+)"', page)
    own = Path(style.__file__).parent / "static"
    assert len(fonts) == 6 and all((own / font).is_file() for font in fonts)


def test_the_style_sheet_is_served_packed_and_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style.StyleMiddleware, "linked", False)  # set back afterwards

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("not for the application")

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept-encoding", b"gzip, br")]
    scope = {"type": "http", "method": "GET", "path": f"/{style.address()}", "headers": headers}
    serving = PackedMiddleware(style.StyleMiddleware(app))
    with ThreadPoolExecutor(1) as another:  # the browser tests own this thread's event loop
        another.submit(lambda: asyncio.run(serving(scope, None, send))).result()  # type: ignore[arg-type]
    said = dict(sent[0]["headers"])
    assert said[b"content-type"].startswith(b"text/css") and b"immutable" in said[b"cache-control"]
    assert gzip.decompress(sent[1]["body"]).decode() == style.sheet()


def test_command() -> None:
    argv = command(8765)
    assert argv[1:4] == ["-m", "streamlit", "run"] and argv[4].endswith("asgi.py")
    assert "--server.port=8765" in argv and "--server.address=127.0.0.1" in argv
    assert "--browser.gatherUsageStats=false" in argv and "--browser.serverAddress=127.0.0.1" in argv
    assert "--browser.serverAddress=localhost" in command(1, "0.0.0.0")
