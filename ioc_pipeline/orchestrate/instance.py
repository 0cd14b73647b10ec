"""Dagster's own state below the state folder: settings, and runs that a kill left unfinished."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ioc_pipeline.atomic import process_lives
from ioc_pipeline.settings import Places

if TYPE_CHECKING:
    from dagster import DagsterInstance

PID_TAG = "ioc/pid"

SETTINGS = """\
# Written by `ioc`. Everything stays in this folder; nothing is sent anywhere.
telemetry:
  enabled: false
concurrency:
  pools:
    granularity: run
  runs:
    max_concurrent_runs: 2
python_logs:
  python_log_level: INFO
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 60
"""


def dagster_home(places: Places) -> Path:
    """Folder of Dagster's state, made with its settings on first use and exported as DAGSTER_HOME."""
    places.dagster.mkdir(parents=True, exist_ok=True)
    settings = places.dagster / "dagster.yaml"
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(places.dagster)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    return places.dagster


def report_dead_runs(instance: DagsterInstance) -> int:
    """Mark runs as failed whose process no longer exists (killed, power cut); returns how many.

    Without this they would stay *started* for ever and hold their place in the queue.
    """
    from dagster import DagsterRunStatus, RunsFilter

    unfinished = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.STARTING]))
    dead = [run for run in unfinished if (pid := run.tags.get(PID_TAG)) and not process_lives(int(pid))]
    for run in dead:
        instance.report_run_failed(run, "Tiến trình đã dừng đột ngột / the process was killed")
    return len(dead)
