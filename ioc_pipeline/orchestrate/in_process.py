"""The same assets as in Dagster's UI, run in this process and recorded in the same history."""

from __future__ import annotations

import logging
import os

import dagster as dg

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import FeedRun
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.orchestrate.assets import feed_asset, release_asset
from ioc_pipeline.orchestrate.instance import PID_TAG, dagster_home, report_dead_runs
from ioc_pipeline.orchestrate.session import FlowSession


def materialize_feeds(session: FlowSession, feeds: list[Feed]) -> None:
    """Take feeds from inbox to facts. A feed in trouble never stops another one: its trouble is in its `FeedRun`."""
    failures = _materialize(session, [feed_asset(feed) for feed in feeds])
    for feed in feeds:
        if feed.id not in session.feed_runs:
            detail = failures.get(f"feeds__{feed.id}", "?")
            session.feed_runs[feed.id] = FeedRun(feed.id, problem=_failed(feed.id, detail))


def materialize_release(session: FlowSession) -> None:
    """Publish a release if there is anything new; raises IocError when publishing failed.

    A separate run: a blocking check of one feed must not keep the others from the screen.
    """
    failures = _materialize(session, [release_asset([])])
    if failures:
        raise IocError(_failed("release", next(iter(failures.values()))))


def _materialize(session: FlowSession, assets: list[dg.AssetsDefinition]) -> dict[str, str]:
    """Run assets; returns what went wrong by step."""
    dagster_home(session.places)
    quiet = not logging.getLogger("ioc_pipeline").isEnabledFor(logging.INFO)
    with dg.DagsterInstance.get() as instance:
        report_dead_runs(instance)
        result = dg.materialize(
            assets,
            instance=instance,
            resources={"session": session},
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL" if quiet else "INFO"}}}},
            tags={PID_TAG: str(os.getpid())},
        )
        return {
            event.step_key or "run": _cause(event)
            for event in result.all_events
            if event.is_step_failure or event.is_failure
        }


def _cause(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error if event.is_step_failure else None
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else str(event.message)


def _failed(what: str, detail: str) -> Message:
    return Message(
        "run.failed",
        f"{what}: không hoàn thành được ({detail}). Trạng thái trước đó còn nguyên; chạy lại sau khi khắc phục.",
        f"{what}: could not be completed ({detail}). The state before is intact; run again once it is mended.",
    )
