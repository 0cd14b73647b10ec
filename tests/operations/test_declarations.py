"""A mistake in the declared rules is named with its line, and no half of a rule is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.checks.operations import operation_problems
from ioc_pipeline.contracts.operation_rules import load_operation_rules
from ioc_pipeline.contracts.yaml_source import YamlSource

ROOT = Path(__file__).parents[2] / "data_contracts"


@pytest.fixture(scope="module")
def known(catalogue) -> Known:
    return Known(ROOT, "56", feeds=catalogue.feeds)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("alerts.yaml", "to: [amber]", "to: [yellow]", "no state 'yellow'"),
        ("alerts.yaml", "from: [none, ok]", "from: [none, green]", "no state 'green'"),
        ("alerts.yaml", "clause: IOC-SONG-02", "clause: IOC-SONG-99", "no clause"),
        ("alerts.yaml", "- id: feed_late", "- id: indicator_red", "declared twice"),
        ("alerts.yaml", "close_days: 5", "close_days: soon", "whole number"),
        ("alerts.yaml", "days: working", "days: workdays", "use: working"),
        ("alerts.yaml", "feed: [ok]", "feed: [fine]", "no state 'fine'"),
        ("tasks.yaml", "due: han_hoan_thanh", "due: han", "no column 'han'"),
        ("tasks.yaml", "  - feed: st_tasks", "  - feed: st_task", "no feed"),
        ("tasks.yaml", "group: khcn\n    columns:", "columns:", "exactly one way"),
        ("tasks.yaml", "feeds: [budget]", "feeds: [budgets]", "no feed"),
        ("tasks.yaml", "CN_TIEUTHU", "CN_TIEU", "no indicator"),
        ("tasks.yaml", "card_fields: [giao_duc]", "card_fields: [giao]", "no field of cards"),
        ("tasks.yaml", "task_groups: [nq57]", "task_groups: [nq75]", "no task group"),
        ("tasks.yaml", "pattern: '.'", "pattern: '('", "bad regular expression"),
        ("tasks.yaml", "hoan-thanh: done", "hoan-thanh: finished", "finished"),
        ("tasks.yaml", "minimum_due: 5", "minimum_duo: 5", "did you mean"),
    ],
)
def test_a_mistake_is_named_with_its_line(known, tmp_path, file, old, new, says):
    text = (ROOT / "operations" / file).read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "operations"
    folder.mkdir()
    path = folder / file
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = operation_problems(YamlSource(path), known)
    named = [p for p in problems if says in p.text.en]
    assert named and all(p.line and p.text.vi != p.text.en for p in problems), problems
    wanted = text[: text.index(old)].count("\n") + 1
    assert any(abs(p.line - wanted) <= 2 for p in named), (wanted, named)
    spoiled = Known(tmp_path, "56", feeds=known.feeds)
    spoiled.clauses, spoiled.cards, spoiled.codes = known.clauses, known.cards, known.codes
    rules, found = load_operation_rules(spoiled)
    assert found and rules.alerts is None and rules.tasks is None


def test_a_file_nobody_knows_is_said(known, tmp_path):
    (tmp_path / "operations").mkdir()
    path = tmp_path / "operations" / "alert.yaml"
    path.write_text("version: 1\n", encoding="utf-8")
    (problem,) = operation_problems(YamlSource(path), known)
    assert "alerts.yaml" in problem.text.en
