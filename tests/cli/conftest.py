"""The command `ioc`, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ioc_pipeline.cli.main import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _few_declarations(few_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four feeds are enough here, and several times faster."""
    monkeypatch.setenv("IOC_CONTRACTS", str(few_root))


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def ioc(places, capsys) -> Callable[..., Ran]:
    """The command in this process: the same entry point and exit codes, without seconds of imports at every call."""

    def call(*arguments: str, **environment: str) -> Ran:
        before = dict(os.environ)
        os.environ |= {"IOC_HOME": str(places.root)} | environment
        argv, sys.argv = sys.argv, ["ioc", *arguments]
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.argv = argv
            os.environ.clear()
            os.environ.update(before)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


@pytest.fixture
def ioc_process(places) -> Callable[..., Ran]:
    """The command as a user runs it: a process of its own."""

    def call(*arguments: str, **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "ioc_pipeline.cli.main", *arguments],
            cwd=ROOT,
            env=os.environ | {"IOC_HOME": str(places.root)} | environment,
            capture_output=True,
            text=True,
            timeout=180,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return call
