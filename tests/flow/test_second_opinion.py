"""Both engines on the same rows: no difference on real data; a difference is recorded, shown, and no pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from ioc_pipeline.compute.clause_matrix import declared_rules
from ioc_pipeline.compute.evidence import rule_evidence
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.publish.release import publish
from ioc_pipeline.store.warehouse import reading
from ioc_pipeline.validate import engine_gx
from ioc_pipeline.validate.second_opinion import JUDGES, validate_twice
from ioc_pipeline.validate.suite import Suite
from tests.validate.support import SYSTEM, rule

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def wrong_engine(monkeypatch, catalogue):
    """Stock Great Expectations with a slip: one rule of the published figures fails on one row."""
    suite = catalogue.feeds["province_published"].suite
    chosen = next(
        e["meta"]["id"] for e in suite["expectations"]
        if e["type"] == "expect_column_values_to_not_be_null" and e["meta"]["level"] == "row"
    )  # fmt: skip
    honest = engine_gx.run_gx

    def slip(*args):
        for finding, rows in honest(*args):
            if finding.expectation.id == chosen:
                yield replace(finding, success=False, unexpected=1), [1]
            else:
                yield finding, rows

    monkeypatch.setattr(engine_gx, "run_gx", slip)
    return chosen


def _deliver(places, catalogue, drop, engine):
    figures = (catalogue.feeds["province_published"].folder / "published_2025.csv").read_bytes()
    drop("province_published", "a.csv", figures)
    feed = catalogue.feeds["province_published"]
    return ingest_feed(places, catalogue, feed, run_id="t", engine=engine, settle_seconds=0.0)


@pytest.mark.parametrize("judge", ["sql", "gx"])
def test_the_judge_keeps_its_failing_rows_and_both_agree(judge):
    suite = Suite("test", (rule("expect_column_values_to_be_between", {"column": "v", "max_value": 2}),))
    with duckdb.connect() as con:
        con.execute(f"CREATE TEMP TABLE t AS SELECT i AS v, {SYSTEM} FROM range(5) r(i)")
        validation, opinion = validate_twice(
            con, "t", suite, judge=judge, feed="f", delivery_id="d", run_id="r"
        )  # fmt: skip
        assert con.execute(f"SELECT _row FROM {validation.broken_table} ORDER BY 1").fetchall() == [(3,), (4,)]
        tables = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert validation.results[0].engine == judge
    assert (opinion.compared, opinion.stock_only, opinion.differences) == (1, (), ())
    assert opinion.seconds_compiled < opinion.seconds_stock
    assert tables == {"t", "t__broken"}


def test_a_difference_is_recorded_shown_and_no_pass(wrong_engine, places, catalogue, drop, monkeypatch):
    run = _deliver(places, catalogue, drop, "both")
    (outcome,) = run.disputed
    clause = next(r.clause for r in outcome.results if r.expectation_id == wrong_engine)
    assert [(d.clause, d.expectation_id, d.aspect, d.compiled, d.stock) for d in outcome.opinion.differences] == [
        (clause, wrong_engine, "rows", "–", "1"),
        (clause, wrong_engine, "success", "true", "false"),
        (clause, wrong_engine, "unexpected", "0", "1"),
    ]
    with reading(places) as warehouse:
        assert warehouse.execute("SELECT judge, differences FROM second_opinions").fetchall() == [("sql", 3)]
        assert warehouse.execute("SELECT count(*) FROM engine_differences").fetchall() == [(3,)]
    release = publish(places, catalogue, run_id="t", now=NOW)
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as shown:
        assert shown.execute(
            "SELECT verdict FROM clause_verdicts WHERE feed_id = 'province_published' AND clause = ?", [clause]
        ).fetchall() == [("undetermined",)]  # fmt: skip
    with reading(places) as warehouse:
        evidence = rule_evidence(warehouse, declared_rules(catalogue))
    of_feed = {e.expectation_id: e.success for e in evidence[clause] if e.feed_id == "province_published"}
    assert of_feed.pop(wrong_engine) is None and all(of_feed.values())

    from typer.testing import CliRunner

    from ioc_pipeline.cli.main import app

    for command in ("status", "verdicts"):
        said = CliRunner().invoke(app, [command])
        assert wrong_engine in " ".join(said.output.split()), command


def test_stock_judges_when_asked(wrong_engine, places, catalogue, drop):
    assert JUDGES == {"gx": "gx", "both": "sql"}
    (outcome,) = _deliver(places, catalogue, drop, "gx").disputed
    verdict = next(r for r in outcome.results if r.expectation_id == wrong_engine)
    assert (verdict.success, verdict.engine, outcome.quarantined) == (False, "gx", 1)
