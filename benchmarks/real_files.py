"""What becomes of files that others published: `python -m benchmarks.real_files FOLDER [--out FILE]`.

Workbooks, SDMX and JSON-stat go to the feed declared for them. A CSV or JSON file for which no feed is declared is read
with a contract made of its own header, every column as text: that says whether its records, encoding and quoting are
understood, not its numbers. One line per file: rows read, rows with a problem, doubts, tables not read, seconds; or why
it was refused.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Column, Feed
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.dispatch import read_delivery

DECLARED = {"nso_monthly/workbooks": "nso_monthly", "nso_sdmx": "nso_sdmx", "nso_pxweb": "nso_pxweb"}
"""Folder of the collection → the feed declared for its files."""
TEXT_FILES = (".csv", ".tsv", ".json", ".csv.gz", ".geojson")


@dataclass(frozen=True)
class Outcome:
    """One file: rows, rows with a problem, rows with a doubt, what was said; or the refusal."""

    file: str
    feed: str
    rows: int
    problems: int
    doubted: int
    unread: int  # tables that were recognised as such but not read
    seconds: float
    said: str
    refused: bool


def headed_feed(path: Path, like: Feed) -> Feed:
    """A feed of text columns named as the file's own header (or the keys of its first record)."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        head = file.read(1 << 16).decode("utf-8-sig", "replace")
    names: list[str] = []
    if head.lstrip()[:1] in "[{" and head.strip():
        names = _keys(path)
    else:
        first = head.splitlines()[0] if head.strip() else ""
        delimiter = max(",;\t|", key=first.count)
        names = next(csv.reader([first], delimiter=delimiter), [])
    columns = tuple(Column(n.strip(), "VARCHAR") for n in dict.fromkeys(names) if n.strip()) or (
        Column("a", "VARCHAR"),
    )
    words = Text("Tệp có sẵn", "A published file")
    return Feed(
        id="own_header", version="1", title=words, description=words, owner_id="o", owner=words, source=words,
        group="thu", shape="records", reader={"format": "table"}, period="day", lag_days=1, key=(columns[0].name,),
        columns=columns, suite={}, folder=like.folder,
    )  # fmt: skip


def _keys(path: Path) -> list[str]:
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        return []
    records = document if isinstance(document, list) else [document]
    return [k for r in records[:1] if isinstance(r, dict) for k in r]


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """(feed or empty, file) of everything the readers take."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        inside = path.relative_to(folder).as_posix()
        feed = next((f for prefix, f in DECLARED.items() if inside.startswith(prefix + "/")), "")
        if feed or path.name.endswith(TEXT_FILES) or inside.startswith("csv_torture/"):
            yield feed, path


def read_one(catalogue: Catalogue, feed: Feed, path: Path, shown: str, work: Path) -> Outcome:
    """Read a file as a delivery of the feed."""
    out = work / "rows.parquet"
    began = time.monotonic()
    try:
        reading = read_delivery(feed, path, path.name, out, catalogue)
    except ReadRefused as error:
        said = f"{error.message.code}: {error.message.en}".replace("|", "/").replace("\n", " ")
        return Outcome(shown, feed.id, 0, 0, 0, 0, time.monotonic() - began, said[:300], True)
    seconds = time.monotonic() - began
    with duckdb.connect() as con:
        columns = {r[0] for r in con.execute(f"DESCRIBE FROM read_parquet('{out}')").fetchall()}
        doubted = "count_if(len(_doubts) > 0)" if "_doubts" in columns else "0"
        counted = con.execute(
            f"SELECT count(*), count_if(len(_problems) > 0), {doubted} FROM read_parquet('{out}')"
        ).fetchone()
        codes = con.execute(
            f"SELECT p.code, count(*) FROM (SELECT unnest(_problems) AS p FROM read_parquet('{out}')) GROUP BY 1 "
            "ORDER BY 2 DESC, 1"
        ).fetchall()
    assert counted is not None
    unread = [n for n in reading.notices if n.table]
    reasons = Counter(n.reason.en for n in unread if n.reason)
    said = "; ".join(
        [*(f"{code} × {n}" for code, n in codes[:4]), *(f"{n} table(s): {r}" for r, n in reasons.most_common(3))]
    ).replace("|", "/")
    rows, problems, doubts = map(int, counted)
    return Outcome(shown, feed.id, rows, problems, doubts, len(unread), seconds, said[:300], False)


def table(outcomes: list[Outcome]) -> str:
    """One Markdown line per file."""
    lines = [
        "| file | read as | rows | with a problem | doubted | tables not read | seconds | why |",
        f"|{' --- |' * 8}",
    ]
    for o in outcomes:
        rows = "**refused**" if o.refused else f"{o.rows:,}"
        lost = f"{o.problems:,} | {o.doubted:,} | {o.unread}"
        lines.append(f"| {o.file} | {o.feed} | {rows} | {lost} | {o.seconds:.2f} | {o.said} |")
    return "\n".join(lines)


def summary(outcomes: list[Outcome]) -> str:
    """One Markdown line per folder."""
    lines = ["| folder | files | read | refused | rows | with a problem | doubted | tables not read | seconds |",
             f"|{' --- |' * 9}"]  # fmt: skip
    for folder in dict.fromkeys(o.file.rsplit("/", 1)[0] for o in outcomes):
        here = [o for o in outcomes if o.file.rsplit("/", 1)[0] == folder]
        refused = sum(o.refused for o in here)
        sums = (sum(o.rows for o in here), sum(o.problems for o in here), sum(o.doubted for o in here))
        lines.append(
            f"| {folder} | {len(here)} | {len(here) - refused} | {refused} | {sums[0]:,} | {sums[1]:,} | {sums[2]:,} | "
            f"{sum(o.unread for o in here)} | {sum(o.seconds for o in here):.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print both tables, and write them where `--out` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    catalogue = load_catalogue(province="56")
    outcomes = []
    with tempfile.TemporaryDirectory() as work:
        for name, path in files_of(options.folder):
            feed = catalogue.feeds[name] if name else headed_feed(path, catalogue.feeds["nso_monthly"])
            shown = path.relative_to(options.folder).as_posix()
            outcomes.append(read_one(catalogue, feed, path, shown, Path(work)))
            print(f"{shown}: {'refused' if outcomes[-1].refused else outcomes[-1].rows}", flush=True)
    said = f"{summary(outcomes)}\n\n{table(outcomes)}"
    print(said)
    if options.out:
        options.out.write_text(said + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
