"""What a person at a browser sees: Chromium, with an empty cache, and with a screen left open."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
_SCREEN = {"width": 1366, "height": 768}


@dataclass(frozen=True)
class Paint:
    """Median and least seconds until what the page is opened for is there; CPU seconds that all processes of the
    browser used for it (median), and megabytes of files sent until then, as sent."""

    seconds: float
    least: float
    cpu: float
    sent: float


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def _cpu() -> float:
    """CPU seconds of all processes this one started that are a browser's."""
    used = 0.0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "chrom" in child.name():
                used += sum(child.cpu_times()[:2])
    return used


def first_paints(port: int, wanted: str, times: int = 5) -> Paint:
    """First visits of a browser that has seen nothing yet, until the element `wanted` is there."""
    seconds, used, sent = [], [], 0.0
    with _browser() as chromium:
        for _ in range(times):
            context = chromium.new_context(viewport=_SCREEN)  # type: ignore[arg-type]
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            sizes: list[float] = []
            session.on("Network.loadingFinished", lambda said, sizes=sizes: sizes.append(said["encodedDataLength"]))
            before, started = _cpu(), time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}/")
            page.locator(wanted).first.wait_for()
            seconds.append(time.perf_counter() - started)
            used.append(_cpu() - before)
            sent = sum(sizes) / 1e6
            context.close()
    return Paint(statistics.median(seconds), min(seconds), statistics.median(used), sent)


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
