"""Receiving: every content once, bytes unchanged, files being written left alone."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

from ioc_pipeline.atomic import partial_prefix
from ioc_pipeline.receive import inbox
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


def test_a_manifest_that_another_process_is_writing_is_not_looked_at(places, catalogue, drop):
    drop("dossiers", "a.csv", b"ma_ho_so\n1\n")
    (delivery,) = receive(places, catalogue.feeds["dossiers"], settle_seconds=0.0).new
    (places.deliveries / "dossiers" / f"{partial_prefix()}x.json").write_text('{"half": ')
    assert deliveries_of(places, "dossiers") == [delivery]


def test_names_that_upload_programs_use_while_they_upload_are_not_deliveries(places, drop):
    for name in (
        "a.csv.part",
        "a.csv.filepart",
        "a.tmp",
        "a.csv.temp",
        "a.xlsx~",
        "~$a.xlsx",
        ".a.csv.Xy12",
        "Thumbs.db",
    ):
        drop("dossiers", name, b"x")
    drop("dossiers", "a.csv", b"x")
    assert [p.name for p in candidates(places.inbox / "dossiers")] == ["a.csv"]


def test_a_link_that_leads_out_of_the_inbox_is_not_followed(places, drop, tmp_path):
    secret = tmp_path / "shadow"
    secret.write_text("x")
    drop("dossiers", "a.csv", b"x")
    (places.inbox / "dossiers" / "b.csv").symlink_to(secret)
    (places.inbox / "dossiers" / "c.csv").symlink_to("a.csv")
    assert [p.name for p in candidates(places.inbox / "dossiers")] == ["a.csv", "c.csv"]


def test_a_time_in_the_future_does_not_keep_a_file_out(places, catalogue, drop):
    path = drop("dossiers", "a.csv", b"x")
    future = int(time.time()) + 86_400
    os.utime(path, (future, future))
    found = receive(places, catalogue.feeds["dossiers"], settle_seconds=0.05)
    assert [d.file_name for d in found.new] == ["a.csv"]


def test_a_long_settling_time_goes_by_our_clock_and_does_not_wait(places, catalogue, drop, monkeypatch):
    feed = catalogue.feeds["dossiers"]
    path = drop("dossiers", "a.csv", b"half of ")
    begun = time.monotonic()
    assert receive(places, feed, settle_seconds=60).unsettled == ("a.csv",)
    assert time.monotonic() - begun < 2, "the run must not wait a minute"
    later = time.time() + 45
    monkeypatch.setattr(time, "time", lambda: later)
    with path.open("ab") as handle:
        handle.write(b"the file")
    os.utime(path, (later - 60, later - 60))  # the mount's clock is behind
    assert receive(places, feed, settle_seconds=60).unsettled == ("a.csv",), "it changed: the minute begins anew"
    later += 61
    (delivery,) = receive(places, feed, settle_seconds=60).new
    assert delivery.size_bytes == len(b"half of the file")


def test_a_change_within_one_second_of_a_coarse_clock_is_noticed(places, catalogue, drop):
    feed = catalogue.feeds["dossiers"]
    path = drop("dossiers", "a.csv", b"one")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert len(receive(places, feed).new) == 1
    path.write_bytes(b"two")
    os.utime(path, (1_700_000_000, 1_700_000_000))  # same size, same second
    assert has_news(places, feed.id) and len(receive(places, feed).new) == 1
    assert has_news(places, feed.id) is False or receive(places, feed).new == ()


def test_a_mount_that_vanishes_while_a_file_is_copied(places, catalogue, drop, monkeypatch):
    from ioc_pipeline.receive import inbox

    feed = catalogue.feeds["dossiers"]
    drop("dossiers", "a.csv", b"a")
    drop("dossiers", "b.csv", b"b")
    real = inbox._land

    def gone(places, path):
        if path.name == "b.csv":
            raise OSError(107, "Transport endpoint is not connected", str(path))
        return real(places, path)

    monkeypatch.setattr(inbox, "_land", gone)
    found = receive(places, feed)
    assert [d.file_name for d in found.new] == ["a.csv"]
    assert found.problem is not None and "SFTP" in found.problem.vi and "b.csv" in found.problem.en
    assert not list(places.root.rglob(".partial-*"))
    monkeypatch.setattr(inbox, "_land", real)
    again = receive(places, feed)
    assert [d.file_name for d in again.new] == ["b.csv"] and again.problem is None


def test_an_inbox_that_cannot_be_listed_is_a_problem_not_an_empty_inbox(places, catalogue, drop, monkeypatch):
    feed = catalogue.feeds["dossiers"]
    drop("dossiers", "a.csv", b"a")

    def unreadable(path):
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(os, "scandir", unreadable)
    assert has_news(places, feed.id)
    found = receive(places, feed)
    assert found.new == () and found.problem is not None and "Input/output" in found.problem.en


def test_two_runs_at_once_land_a_file_once(places, catalogue, drop, monkeypatch):
    feed = catalogue.feeds["dossiers"]
    drop("dossiers", "a.csv", b"one")
    land, found = inbox._land, []

    def slowly(*what):
        landed = land(*what)
        time.sleep(0.1)  # both are past their look at what is known
        return landed

    monkeypatch.setattr(inbox, "_land", slowly)
    both = [threading.Thread(target=lambda: found.append(receive(places, feed, settle_seconds=0.0))) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    # The second would have written its own time of receipt over the manifest that the warehouse already knows.
    assert [d for r in found for d in r.new] == deliveries_of(places, feed.id)
