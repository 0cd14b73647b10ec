"""How the dashboard is started as a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).parent
_FLAGS = {
    "server.headless": "true",
    "server.enableStaticServing": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
}


def command(port: int, address: str = "127.0.0.1") -> list[str]:
    """Arguments that start the dashboard; its environment needs `IOC_HOME`."""
    shown = "localhost" if address in ("0.0.0.0", "::", "") else address  # named, or Streamlit looks its own up outside
    flags = _FLAGS | {"server.port": str(port), "server.address": address, "browser.serverAddress": shown}
    return [
        sys.executable, "-m", "streamlit", "run", str(_HERE / "asgi.py"),
        *(f"--{name}={value}" for name, value in flags.items()),
    ]  # fmt: skip
