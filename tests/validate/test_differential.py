"""The compiled SQL against stock Great Expectations: same verdict, same counts, same failing rows, for every type."""

from __future__ import annotations

import json
import math
import random
import unicodedata
from typing import Any

import duckdb
import pytest

from ioc_pipeline.validate import sql_run
from ioc_pipeline.validate.compile_sql import compiled_types
from ioc_pipeline.validate.results import Result, Validation
from ioc_pipeline.validate.suite import Expectation
from tests.validate.support import broken_rows, judge, rule

#: NFC and NFD, precomposed and not, a full-width digit, an empty text, quotes, a newline, an emoji, a Cyrillic letter.
WORDS = [
    "Hòa", unicodedata.normalize("NFD", "Hòa"), "Hoà",
    "đặc khu", "ĐẶC KHU", "", "1", "１", "a'b", 'a"b', "dòng\nmới", "😀",
    "Н38", "H38", "00004", "4", "{ngoặc}", "%", "_", "\\d", "99999",
]  # fmt: skip
NUMBERS = [0.0, -0.0, 1.0, 1.5, 2.0, 100.0, -1e300, 1e300, 0.1, 0.30000000000000004, 99999.0]
NAN, INF = float("nan"), float("inf")
COUNTS = [0, 1, 2, 3, 4, 7, 9223372036854775807, -9223372036854775808, 4503599627370497]
DAYS = ["2025-06-30", "2025-07-01", "2026-02-28", "2026-11-21", "1900-01-01", "2999-12-31"]
TIMES = [f"{day} {clock}" for day in DAYS for clock in ("00:00:00", "16:59:59", "17:00:00.000001")]


def column_rules() -> list[tuple[str, dict[str, Any]]]:
    sets: list[tuple[str, dict[str, Any]]] = [
        ("s", {"value_set": WORDS[:6]}),
        ("s", {"value_set": []}),
        ("s", {"value_set": [None, "Hòa"]}),
        ("s", {"value_set": [f"{i:05d}" for i in range(300)]}),
        ("n", {"value_set": [0, 1, 2]}),
        ("x", {"value_set": [0.0, 1.5, 0.1]}),
    ]
    out: list[tuple[str, dict[str, Any]]] = []
    for column, kwargs in sets:
        out.append(("expect_column_values_to_be_in_set", {"column": column, **kwargs}))
        out.append(("expect_column_values_to_not_be_in_set", {"column": column, **kwargs}))
    for pattern in (r"^\d{5}$", "H", "^H", r"^[A-ZĐ]", "", r"^\d+$", "(?i)đặc"):
        out.append(("expect_column_values_to_match_regex", {"column": "s", "regex": pattern}))
        out.append(("expect_column_values_to_not_match_regex", {"column": "s", "regex": pattern}))
    out.append(("expect_column_values_to_match_regex", {"column": "s", "regex": "["}))
    for patterns in (["^H", "4"], [r"^\d+$"], ["H", "8$"]):
        several = {"column": "s", "regex_list": patterns}
        out.append(("expect_column_values_to_match_regex_list", {**several, "match_on": "any"}))
        out.append(("expect_column_values_to_match_regex_list", {**several, "match_on": "all"}))
        out.append(("expect_column_values_to_not_match_regex_list", several))
    out.append(("expect_column_values_to_match_regex_list", {"column": "s", "regex_list": ["H", "4"]}))
    out.append(("expect_column_values_to_not_match_regex_list", {"column": "s", "regex_list": []}))
    for column in ("s", "n", "x", "d", "t", "b", "nothing"):
        out.append(("expect_column_values_to_not_be_null", {"column": column}))
        out.append(("expect_column_values_to_be_null", {"column": column}))
        out.append(("expect_column_values_to_be_unique", {"column": column}))
    bounds: list[tuple[str, dict[str, Any]]] = [
        ("n", {"min_value": 1, "max_value": 3}),
        ("n", {"min_value": 1, "max_value": 3, "strict_min": True, "strict_max": True}),
        ("n", {"min_value": 0.5}),
        ("x", {"max_value": 1.5, "strict_max": True}),
        ("x", {"min_value": 0.1, "max_value": 1e300}),
        ("x", {"min_value": 0}),
        ("x", {}),
        ("x", {"min_value": 3, "max_value": 1}),
        ("s", {"min_value": 1}),
        ("b", {"min_value": 0}),
        ("d", {"min_value": "2025-07-01", "max_value": "2026-11-21"}),
        ("d", {"max_value": "2026-11-21T17:00:00", "strict_max": True}),
        ("t", {"max_value": "2026-11-21T17:00:00"}),
        ("t", {"min_value": "2025-07-01", "strict_min": True}),
        ("nothing", {"min_value": 0}),
    ]
    out += [("expect_column_values_to_be_between", {"column": c, **k}) for c, k in bounds]
    lengths: list[dict[str, Any]] = [
        {"min_value": 1, "max_value": 5}, {"min_value": 3, "strict_min": True}, {"max_value": 4}, {},
        {"min_value": 1.5, "max_value": 4.9},
    ]  # fmt: skip
    out += [("expect_column_value_lengths_to_be_between", {"column": "s", **k}) for k in lengths]
    out.append(("expect_column_value_lengths_to_equal", {"column": "s", "value": 5}))
    out.append(("expect_column_value_lengths_to_equal", {"column": "n", "value": 1}))
    return out


