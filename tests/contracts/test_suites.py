"""Every suite under `data_contracts/feeds`: sound, bilingual, and accepted by stock Great Expectations."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.validate.compile_sql import compiled_types
from ioc_pipeline.validate.suite import Suite, bind, check_suite, parse_suite, references

FEEDS = Path(__file__).parents[2] / "data_contracts" / "feeds"
PATHS = sorted(FEEDS.glob("*/suite.json"))
RANK = {"info": 0, "warning": 1, "critical": 2}
NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@cache
def catalogue() -> Catalogue:
    return load_catalogue(province="56")


def suite_of(path: Path) -> Suite:
    return parse_suite(json.loads(path.read_text(encoding="utf-8")), path=str(path))


each_suite = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)


def test_the_four_feeds_have_a_suite() -> None:
    found = {path.parent.name for path in PATHS}
    assert {"dossiers", "lris_indicators", "nso_monthly", "province_published"} <= found


@each_suite
def test_a_suite_is_sound_against_its_contract_and_the_standard(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    feed = catalogue().feeds[path.parent.name]
    data = json.loads(text)
    assert data["name"] == path.parent.name
    columns = [column.name for column in feed.columns]
    assert check_suite(data, path=str(path), columns=columns, clauses=catalogue().standard.clauses, text=text) == []


@each_suite
def test_an_expectation_is_never_more_severe_than_its_clause(path: Path) -> None:
    clauses = catalogue().standard.clauses
    for expectation in suite_of(path).expectations:
        assert RANK[expectation.severity] <= RANK[clauses[expectation.clause].severity], expectation.id


@each_suite
def test_the_officer_is_told_why_and_what_to_do(path: Path) -> None:
    for expectation in suite_of(path).expectations:
        assert expectation.id.startswith(f"{path.parent.name}.")
        for words in (expectation.why, expectation.fix):
            assert len(words.vi) >= 20, expectation.id
            assert len(words.en) >= 20, expectation.id
            assert words.vi != words.en
        assert date.fromisoformat(expectation.since) <= NOW.date()


@each_suite
def test_every_expectation_runs_as_sql(path: Path) -> None:
    assert {expectation.type for expectation in suite_of(path).expectations} <= compiled_types()


@each_suite
def test_a_suite_states_the_uniqueness_of_its_key_and_some_rows(path: Path) -> None:
    expectations = suite_of(path).expectations
    critical = [e for e in expectations if e.severity == "critical"]
    assert any(e.level == "row" and e.type.endswith("to_be_unique") for e in critical)
    assert any(e.level == "table" and e.type == "expect_table_row_count_to_be_between" for e in critical)


@each_suite
def test_stock_great_expectations_loads_the_bound_suite(path: Path) -> None:
    import great_expectations as gx

    bound = bind(suite_of(path), catalogue().bindings(NOW))
    assert references(bound) == set()
    native: dict[str, Any] = json.loads(json.dumps(bound.native()))
    loaded = gx.ExpectationSuite(**native)
    assert len(loaded.expectations) == len(bound.expectations)
    for ours, theirs in zip(bound.expectations, loaded.expectations, strict=True):
        assert theirs.expectation_type == ours.type
        assert theirs.severity.value == ours.severity
        assert theirs.meta["id"] == ours.id


def test_dossiers_are_judged_by_enough_rules() -> None:
    assert len(suite_of(FEEDS / "dossiers" / "suite.json").expectations) >= 18


def test_the_list_of_types_is_that_of_the_installed_great_expectations() -> None:
    import great_expectations.expectations.core as core

    from ioc_pipeline.validate.catalogue import KNOWN

    folder = Path(core.__file__).parent
    installed = {path.stem for path in folder.glob("*.py") if path.stem.startswith(("expect_", "unexpected_"))}
    assert installed == KNOWN
