"""End to end: real workbooks and a million dossiers, from inbox to release, in processes of their own.

    python -m benchmarks.end_to_end [--workbooks DIR] [--dossiers N] [--runs N]

Each line is set against a baseline measured in the same run on the same files: reading the workbooks with calamine
alone, copying the dossiers' files into a DuckDB table, starting the command line.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

IOC = [sys.executable, "-m", "ioc_pipeline.cli.main"]

CALAMINE = """
import sys, pathlib, python_calamine, xlrd
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
"""

COPY = """
import sys, pathlib, duckdb
connection = duckdb.connect(sys.argv[2])
connection.execute("SET memory_limit = '2GB'")
for number, path in enumerate(sorted(pathlib.Path(sys.argv[1]).iterdir())):
    kind = {".parquet": "read_parquet", ".csv": "read_csv", ".json": "read_json"}[path.suffix]
    connection.execute(f"CREATE TABLE t{number} AS SELECT * FROM {kind}('{path}')")
connection.close()
"""


@dataclass(frozen=True)
class Took:
    """Wall seconds and peak memory (largest single process, MB) of one run."""

    seconds: float
    megabytes: float


def timed(argv: list[str], home: Path | None = None, accepted: tuple[int, ...] = (0,)) -> Took:
    """Run a command; raises when its exit code is not one of `accepted`."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if home is not None:
        environment["IOC_HOME"] = str(home)
    before = time.perf_counter()
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, error = process.communicate()
    seconds = time.perf_counter() - before
    if process.returncode not in accepted:
        raise RuntimeError(f"{argv}: exit {process.returncode}\n{error.decode()[-2000:]}")
    return Took(seconds, 0.0)


def measured(argv: list[str], home: Path | None = None, accepted: tuple[int, ...] = (0,)) -> Took:
    """Like `timed`, in a child of its own so that the peak memory is that command's alone."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            took = timed(argv, home, accepted)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            os.write(write, f"{took.seconds} {peak}".encode())
        except BaseException as error:
            os.write(write, f"! {error}".encode())
        finally:
            os._exit(0)
    os.close(write)
    text = b""
    while chunk := os.read(read, 65536):
        text += chunk
    os.waitpid(child, 0)
    if text.startswith(b"!"):
        raise RuntimeError(text.decode())
    seconds, peak = text.decode().split()
    return Took(float(seconds), float(peak))


def line(name: str, took: list[Took], baseline: list[Took]) -> None:
    """Print medians and the ratio to the baseline of the same run."""
    seconds = statistics.median(t.seconds for t in took)
    base = statistics.median(t.seconds for t in baseline)
    peak = max(t.megabytes for t in took)
    print(f"{name:<44} {seconds:8.2f} s {peak:8.0f} MB   {seconds / base:6.2f} × baseline ({base:.2f} s)", flush=True)


def workbooks(folder: Path, runs: int, work: Path) -> None:
    """The published workbooks: everything of `ioc run` against reading the same sheets and doing nothing."""
    books = sorted(p for p in folder.iterdir() if "2015" <= p.name[:4] <= "2019")
    plain = work / "books"
    plain.mkdir()
    for book in books:
        shutil.copy(book, plain / book.name)
    took, base, again, start = [], [], [], []
    for number in range(runs):
        home = work / f"books{number}"
        shutil.copytree(plain, home / "inbox" / "nso_monthly")
        time.sleep(2)
        base.append(measured([sys.executable, "-c", CALAMINE, str(plain)]))
        took.append(measured([*IOC, "run"], home))
        start.append(measured([*IOC, "--help"], home))
        again.append(measured([*IOC, "run"], home, (1,)))
    line(f"{len(books)} workbooks, inbox to release", took, base)
    line("  run again, nothing new (baseline: --help)", again, start)


def dossiers(count: int, runs: int, work: Path) -> None:
    """Simulated dossiers (Parquet, CSV and JSON deliveries) against copying the files into tables unchecked."""
    took, base, again, start = [], [], [], []
    for number in range(runs):
        home = work / f"dossiers{number}"
        measured([*IOC, "sample", "--dossiers", str(count), "--out", str(home / "inbox")], home)
        for other in ("lris_indicators", "province_published"):
            shutil.rmtree(home / "inbox" / other)
        time.sleep(2)
        base.append(measured([sys.executable, "-c", COPY, str(home / "inbox" / "dossiers"), str(home / "copy.duckdb")]))
        took.append(measured([*IOC, "run"], home))
        start.append(measured([*IOC, "--help"], home))
        again.append(measured([*IOC, "run"], home, (1,)))
        shutil.rmtree(home)
    line(f"{count:,} dossiers, inbox to release", took, base)
    line("  run again, nothing new (baseline: --help)", again, start)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser()
    here = Path(__file__).parents[1]
    real = Path(os.environ.get("IOC_REALDATA", here.parent / "shared" / "realdata"))
    parser.add_argument("--workbooks", type=Path, default=real / "nso_monthly" / "workbooks")
    parser.add_argument("--dossiers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if arguments.workbooks.is_dir():
            workbooks(arguments.workbooks, arguments.runs, work)
        else:
            print(f"workbooks: {arguments.workbooks} is not there; give --workbooks")
        if arguments.dossiers:
            dossiers(arguments.dossiers, arguments.runs, work)


if __name__ == "__main__":
    main()
