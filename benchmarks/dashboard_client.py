"""A reader of the dashboard without a browser: Streamlit's protocol over a WebSocket, one session each."""

from __future__ import annotations

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


@dataclass
class Reader:
    """One open session; `run` asks for a page as a browser does and waits until its script has finished."""

    port: int
    socket: ClientConnection | None = None
    cached: set[str] = field(default_factory=set)
    received: int = 0

    async def __aenter__(self) -> Reader:
        self.socket = await connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream", subprotocols=["streamlit"], max_size=None,  # type: ignore[list-item]
            origin=f"http://127.0.0.1:{self.port}", ping_interval=None,  # type: ignore[arg-type]
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.socket:
            await self.socket.close()

    async def run(self, page: str, query: str = "") -> float:
        """Seconds from asking to the script's end. Raises RuntimeError when the page says an exception."""
        assert self.socket
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_name = page
        asked.rerun_script.cached_message_hashes.extend(sorted(self.cached))
        started = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        while True:
            data = await self.socket.recv()
            self.received += len(data)
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            if message.metadata.cacheable and message.hash:
                self.cached.add(message.hash)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(f"{page}: {message.delta.new_element.exception.message}")
            if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return time.perf_counter() - started


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
