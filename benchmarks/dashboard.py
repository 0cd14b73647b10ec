"""The dashboard under load: real sessions against a real server, beside a page that queries the warehouse directly.

    python -m benchmarks.dashboard [--home DIR] [--viewers 50] [--soak SECONDS] [--no-browser] [--states WORD]

`--home`: a state folder with a warehouse and a release; it is copied. Without one a simulated province is made. The
baseline is a Streamlit page as one writes it at first: a few of the overview's figures from the record tables at every
run. Both servers are up all the time, every measure is taken from one right after the other. CPU is of the server's
process, all threads.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.dashboard_browser import first_paints, seconds_until_shown
from benchmarks.dashboard_client import Reader, Server, free_port, plain_streamlit
from benchmarks.dashboard_home import State, another_release, copied, made, states
from ioc_dashboard.launch import command

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
ACT_EVERY = 10.0
KEPT_SESSIONS = 128  # of readers who left, that Streamlit keeps for two minutes in case they come back
FULL = 16  # releases after which the caches, that keep 8 releases or some dozens of indicators, hold no more

_T = TypeVar("_T")


def p95(values: list[float]) -> float:
    """95th percentile."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


class Lines:
    """The table, printed as it grows."""

    def __init__(self) -> None:
        self.missed = 0
        print(f"\n{'measure':60}{'dashboard':>13}{'baseline':>13}{'ratio':>7}{'target':>12}", flush=True)

    def add(self, what: str, value: float, unit: str, target: float | None = None, base: float | None = None) -> None:
        """One line; a value above its target is marked."""
        missed = target is not None and value > target
        self.missed += missed
        aim = "" if target is None else f"<= {target:g} {unit}"
        beside = f"{'':13}{'':7}" if base is None else f"{base:>10.2f} {unit:2}{value / base if base else 0:>7.2f}"
        print(f"{what:60}{value:>10.2f} {unit:2}{beside}{aim:>12}{'  MISSED' if missed else ''}", flush=True)


async def alone(server: Server, state: State, runs: int) -> tuple[float, list[float], int]:
    """Warm runs of a page by one reader: CPU ms per run, seconds of each, bytes of one warm run."""
    async with Reader(server.port) as reader:
        for _ in range(3):
            await reader.run(state.page, state.query)
        if state.says and state.says not in reader.text:
            raise SystemExit(f"{state.name}: the page does not say {state.says!r}")
        before, received, took = server.cpu(), reader.received, []
        for _ in range(runs):
            took.append(await reader.run(state.page, state.query))
        used = server.cpu() - before
        return 1000 * used / runs, took, (reader.received - received) // runs


async def fresh(server: Server, some: list[State]) -> float:
    """Seconds of the first run there is."""
    async with Reader(server.port) as reader:
        return await reader.run(some[0].page, some[0].query)


async def opened(server: Server, some: list[State], times: int) -> float:
    """CPU ms of a session's first run, in which the browser holds nothing yet."""
    before = server.cpu()
    for number in range(times):
        async with Reader(server.port) as reader:
            await reader.run(some[number % len(some)].page, some[number % len(some)].query)
    return 1000 * (server.cpu() - before) / times


