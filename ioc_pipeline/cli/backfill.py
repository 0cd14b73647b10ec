"""`ioc backfill`: a folder of past publications → true vintages, and what could and could not be read."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ioc_pipeline.backfill import FileReport, backfill, dry_run, missing_months, past_files, without_numbers
from ioc_pipeline.cli.output import err, language, print_json, print_table, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.read.text.text_folding import fold
from ioc_pipeline.settings import places

ALL_READ, NOTHING, SOME_REFUSED = 0, 1, 2


def backfill_command(
    feed: Annotated[str, typer.Argument(help="Mã nguồn · feed id, e.g. nso_monthly")],
    folder: Annotated[Path, typer.Argument(help="Thư mục tệp đã công bố · folder of past publications")],
    dry: Annotated[bool, typer.Option("--dry-run", help="Chỉ đọc, không lưu · read only, store nothing")] = False,
    dates: Annotated[
        Path | None, typer.Option(help="CSV file_name,date cho tệp không ghi ngày · for files without a date")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Báo cáo dạng JSON · report as JSON")] = False,
) -> None:
    """Nạp số liệu quá khứ theo thứ tự công bố · load history in order of publication.

    Stopping and running again goes on where it stopped. Exit codes: 0 every file read, 2 some refused or undated,
    1 nothing read.
    """
    catalogue = load_catalogue()
    if feed not in catalogue.feeds:
        raise typer.BadParameter(f"{feed} ∉ {', '.join(catalogue.feeds)}", param_hint="feed")
    if not folder.is_dir():
        raise typer.BadParameter(str(folder), param_hint="folder")
    chosen = catalogue.feeds[feed]
    reports: list[FileReport] = []
    with tempfile.TemporaryDirectory() as scratch, _progress() as bar:
        files, undated = past_files(chosen, folder, catalogue, _declared(dates), Path(scratch))
        task = bar.add_task("", total=len(files))

        def show(number: int, name: str) -> None:
            bar.update(task, completed=number, description=name)

        if dry:
            loaded = dry_run(catalogue, chosen, files, Path(scratch), show)
        else:
            loaded = backfill(places(), catalogue, chosen, files, f"backfill-{uuid4().hex[:12]}", show)
        reports.extend(loaded)
    summary = _summary(chosen, reports, [path.name for path in undated], dry)
    if as_json:
        print_json(summary)
    else:
        _print(summary)
    raise typer.Exit(summary["exit_code"])


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err, transient=True,
    )  # fmt: skip


def _declared(path: Path | None) -> dict[str, date]:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return {row["file_name"]: date.fromisoformat(row["date"]) for row in csv.DictReader(stream)}
    except (OSError, KeyError, ValueError) as error:
        raise IocError(
            Message(
                "backfill.dates",
                f"{path}: cần CSV có cột file_name và date (YYYY-MM-DD): {error!r}",
                f"{path}: a CSV with columns file_name and date (YYYY-MM-DD) is needed: {error!r}",
            )
        ) from error


def _summary(feed: Feed, reports: list[FileReport], undated: list[str], dry: bool) -> dict[str, Any]:
    named = _table_names(feed)
    read: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    unread: Counter[tuple[str, str, str]] = Counter()
    for report in reports:
        for title, rows, problems in report.tables or ():
            entry = read[named(title), report.published.year]
            entry[0] += 1
            entry[1] += rows
            entry[2] += problems
        for title, vi, en in report.unread or ():
            unread[without_numbers(title), without_numbers(vi), without_numbers(en)] += 1
    outcomes = Counter(report.outcome for report in reports)
    refused = [r for r in reports if r.outcome in ("refused", "blocked")]
    good = len(reports) - len(refused)
    return {
        "feed": feed.id,
        "dry_run": dry,
        "exit_code": NOTHING if not good else SOME_REFUSED if refused or undated else ALL_READ,
        "files": dict(outcomes),
        "received": sum(r.received for r in reports),
        "accepted": sum(r.accepted for r in reports),
        "quarantined": sum(r.quarantined for r in reports),
        "tables": [
            {"table": table, "year": year, "books": books, "cells": cells, "quarantined": problems}
            for (table, year), (books, cells, problems) in sorted(read.items())
        ],
        "tables_not_read": [
            {"table": title, "count": count, "reason_vi": vi, "reason_en": en}
            for (title, vi, en), count in unread.most_common()
        ],
        "refused": [
            {"file": r.file_name, "outcome": r.outcome, "reason_vi": r.message_vi, "reason_en": r.message_en}
            for r in refused
        ],
        "undated": undated,
        "dated_inside": [r.file_name for r in reports if r.dated_by == "inside"],
        "missing_publications": missing_months([r.published for r in reports]) if feed.period == "month" else [],
    }


def _table_names(feed: Feed) -> Any:
    """Function title → name of the declared table it is; the title itself where none is declared."""
    if feed.reader["format"] != "nso_workbook":
        return without_numbers
    from ioc_pipeline.read.statistics.table_spec import load_table_spec

    spec = load_table_spec(feed.folder / str(feed.reader.get("tables", "tables.yaml")))

    def named(title: str) -> str:
        found = [table.id for table in spec.tables if table.matches(fold(title))]
        return found[0] if len(found) == 1 else without_numbers(title)

    return named


def _print(summary: dict[str, Any]) -> None:
    years = sorted({row["year"] for row in summary["tables"]})
    cells: dict[str, dict[int, dict[str, int]]] = defaultdict(dict)
    for row in summary["tables"]:
        cells[row["table"]][row["year"]] = row
    print_table(
        Text("Số ô đọc được theo biểu và năm (+ cách ly)", "Cells read by table and year (+ quarantined)"),
        [(Text("Biểu", "Table"), "left"), *((Text(str(y), str(y)), "right") for y in years)],
        [
            [table, *(_cell(by_year.get(year)) for year in years)]
            for table, by_year in cells.items()
        ],
    )  # fmt: skip
    if summary["tables_not_read"]:
        print_table(
            Text("Biểu không đọc", "Tables not read"),
            [
                (Text("Số lần", "Count"), "right"),
                (Text("Tên biểu", "Title"), "left"),
                (Text("Lý do", "Reason"), "left"),
            ],
            [[r["count"], r["table"], r[f"reason_{language()}"]] for r in summary["tables_not_read"]],
        )
    for row in summary["refused"]:
        reason = row[f"reason_{language()}"]
        say(f"Không nhận {row['file']}: {reason}", f"Not taken: {row['file']}: {reason}", style="red")
    for name in summary["undated"]:
        say(
            f"{name}: không rõ ngày công bố, không nạp; khai báo trong --dates",
            f"{name}: publication date unknown, not loaded; declare it with --dates",
            style="yellow",
        )
    if summary["missing_publications"]:
        listed = ", ".join(summary["missing_publications"])
        say(f"Tháng không có tệp: {listed}", f"Months without a file: {listed}", style="yellow")
    counts = ", ".join(f"{_OUTCOMES[k].in_language(language())} {n}" for k, n in summary["files"].items())
    say(
        f"Tệp: {counts}. Giá trị: {summary['received']} = {summary['accepted']} nhận + "
        f"{summary['quarantined']} cách ly.",
        f"Files: {counts}. Values: {summary['received']} = {summary['accepted']} accepted + "
        f"{summary['quarantined']} quarantined.",
    )
    if not summary["dry_run"]:
        say("Chạy `ioc run` để phát hành.", "Run `ioc run` to publish.")


_OUTCOMES = {
    "stored": Text("đã nạp", "stored"),
    "known": Text("đã nạp từ trước", "stored before"),
    "refused": Text("không đọc được", "refused"),
    "blocked": Text("bị chặn", "blocked"),
    "read": Text("đọc thử", "read"),
}


def _cell(row: dict[str, int] | None) -> str:
    if row is None:
        return ""
    return f"{row['cells']}" + (f" (+{row['quarantined']})" if row["quarantined"] else "")
