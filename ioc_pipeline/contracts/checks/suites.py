"""`feeds/<feed>/suite.json`: the file alone (`validate/suite_check.py`), then on the feed's columns with DuckDB."""

from __future__ import annotations

import json

import duckdb

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.json_source import JsonSource
from ioc_pipeline.contracts.model import Feed, Problem
from ioc_pipeline.contracts.scratch import scratch
from ioc_pipeline.messages import Text
from ioc_pipeline.validate.references import HISTORY
from ioc_pipeline.validate.suite import Suite, bind, suite_of
from ioc_pipeline.validate.suite_check import check_suite

UNIQUE_TYPES = ("expect_compound_columns_to_be_unique", "expect_column_values_to_be_unique")
_HISTORY_TYPES = {
    "_missing_series": "VARCHAR", "_usual_rows": "DOUBLE", "_expected_new": "DOUBLE",
    "_previous_version_at": "TIMESTAMP",
    "_previous_value": "DOUBLE", "_previous_period_value": "DOUBLE", "_earlier_period_value": "DOUBLE",
    "_plan_value": "DOUBLE",
}  # fmt: skip


def suite_problems(source: JsonSource, known: Known, folder_name: str) -> list[Problem]:
    """Everything wrong with the suite of a feed; with its columns and the values of the day where the feed loads."""
    path, feed = str(source.path), known.feeds.get(folder_name)
    columns = [c.name for c in feed.columns] if feed else None
    bound = {*known.bindings, "param:as_of_date"} if known.bindings is not None else None
    found = source.repeated_keys() + check_suite(
        source.data, path=path, columns=columns, clauses=known.clauses or None, values=bound, source=source,
        today=known.today,
    )  # fmt: skip
    if (
        isinstance(source.data, dict)
        and isinstance(source.data.get("name"), str)
        and source.data["name"] != folder_name
    ):
        found.append(
            source.problem(
                ("name",),
                f"name {source.data['name']!r} phải trùng tên thư mục {folder_name!r}; đổi name",
                f"name {source.data['name']!r} must equal the folder's name {folder_name!r}; change name",
                "suite.name",
            )
        )
    if feed is None or known.bindings is None or any(p.code != "suite.future" for p in found):
        return found
    suite = suite_of(source.data, path)
    found += _unguarded_key(source, feed, suite)
    return found + _sql_problems(source, feed, bind(suite, known.bindings))


def _unguarded_key(source: JsonSource, feed: Feed, suite: Suite) -> list[Problem]:
    if any(e.type in UNIQUE_TYPES and e.level == "row" and e.severity == "critical" for e in suite.expectations):
        return []
    key = ", ".join(feed.key)
    return [
        source.problem(
            ("expectations",),
            f"chưa có quy tắc nghiêm trọng mức dòng về tính duy nhất của khóa ({key}); thêm {UNIQUE_TYPES[0]}",
            f"no critical row-level rule states that the key ({key}) is unique; add {UNIQUE_TYPES[0]}",
            "suite.key",
        )
    ]


def _sql_problems(source: JsonSource, feed: Feed, suite: Suite) -> list[Problem]:
    """Queries that DuckDB cannot plan on the feed's columns: unknown columns, functions, kinds of values."""
    found = []
    types = {c.name: c.type for c in feed.columns}
    columns = {"_row": "BIGINT", "_location": "VARCHAR", **types}
    columns["_problems"] = 'STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, code VARCHAR)[]'
    named = {n for e in suite.expectations for n in HISTORY.findall(json.dumps(dict(e.kwargs), default=str))}
    for name in named:
        columns[name] = types.get(name.removeprefix("_previous_"), _HISTORY_TYPES.get(name, "VARCHAR"))
    connection = scratch()
    connection.execute("CREATE OR REPLACE TABLE batch (" + ", ".join(f'"{n}" {t}' for n, t in columns.items()) + ")")
    for position, rule in enumerate(suite.expectations):
        query = rule.kwargs.get("unexpected_rows_query")
        if not isinstance(query, str):
            continue
        try:
            described = connection.execute("DESCRIBE " + query.format(batch="batch").rstrip().rstrip(";")).fetchall()
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            words = Text(
                f"kỳ vọng {rule.id}: câu truy vấn không chạy được trên các cột của nguồn: {first}; sửa câu SELECT",
                f"expectation {rule.id}: the query does not run on the feed's columns: {first}; correct the SELECT",
            )
        else:
            if rule.level == "table" or any(row[0] == "_row" for row in described):
                continue
            words = Text(
                f"kỳ vọng {rule.id}: quy tắc mức dòng phải trả về cột _row; thêm _row vào SELECT",
                f"expectation {rule.id}: a row-level rule must return the column _row; add it to the SELECT",
            )
        keys = ("expectations", position, "kwargs", "unexpected_rows_query")
        found.append(Problem(str(source.path), source.line(*keys), words, "suite.query", keys))
    return found
