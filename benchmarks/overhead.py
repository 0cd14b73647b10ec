"""What validation costs beyond the scan: on a small feed, and with a suite of 200 expectations."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import dossiers
from benchmarks.contenders import by_hand, opened
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.validate.engine import validate_table
from ioc_pipeline.validate.engine_sql import run_sql
from ioc_pipeline.validate.suite import Expectation, Suite, bind, parse_suite

_TIMES = 30


def small(data: Path) -> dict[str, float]:
    """The validate stage on a small feed in a warm process against the hand-written SQL alone, in milliseconds.

    The stage binds the suite to the moment of receipt (another one each time, as with real deliveries), compiles it,
    judges, writes the failing rows and words the results.
    """
    con = opened(data)
    kept = {e.id for e in dossiers.suite().expectations}
    parsed = parse_suite(json.loads(dossiers.SUITE.read_text(encoding="utf-8")))
    parsed = replace(parsed, expectations=tuple(e for e in parsed.expectations if e.id in kept))
    catalogue = load_catalogue(province="56")
    moments = (dossiers.NOW + timedelta(seconds=i) for i in range(10 * _TIMES))

    def stage() -> None:
        bound = bind(parsed, catalogue.bindings(next(moments)))
        validate_table(con, "batch", bound, feed="dossiers", delivery_id="d", run_id="r")

    by = by_hand(data, kept).work
    times: dict[str, list[float]] = {"stage": [], "hand": [], "stage_cpu": [], "hand_cpu": []}
    for _ in range(_TIMES):
        for label, work in (("stage", stage), ("hand", by)):
            started, busy = time.perf_counter(), time.process_time()
            work()
            times[label].append((time.perf_counter() - started) * 1000)
            times[f"{label}_cpu"].append((time.process_time() - busy) * 1000)
    found = {f"{label}_ms": statistics.median(taken[5:]) for label, taken in times.items()}
    return found | {
        "overhead_ms": found["stage_ms"] - found["hand_ms"],
        "overhead_cpu_ms": found["stage_cpu_ms"] - found["hand_cpu_ms"],
    }


def wide(data: Path) -> dict[str, float]:
    """Processor seconds of the compiled suite of 25 expectations and of 200 over the same data."""
    con = opened(data)
    seconds: dict[str, float] = {}
    for label, suite in (
        ("suite_25", first(25)),
        ("suite_200", many(200)),
        ("suite_200_one_key", many(200, key=False)),
    ):
        taken = []
        for _ in range(3):
            started = time.process_time()
            run = run_sql(con, "batch", suite.expectations)
            run.clean()
            taken.append(time.process_time() - started)
            failed = [f for f in run.findings.values() if f.error]
            if failed or run.fallback:
                raise RuntimeError(f"{failed or run.fallback}")
        seconds[label] = statistics.median(taken)
    return seconds | {
        "ratio": seconds["suite_200"] / seconds["suite_25"],
        "ratio_one_key": seconds["suite_200_one_key"] / seconds["suite_25"],
    }


def first(count: int) -> Suite:
    """The first `count` row-level expectations of the benchmark's suite, the unique key among them."""
    suite = dossiers.suite()
    rows = [e for e in suite.expectations if e.level == "row"]
    return replace(suite, expectations=tuple(rows[:count]))


def many(count: int, *, key: bool = True) -> Suite:
    """`first(25)` and variants of each of them in turn, with other constants; uniqueness is not multiplied.

    Without `key` neither are the expressions over the dossier code, which differs in every row and so cannot be decided
    on its distinct values.
    """
    base = first(25)
    kept = list(base.expectations)
    for number in range(1, count):
        for e in base.expectations:
            costly = e.id == dossiers.UNIQUE or (not key and e.id.startswith("dossiers.ma_ho_so."))
            if costly or len(kept) >= count:
                continue
            kept.append(replace(e, id=f"{e.id}.{number}", kwargs=_variant(e, number)))
    return replace(base, expectations=tuple(kept[:count]))


def _variant(e: Expectation, number: int) -> dict[str, Any]:
    """Other constants for the same kind of rule, so that no two rules are the same piece of SQL."""
    kwargs = dict(e.kwargs)
    if "regex" in kwargs:
        kwargs["regex"] = f"{kwargs['regex']}|^{number}x$"
    elif "value_set" in kwargs:
        kwargs["value_set"] = [*kwargs["value_set"], f"x{number}"]
    elif "max_value" in kwargs:
        kwargs["max_value"] = f"{2027 + number}-01-01T00:00:00"
    elif "unexpected_rows_query" in kwargs:
        kwargs["unexpected_rows_query"] += f" AND _row <> {-number}"
    else:
        condition = {"type": "comparison", "column": {"name": "ma_tthc"}, "operator": "!=", "parameter": f"x{number}"}
        kwargs["row_condition"] = condition
    return kwargs


MEASUREMENTS: dict[str, Callable[[Path], dict[str, float]]] = {"small": small, "wide": wide}


def sentence(name: str, numbers: dict[str, float]) -> str:
    """One line about a measurement."""
    if name == "small":
        return (
            f"small feed, 1,000 rows, warm: validate stage {numbers['stage_ms']:.1f} ms, hand-written SQL "
            f"{numbers['hand_ms']:.1f} ms, overhead {numbers['overhead_ms']:.1f} ms (processor time "
            f"{numbers['stage_cpu_ms']:.1f}, {numbers['hand_cpu_ms']:.1f}, {numbers['overhead_cpu_ms']:.1f} ms)"
        )
    return (
        f"processor time, suite of 25: {numbers['suite_25']:.2f} s, suite of 200: {numbers['suite_200']:.2f} s, "
        f"ratio {numbers['ratio']:.2f}; without more rules on the dossier code {numbers['ratio_one_key']:.2f}"
    )
