"""Dagster assets made from the contracts: one per feed, and the release. Thin: the work is in `flow`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.flow import FeedRun
from ioc_pipeline.orchestrate.session import FlowSession
from ioc_pipeline.orchestrate.verdicts import LatestDelivery, latest_delivery

KINDS = {
    "nso_workbook": "excel", "indicator_json": "json", "table": "table", "form": "excel", "json_stat": "json",
    "sdmx": "xml",
}  # fmt: skip
RELEASE = dg.AssetKey(["release"])


def feed_key(feed_id: str) -> dg.AssetKey:
    """Asset key of a feed."""
    return dg.AssetKey(["feeds", feed_id])


def feed_asset(feed: Feed) -> dg.AssetsDefinition:
    """Asset that takes a feed from its inbox to stored facts.

    Check `contract` is blocking: it fails when the newest delivery was refused or blocked. Check `quality` warns of
    every other failed rule. Their metadata name the rules; the full results are in the warehouse.
    """

    @dg.asset(
        key=feed_key(feed.id),
        group_name=feed.group,
        description=f"{feed.title.vi} · {feed.title.en}\n\n{feed.description.en}",
        owners=[f"team:{feed.owner_id}"],
        kinds={"duckdb", KINDS[feed.reader["format"]]},
        metadata=_declared(feed),
        freshness_policy=_freshness(feed),
        check_specs=[
            dg.AssetCheckSpec("contract", asset=feed_key(feed.id), blocking=True, description="Critical rules"),
            dg.AssetCheckSpec("quality", asset=feed_key(feed.id), description="All rules of the suite"),
        ],
        required_resource_keys={"session"},
        code_version=feed.version,
    )
    def ingest(context: dg.AssetExecutionContext) -> Iterator[Any]:
        session: FlowSession = context.resources.session
        run = session.ingest(feed, context.run.run_id)
        latest = latest_delivery(session.places, feed)
        yield dg.MaterializeResult(metadata=_counts(run), check_results=[_contract(run, latest), _quality(latest)])

    return ingest


def release_asset(feeds: list[Feed]) -> dg.AssetsDefinition:
    """Asset of the published release; made again on its own when any feed changed.

    A feed whose blocking check failed stops only itself: the release runs separately and shows that feed as held.
    """

    @dg.asset(
        key=RELEASE,
        group_name="release",
        description="Bản phát hành chỉ đọc của bảng điều hành · The read-only release that the dashboard reads",
        deps=[feed_key(feed.id) for feed in feeds],
        kinds={"duckdb"},
        automation_condition=dg.AutomationCondition.any_deps_updated() & ~dg.AutomationCondition.in_progress(),
        required_resource_keys={"session"},
    )
    def publish(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        session: FlowSession = context.resources.session
        made = session.publish(context.run.run_id)
        alerts = {"alerts": dg.MetadataValue.json(session.followed.as_dict())}
        if made is None:
            return dg.MaterializeResult(metadata={"release": "không có gì mới / nothing new", **alerts})
        return dg.MaterializeResult(
            metadata={
                "release": made.release_id,
                "manifest": dg.MetadataValue.path(str(made.folder / "manifest.json")),
                "sha256": made.manifest["release_sha256"],
                **{f"rows_{table}": count for table, count in made.manifest["tables"].items()},
                **alerts,
            }
        )

    return publish


def _declared(feed: Feed) -> dict[str, Any]:
    columns = [
        dg.TableColumn(
            c.name, c.type, f"{c.title.vi} · {c.title.en}", dg.TableColumnConstraints(nullable=not c.required)
        )
        for c in feed.columns
    ]
    return {
        "dagster/column_schema": dg.TableSchema(columns=columns),
        "contract": dg.MetadataValue.path(str(feed.folder / "contract.yaml")),
        "source": f"{feed.source.vi} · {feed.source.en}",
        "key": ", ".join(feed.key),
    }


def _freshness(feed: Feed) -> Any:
    """When the feed must have been materialized, from the contract's schedule, Viet Nam time."""
    day = min(feed.lag_days + 1, 28)
    cron, window = {
        "day": ("59 23 * * *", timedelta(days=1)),
        "month": (f"0 0 {day} * *", timedelta(days=day)),
        "quarter": (f"0 0 {day} 1,4,7,10 *", timedelta(days=day)),
        "half": (f"0 0 {day} 1,7 *", timedelta(days=day)),
        "year": (f"0 0 {day} 2 *", timedelta(days=day + 31)),
    }[feed.period]
    return dg.FreshnessPolicy.cron(deadline_cron=cron, lower_bound_delta=window, timezone="Asia/Ho_Chi_Minh")


def _counts(run: FeedRun) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "deliveries": len(run.outcomes),
        "received": run.received,
        "accepted": run.accepted,
        "quarantined": run.quarantined,
        "dagster/row_count": run.accepted,
        "files": [f"{o.delivery.file_name} · {o.delivery.sha256[:16]} · {o.outcome}" for o in run.outcomes],
    }
    if run.problem:
        counts["problem"] = f"{run.problem.vi} / {run.problem.en}"
    if run.pull:
        counts["pull"] = run.pull.state
        counts["pull_records"] = run.pull.records
        said = [*((run.pull.message,) if run.pull.message else ()), *run.pull.warnings]
        if said:
            counts["pull_messages"] = [f"{m.vi} / {m.en}" for m in said]
    return counts


def _contract(run: FeedRun, latest: LatestDelivery | None) -> dg.AssetCheckResult:
    if run.problem is not None:
        return dg.AssetCheckResult(
            check_name="contract", passed=False, description=f"{run.problem.vi} / {run.problem.en}"
        )
    if latest is None:
        return dg.AssetCheckResult(
            check_name="contract",
            passed=False,
            severity=dg.AssetCheckSeverity.WARN,
            description="Chưa nhận được tệp nào / nothing received yet",
        )
    return dg.AssetCheckResult(
        check_name="contract",
        passed=latest.outcome == "stored",
        severity=dg.AssetCheckSeverity.ERROR,
        description=latest.message,
        metadata={"file": latest.file_name, "outcome": latest.outcome, "delivery": latest.delivery_id},
    )


def _quality(latest: LatestDelivery | None) -> dg.AssetCheckResult:
    decided = latest is not None and (latest.passed or latest.failed)
    metadata: dict[str, Any] = {}
    if latest is not None:
        metadata = {
            "passed": latest.passed,
            "failed": len(latest.failed),
            "undetermined": latest.undetermined,
            "failing_rules": dg.MetadataValue.json([f.as_dict() for f in latest.failed]),
        }
    return dg.AssetCheckResult(
        check_name="quality",
        passed=bool(decided and latest is not None and not latest.failed),
        severity=dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )
