"""An auditor's recomputation: a clean state folder agrees wholly; whatever was tampered with is found and named."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ioc_pipeline.audit.findings import (
    BYTES,
    CLAUSES,
    DELIVERIES,
    DIFFERS,
    ENGINES,
    FACTS,
    OTHER,
    PARTS,
    RELEASE_FILE,
    SCORES,
    UNDETERMINED,
    VALUES,
    VERDICTS,
    Report,
)  # fmt: skip
from ioc_pipeline.audit.run import Wish, audit
from ioc_pipeline.contracts.catalogue import Catalogue, load_catalogue
from ioc_pipeline.publish.release import current
from ioc_pipeline.settings import Places


@pytest.fixture
def recompute(few_root: Path):
    def run(places: Places, root: Path = few_root, **wish) -> Report:
        def declared(day: date) -> Catalogue:
            return load_catalogue(root, "56", day)

        return audit(places, declared, load_catalogue(root, "56"), Wish(**wish), lambda what, name: None)

    return run


def _change(path: Path, sql: str, *parameters: object) -> None:
    os.chmod(path, 0o644)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute(sql, list(parameters)).fetchall()[0][0] >= 1


def _one(path: Path, sql: str) -> tuple:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchone()


def test_a_clean_state_folder_agrees_and_is_not_touched(copy, recompute):
    before = {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in copy.root.rglob("*")}
    report = recompute(copy)
    assert (report.exit_code, report.findings, report.notes) == (0, [], [])
    assert all(report.agreeing[part] for part in PARTS if part != ENGINES)
    assert report.agreeing[DELIVERIES] == 8 and report.agreeing[VERDICTS] > 300
    assert {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in copy.root.rglob("*")} == before


def test_stock_great_expectations_says_the_same(copy, recompute):
    report = recompute(copy, feed="lris_indicators", engine="gx", limit=1)
    assert (report.exit_code, report.findings) == (0, [])
    assert report.agreeing[ENGINES] > 50 and report.agreeing[CLAUSES] == 0
    assert any("newest 1" in text.en for text in report.not_asked)


def test_one_byte_of_a_blob(copy, recompute):
    delivery, sha256 = _one(
        copy.warehouse, "SELECT delivery_id, sha256 FROM deliveries WHERE feed_id = 'lris_indicators' "
        "ORDER BY received_at LIMIT 1",
    )  # fmt: skip
    blob = copy.blobs / sha256[:2] / sha256
    os.chmod(blob, 0o644)
    content = blob.read_bytes()
    place = next(i for i, byte in enumerate(content) if i > len(content) // 2 and chr(byte) in "12345678")
    blob.write_bytes(content[:place] + b"9" + content[place + 1 :])
    report = recompute(copy)
    assert report.exit_code == 1
    (found,) = [f for f in report.findings if f.state == DIFFERS]
    assert (found.part, found.feed, found.delivery, found.stored[:64]) == (BYTES, "lris_indicators", delivery, sha256)
    # What rests on those bytes is said to be undecided; the other feeds are judged as ever.
    others = [f for f in report.findings if f.state == UNDETERMINED]
    assert others and all(f.feed in ("lris_indicators", None) and f.why for f in others)


def test_stored_and_published_values_tampered_with(copy, recompute):
    feed, delivery, rule = _one(
        copy.warehouse, "SELECT feed_id, delivery_id, expectation_id FROM validation_results WHERE success "
        "AND feed_id = 'dossiers' ORDER BY ALL LIMIT 1",
    )  # fmt: skip
    _change(
        copy.warehouse, "UPDATE validation_results SET success = false, unexpected = 7 WHERE (delivery_id, "
        "expectation_id) = (?, ?)", delivery, rule,
    )  # fmt: skip
    first = "(SELECT min(rowid) FROM observations)"
    _change(copy.warehouse, f"UPDATE observations SET value = value + 1 WHERE rowid = {first}")
    _change(copy.warehouse, "INSERT INTO records_dossiers SELECT * FROM records_dossiers LIMIT 1")
    published = current(copy).folder / "release.duckdb"
    _change(
        published,
        "UPDATE indicator_values SET value = value * 1.01 WHERE code = 'HC_DUNGHAN' AND area = '56' AND is_latest",
    )
    _change(published, "UPDATE clause_verdicts SET verdict = 'pass' WHERE scope = 'centre' AND clause = 'IOC-SONG-01'")
    _change(published, "UPDATE scores SET score = 99 WHERE level = 'centre'")
    report = recompute(copy)
    assert report.exit_code == 1 and all(f.state == DIFFERS for f in report.findings)
    verdicts = [(f.feed, f.delivery, f.what, f.column, f.stored, f.recomputed) for f in report.findings
                if f.part == VERDICTS]  # fmt: skip
    assert verdicts == [
        (feed, delivery, rule, "success", "false", "true"),
        (feed, delivery, rule, "unexpected", "7", "0"),
    ]
    assert {(f.part, f.what.split(":")[0], f.column) for f in report.findings} == {
        (VERDICTS, rule, "success"),
        (VERDICTS, rule, "unexpected"),
        (FACTS, "observations", "value"),
        (FACTS, "records_dossiers", None),
        (RELEASE_FILE, f"{published.parent.name}/release.duckdb", "sha256"),
        (VALUES, "indicator_values", "value"),
        (CLAUSES, "clause_verdicts", "verdict"),
        (SCORES, "scores", "score"),
    }
    (value,) = [f for f in report.findings if f.part == VALUES]
    assert "HC_DUNGHAN 56" in value.what and float(value.stored) == pytest.approx(1.01 * float(value.recomputed))


def test_manifests_changed_taken_away_and_spoiled(copy, recompute):
    gone, spoiled, changed = sorted((copy.deliveries / "lris_indicators").glob("*.json"))[:3]
    manifest = json.loads(changed.read_text(encoding="utf-8"))
    changed.write_text(json.dumps(manifest | {"received_at": "2026-01-01T00:00:00+00:00"}), encoding="utf-8")
    gone.unlink()
    spoiled.write_text("{", encoding="utf-8")
    report = recompute(copy, release="none", feed="lris_indicators")
    assert report.exit_code == 1
    assert {(f.delivery, f.column) for f in report.findings if f.state == DIFFERS} == {
        (gone.stem, "manifest"),
        (spoiled.stem, "manifest"),
        (spoiled.stem, "readable"),
        (changed.stem, "received_at"),
    }
    assert any(f.state == UNDETERMINED and f.delivery == changed.stem for f in report.findings)


def test_other_declarations_are_named_and_decide_nothing(copy, recompute, few_root, tmp_path):
    root = tmp_path / "data_contracts"
    shutil.copytree(few_root, root)
    suite = root / "feeds" / "province_published" / "suite.json"
    declared = json.loads(suite.read_text(encoding="utf-8"))
    declared["expectations"].pop()
    suite.write_text(json.dumps(declared, ensure_ascii=False), encoding="utf-8")
    report = recompute(copy, root, feed="province_published")
    assert report.exit_code == 2
    assert {f.state for f in report.findings} == {UNDETERMINED}
    assert all("data_contracts" in f.why.en for f in report.findings)
    assert any("data_contracts" in note.en for note in report.notes)


def test_landing_and_releases_alone_are_enough_for_the_release(copy, recompute):
    shutil.rmtree(copy.root / "warehouse")
    report = recompute(copy)
    assert report.exit_code == 2  # nothing to hold the single verdicts against
    assert [f.what for f in report.findings] == ["warehouse/ioc.duckdb"]
    assert report.agreeing[VALUES] and report.agreeing[CLAUSES] and report.agreeing[SCORES] and report.agreeing[OTHER]


def test_the_command_speaks_and_its_exit_code_is_three_valued(copy, monkeypatch, few_root):
    from typer.testing import CliRunner

    from ioc_pipeline.cli.main import app

    monkeypatch.setenv("IOC_HOME", str(copy.root))
    monkeypatch.setenv("IOC_CONTRACTS", str(few_root))
    monkeypatch.setenv("IOC_PROVINCE", "79")  # the auditor's own setting is not the centre's province
    result = CliRunner().invoke(app, ["audit", "--feed", "province_published"])
    assert result.exit_code == 0, result.output
    assert "Mọi điều đã xét đều khớp" in result.output
    _change(copy.warehouse, "UPDATE deliveries SET accepted = accepted - 1, added = added - 1, received = received - 1 "
            "WHERE feed_id = 'province_published'")  # fmt: skip
    result = CliRunner().invoke(app, ["audit", "--feed", "province_published", "--json"])
    said = json.loads(result.stdout)
    assert (result.exit_code, said["verdict"], said["parts"]["warehouse.deliveries"]["differs"]) == (1, "differs", 3)
