"""The dashboard under load: real sessions against a real server, beside a page that queries the warehouse directly.

    python -m benchmarks.dashboard --home DIR [--viewers 50] [--soak SECONDS] [--no-browser]

`--home`: a state folder with a warehouse and a release; it is copied. Every line has its target; the baseline is a
Streamlit page that computes a few of the same figures from the record tables at every run, in the same run of this
program. CPU is of the server's process, all threads.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.dashboard_client import Reader, Server, free_port, plain_streamlit
from ioc_dashboard.launch import command
from ioc_dashboard.pages import every_page

BASELINE = '''
import os, duckdb, streamlit as st
connection = duckdb.connect(os.environ["IOC_HOME"] + "/warehouse/ioc.duckdb", read_only=True)
st.title("Toàn cảnh")
st.dataframe(connection.execute("""SELECT don_vi_xu_ly, count(*) AS n,
    count(*) FILTER (ngay_tra <= ngay_hen_tra) AS in_time FROM dossiers GROUP BY ALL ORDER BY n DESC""").df())
st.dataframe(connection.execute("""SELECT indicator, area, period, arg_max(value, known_at) AS value FROM observations
    GROUP BY ALL ORDER BY ALL LIMIT 500""").df())
st.dataframe(connection.execute("""SELECT feed_id, count(*) AS n, count_if(success) AS passed
    FROM validation_results GROUP BY ALL""").df())
connection.close()
'''
BUSY = ("overview", "indicator", "alerts", "tasks", "services", "data", "standard", "briefing")
ACT_EVERY = 10.0


def p95(values: list[float]) -> float:
    """95th percentile."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


class Lines:
    """The table, printed as it grows."""

    def __init__(self) -> None:
        self.missed = 0
        print(f"\n{'measure':58}{'value':>12}{'target':>12}", flush=True)

    def add(self, what: str, value: float, unit: str, target: float | None = None) -> None:
        """One line; a value above its target is marked."""
        missed = target is not None and value > target
        self.missed += missed
        aim = "" if target is None else f"<= {target:g} {unit}"
        print(f"{what:58}{value:>9.1f} {unit:2}{aim:>12}{'  MISSED' if missed else ''}", flush=True)


async def alone(server: Server, page: str, runs: int) -> tuple[float, float, int]:
    """Warm runs of a page by one reader: CPU ms per run, p95 of its seconds, bytes of one warm run."""
    async with Reader(server.port) as reader:
        for _ in range(3):
            await reader.run(page)
        before, received, took = server.cpu(), reader.received, []
        for _ in range(runs):
            took.append(await reader.run(page))
        used = server.cpu() - before
        return 1000 * used / runs, p95(took), (reader.received - received) // runs


async def together(server: Server, viewers: int, pages: tuple[str, ...], seconds: float) -> tuple[float, float, float]:
    """Seconds until the last of all viewers opening at once has its page; p95 of runs while each acts every ten
    seconds; MB per viewer after the first."""
    async with Reader(server.port) as first:
        await first.run(pages[0])
        memory = server.megabytes()
        readers = [await Reader(server.port).__aenter__() for _ in range(viewers)]
        started = time.perf_counter()
        await asyncio.gather(*(reader.run(pages[n % len(pages)]) for n, reader in enumerate(readers)))
        opened = time.perf_counter() - started
        each = (server.megabytes() - memory) / viewers
        took: list[float] = []
        until = time.perf_counter() + seconds

        async def acts(reader: Reader) -> None:
            await asyncio.sleep(random.uniform(0, ACT_EVERY))
            while time.perf_counter() < until:
                took.append(await reader.run(random.choice(pages)))
                await asyncio.sleep(ACT_EVERY)

        await asyncio.gather(*(acts(reader) for reader in readers))
        for reader in readers:
            await reader.__aexit__(None, None, None)
    return opened, p95(took), each


async def soak(server: Server, seconds: float, pages: tuple[str, ...]) -> tuple[float, int]:
    """MB that memory grew by while sessions came and went, after as many as the first quarter of the time; sessions."""
    started, opened, at_first = time.perf_counter(), 0, 0.0
    while (passed := time.perf_counter() - started) < seconds:
        if passed > seconds / 4 and not at_first:
            at_first = server.megabytes()
        async with Reader(server.port) as reader:
            for page in random.sample(pages, 3):
                await reader.run(page)
        opened += 1
    return server.megabytes() - at_first, opened


