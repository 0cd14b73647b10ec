"""The stages in their order. `ioc run` and Dagster both call these functions: one code path.

receive → read → validate → store for one feed (`ingest_feed`), then compute → publish for all (`publish_release`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import duckdb

from ioc_pipeline.atomic import replacing, sweep
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import IocError, Message, ReadRefused
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.refusal_codes import with_clause
from ioc_pipeline.receive.delivery import Delivery, blob_path, deliveries_of
from ioc_pipeline.receive.inbox import receive
from ioc_pipeline.receive.pull import pull_feed
from ioc_pipeline.receive.pull_state import PullOutcome, is_due
from ioc_pipeline.receive.secrets import redact
from ioc_pipeline.settings import Places
from ioc_pipeline.store import doubts, incidents, quarantine
from ioc_pipeline.store.facts import Added, add_facts
from ioc_pipeline.store.history import with_history
from ioc_pipeline.store.outcome import Outcome, has_outcome, quarantine_delivery, record
from ioc_pipeline.store.warehouse import fit_to, hand_over, kept_open, writing
from ioc_pipeline.validate.engine import validate_table
from ioc_pipeline.validate.results import Result, Validation
from ioc_pipeline.validate.second_opinion import JUDGES, SecondOpinion, validate_twice
from ioc_pipeline.validate.suite import Suite, SuiteError, bind, history_columns, judged_by, parse_suite
from ioc_pipeline.version import code_version

log = logging.getLogger(__name__)

BATCH = "batch"
_QUICK_BYTES = 1_000_000
"""A delivery up to this size is read in a fraction of a second: the warehouse stays open meanwhile."""
Progress = Callable[[str, str, str], None]
"""Called with feed id, file name and stage as the work goes on."""


@dataclass(frozen=True)
class FeedRun:
    """What one run did for one feed."""

    feed_id: str
    outcomes: tuple[Outcome, ...] = ()
    repeated: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    problem: Message | None = None  # something unforeseen: the delivery stays pending
    pull: PullOutcome | None = None  # None when the feed was not to be pulled

    @property
    def received(self) -> int:
        """Rows received in this run."""
        return sum(o.received for o in self.outcomes)

    @property
    def accepted(self) -> int:
        """Rows accepted in this run."""
        return sum(o.accepted for o in self.outcomes)

    @property
    def quarantined(self) -> int:
        """Rows quarantined in this run."""
        return sum(o.quarantined for o in self.outcomes)

    @property
    def rejected(self) -> tuple[Outcome, ...]:
        """Deliveries refused or blocked in this run."""
        return tuple(o for o in self.outcomes if o.outcome != "stored")

    @property
    def disputed(self) -> tuple[Outcome, ...]:
        """Deliveries on which the two engines disagree."""
        return tuple(o for o in self.outcomes if o.opinion is not None and o.opinion.differences)


def _silent(feed: str, file_name: str, stage: str) -> None:
    return None


def ingest_feed(
    places: Places,
    catalogue: Catalogue,
    feed: Feed,
    *,
    run_id: str,
    engine: str = "sql",
    progress: Progress = _silent,
    settle_seconds: float | None = None,
    pull: bool | None = None,
) -> FeedRun:
    """Take one feed from its source and inbox to stored facts. Never raises for bad input: the record says what
    happened.

    `pull`: fetch from the declared source first; None does so when its schedule says so. A failed pull is part of the
    record, and what came by the inbox is taken all the same.
    """
    outcomes: list[Outcome] = []
    sweep(places.staging / feed.id)
    pulled = None
    if feed.pull is not None and (is_due(places, feed, now_utc()) if pull is None else pull):
        progress(feed.id, feed.pull.server, "pull")
        pulled = pull_feed(places, catalogue, feed, lambda: stored_deliveries(places, feed))
    found = receive(places, feed, settle_seconds=settle_seconds)
    run = FeedRun(
        feed.id, repeated=found.repeated, unsettled=found.unsettled, problem=found.problem, pull=pulled
    )  # fmt: skip
    with kept_open(places):
        waiting = pending(places, feed)
        if not waiting:
            return run
        try:
            suite = suite_of(catalogue, feed)
        except SuiteError as error:  # `ioc contract check` says where; the other feeds go on
            return replace(run, problem=error.message)
        for delivery in waiting:
            try:
                outcome = ingest_delivery(places, catalogue, feed, suite, delivery, run_id, engine, progress)
            except Exception as error:
                log.exception("feed %s, delivery %s (%s)", feed.id, delivery.delivery_id, delivery.file_name)
                return replace(run, outcomes=tuple(outcomes), problem=_unforeseen(delivery, error))
            if outcome is not None:
                outcomes.append(outcome)
    return replace(run, outcomes=tuple(outcomes))


def suite_of(catalogue: Catalogue, feed: Feed) -> Suite:
    """The rules that judge a feed, with the severities of the layers in force. Raises SuiteError."""
    columns = tuple(c.name for c in feed.columns)
    suite = _checked(json.dumps(feed.suite), str(feed.folder / "suite.json"), columns)
    return judged_by(suite, catalogue.standard.rule_severity)


@lru_cache(maxsize=128)
def _checked(suite: str, path: str, columns: tuple[str, ...]) -> Suite:
    """A suite from its JSON; kept, because checking it costs as much as a small delivery."""
    return parse_suite(json.loads(suite), path=path, columns=columns)


def pending(places: Places, feed: Feed) -> list[Delivery]:
    """Landed deliveries of a feed without an outcome, in the order in which they were stated."""
    landed = deliveries_of(places, feed.id)
    if not landed:
        return []
    with writing(places) as warehouse:
        done = has_outcome(warehouse, feed.id)
    return [d for d in landed if d.delivery_id not in done]


def stored_deliveries(places: Places, feed: Feed) -> set[str]:
    """Ids of the feed's deliveries that became facts."""
    if not places.warehouse.exists():
        return set()
    with writing(places) as warehouse:
        rows = warehouse.execute(
            "SELECT delivery_id FROM deliveries WHERE feed_id = ? AND outcome = 'stored'", [feed.id]
        ).fetchall()
    return {row[0] for row in rows}


