"""kill -9 in the middle of each stage: the next run completes with nothing lost or doubled."""

from __future__ import annotations

import json
import signal

import duckdb
import pytest

from ioc_pipeline.publish.release import current
from ioc_pipeline.store.warehouse import reading
from tests.flow.killed_run import killed_run

FEEDS = ("province_published", "lris_indicators", "dossiers")
MOMENTS = [
    ("ioc_pipeline.receive.inbox:_land", "before"),
    ("ioc_pipeline.receive.inbox:_land", "after"),
    ("ioc_pipeline.receive.inbox:save", "after"),
    ("ioc_pipeline.flow:read_delivery", "before"),
    ("ioc_pipeline.flow:read_delivery", "after"),
    ("ioc_pipeline.flow:validate_table", "after"),
    ("ioc_pipeline.flow:add_facts", "after"),
    ("ioc_pipeline.flow:record", "after"),
    ("ioc_pipeline.flow:_store", "after"),
    ("ioc_pipeline.publish.release:fill", "after"),
    ("ioc_pipeline.publish.release:sha256_of", "after"),
    ("ioc_pipeline.publish.release:sync", "after"),
    ("ioc_pipeline.publish.release:publish", "after"),
]


def state(places) -> dict[str, object]:
    """What must not depend on whether a run was killed: facts, outcomes and the counts of a release's tables."""
    with reading(places) as warehouse:
        found = {
            "deliveries": warehouse.execute(
                "SELECT feed_id, delivery_id, outcome, received, accepted, quarantined, added, revised, unchanged "
                "FROM deliveries ORDER BY ALL"
            ).fetchall(),
            "observations": warehouse.execute(
                "SELECT count(*), count(DISTINCT fact_key), round(sum(value), 6) FROM observations"
            ).fetchone(),
            "dossiers": warehouse.execute("SELECT count(*), count(DISTINCT _key) FROM records_dossiers").fetchone(),
            "results": warehouse.execute("SELECT count(*) FROM validation_results").fetchone(),
        }
    release = current(places)
    assert release is not None
    found["tables"] = release.manifest["tables"]
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, sample_inbox, catalogue) -> dict[str, object]:
    import shutil

    from ioc_pipeline.flow import ingest_feed, now_utc
    from ioc_pipeline.publish.release import publish
    from ioc_pipeline.settings import Places

    places = Places(tmp_path_factory.mktemp("undisturbed"))
    shutil.copytree(sample_inbox, places.inbox)
    for feed in FEEDS:
        ingest_feed(places, catalogue, catalogue.feeds[feed], run_id="t", settle_seconds=0.0)
    publish(places, catalogue, run_id="t", now=now_utc())
    return state(places)


@pytest.mark.parametrize(("target", "moment"), MOMENTS, ids=[f"{m}-{t.rpartition(':')[2]}" for t, m in MOMENTS])
def test_the_next_run_completes_what_a_kill_cut_off(
    places, filled, take, release, undisturbed, few_root, target, moment
):
    assert killed_run(places.root, few_root, target, moment, FEEDS) == -signal.SIGKILL
    _still_readable(places)
    for feed in FEEDS:
        assert take(feed).problem is None
    release()
    assert state(places) == undisturbed
    assert list(places.root.rglob(".partial-*")) == []


def _still_readable(places) -> None:
    """After a kill the pointer, if there is one, names a complete release."""
    if places.current_release.exists():
        pointer = json.loads(places.current_release.read_text())
        path = places.releases / pointer["path"]
        with duckdb.connect(str(path), read_only=True) as connection:
            assert connection.execute("SELECT count(*) FROM release_info").fetchone() == (1,)
