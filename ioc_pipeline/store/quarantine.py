"""Which rows of a delivery are accepted and which are quarantined, and the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ioc_pipeline.contracts.model import Clause, Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.read.problem_codes import PROBLEM_CODES
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.bulk import insert_rows
from ioc_pipeline.store.warehouse import quoted
from ioc_pipeline.validate.results import Result

ACCEPTED = "_accepted"
QUARANTINED = "_quarantined"


def split(connection: duckdb.DuckDBPyConnection, batch: str, broken: str | None) -> tuple[int, int]:
    """Make the temporary relations `_accepted` and `_quarantined` from a batch; returns their row counts.

    Quarantined: a value would not convert (`_problems`), or a critical row-level expectation is broken.
    """
    critical = f"UNION SELECT _row FROM {broken} WHERE severity = 'critical'" if broken else ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {QUARANTINED} AS SELECT _row FROM {batch} WHERE len(_problems) > 0 {critical}"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {ACCEPTED} AS SELECT * FROM {batch} b ANTI JOIN {QUARANTINED} q USING (_row)"
    )
    counts = connection.execute(
        f"SELECT (SELECT count(*) FROM {ACCEPTED}), (SELECT count(*) FROM {QUARANTINED})"
    ).fetchone()
    assert counts is not None
    return int(counts[0]), int(counts[1])


def write(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    delivery: Delivery,
    batch: str,
    broken: str | None,
    results: Sequence[Result],
    clauses: dict[str, Clause],
) -> None:
    """Write every quarantined row once for each rule it broke, with clause, column, raw value, reason and the row."""
    _write_reading_problems(connection, feed, delivery, batch, clauses)
    if broken:
        _write_broken_rules(connection, feed, delivery, batch, broken, results)
        if feed.shape == "observations":
            connection.execute(
                f"INSERT INTO row_flags SELECT ?, ?, _row, expectation_id, clause, severity FROM {broken} "
                f"ANTI JOIN {QUARANTINED} USING (_row)",
                [feed.id, delivery.delivery_id],
            )


def _write_reading_problems(
    connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, batch: str, clauses: dict[str, Clause]
) -> None:
    where = "coalesce(json_extract_string(_cells, '/' || p.column), _location)"
    place, cells = (where, ", _cells") if _has_cells(connection, batch) else ("_location", "")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE _read_problems AS SELECT _row, {place} AS _location, p.clause AS clause, "
        f"p.column AS column_name, p.raw AS raw, p.code AS code "
        f"FROM (SELECT _row, _location, unnest(_problems) AS p{cells} FROM {batch})"
    )
    kinds = connection.execute("SELECT DISTINCT clause, column_name, code FROM _read_problems").fetchall()
    if not kinds:
        return
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _problem_words "
        "(clause VARCHAR, column_name VARCHAR, code VARCHAR, vi VARCHAR, en VARCHAR)"
    )
    words = [
        {"clause": clause, "column_name": column, "code": code, **_problem_words(feed, clauses, clause, column, code)}
        for clause, column, code in kinds
    ]
    insert_rows(connection, "_problem_words", words)
    connection.execute(
        f"INSERT INTO quarantine SELECT ?, ?, p._row, p._location, p.clause, 'read.' || p.code, p.column_name, p.raw, "
        f"replace(w.vi, '{{raw}}', coalesce(p.raw, '')), replace(w.en, '{{raw}}', coalesce(p.raw, '')), {_row_json()} "
        "FROM _read_problems p JOIN _problem_words w ON p.clause IS NOT DISTINCT FROM w.clause "
        "AND p.column_name IS NOT DISTINCT FROM w.column_name AND p.code IS NOT DISTINCT FROM w.code "
        f"JOIN {batch} b ON b._row = p._row",
        [feed.id, delivery.delivery_id],
    )


def _has_cells(connection: duckdb.DuckDBPyConnection, batch: str) -> bool:
    """True when the reader said for every value which cell it stands in (`_cells`)."""
    return any(row[0] == "_cells" for row in connection.execute(f"DESCRIBE {batch}").fetchall())


def _problem_words(
    feed: Feed, clauses: dict[str, Clause], clause: str, column: str | None, code: str | None
) -> dict[str, str]:
    """Reason and fix for one kind of reading problem; `{raw}` stands for the value."""
    known = PROBLEM_CODES.get(code or "")
    judged = clauses.get(clause)
    reason = known.text if known else judged.title if judged else Text(clause, clause)
    guidance = (known and known.fix) or (judged.guidance if judged else Text("", ""))
    named = next((c.title for c in feed.columns if c.name == column), Text(column or "", column or ""))
    return {
        "vi": f"{named.vi}: “{{raw}}”: {reason.vi}. {guidance.vi}".strip(),
        "en": f"{named.en}: “{{raw}}”: {reason.en}. {guidance.en}".strip(),
    }


def _write_broken_rules(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    delivery: Delivery,
    batch: str,
    broken: str,
    results: Sequence[Result],
) -> None:
    rules = [r for r in results if r.level == "row" and r.severity == "critical" and r.unexpected]
    if not rules:
        return
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _rule_words (expectation_id VARCHAR, column_name VARCHAR, vi VARCHAR, en VARCHAR)"
    )
    insert_rows(connection, "_rule_words", [_rule_words(r) for r in rules])
    whens = " ".join(f"WHEN '{r.expectation_id}' THEN {raw}" for r in rules if (raw := _raw_values(feed, r)))
    raw = f"CASE w.expectation_id {whens} END" if whens else "NULL"
    place = "b._location"
    if _has_cells(connection, batch):
        named = "string_split(coalesce(w.column_name, ''), ', ')"
        found = f"list_transform({named}, lambda c: json_extract_string(b._cells, '/' || c))"
        place = (
            f"coalesce(nullif(array_to_string(list_filter({found}, lambda x: x IS NOT NULL), ', '), ''), b._location)"
        )
    connection.execute(
        f"INSERT INTO quarantine SELECT ?, ?, b._row, {place}, k.clause, k.expectation_id, w.column_name, {raw}, "
        f"w.vi, w.en, {_row_json()} FROM {broken} k JOIN _rule_words w USING (expectation_id) "
        f"JOIN {batch} b ON b._row = k._row WHERE k.severity = 'critical' "
        # A value that could not be read is null: saying that it is missing as well would only confuse its sender.
        "AND NOT EXISTS (SELECT 1 FROM _read_problems p WHERE p._row = k._row AND p.column_name = w.column_name)",
        [feed.id, delivery.delivery_id],
    )


def _raw_values(feed: Feed, result: Result) -> str | None:
    """SQL of what stands in the columns a rule speaks of, joined by ` | `; None when it names none."""
    known = {c.name for c in feed.columns}
    named = [n for n in (result.column or "").split(", ") if n in known]
    values = ", ".join(f"coalesce(CAST(b.{quoted(n)} AS VARCHAR), '–')" for n in named)
    return f"concat_ws(' | ', {values})" if named else None


def _rule_words(result: Result) -> dict[str, str | None]:
    return {
        "expectation_id": result.expectation_id,
        "column_name": result.column,
        "vi": f"{result.why.vi} {result.fix.vi}".strip(),
        "en": f"{result.why.en} {result.fix.en}".strip(),
    }


def _row_json() -> str:
    return "CAST(to_json(b) AS VARCHAR)"
