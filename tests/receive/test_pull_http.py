"""Pulling a paged JSON API from a real server on loopback that misbehaves on purpose."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ioc_pipeline.receive.delivery import blob_path, deliveries_of
from ioc_pipeline.receive.pull_state import pulls_folder
from tests.receive.bad_server import Asked, Reply, Script
from tests.receive.paged_source import before, paged, rows, the_delivery


def test_all_pages_become_one_delivery_with_unchanged_bytes_and_their_hashes(pull, places, server):
    outcome = pull(paged(rows(0, 8)), path="/ho-so", query={"nam": 2026})
    assert (outcome.state, outcome.records, outcome.warnings) == ("landed", 8, ())
    delivery = the_delivery(places)
    assert delivery.origin["way_in"] == "http" and delivery.origin["distinct_records"] == 8
    with zipfile.ZipFile(blob_path(places, delivery.sha256)) as archive:
        names = [n for n in archive.namelist() if n.startswith("pages/")]
        for name, page, entry in zip(names, range(1, 4), delivery.origin["pages"], strict=True):
            sent = json.dumps(paged(rows(0, 8))(Asked("", {"page": str(page)}, {})).body, ensure_ascii=False).encode()
            assert archive.read(name) == sent
            assert entry["sha256"] == hashlib.sha256(sent).hexdigest()
    assert server.asked[0].path == "/v1/ho-so" and server.asked[0].query == {"nam": "2026", "page": "1"}
    assert not (pulls_folder(places, "dossiers") / "partial").exists()


def test_the_same_pages_again_are_the_same_delivery(pull, places):
    assert pull(paged(rows(0, 4))).state == "landed"
    assert pull(paged(rows(0, 4))).state == "unchanged"
    assert [a["way_in"] for a in the_delivery(places).again] == ["http"]


def test_a_source_without_records_lands_nothing(pull, places):
    assert pull(paged([])).state == "nothing_new"
    assert deliveries_of(places, "dossiers") == []


STYLES: dict[str, tuple[dict[str, Any], Callable[[list[Any], str], Script]]] = {
    "page that the server caps at 2": (
        {"paging": {"style": "page", "parameter": "page", "size": 50, "size_parameter": "size"}, "total": None},
        lambda all_rows, url: lambda a: Reply({"data": {"items": paged(all_rows, 2)(a).body["data"]["items"]}}),
    ),
    "offset": (
        {"paging": {"style": "offset", "parameter": "skip", "size_parameter": "take", "size": 3}, "total": None},
        lambda all_rows, url: (
            lambda a: Reply(
                {"data": {"items": all_rows[int(a.query["skip"]) : int(a.query["skip"]) + int(a.query["take"])]}}
            )
        ),
    ),
    "cursor": (
        {"paging": {"style": "cursor", "parameter": "after", "next": "$.next"}, "total": None},
        lambda all_rows, url: (
            lambda a: Reply(
                {
                    "data": {"items": all_rows[(i := int(a.query.get("after", 0))) : i + 3]},
                    "next": str(i + 3) if i + 3 < len(all_rows) else None,
                }
            )
        ),
    ),
    "next link": (
        {"paging": {"style": "next_link", "next": "$.links.next"}, "total": None},
        lambda all_rows, url: (
            lambda a: Reply(
                {
                    "data": {"items": all_rows[(i := int(a.query.get("from", 0))) : i + 3]},
                    "links": {"next": f"?from={i + 3}" if i + 3 < len(all_rows) else None},
                }
            )
        ),
    ),
    "Link header": (
        {"paging": {"style": "link_header"}, "total": None},
        lambda all_rows, url: (
            lambda a: Reply(
                {"data": {"items": all_rows[(i := int(a.query.get("from", 0))) : i + 3]}},
                headers={"Link": f'<{url}/v1?from={i + 3}>; rel="next"'} if i + 3 < len(all_rows) else {},
            )
        ),
    ),
    "no paging": (
        {"paging": {"style": "none"}, "total": None},
        lambda all_rows, url: lambda a: Reply({"data": {"items": all_rows}}),
    ),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("count", [1, 6, 7])
def test_every_style_of_paging_brings_every_record_once(style, count, pull, places, server):
    options, script = STYLES[style]
    outcome = pull(script(rows(0, count), server.url), **options)
    assert (outcome.state, outcome.records, outcome.warnings) == ("landed", count, ()), outcome.message


TROUBLES = {
    "500": Reply(b"oops", status=500),
    "503 with Retry-After": Reply(b"", status=503, headers={"Retry-After": "0"}),
    "connection cut in the body": Reply({"data": {"items": rows(0, 3)}, "total": 8}, cut=20),
    "truncated JSON with a right length": Reply(b'{"data": {"items": [{"MaHoSo": "H0'),
    "damaged gzip": Reply(gzip.compress(b"{}")[:-6], headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_passing_trouble_is_outlasted(trouble, pull, server):
    outcome = pull(before(2, TROUBLES[trouble], paged(rows(0, 4))))
    assert (outcome.state, outcome.records) == ("landed", 4), outcome.message
    assert len(server.asked) >= 4


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_lasting_trouble_lands_nothing_and_says_so(trouble, pull, places, server):
    outcome = pull(lambda asked: TROUBLES[trouble])
    assert outcome.state == "failed" and outcome.message is not None
    assert "127.0.0.1" in outcome.message.vi and "127.0.0.1" in outcome.message.en
    assert deliveries_of(places, "dossiers") == []
    assert len(server.asked) == 3


def test_retry_after_outranks_our_own_backoff(pull):
    begun = time.monotonic()
    outcome = pull(before(1, Reply(b"", status=429, headers={"Retry-After": "1"}), paged(rows(0, 2))))
    assert outcome.state == "landed" and 1.0 <= time.monotonic() - begun < 4


def test_a_source_that_wants_us_to_wait_for_hours_is_left_alone(pull, server):
    outcome = pull(lambda a: Reply(b"", status=429, headers={"Retry-After": "7200"}))
    assert outcome.state == "failed" and "7200" in outcome.message.vi and len(server.asked) == 1


def test_silence_and_dripping_end_by_timeout(pull):
    quiet = pull(lambda a: Reply({}, drip=0.5), read_seconds=0.1, attempts=2)
    assert quiet.state == "failed" and "in time" in quiet.message.en
    dripping = pull(lambda a: Reply({"data": {"items": rows(0, 3)}}, drip=0.02), page_seconds=0.2, attempts=1)
    assert dripping.state == "failed" and "too slowly" in dripping.message.en


def test_repeated_records_and_pages_are_reported_and_counted_once(pull, places):
    everything = rows(0, 6)

    def answer(asked: Asked) -> Reply:
        pages = [everything[:3], everything[:3], everything[2:5], everything[5:], []]
        return Reply({"data": {"items": pages[int(asked.query["page"]) - 1]}})

    outcome = pull(answer, total=None)
    assert (outcome.state, outcome.records) == ("landed", 6)
    (warning,) = outcome.warnings
    assert warning.code == "pull.repeated" and "4 " in warning.vi and "2" in warning.vi
    assert the_delivery(places).origin["warnings"][0]["code"] == "pull.repeated"


def test_a_source_that_ignores_the_page_number_does_not_loop(pull, server):
    outcome = pull(lambda a: Reply({"data": {"items": rows(0, 3)}}), total=None)
    assert outcome.state == "failed" and "tham số phân trang" in outcome.message.vi
    assert len(server.asked) == 4


def test_links_in_a_circle_end(pull, server):
    outcome = pull(
        lambda a: Reply({"data": {"items": rows(len(server.asked), 1)}, "next": "/v1?again=1"}),
        paging={"style": "next_link", "next": "$.next"}, total=None,
    )  # fmt: skip
    assert outcome.state == "failed" and outcome.message.code == "pull.circle"


def test_fewer_records_than_the_source_says_are_not_taken(pull, places):
    outcome = pull(lambda a: Reply({"data": {"items": rows(0, 2) if a.query["page"] == "1" else []}, "total": 5}))
    assert outcome.state == "failed" and "5" in outcome.message.vi and "2" in outcome.message.vi
    assert deliveries_of(places, "dossiers") == []
    tolerated = pull(
        lambda a: Reply({"data": {"items": rows(0, 2) if a.query["page"] == "1" else []}, "total": 5}),
        total_may_differ=True,
    )
    assert tolerated.state == "landed" and [w.code for w in tolerated.warnings] == ["pull.total"]


class Killed(BaseException):
    """Stands for a kill: nothing may catch it."""


def test_a_killed_pull_goes_on_from_the_pages_it_has(pull, places, server, monkeypatch):
    from ioc_pipeline.receive.http_source import HttpSource

    real = HttpSource.get
    fetched: list[str] = []

    def dying(self, url, params, target):
        if params["page"] == 3:
            raise Killed
        return real(self, url, params, target)

    monkeypatch.setattr(HttpSource, "get", dying)
    with pytest.raises(Killed):
        pull(paged(rows(0, 11)))
    assert deliveries_of(places, "dossiers") == [] and len(server.asked) == 2
    (pulls_folder(places, "dossiers") / "partial" / "progress.jsonl").open("a").write('{"page": {"fi')  # a torn line
    monkeypatch.setattr(HttpSource, "get", real)
    outcome = pull()
    assert (outcome.state, outcome.records) == ("landed", 11)
    assert [a.query["page"] for a in server.asked[2:]] == ["2", "3", "4"]  # the last kept page is compared first
    assert the_delivery(places).origin["resumed_pages"] == 2
    assert fetched == []


def test_a_pull_starts_over_when_the_source_changed_meanwhile(pull, places, server):
    outcome = pull(lambda a: paged(rows(0, 8))(a) if a.query["page"] != "3" else Reply(b"", status=404))
    assert outcome.state == "failed"
    outcome = pull(paged(rows(20, 8)))
    assert (outcome.state, outcome.records) == ("landed", 8)
    assert [w.code for w in outcome.warnings] == ["pull.changed_meanwhile"]
    assert the_delivery(places).origin["resumed_pages"] == 0


def test_a_damaged_kept_page_is_not_used(pull, places, server):
    pull(lambda a: paged(rows(0, 8))(a) if a.query["page"] != "3" else Reply(b"", status=404))
    (pulls_folder(places, "dossiers") / "partial" / "pages" / "00001.json").write_bytes(b"{")
    assert (pull(paged(rows(0, 8))).records, the_delivery(places).origin["resumed_pages"]) == (8, 0)


INCREMENTAL = {"column": "CapNhatLuc", "since": "tu", "format": "%Y-%m-%dT%H:%M:%S", "overlap_minutes": 30}


def test_an_incremental_pull_goes_on_from_the_newest_stored_change_less_the_overlap(pull, places, server):
    pull(paged(rows(0, 5)), incremental=INCREMENTAL)
    assert "tu" not in server.asked[0].query
    assert the_delivery(places).origin["watermark"]["value"] == "2026-10-05T01:00:00+00:00"
    server.asked.clear()
    assert pull(paged(rows(4, 2)), incremental=INCREMENTAL).state == "landed"
    assert server.asked[0].query["tu"] == "2026-10-05T07:30:00"  # local time of the province
    server.asked.clear()
    pull(paged(rows(0, 1)), incremental=INCREMENTAL, stored=set())
    assert "tu" not in server.asked[0].query, "a delivery that was not stored must be asked for again"


def test_a_skewed_clock_is_recorded_and_the_mark_is_the_sources_own(pull, places):
    ahead = time.time() + 7200
    now = datetime.now(UTC)
    records = [
        {"MaHoSo": "A", "CapNhatLuc": (now + timedelta(hours=1)).isoformat()},  # past, by the source's clock
        {"MaHoSo": "B", "CapNhatLuc": "2099-01-01T00:00:00"},
        {"MaHoSo": "C", "CapNhatLuc": None},
    ]
    outcome = pull(
        lambda a: Reply({"data": {"items": records if a.query["page"] == "1" else []}}, date=ahead),
        incremental=INCREMENTAL, total=None,
    )  # fmt: skip
    assert {w.code for w in outcome.warnings} == {"pull.clock", "pull.future", "pull.undated"}
    origin = the_delivery(places).origin
    assert 7190 < origin["clock_skew_seconds"] < 7210
    assert origin["watermark"]["value"] == records[0]["CapNhatLuc"]
