"""Observation rows → the Parquet file of a reading, all at once or in batches."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
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
DOUBT = pa.struct(
    [("clause", pa.string()), ("column", pa.string()), ("raw", pa.string()), ("reading", pa.string()),
     ("code", pa.string())]
)  # fmt: skip
BATCH = 20_000
Row = tuple[str, dict[str, Any], list[tuple[str, str | None, str]]]
"""Location, values by column, problems as (column, raw text, code)."""
Doubt = tuple[str, str, str]
"""A value that was taken although its sender may have meant another: column, raw text, code."""


class ObservationWriter:
    """Writes rows in batches of `BATCH`: memory does not grow with the file; `out` appears whole, at the end."""

    def __init__(self, feed: Feed, out: Path) -> None:
        self.feed, self.out, self.written = feed, out, 0
        self._waiting: list[tuple[Row, Sequence[Doubt]]] = []
        self._temporary = out.with_name(f".{out.name}.tmp")
        self._schema = pa.schema(
            [*((c.name, ARROW_TYPES[c.type]) for c in feed.columns), ("_row", pa.int64()), ("_location", pa.string()),
             ("_problems", pa.list_(PROBLEM)), ("_doubts", pa.list_(DOUBT))]
        )  # fmt: skip
        out.parent.mkdir(parents=True, exist_ok=True)
        self._file = pq.ParquetWriter(self._temporary, self._schema, compression="zstd")

    def add(self, row: Row, doubts: Sequence[Doubt] = ()) -> None:
        """Take one row; it gets the next row number. A doubt about a column with a problem is not kept: nothing was
        taken there."""
        self._waiting.append((row, doubts))
        if len(self._waiting) >= BATCH:
            self._flush()

    @property
    def count(self) -> int:
        """Rows taken so far."""
        return self.written + len(self._waiting)

    def _flush(self) -> None:
        rows = [row for row, _ in self._waiting]
        columns = self.feed.columns
        arrays = [pa.array([values.get(c.name) for _, values, _ in rows], ARROW_TYPES[c.type]) for c in columns]
        arrays.append(pa.array(range(self.written + 1, self.written + len(rows) + 1), pa.int64()))
        arrays.append(pa.array([location for location, _, _ in rows], pa.string()))
        problems = [
            [
                {"clause": clause_of(code), "column": column or None, "raw": raw, "code": code}
                for column, raw, code in found
            ]
            for _, _, found in rows
        ]
        arrays.append(pa.array(problems, pa.list_(PROBLEM)))
        arrays.append(pa.array([_doubts(*waiting) for waiting in self._waiting], pa.list_(DOUBT)))
        self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.written += len(rows)
        self._waiting = []

    def __enter__(self) -> ObservationWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and (self._waiting or not self.written):
            self._flush()
        self._file.close()
        if kind is None:
            os.replace(self._temporary, self.out)
        else:
            self._temporary.unlink(missing_ok=True)


def _doubts(row: Row, doubts: Sequence[Doubt]) -> list[dict[str, str]]:
    _, values, problems = row
    refused = {column for column, _, _ in problems}
    return [
        {"clause": clause_of(code), "column": column, "raw": raw, "reading": _shown(values.get(column)), "code": code}
        for column, raw, code in doubts
        if column not in refused
    ]


def _shown(value: Any) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def write_observations(feed: Feed, rows: Sequence[tuple[Row, Sequence[Doubt]]], out: Path) -> None:
    """Write rows that are already in memory, each with its doubts; `out` appears whole."""
    with ObservationWriter(feed, out) as writer:
        for row, doubts in rows:
            writer.add(row, doubts)
