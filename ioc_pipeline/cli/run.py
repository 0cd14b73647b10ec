"""`ioc run`: everything new in the inbox → a release."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ioc_pipeline.cli.output import err, language, print_json, print_table, say, say_message
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import FeedRun, now_utc, pending
from ioc_pipeline.messages import Text
from ioc_pipeline.orchestrate.session import FlowSession
from ioc_pipeline.publish.release import current, is_behind
from ioc_pipeline.receipts.receipt import receipt_of
from ioc_pipeline.receipts.receipt_text import fault_lines
from ioc_pipeline.receive.inbox import has_news
from ioc_pipeline.receive.pull_state import PullOutcome, is_due
from ioc_pipeline.settings import places
from ioc_pipeline.store.outcome import Outcome
from ioc_pipeline.store.warehouse import reading
from ioc_pipeline.validate.second_opinion import JUDGES

CLEAN, NOTHING, HELD = 0, 1, 2
"""Exit codes: published clean; nothing published; published with held or blocked feeds, failed corrections or two
engines that disagree."""

ENGINE_CHOICES = ("sql", *JUDGES)


def run(
    as_json: Annotated[bool, typer.Option("--json", help="Tóm tắt dạng JSON · summary as JSON")] = False,
    engine: Annotated[
        str,
        typer.Option(
            help="sql (nhanh · fast) | gx (Great Expectations gốc kết luận · stock judges) | both (SQL kết luận · SQL "
            "judges); gx, both: so sánh hai bộ máy · compare the two engines"
        ),
    ] = "sql",
    feed: Annotated[list[str] | None, typer.Option(help="Chỉ nguồn này · only this feed (repeatable)")] = None,
    province: Annotated[str | None, typer.Option(help="Mã tỉnh · province code")] = None,
) -> None:
    """Xử lý mọi tệp mới rồi phát hành · take everything new in the inbox to a release.

    Exit codes: 0 published clean, 2 published with held or blocked feeds, failed corrections or engines that disagree,
    1 nothing published.
    """
    if province is not None:
        os.environ["IOC_PROVINCE"] = province
    if engine not in ENGINE_CHOICES:
        raise typer.BadParameter(" | ".join(ENGINE_CHOICES), param_hint="--engine")
    session = FlowSession(places(), load_catalogue(), engine=engine)
    for problem in session.catalogue.problems:
        say_message(Text(f"{problem.path}: {problem.text.vi}", f"{problem.path}: {problem.text.en}"), style="yellow")
    _report_unknown_folders(session)
    feeds = _with_news(session, feed)
    release_id = None
    if feeds or is_behind(session.places, session.catalogue, now_utc()):
        with _progress() as progress:
            _execute(session, feeds, progress)
        release_id = session.release.release_id if session.release else None
    else:
        session.follow()  # a deadline may have passed, or the last try failed, while nothing came
    summary = _summary(session, release_id)
    if as_json:
        print_json(summary)
    else:
        _print(session, summary)
    raise typer.Exit(summary["exit_code"])


def _with_news(session: FlowSession, only: list[str] | None) -> list[Feed]:
    """Feeds with something in the inbox or landed but not yet judged, and those due to be pulled."""
    unknown = set(only or ()) - set(session.catalogue.feeds)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))} ∉ {', '.join(session.catalogue.feeds)}")
    chosen = [f for f in session.catalogue.feeds.values() if not only or f.id in only]
    now = now_utc()
    return [
        f
        for f in chosen
        if has_news(session.places, f.id) or is_due(session.places, f, now) or pending(session.places, f)
    ]


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )


def _execute(session: FlowSession, feeds: list[Feed], progress: Progress) -> None:
    """Run the feeds' assets, then the release's, in this process, recorded in Dagster's history."""
    from ioc_pipeline.orchestrate.in_process import materialize_feeds, materialize_release

    task = progress.add_task("…", total=None)
    stages = {
        "pull": ("kéo", "pulling"),
        "read": ("đọc", "reading"),
        "validate": ("kiểm tra", "validating"),
        "store": ("lưu", "storing"),
    }
    done = {"count": 0}

    def show(feed: str, file_name: str, stage: str) -> None:
        if stage == "read":
            done["count"] += 1
        words = stages[stage][1 if language() == "en" else 0]
        progress.update(task, description=f"{feed} · {words} · {file_name[-48:]}", completed=done["count"])

    session.progress = show
    if feeds:
        materialize_feeds(session, feeds)
    materialize_release(session)


