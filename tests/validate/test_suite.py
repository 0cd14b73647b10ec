"""Reading, checking and binding a suite; SQL that may not stand in one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ioc_pipeline.validate import sql_guard
from ioc_pipeline.validate.sql_guard import SqlRefused, check_select, plain_filter, refusal
from ioc_pipeline.validate.suite import SuiteError, bind, check_suite, parse_suite, references

SUITE: dict[str, Any] = {
    "name": "thu",
    "expectations": [
        {
            "type": "expect_column_values_to_be_in_set",
            "kwargs": {"column": "unit", "value_set": {"$codes": "units"}},
            "severity": "critical",
            "meta": {
                "id": "thu.unit.listed",
                "clause": "IOC-SACH-11",
                "level": "row",
                "why": {"vi": "vì", "en": "because"},
                "fix": {"vi": "sửa", "en": "repair"},
                "since": "2026-11-01",
            },
        },
        {
            "type": "unexpected_rows_expectation",
            "kwargs": {
                "unexpected_rows_query": {
                    "$sql": "SELECT _row FROM {batch} WHERE t > :as_of AND unit NOT IN :codes.units"
                }
            },
            "severity": "warning",
            "meta": {
                "id": "thu.sql",
                "clause": "IOC-DUNG-09",
                "level": "row",
                "why": {"vi": "vì", "en": "because"},
                "fix": {"vi": "sửa", "en": "repair"},
                "since": "2026-11-01",
            },
        },
    ],
}


def changed(**changes: Any) -> dict[str, Any]:
    data = copy.deepcopy(SUITE)
    entry = data["expectations"][0]
    for key, value in changes.items():
        (entry["meta"] if key in entry["meta"] else entry)[key] = value
    return data


def words(data: Any, **kwargs: Any) -> str:
    return " ".join(p.text.en for p in check_suite(data, **kwargs))


def test_a_sound_suite_has_no_problem() -> None:
    assert check_suite(SUITE, columns=["unit"], clauses=["IOC-SACH-11", "IOC-DUNG-09"]) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(type="expect_nothing"), "no expectation type 'expect_nothing'"),
        (changed(clause=""), "clause: must be text, not blank"),
        (changed(clause="IOC-X-99"), "no clause 'IOC-X-99'"),
        (changed(severity="fatal"), "severity: “fatal” is not known"),
        (changed(level="cell"), "level: “cell” is not known; use: row, table"),
        (changed(kwargs={"column": "unti", "value_set": []}), "no column 'unti'"),
        (changed(kwargs={"column": "unit", "value_set": {"$lists": "units"}}), "reference $lists:units"),
        (changed(why={"vi": "vì"}), "why: en missing"),
        (changed(id="thu.sql"), "duplicate id"),
        (changed(type="expect_column_max_to_be_between"), "set level to table"),
        ({"name": "x"}, "expectations missing"),
    ],
)
def test_a_problem_is_named(data: Any, said: str) -> None:
    assert said in words(data, columns=["unit"], clauses=["IOC-SACH-11", "IOC-DUNG-09"])


def test_a_problem_names_file_line_and_expectation() -> None:
    data = changed(severity="fatal")
    text = json.dumps(data, ensure_ascii=False, indent=2)
    problem = check_suite(data, path="feeds/thu/suite.json", text=text)[0]
    assert problem.path == "feeds/thu/suite.json"
    assert problem.line is not None
    assert '"severity": "fatal"' in text.splitlines()[problem.line - 1]
    assert "thu.unit.listed" in problem.text.vi
    with pytest.raises(SuiteError, match=r"feeds/thu/suite\.json"):
        parse_suite(data, path="feeds/thu/suite.json")


def test_binding_replaces_every_reference() -> None:
    suite = parse_suite(SUITE)
    assert references(suite) == {"codes:units", "param:as_of"}
    bound = bind(suite, {"codes:units": ["%", "o'clock"], "param:as_of": "2026-11-21T20:00:00+00:00"})
    assert bound.expectations[0].kwargs["value_set"] == ["%", "o'clock"]
    assert bound.expectations[1].kwargs["unexpected_rows_query"] == (
        "SELECT _row FROM {batch} WHERE t > '2026-11-22T03:00:00' AND unit NOT IN ('%', 'o''clock')"
    )
    assert references(bound) == set()


def test_binding_says_what_is_missing() -> None:
    with pytest.raises(SuiteError, match="codes:units"):
        bind(parse_suite(SUITE), {"param:as_of": "2026-11-21"})


def test_braces_of_bound_values_survive_the_formatting_of_the_query() -> None:
    suite = bind(parse_suite(SUITE), {"codes:units": ["{%}"], "param:as_of": "2026-11-21"})
    assert "('{%}')" in suite.expectations[1].kwargs["unexpected_rows_query"].format(batch="b")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT _row FROM {batch} WHERE x > 1",
        "SELECT a._row FROM {batch} AS a JOIN {batch} AS b USING (k) WHERE a.v <> b.v",
        "WITH s AS (SELECT k, sum(v) AS v FROM {batch} GROUP BY k) SELECT * FROM s WHERE v > 1",
        "SELECT _row FROM {batch} WHERE k IN (SELECT unnest([1, 2]))",
        "SELECT 1 FROM {batch} UNION ALL SELECT 2 FROM {batch}",
        "SELECT _row FROM {batch} WHERE s = '{{}}; DROP TABLE x'",
    ],
)
def test_a_single_select_over_the_delivery_is_allowed(query: str) -> None:
    assert refusal(query) is None


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM {batch}",
        "SELECT 1 FROM {batch}; DROP TABLE observations",
        "SELECT * FROM observations, {batch}",
        "SELECT * FROM {batch} JOIN other.t USING (k)",
        "SELECT * FROM {batch}, read_csv('/etc/passwd')",
        "SELECT * FROM {batch}, '/etc/passwd'",
        "SELECT * FROM {batch}, duckdb_secrets()",
        "SELECT getenv('HOME') FROM {batch}",
        "SELECT * FROM query('select 1'), {batch}",
        "COPY {batch} TO '/tmp/x'",
        "ATTACH 'x.db'; SELECT * FROM {batch}",
        "CREATE TABLE x AS SELECT * FROM {batch}",
        "INSERT INTO x SELECT * FROM {batch}",
        "PRAGMA database_list",
        "SELECT 1",
        "SELECT {other} FROM {batch}",
        "SELECT {batch.__class__} FROM {batch}",
        "SELECT '{' FROM {batch}",
        "SELEC _row FROM {batch}",
        "",
    ],
)
def test_anything_else_is_refused(query: str) -> None:
    reason = refusal(query)
    assert reason is not None
    assert reason.vi
    assert reason.en


def test_check_select_names_the_tables_it_lets_through() -> None:
    check_select("SELECT * FROM tile_values t JOIN feeds USING (feed_id)", {"tile_values", "feeds"})
    with pytest.raises(SqlRefused, match="secrets"):
        check_select("SELECT * FROM secrets", {"tile_values"})


@pytest.mark.parametrize(
    ("query", "predicate"),
    [
        ("SELECT _row FROM {batch} WHERE x > 1", "x > 1"),
        ("SELECT _row FROM {batch} WHERE regexp_matches(s, '^\\d{{3}}')", "regexp_matches(s, '^\\d{3}')"),
        ("SELECT _row FROM {batch} WHERE x > (SELECT avg(x) FROM {batch})", None),
        ("SELECT _row FROM {batch} WHERE x > 1 ORDER BY x LIMIT 1", None),
        ("SELECT _row FROM {batch} WHERE x > 1 GROUP BY _row", None),
        ("SELECT _row FROM {batch} WHERE x > 1 QUALIFY row_number() OVER () = 1", None),
        ("SELECT _row FROM {batch} WHERE x > 1 UNION SELECT _row FROM {batch}", None),
        ("SELECT DISTINCT _row FROM {batch} WHERE x > 1", None),
        ("SELECT _row, x FROM {batch} WHERE x > 1", None),
        ("SELECT _row FROM {batch} WHERE x > 1 -- note", None),
    ],
)
def test_only_a_plain_filter_joins_the_row_scan(query: str, predicate: str | None) -> None:
    assert plain_filter(query) == predicate


def test_a_query_is_parsed_once_whatever_moment_it_is_bound_to() -> None:
    query = "SELECT _row FROM {{batch}} WHERE t > '{moment}' AND s <> 'a'"
    first, second = (query.format(moment=m) for m in ("2026-11-21T13:00:00", "2026-11-22 09:30:00.5"))
    assert sql_guard.plain_filter(first) == "t > '2026-11-21T13:00:00' AND s <> 'a'"
    before = sql_guard._filter_columns.cache_info().misses
    assert sql_guard.plain_filter(second) == "t > '2026-11-22 09:30:00.5' AND s <> 'a'"
    assert sql_guard._filter_columns.cache_info().misses == before
    assert sql_guard.columns_read(second) == {"t", "s"}


def test_no_moment_hides_a_second_statement() -> None:
    for hidden in ("'2026-01-01'; DROP TABLE x", "'2026-01-01' /* ' */; DROP TABLE x; /* '2026-01-01' */"):
        assert sql_guard.refusal("SELECT _row FROM {batch} WHERE t > " + hidden) is not None
