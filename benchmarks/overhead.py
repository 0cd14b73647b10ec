"""What validation costs beyond the scan: on a small feed, and with a suite of 200 expectations."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping
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
TEXTS = ("don_vi_xu_ly", "ma_xa", "trang_thai", "ma_tthc", "ma_ho_so")
"""Text columns of the benchmark's SQL rules."""


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
    """Processor seconds over the same data: the compiled suite of 25 expectations, one of 200 in the mix of the suites
    we ship, one of 200 that multiplies every rule alike, and the hand-written SQL of the 25."""
    con = opened(data)
    seconds: dict[str, float] = {}
    for label, suite in (("suite_25", first(25)), ("suite_200", in_the_mix(200)), ("suite_200_all", many(200))):
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
        "ratio_all": seconds["suite_200_all"] / seconds["suite_25"],
    }


def first(count: int) -> Suite:
    """The first `count` row-level expectations of the benchmark's suite, the unique key among them."""
    suite = dossiers.suite()
    rows = [e for e in suite.expectations if e.level == "row"]
    return replace(suite, expectations=tuple(rows[:count]))


def in_the_mix(count: int) -> Suite:
    """`first(25)` and variants of the suite's rules, as many of each type as is its share of our row-level rules.

    Text rules on the dossier code, which differs in every row and so cannot be decided on its distinct values, get
    their own share too: rules on the text of a feed's only key column. Uniqueness is not multiplied.
    """
    base = first(25)
    shares = shipped_shares()
    kinds: dict[str, list[Expectation]] = {}
    for e in dossiers.suite().expectations:
        if e.id != dossiers.UNIQUE and e.level == "row":
            kinds.setdefault(_kind(e.type, e.kwargs, ("ma_ho_so",)), []).append(e)
    whole = sum(shares.get(kind, 0.0) for kind in kinds)
    kept = list(base.expectations)
    wanted = {kind: shares.get(kind, 0.0) / whole * (count - len(kept)) for kind in kinds}
    order = sorted(kinds, key=lambda kind: -wanted[kind])
    for kind in order:
        for number in range(round(wanted[kind])):
            e = kinds[kind][number % len(kinds[kind])]
            kept.append(replace(e, id=f"{e.id}.{kind}.{number}", kwargs=_variant(e, number + 1)))
    while len(kept) < count:
        e = kinds[order[0]][len(kept) % len(kinds[order[0]])]
        kept.append(replace(e, id=f"{e.id}.{len(kept)}", kwargs=_variant(e, len(kept))))
    return replace(base, expectations=tuple(kept[:count]))


def shipped_shares() -> dict[str, float]:
    """Share of each kind of rule among the row-level rules of every suite under `data_contracts/feeds`."""
    catalogue = load_catalogue(province="56")
    counted: Counter[str] = Counter()
    for feed in catalogue.feeds.values():
        key = tuple(feed.key) if len(feed.key) == 1 else ()
        for e in feed.suite["expectations"]:
            if e["meta"]["level"] == "row":
                counted[_kind(e["type"], e["kwargs"], key)] += 1
    return {kind: n / counted.total() for kind, n in counted.items()}


def _kind(type_: str, kwargs: Mapping[str, Any], key: tuple[str, ...]) -> str:
    """The type of a rule; text rules on a column that is the whole key are a kind of their own."""
    text = json.dumps(kwargs, ensure_ascii=False)
    on_key = any(
        kwargs.get("column") == column or re.search(rf"\w\([^()]*\b{column}\b", text) is not None for column in key
    )
    return "text of the key" if on_key and ("regex" in text or "unexpected_rows_query" in kwargs) else type_


def many(count: int) -> Suite:
    """`first(25)` and variants of each of them in turn, with other constants; uniqueness is not multiplied."""
    base = first(25)
    kept = list(base.expectations)
    for number in range(1, count):
        for e in base.expectations:
            if e.id != dossiers.UNIQUE and len(kept) < count:
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
        query = kwargs["unexpected_rows_query"]
        column = next(c for c in TEXTS if re.search(rf"\b{c}\b", query))  # no column that the rule did not ask for
        kwargs["unexpected_rows_query"] = f"{query} AND {column} <> 'x{number}'"
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
        f"processor time, suite of 25: {numbers['suite_25']:.2f} s, of 200: {numbers['suite_200']:.2f} s, "
        f"ratio {numbers['ratio']:.2f} in the mix of the shipped suites; every rule multiplied alike "
        f"{numbers['ratio_all']:.2f}"
    )
