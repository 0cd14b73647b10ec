"""`ioc pull`: fetch feeds from their declared sources now, whatever their schedule says; `ioc run` takes them on."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ioc_pipeline.cli.output import language, print_json, print_table
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import stored_deliveries
from ioc_pipeline.messages import Message, Text
from ioc_pipeline.receive.pull import pull_feed
from ioc_pipeline.receive.pull_state import NOT_CONFIGURED, PullFailed, last_pull, not_configured
from ioc_pipeline.settings import Places, places

WORDS = {
    "landed": Text("đã nhận", "landed"),
    "unchanged": Text("không đổi", "unchanged"),
    "nothing_new": Text("không có gì mới", "nothing new"),
    "failed": Text("lỗi", "failed"),
    "stopped": Text("đã ngừng, cần người xử lý", "stopped, needs a person"),
    "not_configured": Text("chưa cấu hình", "not configured"),
    "never": Text("chưa kéo lần nào", "never pulled"),
}


def pull(
    feeds: Annotated[list[str] | None, typer.Argument(help="Nguồn · feeds (default: all that declare a pull)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Kéo dữ liệu ngay từ hệ thống nguồn vào vùng tiếp nhận · fetch from the source systems into the landing area.

    Exit codes: 0 all asked for were pulled (or are not configured), 1 at least one failed.
    """
    catalogue, here = load_catalogue(), places()
    declared = {f.id: f for f in catalogue.feeds.values() if f.pull is not None}
    unknown = set(feeds or ()) - set(declared)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))} ∉ {', '.join(declared) or '∅'}", param_hint="feeds")
    outcomes = []
    for feed in declared.values():
        if feeds and feed.id not in feeds:
            continue
        outcomes.append(pull_feed(here, catalogue, feed, lambda feed=feed: stored_deliveries(here, feed)))  # type: ignore[misc]
    if as_json:
        print_json([outcome.as_dict() for outcome in outcomes])
    else:
        print_pulls(pull_rows(here, [declared[o.feed_id] for o in outcomes]))
    raise typer.Exit(1 if any(o.troubled for o in outcomes) else 0)


def pull_rows(here: Places, feeds: list[Feed]) -> list[dict[str, Any]]:
    """How the pull of each feed that declares one stands: its last outcome, or what is still to be configured."""
    rows = []
    for feed in feeds:
        if feed.pull is None:
            continue
        last = last_pull(here, feed.id)
        state = last.state if last else "never"
        message: Message | None = last.message if last else None
        try:
            if (missing := not_configured(feed)) is not None:
                state, message = NOT_CONFIGURED, missing
        except PullFailed as failure:
            message = failure.message
        rows.append(
            {
                "feed": feed.id,
                "kind": feed.pull.kind,
                "state": state,
                "at": last.at if last else None,
                "records": last.records if last else None,
                "message": message.as_dict() if message else None,
                "warnings": [w.as_dict() for w in last.warnings] if last else [],
            }
        )
    return rows


def print_pulls(rows: list[dict[str, Any]]) -> None:
    """The same as a table; nothing when no feed declares a pull."""
    if not rows:
        return
    columns = [
        (Text("Nguồn", "Feed"), "left"),
        (Text("Kiểu", "Kind"), "left"),
        (Text("Lần kéo gần nhất", "Last pull"), "left"),
        (Text("Lúc", "At"), "left"),
        (Text("Bản ghi", "Records"), "right"),
        (Text("Ghi chú", "Note"), "left"),
    ]
    shown = [
        (
            row["feed"],
            {"api": "HTTP", "postgres": "PostgreSQL"}[row["kind"]],
            WORDS[row["state"]].in_language(language()),
            row["at"],
            row["records"],
            "; ".join(m[language()] for m in ([row["message"]] if row["message"] else []) + row["warnings"]) or None,
        )
        for row in rows
    ]
    print_table(Text("Kéo dữ liệu tự động", "Pulls from source systems"), columns, shown)
