"""What a run needs and what it leaves: shared by the assets of one Dagster run."""

from __future__ import annotations

from dataclasses import dataclass, field

from ioc_pipeline import flow
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.operations.follow import Followed, follow_release
from ioc_pipeline.publish.release import Release, publish
from ioc_pipeline.settings import Places, places


def _silent(feed: str, file_name: str, stage: str) -> None:
    return None


@dataclass
class FlowSession:
    """State folder and declarations of a run; gathers what each feed and the release did."""

    places: Places
    catalogue: Catalogue
    engine: str = "sql"
    progress: flow.Progress = _silent
    feed_runs: dict[str, flow.FeedRun] = field(default_factory=dict)
    release: Release | None = None
    followed: Followed = field(default_factory=Followed)

    @classmethod
    def configured(cls) -> FlowSession:
        """Session for the configured state folder, province and declarations."""
        return cls(places(), load_catalogue())

    def ingest(self, feed: Feed, run_id: str) -> flow.FeedRun:
        """Take one feed from inbox to facts."""
        run = flow.ingest_feed(
            self.places, self.catalogue, feed, run_id=run_id, engine=self.engine, progress=self.progress
        )
        self.feed_runs[feed.id] = run
        return run

    def publish(self, run_id: str) -> Release | None:
        """Publish a release if there is anything new to say; then see which alerts it opens (which never blocks it)."""
        self.release = publish(self.places, self.catalogue, run_id=run_id, now=flow.now_utc())
        self.follow()
        return self.release

    def follow(self) -> Followed:
        """See which alerts the current release opens, if nobody did yet, and which are overdue."""
        self.followed = follow_release(self.places, self.catalogue, flow.now_utc())
        return self.followed
