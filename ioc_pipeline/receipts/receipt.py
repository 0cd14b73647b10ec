"""The receipt of one delivery, for its sender: what was accepted, what was not, where, why, and how to fix it.

Built from what the warehouse recorded when the delivery was judged, so it says the same tomorrow as today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import duckdb

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import IocError, Message, Text
from ioc_pipeline.read.problem_codes import PROBLEM_CODES

MOST_FAULTS = 1000
"""Faults a receipt lists one by one; `faults_total` counts all of them."""
_NOTHING = Text("", "")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one row: where it stands (`Sheet!C12`, a line, a JSON path), by which clause, how to fix."""

    row: int  # number of the row in the delivery, 0 = the whole delivery
    location: str | None
    clause: str
    clause_title: Text
    rule: str  # expectation id, or `read.<code>`
    column: str | None
    column_title: Text
    value: str | None
    reason: Text
    fix: Text
    subject: Text = _NOTHING  # what the row is about: indicator and area, or the record's key


@dataclass(frozen=True)
class RuleResult:
    """A rule the delivery failed, or that could not be decided (`success` None)."""

    clause: str
    rule: str
    severity: str
    level: str
    success: bool | None
    unexpected: int
    evaluated: int
    message: Text
    why: Text
    fix: Text


@dataclass(frozen=True)
class ReceiptNotice:
    """Something readable that was not taken, and where it stands."""

    text: Text
    location: str | None


