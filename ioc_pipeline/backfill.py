"""History loaded on purpose: a folder of past publications → vintages in the order in which they were published.

Every file is a delivery of its own, stored in one transaction, stated on its publication date and marked `backfill`.
A file already stored is passed over, so an interrupted run goes on where it stopped. What was read of each file is
kept beside the landing area, so that the report covers the whole folder however many runs it took.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.atomic import write_json
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import ingest_delivery, suite_of
from ioc_pipeline.messages import IocError, Message, ReadRefused
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.receive.delivery import Delivery, deliveries_of, publication_date
from ioc_pipeline.receive.inbox import candidates, land_backfill
from ioc_pipeline.settings import Places
from ioc_pipeline.store.outcome import has_outcome
from ioc_pipeline.store.warehouse import writing

NUMBERS = re.compile(r"\d+(?:\s*[/.-]\s*\d+)*")


@dataclass(frozen=True)
class PastFile:
    """A file of the folder and its publication date; `dated_by` is `name`, `declared` or `inside`."""

    path: Path
    published: date
    dated_by: str


@dataclass
class FileReport:
    """What became of one file. `tables`: [title, rows, rows with problems]; `unread`: [title, why vi, why en]."""

    file_name: str
    published: date
    dated_by: str
    outcome: str  # stored | blocked | refused | known (stored by an earlier run) | read (dry run)
    received: int = 0
    accepted: int = 0
    quarantined: int = 0
    message_vi: str | None = None
    message_en: str | None = None
    tables: list[list[Any]] | None = None
    unread: list[list[str]] | None = None


def past_files(
    feed: Feed, folder: Path, catalogue: Catalogue, declared: dict[str, date], work: Path
) -> tuple[list[PastFile], list[Path]]:
    """Files of a folder in order of publication, and those no date could be found for.

    The date is in the file's name (the contract's `published_at`), else declared by the caller, else the last day of
    the newest month the file is about.
    """
    dated: list[PastFile] = []
    undated: list[Path] = []
    for path in candidates(folder):
        if publication_date(feed, path.name) is not None:
            dated.append(PastFile(path, publication_date(feed, path.name) or date.min, "name"))
        elif path.name in declared:
            dated.append(PastFile(path, declared[path.name], "declared"))
        else:
            inside = _inside_date(feed, path, catalogue, work)
            if inside is None:
                undated.append(path)
            else:
                dated.append(PastFile(path, inside, "inside"))
    return sorted(dated, key=lambda f: (f.published, f.path.name)), undated


def _inside_date(feed: Feed, path: Path, catalogue: Catalogue, work: Path) -> date | None:
    rows = work / "dated.parquet"
    try:
        read_delivery(feed, path, path.name, rows, catalogue)
    except ReadRefused:
        return None
    found = duckdb.execute(
        "SELECT max(period_end) FROM read_parquet(?) WHERE data_type <> 'plan' AND len(_problems) = 0", [str(rows)]
    ).fetchone()
    rows.unlink(missing_ok=True)
    return found[0] if found else None


def backfill(
    places: Places,
    catalogue: Catalogue,
    feed: Feed,
    files: list[PastFile],
    run_id: str,
    progress: Callable[[int, str], None],
) -> Iterator[FileReport]:
    """Load files in order, one transaction each, and report every one; those stored before are passed over."""
    suite = suite_of(catalogue, feed)
    known = deliveries_of(places, feed.id)
    with writing(places) as warehouse:
        done = has_outcome(warehouse, feed.id)
    for number, file in enumerate(files):
        progress(number, file.path.name)
        delivery = land_backfill(places, feed, file.path, file.published, known)
        if delivery is None:
            raise IocError(
                Message(
                    "backfill.moving",
                    f"{file.path.name} đang bị ghi trong lúc sao chép; hãy chạy lại khi tệp đã yên.",
                    f"{file.path.name} changed while it was copied; run again when it is at rest.",
                )
            )
        if delivery.delivery_id in done:
            yield _earlier(places, feed, file, delivery)
            continue
        report = FileReport(file.path.name, file.published, file.dated_by, "stored")

        def note(_: Delivery, reading: Reading, report: FileReport = report) -> None:
            _describe(report, reading)

        outcome = ingest_delivery(places, catalogue, feed, suite, delivery, run_id, on_read=note)
        if outcome is None:  # another process stored it meanwhile
            yield _earlier(places, feed, file, delivery)
            continue
        report.outcome = outcome.outcome
        report.received, report.accepted, report.quarantined = outcome.received, outcome.accepted, outcome.quarantined
        if outcome.message is not None:
            report.message_vi, report.message_en = outcome.message.vi, outcome.message.en
        write_json(_kept(places, feed, delivery), vars(report) | {"published": report.published.isoformat()})
        yield report


def dry_run(
    catalogue: Catalogue, feed: Feed, files: list[PastFile], work: Path, progress: Callable[[int, str], None]
) -> Iterator[FileReport]:
    """Read every file and report it; nothing is landed, validated or stored."""
    for number, file in enumerate(files):
        progress(number, file.path.name)
        report = FileReport(file.path.name, file.published, file.dated_by, "read")
        try:
            reading = read_delivery(feed, file.path, file.path.name, work / "rows.parquet", catalogue)
            _describe(report, reading)
            report.received = reading.received
            report.quarantined = sum(table[2] for table in report.tables or ())
            report.accepted = report.received - report.quarantined
        except ReadRefused as refusal:
            report.outcome = "refused"
            report.message_vi, report.message_en = refusal.message.vi, refusal.message.en
        yield report


def _kept(places: Places, feed: Feed, delivery: Delivery) -> Path:
    return places.root / "landing" / "backfill" / feed.id / f"{delivery.delivery_id}.json"


def _earlier(places: Places, feed: Feed, file: PastFile, delivery: Delivery) -> FileReport:
    """Report of a file that an earlier run stored; without its tables when it came in some other way."""
    try:
        kept = json.loads(_kept(places, feed, delivery).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return FileReport(file.path.name, file.published, file.dated_by, "known")
    kept["published"] = date.fromisoformat(kept["published"])
    return FileReport(**{**kept, "outcome": "known" if kept["outcome"] == "stored" else kept["outcome"]})


def _describe(report: FileReport, reading: Reading) -> None:
    """Rows by table as read, and the tables not read with the reason."""
    report.tables = [
        list(row)
        for row in duckdb.execute(
            "SELECT coalesce(source_table, ''), count(*), count_if(len(_problems) > 0) FROM read_parquet(?) "
            "GROUP BY 1 ORDER BY min(_row)",
            [str(reading.rows_path)],
        ).fetchall()
    ]
    report.unread = [[n.table, n.reason.vi, n.reason.en] for n in reading.notices if n.table and n.reason]


def without_numbers(title: str) -> str:
    """Title with its dates and numbers as `…`, so that the same table of another month counts as one."""
    return " ".join(NUMBERS.sub("…", title).split())


def missing_months(published: list[date]) -> list[str]:
    """Months between the first and the last publication without any: `2016-04`, `2009-01 – 2014-12`."""
    have = {(day.year, day.month) for day in published}
    if not have:
        return []
    (year, month), last = min(have), max(have)
    stretches: list[list[str]] = []
    before_missing = False
    while (year, month) < last:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if (year, month) in have:
            before_missing = False
            continue
        name = f"{year:04d}-{month:02d}"
        if before_missing:
            stretches[-1][1:] = [name]
        else:
            stretches.append([name])
        before_missing = True
    return [" – ".join(stretch) for stretch in stretches]
