"""Stock Great Expectations over the same DuckDB rows: second opinion, and fallback for types without SQL.

Great Expectations 1.24 has no DuckDB engine. Its SQLAlchemy engine works over duckdb-sqlalchemy with two repairs, both
in the subclass below: results are buffered before the connection closes, and patterns use `regexp_matches`. The
connection is the caller's own, lent through `creator`, so temporary tables are seen and nothing is copied; GX can
neither close it nor begin or end a transaction on it.

Great Expectations costs seconds to import: it is imported inside the functions, once per process.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from ioc_pipeline.validate.catalogue import ASKS_FOR_COLUMNS, ROW_TYPES
from ioc_pipeline.validate.references import is_system
from ioc_pipeline.validate.rules import Finding
from ioc_pipeline.validate.sql_text import name
from ioc_pipeline.validate.suite import Expectation

#: Types that count or name the columns of the table: they must not see the reader's own.
_ABOUT_COLUMNS = ASKS_FOR_COLUMNS | {
    "expect_table_column_count_to_be_between",
    "expect_table_column_count_to_equal",
}

#: Expectations judged together: their counts share queries, but Great Expectations' own work grows with the square.
_BATCH = 20


def run_gx(
    con: duckdb.DuckDBPyConnection,
    table: str,
    types: Mapping[str, str],
    expectations: Sequence[Expectation],
) -> Iterator[tuple[Finding, list[int]]]:
    """Findings of stock Great Expectations, each with the `_row` of its failing rows (all of them, uncapped)."""
    plain = f"{table}__columns"
    if any(e.type in _ABOUT_COLUMNS for e in expectations):
        hidden = ", ".join(name(c) for c in types if is_system(c))
        kept = f"* EXCLUDE ({hidden})" if hidden else "*"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name(plain)} AS SELECT {kept} FROM {name(table)}")
    counted = con.execute(f"SELECT count(*) FROM {name(table)}").fetchone()
    rows = int(counted[0]) if counted else 0
    for target, about_columns in ((table, False), (plain, True)):
        chosen = [e for e in expectations if (e.type in _ABOUT_COLUMNS) is about_columns]
        judge = GxJudge(con, target, rows) if chosen else None
        for start in range(0, len(chosen), _BATCH):
            assert judge is not None
            yield from judge.judge(chosen[start : start + _BATCH])
    con.execute(f"DROP VIEW IF EXISTS {name(plain)}")


class GxJudge:
    """A Great Expectations validator over one table of a borrowed connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, rows: int) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
        from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
        from great_expectations.validator.validator import Validator

        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        self.con = con
        self.table = table
        self.rows = rows
        self.engine = _execution_engine(con)
        self.engine.load_batch_data("delivery", SqlAlchemyBatchData(self.engine, table_name=table))
        self.validator = Validator(execution_engine=self.engine)
        self.validator.metrics_calculator.show_progress_bars = False

    def outcomes(self, expectations: Sequence[Expectation]) -> list[Any]:
        """Great Expectations' own results (counts, three examples), or the text of an exception, in order."""
        return self._judged([_configuration(e) for e in expectations])

    def judge(self, expectations: Sequence[Expectation]) -> Iterator[tuple[Finding, list[int]]]:
        """Findings and failing rows; an exception of Great Expectations becomes the finding's error.

        Metrics of all expectations go into shared queries. One that fails takes the others of its query with it, so
        those with an error are judged again one by one.
        """
        configurations = [_configuration(e) for e in expectations]
        failed: list[Expectation] = []
        for expectation, configuration, outcome in zip(
            expectations, configurations, self._judged(configurations), strict=True
        ):
            error = outcome if isinstance(outcome, str) else _error(outcome.exception_info)
            if error is not None and len(expectations) > 1:
                failed.append(expectation)
                continue
            failing: list[int] = []
            if error is None:
                finding = _finding(expectation, bool(outcome.success), dict(outcome.result), self.rows)
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        failing = self._failing_rows(expectation, configuration) if finding.unexpected else []
                except Exception as exception:
                    error = f"{type(exception).__name__}: {exception}"
            if error is not None:
                finding = Finding(expectation, None, error=error, engine="gx")
            yield finding, failing
        for expectation in failed:
            yield from self.judge([expectation])

    def _judged(self, configurations: list[Any]) -> list[Any]:
        """Validation results, or for each the text of the exception that none could be had for."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                outcomes = self.validator.graph_validate(
                    configurations,
                    runtime_configuration={
                        "catch_exceptions": True,
                        "result_format": {"result_format": "BASIC", "partial_unexpected_count": 3},
                    },
                )
        except Exception as exception:
            return [f"{type(exception).__name__}: {exception}"] * len(configurations)
        if len(outcomes) != len(configurations):
            return ["Great Expectations gave no result"] * len(configurations)
        return self._in_order(configurations, outcomes)

    @staticmethod
    def _in_order(configurations: list[Any], outcomes: list[Any]) -> list[Any]:
        """Results of failed expectations come first in Great Expectations' list: put them back in order by id."""
        by_id = {outcome.expectation_config.meta["id"]: outcome for outcome in outcomes}
        return [by_id[configuration.meta["id"]] for configuration in configurations]

    def _failing_rows(self, expectation: Expectation, configuration: Any) -> list[int]:
        """Every failing row by Great Expectations' own metrics.

        A result of Great Expectations lists 20 failing rows at most, and none for a key of several columns; the
        metric behind it is asked for all of them, or (compound keys) its condition is selected.
        """
        if expectation.type == "unexpected_rows_expectation":
            query = str(expectation.kwargs["unexpected_rows_query"]).rstrip("; \t\r\n").format(batch=name(self.table))
            relation = self.con.execute(f"SELECT * FROM ({query})")
            columns = [column[0] for column in relation.description or ()]
            if "_row" not in columns:
                return []
            place = columns.index("_row")
            return sorted({row[place] for row in relation.fetchall()})
        if expectation.type not in ROW_TYPES:
            return []
        from great_expectations.expectations.registry import get_expectation_impl, get_metric_kwargs
        from great_expectations.validator.metric_configuration import MetricConfiguration

        implementation: Any = get_expectation_impl(expectation.type)
        compound = expectation.type == "expect_compound_columns_to_be_unique"
        metric = f"{implementation.map_metric}.{'condition' if compound else 'unexpected_index_list'}"
        kwargs = get_metric_kwargs(metric, configuration=configuration)
        values = dict(kwargs["metric_value_kwargs"] or {})
        if not compound:
            values["result_format"] = {
                "result_format": "COMPLETE",
                "partial_unexpected_count": self.rows,
                "unexpected_index_column_names": ["_row"],
                "exclude_unexpected_values": False,
            }
        found = self.validator.metrics_calculator.get_metric(
            MetricConfiguration(metric, kwargs["metric_domain_kwargs"], values)
        )
        if not compound:
            return sorted({entry["_row"] for entry in found})
        import sqlalchemy as sa

        select: Any = sa.select(sa.column("_row")).where(found[0])
        return sorted({row[0] for row in self.engine.execute_query(select).fetchall()})


