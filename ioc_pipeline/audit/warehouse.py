"""The audited warehouse against the one rebuilt from the landing bytes: outcomes, verdicts, facts."""

from __future__ import annotations

import duckdb

from ioc_pipeline.audit.excuses import Excuses
from ioc_pipeline.audit.findings import DELIVERIES, DIFFERS, FACTS, UNDETERMINED, VERDICTS, Finding, Report
from ioc_pipeline.audit.stored import STORED
from ioc_pipeline.audit.tables import CellDifference, columns_of, compare
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.store.warehouse import records_table

_WITH = ("run_id", "contract_version", "contract_hash", "declarations_hash", "code_version", "engine", "stored_at")

TABLES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    # table → part of the report, key, columns that say when and with what it was computed
    "deliveries": (DELIVERIES, ("feed_id", "delivery_id"), _WITH),
    "validation_results": (VERDICTS, ("feed_id", "delivery_id", "expectation_id"), ("run_id", "engine")),
    "observations": (FACTS, ("feed_id", "delivery_id", "row_no", "fact_key"), ()),
    "quarantine": (FACTS, ("feed_id", "delivery_id", "row_no", "clause", "expectation_id", "column_name"), ()),
    "row_flags": (FACTS, ("feed_id", "delivery_id", "row_no", "expectation_id"), ()),
    "doubts": (FACTS, ("feed_id", "delivery_id", "clause", "column_name", "code"), ()),
    "incidents": (FACTS, ("feed_id", "delivery_id", "clause", "event"), ("event_no",)),
}
_OF_RECORDS = ("_delivery_id", "_row", "_key")


def compare_warehouse(
    connection: duckdb.DuckDBPyConnection, feeds: list[Feed], excuses: Excuses, report: Report, only: str | None
) -> None:
    """Compare every table of the attached warehouse `stored` with the rebuilt one that `connection` has open.

    A difference that other code or declarations may explain taints what follows in the feed: it rests on it.
    """
    found: list[tuple[str, str, str | None, str | None, str, CellDifference]] = []
    unnamed: list[tuple[str, str, int]] = []
    where = "feed_id = '" + only.replace("'", "''") + "'" if only else "true"
    other = next(iter(excuses.own.values()), None)
    for table, (part, key, ignored) in TABLES.items():
        if not columns_of(connection, f"{STORED}.{table}"):
            state = UNDETERMINED if other else DIFFERS
            report.add([Finding(part, state, None, None, table, "table", None, table, other)])
            continue
        difference = compare(connection, f"{STORED}.{table}", table, key, ignored=ignored, where=where)
        report.agree(part, difference.agreeing)
        for cell in difference.cells:
            named = dict(zip(key, cell.key, strict=True))
            feed, delivery = named.pop("feed_id"), named.pop("delivery_id")
            found.append((part, table, feed, delivery, _words(named), cell))
        unnamed.append((part, table, difference.total - len(difference.cells)))
    for feed_of in (f for f in feeds if f.shape == "records"):
        table = records_table(feed_of)
        if not columns_of(connection, f"{STORED}.{table}"):
            if columns_of(connection, table) and connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                state = UNDETERMINED if other else DIFFERS
                report.add([Finding(FACTS, state, feed_of.id, None, table.strip('"'), "table", None, table, other)])
            continue
        difference = compare(connection, f"{STORED}.{table}", table, _OF_RECORDS)
        report.agree(FACTS, difference.agreeing)
        for cell in difference.cells:
            named = dict(zip(_OF_RECORDS, cell.key, strict=True))
            delivery = named.pop("_delivery_id")
            found.append((FACTS, table.strip('"'), feed_of.id, delivery, _words(named), cell))
        unnamed.append((FACTS, table, difference.total - len(difference.cells)))
    found.sort(key=lambda entry: excuses.order.get((entry[2] or "", entry[3] or ""), 0))
    for part, table, feed, delivery, what, cell in found:
        why = excuses.of(feed, delivery)
        if why is not None and feed is not None and delivery is not None and (feed, delivery) in excuses.own:
            excuses.taint(feed, delivery, why)
        state = UNDETERMINED if why else DIFFERS
        words = f"{table}: {what}".removeprefix("validation_results: ").rstrip(": ")
        report.add([Finding(part, state, feed, delivery, words, cell.column, cell.stored, cell.recomputed, why)])
    for part, table, left in unnamed:
        if left:
            why = excuses.of(None, None)
            report.add([Finding(part, UNDETERMINED if why else DIFFERS, None, None, f"{table}: + {left}", why=why)])


def _words(named: dict[str, str | None]) -> str:
    return " ".join(str(value) for value in named.values() if value is not None)
