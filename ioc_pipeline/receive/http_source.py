"""One HTTP source: authentication, retries with backoff, rate limit, bounded bodies streamed to disk.

httpx speaks HTTP; tenacity (which Streamlit brings along anyway) decides when to try again, because its wait can be a
function of the failure: a source's `Retry-After` outranks our own backoff.
"""

from __future__ import annotations

import email.utils
import hashlib
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import tenacity

from ioc_pipeline.contracts.pull_source import PullSource, location_problems
from ioc_pipeline.messages import Message
from ioc_pipeline.receive import secrets
from ioc_pipeline.receive.pull_state import PullFailed
from ioc_pipeline.version import code_version

TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
MAX_REDIRECTS = 3
_EXCERPT = 300


class _Transient(Exception):
    """Worth another try; `wait` is what the source asked for, in seconds."""

    def __init__(self, vi: str, en: str, wait: float = 0.0) -> None:
        super().__init__(en)
        self.vi, self.en, self.wait = vi, en, wait


class _Unauthorized(Exception):
    """The source refused our credentials."""


@dataclass(frozen=True)
class Answer:
    """One answer whose body was written to disk whole. Times are UTC; `clock_skew`: source's clock minus ours, s."""

    url: str
    content_type: str
    link: str
    size: int
    sha256: str
    received_at: datetime
    source_time: datetime | None
    clock_skew: float | None


