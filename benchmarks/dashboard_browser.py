"""What a person at a browser sees: Chromium, with an empty cache, and with a screen left open."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
_SCREEN = {"width": 1366, "height": 768}


@dataclass(frozen=True)
class Paint:
    """Median seconds until the page's own heading is there, and megabytes sent until then."""

    seconds: float
    sent: float


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def first_paints(port: int, heading: str, times: int = 3) -> Paint:
    """First visits of a browser that has seen nothing yet."""
    seconds, sent = [], 0.0
    with _browser() as chromium:
        for _ in range(times):
            context = chromium.new_context(viewport=_SCREEN)  # type: ignore[arg-type]
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            sizes: list[float] = []
            session.on("Network.loadingFinished", lambda said, sizes=sizes: sizes.append(said["encodedDataLength"]))
            session.on(
                "Network.webSocketFrameReceived",
                lambda said, sizes=sizes: sizes.append(len(said["response"]["payloadData"]) * 3 / 4),  # base64
            )
            started = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/")
            page.locator(heading).first.wait_for()
            seconds.append(time.perf_counter() - started)
            sent = sum(sizes) / 1e6
            context.close()
    return Paint(statistics.median(seconds), sent)


def seconds_until_shown(port: int, publish: Callable[[], str]) -> float:
    """Seconds from the publication of a release to its id on a screen left open."""
    with _browser() as chromium:
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator(".ioc.foot").wait_for()
        name = publish()
        started = time.perf_counter()
        page.locator(".ioc.foot", has_text=name).wait_for(timeout=30_000)
        return time.perf_counter() - started
