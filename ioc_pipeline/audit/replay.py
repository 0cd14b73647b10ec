"""Landing bytes → warehouse and releases again, in a scratch folder: same order, same clock, same code path.

Each landed delivery goes through `flow.ingest_delivery` in the order in which it was stored then (without a warehouse:
in the order of receipt). Time is what the manifests say: the suite is bound to the time of receipt, the standard to the
day of storing, a release to the moment at which it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.flow import ingest_delivery, suite_of
from ioc_pipeline.messages import IocError
from ioc_pipeline.publish.release import Release, publish
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.settings import Places
from ioc_pipeline.store.outcome import Outcome

Declared = Callable[[date], Catalogue]
"""Declarations as in force on a day."""


@dataclass(frozen=True)
class Step:
    """One delivery to go through again."""

    delivery: Delivery
    run_id: str
    day: date
    engine: str


@dataclass(frozen=True)
class Replayed:
    """What became of a delivery, or the error that stopped it."""

    step: Step
    outcome: Outcome | None
    error: str | None = None


def scratch_places(source: Places, folder: Places) -> Places:
    """An empty state folder that shares the landing area of another one; nothing is ever written there."""
    folder.root.mkdir(parents=True, exist_ok=True)
    (folder.root / "landing").symlink_to((source.root / "landing").resolve(), target_is_directory=True)
    return folder


def replay(
    scratch: Places, declared: Declared, steps: Sequence[Step], progress: Callable[[Step], None]
) -> list[Replayed]:
    """Take deliveries from their bytes to facts again; an error of one never stops the others."""
    done = []
    for step in steps:
        progress(step)
        catalogue = declared(step.day)
        feed = catalogue.feeds[step.delivery.feed_id]
        try:
            suite = suite_of(catalogue, feed)
            outcome = ingest_delivery(scratch, catalogue, feed, suite, step.delivery, step.run_id, step.engine)
            done.append(Replayed(step, outcome))
        except IocError as error:
            done.append(Replayed(step, None, error.message.en))
        except Exception as error:
            done.append(Replayed(step, None, f"{type(error).__name__}: {error}"))
    return done


def publish_again(scratch: Places, catalogue: Catalogue, release: Release) -> Release | None:
    """The release that the replayed warehouse gives at the moment of an earlier one; None when it holds nothing."""
    scratch.current_release.unlink(missing_ok=True)
    moment = datetime.fromisoformat(release.manifest["created_at"])
    return publish(scratch, catalogue, run_id=release.manifest["run_id"], now=moment)
