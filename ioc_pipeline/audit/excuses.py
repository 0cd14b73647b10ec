"""Why a difference may be no contradiction: it was judged with other code or declarations, or the bytes are damaged.

A difference with an excuse is undetermined, never an agreement; one without is a contradiction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ioc_pipeline.audit.stored import StoredDelivery
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.version import code_version


@dataclass
class Excuses:
    """Reasons per delivery, and per feed from a delivery onwards: what follows rests on what came before.

    `order` is the place of each delivery (feed, delivery) in the order of storing.
    """

    order: Mapping[tuple[str, str], int]
    own: dict[tuple[str, str], Text] = field(default_factory=dict)
    _tainted: dict[str, tuple[int, Text]] = field(default_factory=dict)

    def of(self, feed_id: str | None, delivery_id: str | None) -> Text | None:
        """Why a difference of this delivery (of this feed; of the whole centre) may be no contradiction."""
        if feed_id is None:
            return next((reason for _, reason in self._tainted.values()), None)
        place, reason = self._tainted.get(feed_id, (0, None))
        if delivery_id is None:
            return reason
        own = self.own.get((feed_id, delivery_id))
        later = self.order.get((feed_id, delivery_id), place + 1) > place
        return own or (reason if later else None)

    def taint(self, feed_id: str, delivery_id: str, reason: Text) -> None:
        """From this delivery on the feed's past is not what it was then."""
        self.own.setdefault((feed_id, delivery_id), reason)
        place = self.order.get((feed_id, delivery_id), 0)
        if feed_id in self._tainted and self._tainted[feed_id][0] <= place:
            return
        words = Text(
            f"lần giao {delivery_id} trước đó không tính lại đúng được: {reason.vi}",
            f"the earlier delivery {delivery_id} could not be recomputed exactly: {reason.en}",
        )
        self._tainted[feed_id] = (place, words)


def of_delivery(stored: StoredDelivery, catalogue: Catalogue) -> Text | None:
    """Other code or other declarations than those at hand; None when both are the same."""
    feed = catalogue.feeds.get(stored.feed_id)
    if feed is None:
        return Text(f"không còn khai báo nguồn {stored.feed_id}", f"feed {stored.feed_id} is no longer declared")
    return _joined(
        _other("phiên bản mã", "code version", stored.code_version, code_version()),
        _other("khai báo của nguồn", "the feed's declarations", stored.contract_hash, feed.declaration_hash),
        _other("data_contracts", "data_contracts", stored.declarations_hash, catalogue.hash),
    )


def of_release(state: dict[str, Any], catalogue: Catalogue) -> Text | None:
    """As `of_delivery`, for a release: `state` is that of its manifest."""
    return _joined(
        _other("phiên bản mã", "code version", state.get("code_version"), code_version()),
        _other("data_contracts", "data_contracts", state.get("contracts_hash"), catalogue.hash),
        _other("tỉnh", "province", state.get("province"), catalogue.province.code),
    )


def _other(vi: str, en: str, then: str | None, now: str) -> Text | None:
    if then is None or then == now:
        return None
    return Text(f"{vi} khi đó {then[:24]}, nay {now[:24]}", f"{en} then {then[:24]}, now {now[:24]}")


def _joined(*reasons: Text | None) -> Text | None:
    found = [r for r in reasons if r is not None]
    return Text("; ".join(r.vi for r in found), "; ".join(r.en for r in found)) if found else None
