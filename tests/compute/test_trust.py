"""Trust: a rule that could not be computed never leaves a value verified."""

from __future__ import annotations

import duckdb
import pytest

from ioc_pipeline.compute.trust import _BADGE
from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.publish.release import publish
from ioc_pipeline.store.warehouse import writing


@pytest.mark.parametrize(
    ("passed", "failed", "errors", "held", "expected"),
    [
        (9, 0, False, False, "verified"),
        (9, 1, False, False, "warning"),
        (9, 0, True, False, "warning"),
        (0, 0, False, False, "unverified"),
        (0, 0, True, False, "unverified"),
        (9, 0, False, True, "held"),
    ],
)
def test_the_badge(passed, failed, errors, held, expected):
    names = {"passed": passed, "failed": failed, "errors": errors, "held": held}
    row = ", ".join(f"${name} AS {name}" for name in names)
    assert duckdb.execute(f"SELECT {_BADGE} FROM (SELECT {row})", names).fetchall() == [(expected,)]


def test_a_rule_that_broke_down_shows_on_the_values_it_should_have_judged(places, catalogue, drop):
    from ioc_pipeline.flow import now_utc

    feed = catalogue.feeds["province_published"]
    drop(feed.id, "published_2025.csv", (feed.folder / "published_2025.csv").read_bytes())
    ingest_feed(places, catalogue, feed, run_id="t", settle_seconds=0.0)
    with writing(places) as warehouse:
        warehouse.execute(
            "UPDATE validation_results SET success = NULL, reason = 'error' WHERE expectation_id = "
            "(SELECT min(expectation_id) FROM validation_results WHERE success)"
        )
    release = publish(places, catalogue, run_id="t", now=now_utc())
    assert release is not None
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as shown:
        assert shown.execute("SELECT DISTINCT trust FROM indicator_values").fetchall() == [("warning",)]
