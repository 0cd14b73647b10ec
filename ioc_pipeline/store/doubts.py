"""Values that were taken although their sender may have meant another: as a column for the suite, and in the books."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.messages import Text
from ioc_pipeline.read.problem_codes import DOUBT_CODES
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.receive.delivery import Delivery
from ioc_pipeline.store.bulk import insert_rows

EXAMPLES = 5
_TYPE = 'STRUCT(clause VARCHAR, "column" VARCHAR, raw VARCHAR, reading VARCHAR, code VARCHAR)[]'


@dataclass(frozen=True)
class Raised:
    """How many rows of a delivery carry a doubt, and a notice per column and kind."""

    rows: int
    notices: tuple[Notice, ...]


def make_batch(connection: duckdb.DuckDBPyConnection, batch: str, staged: Path) -> None:
    """The view `batch` over a staged file, with `_doubts` (empty when its reader raises none) and `_doubt_count`."""
    source = f"read_parquet('{str(staged).replace(chr(39), chr(39) * 2)}')"
    columns = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    added = (
        "len(_doubts) AS _doubt_count" if "_doubts" in columns else f"CAST([] AS {_TYPE}) AS _doubts, 0 AS _doubt_count"
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {batch} AS SELECT *, {added} FROM {source}")


def write(connection: duckdb.DuckDBPyConnection, feed: Feed, delivery: Delivery, batch: str) -> Raised:
    """Count the doubts of a delivery per column and kind into the table `doubts`, with examples."""
    found = connection.execute(
        'SELECT d.clause, d."column", d.code, count(*), '
        f"to_json(list({{'location': _location, 'raw': d.raw, 'reading': d.reading}} ORDER BY _row)[:{EXAMPLES}]) "
        f"FROM (SELECT _row, _location, unnest(_doubts) AS d FROM {batch} WHERE _doubt_count > 0) "
        "GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3"
    ).fetchall()
    if not found:
        return Raised(0, ())
    counted = connection.execute(f"SELECT count(*) FROM {batch} WHERE _doubt_count > 0").fetchone()
    rows, notices = [], []
    for clause, column, code, values, examples in found:
        reason = DOUBT_CODES[code].text if code in DOUBT_CODES else Text(code, code)
        rows.append(
            {
                "feed_id": feed.id, "delivery_id": delivery.delivery_id, "clause": clause, "column_name": column,
                "code": code, "doubted": values, "reason_vi": reason.vi, "reason_en": reason.en,
                "examples_json": examples,
            }
        )  # fmt: skip
        notices.append(_notice(feed, column, values, reason, json.loads(examples)))
    insert_rows(connection, "doubts", rows)
    return Raised(int(counted[0]) if counted else 0, tuple(notices))


def _notice(feed: Feed, column: str, values: int, reason: Text, examples: list[dict[str, str]]) -> Notice:
    named = next((c.title for c in feed.columns if c.name == column), Text(column, column))
    first = examples[0]
    return Notice(
        Text(
            f"Nghi vấn ở cột {named.vi}: {values} giá trị ({reason.vi}), "
            f"ví dụ “{first['raw']}” đọc là {first['reading']}.",
            f"Doubt in column {named.en}: {values} value(s) ({reason.en}), "
            f"e.g. “{first['raw']}” read as {first['reading']}.",
        ),
        first["location"],
    )
