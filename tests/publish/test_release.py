"""Releases: immutable, complete, swapped in one step; trust comes from the value's own inputs."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from ioc_pipeline.flow import ingest_feed
from ioc_pipeline.publish.release import current, is_behind, publish

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def published(places, catalogue, drop):
    """Deliver a text as the published figures and publish at a moment."""

    def deliver(name: str, text: str, now: datetime = NOW):
        drop("province_published", name, text.encode())
        run = ingest_feed(places, catalogue, catalogue.feeds["province_published"], run_id="t", settle_seconds=0.0)
        assert run.problem is None, run.problem
        return publish(places, catalogue, run_id="t", now=now)

    return deliver


@pytest.fixture
def figures(catalogue) -> str:
    return (catalogue.feeds["province_published"].folder / "published_2025.csv").read_text(encoding="utf-8")


def query(release, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as shown:
        return shown.execute(sql).fetchall()


def test_real_figures_reach_the_release_with_their_source_and_place(published, figures):
    release = published("published_2025.csv", figures)
    (row,) = query(
        release,
        "SELECT value, status, target, simulated, trust, rules_failed, file_name, period FROM indicator_values "
        "WHERE code = 'CB_GRDP_TT' AND area = '56'",
    )
    assert row == (7.11, "red", 8.0, False, "verified", 0, "published_2025.csv", "2025")
    (count,) = query(release, "SELECT count(DISTINCT area) FROM indicator_values WHERE code = 'CB_GRDP_TT'")
    assert count == (34,)
    (missing,) = query(
        release, "SELECT value, value_status, status, grey_cause FROM indicator_values "
        "WHERE code = 'CB_GRDP_TT_9T' AND area = '11'",
    )  # fmt: skip
    assert missing == (None, "missing", "grey", "no_data")


def test_nothing_new_publishes_nothing_but_time_alone_can_be_news(places, catalogue, published, figures):
    first = published("published_2025.csv", figures)
    assert publish(places, catalogue, run_id="t", now=NOW + timedelta(minutes=1)) is None
    assert not is_behind(places, catalogue, NOW + timedelta(hours=1))
    later = NOW + timedelta(days=800)
    assert is_behind(places, catalogue, later)
    second = publish(places, catalogue, run_id="t", now=later)
    assert second is not None and second.release_id != first.release_id
    assert query(second, "SELECT health FROM feeds WHERE feed_id = 'province_published'") == [("late",)]
    assert query(first, "SELECT health FROM feeds WHERE feed_id = 'province_published'") == [("ok",)]


def test_a_rule_broken_by_one_row_lowers_the_trust_of_that_value_only(published, figures):
    # A growth of 250 % is possible to store but breaks the plausibility rule (a warning).
    release = published("la.csv", figures.replace("56,Khánh Hòa,KT_GRDP_TT,2025,growth,estimate,7.11",
                                                  "56,Khánh Hòa,KT_GRDP_TT,2025,growth,estimate,250"))  # fmt: skip
    trusts = dict(
        query(release, "SELECT area, trust FROM indicator_values WHERE code = 'CB_GRDP_TT' AND area IN ('56', '01')")
    )
    assert trusts == {"56": "warning", "01": "verified"}


def test_a_blocked_delivery_never_reaches_the_screen(published, figures):
    published("published_2025.csv", figures)
    lines = figures.splitlines()
    release = published("thieu tinh.csv", "\n".join([lines[0], *lines[1:4]]))
    (health,) = query(release, "SELECT health, health_reason_vi FROM feeds WHERE feed_id = 'province_published'")
    assert health[0] == "held" and "thieu tinh.csv" in str(health[1])
    assert query(release, "SELECT count(*) FROM indicator_values WHERE held AND trust = 'held'")[0][0] > 100
    (delivery,) = query(
        release, "SELECT outcome, received, accepted, quarantined FROM deliveries WHERE file_name = 'thieu tinh.csv'"
    )
    assert delivery == ("blocked", 3, 0, 3)


def test_readers_never_see_half_a_release(places, published, figures):
    """Threads keep reading through the pointer while releases are swapped under them."""
    published("f0.csv", figures)
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            release = current(places)
            if release is None:
                wrong.append("no release")
                continue
            time.sleep(0.05)  # leaves the publisher a share of the two cores
            try:
                rows = query(release, "SELECT (SELECT release_id FROM release_info), count(*) FROM indicator_values")
            except duckdb.Error as error:
                wrong.append(str(error))
                continue
            if rows[0][0] != release.release_id or not rows[0][1]:
                wrong.append(str(rows))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 5):
            text = figures.replace("7.11", f"7.1{number + 1}")
            assert published(f"f{number}.csv", text, NOW + timedelta(seconds=number)) is not None
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert wrong == []


def test_a_lost_pointer_is_no_release_and_the_next_run_makes_one(places, catalogue, published, figures):
    published("published_2025.csv", figures)
    places.current_release.write_text("{broken")
    assert current(places) is None
    assert publish(places, catalogue, run_id="t", now=NOW + timedelta(minutes=5)) is not None
    assert current(places) is not None
