"""Speed of validation: the dossiers' suite compiled to SQL, beside a hand-written single pass and other tools.

    python -m benchmarks.validation [--rows 10000000] [--failing 0.01] [--only NAME …] [--json FILE]

Every contender runs in a process of its own over the same Parquet file (12 columns), seconds are medians, memory is the
peak resident memory of that process. `ratio` compares wall time and `cpu` processor time (which suffers less from other
work on the machine) with the hand-written SQL of the same run: one scan of `count_if`
for all row rules and aggregates, one `GROUP BY … HAVING` for the unique dossier code. A tool that cannot express every
rule is held against the hand-written SQL of just the rules it has, a tool that runs at fewer rows against the same
number of rows. The other tools are not part of the product: `pip install --group bench` (pip 25.1 or later, best in a
virtual environment of its own with the product); one that is missing is printed as "not installed".
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import contenders, dossiers, frames, overhead

CONTENDERS: dict[str, Callable[..., contenders.Prepared]] = {
    "hand": contenders.by_hand,
    "compiled": contenders.compiled,
    "quarantine": contenders.quarantine,
    "gx": contenders.great_expectations,
    "soda": contenders.soda,
    "pandera": frames.pandera,
    "pointblank": frames.pointblank,
    "dataframely": frames.dataframely,
}
TITLES = {
    "hand": "hand-written single-pass SQL: verdicts, counts (baseline)",
    "compiled": "suite compiled: verdicts, counts",
    "quarantine": "suite compiled: complete quarantine, messages",
    "gx": "Great Expectations over SQLAlchemy: verdicts, counts",
    "soda": "Soda: verdicts, counts",
    "pandera": "Pandera (Polars): verdicts, failing values",
    "pointblank": "Pointblank (Polars): verdicts, counts",
    "dataframely": "Dataframely (Polars): good and failing rows",
}
#: The fast ones take turns, a fresh process each time, so that noise hits all of them.
FAST = ("hand", "compiled", "quarantine")
SMALL_ROWS, WIDE_ROWS = 1_000, 1_000_000
#: What is counted there is another thing: surplus rows of a repeated key; observed values of table-level rules.
OTHER_COUNT = {("soda", dossiers.UNIQUE)}


@dataclass(frozen=True)
class Measured:
    """One contender: median seconds (wall and processor), peak GiB, failures by rule; `error` when it could not run."""

    seconds: float
    cpu: float
    memory: float
    found: dict[str, int]
    rules: tuple[str, ...]
    version: str
    note: str
    failing_rows: int
    error: str | None = None


def child(name: str, data: Path, rules: Sequence[str] | None, repeat: int) -> None:
    """Run one contender here and print what was measured as JSON (the parent reads the last line)."""
    wanted = rules or [e.id for e in dossiers.suite().expectations]
    try:
        prepared = CONTENDERS[name](data, wanted)
    except ModuleNotFoundError as error:
        print(json.dumps({"error": f"not installed ({error.name})"}))
        return
    seconds, cpu, found = [], [], {}
    for _ in range(repeat):
        started, busy = time.perf_counter(), time.process_time()
        found = prepared.work()
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": cpu,
                "memory": peak,
                "found": {rule: count for rule, count in found.items() if count},
                "rules": prepared.rules,
                "version": prepared.version,
                "note": prepared.note,
                "failing_rows": prepared.failing_rows(),
            }
        )
    )


def run(name: str, data: Path, rules: Sequence[str] | None = None, *, rounds: int = 1, repeat: int = 1) -> Measured:
    """A contender in `rounds` fresh processes."""
    return merged([_process(name, data, rules, repeat) for _ in range(rounds)])


def merged(answers: Sequence[dict[str, Any]]) -> Measured:
    """Median of the seconds, maximum of the memory."""
    last = answers[-1]
    if "error" in last:
        return Measured(0, 0, 0, {}, (), "", "", 0, last["error"])
    seconds, cpu = (statistics.median(s for answer in answers for s in answer[key]) for key in ("seconds", "cpu"))
    memory = max(answer["memory"] for answer in answers)
    return Measured(
        seconds, cpu, memory, last["found"], tuple(last["rules"]), last["version"], last["note"], last["failing_rows"]
    )


def _process(name: str, data: Path, rules: Sequence[str] | None, repeat: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.validation", "--contender", name, "--data", str(data)]
    command += ["--repeat", str(repeat)]
    if rules is not None:
        command += ["--rules", *rules]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        return {"error": f"failed: {lines[-1] if lines else done.returncode}"}
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def table(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Measure every contender and print its line as soon as it is known."""
    files = {rows: folder / f"dossiers_{rows}.parquet" for rows in {options.rows, options.other_rows}}
    for rows, path in files.items():
        dossiers.write_data(path, rows, options.failing)
    rules = [e.id for e in dossiers.suite().expectations]
    print(f"\n{options.rows:,} dossiers × {len(dossiers.COLUMNS)} columns, {len(rules)} expectations")
    print(f"{'contender':<60}{'rules':>6}{'rows':>12}{'seconds':>9}{'ratio':>7}{'cpu':>7}{'GiB':>6}  counts")
    turns: dict[str, list[dict[str, Any]]] = {name: [] for name in FAST if name in options.only}
    for _ in range(options.rounds):
        for name, answers in turns.items():
            answers.append(_process(name, files[options.rows], None, 1))
    measured = {name: merged(answers) for name, answers in turns.items()}
    truth = measured["hand"]
    lines = [_line(name, options.rows, found, truth) for name, found in measured.items()]
    bases: dict[tuple[int, tuple[str, ...]], Measured] = {(options.rows, tuple(sorted(truth.rules))): truth}
    for name in options.only:
        if name in FAST:
            continue
        rows = options.other_rows
        found = run(name, files[rows])
        key = (rows, tuple(sorted(found.rules)))
        if found.error is None and key not in bases:
            bases[key] = run("hand", files[rows], found.rules, repeat=2)
        lines.append(_line(name, rows, found, bases.get(key, truth)))
    if "quarantine" in measured:
        print(f"rows that break a row-level rule: {measured['quarantine'].failing_rows:,}")
    return lines


