"""The contenders of the validation benchmark that work in DuckDB: by hand, compiled, Great Expectations, Soda.

Each is a function of (Parquet file, rules wanted) that prepares outside the clock and returns what to time.
Results: number of failures per rule where the tool counts them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import duckdb

from benchmarks import dossiers
from ioc_pipeline.validate.sql_text import literal


@dataclass(frozen=True)
class Prepared:
    """`work` is timed; `rules` are those it judges, `version` names the tool, `note` how it was asked."""

    work: Callable[[], dict[str, int]]
    rules: tuple[str, ...]
    version: str
    note: str = ""
    failing_rows: Callable[[], int] = field(default=lambda: 0)


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB as the warehouse is opened, with the staged file as the view `batch`."""
    con = duckdb.connect()
    con.execute("SET memory_limit = '2GB'; SET TimeZone = 'UTC'")
    con.execute(f"CREATE TEMP VIEW batch AS SELECT * FROM read_parquet({literal(str(path))})")
    return con


def by_hand(path: Path, wanted: Collection[str]) -> Prepared:
    """One scan of `count_if` for all row rules and aggregates, one `GROUP BY … HAVING` for the unique key."""
    con = opened(path)
    dossiers.create_code_tables(con)
    rules = {rule: sql for rule, sql in dossiers.row_rules().items() if rule in wanted}
    tables = {rule: sql for rule, sql in dossiers.TABLE_RULES.items() if rule in wanted}
    counts = [f"count_if({sql})" for sql in rules.values()]
    scan = f"SELECT {', '.join([*counts, *tables.values()])} FROM batch"
    unique = dossiers.UNIQUE in wanted

    def work() -> dict[str, int]:
        row = con.execute(scan).fetchone() or ()
        found = {rule: int(value or 0) for rule, value in zip(rules, row[: len(rules)], strict=True)}
        if unique:
            grouped = con.execute(
                "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM batch WHERE ma_ho_so IS NOT NULL "
                "GROUP BY ma_ho_so HAVING count(*) > 1)"
            ).fetchone()
            found[dossiers.UNIQUE] = int(grouped[0]) if grouped else 0
        return found

    judged = (*rules, *tables, *([dossiers.UNIQUE] if unique else []))
    return Prepared(work, judged, f"duckdb {duckdb.__version__}")


def compiled(path: Path, wanted: Collection[str]) -> Prepared:
    """The suite compiled: verdicts and counts."""
    from ioc_pipeline.validate.engine_sql import run_sql

    con, suite = opened(path), _suite(wanted)

    def work() -> dict[str, int]:
        run = run_sql(con, "batch", suite.expectations)
        run.clean()
        return {e: f.unexpected for e, f in run.findings.items()}

    return Prepared(work, tuple(e.id for e in suite.expectations), f"duckdb {duckdb.__version__}")


def quarantine(path: Path, wanted: Collection[str]) -> Prepared:
    """The suite compiled, as `ioc run` does it: every failing row with its rules, examples and messages too."""
    from ioc_pipeline.validate.engine import validate_table

    con, suite = opened(path), _suite(wanted)

    def work() -> dict[str, int]:
        judged = validate_table(con, "batch", suite, feed="dossiers", delivery_id="d", run_id="r")
        return {r.expectation_id: r.unexpected for r in judged.results}

    def failing_rows() -> int:
        found = con.execute("SELECT count(DISTINCT _row) FROM batch__broken").fetchone()
        return int(found[0]) if found else 0

    rules = tuple(e.id for e in suite.expectations)
    return Prepared(work, rules, f"duckdb {duckdb.__version__}", failing_rows=failing_rows)


def great_expectations(path: Path, wanted: Collection[str]) -> Prepared:
    """Great Expectations over SQLAlchemy: verdicts, counts and three examples (result format BASIC)."""
    from ioc_pipeline.validate.engine_gx import GxJudge

    con, suite = opened(path), _suite(wanted)
    judge = GxJudge(con, "batch", 0)

    def work() -> dict[str, int]:
        outcomes = judge.outcomes(suite.expectations)
        return {
            e.id: int(outcome.result.get("unexpected_count", outcome.result.get("observed_value")) or 0)
            for e, outcome in zip(suite.expectations, outcomes, strict=True)
        }

    return Prepared(
        work, tuple(e.id for e in suite.expectations), f"great-expectations {version('great-expectations')}"
    )


def soda(path: Path, wanted: Collection[str]) -> Prepared:
    """Soda: one contract; what its column checks cannot say stands as a `failed_rows` expression."""
    os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"
    import logging

    import yaml
    from soda_core.common.yaml import ContractYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession
    from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

    logging.disable(logging.WARNING)
    con = opened(path)
    rows = dossiers.row_rules()
    columns: dict[str, list[dict[str, object]]] = {c: [] for c in dossiers.COLUMNS}
    checks: list[dict[str, object]] = []
    judged: list[str] = []
    for rule in wanted:
        named = {"name": rule}
        if rule in dossiers.PATTERNS:
            column, pattern = dossiers.PATTERNS[rule]
            columns[column].append(
                {"invalid": {**named, "qualifier": rule, "valid_format": {"name": rule, "regex": pattern}}}
            )
        elif rule in dossiers.code_sets():
            column, codes = dossiers.code_sets()[rule]
            columns[column].append({"invalid": {**named, "qualifier": rule, "valid_values": codes}})
        elif rule.endswith(".present") and rule.split(".")[1] in dossiers.MANDATORY:
            columns[rule.split(".")[1]].append({"missing": named})
        elif rule == dossiers.UNIQUE:
            columns["ma_ho_so"].append({"duplicate": named})
        elif rule == "dossiers.rows.some":
            checks.append({"row_count": {**named, "threshold": {"must_be_greater_than": 0}}})
        elif rule in rows:
            checks.append({"failed_rows": {**named, "qualifier": rule, "expression": rows[rule]}})
        else:
            query = next(e.kwargs["unexpected_rows_query"] for e in dossiers.suite().expectations if e.id == rule)
            checks.append({"failed_rows": {**named, "qualifier": rule, "query": query.format(batch="batch")}})
        judged.append(rule)
    contract = yaml.safe_dump(
        {
            "dataset": "soda/main/batch",
            "columns": [{"name": c, **({"checks": found} if found else {})} for c, found in columns.items()],
            "checks": checks,
        },
        allow_unicode=True,
    )
    con.execute("CREATE VIEW main.batch AS SELECT * FROM read_parquet(?)".replace("?", literal(str(path))))
    con.execute("DROP VIEW temp.batch")
    source = DuckDBDataSourceImpl.from_existing_cursor(con, "soda")

    def work() -> dict[str, int]:
        result = ContractVerificationSession.execute(
            contract_yaml_sources=[ContractYamlSource.from_str(contract)], data_source_impls=[source]
        )
        found: dict[str, int] = {}
        for verified in result.contract_verification_results:
            for check in verified.check_results:
                found[check.check.name] = int(check.threshold_value or 0)
        if len(found) != len(judged):
            raise RuntimeError(result.get_errors_str())
        return found

    return Prepared(work, tuple(judged), f"soda-core {version('soda-core')}")


def _suite(wanted: Collection[str]) -> dossiers.Suite:
    suite = dossiers.suite()
    return replace(suite, expectations=tuple(e for e in suite.expectations if e.id in wanted))