OnRead = Callable[[Delivery, Reading], None]
"""Called when a delivery was read, before it is judged; `reading.rows_path` is there until the call returns."""


def ingest_delivery(
    places: Places,
    catalogue: Catalogue,
    feed: Feed,
    suite: Suite,
    delivery: Delivery,
    run_id: str,
    engine: str = "sql",
    progress: Progress = _silent,
    on_read: OnRead | None = None,
) -> Outcome | None:
    """Read, validate and store one landed delivery; None when another process did it meanwhile.

    A function of the landed bytes, the manifest, the declarations and what the warehouse holds, of no clock: the audit
    calls it again on another machine. `engine`: `sql`, `gx` or `both` (see `validate.second_opinion`).
    """
    staged = places.staging / feed.id / f"{delivery.delivery_id}.parquet"
    if delivery.size_bytes > _QUICK_BYTES:
        hand_over(places)
    progress(feed.id, delivery.file_name, "read")
    try:
        with replacing(staged) as out:
            reading = read_delivery(feed, blob_path(places, delivery.sha256), delivery.file_name, out, catalogue)
        reading = replace(reading, rows_path=staged)
        if on_read is not None:
            on_read(delivery, reading)
    except ReadRefused as refusal:
        outcome = _rejected(delivery, "refused", 0, with_clause(refusal.message))
        with writing(places) as warehouse:
            if delivery.delivery_id in has_outcome(warehouse, feed.id):
                return None
            return _store(warehouse, catalogue, feed, outcome, None, run_id, engine)
    with writing(places) as warehouse:
        if delivery.delivery_id in has_outcome(warehouse, feed.id):
            return None
        progress(feed.id, delivery.file_name, "validate")
        fit_to(warehouse, reading.received)
        doubts.make_batch(warehouse, BATCH, staged)
        validation, opinion = _validate(warehouse, catalogue, feed, suite, delivery, run_id, engine)
        progress(feed.id, delivery.file_name, "store")
        outcome = replace(_judge(feed, delivery, reading, validation), opinion=opinion)
        stored = _store(warehouse, catalogue, feed, outcome, validation, run_id, engine)
    staged.unlink(missing_ok=True)
    return stored


