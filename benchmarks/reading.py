"""Reading and typing against DuckDB's own readers: `python -m benchmarks.reading --rows 10000000`.

A generated CSV and the same rows as Parquet, in the contract of the feed `dossiers`. Each way runs in a process of its
own, so that peak memory is its own; the ways take turns, so that other work on the machine disturbs them alike, and
medians are printed, of wall time and of processor time. The base (ratio 1.00) is DuckDB reading the same file with the
types given and writing a Parquet file with zstd, as the reader does: no checks, no locations, no list of problems.
Starting Python, importing and loading the contracts (once per process of the pipeline) are outside the clock, for both.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.connection import MEMORY_LIMIT
from ioc_pipeline.read.records.raw_table import literal
from ioc_pipeline.read.records.table_file import read_table

GENERATED = """
SELECT 'H32-' || strftime(d, '%y%m%d') || '-' || lpad((i % 9000)::VARCHAR, 4, '0') AS ma_ho_so,
       '1.0' || lpad((10000 + i % 977)::VARCHAR, 5, '0') AS ma_tthc,
       'Cấp giấy chứng nhận quyền sử dụng đất lần ' || (i % 50) AS ten_tthc,
       'G03-GD' || lpad((i % 40)::VARCHAR, 2, '0') AS ma_linh_vuc,
       'H32.' || (i % 60) AS don_vi_xu_ly,
       lpad((22300 + i % 300)::VARCHAR, 5, '0') AS ma_xa,
       (1 + i % 3)::VARCHAR AS kenh_thuc_hien, (1 + i % 4)::VARCHAR AS loai_doi_tuong,
       d AS ngay_tiep_nhan, d + INTERVAL 10 DAY AS ngay_hen_tra,
       CASE WHEN i % 5 > 0 THEN d + INTERVAL 9 DAY END AS ngay_ket_thuc_xu_ly,
       CASE WHEN i % 5 > 0 THEN d + INTERVAL 9 DAY END AS ngay_tra,
       (1 + i % 10)::VARCHAR AS trang_thai,
       i % 2 = 0 AS co_nghia_vu_tai_chinh, i % 3 = 0 AS thanh_toan_truc_tuyen, i % 7 > 0 AS so_hoa,
       i % 4 > 0 AS ket_qua_dien_tu, d + INTERVAL 9 DAY AS cap_nhat_luc, true AS simulated
FROM (SELECT i, TIMESTAMP '2026-01-01' + to_seconds(i % 25000000) AS d FROM range({rows}) r(i))
"""


def generate(rows: int, folder: Path, only: str | None) -> dict[str, Path]:
    """The same rows as CSV and as Parquet (as another program writes it: strings, timestamps, booleans)."""
    files = {"csv": folder / "2026-10-01_dossiers.csv", "parquet": folder / "2026-10-01_dossiers.parquet"}
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / "spill")}) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"COPY ({GENERATED.format(rows=rows)}) TO '{files['parquet']}' (FORMAT parquet)")
        if only != "parquet":
            con.execute(
                f"COPY (SELECT * FROM read_parquet('{files['parquet']}')) TO '{files['csv']}' "
                "(FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')"
            )
    return files


def by_duckdb(feed: Feed, kind: str, file: Path, out: Path) -> None:
    """DuckDB's own reader with the contract's types."""
    types = ", ".join(f"'{c.name}': '{c.type}'" for c in feed.columns)
    source = (
        f"read_parquet({literal(str(file))})"
        if kind == "parquet"
        else f"read_csv({literal(str(file))}, columns = {{{types}}}, auto_detect = false, header = true)"
    )
    config = {"memory_limit": MEMORY_LIMIT, "temp_directory": str(out.parent / "spill")}
    with duckdb.connect(config=config) as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"COPY (SELECT * FROM {source}) TO {literal(str(out))} (FORMAT parquet, COMPRESSION zstd)")


def by_reader(catalogue: Catalogue, file: Path, out: Path, rows: int) -> None:
    """The pipeline's reader, from the bytes to typed rows with locations, problems and doubts."""
    codes, province = catalogue.codes, catalogue.province.code
    reading = read_table(catalogue.feeds["dossiers"], file, file.name, out, code_lists=codes, province=province)
    assert reading.received == rows, reading


@dataclass(frozen=True)
class Run:
    """Seconds on the clock and of the processor, peak memory in GiB."""

    wall: float
    cpu: float
    peak: float


def measured(work: Callable[..., None], *arguments: object) -> Run:
    """One run of the work in a fresh process."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_run, args=(queue, work, arguments))
    process.start()
    run: Run = queue.get()
    process.join()
    return run


def _run(queue, work, arguments) -> None:  # type: ignore[no-untyped-def]
    wall, cpu = time.perf_counter(), time.process_time()
    work(*arguments)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    queue.put(Run(wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024))


def main() -> None:
    """Print one line per file and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the generated files go (default: a temporary folder)")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each way; medians are printed")
    parser.add_argument("--only", choices=("csv", "parquet"), help="one kind of file")
    options = parser.parse_args()
    catalogue = load_catalogue()
    feed = catalogue.feeds["dossiers"]
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = Path(temporary)
        files = generate(options.rows, folder, options.only)
        print(f"{options.rows:,} rows, {len(feed.columns)} columns, {options.repeat} run(s), {_load()}")
        print(f"{'file and way':<28}{'GB':>6}{'wall s':>9}{'ratio':>7}{'cpu s':>8}{'ratio':>7}{'peak GiB':>10}")
        for kind in (options.only,) if options.only else files:
            file = files[kind]
            ways: dict[str, tuple[Callable[..., None], tuple[object, ...]]] = {
                "DuckDB's reader": (by_duckdb, (feed, kind, file, folder / "base.parquet")),
                "this reader": (by_reader, (catalogue, file, folder / "rows.parquet", options.rows)),
            }
            runs: dict[str, list[Run]] = {label: [] for label in ways}
            for _ in range(options.repeat):
                for label, (work, arguments) in ways.items():
                    runs[label].append(measured(work, *arguments))
            base_wall, base_cpu = (median(getattr(r, m) for r in runs["DuckDB's reader"]) for m in ("wall", "cpu"))
            for label, done in runs.items():
                wall, cpu, peak = median(r.wall for r in done), median(r.cpu for r in done), max(r.peak for r in done)
                print(
                    f"{kind + ', ' + label:<28}{file.stat().st_size / 1e9:>6.2f}{wall:>9.2f}{wall / base_wall:>7.2f}"
                    f"{cpu:>8.2f}{cpu / base_cpu:>7.2f}{peak:>10.2f}",
                    flush=True,
                )
        print(_load())


def _load() -> str:
    return f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