class Crowd:
    """Viewers with open screens."""

    def __init__(self, server: Server, viewers: int, some: list[State]) -> None:
        self.server, self.viewers, self.some = server, viewers, some
        self.readers: list[Reader] = []
        self.each = 0.0

    async def __aenter__(self) -> Crowd:
        memory = self.server.megabytes()
        self.readers = [await Reader(self.server.port, polls=True).__aenter__() for _ in range(self.viewers)]
        started = time.perf_counter()
        wanted = [self.some[number % len(self.some)] for number in range(self.viewers)]
        await asyncio.gather(
            *(reader.run(state.page, state.query) for reader, state in zip(self.readers, wanted, strict=True))
        )
        self.seconds = time.perf_counter() - started
        self.each = (self.server.megabytes() - memory) / self.viewers
        return self

    async def __aexit__(self, *_: object) -> None:
        for reader in self.readers:
            await reader.__aexit__(None, None, None)

    async def idle(self, seconds: float) -> float:
        """Per cent of a core while nobody does anything and every screen looks for a new release."""
        before = self.server.cpu()
        await asyncio.sleep(seconds)
        return 100 * (self.server.cpu() - before) / seconds

    async def acting(self, seconds: float) -> tuple[float, float]:
        """Everyone opens another page every ten seconds: p95 in seconds, CPU in per cent of a core."""
        took: list[float] = []
        until = time.perf_counter() + seconds

        async def acts(reader: Reader) -> None:
            await asyncio.sleep(random.uniform(0, ACT_EVERY))
            while time.perf_counter() < until:
                state = random.choice(self.some)
                took.append(await reader.run(state.page, state.query))
                await asyncio.sleep(max(0.0, min(ACT_EVERY, until - time.perf_counter())))

        before, started = self.server.cpu(), time.perf_counter()
        await asyncio.gather(*(acts(reader) for reader in self.readers))
        return p95(took), 100 * (self.server.cpu() - before) / (time.perf_counter() - started)

    async def another(self, home: Path) -> float:
        """Seconds until the last screen shows a release published now."""
        name = await asyncio.to_thread(another_release, home)
        started = time.perf_counter()
        await asyncio.gather(*(reader.shows(name) for reader in self.readers))
        return time.perf_counter() - started


async def soak(server: Server, seconds: float, some: list[State]) -> tuple[float, int]:
    """MB that memory grew by while sessions came and went, and how many. Before it starts, as many sessions came and
    went as Streamlit keeps."""

    async def visit() -> None:
        async with Reader(server.port) as reader:
            for state in random.sample(some, min(3, len(some))):
                await reader.run(state.page, state.query)

    for _ in range(KEPT_SESSIONS + 10):
        await visit()
    before, until, visits = server.megabytes(), time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        await visit()
        visits += 1
    return server.megabytes() - before, visits


async def releases(server: Server, home: Path, some: list[State], more: int) -> float:
    """MB each further release takes after the caches are full."""
    before = 0.0
    async with Reader(server.port) as reader:
        for number in range(FULL + more):
            if number == FULL:
                before = server.megabytes()
            another_release(home)
            for state in some:
                await reader.run(state.page, state.query)
    return (server.megabytes() - before) / more


