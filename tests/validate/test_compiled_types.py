"""Each compiled type on a handful of rows whose right answer can be seen."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from ioc_pipeline.validate import sql_run
from ioc_pipeline.validate.compile_sql import compiled_types
from tests.validate.support import SYSTEM, broken_rows, judge, rule

#: row: s, n, m, x, d, t
ROWS = """
    (1, 'a',  1, 1, 1.0,              DATE '2026-01-01', TIMESTAMP '2026-01-01 08:00:00'),
    (2, 'a',  2, 1, 'NaN'::DOUBLE,    DATE '2026-02-01', TIMESTAMP '2026-02-01 08:00:00'),
    (3, 'Hòa', 3, 9, 100.5,           DATE '2026-03-01', NULL),
    (4, NULL, NULL, NULL, NULL,       NULL,              NULL),
    (5, '00004', 5, NULL, -1.0,       DATE '2999-12-31', TIMESTAMP '2025-12-31 23:59:59')
"""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"CREATE TABLE b AS SELECT {SYSTEM}, s, n, m, x, d, t FROM (VALUES {ROWS}) AS v(i, s, n, m, x, d, t)")
    return con


def col(name: str, **kwargs: Any) -> dict[str, Any]:
    return {"column": name, **kwargs}


ROW_CASES: list[tuple[str, dict[str, Any], list[int], int]] = [
    # type, kwargs, failing rows, missing
    ("expect_column_values_to_not_be_null", col("s"), [4], 0),
    ("expect_column_values_to_be_null", col("s"), [1, 2, 3, 5], 0),
    ("expect_column_values_to_be_in_set", col("s", value_set=["a", "Hòa"]), [5], 1),
    ("expect_column_values_to_be_in_set", col("s", value_set=[f"{i:05d}" for i in range(4000)]), [1, 2, 3], 1),
    ("expect_column_values_to_not_be_in_set", col("s", value_set=["a", None]), [1, 2], 1),
    ("expect_column_values_to_match_regex", col("s", regex=r"^\d{5}$"), [1, 2, 3], 1),
    ("expect_column_values_to_not_match_regex", col("s", regex="òa$"), [3], 1),
    ("expect_column_values_to_match_regex_list", col("s", regex_list=["^a", "^H"]), [5], 1),
    ("expect_column_values_to_match_regex_list", col("s", regex_list=["0", "4$"], match_on="all"), [1, 2, 3], 1),
    ("expect_column_values_to_not_match_regex_list", col("s", regex_list=["^a", "^H"]), [1, 2, 3], 1),
    ("expect_column_values_to_be_between", col("x", min_value=0, max_value=100), [2, 3, 5], 1),
    ("expect_column_values_to_be_between", col("n", min_value=1, strict_min=True), [1], 1),
    ("expect_column_values_to_be_between", col("d", max_value="2026-11-21T17:00:00"), [5], 1),
    ("expect_column_values_to_be_between", col("t", min_value="2026-01-01"), [5], 2),
    ("expect_column_values_to_be_unique", col("s"), [1, 2], 1),
    ("expect_column_value_lengths_to_be_between", col("s", min_value=2, max_value=4), [1, 2, 5], 1),
    ("expect_column_value_lengths_to_equal", col("s", value=3), [1, 2, 5], 1),
    ("expect_column_pair_values_to_be_equal", {"column_A": "n", "column_B": "m"}, [2, 3, 5], 1),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "n", "column_B": "m"}, [1, 3], 1),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "n", "column_B": "m", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        [3],
        2,
    ),
    ("expect_multicolumn_sum_to_equal", {"column_list": ["n", "m"], "sum_total": 12}, [1, 2], 1),
    ("expect_compound_columns_to_be_unique", {"column_list": ["s", "m"]}, [1, 2], 1),
    ("expect_select_column_values_to_be_unique_within_record", {"column_list": ["n", "m"]}, [1], 1),
    ("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT _row FROM {batch} WHERE n > 2"}, [3, 5], 0),
    ("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT _row FROM {batch} WHERE s IS NULL"}, [4], 0),
    (
        "unexpected_rows_expectation",
        {"unexpected_rows_query": "SELECT max(_row) AS _row FROM {batch} GROUP BY s HAVING count(*) > 1"},
        [2],
        0,
    ),
]


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tables are counted, large ones profiled and scanned: both must say the same."""
    if request.param == "large":
        monkeypatch.setattr(sql_run, "SMALL", 0)


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(("type_", "kwargs", "failing", "missing"), ROW_CASES)
def test_a_row_rule_names_its_failing_rows(
    con: duckdb.DuckDBPyConnection, type_: str, kwargs: dict[str, Any], failing: list[int], missing: int
) -> None:
    validation = judge(con, "b", rule(type_, kwargs))
    result = validation.results[0]
    assert broken_rows(con, validation, type_) == failing
    assert (result.success, result.unexpected, result.missing) == (False, len(failing), missing)
    assert result.evaluated == 5 - missing
    assert result.engine == "sql"