def several_columns() -> list[tuple[str, dict[str, Any]]]:
    out: list[tuple[str, dict[str, Any]]] = []
    for choice in (None, "both_values_are_missing", "either_value_is_missing", "neither"):
        extra = {} if choice is None else {"ignore_row_if": choice}
        for a, b in (("x", "y"), ("t", "u"), ("n", "m"), ("s", "z")):
            pair = {"column_A": a, "column_B": b, **extra}
            out.append(("expect_column_pair_values_to_be_equal", pair))
            out.append(("expect_column_pair_values_a_to_be_greater_than_b", pair))
            out.append(("expect_column_pair_values_a_to_be_greater_than_b", {**pair, "or_equal": True}))
    for choice in (None, "all_values_are_missing", "any_value_is_missing", "never"):
        extra = {} if choice is None else {"ignore_row_if": choice}
        out.append(("expect_compound_columns_to_be_unique", {"column_list": ["s", "m"], **extra}))
        out.append(("expect_compound_columns_to_be_unique", {"column_list": ["s", "x", "d"], **extra}))
        out.append(("expect_multicolumn_sum_to_equal", {"column_list": ["k", "m"], "sum_total": 4, **extra}))
        out.append(("expect_multicolumn_sum_to_equal", {"column_list": ["x", "y"], "sum_total": 3.0, **extra}))
        columns = {"column_list": ["s", "z", "w"], **extra}
        out.append(("expect_select_column_values_to_be_unique_within_record", columns))
    return out


def aggregates() -> list[tuple[str, dict[str, Any]]]:
    out: list[tuple[str, dict[str, Any]]] = [
        ("expect_table_row_count_to_be_between", {"min_value": 1, "max_value": 100}),
        ("expect_table_row_count_to_be_between", {"min_value": 60, "strict_min": True}),
        ("expect_table_row_count_to_equal", {"value": 60}),
        ("expect_table_columns_to_match_set", {"column_set": ["s", "n"], "exact_match": False}),
        ("expect_table_columns_to_match_set", {"column_set": ["S", '"n"', "q"], "exact_match": False}),
        ("expect_table_columns_to_match_set", {"column_set": [*"snxyzwdtubkm", "nothing"]}),
        ("expect_table_columns_to_match_set", {"column_set": ["s"]}),
        ("expect_table_column_count_to_equal", {"value": 13}),
        ("expect_table_column_count_to_equal", {"value": 16}),
        ("expect_table_column_count_to_be_between", {"min_value": 2, "max_value": 13}),
        ("expect_table_column_count_to_be_between", {"min_value": 13, "strict_min": True}),
        ("expect_column_to_exist", {"column": "s"}),
        ("expect_column_to_exist", {"column": "q"}),
        ("expect_column_to_exist", {"column": "s", "column_index": 0}),
        ("expect_column_to_exist", {"column": "n", "column_index": 3}),
        ("expect_column_max_to_be_between", {"column": "t", "max_value": "2999-12-31T17:00:01"}),
        ("expect_column_min_to_be_between", {"column": "t", "min_value": "1950-01-01"}),
        ("expect_column_min_to_be_between", {"column": "d", "min_value": "1950-01-01"}),
        ("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT _row FROM {batch} WHERE x > y"}),
        (
            "unexpected_rows_expectation",
            {"unexpected_rows_query": "SELECT s FROM {batch} GROUP BY s HAVING count(*) > 9"},
        ),
        ("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT * FROM {batch} WHERE s = '{{ngoặc}}'"}),
        ("unexpected_rows_expectation", {"unexpected_rows_query": "SELECT nowhere FROM {batch}"}),
    ]
    for what in ("min", "max", "mean", "sum"):
        for column in ("n", "k", "x", "y", "nothing"):
            bounds = {"column": column, "min_value": 0, "max_value": 100}
            out.append((f"expect_column_{what}_to_be_between", bounds))
    out.append(("expect_column_mean_to_be_between", {"column": "k"}))
    for column in ("s", "n", "x", "d", "b", "nothing"):
        out.append(("expect_column_unique_value_count_to_be_between", {"column": column, "min_value": 2}))
        share = {"column": column, "min_value": 0.2, "max_value": 1, "strict_max": True}
        out.append(("expect_column_proportion_of_unique_values_to_be_between", share))
        out.append(("expect_column_proportion_of_non_null_values_to_be_between", {"column": column, "min_value": 0.9}))
    for kind in ("be_in_set", "contain_set", "equal_set"):
        for column, values in (("s", WORDS), ("s", WORDS[:3]), ("s", ["Hòa", "Hòa"]), ("n", COUNTS), ("b", [True])):
            out.append((f"expect_column_distinct_values_to_{kind}", {"column": column, "value_set": values}))
        out.append((f"expect_column_distinct_values_to_{kind}", {"column": "nothing", "value_set": ["a"]}))
    return out


