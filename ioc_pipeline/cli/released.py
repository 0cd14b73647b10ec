"""Reading tables of the current release for the commands that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from ioc_pipeline.cli.output import say
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.publish.release import Release, current
from ioc_pipeline.settings import places

Query = Callable[[str, list[Any]], list[dict[str, Any]]]
"""Runs a query on a release and gives its rows as dictionaries, times in UTC."""


@contextmanager
def opened_release() -> Iterator[tuple[Release, Query]]:
    """The current release, held open: all queries in the block are of the same one. IocError before the first release,
    and when the release was made by a version that did not have the table."""
    release = current(places())
    if release is None:
        raise IocError(
            Message(
                "release.none",
                f"Chưa có bản phát hành nào trong {places().root}; chạy: ioc run",
                f"No release in {places().root} yet; run: ioc run",
            )
        )
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")

        def query(sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
            try:
                cursor = connection.execute(sql, parameters)
            except duckdb.CatalogException as error:
                raise IocError(
                    Message(
                        "release.older",
                        f"Bản phát hành {release.release_id} do phiên bản cũ tạo, chưa có bảng này; chạy: ioc run",
                        f"Release {release.release_id} was made by an older version without this table; run: ioc run",
                    )
                ) from error
            names = [d[0] for d in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        yield release, query


def released(sql: str, parameters: list[Any] | None = None) -> tuple[Release, list[dict[str, Any]]]:
    """The current release and the rows of a query on it; raises what `opened_release` raises."""
    with opened_release() as (release, query):
        return release, query(sql, parameters or [])


def disputes(feed: str | None = None) -> list[dict[str, Any]]:
    """What compiled SQL and stock Great Expectations said differently about delivered files, of one feed or of all;
    empty too for a release made before this was recorded."""
    try:
        where, parameters = ("WHERE feed_id = ?", [feed]) if feed else ("", [])
        return released(f"SELECT * FROM engine_differences {where} ORDER BY ALL", parameters)[1]
    except IocError:
        return []


def print_disputes(found: list[dict[str, Any]]) -> None:
    """Say in one line a rule that the two engines disagree, and what to do; nothing when they do not."""
    rules = sorted({(d["feed_id"], d["file_name"], d["clause"], d["expectation_id"]) for d in found})
    for feed_id, file_name, clause, rule in rules:
        say(
            f"{feed_id}: hai bộ máy không thống nhất về {file_name}: [{clause}] {rule}; chưa kết luận đạt. "
            "Xem: ioc audit --engine both",
            f"{feed_id}: the two engines disagree about {file_name}: [{clause}] {rule}; not counted as passed. "
            "See: ioc audit --engine both",
            style="red",
        )
