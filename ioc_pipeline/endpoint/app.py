"""The push endpoint: `POST /feeds/<id>` takes a body to the landing area and answers with its receipt.

TLS is the reverse proxy's job (docs/ways_in.md). One process: idempotency and rate limits live in its memory.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.endpoint.answers import Refusal, answer, receipt_status, refused
from ioc_pipeline.endpoint.judging import Judge
from ioc_pipeline.endpoint.limits import RateLimit
from ioc_pipeline.messages import IocError
from ioc_pipeline.receive.landing import Incoming, incoming
from ioc_pipeline.receive.push import Accepted, KeyReused, accept, clean_name, media_type, sent_name
from ioc_pipeline.receive.tokens import Token, authenticate
from ioc_pipeline.settings import Places


@dataclass(frozen=True)
class Limits:
    """What a sender may do. `patience_seconds`: how long a post waits for its receipt before 202."""

    max_bytes: int = 256 << 20
    per_minute: float = 60.0
    burst: int = 20
    patience_seconds: float = 20.0
    chunk_seconds: float = 30.0
    publish_after: float | None = 10.0


class Endpoint:
    """State of the running endpoint."""

    def __init__(self, places: Places, limits: Limits) -> None:
        self.places, self.limits = places, limits
        self.judge = Judge(places, publish_after=limits.publish_after)
        self.rate = RateLimit(limits.per_minute, limits.burst)
        self.strangers = RateLimit(30.0, 30)
        self.under_way: set[tuple[str, str, str]] = set()

    async def post(self, request: Request) -> Response:
        """Take a body, land it, judge it."""
        token = self._token(request)
        feed = self._feed(request, token)
        kind = media_type(request.headers.get("content-type", ""))
        if kind is None or request.headers.get("content-encoding", "identity") not in ("identity", "gzip"):
            raise Refusal(
                415, "push.content_type",
                "Kiểu nội dung không được nhận. Gửi thẳng tệp trong thân yêu cầu (text/csv, application/json, xlsx, "
                "parquet, application/octet-stream), ví dụ: curl --data-binary @tệp",
                "Content type not accepted. Send the file itself as the body (text/csv, application/json, xlsx, "
                "parquet, application/octet-stream), e.g. curl --data-binary @file",
            )  # fmt: skip
        headers = {k.lower(): v for k, v in request.headers.items()}
        name = clean_name(sent_name(headers), feed.id, kind)
        key = headers.get("idempotency-key")
        if key is not None and not 1 <= len(key) <= 255:
            raise Refusal(400, "push.key", "Idempotency-Key dài 1–255 ký tự.", "Idempotency-Key has 1–255 characters.")
        busy = (token.agency, feed.id, key or "")
        if key and busy in self.under_way:
            raise Refusal(
                409, "push.under_way", "Yêu cầu cùng Idempotency-Key đang được xử lý; thử lại sau.",
                "A request with this Idempotency-Key is under way; try again later.", {"Retry-After": "2"},
            )  # fmt: skip
        self.under_way.add(busy)
        try:
            accepted = await self._land(request, feed, token, name=name, kind=kind, key=key)
        finally:
            self.under_way.discard(busy)
        extra = {"Idempotent-Replayed": "true"} if accepted.replayed else {}
        return await self._receipt(request, feed, accepted.delivery_id, extra)

    async def receipt(self, request: Request) -> Response:
        """The receipt of an earlier post."""
        token = self._token(request)
        feed = self._feed(request, token)
        ident = request.path_params["delivery"]
        folder = self.places.deliveries / feed.id
        if not ident.replace("-", "").isalnum() or not (folder / f"{ident}.json").exists():
            raise Refusal(404, "push.no_receipt", f"Không có lần giao {ident}.", f"No delivery {ident}.")
        return await self._receipt(request, feed, ident, {})

    async def health(self, request: Request) -> Response:
        """Alive, and able to keep what comes."""
        writable = os.access(self.places.root, os.W_OK)
        state = "ok" if writable else "landing area not writable"
        return answer(request, 200 if writable else 503, {"status": state}, {"vi": state, "en": state})

    # -- steps

    def _token(self, request: Request) -> Token:
        address = request.client.host if request.client else "?"
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        token = authenticate(self.places, text.strip(), datetime.now(UTC)) if scheme.lower() == "bearer" else None
        wait = self.rate.wait(token.id) if token else self.strangers.wait(address)
        if wait:
            seconds = str(max(1, round(wait)))
            raise Refusal(
                429, "push.rate", f"Gửi quá nhanh; chờ {seconds} giây.", f"Too many requests; wait {seconds} seconds.",
                {"Retry-After": seconds},
            )  # fmt: skip
        if token is None:
            raise Refusal(
                401, "push.token",
                "Thiếu mã truy cập hợp lệ (Authorization: Bearer …): sai, hết hạn hoặc đã thu hồi. "
                "Xin cấp lại tại trung tâm IOC.",
                "No valid token (Authorization: Bearer …): wrong, expired or revoked. Ask the IOC for a new one.",
                {"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        return token

    def _feed(self, request: Request, token: Token) -> Feed:
        ident = request.path_params["feed"]
        if ident not in token.feeds:  # says the same of feeds that do not exist
            raise Refusal(
                403, "push.scope",
                f"Mã truy cập này không được gửi cho nguồn đó; được gửi: {', '.join(token.feeds)}.",
                f"This token may not send to that feed; it may send to: {', '.join(token.feeds)}.",
            )  # fmt: skip
        feed = load_catalogue().feeds.get(ident)
        if feed is None:
            raise Refusal(
                404, "push.feed", f"Nguồn {ident} không còn được khai báo.", f"Feed {ident} is not declared any more."
            )
        return feed

    async def _land(
        self, request: Request, feed: Feed, token: Token, *, name: str, kind: str, key: str | None
    ) -> Accepted:
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.limits.max_bytes:
            raise self._too_large()
        with incoming(self.places) as body:
            await self._read(request, body)
            if body.size == 0:
                raise Refusal(400, "push.empty", "Thân yêu cầu rỗng.", "The body is empty.")
            _check_digest(request.headers.get("content-digest"), body)
            try:
                return await run_in_threadpool(
                    accept, self.places, feed, token, body, name=name, kind=kind, key=key
                )  # fmt: skip
            except KeyReused:
                raise Refusal(
                    422, "push.key_reused",
                    "Idempotency-Key này đã dùng cho nội dung khác; dùng khóa mới cho tệp mới.",
                    "This Idempotency-Key was used for other bytes; use a new key for a new file.",
                ) from None  # fmt: skip

    async def _read(self, request: Request, body: Incoming) -> None:
        stream = request.stream()
        while True:
            try:
                chunk = await asyncio.wait_for(anext(stream), self.limits.chunk_seconds)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise Refusal(408, "push.slow", "Gửi quá chậm.", "The body comes too slowly.") from None
            if body.size + len(chunk) > self.limits.max_bytes:
                raise self._too_large()
            body.write(chunk)

    def _too_large(self) -> Refusal:
        limit = self.limits.max_bytes / (1 << 20)
        return Refusal(
            413, "push.too_large",
            f"Tệp lớn hơn {limit:g} MiB. Nén gzip, chia nhỏ, hoặc gửi qua thư mục SFTP.",
            f"The file is larger than {limit:g} MiB. Compress it with gzip, split it, or send it by SFTP.",
        )  # fmt: skip

    async def _receipt(self, request: Request, feed: Feed, ident: str, extra: dict[str, str]) -> Response:
        place = f"/receipts/{feed.id}/{ident}"
        kept = self.judge.kept(feed.id, ident)
        if kept is None:
            work: Future[dict[str, Any]] = self.judge.judge(feed, ident)
            try:
                kept = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(work)), self.limits.patience_seconds)
            except TimeoutError:
                waiting = {
                    "vi": f"Đã nhận; đang chờ kiểm tra. Hỏi lại tại {place}",
                    "en": f"Received; waiting to be checked. Ask again at {place}",
                }
                content = {"status": "pending", "feed": feed.id, "delivery_id": ident, "receipt": place, **waiting}
                return answer(request, 202, content, waiting, {"Location": place, "Retry-After": "5", **extra})
            except IocError as error:
                message = error.message
                raise Refusal(500, message.code, message.vi, message.en) from None
        text = {"vi": kept["text_vi"], "en": kept["text_en"]}
        shown = {k: v for k, v in kept.items() if not k.startswith("text_")}
        return answer(request, receipt_status(kept), shown, text, {"Location": place, **extra})


def _check_digest(header: str | None, body: Incoming) -> None:
    """Compare `Content-Digest: sha-256=:…:` (RFC 9530), if the sender gave it, with what arrived."""
    if not header or "sha-256=:" not in header:
        return
    sent = header.partition("sha-256=:")[2].partition(":")[0]
    if sent != base64.b64encode(bytes.fromhex(body.sha256)).decode():
        raise Refusal(
            400, "push.digest", "Nội dung nhận được khác Content-Digest; gửi lại.",
            "What arrived differs from Content-Digest; send it again.",
        )  # fmt: skip


def make_app(places: Places, limits: Limits | None = None) -> Starlette:
    """The endpoint for a state folder."""
    endpoint = Endpoint(places, limits or Limits())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        endpoint.judge.take_up()
        yield
        await run_in_threadpool(endpoint.judge.close)

    def guarded(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except Refusal as refusal:
                return refused(request, refusal)
            except ClientDisconnect:  # nothing was landed, nobody listens
                return refused(request, Refusal(400, "push.disconnected", "Ngắt kết nối.", "Disconnected."))

        return handle

    routes = [
        Route("/feeds/{feed}", guarded(endpoint.post), methods=["POST"]),
        Route("/receipts/{feed}/{delivery}", guarded(endpoint.receipt), methods=["GET"]),
        Route("/health", guarded(endpoint.health), methods=["GET"]),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.endpoint = endpoint
    return app
