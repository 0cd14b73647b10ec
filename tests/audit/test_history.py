"""Releases and events against their own names and each other: what a province could put back, swap or take away."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime

import duckdb
import pytest

from ioc_pipeline.audit.excuses import Excuses
from ioc_pipeline.audit.findings import DIFFERS, FACTS, OPERATIONS, RELEASE_FILE, UNDETERMINED, Report
from ioc_pipeline.audit.history import check_history
from ioc_pipeline.audit.published import compare_release
from ioc_pipeline.audit.stored import attached
from ioc_pipeline.audit.warehouse import compare_warehouse
from ioc_pipeline.messages import Text
from ioc_pipeline.publish.release import current, release_name
from ioc_pipeline.receive.delivery import manifest_path
from ioc_pipeline.settings import Places


@pytest.fixture
def look(copy, tmp_path):
    def run(places: Places = copy) -> Report:
        report = Report()
        check_history(places, Places(tmp_path / "aside"), report, None)
        return report

    return run


def _said(report: Report) -> set[tuple[str, str, str, str | None]]:
    return {(f.part, f.state, f.what, f.column) for f in report.findings}


def _one_more(copy: Places, change: int) -> str:
    """A later release, as `publish` would name it; returns its id."""
    now = current(copy)
    state = now.manifest["state"] | {"change": now.manifest["state"]["change"] + change}
    moment = "2026-12-01T00:00:00+00:00"
    name = release_name(datetime.fromisoformat(moment), state, now.manifest["inputs"])
    shutil.copytree(now.folder, copy.releases / name)
    manifest = now.manifest | {"release_id": name, "state": state, "created_at": moment}
    (copy.releases / name / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return name


def _events(copy: Places, *statements: str) -> None:
    with closing(sqlite3.connect(copy.operations / "operations.db")) as store, store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert store.execute(statement).rowcount


def test_untouched(look):
    report = look()
    assert (report.findings, report.not_asked) == ([], [])
    assert report.agreeing[RELEASE_FILE] == 1 and report.agreeing[OPERATIONS] >= 1


def test_two_releases_swapped(copy, look):
    name = _one_more(copy, 1)
    now = current(copy).folder
    now.rename(copy.releases / "between")
    (copy.releases / name).rename(now)
    (copy.releases / "between").rename(copy.releases / name)
    said = {(f.what, f.stored, f.recomputed) for f in look().findings if f.state == DIFFERS}
    assert said == {
        (f"{there}/manifest.json", *pair)
        for there, other in ((now.name, name), (name, now.name))
        for pair in ((other, there), (there, other))
    }


@pytest.mark.parametrize("key", ["created_at", "state", "inputs"])
def test_a_manifest_changed_under_its_name(copy, look, key):
    now = current(copy)
    new = {"created_at": "2026-01-01T00:00:00+00:00", "inputs": now.manifest["inputs"][:-1]}
    new["state"] = now.manifest["state"] | {"code_version": "other: would excuse every difference"}
    (now.folder / "manifest.json").write_text(json.dumps(now.manifest | {key: new[key]}), encoding="utf-8")
    assert (RELEASE_FILE, DIFFERS, f"{now.release_id}/manifest.json", "release_id") in _said(look())


def test_a_release_taken_away(copy, look):
    now = current(copy)
    shutil.rmtree(now.folder)
    assert (RELEASE_FILE, DIFFERS, now.release_id, "release") in _said(look())
    shutil.rmtree(copy.operations)  # without the events only the pointer knows it
    shutil.rmtree(copy.root.parent / "aside")
    report = look()
    assert _said(report) == {(RELEASE_FILE, DIFFERS, "current.json", "release_id")}
    assert any("operations store" in text.en for text in report.not_asked)


def test_the_pointer_put_back(copy, look):
    later = _one_more(copy, 1)
    report = look()  # the events do not know the later one: publishing may have been interrupted
    assert (RELEASE_FILE, UNDETERMINED, "current.json", "release_id") in _said(report)
    assert (OPERATIONS, UNDETERMINED, later, None) in _said(report)


def test_a_delivery_taken_away_after_it_was_published(copy, look):
    entry = current(copy).manifest["inputs"][0]
    manifest_path(copy, entry["feed_id"], entry["delivery_id"]).unlink()
    (found,) = look().findings
    assert (found.state, found.feed, found.delivery, found.stored) == (
        DIFFERS, entry["feed_id"], entry["delivery_id"], entry["sha256"],
    )  # fmt: skip


def test_a_reconstructed_day_edited(copy, look):
    now = current(copy)
    shutil.copytree(now.folder, copy.reconstructed / now.release_id)
    with (copy.reconstructed / now.release_id / "release.duckdb").open("ab") as file:
        file.write(b"x")
    report = look()
    assert (RELEASE_FILE, DIFFERS, f"reconstructed/{now.release_id}/release.duckdb", "sha256") in _said(report)
    assert any("ioc reconstruct" in text.en for text in report.not_asked)


def test_events_edited_and_cut_off(copy, look):
    _events(copy, "UPDATE events SET who = 'somebody else' WHERE seq = 1")
    (found,) = look().findings
    assert (found.part, found.state) == (OPERATIONS, DIFFERS) and "event 1 was changed" in found.why.en


def test_a_cut_off_end_without_the_witness(copy, look):
    _events(copy, "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
    (copy.operations / "head.json").unlink()
    said = _said(look())
    assert said and {(part, state) for part, state, *_ in said} == {(OPERATIONS, UNDETERMINED)}


@pytest.mark.parametrize("own", [None, Text("mã khác", "other code")])
def test_a_column_or_table_taken_out_of_a_release(copy, tmp_path, own):
    now = current(copy)
    shutil.copytree(now.folder, tmp_path / "again")
    again = type(now)(now.release_id, tmp_path / "again", now.manifest)
    path = now.folder / "release.duckdb"
    os.chmod(path, 0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE indicator_values DROP COLUMN trust")
        connection.execute("DROP TABLE target_path")
    published = type(now)(now.release_id, now.folder, now.manifest | {"indicators_failed": [{"id": "X"}]})
    report = Report()
    compare_release(published, again, Excuses({}), own, report, None)
    state = UNDETERMINED if own else DIFFERS
    assert {(f.state, f.what, f.column) for f in report.findings} == {
        (state, "indicator_values", "trust"),
        (state, "target_path", "table"),
        (state, "manifest.json", "indicators_failed"),
    }


def test_a_table_taken_out_of_the_warehouse_is_named(copy, catalogue, tmp_path):
    shutil.copyfile(copy.warehouse, tmp_path / "rebuilt.duckdb")
    with duckdb.connect(str(copy.warehouse)) as connection:
        connection.execute("DROP TABLE doubts")
        connection.execute("DROP TABLE records_dossiers")
    report = Report()
    with duckdb.connect(str(tmp_path / "rebuilt.duckdb")) as connection, attached(connection, copy):
        compare_warehouse(connection, list(catalogue.feeds.values()), Excuses({}), report, None)
    assert _said(report) == {(FACTS, DIFFERS, "doubts", "table"), (FACTS, DIFFERS, "records_dossiers", "table")}
