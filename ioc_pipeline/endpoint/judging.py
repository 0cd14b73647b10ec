"""Pushed deliveries are judged at once, one after another, by the flow's own code; their receipts are kept."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from ioc_pipeline.atomic import write_json
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import ingest_feed, now_utc, pending
from ioc_pipeline.messages import IocError
from ioc_pipeline.operations.follow import follow_release
from ioc_pipeline.publish.release import publish
from ioc_pipeline.receipts.receipt import receipt_of
from ioc_pipeline.receive import secrets
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import writing

log = logging.getLogger(__name__)


class Judge:
    """One worker: DuckDB has one writer, so a second thread would only wait."""

    def __init__(self, places: Places, *, publish_after: float | None = 10.0) -> None:
        self.places, self.publish_after = places, publish_after
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="judge")
        self._waiting: dict[tuple[str, str], Future[dict[str, Any]]] = {}
        self._guard = threading.Lock()
        self._timer: threading.Timer | None = None

    def judge(self, feed: Feed, delivery_id: str) -> Future[dict[str, Any]]:
        """Ask for the receipt of a landed delivery; the same question twice is one piece of work."""
        with self._guard:
            waiting = self._waiting.get((feed.id, delivery_id))
            if waiting is None:
                waiting = self._worker.submit(self._receipt, feed, delivery_id)
                self._waiting[(feed.id, delivery_id)] = waiting
                waiting.add_done_callback(lambda _: self._waiting.pop((feed.id, delivery_id), None))
            return waiting

    def kept(self, feed_id: str, delivery_id: str) -> dict[str, Any] | None:
        """The receipt, if the delivery was judged already."""
        try:
            receipt: dict[str, Any] = json.loads(self._path(feed_id, delivery_id).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return receipt

    def take_up(self) -> None:
        """Judge what was landed but not judged when the endpoint was last stopped."""

        def rest() -> None:
            catalogue = load_catalogue()
            for feed in catalogue.feeds.values():
                if pending(self.places, feed):
                    ingest_feed(self.places, catalogue, feed, run_id=f"push-{uuid4().hex[:12]}", pull=False)

        self._worker.submit(_guarded(rest))

    def close(self) -> None:
        """Finish what was begun; what waits is landed and will be judged by the next run."""
        if self._timer is not None:
            self._timer.cancel()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _receipt(self, feed: Feed, delivery_id: str) -> dict[str, Any]:
        """Receipt of a delivery as JSON, with its texts; raises IocError when it could not be judged."""
        if (kept := self.kept(feed.id, delivery_id)) is not None:
            return kept
        catalogue = load_catalogue()
        run = ingest_feed(self.places, catalogue, feed, run_id=f"push-{uuid4().hex[:12]}", pull=False)
        with writing(self.places) as warehouse:
            try:
                receipt = receipt_of(warehouse, feed, delivery_id, catalogue)
            except IocError:
                if run.problem is not None:
                    raise IocError(run.problem) from None
                raise
        kept = receipt.as_json() | {"text_vi": receipt.text("vi"), "text_en": receipt.text("en")}
        write_json(self._path(feed.id, delivery_id), kept)
        self._publish_soon()
        return kept

    def _path(self, feed_id: str, delivery_id: str) -> Path:
        return self.places.root / "landing" / "receipts" / feed_id / f"{delivery_id}.json"

    def _publish_soon(self) -> None:
        """Publish once nobody has sent anything for a while, so that a burst of posts makes one release."""
        if self.publish_after is None:
            return
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self.publish_after, self._submit_publish)
            self._timer.daemon = True
            self._timer.start()

    def _submit_publish(self) -> None:
        def release() -> None:
            catalogue = load_catalogue()
            publish(self.places, catalogue, run_id=f"push-{uuid4().hex[:12]}", now=now_utc())
            follow_release(self.places, catalogue, now_utc())

        try:
            self._worker.submit(_guarded(release))
        except RuntimeError:  # the endpoint is being stopped; the nightly release says it
            log.info("not published: stopping")


def _guarded(work: Callable[[], None]) -> Callable[[], None]:
    def safely() -> None:
        try:
            work()
        except Exception as error:
            log.error("%s", secrets.redact(f"{type(error).__name__}: {error}"))

    return safely
