"""`reconciliations/*.yaml`: one fact that two feeds state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ioc_pipeline.contracts.checks.duplicates import repeated
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Keys, Source
from ioc_pipeline.contracts.schema_check import as_date, schema_problems


def reconciliation_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with one file; a pair with a problem is not compared."""
    found = schema_problems(source, "reconciliations")
    entries = source.entries("reconciliations")
    found += repeated(source, ("reconciliations",), entries)
    for position, entry in enumerate(entries):
        if isinstance(entry, dict):
            found += _pair(source, ("reconciliations", position), entry, known)
    return found


def _pair(source: Source, where: Keys, entry: dict[str, Any], known: Known) -> Iterator[Problem]:
    listed = entry.get("statements")
    statements = listed if isinstance(listed, list) else []
    feeds = [s.get("feed") for s in statements if isinstance(s, dict)]
    for place, statement in enumerate(statements):
        if isinstance(statement, dict):
            yield from _statement(source, (*where, "statements", place), statement, known)
    if len(feeds) == 2 and feeds[0] == feeds[1]:
        yield source.problem(
            (*where, "statements", 1, "feed"),
            f"cả hai phía cùng nguồn {feeds[0]!r}; đối chiếu cần hai nguồn khác nhau, sửa một phía",
            f"both sides are of feed {feeds[0]!r}; a reconciliation needs two feeds, correct one side",
            "reconciliation.same",
        )
    shown = entry.get("shown")
    if isinstance(shown, str) and feeds and shown not in feeds:
        choices = ", ".join(str(f) for f in feeds)
        yield source.problem(
            (*where, "shown"),
            f"shown {shown!r} không phải một trong hai nguồn; chọn: {choices}",
            f"shown {shown!r} is none of the two feeds; use: {choices}",
            "reconciliation.shown",
        )
    since = as_date(entry.get("since"))
    if since is not None and since > known.today:
        yield source.problem(
            (*where, "since"),
            f"since {since} ở tương lai; ghi ngày đối chiếu bắt đầu áp dụng",
            f"since {since} is in the future; write the day the comparison took effect",
            "reconciliation.future",
        )


def _statement(source: Source, where: Keys, statement: dict[str, Any], known: Known) -> Iterator[Problem]:
    feed, indicator, measure = (statement.get(key) for key in ("feed", "indicator", "measure"))
    if isinstance(feed, str) and feed not in known.feed_ids:
        yield source.problem(
            (*where, "feed"),
            f"không có nguồn {feed!r}; chọn: {', '.join(known.feed_ids)}",
            f"no feed {feed!r}; use: {', '.join(known.feed_ids)}",
            "feed.unknown",
        )
        return
    loaded = known.feeds.get(feed) if isinstance(feed, str) else None
    if loaded is not None and loaded.shape != "observations":
        yield source.problem(
            (*where, "feed"),
            f"nguồn {feed!r} là hồ sơ, không nêu chỉ số; chọn một nguồn dạng observations",
            f"feed {feed!r} holds records, no statements; name a feed of shape observations",
            "reconciliation.shape",
        )
        return
    declared = known.indicators_of(feed) if isinstance(feed, str) else None
    if declared and isinstance(indicator, str) and indicator not in declared:
        yield source.problem(
            (*where, "indicator"),
            f"nguồn {feed} không khai chỉ số {indicator!r}; có: {', '.join(declared)}",
            f"feed {feed} does not declare indicator {indicator!r}; known: {', '.join(declared)}",
            "indicator.unknown",
        )
    measures = known.codes.get("measures", {})
    if isinstance(measure, str) and measures and measure not in measures:
        yield source.problem(
            (*where, "measure"),
            f"không có kiểu số {measure!r}; chọn: {', '.join(measures)}",
            f"no measure {measure!r}; use: {', '.join(measures)}",
            "code.unknown",
        )
