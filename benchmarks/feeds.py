"""Every declared feed from a simulated inbox to stored facts: `python -m benchmarks.feeds [--dossiers N] [--out FILE]`.

Prints one line per feed: deliveries, rows received, accepted and quarantined, seconds, values taken under a doubt.
Counts are read from the warehouse afterwards, seconds are those of the feed's own ingestion (reading, validation,
storing).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.sample.inbox import generate_inbox
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import reading

HEAD = ("feed", "format", "deliveries", "received", "accepted", "quarantined", "seconds", "doubts", "not stored")


@dataclass(frozen=True)
class Row:
    """One feed; `doubts` are values, `refused` deliveries that were not stored."""

    feed: str
    format: str
    deliveries: int
    received: int
    accepted: int
    quarantined: int
    seconds: float
    doubts: int
    refused: int


def measured(
    home: Path, *, province: str, seed: int, dossiers: int, months: int, until: date, feeds: Sequence[str] = ()
) -> list[Row]:
    """Fill an inbox, ingest feed after feed (all, or those named), and read the counts from the warehouse."""
    places = Places(home)
    catalogue = load_catalogue(province=province)
    wanted = [f for f in catalogue.feeds.values() if not feeds or f.id in feeds]
    generate_inbox(
        places.inbox, province=province, seed=seed, dossiers=dossiers, months=months, until=until, feeds=feeds or None
    )
    seconds = {}
    for feed in wanted:
        began = time.monotonic()
        ingest_feed(places, catalogue, feed, run_id="bench", settle_seconds=0.0, pull=False)
        seconds[feed.id] = time.monotonic() - began
    with reading(places) as warehouse:
        counts = {
            row[0]: row[1:]
            for row in warehouse.execute(
                "SELECT feed_id, count(*), sum(received), sum(accepted), sum(quarantined), "
                "count_if(outcome <> 'stored') FROM deliveries GROUP BY 1"
            ).fetchall()
        }
        doubts = dict(warehouse.execute("SELECT feed_id, sum(doubted) FROM doubts GROUP BY 1").fetchall())
    rows = []
    for feed in sorted(wanted, key=lambda f: f.id):
        deliveries, received, accepted, quarantined, refused = map(int, counts.get(feed.id, (0, 0, 0, 0, 0)))
        doubted = int(doubts.get(feed.id, 0))
        kind, took = str(feed.reader["format"]), seconds[feed.id]
        rows.append(Row(feed.id, kind, deliveries, received, accepted, quarantined, took, doubted, refused))
    return rows


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table with their sum."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}"]
    for r in rows:
        cells = (r.feed, r.format, r.deliveries, f"{r.received:,}", f"{r.accepted:,}", f"{r.quarantined:,}",
                 f"{r.seconds:.2f}", r.doubts, r.refused)  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    total = (
        f"**{len(rows)} feeds**", "", sum(r.deliveries for r in rows), f"{sum(r.received for r in rows):,}",
        f"{sum(r.accepted for r in rows):,}", f"{sum(r.quarantined for r in rows):,}",
        f"{sum(r.seconds for r in rows):.2f}", sum(r.doubts for r in rows), sum(r.refused for r in rows),
    )  # fmt: skip
    return "\n".join([*lines, f"| {' | '.join(map(str, total))} |"])


def main() -> None:
    """Print the table, and write it where `--out` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--province", default="56")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=6)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 11, 20))
    parser.add_argument("--feed", action="append", default=[], help="only this feed (may be repeated)")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(
            Path(folder), province=options.province, seed=options.seed, dossiers=options.dossiers,
            months=options.months, until=options.until, feeds=options.feed,
        )  # fmt: skip
    said = table(rows)
    print(said)
    if options.out:
        options.out.write_text(said + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