CONDITIONS: list[dict[str, Any]] = [
    {},
    {"row_condition": 'col("n") > 1', "condition_parser": "great_expectations"},
    {"row_condition": 'col("s") == "H38"', "condition_parser": "great_expectations__experimental__"},
    {"row_condition": 'col("x").notnull()', "condition_parser": "great_expectations"},
    {"row_condition": {"type": "comparison", "column": {"name": "s"}, "operator": "!=", "parameter": "Hòa"}},
    {"row_condition": {"type": "comparison", "column": {"name": "s"}, "operator": "IN", "parameter": ["Hòa", "4"]}},
    {"row_condition": {"type": "comparison", "column": {"name": "s"}, "operator": "NOT_IN", "parameter": ["Hòa"]}},
    {
        "row_condition": {
            "type": "or",
            "conditions": [
                {"type": "nullity", "column": {"name": "y"}, "is_null": True},
                {
                    "type": "and",
                    "conditions": [
                        {"type": "comparison", "column": {"name": "k"}, "operator": "<=", "parameter": 3},
                        {"type": "comparison", "column": {"name": "x"}, "operator": ">=", "parameter": 0.1},
                    ],
                },
            ],
        }
    },
    {"row_condition": {"type": "comparison", "column": {"name": "s"}, "operator": "==", "parameter": "nowhere"}},
]


def all_rules() -> list[Expectation]:
    """Every type and argument, with a `mostly` and a row condition drawn for each, and plain."""
    draw = random.Random(2026)
    rules: list[Expectation] = []
    rows = column_rules() + several_columns()
    for type_, kwargs in rows:
        rules.append(rule(type_, kwargs, ident=f"{len(rules)}"))
        varied = {**kwargs, **draw.choice(CONDITIONS), "mostly": draw.choice([0.0, 0.3, 0.5, 0.75, 0.9, 1.0])}
        rules.append(rule(type_, varied, ident=f"{len(rules)}"))
    for type_, kwargs in aggregates():
        rules.append(rule(type_, kwargs, ident=f"{len(rules)}", level="table"))
        if kwargs.get("column") and type_ != "expect_column_to_exist":
            varied = {**kwargs, **draw.choice(CONDITIONS)}
            rules.append(rule(type_, varied, ident=f"{len(rules)}", level="table"))
    return rules


RULES = all_rules()
#: What a data set is made of: rows, share of nulls, and whether NaN and infinities occur.
DATA = {
    "plain": (60, 0.0, False),
    "nulls": (60, 0.3, False),
    "nan": (60, 0.15, True),
    "many nulls": (25, 0.8, True),
    "one row": (1, 0.0, False),
    "empty": (0, 0.0, False),
}


def fill(con: duckdb.DuckDBPyConnection, rows: int, nulls: float, nan: bool, seed: int) -> None:
    draw = random.Random(seed)
    numbers = NUMBERS + [NAN, INF, -INF] * 3 if nan else NUMBERS

    def some(values: list[Any]) -> Any:
        return None if draw.random() < nulls else draw.choice(values)

    con.execute(
        "CREATE OR REPLACE TABLE delivery (_row BIGINT, _location VARCHAR, "
        '_problems STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, code VARCHAR)[], '
        "s VARCHAR, z VARCHAR, w VARCHAR, n BIGINT, k INTEGER, m INTEGER, x DOUBLE, y DOUBLE, d DATE, "
        "t TIMESTAMP, u TIMESTAMP, b BOOLEAN, nothing VARCHAR)"
    )
    data = [
        (
            i, f"dòng {i}", [], some(WORDS), some(WORDS[:4]), some(WORDS[:4]), some(COUNTS), some(COUNTS[:6]),
            some(COUNTS[:6]), some(numbers), some(numbers), some(DAYS), some(TIMES), some(TIMES),
            some([True, False]), None,
        )
        for i in range(1, rows + 1)
    ]  # fmt: skip
    if data:
        con.executemany(f"INSERT INTO delivery VALUES ({', '.join('?' * 16)})", data)