def _report_unknown_folders(session: FlowSession) -> None:
    if not session.places.inbox.is_dir():
        return
    for folder in sorted(p for p in session.places.inbox.iterdir() if p.is_dir() and not p.name.startswith(".")):
        if folder.name not in session.catalogue.feeds:
            say(
                f"Thư mục inbox/{folder.name} không ứng với nguồn dữ liệu nào; chưa đọc gì trong đó.",
                f"Folder inbox/{folder.name} belongs to no feed; nothing in it was read.",
                style="yellow",
            )


def _summary(session: FlowSession, release_id: str | None) -> dict[str, Any]:
    """What the run did. Feeds held from earlier runs, and corrections that no longer apply, count for the exit code."""
    runs = session.feed_runs
    now = current(session.places)
    health = now.manifest["state"]["health"] if now else {}
    held = sorted(f for f, (state, _) in health.items() if state in ("held", "blocked"))
    corrections = now.manifest.get("corrections_failed", []) if now else []
    indicators = now.manifest.get("indicators_failed", []) if now else []
    troubled = (
        held
        or corrections
        or indicators
        or any(r.rejected or r.problem or r.disputed or (r.pull and r.pull.troubled) for r in runs.values())
    )
    return {
        "release": release_id,
        "current_release": now.release_id if now else None,
        "exit_code": NOTHING if release_id is None else HELD if troubled else CLEAN,
        "province": session.catalogue.province.code,
        "held_or_blocked": held,
        "corrections_failed": corrections,
        "indicators_failed": indicators,
        "cards": _cards(session),
        "alerts": session.followed.as_dict(),
        "feeds": {feed_id: _feed_summary(r, health.get(feed_id, ["never"])[0]) for feed_id, r in sorted(runs.items())},
    }


def _cards(session: FlowSession) -> dict[str, Any] | None:
    """Which cards were recomputed for the release of this run, and how many were kept as they were; None without."""
    refreshed = session.release.refreshed if session.release else None
    if refreshed is None:
        return None
    return {
        "recomputed": len(refreshed.recomputed),
        "kept": len(refreshed.kept),
        "removed": len(refreshed.removed),
        "recomputed_codes": list(refreshed.recomputed),
        "cells_written": refreshed.cells,
        "seconds": round(refreshed.seconds, 3),
    }


def _feed_summary(run: FeedRun, health: str) -> dict[str, Any]:
    return {
        "received": run.received,
        "accepted": run.accepted,
        "quarantined": run.quarantined,
        "added": sum(o.added.added for o in run.outcomes),
        "revised": sum(o.added.revised for o in run.outcomes),
        "unchanged": sum(o.added.unchanged for o in run.outcomes),
        "health": health,
        "deliveries": [
            {
                "delivery": o.delivery.delivery_id,
                "file": o.delivery.file_name,
                "outcome": o.outcome,
                "received": o.received,
                "accepted": o.accepted,
                "quarantined": o.quarantined,
                "doubted": o.doubted,
                "message": o.message.as_dict() if o.message else None,
                "notices": len(o.notices),
                "second_opinion": _opinion(o),
            }
            for o in run.outcomes
        ],
        "repeated": list(run.repeated),
        "unsettled": list(run.unsettled),
        "problem": run.problem.as_dict() if run.problem else None,
        "pull": run.pull.as_dict() if run.pull else None,
    }