TABLE_CASES: list[tuple[str, dict[str, Any], bool]] = [
    ("expect_table_row_count_to_be_between", {"min_value": 5, "max_value": 5}, True),
    ("expect_table_row_count_to_be_between", {"min_value": 6}, False),
    ("expect_table_row_count_to_equal", {"value": 5}, True),
    ("expect_table_columns_to_match_set", {"column_set": ["s", "n", "m", "x", "d", "t"]}, True),
    ("expect_table_columns_to_match_set", {"column_set": ["s", "n"]}, False),
    ("expect_table_columns_to_match_set", {"column_set": ["s", "n"], "exact_match": False}, True),
    ("expect_table_column_count_to_equal", {"value": 6}, True),
    ("expect_table_column_count_to_be_between", {"min_value": 7}, False),
    ("expect_column_to_exist", col("s"), True),
    ("expect_column_to_exist", col("q"), False),
    ("expect_column_min_to_be_between", col("n", min_value=1, max_value=1), True),
    ("expect_column_max_to_be_between", col("d", max_value="2026-12-31"), False),
    ("expect_column_mean_to_be_between", col("n", min_value=2.75, max_value=2.75), True),
    ("expect_column_sum_to_be_between", col("m", min_value=12), False),
    ("expect_column_sum_to_be_between", col("x", min_value=-1000), False),  # NaN is never within
    ("expect_column_unique_value_count_to_be_between", col("s", min_value=3, max_value=3), True),
    ("expect_column_proportion_of_unique_values_to_be_between", col("s", max_value=0.75), True),
    ("expect_column_proportion_of_non_null_values_to_be_between", col("s", min_value=0.81), False),
    ("expect_column_distinct_values_to_be_in_set", col("s", value_set=["a", "Hòa", "00004", "b"]), True),
    ("expect_column_distinct_values_to_contain_set", col("s", value_set=["a", "b"]), False),
    ("expect_column_distinct_values_to_equal_set", col("s", value_set=["a", "Hòa", "00004"]), True),
]


@pytest.mark.parametrize(("type_", "kwargs", "success"), TABLE_CASES)
def test_a_table_rule_gives_a_verdict(
    con: duckdb.DuckDBPyConnection, type_: str, kwargs: dict[str, Any], success: bool
) -> None:
    validation = judge(con, "b", rule(type_, kwargs, level="table"))
    assert validation.results[0].success is success
    assert bool(validation.blocking()) is not success
    assert broken_rows(con, validation, type_) == []


def test_every_compiled_type_has_a_case() -> None:
    assert {case[0] for case in ROW_CASES} | {case[0] for case in TABLE_CASES} == compiled_types()


@pytest.mark.usefixtures("size")
def test_a_rule_that_cannot_be_computed_stands_alone(con: duckdb.DuckDBPyConnection) -> None:
    broken = {"unexpected_rows_query": "SELECT _row FROM {batch} WHERE s::INTEGER > 1"}
    rules = [
        rule("unexpected_rows_expectation", broken, ident="wrong"),
        rule("expect_column_values_to_be_between", col("n", max_value=2), ident="right"),
    ]
    validation = judge(con, "b", *rules)
    assert [(r.success, r.unexpected) for r in validation.results] == [(None, 0), (False, 2)]
    assert broken_rows(con, validation, "right") == [3, 5]


def test_row_conditions_choose_the_rows_judged(con: duckdb.DuckDBPyConnection) -> None:
    condition = {"type": "comparison", "column": {"name": "n"}, "operator": ">=", "parameter": 3}
    result = judge(con, "b", rule("expect_column_values_to_not_be_null", col("m", row_condition=condition))).results[0]
    assert (result.evaluated, result.unexpected) == (2, 1)


def test_large_tables_are_decided_on_distinct_values_with_the_same_answer() -> None:
    con = duckdb.connect()
    con.execute(f"CREATE TABLE big AS SELECT {SYSTEM}, 'k' || (i % 60) AS k FROM range(1, 120001) AS r(i)")
    rules = [
        rule("expect_column_values_to_match_regex", col("k", regex="^k[0-4]"), ident="few"),
        rule("expect_column_values_to_be_in_set", col("k", value_set=["k1"]), ident="many"),
    ]
    validation = judge(con, "big", *rules)
    assert [r.unexpected for r in validation.results] == [30_000, 118_000]
    assert len(broken_rows(con, validation, "many")) == 118_000
    assert broken_rows(con, validation, "few")[:2] == [5, 6]