def _configuration(expectation: Expectation) -> Any:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationConfiguration(type=expectation.type, kwargs=dict(expectation.kwargs), meta={"id": expectation.id})


def _execution_engine(con: duckdb.DuckDBPyConnection) -> Any:
    import sqlalchemy as sa
    from duckdb_sqlalchemy import ConnectionWrapper
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from sqlalchemy.pool import StaticPool

    class Borrowed(ConnectionWrapper):
        """The caller's connection: never closed here, no transaction of our own."""

        autocommit = True

        def begin(self) -> None:
            """Nothing."""

        def commit(self) -> None:
            """Nothing."""

        def rollback(self) -> None:
            """Nothing."""

        def close(self) -> None:
            """Nothing."""

    class RegexpMatches:
        """Makes Great Expectations write patterns as `REGEXP_MATCHES`, as it does for the dialect so marked."""

        DremioDialect = object

    class BufferedEngine(SqlAlchemyExecutionEngine):
        """Reads a result to its end before the connection goes back."""

        def execute_query(self, query: Any) -> Any:
            """Result of a query, detached from its connection."""
            with self.get_connection() as connection:
                return self._execute_query_with_recovery(connection, query).freeze()()

    engine = sa.create_engine("duckdb://", creator=lambda: Borrowed(con), poolclass=StaticPool)
    buffered: Any = BufferedEngine(engine=engine)
    buffered.dialect_module = RegexpMatches
    return buffered


def _finding(expectation: Expectation, success: bool, result: Mapping[str, Any], rows: int) -> Finding:
    if expectation.type in ROW_TYPES:
        elements, missing = result.get("element_count") or 0, result.get("missing_count") or 0
        unexpected = int(result.get("unexpected_count") or 0)
        return Finding(expectation, success, elements - missing, unexpected, missing, engine="gx")
    observed = result.get("observed_value")
    if expectation.type == "unexpected_rows_expectation":
        return Finding(expectation, success, rows, int(observed or 0), observed=observed, engine="gx")
    wrong = {key: result[key] for key in ("unexpected_count", "missing_count") if key in result}
    if wrong and observed is None:
        observed = {}
        for key, partial in (("unexpected", "partial_unexpected_list"), ("missing", "partial_missing_list")):
            if f"{key}_count" in wrong:
                observed[f"{key}_count"] = wrong[f"{key}_count"]
                observed[key] = [str(value) for value in result.get(partial) or ()][:10]
    elif expectation.type == "expect_table_columns_to_match_set":
        mismatched = (result.get("details") or {}).get("mismatched", {})
        observed = {key: list(mismatched.get(key, ())) for key in ("missing", "unexpected")}
        wrong = {key: len(names) for key, names in observed.items()}
    return Finding(expectation, success, rows, int(sum(wrong.values())), observed=observed, engine="gx")


def _error(information: Mapping[str, Any] | None) -> str | None:
    """First exception message of Great Expectations' result; None when nothing was raised."""
    if not information:
        return None
    entries = [information] if "raised_exception" in information else list(information.values())
    for entry in entries:
        if entry.get("raised_exception"):
            return str(entry.get("exception_message") or "exception").splitlines()[0]
    return None
