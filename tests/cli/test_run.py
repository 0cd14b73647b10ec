"""`ioc` end to end, through real files and processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import httpx

ROOT = Path(__file__).parents[2]
THREE = ("dossiers", "lris_indicators", "province_published")


def test_from_a_sample_to_a_release_and_nothing_new_after(ioc, places):
    three = [word for feed in THREE for word in ("--feed", feed)]
    made = ioc("sample", "--out", str(places.inbox), "--seed", "3", "--dossiers", "500", "--months", "2", *three)
    assert made.code == 0, made.err
    ran = ioc("run", "--json")
    assert ran.code == 0, ran.err
    summary = ran.json
    assert summary["release"] and summary["release"] == summary["current_release"]
    assert set(summary["feeds"]) == set(THREE)
    for feed in summary["feeds"].values():
        assert feed["received"] > 0
        assert feed["received"] == feed["accepted"] + feed["quarantined"]
        assert feed["accepted"] == feed["added"] + feed["revised"] + feed["unchanged"]
        assert feed["quarantined"] == 0, "clean sample data must pass"

    again = ioc("run", "--json")
    assert again.code == 1
    assert again.json["release"] is None and again.json["current_release"] == summary["release"]
    counted = summary["cards"]
    assert again.json["cards"] is None and counted["recomputed"] == len(counted["recomputed_codes"]) > 0

    status = ioc("status", "--json").json
    health = {f["feed_id"]: f["health"] for f in status["feeds"]}
    assert {feed: health.pop(feed) for feed in THREE} == dict.fromkeys(THREE, "ok")
    assert health["nso_monthly"] == "never" and set(health.values()) == {"never"}
    counted = ioc("query", "SELECT count(*) AS n FROM observations WHERE simulated", "--json").json
    assert counted[0]["n"] > 0
    published = ioc(
        "query", "SELECT DISTINCT simulated FROM observations WHERE feed_id = 'province_published'", "--json"
    )
    assert published.json == [{"simulated": False}]

    # A broken file: its feed is held, the others stay, the exit code says so.
    broken = places.inbox / "province_published" / "hỏng.csv"
    broken.write_bytes(b"<html>502 Bad Gateway</html>")
    held = ioc("run")
    assert held.code == 2, held.err
    assert "hỏng.csv" in held.err
    english = ioc("--lang", "en", "status")
    assert "held" in english.out
    assert ioc("run", "--json").code == 1


def test_a_state_folder_remembers_the_province_it_was_made_for(ioc, places):
    assert ioc("sample", "--province", "79", "--dossiers", "60", "--months", "1", "--feed", "dossiers").code == 0
    summary = ioc("run", "--json").json
    assert summary["province"] == "79"
    assert all(feed["quarantined"] == 0 and feed["accepted"] for feed in summary["feeds"].values())
    named = ioc("query", "SELECT province_name_vi FROM release_info", "--json").json
    assert named == [{"province_name_vi": "Thành phố Hồ Chí Minh"}]


def test_query_reads_the_warehouse_but_never_writes(ioc, places, drop, catalogue):
    published = catalogue.feeds["province_published"].folder / "published_2025.csv"
    drop("province_published", "published_2025.csv", published.read_bytes())
    assert ioc("run").code == 0
    rows = ioc("query", "--warehouse", "SELECT outcome FROM deliveries", "--json").json
    assert rows == [{"outcome": "stored"}]
    for sql in (
        "DELETE FROM deliveries",
        "SELECT 1; DROP TABLE deliveries",
        "COPY deliveries TO '/tmp/stolen.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH '/tmp/other.duckdb'",
        "PRAGMA database_list",
    ):
        refused = ioc("query", "--warehouse", sql)
        assert refused.code == 1, sql
        assert "Traceback" not in refused.err, sql
    assert ioc("query", "SELECT * FROM no_such_table").code == 1


def test_before_anything_the_commands_say_what_to_do(ioc):
    for command in (("status",), ("query", "SELECT 1")):
        told = ioc(*command)
        assert told.code == 1 and "ioc run" in told.err
    nothing = ioc("run")
    assert nothing.code == 1 and "Traceback" not in nothing.err
    assert ioc("quarantine", "--json").json == {"entries": 0, "rows": []}


def test_an_unknown_folder_or_province_is_named(ioc, places):
    (places.inbox / "khong_co").mkdir(parents=True)
    assert "khong_co" in ioc("run").err
    wrong = ioc("--province", "99", "run")
    assert wrong.code == 1 and "99" in wrong.err and "Traceback" not in wrong.err


def test_contract_check_accepts_what_we_ship_and_names_what_is_wrong(ioc, few_root, tmp_path):
    import shutil

    assert ioc("contract", "check", IOC_CONTRACTS=str(ROOT / "data_contracts")).code == 0
    copy = tmp_path / "data_contracts"
    shutil.copytree(few_root, copy)
    suite = copy / "feeds" / "dossiers" / "suite.json"
    suite.write_text(suite.read_text(encoding="utf-8").replace("expect_column_values_to_be_in_set", "expect_magic"))
    contract = copy / "feeds" / "province_published" / "contract.yaml"
    contract.write_text(contract.read_text(encoding="utf-8").replace("shape: observations", "shape: heap"))
    checked = ioc("contract", "check", "--json", IOC_CONTRACTS=str(copy))
    assert checked.code == 1
    problems = checked.json["problems"]
    assert any("expect_magic" in p["en"] and p["path"].endswith("suite.json") and p["line"] for p in problems)
    assert any("heap" in p["en"] or "shape" in p["en"] for p in problems)
    assert all(p["vi"] and p["en"] for p in problems)
    assert "province_published" not in checked.json["feeds"], "a broken contract disables its own feed"
    assert "lris_indicators" in checked.json["feeds"], "and only that"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_up_starts_everything_and_one_interrupt_stops_it_all(ioc, places, drop, few_catalogue):
    published = few_catalogue.feeds["province_published"].folder / "published_2025.csv"
    drop("province_published", "published_2025.csv", published.read_bytes())
    assert ioc("run").code == 0
    dashboard, dagster = _free_port(), _free_port()
    up = subprocess.Popen(
        [sys.executable, "-m", "ioc_pipeline.cli.main", "up", "--dashboard-port", str(dashboard),
         "--dagster-port", str(dagster)],
        cwd=ROOT, env=os.environ | {"IOC_HOME": str(places.root)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
        # Tests started by a shell in the background inherit an ignored SIGINT, and would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    try:
        assert up.stdout is not None
        lines = []
        for line in up.stdout:
            lines.append(line)
            if str(dagster) in line:
                break
        # Whoever starts it reads on: a full pipe would stop it from stopping.
        threading.Thread(target=up.stdout.read, daemon=True).start()
        text = "".join(lines)
        assert f"http://127.0.0.1:{dashboard}" in text and f"http://127.0.0.1:{dagster}" in text, text
        assert httpx.get(f"http://127.0.0.1:{dashboard}/", trust_env=False).status_code == 200
        query = "{ assetNodes { assetKey { path } hasAssetChecks } }"
        nodes = httpx.post(f"http://127.0.0.1:{dagster}/graphql", json={"query": query}, timeout=30, trust_env=False)
        assets = {tuple(n["assetKey"]["path"]): n["hasAssetChecks"] for n in nodes.json()["data"]["assetNodes"]}
        assert assets[("release",)] is False
        assert all(assets[("feeds", feed)] for feed in few_catalogue.feeds)
        taken = ioc("up", "--dashboard-port", str(dashboard), "--dagster-port", str(_free_port()))
        assert taken.code == 1 and str(dashboard) in taken.err
    finally:
        up.send_signal(signal.SIGINT)
        assert up.wait(timeout=90) is not None
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (_answers(dashboard) or _answers(dagster)):
        time.sleep(0.2)
    assert not _answers(dashboard) and not _answers(dagster)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_release_is_immutable_and_its_manifest_names_every_input(ioc, places, drop, catalogue):
    published = catalogue.feeds["province_published"].folder / "published_2025.csv"
    drop("province_published", "published_2025.csv", published.read_bytes())
    release = ioc("run", "--json").json["release"]
    folder = places.releases / release
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (entry,) = manifest["inputs"]
    assert entry["file_name"] == "published_2025.csv" and len(entry["sha256"]) == 64
    assert manifest["contract_versions"]["province_published"] == catalogue.feeds["province_published"].version
    assert manifest["state"]["code_version"]
    assert (folder / "release.duckdb").stat().st_mode & 0o222 == 0
    import hashlib

    digest = hashlib.sha256((folder / "release.duckdb").read_bytes()).hexdigest()
    assert digest == manifest["release_sha256"]
    with duckdb.connect(str(folder / "release.duckdb"), read_only=True) as shown:
        assert shown.execute("SELECT province_code FROM release_info").fetchone() == ("56",)
