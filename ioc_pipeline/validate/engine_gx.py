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
from ioc_pipeline.validate.rules import Finding
from ioc_pipeline.validate.sql_text import name
from ioc_pipeline.validate.suite import SYSTEM_COLUMNS, Expectation

#: Types that count or name the columns of the table: they must not see the reader's own.
_ABOUT_COLUMNS = ASKS_FOR_COLUMNS | {
    "expect_table_column_count_to_be_between",
    "expect_table_column_count_to_equal",
}


def run_gx(
    con: duckdb.DuckDBPyConnection,
    table: str,
    types: Mapping[str, str],
    expectations: Sequence[Expectation],
) -> Iterator[tuple[Finding, list[int]]]:
    """Findings of stock Great Expectations, each with the `_row` of its failing rows (all of them, uncapped)."""
    plain = f"{table}__columns"
    if any(e.type in _ABOUT_COLUMNS for e in expectations):
        hidden = ", ".join(name(c) for c in SYSTEM_COLUMNS if c in types)
        kept = f"* EXCLUDE ({hidden})" if hidden else "*"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name(plain)} AS SELECT {kept} FROM {name(table)}")
    counted = con.execute(f"SELECT count(*) FROM {name(table)}").fetchone()
    rows = int(counted[0]) if counted else 0
    judges: dict[str, _Judge] = {}
    for expectation in expectations:
        target = plain if expectation.type in _ABOUT_COLUMNS else table
        if target not in judges:
            judges[target] = _Judge(con, target)
        yield judges[target].judge(expectation, rows)
    con.execute(f"DROP VIEW IF EXISTS {name(plain)}")


class _Judge:
    """A Great Expectations validator over one table of a borrowed connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
        from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
        from great_expectations.validator.validator import Validator

        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        self.con = con
        self.table = table
        self.engine = _execution_engine(con)
        self.engine.load_batch_data("delivery", SqlAlchemyBatchData(self.engine, table_name=table))
        self.validator = Validator(execution_engine=self.engine)
        self.validator.metrics_calculator.show_progress_bars = False

    def judge(self, expectation: Expectation, rows: int) -> tuple[Finding, list[int]]:
        """Finding and failing rows; an exception of Great Expectations becomes the finding's error."""
        from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            configuration = ExpectationConfiguration(type=expectation.type, kwargs=dict(expectation.kwargs))
            try:
                outcome = self.validator.graph_validate(
                    [configuration],
                    runtime_configuration={
                        "catch_exceptions": True,
                        "result_format": {"result_format": "BASIC", "partial_unexpected_count": 3},
                    },
                )[0]
                error = _error(outcome.exception_info)
                if error is not None:
                    return Finding(expectation, None, error=error, engine="gx"), []
                finding = _finding(expectation, bool(outcome.success), dict(outcome.result), rows)
                failing = self._failing_rows(expectation, configuration) if finding.unexpected else []
            except Exception as exception:
                return Finding(expectation, None, error=f"{type(exception).__name__}: {exception}", engine="gx"), []
        return finding, failing

    def _failing_rows(self, expectation: Expectation, configuration: Any) -> list[int]:
        """Rows that satisfy Great Expectations' own unexpected condition.

        Its results list 20 of them at most (200 for keys of several columns, without an index), and the query it
        prints forgets the row condition; so the condition metric itself is selected here.
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
        import sqlalchemy as sa
        from great_expectations.expectations.metrics.map_metric_provider.is_sqlalchemy_metric_selectable import (
            _is_sqlalchemy_metric_selectable,
        )
        from great_expectations.expectations.registry import (
            get_expectation_impl,
            get_metric_kwargs,
            get_metric_provider,
        )
        from great_expectations.util import get_sqlalchemy_selectable
        from great_expectations.validator.metric_configuration import MetricConfiguration

        implementation: Any = get_expectation_impl(expectation.type)
        metric = f"{implementation.map_metric}.condition"
        kwargs = get_metric_kwargs(metric, configuration=configuration)
        condition, compute, accessor = self.validator.metrics_calculator.get_metric(
            MetricConfiguration(metric, kwargs["metric_domain_kwargs"], kwargs["metric_value_kwargs"])
        )
        select: Any = sa.select(sa.column("_row")).where(condition)
        provider: Any
        provider, _ = get_metric_provider(metric, self.engine)
        if not _is_sqlalchemy_metric_selectable(map_metric_provider=provider):
            records = self.engine.get_domain_records({**compute, **accessor})
            select = select.select_from(get_sqlalchemy_selectable(records))
        return sorted({row[0] for row in self.engine.execute_query(select).fetchall()})


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
        observed = dict(wrong)
        for key, partial in (("unexpected", "partial_unexpected_list"), ("missing", "partial_missing_list")):
            if f"{key}_count" in wrong:
                observed[key] = [str(value) for value in result.get(partial) or ()][:10]
    elif "mismatched" in (result.get("details") or {}):
        mismatched = result["details"]["mismatched"]
        observed = {key: list(mismatched.get(key, ())) for key in ("missing", "unexpected")}
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
