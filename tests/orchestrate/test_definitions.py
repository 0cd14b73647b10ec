"""Dagster: assets derived from the contracts, one code path with `ioc run`, checks that carry the verdicts."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import dagster as dg
import pytest

from ioc_pipeline.orchestrate.assets import RELEASE, feed_asset, feed_key, release_asset
from ioc_pipeline.orchestrate.in_process import materialize_feeds, materialize_release
from ioc_pipeline.orchestrate.instance import PID_TAG, dagster_home, report_dead_runs
from ioc_pipeline.orchestrate.session import FlowSession

ROOT = Path(__file__).parents[2]


@pytest.fixture
def session(places, catalogue) -> FlowSession:
    return FlowSession(places, catalogue)


def test_every_feed_has_an_asset_with_owner_group_kinds_schema_and_checks(catalogue):
    from ioc_pipeline.definitions import definitions

    loaded = definitions()
    dg.Definitions.validate_loadable(loaded)
    graph = loaded.resolve_asset_graph()
    assert set(graph.get_all_asset_keys()) == {RELEASE, *(feed_key(f) for f in catalogue.feeds)}
    for feed in catalogue.feeds.values():
        node = graph.get(feed_key(feed.id))
        assert node.group_name == feed.group
        assert node.owners == [f"team:{feed.owner_id}"]
        assert "duckdb" in node.kinds
        columns = [c.name for c in node.metadata["dagster/column_schema"].columns]
        assert columns == [c.name for c in feed.columns]
        checks = {key.name for key in graph.asset_check_keys if key.asset_key == feed_key(feed.id)}
        assert checks == {"contract", "quality"}
    assert graph.get(RELEASE).parent_keys == {feed_key(f) for f in catalogue.feeds}
    names = {job.name for job in loaded.resolve_all_job_defs()}
    assert {f"ingest_{f}" for f in catalogue.feeds} | {"publish"} <= names


def test_the_workspace_file_names_the_package():
    import yaml

    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text())
    assert workspace["load_from"][0]["python_module"]["module_name"] == "ioc_pipeline.definitions"


def _materialize(session: FlowSession, *assets: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    return dg.materialize(list(assets), resources={"session": session}, raise_on_error=False)


def test_materializing_the_asset_and_ioc_run_are_the_same_path(session, catalogue, drop):
    feed = catalogue.feeds["province_published"]
    drop(feed.id, "published_2025.csv", (feed.folder / "published_2025.csv").read_bytes())
    result = _materialize(session, feed_asset(feed))
    assert result.success
    checks = {c.check_name: c for c in result.get_asset_check_evaluations()}
    assert checks["contract"].passed and checks["quality"].passed
    (made,) = result.asset_materializations_for_node("feeds__province_published")
    assert made.metadata["accepted"].value == 170 and made.metadata["quarantined"].value == 0
    published = _materialize(session, release_asset([]))
    assert published.success and session.release is not None


def test_a_refused_delivery_fails_the_blocking_check_and_nothing_else(session, catalogue, drop):
    good, bad = catalogue.feeds["province_published"], catalogue.feeds["dossiers"]
    drop(good.id, "published_2025.csv", (good.folder / "published_2025.csv").read_bytes())
    drop(bad.id, "hỏng.csv", b"<html></html>")
    result = _materialize(session, feed_asset(good), feed_asset(bad))
    verdicts = {(c.asset_key, c.check_name): c for c in result.get_asset_check_evaluations()}
    assert verdicts[(feed_key(good.id), "contract")].passed
    failed = verdicts[(feed_key(bad.id), "contract")]
    assert not failed.passed and failed.severity == dg.AssetCheckSeverity.ERROR and failed.blocking
    assert "hỏng.csv" in (failed.description or "")


def test_no_delivery_is_never_a_pass(session, catalogue):
    result = _materialize(session, feed_asset(catalogue.feeds["dossiers"]))
    assert [c.passed for c in result.get_asset_check_evaluations()] == [False, False]
    assert all(c.severity == dg.AssetCheckSeverity.WARN for c in result.get_asset_check_evaluations())


def test_failed_rules_are_in_the_metadata_of_the_quality_check(session, catalogue, drop):
    feed = catalogue.feeds["province_published"]
    text = (feed.folder / "published_2025.csv").read_text(encoding="utf-8")
    drop(feed.id, "lệch bậc.csv", text.replace("56,Khánh Hòa,KT_GRDP_TT,2025", "99,Khánh Hòa,KT_GRDP_TT,2025").encode())
    result = _materialize(session, feed_asset(feed))
    quality = next(c for c in result.get_asset_check_evaluations() if c.check_name == "quality")
    assert not quality.passed
    rules = quality.metadata["failing_rules"].value
    assert any(rule["clause"] == "IOC-SACH-01" and rule["unexpected"] == 1 for rule in rules)


def test_in_process_runs_are_in_dagsters_history(session, catalogue, drop, places):
    feed = catalogue.feeds["province_published"]
    drop(feed.id, "published_2025.csv", (feed.folder / "published_2025.csv").read_bytes())
    materialize_feeds(session, [feed])
    materialize_release(session)
    with dg.DagsterInstance.get() as instance:
        assert instance.get_latest_materialization_event(feed_key(feed.id)) is not None
        assert instance.get_latest_materialization_event(RELEASE) is not None
        assert instance.telemetry_enabled is False
    assert os.environ["DAGSTER_HOME"] == str(places.dagster)


def test_runs_of_killed_processes_are_reported_failed(places):
    dagster_home(places)

    @dg.op
    def nothing() -> None:
        return None

    @dg.job
    def idle() -> None:
        nothing()

    with dg.DagsterInstance.get() as instance:
        dead = instance.create_run_for_job(idle, status=dg.DagsterRunStatus.STARTED, tags={PID_TAG: "999999999"})
        alive = instance.create_run_for_job(idle, status=dg.DagsterRunStatus.STARTED, tags={PID_TAG: str(os.getpid())})
        assert report_dead_runs(instance) == 1
        assert instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.FAILURE
        assert instance.get_run_by_id(alive.run_id).status == dg.DagsterRunStatus.STARTED


def test_a_broken_contract_disables_its_own_feed_only(tmp_path, monkeypatch):
    from ioc_pipeline.definitions import definitions

    copy = tmp_path / "data_contracts"
    shutil.copytree(ROOT / "data_contracts", copy)
    (copy / "feeds" / "dossiers" / "contract.yaml").write_text("apiVersion: [unfinished")
    monkeypatch.setenv("IOC_CONTRACTS", str(copy))
    keys = definitions().resolve_asset_graph().get_all_asset_keys()
    assert feed_key("dossiers") not in keys and feed_key("lris_indicators") in keys


def test_the_release_is_made_again_when_a_feed_changed(catalogue):
    from ioc_pipeline.definitions import definitions

    feed = feed_key("province_published")
    with dg.DagsterInstance.ephemeral() as instance:
        loaded = definitions()
        first = dg.evaluate_automation_conditions(loaded, instance=instance)
        instance.report_runless_asset_event(dg.AssetMaterialization(feed))
        second = dg.evaluate_automation_conditions(loaded, instance=instance, cursor=first.cursor)
        assert second.get_requested_partitions(RELEASE) == {None}
        third = dg.evaluate_automation_conditions(loaded, instance=instance, cursor=second.cursor)
        assert third.get_requested_partitions(RELEASE) == set()