@dataclass(frozen=True)
class Receipt:
    """What became of one delivery. `received` = `accepted` + `quarantined` rows, always."""

    feed: str
    feed_title: Text
    delivery_id: str
    file_name: str
    sha256: str
    producer: str | None
    received_at: datetime
    outcome: str  # stored | blocked | refused
    simulated: bool
    received: int
    accepted: int
    quarantined: int
    added: int
    revised: int
    unchanged: int
    message: Text | None  # why the whole delivery was refused or blocked
    faults: tuple[Fault, ...]  # in the order of the file, at most MOST_FAULTS
    faults_total: int
    rules_passed: int
    rules: tuple[RuleResult, ...]  # rules failed or undecided; those of quarantined rows stand under `faults` too
    notices: tuple[ReceiptNotice, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain mapping for JSON; texts as {vi, en}, times in ISO."""
        return asdict(self) | {"received_at": self.received_at.isoformat()}

    def text(self, language: str = "vi") -> str:
        """The receipt in words, in `language` (`vi` or `en`)."""
        from ioc_pipeline.receipts.receipt_text import receipt_text

        return receipt_text(self, language)


def receipt_of(warehouse: duckdb.DuckDBPyConnection, feed: Feed, delivery_id: str, catalogue: Catalogue) -> Receipt:
    """Receipt of a delivery that has an outcome in the warehouse (open for reading or writing).

    `delivery_id` may be shortened to an unambiguous beginning. Raises IocError when the feed has no such delivery.
    """
    row = _delivery(warehouse, feed, delivery_id)
    ident = row["delivery_id"]
    results = _dicts(
        warehouse,
        "SELECT * FROM validation_results WHERE feed_id = ? AND delivery_id = ? "
        "ORDER BY list_position(['critical', 'warning', 'info'], severity), clause, expectation_id",
        [feed.id, ident],
    )
    faults = _dicts(
        warehouse,
        "SELECT * FROM quarantine WHERE feed_id = ? AND delivery_id = ? "
        f"ORDER BY row_no, location, clause, expectation_id LIMIT {MOST_FAULTS}",
        [feed.id, ident],
    )
    total = warehouse.execute(
        "SELECT count(*) FROM quarantine WHERE feed_id = ? AND delivery_id = ?", [feed.id, ident]
    ).fetchone()
    rules = {r["expectation_id"]: r for r in results}
    return Receipt(
        feed=feed.id,
        feed_title=feed.title,
        delivery_id=ident,
        file_name=row["file_name"],
        sha256=row["sha256"],
        producer=row["producer"],
        received_at=row["received_at"],
        outcome=row["outcome"],
        simulated=row["simulated"],
        received=row["received"],
        accepted=row["accepted"],
        quarantined=row["quarantined"],
        added=row["added"],
        revised=row["revised"],
        unchanged=row["unchanged"],
        message=Text(row["message_vi"], row["message_en"] or "") if row["message_vi"] else None,
        faults=tuple(_fault(f, feed, catalogue, rules) for f in faults),
        faults_total=total[0] if total else 0,
        rules_passed=sum(1 for r in results if r["success"]),
        rules=tuple(_rule(r) for r in results if r["success"] is not True),
        notices=tuple(
            ReceiptNotice(Text(n["vi"], n["en"]), n.get("location")) for n in json.loads(row["notices_json"])
        ),
    )


def latest_delivery(warehouse: duckdb.DuckDBPyConnection, feed: Feed) -> str | None:
    """Id of the feed's delivery that was judged last; None when it has none."""
    row = warehouse.execute(
        "SELECT delivery_id FROM deliveries WHERE feed_id = ? ORDER BY received_at DESC, stored_at DESC LIMIT 1",
        [feed.id],
    ).fetchone()
    return str(row[0]) if row else None


def _delivery(warehouse: duckdb.DuckDBPyConnection, feed: Feed, delivery_id: str) -> dict[str, Any]:
    found = _dicts(
        warehouse,
        "SELECT * FROM deliveries WHERE feed_id = ? AND starts_with(delivery_id, ?) ORDER BY delivery_id = ? DESC",
        [feed.id, delivery_id, delivery_id],
    )
    if not found or (len(found) > 1 and found[0]["delivery_id"] != delivery_id):
        many = ", ".join(r["delivery_id"] for r in found[:5])
        raise IocError(
            Message(
                "receipt.delivery_unknown",
                f"Nguồn {feed.id} không có đúng một lần giao mang mã {delivery_id!r}"
                + (f" (có {many})" if many else "")
                + ". Xem các mã bằng: ioc quarantine hoặc ioc status.",
                f"Feed {feed.id} has no single delivery {delivery_id!r}"
                + (f" (there are {many})" if many else "")
                + ". See the ids with: ioc quarantine or ioc status.",
            )
        )
    return found[0]


def _dicts(warehouse: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    cursor = warehouse.execute(sql, parameters)
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _fault(entry: Mapping[str, Any], feed: Feed, catalogue: Catalogue, rules: Mapping[str, Mapping[str, Any]]) -> Fault:
    clause = catalogue.standard.clauses.get(entry["clause"])
    rule = entry["expectation_id"] or ""
    said = rules.get(rule)
    known = PROBLEM_CODES.get(rule.removeprefix("read."))
    fault = Fault(
        row=entry["row_no"],
        location=entry["location"],
        clause=entry["clause"],
        clause_title=clause.title if clause else Text(entry["clause"], entry["clause"]),
        rule=rule,
        column=entry["column_name"],
        column_title=_title(feed, entry["column_name"]) if entry["column_name"] != "value" else _NOTHING,
        value=entry["raw"] if entry["raw"] is not None else _stated(feed, entry["row_json"]),
        reason=Text(entry["reason_vi"], entry["reason_en"]),
        fix=_NOTHING,
        subject=_subject(feed, entry["row_json"]),
    )
    if said is not None:
        whole = entry["row_no"] == 0  # of a blocked delivery: what was found says more than why the rule exists
        reason = ("message_vi", "message_en") if whole else ("why_vi", "why_en")
        return replace(
            fault,
            reason=Text(said[reason[0]] or "", said[reason[1]] or ""),
            fix=Text(said["fix_vi"] or "", said["fix_en"] or ""),
        )
    if known is not None:
        return replace(fault, reason=known.text, fix=known.fix or (clause.guidance if clause else _NOTHING))
    return fault


def _stated(feed: Feed, row_json: str | None) -> str | None:
    """What stands in the file for an observation that a rule over several rows refused."""
    if feed.shape != "observations" or not row_json:
        return None
    return json.loads(row_json).get("value_text") or None


def _subject(feed: Feed, row_json: str | None) -> Text:
    """Indicator and area of an observation; the key of a record."""
    row = json.loads(row_json) if row_json else {}
    if feed.shape == "observations":
        name = feed.indicator_names().get(str(row.get("indicator")), _NOTHING)
        area = str(row.get("area_name") or row.get("area") or "")
        return Text(*(" · ".join(p for p in (part, area) if p) for part in (name.vi, name.en)))
    named = [str(row[k]) for k in (*feed.key, str(feed.reader.get("area_name_column"))) if row.get(k)]
    return Text(" · ".join(named), " · ".join(named))


def _title(feed: Feed, column: str | None) -> Text:
    """Titles of one column, or of several joined by `, `, as a person reads them in the form."""
    titles = {c.name: c.title for c in feed.columns}
    named = [titles.get(name, Text(name, name)) for name in (column or "").split(", ") if name]
    return Text(", ".join(t.vi for t in named), ", ".join(t.en for t in named))


def _rule(result: Mapping[str, Any]) -> RuleResult:
    def both(name: str) -> Text:
        return Text(result[f"{name}_vi"] or "", result[f"{name}_en"] or "")

    return RuleResult(
        clause=result["clause"],
        rule=result["expectation_id"],
        severity=result["severity"],
        level=result["level"],
        success=result["success"],
        unexpected=result["unexpected"] or 0,
        evaluated=result["evaluated"] or 0,
        message=both("message"),
        why=both("why"),
        fix=both("fix"),
    )