def _validate(
    warehouse: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    feed: Feed,
    suite: Suite,
    delivery: Delivery,
    run_id: str,
    engine: str,
) -> tuple[Validation, SecondOpinion | None]:
    bound = bind(suite, catalogue.bindings(as_of=delivery.received_at))
    rows = with_history(warehouse, feed, delivery, BATCH, history_columns(suite))
    named = {"feed": feed.id, "delivery_id": delivery.delivery_id, "run_id": run_id}
    if engine in JUDGES:
        return validate_twice(warehouse, rows, bound, judge=JUDGES[engine], plain=BATCH, **named)
    return validate_table(warehouse, rows, bound, engine=engine, plain=BATCH, **named), None


def _judge(feed: Feed, delivery: Delivery, reading: Reading, validation: Validation) -> Outcome:
    """Blocked by a failing critical table-level rule, otherwise to be stored (counts follow when it is)."""
    blocking = validation.blocking()
    if blocking:
        return replace(
            _rejected(delivery, "blocked", reading.received, _blocked(delivery, blocking)),
            notices=reading.notices,
            results=validation.results,
            simulated=reading.simulated,
        )
    return Outcome(
        delivery, "stored", reading.received, Added(0, 0, 0), 0, None, reading.notices, validation.results,
        reading.simulated,
    )  # fmt: skip


def _store(
    warehouse: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    feed: Feed,
    outcome: Outcome,
    validation: Validation | None,
    run_id: str,
    engine: str,
) -> Outcome:
    """One transaction: facts, quarantine, results and outcome, or nothing."""
    delivery = outcome.delivery
    warehouse.execute("BEGIN TRANSACTION")
    try:
        if outcome.outcome == "stored" and validation is not None:
            broken = validation.broken_table
            accepted, quarantined = quarantine.split(warehouse, BATCH, broken)
            quarantine.write(warehouse, feed, delivery, BATCH, broken, validation.results, catalogue.standard.clauses)
            added = add_facts(warehouse, feed, delivery, quarantine.ACCEPTED)
            if added.accepted != accepted:
                raise AssertionError(f"{feed.id}: {accepted} rows accepted, {added.accepted} accounted for")
            outcome = replace(outcome, added=added, quarantined=quarantined)
        elif outcome.outcome == "blocked" and validation is not None:
            quarantine_delivery(warehouse, feed, delivery, validation.blocking(), outcome.received)
        if validation is not None:
            raised = doubts.write(warehouse, feed, delivery, BATCH)
            outcome = replace(outcome, doubted=raised.rows, notices=(*outcome.notices, *raised.notices))
        record(
            warehouse, feed, outcome, run_id=run_id, code_version=code_version(), engine=engine,
            declarations_hash=catalogue.hash,
        )  # fmt: skip
        if validation is not None:
            incidents.track(warehouse, feed, delivery, outcome.results, catalogue.standard.clauses)
        warehouse.execute("COMMIT")
    except BaseException:
        warehouse.execute("ROLLBACK")
        raise
    return outcome


def _rejected(delivery: Delivery, outcome: str, received: int, message: Message) -> Outcome:
    return Outcome(delivery, outcome, received, Added(0, 0, 0), received, message, (), (), False)


def _blocked(delivery: Delivery, blocking: Sequence[Result]) -> Message:
    return Message(
        "delivery.blocked",
        f"{delivery.file_name}: không nhận vì "
        + "; ".join(f"[{r.clause}] {r.message.vi} Cách sửa: {r.fix.vi}" for r in blocking),
        f"{delivery.file_name}: not accepted because "
        + "; ".join(f"[{r.clause}] {r.message.en} How to fix: {r.fix.en}" for r in blocking),
    )


def _unforeseen(delivery: Delivery, error: Exception) -> Message:
    if isinstance(error, IocError):
        return error.message
    detail = redact(f"{type(error).__name__}: {error}")
    return Message(
        "flow.unforeseen",
        f"{delivery.file_name}: lỗi ngoài dự kiến ({detail}). Tệp được giữ nguyên và sẽ được xử lý lại lần sau.",
        f"{delivery.file_name}: unforeseen error ({detail}). The file is kept and will be tried again next time.",
    )


def now_utc() -> datetime:
    """The clock of the pipeline."""
    return datetime.now(UTC)
