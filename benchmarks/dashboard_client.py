"""A reader of the dashboard without a browser: Streamlit's protocol over a WebSocket, one session each.

It keeps a browser's habits that cost the server something: it remembers large elements for as many runs as the server
says (`maxCachedMessageAge`) and asks for them by hash, and it runs fragments again at the interval they were given.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

_PATIENCE = 60.0  # seconds a run may take


@dataclass
class _Kept:
    text: str
    seen: int  # number of the run that used it last


@dataclass
class Reader:
    """One open session. `run` asks for a page as a browser does and waits until its script has finished; `text` is then
    the HTML and Markdown of the page. `polls`: fragments run at their interval, as on an open screen."""

    port: int
    polls: bool = False
    text: str = ""
    received: int = 0
    page: str = ""
    query: str = ""
    _socket: ClientConnection | None = None
    _cached: dict[str, _Kept] = field(default_factory=dict)
    _runs: int = 0
    _most_age: int = 2
    _finished: asyncio.Event = field(default_factory=asyncio.Event)
    _wrong: list[str] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _timers: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def __aenter__(self) -> Reader:
        self._socket = await connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream", subprotocols=["streamlit"], max_size=None,  # type: ignore[list-item]
            origin=f"http://127.0.0.1:{self.port}", ping_interval=None,  # type: ignore[arg-type]
        )  # fmt: skip
        self._tasks.append(asyncio.create_task(self._listen()))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in (*self._tasks, *self._timers.values()):
            task.cancel()
        if self._socket:
            await self._socket.close()

    async def run(self, page: str, query: str = "") -> float:
        """Seconds from asking to the script's end. Raises RuntimeError when the page shows an exception, TimeoutError
        when nothing comes."""
        self.page, self.query = page, query
        self._finished.clear()
        started = time.perf_counter()
        await self._ask()
        async with asyncio.timeout(_PATIENCE):
            await self._finished.wait()
        if self._wrong:
            raise RuntimeError(f"{page}?{query}: {self._wrong[0]}")
        return time.perf_counter() - started

    async def shows(self, words: str) -> None:
        """Return as soon as the page says so. Raises as `run` does."""
        async with asyncio.timeout(_PATIENCE):
            while words not in self.text:
                self._finished.clear()
                await self._finished.wait()
                if self._wrong:
                    raise RuntimeError(f"{self.page}?{self.query}: {self._wrong[0]}")

    async def _ask(self, fragment: str = "") -> None:
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_name = self.page
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.is_auto_rerun = bool(fragment)
        asked.rerun_script.cached_message_hashes.extend(self._cached)
        assert self._socket
        await self._socket.send(asked.SerializeToString())

    async def _listen(self) -> None:
        assert self._socket
        async for data in self._socket:
            self.received += len(data)
            message = ForwardMsg()
            try:
                message.ParseFromString(data if isinstance(data, bytes) else data.encode())
                self._take(message)
            except (KeyError, AttributeError, ValueError) as error:  # another protocol than this one
                self._wrong.append(f"{type(error).__name__}: {error}")
                self._finished.set()
                raise

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._begin(message)
        elif kind == "ref_hash":
            kept = self._cached[message.ref_hash]
            kept.seen = self._runs
            self.text += kept.text
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._element(message)
        elif kind == "auto_rerun" and self.polls:
            self._watch(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._runs += 1
            self._cached = {n: kept for n, kept in self._cached.items() if self._runs - kept.seen <= self._most_age}
            self._finished.set()

    def _begin(self, message: ForwardMsg) -> None:
        self.text = ""
        self._wrong.clear()
        self._most_age = message.new_session.config.max_cached_message_age
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._wrong.append(element.exception.message)
        said = element.html.body if kind == "html" else element.markdown.body if kind == "markdown" else ""
        self.text += said
        if message.metadata.cacheable and message.hash:
            self._cached[message.hash] = _Kept(said, self._runs)

    def _watch(self, fragment: str, interval: float) -> None:
        async def every() -> None:
            while True:
                await asyncio.sleep(interval)
                await self._ask(fragment)

        if fragment not in self._timers:
            self._timers[fragment] = asyncio.create_task(every())


class Server:
    """A server process of its own, stopped at the end of the block."""

    def __init__(self, argv: list[str], port: int, home: Path) -> None:
        self.port = port
        paths = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
        environment = os.environ | {"IOC_HOME": str(home), "PYTHONPATH": paths}
        self.process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.seen = psutil.Process(self.process.pid)

    def __enter__(self) -> Server:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except OSError:
                time.sleep(0.1)
            if self.process.poll() is not None:
                break
        self.__exit__(None, None, None)
        raise SystemExit("the server did not start")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def cpu(self) -> float:
        """CPU seconds used so far, all threads."""
        used = self.seen.cpu_times()
        return used.user + used.system

    def megabytes(self) -> float:
        """Memory that is only this process's."""
        return float(self.seen.memory_full_info().uss / 1e6)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_streamlit(script: Path, port: int) -> list[str]:
    """Arguments that serve a script with Streamlit as it comes."""
    return [
        sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", "--server.headless=true",
        "--server.address=127.0.0.1", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none",
    ]  # fmt: skip
