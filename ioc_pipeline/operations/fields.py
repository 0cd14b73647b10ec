"""Coverage of the fields of management: a field with no live indicator and no task is vacant, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ioc_pipeline.contracts.operation_rules import ManagementField
from ioc_pipeline.messages import Text

COVERED, VACANT, REMINDER, WARNING, LIMIT = "covered", "vacant", "reminder", "warning", "limit"
STATES = {
    COVERED: Text("có chỉ tiêu hoặc nhiệm vụ", "has an indicator or a task"),
    VACANT: Text("đang bỏ trống, chưa đến một năm", "vacant, less than the first year"),
    REMINDER: Text("bỏ trống từ một năm: nhắc", "vacant for a year: reminder"),
    WARNING: Text("bỏ trống từ ba năm: cảnh báo", "vacant for three years: warning"),
    LIMIT: Text("bỏ trống quá thời hạn lâu nhất", "vacant beyond the longest time"),
}


@dataclass(frozen=True)
class CardState:
    """A card as coverage sees it: is its newest own value there and not too old, and when was its last value."""

    code: str
    feed: str
    card_field: str  # `field.id` of its file
    live: bool
    last_value: date | None


@dataclass(frozen=True)
class FieldCoverage:
    """One field: cards declared and live, tasks in hand, and since when it is vacant (None when it is not)."""

    field: ManagementField
    state: str
    cards: int
    live: int
    tasks: int
    vacant_since: date | None
    years: float | None  # vacant, whole and parts


def coverage(
    field: ManagementField, cards: Iterable[CardState], tasks: int, today: date, since: date,
    years: tuple[float, float, float],
) -> FieldCoverage:  # fmt: skip
    """Coverage of a field from all cards; `tasks` in hand of its groups; `years`: reminder, warning, limit.

    A field that never had a value is vacant since `since`; otherwise since the day of its last value.
    """
    own = [c for c in cards if c.code in field.indicators or c.feed in field.feeds or c.card_field in field.card_fields]
    live = sum(c.live for c in own)
    if live or tasks:
        return FieldCoverage(field, COVERED, len(own), live, tasks, None, None)
    last = max((c.last_value for c in own if c.last_value is not None), default=since)
    vacant = (today - last).days / 365.25
    reminder, warning, limit = years
    state = LIMIT if vacant >= limit else WARNING if vacant >= warning else REMINDER if vacant >= reminder else VACANT
    return FieldCoverage(field, state, len(own), 0, 0, last, vacant)
