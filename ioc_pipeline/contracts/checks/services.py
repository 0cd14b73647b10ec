"""`services/*.yaml`: cards that exist, columns their feeds have, one read-only SELECT over the feed of its card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import schema_problems
from ioc_pipeline.contracts.scratch import scratch
from ioc_pipeline.messages import IocError
from ioc_pipeline.validate.sql_guard import check_select

RANKED = ("period", "ranked")
TOP = (
    "period", "procedure", "name", "field", "agency", "level", "received", "online", "on_portal", "offer_met",
    "use_met", "simulated",
)  # fmt: skip
"""Columns that the declared SELECTs return."""


def service_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with one file; a file with a problem is not used."""
    found = schema_problems(source, "services")
    return found or list(_references(source, source.data, known))


def _references(source: Source, data: dict[str, Any], known: Known) -> Iterator[Problem]:
    score, top = data["score"], data["top"]
    places: list[tuple[Keys, str]] = [(("trend",), data["trend"])]
    places += [((part, n), code) for part in ("summary", "overdue") for n, code in enumerate(data[part])]
    places += [(("score", "total", "code"), score["total"]["code"]), (("score", "rank"), score["rank"])]
    places += [(("score", "groups", n, "code"), group["code"]) for n, group in enumerate(score["groups"])]
    places += [((part, "cards", n), code) for part in ("units", "fields") for n, code in enumerate(data[part]["cards"])]
    places.append((("top", "code"), top["code"]))
    for where, code in places:
        if code not in known.cards:
            yield source.problem(
                where, f"không có thẻ chỉ số {code!r}; sửa mã", f"no card {code!r}; correct the code", "card.unknown"
            )
    for part in ("units", "fields"):
        for code in data[part]["cards"]:
            for key in ("column", "example"):
                yield from _column(source, (part, key), data[part].get(key), _feed(known, code), known)
    for key, column in top["named"].items():
        yield from _column(source, ("top", "named", key), column, _feed(known, top["code"]), known)
    yield from _select(source, ("score", "ranked"), score["ranked"], _feed(known, score["rank"]), RANKED, known)
    yield from _select(source, ("top", "services"), top["services"], _feed(known, top["code"]), TOP, known)


def _feed(known: Known, code: str) -> str:
    return str(known.cards.get(code, {}).get("feed") or "")


def _column(source: Source, where: Keys, column: str | None, feed_id: str, known: Known) -> Iterator[Problem]:
    feed = known.feeds.get(feed_id)
    if column is not None and feed is not None and column not in {c.name for c in feed.columns}:
        yield source.problem(
            where,
            f"nguồn {feed_id} không có cột {column!r}; sửa tên cột",
            f"feed {feed_id} has no column {column!r}; correct the name",
            "service.column",
        )


def _select(
    source: Source, where: Keys, sql: str, feed_id: str, wanted: tuple[str, ...], known: Known
) -> Iterator[Problem]:
    """Problems of a declared SELECT: it runs on a table with the feed's columns and returns those wanted."""
    feed = known.feeds.get(feed_id)
    if feed is None:
        return
    try:
        check_select(sql, [feed_id])
        columns = ", ".join(f'"{c.name}" {c.type}' for c in feed.columns)
        connection = scratch()
        connection.execute(f'CREATE OR REPLACE TABLE "{feed_id}" ({columns})')
        parameters = {"province": known.province} if "$province" in sql else {}
        returned = [d[0] for d in connection.execute(sql, parameters).description or ()]
    except IocError as error:
        vi, en = error.message.vi, error.message.en
    except duckdb.Error as error:
        vi = en = str(error).splitlines()[0]
    else:
        missing = [name for name in wanted if name not in returned]
        if not missing:
            return
        vi, en = f"thiếu cột {', '.join(missing)}", f"columns missing: {', '.join(missing)}"
    yield source.problem(
        where,
        f"câu truy vấn không dùng được ({vi}); viết một câu SELECT chỉ đọc từ bảng {feed_id}",
        f"the query cannot be used ({en}); write one read-only SELECT from the table {feed_id}",
        "service.query",
    )