def _opinion(outcome: Outcome) -> dict[str, Any] | None:
    """What asking both engines brought, for JSON; None when one was asked."""
    opinion = outcome.opinion
    if opinion is None:
        return None
    return {
        "compared": opinion.compared,
        "stock_only": list(opinion.stock_only),
        "differences": [d.as_dict() for d in opinion.differences],
        "seconds_compiled": round(opinion.seconds_compiled, 3),
        "seconds_stock": round(opinion.seconds_stock, 3),
    }


def _print(session: FlowSession, summary: dict[str, Any]) -> None:
    columns = [
        (Text("Nguồn", "Feed"), "left"),
        (Text("Tệp", "Files"), "right"),
        (Text("Nhận", "Received"), "right"),
        (Text("Chấp nhận", "Accepted"), "right"),
        (Text("Cách ly", "Quarantined"), "right"),
        (Text("Mới / sửa / như cũ", "New / revised / unchanged"), "right"),
        (Text("Tình trạng", "Health"), "left"),
    ]
    rows = [
        (
            feed_id,
            len(s["deliveries"]),
            s["received"],
            s["accepted"],
            s["quarantined"],
            f"{s['added']} / {s['revised']} / {s['unchanged']}",
            health_word(s["health"]).in_language(language()),
        )
        for feed_id, s in summary["feeds"].items()
    ]
    if rows:
        print_table(Text("Kết quả xử lý", "What this run did"), columns, rows)
    for feed_run in session.feed_runs.values():
        _print_troubles(feed_run)
        _print_opinions(feed_run)
        _print_faults(session, feed_run)
    if summary["release"]:
        say(f"Đã phát hành {summary['release']}.", f"Published {summary['release']}.", style="green")
        cards = summary["cards"]
        if cards:
            say(
                f"Chỉ số: tính lại {cards['recomputed']} thẻ, giữ nguyên {cards['kept']}.",
                f"Indicators: {cards['recomputed']} cards recomputed, {cards['kept']} kept.",
            )
    else:
        say("Không có gì mới; không phát hành.", "Nothing new; nothing published.")
    if summary["held_or_blocked"]:
        names = ", ".join(summary["held_or_blocked"])
        say(f"Nguồn đang giữ lại hoặc bị chặn: {names}.", f"Feeds held or blocked: {names}.", style="yellow")
    _print_followed(session)
    for failed in summary["corrections_failed"]:
        say(f"Đính chính {failed['id']}: {failed['vi']}", f"Correction {failed['id']}: {failed['en']}", style="red")
    for failed in summary["indicators_failed"]:
        say(failed["vi"], failed["en"], style="red")


def _print_followed(session: FlowSession) -> None:
    """Alerts that this release opened or sent up, and why none could be evaluated."""
    followed = session.followed
    if followed.problem:
        say_message(followed.problem, style="yellow")
    if followed.opened or followed.changed or followed.escalated:
        up = len(followed.escalated)
        say(
            f"Cảnh báo: {len(followed.opened)} mới, {len(followed.changed)} thay đổi, {up} chuyển lên cấp trên; "
            "xem: ioc alerts list",
            f"Alerts: {len(followed.opened)} new, {len(followed.changed)} changed, {up} sent up; see: ioc alerts list",
            style="yellow",
        )


FAULTS_SHOWN = 12
"""Faults of a form that `ioc run` prints itself; the rest stands in the receipt."""


def _print_faults(session: FlowSession, run: FeedRun) -> None:
    """What a department must correct on its form, cell by cell: other feeds are sent by programs, not by clerks."""
    feed = session.catalogue.feeds[run.feed_id]
    if feed.way_in != "form":
        return
    for outcome in run.outcomes:
        if not outcome.quarantined:
            continue
        with reading(session.places) as warehouse:
            receipt = receipt_of(warehouse, feed, outcome.delivery.delivery_id, session.catalogue)
        for line in fault_lines(receipt, language(), most=FAULTS_SHOWN):
            say(line, line)
        again = f"ioc receipt {feed.id} {outcome.delivery.delivery_id}"
        say(f"Phiếu đầy đủ: {again}", f"The whole receipt: {again}")


