"""From a source system to a release: pulls inside the flow, their failures, and secrets that stay secret."""

from __future__ import annotations

import base64
import json
import logging
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest
from typer.testing import CliRunner

from ioc_pipeline.cli.main import app
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.feed_contract import load_feed
from ioc_pipeline.contracts.pull_source import PullSource
from ioc_pipeline.flow import FeedRun, ingest_feed
from ioc_pipeline.orchestrate.in_process import materialize_feeds
from ioc_pipeline.orchestrate.session import FlowSession
from ioc_pipeline.receive import secrets, tokens
from ioc_pipeline.store.warehouse import reading
from tests.endpoint.test_push import serving as pushing
from tests.receive.bad_server import Asked, Reply, serving
from tests.receive.records import dossiers

ROOT = Path(__file__).parents[2]
CANARY = "canary+secret/0b7d&é"
OPTIONS: dict[str, Any] = {
    "records": "$.data", "paging": {"style": "page", "parameter": "p"}, "attempts": 2, "backoff_seconds": 0.01,
    "backoff_max_seconds": 0.02, "requests_per_second": 1000, "auth": {"type": "bearer", "token": "${secret:API}"},
    "incremental": {"column": "CapNhatLuc", "since": "tu", "overlap_minutes": 60},
}  # fmt: skip


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("IOC_SECRET_API", "a-plain-token")
    with serving() as running:
        yield running


def with_pull(catalogue: Catalogue, url: str, **options: Any) -> Catalogue:
    feed = replace(catalogue.feeds["dossiers"], pull=PullSource("api", "api", url, OPTIONS | options))
    return replace(catalogue, feeds=catalogue.feeds | {feed.id: feed})


def run(places, catalogue, pull: bool | None = True) -> FeedRun:
    feed = catalogue.feeds["dossiers"]
    return ingest_feed(places, catalogue, feed, run_id="test", settle_seconds=0.0, pull=pull)


def test_pages_become_facts_and_quarantine_names_page_and_place(places, catalogue, server):
    records = dossiers(5)
    records[3]["TrangThaiHoSo"] = "77"
    pages = [records[:2], [records[1], *records[2:4]], records[4:]]  # one record came on two pages
    server.script = lambda a: Reply({"data": pages[int(a.query["p"]) - 1] if int(a.query["p"]) < 4 else []})
    done = run(places, with_pull(catalogue, server.url))
    assert done.pull is not None and done.pull.state == "landed", done.pull
    (outcome,) = done.outcomes
    assert (outcome.outcome, outcome.received, outcome.accepted, outcome.quarantined) == ("stored", 5, 4, 1)
    assert any("nguyên vẹn" in n.text.vi for n in outcome.notices)
    with reading(places) as warehouse:
        places_ = warehouse.execute("SELECT DISTINCT location FROM quarantine").fetchall()
        assert places_ == [("pages/00002.json $.data[2]",)]
        stored = warehouse.execute('SELECT _location FROM "dossiers" ORDER BY _row').fetchall()
    assert [row[0] for row in stored] == [
        "pages/00001.json $.data[0]", "pages/00001.json $.data[1]", "pages/00002.json $.data[1]",
        "pages/00003.json $.data[0]",
    ]  # fmt: skip


def test_the_next_pull_starts_at_the_newest_stored_change(places, catalogue, server):
    declared = with_pull(catalogue, server.url)
    server.script = lambda a: Reply({"data": dossiers(3) if a.query["p"] == "1" else []})
    run(places, declared)
    server.asked.clear()
    server.script = lambda a: Reply({"data": dossiers(2, first=50, day="2026-10-02") if a.query["p"] == "1" else []})
    second = run(places, declared)
    assert server.asked[0].query["tu"] == "2026-10-01T07:00:00"
    assert second.outcomes[0].added.added == 2


def test_a_failed_pull_keeps_what_there_is_and_the_inbox_is_taken_all_the_same(places, catalogue, server, drop):
    server.script = lambda a: Reply(b"", status=503)
    drop("dossiers", "a.json", json.dumps(dossiers(3)).encode())
    done = run(places, with_pull(catalogue, server.url))
    assert done.pull is not None and done.pull.state == "failed" and done.problem is None
    assert [o.outcome for o in done.outcomes] == ["stored"]