def same_observed(a: str | None, b: str | None) -> bool:
    left, right = (json.loads(text) if text else None for text in (a, b))
    if isinstance(left, dict) and isinstance(right, dict):
        return {k: v for k, v in left.items() if k.endswith("_count")} == {
            k: v for k, v in right.items() if k.endswith("_count")
        }
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=1e-12)
    if isinstance(left, str) and isinstance(right, str):
        return left.replace("T", " ") == right.replace("T", " ")
    return left == right


#: Stock Great Expectations 1.24 cannot compute these at all over SQLAlchemy 2.1 (a row condition where it does not
#: wrap its SELECT into a subquery: value sets of distinct values, and pairs or keys that ignore no row). We can.
THEIR_DEFECT = "FROM expression, such as a Table or alias() object expected"


def difference(ours: Result, theirs: Result) -> str | None:
    """What differs between two results; None when nothing that matters does."""
    if theirs.reason == "error" and THEIR_DEFECT in theirs.message.en:
        return None
    if (ours.reason == "error") != (theirs.reason == "error"):
        return f"error: {ours.message.en} / {theirs.message.en}"
    if ours.reason == "error":
        return None
    for field in ("success", "evaluated", "unexpected", "missing", "reason"):
        if getattr(ours, field) != getattr(theirs, field):
            return f"{field}: {getattr(ours, field)} / {getattr(theirs, field)}"
    if not same_observed(ours.observed, theirs.observed):
        return f"observed: {ours.observed} / {theirs.observed}"
    return None


def rows_of(con: duckdb.DuckDBPyConnection, validation: Validation) -> dict[str, list[int]]:
    return {r.expectation_id: broken_rows(con, validation, r.expectation_id) for r in validation.results}


def compare(con: duckdb.DuckDBPyConnection, rules: list[Expectation]) -> list[str]:
    """Differences of the two engines over `delivery`, one line each; ours judges it as a small and as a large table."""
    theirs = judge(con, "delivery", *rules, engine="gx")
    their_rows = rows_of(con, theirs)
    with pytest.MonkeyPatch.context() as patch:
        wrong = _compare_ours(con, rules, theirs, their_rows)
        patch.setattr(sql_run, "SMALL", 0)
        return wrong + [f"large: {line}" for line in _compare_ours(con, rules, theirs, their_rows)]


def _compare_ours(
    con: duckdb.DuckDBPyConnection, rules: list[Expectation], theirs: Validation, their_rows: dict[str, list[int]]
) -> list[str]:
    ours = judge(con, "delivery", *rules)
    our_rows = rows_of(con, ours)
    wrong = []
    for expectation, a, b in zip(rules, ours.results, theirs.results, strict=True):
        assert (a.engine, b.engine) == ("sql", "gx")
        found = difference(a, b)
        if found is None and b.reason != "error" and our_rows[a.expectation_id] != their_rows[a.expectation_id]:
            found = f"rows: {our_rows[a.expectation_id]} / {their_rows[a.expectation_id]}"
        if found:
            wrong.append(f"{expectation.type} {expectation.kwargs}: {found}")
    return wrong


@pytest.fixture(scope="module")
def unsound() -> set[str]:
    """Ids of the rules that cannot be computed on any data: a wrong pattern, bounds on text, no bounds …"""
    con = duckdb.connect()
    fill(con, *DATA["plain"], seed=1)
    return {r.expectation_id for r in judge(con, "delivery", *RULES).errors()}


@pytest.mark.parametrize("kind", DATA)
def test_the_two_engines_agree(kind: str, unsound: set[str]) -> None:
    con = duckdb.connect()
    fill(con, *DATA[kind], seed=len(kind))
    step = {"nulls": 1, "plain": 2, "nan": 2}.get(kind, 4)
    wrong = compare(con, [e for e in RULES[len(kind) % step :: step] if e.id not in unsound])
    assert not wrong, f"{len(wrong)} of {len(RULES)} differ:\n" + "\n".join(wrong)


def test_the_two_engines_agree_on_what_cannot_be_computed(unsound: set[str]) -> None:
    con = duckdb.connect()
    fill(con, *DATA["nulls"], seed=3)
    rules = [e for e in RULES if e.id in unsound]
    assert len(rules) >= 20
    wrong = compare(con, rules)
    assert not wrong, "\n".join(wrong)


def test_every_compiled_type_is_compared() -> None:
    assert {expectation.type for expectation in RULES} == compiled_types()