def _print_troubles(run: FeedRun) -> None:
    if run.pull:
        print_pull(run.pull)
    for outcome in run.rejected:
        if outcome.message:
            say_message(outcome.message, style="red")
    for outcome in run.outcomes:
        for notice in (n for n in outcome.notices if n.clause):
            where = f" ({notice.location})" if notice.location else ""
            name = f"{outcome.delivery.file_name}: [{notice.clause}]"
            say(f"{name} {notice.text.vi}{where}", f"{name} {notice.text.en}{where}", style="yellow")
    if run.problem:
        say_message(run.problem, style="red")
    if run.quarantined:
        say(
            f"{run.feed_id}: {run.quarantined} dòng bị cách ly; xem: ioc quarantine --feed {run.feed_id}",
            f"{run.feed_id}: {run.quarantined} rows quarantined; see: ioc quarantine --feed {run.feed_id}",
            style="yellow",
        )
    for name in run.unsettled:
        say(
            f"{run.feed_id}: {name} còn đang được ghi; để lần chạy sau.",
            f"{run.feed_id}: {name} is still being written; left for the next run.",
            style="yellow",
        )
    for name in run.repeated:
        say(f"{run.feed_id}: {name} đã nhận trước đây.", f"{run.feed_id}: {name} was received before.")


def _print_opinions(run: FeedRun) -> None:
    """How the two engines compare, and every difference between them."""
    asked = [o for o in run.outcomes if o.opinion is not None]
    if not asked:
        return
    compared = sum(o.opinion.compared for o in asked if o.opinion)
    only = sum(len(o.opinion.stock_only) for o in asked if o.opinion)
    count = sum(len(o.opinion.differences) for o in asked if o.opinion)
    say(
        f"{run.feed_id}: đối chiếu SQL với Great Expectations gốc trên {len(asked)} lần giao, {compared} lượt quy tắc: "
        f"{count} khác biệt; {only} lượt chỉ có Great Expectations xét được.",
        f"{run.feed_id}: SQL and stock Great Expectations compared on {len(asked)} deliveries, {compared} rule "
        f"verdicts: {count} differences; {only} could be judged by Great Expectations only.",
        style="red" if count else "green",
    )
    for outcome in run.disputed:
        for d in outcome.opinion.differences if outcome.opinion else ():
            where = f"{outcome.delivery.file_name}: [{d.clause}] {d.expectation_id}"
            say(
                f"  {where}: {ASPECT_WORDS[d.aspect].vi}: SQL {d.compiled}, Great Expectations {d.stock}",
                f"  {where}: {ASPECT_WORDS[d.aspect].en}: SQL {d.compiled}, Great Expectations {d.stock}",
                style="red",
            )


ASPECT_WORDS = {
    "success": Text("kết luận", "verdict"),
    "evaluated": Text("số dòng xét", "rows evaluated"),
    "unexpected": Text("số dòng sai", "rows unexpected"),
    "missing": Text("số dòng bỏ qua", "rows skipped"),
    "rows": Text("dòng chỉ một bên báo sai", "rows only one side calls failing"),
}


def print_pull(outcome: PullOutcome) -> None:
    """Why a pull brought nothing, and what it noticed."""
    if outcome.message:
        say_message(outcome.message, style="red" if outcome.troubled else "yellow")
    for warning in outcome.warnings:
        say_message(warning, style="yellow")


def health_word(health: str) -> Text:
    """Health of a feed in words."""
    return {
        "ok": Text("bình thường", "fine"),
        "late": Text("trễ hạn", "late"),
        "held": Text("giữ lại số cũ", "held"),
        "blocked": Text("bị chặn", "blocked"),
        "never": Text("chưa có dữ liệu", "no data yet"),
    }[health]