def in_browser(server: Server, home: Path, lines: Lines) -> None:
    """First paint with an empty cache, and a new release on an open screen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        paints, bytes_sent, plain = [], 0, 0
        for _ in range(3):
            context = chromium.new_context(viewport={"width": 1366, "height": 768})
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            sizes: list[float] = []
            session.on("Network.loadingFinished", lambda said, sizes=sizes: sizes.append(said["encodedDataLength"]))
            started = time.perf_counter()
            page.goto(f"http://127.0.0.1:{server.port}/")
            page.locator(".verdict h1").wait_for()
            paints.append(time.perf_counter() - started)
            bytes_sent = int(sum(sizes))
            plain = page.evaluate("performance.getEntriesByType('resource').reduce((n, e) => n + e.decodedBodySize, 0)")
            context.close()
        lines.add("first meaningful paint, empty cache (median of 3)", statistics.median(paints), "s", 2)
        print(f"{'  files: sent, unpacked':58}{bytes_sent / 1e6:>9.1f} MB  {plain / 1e6:.1f} MB", flush=True)
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/")
        page.locator(".ioc.foot").wait_for()
        new = _another_release(home)
        started = time.perf_counter()
        page.locator(".ioc.foot", has_text=new).wait_for(timeout=20_000)
        lines.add("new release on an open screen", time.perf_counter() - started, "s", 5)
        chromium.close()


def _another_release(home: Path) -> str:
    """Publish a copy of the current release under another id, as the pipeline does."""
    import duckdb

    pointer = json.loads((home / "releases" / "current.json").read_text(encoding="utf-8"))
    name = f"{pointer['release_id']}-again"
    shutil.copytree(home / "releases" / pointer["release_id"], home / "releases" / name)
    with duckdb.connect(str(home / "releases" / name / "release.duckdb")) as connection:
        connection.execute("UPDATE release_info SET release_id = ?", [name])
    aside = home / "releases" / "current.json.tmp"
    now = datetime.now(UTC).isoformat()
    aside.write_text(json.dumps({"release_id": name, "path": f"{name}/release.duckdb", "created_at": now}))
    os.replace(aside, home / "releases" / "current.json")
    return name


def measured(home: Path, viewers: int, seconds: float, soaked: float, browser: bool, runs: int) -> int:
    """Everything; returns how many targets were missed."""
    port, lines = free_port(), Lines()
    pages = tuple(spec.key for spec, _ in every_page())
    busy = tuple(page for page in BUSY if page in pages)
    first = pages[0]
    named: Callable[[str], str] = lambda page: "" if page == first else page  # noqa: E731  (the home page has no name)
    with Server(command(port), port, home) as server:
        slowest: list[float] = []
        for page in pages:
            cpu, late, size = asyncio.run(alone(server, named(page), runs))
            slowest.append(late)
            lines.add(f"CPU per warm run: {page} ({size / 1000:.0f} kB)", cpu, "ms", 40)
        lines.add("script run p95 alone, slowest page", 1000 * max(slowest), "ms", 100)
        opened, late, each = asyncio.run(together(server, viewers, tuple(map(named, busy)), seconds))
        lines.add(f"{viewers} viewers open at once: last one has its page", opened, "s", 3)
        lines.add(f"script run p95, {viewers} viewers acting every 10 s", late, "s", 0.3)
        lines.add("memory per further session", each, "MB", 2)
        if soaked:
            grown, sessions = asyncio.run(soak(server, soaked, tuple(map(named, busy))))
            lines.add(f"memory grown in a soak of {soaked:g} s, {sessions} sessions", grown, "MB", 20)
        if browser:
            in_browser(server, home, lines)
    script = home / "baseline.py"
    script.write_text(BASELINE, encoding="utf-8")
    port = free_port()
    with Server(plain_streamlit(script, port), port, home) as server:
        cpu, late, _ = asyncio.run(alone(server, "", runs))
        lines.add("baseline, warehouse at every run: CPU", cpu, "ms")
        lines.add("baseline: script run p95 alone", 1000 * late, "ms")
        opened, late, each = asyncio.run(together(server, viewers, ("",), seconds))
        lines.add(f"baseline: {viewers} open at once", opened, "s")
        lines.add(f"baseline: p95, {viewers} acting every 10 s", late, "s")
        lines.add("baseline: memory per further session", each, "MB")
    return lines.missed


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--viewers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=30, help="how long the viewers act")
    asked.add_argument("--runs", type=int, default=20)
    asked.add_argument("--soak", type=float, default=60)
    asked.add_argument("--no-browser", action="store_true")
    options = asked.parse_args()
    logging.disable(logging.WARNING)  # Streamlit's caches say that no page is open here
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory(prefix="ioc-dashboard-") as folder:
        home = Path(folder)
        for part in ("releases", "warehouse", "operations"):
            if (options.home / part).exists():
                shutil.copytree(options.home / part, home / part)
        if (options.home / "province").exists():
            shutil.copy(options.home / "province", home / "province")
        missed = measured(
            home, options.viewers, options.seconds, options.soak, not options.no_browser, options.runs
        )  # fmt: skip
    print(f"\n{missed} targets missed; load {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
