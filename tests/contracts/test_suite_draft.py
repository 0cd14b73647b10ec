"""The first suite of a feed, drafted from its contract."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ioc_pipeline.cli.main import app
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.contracts.form_layout import COUNTED
from ioc_pipeline.contracts.model import Column
from ioc_pipeline.contracts.suite_draft import draft_suite
from ioc_pipeline.settings import contracts_root
from ioc_pipeline.validate.suite import check_suite

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("feed_id", sorted(CATALOGUE.feeds))
def test_a_draft_is_a_valid_suite_of_any_feed(feed_id: str) -> None:
    feed = CATALOGUE.feeds[feed_id]
    suite = draft_suite(feed, CATALOGUE.root, date(2026, 11, 1))
    columns = [c.name for c in feed.columns]
    assert check_suite(suite, columns=columns, clauses=set(CATALOGUE.standard.clauses)) == []
    required = {c.name for c in feed.columns if c.required and c.name != "simulated"}
    judged = {
        e["kwargs"]["column"] for e in suite["expectations"] if e["type"] == "expect_column_values_to_not_be_null"
    }
    assert required <= judged or feed.shape == "observations"


@pytest.mark.parametrize("feed_id", sorted(CATALOGUE.feeds))
def test_every_shipped_suite_judges_the_doubts_as_the_draft_says(feed_id: str) -> None:
    """Declared once in `shapes/draft_rules.yaml`; a suite is native and holds it word for word."""
    feed = CATALOGUE.feeds[feed_id]

    def of(suite: dict) -> dict:  # type: ignore[type-arg]
        return next(e for e in suite["expectations"] if e["meta"]["id"] == f"{feed_id}.doubts.none")

    shipped = of(feed.suite)
    assert shipped == of(draft_suite(feed, CATALOGUE.root, date.fromisoformat(shipped["meta"]["since"])))
    assert shipped["kwargs"] == {"column": "_doubt_count", "max_value": 0} and shipped["severity"] == "warning"


def test_columns_of_places_and_agencies_are_judged_whatever_their_name() -> None:
    feed = replace(
        CATALOGUE.feeds["dossiers"],
        columns=(Column("noi_o", "VARCHAR", places="commune"), Column("noi_gui", "VARCHAR", agency=True)),
    )
    rules = {e["meta"]["id"] for e in draft_suite(feed, CATALOGUE.root, date(2026, 11, 1))["expectations"]}
    assert {f"dossiers.{rule}" for rule in ("noi_o.of_province", "noi_gui.form", "noi_gui.open")} <= rules


def test_a_draft_counts_what_a_form_counts() -> None:
    """The form asks for whole numbers in these units; the draft judges the same ones."""
    suite = draft_suite(CATALOGUE.feeds["health_facilities"], CATALOGUE.root, date(2026, 11, 1))
    rule = next(e["kwargs"] for e in suite["expectations"] if e["meta"]["id"] == "health_facilities.count.whole")
    assert all(f"'{unit}'" in rule["unexpected_rows_query"] for unit in COUNTED)


def test_a_draft_takes_no_indicator_that_the_feed_does_not_declare() -> None:
    suite = draft_suite(CATALOGUE.feeds["credit"], CATALOGUE.root, date(2026, 11, 1))
    rule = next(e["kwargs"] for e in suite["expectations"] if e["meta"]["id"] == "credit.indicator.declared")
    assert rule == {"column": "indicator", "value_set": ["TD_DUNO", "TD_HUYDONG", "TD_NOXAU"]}


def test_draft_writes_the_suite_of_a_new_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "data_contracts"
    shutil.copytree(contracts_root(), root)
    folder = root / "feeds" / "dossiers"
    (folder / "suite.json").unlink()
    monkeypatch.setenv("IOC_CONTRACTS", str(root))
    runner = CliRunner()
    done = runner.invoke(app, ["contract", "draft", "dossiers"])
    assert done.exit_code == 0, done.output
    assert "dossiers" in load_catalogue().feeds, "a feed with its first suite is a feed"
    again = runner.invoke(app, ["contract", "draft", "dossiers"])
    assert again.exit_code == 1 and "--force" in str(again.exception)
