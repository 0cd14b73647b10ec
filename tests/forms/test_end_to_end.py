"""A form with ten mistakes through the command line: each is answered with its cell, what is wrong, how to fix it."""

from __future__ import annotations

import json

import openpyxl
import pytest
from typer.testing import CliRunner

from ioc_pipeline.cli.main import app
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.read.problem_codes import PROBLEM_CODES
from ioc_pipeline.receipts.receipt import latest_delivery, receipt_of
from ioc_pipeline.settings import Places
from ioc_pipeline.store.warehouse import reading
from tests.forms.form_grid import filled, grid_of
from tests.forms.ten_mistakes import expected, ten_mistakes

FEED, NAME = "health_facilities", "BC tháng 10.xlsx"


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A state folder in which the form with ten mistakes has been judged: (home, grid, receipt)."""
    home = tmp_path_factory.mktemp("forms_home")
    catalogue, places = load_catalogue(province="56"), Places(home)
    grid = grid_of(filled(catalogue, FEED, home))
    inbox = places.inbox / FEED
    inbox.mkdir(parents=True)
    ten_mistakes(grid).save(inbox / NAME)
    feed = catalogue.feeds[FEED]
    run = ingest_feed(places, catalogue, feed, run_id="t", settle_seconds=0.0)
    assert run.problem is None, run.problem
    with reading(places) as warehouse:
        return home, grid, receipt_of(warehouse, feed, str(latest_delivery(warehouse, feed)), catalogue)


@pytest.fixture
def command(judged, monkeypatch):
    """Run `ioc …` on that state folder."""

    def call(*words: str):
        monkeypatch.setenv("IOC_HOME", str(judged[0]))
        return CliRunner().invoke(app, list(words))

    return call


def test_every_mistake_is_answered_in_its_own_cell(judged):
    _, grid, receipt = judged
    answered = {(f.location.split("!")[1], f.rule) for f in receipt.faults}
    assert answered == set(expected(grid).items())
    assert receipt.received == 455 == receipt.accepted + receipt.quarantined


def test_the_words_name_what_is_wrong_and_how_to_fix_it_in_both_languages(judged):
    _, _grid, receipt = judged
    for language in ("vi", "en"):
        text = receipt.text(language)
        assert NAME in text
        for fault in receipt.faults:
            assert fault.location in text and fault.clause in text
            assert fault.fix.in_language(language) and fault.fix.in_language(language) in text
            assert fault.reason.in_language(language).rstrip(". ")[1:] in text
    assert all(f.subject.vi for f in receipt.faults), "a fault says which indicator and commune it is about"


def test_the_command_prints_the_receipt_and_its_json(command):
    said = command("receipt", FEED)
    assert said.exit_code == 0 and "“bốn mươi”" in said.stdout and "Cách sửa" in said.stdout
    record = json.loads(command("receipt", FEED, "--json").stdout)
    assert record["quarantined"] == 17 and record["faults"][0]["fix"]["en"]


def test_the_quarantine_names_the_cell(command, judged):
    rows = json.loads(command("quarantine", "--feed", FEED, "--json").stdout)["rows"]
    cells = {r["location"].split("!")[1] for r in rows}
    assert cells == set(expected(judged[1]))


def test_the_marked_copy_highlights_the_cells_and_leaves_the_landed_bytes(command, judged, tmp_path):
    home, grid, _ = judged
    before = {p: p.read_bytes() for p in (home / "landing").rglob("*") if p.is_file()}
    out = tmp_path / "danh_dau.xlsx"
    assert command("receipt", FEED, "--xlsx", str(out)).exit_code == 0
    sheet = openpyxl.load_workbook(out)["Sheet1"]
    for cell in expected(grid):
        assert sheet[cell].fill.fgColor.rgb.endswith("FFC7CE") and "Cách sửa" in sheet[cell].comment.text
    assert before == {p: p.read_bytes() for p in (home / "landing").rglob("*") if p.is_file()}


def test_a_problem_code_of_a_form_has_a_remedy_of_its_own():
    for code in ("cell.blank", "cell.merged", "formula.no_value", "percent.ambiguous", "area.mismatch", "number.text"):
        assert PROBLEM_CODES[code].fix


def test_the_template_command_writes_every_form_and_refuses_other_feeds(command, tmp_path):
    assert command("template", "--all", str(tmp_path)).exit_code == 0
    assert len(list(tmp_path.glob("*.xlsx"))) == 3
    out = tmp_path / "mot.xlsx"
    assert command("template", FEED, "--period", "2026-10", "--out", str(out)).exit_code == 0 and out.exists()
    assert command("template", "dossiers").exit_code != 0
    assert command("template", FEED, "--period", "2026").exit_code != 0
