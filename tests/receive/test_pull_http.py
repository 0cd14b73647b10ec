"""Pulling a paged JSON API from a real server on loopback that misbehaves on purpose."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.receive.delivery import blob_path, deliveries_of
from ioc_pipeline.receive.pull import pull_feed
from ioc_pipeline.receive.pull_state import is_due, last_pull, pulls_folder
from tests.receive.bad_server import Asked, Reply, Script, serving

TOKEN = "canary-token-7f3a91"
PAGE = {"records": "$.data.items", "total": "$.total", "paging": {"style": "page", "parameter": "page", "size": 3}}
FAST = {"attempts": 3, "backoff_seconds": 0.01, "backoff_max_seconds": 0.02, "requests_per_second": 10_000}


@pytest.fixture
def server():
    with serving() as running:
        yield running


@pytest.fixture
def pull(places, catalogue, server, monkeypatch) -> Callable[..., Any]:
    """Pull the dossiers feed from the server; returns the outcome."""
    monkeypatch.setenv("IOC_SECRET_API", TOKEN)

    def go(script: Script | None = None, stored: set[str] | None = None, **options: Any) -> Any:
        if script is not None:
            server.script = script
        merged = {**PAGE, **FAST, **options}
        source = PullSource("api", "api", server.url + "/v1", {k: v for k, v in merged.items() if v is not None})
        feed = replace(catalogue.feeds["dossiers"], pull=source)
        ids = {d.delivery_id for d in deliveries_of(places, feed.id)} if stored is None else stored
        return pull_feed(places, catalogue, feed, lambda: ids)

    return go


def rows(first: int, count: int) -> list[dict[str, Any]]:
    return [
        {"MaHoSo": f"H{n:04}", "CapNhatLuc": f"2026-10-{1 + n % 28:02}T08:00:00"} for n in range(first, first + count)
    ]


def paged(everything: list[dict[str, Any]], size: int = 3) -> Script:
    def answer(asked: Asked) -> Reply:
        page = int(asked.query["page"])
        return Reply({"data": {"items": everything[(page - 1) * size : page * size]}, "total": len(everything)})

    return answer


def before(times: int, trouble: Reply, then: Script) -> Script:
    """The trouble this many times, then the right answers."""
    left = [times]

    def answer(asked: Asked) -> Reply:
        if left[0] > 0:
            left[0] -= 1
            return trouble
        return then(asked)

    return answer


def the_delivery(places):
    (delivery,) = deliveries_of(places, "dossiers")
    return delivery


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


BEARER = {"type": "bearer", "token": "${secret:API}"}


def test_the_token_goes_to_the_source_only(pull, server):
    with serving() as elsewhere:
        elsewhere.script = paged(rows(0, 1))
        outcome = pull(lambda a: Reply(b"", status=302, headers={"Location": elsewhere.url + "/v1"}), auth=BEARER)
        assert outcome.state == "failed" and outcome.message.code == "pull.other_host"
        linked = pull(
            lambda a: Reply({"data": {"items": rows(0, 1)}, "next": elsewhere.url + "/v1"}),
            auth=BEARER, paging={"style": "next_link", "next": "$.next"}, total=None,
        )  # fmt: skip
        assert linked.message.code == "pull.other_host"
        assert elsewhere.asked == []
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_redirect_on_the_same_host_is_followed_with_the_token(pull, server):
    def answer(asked: Asked) -> Reply:
        if asked.path == "/v1":
            return Reply(b"", status=307, headers={"Location": f"/v2?page={asked.query['page']}"})
        return paged(rows(0, 2))(asked) if asked.headers.get("authorization") else Reply(status=401)

    assert pull(answer, auth=BEARER).state == "landed"


def test_an_expired_token_is_renewed_once(pull, server):
    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            good = sum(1 for a in server.asked if a.path == "/token") > 1
            return Reply({"access_token": "fresh-canary-1" if good else "stale-canary-0", "expires_in": 60})
        if asked.headers.get("authorization") != "Bearer fresh-canary-1":
            return Reply(b"", status=401)
        return paged(rows(0, 5))(asked)

    auth = {
        "type": "oauth2_client_credentials", "token_url": server.url + "/token", "client_id": "ioc",
        "client_secret": "${secret:API}",
    }  # fmt: skip
    assert (pull(answer, auth=auth).state, sum(a.path == "/token" for a in server.asked)) == ("landed", 2)
    server.asked.clear()
    refused = pull(
        lambda a: Reply({"access_token": "never-good"}) if a.path == "/token" else Reply(status=401), auth=auth
    )
    assert refused.message.code == "pull.unauthorized" and "API" in refused.message.vi
    assert sum(a.path == "/token" for a in server.asked) == 2


def test_an_expired_static_token_is_no_retry_loop(pull, server):
    outcome = pull(lambda a: Reply(b"", status=401), auth=BEARER)
    assert outcome.state == "failed" and "hết hạn" in outcome.message.vi and len(server.asked) == 1


def test_api_key_header(pull, server):
    pull(paged(rows(0, 1)), auth={"type": "api_key", "header": "X-API-Key", "value": "${secret:API}"})
    assert server.asked[0].headers["x-api-key"] == TOKEN


BOMB = gzip.compress(b"[" + b" " * (40 << 20))
WRONG = {
    "gzip bomb": (Reply(BOMB, headers={"Content-Encoding": "gzip"}), "pull.page_too_large"),
    "login page": (Reply(b"<html>login</html>", content_type="text/html"), "pull.content_type"),
    "not UTF-8": (Reply('{"data": {"items": [{"a": "ô"}]}}'.encode("cp1258")), "pull.page"),
    "unknown coding": (Reply(b"x", headers={"Content-Encoding": "br"}), "pull.coding"),
    "no records list": (Reply({"data": {"rows": []}}), "pull.page"),
    "records that are no objects": (Reply({"data": {"items": [1, 2]}}), "pull.page"),
    "403": (Reply(b"", status=403), "pull.status"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_answer_is_not_tried_again_and_not_landed(case, pull, places, server):
    reply, code = WRONG[case]
    outcome = pull(lambda a: reply, max_page_mib=8)
    assert (outcome.state, outcome.message.code, len(server.asked)) == ("failed", code, 1), outcome.message
    assert deliveries_of(places, "dossiers") == []


def test_a_declared_charset_is_understood_and_the_bytes_stay(pull, places):
    body = '{"data": {"items": [{"MaHoSo": "Hồ"}]}, "total": 1}'.encode("utf-16-le")
    pull(lambda a: Reply(body, content_type="application/json; charset=utf-16-le"))
    delivery = the_delivery(places)
    with zipfile.ZipFile(blob_path(places, delivery.sha256)) as archive:
        assert archive.read("pages/00001.json") == body
    assert delivery.origin["pages"][0]["encoding"] == "utf-16-le"


NGSP = {"application": {"code": "$.error.code", "message": "$.error.userMessage", "codes": "ngsp_codes"}}


@pytest.mark.parametrize("code", [100, 101])
def test_codes_100_and_101_stop_pulls_until_a_person_acts(code, pull, places, catalogue, server):
    outcome = pull(lambda a: Reply({"error": {"code": code, "userMessage": "Không được phép"}}), **NGSP)
    assert outcome.state == "stopped" and f"{code} " in outcome.message.vi and len(server.asked) == 1
    options = {**PAGE, **FAST, **NGSP}
    feed = replace(catalogue.feeds["dossiers"], pull=PullSource("api", "api", server.url, options))
    assert not is_due(places, feed, datetime.now(UTC) + timedelta(days=30))
    assert pull(paged(rows(0, 1)), **NGSP).state == "landed"  # by hand
    assert is_due(places, feed, datetime.now(UTC) + timedelta(days=2))


def test_codes_200_and_500_are_application_codes(pull, server):
    items = {"data": {"items": rows(0, 2)}, "total": 2}
    for code in (200, 500):
        outcome = pull(lambda a, code=code: Reply({**items, "error": {"code": code}}), **NGSP)
        assert outcome.state in ("landed", "unchanged") or outcome.message is None
        assert [w.code for w in outcome.warnings] == ["pull.code"] and str(code) in outcome.warnings[0].vi
    assert pull(lambda a: Reply({"error": {"code": 201}}), **NGSP).state == "nothing_new"
    assert pull(lambda a: Reply({"error": {"code": 302}}), **NGSP).state == "failed"
    assert pull(lambda a: Reply({"error": {"code": 999}}), **NGSP).state == "failed"


def test_limits_of_pages_and_bytes(pull):
    assert pull(paged(rows(0, 9)), max_pages=2).message.code == "pull.max_pages"
    big = [{"MaHoSo": f"{n}", "x": "x" * 400_000} for n in range(9)]
    assert pull(paged(big), max_total_mib=2).message.code == "pull.too_large"


def test_an_answer_that_echoes_the_token_is_not_kept(pull, places):
    outcome = pull(lambda a: Reply({"data": {"items": [{"MaHoSo": a.headers["authorization"]}]}}), auth=BEARER)
    assert outcome.message.code == "pull.echo" and TOKEN not in outcome.message.vi
    assert not any(TOKEN.encode() in p.read_bytes() for p in places.root.rglob("*") if p.is_file())


def test_without_credentials_or_address_the_pull_is_not_configured(pull, places, catalogue, server, monkeypatch):
    monkeypatch.delenv("IOC_SECRET_API")
    outcome = pull(paged(rows(0, 1)), auth=BEARER)
    assert outcome.state == "not_configured" and "IOC_SECRET_API" in outcome.message.vi and server.asked == []
    assert last_pull(places, "dossiers").state == "not_configured"
    monkeypatch.setenv("IOC_SECRET_API", TOKEN)
    source = PullSource("api", "api", "https://api.province.invalid/v1", {**PAGE, **FAST})
    feed = replace(catalogue.feeds["dossiers"], pull=source)
    nowhere = pull_feed(places, catalogue, feed, set)
    assert nowhere.state == "not_configured" and "IOC_PULL_DOSSIERS_LOCATION" in nowhere.message.vi
    assert not is_due(places, feed, datetime.now(UTC))
    server.script = paged(rows(0, 1))
    monkeypatch.setenv("IOC_PULL_DOSSIERS_LOCATION", server.url)
    assert pull_feed(places, catalogue, feed, set).state == "landed"


def test_a_token_never_travels_unencrypted(pull, places, catalogue, monkeypatch):
    source = PullSource("api", "api", "http://10.1.2.3/v1", {**PAGE, **FAST, "auth": BEARER})
    outcome = pull_feed(places, catalogue, replace(catalogue.feeds["dossiers"], pull=source), set)
    assert outcome.state == "failed" and "https" in outcome.message.vi


def test_the_rate_is_kept(pull):
    begun = time.monotonic()
    pull(paged(rows(0, 9)), requests_per_second=20)
    assert time.monotonic() - begun >= 0.09