def test_a_feed_is_pulled_by_its_schedule(places, catalogue, server):
    declared = with_pull(catalogue, server.url, every_minutes=60)
    server.script = lambda a: Reply({"data": dossiers(2) if a.query["p"] == "1" else []})
    assert run(places, declared, pull=None).pull is not None
    assert run(places, declared, pull=None).pull is None


def test_dagster_shows_the_pull_and_goes_on(places, catalogue, server):
    server.script = lambda a: Reply(b"", status=503)
    declared = with_pull(catalogue, server.url)
    session = FlowSession(places, declared)
    materialize_feeds(session, [declared.feeds["dossiers"]])
    assert session.feed_runs["dossiers"].pull.state == "failed"
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["feeds", "dossiers"]))
        metadata = event.asset_materialization.metadata
        assert metadata["pull"].value == "failed" and "503" in str(metadata["pull_messages"].value)


def test_the_declaration_is_checked_against_its_schema(few_root, tmp_path):
    root = tmp_path / "data_contracts"
    shutil.copytree(few_root, root)
    path = root / "feeds" / "dossiers" / "contract.yaml"
    text = path.read_text(encoding="utf-8")

    def declared(server: str):
        path.write_text(f"{text}\nservers:\n{server}", encoding="utf-8")
        return load_feed(path.parent, root)

    extension = "customProperties: [{property: ioc, value: {records: $.data%s}}]}\n"
    feed, problems = declared("  - {server: a, type: api, location: 'https://x.invalid/v1', " + extension % "")
    assert problems == [] and feed is not None and feed.pull is not None and feed.pull.kind == "api"
    for wrong, where in (
        ("  - {server: a, type: api, location: 'https://x.invalid', " + extension % ", pages: 3", "pages"),
        ("  - {server: a, type: api, location: 'https://u:p@x.invalid', " + extension % "", "secret"),
        (
            "  - {server: a, type: api, location: 'http://x.vn', "
            + extension % ", auth: {type: bearer, token: '${secret:T}'}",
            "https",
        ),
        (
            "  - {server: a, type: api, location: 'https://x.vn', " + extension % ", auth: {type: bearer, token: abc}",
            "abc",
        ),
        ("  - {server: a, type: mysql, host: x, port: 1, database: x, " + extension % "", "postgres"),
    ):
        feed, problems = declared(wrong)
        assert feed is None and any(where in p.text.en for p in problems), (where, problems)
        assert all(p.line for p in problems)
    feed, problems = declared("  - {server: a, type: api, location: 'https://x.invalid/v1'}\n")
    assert problems == [] and feed is not None and feed.pull is None, "a server without our extension only documents"


def spoils(secret: str) -> set[bytes]:
    return {
        secret.encode(),
        base64.b64encode(secret.encode()).rstrip(b"="),
        httpx.QueryParams({"a": secret}).__str__()[2:].encode(),
    }


def test_no_secret_is_left_anywhere(places, catalogue, monkeypatch, tmp_path, capfd, caplog):
    """Failing pulls and pushes of every kind with a planted secret; then the whole state folder and all output."""
    file = tmp_path / "secrets.env"
    file.write_text(f"API={CANARY}\nDB={CANARY}\n")
    file.chmod(0o600)
    monkeypatch.setenv("IOC_SECRETS", str(file))
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "ioc_pipeline", "psycopg"):
        logging.getLogger(name).setLevel(logging.DEBUG)

    def echoing(asked: Asked) -> Reply:
        said = asked.headers.get("authorization", "?")
        return Reply({"error": said}, status=[500, 403, 200][int(asked.query.get("mode", "0"))])

    with serving() as server:
        server.script = echoing
        key = {"auth": {"type": "api_key", "header": "X-Key", "value": "${secret:API}"}}
        oauth = {
            "auth": {
                "type": "oauth2_client_credentials", "token_url": server.url + "/t", "client_id": "x",
                "client_secret": "${secret:API}",
            }
        }  # fmt: skip
        for options in ({}, {"query": {"mode": 1}}, {"query": {"mode": 2}}, key, oauth):
            declared = with_pull(catalogue, server.url, **options)
            session = FlowSession(places, declared)
            materialize_feeds(session, [declared.feeds["dossiers"]])
            assert session.feed_runs["dossiers"].pull is None or session.feed_runs["dossiers"].pull.state != "landed"
            assert run(places, declared).pull.state == "failed"
    nowhere = PullSource(
        "postgres", "db", "postgresql://127.0.0.1:1/none",
        {"table": "t", "user": "u", "password": "${secret:DB}", "attempts": 1},
    )  # fmt: skip
    feed = replace(catalogue.feeds["dossiers"], pull=nowhere)
    failed = ingest_feed(places, catalogue, feed, run_id="test", settle_seconds=0.0, pull=True)
    assert failed.pull is not None and failed.pull.state == "failed"
    _, text = tokens.create(places, "vp_ubnd", ["dossiers"], datetime(2099, 1, 1, tzinfo=UTC))
    with pushing(places) as client:
        for headers in ({"Authorization": f"Bearer {text}"}, {"Authorization": f"Bearer {text}x"}):
            answered = client.post("/feeds/dossiers", content=b"<html>", headers=headers)
            assert text not in answered.text
    logging.getLogger("ioc_pipeline").error("a careless line: %s", CANARY)
    try:
        raise ValueError(f"password={CANARY}")
    except ValueError:
        logging.getLogger("ioc_pipeline").exception("careless")
    captured = capfd.readouterr()
    said = (captured.out + captured.err + caplog.text).encode()
    assert b"careless" in said, "the logs were looked at"
    for secret in (CANARY, text):
        for spoil in spoils(secret):
            assert spoil not in said
            for path in places.root.rglob("*"):
                if path.is_file():
                    assert spoil not in path.read_bytes(), path


