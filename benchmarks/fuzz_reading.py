"""Fuzz every reader through `read_delivery`: `python -m benchmarks.fuzz_reading --minutes 5 --seed 1`.

Seeds (sample deliveries, texts of our own, the published real files where they are) are mutated reproducibly: case
number and seed give the bytes. A case passes when the reader refuses in words or writes a Parquet file whose rows are
numbered 1…n and add up; anything else (another exception, a dead process, too much memory or time) is a failure, and
its bytes are kept. Cases run in a process of their own, because some failures end the process.

With `--large` every file is read as a large one is: delimited text in one pass where that is possible, and then again
in two, which must give the same rows and notices.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from benchmarks.fuzz_mutations import structured
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Column, Feed
from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read import connection
from ioc_pipeline.read.dispatch import read_delivery
from ioc_pipeline.read.reading import Reading
from ioc_pipeline.read.records import delimited, table_file

MEMORY_GIB = 2.0
SECONDS = 60.0
LARGEST_SEED = 200_000
STRUCTURED = 0.75
"""Share of cases whose structure is kept: random bytes are refused at the door and test nothing behind it."""
_TOKENS = [
    b"\x00", b'"', b"\n", b"\r", b",", b";", b"\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\xe1\xbb", b"1.234",
    b"1,234",
    b"-", b"..", b"NaN", b"1e999", b"9" * 400, b"[" * 50, b"{" * 50, b"]", b"}", b'{"data":', b"null", b"\\ud800",
    b"31/02/2026", b"01/01/25", b"00004", b"P. Vinh Hai", b"H\xb5 N\xe9i", b"Ha\xf8 No\xe4i", "Quý II/2025".encode(),
    b"=cmd|'/c calc'!A1", b"../../x", b"%", b"(1)", b"\x1f\x8b", b"PAR1", b"PK\x03\x04", b"<?xml", b"' OR 1=1 --",
    b"$$",
]  # fmt: skip
_OWN = {
    "torture.csv": "ma,ten,ngay,so,dem,co,tinh,xa\n1,Đặng Thị Mỹ,2026-01-31,\"1.234,5\",7,có,Khánh Hòa,P. Vĩnh Hải\n"
    "2,\"Hà, Nội\",31/01/2025,98%,-,không,Ninh Thuận,Bắc Nha Trang\n3,x,,(12),…,1,TPHCM,22366\n" * 4,
    "torture.json": json.dumps(
        {"error": None, "data": [{"ma": "1", "so": 1.5, "co": True, "ngay": "20260131000000", "xa": "Cam Đức"}] * 3}
    ),
    "lines.json": '{"ma": "1", "so": "1.234"}\n{"ma": "2", "ten": "Hµ Néi"}\n' * 3,
}  # fmt: skip


def torture_feed() -> Feed:
    """A table feed with a column of every type, with places and percentages."""
    words = Text("Thử", "Test")
    columns = (
        Column("ma", "VARCHAR", required=True, identifier=True), Column("ten", "VARCHAR"),
        Column("ngay", "TIMESTAMP", formats=("%Y%m%d%H%M%S", "%d/%m/%Y", "%Y-%m-%d")), Column("so", "DOUBLE", unit="%"),
        Column("dem", "BIGINT"), Column("co", "BOOLEAN"),
        Column("tinh", "VARCHAR", places="province", places_on="ngay"),
        Column("xa", "VARCHAR", places="commune", places_on="ngay", split="main"),
        Column("xa_goc", "VARCHAR", raw_of="xa"),
    )  # fmt: skip
    return Feed(
        id="torture", version="1", title=words, description=words, owner_id="o", owner=words, source=words, group="thu",
        shape="records", reader={"format": "table", "decimal": ","}, period="day", lag_days=1, key=("ma",),
        columns=columns, suite={}, folder=Path("."),
    )  # fmt: skip


def seeds(folder: Path) -> list[tuple[str, str, bytes]]:
    """(feed, file name, bytes) of the starting files."""
    from ioc_pipeline.sample.inbox import generate_inbox

    found = [("torture", name, text.encode()) for name, text in _OWN.items()]
    generate_inbox(folder, province="56", seed=1, dossiers=40, months=1, until=date(2026, 10, 31))
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size <= LARGEST_SEED:
            found.append((path.relative_to(folder).parts[0], path.name, path.read_bytes()))
    import pyarrow.csv as arrow_csv
    import pyarrow.parquet as pq

    pq.write_table(arrow_csv.read_csv(BytesIO(_OWN["torture.csv"].encode())), folder / "torture.parquet")
    found.append(("torture", "torture.parquet", (folder / "torture.parquet").read_bytes()))
    real = Path(os.environ.get("IOC_REALDATA") or Path(__file__).resolve().parents[1].parent / "shared" / "realdata")
    for path in sorted(real.glob("nso_pxweb/*")) + sorted(real.glob("nso_sdmx/*")):
        if path.is_file() and path.stat().st_size <= LARGEST_SEED:
            found.append((path.parent.name, path.name, path.read_bytes()))
    for pattern in ("csv_torture/**/*.csv", "csv_torture/**/*.json", "province_indicators/*"):
        for path in sorted(real.glob(pattern))[::6]:  # their headers are not the feed's: most cases end at the door
            if path.is_file() and path.stat().st_size <= LARGEST_SEED:
                found.append(("torture", path.name, path.read_bytes()))
    for path in sorted(real.glob("nso_monthly/workbooks/*"))[::20]:
        if path.is_file() and path.stat().st_size <= 2 * LARGEST_SEED:
            found.append(("nso_monthly", path.name, path.read_bytes()))
    return found


def mutated(rng: random.Random, start: list[tuple[str, str, bytes]]) -> tuple[str, str, bytes]:
    """One case: a seed with values changed and its structure kept (three of four), or with one to six changes of its
    bytes."""
    feed, name, data = rng.choice(start)
    if rng.random() < STRUCTURED:
        kept = structured(rng, data)
        if kept is not None:
            return feed, name, kept[: 8 * LARGEST_SEED]
    content = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(content) + 1)
        change = rng.randrange(10)
        if change == 0 and content:
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        elif change == 1:
            del content[at:]
        elif change == 2:
            content[at:at] = rng.choice(_TOKENS) * rng.choice((1, 1, 1, 3, 40))
        elif change == 3:
            end = min(len(content), at + rng.randint(1, 400))
            content[end:end] = content[at:end] * rng.choice((1, 2, 20))
        elif change == 4:
            del content[at : at + rng.randint(1, 200)]
        elif change == 5:
            other = rng.choice(start)[2]
            cut = rng.randrange(len(other) + 1)
            content[at:] = other[cut : cut + 50_000]
        elif change == 6:
            content[at : at + rng.randint(1, 8)] = rng.randbytes(rng.randint(1, 8))
        elif change == 7:
            lines = bytes(content).split(b"\n")
            rng.shuffle(lines)
            content = bytearray(b"\n".join(lines))
        elif change == 8:
            text = bytes(content).decode("utf-8", "replace")
            content = bytearray(
                text.encode(rng.choice(["utf-16", "utf-16-le", "cp1258", "latin-1", "utf-8-sig"]), "replace")
            )
        else:
            content = bytearray(gzip.compress(bytes(content), 1)) if rng.random() < 0.1 else content
    if rng.random() < 0.1:
        feed = "torture"
    return feed, name, bytes(content[: 4 * LARGEST_SEED])


def judged(catalogue: Catalogue, feed: Feed, name: str, content: bytes, work: Path, twice: bool = False) -> str:
    """`read`, or the code of the refusal; AssertionError when the reader broke a promise. `twice`: delimited text is
    read again in two passes."""
    blob, out = work / "blob", work / "out" / "rows.parquet"
    out.parent.mkdir(exist_ok=True)
    blob.write_bytes(content)
    try:
        reading = read_delivery(feed, blob, name, out, catalogue)
    except ReadRefused as error:
        message = error.message
        assert message.code and message.vi and message.en and message.vi != message.en, message
        message.vi.encode(), message.en.encode()
        return message.code
    with duckdb.connect() as con:
        found = con.execute(
            f"SELECT count(*), count(DISTINCT _row), min(_row), max(_row), count(_problems), "
            f"count_if(_location IS NULL) FROM read_parquet('{out}')"
        ).fetchone()
    assert found is not None
    rows, distinct, first, last, listed, lost = found
    assert rows == reading.received == distinct == listed and not lost, (found, reading.received)
    assert rows == 0 or (first, last) == (1, rows), found
    for notice in reading.notices:
        assert notice.text.vi and notice.text.en
        (notice.text.vi + notice.text.en + (notice.location or "")).encode()
    left = sorted(p.name for p in out.parent.iterdir())
    assert left == ["rows.parquet"], left
    if twice and feed.reader["format"] == "table":
        _same_in_two_passes(catalogue, feed, blob, name, out, reading)
    out.unlink()
    return "read"


def _same_in_two_passes(catalogue: Catalogue, feed: Feed, blob: Path, name: str, out: Path, reading: Reading) -> None:
    again = out.with_name("again.parquet")
    with patch.object(delimited, "fits_one_pass", lambda *_: False):
        other = read_delivery(feed, blob, name, again, catalogue)
    with duckdb.connect() as con:
        sides = [f"SELECT * REPLACE (_problems::VARCHAR AS _problems) FROM read_parquet('{p}')" for p in (out, again)]
        found = con.execute(
            f"SELECT count(*) FROM (({sides[0]} EXCEPT ALL {sides[1]}) UNION ALL ({sides[1]} EXCEPT ALL {sides[0]}))"
        ).fetchone()
    again.unlink()
    assert found == (0,), f"{found} rows differ between one pass and two"
    assert reading.notices == other.notices and reading.simulated == other.simulated, "notices differ"


def cases(seed: int, start: list[tuple[str, str, bytes]], first: int) -> Iterator[tuple[int, tuple[str, str, bytes]]]:
    """Case numbers from `first` with their bytes."""
    number = first
    while True:
        yield number, mutated(random.Random(f"{seed}/{number}"), start)
        number += 1


def feeds_of(catalogue: Catalogue) -> dict[str, Feed]:
    """The declared feeds and the torture feed."""
    return {**catalogue.feeds, "torture": torture_feed()}


def _work(queue: Any, seed: int, start: list[tuple[str, str, bytes]], first: int, until: float, large: bool) -> None:
    if large:
        for module in (connection, delimited, table_file):
            module.SMALL_BYTES = 0  # type: ignore[attr-defined]
        delimited.SAMPLED = 2  # type: ignore[attr-defined]
    catalogue = replace(load_catalogue())
    feeds = feeds_of(catalogue)
    with tempfile.TemporaryDirectory() as folder:
        for number, (feed, name, content) in cases(seed, start, first):
            if time.time() > until:
                queue.put((number, "end", ""))
                return
            queue.put((number, "start", feed))
            try:
                queue.put((number, "done", judged(catalogue, feeds[feed], name, content, Path(folder), large)))
            except Exception as error:
                queue.put((number, "fail", f"{type(error).__name__}: {error}"))


def _rss_gib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (FileNotFoundError, IndexError, ProcessLookupError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**3


def fuzz(seed: int, seconds: float, keep: Path, large: bool = False) -> tuple[Counter[str], list[str], float]:
    """Run cases for so long; outcomes, failures in words, peak memory of a worker in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        start = seeds(Path(folder) / "inbox")
    until, first, peak = time.time() + seconds, 0, 0.0
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    context = multiprocessing.get_context("spawn")
    while time.time() < until:
        queue = context.SimpleQueue()
        worker = context.Process(target=_work, args=(queue, seed, start, first, until, large))
        worker.start()
        current, began, ended = first - 1, time.time() + 30, False
        while not ended:
            rss = _rss_gib(worker.pid or 0)
            peak = max(peak, rss)
            problem = None
            if not queue.empty():
                number, kind, said = queue.get()
                if kind == "start":
                    current, began = number, time.time()
                elif kind == "done":
                    outcomes[said] += 1
                elif kind == "fail":
                    problem = said
                    current = number
                ended = kind == "end"
            elif not worker.is_alive():
                problem, ended = f"the process died (exit code {worker.exitcode})", True
            elif rss > MEMORY_GIB:
                problem, ended = f"{rss:.2f} GiB of memory", True
            elif time.time() - began > SECONDS:
                problem, ended = f"longer than {SECONDS:.0f} s", True
            else:
                time.sleep(0.01)
            if problem:
                outcomes["FAILED"] += 1
                feed, name, content = mutated(random.Random(f"{seed}/{current}"), start)
                kept = keep / f"{seed}-{current}-{feed}"
                keep.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(content)
                failures.append(f"case {current}, feed {feed}, {name}: {problem}; bytes in {kept}")
                print(failures[-1], flush=True)
        worker.kill()
        worker.join()
        first = current + 1
        if time.time() >= until:
            break
    return outcomes, failures, peak


def main() -> None:
    """Exit code 1 when a case failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "ioc-fuzz-failures")
    parser.add_argument("--large", action="store_true", help="read every file as a large one is read")
    options = parser.parse_args()
    outcomes, failures, peak = fuzz(options.seed, options.minutes * 60, options.keep, options.large)
    total = sum(outcomes.values())
    past = outcomes["read"] / total if total else 0
    print(f"{total} cases, seed {options.seed}, peak memory {peak:.2f} GiB, {past:.0%} read into rows")
    for outcome, count in outcomes.most_common():
        print(f"{count:>8}  {outcome}")
    raise SystemExit(bool(failures))


if __name__ == "__main__":
    main()
