"""Every question the pages ask of a release, each asked once per release and kept.

Results are tuples of frozen data shared between sessions: caches hand out the object itself,
nothing is copied per viewer.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import streamlit as st

from ioc_dashboard.model import (
    Card,
    Clause,
    Delivery,
    Feed,
    QuarantineRow,
    ReleaseInfo,
    Rule,
    Tile,
    Value,
    Words,
)
from ioc_dashboard.release import Release

HISTORY = 36  # periods kept per indicator for the sparkline and the comparison
NATIONAL = "VN"
QUARANTINE_SHOWN = 200
_KEEP = 8  # releases remembered per question
_by_release: dict[str | type[Any], Callable[[Any], Any]] = {Release: lambda release: release.key}


def _words(row: dict[str, Any], name: str) -> Words:
    return Words(str(row.get(f"{name}_vi") or ""), str(row.get(f"{name}_en") or ""))


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _count(row: dict[str, Any], name: str) -> int:
    return int(row.get(name) or 0)


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def info(release: Release) -> ReleaseInfo:
    """Identity of the release."""
    row = release.rows("SELECT * FROM release_info LIMIT 1")[0]
    return ReleaseInfo(
        release_id=_text(row, "release_id"),
        created_at=row.get("created_at"),
        province_code=_text(row, "province_code"),
        province=_words(row, "province_name"),
        timezone=_text(row, "timezone"),
        standard_version=_text(row, "standard_version"),
        code_version=_text(row, "code_version"),
        run_id=_text(row, "run_id"),
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def tiles(release: Release) -> tuple[Tile, ...]:
    """All indicators in the order of their cards, each for the province (or the nation when only that exists)."""
    province = info(release).province_code
    rows = release.rows(
        f"""SELECT * FROM indicator_values WHERE area IN (?, '{NATIONAL}')
            QUALIFY row_number() OVER (PARTITION BY code, area ORDER BY period_end DESC, is_latest DESC) <= {HISTORY}
            ORDER BY code, area, period_end, is_latest""",
        [province],
    )
    series: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for row in rows:
        value = _value(row)
        series[(value.code, value.area)].append(value)
    found = []
    for row in release.rows("SELECT * FROM indicators ORDER BY sort NULLS LAST, code"):
        card = _card(row)
        own, nation = series.get((card.code, province), []), series.get((card.code, NATIONAL), [])
        shown, other = (own, nation) if own else (nation, [])
        latest = _latest(shown)
        found.append(
            Tile(card, latest, _comparable(shown, latest), _same_period(other, latest)),
        )
    return tuple(found)


def _latest(values: list[Value]) -> Value | None:
    marked = [value for value in values if value.is_latest]
    return (marked or values)[-1] if values else None


def _comparable(values: list[Value], latest: Value | None) -> tuple[Value, ...]:
    """Values of the same kind of period and the same measure, up to the newest one."""
    if latest is None:
        return ()
    return tuple(
        value for value in values if value.period_kind == latest.period_kind and value.measure == latest.measure
    )


def _same_period(values: list[Value], latest: Value | None) -> Value | None:
    if latest is None:
        return None
    same = [value for value in values if value.period == latest.period and value.measure == latest.measure]
    return same[-1] if same else None


def _card(row: dict[str, Any]) -> Card:
    name = _words(row, "name")
    short = _words(row, "short")
    return Card(
        code=_text(row, "code"),
        name=name if name.vi or name.en else Words(_text(row, "code"), _text(row, "code")),
        short=short if short.vi or short.en else name,
        unit=_words(row, "unit"),
        decimals=max(0, min(6, _count(row, "decimals"))),
        field=_words(row, "field"),
        direction=_text(row, "direction") or "neutral",
        owner=_words(row, "owner"),
        feed_id=_text(row, "feed_id"),
        definition=_words(row, "definition"),
        formula=_text(row, "formula"),
        target_basis=_words(row, "target_basis"),
        target_mark=_text(row, "target_mark"),
        headline=bool(row.get("headline")),
        sort=_count(row, "sort"),
    )


def _value(row: dict[str, Any]) -> Value:
    return Value(
        code=_text(row, "code"),
        area=_text(row, "area"),
        area_name=_words(row, "area_name"),
        period=_text(row, "period"),
        period_kind=_text(row, "period_kind"),
        period_end=row.get("period_end"),
        measure=_text(row, "measure"),
        data_type=_text(row, "data_type"),
        value=row.get("value"),
        value_status=_text(row, "value_status"),
        target=row.get("target"),
        status=_text(row, "status"),
        grey_cause=_text(row, "grey_cause"),
        reason=_words(row, "status_reason"),
        known_at=row.get("known_at"),
        published_at=row.get("published_at"),
        held=bool(row.get("held")),
        simulated=bool(row.get("simulated")),
        trust=_text(row, "trust") or "unverified",
        rules_passed=_count(row, "rules_passed"),
        rules_failed=_count(row, "rules_failed"),
        rules_unknown=_count(row, "rules_unknown"),
        feed_id=_text(row, "feed_id"),
        delivery_id=_text(row, "delivery_id"),
        file_name=_text(row, "file_name"),
        location=_text(row, "location"),
        is_latest=bool(row.get("is_latest")),
        correction=_words(row, "correction"),
        raw_value=row.get("raw_value"),
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def feeds(release: Release) -> tuple[Feed, ...]:
    """All feeds, those that need attention first."""
    return tuple(
        Feed(
            feed_id=_text(row, "feed_id"),
            title=_words(row, "title") if row.get("title_vi") else Words(_text(row, "feed_id"), _text(row, "title_en")),
            owner=_words(row, "owner"),
            source=_words(row, "source"),
            group=_text(row, "feed_group"),
            shape=_text(row, "shape"),
            schedule_period=_text(row, "schedule_period"),
            lag_days=row.get("lag_days"),
            health=_text(row, "health"),
            reason=_words(row, "health_reason"),
            last_received_at=row.get("last_received_at"),
            last_good_at=row.get("last_good_at"),
            newest_period=_text(row, "newest_period"),
            newest_period_end=row.get("newest_period_end"),
            due_period_end=row.get("due_period_end"),
            due_at=row.get("due_at"),
            deliveries=_count(row, "deliveries"),
            received=_count(row, "received"),
            accepted=_count(row, "accepted"),
            quarantined=_count(row, "quarantined"),
            rules_passed=_count(row, "rules_passed"),
            rules_failed=_count(row, "rules_failed"),
            rules_unknown=_count(row, "rules_unknown"),
            simulated=bool(row.get("simulated")),
        )
        for row in release.rows(
            """SELECT * FROM feeds ORDER BY CASE health WHEN 'blocked' THEN 0 WHEN 'held' THEN 1 WHEN 'late' THEN 2
               WHEN 'never' THEN 3 ELSE 4 END, feed_id"""
        )
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def deliveries(release: Release) -> dict[str, tuple[Delivery, ...]]:
    """Deliveries of each feed, newest first."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for row in release.rows("SELECT * FROM deliveries ORDER BY received_at DESC NULLS LAST, delivery_id"):
        found[_text(row, "feed_id")].append(
            Delivery(
                feed_id=_text(row, "feed_id"),
                delivery_id=_text(row, "delivery_id"),
                file_name=_text(row, "file_name"),
                sha256=_text(row, "sha256"),
                size_bytes=row.get("size_bytes"),
                producer=_text(row, "producer"),
                received_at=row.get("received_at"),
                published_at=row.get("published_at"),
                outcome=_text(row, "outcome"),
                received=row.get("received"),
                accepted=row.get("accepted"),
                quarantined=row.get("quarantined"),
                added=row.get("added"),
                revised=row.get("revised"),
                unchanged=row.get("unchanged"),
                message=_words(row, "message"),
                notices=_notices(row.get("notices_json")),
                simulated=bool(row.get("simulated")),
            )
        )
    return {feed: tuple(items) for feed, items in found.items()}


