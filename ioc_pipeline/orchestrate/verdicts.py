"""The newest delivery of a feed and its rule results, as asset checks report them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import writing


@dataclass(frozen=True)
class FailedRule:
    """One failed expectation with its counts."""

    clause: str
    expectation_id: str
    severity: str
    evaluated: int | None
    unexpected: int | None
    message: str

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for metadata."""
        return asdict(self)


@dataclass(frozen=True)
class LatestDelivery:
    """Outcome of the newest delivery (by receipt) and the verdicts on it."""

    delivery_id: str
    file_name: str
    outcome: str
    message: str | None
    passed: int
    failed: tuple[FailedRule, ...]
    undetermined: int


def latest_delivery(places: Places, feed: Feed) -> LatestDelivery | None:
    """Newest delivery with an outcome; None before the first."""
    if not places.warehouse.exists():
        return None
    with writing(places) as warehouse:
        row = warehouse.execute(
            "SELECT delivery_id, file_name, outcome, message_vi || ' / ' || message_en FROM deliveries "
            "WHERE feed_id = ? ORDER BY received_at DESC, stated_at DESC, delivery_id DESC LIMIT 1",
            [feed.id],
        ).fetchone()
        if row is None:
            return None
        results = warehouse.execute(
            "SELECT success, clause, expectation_id, severity, evaluated, unexpected, "
            "message_vi || ' / ' || message_en "
            "FROM validation_results WHERE feed_id = ? AND delivery_id = ? ORDER BY expectation_id",
            [feed.id, row[0]],
        ).fetchall()
    return LatestDelivery(
        delivery_id=row[0],
        file_name=row[1],
        outcome=row[2],
        message=row[3],
        passed=sum(1 for r in results if r[0]),
        failed=tuple(FailedRule(*r[1:]) for r in results if r[0] is False),
        undetermined=sum(1 for r in results if r[0] is None),
    )
