"""Days before the first release: made from what had been stated by then, kept apart, the same every time."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.messages import IocError
from ioc_pipeline.publish.reconstruct import _forget, reconstruct
from ioc_pipeline.publish.release import current, publish
from ioc_pipeline.sample.inbox import generate_inbox
from tests.compute.engine_fixture import DAY_ONE, deliver, statement, warehouse

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
FEEDS = ("dossiers", "lris_indicators")


@pytest.fixture
def filled(places, catalogue):
    """Three months of two feeds, all received today, and today's release."""
    generate_inbox(places.inbox, province="56", seed=3, dossiers=60, months=3, until=date(2026, 10, 31), feeds=FEEDS)
    for feed in FEEDS:
        run = ingest_feed(places, catalogue, catalogue.feeds[feed], run_id="t", settle_seconds=0.0)
        assert run.problem is None
    assert publish(places, catalogue, run_id="t", now=NOW) is not None
    return places


def rows(release: Any, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as shown:
        return shown.execute(sql).fetchall()


def test_a_day_is_made_from_what_had_been_stated_by_then(filled, catalogue):
    pointer, before = filled.current_release.read_bytes(), hashlib.sha256(filled.warehouse.read_bytes()).hexdigest()
    now = current(filled)
    done = reconstruct(filled, catalogue, date(2026, 9, 30), run_id="r", made_at=NOW)
    again = reconstruct(filled, catalogue, date(2026, 9, 30), run_id="r", made_at=NOW)
    assert 0 < done.known < done.of and done.release.folder.parent == filled.reconstructed
    assert done.release.manifest["reconstructed"]["day"] == "2026-09-30"
    assert again.release.release_id == done.release.release_id
    every = "SELECT * FROM indicator_values ORDER BY ALL"
    assert rows(again.release, every) == rows(done.release, every)

    said = "SELECT value, data_type FROM indicator_values WHERE code = 'DTC_TL' AND area = '56' AND is_latest"
    ((then, kind),) = rows(done.release, said)
    ((value, _),) = rows(now, said)
    assert kind == "estimate" and then < value
    ((newest,),) = rows(done.release, "SELECT max(received_at) FROM deliveries")
    assert newest < datetime(2026, 10, 1, tzinfo=UTC)
    (first,) = rows(
        now,
        "SELECT value FROM indicator_vintages WHERE code = 'DTC_TL' AND area = '56' AND period = '2026-09' "
        "AND data_type = 'estimate' ORDER BY vintage LIMIT 1",
    )
    assert then == first[0]

    assert filled.current_release.read_bytes() == pointer and current(filled).release_id == now.release_id
    assert hashlib.sha256(filled.warehouse.read_bytes()).hexdigest() == before
    assert list(filled.releases.glob(".partial-*")) == []


def test_history_is_not_made_again_and_nothing_comes_from_nothing(filled, catalogue):
    with pytest.raises(IocError, match=r"\?asof=2026-11-21"):
        reconstruct(filled, catalogue, date(2026, 11, 21), run_id="r", made_at=NOW)
    with pytest.raises(IocError, match="Nothing had been published"):
        reconstruct(filled, catalogue, date(2020, 1, 1), run_id="r", made_at=NOW)
    assert not filled.reconstructed.exists() and list(filled.releases.glob(".partial-*")) == []


def test_what_was_received_later_counts_as_received_when_it_was_published(catalogue):
    con = warehouse()
    touched = {"ma_ho_so": "A", "cap_nhat_luc": "2026-08-01 08:00", "simulated": True}  # long before it was sent
    deliver(con, catalogue, "dossiers", 0, [touched])
    deliver(con, catalogue, "province_published", 0, [statement("TT", "56", "2026-08", 7.0)])
    deliver(con, catalogue, "dossiers", 9, [touched | {"ma_ho_so": "B"}])
    con.execute("UPDATE deliveries SET received_at = $1", [NOW])
    con.execute("UPDATE records_dossiers SET _known_at = $1", [NOW])
    con.execute("UPDATE observations SET known_at = $1", [NOW])
    assert _forget(con, DAY_ONE + timedelta(hours=9)) == (2, 3)
    for known in (
        "_known_at FROM records_dossiers",
        "known_at FROM observations",
        "DISTINCT received_at FROM deliveries",
    ):
        assert con.execute(f"SELECT {known}").fetchall() == [(DAY_ONE,)]
