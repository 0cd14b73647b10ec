"""Answers of a paged source, as it should give them or after some trouble, and how it is pulled."""

from __future__ import annotations

from typing import Any

from ioc_pipeline.receive.delivery import deliveries_of
from tests.receive.bad_server import Asked, Reply, Script

TOKEN = "canary-token-7f3a91"
PAGE = {"records": "$.data.items", "total": "$.total", "paging": {"style": "page", "parameter": "page", "size": 3}}
FAST = {"attempts": 3, "backoff_seconds": 0.01, "backoff_max_seconds": 0.02, "requests_per_second": 10_000}


def rows(first: int, count: int) -> list[dict[str, Any]]:
    return [
        {"MaHoSo": f"H{n:04}", "CapNhatLuc": f"2026-10-{1 + n % 28:02}T08:00:00"} for n in range(first, first + count)
    ]


def paged(everything: list[dict[str, Any]], size: int = 3) -> Script:
    def answer(asked: Asked) -> Reply:
        page = int(asked.query["page"])
        return Reply({"data": {"items": everything[(page - 1) * size : page * size]}, "total": len(everything)})

    return answer


def before(times: int, trouble: Reply, then: Script) -> Script:
    """The trouble this many times, then the right answers."""
    left = [times]

    def answer(asked: Asked) -> Reply:
        if left[0] > 0:
            left[0] -= 1
            return trouble
        return then(asked)

    return answer


def the_delivery(places):
    (delivery,) = deliveries_of(places, "dossiers")
    return delivery
