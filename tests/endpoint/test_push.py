"""The push endpoint as a sender meets it: a real server on loopback, real posts."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
import uvicorn

from ioc_pipeline.endpoint.app import Limits, make_app
from ioc_pipeline.publish.release import current
from ioc_pipeline.receive import tokens
from ioc_pipeline.receive.delivery import blob_path, deliveries_of
from ioc_pipeline.receive.push import LONGEST_NAME, clean_name
from ioc_pipeline.store.warehouse import writer_lock
from tests.receive.records import dossiers

QUIET = Limits(per_minute=100_000, burst=10_000, publish_after=None)


@contextmanager
def serving(places, limits: Limits = QUIET) -> Iterator[httpx.Client]:
    server = uvicorn.Server(uvicorn.Config(make_app(places, limits), port=0, log_level="warning", server_header=False))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    while not server.started and thread.is_alive():
        pass
    try:
        with httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture
def client(places) -> Iterator[httpx.Client]:
    with serving(places) as running:
        yield running


@pytest.fixture
def token(places) -> str:
    return tokens.create(places, "vp_ubnd", ["dossiers"], datetime.now(UTC) + timedelta(days=1))[1]


@pytest.fixture
def post(client, token) -> Callable[..., httpx.Response]:
    def send(body: bytes, feed: str = "dossiers", **headers: str | bytes) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | named
        return client.post(f"/feeds/{feed}", content=body, headers=sent)

    return send


def body(count: int = 3, **changes: object) -> bytes:
    rows = dossiers(count)
    rows[0] |= changes
    return json.dumps(rows, ensure_ascii=False).encode()


def test_a_right_file_is_stored_and_the_receipt_says_so(post, places, client, token):
    sent = body()
    answered = post(sent, X_File_Name=quote("hồ sơ tháng 10.json"))
    receipt = answered.json()
    assert answered.status_code == 200, receipt
    assert (receipt["outcome"], receipt["received"], receipt["accepted"]) == ("stored", 3, 3)
    (delivery,) = deliveries_of(places, "dossiers")
    assert blob_path(places, delivery.sha256).read_bytes() == sent
    assert (delivery.file_name, delivery.producer) == ("hồ sơ tháng 10.json", "vp_ubnd")
    assert delivery.origin["way_in"] == "push" and token not in json.dumps(delivery.origin)
    assert answered.headers["x-content-type-options"] == "nosniff" and answered.headers["cache-control"] == "no-store"
    again = client.get(answered.headers["location"], headers={"Authorization": f"Bearer {token}"})
    assert again.status_code == 200 and again.json() == receipt


def test_the_receipt_names_clause_place_reason_and_cure(post):
    answered = post(body(TrangThaiHoSo="77"))
    receipt = answered.json()
    assert receipt["quarantined"] == 1 and receipt["accepted"] == 2
    fault = receipt["faults"][0]
    assert fault["clause"].startswith("IOC-") and fault["location"] == "$[0]" and fault["value"] == "77"
    assert fault["reason"]["vi"] and fault["fix"]["vi"] and fault["fix"]["en"]


def test_vietnamese_english_text_and_page(post):
    vietnamese = post(body(), Accept="text/plain")
    assert "Phiếu".upper() in vietnamese.text.upper() and vietnamese.headers["content-language"] == "vi"
    english = post(body(), Accept="text/plain", Accept_Language="en-GB")
    assert english.headers["content-language"] == "en" and "accepted" in english.text.lower()
    page = post(body(TrangThaiHoSo="<script>"), Accept="text/html")
    assert page.headers["content-type"].startswith("text/html") and "<script>" not in page.text


def test_a_file_that_cannot_be_read_is_kept_and_refused_in_words(post, places):
    answered = post(b"<html>not data</html>", Content_Type="text/csv")
    assert answered.status_code == 422 and answered.json()["outcome"] == "refused"
    assert "HTML" in answered.json()["message"]["vi"]
    (delivery,) = deliveries_of(places, "dossiers")
    assert blob_path(places, delivery.sha256).read_bytes() == b"<html>not data</html>"


def test_gzip_bodies_are_kept_as_sent(post, places):
    packed = gzip.compress(body(), mtime=0)
    assert post(packed, Content_Encoding="gzip").status_code == 200
    assert blob_path(places, hashlib.sha256(packed).hexdigest()).read_bytes() == packed


def test_who_may_send_what(client, places, token):
    def status(text: str | None, feed: str = "dossiers") -> int:
        headers = {"Authorization": f"Bearer {text}"} if text else {}
        return client.post(f"/feeds/{feed}", content=b"[]", headers=headers).status_code

    kept, other = tokens.create(places, "so_yte", ["dossiers"], datetime.now(UTC) + timedelta(days=1))
    _, expired = tokens.create(places, "so_yte", ["dossiers"], datetime.now(UTC) - timedelta(seconds=1))
    assert (
        status(None)
        == status("ioc_x")
        == status(token[:-1] + ("B" if token[-1] == "A" else "A"))
        == status(expired)
        == 401
    )
    assert status(token, "nso_monthly") == status(token, "no_such_feed") == 403
    tokens.revoke(places, kept.id)
    assert status(other) == 401
    assert deliveries_of(places, "dossiers") == []


def test_only_hashes_of_tokens_are_kept(places, token):
    everything = b"".join(p.read_bytes() for p in places.root.rglob("*") if p.is_file())
    assert token.encode() not in everything and token.rpartition("_")[2].encode() not in everything
    assert (places.root / "access" / "tokens.json").stat().st_mode & 0o077 == 0


def test_a_receipt_is_for_those_who_may_send(post, client, places):
    place = post(body()).headers["location"]
    _, other = tokens.create(places, "so_yte", ["lris_indicators"], datetime.now(UTC) + timedelta(days=1))
    assert client.get(place).status_code == 401
    assert client.get(place, headers={"Authorization": f"Bearer {other}"}).status_code == 403


def test_idempotency(post, places):
    first = post(body(), Idempotency_Key="k1")
    second = post(body(), Idempotency_Key="k1")
    assert second.json() == first.json() and second.headers["idempotent-replayed"] == "true"
    reused = post(body(4), Idempotency_Key="k1")
    assert reused.status_code == 422 and reused.json()["error"]["code"] == "push.key_reused"
    assert len(deliveries_of(places, "dossiers")) == 1
    assert post(body(4), Idempotency_Key="k2").status_code == 200


def test_size_limit_declared_or_not(places, token):
    with serving(places, Limits(max_bytes=1000, publish_after=None)) as client:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
        declared = client.post("/feeds/dossiers", content=b"x" * 1001, headers=headers)
        streamed = client.post("/feeds/dossiers", content=iter([b"x" * 600] * 3), headers=headers)
    assert declared.status_code == streamed.status_code == 413
    assert deliveries_of(places, "dossiers") == [] and not list(places.root.rglob(".partial-*"))


def test_wrong_types_empty_bodies_and_damaged_bodies(post):
    assert post(b"--x", Content_Type="multipart/form-data; boundary=x").status_code == 415
    assert post(b"[]", Content_Encoding="br").status_code == 415
    assert post(b"").status_code == 400
    good = f"sha-256=:{base64.b64encode(hashlib.sha256(body()).digest()).decode()}:"
    assert post(body() + b" ", Content_Digest=good).json()["error"]["code"] == "push.digest"
    assert post(body(), Content_Digest=good).status_code == 200


def test_a_sender_that_disconnects_leaves_nothing(places, token, client):
    with socket.create_connection((client.base_url.host, client.base_url.port)) as raw:
        raw.sendall(
            f"POST /feeds/dossiers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: text/csv\r\nContent-Length: 1000\r\n\r\nhalf".encode()
        )
    assert client.get("/health").json() == {"status": "ok"}
    for _ in range(200):
        if not list(places.root.rglob(".partial-*")):
            break
        threading.Event().wait(0.02)
    assert not list(places.root.rglob(".partial-*")) and deliveries_of(places, "dossiers") == []


def test_rate_limit_per_token(places, token):
    with serving(places, Limits(per_minute=1, burst=2, publish_after=None)) as client:
        codes = [client.get("/receipts/dossiers/x", headers={"Authorization": f"Bearer {token}"}) for _ in range(3)]
    assert [r.status_code for r in codes] == [404, 404, 429] and int(codes[2].headers["retry-after"]) > 0


def test_concurrent_posts_are_all_taken_once(post, places):
    bodies = [json.dumps(dossiers(3, first=10 * n)).encode() for n in range(1, 4)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, bodies * 2))
    assert {a.status_code for a in answers} == {200}, [a.text[:200] for a in answers]
    kept = deliveries_of(places, "dossiers")
    assert {d.sha256 for d in kept} == {hashlib.sha256(b).hexdigest() for b in bodies}
    from ioc_pipeline.store.warehouse import reading

    with reading(places) as warehouse:
        assert warehouse.execute('SELECT count(*) FROM "dossiers"').fetchone() == (9,)


def test_while_another_process_writes_the_sender_is_told_where_to_ask(places, token):
    with serving(places, Limits(patience_seconds=0.2, publish_after=None)) as client:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with writer_lock(places):
            waiting = client.post("/feeds/dossiers", content=body(), headers=headers)
            assert waiting.status_code == 202 and waiting.json()["status"] == "pending"
            place = waiting.headers["location"]
            assert client.get(place, headers=headers).status_code == 202
        for _ in range(100):
            later = client.get(place, headers=headers)
            if later.status_code != 202:
                break
        assert later.status_code == 200 and later.json()["accepted"] == 3


def test_what_was_landed_but_not_judged_is_taken_up_at_the_start(places, token, catalogue):
    from ioc_pipeline.receive.landing import incoming, land

    with incoming(places) as received:
        received.write(body())
        landed = land(places, catalogue.feeds["dossiers"], received, file_name="a.json", producer="x", origin={})
    with serving(places) as client:
        place = f"/receipts/dossiers/{landed.delivery.delivery_id}"
        assert client.get(place, headers={"Authorization": f"Bearer {token}"}).json()["outcome"] == "stored"


def test_a_release_follows_when_nobody_sends_any_more(places, token):
    with serving(places, Limits(publish_after=0.05)) as client:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        assert client.post("/feeds/dossiers", content=body(), headers=headers).status_code == 200
        for _ in range(400):
            if current(places) is not None:
                break
            threading.Event().wait(0.05)
    assert current(places) is not None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\số liệu.xlsx", "số liệu.xlsx"),
        ("a\x00b\r\n.csv", "ab.csv"),
        ("..", "dossiers.csv"),
        ("/", "dossiers.csv"),
        (None, "dossiers.csv"),
        ("‮gpj.exe.csv", "gpj.exe.csv"),
        ("Ho\u0302\u0300 sơ.csv", "Hồ sơ.csv"),
    ],
)
def test_names_are_only_names(sent, kept):
    assert clean_name(sent, "dossiers", "text/csv") == kept


def test_long_names_are_cut_before_their_ending():
    name = clean_name("ố" * 500 + ".xlsx", "dossiers", "text/csv")
    assert name.endswith("ố.xlsx") and len(name.encode()) <= LONGEST_NAME


@pytest.mark.parametrize(
    "header", ["attachment; filename*=UTF-8''h%E1%BB%93%20s%C6%A1.json", 'attachment; filename="../hồ sơ.json"']
)
def test_names_in_content_disposition(header, post, places):
    post(body(), Content_Disposition=header.encode("utf-8"))
    assert deliveries_of(places, "dossiers")[0].file_name == "hồ sơ.json"
