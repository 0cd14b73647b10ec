"""A province's layer adds and tightens; whatever loosens is refused with file and line and is not applied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ioc_pipeline.contracts.check import check
from tests.contracts.declarations import load_with

HEAD = 'version: "2026.12"\nvalid_from: 2026-11-01\nlayer: {vi: Lớp của tỉnh, en: Layer of the province}\n'
OWN = """clauses:
  - id: IOC-56-01
    principle: song
    title: {vi: Báo cáo ngày trước 16 giờ, en: Daily report before 16:00}
    explanation: {vi: Giải thích, en: Explanation}
    severity: warning
    level: feed
    evidence: FRESH
    weight: 2
    basis: {vi: Quy chế của tỉnh, en: The province's regulation}
    mark: P/P
    guidance: {vi: Gửi trước 16 giờ, en: Send before 16:00}
    valid_from: 2026-11-01
"""


def test_the_repository_s_own_layer_is_empty_and_judges_nothing(catalogue):
    assert [layer.id for layer in catalogue.standard.layers] == ["standard"]
    assert check(catalogue) == []


def test_a_layer_tightens_and_adds_and_is_named_as_judge(tmp_path):
    text = HEAD + "stricter:\n  - {clause: IOC-SONG-02, severity: critical, weight: 3}\nparameters: {lag_days: 20}\n"
    catalogue = load_with(tmp_path, "layers/56.yaml", text + OWN)
    standard = catalogue.standard
    assert check(catalogue) == []
    assert [(layer.id, layer.version) for layer in standard.layers] == [("standard", "2026.11"), ("56", "2026.12")]
    tightened = standard.clauses["IOC-SONG-02"]
    assert (tightened.severity, tightened.weight) == ("critical", 3.0)
    assert standard.judging(tightened).version == "2026.12"
    assert standard.judging(standard.clauses["IOC-DUNG-01"]).id == "standard"
    assert standard.parameter("lag_days") == 20
    assert standard.clauses["IOC-56-01"].layer == "56" and len(standard.clauses) == 64


@pytest.mark.parametrize(
    ("entry", "line", "word"),
    [
        ("stricter:\n  - clause: IOC-DUNG-01\n    severity: warning\n", 6, "looser"),
        ("stricter:\n  - clause: IOC-DUNG-01\n    weight: 1\n", 6, "looser"),
        ("stricter:\n  - clause: IOC-DUNG-01\n    valid_to: 2026-12-01\n", 6, "may set"),
        ("stricter:\n  - clause: IOC-DUNG-01\n    evidence: NONE\n", 6, "may set"),
        ("stricter:\n  - clause: IOC-DUNG-99\n", 5, "no such clause"),
        ("parameters:\n  due_share: 50\n", 5, "looser"),
        ("parameters:\n  incident_repair_days: 30\n", 5, "looser"),
        ("parameters:\n  lag_days: soon\n", 5, "must be a number"),
        ("parameters:\n  made_up: 1\n", 5, "unknown parameter"),
        ("parameters: [lag_days]\n", 4, "must be a mapping"),
        (OWN.replace("IOC-56-01", "IOC-DUNG-01"), 5, "start with IOC-56-"),
        (OWN.replace("    weight: 2\n", ""), 5, "weight missing"),
        (OWN.replace("valid_from: 2026-11-01", "valid_from: soon"), 16, "must be a date"),
    ],
)
def test_loosening_is_refused_with_its_place_and_not_applied(tmp_path, catalogue, entry, line, word):
    spoiled = load_with(tmp_path, "layers/56.yaml", HEAD + entry)
    (problem,) = check(spoiled)
    assert problem.path.endswith("layers/56.yaml") and problem.line == line
    assert word in problem.text.en and problem.text.vi != problem.text.en
    assert spoiled.standard.clauses == catalogue.standard.clauses
    assert spoiled.standard.parameters == catalogue.standard.parameters


def test_a_layer_of_the_future_is_a_problem_and_not_applied(tmp_path):
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    text = HEAD.replace("2026-11-01", tomorrow.isoformat()) + "parameters: {lag_days: 1}\n"
    spoiled = load_with(tmp_path, "layers/56.yaml", text)
    (problem,) = check(spoiled)
    assert problem.line == 2 and "future" in problem.text.en
    assert spoiled.standard.parameter("lag_days") == 366


def test_a_layer_that_is_no_yaml_leaves_the_ministry_s_standard(tmp_path, catalogue):
    spoiled = load_with(tmp_path, "layers/56.yaml", "layer: [")
    assert len(check(spoiled)) == 1 and spoiled.standard.clauses == catalogue.standard.clauses


def test_two_clauses_with_one_id_are_named_with_the_line(tmp_path):
    from tests.contracts.declarations import ROOT

    text = (ROOT / "standard" / "clauses.yaml").read_text(encoding="utf-8")
    doubled = load_with(tmp_path, "standard/clauses.yaml", text.replace("id: IOC-DUNG-02\n", "id: IOC-DUNG-01\n"))
    found = [p for p in check(doubled) if "twice" in p.text.en]
    assert len(found) == 1 and found[0].line is not None and "IOC-DUNG-01" in found[0].text.en


def test_a_weight_of_zero_is_a_problem(tmp_path):
    from tests.contracts.declarations import ROOT

    text = (ROOT / "standard" / "score.yaml").read_text(encoding="utf-8")
    spoiled = load_with(tmp_path, "standard/score.yaml", text.replace("identifier: 2", "identifier: 0"))
    (problem,) = check(spoiled)
    assert problem.line is not None and "fields / identifier" in problem.text.vi
