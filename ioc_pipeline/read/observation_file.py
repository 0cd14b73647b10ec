"""Observation rows held in memory → the Parquet file of a reading."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.problem_codes import clause_of

ARROW_TYPES = {
    "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"), "BOOLEAN": pa.bool_(),
}  # fmt: skip
PROBLEM = pa.struct([("clause", pa.string()), ("column", pa.string()), ("raw", pa.string()), ("code", pa.string())])


def write_observations(
    feed: Feed, rows: Sequence[tuple[str, dict[str, Any], list[tuple[str, str | None, str]]]], out: Path
) -> None:
    """Write rows of (location, values by column, problems as (column, raw text, code)); `out` appears whole."""
    schema = pa.schema(
        [*((c.name, ARROW_TYPES[c.type]) for c in feed.columns), ("_row", pa.int64()), ("_location", pa.string()),
         ("_problems", pa.list_(PROBLEM))]
    )  # fmt: skip
    arrays = [pa.array([values.get(c.name) for _, values, _ in rows], ARROW_TYPES[c.type]) for c in feed.columns]
    arrays.append(pa.array(range(1, len(rows) + 1), pa.int64()))
    arrays.append(pa.array([location for location, _, _ in rows], pa.string()))
    problems = [
        [{"clause": clause_of(code), "column": column or None, "raw": raw, "code": code} for column, raw, code in found]
        for _, _, found in rows
    ]
    arrays.append(pa.array(problems, pa.list_(PROBLEM)))
    temporary = out.with_name(f".{out.name}.tmp")
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), temporary, compression="zstd")
    os.replace(temporary, out)
