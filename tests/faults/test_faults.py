"""The planted-fault kit: every kind is caught by a clause meant for it, a clean inbox raises nothing."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.faults import signals
from ioc_pipeline.faults.kinds import kinds, plant
from ioc_pipeline.faults.score import Finding, as_alarms, clean_inbox, false_alarms, judge
from ioc_pipeline.faults.signals import CleanRun
from ioc_pipeline.faults.table import markdown

ROOT = Path(__file__).parents[2]
SEED = 1
every_kind = pytest.mark.parametrize("kind_id", list(kinds()))


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    inbox = tmp_path_factory.mktemp("clean") / "inbox"
    clean_inbox(inbox, catalogue, SEED)
    return inbox


@pytest.fixture(scope="session")
def run(clean: Path, tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> CleanRun:
    return CleanRun(clean, catalogue, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def findings(clean: Path, run: CleanRun) -> Iterator[dict[str, Finding]]:
    """Filled kind by kind by the parametrised test; the test of the table fills in what is left."""
    yield {}


@every_kind
def test_a_kind_is_caught_by_a_clause_meant_for_it(
    kind_id: str, clean: Path, run: CleanRun, findings: dict[str, Finding]
) -> None:
    kind = kinds()[kind_id]
    (finding,) = judge(clean, run, [kind], seed=SEED)
    findings[kind_id] = finding
    assert finding.planted
    assert finding.detected is (kind.missed is None), finding.clauses


def test_the_published_table_is_what_a_fresh_run_says(
    clean: Path, run: CleanRun, findings: dict[str, Finding], catalogue: Catalogue
) -> None:
    for kind in kinds().values():
        if kind.id not in findings:
            (findings[kind.id],) = judge(clean, run, [kind], seed=SEED)
    alarms = as_alarms(run.signals, SEED)
    text = markdown([findings[k] for k in kinds()], len(alarms), seed=SEED, province=catalogue.province.code)
    assert (ROOT / "docs" / "faults.md").read_text(encoding="utf-8") == text


CLEAN_SEEDS = range(1, 101)
PROVINCES = ("56", "01", "12", "46", "79", "24", "68", "91", "04", "48")
"""Ten seeds each: small and large provinces, merged and not, with codes that changed hands."""


@pytest.mark.parametrize("province", PROVINCES)
def test_a_hundred_clean_inboxes_raise_nothing(province: str, few_root: Path) -> None:
    seeds = CLEAN_SEEDS[PROVINCES.index(province) :: len(PROVINCES)]
    assert false_alarms(load_catalogue(few_root, province), seeds) == []


def test_the_clean_run_asks_every_rule(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """No alarms means something only if the rules were there: every rule of the three suites judged a delivery."""
    asked: dict[str, set[str]] = {}
    ingest = signals.ingest_feed

    def listening(*args: Any, **named: Any) -> Any:
        run = ingest(*args, **named)
        asked[run.feed_id] = {r.expectation_id for outcome in run.outcomes for r in outcome.results}
        return run

    monkeypatch.setattr(signals, "ingest_feed", listening)
    assert false_alarms(catalogue, [1]) == []
    for feed_id in signals.FEEDS:
        declared = {e["meta"]["id"] for e in catalogue.feeds[feed_id].suite["expectations"]}
        assert asked[feed_id] == declared


def test_the_catalogue_is_sound(catalogue: Catalogue) -> None:
    assert len(kinds()) >= 40
    for kind in kinds().values():
        assert kind.feed in catalogue.feeds
        assert set(kind.expected) <= set(catalogue.standard.clauses)
        assert kind.title.vi and kind.title.en and callable(kind.planter)


def test_planting_is_reproducible_combinable_and_leaves_the_clean_inbox_alone(
    clean: Path, tmp_path: Path, run: CleanRun, catalogue: Catalogue
) -> None:
    before = {p: p.read_bytes() for p in clean.rglob("*") if p.is_file()}
    chosen = [kinds()[name] for name in ("missing_commune", "silent_revision", "state_outside_list", "constant_column")]
    for name in ("one", "two"):
        plant(clean, tmp_path / name, chosen, seed=5, catalogue=catalogue)
    names = [p.relative_to(clean).as_posix() for p in before]
    assert filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False)[1:] == ([], [])
    assert {p: p.read_bytes() for p in clean.rglob("*") if p.is_file()} == before
    assert all(finding.detected for finding in judge(clean, run, chosen, seed=5))


def test_the_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    from typer.testing import CliRunner

    from ioc_pipeline.cli.main import app

    result = CliRunner().invoke(app, ["faults", "--kinds", "unit_x1000,swapped_communes_first_time,nfd_text", "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["detected"], said["false_alarms"], said["kinds"][0]["detected"]) == (2, [], True)
    # Planted together: the clauses of a feed are those of all its faults; the missed one rides on nobody's alarm.
    assert said["missed"] == ["swapped_communes_first_time"]
    assert said["kinds"][0]["clauses"] == ["IOC-DUNG-13", "IOC-SACH-11"]
    assert [k["clauses"] for k in said["kinds"] if k["kind"] == "nfd_text"] == [["IOC-SACH-08"]]
