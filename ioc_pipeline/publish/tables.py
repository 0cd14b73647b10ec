"""The tables of a release, filled from the warehouse (attached as `release`) and the declarations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ioc_pipeline.compute.bound_facts import area_rows, statements_kept
from ioc_pipeline.compute.formulas import sql_of
from ioc_pipeline.compute.health import FeedHealth
from ioc_pipeline.compute.shown import RAW, correct, forget, show
from ioc_pipeline.compute.status import PLAN_BASIS
from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed, Indicator
from ioc_pipeline.messages import Message, Text
from ioc_pipeline.publish.decision_tables import fill_decisions
from ioc_pipeline.publish.explain_tables import fill_explain
from ioc_pipeline.publish.operations_tables import fill_operations
from ioc_pipeline.publish.scenario_tables import fill_scenarios
from ioc_pipeline.publish.service_tables import fill_services
from ioc_pipeline.publish.standard_tables import fill_standard
from ioc_pipeline.publish.value_tables import fill_values, fill_vintages
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.version import code_version

RESULTS_LIMIT = 12
"""Newest deliveries per feed and outcome whose rule results a release carries, beside those of the values it shows."""

QUARANTINE_LIMIT = 200
"""Quarantined rows per delivery that a release carries; the warehouse has them all."""


def fill(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    healths: dict[str, FeedHealth],
    failed: Mapping[str, Message],
    *,
    release_id: str,
    run_id: str,
    now: datetime,
) -> dict[str, int]:
    """Fill every table of the attached, empty release; returns rows per table. `failed`: cards whose text gives no
    values, and why."""
    today = now.astimezone(ZoneInfo(catalogue.province.timezone)).date()
    show(connection, catalogue)
    corrections = correct(connection, catalogue, today)
    with statements_kept(connection):
        counts = {
            "release_info": _insert(connection, "release_info", [_info(catalogue, release_id, run_id, now)]),
            "indicators": _insert(
                connection, "indicators", [_card(c, failed.get(c.code)) for c in catalogue.indicators.values()]
            ),
            "indicator_values": fill_values(connection, catalogue, healths, area_names(catalogue.province.code), today),
            "indicator_vintages": fill_vintages(connection, catalogue),
            "feeds": _insert(connection, "feeds", _feeds(connection, catalogue, healths)),
            "clauses": _insert(connection, "clauses", _clauses(catalogue)),
            "areas": _insert(connection, "areas", _areas(catalogue)),
        }
        _name_indicators(connection, catalogue)
        for table, sql in _COPIED.items():
            connection.execute(f"INSERT INTO release.{table} BY NAME {sql}")
            found = connection.execute(f"SELECT count(*) FROM release.{table}").fetchone()
            counts[table] = found[0] if found else 0
        connection.execute("DROP TABLE temp.main._indicator_names")
        operations, evidence = fill_operations(connection, catalogue, now)
        counts |= operations | fill_standard(connection, catalogue, healths, RAW, corrections, now, evidence)
        counts |= fill_decisions(connection, catalogue, now)
        counts |= fill_explain(connection, catalogue)
    counts |= fill_scenarios(connection, catalogue) | fill_services(connection, catalogue)
    forget(connection)
    return counts


_COPIED = {
    "deliveries": (
        "SELECT feed_id, delivery_id, file_name, sha256, size_bytes, producer, received_at, published_at, outcome, "
        "received, accepted, quarantined, added, revised, unchanged, message_vi, message_en, notices_json, simulated, "
        "run_id, doubted FROM deliveries"
    ),
    "validation_results": (
        "SELECT feed_id, delivery_id, run_id, clause, expectation_id, expectation_type, column_name, level, severity, "
        "success, evaluated, unexpected, missing, observed, message_vi, message_en, why_vi, why_en, fix_vi, fix_en "
        "FROM validation_results v SEMI JOIN ("
        f"SELECT feed_id, delivery_id FROM deliveries QUALIFY row_number() OVER (PARTITION BY feed_id, outcome "
        f"ORDER BY received_at DESC, stated_at DESC) <= {RESULTS_LIMIT} "
        "UNION SELECT feed_id, delivery_id FROM release.indicator_values WHERE is_latest) USING (feed_id, delivery_id)"
    ),
    "doubts": (
        "SELECT feed_id, delivery_id, clause, column_name, code, doubted, reason_vi, reason_en, examples_json "
        "FROM doubts"
    ),
    "quarantine": (
        "SELECT q.feed_id, q.delivery_id, d.file_name, row_no, location, clause, expectation_id, column_name, raw, "
        "reason_vi, reason_en FROM quarantine q JOIN deliveries d USING (feed_id, delivery_id) "
        f"QUALIFY row_number() OVER (PARTITION BY q.feed_id, q.delivery_id ORDER BY row_no) <= {QUARANTINE_LIMIT}"
    ),
    "engine_differences": (
        "SELECT e.feed_id, e.delivery_id, d.file_name, clause, expectation_id, aspect, compiled, stock "
        "FROM engine_differences e JOIN deliveries d USING (feed_id, delivery_id)"
    ),
    "observations": (
        "SELECT o.feed_id, o.indicator, n.name_vi AS indicator_name_vi, item, item_name, area, area_name, period, "
        "period_kind, period_end, measure, "
        "data_type, value, value_text, value_status, unit, agency, numerator, denominator, o.simulated, known_at, "
        "o.published_at, vintage, o.delivery_id, d.file_name, source_table, sheet, cell "
        "FROM observations_current o JOIN deliveries d USING (feed_id, delivery_id) "
        "LEFT JOIN _indicator_names n ON n.feed_id = o.feed_id AND n.indicator = o.indicator"
    ),
}


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]) -> int:
    return insert_rows(connection, f"release.{table}", rows)


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_vi": text.vi, f"{name}_en": text.en}


def _info(catalogue: Catalogue, release_id: str, run_id: str, now: datetime) -> dict[str, Any]:
    return {
        "release_id": release_id,
        "created_at": now,
        "province_code": catalogue.province.code,
        **_both("province_name", catalogue.province.name),
        "timezone": catalogue.province.timezone,
        "standard_version": catalogue.standard.version,
        "contracts_hash": catalogue.hash,
        "code_version": code_version(),
        "run_id": run_id,
    }


def _card(card: Indicator, failed: Message | None) -> dict[str, Any]:
    newest = max(card.targets, key=lambda t: t.year, default=None)
    basis = newest.basis if newest else PLAN_BASIS if card.plan else Text("", "")
    return {
        "code": card.code,
        **_both("name", card.name),
        **_both("short", card.short),
        **_both("unit", card.unit_text),
        "decimals": card.decimals,
        **_both("field", card.field),
        "direction": card.direction,
        **_both("owner", card.owner),
        "feed_id": card.feed,
        **_both("definition", card.definition),
        "formula": sql_of(card),
        **_both("target_basis", basis),
        "target_mark": newest.mark if newest else None,
        "headline": card.headline,
        "sort": card.sort,
        "group_id": card.group,
        "kind": card.kind,
        "additivity": card.additivity,
        "price_basis": card.price_basis,
        "period": card.period,
        "lag_days": card.lag_days,
        **_both("plain", card.plain),
        **_both("guidance", card.guidance),
        "confidentiality": card.confidentiality,
        "band_low": card.band.low if card.band else None,
        "band_high": card.band.high if card.band else None,
        "no_source_vi": card.no_source.vi if card.no_source else None,
        "no_source_en": card.no_source.en if card.no_source else None,
        "references_json": json.dumps(card.references, ensure_ascii=False),
        "sql_text": sql_of(card),
        "failed_vi": failed.vi if failed else None,
        "failed_en": failed.en if failed else None,
    }


def _feeds(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, healths: Mapping[str, FeedHealth]
) -> list[dict[str, Any]]:
    totals = {
        feed_id: counts
        for feed_id, *counts in connection.execute(
            "SELECT feed_id, count(*), sum(received), sum(accepted), sum(quarantined), bool_or(simulated), "
            "sum(doubted) FROM deliveries GROUP BY feed_id"
        ).fetchall()
    }
    rules = {
        feed_id: counts
        for feed_id, *counts in connection.execute(
            "SELECT feed_id, count(*) FILTER (success), count(*) FILTER (NOT success), "
            "count(*) FILTER (success IS NULL) FROM validation_results SEMI JOIN ("
            "SELECT feed_id, max_by(delivery_id, (stated_at, received_at)) AS delivery_id FROM deliveries "
            "WHERE outcome = 'stored' GROUP BY feed_id) USING (feed_id, delivery_id) GROUP BY feed_id"
        ).fetchall()
    }
    nothing, no_rules = (0, 0, 0, 0, False, 0), (0, 0, 0)
    return [
        _feed(feed, healths[feed.id], totals.get(feed.id, nothing), rules.get(feed.id, no_rules))
        for feed in catalogue.feeds.values()
    ]


def _feed(feed: Feed, health: FeedHealth, totals: Sequence[Any], rules: Sequence[int]) -> dict[str, Any]:
    return {
        "feed_id": feed.id,
        **_both("title", feed.title),
        **_both("owner", feed.owner),
        **_both("source", feed.source),
        "feed_group": feed.group,
        "shape": feed.shape,
        "schedule_period": feed.period,
        "lag_days": feed.lag_days,
        "health": health.health,
        **_both("health_reason", health.reason),
        "last_received_at": health.last_received_at,
        "last_good_at": health.last_good_at,
        "newest_period": health.newest.text if health.newest else None,
        "newest_period_end": health.newest.end if health.newest else None,
        "due_period_end": health.due.end,
        "due_at": health.due_at,
        "deliveries": totals[0],
        "received": totals[1] or 0,
        "accepted": totals[2] or 0,
        "quarantined": totals[3] or 0,
        "rules_passed": rules[0],
        "rules_failed": rules[1],
        "rules_unknown": rules[2],
        "simulated": bool(totals[4]),
        "doubted": totals[5] or 0,
    }


def _clauses(catalogue: Catalogue) -> list[dict[str, Any]]:
    principles = catalogue.standard.principles
    return [
        {
            "id": c.id,
            "principle": principles[c.principle].vi if c.principle in principles else c.principle,
            **_both("title", c.title),
            **_both("explain", c.explanation),
            "severity": c.severity,
            "level": c.level,
            "evidence": c.evidence,
            "basis_vi": c.basis.vi,
            "mark": c.mark,
            **_both("fix", c.guidance),
        }
        for c in catalogue.standard.clauses.values()
    ]


@cache
def area_names(province: str) -> dict[str, Text]:
    """Names of the country, the provinces and a province's communes, by code."""
    names = {"VN": Text("Cả nước", "Viet Nam")}
    names |= {u.code: Text(u.name, u.name_en) for u in units.provinces()}
    return names | {u.code: Text(u.full_name, u.name_en) for u in units.communes(province)}


def _areas(catalogue: Catalogue) -> list[dict[str, Any]]:
    names = area_names(catalogue.province.code)
    return [
        {"code": row["code"], **_both("name", names[str(row["code"])]), "level": row["level"], "parent": row["parent"]}
        for row in area_rows(catalogue)
    ]


def _name_indicators(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Table of the declared name of each feed's indicator codes."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _indicator_names (feed_id VARCHAR, indicator VARCHAR, name_vi VARCHAR)"
    )
    names = [
        {"feed_id": feed.id, "indicator": code, "name_vi": name.vi}
        for feed in catalogue.feeds.values()
        for code, name in feed.indicator_names().items()
    ]
    insert_rows(connection, "_indicator_names", names)
