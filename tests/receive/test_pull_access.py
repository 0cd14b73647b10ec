"""What a source asks for before it answers, and answers that must not be taken: tokens, redirects, codes, limits."""

from __future__ import annotations

import gzip
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.receive.delivery import blob_path, deliveries_of
from ioc_pipeline.receive.pull import pull_feed
from ioc_pipeline.receive.pull_state import is_due, last_pull
from tests.receive.bad_server import Asked, Reply, serving
from tests.receive.paged_source import FAST, PAGE, TOKEN, paged, rows, the_delivery

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
