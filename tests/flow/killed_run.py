"""Runs the flow for some feeds and kills itself (SIGKILL) when a named function is reached.

A test helper run as a process of its own: a real kill, not an exception that code could catch. The processes come from
one that has imported the flow already and started no thread: importing takes longer than the run.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.flow import ingest_feed, now_utc
from ioc_pipeline.publish import release
from ioc_pipeline.settings import Places


def killed_run(home: Path, contracts: Path, target: str, moment: str, feeds: Sequence[str]) -> int | None:
    """Exit code of a run that kills itself `before` or `after` the function `module:name`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_run, args=(home, contracts, target, moment, feeds))
    with _without_main():
        process.start()
    process.join(120)
    return process.exitcode


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the program that runs now, which the new process would run again: Streamlit's AppTest leaves a script there
    that only it can run."""
    running = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = running


def _run(home: Path, contracts: Path, target: str, moment: str, feeds: Sequence[str]) -> None:
    places, catalogue = Places(home), load_catalogue(contracts, "56")
    _arm(target, moment)
    for feed in feeds:
        ingest_feed(places, catalogue, catalogue.feeds[feed], run_id="killed", settle_seconds=0.0)
    release.publish(places, catalogue, run_id="killed", now=now_utc())


def _arm(target: str, moment: str) -> None:
    module_name, name = target.split(":")
    module = importlib.import_module(module_name)
    original = getattr(module, name)

    def killer(*args: Any, **kwargs: Any) -> Any:
        if moment == "after":
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, killer)
