"""One open warehouse for many small deliveries, and how others get in."""

from __future__ import annotations

import threading
import time

import duckdb
import pytest

from ioc_pipeline.settings import Places
from ioc_pipeline.store import warehouse
from ioc_pipeline.store.warehouse import WarehouseBusy, hand_over, kept_open, reading, writing


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path)


def _written_by_another_thread(places, wait_seconds):
    said = []

    def write():
        try:
            with writing(places, wait_seconds) as connection:
                connection.execute("INSERT INTO changes VALUES (2, 'other', 'd', now())")
            said.append("written")
        except WarehouseBusy:
            said.append("busy")

    thread = threading.Thread(target=write)
    thread.start()
    return thread, said


def test_blocks_share_one_connection_until_the_end(places):
    with kept_open(places):
        with writing(places) as first:
            first.execute("CREATE TEMP TABLE mine AS SELECT 1")
        with writing(places) as second:
            assert second is first
        thread, said = _written_by_another_thread(places, 0.05)
        thread.join()
        assert said == ["busy"]
    thread, said = _written_by_another_thread(places, 1.0)
    thread.join()
    assert said == ["written"]


def test_a_waiting_writer_gets_in_after_the_block(places):
    with kept_open(places):
        with writing(places) as first:
            thread, said = _written_by_another_thread(places, 20.0)
            deadline = time.monotonic() + 10
            while not warehouse._asked_for(places) and time.monotonic() < deadline:
                time.sleep(0.01)
        thread.join(10)
        assert said == ["written"]
        with writing(places) as second:
            assert second is not first
            assert second.execute("SELECT feed_id FROM changes").fetchall() == [("other",)]


def test_readers_get_in_after_a_while_and_before_long_work(places, monkeypatch):
    with kept_open(places):
        with writing(places):
            pass
        hand_over(places)
        with reading(places) as reader:
            assert reader.execute("SELECT count(*) FROM changes").fetchone() == (0,)
        monkeypatch.setattr(warehouse, "HOLD_SECONDS", 0.0)
        with writing(places):
            pass
        with reading(places) as reader:
            assert reader.execute("SELECT count(*) FROM changes").fetchone() == (0,)


def test_after_an_error_the_next_block_starts_afresh(places):
    with kept_open(places):
        with pytest.raises(duckdb.CatalogException), writing(places) as first:
            first.execute("BEGIN TRANSACTION")
            first.execute("INSERT INTO changes VALUES (1, 'f', 'd', now())")
            first.execute("SELECT * FROM absent")
        with writing(places) as second:
            assert second.execute("SELECT count(*) FROM changes").fetchone() == (0,)
