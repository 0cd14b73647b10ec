"""What starts runs by itself: new files in an inbox, and the daily look at the clock."""

from typing import Any

import dagster as dg

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import now_utc
from ioc_pipeline.orchestrate.assets import RELEASE, feed_key
from ioc_pipeline.receive.inbox import has_news
from ioc_pipeline.receive.pull_state import is_due
from ioc_pipeline.settings import places


def ingest_jobs_of(feeds: list[Feed]) -> list[Any]:
    """One job per feed: its own process, so a large feed never holds up the others."""
    return [
        dg.define_asset_job(f"ingest_{feed.id}", selection=[feed_key(feed.id)], executor_def=dg.in_process_executor)
        for feed in feeds
    ]


def publish_job() -> Any:
    """The job that makes a release."""
    return dg.define_asset_job("publish", selection=[RELEASE], executor_def=dg.in_process_executor)


def inbox_sensor(feeds: list[Feed], ingest_jobs: list[Any]) -> dg.SensorDefinition:
    """Starts a feed's job when its inbox holds something not seen, or when its declared source is to be pulled by the
    contract's schedule. Looking costs one `stat` per file."""
    by_job = {f"ingest_{feed.id}": feed for feed in feeds}

    @dg.sensor(
        name="inbox",
        jobs=ingest_jobs,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tệp mới trong hộp nhận, nguồn đến giờ kéo · New files in the inbox, sources due to be pulled",
    )
    def look(context: dg.SensorEvaluationContext) -> list[dg.RunRequest]:
        unfinished = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
        busy = {run.job_name for run in context.instance.get_runs(dg.RunsFilter(statuses=unfinished))}
        return [
            dg.RunRequest(job_name=job)
            for job, feed in by_job.items()
            if job not in busy and (has_news(places(), feed.id) or is_due(places(), feed, now_utc()))
        ]

    return look


def nightly() -> dg.ScheduleDefinition:
    """Publishes once a day even without news: a feed that became late must show as late."""
    return dg.ScheduleDefinition(
        name="nightly_release",
        job_name="publish",
        cron_schedule="5 0 * * *",
        execution_timezone="Asia/Ho_Chi_Minh",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
