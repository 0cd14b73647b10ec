"""What a validation promises whatever the rules: order, isolation of errors, three values, messages."""

from __future__ import annotations

import duckdb
import pytest

from ioc_pipeline.validate.results import ERROR, NOTHING_TO_EVALUATE
from tests.validate.support import SYSTEM, broken_rows, judge, rule

NOT_NULL = "expect_column_values_to_not_be_null"
IN_SET = "expect_column_values_to_be_in_set"
REGEX = "expect_column_values_to_match_regex"
COUNT = "expect_table_row_count_to_be_between"


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE b AS SELECT {SYSTEM}, CASE WHEN i = 17 THEN '99999' ELSE '22336' END AS ma_xa, "
        "CASE WHEN i <= 900 THEN 'x' END AS ghi_chu, NULL::VARCHAR AS trong FROM range(1, 1001) AS r(i)"
    )
    return con


def test_the_message_says_what_where_and_how_many_in_both_languages(con: duckdb.DuckDBPyConnection) -> None:
    result = judge(con, "b", rule(IN_SET, {"column": "ma_xa", "value_set": ["22336"]})).results[0]
    assert result.message.vi == "1/1.000 dòng có cột ma_xa không thuộc danh mục (ví dụ: 99999 (dòng 17))"
    assert result.message.en.startswith("1 of 1,000 rows have a ma_xa that is not in the list")
    assert result.examples == ("99999 (dòng 17)",)


def test_an_expectation_that_cannot_be_computed_stops_no_other(con: duckdb.DuckDBPyConnection) -> None:
    rules = [
        rule(NOT_NULL, {"column": "ghi_chu"}, ident="good"),
        rule(REGEX, {"column": "ma_xa", "regex": "["}, ident="bad pattern"),
        rule(NOT_NULL, {"column": "nowhere"}, ident="bad column"),
        rule("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT q FROM {batch}"}, ident="bad query"),
        rule("expect_column_values_to_be_between", {"column": "ma_xa", "min_value": 1}, ident="bad type"),
        rule(COUNT, {"min_value": 1}, ident="last", level="table"),
    ]
    validation = judge(con, "b", *rules)
    assert [r.expectation_id for r in validation.results] == [e.id for e in rules]
    assert [r.success for r in validation.results] == [False, None, None, None, None, True]
    assert {r.expectation_id for r in validation.errors()} == {"bad pattern", "bad column", "bad query", "bad type"}
    assert validation.results[1].reason == ERROR
    assert "không tính được" in validation.results[1].message.vi
    assert len(broken_rows(con, validation, "good")) == 100


def test_nothing_to_evaluate_is_undetermined_never_a_pass(con: duckdb.DuckDBPyConnection) -> None:
    result = judge(con, "b", rule(REGEX, {"column": "trong", "regex": "^x$"})).results[0]
    assert (result.success, result.reason, result.evaluated, result.missing) == (None, NOTHING_TO_EVALUATE, 0, 1000)
    assert result.message.vi.startswith("Chưa đủ cơ sở")


def test_an_empty_delivery_is_undetermined_and_fails_its_row_count() -> None:
    con = duckdb.connect()
    con.execute(f"CREATE TABLE b AS SELECT {SYSTEM}, 'x' AS k FROM range(0) AS r(i)")
    validation = judge(con, "b", rule(NOT_NULL, {"column": "k"}), rule(COUNT, {"min_value": 1}, level="table"))
    assert [r.success for r in validation.results] == [None, False]
    assert [r.expectation_id for r in validation.blocking()] == [COUNT]


def test_mostly_passes_but_failing_rows_are_still_listed(con: duckdb.DuckDBPyConnection) -> None:
    validation = judge(con, "b", rule(NOT_NULL, {"column": "ghi_chu", "mostly": 0.9}))
    assert validation.results[0].success is True
    assert validation.results[0].message.vi.startswith("Đạt, trong mức cho phép 10 %")
    assert len(broken_rows(con, validation, NOT_NULL)) == 100


def test_only_critical_table_level_failures_block(con: duckdb.DuckDBPyConnection) -> None:
    rules = [
        rule(COUNT, {"min_value": 5000}, ident="warning", severity="warning", level="table"),
        rule(COUNT, {"min_value": 5000}, ident="critical", level="table"),
        rule(NOT_NULL, {"column": "ghi_chu"}, ident="row"),
    ]
    validation = judge(con, "b", *rules)
    assert [r.expectation_id for r in validation.blocking()] == ["critical"]
    assert [r.expectation_id for r in validation.failed("critical")] == ["critical", "row"]


def test_a_row_that_breaks_two_rules_is_listed_once_for_each(con: duckdb.DuckDBPyConnection) -> None:
    rules = [
        rule(IN_SET, {"column": "ma_xa", "value_set": ["22336"]}, ident="set"),
        rule("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT _row FROM {batch} WHERE _row = 17"}),
    ]
    validation = judge(con, "b", *rules)
    found = con.execute(f"SELECT _row, count(*) FROM {validation.broken_table} GROUP BY 1").fetchall()
    assert found == [(17, 2)]


def test_a_type_without_sql_falls_back_to_great_expectations_visibly(con: duckdb.DuckDBPyConnection) -> None:
    rules = [
        rule(NOT_NULL, {"column": "ghi_chu"}),
        rule("expect_column_values_to_match_like_pattern", {"column": "ma_xa", "like_pattern": "22%"}, ident="like"),
    ]
    validation = judge(con, "b", *rules)
    assert [(r.engine, r.success) for r in validation.results] == [("sql", False), ("gx", False)]
    assert broken_rows(con, validation, "like") == [17]
    assert validation.engine == "sql"


def test_a_view_over_the_rows_is_judged_by_both_engines(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TEMP VIEW seen AS SELECT * FROM b")
    for engine in ("sql", "gx"):
        validation = judge(con, "seen", rule(NOT_NULL, {"column": "ghi_chu"}), engine=engine)
        assert validation.results[0].unexpected == 100
        assert validation.results[0].engine == engine


def test_no_scratch_table_is_left_behind(con: duckdb.DuckDBPyConnection) -> None:
    judge(
        con,
        "b",
        rule("expect_column_values_to_be_unique", {"column": "ma_xa"}),
        rule("expect_column_unique_value_count_to_be_between", {"column": "ma_xa", "min_value": 3}, level="table"),
    )
    tables = {row[0] for row in con.execute("SHOW TABLES").fetchall()}
    assert tables == {"b", "b__broken"}


def test_an_unknown_engine_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValueError, match="engine"):
        judge(con, "b", engine="spark")


def test_great_expectations_is_not_imported_on_the_hot_path() -> None:
    import subprocess
    import sys

    code = (
        "import sys, duckdb; from tests.validate.support import judge, rule; con = duckdb.connect(); "
        "con.execute('create table b as select 1 as _row, 2 as n'); "
        "judge(con, 'b', rule('expect_column_values_to_not_be_null', {'column': 'n'})); "
        "print('great_expectations' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
