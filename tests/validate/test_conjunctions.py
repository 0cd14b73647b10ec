"""The filter that shares what rules begin with: the same rows as asking each rule for its own."""

from __future__ import annotations

from itertools import product
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_pipeline.validate import sql_run
from ioc_pipeline.validate.conjunctions import any_of, conjuncts
from ioc_pipeline.validate.results import ERROR
from tests.validate.support import SYSTEM, broken_rows, judge, rule

TRUTH = (True, False, None)


@pytest.fixture(scope="module")
def truths() -> duckdb.DuckDBPyConnection:
    """Every combination of true, false and null in four columns."""
    con = duckdb.connect()
    con.execute("CREATE TABLE truths (a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN)")
    con.executemany("INSERT INTO truths VALUES (?, ?, ?, ?)", [list(row) for row in product(TRUTH, repeat=4)])
    return con


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "c", "d", "NOT a", "b IS NULL", "c OR d"]), min_size=1, max_size=4),
        min_size=1,
        max_size=12,
    )
)
def test_filter_has_the_value_of_the_disjunction(
    truths: duckdb.DuckDBPyConnection, predicates: list[list[str]]
) -> None:
    plain = " OR ".join("(" + " AND ".join(f"({part})" for part in parts) + ")" for parts in predicates)
    sql = f"SELECT count(*) FROM truths WHERE ({any_of(predicates)}) IS DISTINCT FROM ({plain})"
    assert truths.execute(sql).fetchall() == [(0,)]


def test_shared_beginnings_are_written_once() -> None:
    assert any_of([("a", "b", "c"), ("a", "d"), ("e",), ("e", "f")]) == "((a) AND (((b) AND (c)) OR ((d)))) OR ((e))"
    assert any_of([("a", "b"), ("a",)]) == "((a))"
    assert any_of([]) == "FALSE"


@pytest.mark.parametrize(
    ("predicate", "parts"),
    [
        ("a = 1 AND b IS NULL and c", ["a = 1", "b IS NULL", "c"]),
        ("a BETWEEN 1 AND 2 AND b", ["a BETWEEN 1 AND 2", "b"]),
        ("CASE WHEN a AND b THEN c ELSE d END AND e", ["CASE WHEN a AND b THEN c ELSE d END", "e"]),
        ("trạng_thái = 'Đã AND ''trả' AND (a OR b AND c)", ["trạng_thái = 'Đã AND ''trả'", "(a OR b AND c)"]),
        ("NOT a = 1 AND b", ["NOT a = 1", "b"]),
        ("a AND b OR c", ["a AND b OR c"]),
        ("a AND b -> 'x' = 'y'", ["a AND b -> 'x' = 'y'"]),
        ("random() < 0.5 AND a", ["random() < 0.5 AND a"]),
        (
            "t < TIMESTAMP '2026-11-21 20:00:00' AND d > '2025-07-01' AND t > '1999-12-31T00:00:00'",
            ["t < TIMESTAMP '2026-11-21 20:00:00'", "d > '2025-07-01'", "t > '1999-12-31T00:00:00'"],
        ),
    ],
)
def test_conjuncts_as_written(predicate: str, parts: list[str]) -> None:
    assert conjuncts(predicate) == parts


def query(ident: str, where: str) -> Any:
    return rule(
        "unexpected_rows_expectation",
        {"unexpected_rows_query": f"SELECT _row FROM {{batch}} WHERE {where}"},
        ident=ident,
    )


def in_domain(ident: str, type_: str, condition: tuple[str, str, Any], **kwargs: Any) -> Any:
    column, operator, parameter = condition
    row_condition = {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": parameter}
    return rule(type_, {**kwargs, "row_condition": row_condition}, ident=ident)


RULES = [
    rule("expect_column_values_to_not_be_null", {"column": "v"}, ident="filled"),
    in_domain("filled.1", "expect_column_values_to_not_be_null", ("s", "==", "1"), column="v"),
    in_domain("filled.2", "expect_column_values_to_not_be_null", ("s", "!=", "2"), column="v"),
    in_domain("bounded.1", "expect_column_values_to_be_between", ("s", "==", "1"), column="n", max_value=5),
    in_domain("bounded.2", "expect_column_values_to_be_between", ("s", "==", "1"), column="n", max_value=7),
    in_domain("numbered", "expect_column_values_to_not_be_null", ("s", ">", 1), column="v"),
    query("state", "s IN ('1', '2') AND n IS NULL"),
    query("state.1", "s IN ('1', '2') AND n IS NULL AND v <> 'x'"),
    query("state.2", "s IN ('1', '2') AND n > 4"),
    query("either", "s = '3' OR n = 1 AND v = 'y'"),
    query("guarded", "regexp_matches(v, '^[0-9]+$') AND v::INTEGER > 3 AND n < 7"),
    query("unguarded", "v::INTEGER > 3 AND s = '1'"),
    query("late", "s IN ('1', '2') AND v::INTEGER > 3"),
    query("partner", "s || v IN ('1x', '2x') AND n > 4"),
    query("moved", "s::INTEGER > 0 AND s || v IN ('1x', '2x')"),
]


def test_rules_together_find_what_each_finds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large table with nulls, and casts that some rows cannot bear: same verdicts, counts, rows, errors."""
    monkeypatch.setattr(sql_run, "SMALL", 0)
    con = duckdb.connect()
    con.execute(
        f"CREATE TABLE batch AS SELECT {SYSTEM}, [NULL, '1', '2', '3', 'k'][1 + i % 5] AS s, "
        "[NULL, 'x', 'y', '3', '4'][1 + (i // 5) % 5] AS v, nullif(i // 25 % 9, 8) AS n FROM range(450) AS r(i)"
    )
    together = judge(con, "batch", *RULES)
    rows = {one.id: broken_rows(con, together, one.id) for one in RULES}
    errors = set()
    for one, result in zip(RULES, together.results, strict=True):
        alone = judge(con, "batch", one)
        assert alone.results == (result,), one.id
        assert rows[one.id] == broken_rows(con, alone, one.id), one.id
        errors |= {one.id} if result.reason == ERROR else set()
    assert errors == {"numbered", "unguarded", "late"}
