"""A real HTTP server on loopback that does what it is told, also on purpose wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Reply:
    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = "application/json; charset=utf-8"
    cut: int | None = None  # send only so many bytes, then close
    drip: float | None = None  # seconds between single bytes
    date: float | None = None  # the server's clock
    hold: threading.Event | None = None  # answer nothing until set


Script = Callable[[Asked], Reply]


@dataclass
class Server:
    url: str
    asked: list[Asked] = field(default_factory=list)
    script: Script = lambda asked: Reply(status=404)


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            length = int(self.headers.get("content-length") or 0)
            asked = Asked(parts.path, query, {k.lower(): v for k, v in self.headers.items()}, self.rfile.read(length))
            server.asked.append(asked)
            self.send(server.script(asked))

        do_POST = do_GET

        def send(self, reply: Reply) -> None:
            if reply.hold is not None:
                reply.hold.wait(20)
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body, ensure_ascii=False).encode()
            self.send_response_only(reply.status)
            self.send_header("Date", formatdate(reply.date, usegmt=True))
            if reply.content_type:
                self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                if reply.drip is not None:
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        stop.wait(reply.drip)
                else:
                    self.wfile.write(body[: reply.cut])
                if reply.cut is not None:
                    self.close_connection = True
            except OSError:
                self.close_connection = True

    stop = threading.Event()
    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.daemon_threads = True
    server = Server(f"http://127.0.0.1:{web.server_address[1]}")
    threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        stop.set()
        web.shutdown()
        web.server_close()