class HttpSource:
    """A source we hold a connection to. Use as a context manager."""

    def __init__(self, feed_id: str, source: PullSource, location: str) -> None:
        self.feed_id, self.source = feed_id, source
        self.location = location.rstrip("/")
        self.requests = 0
        self._token: str | None = None
        self._next_at = 0.0
        timeout = httpx.Timeout(source.option("read_seconds"), connect=source.option("connect_seconds"))
        agent = {"User-Agent": f"ioc-pipeline/{code_version()}"[:60], "Accept": "application/json"}
        # Redirects are followed by hand: a token must never travel to another host. Proxy settings of the
        # environment are honoured (government networks have them), .netrc is not read.
        self._client = httpx.Client(
            timeout=timeout, follow_redirects=False, headers=agent, trust_env=not _local(location)
        )

    def __enter__(self) -> HttpSource:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, params: dict[str, Any], target: Path) -> Answer:
        """Write the body of a page to `target`. Raises PullFailed when that is not possible, trying as often as the
        declaration allows where another try can help."""
        o = self.source.option
        backoff = tenacity.wait_exponential_jitter(multiplier=o("backoff_seconds"), max=o("backoff_max_seconds"))

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            return max(backoff(state), error.wait if isinstance(error, _Transient) else 0.0)

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(o("attempts")),
            wait=wait,
            retry=tenacity.retry_if_exception_type(_Transient),
            reraise=True,
        )
        try:
            return retrying(self._get_authorized, url, params, target)
        except _Transient as error:
            count = retrying.statistics.get("attempt_number", 1)
            raise self.failed(
                "pull.unreachable", f"{error.vi} (đã thử {count} lần)", f"{error.en} (tried {count} times)"
            ) from None

    def failed(self, code: str, vi: str, en: str, *, stop: bool = False) -> PullFailed:
        """The error of a pull from this source, naming feed and host."""
        host = urlsplit(self.location).hostname
        return PullFailed(Message(code, f"{self.feed_id}: {host}: {vi}.", f"{self.feed_id}: {host}: {en}."), stop=stop)

    def _get_authorized(self, url: str, params: dict[str, Any], target: Path) -> Answer:
        """One try, and a second one with renewed credentials when the source says they are no longer good."""
        try:
            return self._get(url, params, target)
        except _Unauthorized:
            if self._renew():
                try:
                    return self._get(url, params, target)
                except _Unauthorized:
                    pass
        names = ", ".join(secrets.names_in(self.source.options.get("auth"))) or "–"
        raise self.failed(
            "pull.unauthorized",
            f"nguồn từ chối mã truy cập (401), có thể đã hết hạn; cập nhật bí mật {names}",
            f"the source refuses our credentials (401), perhaps expired; renew secret {names}",
        )

    def _get(self, url: str, params: dict[str, Any], target: Path) -> Answer:
        self._pace()
        request = self._client.build_request("GET", url, params=params or None, headers=self._credentials())
        for _ in range(MAX_REDIRECTS + 1):
            self._same_origin(request.url)
            self.requests += 1
            asked = datetime.now(UTC)
            try:
                response = self._client.send(request, stream=True)
                try:
                    if response.is_redirect and response.has_redirect_location:
                        request = self._redirected(response)
                        continue
                    self._check_status(response)
                    return self._body(response, target, asked)
                finally:
                    response.close()
            except httpx.TimeoutException:
                raise _Transient("không trả lời kịp", "did not answer in time") from None
            except httpx.HTTPError as error:
                detail = secrets.redact(f"{type(error).__name__}: {error}")
                raise _Transient(f"kết nối bị lỗi ({detail})", f"the connection failed ({detail})") from None
        raise self.failed("pull.redirects", "chuyển hướng quá nhiều lần", "too many redirects")

    def _redirected(self, response: httpx.Response) -> httpx.Request:
        target = response.url.join(response.headers["location"])
        self._same_origin(target)
        return self._client.build_request("GET", target, headers=self._credentials())

    def _same_origin(self, url: httpx.URL) -> None:
        home = httpx.URL(self.location)
        if (url.scheme, url.host, url.port) != (home.scheme, home.host, home.port):
            other = f"{url.scheme}://{url.host}" + (f":{url.port}" if url.port else "")
            raise self.failed(
                "pull.other_host",
                f"nguồn chỉ sang máy chủ khác ({other}); mã truy cập không được gửi tới đó. "
                "Nếu địa chỉ mới là đúng, sửa location",
                f"the source points to another host ({other}); our token was not sent there. "
                "If the new address is right, change the location",
            )

    def _check_status(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == 200:
            return
        if status == 401:
            raise _Unauthorized
        said = self._excerpt(response)
        vi, en = f"trả lời HTTP {status}{said}", f"answered HTTP {status}{said}"
        if status in TRANSIENT:
            wait, longest = _retry_after(response), float(self.source.option("retry_after_max_seconds"))
            if wait > longest:
                raise self.failed(
                    "pull.retry_after", f"{vi}, yêu cầu chờ {wait:.0f} giây", f"{en}, asks to wait {wait:.0f} seconds"
                )
            raise _Transient(vi, en, wait)
        raise self.failed("pull.status", vi, en)

    def _excerpt(self, response: httpx.Response) -> str:
        """The first words of an error's body, without markup or secrets."""
        try:
            head = next(response.iter_raw(), b"")[:2048]
        except httpx.HTTPError:
            return ""
        text = " ".join(head.decode("utf-8", errors="replace").split())
        shown = secrets.redact(text)[:_EXCERPT] if "json" in response.headers.get("content-type", "") else ""
        return f": {shown}" if shown else ""

    def _body(self, response: httpx.Response, target: Path, asked: datetime) -> Answer:
        kind = response.headers.get("content-type", "").lower()
        if any(word in kind for word in ("html", "xml", "pdf", "image/")):
            raise self.failed(
                "pull.content_type",
                f"trả về {kind.split(';')[0]} thay vì JSON (thường là trang đăng nhập hay trang báo lỗi)",
                f"returned {kind.split(';')[0]} instead of JSON (often a login or error page)",
            )
        digest, size = hashlib.sha256(), 0
        limit = int(self.source.option("max_page_mib")) << 20
        deadline = time.monotonic() + float(self.source.option("page_seconds"))
        with target.open("wb") as out:
            for chunk in self._decoded(response):
                size += len(chunk)
                if size > limit:
                    raise self.failed(
                        "pull.page_too_large",
                        f"một trang lớn hơn {limit >> 20} MiB (max_page_mib); giảm cỡ trang (paging.size)",
                        f"a page is larger than {limit >> 20} MiB (max_page_mib); ask for smaller pages (paging.size)",
                    )
                if time.monotonic() > deadline:
                    raise _Transient("gửi trang quá chậm", "sends the page too slowly")
                digest.update(chunk)
                out.write(chunk)
        now = datetime.now(UTC)
        theirs = _http_date(response.headers.get("date"))
        middle = asked + (now - asked) / 2
        skew = round((theirs - middle).total_seconds(), 1) if theirs else None
        link = response.headers.get("link", "")
        return Answer(str(response.url), kind, link, size, digest.hexdigest(), now, theirs, skew)

    def _decoded(self, response: httpx.Response) -> Iterator[bytes]:
        """The body with its content coding undone a little at a time, so that a bomb is noticed while it is small."""
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding in ("", "identity"):
            yield from response.iter_raw()
            return
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise self.failed("pull.coding", f"mã hóa nội dung lạ {coding!r}", f"unknown content coding {coding!r}")
        unpack = zlib.decompressobj(wbits=47)
        try:
            for chunk in response.iter_raw():
                while chunk:
                    yield unpack.decompress(chunk, 1 << 20)
                    chunk = unpack.unconsumed_tail
            yield unpack.flush()
        except zlib.error:
            raise _Transient("nội dung nén bị hỏng", "the compressed body is damaged") from None
        if not unpack.eof:
            raise _Transient("nội dung nén bị cắt cụt", "the compressed body is truncated")

    def _pace(self) -> None:
        """Wait until the declared rate allows another request."""
        now = time.monotonic()
        if now < self._next_at:
            time.sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 1.0 / float(self.source.option("requests_per_second"))

    def _credentials(self) -> dict[str, str]:
        auth = self.source.options.get("auth")
        headers = {"Accept-Encoding": "gzip"}
        if auth is None:
            return headers
        if auth["type"] == "api_key":
            return headers | {auth["header"]: secrets.resolve(auth["value"])}
        if self._token is None:
            self._token = self._new_token(auth)
        return headers | {"Authorization": f"Bearer {self._token}"}

    def _renew(self) -> bool:
        """Fetch credentials anew after a refusal; False when they are the same as before."""
        auth = self.source.options.get("auth")
        if auth is None or auth["type"] == "api_key":
            return False
        before, self._token = self._token, self._new_token(auth)
        return self._token != before

    def _new_token(self, auth: dict[str, Any]) -> str:
        if auth["type"] == "bearer":
            return secrets.resolve(auth["token"])
        url = auth["token_url"]
        url = url if "://" in url else f"{self.location}/{url.lstrip('/')}"
        if location_problems(self.source, url):
            raise self.failed("pull.token_url", "token_url phải là https://", "token_url must be https://")
        form = {"grant_type": "client_credentials"} | ({"scope": auth["scope"]} if "scope" in auth else {})
        client = secrets.resolve(auth["client_id"]), secrets.resolve(auth["client_secret"])
        try:
            response = self._client.post(url, data=form, auth=client)
        except httpx.HTTPError as error:
            raise _Transient(
                f"không lấy được mã truy cập ({type(error).__name__})", f"no token ({type(error).__name__})"
            ) from None
        if response.status_code in TRANSIENT:
            raise _Transient(f"nơi cấp mã trả HTTP {response.status_code}", f"token HTTP {response.status_code}")
        try:
            token = str(response.json()["access_token"]) if response.status_code == 200 else ""
        except (ValueError, KeyError, TypeError):
            token = ""
        if not token:
            raise self.failed(
                "pull.token",
                f"nơi cấp mã truy cập từ chối (HTTP {response.status_code}); kiểm tra client_id và client_secret",
                f"the token service refuses (HTTP {response.status_code}); check client_id and client_secret",
            )
        secrets.remember(token)
        return token


def _local(location: str) -> bool:
    return urlsplit(location).hostname in ("127.0.0.1", "localhost", "::1")


def _http_date(text: str | None) -> datetime | None:
    try:
        parsed = email.utils.parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError):
        return None
    return parsed.astimezone(UTC) if parsed and parsed.tzinfo else None


def _retry_after(response: httpx.Response) -> float:
    """Seconds the source asks us to wait: a number, or a date measured by the source's own clock."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    until = _http_date(text)
    now = _http_date(response.headers.get("date")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else 0.0