def measured(home: Path, options: argparse.Namespace) -> int:
    """Everything; returns how many targets were missed."""
    (home / "baseline.py").write_text(BASELINE, encoding="utf-8")
    ports = free_port(), free_port()
    every = [state for state in states(home) if options.states in state.name]
    some = [state for state in every if state.busy] or every
    plain = [State("baseline", "")]
    with (
        Server(command(ports[0]), ports[0], home) as ours,
        Server(plain_streamlit(home / "baseline.py", ports[1]), ports[1], home) as base,
    ):
        lines = Lines()

        def both(ask: Callable[[Server, list[State]], Awaitable[_T]]) -> tuple[_T, _T]:
            async def asked(server: Server, of: list[State]) -> _T:
                return await ask(server, of)

            return asyncio.run(asked(ours, some)), asyncio.run(asked(base, plain))

        async def one(server: Server, of: list[State]) -> tuple[float, list[float], int]:
            return await alone(server, of[0], options.runs)

        starts = both(fresh)
        lines.add("first page of a server just started", starts[0], "s", None, starts[1])
        _, (base_cpu, base_took, _) = both(one)
        everything: list[float] = []
        for state in every:
            cpu, took, size = asyncio.run(alone(ours, state, options.runs))
            everything += took
            lines.add(f"CPU per warm run: {state.name} ({size / 1000:.0f} kB)", cpu, "ms", 40, base_cpu)
        lines.add("script run p95 alone, all pages", 1000 * p95(everything), "ms", 100, 1000 * p95(base_took))
        opens = both(lambda server, of: opened(server, of, 2 * len(some)))
        lines.add("CPU of a session's first run", opens[0], "ms", None, opens[1])

        async def together(server: Server, of: list[State]) -> tuple[float, float, float, float, float]:
            async with Crowd(server, options.viewers, of) as crowd:
                idle = await crowd.idle(12)
                late, busy = await crowd.acting(options.seconds)
                return crowd.seconds, crowd.each, idle, late, busy

        crowds = both(together)
        crowd = f"{options.viewers} viewers"
        lines.add(f"{crowd} open at once: the last one has its page", crowds[0][0], "s", 3, crowds[1][0])
        lines.add("memory per further session", crowds[0][1], "MB", 2, crowds[1][1])
        lines.add(f"{crowd}, idle screens: CPU", crowds[0][2], "%", None, crowds[1][2])
        lines.add(f"script run p95, {crowd} acting every 10 s", crowds[0][3], "s", 0.3, crowds[1][3])
        lines.add(f"{crowd} acting every 10 s: CPU", crowds[0][4], "%", None, crowds[1][4])

        async def new_release() -> float:
            async with Crowd(ours, options.viewers, some) as crowd:
                return await crowd.another(home)

        lines.add(f"new release on the last of {options.viewers} open screens", asyncio.run(new_release()), "s", 5)
        _, (again, _, _) = asyncio.run(alone(base, plain[0], 3)), asyncio.run(alone(ours, every[0], options.runs))
        lines.add(f"CPU per warm run after it: {every[0].name}", again, "ms", 40)
        if options.browser:
            table = "[data-testid=stDataFrame] canvas"
            we, they = first_paints(ours.port, ".verdict h1"), first_paints(base.port, table)
            (home / "empty.py").write_text('import streamlit as st\nst.title("Toàn cảnh")\n', encoding="utf-8")
            port = free_port()
            with Server(plain_streamlit(home / "empty.py", port), port, home) as empty:
                floor = first_paints(empty.port, "h1")
            lines.add("first meaningful paint, empty cache, median of 5", we.seconds, "s", 2, they.seconds)
            lines.add("  the fastest of them", we.least, "s", None, they.least)
            lines.add("  beside a page of Streamlit with a title only", we.seconds, "s", None, floor.seconds)
            lines.add("  CPU of the browser's processes", we.cpu, "s", None, they.cpu)
            lines.add("  files as sent", we.sent, "MB", None, they.sent)
            shown = seconds_until_shown(ours.port, lambda: another_release(home))
            lines.add("new release on one open screen in Chromium", shown, "s", 5)
        if options.soak:
            grown, visits = asyncio.run(soak(ours, options.soak, some))
            lines.add(f"memory grown in a soak of {options.soak:g} s, {visits} sessions", grown, "MB", 20)
            each = asyncio.run(releases(ours, home, some, 6))
            lines.add("memory per further release, caches full", each, "MB", 2)
    return lines.missed


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, help="without it a simulated province is made, which takes minutes")
    asked.add_argument("--dossiers", type=int, default=5_000, help="of the simulated province")
    asked.add_argument("--months", type=int, default=12)
    asked.add_argument("--viewers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=30, help="how long the viewers act")
    asked.add_argument("--runs", type=int, default=20, help="warm runs of each page")
    asked.add_argument("--soak", type=float, default=60, help="seconds; 0: none")
    asked.add_argument("--states", default="", help="only pages whose name has this word")
    asked.add_argument("--no-browser", dest="browser", action="store_false")
    options = asked.parse_args()
    logging.disable(logging.WARNING)  # Streamlit's caches say that no page is open here
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory(prefix="ioc-dashboard-") as folder:
        own = Path(folder)
        home = copied(options.home, own) if options.home else made(own, options.dossiers, options.months)
        missed = measured(home, options)
    print(f"\n{missed} targets missed; load {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