def _notices(text: str | None) -> tuple[Words, ...]:
    try:
        items = json.loads(text) if text else []
    except ValueError:
        items = [text]
    return tuple(
        Words(str(item.get("vi") or ""), str(item.get("en") or "")) if isinstance(item, dict) else Words(str(item))
        for item in (items if isinstance(items, list) else [items])
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def rules(release: Release) -> dict[str, tuple[Rule, ...]]:
    """Results of rules by delivery: failed first, then undecided, then passed."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for row in release.rows(
        """SELECT * FROM validation_results ORDER BY CASE WHEN success IS FALSE THEN 0 WHEN success IS NULL THEN 1
           ELSE 2 END, CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, clause, expectation_id"""
    ):
        found[_text(row, "delivery_id")].append(
            Rule(
                feed_id=_text(row, "feed_id"),
                delivery_id=_text(row, "delivery_id"),
                clause=_text(row, "clause"),
                expectation_id=_text(row, "expectation_id"),
                column=_text(row, "column_name"),
                level=_text(row, "level"),
                severity=_text(row, "severity"),
                success=row.get("success"),
                evaluated=row.get("evaluated"),
                unexpected=row.get("unexpected"),
                missing=row.get("missing"),
                observed=_text(row, "observed"),
                message=_words(row, "message"),
                why=_words(row, "why"),
                fix=_words(row, "fix"),
            )
        )
    return {delivery: tuple(items) for delivery, items in found.items()}


@st.cache_resource(max_entries=4 * _KEEP, show_spinner=False, hash_funcs=_by_release)
def quarantine(release: Release, feed_id: str) -> tuple[QuarantineRow, ...]:
    """Rows of a feed that were set aside, newest delivery first."""
    return tuple(
        QuarantineRow(
            feed_id=_text(row, "feed_id"),
            delivery_id=_text(row, "delivery_id"),
            file_name=_text(row, "file_name"),
            row_no=row.get("row_no"),
            location=_text(row, "location"),
            clause=_text(row, "clause"),
            column=_text(row, "column_name"),
            raw=_text(row, "raw"),
            reason=_words(row, "reason"),
        )
        for row in release.rows(
            """SELECT q.* FROM quarantine q LEFT JOIN deliveries d USING (feed_id, delivery_id) WHERE q.feed_id = ?
               ORDER BY d.received_at DESC NULLS LAST, q.row_no, q.clause LIMIT ?""",
            [feed_id, QUARANTINE_SHOWN],
        )
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def clauses(release: Release) -> tuple[Clause, ...]:
    """Clauses of the standard, each with its verdict (when the release has verdicts) and the results of its rules in
    every feed's newest delivery."""
    verdicts = _verdicts(release)
    return tuple(
        Clause(
            id=_text(row, "id"),
            principle=_text(row, "principle"),
            title=_words(row, "title"),
            explanation=_words(row, "explain"),
            severity=_text(row, "severity"),
            level=_text(row, "level"),
            evidence=_text(row, "evidence"),
            basis=_text(row, "basis_vi"),
            mark=_text(row, "mark"),
            fix=_words(row, "fix"),
            passed=_count(row, "passed"),
            failed=_count(row, "failed"),
            unknown=_count(row, "undecided"),
            **verdicts.get(_text(row, "id"), {}),
        )
        for row in release.rows(
            """WITH judged AS (SELECT DISTINCT feed_id, delivery_id FROM validation_results),
                 newest AS (SELECT feed_id, arg_max(delivery_id, coalesce(received_at, TIMESTAMPTZ '1970-01-01'))
                              AS delivery_id FROM deliveries SEMI JOIN judged USING (feed_id, delivery_id)
                            GROUP BY feed_id),
                 counted AS (SELECT clause, count_if(success IS TRUE) AS passed, count_if(success IS FALSE) AS failed,
                               count_if(success IS NULL) AS undecided
                             FROM validation_results SEMI JOIN newest USING (feed_id, delivery_id) GROUP BY clause)
               SELECT c.*, n.passed, n.failed, n.undecided FROM clauses c LEFT JOIN counted n ON n.clause = c.id
               ORDER BY c.rowid"""
        )
    )


@st.cache_resource(max_entries=_KEEP, show_spinner=False, hash_funcs=_by_release)
def has_verdicts(release: Release) -> bool:
    """False for a release made before verdicts were published."""
    return bool(release.rows("SELECT 1 FROM information_schema.tables WHERE table_name = 'clause_verdicts'"))


def _verdicts(release: Release) -> dict[str, dict[str, Any]]:
    """Verdict fields by clause; empty for a release made before verdicts were published."""
    if not has_verdicts(release):
        return {}
    found = {}
    for row in release.rows("SELECT * FROM clause_verdicts WHERE scope = 'centre'"):
        name, version = _words(row, "layer_name"), _text(row, "layer_version")
        found[_text(row, "clause")] = {
            "verdict": _text(row, "verdict"),
            "numerator": _count(row, "numerator"),
            "denominator": _count(row, "denominator"),
            "counted": _words(row, "counted"),
            "reason": _words(row, "reason"),
            "layer": Words(f"{name.vi} {version}", f"{name.en} {version}"),
        }
    return found