def test_the_secrets_file_must_be_private_and_elsewhere(tmp_path, monkeypatch, places):
    file = tmp_path / "s.env"
    file.write_text("# comment\nexport API = 'value with = sign'\n")
    monkeypatch.setenv("IOC_SECRETS", str(file))
    file.chmod(0o644)
    with pytest.raises(Exception, match="chmod 600"):
        secrets.value_of("API")
    file.chmod(0o600)
    assert secrets.value_of("API") == "value with = sign"
    monkeypatch.setenv("IOC_SECRET_API", "from the environment")
    assert secrets.resolve("x ${secret:API} y") == "x from the environment y"
    inside = places.root / "s.env"
    shutil.copy(file, inside)
    inside.chmod(0o600)
    monkeypatch.setenv("IOC_SECRETS", str(inside))
    with pytest.raises(Exception, match="state folder"):
        secrets.value_of("DB")


def test_redaction_of_addresses_and_headers():
    assert secrets.redact("postgresql://u:geheim@h/db") == "postgresql://***:***@h/db"
    assert "abc123" not in secrets.redact("{'Authorization': 'Bearer abc123'}")
    assert secrets.redact("nothing to hide: 5 rows") == "nothing to hide: 5 rows"


def test_ioc_pull_and_status_on_the_command_line(places, server, few_root, tmp_path, monkeypatch):
    root = tmp_path / "data_contracts"
    shutil.copytree(few_root, root)
    path = root / "feeds" / "dossiers" / "contract.yaml"
    extension = json.dumps({"property": "ioc", "value": OPTIONS})
    api = "{server: a, type: api, location: 'https://api.invalid/v1', customProperties: [" + extension + "]}"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nservers:\n  - {api}\n", encoding="utf-8")
    server.script = lambda a: Reply({"data": dossiers(3) if a.query["p"] == "1" else []})
    monkeypatch.setenv("IOC_CONTRACTS", str(root))

    def ioc(*arguments: str) -> Any:
        return CliRunner().invoke(app, list(arguments))

    unset = ioc("pull", "--json")
    assert unset.exit_code == 0 and {p["state"] for p in json.loads(unset.stdout)} == {"not_configured"}, unset
    monkeypatch.setenv("IOC_PULL_DOSSIERS_LOCATION", server.url)
    done = ioc("pull", "dossiers", "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)[0]["state"] == "landed", done
    status = ioc("status", "--json")
    pulled = {p["feed"]: (p["state"], p["records"]) for p in json.loads(status.stdout)["pulls"]}
    assert pulled.pop("dossiers") == ("landed", 3) and set(pulled.values()) <= {("not_configured", 0)}
    server.script = lambda a: Reply(b"", status=404)
    failed = ioc("pull", "dossiers", "--json")
    assert failed.exit_code == 1 and "404" in json.loads(failed.stdout)[0]["message"]["vi"]
