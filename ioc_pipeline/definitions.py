"""Dagster code location: assets, checks, jobs and sensors derived from `data_contracts/`."""

import os

import dagster as dg

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.orchestrate.assets import feed_asset, release_asset
from ioc_pipeline.orchestrate.automation import inbox_sensor, ingest_jobs_of, nightly, publish_job
from ioc_pipeline.orchestrate.session import FlowSession


@dg.resource
def _session(context: dg.InitResourceContext) -> FlowSession:
    if context.run_id and context.instance:
        # Lets the next start tell a killed run from a running one.
        context.instance.add_run_tags(context.run_id, {"ioc/pid": str(os.getpid())})
    return FlowSession.configured()


@dg.definitions
def definitions() -> dg.Definitions:
    """All definitions; a broken contract disables its own feed only (`ioc contract check` says why)."""
    feeds = list(load_catalogue().feeds.values())
    ingest_jobs = ingest_jobs_of(feeds)
    release = release_asset(feeds)
    return dg.Definitions(
        assets=[*(feed_asset(feed) for feed in feeds), release],
        jobs=[*ingest_jobs, publish_job()],
        sensors=[
            inbox_sensor(feeds, ingest_jobs),
            dg.AutomationConditionSensorDefinition(
                "release_automation", target=[release.key], default_status=dg.DefaultSensorStatus.RUNNING
            ),
        ],
        schedules=[nightly()],
        resources={"session": _session},
        executor=dg.in_process_executor,
    )