def _line(name: str, rows: int, found: Measured, base: Measured) -> dict[str, Any]:
    if found.error is not None:
        print(f"{TITLES[name]:<60}  {found.error}", flush=True)
        return {"contender": name, "error": found.error}
    ratio = found.seconds / base.seconds
    wrong = sorted(
        rule
        for rule in {*base.found, *found.found}
        if found.found.get(rule, 0) != base.found.get(rule, 0)
        and (name, rule) not in OTHER_COUNT
        and rule not in dossiers.TABLE_RULES
    )
    agree = "agree" if not wrong else "differ: " + ", ".join(wrong)
    cpu_ratio = found.cpu / base.cpu
    said = "; ".join(part for part in (found.version, found.note) if part)
    print(
        f"{TITLES[name]:<60}{len(found.rules):>6}{rows:>12,}{found.seconds:>9.2f}{ratio:>7.2f}{cpu_ratio:>7.2f}"
        f"{found.memory:>6.2f}  {agree}  [{said}]",
        flush=True,
    )
    return {
        "contender": name, "rules": len(found.rules), "rows": rows, "seconds": found.seconds, "ratio": ratio,
        "cpu_seconds": found.cpu, "cpu_ratio": cpu_ratio,
        "baseline_seconds": base.seconds, "memory_gib": found.memory, "differs": wrong, "version": found.version,
    }  # fmt: skip


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--other-rows", type=int, default=1_000_000, help="rows for the other tools (at most --rows)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of the baseline and of the compiled suite")
    parser.add_argument("--failing", type=float, default=0.01, help="share of rows that break a rule")
    parser.add_argument("--only", nargs="+", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--skip-overhead", action="store_true", help="no small feed, no suite of 200")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    parser.add_argument("--contender", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--overhead", choices=list(overhead.MEASUREMENTS), help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rules", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--repeat", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contender:
        child(options.contender, options.data, options.rules, options.repeat)
        return
    if options.overhead:
        print(json.dumps(overhead.MEASUREMENTS[options.overhead](options.data)))
        return
    options.other_rows = min(options.other_rows, options.rows)
    options.only = ["hand", *(name for name in options.only if name != "hand")]
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as temporary:
        folder = Path(temporary)
        numbers: dict[str, Any] = {"contenders": table(options, folder)}
        if not options.skip_overhead:
            for name, rows in (("small", SMALL_ROWS), ("wide", min(WIDE_ROWS, options.rows))):
                data = folder / f"{name}.parquet"
                dossiers.write_data(data, rows, options.failing)
                command = [sys.executable, "-m", "benchmarks.validation", "--overhead", name, "--data", str(data)]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                numbers[name] = json.loads(done.stdout.strip().splitlines()[-1])
                print(overhead.sentence(name, numbers[name]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
