"""Runs the flow for some feeds and kills itself (SIGKILL) when a named function is reached.

    python -m tests.flow.killed_run MODULE:FUNCTION before|after FEED…

A test helper run as a process of its own: a real kill, not an exception that code could catch.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any


def arm(target: str, moment: str) -> None:
    module_name, name = target.split(":")
    module = importlib.import_module(module_name)
    original = getattr(module, name)

    def killer(*args: Any, **kwargs: Any) -> Any:
        if moment == "after":
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, killer)


def main() -> None:
    target, moment, *feeds = sys.argv[1:]
    from ioc_pipeline.contracts.catalogue import load_catalogue
    from ioc_pipeline.flow import ingest_feed, now_utc
    from ioc_pipeline.publish import release
    from ioc_pipeline.settings import places

    catalogue = load_catalogue()
    arm(target, moment)
    for feed in feeds:
        ingest_feed(places(), catalogue, catalogue.feeds[feed], run_id="killed", settle_seconds=0.0)
    release.publish(places(), catalogue, run_id="killed", now=now_utc())
    print("not killed", file=sys.stderr)


if __name__ == "__main__":
    main()
