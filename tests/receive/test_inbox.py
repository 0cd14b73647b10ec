"""Receiving: every content once, bytes unchanged, files being written left alone."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

from ioc_pipeline.receive.delivery import blob_path, deliveries_of
from ioc_pipeline.receive.inbox import candidates, has_news, receive


def test_bytes_are_kept_unchanged_under_their_hash(places, catalogue, drop):
    content = bytes(range(256)) * 40
    drop("dossiers", "hồ sơ tháng 9 (sửa lần 2).csv", content)
    found = receive(places, catalogue.feeds["dossiers"])
    (delivery,) = found.new
    assert delivery.file_name == "hồ sơ tháng 9 (sửa lần 2).csv"
    assert delivery.sha256 == hashlib.sha256(content).hexdigest()
    assert delivery.size_bytes == len(content)
    kept = blob_path(places, delivery.sha256)
    assert kept.read_bytes() == content
    assert not os.access(kept, os.W_OK) or os.geteuid() == 0
    assert kept.stat().st_mode & 0o222 == 0


def test_the_inbox_is_never_changed(places, catalogue, drop):
    path = drop("dossiers", "a.csv", b"x")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    receive(places, catalogue.feeds["dossiers"])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_the_same_content_twice_is_one_delivery(places, catalogue, drop):
    feed = catalogue.feeds["dossiers"]
    drop("dossiers", "a.csv", b"same")
    assert len(receive(places, feed).new) == 1
    drop("dossiers", "copy of a.csv", b"same")
    again = receive(places, feed)
    assert again.new == () and again.repeated == ("copy of a.csv",)
    (delivery,) = deliveries_of(places, feed.id)
    assert [arrival["file_name"] for arrival in delivery.again] == ["copy of a.csv"]


def test_looking_again_brings_nothing(places, catalogue, drop):
    feed = catalogue.feeds["dossiers"]
    drop("dossiers", "a.csv", b"one")
    receive(places, feed)
    assert not has_news(places, feed.id)
    second = receive(places, feed)
    assert second.new == () and second.repeated == ()


def test_a_touched_file_is_no_arrival(places, catalogue, drop):
    feed = catalogue.feeds["dossiers"]
    path = drop("dossiers", "a.csv", b"one")
    receive(places, feed)
    os.utime(path, (1, 1))
    found = receive(places, feed)
    assert found.new == () and found.repeated == ()


def test_a_changed_file_is_a_new_delivery_and_going_back_is_another(places, catalogue, drop):
    feed = catalogue.feeds["dossiers"]
    for content in (b"first", b"second", b"first"):
        drop("dossiers", "export.csv", content)
        found = receive(places, feed)
        assert len(found.new) == 1, content
    ids = [d.delivery_id for d in deliveries_of(places, feed.id)]
    assert len(ids) == len(set(ids)) == 3


def test_two_files_at_once_are_two_deliveries(places, catalogue, drop):
    drop("dossiers", "a.csv", b"1")
    drop("dossiers", "b.csv", b"2")
    assert len(receive(places, catalogue.feeds["dossiers"]).new) == 2


def test_unfinished_and_hidden_names_are_not_deliveries(places, drop):
    for name in (".hidden", "~$open.xlsx", "half.csv.part", "half.filepart", "x.TMP"):
        drop("dossiers", name, b"x")
    drop("dossiers", "ready.csv", b"x")
    assert [p.name for p in candidates(places.inbox / "dossiers")] == ["ready.csv"]


def test_a_file_still_being_written_is_left_for_the_next_run(places, catalogue):
    feed = catalogue.feeds["dossiers"]
    folder = places.inbox / feed.id
    folder.mkdir(parents=True)
    path = folder / "growing.csv"
    stop = threading.Event()

    def write() -> None:
        with path.open("wb", buffering=0) as handle:
            while not stop.is_set():
                handle.write(b"row\n")
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        time.sleep(0.1)
        found = receive(places, feed, settle_seconds=0.3)
        assert found.new == () and found.unsettled == ("growing.csv",)
    finally:
        stop.set()
        writer.join()
    found = receive(places, feed, settle_seconds=0.3)
    assert [d.file_name for d in found.new] == ["growing.csv"]
    assert found.new[0].size_bytes == path.stat().st_size


def test_publication_date_comes_from_the_name_and_orders_deliveries(places, catalogue, drop):
    feed = catalogue.feeds["nso_monthly"]
    drop(feed.id, "2019-12-27-b.xlsx", b"later")
    drop(feed.id, "2015-01-29-a.xls", b"earlier")
    drop(feed.id, "2019-02-30-no-such-day.xlsx", b"undated")
    receive(places, feed)
    assert [str(d.published_at) for d in deliveries_of(places, feed.id)] == ["2015-01-29", "2019-12-27", "None"]


def test_files_in_subfolders_arrive_too(places, catalogue, drop):
    drop("dossiers", "sở y tế/tháng 9/a.csv", b"x")
    (delivery,) = receive(places, catalogue.feeds["dossiers"]).new
    assert delivery.file_name == "sở y tế/tháng 9/a.csv"


def test_a_feed_without_a_folder_has_no_news(places, catalogue):
    assert not has_news(places, "dossiers")
    assert receive(places, catalogue.feeds["dossiers"]).new == ()


def test_no_partial_files_are_left(places, catalogue, drop):
    drop("dossiers", "a.csv", b"x")
    receive(places, catalogue.feeds["dossiers"])
    assert [p for p in Path(places.root).rglob(".partial-*")] == []
