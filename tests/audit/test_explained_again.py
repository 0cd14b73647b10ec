"""Explanations kept from the release before are what explaining everything again gives."""

from __future__ import annotations

from datetime import timedelta

import duckdb

from ioc_pipeline.flow import now_utc
from ioc_pipeline.publish import explain_tables
from ioc_pipeline.publish.explain_kept import TABLES
from ioc_pipeline.publish.release import publish
from ioc_pipeline.store.warehouse import writing


def explained(release) -> list[list[tuple[object, ...]]]:
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as shown:
        return [shown.execute(f"FROM {table}").fetchall() for table in TABLES]


def test_one_feed_changed(copy, catalogue, monkeypatch):
    asked: list[list[str]] = []

    def stale(*given):
        asked.append(explain_kept_stale(*given))
        return asked[-1]

    explain_kept_stale = explain_tables.stale
    monkeypatch.setattr(explain_tables, "stale", stale)
    with writing(copy) as warehouse:  # a later state of a few dossiers, in a delivery of its own
        last = (
            "(SELECT max_by(delivery_id, stated_at) FROM deliveries WHERE feed_id = 'dossiers' AND outcome = 'stored')"
        )
        warehouse.execute(
            "INSERT INTO records_dossiers SELECT * REPLACE ('later' AS _delivery_id, "
            "_version_at + INTERVAL 1 MINUTE AS _version_at, NULL AS ngay_ket_thuc_xu_ly) FROM records_dossiers "
            f"WHERE _delivery_id = {last} ORDER BY _key LIMIT 40"
        )
        warehouse.execute(
            "INSERT INTO deliveries SELECT * REPLACE ('later' AS delivery_id, "
            f"stated_at + INTERVAL 1 MINUTE AS stated_at) FROM deliveries WHERE delivery_id = {last}"
        )
        warehouse.execute("INSERT INTO changes SELECT max(change) + 1, 'dossiers', 'later', now() FROM changes")
    now = now_utc()
    kept = publish(copy, catalogue, run_id="kept", now=now)
    assert kept is not None and 0 < len(asked[0]) < len(catalogue.indicators)
    assert set(asked[0]) <= set(kept.refreshed.recomputed)
    with writing(copy) as warehouse:
        warehouse.execute("DELETE FROM explained")
        for table in TABLES:
            warehouse.execute(f"DELETE FROM explained_{table}")
    copy.current_release.unlink()
    anew = publish(copy, catalogue, run_id="anew", now=now + timedelta(seconds=1))
    assert anew is not None and len(asked[1]) > len(asked[0])
    found = explained(kept)
    assert found == explained(anew) and all(found)
