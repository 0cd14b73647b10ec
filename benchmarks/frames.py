"""The contenders that work on Polars: Pandera, Pointblank, Dataframely. They read the same Parquet file.

Each rule is written once as a Polars expression that is true on a good row, and handed over as the tool's own check
where it has one (null, pattern, code list, unique), as an expression otherwise. Reading the file is inside the clock:
the DuckDB contenders read it too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import dossiers
from benchmarks.contenders import Prepared

_NOW = datetime(2026, 11, 21, 20, 0)


def expressions() -> dict[str, pl.Expr]:
    """For every row-level rule that is no plain column check: true on a good row (null counts as good)."""
    c = pl.col
    office, received, state = c("don_vi_xu_ly"), c("ngay_tiep_nhan"), c("trang_thai")
    old = office.str.contains(r"^\d{3}\.")
    agency = pl.when(old).then(office.str.slice(-3)).otherwise(office.str.split(".").list.first())
    closed = dossiers.bindings()["codes:closed_agency_codes"]
    rules = {rule: c(later) >= c(earlier) for rule, (later, earlier) in dossiers.ORDERS.items()}
    return rules | {
        "dossiers.ma_ho_so.date": (c("ma_ho_so").str.extract(r"-(\d{6})-\d+$", 1) == received.dt.strftime("%y%m%d")),
        "dossiers.ma_ho_so.sequence": ~c("ma_ho_so").str.contains(r"-\d{5}$"),
        "dossiers.don_vi_xu_ly.open": ~(agency.is_in(closed) & (received >= datetime(2025, 7, 1))),
        "dossiers.don_vi_xu_ly.own_province": agency == "H32",
        "dossiers.ngay_tiep_nhan.not_future": received.is_between(datetime(2000, 1, 1), _NOW),
        "dossiers.ngay_ket_thuc_xu_ly.not_future": c("ngay_ket_thuc_xu_ly") <= _NOW,
        "dossiers.ngay_tra.not_future": c("ngay_tra") <= _NOW,
        "dossiers.trang_thai.finished_has_date": ~(state.is_in(["9", "10"]) & c("ngay_ket_thuc_xu_ly").is_null()),
        "dossiers.trang_thai.returned_has_date": ~((state == "10") & c("ngay_tra").is_null()),
        "dossiers.trang_thai.open_has_no_return": ~(
            state.is_in(["1", "2", "4", "5", "6"]) & c("ngay_tra").is_not_null()
        ),
        "dossiers.ngay_hen_tra.present": c("ngay_hen_tra").is_not_null() | state.is_in(["1", "3", "7"]),
    }


def _present(rule: str) -> str | None:
    """Column of a rule "must not be null" without condition."""
    _, column, kind = rule.split(".")
    return column if kind == "present" and column in dossiers.MANDATORY else None


def pandera(path: Path, wanted: Collection[str]) -> Prepared:
    """Pandera over a lazy frame, data checks switched on, all errors collected."""
    import os

    os.environ["PANDERA_VALIDATION_DEPTH"] = "SCHEMA_AND_DATA"
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    own, sets = expressions(), dossiers.code_sets()
    checks: dict[str, list[Any]] = {c: [] for c in dossiers.COLUMNS}
    frame_checks: list[Any] = []
    filled: set[str] = set()
    judged: list[str] = []
    for rule in wanted:
        column = _present(rule)
        if column is not None:
            filled.add(column)
        elif rule in dossiers.PATTERNS:
            column, pattern = dossiers.PATTERNS[rule]
            checks[column].append(pa.Check.str_contains(pattern, name=rule))
        elif rule in sets:
            checks[sets[rule][0]].append(pa.Check.isin(sets[rule][1], name=rule))
        elif rule in own:
            good = own[rule].fill_null(True)
            frame_checks.append(pa.Check(lambda data, good=good: data.lazyframe.select(good), name=rule))
        elif rule != dossiers.UNIQUE:
            continue
        judged.append(rule)
    unique = "ma_ho_so" if dossiers.UNIQUE in wanted else ""
    schema = pa.DataFrameSchema(
        {c: pa.Column(checks=found, nullable=c not in filled, unique=c == unique) for c, found in checks.items()},
        checks=frame_checks,
    )

    def work() -> dict[str, int]:
        try:
            schema.validate(pl.scan_parquet(path).select(dossiers.COLUMNS), lazy=True)
        except SchemaErrors as errors:
            named = errors.failure_cases.group_by("column", "check").len()
            return {_pandera_rule(*row[:2]): row[2] for row in named.rows()}
        return {}

    return Prepared(work, tuple(judged), f"pandera {version('pandera')}", "lists the failing values")


def _pandera_rule(column: str, check: str) -> str:
    """The rule behind a failure: Pandera names it by the check as written, or by its own for null and unique."""
    for rule, (c, pattern) in dossiers.PATTERNS.items():
        if c == column and check == f"str_contains('{pattern}')":
            return rule
    for rule, (c, codes) in dossiers.code_sets().items():
        if c == column and check == f"isin({codes})":
            return rule
    own = {"not_nullable": "present", "field_uniqueness": "unique"}
    return f"dossiers.{column}.{own[check]}" if check in own else check


def pointblank(path: Path, wanted: Collection[str]) -> Prepared:
    """Pointblank on a Polars frame, no extracts."""
    import pointblank as pb

    own, sets = expressions(), dossiers.code_sets()
    judged: list[str] = []

    def steps(plan: Any) -> Any:
        judged.clear()
        for rule in wanted:
            column = _present(rule)
            if column is not None:
                plan = plan.col_vals_not_null(columns=column)
            elif rule in dossiers.PATTERNS:
                column, pattern = dossiers.PATTERNS[rule]
                plan = plan.col_vals_regex(columns=column, pattern=pattern, na_pass=True)
            elif rule in sets:
                plan = plan.col_vals_in_set(columns=sets[rule][0], set=sets[rule][1])
            elif rule in own:
                plan = plan.col_vals_expr(expr=own[rule].fill_null(True))
            elif rule == dossiers.UNIQUE:
                plan = plan.rows_distinct(columns_subset="ma_ho_so")
            else:
                continue
            judged.append(rule)
        return plan

    def work() -> dict[str, int]:
        frame = pl.read_parquet(path, columns=list(dossiers.COLUMNS))
        done = steps(pb.Validate(data=frame)).interrogate(collect_extracts=False, collect_tbl_checked=False)
        counts = done.n_failed()
        return {rule: int(counts[i]) for i, rule in enumerate(judged, start=1)}

    steps(pb.Validate(data=pl.DataFrame(schema=dict.fromkeys(dossiers.COLUMNS, pl.String))))
    return Prepared(work, tuple(judged), f"pointblank {version('pointblank')}")


def dataframely(path: Path, wanted: Collection[str]) -> Prepared:
    """Dataframely `filter`: good rows, and the failing ones with the rules they broke."""
    import dataframely as dy

    own, sets = expressions(), dossiers.code_sets()
    fields: dict[str, Any] = {}
    judged: list[str] = []
    names: dict[str, str] = {}
    for column in dossiers.COLUMNS:
        present = f"dossiers.{column}.present"
        needed = present in wanted and _present(present) is not None
        if needed:
            judged.append(present)
            names[f"{column}|nullability"] = present
        if column.startswith("ngay_"):
            fields[column] = dy.Datetime(nullable=not needed)
            continue
        checks: dict[str, Any] = {}
        for rule, (c, pattern) in dossiers.PATTERNS.items():
            if c == column and rule in wanted:
                checks[rule] = lambda col, pattern=pattern: col.str.contains(pattern)
        for rule, (c, codes) in sets.items():
            if c == column and rule in wanted:
                checks[rule] = lambda col, codes=codes: col.is_in(codes)
        judged.extend(checks)
        names |= {f"{column}|check__{rule}": rule for rule in checks}
        unique = column == "ma_ho_so" and dossiers.UNIQUE in wanted
        if unique:
            judged.append(dossiers.UNIQUE)
            names[f"{column}|unique"] = dossiers.UNIQUE
        fields[column] = dy.String(nullable=not needed, unique=unique, check=checks or None)
    for rule in wanted:
        if rule in own:
            good = own[rule].fill_null(True)
            key = rule.replace(".", "_")
            fields[key] = dy.rule()(lambda cls, good=good: good)
            names[key] = rule
            judged.append(rule)
    schema = type("Dossiers", (dy.Schema,), fields)

    def work() -> dict[str, int]:
        _, failure = schema.filter(pl.read_parquet(path, columns=list(dossiers.COLUMNS)), cast=False)
        return {names.get(rule, rule): count for rule, count in failure.counts().items()}

    return Prepared(work, tuple(judged), f"dataframely {version('dataframely')}", "splits good and failing rows")
