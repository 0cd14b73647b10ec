"""The same assets as in Dagster's UI, run in this process and recorded in the same history."""

from __future__ import annotations

import os

import dagster as dg

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.orchestrate.assets import feed_asset, release_asset
from ioc_pipeline.orchestrate.instance import PID_TAG, dagster_home, report_dead_runs
from ioc_pipeline.orchestrate.session import FlowSession


def materialize_feeds(session: FlowSession, feeds: list[Feed]) -> None:
    """Take feeds from inbox to facts. A feed in trouble never stops another one."""
    _materialize(session, [feed_asset(feed) for feed in feeds])


def materialize_release(session: FlowSession) -> None:
    """Publish a release if there is anything new.

    A separate run: a blocking check of one feed must not keep the others from the screen.
    """
    _materialize(session, [release_asset([])])


def _materialize(session: FlowSession, assets: list[dg.AssetsDefinition]) -> None:
    dagster_home(session.places)
    with dg.DagsterInstance.get() as instance:
        report_dead_runs(instance)
        dg.materialize(
            assets,
            instance=instance,
            resources={"session": session},
            raise_on_error=False,
            tags={PID_TAG: str(os.getpid())},
        )
